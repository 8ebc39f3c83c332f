//! What is written, in short examples; that it means the polynomial is shown by other programs (tests/poly).

use super::*;
use crate::config::{ExpansionPoint, StackConfig};
use crate::poly::{Budget, Expander, Polynomial, Rational, SymbolTable};

fn written(terms: &Terms, format: Format, style: &Style) -> String {
    let mut text = String::new();
    write(&mut text, terms, format, style).unwrap();
    text
}

fn fractions() -> Terms {
    let number = |numerator, denominator| Rational::new(numerator, denominator).unwrap();
    let terms = [
        (Monomial::one(), number(-3, 8)),
        (Monomial::from_exponents(&[1]), number(-1, 1)),
        (Monomial::from_exponents(&[0, 2, 1]), number(5, 2)),
        (Monomial::from_exponents(&[0, 0, 3]), number(1, 1)),
    ];
    Terms::of_polynomial(&Polynomial::from_terms(terms).unwrap(), 3, usize::MAX)
}

fn symbols(most: usize) -> Terms {
    let stack = StackConfig::default();
    let expansion = Expander::new(&stack, Budget::default()).unwrap().finish();
    Terms::of_stack(&SymbolTable::new(&stack).unwrap(), &expansion, None, most).unwrap()
}

#[test]
fn numbers_as_formulas() {
    let style = Style { left_side: Some("z".into()), ..Style::default() };
    assert_eq!(written(&fractions(), Format::Text, &style), "z = -3/8 - x1 + 5/2*x2^2*x3 + x3^3");
    let latex = written(&fractions(), Format::Latex, &style).replace('\n', "");
    assert_eq!(latex, r"z = -\frac{3}{8} - x_{1} + \frac{5}{2} x_{2}^{2} x_{3} + x_{3}^{3}");
    let grid = Style { names: VariableNames::Grid { columns: 2 }, ..Style::default() };
    assert_eq!(written(&fractions(), Format::Text, &grid), "-3/8 - x_0_0 + 5/2*x_0_1^2*x_1_0 + x_1_0^3");
    let mathml = written(&fractions(), Format::MathMl, &grid);
    let cube = "<msubsup><mi>x</mi><mrow><mn>1</mn><mo separator=\"true\">,</mo><mn>0</mn></mrow><mn>3</mn></msubsup>";
    assert!(mathml.contains(cube), "{mathml}");
    assert!(mathml.contains("<mo>&#x2212;</mo><mrow><msub>"), "{mathml}");
}

/// Two rows of two pixels; one pixel of the point is black.
fn about_a_point() -> Terms {
    let terms = [
        (Monomial::one(), 0.5),
        (Monomial::from_exponents(&[0, 1]), -2.0),
        (Monomial::from_exponents(&[0, 0, 2, 1]), 1.5),
    ];
    let point = About::new(ExpansionPoint::ClassMean { class: 7 }, &[0.0, 0.25, 1e-7, 1.0]);
    Terms::of_polynomial(&Polynomial::from_terms(terms).unwrap(), 4, usize::MAX).about(point)
}

#[test]
fn what_is_written_carries_the_expansion_point() {
    let terms = about_a_point();
    let style = Style { names: VariableNames::Grid { columns: 2 }, left_side: Some("f".into()), ..Style::default() };
    let text = "f = 0.5 - 2*d_0_1 + 1.5*d_1_0^2*d_1_1\n\n\
        d_0_0 = x_0_0\nd_0_1 = x_0_1 - 0.25\nd_1_0 = x_1_0 - 1e-7\nd_1_1 = x_1_1 - 1\n";
    assert_eq!(written(&terms, Format::Text, &style), text);
    let latex = written(&terms, Format::Latex, &style);
    let words = "x - x0, where x0 is the mean of the training images of class 7 (mean-7), in this order:";
    let (comments, formula) = latex.split_once("f =").unwrap();
    assert_eq!(comments, format!("% \\delta = {words}\n% 0.0 0.25\n% 1e-7 1.0\n"));
    assert_eq!(formula.replace('\n', ""), r" 0.5 - 2 \delta_{0,1} + 1.5 \delta_{1,0}^{2} \delta_{1,1}");
    let mathml = written(&terms, Format::MathMl, &style);
    assert!(mathml.contains(&format!("<!-- \u{3b4} = {words} -->\n<!-- 0.0 0.25 -->\n<!-- 1e-7 1.0 -->\n<mi>f</mi>")));
    assert_eq!((mathml.matches("<mi>&#x3B4;</mi>").count(), mathml.matches("<mi>x</mi>").count()), (3, 0), "{mathml}");
    let csv = written(&terms, Format::Csv, &style);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!((lines[0], lines[2]), ("coefficient,degree,d_0_0,d_0_1,d_1_0,d_1_1", "-2,1,0,1,0,0"));
    assert_eq!(lines[4..], ["about mean-7,,0.0,0.25,1e-7,1.0"]);
}

#[test]
fn programs_take_the_expansion_point_away() {
    let terms = about_a_point();
    let parts = [
        (Format::Rust, "static X0: [f64; 4] = [\n        0.0, 0.25, 1e-7, 1.0,\n    ];", "product *= x[i] - X0[i];"),
        (Format::Python, "_X0 = [\n        0.0, 0.25, 1e-7, 1.0,\n]", "for value, zero in zip(x, _X0)]\n"),
        (Format::C, "double x0[4] = {\n        0.0, 0.25, 1e-7, 1.0,\n    };", "x[factors[at]] - x0[factors[at]];"),
    ];
    for (format, table, difference) in parts {
        let text = written(&terms, format, &Style::default());
        assert!(text.contains(table) && text.contains(difference), "{text}");
        assert!(text.contains("They are what is left of `x` without x0: the mean of"), "{text}");
        // About the black image nothing is taken away, and the program has always been the same.
        let black = Terms { about: About::new(ExpansionPoint::Black, &[0.0; 4]), ..terms.clone() };
        let text = written(&black, format, &Style::default());
        assert!(!text.to_lowercase().contains("x0"), "{text}");
    }
}

#[test]
fn spreadsheets_get_numbers_where_fractions_would_be_dates() {
    let csv = written(&fractions(), Format::Csv, &Style::default());
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "coefficient,numerator,denominator,degree,x1,x2,x3");
    assert_eq!(lines[1..3], ["-0.375,-3,8,0,0,0,0", "-1,-1,1,1,1,0,0"]);
    assert!(!csv.contains('/'));
}

#[test]
fn symbols_as_formulas() {
    let all = symbols(usize::MAX);
    assert_eq!((all.list.len(), all.omitted), (54, 0));
    let text = written(&all, Format::Text, &Style::default());
    assert!(text.contains(" + c1_2_11_k1*c1_1_1_k2*c2_2_12*x1^2*x3 + "), "{text}");
    let first = written(&symbols(2), Format::Latex, &Style::default());
    assert!(first.ends_with("+ \\cdots \\text{ (52 more terms)}"), "{first}");
    assert!(first.contains(r"\left(c^{(1,0)}_{[1]}\right)^{2} c^{(2,2)}_{11}"), "{first}");
}

#[test]
fn floating_point_numbers_lose_nothing_unless_asked() {
    let cases = [
        (0.1, None, ("0.1", 0)),
        (-1.5e-7, None, ("1.5", -7)),
        (1234.5678, Some(3), ("1230", 0)),
        (0.0, None, ("0", 0)),
    ];
    for (value, digits, (expected, exponent)) in cases {
        assert_eq!(notation::decimal(value, digits), (expected.to_owned(), exponent));
    }
    let tiny = Terms::of_polynomial(&Polynomial::constant(-1.5e-7), 1, 1);
    assert_eq!(written(&tiny, Format::Latex, &Style::default()).trim_end(), r"-1.5 \times 10^{-7}");
    assert_eq!(written(&tiny, Format::Csv, &Style::default()), "coefficient,degree,x1\n-1.5e-7,0,0\n");
}

#[test]
fn a_shortened_program_says_so() {
    let text = written(&symbols(2), Format::C, &Style::default());
    assert!(text.contains("// ONLY ITS FIRST 2 TERMS are here."), "{text}");
    assert!(text.contains("double polynomial(const double c[18], const double x[4])"), "{text}");
    let nothing = Terms { variables: 1, symbols: Vec::new(), list: Vec::new(), omitted: 0, about: None };
    assert!(written(&nothing, Format::Python, &Style::default()).contains("0.0,"));
    assert_eq!(written(&nothing, Format::Text, &Style::default()), "0");
}

#[test]
fn single_parts() {
    let monomial = Monomial::from_exponents(&[2, 0, 1]);
    assert_eq!(monomial_latex(&monomial, VariableNames::Numbered), "x_{1}^{2} x_{3}");
    assert_eq!(monomial_text(&Monomial::one(), VariableNames::Numbered), "1");
    assert!(monomial_mathml(&monomial, VariableNames::Numbered).contains("</msubsup><mo>&#x2062;</mo><msub>"));
    let style = Style { digits: Some(2), ..Style::default() };
    assert_eq!(value_text(&Value::from(-0.123), &[], &style), "-0.12");
}

#[test]
fn terms_that_vanish_are_left_out_of_formulas() {
    let list = vec![
        (Monomial::one(), Value::from(0.0)),
        (Monomial::variable(0), Value::from(-2.0)),
        (Monomial::variable(1), Value::from(0.0)),
    ];
    let terms = Terms { variables: 2, symbols: Vec::new(), list, omitted: 0, about: None };
    assert_eq!(written(&terms, Format::Text, &Style::default()), "-2*x1");
}

#[test]
fn pieces_join_without_a_seam() {
    let names: Vec<String> = (1..=200).map(|variable| format!("x{variable}")).collect();
    let list = (0..200).map(|variable| (Monomial::variable(variable), Value::from(1.0))).collect();
    let terms = Terms { variables: 200, symbols: Vec::new(), list, omitted: 0, about: None };
    assert_eq!(written(&terms, Format::Text, &Style::default()), names.join(" + "));
    assert_eq!(written(&terms, Format::Csv, &Style::default()).lines().count(), 201);
    assert!(written(&terms, Format::C, &Style::default()).contains("static const double numbers[200] = {\n"));
    let (style, mut text) = (Style::default(), String::new());
    let mut pieces = Pieces::new(&terms, Format::MathMl, &style);
    assert!(pieces.step(&mut text).unwrap() && !text.contains("</math>"));
    while pieces.step(&mut text).unwrap() {}
    assert_eq!((pieces.done(), text.matches("<msub>").count(), text.matches("math>").count()), (200, 200, 1));
}
