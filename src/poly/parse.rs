//! Monomials and numbers as people type them.

use super::Rational;
use super::write::VariableNames;
use thiserror::Error;

/// Why a text is not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    /// A factor is no power of a variable.
    #[error("`{factor}` is not a power of a variable: write monomials like x1^2*x3, or 1")]
    Factor {
        /// The factor.
        factor: String,
    },
    /// A variable that the polynomial does not have.
    #[error("there is no variable `{variable}`: there are {variables}, from {first} to {last}")]
    Variable {
        /// As typed.
        variable: String,
        /// Number of variables.
        variables: usize,
        /// Name of the first.
        first: String,
        /// Name of the last.
        last: String,
    },
    /// An exponent beyond 255.
    #[error("the exponent of `{variable}` is larger than 255: no stack has such a term")]
    Exponent {
        /// Name of the variable.
        variable: String,
    },
    /// No number.
    #[error("`{text}` is not a number: write 2, -0.25 or 1/3")]
    Number {
        /// As typed.
        text: String,
    },
}

/// The exponents of a monomial such as `x1^2*x3`, `x1 x1 x3` or `1`.
///
/// # Errors
/// [`ParseError`] with how to write it.
pub fn parse_monomial(text: &str, variables: usize, names: VariableNames) -> Result<Vec<u8>, ParseError> {
    let mut exponents = vec![0_u8; variables];
    let factors = text.split(['*', ' ', '·']).filter(|factor| !factor.is_empty());
    for factor in factors.filter(|factor| *factor != "1") {
        let (variable, exponent) = factor.split_once('^').unwrap_or((factor, "1"));
        let index = variable_index(variable, variables, names)?;
        let wrong = || ParseError::Factor { factor: factor.to_owned() };
        let exponent: u32 = exponent.parse().map_err(|_| wrong())?;
        let sum = u32::from(exponents[index]).saturating_add(exponent);
        exponents[index] = u8::try_from(sum).map_err(|_| ParseError::Exponent { variable: variable.to_owned() })?;
    }
    if text.trim().is_empty() {
        return Err(ParseError::Factor { factor: String::new() });
    }
    Ok(exponents)
}

fn variable_index(name: &str, variables: usize, names: VariableNames) -> Result<usize, ParseError> {
    let digits = name.strip_prefix('x').map(|rest| rest.strip_prefix('_').unwrap_or(rest));
    let indices: Option<Vec<usize>> =
        digits.and_then(|digits| digits.split(['_', ',']).map(|digits| digits.parse().ok()).collect());
    let Some(indices) = indices else { return Err(ParseError::Factor { factor: name.to_owned() }) };
    let index = match (names, &indices[..]) {
        (VariableNames::Numbered, [number]) => number.checked_sub(1),
        (VariableNames::Grid { columns }, [row, column]) if *column < columns => {
            row.checked_mul(columns).and_then(|first| first.checked_add(*column))
        }
        (VariableNames::Numbered | VariableNames::Grid { .. }, _) => None,
    };
    index.filter(|index| *index < variables).ok_or_else(|| ParseError::Variable {
        variable: name.to_owned(),
        variables,
        first: names.plain(0),
        last: names.plain(variables.saturating_sub(1)),
    })
}

/// An exact number: a whole number, a fraction or a decimal.
///
/// # Errors
/// [`ParseError::Number`] with how to write it.
pub fn parse_number(text: &str) -> Result<Rational, ParseError> {
    number(text.trim()).ok_or_else(|| ParseError::Number { text: text.to_owned() })
}

fn number(text: &str) -> Option<Rational> {
    if let Some((numerator, denominator)) = text.split_once('/') {
        return Rational::new(numerator.trim().parse().ok()?, denominator.trim().parse().ok()?).ok();
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits_only = decimals.bytes().all(|digit| digit.is_ascii_digit());
    let denominator = 10_i128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
    let numerator: i128 = if digits_only { format!("{whole}{decimals}").parse().ok()? } else { return None };
    Rational::new(numerator, denominator).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monomials_as_typed() {
        let parse = |text| parse_monomial(text, 4, VariableNames::Numbered);
        assert_eq!(parse("x1^2*x3"), Ok(vec![2, 0, 1, 0]));
        assert_eq!(parse("x_3 x1 x1"), Ok(vec![2, 0, 1, 0]));
        assert_eq!(parse("1"), Ok(vec![0; 4]));
        assert_eq!(parse_monomial("x_1_0^3", 4, VariableNames::Grid { columns: 2 }), Ok(vec![0, 0, 3, 0]));
        let message = parse("x5").unwrap_err().to_string();
        assert_eq!(message, "there is no variable `x5`: there are 4, from x1 to x4");
        for wrong in ["", "y1", "x1^", "x1^-1", "x", "2*x1"] {
            assert!(matches!(parse(wrong), Err(ParseError::Factor { .. })), "{wrong}");
        }
        assert!(matches!(parse("x0"), Err(ParseError::Variable { .. })));
        assert!(matches!(parse("x1^200*x1^100"), Err(ParseError::Exponent { .. })));
    }

    #[test]
    fn numbers_as_typed() {
        let fraction = |numerator, denominator| Ok(Rational::new(numerator, denominator).unwrap());
        assert_eq!(parse_number(" -0.25"), fraction(-1, 4));
        assert_eq!(parse_number("2/6"), fraction(1, 3));
        assert_eq!(parse_number("-7"), fraction(-7, 1));
        assert_eq!(parse_number(".5"), fraction(1, 2));
        for wrong in ["", "x", "1/0", "1.-5", "1e5", "."] {
            assert!(parse_number(wrong).is_err(), "{wrong}");
        }
    }
}
