//! Stiff problems with known solutions.

mod problems;

use std::ops::ControlFlow;

use ode::Method;
use problems::*;

/// Test Set for Initial Value Problem Solvers (Mazzia & Magherini 2008), problem ROBER at t = 1e11.
const ROBERTSON_AT_1E11: [f64; 3] = [0.2083340149701255e-7, 0.8333360770334713e-13, 0.999999979166505];

/// The same test set, problem HIRES at t = 321.8122.
const HIRES_AT_END: [f64; 8] = [
    0.7371312573325668e-3,
    0.1442485726316185e-3,
    0.5888729740967575e-4,
    0.1175651343283149e-2,
    0.2386356198831331e-2,
    0.6238968252742796e-2,
    0.2849998395185769e-2,
    0.2850001604814231e-2,
];

/// The same test set, problem VDPOL at t = 2.
const VAN_DER_POL_AT_2: [f64; 2] = [0.1706167732170483e1, -0.8928097010247975];

#[test]
fn robertson_reaches_its_end_and_keeps_its_mass() {
    for method in METHODS {
        let mut worst_mass = 0.0_f64;
        let (y, outcome) = run_observed(&robertson(), 1e11, &tolerances(method, 1e-8, 1e-18), &mut |step| {
            let mass: f64 = step.y_new().iter().sum();
            worst_mass = worst_mass.max((mass - 1.0).abs());
            ControlFlow::Continue(())
        })
        .unwrap();
        println!(
            "robertson {method:?} {:e} mass {worst_mass:e} {:?}",
            relative_error(&y, &ROBERTSON_AT_1E11),
            outcome.work
        );
        assert!(relative_error(&y, &ROBERTSON_AT_1E11) < 1e-6, "{method:?}: {y:?}");
        // At late times the fixed pivots cancel, and the fallback has to mix with the ordinary factorisation.
        let pivoted = outcome.work.pivoted_factorisations;
        assert!(0 < pivoted && pivoted < outcome.work.factorisations / 4, "{:?}", outcome.work);
        // Conserved up to rounding, summed over the steps.
        assert!(worst_mass < 1e-12, "{method:?}: {worst_mass:e}");
    }
}

#[test]
fn robertson_has_its_known_values_at_40() {
    // From CVODE's example cvRoberts_dns, five digits; the classical table of Robertson's problem.
    for method in METHODS {
        let (y, outcome) = run(&robertson(), 40.0, &tolerances(method, 1e-6, 1e-12));
        println!("robertson 40 {method:?} {y:?} {:?}", outcome.work);
        assert!(relative_error(&y, &[7.1583e-1, 9.1855e-6, 2.8416e-1]) < 2e-5, "{method:?}: {y:?}");
    }
}

#[test]
fn hires_reaches_the_reference() {
    for method in METHODS {
        for (rtol, bound) in [(1e-4, 3e-3), (1e-6, 3e-5), (1e-9, 3e-8)] {
            let (y, outcome) = run(&hires(), 321.8122, &tolerances(method, rtol, rtol * 1e-4));
            let error = relative_error(&y, &HIRES_AT_END);
            println!("hires {method:?} {rtol:e} {error:e} {:?}", outcome.work);
            assert!(error < bound, "{method:?} {rtol:e}: {error:e}");
        }
    }
}

#[test]
fn van_der_pol_jumps_at_the_right_time() {
    for method in METHODS {
        for (rtol, bound) in [(1e-4, 1e-2), (1e-6, 1e-4), (1e-9, 1e-7)] {
            let (y, outcome) = run(&van_der_pol(), 2.0, &tolerances(method, rtol, rtol));
            let error = relative_error(&y, &VAN_DER_POL_AT_2);
            println!("vdp {method:?} {rtol:e} {error:e} {:?}", outcome.work);
            assert!(error < bound, "{method:?} {rtol:e}: {error:e}");
        }
    }
}

#[test]
fn prothero_robinson_follows_its_slow_solution() {
    for method in METHODS {
        let (y, outcome) = run(&prothero_robinson(), 10.0, &tolerances(method, 1e-6, 1e-8));
        println!("pr {method:?} {:e} {:?}", (y[0] - 10.0_f64.sin()).abs(), outcome.work);
        assert!((y[0] - 10.0_f64.sin()).abs() < 1e-6, "{method:?}: {}", y[0]);
        // A time scale of 1e-6 must not show in the steps.
        assert!(outcome.work.steps_accepted < 200, "{:?}", outcome.work);
    }
}

#[test]
fn linear_chain_follows_its_closed_form_everywhere() {
    for method in METHODS {
        let mut worst = 0.0_f64;
        let (_, outcome) = run_observed(&chain(), 5.0, &tolerances(method, 1e-7, 1e-10), &mut |step| {
            for part in 0..=8 {
                let t = step.t_old() + (step.t_new() - step.t_old()) * f64::from(part) / 8.0;
                let mut y = [0.0; 3];
                step.interpolate(t, &mut y);
                for (y, expected) in y.iter().zip(chain_solution(t)) {
                    worst = worst.max((y - expected).abs() / (1e-3 + expected));
                }
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        println!("chain {method:?} {worst:e} {:?}", outcome.work);
        // Global errors and the dense output of lower order cost a factor of about ten over the tolerance.
        assert!(worst < 2e-6, "{method:?}: {worst:e}");
    }
}

#[test]
fn methods_agree_where_no_closed_form_is_known() {
    let (a, _) = run(&driven(), 5.0, &tolerances(Method::Rodas4, 1e-10, 1e-13));
    let (b, _) = run(&driven(), 5.0, &tolerances(Method::Rodas5P, 1e-10, 1e-13));
    assert!(relative_error(&a, &b) < 1e-8, "{a:?} {b:?}");
}

#[test]
fn tighter_tolerances_give_smaller_errors() {
    for method in METHODS {
        let (reference, _) = run(&lotka_volterra(), 10.0, &tolerances(method, 1e-12, 1e-14));
        let errors = [1e-4, 1e-6, 1e-8].map(|rtol| {
            relative_error(&run(&lotka_volterra(), 10.0, &tolerances(method, rtol, rtol)).0, &reference)
        });
        println!("lv {method:?} {errors:?}");
        assert!(errors[0] > 5.0 * errors[1] && errors[1] > 5.0 * errors[2], "{method:?}: {errors:?}");
        assert!(errors[1] < 1e-4, "{method:?}: {errors:?}");
    }
}

#[test]
fn many_inert_states_do_not_hide_an_active_one() {
    // The trap of a mean norm: one oscillating pair among 300 states at rest. The steps must be the same as alone.
    fn with_inert(n: usize) -> Problem {
        let mut problem = lotka_volterra();
        problem.y0.extend(vec![1.0; n]);
        problem.pattern = ode::SparsityPattern::from_entries(n + 2, [(0, 1), (1, 0)]);
        problem.rhs = |_, y, dydt| {
            dydt.fill(0.0);
            dydt[0] = y[0] * (1.5 - y[1]);
            dydt[1] = y[1] * (y[0] - 3.0);
        };
        problem
    }
    for method in METHODS {
        let options = tolerances(method, 1e-5, 1e-8);
        let (alone, _) = run(&with_inert(0), 10.0, &options);
        let (among, _) = run(&with_inert(300), 10.0, &options);
        assert!(relative_error(&among[..2], &alone) < 1e-10, "{alone:?} {:?}", &among[..2]);
    }
}
