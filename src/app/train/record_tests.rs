use super::*;
use crate::app::train::settings;
use crate::app::url::TrainState;

fn summary(step: u32) -> RunSummary {
    let state = TrainState::default();
    RunSummary {
        run: 0,
        network: settings::network(&state),
        training: settings::training(&state),
        parameters: 249_674,
        step,
        total_steps: 1_875,
    }
}

fn progress(step: u32, loss: f64) -> Progress {
    Progress {
        run: 0,
        step,
        total_steps: 1_875,
        loss,
        batch_accuracy: 0.5,
        learning_rate: 1e-3,
        steps_per_second: 25.0,
        elapsed_secs: f64::from(step) / 25.0,
    }
}

#[test]
fn a_run_is_built_trains_and_stops() {
    let mut record = Record::default();
    assert_eq!(record.phase, Phase::Absent);
    record.created("taylornet-7".into(), summary(0));
    assert_eq!(record.phase, Phase::Paused);
    record.progress(&progress(10, 2.0));
    record.progress(&progress(20, 1.5));
    assert_eq!((record.step, record.loss()), (20, Some(1.5)));
    assert_eq!(record.left_secs(), Some(74.2));
    assert!((record.samples_per_second() - 800.0).abs() < 1e-9);
    record.stopped(RunStatus::Paused, 20);
    assert_eq!(record.phase, Phase::Paused);
    record.stopped(RunStatus::Diverged, 10);
    assert_eq!((record.phase, record.points.len()), (Phase::Diverged, 1));
}

#[test]
fn a_restored_run_keeps_its_curve_and_a_new_one_does_not() {
    let mut record = Record::default();
    record.created("taylornet-7".into(), summary(0));
    record.progress(&progress(10, 2.0));
    record.created("taylornet-7".into(), summary(10));
    assert_eq!(record.points.len(), 1);
    record.created("taylornet-7".into(), summary(0));
    assert_eq!((record.points.len(), record.step), (0, 0));
}

#[test]
fn curves_are_thinned_by_means() {
    let mut record = Record::default();
    for step in 1..=10 {
        record.progress(&progress(step, f64::from(step)));
    }
    assert_eq!(record.curve(5, |p| p.loss), [(2.0, 1.5), (4.0, 3.5), (6.0, 5.5), (8.0, 7.5), (10.0, 9.5)]);
    assert_eq!(record.curve(100, |p| p.loss).len(), 10);
    assert_eq!(Record::default().curve(5, |p| p.loss), []);
}

#[test]
fn a_long_run_does_not_grow_without_bound() {
    let mut record = Record::default();
    for step in 1..=20_001 {
        record.points.push(Point { step, loss: 1.0, accuracy: 1.0, learning_rate: 1.0, elapsed_secs: 1.0 });
    }
    record.progress(&progress(20_002, 1.0));
    assert!(record.points.len() <= MOST_POINTS / 2);
    assert_eq!(record.points.last().unwrap().step, 20_002);
}

#[test]
fn csv_has_a_row_per_measurement() {
    let mut record = Record::default();
    record.created("taylornet-7".into(), summary(0));
    record.progress(&progress(5, 2.5));
    let report = EvaluationReport {
        run: 0,
        step: 5,
        images: 1_000,
        accuracy: 0.91,
        loss: 0.3,
        confusion: Vec::new(),
        mistakes: Vec::new(),
    };
    record.tested(&report);
    let text = csv(&[record]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1], "0,taylornet-7,training,5,2.5,0.5,0.001,0.2,");
    assert_eq!(lines[2], "0,taylornet-7,test,5,0.3,0.91,,,1000");
    let columns = |line: &str| line.split(',').count();
    assert!(lines.iter().all(|line| columns(line) == columns(lines[0])));
}

#[test]
fn checkpoints_come_by_steps_or_time_but_never_in_a_rush() {
    assert!(!checkpoint_due(0, 1e9));
    assert!(!checkpoint_due(500, 4.0));
    assert!(checkpoint_due(50, 5.0));
    assert!(!checkpoint_due(49, 19.0));
    assert!(checkpoint_due(1, 20.0));
}
