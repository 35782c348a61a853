//! Runs against solutions on paper. Tolerance 1e-7: the integrator is asked for 1e-10 per step.

mod support;

use simulate::{Change, Initial, Run, ScheduledChange, SteadyOptions};
use support::{close, network, run_to, simulator, text, tight};

#[test]
fn first_order_decay_is_an_exponential() {
    let mut s = simulator(&text("k 0.3", "A() 100", "Molecules A A()", "", "A() -> 0 k"));
    let trajectory = s.run(&run_to(&[0.0, 1.0, 10.0])).unwrap();
    for (t, a) in trajectory.times().iter().zip(trajectory.output(0)) {
        close(a, 100.0 * (-0.3 * t).exp(), 1e-7);
    }
}

#[test]
fn reversible_binding_reaches_its_equilibrium() {
    let model = text(
        "kon 2;koff 3",
        "A(b) 5;B(a) 4",
        "Molecules AB A(b!1).B(a!1)",
        "",
        "A(b) + B(a) <-> A(b!1).B(a!1) kon, koff",
    );
    let mut s = simulator(&model);
    let options = SteadyOptions { run: tight(), tau: 10.0, t_max: 1e4 };
    let steady = s.steady_state(&[], &Initial::Defaults, &options).unwrap();
    // x^2 - (5 + 4 + 1.5) x + 20 = 0
    let x = (10.5 - (10.5_f64 * 10.5 - 80.0).sqrt()) / 2.0;
    let bound = s.network().species_idx("A(b!1).B(a!1)").unwrap();
    close(steady[bound], x, 1e-7);
}

#[test]
fn a_dose_at_a_time_acts_exactly_from_then_on() {
    // Two stretches of dy/dt = s - k y with s = 0, then s = drug.
    let model = text("k 0.5", "$D() 0;Y() 0", "Molecules Y Y()", "", "D() -> D() + Y() 1;Y() -> 0 k");
    let mut s = simulator(&model);
    let drug = s.network().species_idx("D()").unwrap();
    let mut run = run_to(&[2.0, 3.0, 7.0]);
    run.changes = vec![
        ScheduledChange { t: 2.0, what: Change::SetSpecies(drug, 8.0) },
        ScheduledChange { t: 5.0, what: Change::SetSpecies(drug, 0.0) },
    ];
    let y = s.run(&run).unwrap().output(0);
    close(y[0], 0.0, 0.0);
    close(y[1], 16.0 * (1.0 - (-0.5_f64).exp()), 1e-7);
    close(y[2], 16.0 * (1.0 - (-1.5_f64).exp()) * (-1.0_f64).exp(), 1e-7);
}

#[test]
fn changes_at_one_time_happen_in_the_order_given_and_are_recorded_before() {
    let model = text("k 0", "A() 1", "Molecules A A()", "", "A() -> 0 k");
    let mut s = simulator(&model);
    let mut run = run_to(&[0.0, 1.0, 2.0]);
    run.changes = vec![
        ScheduledChange { t: 1.0, what: Change::AddSpecies(0, 2.0) },
        ScheduledChange { t: 1.0, what: Change::ScaleSpecies(vec![0], 10.0) },
    ];
    assert_eq!(s.run(&run).unwrap().output(0), vec![1.0, 1.0, 30.0]);
}

#[test]
fn a_parameter_set_at_a_time_takes_its_derived_parameters_along() {
    let model = text("a 1;k 2*a", "A() 100", "Molecules A A()", "", "A() -> 0 k");
    let mut s = simulator(&model);
    let a = s.network().parameter_idx("a").unwrap();
    let mut run = run_to(&[1.0, 2.0]);
    run.changes = vec![ScheduledChange { t: 1.0, what: Change::SetParameter(a, 0.5) }];
    let values = s.run(&run).unwrap().output(0);
    close(values[0], 100.0 * (-2.0_f64).exp(), 1e-7);
    close(values[1], 100.0 * (-3.0_f64).exp(), 1e-7);
}

#[test]
fn overriding_a_derived_parameter_cuts_it_from_its_expression() {
    let compiled = network(&text("a 1;k 2*a", "A() 100", "", "", "A() -> 0 k"));
    let (a, k) = (compiled.parameter_idx("a").unwrap(), compiled.parameter_idx("k").unwrap());
    assert_eq!(compiled.parameter_values(&[(a, 4.0)]).unwrap()[k], 8.0);
    assert_eq!(compiled.parameter_values(&[(a, 4.0), (k, 3.0)]).unwrap()[k], 3.0);
}

#[test]
fn rate_laws_mean_what_their_definition_says() {
    // Initial rates: with all amounts known, dA/dt at t = 0 is the rate law. A short run measures it.
    let rate = |rule: &str| {
        let model = text("k 2;K 3;n 2", "S() 5;E() 4;P() 0", "Molecules P P()", "", rule);
        let mut s = simulator(&model);
        s.run(&run_to(&[1e-6])).unwrap().output(0)[0] / 1e-6
    };
    close(rate("S() + E() -> P() + E() Sat(k,K)"), 2.0 * 5.0 * 4.0 / (3.0 + 5.0), 1e-5);
    close(rate("S() -> P() Hill(k,K,n)"), 2.0 * 25.0 / (9.0 + 25.0), 1e-5);
    let free = 0.5 * ((5.0 - 3.0 - 4.0) + ((5.0_f64 - 3.0 - 4.0).powi(2) + 4.0 * 3.0 * 5.0).sqrt());
    close(rate("S() + E() -> P() + E() MM(k,K)"), 2.0 * 4.0 * free / (3.0 + free), 1e-5);
    close(rate("S() + E() -> P() + E() k TotalRate"), 2.0, 1e-5);
}

#[test]
fn a_rate_may_depend_on_time() {
    let model = text("k 1", "A() 0", "Molecules A A()", "f() = k*time()", "0 -> A() f()");
    let mut s = simulator(&model);
    assert!(!s.network().is_autonomous());
    close(s.run(&run_to(&[3.0])).unwrap().output(0)[0], 4.5, 1e-7);
}

#[test]
fn an_empty_model_runs() {
    let mut s = simulator(&text("k 1", "A() 2", "", "", ""));
    let trajectory = s.run(&Run { t_end: 5.0, output_times: vec![5.0], ..Run::default() }).unwrap();
    assert_eq!(trajectory.state(0), &[2.0]);
}
