//! Canonical texts do not depend on how a species is written, and tell species apart.

use super::{canonical, canonical_order};
use crate::graph::{Bonds, Component, Graph, Molecule, Order, Site};
use crate::symbols::Symbols;
use proptest::prelude::*;

fn symbols() -> Symbols {
    Symbols::new(["A", "B", "x", "y", "s", "0", "1"])
}

/// `A(x,x,x)` or `B(s~0,y,y)`.
fn molecule(is_a: bool, state: bool) -> Molecule {
    let symbols = symbols();
    let symbol = |text: &str| symbols.get(text).unwrap();
    let component = |name: &str, state: Option<&str>| Component {
        name: symbol(name),
        state: state.map(symbol),
        bonds: Bonds::None,
    };
    let components = if is_a {
        vec![component("x", None), component("x", None), component("x", None)]
    } else {
        let state = if state { "1" } else { "0" };
        vec![component("s", Some(state)), component("y", None), component("y", None)]
    };
    Molecule { kind: symbol(if is_a { "A" } else { "B" }), compartment: None, components }
}

fn text(graph: &Graph) -> String {
    let text = canonical(graph).text(&symbols());
    assert_eq!(graph.text_in_order(&canonical_order(graph), &symbols()), text);
    text
}

/// Free components of a molecule that can be bound: all but the stateful one.
fn free_sites(graph: &Graph, molecule: usize) -> Vec<Site> {
    let components = graph.molecules[molecule].components.iter().enumerate();
    let free = components.filter(|(_, c)| c.bonds.is_empty() && c.state.is_none());
    free.map(|(c, _)| Site::new(molecule, c)).collect()
}

/// A connected graph: each molecule is bound to an earlier one with a free site, then some rings are closed.
fn build(kinds: &[(bool, bool)], parents: &[usize], rings: &[(usize, usize)]) -> Graph {
    let mut graph = Graph::default();
    for (&(is_a, state), parent) in kinds.iter().zip(parents) {
        graph.molecules.push(molecule(is_a, state));
        let new = graph.molecules.len() - 1;
        let open: Vec<Site> = (0..new).flat_map(|m| free_sites(&graph, m)).collect();
        if new == 0 {
            continue;
        }
        let Some(&there) = open.get(parent % open.len().max(1)) else {
            graph.molecules.pop();
            continue;
        };
        let here = free_sites(&graph, new)[0];
        graph.bind(here, there);
    }
    for &(a, b) in rings {
        let open: Vec<Site> = (0..graph.molecules.len()).flat_map(|m| free_sites(&graph, m)).collect();
        if open.len() > 1 && a % open.len() != b % open.len() {
            let (here, there) = (open[a % open.len()], open[b % open.len()]);
            graph.bind(here, there);
            // Now and then a component has two bonds.
            if let Some(&third) = open.iter().find(|&&s| a % 3 == 0 && s != here && s != there) {
                graph.bind(here, third);
            }
        }
    }
    graph
}

/// Another way to write the same graph: keys order molecules, and components of equal name within a molecule.
fn shuffle(graph: &Graph, keys: &[u32]) -> Graph {
    let mut order = Order::as_is(graph);
    let key = |i: u32| keys[i as usize % keys.len()].wrapping_mul(i.wrapping_add(7));
    order.molecules.sort_by_key(|&m| key(m));
    for m in 0..graph.molecules.len() {
        let range = order.starts[m] as usize..order.starts[m + 1] as usize;
        let names: Vec<_> = graph.molecules[m].components.iter().map(|c| c.name).collect();
        order.components[range].sort_by_key(|&c| (names[c as usize] != names[0], key(c + 31 * m as u32)));
    }
    graph.reordered(&order)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn renaming_and_reordering_do_not_change_the_text(
        kinds in prop::collection::vec((any::<bool>(), any::<bool>()), 1..14),
        parents in prop::collection::vec(0usize..1000, 14),
        rings in prop::collection::vec((0usize..1000, 0usize..1000), 0..5),
        keys in prop::collection::vec(any::<u32>(), 20),
    ) {
        let graph = build(&kinds, &parents, &rings);
        let shuffled = shuffle(&graph, &keys);
        prop_assert_eq!(text(&graph), text(&shuffled));
    }

    #[test]
    fn canonical_order_is_a_fixed_point(
        kinds in prop::collection::vec((any::<bool>(), any::<bool>()), 1..10),
        parents in prop::collection::vec(0usize..1000, 10),
        rings in prop::collection::vec((0usize..1000, 0usize..1000), 0..4),
    ) {
        let graph = build(&kinds, &parents, &rings);
        let once = canonical(&graph);
        prop_assert_eq!(canonical(&once).text(&symbols()), once.text(&symbols()));
    }
}

/// `A(x,x,x)` molecules bound as the edges say.
fn cubic(n: usize, edges: &[(usize, usize)]) -> Graph {
    let mut graph = Graph { molecules: (0..n).map(|_| molecule(true, false)).collect(), compartment: None };
    for &(a, b) in edges {
        let (a, b) = (free_sites(&graph, a)[0], free_sites(&graph, b)[0]);
        graph.bind(a, b);
    }
    graph
}

#[test]
fn regular_graphs_that_refinement_cannot_tell_apart_differ() {
    // The prism and the utility graph: six vertices, three edges each.
    let prism = cubic(6, &[(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3), (1, 4), (2, 5)]);
    let utility = cubic(6, &[(0, 3), (0, 4), (0, 5), (1, 3), (1, 4), (1, 5), (2, 3), (2, 4), (2, 5)]);
    assert_ne!(text(&prism), text(&utility));
    for keys in [[3, 1, 4, 1, 5, 9], [2, 7, 1, 8, 2, 8]] {
        assert_eq!(text(&prism), text(&shuffle(&prism, &keys)));
        assert_eq!(text(&utility), text(&shuffle(&utility, &keys)));
    }
}

#[test]
fn a_highly_symmetric_cage_is_labelled_in_reasonable_time() {
    // The dodecahedron: 20 vertices, 120 automorphisms.
    let mut edges = Vec::new();
    for i in 0..5 {
        edges.extend([(i, (i + 1) % 5), (i, i + 5), (i + 5, i + 10), (i + 5, (i + 4) % 5 + 10)]);
        edges.extend([(i + 10, i + 15), (i + 15, (i + 1) % 5 + 15)]);
    }
    let cage = cubic(20, &edges);
    assert_eq!(text(&cage), text(&shuffle(&cage, &[5, 3, 8, 1, 9, 2, 6])));
}

#[test]
fn long_rings_are_labelled() {
    let ring: Vec<(usize, usize)> = (0..60).map(|i| (i, (i + 1) % 60)).collect();
    let ring = cubic(60, &ring);
    assert_eq!(text(&ring), text(&shuffle(&ring, &[11, 5, 7])));
}
