//! What the records promise each other, and the independent check's bars.

use super::*;

#[test]
fn partners_are_other_networks_of_the_catalogue() {
    for network in NamedNetwork::ALL {
        let others = [Some(network.counterpart), network.twin];
        for other in others.into_iter().flatten() {
            assert_ne!(other, network.name);
            assert!(NamedNetwork::find(other).is_some(), "{}: {other}", network.name);
        }
        if let Some(twin) = network.twin.and_then(NamedNetwork::find) {
            assert_eq!((twin.twin, twin.network()), (Some(network.name), network.network()));
        }
    }
}

#[test]
fn names_are_told_apart_and_every_recipe_can_start() {
    for (index, network) in NamedNetwork::ALL.iter().enumerate() {
        assert!(NamedNetwork::ALL[..index].iter().all(|other| other.name != network.name), "{}", network.name);
        assert_eq!(network.training.validate(60_000), Ok(()), "{}", network.name);
        assert!(0.0 < network.bar.0 && network.bar.0 < network.bar.1 && network.bar.1 <= 1.0, "{}", network.name);
    }
}

#[test]
fn an_architecture_is_known_by_its_first_name() {
    let name = |name: &str| NetworkConfig::named(name).unwrap().without_normalization().known_name();
    assert_eq!(name("taylornet-28-nested"), Some("taylornet-28"));
    assert_eq!(name("taylornet-7-scale"), Some("taylornet-7-scale"));
    let NetworkConfig::TaylorNet(mut narrow) = NetworkConfig::named("taylornet-7").unwrap() else { panic!() };
    narrow.blocks[0].channels = 16;
    assert_eq!(NetworkConfig::TaylorNet(narrow).known_name(), None);
}

/// The independent check has bars of its own, so that it does not take them from what it checks; they are the same.
#[test]
fn the_independent_check_knows_every_network_and_its_bar() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/check.py");
    let script = std::fs::read_to_string(script).unwrap();
    let table = script.split("\nBARS = {\n").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
    let rows: Vec<_> = table
        .lines()
        .map(|line| {
            let (name, values) = line.trim().split_once("\": (").unwrap();
            let mut values = values.split(", ");
            let mut bar = || values.next().unwrap().parse::<f64>().unwrap();
            (name.trim_start_matches('"').to_owned(), (bar(), bar()))
        })
        .collect();
    assert_eq!(rows.len(), NamedNetwork::ALL.len());
    for network in NamedNetwork::ALL {
        assert!(rows.contains(&(network.name.to_owned(), network.bar)), "{}", network.name);
    }
}
