use super::*;
use crate::config::StackConfig;
use crate::engine::network::Network;
use crate::engine::weights::WeightsFile;
use crate::protocol::{Explanation, PolynomialCheck};

fn explain(class: Option<u32>, against: Option<u32>, pairs: bool) -> Request {
    Request::Explain { model: "run:0".into(), drawing: digit(7), normalize: false, class, against, pairs }
}

fn explained(page: &mut Page, request: Request) -> Explanation {
    match page.ask(request) {
        Event::Explained { explanation } => explanation,
        other => panic!("{other:?}"),
    }
}

fn checked(page: &mut Page) -> PolynomialCheck {
    match page.ask(Request::CheckPolynomial { model: "run:0".into(), image: digit(4) }) {
        Event::PolynomialChecked { check } => check,
        other => panic!("{other:?}"),
    }
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
    page.ask(Request::MeasureSpectrum { model: "run:0".into(), images: 20 });
    let check = checked(&mut page);
    assert!(check.holds() && check.steps == [0, 0], "{check:?}");
    page.ask(train(Some(1)));
    let check = checked(&mut page);
    assert!(!check.holds() && check.steps == [0, 1], "{check:?}");
    page.ask(Request::ExpandNetwork { model: "run:0".into(), order: 1, pixel: None });
    let check = checked(&mut page);
    assert!(check.holds() && check.steps == [1, 1], "{check:?}");
}

#[test]
fn the_full_truncation_is_the_network() {
    let mut page = with_shipped("taylornet-7");
    let event = page.ask(Request::MeasureSpectrum { model: "taylornet-7".into(), images: 30 });
    let Event::Spectrum { report } = event else { panic!("{event:?}") };
    assert_eq!((report.degree, report.images, report.truncation_accuracy.len()), (8, 30, 9));
    assert_eq!(report.truncation_accuracy.last(), Some(&report.network_accuracy));
    assert!(report.largest_difference < 1e-4, "{}", report.largest_difference);
}

#[test]
fn a_long_expansion_is_cancelled() {
    let mut page = with_shipped("taylornet-7");
    let id = page.post(Request::ExpandNetwork { model: "taylornet-7".into(), order: 2, pixel: None });
    page.post_later(2, Request::Cancel { target: id });
    page.settle();
    assert_eq!(page.answer(id), Event::Cancelled);
}

#[test]
fn what_cannot_be_expanded_is_refused_with_the_reason() {
    let mut page = with_shipped("resnet-7");
    let model = "resnet-7".to_owned();
    let error = page.refused(Request::ExpandNetwork { model: model.clone(), order: 1, pixel: None }).to_string();
    assert!(error.contains("activation"), "{error}");
    assert!(page.refused(Request::MeasureSpectrum { model, images: 10 }).to_string().contains("activation"));
    let mut page = with_shipped("taylornet-28");
    let request = |order, pixel| Request::ExpandNetwork { model: "taylornet-28".into(), order, pixel };
    let error = page.refused(request(2, None)).to_string();
    assert!(error.contains("307") && error.contains("pixel"), "{error}");
    assert!(page.refused(request(2, Some(784))).to_string().contains("784"));
    assert!(page.refused(request(4, None)).to_string().contains("1, 2 or 3"));
    let prune = |kept| Request::PruneTerms { model: "taylornet-28".into(), order: 1, images: 10, kept };
    assert!(page.refused(prune(vec![1.5])).to_string().contains("1.5"));
    let nothing = Request::MeasureSpectrum { model: "taylornet-28".into(), images: 0 };
    assert!(page.refused(nothing).to_string().contains("between 1 and"));
}
