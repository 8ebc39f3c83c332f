use super::*;
use crate::config::{CgConfig, ImageShape};
use crate::protocol::{Progress, RunStatus};

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
    assert!(page.refused(create_run(2)).to_string().contains("numbered 0 and 1"));
    assert_eq!(page.refused(train(None)), WorkerError::NoSuchRun { run: 0 });
}
