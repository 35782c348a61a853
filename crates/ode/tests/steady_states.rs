//! Steady states, with and without conserved totals.

mod problems;

use ode::{InvalidInput, OdeError, Solver, SteadyState, SteadyStateError, SteadyStateOptions, steady_state};
use problems::*;

fn find(
    problem: &Problem,
    options: &SteadyStateOptions,
) -> (Vec<f64>, Result<SteadyState, SteadyStateError>) {
    let mut system = problem.clone();
    let mut solver = Solver::new(&system.pattern);
    let mut y = problem.y0.clone();
    let found = steady_state(&mut system, &mut solver, &mut y, options);
    (y, found)
}

/// E + S ⇌ C → E + P, P → S: two conserved totals, a singular Jacobian.
fn enzyme_cycle() -> Problem {
    Problem::new(
        &[0.3, 5.0, 0.0, 0.0],
        |_, y, dydt| {
            let (bind, free, make, back) = (1e3 * y[0] * y[1], 20.0 * y[2], 5.0 * y[2], 0.3 * y[3]);
            dydt[0] = (free + make) - bind;
            dydt[1] = (free + back) - bind;
            dydt[2] = bind - (free + make);
            dydt[3] = make - back;
        },
        |_, y, set| {
            let (by_e, by_s) = (1e3 * y[1], 1e3 * y[0]);
            for (row, sign) in [(0, -1.0), (1, -1.0), (2, 1.0)] {
                set(row, 0, sign * by_e);
                set(row, 1, sign * by_s);
            }
            set(0, 2, 25.0);
            set(1, 2, 20.0);
            set(1, 3, 0.3);
            set(2, 2, -25.0);
            set(3, 2, 5.0);
            set(3, 3, -0.3);
        },
    )
}

#[test]
fn totals_are_kept_to_rounding_and_rates_vanish() {
    for method in METHODS {
        let mut options = SteadyStateOptions::new(100.0, 1e6);
        options.ode.method = method;
        let (y, found) = find(&enzyme_cycle(), &options);
        let found = found.unwrap();
        println!("{method:?} {y:?} {found:?}");
        // Fluxes of 7 with 16 digits, over a pseudo-time of 100.
        assert!((y[0] + y[2] - 0.3).abs() < 2e-13, "{:e}", y[0] + y[2] - 0.3);
        assert!((y[1] + y[2] + y[3] - 5.0).abs() < 2e-13, "{:e}", y[1] + y[2] + y[3] - 5.0);
        // C = 0.3 P / 5 and E S = 25e-3 C together with both totals, solved to 16 digits by bisection below.
        assert!(relative_error(&y, &enzyme_cycle_solution()) < 1e-12, "{y:?}");
        assert!(found.rate_ratio <= 1e-3 && found.polish_steps > 0);
    }
}

fn enzyme_cycle_solution() -> [f64; 4] {
    let (mut low, mut high) = (0.0, 0.3);
    for _ in 0..200 {
        let c = 0.5 * (low + high);
        let (e, s) = (0.3 - c, 5.0 - c - 5.0 * c / 0.3);
        if e * s > 0.025 * c { low = c } else { high = c }
    }
    let c = 0.5 * (low + high);
    [0.3 - c, 5.0 - c - 5.0 * c / 0.3, c, 5.0 * c / 0.3]
}

#[test]
fn start_at_rest_is_found_at_once() {
    let mut problem = lotka_volterra();
    problem.y0 = vec![3.0, 1.5];
    let (y, found) = find(&problem, &SteadyStateOptions::new(10.0, 1e3));
    let found = found.unwrap();
    assert_eq!((y, found.t, found.rate_ratio), (vec![3.0, 1.5], 0.0, 0.0));
}

#[test]
fn oscillation_is_not_a_steady_state() {
    let (y, found) = find(&lotka_volterra(), &SteadyStateOptions::new(10.0, 100.0));
    match found {
        Err(SteadyStateError::NotReached { t, rate_ratio, .. }) => {
            assert_eq!(t, 100.0);
            assert!(rate_ratio > 1e3);
        }
        other => panic!("{other:?}"),
    }
    assert!(y.iter().all(|y| y.is_finite()));
}

#[test]
fn constant_drift_names_the_drifting_state() {
    let problem = Problem::new(
        &[1.0, 0.0],
        |_, y, dydt| dydt.copy_from_slice(&[-y[0], 0.25]),
        |_, _, set| set(0, 0, -1.0),
    );
    let (y, found) = find(&problem, &SteadyStateOptions::new(1.0, 400.0));
    assert!((y[1] - 100.0).abs() < 1e-9);
    match found {
        Err(SteadyStateError::NotReached { state: 1, rate_ratio, .. }) => {
            // 0.25 * tau / (1e-9 + 1e-6 * 100)
            assert!((rate_ratio - 2500.0).abs() < 1.0, "{rate_ratio}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn slow_mode_counts_only_within_tau() {
    // y' = 1e-5 (1 − y): seen from tau = 1e-3 it rests at once, seen from tau = 1e3 it does not.
    let problem =
        Problem::new(&[0.5], |_, y, dydt| dydt[0] = 1e-5 * (1.0 - y[0]), |_, _, set| set(0, 0, -1e-5));
    let (_, found) = find(&problem, &SteadyStateOptions::new(1e-3, 1e8));
    assert_eq!(found.unwrap().t, 0.0);
    let (y, found) = find(&problem, &SteadyStateOptions::new(1e3, 1e8));
    assert!(found.unwrap().t > 1e5 && (y[0] - 1.0).abs() < 1e-8, "{y:?}");
}

#[test]
fn robertson_settles_with_its_mass() {
    let mut options = SteadyStateOptions::new(1e3, 1e15);
    options.ode.atol = vec![1e-12];
    let (y, found) = find(&robertson(), &options);
    println!("{y:?} {found:?}");
    found.unwrap();
    assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{:e}", y.iter().sum::<f64>() - 1.0);
    assert!((y[2] - 1.0).abs() < 1e-4, "{y:?}");
}

#[test]
fn system_that_depends_on_time_is_refused() {
    let (_, found) = find(&driven(), &SteadyStateOptions::new(1.0, 10.0));
    assert_eq!(found, Err(SteadyStateError::Ode(OdeError::InvalidInput(InvalidInput::NotAutonomous))));
}

#[test]
fn failed_integration_is_passed_on() {
    let problem = Problem::new(&[1.0], |_, y, dydt| dydt[0] = y[0] * y[0], |_, y, set| set(0, 0, 2.0 * y[0]));
    let (_, found) = find(&problem, &SteadyStateOptions::new(1.0, 10.0));
    assert!(matches!(found, Err(SteadyStateError::Ode(_))), "{found:?}");
}
