use super::*;
use crate::config::{DistillationConfig, DistillationLoss, DistilledIndex, DistilledLevel, EmbedderConfig, ImageShape};
use crate::config::{INDEX_FORMAT, LevelOptimization};
use crate::engine::data::ImageSet;
use crate::engine::distillation::{sprite_png, tree};
use crate::protocol::DistillationProgress;

/// Two groups of two images of each class, then one of two.
fn config() -> DistillationConfig {
    let level = LevelOptimization { draws: 2, steps_per_draw: 5, learning_rate: 2.0, momentum: 0.5 };
    DistillationConfig {
        per_class: vec![2, 1],
        embedder: EmbedderConfig { blocks: 3, width: 4, first_padding: 3, orthogonal: false },
        optimization: vec![level.clone(), level],
        ..DistillationConfig::mnist()
    }
}

fn files() -> HashMap<String, Vec<u8>> {
    let mut files = files_of_mnist();
    let labels: Vec<u8> = (0..IMAGES).map(|index| (index % 10) as u8).collect();
    let shape = ImageShape { channels: 1, height: 28, width: 28 };
    let all = ImageSet::new(shape, vec![0; IMAGES * shape.len()], labels.clone()).unwrap();
    let tree = tree(&all, &config()).unwrap();
    let pixels = (0..20).flat_map(|index| digit(index % 10).pixels).collect();
    let sprite = sprite_png(&ImageSet::new(shape, pixels, labels[..20].to_vec()).unwrap()).unwrap();
    let level = |level, per_class| {
        let file = format!("level-{level}.png");
        DistilledLevel { level, per_class, file, sha256: String::new() }
    };
    let index = DistilledIndex {
        format: INDEX_FORMAT,
        dataset: "mnist".into(),
        data_sha256: String::new(),
        class_counts: vec![4; 10],
        config: config(),
        levels: vec![level(1, 2), level(2, 1)],
        tree: "tree.json".into(),
        tree_sha256: String::new(),
    };
    let path = |name: &str| format!("assets/distilled/mnist/{name}");
    files.insert(path("index.json"), serde_json::to_vec(&index).unwrap());
    files.insert(path("tree.json"), serde_json::to_vec(&tree).unwrap());
    files.insert(path("level-1.png"), sprite);
    files
}

fn distil(level: u32, subset: u32) -> Request {
    Request::StartDistillation { config: config(), level, subset }
}

fn reports(page: &Page, id: RequestId) -> Vec<DistillationProgress> {
    let report = |event| {
        if let Event::Distilling { progress } | Event::Distilled { progress } = event { Some(progress) } else { None }
    };
    page.events(id).into_iter().filter_map(report).collect()
}

#[test]
fn a_group_of_either_level_is_distilled_to_the_end() {
    let mut page = Page::with_files(files());
    for (level, subset) in [(1, 1), (2, 0)] {
        let id = page.post(distil(level, subset));
        page.settle();
        let reports = reports(&page, id);
        let (first, last) = (&reports[0], &reports[reports.len() - 1]);
        assert_eq!((first.step, first.loss, last.step, last.total_steps), (0, None, 10, 10));
        assert!(matches!(page.events(id).last(), Some(Event::Distilled { .. })));
        assert_eq!(last.images.len(), 10 * 784);
        assert!(last.loss.unwrap() > 0.0 && last.steps_per_second > 0.0);
        assert_ne!(first.images, last.images);
    }
}

#[test]
fn it_can_be_held_cancelled_and_replaced() {
    let mut page = Page::with_files(files());
    let long = |subset| {
        let mut config = config();
        config.optimization[0].draws = 1_000;
        Request::StartDistillation { config, level: 1, subset }
    };
    let first = page.post(long(0));
    page.post_later(8, Request::HoldDistillation { hold: true });
    page.settle();
    let held = reports(&page, first).last().unwrap().step;
    assert!(held > 0 && held < 20, "{held}");
    let second = page.post(long(1));
    let cancel = page.post_later(20, Request::Cancel { target: second });
    page.settle();
    assert!(matches!(page.events(first).last(), Some(Event::Cancelled)));
    assert!(matches!(page.events(second).last(), Some(Event::Cancelled)));
    assert_eq!(page.answer(cancel), Event::Done);
    assert!(page.refused(Request::HoldDistillation { hold: true }).to_string().contains("start one"));
}

#[test]
fn it_takes_turns_with_a_run_in_training() {
    let mut page = Page::with_files(files());
    page.ask(create_run(0));
    let training = page.post(train(Some(12)));
    let distillation = page.post(distil(2, 0));
    page.settle();
    assert_eq!(reports(&page, distillation).last().unwrap().step, 10);
    assert!(matches!(page.events(training).last(), Some(Event::RunStopped { step: 12, .. })));
}

#[test]
fn what_cannot_work_is_refused_with_the_reason() {
    let mut page = Page::with_files(files());
    let mut config = config();
    config.loss = DistillationLoss::Euclid { lambda: 9.0 };
    let error = page.refused(Request::StartDistillation { config, level: 1, subset: 0 });
    assert!(error.to_string().starts_with("Lambda is 9, but must be above 9"), "{error}");
    assert!(page.refused(distil(3, 0)).to_string().contains("There is no level 3"));
    assert!(page.refused(distil(1, 2)).to_string().contains("groups 0 to 1"));
    let mut config = self::config();
    config.embedder.width = 1_000;
    let error = page.refused(Request::StartDistillation { config, level: 1, subset: 0 });
    assert!(error.to_string().contains("512 at most"), "{error}");
    let mut damaged = files();
    damaged.insert("assets/distilled/mnist/tree.json".into(), b"{".to_vec());
    let error = Page::with_files(damaged).refused(distil(1, 0));
    assert!(error.to_string().contains("tree.json is damaged"), "{error}");
    damaged_sprite();
}

fn damaged_sprite() {
    let mut damaged = files();
    damaged.insert("assets/distilled/mnist/level-1.png".into(), vec![1, 2, 3]);
    let error = Page::with_files(damaged).refused(distil(2, 0));
    assert!(error.to_string().contains("level-1.png"), "{error}");
}

#[test]
fn it_moves_between_devices_with_its_state() {
    let adapter = Adapter { name: "Test GPU".into(), software: false };
    let mut page = Page::of(Ok(adapter), files());
    page.ask(start(DeviceChoice::Webgpu));
    let id = page.post(distil(1, 0));
    page.post_later(6, Request::SwitchDevice { device: DeviceChoice::Cpu });
    page.settle();
    let steps: Vec<u32> = reports(&page, id).iter().map(|report| report.step).collect();
    assert!(steps.is_sorted() && steps.last() == Some(&10), "{steps:?}");
}

#[test]
fn training_images_come_by_their_positions() {
    let mut page = Page::with_files(files());
    let Event::TrainImages { pixels } = page.ask(Request::TrainImages { indices: vec![3, 39, 3] }) else { panic!() };
    assert_eq!(pixels, [digit(3).pixels, digit(9).pixels, digit(3).pixels].concat());
    assert!(page.refused(Request::TrainImages { indices: vec![40] }).to_string().contains("images 0 to 39"));
    assert!(page.refused(Request::TrainImages { indices: vec![0; 201] }).to_string().contains("ask for 200"));
}
