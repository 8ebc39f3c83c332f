//! Drawings made of shapes; `tests/drawing_mnist.rs` does the same with real digits.

use super::*;

/// A raster from a function of the pixel's centre in 0..1, sampled 4x4 times per pixel.
fn painted(height: u32, width: u32, ink: impl Fn(f64, f64) -> bool) -> Raster {
    let mut pixels = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let at =
            |start: u32, part: u32, size: u32| (f64::from(start) + (f64::from(part) + 0.5) / 4.0) / f64::from(size);
        let hits = (0..16).filter(|part| ink(at(y, part / 4, height), at(x, part % 4, width))).count();
        pixels.push((hits * 255 / 16) as u8);
    }
    Raster { width, height, pixels }
}

/// A crude 9: a ring with a slanted tail, `size` high, its top left corner at (`y`, `x`).
fn nine(at_y: f64, at_x: f64, size: f64) -> impl Fn(f64, f64) -> bool {
    move |y, x| {
        let (y, x) = ((y - at_y) / size, (x - at_x) / size);
        let radius = (y - 0.25).hypot(x - 0.3);
        let tail = (x - 0.5 + 0.3 * (y - 0.25)).abs() < 0.06 && (0.25..1.0).contains(&y);
        (0.15..0.25).contains(&radius) || tail
    }
}

fn normalized(drawing: &Raster) -> [u8; PIXELS_28] {
    normalize(drawing).unwrap().unwrap()
}

fn mean_difference(a: &[u8; PIXELS_28], b: &[u8; PIXELS_28]) -> f64 {
    let sum: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / PIXELS_28 as f64
}

/// Rows and columns with a pixel above half.
fn extent(image: &[u8; PIXELS_28]) -> (usize, usize) {
    let inked = |y: usize, x: usize| image[y * SIDE_28 + x] >= 128;
    let rows = (0..SIDE_28).filter(|&y| (0..SIDE_28).any(|x| inked(y, x))).count();
    let columns = (0..SIDE_28).filter(|&x| (0..SIDE_28).any(|y| inked(y, x))).count();
    (rows, columns)
}

#[test]
fn a_drawing_fills_20_pixels_and_is_centred_by_mass() {
    let image = normalized(&painted(280, 280, nine(0.05, 0.4, 0.5)));
    let mass: f64 = image.iter().map(|&value| f64::from(value)).sum();
    let moment = |axis: fn(usize) -> usize| -> f64 {
        image.iter().enumerate().map(|(index, &value)| f64::from(value) * axis(index) as f64).sum::<f64>() / mass
    };
    for centre in [moment(|index| index / SIDE_28), moment(|index| index % SIDE_28)] {
        assert!((13.49..14.51).contains(&centre), "{centre}");
    }
    assert_eq!(extent(&image).0, 20);
    assert!(image.iter().any(|&value| value >= 254));
}

#[test]
fn moving_the_drawing_changes_nothing() {
    let still = painted(280, 280, nine(0.1, 0.1, 0.6));
    let mut moved = Raster { pixels: vec![0; 280 * 280], ..still };
    for (index, &value) in still.pixels.iter().enumerate().filter(|(_, value)| **value > 0) {
        moved.pixels[index + 83 * 280 + 41] = value;
    }
    assert_eq!(normalized(&still), normalized(&moved));
}

#[test]
fn neither_size_nor_resolution_matters() {
    let reference = normalized(&painted(280, 280, nine(0.1, 0.1, 0.8)));
    for (side, size) in [(280, 0.4), (140, 0.8), (560, 0.3), (1000, 0.77), (97, 0.9)] {
        let other = normalized(&painted(side, side, nine(0.05, 0.05, size)));
        let difference = mean_difference(&reference, &other);
        assert!(difference < 4.0, "{side} {size}: {difference}");
    }
}

#[test]
fn the_aspect_ratio_is_kept_on_rasters_that_are_not_square() {
    let bar = |height: u32, width: u32, h: f64, w: f64| {
        let (h, w) = (h / f64::from(height), w / f64::from(width));
        let ink = move |y, x| (0.3..0.3 + h).contains(&y) && (0.2..0.2 + w).contains(&x);
        extent(&normalized(&painted(height, width, ink)))
    };
    assert_eq!(bar(200, 400, 100.0, 50.0), (20, 10));
    assert_eq!(bar(400, 200, 40.0, 100.0), (8, 20));
}

#[test]
fn nothing_and_specks_are_empty() {
    let blank = |height, width, value| Raster { height, width, pixels: vec![value; (height * width) as usize] };
    for raster in [blank(280, 280, 0), blank(1, 1, 0), blank(50, 20, 31)] {
        assert_eq!(normalize(&raster), Ok(None));
    }
    let mut specks = blank(280, 280, 0);
    for index in [300, 301, 20_000, 77_000] {
        specks.pixels[index] = 255;
    }
    assert_eq!(normalize(&specks), Ok(None));
}

#[test]
fn one_dot_is_a_blob_in_the_middle() {
    for raster in [
        painted(280, 280, |y, x| (y - 0.2).hypot(x - 0.9) < 0.03),
        Raster { height: 28, width: 28, pixels: (0..784).map(|index| if index == 30 { 255 } else { 0 }).collect() },
        Raster { height: 1, width: 1, pixels: vec![200] },
    ] {
        let image = normalized(&raster);
        assert!(image[14 * SIDE_28 + 14] >= 240);
        assert!(extent(&image).0 >= 18 && extent(&image).1 >= 18);
    }
}

#[test]
fn a_line_along_the_border_keeps_all_its_ink() {
    let image = normalized(&painted(280, 280, |_, x| x < 0.05));
    assert_eq!(extent(&image), (20, 1));
    let everything = normalized(&painted(280, 280, |_, _| true));
    assert_eq!(extent(&everything), (20, 20));
    assert_eq!(everything.iter().map(|&value| u32::from(value)).sum::<u32>(), 400 * 255);
}

#[test]
fn ink_stops_at_the_edge_where_centring_would_push_it_out() {
    // A heavy block with a long hairline to its right: the centre of mass is far left.
    let image = normalized(&painted(400, 400, |y, x| {
        ((0.2..0.8).contains(&y) && x < 0.1) || ((0.48..0.52).contains(&y) && x < 1.0)
    }));
    let inked = |x: &usize| (0..SIDE_28).any(|y| image[y * SIDE_28 + x] > 32);
    let columns: Vec<usize> = (0..SIDE_28).filter(inked).collect();
    assert_eq!(columns, (8..28).collect::<Vec<_>>());
}

#[test]
fn a_huge_raster_with_hairlines_works() {
    let side = 4096;
    let mut pixels = vec![0; side * side];
    (500..3500).for_each(|at| pixels[at * side + at] = 255);
    let image = normalized(&Raster { width: side as u32, height: side as u32, pixels });
    assert_eq!(extent(&image), (20, 20));
    assert_eq!(image[14 * SIDE_28 + 14], 255);
}

#[test]
fn wrong_sizes_are_refused() {
    let error = normalize(&Raster { width: 4, height: 4, pixels: vec![0; 15] }).unwrap_err().to_string();
    assert!(error.contains("a drawing of 4x4") && error.contains("15 values"), "{error}");
    for (height, width) in [(0, 4), (4, 0), (4097, 1), (u32::MAX, u32::MAX)] {
        assert!(matches!(normalize(&Raster { width, height, pixels: vec![] }), Err(DataError::Size { .. })));
    }
}

#[test]
fn dark_on_light_is_inverted_and_light_on_dark_is_not() {
    let ink = painted(40, 30, nine(0.1, 0.1, 0.8));
    let picture = |pixels: Vec<u8>| Picture { height: 40, width: 30, channels: 1, pixels };
    assert_eq!(ink_of_picture(&picture(ink.pixels.clone())), ink);
    assert_eq!(ink_of_picture(&picture(ink.pixels.iter().map(|value| 255 - value).collect())), ink);
}

#[test]
fn no_raster_panics_and_every_image_has_full_contrast() {
    let mut state = 1_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for _ in 0..3_000 {
        let (height, width) = (1 + random(40) as u32, 1 + random(40) as u32);
        let rare = 1 + random(60);
        let pixel = |_| if random(rare) == 0 { random(256) as u8 } else { 0 };
        let pixels: Vec<u8> = (0..height * width).map(pixel).collect();
        let image = normalize(&Raster { width, height, pixels: pixels.clone() }).unwrap();
        let peak = image.map(|image| image.iter().copied().max());
        assert!(peak.is_none_or(|peak| peak >= Some(254)), "{height}x{width} {pixels:?}");
    }
}
