use super::*;
use crate::config::{
    DistillationConfig, DistilledIndex, DistilledLevel, EMBEDDERS, INDEX_FORMAT, ImageShape, LevelOptimization,
    Partition,
};
use crate::engine::data::ImageSet;
use crate::engine::distillation::sprite_png;
use crate::engine::network::Network;
use crate::engine::weights::WeightsFile;
use crate::protocol::Similarity;

/// Images per class at the two levels of these tests.
const PER_CLASS: [usize; 2] = [3, 1];

fn compare(level: u32, drawing: Raster) -> Request {
    Request::Compare { embedder: EMBEDDERS[0].into(), level, partition: Partition::Random, drawing, normalize: false }
}

fn compared(event: Event) -> Similarity {
    let Event::Compared { similarity } = event else { panic!("not compared: {event:?}") };
    similarity
}

/// The digit of these tests, further to the right from subset to subset.
fn reference(class: usize, subset: usize) -> Vec<u8> {
    let mut pixels = digit(class).pixels;
    pixels.rotate_right(subset);
    pixels
}

fn sprite(per_class: usize) -> Vec<u8> {
    let cells = (0..per_class).flat_map(|subset| (0..10).map(move |class| (subset, class)));
    let pixels = cells.clone().flat_map(|(subset, class)| reference(class, subset)).collect();
    let shape = ImageShape { channels: 1, height: 28, width: 28 };
    sprite_png(&ImageSet::new(shape, pixels, cells.map(|(_, class)| class as u8).collect()).unwrap()).unwrap()
}

fn index() -> DistilledIndex {
    let mnist = DistillationConfig::mnist();
    let optimization: Vec<LevelOptimization> = mnist.optimization[..PER_CLASS.len()].to_vec();
    let level = |(position, per_class): (usize, usize)| {
        let level = position + 1;
        DistilledLevel { level, per_class, file: format!("level-{level}.png"), sha256: String::new() }
    };
    DistilledIndex {
        format: INDEX_FORMAT,
        dataset: "mnist".into(),
        data_sha256: String::new(),
        class_counts: vec![4; 10],
        config: DistillationConfig { per_class: PER_CLASS.into(), optimization, ..mnist },
        levels: PER_CLASS.into_iter().enumerate().map(level).collect(),
        tree: "tree.json".into(),
        tree_sha256: String::new(),
    }
}

fn files() -> HashMap<String, Vec<u8>> {
    let network = Network::new(&NetworkConfig::named(EMBEDDERS[0]).unwrap()).unwrap();
    let (values, statistics) = (network.layout().initial_values(1), network.initial_statistics());
    let weights = WeightsFile::folded(EMBEDDERS[0], &network, &values, &statistics).to_bytes().unwrap();
    let mut files = files_of_mnist();
    files.insert(format!("assets/models/{}.safetensors", EMBEDDERS[0]), weights);
    let mut put = |name: &str, bytes| files.insert(format!("assets/distilled/mnist/{name}"), bytes);
    put("index.json", serde_json::to_vec(&index()).unwrap());
    for (position, per_class) in PER_CLASS.into_iter().enumerate() {
        put(&format!("level-{}.png", position + 1), sprite(per_class));
    }
    files
}

/// Whether a file was asked for more than once cannot be seen from outside; what was said while loading can.
fn loads(page: &Page) -> usize {
    let sent = page.machine.sent.borrow();
    sent.iter().filter(|it| matches!(&it.event, Event::Busy { what, .. } if what.starts_with("Embedding"))).count()
}

#[test]
fn a_drawing_is_closest_to_the_reference_that_it_is() {
    let mut page = Page::with_files(files());
    for (level, per_class) in [(2, 1), (1, 3)] {
        let drawing = Raster { width: 28, height: 28, pixels: reference(6, per_class - 1) };
        let found = compared(page.ask(compare(level, drawing.clone())));
        assert_eq!((found.level, found.per_class, found.winner), (level, per_class as u32, Some(6)));
        let [six, eight] = [&found.closest[6], &found.closest[8]];
        assert_eq!(six.reference as usize, per_class - 1);
        assert_eq!(six.image, drawing);
        let cosine = six.cosine.unwrap();
        assert!((cosine - 1.0).abs() < 1e-5 && eight.cosine.unwrap() < cosine, "{cosine}");
    }
}

#[test]
fn level_0_is_the_first_images_of_every_class() {
    let mut page = Page::with_files(files());
    let found = compared(page.ask(compare(0, digit(3))));
    assert_eq!((found.per_class, found.winner, found.closest.len()), (4, Some(3), 10));
    assert_eq!(found.closest[9].image, digit(9));
}

#[test]
fn an_empty_canvas_has_references_but_no_similarity() {
    let mut page = Page::with_files(files());
    let empty = Raster { width: 28, height: 28, pixels: vec![0; 784] };
    let found = compared(page.ask(compare(1, empty)));
    assert_eq!((found.winner, found.per_class), (None, 3));
    assert!(found.closest.iter().all(|closest| closest.cosine.is_none() && closest.reference == 0));
    assert_eq!(found.closest[4].image, digit(4));
}

#[test]
fn references_are_embedded_once_and_a_newer_comparison_takes_over() {
    let mut page = Page::with_files(files());
    let old = page.post(compare(1, digit(1)));
    // Behind the files of the level and the weights, between two parts of the references.
    let new = page.post_later(4, compare(1, digit(2)));
    page.settle();
    assert_eq!(page.answer(old), Event::Superseded);
    assert_eq!(compared(page.answer(new)).winner, Some(2));
    assert_eq!(loads(&page), 2, "30 references in three parts, each once");
    compared(page.ask(compare(1, digit(5))));
    assert_eq!(loads(&page), 2);
}

#[test]
fn a_comparison_that_waits_is_overtaken_and_one_in_progress_is_cancelled() {
    let mut page = Page::with_files(files());
    let [old, new] = [compare(2, digit(1)), compare(2, digit(2))].map(|request| page.post(request));
    page.settle();
    assert_eq!(page.answer(old), Event::Superseded);
    assert_eq!(compared(page.answer(new)).winner, Some(2));
    let id = page.post(compare(1, digit(1)));
    page.post_later(1, Request::Cancel { target: id });
    page.settle();
    assert_eq!(page.answer(id), Event::Cancelled);
}

#[test]
fn drawings_are_answered_while_references_are_made_ready() {
    let mut page = Page::with_files(files());
    page.ask(create_run(0));
    let comparison = page.post(compare(1, digit(1)));
    let drawing = Request::Classify { model: "run:0".into(), drawing: digit(2), normalize: false };
    let drawing = page.post_later(2, drawing);
    page.settle();
    compared(page.answer(comparison));
    assert!(matches!(page.answer(drawing), Event::Classified { .. }));
    let sent = page.machine.sent.borrow();
    let place = |id| sent.iter().rposition(|envelope| envelope.id == id);
    assert!(place(drawing) < place(comparison));
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_reason() {
    let mut all = files();
    let mut page = Page::with_files(all.clone());
    assert!(page.refused(compare(3, digit(1))).to_string().contains("choose one from 1 to 2"));
    let request = Request::Compare {
        embedder: "conv-7".into(),
        level: 1,
        partition: Partition::Random,
        drawing: digit(1),
        normalize: false,
    };
    assert!(page.refused(request).to_string().contains("choose one of resnet-light"));
    let torn = Raster { width: 28, height: 28, pixels: vec![9; 3] };
    assert!(page.refused(compare(1, torn)).to_string().contains("3 values"));
    let path = "assets/distilled/mnist/index.json";
    all.insert(path.into(), b"{\"format\": 1".to_vec());
    let error = Page::with_files(all.clone()).refused(compare(1, digit(1))).to_string();
    assert!(error.contains("index.json is damaged"), "{error}");
    all.remove(path);
    let error = Page::with_files(all).refused(compare(1, digit(1))).to_string();
    assert!(error.contains("Could not load index.json") && error.contains("404"), "{error}");
    let mut wrong = files();
    wrong.insert("assets/distilled/mnist/level-2.png".into(), sprite(2));
    let error = Page::with_files(wrong).refused(compare(2, digit(1))).to_string();
    assert!(error.contains("level-2.png is damaged") && error.contains("2 images of each class"), "{error}");
}
