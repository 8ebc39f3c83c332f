use super::super::strokes::Picture;
use super::*;
use crate::number;

fn stroke(brush: u8, points: &[(u16, u16)]) -> Arc<Stroke> {
    Arc::new(Stroke { brush, points: points.iter().map(|&(x, y)| Point { x, y }).collect() })
}

#[test]
fn a_drawing_survives_the_link_exactly() {
    let strokes = vec![
        stroke(8, &[(512, 100), (520, 200), (400, 900), (1023, 0), (0, 1023)]),
        stroke(3, &[(1023, 1023)]),
        stroke(16, &[(0, 0), (8, 8)]),
    ];
    let code = encode_strokes(&strokes).unwrap();
    assert!(code.starts_with(VERSION) && code.len() < 60, "{code}");
    assert!(code.bytes().all(|letter| letter == b'a' || ALPHABET.contains(&letter)));
    assert_eq!(decode(&code).unwrap().strokes, strokes);
    assert_eq!(encode(&Sketch::default()).unwrap(), "");
    assert_eq!(decode("").unwrap(), Decoded::default());
}

#[test]
fn a_test_digit_goes_into_the_link_and_a_file_does_not() {
    let picture = |source| Some(Arc::new(Picture { width: 1, height: 1, ink: vec![255], source }));
    let digit = picture(PictureSource::TestDigit { index: 17, label: 4 });
    let mut sketch = Sketch { picture: digit, strokes: Vec::new() };
    assert_eq!(encode(&sketch).unwrap(), "t017");
    sketch.strokes.push(stroke(8, &[(5, 5), (600, 600)]));
    let decoded = decode(&encode(&sketch).unwrap()).unwrap();
    assert_eq!(decoded, Decoded { test_digit: Some(17), strokes: sketch.strokes.clone() });
    sketch.picture = picture(PictureSource::File { name: "seven.png".into() });
    assert_eq!(encode(&sketch), None);
    assert_eq!(decode("t500"), Err(CodeError::OutOfRange));
    for damaged in ["t", "t1", "t+12", "t01\u{e9}"] {
        assert_eq!(decode(damaged), Err(CodeError::Damaged), "{damaged}");
    }
}

#[test]
fn base64_is_that_of_the_standard() {
    // RFC 4648, section 10, without padding.
    for (plain, coded) in [("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")] {
        let mut text = String::new();
        push_base64(&mut text, plain.as_bytes());
        assert_eq!(text, coded);
        assert_eq!(bytes_from_base64(coded).unwrap(), plain.as_bytes());
    }
    assert_eq!(bytes_from_base64("Zh"), None, "bits beyond the last byte must be zero");
    assert_eq!(bytes_from_base64("A"), None);
    assert_eq!(bytes_from_base64("Zm9 "), None);
}

#[test]
fn damaged_codes_are_refused() {
    let code = encode_strokes(&[stroke(8, &[(10, 10), (900, 900), (10, 900)])]).unwrap();
    assert_eq!(decode(&code[..code.len() - 2]), Err(CodeError::Damaged));
    assert_eq!(decode(&format!("b{}", &code[1..])), Err(CodeError::Version));
    assert_eq!(decode(&format!("{code}!")), Err(CodeError::Damaged));
    assert_eq!(decode(&"a".repeat(MAX_CODE_LENGTH + 1)), Err(CodeError::TooLong));
    let coded = |bytes: &[u8]| {
        let mut text = String::from(VERSION);
        push_base64(&mut text, bytes);
        decode(&text)
    };
    assert_eq!(coded(&[99, 1, 0, 0]), Err(CodeError::OutOfRange), "brush");
    assert_eq!(coded(&[8, 0]), Err(CodeError::OutOfRange), "no points");
    assert_eq!(coded(&[8, 1, 1, 0]), Err(CodeError::OutOfRange), "left of the canvas");
    assert_eq!(coded(&[8, 0xff, 0xff, 0x03]), Err(CodeError::OutOfRange), "too many points");
    assert_eq!(coded(&[8, 1, 0xff, 0xff, 0xff]), Err(CodeError::Damaged), "number without end");
}

#[test]
fn no_text_makes_it_panic() {
    // A small linear congruential generator: every text of base64 letters gives strokes or an error.
    let mut state = 12_345_u32;
    for _ in 0..5_000 {
        let mut text = String::from(VERSION);
        for _ in 0..40 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push(char::from(ALPHABET[(state >> 26) as usize]));
        }
        if let Ok(decoded) = decode(&text) {
            assert_eq!(decode(&encode_strokes(&decoded.strokes).unwrap()).unwrap(), decoded);
        }
    }
}

#[test]
fn long_drawings_are_thinned_and_endless_ones_left_out() {
    let scribble = |length: u16| {
        let point = |i: u16| if i.is_multiple_of(2) { (i % 1000, 0) } else { (i % 1000, 9) };
        stroke(8, &(0..length).map(point).collect::<Vec<_>>())
    };
    let long = encode_strokes(&[scribble(4_000)]).unwrap();
    assert!(long.len() <= MAX_CODE_LENGTH);
    assert!(!decode(&long).unwrap().strokes.is_empty());
    let dots: Vec<_> =
        (0..number::to_u16(MAX_STROKES)).map(|i| stroke(8, &[(0, 0), (900, i), (0, 900), (900, 900)])).collect();
    assert_eq!(encode_strokes(&dots), None);
}
