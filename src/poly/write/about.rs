//! The point about which a polynomial is written: its variables are then not the pixels x, but delta = x - x0.
//!
//! Programs take x itself and have x0 as a table; formulas have x0 as equations or comments beside them, tables as a
//! last line, so that nothing that is copied or saved loses it.

use super::notation::decimal;
use super::{Style, Terms};
use crate::config::ExpansionPoint;
use std::fmt::{self, Write};

/// Values in a line where variables form no grid.
const LINE: usize = 10;

/// An expansion point with its image; never the black one, which needs no words.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    point: ExpansionPoint,
    image: Vec<f64>,
}

impl About {
    /// The point and its image, a value for every variable; `None` for the black one, where delta is x.
    pub fn new(point: ExpansionPoint, image: &[f64]) -> Option<Self> {
        (point != ExpansionPoint::Black).then(|| Self { point, image: image.to_vec() })
    }

    /// `[variable]`: x0.
    pub fn image(&self) -> &[f64] {
        &self.image
    }

    /// What x0 is: `the mean of the training images (mean)`.
    pub fn words(&self) -> String {
        let words = match self.point {
            ExpansionPoint::Black => "the black image".to_owned(),
            ExpansionPoint::Mean => "the mean of the training images".to_owned(),
            ExpansionPoint::ClassMean { class } => format!("the mean of the training images of class {class}"),
            ExpansionPoint::Reference { level, class, index } => {
                format!("the distilled reference {index} of class {class} at level {level}")
            }
            ExpansionPoint::Drawing => "a given image".to_owned(),
        };
        format!("{words} ({})", self.point)
    }

    /// As the first cell of lines that hold x0 in tables: `about mean`.
    pub fn cell(&self) -> String {
        format!("about {}", self.point)
    }
}

/// For plain text: an equation for every variable, on lines of their own after the polynomial.
pub(super) fn write_equations(out: &mut dyn Write, about: &About, style: &Style) -> fmt::Result {
    out.write_str("\n")?;
    for (variable, value) in about.image.iter().enumerate() {
        let (delta, pixel) = (style.names.delta(variable), style.names.plain(variable));
        write!(out, "\n{delta} = {pixel}")?;
        if *value != 0.0 {
            let sign = if *value < 0.0 { "+" } else { "-" };
            write!(out, " {sign} ")?;
            match decimal(*value, None) {
                (digits, 0) => out.write_str(&digits)?,
                (digits, exponent) => write!(out, "{digits}e{exponent}")?,
            }
        }
    }
    out.write_str("\n")
}

/// For typesetting: comments, the values of x0 row by row.
pub(super) fn write_comments(
    out: &mut dyn Write,
    about: &About,
    style: &Style,
    delta: &str,
    [begin, end]: [&str; 2],
) -> fmt::Result {
    writeln!(out, "{begin}{delta} = x - x0, where x0 is {}, in this order:{end}", about.words())?;
    for values in about.image.chunks(style.names.columns().unwrap_or(LINE)) {
        let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        writeln!(out, "{begin}{}{end}", values.join(" "))?;
    }
    Ok(())
}

/// For tables of terms: a last line with x0 in the columns of the variables.
pub(super) fn write_line(out: &mut dyn Write, terms: &Terms, about: &About) -> fmt::Result {
    let columns_between = if terms.are_exact() { ",,," } else { "," };
    write!(out, "{}{columns_between}", about.cell())?;
    for variable in 0..terms.variables {
        write!(out, ",{:?}", about.image.get(variable).copied().unwrap_or_default())?;
    }
    out.write_str("\n")
}
