use super::*;
use crate::config::{BlockConfig, CIFAR_10, CgConfig, ExpansionPoint, ImageShape, LayerOperation, TaylorNetConfig};
use crate::engine::data::ImageSet;
use crate::engine::evaluate::Predictor;
use crate::engine::network::Network;
use crate::engine::points::MeanImages;
use crate::engine::weights::WeightsFile;
use crate::protocol::{ColourRaster, ModelRef};

fn classify(model: &str, drawing: Raster) -> Request {
    Request::Classify { model: model.into(), drawing, normalize: true }
}

#[test]
fn a_drawing_gets_ten_probabilities() {
    let mut page = Page::with_run();
    page.ask(train(None));
    let image = digit(7);
    let event = page.ask(Request::Classify { model: "run:0".into(), drawing: image.clone(), normalize: false });
    let Event::Classified { model, image_28, image_7, probabilities, .. } = event else { panic!("{event:?}") };
    assert_eq!((model, image_28, image_7.pixels.len()), (ModelRef::Run(0), image, 49));
    assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    let best = (0..10).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    assert_eq!(best, Some(7), "{probabilities:?}");
}

#[test]
fn an_empty_canvas_gives_no_answer() {
    let mut page = Page::with_run();
    let empty = Raster { width: 9, height: 5, pixels: vec![0; 45] };
    assert_eq!(page.ask(classify("run:0", empty)), Event::EmptyDrawing);
}

#[test]
fn the_newest_drawing_wins() {
    let mut page = Page::with_run();
    let old = page.post(classify("run:0", digit(1)));
    let new = page.post(classify("run:0", digit(2)));
    page.settle();
    assert_eq!(page.answer(old), Event::Superseded);
    assert!(matches!(page.answer(new), Event::Classified { .. }));
}

#[test]
fn drawings_are_answered_while_a_run_trains_and_while_data_load() {
    let mut page = Page::with_run();
    let training = page.post(train(None));
    let drawing = page.post_later(3, classify("run:0", digit(2)));
    page.settle();
    assert!(matches!(page.answer(training), Event::RunStopped { .. }));
    assert!(matches!(page.answer(drawing), Event::Classified { .. }));
    let sent = page.machine.sent.borrow();
    let place = |id| sent.iter().rposition(|envelope| envelope.id == id);
    assert!(place(drawing) < place(training));
}

#[test]
fn wrong_drawings_and_models_are_refused_with_a_reason() {
    let mut page = Page::started();
    let torn = Raster { width: 4, height: 4, pixels: vec![9; 3] };
    assert!(page.refused(classify("taylornet-28", torn)).to_string().contains("3 values"));
    let odd = Raster { width: 4, height: 4, pixels: vec![9; 16] };
    let request = Request::Classify { model: "taylornet-28".into(), drawing: odd, normalize: false };
    assert!(page.refused(request).to_string().contains("must be 28x28"));
    assert!(page.refused(classify("alexnet", digit(1))).to_string().contains("choose one of taylornet-28"));
    assert_eq!(page.refused(classify("run:0", digit(1))), WorkerError::NoSuchRun { run: 0 });
    let error = page.refused(classify("taylornet-7", digit(1)));
    assert!(matches!(&error, WorkerError::Download { what, .. } if what == "taylornet-7.safetensors"), "{error}");
}

#[test]
fn shipped_weights_answer_and_damaged_ones_are_refused() {
    let network = Network::new(&NetworkConfig::named("conv-7").unwrap()).unwrap();
    let (values, statistics) = (network.layout().initial_values(1), network.initial_statistics());
    let bytes = WeightsFile::folded("conv-7", &network, &values, &statistics).to_bytes().unwrap();
    let mut files = files_of_mnist();
    files.insert("assets/models/conv-7.safetensors".into(), bytes.clone());
    files.insert("assets/models/conv-28.safetensors".into(), bytes[..bytes.len() / 2].to_vec());
    let mut page = Page::with_files(files);
    assert!(matches!(page.ask(classify("conv-7", digit(3))), Event::Classified { .. }));
    let event = page.ask(Request::Activations { model: "conv-7".into(), image: digit(3) });
    let Event::Activations { levels } = event else { panic!("{event:?}") };
    let shapes: Vec<_> = levels.iter().map(|level| (level.channels, level.height, level.values.len())).collect();
    assert_eq!(shapes[0], (1, 7, 49));
    assert!(levels.len() == 4 && levels[1].name.contains("convolutions"), "{shapes:?}");
    assert!(page.refused(classify("conv-28", digit(3))).to_string().contains("download"));
}

/// Weights of a small network for colour pictures of 8x8.
fn colour_weights() -> WeightsFile {
    let block = BlockConfig { channels: 4, operation: LayerOperation::Cg, cg: CgConfig::square(2, 1) };
    let input = ImageShape { channels: 3, height: 8, width: 8 };
    let config = TaylorNetConfig { input, blocks: vec![block; 2], normalization: true, mirrored: false, classes: 10 };
    let network = Network::new(&NetworkConfig::TaylorNet(config)).unwrap();
    let (values, statistics) = (network.layout().initial_values(1), network.initial_statistics());
    WeightsFile::folded("taylornet-cifar", &network, &values, &statistics)
}

#[test]
fn the_middle_of_a_colour_picture_is_answered_as_the_network_answers_it() {
    let file = colour_weights();
    let mut files = files_of_mnist();
    files.insert("assets/models/taylornet-cifar.safetensors".into(), file.to_bytes().unwrap());
    let mut page = Page::with_files(files);
    // Two columns on either side of an 8x8 image, which the network gets as it is.
    let image = |row: usize, column: usize, channel: usize| ((row * 8 + column) * 3 + channel) as u8;
    let value = |place: usize| {
        let (row, column, channel) = (place / 36, place / 3 % 12, place % 3);
        if (2..10).contains(&column) { image(row, column - 2, channel) } else { 255 }
    };
    let pixels = (0..8 * 12 * 3).map(value).collect();
    let picture = ColourRaster { width: 12, height: 8, pixels };
    let event = page.ask(Request::ClassifyPicture { model: "taylornet-cifar".into(), picture: picture.clone() });
    let Event::PictureClassified { input, logits, probabilities, .. } = event else { panic!("{event:?}") };
    assert_eq!((input.width, input.height), (8, 8));
    assert_eq!(input.pixels, (0..192).collect::<Vec<u8>>());
    let planes = (0..3).flat_map(|channel| (0..64).map(move |at| (at * 3 + channel) as u8)).collect();
    let set = ImageSet::new(ImageShape { channels: 3, height: 8, width: 8 }, planes, vec![0]).unwrap();
    let predictor = Predictor::of_file(&file, &Device::flex()).unwrap();
    let expected = pollster::block_on(predictor.predict(&set, 0..1)).unwrap().logits.concat();
    assert_eq!(logits, expected);
    assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);

    let torn = ColourRaster { pixels: picture.pixels[..9].to_vec(), ..picture.clone() };
    let asked = |model: &str, picture| Request::ClassifyPicture { model: model.into(), picture };
    assert!(page.refused(asked("taylornet-cifar", torn)).to_string().contains("9 values"));
    let none = ColourRaster { width: 0, height: 0, pixels: Vec::new() };
    assert!(page.refused(asked("taylornet-cifar", none)).to_string().contains("sides must be between"));
    let [old, new] = [0, 1].map(|_| page.post(asked("taylornet-cifar", picture.clone())));
    page.settle();
    assert_eq!(page.answer(old), Event::Superseded);
    assert!(matches!(page.answer(new), Event::PictureClassified { .. }));
}

#[test]
fn an_answer_to_a_colour_picture_is_explained_to_the_last_digit_about_black_and_about_the_mean() {
    let file = colour_weights();
    let shape = CIFAR_10.shape;
    let pixels = (0..50 * shape.len()).map(|index| (index * 37 % 251) as u8).collect();
    let training = ImageSet::new(shape, pixels, (0..50).map(|index| index % 10).collect()).unwrap();
    let mut files = files_of_mnist();
    files.insert("assets/models/taylornet-cifar.safetensors".into(), file.to_bytes().unwrap());
    files.insert("assets/points/cifar-10.png".into(), MeanImages::of(&training).unwrap().to_png().unwrap());
    let mut page = Page::with_files(files);
    let picture = ColourRaster { width: 8, height: 8, pixels: (0..192).map(|value| (value * 7 % 256) as u8).collect() };
    let model = ModelRef::shipped("taylornet-cifar");
    let event = page.ask(Request::ClassifyPicture { model: model.clone(), picture: picture.clone() });
    let Event::PictureClassified { logits, .. } = event else { panic!("{event:?}") };
    let mut firsts = Vec::new();
    for about in [ExpansionPoint::Black, ExpansionPoint::Mean] {
        let asked = Request::ExplainPicture { model: model.clone(), picture: picture.clone(), about, class: Some(3) };
        let event = page.ask(asked);
        let Event::Explained { explanation } = event else { panic!("{event:?}") };
        assert_eq!((explanation.about, explanation.side, explanation.orders.len()), (about, 8, 5));
        assert!((explanation.network - f64::from(logits[3])).abs() < 1e-6);
        assert!((explanation.polynomial - explanation.network).abs() < 1e-4 * explanation.network.abs().max(1.0));
        let sum = explanation.orders[0] + explanation.pixels.iter().sum::<f64>();
        assert!((sum - explanation.polynomial).abs() < 1e-4 * sum.abs().max(1.0), "{sum}");
        firsts.push(explanation.orders[1]);
    }
    assert!((firsts[0] - firsts[1]).abs() > 1e-3, "{firsts:?}");
    let best = page.ask(Request::ExplainPicture {
        model: model.clone(),
        picture: picture.clone(),
        about: ExpansionPoint::Mean,
        class: None,
    });
    let Event::Explained { explanation } = best else { panic!("{best:?}") };
    assert!(logits.iter().all(|&logit| f64::from(logit) <= explanation.network + 1e-6));
    let asked = |about, class| Request::ExplainPicture { model: model.clone(), picture: picture.clone(), about, class };
    assert!(page.refused(asked(ExpansionPoint::Drawing, None)).to_string().contains("the mean of the training images"));
    assert!(page.refused(asked(ExpansionPoint::Black, Some(10))).to_string().contains("10"));
}
