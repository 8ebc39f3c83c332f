//! What is asked about the digit, and the newest explanation of it.
//!
//! The drawing must stay fast: an explanation is asked for when the pen has rested, and given up when it moves again. Where
//! explanations take next to no time, like those of the small network, they follow the pen.

use crate::app::at_hand::RunAtHand;
use crate::app::draw::state::{Answer, DrawState};
use crate::app::history::Address;
use crate::app::link::WorkerLink;
use crate::app::reactive::{effect, memo};
use crate::app::url::{Against, Room, WhyAsked};
use crate::config::{ExpansionPoint, NetworkConfig};
use crate::number;
use crate::poly::ranking::ascending;
use crate::protocol::{Event, Explanation, ModelRef, Raster, Request, RequestId};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// The pen has rested this long before an explanation is asked for,
const QUIET: Duration = Duration::from_millis(400);
/// and this long again before the strongest pairs are.
const IDLE: Duration = Duration::from_millis(700);

/// Explanations that took no longer than this, in milliseconds, follow the pen,
const QUICK_MS: f64 = 60.0;
/// one after the other, begun so far apart that answers to the pen have time for themselves.
const FOLLOWING: Duration = Duration::from_millis(120);
/// What has to be over before the next one: that time, and the one before.
const TIME_AND_ANSWER: u32 = 2;

/// What is asked. The logits stand for the weights: a network in training is another one every few steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    model: ModelRef,
    image: Raster,
    logits: Vec<f32>,
    /// About which image.
    about: ExpansionPoint,
    /// The class to explain.
    pub class: u32,
    /// The class to subtract.
    pub against: Option<u32>,
}

/// How long explanations of one network about one image take. The first one is not counted: it loads and expands.
#[derive(Debug, Default)]
struct Pace {
    of: Option<(ModelRef, ExpansionPoint)>,
    /// Duration of the shortest one, in milliseconds: what is left where nothing else computes.
    shortest_ms: Option<f64>,
}

impl Pace {
    fn take_in(&mut self, question: &Question, ms: f64) {
        let is_first = !self.is_of(question);
        self.of = Some((question.model.clone(), question.about));
        self.shortest_ms = if is_first { None } else { Some(self.shortest_ms.map_or(ms, |shortest| shortest.min(ms))) };
    }

    fn is_of(&self, question: &Question) -> bool {
        self.of.as_ref().is_some_and(|(model, about)| *model == question.model && *about == question.about)
    }

    /// Whether the next one takes next to no time, as far as is known: the first one and the one after it are tried.
    fn is_quick(&self, question: &Question) -> bool {
        !self.is_of(question) || self.shortest_ms.is_none_or(|ms| ms <= QUICK_MS)
    }
}

/// Signals of the panel.
#[derive(Clone, Copy)]
pub struct WhyState {
    /// The order on the map; `None` for all, also where the network has no terms of the chosen one.
    pub order: Memo<Option<usize>>,
    /// The newest explanation. It stays until the next one is here.
    pub explained: RwSignal<Option<Arc<Explanation>>>,
    /// Whether it is of what is on the canvas now.
    pub is_current: RwSignal<bool>,
    /// Why there is none.
    pub failure: RwSignal<Option<String>>,
    /// Whether the pairs of large images were asked for; those of small ones always are.
    pub wants_pairs: RwSignal<bool>,
    /// What is asked now.
    pub question: Memo<Option<Question>>,
    /// Counts questions: the answers to earlier ones are no longer heard.
    turn: StoredValue<u32>,
    in_flight: StoredValue<Option<RequestId>>,
    /// How long explanations without pairs take.
    pace: StoredValue<Pace>,
    /// Asked next where explanations follow the pen.
    waiting: StoredValue<Option<Question>>,
    /// How much has to be over before it is asked.
    resting: StoredValue<u32>,
    link: WorkerLink,
    address: Address,
}

/// The winner of an answer and the class after it.
pub fn first_two(answer: &Answer) -> (u32, u32) {
    let losing: Vec<f64> = answer.logits.iter().map(|logit| -f64::from(*logit)).collect();
    let classes = ascending(&losing);
    let at = |place: usize| classes.get(place).map_or(0, |&class| number::to_u32(class));
    (at(0), at(1))
}

/// Whether a network is a polynomial; for networks that are not known the worker decides.
pub fn is_polynomial(network: &ModelRef, at_hand: Option<RunAtHand>) -> bool {
    let is_residual = |network: &NetworkConfig| matches!(network, NetworkConfig::ResNet(_));
    !match network {
        ModelRef::Shipped(name) => NetworkConfig::named(name).is_ok_and(|network| is_residual(&network)),
        ModelRef::Run(_) => {
            at_hand.is_some_and(|it| it.0.with(|run| run.as_ref().is_some_and(|run| is_residual(&run.network))))
        }
    }
}

impl WhyState {
    /// Follows the answers of the room.
    pub fn new(draw: DrawState, address: Address, link: WorkerLink) -> Self {
        let explained = RwSignal::new(None::<Arc<Explanation>>);
        let order = memo(move |_| {
            let has = |order: &usize| explained.with(|it| it.as_ref().is_none_or(|it| *order < it.orders.len()));
            address.state.with(|state| state.why.order).filter(has)
        });
        let at_hand = use_context::<RunAtHand>();
        let question = memo(move |before: Option<&Option<Question>>| {
            // Nothing is asked for a room that nobody sees.
            if address.state.with(|state| state.room != Room::Draw) {
                return before.cloned().flatten();
            }
            let answer = draw.answer(0).filter(|answer| is_polynomial(&answer.model, at_hand))?;
            Some(ask_about(&answer, address.state.with(|state| state.why)))
        });
        let why = Self {
            order,
            explained,
            is_current: RwSignal::new(false),
            failure: RwSignal::new(None),
            wants_pairs: RwSignal::new(false),
            question,
            turn: StoredValue::new(0),
            in_flight: StoredValue::new(None),
            pace: StoredValue::new(Pace::default()),
            waiting: StoredValue::new(None),
            resting: StoredValue::new(0),
            link,
            address,
        };
        effect(move || {
            let question = question.get();
            why.is_current.set(false);
            match question {
                Some(question) if why.is_quick(&question) => why.follow(question),
                Some(question) => {
                    why.give_up();
                    why.later(QUIET, move || why.ask(&question, false));
                }
                None => {
                    why.give_up();
                    why.explained.set(None);
                }
            }
        });
        why
    }

    /// What the visitor chose: it stands in the address.
    pub fn asked(self) -> WhyAsked {
        self.address.state.with(|state| state.why)
    }

    /// Changes what is asked.
    pub fn choose(self, change: impl FnOnce(&mut WhyAsked)) {
        self.address.state.update(|state| change(&mut state.why));
    }

    /// Asks for the pairs of the question on view, now and from now on.
    pub fn ask_for_pairs(self) {
        self.wants_pairs.set(true);
        if let Some(question) = self.question.get_untracked() {
            self.give_up();
            self.ask(&question, true);
        }
    }

    /// Whether explanations of the same network without pairs take next to no time.
    fn is_quick(self, question: &Question) -> bool {
        self.pace.with_value(|pace| pace.is_quick(question))
    }

    /// Asks now, or asks the newest question when the one before is answered and its time is over.
    fn follow(self, question: Question) {
        if self.resting.get_value() > 0 {
            self.waiting.set_value(Some(question));
            return;
        }
        self.resting.set_value(TIME_AND_ANSWER);
        self.give_up();
        self.send(&question, false, true);
        set_timeout(move || self.rested(), FOLLOWING);
    }

    /// One of the two things is over; after the last one it is the turn of the newest question.
    fn rested(self) {
        // The room may be gone by now.
        let left = self.resting.try_update_value(|left| {
            *left = left.saturating_sub(1);
            *left
        });
        if left == Some(0)
            && let Some(question) = self.waiting.try_update_value(Option::take).flatten()
            && self.question.try_get_untracked().flatten().as_ref() == Some(&question)
        {
            self.follow(question);
        }
    }

    fn give_up(self) {
        self.turn.update_value(|turn| *turn += 1);
        if let Some(id) = self.in_flight.try_update_value(Option::take).flatten() {
            self.link.cancel(id);
        }
    }

    /// Does something after a while, unless another question comes before.
    fn later(self, after: Duration, then: impl FnOnce() + 'static) {
        let turn = self.turn.get_value();
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(turn) {
                    then();
                }
            },
            after,
        );
    }

    fn ask(self, question: &Question, pairs: bool) {
        self.send(question, pairs, false);
    }

    fn send(self, question: &Question, pairs: bool, follows: bool) {
        let turn = self.turn.get_value();
        let again = question.clone();
        let request = Request::Explain {
            model: question.model.clone(),
            drawing: question.image.clone(),
            normalize: false,
            about: question.about,
            class: Some(question.class),
            against: question.against,
            pairs,
        };
        let id = self.link.send(request, move |event| {
            if self.turn.try_get_value() == Some(turn) {
                self.hear(&again, event);
            }
            if follows && !matches!(event, Event::Busy { .. }) {
                self.rested();
            }
        });
        self.in_flight.set_value(Some(id));
    }

    fn hear(self, question: &Question, event: &Event) {
        if let Event::Explained { explanation } = event {
            self.in_flight.set_value(None);
            self.failure.set(None);
            let pairs_are_due = explanation.pairs.is_none()
                && (explanation.side <= 7 || self.wants_pairs.get_untracked())
                && explanation.orders.len() > 2;
            if explanation.pairs.is_none() {
                self.pace.update_value(|pace| pace.take_in(question, explanation.compute_ms));
            }
            self.explained.set(Some(Arc::new(explanation.clone())));
            // It may be older, where explanations follow the pen.
            let is_newest = self.question.with_untracked(|newest| newest.as_ref() == Some(question));
            self.is_current.set(is_newest);
            if pairs_are_due && is_newest {
                let question = question.clone();
                self.later(IDLE, move || self.ask(&question, true));
            }
        } else if let Event::Failed { error } = event {
            self.in_flight.set_value(None);
            self.failure.set(Some(error.to_string()));
        } else if matches!(event, Event::EmptyDrawing) {
            self.explained.set(None);
        }
    }
}

fn ask_about(answer: &Answer, WhyAsked { class, against, about, .. }: WhyAsked) -> Question {
    let (winner, second) = first_two(answer);
    let class = class.unwrap_or(winner);
    let other = match against {
        // For any class but the winner, the winner is the natural opponent.
        Against::RunnerUp => Some(if class == winner { second } else { winner }),
        Against::Nothing => None,
        Against::Class(other) => Some(other),
    };
    Question {
        model: answer.model.clone(),
        image: answer.image_28.clone(),
        logits: answer.logits.clone(),
        about,
        class,
        against: other.filter(|&other| other != class),
    }
}
