use super::*;
use crate::config::{ExpansionPoint, StackConfig};
use crate::engine::network::Network;
use crate::engine::weights::WeightsFile;
use crate::protocol::{About, Explanation, ModelRef, PolynomialCheck};

fn explain(class: Option<u32>, against: Option<u32>, pairs: bool) -> Request {
    Request::Explain {
        model: "run:0".into(),
        drawing: digit(7),
        normalize: false,
        about: ExpansionPoint::Black,
        class,
        against,
        pairs,
    }
}

fn explained(page: &mut Page, request: Request) -> Explanation {
    let answer = page.ask(request);
    let Event::Explained { explanation } = answer else { panic!("{answer:?}") };
    explanation
}

fn checked(page: &mut Page) -> PolynomialCheck {
    let answer = page.ask(Request::CheckPolynomial { model: "run:0".into(), image: digit(4) });
    let Event::PolynomialChecked { check } = answer else { panic!("{answer:?}") };
    check
}

/// A page with a server on which the untrained network of that name lies.
fn with_shipped(name: &str) -> Page {
    let network = Network::new(&NetworkConfig::named(name).unwrap()).unwrap();
    let (values, statistics) = (network.layout().initial_values(1), network.initial_statistics());
    let mut files = files_of_mnist();
    let bytes = WeightsFile::folded(name, &network, &values, &statistics).to_bytes().unwrap();
    files.insert(format!("assets/models/{name}.safetensors"), bytes);
    Page::with_files(files)
}

#[test]
fn a_stack_is_expanded_and_too_large_ones_are_refused() {
    let mut page = Page::started();
    let event = page.ask(Request::ExpandStack { stack: StackConfig::default() });
    let Event::StackExpanded { expansion } = event else { panic!("{event:?}") };
    assert_eq!((expansion.variables, expansion.exponents.len(), expansion.paths.len()), (4, 4 * 54, 54));
    let stack = StackConfig { cluster: [2, 2], orders: vec![2, 2, 2], ..StackConfig::default() };
    let error = page.refused(Request::ExpandStack { stack }).to_string();
    assert!(error.contains("terms") && error.contains("400"), "{error}");
}

#[test]
fn the_orders_of_an_answer_sum_up_to_the_logit_that_the_network_gives() {
    let mut page = Page::with_run();
    page.ask(train(Some(3)));
    let event = page.ask(Request::Classify { model: "run:0".into(), drawing: digit(7), normalize: false });
    let Event::Classified { logits, .. } = event else { panic!("{event:?}") };
    let explanation = explained(&mut page, explain(Some(2), Some(5), true));
    let logit = f64::from(logits[2]) - f64::from(logits[5]);
    let scale = logits.iter().fold(1.0_f64, |scale, &logit| scale.max(f64::from(logit).abs()));
    assert!((explanation.polynomial - logit).abs() < 1e-4 * scale, "{} {logit}", explanation.polynomial);
    let pixels: f64 = explanation.pixels.iter().sum();
    assert!((explanation.orders[0] + pixels - logit).abs() < 1e-4 * scale);
    let pairs = explanation.pairs.expect("they were asked for");
    let higher: f64 = explanation.orders[2..].iter().sum();
    assert!((pairs.total - higher).abs() < 1e-6 * scale, "{} {higher}", pairs.total);
    let best = explained(&mut page, explain(None, None, false));
    let largest = (0..10).max_by(|&a, &b| logits[a].total_cmp(&logits[b]));
    assert_eq!(Some(best.class as usize), largest);
}

#[test]
fn the_newest_question_wins() {
    let mut page = Page::with_run();
    let [old, other, new] =
        [explain(None, None, false), Request::SelfTest, explain(None, None, true)].map(|r| page.post(r));
    page.settle();
    assert_eq!(page.answer(old), Event::Superseded);
    assert!(matches!(page.answer(other), Event::SelfTested { .. }));
    assert!(matches!(page.answer(new), Event::Explained { .. }));
}

#[test]
fn a_network_that_learns_on_is_no_longer_its_polynomial() {
    let mut page = Page::with_run();
    page.ask(Request::MeasureSpectrum { model: "run:0".into(), about: About::BLACK, images: 20 });
    let check = checked(&mut page);
    assert!(check.holds() && check.steps == [0, 0], "{check:?}");
    page.ask(train(Some(1)));
    let check = checked(&mut page);
    assert!(!check.holds() && check.steps == [0, 1], "{check:?}");
    page.ask(Request::ExpandNetwork { model: "run:0".into(), about: About::BLACK, order: 1, pixel: None });
    let check = checked(&mut page);
    assert!(check.holds() && check.steps == [1, 1], "{check:?}");
}

#[test]
fn the_full_truncation_is_the_network() {
    let mut page = with_shipped("taylornet-7");
    let event = page.ask(Request::MeasureSpectrum { model: "taylornet-7".into(), about: About::BLACK, images: 30 });
    let Event::Spectrum { report } = event else { panic!("{event:?}") };
    assert_eq!((report.degree, report.images, report.truncation_accuracy.len()), (8, 30, 9));
    assert_eq!(report.truncation_accuracy.last(), Some(&report.network_accuracy));
    assert!(report.largest_difference < 1e-4, "{}", report.largest_difference);
}

#[test]
fn a_long_expansion_is_cancelled() {
    let mut page = with_shipped("taylornet-7");
    let id =
        page.post(Request::ExpandNetwork { model: "taylornet-7".into(), about: About::BLACK, order: 2, pixel: None });
    page.post_later(2, Request::Cancel { target: id });
    page.settle();
    assert_eq!(page.answer(id), Event::Cancelled);
}

#[test]
fn what_cannot_be_expanded_is_refused_with_the_reason() {
    let mut page = with_shipped("resnet-7");
    let model = ModelRef::shipped("resnet-7");
    let error = page
        .refused(Request::ExpandNetwork { model: model.clone(), about: About::BLACK, order: 1, pixel: None })
        .to_string();
    assert!(error.contains("activation"), "{error}");
    assert!(
        page.refused(Request::MeasureSpectrum { model, about: About::BLACK, images: 10 })
            .to_string()
            .contains("activation")
    );
    let mut page = with_shipped("taylornet-28");
    let request =
        |order, pixel| Request::ExpandNetwork { model: "taylornet-28".into(), about: About::BLACK, order, pixel };
    let error = page.refused(request(2, None)).to_string();
    assert!(error.contains("307") && error.contains("pixel"), "{error}");
    assert!(page.refused(request(2, Some(784))).to_string().contains("784"));
    assert!(page.refused(request(4, None)).to_string().contains("1, 2 or 3"));
    let prune =
        |kept| Request::PruneTerms { model: "taylornet-28".into(), about: About::BLACK, order: 1, images: 10, kept };
    assert!(page.refused(prune(vec![1.5])).to_string().contains("1.5"));
    let nothing = Request::MeasureSpectrum { model: "taylornet-28".into(), about: About::BLACK, images: 0 };
    assert!(page.refused(nothing).to_string().contains("between 1 and"));
}

/// A page with an untrained network and the mean images of its training set.
fn with_means(name: &str) -> Page {
    let mut page_files = files_of_mnist();
    let network = Network::new(&NetworkConfig::named(name).unwrap()).unwrap();
    let (values, statistics) = (network.layout().initial_values(1), network.initial_statistics());
    let bytes = WeightsFile::folded(name, &network, &values, &statistics).to_bytes().unwrap();
    page_files.insert(format!("assets/models/{name}.safetensors"), bytes);
    let labels = (0..20).map(|index| (index % 10) as u8).collect();
    let pixels = (0..20 * 784).map(|index| (index * 7 % 256) as u8).collect();
    let shape = crate::config::ImageShape { channels: 1, height: 28, width: 28 };
    let training = crate::engine::data::ImageSet::new(shape, pixels, labels).unwrap();
    let means = crate::engine::points::MeanImages::of(&training).unwrap();
    page_files.insert("assets/points/mnist.png".into(), means.to_png().unwrap());
    Page::with_files(page_files)
}

#[test]
fn an_answer_is_the_same_about_every_point_and_its_orders_are_not() {
    let mut page = with_means("taylornet-7");
    let mut about = |point: ExpansionPoint| {
        explained(
            &mut page,
            Request::Explain {
                model: "taylornet-7".into(),
                drawing: digit(7),
                normalize: false,
                about: point,
                class: Some(2),
                against: Some(5),
                pairs: false,
            },
        )
    };
    let black = about(ExpansionPoint::Black);
    assert!(black.orders_about_black.is_empty());
    for point in [ExpansionPoint::Mean, ExpansionPoint::ClassMean { class: 3 }, ExpansionPoint::Drawing] {
        let moved = about(point);
        assert_eq!(moved.about, point);
        let size = black.orders.iter().fold(1.0_f64, |size, value| size.max(value.abs()));
        assert!((moved.polynomial - black.polynomial).abs() < 1e-9 * size, "{point}");
        assert!((moved.orders[0] - black.orders[0]).abs() > 1e-6 * size, "{point}");
        for (one, other) in moved.orders_about_black.iter().zip(&black.orders) {
            assert!((one - other).abs() <= 1e-9 * size, "{point}");
        }
    }
    // Nothing is left of the drawing without itself.
    let itself = about(ExpansionPoint::Drawing);
    assert!((itself.orders[0] - itself.polynomial).abs() < 1e-12 && itself.pixels.iter().all(|value| *value == 0.0));
    let about = About { point: ExpansionPoint::Drawing, drawing: None };
    let request = Request::ExpandNetwork { model: "taylornet-7".into(), about, order: 1, pixel: None };
    let error = page.refused(request).to_string();
    assert!(error.contains("here is no drawing"), "{error}");
}

#[test]
fn without_the_mean_images_the_page_is_told() {
    let mut page = with_shipped("taylornet-7");
    let about = About { point: ExpansionPoint::Mean, drawing: None };
    let error = page.refused(Request::ExpandNetwork { model: "taylornet-7".into(), about, order: 1, pixel: None });
    assert!(error.to_string().contains("mnist.png"), "{error}");
}

#[test]
fn eigen_digits_come_with_the_image_in_question() {
    let mut page = with_means("taylornet-7");
    let about = About { point: ExpansionPoint::Mean, drawing: None };
    let mut ask = |image| {
        let event = page.ask(Request::EigenDigits { model: "taylornet-7".into(), about: about.clone(), image });
        let Event::EigenDigits { images } = event else { panic!("{event:?}") };
        images
    };
    let images = ask(Some(digit(7)));
    assert_eq!((images.values.len(), images.vectors.len(), images.side), (320, 320 * 49, 7));
    assert_eq!(images.image.as_ref().map(|image| image.len()), Some(49));
    let again = ask(None);
    assert_eq!((&again.values, &again.image), (&images.values, &None));
    let mut page = with_means("taylornet-28");
    let error = page.refused(Request::EigenDigits { model: "taylornet-28".into(), about, image: None });
    assert!(error.to_string().contains("taylornet-28.safetensors"), "{error}");
}
