//! Which steps run side by side. Linking the worker, optimising and compressing occupy one core for many minutes, in
//! which another one lints and tests. The browser tests, some of which measure, have the machine to themselves.

use super::{Outcome, Report, Step, name, steps};
use crate::xtask::error::XtaskError;
use crate::xtask::files::{self, Workspace};
use crate::xtask::shell;
use crate::xtask::stage::span;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use web_time::Instant;

/// The order in which steps start: first what is cheap, then what takes longest.
const ORDER: [Step; 9] = [
    Step::Fmt,
    Step::Build,
    Step::Clippy,
    Step::Doc,
    Step::Native,
    Step::Deny,
    Step::Weights,
    Step::Algebra,
    Step::Browser,
];

/// What two steps cannot use at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resource {
    /// Cargo's folder for the profile dev, which one cargo has at a time.
    Debug,
    /// Likewise for the profile release.
    Release,
    /// The Python environment, which is made when it is missing.
    Python,
    /// The processor, all of it.
    Machine,
}

fn occupied(step: Step) -> &'static [Resource] {
    match step {
        Step::Fmt | Step::Deny | Step::Build => &[],
        Step::Clippy | Step::Doc => &[Resource::Debug],
        // The tests of this tool are compiled in the profile dev.
        Step::Native => &[Resource::Release, Resource::Debug],
        Step::Weights | Step::Algebra => &[Resource::Release, Resource::Python],
        Step::Browser => &[Resource::Machine],
    }
}

/// How many steps run side by side.
pub fn width(cores: usize) -> usize {
    match cores {
        0 | 1 => 1,
        2 | 3 => 2,
        _ => 3,
    }
}

#[derive(Debug)]
struct State {
    waiting: Vec<Step>,
    running: Vec<Step>,
    done: Vec<Report>,
}

impl State {
    /// The next step that can start now.
    fn next(&self) -> Option<Step> {
        let can_start = |step: Step| {
            if occupied(step).contains(&Resource::Machine) {
                return self.running.is_empty() && self.waiting.len() == 1;
            }
            let in_use = |resource| self.running.iter().any(|&running| occupied(running).contains(resource));
            !occupied(step).iter().any(in_use)
        };
        self.waiting.iter().copied().find(|&step| can_start(step))
    }

    /// Why a step has nothing to test, if that is so.
    fn obstacle(&self, step: Step) -> Option<String> {
        let needed = (step == Step::Browser).then_some(Step::Build)?;
        let failed = |report: &&Report| report.step == needed && report.outcome != Outcome::Passed;
        self.done.iter().find(failed).map(|_| format!("not run, because the step {} failed", name(needed)))
    }
}

/// Runs steps, `width` of them side by side; the reports come in the order of the steps.
///
/// # Errors
/// If the logs cannot be written.
pub fn run(workspace: &Workspace, steps: &[Step], width: usize) -> Result<Vec<Report>, XtaskError> {
    let waiting = ORDER.into_iter().filter(|step| steps.contains(step)).collect();
    let shared = (Mutex::new(State { waiting, running: Vec::new(), done: Vec::new() }), Condvar::new());
    let side_by_side = width > 1 && steps.len() > 1;
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..width.min(steps.len()).max(1))
            .map(|_| scope.spawn(|| lane(&shared.0, &shared.1, |step| one(workspace, step, side_by_side))))
            .collect();
        lanes.into_iter().try_for_each(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let mut done = shared.0.into_inner().unwrap_or_else(PoisonError::into_inner).done;
    done.sort_by_key(|report| steps.iter().position(|&step| step == report.step));
    Ok(done)
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes one step after the other until none waits.
fn lane(
    state: &Mutex<State>,
    changed: &Condvar,
    work: impl Fn(Step) -> Result<Outcome, XtaskError>,
) -> Result<(), XtaskError> {
    let mut guard = lock(state);
    while !guard.waiting.is_empty() {
        let Some(step) = guard.next() else {
            guard = changed.wait(guard).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        guard.waiting.retain(|&waiting| waiting != step);
        guard.running.push(step);
        let obstacle = guard.obstacle(step);
        drop(guard);
        let started = Instant::now();
        let outcome = obstacle.map_or_else(|| work(step), |why| Ok(Outcome::Failed(why)));
        guard = lock(state);
        guard.running.retain(|&running| running != step);
        changed.notify_all();
        guard.done.push(Report { step, outcome: outcome?, duration: started.elapsed() });
    }
    Ok(())
}

/// Runs one step; side by side its output goes to a file first and is shown in one piece.
fn one(workspace: &Workspace, step: Step, side_by_side: bool) -> Result<Outcome, XtaskError> {
    let name = name(step);
    if !side_by_side {
        println!("\n=== {name}");
        let outcome = attempt(workspace, step);
        if let Outcome::Failed(message) = &outcome {
            println!("{message}");
        }
        return Ok(outcome);
    }
    shell::say("test", &format!("{name} begins"));
    let path = workspace.scratch().join("log").join(format!("{name}.txt"));
    files::write(&path, b"")?;
    let file = File::create(&path).map_err(XtaskError::file("write", &path))?;
    let started = Instant::now();
    let outcome = shell::logged(Arc::new(file), || attempt(workspace, step));
    let log = String::from_utf8_lossy(&files::read(&path)?).into_owned();
    let (word, message) = match &outcome {
        Outcome::Passed => ("passed", String::new()),
        Outcome::Failed(message) => ("FAILED", format!("{message}\n")),
    };
    // In one call, so that no other line comes between.
    print!("\n=== {name} {word} after {}\n{log}{message}\n", span(started.elapsed()));
    Ok(outcome)
}

fn attempt(workspace: &Workspace, step: Step) -> Outcome {
    match catch_unwind(AssertUnwindSafe(|| steps::run(workspace, step))) {
        Ok(Ok(())) => Outcome::Passed,
        Ok(Err(error)) => Outcome::Failed(error.to_string()),
        Err(_) => Outcome::Failed("this tool panicked; its message is above".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    fn state(waiting: &[Step], running: &[Step]) -> State {
        State { waiting: waiting.to_vec(), running: running.to_vec(), done: Vec::new() }
    }

    #[test]
    fn every_step_has_its_turn() {
        for step in Step::value_variants() {
            assert_eq!(ORDER.iter().filter(|other| *other == step).count(), 1, "{step:?}");
        }
    }

    #[test]
    fn steps_that_share_a_folder_wait_for_each_other() {
        assert_eq!(state(&[Step::Doc, Step::Deny], &[Step::Clippy]).next(), Some(Step::Deny));
        assert_eq!(state(&[Step::Weights], &[Step::Native]).next(), None);
        assert_eq!(state(&[Step::Clippy], &[Step::Build]).next(), Some(Step::Clippy));
    }

    #[test]
    fn the_browser_has_the_machine_to_itself() {
        assert_eq!(state(&[Step::Browser], &[Step::Deny]).next(), None);
        assert_eq!(state(&[Step::Doc, Step::Browser], &[Step::Clippy]).next(), None);
        assert_eq!(state(&[Step::Browser], &[]).next(), Some(Step::Browser));
    }

    #[test]
    fn all_steps_run_once_and_never_against_each_other() {
        let shared = (Mutex::new(state(&ORDER, &[])), Condvar::new());
        let at_once = Mutex::new(Vec::<Step>::new());
        let work = |step: Step| {
            let mut running = at_once.lock().unwrap();
            let clash = running.iter().any(|&other| occupied(other).iter().any(|one| occupied(step).contains(one)));
            assert!(!clash && (step != Step::Browser || running.is_empty()), "{step:?} beside {running:?}");
            running.push(step);
            drop(running);
            std::thread::yield_now();
            at_once.lock().unwrap().retain(|&other| other != step);
            Ok(Outcome::Passed)
        };
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| lane(&shared.0, &shared.1, work).unwrap());
            }
        });
        let done = shared.0.into_inner().unwrap().done;
        assert_eq!(done.len(), ORDER.len());
        assert_eq!(done.last().map(|report| report.step), Some(Step::Browser));
    }

    #[test]
    fn without_a_build_there_is_nothing_to_browse() {
        let failed = Report { step: Step::Build, outcome: Outcome::Failed("no".into()), duration: Default::default() };
        let mut state = state(&[Step::Browser], &[]);
        assert_eq!(state.obstacle(Step::Browser), None);
        state.done.push(failed);
        assert!(state.obstacle(Step::Browser).unwrap().contains("build"));
        assert_eq!(state.obstacle(Step::Deny), None);
    }
}
