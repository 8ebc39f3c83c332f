//! The one place where numbers become text.
//!
//! Counts are grouped with narrow no-break spaces, minus signs are real minus signs, and whatever is not a finite
//! number becomes a dash: a table or a chart never shows "NaN".

use crate::number;

/// Shown where there is no number.
pub const NONE: &str = "–";
const GROUP: char = '\u{202f}';
const MINUS: char = '\u{2212}';

/// A count with its thousands grouped: `344 138`.
pub fn count(value: usize) -> String {
    group(&value.to_string())
}

/// A number with a fixed number of decimals: `−1 234.50`.
pub fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return NONE.into();
    }
    let text = format!("{:.decimals$}", value.abs());
    let negative = value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if negative { MINUS.to_string() } else { String::new() };
    if rest.is_empty() { format!("{sign}{}", group(whole)) } else { format!("{sign}{}.{rest}", group(whole)) }
}

/// A number with its sign always shown: `+0.25`, `−3.00`; zero has none.
pub fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let zero = !text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if zero || text.starts_with(MINUS) { text } else { format!("+{text}") }
}

/// A number with `digits` significant digits and its sign always shown; zero has none.
pub fn signed_significant(value: f64, digits: usize) -> String {
    let text = significant(value, digits);
    if value > 0.0 && value.is_finite() { format!("+{text}") } else { text }
}

/// A share between 0 and 1 as a percentage: `98.3 %`.
pub fn percent(share: f64, decimals: usize) -> String {
    if share.is_finite() { format!("{}\u{a0}%", fixed(share * 100.0, decimals)) } else { NONE.into() }
}

/// A probability of a network as a percentage. It is never quite 0 or 1, and never reads as if it were: `> 99.9 %`.
pub fn probability(share: f64, decimals: usize) -> String {
    let step = 10_f64.powi(-i32::try_from(decimals).unwrap_or(i32::MAX));
    let percentage = share * 100.0;
    if percentage >= 100.0 - step / 2.0 {
        format!(">\u{a0}{}\u{a0}%", fixed(100.0 - step, decimals))
    } else if percentage < step / 2.0 {
        format!("<\u{a0}{}\u{a0}%", fixed(step, decimals))
    } else {
        percent(share, decimals)
    }
}

/// A number with `digits` significant digits, with a power of ten where it is very small or very large: `3.2×10⁻⁷`.
pub fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return NONE.into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let exponent: i32 = number::whole(value.abs().log10().floor());
    if (-4..6).contains(&exponent) {
        return fixed(value, number::whole(digits as f64 - 1.0 - f64::from(exponent)));
    }
    let mantissa = fixed(value / 10_f64.powi(exponent), digits.saturating_sub(1));
    format!("{mantissa}×10{}", superscript(exponent))
}

/// A duration in seconds: `0.42 s`, `12 s`, `3 min 05 s`, `2 h 10 min`.
pub fn duration(secs: f64) -> String {
    if !secs.is_finite() || secs < 0.0 {
        return NONE.into();
    }
    if secs < 9.95 {
        return format!("{}\u{a0}s", fixed(secs, if secs < 0.995 { 2 } else { 1 }));
    }
    let whole: u64 = number::whole(secs.round());
    match whole {
        0..60 => format!("{whole}\u{a0}s"),
        60..3_600 => format!("{}\u{a0}min {:02}\u{a0}s", whole / 60, whole % 60),
        _ => format!("{}\u{a0}h {:02}\u{a0}min", group(&(whole / 3_600).to_string()), whole % 3_600 / 60),
    }
}

/// A time in milliseconds: `8.4 ms`, `1.2 s`.
pub fn milliseconds(ms: f64) -> String {
    match ms {
        ms if !ms.is_finite() || ms < 0.0 => NONE.into(),
        ms if ms < 9.95 => format!("{}\u{a0}ms", fixed(ms, 1)),
        ms if ms < 999.5 => format!("{}\u{a0}ms", fixed(ms, 0)),
        ms => duration(ms / 1_000.0),
    }
}

/// A size in bytes, in decimal units: `1.4 MB`.
pub fn bytes(size: f64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    if !size.is_finite() || size < 0.0 {
        return NONE.into();
    }
    let mut value = size;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && value < 99.95);
    format!("{}\u{a0}{}", fixed(value, decimals), UNITS[unit])
}

/// A rate per second: `3.4 /s`, `1 280 /s`.
pub fn per_second(rate: f64) -> String {
    match rate {
        rate if !rate.is_finite() || rate < 0.0 => NONE.into(),
        rate if rate < 0.995 => format!("{}\u{a0}/s", fixed(rate, 2)),
        rate if rate < 99.95 => format!("{}\u{a0}/s", fixed(rate, 1)),
        rate => format!("{}\u{a0}/s", fixed(rate, 0)),
    }
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(GROUP);
        }
        out.push(digit);
    }
    out
}

fn superscript(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits =
        number.unsigned_abs().to_string().bytes().map(|byte| DIGITS[usize::from(byte - b'0')]).collect::<String>();
    if number < 0 { format!("⁻{digits}") } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_in_threes() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1\u{202f}000");
        assert_eq!(count(344_138), "344\u{202f}138");
        assert_eq!(count(1_204_210), "1\u{202f}204\u{202f}210");
    }

    #[test]
    fn signs_are_real_signs_and_zero_has_none() {
        assert_eq!(fixed(-1_234.5, 2), "\u{2212}1\u{202f}234.50");
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(signed(0.25, 2), "+0.25");
        assert_eq!(signed(-0.25, 2), "\u{2212}0.25");
        assert_eq!(signed(0.0, 1), "0.0");
        assert_eq!(signed(-0.04, 1), "0.0");
    }

    #[test]
    fn what_is_no_number_is_a_dash() {
        for text in [
            fixed(f64::NAN, 2),
            signed(f64::INFINITY, 2),
            percent(f64::NAN, 1),
            duration(-1.0),
            bytes(f64::NAN),
            significant(f64::NAN, 3),
            milliseconds(f64::NAN),
            per_second(f64::INFINITY),
        ] {
            assert_eq!(text, NONE);
        }
    }

    #[test]
    fn a_probability_is_never_0_or_1() {
        assert_eq!(probability(0.983, 1), "98.3\u{a0}%");
        assert_eq!(probability(0.99951, 1), ">\u{a0}99.9\u{a0}%");
        assert_eq!(probability(1.0, 0), ">\u{a0}99\u{a0}%");
        assert_eq!(probability(0.0004, 1), "<\u{a0}0.1\u{a0}%");
        assert_eq!(probability(f64::NAN, 1), percent(f64::NAN, 1));
    }

    #[test]
    fn percentages_durations_and_sizes_read_well() {
        assert_eq!(percent(0.983, 1), "98.3\u{a0}%");
        assert_eq!(duration(0.42), "0.42\u{a0}s");
        assert_eq!(duration(9.99), "10\u{a0}s");
        assert_eq!(duration(59.6), "1\u{a0}min 00\u{a0}s");
        assert_eq!(duration(185.0), "3\u{a0}min 05\u{a0}s");
        assert_eq!(duration(7_800.0), "2\u{a0}h 10\u{a0}min");
        assert_eq!(milliseconds(8.44), "8.4\u{a0}ms");
        assert_eq!(milliseconds(1_200.0), "1.2\u{a0}s");
        assert_eq!(bytes(532.0), "532\u{a0}B");
        assert_eq!(bytes(999_600.0), "1.0\u{a0}MB");
        assert_eq!(bytes(1_400_000.0), "1.4\u{a0}MB");
        assert_eq!(per_second(3.42), "3.4\u{a0}/s");
        assert_eq!(per_second(1_280.0), "1\u{202f}280\u{a0}/s");
    }

    #[test]
    fn small_numbers_get_a_power_of_ten() {
        assert_eq!(significant(0.0, 2), "0");
        assert_eq!(significant(3.2e-7, 2), "3.2×10⁻⁷");
        assert_eq!(significant(0.004, 2), "0.0040");
        assert_eq!(significant(123.4, 2), "123");
        assert_eq!(significant(-2e12, 1), "\u{2212}2×10¹²");
        assert_eq!(signed_significant(0.25, 2), "+0.25");
        assert_eq!(signed_significant(-3.2e-7, 2), "\u{2212}3.2×10⁻⁷");
        assert_eq!(signed_significant(0.0, 2), "0");
    }
}
