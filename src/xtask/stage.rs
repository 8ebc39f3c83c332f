//! Long work says how long it will take, that it still goes on, and how long it took.
//!
//! Durations are kept in `durations.json` of the scratch folder; before the first one a typical one is given. One
//! thread writes a line now and then with everything that runs at that moment.

use super::files::{self, Workspace};
use super::shell::say;
use crate::number;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;
use web_time::Instant;

/// Seconds between two lines about what runs.
static EVERY: AtomicU64 = AtomicU64::new(15);
/// Work that took less was hardly any, and says nothing about the next time.
const SHORT: Duration = Duration::from_secs(2);

/// What is about to be done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The word in front of the line.
    pub step: &'static str,
    /// For people: `compiling the page`.
    pub what: String,
    /// The key under which its duration is kept; work of another duration needs another key.
    pub key: String,
    /// Seconds on two cores, for the first time.
    pub typical: u64,
}

/// Something that runs, for the line about it.
#[derive(Debug)]
struct Running {
    number: u64,
    what: String,
    started: Instant,
    /// How far it is, as far as that is known.
    progress: String,
}

static RUNNING: Mutex<(u64, Vec<Running>)> = Mutex::new((0, Vec::new()));
/// Several threads keep durations.
static KEEPING: Mutex<()> = Mutex::new(());
static HEARTBEAT: Once = Once::new();

fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Work in progress. It ends with [`Stage::done`], or, where it fails, when it is dropped.
#[derive(Debug)]
pub struct Stage {
    plan: Plan,
    number: u64,
    started: Instant,
    durations: PathBuf,
}

impl Stage {
    /// Says what is done and how long that takes.
    pub fn begin(workspace: &Workspace, plan: Plan) -> Self {
        let durations = workspace.scratch().join("durations.json");
        let expected = expected(read(&durations).get(&plan.key).copied(), plan.typical);
        say(plan.step, &format!("{} ({expected})", plan.what));
        let started = Instant::now();
        let mut running = lock(&RUNNING);
        running.0 += 1;
        let number = running.0;
        running.1.push(Running { number, what: plan.what.clone(), started, progress: String::new() });
        drop(running);
        HEARTBEAT.call_once(|| {
            std::thread::spawn(heartbeat);
        });
        Self { plan, number, started, durations }
    }

    /// How far it is, shown with the next line about it.
    pub fn progress(&self, text: String) {
        if let Some(running) = lock(&RUNNING).1.iter_mut().find(|running| running.number == self.number) {
            running.progress = text;
        }
    }

    /// Says and keeps how long it took.
    pub fn done(self) {
        let took = self.started.elapsed();
        if took < SHORT {
            return;
        }
        say(self.plan.step, &format!("{} took {}", self.plan.what, span(took)));
        let _keeping = lock(&KEEPING);
        let mut durations = read(&self.durations);
        durations.insert(self.plan.key.clone(), took.as_secs_f64());
        // Only a forecast is lost where this cannot be written.
        let _ = files::write(&self.durations, &serde_json::to_vec_pretty(&durations).unwrap_or_default());
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        lock(&RUNNING).1.retain(|running| running.number != self.number);
    }
}

fn read(durations: &std::path::Path) -> BTreeMap<String, f64> {
    files::read(durations).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn expected(last: Option<f64>, typical: u64) -> String {
    match last.map(Duration::try_from_secs_f64) {
        Some(Ok(last)) => format!("{} last time", span(last)),
        _ if typical < SHORT.as_secs() => "a moment".into(),
        _ => format!("about {} on two cores", span(Duration::from_secs(typical))),
    }
}

/// For work whose output is read afterwards: fewer lines about what runs.
pub fn tell_every(seconds: u64) {
    EVERY.store(seconds, Ordering::Relaxed);
}

fn heartbeat() {
    loop {
        std::thread::sleep(Duration::from_secs(EVERY.load(Ordering::Relaxed)));
        let running = lock(&RUNNING);
        if let Some(line) = overview(&running.1) {
            println!("{:>9}  {line}", "…");
        }
    }
}

/// Everything that has run for a while, in one line.
fn overview(running: &[Running]) -> Option<String> {
    let long = running.iter().filter(|running| running.started.elapsed() >= SHORT);
    let parts = long.map(|Running { what, started, progress, .. }| {
        let progress = if progress.is_empty() { String::new() } else { format!(", {progress}") };
        format!("{what}: {}{progress}", span(started.elapsed()))
    });
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// A duration for people.
pub fn span(duration: Duration) -> String {
    let seconds: u64 = number::whole(duration.as_secs_f64().round());
    match (seconds / 60, seconds % 60) {
        (0, _) if seconds < 10 => format!("{:.1} s", duration.as_secs_f64()),
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(key: &str) -> Plan {
        Plan { step: "test", what: "waiting".into(), key: key.into(), typical: 90 }
    }

    #[test]
    fn durations_are_told_for_people() {
        assert_eq!(span(Duration::from_millis(4_321)), "4.3 s");
        assert_eq!(span(Duration::from_secs(42)), "42 s");
        assert_eq!(span(Duration::from_secs(120)), "2 min");
        assert_eq!(span(Duration::from_secs(125)), "2 min 5 s");
        assert_eq!(expected(None, 90), "about 1 min 30 s on two cores");
        assert_eq!(expected(None, 1), "a moment");
        assert_eq!(expected(Some(12.2), 90), "12 s last time");
        assert_eq!(expected(Some(f64::NAN), 90), "about 1 min 30 s on two cores");
    }

    #[test]
    fn the_last_duration_is_kept_unless_it_was_none() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().into(), target: folder.path().into() };
        let mut long = Stage::begin(&workspace, plan("long"));
        long.started = Instant::now().checked_sub(Duration::from_secs(70)).unwrap();
        let durations = long.durations.clone();
        long.done();
        Stage::begin(&workspace, plan("short")).done();
        let kept = read(&durations);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["long"]);
        assert_eq!(expected(kept.get("long").copied(), 1), "1 min 10 s last time");
    }

    #[test]
    fn what_runs_is_told_with_its_progress() {
        let started = Instant::now().checked_sub(Duration::from_secs(75)).unwrap();
        let running = |what: &str, progress: &str, started| Running {
            number: 0,
            what: what.into(),
            started,
            progress: progress.into(),
        };
        let all = [running("a", "3 of 9", started), running("b", "", started), running("c", "", Instant::now())];
        assert_eq!(overview(&all).as_deref(), Some("a: 1 min 15 s, 3 of 9; b: 1 min 15 s"));
        assert_eq!(overview(&all[2..]), None);
    }
}
