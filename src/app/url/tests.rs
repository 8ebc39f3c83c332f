use super::*;
use crate::app::distil::place::Place;
use crate::app::distil::settings::LiveSettings;
use crate::app::results::Column;
use crate::config::{Basis, ExpansionPoint, MAX_SEED, Partition, Sharing, StackConfig, StackSharing, StartImages};
use crate::protocol::ModelRef;

#[test]
fn coefficients_of_all_levels_are_a_flag_and_the_last_flag_counts() {
    let shared = |query: &str| parse(query).state.train.sharing;
    assert_eq!(shared("?room=train&scale=1"), Sharing::Scale);
    assert_eq!(shared("?room=train&untied=1"), Sharing::Untied);
    assert_eq!(shared("?room=train&untied=1&scale=1"), Sharing::Scale);
    assert_eq!(shared("?room=train&scale=0"), Sharing::Shared);
    let mut state = UrlState { room: Room::Train, ..UrlState::default() };
    state.train.sharing = Sharing::Scale;
    assert_eq!(write(&state), "?room=train&scale=1&v=2");
}

#[test]
fn links_of_version_1_show_the_distillation_that_they_showed() {
    let groups = |query: &str| {
        let state = parse(query).state;
        (state.distil.partition, state.references.partition)
    };
    assert_eq!(groups("?room=distil&shown=4&v=1"), (Partition::Random, Partition::Random));
    assert_eq!(groups("?room=distil&shown=4&v=2"), (Partition::Alike, Partition::Alike));
    assert_eq!(groups(""), (Partition::Alike, Partition::Alike));
    assert_eq!(groups("?groups=random&v=2"), (Partition::Random, Partition::Alike));
    assert_eq!(groups("?reference-groups=random&v=2"), (Partition::Alike, Partition::Random));
    // Written anew they name the partition, and so go on showing it.
    let again = write(&parse("?room=distil&shown=4&v=1").state);
    assert_eq!(groups(&again), (Partition::Random, Partition::Random));
    let Parsed { state, notice } = parse("?groups=none&v=2");
    assert_eq!(state, UrlState::default());
    assert!(notice.unwrap().contains("groups"));
}

#[test]
fn defaults_are_written_as_nothing_and_read_from_nothing() {
    assert_eq!(write(&UrlState::default()), "");
    assert_eq!(parse(""), Parsed::default());
    assert_eq!(parse("?"), Parsed::default());
}

#[test]
fn every_setting_survives_the_way_through_the_address() {
    let mut lesson = parse("?embed=1").state.lesson;
    lesson.hide(Group::Why, true);
    lesson.hide(Group::Rooms, true);
    let state = UrlState {
        room: Room::Train,
        model: "taylornet-28".into(),
        beside: true,
        drawing: "aZ09-_".into(),
        why: WhyAsked {
            class: Some(7),
            against: Against::Class(1),
            order: Some(3),
            about: ExpansionPoint::ClassMean { class: 4 },
            basis: Basis::Chebyshev,
        },
        references: ReferenceState { level: 0, embedder: "resnet-18", partition: Partition::Random },
        device: DeviceChoice::Webgpu,
        train: TrainState {
            network: "conv-7".into(),
            width: Some(16),
            order: Some(3),
            dilations: vec![2, 1, 1],
            sharing: Sharing::Untied,
            normalization: false,
            batch: 64,
            epochs: 3,
            learning_rate: 0.002,
            seed: MAX_SEED,
            low_orders: true,
            shift: 2,
            compare: true,
        },
        polynomial: PolynomialState {
            view: PolynomialView::Stack,
            stack: StackState {
                stack: StackConfig { cluster: [2, 2], orders: vec![2, 3], sharing: StackSharing::Level },
                numbers: Some(7),
                monomial: Some(vec![(0, 2), (2, 1)]),
                uses: Some(2),
                degree: Some(3),
            },
            trained: TrainedState {
                network: "run:0".into(),
                class: 7,
                against: Some(1),
                order: Some(3),
                pixel: Some(24),
                about: ExpansionPoint::Reference { level: 4, class: 7, index: 3 },
                basis: Basis::Legendre,
            },
        },
        distil: DistilState {
            partition: Partition::Random,
            level: 2,
            class: Some(7),
            first: 60,
            difference: true,
            chosen: Place { level: 3, class: 7, subset: 12 },
            digits: [7, 1],
            live: LiveSettings {
                arcface: true,
                start: Some(StartImages::Noise),
                orthogonal: true,
                typed: [Some(12.5), None, Some(0.1), None, None, Some(3.0), None],
                ..LiveSettings::default()
            },
        },
        lesson,
        tour: 4,
        results: ResultsState { all: true, sort: Some(Column::Difference), falling: true },
        idea: IdeaState { scale: 3, site: 6, leaf: 99, digit: 2 },
        photos: PhotosState { photo: 41, network: "conv-cifar".into(), beside: true, class: Some(8) },
    };
    let text = write(&state);
    assert!(text.contains("&embed=1&hide=rooms,why&tour=4&"), "{text}");
    assert!(text.starts_with("?room=train&"), "{text}");
    assert!(text.ends_with("&v=2"), "{text}");
    assert_eq!(parse(&text), Parsed { state, notice: None });
}

#[test]
fn values_out_of_range_are_clamped_with_a_notice() {
    let parsed = parse("?batch=1000000&order=9&width=0&lr=1e9&shift=-4&seed=99999999999999999999999");
    assert_eq!(parse("references=9").state.references.level, 5);
    assert_eq!(parsed.state.train.batch, 60_000);
    assert_eq!(parsed.state.train.order, Some(4));
    assert_eq!(parsed.state.train.width, Some(1));
    assert!((parsed.state.train.learning_rate - 10.0).abs() < 1e-12);
    assert_eq!(parsed.state.train.shift, 0);
    assert_eq!(parsed.state.train.seed, MAX_SEED);
    let notice = parsed.notice.unwrap();
    assert!(notice.contains("batch, order, width, lr, shift, seed"), "{notice}");
}

#[test]
fn nonsense_is_ignored_with_a_notice() {
    let parsed = parse("?room=cellar&model=gpt&batch=many&lr=NaN&device=abacus&dilations=1.x&drawing=%3Cscript%3E");
    assert_eq!(parsed.state, UrlState::default());
    assert!(parsed.notice.unwrap().contains("these settings"));
}

#[test]
fn monomials_and_stacks_that_cannot_be_are_ignored_with_a_notice() {
    let broken = [
        "monomial=2.1",
        "monomial=1-0",
        "monomial=0",
        "monomial=1-999",
        "monomial=",
        "cluster=1x1",
        "cluster=5x2",
        "cluster=2",
        "orders=2.5",
        "orders=",
        "sharing=none",
        "of=run:9",
        "image=6.0.0",
        "image=4.10.0",
        "image=4.0.4",
        "image=4.0",
        "change=often",
        "references=top",
        "embedder=conv-7",
        "sort=beauty",
        "everything=some",
        "merged=large",
    ];
    for query in broken {
        let parsed = parse(query);
        assert_eq!(parsed.state, UrlState::default(), "{query}");
        assert!(parsed.notice.is_some(), "{query}");
    }
    assert_eq!(parse("monomial=one").state.polynomial.stack.monomial, Some(Vec::new()));
    let parsed = parse("class=12&uses=0&pixel=9999&shown=6&only=11&from=9999");
    assert_eq!((parsed.state.distil.level, parsed.state.distil.class, parsed.state.distil.first), (5, Some(9), 599));
    assert_eq!(parsed.state.polynomial.trained.class, 9);
    assert_eq!(parsed.state.polynomial.trained.pixel, Some(783));
    assert_eq!(parsed.state.polynomial.stack.uses, Some(0));
}

#[test]
fn questions_to_the_answer_are_read_with_their_bounds() {
    let parsed = parse("why=12&whynot=nothing&whyorder=0");
    let about = ExpansionPoint::Mean;
    let basis = Basis::Powers;
    let expected = WhyAsked { class: Some(9), against: Against::Nothing, order: Some(1), about, basis };
    assert_eq!(parsed.state.why, expected);
    assert!(parsed.notice.unwrap().ends_with("adjusted: why, whyorder."));
    assert_eq!(parse("whyx0=black").state.why.about, ExpansionPoint::Black);
    let parsed = parse("x0=grey&basis=fourier&whyx0=mean-11&whybasis=sines");
    assert_eq!(parsed.state, UrlState::default());
    assert!(parsed.notice.unwrap().ends_with("adjusted: x0, basis, whyx0, whybasis."));
    let parsed = parse("why=seven&whynot=everything&whyorder=all");
    assert_eq!(parsed.state, UrlState::default());
    assert!(parsed.notice.is_some());
    assert_eq!(parse(&write(&parse("whynot=nothing").state)).state.why.against, Against::Nothing);
}

#[test]
fn unknown_keys_are_ignored_in_silence() {
    assert_eq!(parse("?utm_source=x&level=3&=&&a"), Parsed::default());
}

#[test]
fn another_version_gives_the_defaults_with_a_notice() {
    for query in ["?room=train&v=3", "?v=0", "?v=&room=train", "?v=one"] {
        let parsed = parse(query);
        assert_eq!(parsed.state, UrlState::default());
        assert!(parsed.notice.unwrap().contains("another version"));
    }
    assert_eq!(parse("?v=1&room=train").state.room, Room::Train);
}

#[test]
fn broken_escapes_and_bytes_do_no_harm() {
    for query in ["?%", "?a=%f", "?drawing=%ff%fe", "?room=%64raw", "?=%", "?é=ü&room=train"] {
        let _ = parse(query);
    }
    assert_eq!(parse("?room=%74rain").state.room, Room::Train);
}

#[test]
fn the_polynomial_of_the_run_or_of_a_network_of_digits_is_shown_and_no_other() {
    let parsed = parse("of=run:0");
    assert_eq!((&parsed.state.polynomial.trained.network, &parsed.notice), (&ModelRef::Run(0), &None));
    assert_eq!(write(&parsed.state), "?of=run:0&v=2");
    assert_eq!(write(&parse("of=conv-7").state), "?of=conv-7&v=2");
    for query in ["of=run:1", "of=run:00", "of=run:", "of=taylornet-cifar", "of=gpt"] {
        let parsed = parse(query);
        assert_eq!(parsed.state, UrlState::default(), "{query}");
        assert!(parsed.notice.is_some(), "{query}");
    }
}
