//! Reactions and factors counted by hand.

mod small;

use model::{Expr, ReactionNetwork};
use rules::{GenerateError, GenerateOptions, generate};
use small::model;

fn network(text: &str) -> ReactionNetwork {
    let generated = generate(&model(text), &GenerateOptions::default()).expect("the model is right");
    assert!(generated.complete);
    generated.network
}

/// Reactions as `A + B -> C 0.5`, sorted.
fn reactions(network: &ReactionNetwork) -> Vec<String> {
    let side = |species: &[model::SpeciesIdx]| {
        let mut names: Vec<&str> = species.iter().map(|s| network.species[s.0].name.as_str()).collect();
        names.sort_unstable();
        if names.is_empty() { "0".to_string() } else { names.join(" + ") }
    };
    let mut lines: Vec<String> = network
        .reactions
        .iter()
        .map(|r| format!("{} -> {} {}", side(&r.reactants), side(&r.products), r.factor))
        .collect();
    lines.sort();
    lines
}

fn check(text: &str, expected: &[&str]) {
    let sort_side = |side: &str| {
        let mut species: Vec<&str> = side.split(" + ").collect();
        species.sort_unstable();
        species.join(" + ")
    };
    let sort_line = |line: &&str| {
        let (reactants, rest) = line.split_once(" -> ").expect("a reaction has an arrow");
        let (products, factor) = rest.rsplit_once(' ').expect("a reaction has a factor");
        format!("{} -> {} {factor}", sort_side(reactants), sort_side(products))
    };
    let mut expected: Vec<String> = expected.iter().map(sort_line).collect();
    expected.sort_unstable();
    assert_eq!(reactions(&network(text)), expected);
}

#[test]
fn binding_of_different_molecules_counts_once() {
    check(
        "type A(b)\n type B(a)\n seed A(b) 1\n seed B(a) 1\n rule R: A(b) + B(a) <-> A(b!1).B(a!1) 1 2",
        &["A(b) + B(a) -> A(b!1).B(a!1) 1", "A(b!1).B(a!1) -> A(b) + B(a) 1"],
    );
}

#[test]
fn a_symmetric_dimer_forms_with_one_half_and_breaks_with_one() {
    check(
        "type A(a)\n seed A(a) 1\n rule R: A(a) + A(a) <-> A(a!1).A(a!1) 1 2",
        &["A(a) + A(a) -> A(a!1).A(a!1) 0.5", "A(a!1).A(a!1) -> A(a) + A(a) 1"],
    );
}

#[test]
fn equal_sites_multiply() {
    check(
        "type A(b,b)\n type B(a)\n seed A(b,b) 1\n seed B(a) 1\n rule R: A(b) + B(a) <-> A(b!1).B(a!1) 1 2",
        &[
            "A(b,b) + B(a) -> A(b,b!1).B(a!1) 2",
            "A(b,b!1).B(a!1) + B(a) -> A(b!1,b!2).B(a!1).B(a!2) 1",
            "A(b,b!1).B(a!1) -> A(b,b) + B(a) 1",
            "A(b!1,b!2).B(a!1).B(a!2) -> A(b,b!1).B(a!1) + B(a) 2",
        ],
    );
}

#[test]
fn dimers_through_two_equal_sites_count_all_pairs_of_sites() {
    let options = GenerateOptions { max_molecules_per_species: Some(2), ..GenerateOptions::default() };
    let text = "type D(x,x)\n seed D(x,x) 1\n rule R: D(x) + D(x) <-> D(x!1).D(x!1) 1 2";
    let generated = generate(&model(text), &options).unwrap();
    assert!(!generated.complete);
    // Four pairs of sites times one half.
    let expected = ["D(x,x) + D(x,x) -> D(x,x!1).D(x,x!1) 2", "D(x,x!1).D(x,x!1) -> D(x,x) + D(x,x) 1"];
    let mut lines = reactions(&generated.network);
    lines.reverse();
    assert_eq!(lines, expected);
}

#[test]
fn rings_close_once_per_pair_of_ends_and_do_not_break_in_two() {
    let text = "type A(a,b)\n seed A(a,b) 1
        rule Grow: A(a) + A(b) <-> A(a!1).A(b!1) 1 2
        rule Close: A(a).A(b) -> A(a!1).A(b!1) 3";
    let options = GenerateOptions { max_molecules_per_species: Some(2), ..GenerateOptions::default() };
    let lines = reactions(&generate(&model(text), &options).unwrap().network);
    let expected = [
        "A(a!1,b!2).A(a!2,b!1) -> A(a,b!1).A(a!1,b) 2",
        "A(a,b!1).A(a!1,b) -> A(a!1,b!2).A(a!2,b!1) 1",
        "A(a,b!1).A(a!1,b) -> A(a,b) + A(a,b) 1",
        "A(a,b) + A(a,b) -> A(a,b!1).A(a!1,b) 1",
    ];
    // Without a rule that opens rings, the first line must be missing.
    assert_eq!(lines, expected[1..].to_vec());
    let opening = format!("{text}\n rule Open: A(a!1).A(b!1) -> A(a).A(b) 1");
    let lines = reactions(&generate(&model(&opening), &options).unwrap().network);
    assert_eq!(lines, expected.to_vec());
}

#[test]
fn state_changes_of_equal_sites_multiply() {
    check(
        "type A(y~U~P,y~U~P)\n seed A(y~U,y~U) 1\n rule R: A(y~U) -> A(y~P) 1",
        &["A(y~P,y~P) -> A(y~P,y~P) 1", "A(y~P,y~U) -> A(y~P,y~P) 1", "A(y~U,y~U) -> A(y~P,y~U) 2"][1..],
    );
}

#[test]
fn match_once_counts_a_symmetric_substrate_once() {
    check(
        "type A(y~U~P,y~U~P)\n seed A(y~U,y~U) 1\n rule R: A(y~U) -> A(y~P) 1 MatchOnce",
        &["A(y~P,y~U) -> A(y~P,y~P) 1", "A(y~U,y~U) -> A(y~P,y~U) 1"],
    );
}

#[test]
fn context_does_not_multiply() {
    // Two equal context sites, one center.
    check(
        "type A(y~U~P,c,c)\n type B(a)\n seed A(y~U,c!1,c!2).B(a!1).B(a!2) 1
         rule R: A(y~U,c!+) -> A(y~P,c!+) 1",
        &["A(y~U,c!1,c!2).B(a!1).B(a!2) -> A(y~P,c!1,c!2).B(a!1).B(a!2) 1"],
    );
}

#[test]
fn synthesis_and_degradation_use_the_empty_side() {
    check("type A()\n rule S: 0 -> A() 1\n rule D: A() -> 0 2", &["0 -> A() 1", "A() -> 0 1"]);
}

#[test]
fn deletion_takes_the_complex_unless_told_to_take_molecules() {
    let base = "type A(b)\n type B(a)\n seed A(b!1).B(a!1) 1\n";
    check(&format!("{base} rule D: A() -> 0 1"), &["A(b!1).B(a!1) -> 0 1"]);
    check(&format!("{base} rule D: A() -> 0 1 DeleteMolecules"), &["A(b!1).B(a!1) -> B(a) 1"]);
}

#[test]
fn catalysis_keeps_the_enzyme_and_does_not_act_within_a_complex() {
    check(
        "type E(s)\n type S(e,y~U~P)\n seed E(s) 1\n seed S(e,y~U) 1
         rule R: E() + S(y~U) -> E() + S(y~P) 1",
        &["E(s) + S(e,y~U) -> E(s) + S(e,y~P) 1"],
    );
}

#[test]
fn tags_decide_which_molecule_is_which() {
    let text = "type A(s~0~1)\n seed A(s~0) 1\n seed A(s~1) 1\n";
    check(
        &format!("{text} rule R: A%1(s~0) + A%2(s~1) -> A%2(s~0) + A%1(s~0) 1"),
        &["A(s~0) + A(s~1) -> A(s~0) + A(s~0) 1"],
    );
}

#[test]
fn trimers_on_a_trivalent_scaffold_have_binomial_factors() {
    check(
        "type T(b,b,b)\n type B(t)\n seed T(b,b,b) 1\n seed B(t) 1\n rule R: T(b) + B(t) <-> T(b!1).B(t!1) 1 2",
        &[
            "B(t) + T(b,b,b) -> B(t!1).T(b,b,b!1) 3",
            "B(t!1).T(b,b,b!1) -> B(t) + T(b,b,b) 1",
            "B(t) + B(t!1).T(b,b,b!1) -> B(t!1).B(t!2).T(b,b!1,b!2) 2",
            "B(t!1).B(t!2).T(b,b!1,b!2) -> B(t) + B(t!1).T(b,b,b!1) 2",
            "B(t) + B(t!1).B(t!2).T(b,b!1,b!2) -> B(t!1).B(t!2).B(t!3).T(b!1,b!2,b!3) 1",
            "B(t!1).B(t!2).B(t!3).T(b!1,b!2,b!3) -> B(t) + B(t!1).B(t!2).T(b,b!1,b!2) 3",
        ],
    );
}

#[test]
fn observables_count_matches_or_species() {
    let network = network(
        "type D(x,x)\n seed D(x,x!1).D(x!1,x) 1\n molecules M D()\n species S D()\n molecules Ends D(x)
         species Two D()==2\n species Three D()==3\n molecules Bond D(x!1).D(x!1)",
    );
    let weight = |i: usize| network.observables[i].terms.first().map_or(0.0, |t| t.1);
    let weights: Vec<f64> = (0..6).map(weight).collect();
    // The bond is matched in both directions.
    assert_eq!(weights, [2.0, 1.0, 2.0, 1.0, 0.0, 2.0]);
}

#[test]
fn rates_between_compartments_are_divided_by_the_volume() {
    let network = network(
        "compartment V 3 10\n compartment S 2 2 V\n type L(r)\n type R(l)
         seed L(r)@V 1\n seed R(l)@S 1\n rule R: L(r) + R(l) <-> L(r!1).R(l!1) 1 2",
    );
    let names: Vec<&str> = network.species.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["@V::L(r)", "@S::R(l)", "@S::L(r!1)@V.R(l!1)"]);
    let rates: Vec<String> = network.reactions.iter().map(|r| format!("{:?}", r.rate)).collect();
    assert_eq!(
        rates[0],
        format!(
            "{:?}",
            model::RateLaw::Elementary(Expr::binary(
                model::BinaryOp::Divide,
                Expr::Number(1.0),
                Expr::Number(10.0)
            ))
        )
    );
    assert_eq!(rates[1], format!("{:?}", model::RateLaw::Elementary(Expr::Number(2.0))));
}

#[test]
fn endless_chains_fail_soon_and_say_which_rule_grows() {
    let text = "type A(a,b)\n seed A(a,b) 1\n rule Grow: A(a) + A(b) <-> A(a!1).A(b!1) 1 2";
    let started = std::time::Instant::now();
    let error = generate(&model(text), &GenerateOptions::default()).unwrap_err();
    assert!(
        matches!(&error, GenerateError::TooLargeSpecies { limit: 200, rule, .. } if rule == "Grow"),
        "{error}"
    );
    assert!(started.elapsed().as_secs_f64() < 5.0, "{:?}", started.elapsed());
}

#[test]
fn endless_trees_fail_soon_at_the_limits() {
    let text = "type A(a,a,a)\n seed A(a,a,a) 1\n rule Grow: A(a) + A(a) <-> A(a!1).A(a!1) 1 2";
    let started = std::time::Instant::now();
    let error = generate(&model(text), &GenerateOptions::default()).unwrap_err();
    let passed_limit = matches!(
        error,
        GenerateError::TooManySpecies { .. }
            | GenerateError::TooManyReactions { .. }
            | GenerateError::TooLargeSpecies { .. }
    );
    assert!(passed_limit, "{error}");
    assert!(started.elapsed().as_secs_f64() < 20.0, "{:?}", started.elapsed());
}

#[test]
fn bad_models_are_refused_with_the_rule() {
    let base = "type A(b~U~P)\n seed A(b~U) 1\n ";
    for (rule, message) in [
        (
            "rule R: A(c) -> 0 1",
            "understand rule \"R\": \"A\" has no component \"c\", or not so many of them",
        ),
        ("rule R: B() -> 0 1", "understand rule \"R\": \"B\" is not a molecule type"),
        ("rule R: A(b~X) -> A(b~P) 1", "understand rule \"R\": component \"b\" of \"A\" has no state \"X\""),
        (
            "rule R: A(b~U) -> A(b) 1",
            "understand rule \"R\": component \"b\" has a state before the reaction and none after it",
        ),
        (
            "rule R: A(b!1) -> 0 1",
            "understand rule \"R\": bond !1 occurs 1 times in A(b!1), it must occur twice",
        ),
        (
            "rule R: 0 -> A(b) 1",
            "understand rule \"R\": component \"b\" of \"A\" needs a state in the products of rule \"R\"",
        ),
    ] {
        let error = generate(&model(&format!("{base}{rule}")), &GenerateOptions::default()).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}
