use super::*;
use crate::protocol::Checkpoint;

fn weights(page: &mut Page) -> Vec<u8> {
    let answer = page.ask(Request::SaveWeights { run: 0 });
    let Event::Weights { file, .. } = answer else { panic!("{answer:?}") };
    file
}

fn checkpoint(page: &mut Page) -> Checkpoint {
    let answer = page.ask(Request::SaveCheckpoint { run: 0 });
    let Event::Checkpointed { checkpoint } = answer else { panic!("{answer:?}") };
    checkpoint
}

fn logits(page: &mut Page) -> Vec<f32> {
    let answer = page.ask(Request::Classify { model: "run:0".into(), drawing: digit(4), normalize: false });
    let Event::Classified { logits, .. } = answer else { panic!("{answer:?}") };
    logits
}

#[test]
fn saved_weights_load_again_and_can_be_trained_on() {
    let mut page = Page::with_run();
    page.ask(train(Some(5)));
    let (file, before) = (weights(&mut page), logits(&mut page));
    page.ask(create_run(0));
    assert_ne!(logits(&mut page), before);
    let event = page.ask(Request::LoadWeights { run: 0, file: file.clone() });
    let Event::RunCreated { summary } = event else { panic!("{event:?}") };
    assert_eq!(summary.step, 0);
    let after = logits(&mut page);
    assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-5), "{before:?} {after:?}");
    assert!(matches!(page.ask(train(Some(2))), Event::RunStopped { step: 2, .. }));
    let mut page = Page::started();
    assert!(matches!(page.ask(Request::LoadWeights { run: 1, file }), Event::RunCreated { .. }));
}

#[test]
fn weights_that_do_not_fit_leave_the_run_as_it_is() {
    let mut page = Page::with_run();
    page.ask(train(Some(2)));
    let (file, before) = (weights(&mut page), logits(&mut page));
    let error = page.refused(Request::LoadWeights { run: 0, file: file[..file.len() - 9].to_vec() });
    assert!(matches!(error, WorkerError::BadFile { .. }), "{error}");
    let other = NetworkConfig::named("conv-7").unwrap();
    page.ask(Request::CreateRun { run: 1, network: other, training: training() });
    let error = page.refused(Request::LoadWeights { run: 1, file });
    assert!(error.to_string().contains("but the run is conv-7"), "{error}");
    let state = checkpoint(&mut page).state;
    let error = page.refused(Request::LoadWeights { run: 0, file: state });
    assert!(matches!(error, WorkerError::BadFile { .. }), "{error}");
    assert_eq!(logits(&mut page), before);
}

#[test]
fn a_run_goes_on_from_its_checkpoint_as_if_never_interrupted() {
    let mut page = Page::with_run();
    page.ask(train(Some(4)));
    let kept = checkpoint(&mut page);
    page.ask(train(Some(3)));
    let straight = logits(&mut page);
    let mut page = Page::started();
    let event = page.ask(Request::RestoreCheckpoint { run: 0, checkpoint: kept });
    let Event::RunCreated { summary } = event else { panic!("{event:?}") };
    assert_eq!(summary.step, 4);
    page.ask(train(Some(3)));
    assert_eq!(logits(&mut page), straight);
}

#[test]
fn damaged_checkpoints_are_refused() {
    let mut page = Page::with_run();
    let good = checkpoint(&mut page);
    let mut torn = good.clone();
    torn.state.truncate(100);
    let error = page.refused(Request::RestoreCheckpoint { run: 0, checkpoint: torn });
    assert!(error.to_string().contains("damaged"), "{error}");
    let file = weights(&mut page);
    let error =
        page.refused(Request::RestoreCheckpoint { run: 0, checkpoint: Checkpoint { state: file, ..good.clone() } });
    assert!(error.to_string().contains("no training checkpoint"), "{error}");
    let mut wild = good;
    let end = wild.state.len();
    wild.state[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let error = page.refused(Request::RestoreCheckpoint { run: 0, checkpoint: wild });
    assert!(error.to_string().contains("not finite"), "{error}");
}

#[test]
fn files_that_are_missing_or_damaged_are_named() {
    let mut files = files_of_mnist();
    files.remove("assets/data/mnist/train-labels-idx1-ubyte.gz");
    files.insert("assets/data/mnist/t10k-images-idx3-ubyte.gz".into(), vec![0; 30]);
    let mut page = Page::with_files(files);
    let error = page.refused(create_run(0));
    assert!(error.to_string().contains("train-labels-idx1-ubyte.gz") && error.to_string().contains("404"), "{error}");
    let error = page.refused(Request::TestImages { first: 0, count: 5 });
    assert!(error.to_string().contains("t10k-images-idx3-ubyte.gz"), "{error}");
}

#[test]
fn test_images_come_in_order() {
    let mut page = Page::started();
    let Event::TestImages { images } = page.ask(Request::TestImages { first: 38, count: 5 }) else { panic!() };
    let labels: Vec<_> = images.iter().map(|image| (image.index, image.label)).collect();
    assert_eq!(labels, [(38, 8), (39, 9)]);
    assert!(page.refused(Request::TestImages { first: 40, count: 5 }).to_string().contains("0 to 39"));
}
