//! The steps: what they show, light up and say.

use crate::app::url::{PolynomialView, Room, UrlState};
use crate::number;

/// Number of steps.
pub const STEPS: usize = ALL.len();

/// One step.
#[derive(Debug)]
pub struct Step {
    /// What the step is about.
    pub title: &'static str,
    /// Two or three sentences.
    pub text: &'static str,
    /// What it lights up, as a selector.
    pub target: &'static str,
    room: Room,
    view: Option<PolynomialView>,
    /// Level of the references in Draw and of the images in Distil.
    level: Option<usize>,
}

impl Step {
    /// Shows the place of the step, and touches nothing that a visitor has made.
    pub fn show(&self, state: &mut UrlState) {
        state.room = self.room;
        if let Some(view) = self.view {
            state.polynomial.view = view;
        }
        if let Some(level) = self.level {
            match self.room {
                Room::Distil => state.distil.level = level,
                Room::Draw | Room::Photos | Room::Train | Room::Polynomial | Room::Results | Room::Idea | Room::Own => {
                    state.references.level = number::to_u32(level);
                }
            }
        }
    }
}

/// Puts back what steps change as it was before the tour.
pub fn restore(state: &mut UrlState, before: &UrlState) {
    state.tour = 0;
    state.room = before.room;
    state.polynomial.view = before.polynomial.view;
    state.references.level = before.references.level;
    state.distil.level = before.distil.level;
    state.distil.chosen = before.distil.chosen;
}

/// The step of that number, from 1.
pub fn step(number: usize) -> Option<&'static Step> {
    ALL.get(number.checked_sub(1)?)
}

const ALL: [Step; 12] = [
    Step {
        title: "A digit goes in",
        text: "Draw on the canvas: with a mouse, a pen, a finger or the keyboard. The network gets your ink in 28 by 28 pixels, \
               centred as the digits of MNIST are. You can draw at any time during the tour.",
        target: ".draw-paper",
        room: Room::Draw,
        view: None,
        level: None,
    },
    Step {
        title: "A polynomial answers",
        text: "TaylorNet has no activation functions. Each of its ten scores is a polynomial of degree 16 in the 784 pixels, and \
               the largest score is the answer. The box below the network compares it with plain convolutions, which are of degree 1.",
        target: ".draw-headline",
        room: Room::Draw,
        view: None,
        level: None,
    },
    Step {
        title: "Or the most similar reference",
        text: "A second way to answer needs no last layer: ten images stand for 60 000, and the one that a network finds most \
               similar to your digit names it. The slider takes more and more references.",
        target: ".draw-similarity",
        room: Room::Draw,
        view: None,
        level: Some(5),
    },
    Step {
        title: "Why this digit?",
        text: "A polynomial can be taken apart without approximation: which pixels speak for the digit, how much each Taylor \
               order adds, and which pairs of pixels act together. The sum of the parts is the score.",
        target: ".why",
        room: Room::Draw,
        view: None,
        level: None,
    },
    Step {
        title: "Where the degree comes from",
        text: "A level replaces each cluster of values by a polynomial of second order. Two levels on top of each other make \
               degree 4, four make 16. Choose a term in the list, and the paths that make it light up.",
        target: ".poly-middle",
        room: Room::Polynomial,
        view: Some(PolynomialView::Stack),
        level: None,
    },
    Step {
        title: "How many orders does it need?",
        text: "The same for the trained network: its Taylor series about the mean image is cut off after each order, and the \
               accuracy on the test images is measured. The slider cuts it off at your digit.",
        target: "[data-testid=\"trained-orders\"]",
        room: Room::Polynomial,
        view: Some(PolynomialView::Trained),
        level: None,
    },
    Step {
        title: "The direct way, and its price",
        text: "One can also write down all products of pixels up to an order and learn one coefficient for each. That works for \
               7 by 7 pixels; the number of coefficients grows so fast that it ends at order 4.",
        target: "[data-testid=\"direct-accuracy\"]",
        room: Room::Polynomial,
        view: Some(PolynomialView::Direct),
        level: None,
    },
    Step {
        title: "Let it learn here",
        text: "Start trains a network in this browser, on your graphics processor where there is one. The faint line is what the \
               shipped network reached. A run is kept when you leave, and goes on when you come back.",
        target: ".run",
        room: Room::Train,
        view: None,
        level: None,
    },
    Step {
        title: "Sixty thousand digits become ten",
        text: "Groups of digits are distilled into one image each, groups of those again, five times over. These ten are what is \
               left, and in the Draw room your digit is compared with them.",
        target: ".distil-gallery",
        room: Room::Distil,
        view: None,
        level: Some(5),
    },
    Step {
        title: "Step by step back to the originals",
        text: "Click an image to unfold the group that it came from, down to the original digits. Below, a group can be distilled \
               while you watch.",
        target: ".distil-tree",
        room: Room::Distil,
        view: None,
        level: Some(5),
    },
    Step {
        title: "Not only digits",
        text: "The same four levels, trained on colour photographs of ten kinds of things. Take the next photograph, or open one \
               of yours: it stays on this machine. Below, the answer is taken apart, order by order and pixel by pixel.",
        target: ".photo-flow",
        room: Room::Photos,
        view: None,
        level: None,
    },
    Step {
        title: "Does it hold?",
        text: "Every number of the article beside ours, with the command that makes it again; under the table, where a claim does \
               not hold. This was the tour: everything is as you left it.",
        target: ".results-scroll",
        room: Room::Results,
        view: None,
        level: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::url::{parse, write};

    #[test]
    fn each_step_is_an_address_and_leaves_the_visitors_work_alone() {
        let before =
            parse("?room=train&net=conv-7&drawing=t000&model=taylornet-7&view=direct&shown=2&references=3&image=2.1.0")
                .state;
        for number in 1..=STEPS {
            let mut state = before.clone();
            state.tour = number;
            step(number).unwrap().show(&mut state);
            assert_eq!(parse(&write(&state)).state, state, "step {number}");
            assert_eq!((&state.drawing, &state.train, &state.model), (&before.drawing, &before.train, &before.model));
            restore(&mut state, &before);
            assert_eq!(state, before, "step {number}");
        }
        assert!(step(0).is_none() && step(STEPS + 1).is_none());
    }

    #[test]
    fn every_room_is_visited_and_texts_are_short() {
        for room in Room::ALL.into_iter().filter(|room| !matches!(room, Room::Idea | Room::Own)) {
            assert!(ALL.iter().any(|step| step.room == room), "{room:?}");
        }
        assert!(ALL.iter().all(|step| step.text.len() < 320 && step.title.len() < 40));
    }
}
