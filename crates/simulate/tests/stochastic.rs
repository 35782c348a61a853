//! Stochastic simulation against closed forms, and what must stay true of it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use model::reaction_system::{
    Compartment, Event, EventAssignment, InitialQuantity, KineticLaw, Parameter, Reaction, Rule, Species,
    SpeciesReference, Stoichiometry,
};
use model::{BinaryOp, Expr, ReactionSystem};
use simulate::{
    CompiledSystem, Replicates, SpeciesAs, StochasticMethod, SystemError, SystemRun, compile_stochastic,
    mean_and_sd,
};

fn times(x: Expr, y: Expr) -> Expr {
    Expr::binary(BinaryOp::Multiply, x, y)
}

fn symbol(name: &str) -> Expr {
    Expr::symbol(name)
}

fn reference(species: &str, n: f64) -> SpeciesReference {
    SpeciesReference {
        id: None,
        species: species.to_string(),
        stoichiometry: Stoichiometry::Number(n),
        constant: true,
    }
}

/// Reactants, products and rate.
type Row<'r> = (&'r [(&'r str, f64)], &'r [(&'r str, f64)], Expr);

/// Species with their counts, parameters and reactions.
fn system(species: &[(&str, f64)], parameters: &[(&str, f64)], reactions: Vec<Row<'_>>) -> ReactionSystem {
    let side = |all: &[(&str, f64)]| all.iter().map(|&(s, n)| reference(s, n)).collect();
    ReactionSystem {
        compartments: vec![Compartment {
            id: "cell".into(),
            spatial_dimensions: 3.0,
            size: Some(1.0),
            constant: true,
        }],
        species: species
            .iter()
            .map(|&(id, count)| Species {
                id: id.into(),
                compartment: "cell".into(),
                initial: InitialQuantity::Amount(count),
                has_only_substance_units: true,
                boundary_condition: false,
                constant: false,
                conversion_factor: None,
            })
            .collect(),
        parameters: parameters
            .iter()
            .map(|&(id, value)| Parameter { id: id.into(), value: Some(value), constant: false })
            .collect(),
        reactions: reactions
            .into_iter()
            .enumerate()
            .map(|(i, (reactants, products, math))| Reaction {
                id: format!("r{i}"),
                reactants: side(reactants),
                products: side(products),
                modifiers: Vec::new(),
                reversible: false,
                fast: false,
                kinetic_law: Some(KineticLaw { math, local_parameters: Vec::new() }),
            })
            .collect(),
        ..ReactionSystem::default()
    }
}

/// Immigration with rate a, death with rate m per head.
fn immigration_death(start: f64) -> ReactionSystem {
    system(
        &[("X", start)],
        &[("a", 20.0), ("m", 0.5)],
        vec![(&[], &[("X", 1.0)], symbol("a")), (&[("X", 1.0)], &[], times(symbol("m"), symbol("X")))],
    )
}

fn run_to(t_end: f64) -> SystemRun {
    let output_times = (0..=4).map(|i| t_end * f64::from(i) / 4.0).collect();
    SystemRun { t_end, output_times, seed: 11, ..SystemRun::default() }
}

fn replicates(system: &ReactionSystem, method: StochasticMethod, t_end: f64, n: u64) -> Replicates {
    let compiled = compile_stochastic(system, method).unwrap();
    let column = compiled.column("X", SpeciesAs::Amount).unwrap();
    compiled.run_replicates(&run_to(t_end), n, &[column], 2).unwrap()
}

/// Five standard errors of mean and variance for a Poisson sample: one in two million by chance.
fn assert_poisson(sample: &[f64], mean: f64) {
    let n = sample.len() as f64;
    let (found, sd) = mean_and_sd(sample);
    assert!((found - mean).abs() < 5.0 * (mean / n).sqrt(), "mean {found}, not {mean}");
    let spread = ((2.0 + 1.0 / mean) / n).sqrt();
    assert!((sd * sd / mean - 1.0).abs() < 5.0 * spread, "variance {}, not {mean}", sd * sd);
}

#[test]
fn immigration_and_death_give_a_poisson_distribution() {
    let all = replicates(&immigration_death(0.0), StochasticMethod::Exact, 4.0, 4000);
    for (row, &t) in all.times().iter().enumerate().skip(1) {
        assert_poisson(&all.sample(0, row), 40.0 * (1.0 - (-0.5 * t).exp()));
    }
}

#[test]
fn many_reactions_use_groups_and_agree() {
    // Fifty equal ways in and out: as one, fifty times as fast.
    let one = (&[][..], &[("X", 1.0)][..], times(Expr::Number(0.4), symbol("one")));
    let mut reactions = vec![one; 50];
    reactions.extend(vec![(&[("X", 1.0)][..], &[][..], times(Expr::Number(0.01), symbol("X"))); 50]);
    let all =
        replicates(&system(&[("X", 0.0)], &[("one", 1.0)], reactions), StochasticMethod::Exact, 4.0, 3000);
    assert_poisson(&all.sample(0, 4), 40.0 * (1.0 - (-2.0_f64).exp()));
}

#[test]
fn rates_that_change_with_time_are_integrated() {
    // Immigration with rate 10 t: Poisson with mean 5 t^2.
    let rate = times(Expr::Number(10.0), Expr::Time);
    let system = system(&[("X", 0.0)], &[], vec![(&[], &[("X", 1.0)], rate)]);
    let all = replicates(&system, StochasticMethod::Exact, 2.0, 600);
    for row in 1..5 {
        let t = all.times()[row];
        assert_poisson(&all.sample(0, row), 5.0 * t * t);
    }
}

#[test]
fn rate_rules_and_jumps_go_together() {
    let mut model = system(&[("X", 0.0)], &[("k", 0.0)], vec![(&[], &[("X", 1.0)], symbol("k"))]);
    model.rules.push(Rule::Rate { variable: "k".into(), math: Expr::Number(10.0) });
    let all = replicates(&model, StochasticMethod::Exact, 2.0, 600);
    assert_poisson(&all.sample(0, 4), 20.0);
}

fn set_at(trigger: Expr, variable: &str, value: f64) -> Event {
    Event {
        id: "e".into(),
        trigger: Some(trigger),
        trigger_initial_value: true,
        persistent: true,
        delay: None,
        priority: None,
        values_from_trigger_time: true,
        assignments: vec![EventAssignment { variable: variable.into(), math: Expr::Number(value) }],
    }
}

#[test]
fn events_in_time_reset_counts() {
    let mut model = immigration_death(100.0);
    model.events.push(set_at(Expr::binary(BinaryOp::GreaterEqual, Expr::Time, Expr::Number(2.0)), "X", 0.0));
    let all = replicates(&model, StochasticMethod::Exact, 4.0, 3000);
    // At the time of an event, what is after it is recorded.
    assert!(all.sample(0, 2).iter().all(|&x| x == 0.0));
    assert_poisson(&all.sample(0, 4), 40.0 * (1.0 - (-1.0_f64).exp()));
}

#[test]
fn events_on_counts_happen_at_once() {
    let mut model = immigration_death(0.0);
    let many = Expr::binary(BinaryOp::Greater, symbol("X"), Expr::Number(9.0));
    model.events.push(set_at(many, "X", 0.0));
    let all = replicates(&model, StochasticMethod::Exact, 20.0, 50);
    let largest = (0..50).flat_map(|r| all.column(r, 0).to_vec()).fold(0.0, f64::max);
    assert!(largest <= 9.0, "{largest}");
}

#[test]
fn leaps_agree_with_single_firings() {
    let model = system(
        &[("X", 20_000.0)],
        &[("a", 10_000.0), ("m", 0.5)],
        vec![(&[], &[("X", 1.0)], symbol("a")), (&[("X", 1.0)], &[], times(symbol("m"), symbol("X")))],
    );
    let all = replicates(&model, StochasticMethod::TauLeaping { epsilon: 0.03 }, 4.0, 2000);
    // The start is the stationary mean, so that leaps have no bias in the mean.
    let (mean, sd) = mean_and_sd(&all.sample(0, 4));
    assert!((mean - 20_000.0).abs() < 5.0 * (20_000.0_f64 / 2000.0).sqrt(), "{mean}");
    // The variance of 20,000 sums binomial survival and Poisson arrivals: 20000 (1 - exp(-2 m t)). Sampling error
    // of a variance from 2000 runs is 3 %; leaps add less than epsilon.
    let variance = 20_000.0 * (1.0 - (-4.0_f64).exp());
    assert!((sd * sd / variance - 1.0).abs() < 0.15, "{}", sd * sd / variance);
    assert!(all.steps() > 2000 * 40_000, "leaps count what they fire");
}

fn trace(compiled: &CompiledSystem, run: &SystemRun) -> Vec<f64> {
    compiled.run(run).unwrap().column(compiled.column("X", SpeciesAs::Amount).unwrap())
}

#[test]
fn a_replicate_is_the_same_alone_and_among_others_on_any_number_of_threads() {
    let compiled = compile_stochastic(&immigration_death(3.0), StochasticMethod::Exact).unwrap();
    let column = compiled.column("X", SpeciesAs::Amount).unwrap();
    let one = compiled.run_replicates(&run_to(4.0), 20, &[column], 1).unwrap();
    let three = compiled.run_replicates(&run_to(4.0), 20, &[column], 3).unwrap();
    assert_eq!(one, three);
    let alone = trace(&compiled, &SystemRun { replicate: 13, ..run_to(4.0) });
    assert_eq!(one.column(13, 0), alone);
    assert_ne!(one.column(13, 0), one.column(14, 0));
}

#[test]
fn output_times_do_not_change_what_happens() {
    let compiled = compile_stochastic(&immigration_death(3.0), StochasticMethod::Exact).unwrap();
    let coarse = trace(&compiled, &run_to(4.0));
    let output_times: Vec<f64> = (0..=400).map(|i| f64::from(i) / 100.0).collect();
    let fine = trace(&compiled, &SystemRun { output_times, ..run_to(4.0) });
    assert_eq!(coarse, [fine[0], fine[100], fine[200], fine[300], fine[400]]);
}

#[test]
fn what_makes_no_sense_is_an_error() {
    let run = |model: &ReactionSystem| {
        compile_stochastic(model, StochasticMethod::Exact).unwrap().run(&run_to(4.0)).unwrap_err()
    };
    let drain = system(&[("X", 2.0)], &[], vec![(&[("X", 1.0)], &[], Expr::Number(5.0))]);
    assert!(matches!(run(&drain), SystemError::NotEnough { .. }));
    let negative = system(&[("X", 2.0)], &[], vec![(&[("X", 1.0)], &[], Expr::Number(-5.0))]);
    assert!(matches!(run(&negative), SystemError::BadPropensity { .. }));
    let half = system(&[("X", 0.5)], &[], vec![(&[("X", 1.0)], &[], symbol("X"))]);
    assert!(matches!(run(&half), SystemError::NotWhole { .. }));
    let mut fast = immigration_death(1.0);
    fast.reactions[0].fast = true;
    let error = compile_stochastic(&fast, StochasticMethod::Exact).unwrap_err();
    assert!(matches!(error, SystemError::Unsupported { .. }));
}
