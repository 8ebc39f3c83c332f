//! Folders of pictures and IDX files as data sets: what is read, and what is refused with which sentence.

use super::*;
use image::{ImageFormat, RgbImage, RgbaImage};

const GREY: ImageShape = ImageShape { channels: 1, height: 8, width: 8 };
const COLOUR: ImageShape = ImageShape { channels: 3, height: 8, width: 8 };

/// A picture of one colour as a file.
fn picture(side: u32, colour: [u8; 3], format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_pixel(side, side, image::Rgb(colour)).write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn png(side: u32, colour: [u8; 3]) -> Vec<u8> {
    picture(side, colour, ImageFormat::Png)
}

/// A folder with these files.
fn folder(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn refused(files: &[(&str, Vec<u8>)]) -> String {
    load(folder(files).path(), GREY, false).unwrap_err().to_string()
}

/// `count` pictures of each of these classes, of different brightness.
fn classes(names: &[&str], count: u8) -> Vec<(String, Vec<u8>)> {
    let files = |(class, name): (usize, &&str)| {
        let name = (*name).to_owned();
        (0..count).map(move |index| (format!("{name}/{index}.png"), png(8, [40 * number::to_u8(class) + index; 3])))
    };
    names.iter().enumerate().flat_map(files).collect()
}

fn of(files: &[(String, Vec<u8>)]) -> Vec<(&str, Vec<u8>)> {
    files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect()
}

#[test]
fn each_class_gives_a_sixth_for_testing_and_every_picture_is_in_one_part() {
    let files = classes(&["square", "circle", "cross"], 12);
    let data = load(folder(&of(&files)).path(), GREY, false).unwrap();
    assert_eq!(data.classes, ["circle", "cross", "square"]);
    assert_eq!((data.train.len(), data.test.len(), data.train.classes), (30, 6, 3));
    assert_eq!(data.test.labels, [0, 0, 1, 1, 2, 2]);
    // The brightness of a picture says which it is: class by class, square was written first.
    let all = |set: &ImageSet| (0..set.len()).map(|index| (set.label(index), set.image(index)[0])).collect::<Vec<_>>();
    let mut found = [all(&data.train), all(&data.test)].concat();
    found.sort_unstable();
    let written = |label: u8, class: u8| (0..12).map(move |index| (label, 40 * class + index));
    assert_eq!(found, written(0, 1).chain(written(1, 2)).chain(written(2, 0)).collect::<Vec<_>>());
    let again = load(folder(&of(&files)).path(), GREY, false).unwrap();
    assert_eq!((again.train, again.sha256), (data.train, data.sha256));
}

#[test]
fn folders_for_training_and_testing_are_taken_as_they_are() {
    let files = [
        ("train/a/1.png", 10),
        ("train/a/2.png", 20),
        ("train/b/1.png", 30),
        ("Test/a/1.png", 40),
        ("Test/b/1.png", 50),
    ]
    .map(|(name, grey)| (name, png(8, [grey; 3])));
    let data = load(folder(&files).path(), GREY, false).unwrap();
    assert_eq!((data.train.labels.as_slice(), data.test.labels.as_slice()), ([0, 0, 1].as_slice(), [0, 1].as_slice()));
    assert_eq!((data.train.image(2)[0], data.test.image(0)[0]), (30, 40));
    let without = refused(&files[..4]);
    assert!(without.contains("no usable picture of class b"), "{without}");
}

#[test]
fn pictures_are_brought_to_the_input_of_the_network() {
    let jpeg = picture(20, [200, 100, 50], ImageFormat::Jpeg);
    let webp = picture(8, [200, 100, 50], ImageFormat::WebP);
    let files = [
        ("warm/a.jpg", jpeg.clone()),
        ("warm/b.JPEG", jpeg),
        ("cold/a.webp", webp),
        ("cold/b.png", png(8, [1, 2, 3])),
        ("cold/notes.txt", b"no picture".to_vec()),
        (".hidden/a.png", png(8, [0; 3])),
    ];
    let folder = folder(&files);
    let near = |values: &[u8], expected: u8| values.iter().all(|value| value.abs_diff(expected) <= 3);
    let data = load(folder.path(), COLOUR, false).unwrap();
    assert_eq!(
        (data.classes.as_slice(), data.train.len(), data.test.len()),
        (["cold", "warm"].map(String::from).as_slice(), 2, 2)
    );
    let warm = data.train.image(1);
    assert!(near(&warm[..64], 200) && near(&warm[64..128], 100) && near(&warm[128..], 50), "{warm:?}");
    // 0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50 is 117.65.
    let grey = load(folder.path(), GREY, false).unwrap();
    assert!(near(grey.train.image(1), 118), "{:?}", grey.train.image(1));
}

#[test]
fn transparency_is_put_on_white() {
    let mut file = Cursor::new(Vec::new());
    RgbaImage::from_pixel(8, 8, image::Rgba([0, 0, 0, 51])).write_to(&mut file, ImageFormat::Png).unwrap();
    let picture = planes(&decode(&file.into_inner()).unwrap(), 1);
    // A fifth of black on white.
    assert_eq!(picture.pixels, [204; 64]);
}

#[test]
fn broken_pictures_are_left_out() {
    let mut files =
        of(&classes(&["a", "b"], 3)).into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect::<Vec<_>>();
    files.push(("a/broken.png".into(), png(8, [9; 3])[..40].to_vec()));
    files.push(("b/empty.jpg".into(), Vec::new()));
    let data = load(folder(&of(&files)).path(), GREY, false).unwrap();
    assert_eq!((data.train.len(), data.test.len()), (4, 2));
}

#[test]
fn folders_that_are_no_data_set_are_refused_with_what_to_do() {
    let two = |name: &str| [format!("{name}/1.png"), format!("{name}/2.png")].map(|name| (name, png(8, [1; 3])));
    assert!(refused(&[]).contains("put the pictures (PNG, JPEG or WebP) of each class into a folder"));
    assert!(refused(&[("a.png", png(8, [1; 3]))]).contains("put the pictures"));
    let one = two("only");
    assert!(refused(&of(&one)).contains("1 classes (only)") && refused(&of(&one)).contains("something else"));
    let many: Vec<_> = (0..21).flat_map(|class| two(&format!("c{class:02}"))).collect();
    assert!(refused(&of(&many)).contains("21 classes (c00, c01, c02, c03, ...)"));
    let lonely = [("a/1.png", png(8, [1; 3])), ("b/1.png", png(8, [1; 3])), ("b/2.png", png(8, [1; 3]))];
    assert!(refused(&lonely).starts_with("class a has 1 usable pictures, at least 2 are needed"));
}

#[test]
fn a_picture_that_promises_to_be_huge_is_left_out_before_memory_is_taken() {
    // The header of a PNG of 60,000x60,000 with a right checksum, and hardly any data.
    let mut huge = png(8, [0; 3]);
    huge[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    huge[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    assert!(decode(&huge).is_err());
}

fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let sizes_bytes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, 8, number::to_u8(sizes.len())].into_iter().chain(sizes_bytes).chain(values.iter().copied()).collect()
}

#[test]
fn idx_files_are_read_whatever_their_labels_begin_with() {
    let pixels: Vec<u8> = (0..24).collect();
    let files = [
        ("emnist-x-train-images-idx3-ubyte", idx(&[4, 2, 3], &pixels)),
        ("emnist-x-train-labels-idx1-ubyte", idx(&[4], &[1, 3, 3, 1])),
        ("emnist-x-test-images-idx3-ubyte", idx(&[1, 2, 3], &pixels[..6])),
        ("emnist-x-test-labels-idx1-ubyte", idx(&[1], &[3])),
    ];
    let folder = folder(&files);
    let data = load(folder.path(), GREY, false).unwrap();
    assert_eq!(data.classes, ["1", "3"]);
    assert_eq!((data.train.labels.as_slice(), data.test.labels.as_slice()), ([0, 1, 1, 0].as_slice(), [1].as_slice()));
    assert_eq!(
        (data.train.shape.height, data.train.shape.width, data.train.image(1)),
        (2, 3, [6, 7, 8, 9, 10, 11].as_slice())
    );
    let turned = load(folder.path(), GREY, true).unwrap();
    assert_eq!(
        (turned.train.shape.height, turned.train.shape.width, turned.train.image(0)),
        (3, 2, [0, 3, 1, 4, 2, 5].as_slice())
    );
}

#[test]
fn idx_files_that_do_not_fit_are_refused() {
    let images = ("train-images-idx3-ubyte", idx(&[4, 2, 3], &[0; 24]));
    let labels = |count: u32| ("train-labels-idx1-ubyte", idx(&[count], &vec![1; count as usize]));
    assert!(refused(std::slice::from_ref(&images)).contains("has no labels beside it"));
    assert!(refused(&[images.clone(), labels(3)]).contains("4 images but 3 labels"));
    assert!(refused(&[images.clone(), labels(4)]).contains("1 classes"));
    let other = ("digits-images-idx3-ubyte", idx(&[4, 2, 3], &[0; 24]));
    assert!(refused(&[images.clone(), labels(4), other]).contains("several sets of IDX files"));
    let test = [("test-images-idx3-ubyte", idx(&[1, 3, 3], &[0; 9])), ("test-labels-idx1-ubyte", idx(&[1], &[2]))];
    let [test_images, test_labels] = test;
    assert!(refused(&[images, labels(4), test_images, test_labels]).contains("both parts must have the same size"));
}

#[test]
fn one_idx_pair_gives_every_sixth_image_for_testing() {
    let files = [
        ("images-idx3-ubyte", idx(&[12, 1, 1], &(0..12).collect::<Vec<u8>>())),
        ("labels-idx1-ubyte", idx(&[12], &[0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])),
    ];
    let data = load(folder(&files).path(), GREY, false).unwrap();
    assert_eq!((data.test.pixels.as_slice(), data.train.len()), ([5, 11].as_slice(), 10));
}
