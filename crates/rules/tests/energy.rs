//! Rate constants from energies: detailed balance, counting, and parameters kept as they are.

mod small;

use model::{ARRHENIUS, EnergyPattern, Expr, Location, RateLaw, ReactionNetwork, RuleModel};
use proptest::prelude::*;
use rules::{GenerateOptions, evaluate, find_species, generate};
use small::{model, pattern};

/// Gives all rules `Arrhenius(phi,Ea)`, and the model energies as BNGL's block does.
fn with_energies(mut model: RuleModel, phi: f64, energies: &[(&str, Expr)]) -> RuleModel {
    let law = |phi: Expr| RateLaw::Elementary(Expr::Call(ARRHENIUS.into(), vec![phi, Expr::symbol("Ea")]));
    for rule in &mut model.rules {
        rule.forward = law(Expr::Number(phi));
        rule.reverse = rule.reverse.is_some().then(|| law(Expr::Number(1.0 - phi)));
    }
    for (text, energy) in energies {
        let location = Location::default();
        model.energy_patterns.push(EnergyPattern {
            pattern: pattern(text),
            energy: energy.clone(),
            location,
        });
    }
    model
}

fn network(model: &RuleModel) -> ReactionNetwork {
    generate(model, &GenerateOptions::default()).expect("the model is right").network
}

/// The rate constant from one set of species to another, factors included.
fn constant(network: &ReactionNetwork, from: &[&str], to: &[&str]) -> f64 {
    let positions = |texts: &[&str]| {
        let find = |text: &&str| find_species(network.species.iter().map(|s| s.name.as_str()), text);
        let mut found: Vec<_> = texts.iter().map(|t| find(t).expect("the species exists")).collect();
        found.sort_unstable();
        found
    };
    let (from, to) = (positions(from), positions(to));
    let of_them = network.reactions.iter().filter(|r| r.reactants == from && r.products == to);
    let value = |r: &model::Reaction| match &r.rate {
        RateLaw::Elementary(k) => r.factor * evaluate(k, network, &[], 0.0),
        other => panic!("{other:?}"),
    };
    of_them.map(value).sum()
}

const SCAFFOLD: &str =
    "parameter Ea 1.5\n type S(a,b)\n type A(s)\n type B(s)\n seed S(a,b) 1\n seed A(s) 1\n seed B(s) 1
    rule RA: S(a) + A(s) <-> S(a!1).A(s!1) 1 1
    rule RB: S(b) + B(s) <-> S(b!1).B(s!1) 1 1";

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    /// Around the cycle S, SA, SAB, SB the products of the constants are equal in both directions, whatever the
    /// energies are; each pair has the ratio exp(-dG).
    #[test]
    fn cycles_are_in_detailed_balance(
        phi in 0.0..1.0f64, ga in -3.0..3.0f64, gb in -3.0..3.0f64, gab in -3.0..3.0f64,
    ) {
        let energies = [
            ("S(a!1).A(s!1)", Expr::Number(ga)),
            ("S(b!1).B(s!1)", Expr::Number(gb)),
            ("S(a!1,b!2).A(s!1).B(s!2)", Expr::Number(gab)),
        ];
        let network = network(&with_energies(model(SCAFFOLD), phi, &energies));
        let (s, a, b) = ("S(a,b)", "A(s)", "B(s)");
        let (sa, sb, sab) = ("S(a!1,b).A(s!1)", "S(a,b!1).B(s!1)", "S(a!1,b!2).A(s!1).B(s!2)");
        let ratio = |from: &[&str], to: &[&str]| constant(&network, from, to) / constant(&network, to, from);
        // Rounding of a few exponentials.
        let close = |x: f64, y: f64| (x / y - 1.0).abs() < 1e-12;
        prop_assert!(close(ratio(&[s, a], &[sa]), (-ga).exp()));
        prop_assert!(close(ratio(&[sb, a], &[sab]), (-ga - gab).exp()));
        let one_way = ratio(&[s, a], &[sa]) * ratio(&[sa, b], &[sab]);
        let other_way = ratio(&[s, b], &[sb]) * ratio(&[sb, a], &[sab]);
        prop_assert!(close(one_way, other_way));
        prop_assert!(close(constant(&network, &[s, a], &[sa]), (-(1.5 + phi * ga)).exp()));
    }
}

#[test]
fn a_symmetric_pattern_counts_once() {
    let text = "parameter Ea 0\n type R(d)\n seed R(d) 1\n rule D: R(d) + R(d) <-> R(d!1).R(d!1) 1 1";
    let network = network(&with_energies(model(text), 0.5, &[("R(d!1).R(d!1)", Expr::Number(2.0))]));
    // Two equal molecules meet half as often; the dimer has dG = 2, not 4.
    let forward = constant(&network, &["R(d)", "R(d)"], &["R(d!1).R(d!1)"]);
    assert!((forward - 0.5 * (-1.0f64).exp()).abs() < 1e-15, "{forward}");
    let backward = constant(&network, &["R(d!1).R(d!1)"], &["R(d)", "R(d)"]);
    assert!((backward - 1.0f64.exp()).abs() < 1e-15, "{backward}");
}

#[test]
fn rates_follow_the_parameters_of_energies() {
    let text =
        "parameter Ea 0\n parameter G 2\n type A(c~U~P)\n seed A(c~U) 1\n rule F: A(c~U) <-> A(c~P) 1 1";
    let mut network = network(&with_energies(model(text), 0.25, &[("A(c~P)", Expr::symbol("G"))]));
    let forward = |n: &ReactionNetwork| constant(n, &["A(c~U)"], &["A(c~P)"]);
    assert!((forward(&network) - (-0.5f64).exp()).abs() < 1e-15);
    network.parameters[1].value = Expr::Number(4.0);
    assert!((forward(&network) - (-1.0f64).exp()).abs() < 1e-15);
}
