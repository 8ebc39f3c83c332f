use super::*;
use crate::config::{CgConfig, ImageShape};
use crate::engine::weights::WeightsFile;
use crate::protocol::{ModelRef, OWN_RUN, Progress, RunStatus};

fn progress(page: &Page, id: RequestId) -> Vec<Progress> {
    let progress = |event| if let Event::Progress { progress } = event { Some(progress) } else { None };
    page.events(id).into_iter().filter_map(progress).collect()
}

fn stopped(status: RunStatus, step: u32) -> Event {
    Event::RunStopped { run: 0, status, step }
}

#[test]
fn a_run_learns_and_stops_at_its_end() {
    let mut page = Page::started();
    let Event::RunCreated { summary } = page.ask(create_run(0)) else { panic!() };
    assert_eq!((summary.step, summary.total_steps), (0, 60));
    let id = page.post(train(None));
    page.settle();
    assert_eq!(page.answer(id), stopped(RunStatus::Finished, 60));
    let reports = progress(&page, id);
    let (first, last) = (&reports[0], &reports[reports.len() - 1]);
    assert!(last.step == 60 && last.loss < 0.5 * first.loss, "{first:?} {last:?}");
    assert!(last.elapsed_secs > first.elapsed_secs && last.steps_per_second > 0.0);
    assert_eq!(page.ask(train(Some(1))), stopped(RunStatus::Finished, 60));
    let event = page.ask(Request::Evaluate { run: 0, images: 1000 });
    let Event::Evaluated { report } = event else { panic!("{event:?}") };
    assert_eq!((report.images, report.step), (40, 60));
    assert!(report.accuracy > 0.9, "{}", report.accuracy);
    assert_eq!(report.confusion.iter().flatten().sum::<u32>(), 40);
}

#[test]
fn single_steps_pauses_and_rates_take_effect_at_once() {
    let mut page = Page::with_run();
    assert_eq!(page.ask(train(Some(1))), stopped(RunStatus::StepsDone, 1));
    let id = page.post(train(None));
    let rate = page.post_later(2, Request::SetLearningRate { run: 0, learning_rate: 1e-3 });
    let pause = page.post_later(2, Request::Pause { run: 0 });
    page.settle();
    assert_eq!((page.answer(rate), page.answer(pause)), (Event::Done, Event::Done));
    let Event::RunStopped { status: RunStatus::Paused, step, .. } = page.answer(id) else { panic!() };
    assert!((3..12).contains(&step), "{step}");
    assert!(progress(&page, id).last().is_some_and(|last| last.step == step));
    let Event::Checkpointed { checkpoint } = page.ask(Request::SaveCheckpoint { run: 0 }) else { panic!() };
    assert!((checkpoint.summary.training.learning_rate - 1e-3).abs() < 1e-12);
}

#[test]
fn requests_about_a_run_keep_their_order() {
    let mut page = Page::started();
    let ids = [create_run(0), train(None), Request::Pause { run: 0 }].map(|request| page.post(request));
    page.settle();
    assert!(matches!(page.answer(ids[0]), Event::RunCreated { .. }));
    assert!(matches!(page.answer(ids[1]), Event::RunStopped { status: RunStatus::Paused, step: 0, .. }));
}

#[test]
fn two_runs_alternate() {
    let mut page = Page::with_run();
    page.ask(create_run(1));
    page.post(train(Some(5)));
    page.post(Request::Train { run: 1, steps: Some(5) });
    page.settle();
    let sent = page.machine.sent.borrow();
    let runs: Vec<u32> = sent
        .iter()
        .filter_map(
            |envelope| if let Event::Progress { progress } = &envelope.event { Some(progress.run) } else { None },
        )
        .collect();
    assert!(runs.windows(2).filter(|pair| pair[0] != pair[1]).count() >= 2, "{runs:?}");
}

#[test]
fn work_can_be_cancelled_before_and_while_it_is_done() {
    let mut page = Page::with_run();
    let training = page.post(train(None));
    let waiting = page.post(Request::SaveWeights { run: 0 });
    page.post(Request::Cancel { target: waiting });
    page.post_later(2, Request::Cancel { target: training });
    page.settle();
    assert_eq!((page.answer(training), page.answer(waiting)), (Event::Cancelled, Event::Cancelled));
    let evaluation = page.post(Request::Evaluate { run: 0, images: 40 });
    let cancel = page.post_later(3, Request::Cancel { target: evaluation });
    page.settle();
    assert_eq!((page.answer(evaluation), page.answer(cancel)), (Event::Cancelled, Event::Done));
    // A download too, and the next try succeeds.
    let mut page = Page::started();
    let creation = page.post(create_run(0));
    page.post_later(0, Request::Cancel { target: creation });
    page.settle();
    assert_eq!(page.answer(creation), Event::Cancelled);
    assert!(matches!(page.ask(create_run(0)), Event::RunCreated { .. }));
}

#[test]
fn a_diverging_run_stops_and_keeps_its_last_good_state() {
    let mut page = Page::started();
    let training = TrainingConfig { learning_rate: 10.0, clip_norm: 1e6, warmup: 0.0, weight_decay: 0.0, ..training() };
    let wild = TrainingConfig { epochs: 100, ..training };
    let NetworkConfig::TaylorNet(mut steep) = small_network() else { panic!() };
    steep.normalization = false;
    steep.blocks.iter_mut().for_each(|block| block.cg.order = 4);
    page.ask(Request::CreateRun { run: 0, network: NetworkConfig::TaylorNet(steep), training: wild });
    let id = page.post(train(None));
    page.settle();
    let Event::RunStopped { status: RunStatus::Diverged, .. } = page.answer(id) else {
        panic!("{:?}", page.answer(id))
    };
    let told = page.events(0);
    let Some(Event::Failed { error }) = told.last() else { panic!("{told:?}") };
    assert!(error.to_string().contains("smaller learning rate"));
    assert!(matches!(page.ask(Request::SaveWeights { run: 0 }), Event::Weights { .. }));
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let mut page = Page::started();
    let mut refused = |change: fn(&mut TrainingConfig)| {
        let mut training = training();
        change(&mut training);
        page.refused(Request::CreateRun { run: 0, network: small_network(), training }).to_string()
    };
    assert!(refused(|training| training.learning_rate = 0.0).contains("must be a positive number"));
    assert!(refused(|training| training.learning_rate = -1.0).contains("must be a positive number"));
    assert!(refused(|training| training.batch = 41).contains("between 1 and 40"));
    let NetworkConfig::TaylorNet(mut large) = small_network() else { panic!() };
    large.blocks[0].channels = 512;
    large.blocks[0].cg.order = 4;
    large.blocks[1].channels = 512;
    let network = NetworkConfig::TaylorNet(large.clone());
    let error = page.refused(Request::CreateRun { run: 0, network, training: training() });
    assert!(error.to_string().contains("20 million"), "{error}");
    large.input = ImageShape { channels: 1, height: 256, width: 256 };
    large.blocks.truncate(1);
    large.blocks[0].cg = CgConfig::square(1, 1);
    let network = NetworkConfig::TaylorNet(large);
    let error = page.refused(Request::CreateRun { run: 0, network, training: training() });
    assert!(
        error.to_string().contains("too much for a browser") || error.to_string().contains("20 million"),
        "{error}"
    );
    assert!(page.refused(create_run(3)).to_string().contains("numbered 0 to 2"));
    assert_eq!(page.refused(train(None)), WorkerError::NoSuchRun { run: 0 });
}

/// Three classes of images of one's own: bars that lie, that stand and that cross, each at its own place.
fn own_images(each: usize) -> Request {
    let bars = |class: usize, number: usize| {
        let at = 4 + 3 * (number % 7);
        (0..28 * 28).map(move |index| {
            let lies = (at..at + 4).contains(&(index / 28));
            let stands = (at..at + 4).contains(&(index % 28));
            if [lies, stands, lies || stands][class] { 255 } else { 0 }
        })
    };
    let all = (0..3).flat_map(|class| (0..each).map(move |number| (class, number)));
    Request::UseImages {
        classes: ["lies", "stands", "crosses"].map(String::from).to_vec(),
        pixels: all.clone().flat_map(|(class, number)| bars(class, number)).collect(),
        labels: all.map(|(class, _)| class as u8).collect(),
    }
}

fn own_run(classes: usize) -> Request {
    let network = NetworkConfig::named("taylornet-7").unwrap().with_classes(classes).unwrap();
    let training = TrainingConfig { batch: 10, epochs: 50, ..training() };
    Request::CreateRun { run: OWN_RUN, network, training }
}

#[test]
fn images_of_ones_own_are_learnt_with_as_many_classes_as_they_have() {
    let mut page = Page::started();
    assert!(page.refused(own_run(3)).to_string().contains("no images of your own yet"));
    assert_eq!(page.ask(own_images(14)), Event::Done);
    assert!(page.refused(own_run(10)).to_string().contains("3 classes"));
    let Event::RunCreated { summary } = page.ask(own_run(3)) else { panic!() };
    // Two of fourteen are set aside.
    assert_eq!(summary.total_steps, 50 * (36 / 10));
    let id = page.post(Request::Train { run: OWN_RUN, steps: None });
    page.settle();
    assert!(matches!(page.answer(id), Event::RunStopped { run: OWN_RUN, status: RunStatus::Finished, .. }));
    let Event::Evaluated { report } = page.ask(Request::Evaluate { run: OWN_RUN, images: 100 }) else { panic!() };
    assert_eq!((report.images, report.confusion.len()), (6, 3));
    assert!(report.accuracy > 0.8, "{report:?}");

    let Request::UseImages { pixels, .. } = own_images(1) else { panic!() };
    let drawing = Raster { width: 28, height: 28, pixels: pixels[2 * 784..].to_vec() };
    let classify = Request::Classify { model: ModelRef::Run(OWN_RUN), drawing, normalize: false };
    let Event::Classified { probabilities, .. } = page.ask(classify.clone()) else { panic!() };
    assert!(probabilities.len() == 3 && probabilities[2] > 0.5, "{probabilities:?}");

    // The file says what the classes are called, and is taken back in another session with the same images.
    let Event::Weights { file, .. } = page.ask(Request::SaveWeights { run: OWN_RUN }) else { panic!() };
    let names = WeightsFile::from_bytes(&file).unwrap().classes;
    assert_eq!(names, ["lies", "stands", "crosses"]);
    let mut later = Page::started();
    let refused = later.refused(Request::LoadWeights { run: 0, file: file.clone() });
    assert!(refused.to_string().contains("lies, stands, crosses"), "{refused}");
    later.ask(own_images(14));
    assert!(matches!(later.ask(Request::LoadWeights { run: OWN_RUN, file }), Event::RunCreated { .. }));
    let Event::Classified { probabilities: again, .. } = later.ask(classify) else { panic!() };
    for (one, other) in probabilities.iter().zip(&again) {
        assert!((one - other).abs() < 1e-4, "{probabilities:?} {again:?}");
    }
    // Other images: the run is forgotten.
    later.ask(own_images(12));
    assert!(later.refused(Request::SaveWeights { run: OWN_RUN }).to_string().contains("run 2"));
}
