//! Sorting the rows by a column.

use super::rows::Row;
use std::cmp::Ordering;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// What the row is about.
    Quantity,
    /// What the article says.
    Article,
    /// What was measured.
    Here,
    /// The difference of the two.
    Difference,
    /// How it compares with the article.
    Outcome,
    /// Seed of the run.
    Seed,
    /// Day.
    Date,
    /// Device.
    Device,
    /// Duration.
    Duration,
    /// Command.
    Command,
}

impl Column {
    /// All, from left to right.
    pub const ALL: [Self; 10] = [
        Self::Quantity,
        Self::Article,
        Self::Here,
        Self::Difference,
        Self::Outcome,
        Self::Seed,
        Self::Date,
        Self::Device,
        Self::Duration,
        Self::Command,
    ];

    /// Name in the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Article => "article",
            Self::Here => "here",
            Self::Difference => "difference",
            Self::Outcome => "outcome",
            Self::Seed => "seed",
            Self::Date => "date",
            Self::Device => "device",
            Self::Duration => "time",
            Self::Command => "command",
        }
    }

    /// The column of that name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
    }

    /// Name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Quantity => "Quantity",
            Self::Article => "Article",
            Self::Here => "Here",
            Self::Difference => "Difference",
            Self::Outcome => "Outcome",
            Self::Seed => "Seed",
            Self::Date => "Date",
            Self::Device => "Device",
            Self::Duration => "Time",
            Self::Command => "Command",
        }
    }
}

/// What rows are compared by.
enum Rank {
    Number(f64),
    Text(String),
}

fn rank(row: &Row, column: Column) -> Option<Rank> {
    let measured = row.measured.as_ref();
    let provenance = measured.map(|result| &result.provenance);
    let text = |text: Option<&String>| text.cloned().map(Rank::Text);
    match column {
        Column::Quantity => Some(Rank::Text(row.name().to_lowercase())),
        Column::Article => row.claim?.says.value().map(Rank::Number),
        Column::Here => Some(Rank::Number(measured?.value())),
        Column::Difference => {
            row.difference_text()?;
            let value = row.claim?.says.value()?;
            Some(Rank::Number(if value.abs() > 1.0 {
                measured?.value() / value - 1.0
            } else {
                measured?.value() - value
            }))
        }
        Column::Outcome => row.outcome().map(|outcome| Rank::Number(f64::from(outcome as u8))),
        Column::Seed => provenance?.seed.map(Rank::Number),
        Column::Date => text(provenance?.date.as_ref()),
        Column::Device => text(provenance?.device.as_ref()),
        Column::Duration => provenance?.duration_secs.map(Rank::Number),
        Column::Command => text(provenance?.command.as_ref()),
    }
}

/// The rows by a column; those without a value stand at the end either way, and equal ones stay as they were.
pub fn sorted(mut rows: Vec<Row>, column: Column, falling: bool) -> Vec<Row> {
    rows.sort_by(|one, other| match (rank(one, column), rank(other, column)) {
        (Some(one), Some(other)) => {
            let order = match (one, other) {
                (Rank::Number(one), Rank::Number(other)) => one.total_cmp(&other),
                (Rank::Text(one), Rank::Text(other)) => one.cmp(&other),
                (Rank::Number(_), Rank::Text(_)) => Ordering::Less,
                (Rank::Text(_), Rank::Number(_)) => Ordering::Greater,
            };
            if falling { order.reverse() } else { order }
        }
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    rows
}
