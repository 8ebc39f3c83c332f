//! Architectures against the numbers of the article and of its figures.

use super::*;

fn taylornet(name: &str) -> TaylorNetConfig {
    match NetworkConfig::named(name) {
        Ok(NetworkConfig::TaylorNet(config)) => config,
        other => panic!("{name} is not a TaylorNet: {other:?}"),
    }
}

#[test]
fn monomials_of_a_2x2_cluster_are_those_of_the_design() {
    let counts: Vec<_> = (1..=4).map(|order| monomial_count(4, order)).collect();
    assert_eq!(counts, [4, 14, 34, 69]);
    let pixels: Vec<_> = (1..=4).map(|order| monomial_count(49, order) + 1).collect();
    assert_eq!(pixels, [50, 1_275, 22_100, 292_825]);
}

#[test]
fn multiplications_are_those_counted_by_hand() {
    // Convolutions of 28, 14, 7 and 4 pixels a side, CG operations of 14, 7, 4 and 2, and the head.
    let convolutions = [784 * 9 * 64, 196 * 576 * 64, 49 * 576 * 64, 16 * 576 * 64];
    let forward = convolutions.iter().sum::<usize>() + (196 + 49 + 16 + 4) * 896 * 64 + 2_560;
    let step = 3 * forward - convolutions[0];
    assert_eq!(taylornet("taylornet-28").multiplications(), Ok([forward, step]));
}

#[test]
fn parameter_counts_are_those_of_the_design() {
    let mut net = taylornet("taylornet-28");
    assert_eq!(net.parameters(), Ok(344_138));
    net.normalization = false;
    assert_eq!(net.parameters(), Ok(343_626));
    let mut net = taylornet("taylornet-7");
    assert_eq!(net.parameters(), Ok(249_674));
    net.normalization = false;
    assert_eq!(net.parameters(), Ok(249_290));
    assert_eq!(net.degree(), 8);
}

#[test]
fn sizes_and_degree_are_those_of_figure_5() {
    let net = taylornet("taylornet-28");
    let sides: Vec<_> = net.sizes().unwrap().iter().map(|size| size[0]).collect();
    assert_eq!(sides, [28, 14, 7, 4, 2]);
    assert_eq!(net.degree(), 16);
    assert_eq!(taylornet("conv-28").degree(), 1);
}

#[test]
fn resnet_has_about_as_many_parameters_as_the_article_says() {
    let parameters = NetworkConfig::named("resnet-7").unwrap().parameters().unwrap();
    assert!((1_200_000..1_400_000).contains(&parameters), "{parameters}");
}

#[test]
fn a_cluster_that_does_not_fit_is_refused() {
    let mut net = taylornet("taylornet-7");
    net.blocks[0].cg.dilation = 7;
    assert_eq!(net.sizes(), Err(ConfigError::ClusterTooLarge { block: 0, span: 8, size: 7 }));
    net.blocks[0].cg.order = 5;
    assert!(matches!(net.sizes(), Err(ConfigError::OutOfRange { setting: "order", value: 5, .. })));
}

#[test]
fn direct_expansions_have_the_terms_of_figure_2() {
    let counts = [50, 1_275, 22_100, 292_825];
    for (order, terms) in (1..=4).zip(counts) {
        let network = NetworkConfig::named(&format!("direct-{order}")).unwrap();
        assert_eq!(network.parameters(), Ok(10 * terms));
        assert_eq!(network.degree(), Some(order));
    }
}

#[test]
fn direct_expansions_with_too_many_terms_are_refused() {
    let refused = |side: usize, order: usize| {
        DirectConfig { input: ImageShape { channels: 1, height: side, width: side }, order }.parameters().unwrap_err()
    };
    assert!(matches!(refused(7, 5), ConfigError::OutOfRange { setting: "order", value: 5, .. }));
    assert!(matches!(refused(28, 3), ConfigError::OutOfRange { setting: "number of monomials", .. }));
    assert!(matches!(refused(256, 4), ConfigError::OutOfRange { .. }));
}

#[test]
fn every_network_to_train_has_a_name() {
    for name in NetworkConfig::NAMES_TO_TRAIN {
        assert!(NetworkConfig::NAMES.contains(&name) && NetworkConfig::named(name).is_ok(), "{name}");
    }
}

#[test]
fn resnet_18_is_the_published_one() {
    // 11,689,512 parameters for colour images and 1,000 classes (He et al. 2016, as everyone implements it), less two
    // channels of the 7x7 stem and 990 rows of the last layer.
    let expected = 11_689_512 - 2 * 7 * 7 * 64 - 990 * (512 + 1);
    assert_eq!(NetworkConfig::named("resnet-18").unwrap().parameters(), Ok(expected));
    let light = NetworkConfig::named("resnet-light").unwrap().parameters().unwrap();
    assert!(light < 200_000, "{light}");
    assert_eq!((Stem::Conv7Pool.out_side(28), Stem::Conv3.out_side(28)), (7, 28));
}

#[test]
fn residual_networks_of_older_files_have_the_small_stem() {
    let text = r#"{"kind": "res_net", "input": {"channels": 1, "height": 7, "width": 7}, "widths": [64, 128, 256],
        "blocks_per_stage": 1, "normalization": true}"#;
    assert_eq!(serde_json::from_str::<NetworkConfig>(text).unwrap(), NetworkConfig::named("resnet-7").unwrap());
}

#[test]
fn a_mirror_needs_clusters_that_reach_both_edges() {
    let mut network = taylornet("taylornet-28");
    network.mirrored = true;
    assert_eq!(network.parameters(), taylornet("taylornet-28").parameters());
    network.input.width = 27;
    let error = network.sizes().unwrap_err();
    assert_eq!(error, ConfigError::UnequalEdges { block: 0, size: 27 });
    network.mirrored = false;
    assert!(network.sizes().is_ok());
}
