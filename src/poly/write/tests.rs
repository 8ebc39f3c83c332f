//! What is written, in short examples; that it means the polynomial is shown by other programs (tests/poly).

use super::*;
use crate::config::StackConfig;
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
    let nothing = Terms { variables: 1, symbols: Vec::new(), list: Vec::new(), omitted: 0 };
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
    let terms = Terms { variables: 2, symbols: Vec::new(), list, omitted: 0 };
    assert_eq!(written(&terms, Format::Text, &Style::default()), "-2*x1");
}

#[test]
fn pieces_join_without_a_seam() {
    let names: Vec<String> = (1..=200).map(|variable| format!("x{variable}")).collect();
    let list = (0..200).map(|variable| (Monomial::variable(variable), Value::from(1.0))).collect();
    let terms = Terms { variables: 200, symbols: Vec::new(), list, omitted: 0 };
    assert_eq!(written(&terms, Format::Text, &Style::default()), names.join(" + "));
    assert_eq!(written(&terms, Format::Csv, &Style::default()).lines().count(), 201);
    assert!(written(&terms, Format::C, &Style::default()).contains("static const double numbers[200] = {\n"));
    let (style, mut text) = (Style::default(), String::new());
    let mut pieces = Pieces::new(&terms, Format::MathMl, &style);
    assert!(pieces.step(&mut text).unwrap() && !text.contains("</math>"));
    while pieces.step(&mut text).unwrap() {}
    assert_eq!((pieces.done(), text.matches("<msub>").count(), text.matches("math>").count()), (200, 200, 1));
}
