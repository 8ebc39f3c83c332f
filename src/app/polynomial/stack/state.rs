//! What the visitor chooses becomes an expansion: in the page for small stacks, in the worker for large ones.

use super::expanded::{Expanded, Selection};
use crate::app::history::{Address, use_address};
use crate::app::link::{WorkerLink, use_link};
use crate::app::reactive::{effect, memo};
use crate::app::slices::{Slices, now_ms};
use crate::app::url::StackState;
use crate::config::StackConfig;
use crate::poly::{Budget, Composition, Expander, Forecast, StackError, forecast, numbers_of, seeded_numbers};
use crate::protocol::{BusyUnit, Event, Request, RequestId};
use leptos::prelude::*;
use std::sync::Arc;

/// Up to this many terms the page expands by itself: a few milliseconds.
const AT_ONCE: f64 = 8_000.0;
/// Paths of one monomial that are listed.
pub const MOST_PATHS: usize = 200;

/// How far the expansion of the chosen stack is.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Its terms are here.
    Ready(Arc<Expanded>),
    /// The worker makes them, or the page itself where there is no worker.
    Expanding {
        /// Number of the request to the worker.
        request: Option<RequestId>,
        /// Done so far, 0 to 1, where known.
        share: Option<f64>,
    },
    /// The stack cannot be expanded, or not here; with what to change.
    Refused(String),
    /// Something went wrong, or the visitor stopped it; can be tried again.
    Stopped(String),
}

/// Everything that the view's parts share. A context value; get it with [`use_stack`].
#[derive(Clone, Copy)]
pub struct StackRoom {
    address: Address,
    link: WorkerLink,
    /// What is chosen.
    pub stack: Memo<StackConfig>,
    /// How large its polynomial is.
    pub forecast: Memo<Result<Forecast, StackError>>,
    /// How far the expansion is.
    pub work: RwSignal<Work>,
    /// Counts the expansions: what an earlier one still makes is not wanted.
    life: StoredValue<u32>,
    /// The terms, once they are here.
    pub expanded: Memo<Option<Arc<Expanded>>>,
    /// Numbers in place of the coefficients.
    pub numbers: Memo<Option<Arc<Vec<f64>>>>,
    /// The terms that pass the filters.
    pub selection: Memo<Arc<Selection>>,
    /// The chosen term.
    pub term: Memo<Option<usize>>,
    /// How its coefficient is composed.
    pub composition: Memo<Option<Arc<Result<Composition, StackError>>>>,
    /// Which of the chosen monomial's paths is looked at.
    pub path: RwSignal<Option<usize>>,
}

/// The state provided by the view.
///
/// # Panics
/// Outside the view, which provides it before any of its parts is built.
pub fn use_stack() -> StackRoom {
    expect_context::<StackRoom>()
}

impl StackRoom {
    /// Reads the address and expands what it says, and whatever is chosen later.
    pub fn follow() -> Self {
        let (address, link) = (use_address(), use_link());
        let part = move |read: fn(&StackState) -> StackConfig| {
            memo(move |_| address.state.with(|state| read(&state.polynomial.stack)))
        };
        let stack = part(|state| state.stack.clone());
        let work = RwSignal::new(Work::Refused(String::new()));
        let expanded = memo(move |_| {
            work.with(|work| match work {
                Work::Ready(expanded) => Some(expanded.clone()),
                Work::Expanding { .. } | Work::Refused(_) | Work::Stopped(_) => None,
            })
        });
        let seed = memo(move |_| address.state.with(|state| state.polynomial.stack.numbers));
        let numbers = memo(move |_| {
            let seed = seed.get()?;
            let table = expanded.with(|expanded| expanded.as_ref().map(|expanded| expanded.table.len()))?;
            Some(Arc::new(numbers_of(&seeded_numbers(seed, table))))
        });
        let filters =
            memo(move |_| address.state.with(|state| (state.polynomial.stack.uses, state.polynomial.stack.degree)));
        let selection = memo(move |_| {
            let (uses, degree) = filters.get();
            let select = |expanded: &Arc<Expanded>| expanded.select(uses, degree);
            Arc::new(expanded.with(|expanded| expanded.as_ref().map_or(Selection::Range(0..0), select)))
        });
        let monomial = memo(move |_| address.state.with(|state| state.polynomial.stack.monomial.clone()));
        let term = memo(move |_| {
            let factors = monomial.get()?;
            expanded.with(|expanded| expanded.as_ref().and_then(|expanded| expanded.find_factors(&factors)))
        });
        let composition = memo(move |_| {
            let (term, expanded) = (term.get()?, expanded.get()?);
            Some(Arc::new(expanded.table.compose(expanded.expansion.exponents_of(term), MOST_PATHS)))
        });
        let path = RwSignal::new(None);
        effect(move || {
            composition.track();
            path.set(None);
        });
        let forecast = memo(move |_| stack.with(forecast));
        let life = StoredValue::new(0);
        let room =
            Self { address, link, stack, forecast, work, life, expanded, numbers, selection, term, composition, path };
        effect(move || {
            stack.track();
            room.expand();
        });
        room
    }

    /// Changes what is chosen in the view.
    pub fn choose(self, change: impl FnOnce(&mut StackState)) {
        self.address.state.update(|state| change(&mut state.polynomial.stack));
    }

    /// Another stack: what was chosen in the one before means nothing here.
    pub fn restack(self, change: impl FnOnce(&mut StackConfig)) {
        self.choose(|state| {
            change(&mut state.stack);
            (state.monomial, state.uses, state.degree) = (None, None, None);
        });
    }

    /// What is chosen, as a signal of one part.
    pub fn chosen<T: PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&StackState) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let address = self.address;
        memo(move |_| address.state.with(|state| read(&state.polynomial.stack)))
    }

    /// Chooses a term, or none.
    pub fn choose_term(self, term: Option<usize>) {
        let factors = self.expanded.with_untracked(|expanded| Some(expanded.as_ref()?.factors(term?)));
        self.choose(|state| state.monomial = factors);
    }

    /// Shows only terms with this variable; the same one again shows all.
    pub fn toggle_variable(self, variable: usize) {
        self.choose(|state| state.uses = if state.uses == Some(variable) { None } else { Some(variable) });
    }

    /// Expands the chosen stack.
    pub fn expand(self) {
        self.withdraw();
        let stack = self.stack.get_untracked();
        match Expander::new(&stack, Budget::default()) {
            Err(problem) => self.work.set(Work::Refused(sentence(&problem))),
            Ok(expander) => {
                let terms = self.forecast.with_untracked(|size| size.as_ref().map_or(0.0, |size| size.terms.to_f64()));
                if terms > AT_ONCE {
                    self.ask_worker(stack);
                    return;
                }
                let begin = now_ms();
                let expansion = expander.finish();
                self.arrived(Expanded::new(stack, expansion, now_ms() - begin));
            }
        }
    }

    /// Stops the worker's expansion.
    pub fn stop(self) {
        self.withdraw();
        self.work.set(Work::Stopped("Stopped.".into()));
    }

    fn withdraw(self) {
        self.life.update_value(|count| *count += 1);
        if let Work::Expanding { request: Some(request), .. } = self.work.get_untracked() {
            self.link.cancel(request);
        }
    }

    fn ask_worker(self, stack: StackConfig) {
        let asked = stack.clone();
        let mine = self.life.get_value();
        let request = self.link.send(Request::ExpandStack { stack }, move |event| {
            // The answer to a stack that is no longer chosen is not heard.
            if self.life.get_value() != mine {
                return;
            }
            if let Event::StackExpanded { expansion } = event {
                self.arrived(Expanded::from_report(expansion));
            } else if let Event::Busy { done, total, unit: BusyUnit::Steps, .. } = event {
                self.progressed(*done, *total);
            } else if matches!(event, Event::Failed { .. } | Event::Superseded) {
                // Slower, and the page is busy with it, but it needs no worker.
                self.expand_here(&asked);
            }
        });
        // A dead worker answers later, by itself.
        if request != 0 {
            self.work.set(Work::Expanding { request: Some(request), share: None });
        }
    }

    /// Expands in slices, between which the page goes on.
    fn expand_here(self, stack: &StackConfig) {
        let stack = stack.clone();
        let mut expander = match Expander::new(&stack, Budget::default()) {
            Ok(expander) => expander,
            Err(problem) => return self.work.set(Work::Refused(sentence(&problem))),
        };
        let mine = self.life.get_value();
        self.work.set(Work::Expanding { request: None, share: Some(0.0) });
        crate::app::task::spawn(async move {
            let begin_ms = now_ms();
            let mut slices = Slices::begin();
            loop {
                let progress = expander.step();
                if progress.finished {
                    break;
                }
                if slices.over() {
                    self.progressed(progress.done as f64, Some(progress.total as f64));
                    slices.pause().await;
                    if self.life.try_get_value() != Some(mine) {
                        return;
                    }
                }
            }
            self.arrived(Expanded::new(stack, expander.finish(), now_ms() - begin_ms));
        });
    }

    fn progressed(self, done: f64, total: Option<f64>) {
        self.work.update(|work| {
            if let Work::Expanding { share, .. } = work {
                *share = total.filter(|total| *total > 0.0).map(|total| (done / total).clamp(0.0, 1.0));
            }
        });
    }

    fn arrived(self, expanded: Result<Expanded, StackError>) {
        self.work.set(match expanded {
            Ok(expanded) => Work::Ready(Arc::new(expanded)),
            Err(problem) => Work::Refused(sentence(&problem)),
        });
    }
}

/// A problem as a sentence.
pub fn sentence(problem: &StackError) -> String {
    let text = problem.to_string();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => text,
    }
}
