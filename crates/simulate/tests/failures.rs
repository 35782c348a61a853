//! A failed run yields no numbers and says where, what and why.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use model::{Expr, Function, NetworkObservable, Parameter, ReactionNetwork, Species, SpeciesIdx};
use simulate::{Change, Initial, Run, ScheduledChange, SteadyOptions, compile};
use support::{run_to, simulator, text, tight};

fn message(model: &str, t_end: f64) -> String {
    simulator(model).run(&run_to(&[t_end])).unwrap_err().to_string()
}

#[test]
fn a_rate_that_is_no_number_names_its_rule() {
    let model = text("k 1;z 0", "A() 1", "Molecules A A()", "f() = k/z", "grow: 0 -> A() f()");
    assert_eq!(
        message(&model, 1.0),
        "the rate of rule grow is inf at t = 0 (rate law f times the reactants)"
    );
    let model = text("k 1;z 0", "A() 1", "Molecules A A()", "f() = ln(z-A)", "odd: 0 -> A() f()");
    assert!(message(&model, 1.0).starts_with("the rate of rule odd is NaN at t = 0"));
}

#[test]
fn an_explosion_names_the_species_and_the_time() {
    let model = text("k 1", "A() 1", "", "", "A() + A() -> A() + A() + A() k");
    let text = message(&model, 10.0);
    // dA/dt = A^2/2, so A = 2/(2 - t).
    let t: f64 = text.split("t = ").nth(1).unwrap().split([' ', ';']).next().unwrap().parse().unwrap();
    assert!(text.contains("A()") && (t - 2.0).abs() < 1e-3, "{text}");
}

#[test]
fn no_steady_state_says_what_still_moves() {
    let options = SteadyOptions { run: tight(), tau: 1.0, t_max: 100.0 };
    let mut s = simulator(&text("k 1", "A() 1", "", "", "0 -> A() k"));
    let error = s.steady_state(&[], &Initial::Defaults, &options).unwrap_err().to_string();
    assert!(
        error.starts_with("no steady state by t = ") && error.contains("A() still changes by"),
        "{error}"
    );
}

#[test]
fn a_parameter_that_is_no_number_is_named() {
    let error = message(&text("z 0;k 1/z", "A() 1", "", "", "A() -> 0 k"), 1.0);
    assert_eq!(error, "parameter \"k\" is inf");
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let mut s = simulator(&text("k 1", "A() 1", "", "", "A() -> 0 k"));
    let mut refused = |run: Run| s.run(&run).unwrap_err().to_string();
    assert_eq!(
        refused(Run { t_start: 2.0, t_end: 1.0, ..Run::default() }),
        "a run goes forward in time, not from 2 to 1"
    );
    assert_eq!(
        refused(Run { t_end: 1.0, output_times: vec![2.0], ..Run::default() }),
        "output time 2 lies outside 0 to 1"
    );
    assert_eq!(
        refused(Run { t_end: 1.0, output_times: vec![0.5, 0.5], ..Run::default() }),
        "output times must ascend"
    );
    let late = vec![ScheduledChange { t: 9.0, what: Change::SetSpecies(0, 1.0) }];
    assert_eq!(
        refused(Run { t_end: 1.0, changes: late, ..Run::default() }),
        "a change at t = 9 lies outside 0 to 1"
    );
    let nan = vec![ScheduledChange { t: 0.5, what: Change::SetSpecies(0, f64::NAN) }];
    assert!(
        refused(Run { t_end: 1.0, changes: nan, ..Run::default() })
            .starts_with("the change SetSpecies(0, NaN)")
    );
    let state = Initial::State(vec![1.0, 2.0]);
    assert_eq!(refused(Run { initial: state, ..Run::default() }), "an initial state needs 1 finite amounts");
}

fn parameter(name: &str, value: Expr) -> Parameter {
    Parameter { name: name.into(), value }
}

#[test]
fn broken_networks_do_not_compile() {
    let error = |network: &ReactionNetwork| compile(network).unwrap_err().to_string();
    let mut network = ReactionNetwork {
        parameters: vec![parameter("a", Expr::symbol("b")), parameter("b", Expr::symbol("a"))],
        ..ReactionNetwork::default()
    };
    assert_eq!(error(&network), "\"a\" is defined in terms of itself");
    network.parameters = vec![parameter("a", Expr::symbol("c"))];
    assert_eq!(
        error(&network),
        "parameter \"a\" refers to \"c\", which is not a parameter, observable or function"
    );
    network.parameters = vec![parameter("a", Expr::Time)];
    assert_eq!(error(&network), "parameter \"a\" must be constant, but depends on time or on amounts");
    network.parameters = vec![parameter("a", Expr::Number(1.0)), parameter("a", Expr::Number(2.0))];
    assert_eq!(error(&network), "the name \"a\" is used twice");
    network.parameters.clear();
    network.functions = vec![Function { name: "f".into(), arguments: vec![], body: Expr::symbol("f") }];
    assert_eq!(error(&network), "\"f\" is defined in terms of itself");
    network.functions.clear();
    network.observables = vec![NetworkObservable { name: "o".into(), terms: vec![(SpeciesIdx(3), 1.0)] }];
    network.species = vec![Species { name: "A()".into(), initial: Expr::Number(1.0), fixed: false }];
    assert_eq!(error(&network), "observable \"o\" refers to species 3, the network has 1");
}
