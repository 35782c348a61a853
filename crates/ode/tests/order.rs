//! The observed order of convergence on fixed step sequences.

mod problems;

use std::ops::ControlFlow;

use ode::Method;
use problems::*;

fn max_difference(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Mean of log2 of the ratio of errors when the steps are halved twice.
fn order(errors: [f64; 3]) -> f64 {
    (errors[0] / errors[2]).log2() / 2.0
}

fn observed_order(problem: &Problem, method: Method, steps: [u32; 3], t_end: f64) -> f64 {
    let (reference, _) = run(problem, t_end, &fixed_steps(Method::Rodas5P, t_end / 8192.0));
    order(steps.map(|n| {
        let (y, _) = run(problem, t_end, &fixed_steps(method, t_end / f64::from(n)));
        max_difference(&y, &reference)
    }))
}

/// Order of the largest error at the middles of all steps.
fn observed_dense_order(problem: &Problem, method: Method, steps: [u32; 3], t_end: f64) -> f64 {
    order(steps.map(|n| {
        let h = t_end / f64::from(n);
        let mut worst = 0.0_f64;
        // Each step is compared with many small steps from its own start, so that only its extension is measured.
        run_observed(problem, t_end, &fixed_steps(method, h), &mut |step| {
            let middle = step.t_old() + 0.4 * (step.t_new() - step.t_old());
            let mut y = step.y_old().to_vec();
            let mut system = problem.clone();
            let mut solver = ode::Solver::new(&system.pattern);
            let fine = fixed_steps(Method::Rodas5P, h / 200.0);
            ode::integrate(&mut system, &mut solver, step.t_old(), &mut y, middle, &fine, &mut |_| {
                ControlFlow::Continue(())
            })
            .expect("the problem can be integrated");
            let mut dense = y.clone();
            step.interpolate(middle, &mut dense);
            worst = worst.max(max_difference(&y, &dense));
            ControlFlow::Continue(())
        })
        .expect("the problem can be integrated");
        worst
    }))
}

#[test]
fn order_is_observed_on_an_autonomous_problem() {
    for (method, expected) in [(Method::Rodas4, 4.0), (Method::Rodas5P, 5.0)] {
        let order = observed_order(&lotka_volterra(), method, [200, 400, 800], 3.0);
        assert!((order - expected).abs() < 0.2, "{method:?}: {order}");
    }
}

#[test]
fn order_is_observed_on_a_problem_that_depends_on_time() {
    for (method, expected) in [(Method::Rodas4, 4.0), (Method::Rodas5P, 5.0)] {
        let order = observed_order(&driven(), method, [80, 160, 320], 2.0);
        assert!((order - expected).abs() < 0.2, "{method:?}: {order}");
    }
}

#[test]
fn dense_output_has_its_order_in_every_step() {
    // The error within one step has one power of h more than the order of the extension.
    for (method, expected) in [(Method::Rodas4, 4.0), (Method::Rodas5P, 5.0)] {
        for (problem, t_end) in [(lotka_volterra(), 4.0), (driven(), 2.0)] {
            let order = observed_dense_order(&problem, method, [80, 160, 320], t_end);
            assert!((order - expected).abs() < 0.3, "{method:?}: {order}");
        }
    }
}

#[test]
fn missing_time_derivative_costs_the_order() {
    // What the documentation of `System::is_autonomous` warns about.
    let mut problem = driven();
    problem.dfdt = Some(|_, _, dfdt| dfdt.fill(0.0));
    let order = observed_order(&problem, Method::Rodas5P, [80, 160, 320], 2.0);
    assert!(order < 2.5, "{order}");
}

#[test]
fn large_steps_stay_on_a_slow_manifold() {
    // λh is -1e5: the error of a stiffly accurate method has the factor 1/(λh) there.
    for (method, bound) in [(Method::Rodas4, 3e-9), (Method::Rodas5P, 3e-11)] {
        let (y, _) = run(&prothero_robinson(), 2.0, &fixed_steps(method, 0.1));
        println!("pr fixed {method:?} {:e}", (y[0] - 2.0_f64.sin()).abs());
        assert!((y[0] - 2.0_f64.sin()).abs() < bound, "{method:?}: {:e}", (y[0] - 2.0_f64.sin()).abs());
    }
}
