//! The rows of the table: every statement of the article beside what answers it, then all other results.

use super::article::CLAIMS;
use super::claim::{Claim, Says};
use super::measured::{Group, Measured, See};
use super::text;

/// A number this near to the article's, as a share of it, is nearly the same.
const CLOSE: f64 = 0.1;

/// How a measurement compares with the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// At least as good, as far as the article's digits go.
    Reached,
    /// The same number, as far as its digits go.
    Agrees,
    /// What it says of a trend or a size is so.
    Holds,
    /// Nearly the same number.
    Close,
    /// Less than the article has.
    NotReached,
    /// Another number.
    Differs,
    /// What it says of a trend or a size is not so.
    Fails,
    /// Not measured yet.
    Missing,
}

impl Outcome {
    /// For people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Agrees => "agrees",
            Self::Holds => "holds",
            Self::Close => "close",
            Self::NotReached => "not reached",
            Self::Differs => "differs",
            Self::Fails => "does not hold",
            Self::Missing => "not here yet",
        }
    }

    /// Whether the article is confirmed.
    pub const fn is_good(self) -> bool {
        match self {
            Self::Reached | Self::Agrees | Self::Holds => true,
            Self::Close | Self::NotReached | Self::Differs | Self::Fails | Self::Missing => false,
        }
    }
}

/// A row: what the article says, what was measured, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What the article says.
    pub claim: Option<&'static Claim>,
    /// What was measured.
    pub measured: Option<Measured>,
}

impl Row {
    /// Name for tests and for the parts of the page.
    pub fn key(&self) -> &str {
        self.claim
            .map(|claim| claim.key)
            .or(self.measured.as_ref().map(|result| result.key.as_str()))
            .unwrap_or_default()
    }

    /// Part of the table.
    pub fn group(&self) -> Group {
        let measured = self.measured.as_ref().map(|result| result.group);
        self.claim.map(|claim| claim.group).or(measured).unwrap_or(Group::Networks)
    }

    /// What the row is about.
    pub fn name(&self) -> &str {
        let measured = self.measured.as_ref().map(|result| result.name.as_str());
        self.claim.map(|claim| claim.name).or(measured).unwrap_or_default()
    }

    /// Where it can be seen.
    pub fn see(&self) -> Option<&See> {
        self.measured.as_ref()?.see.as_ref()
    }

    /// How the measurement compares with the article; nothing where the article says nothing.
    pub fn outcome(&self) -> Option<Outcome> {
        let claim = self.claim?;
        let Some(result) = &self.measured else { return Some(Outcome::Missing) };
        let ours = result.value();
        // A number rounds to the article's where it is within half of its last digit; the rest is the error of binary fractions.
        let half = |step: f64| step / 2.0 * (1.0 + 1e-9);
        Some(match claim.says {
            Says::Reaches { value, step } if ours >= value - half(step) => Outcome::Reached,
            Says::Reaches { .. } => Outcome::NotReached,
            Says::Is { value, step } if (ours - value).abs() <= half(step) => Outcome::Agrees,
            Says::Is { value, .. } if (ours / value - 1.0).abs() <= CLOSE => Outcome::Close,
            Says::Is { .. } => Outcome::Differs,
            Says::Rises(_) if rises(result) => Outcome::Holds,
            Says::Weaker(_) if ours < 1.0 => Outcome::Holds,
            Says::Rises(_) | Says::Weaker(_) => Outcome::Fails,
        })
    }

    /// What the article says, in words; empty where it says nothing.
    pub fn article_text(&self) -> String {
        self.claim.map(text::article).unwrap_or_default()
    }

    /// What was measured, in words; nothing where nothing was.
    pub fn ours_text(&self) -> Option<String> {
        self.measured.as_ref().map(text::ours)
    }

    /// The difference, where both are numbers.
    pub fn difference_text(&self) -> Option<String> {
        text::difference(self.measured.as_ref()?, self.claim?)
    }
}

fn rises(result: &Measured) -> bool {
    result.is_series() && result.sources.windows(2).all(|pair| pair[1].value > pair[0].value)
}

/// The article's statements in its order, each with the result that answers it; then, if asked for, all results of
/// which the article says nothing. Groups stay together.
pub fn rows(results: &[Measured], all: bool) -> Vec<Row> {
    let answered = |claim: &'static Claim| Row {
        claim: Some(claim),
        measured: results.iter().find(|result| result.key == claim.key).cloned(),
    };
    let mut rows: Vec<Row> = CLAIMS.iter().map(answered).collect();
    if all {
        let silent = results.iter().filter(|result| CLAIMS.iter().all(|claim| claim.key != result.key));
        rows.extend(silent.map(|result| Row { claim: None, measured: Some(result.clone()) }));
        rows.sort_by_key(Row::group);
    }
    rows
}

/// The answer of the room in one or two sentences, counted from the rows.
pub fn summary(results: &[Measured]) -> String {
    let rows = rows(results, false);
    let count =
        |wanted: fn(Outcome) -> bool| rows.iter().filter_map(Row::outcome).filter(|&outcome| wanted(outcome)).count();
    let missing = count(|outcome| outcome == Outcome::Missing);
    let (good, close) = (count(Outcome::is_good), count(|outcome| outcome == Outcome::Close));
    let measured = rows.len() - missing;
    if measured == 0 {
        return "Nothing has been measured yet.".into();
    }
    let not = measured - good - close;
    let begin = match (not, good * 2 >= measured) {
        (0, _) => "Yes",
        (_, true) => "Mostly",
        (_, false) => "In part",
    };
    let nearly = if close > 0 { format!(", {close} nearly so") } else { String::new() };
    let of = if rows.iter().filter(|row| row.measured.is_none()).all(|row| row.key().contains("cifar")) {
        " on CIFAR\u{2011}10"
    } else {
        ""
    };
    let more = if missing > 0 { format!(" Another {missing}{of} are not here yet.") } else { String::new() };
    format!(
        "{begin}: of the {measured} statements of the article tested here, {good} are confirmed{nearly}, and {not} are not.{more}"
    )
}
