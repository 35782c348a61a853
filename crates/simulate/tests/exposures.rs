//! Species that follow an expression.

use model::{Exposure, Expr, NetworkObservable, RateLaw, Reaction, ReactionNetwork, Species, SpeciesIdx};
use simulate::{CompileError, Initial, Run, Simulator, compile};

fn species(name: &str, initial: f64, fixed: bool) -> Species {
    Species { name: name.to_string(), initial: Expr::Number(initial), fixed }
}

fn reaction(reactants: &[usize], products: &[usize], k: f64, rule: &str) -> Reaction {
    let list = |side: &[usize]| side.iter().map(|i| SpeciesIdx(*i)).collect();
    Reaction {
        reactants: list(reactants),
        products: list(products),
        factor: 1.0,
        rate: RateLaw::Elementary(Expr::Number(k)),
        rule: rule.to_string(),
    }
}

/// `D` is held at 2 and follows the decaying `T`; it makes `P` at rate 3.
fn network() -> ReactionNetwork {
    ReactionNetwork {
        species: vec![species("D()", 2.0, true), species("T()", 5.0, false), species("P()", 0.0, false)],
        observables: vec![
            NetworkObservable { name: "T".into(), terms: vec![(SpeciesIdx(1), 1.0)] },
            NetworkObservable { name: "D_seen".into(), terms: vec![(SpeciesIdx(0), 1.0)] },
        ],
        reactions: vec![reaction(&[1], &[], 0.7, "decay"), reaction(&[0], &[0, 2], 3.0, "make")],
        exposures: vec![Exposure { species: SpeciesIdx(0), added: Expr::symbol("T") }],
        ..ReactionNetwork::default()
    }
}

#[test]
fn rates_and_observables_see_state_and_exposure() {
    let compiled = std::sync::Arc::new(compile(&network()).unwrap());
    let t = 2.0f64;
    let run = Run { t_end: t, initial: Initial::Defaults, output_times: vec![t], ..Run::default() };
    let end = Simulator::new(compiled.clone()).run(&run).unwrap();
    let decayed = 5.0 * (-0.7 * t).exp();
    let made = 3.0 * (2.0 * t + (5.0 - decayed) / 0.7);
    // Default tolerance of a step is 1e-6 relative; a hundred times that covers the steps of the run.
    let close = |x: f64, y: f64| (x - y).abs() < 1e-4 * y;
    assert!(close(end.state(0)[2], made), "{} {made}", end.state(0)[2]);
    assert!(close(end.outputs_at(0)[1], 2.0 + decayed));
    assert_eq!(end.state(0)[0], 2.0, "the state itself stays what was added to the medium");
}

#[test]
fn a_species_that_follows_itself_or_is_not_held_does_not_compile() {
    let mut circular = network();
    circular.exposures[0].added = Expr::symbol("D_seen");
    assert_eq!(compile(&circular).unwrap_err(), CompileError::Cycle { name: "D()".into() });
    let mut free = network();
    free.species[0].fixed = false;
    assert_eq!(compile(&free).unwrap_err(), CompileError::NotHeld { name: "D()".into() });
}
