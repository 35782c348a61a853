//! What `integrate` promises apart from accuracy.

mod problems;

use std::ops::ControlFlow;

use ode::{InvalidInput, OdeError, Options, Reached, Solver, SparsityPattern, System, Work, integrate};
use problems::*;

fn failure(problem: &Problem, t_end: f64, options: &Options) -> OdeError {
    run_observed(problem, t_end, options, &mut |_| ControlFlow::Continue(()))
        .expect_err("the problem cannot be integrated")
}

#[test]
fn run_ends_bitwise_at_its_end() {
    for method in METHODS {
        for t_end in [0.1, 1.0 / 3.0, 1e-9, 12345.6789] {
            let mut last = 0.0;
            let (_, outcome) = run_observed(&chain(), t_end, &tolerances(method, 1e-4, 1e-6), &mut |step| {
                assert!(step.t_old() == last && step.t_new() > last);
                last = step.t_new();
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!((outcome.t, last, outcome.reached), (t_end, t_end, Reached::Completed));
        }
    }
}

#[test]
fn empty_time_span_and_empty_system_are_completed_at_once() {
    let (y, outcome) = run(&chain(), 0.0, &Options::default());
    assert_eq!((y, outcome.work), (chain().y0, Work::default()));
    let nothing = Problem::new(&[], |_, _, _| {}, |_, _, _| {});
    let (y, outcome) = run_observed(&nothing, 5.0, &Options::default(), &mut |step| {
        step.interpolate(0.5 * step.t_new(), &mut []);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((y.len(), outcome.t), (0, 5.0));
}

#[test]
fn looking_at_a_solution_does_not_change_it() {
    for method in METHODS {
        let options = tolerances(method, 1e-5, 1e-9);
        let (blind, blind_outcome) = run(&hires(), 100.0, &options);
        let mut scratch = vec![0.0; 8];
        let (seen, seen_outcome) = run_observed(&hires(), 100.0, &options, &mut |step| {
            for part in 0..10 {
                step.interpolate(
                    step.t_old() + 0.1 * f64::from(part) * (step.t_new() - step.t_old()),
                    &mut scratch,
                );
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!((blind, blind_outcome), (seen, seen_outcome));
    }
}

#[test]
fn reused_solver_gives_the_same_bits() {
    let mut system = robertson();
    let mut solver = Solver::new(&system.pattern);
    let go = |system: &mut Problem, solver: &mut Solver, t_end: f64| {
        let mut y = system.y0.clone();
        let options = tolerances(ode::Method::Rodas5P, 1e-6, 1e-10);
        let outcome =
            integrate(system, solver, 0.0, &mut y, t_end, &options, &mut |_| ControlFlow::Continue(()))
                .unwrap();
        (y, outcome)
    };
    let first = go(&mut system, &mut solver, 1e5);
    go(&mut system, &mut solver, 3.0);
    assert_eq!(first, go(&mut system, &mut solver, 1e5));
}

#[test]
fn interpolation_meets_both_ends_and_keeps_totals() {
    run_observed(&robertson(), 1e3, &tolerances(ode::Method::Rodas5P, 1e-6, 1e-10), &mut |step| {
        let mut y = [0.0; 3];
        step.interpolate(step.t_old(), &mut y);
        assert_eq!(y, step.y_old());
        step.interpolate(step.t_new(), &mut y);
        assert_eq!(y, step.y_new());
        step.interpolate(0.3 * step.t_old() + 0.7 * step.t_new(), &mut y);
        assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-13);
        ControlFlow::Continue(())
    })
    .unwrap();
}

#[test]
fn run_stops_after_the_step_that_asks_for_it() {
    let mut n_steps = 0;
    let (y, outcome) = run_observed(&chain(), 5.0, &Options::default(), &mut |step| {
        n_steps += 1;
        if step.t_new() > 0.5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!((outcome.reached, outcome.work.steps_accepted), (Reached::Stopped, n_steps));
    assert!(outcome.t > 0.5 && outcome.t < 5.0);
    assert!(relative_error(&y, &chain_solution(outcome.t)) < 1e-5);
}

#[test]
fn continuing_with_the_next_step_size_costs_little() {
    let options = tolerances(ode::Method::Rodas5P, 1e-6, 1e-10);
    let mut system = hires();
    let mut solver = Solver::new(&system.pattern);
    let (mut y, mut t, mut h, mut work) = (system.y0.clone(), 0.0, None, Work::default());
    for t_end in [10.0, 20.0, 321.8122] {
        let options = Options { h_initial: h, ..options.clone() };
        let outcome = integrate(&mut system, &mut solver, t, &mut y, t_end, &options, &mut |_| {
            ControlFlow::Continue(())
        })
        .unwrap();
        (t, h) = (outcome.t, Some(outcome.h_next));
        work += outcome.work;
    }
    let (_, whole) = run(&hires(), 321.8122, &options);
    assert!(work.steps_accepted <= whole.work.steps_accepted + 12, "{work:?} {:?}", whole.work);
}

#[test]
fn steps_respect_their_limit() {
    let options = Options { h_max: Some(0.05), ..Options::default() };
    run_observed(&chain(), 2.0, &options, &mut |step| {
        // One rounding of t.
        assert!(step.t_new() - step.t_old() <= 0.05 + 1e-15);
        ControlFlow::Continue(())
    })
    .unwrap();
}

#[test]
fn negative_states_are_integrated() {
    let mut problem = robertson();
    problem.y0 = vec![1.0, -1e-7, 1e-7];
    let (y, _) = run(&problem, 1.0, &Options::default());
    assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-13);
}

#[test]
fn explosion_in_finite_time_names_its_state() {
    // y' = y² has the solution 1/(1 − t).
    let problem = Problem::new(
        &[0.0, 1.0],
        |_, y, dydt| dydt.copy_from_slice(&[0.0, y[1] * y[1]]),
        |_, y, set| set(1, 1, 2.0 * y[1]),
    );
    match failure(&problem, 2.0, &Options::default()) {
        OdeError::StepSizeTooSmall { t, state, .. } | OdeError::TooManySteps { t, state, .. } => {
            assert!(state == 1 && (t - 1.0).abs() < 1e-5, "state {state} at {t}");
        }
        OdeError::NonFinite { t, state } => {
            assert!(state == Some(1) && (t - 1.0).abs() < 1e-5, "{state:?} {t}");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn step_into_undefined_rates_is_shortened() {
    // The square root is not defined below zero, where long steps look: y' = −√y ends at y = 0 for t = 2.
    let problem =
        Problem::new(&[1.0], |_, y, dydt| dydt[0] = -y[0].sqrt(), |_, y, set| set(0, 0, -0.5 / y[0].sqrt()));
    let options = Options { h_initial: Some(1.9), ..Options::default() };
    let (y, outcome) = run(&problem, 1.9, &options);
    assert!((y[0] - 0.0025).abs() < 1e-6, "{y:?}");
    assert!(outcome.work.steps_rejected > 0);
    match failure(&problem, 3.0, &options) {
        OdeError::NonFinite { t, state: Some(0) } => assert!((t - 2.0).abs() < 1e-2, "{t}"),
        OdeError::StepSizeTooSmall { t, state: 0, .. } => assert!((t - 2.0).abs() < 1e-2, "{t}"),
        other => panic!("{other}"),
    }
}

#[test]
fn undefined_start_is_an_error_at_the_start() {
    let mut problem = chain();
    problem.y0[2] = f64::NAN;
    assert_eq!(failure(&problem, 1.0, &Options::default()), OdeError::NonFinite { t: 0.0, state: Some(2) });
    let mut problem = chain();
    problem.rhs = |_, _, dydt| dydt.copy_from_slice(&[0.0, f64::INFINITY, 0.0]);
    assert_eq!(failure(&problem, 1.0, &Options::default()), OdeError::NonFinite { t: 0.0, state: Some(1) });
}

#[test]
fn undefined_jacobian_names_its_row() {
    let mut problem = chain();
    problem.jac = |_, _, set| set(2, 1, f64::NAN);
    assert_eq!(failure(&problem, 1.0, &Options::default()), OdeError::NonFinite { t: 0.0, state: Some(2) });
}

#[test]
fn too_many_steps_leave_the_last_accepted_state() {
    let mut system = lotka_volterra();
    let mut solver = Solver::new(&system.pattern);
    let mut y = system.y0.clone();
    let options = Options { max_steps: 20, ..Options::default() };
    let mut last = Vec::new();
    let error = integrate(&mut system, &mut solver, 0.0, &mut y, 100.0, &options, &mut |step| {
        last = step.y_new().to_vec();
        ControlFlow::Continue(())
    })
    .unwrap_err();
    assert!(matches!(error, OdeError::TooManySteps { max_steps: 20, .. }), "{error}");
    assert_eq!(y, last);
}

#[test]
fn contradictory_arguments_are_refused() {
    let rejected = |problem: &Problem, t_end: f64, options: &Options| match failure(problem, t_end, options) {
        OdeError::InvalidInput(reason) => reason,
        other => panic!("{other}"),
    };
    let options = Options { atol: vec![1e-6, 1e-6], ..Options::default() };
    assert_eq!(
        rejected(&chain(), 1.0, &options),
        InvalidInput::Length { what: "atol", expected: 3, found: 2 }
    );
    let options = Options { rtol: 0.0, ..Options::default() };
    assert_eq!(rejected(&chain(), 1.0, &options), InvalidInput::NotPositive { what: "rtol", value: 0.0 });
    assert_eq!(rejected(&chain(), -1.0, &Options::default()), InvalidInput::Times { t0: 0.0, t_end: -1.0 });
    let mut solver = Solver::new(&SparsityPattern::dense(3));
    let error = integrate(
        &mut chain(),
        &mut solver,
        0.0,
        &mut [1.0, 0.0, 0.0],
        1.0,
        &Options::default(),
        &mut |_| ControlFlow::Continue(()),
    );
    assert_eq!(error, Err(OdeError::InvalidInput(InvalidInput::Pattern)));
    assert_eq!(chain().n_states(), 3);
}
