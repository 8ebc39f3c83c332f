use super::*;
use crate::engine::network::Network;
use crate::engine::weights::WeightsFile;

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
    assert_eq!((model.as_str(), image_28, image_7.pixels.len()), ("run:0", image, 49));
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
