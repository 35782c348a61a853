//! Problems with known solutions, and a short way to run them.
#![allow(dead_code, reason = "each test file uses its own part of this module")]

use std::ops::ControlFlow;

use ode::{Method, OdeError, Options, Outcome, Solver, SparsityPattern, Step, System, integrate};

pub(crate) const METHODS: [Method; 2] = [Method::Rodas4, Method::Rodas5P];

type Rhs = fn(f64, &[f64], &mut [f64]);
/// Writes ∂f_row/∂y_column through `set(row, column, value)`.
type Jac = fn(f64, &[f64], &mut dyn FnMut(usize, usize, f64));

/// A problem given by plain functions.
#[derive(Clone)]
pub(crate) struct Problem {
    pub(crate) y0: Vec<f64>,
    pub(crate) pattern: SparsityPattern,
    pub(crate) rhs: Rhs,
    pub(crate) jac: Jac,
    pub(crate) dfdt: Option<Rhs>,
}

impl Problem {
    pub(crate) fn new(y0: &[f64], rhs: Rhs, jac: Jac) -> Self {
        // The entries that the Jacobian sets are the pattern.
        let mut entries = Vec::new();
        jac(0.0, y0, &mut |row, column, _| entries.push((row, column)));
        Self {
            y0: y0.to_vec(),
            pattern: SparsityPattern::from_entries(y0.len(), entries),
            rhs,
            jac,
            dfdt: None,
        }
    }

    pub(crate) fn with_time_derivative(mut self, dfdt: Rhs) -> Self {
        self.dfdt = Some(dfdt);
        self
    }
}

impl System for Problem {
    fn n_states(&self) -> usize {
        self.y0.len()
    }
    fn jac_pattern(&self) -> &SparsityPattern {
        &self.pattern
    }
    fn rhs(&mut self, t: f64, y: &[f64], dydt: &mut [f64]) {
        (self.rhs)(t, y, dydt);
    }
    fn jac(&mut self, t: f64, y: &[f64], values: &mut [f64]) {
        values.fill(0.0);
        let pattern = &self.pattern;
        (self.jac)(t, y, &mut |row, column, value| {
            values[pattern.position(row, column).expect("the pattern was made from these entries")] = value;
        });
    }
    fn time_derivative(&mut self, t: f64, y: &[f64], dfdt: &mut [f64]) {
        if let Some(derivative) = self.dfdt {
            derivative(t, y, dfdt);
        }
    }
    fn is_autonomous(&self) -> bool {
        self.dfdt.is_none()
    }
}

pub(crate) fn tolerances(method: Method, rtol: f64, atol: f64) -> Options {
    Options { rtol, atol: vec![atol], method, ..Options::default() }
}

/// Options with which every step has size `h` and is accepted.
pub(crate) fn fixed_steps(method: Method, h: f64) -> Options {
    Options { h_initial: Some(h), h_max: Some(h), ..tolerances(method, 1e3, 1e6) }
}

pub(crate) fn run_observed(
    problem: &Problem,
    t_end: f64,
    options: &Options,
    on_step: &mut dyn FnMut(&Step<'_>) -> ControlFlow<()>,
) -> Result<(Vec<f64>, Outcome), OdeError> {
    let mut system = problem.clone();
    let mut solver = Solver::new(&system.pattern);
    let mut y = problem.y0.clone();
    let outcome = integrate(&mut system, &mut solver, 0.0, &mut y, t_end, options, on_step)?;
    Ok((y, outcome))
}

pub(crate) fn run(problem: &Problem, t_end: f64, options: &Options) -> (Vec<f64>, Outcome) {
    run_observed(problem, t_end, options, &mut |_| ControlFlow::Continue(()))
        .expect("the problem can be integrated")
}

/// Largest relative error.
pub(crate) fn relative_error(y: &[f64], expected: &[f64]) -> f64 {
    y.iter().zip(expected).map(|(y, e)| ((y - e) / e).abs()).fold(0.0, f64::max)
}

/// Robertson (1966), the chemical problem with rate constants over nine orders of magnitude.
pub(crate) fn robertson() -> Problem {
    Problem::new(
        &[1.0, 0.0, 0.0],
        |_, y, dydt| {
            let (v1, v2, v3) = (0.04 * y[0], 3e7 * y[1] * y[1], 1e4 * y[1] * y[2]);
            dydt.copy_from_slice(&[v3 - v1, v1 - v2 - v3, v2]);
        },
        |_, y, set| {
            let (d1, d2, d3, d4) = (0.04, 6e7 * y[1], 1e4 * y[2], 1e4 * y[1]);
            set(0, 0, -d1);
            set(0, 1, d3);
            set(0, 2, d4);
            set(1, 0, d1);
            set(1, 1, -d2 - d3);
            set(1, 2, -d4);
            set(2, 1, d2);
        },
    )
}

/// HIRES: eight-step light response of plants (Schäfer 1975; Hairer & Wanner 1996, sect. IV.10).
pub(crate) fn hires() -> Problem {
    Problem::new(
        &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057],
        |_, y, dydt| {
            let v = 280.0 * y[5] * y[7];
            dydt[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
            dydt[1] = 1.71 * y[0] - 8.75 * y[1];
            dydt[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
            dydt[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
            dydt[4] = -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6];
            dydt[5] = -v + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
            dydt[6] = v - 1.81 * y[6];
            dydt[7] = -v + 1.81 * y[6];
        },
        |_, y, set| {
            let constants = [
                (0, 0, -1.71),
                (0, 1, 0.43),
                (0, 2, 8.32),
                (1, 0, 1.71),
                (1, 1, -8.75),
                (2, 2, -10.03),
                (2, 3, 0.43),
                (2, 4, 0.035),
                (3, 1, 8.32),
                (3, 2, 1.71),
                (3, 3, -1.12),
                (4, 4, -1.745),
                (4, 5, 0.43),
                (4, 6, 0.43),
                (5, 3, 0.69),
                (5, 4, 1.71),
                (5, 6, 0.69),
                (6, 6, -1.81),
                (7, 6, 1.81),
            ];
            for (row, column, value) in constants {
                set(row, column, value);
            }
            let (by_y6, by_y8) = (280.0 * y[7], 280.0 * y[5]);
            set(5, 5, -by_y6 - 0.43);
            set(5, 7, -by_y8);
            set(6, 5, by_y6);
            set(6, 7, by_y8);
            set(7, 5, -by_y6);
            set(7, 7, -by_y8);
        },
    )
}

/// Van der Pol with ε = 1e-6 (Test Set for Initial Value Problem Solvers, problem VDPOL).
pub(crate) fn van_der_pol() -> Problem {
    Problem::new(
        &[2.0, 0.0],
        |_, y, dydt| {
            dydt[0] = y[1];
            dydt[1] = ((1.0 - y[0] * y[0]) * y[1] - y[0]) / 1e-6;
        },
        |_, y, set| {
            set(0, 1, 1.0);
            set(1, 0, (-2.0 * y[0] * y[1] - 1.0) / 1e-6);
            set(1, 1, (1.0 - y[0] * y[0]) / 1e-6);
        },
    )
}

/// Prothero & Robinson (1974): y' = λ (y − sin t) + cos t with λ = −1e6 and the solution sin t.
pub(crate) fn prothero_robinson() -> Problem {
    Problem::new(
        &[0.0],
        |t, y, dydt| dydt[0] = -1e6 * (y[0] - t.sin()) + t.cos(),
        |_, _, set| set(0, 0, -1e6),
    )
    .with_time_derivative(|t, _, dfdt| dfdt[0] = 1e6 * t.cos() - t.sin())
}

/// A predator and its prey, without stiffness (Lotka 1925; Volterra 1926).
pub(crate) fn lotka_volterra() -> Problem {
    Problem::new(
        &[1.0, 2.0],
        |_, y, dydt| dydt.copy_from_slice(&[y[0] * (1.5 - y[1]), y[1] * (y[0] - 3.0)]),
        |_, y, set| {
            set(0, 0, 1.5 - y[1]);
            set(0, 1, -y[0]);
            set(1, 0, y[1]);
            set(1, 1, y[0] - 3.0);
        },
    )
}

/// y1' = −2t y1², y2' = y2 (y1 cos 3t − 1): nonlinear and explicitly dependent on time.
pub(crate) fn driven() -> Problem {
    Problem::new(
        &[1.0, 1.0],
        |t, y, dydt| dydt.copy_from_slice(&[-2.0 * t * y[0] * y[0], y[1] * (y[0] * (3.0 * t).cos() - 1.0)]),
        |t, y, set| {
            set(0, 0, -4.0 * t * y[0]);
            set(1, 0, y[1] * (3.0 * t).cos());
            set(1, 1, y[0] * (3.0 * t).cos() - 1.0);
        },
    )
    .with_time_derivative(|t, y, dfdt| {
        dfdt.copy_from_slice(&[-2.0 * y[0] * y[0], -3.0 * y[1] * y[0] * (3.0 * t).sin()]);
    })
}

/// The chain y1 → y2 → y3 with rates 1 and 1000, a linear problem.
pub(crate) fn chain() -> Problem {
    Problem::new(
        &[1.0, 0.0, 0.0],
        |_, y, dydt| dydt.copy_from_slice(&[-y[0], y[0] - 1e3 * y[1], 1e3 * y[1]]),
        |_, _, set| {
            set(0, 0, -1.0);
            set(1, 0, 1.0);
            set(1, 1, -1e3);
            set(2, 1, 1e3);
        },
    )
}

pub(crate) fn chain_solution(t: f64) -> [f64; 3] {
    let first = (-t).exp();
    let second = (first - (-1e3 * t).exp()) / 999.0;
    [first, second, 1.0 - first - second]
}
