//! Integrations side by side have the bits of integrations one by one.

mod problems;

use std::ops::ControlFlow;

use ode::{
    Feed, LaneSolver, LaneStep, LaneSystem, OdeError, Outcome, Solver, SparsityPattern, Stretch, System,
    integrate, integrate_lanes,
};
use problems::{METHODS, Problem, hires, prothero_robinson, tolerances};
use proptest::prelude::*;

const L: usize = 4;

/// A problem in each lane.
struct Beside(Problem);

impl Beside {
    fn each(
        &mut self,
        t: [f64; L],
        y: &[[f64; L]],
        out: &mut [[f64; L]],
        f: fn(&mut Problem, f64, &[f64], &mut [f64]),
    ) {
        for lane in 0..L {
            let state: Vec<f64> = y.iter().map(|y| y[lane]).collect();
            let mut values = vec![0.0; out.len()];
            f(&mut self.0, t[lane], &state, &mut values);
            out.iter_mut().zip(values).for_each(|(out, value)| out[lane] = value);
        }
    }
}

impl LaneSystem<L> for Beside {
    fn n_states(&self) -> usize {
        self.0.n_states()
    }
    fn jac_pattern(&self) -> &SparsityPattern {
        self.0.jac_pattern()
    }
    fn is_autonomous(&self) -> bool {
        self.0.is_autonomous()
    }
    fn rhs(&mut self, t: [f64; L], y: &[[f64; L]], dydt: &mut [[f64; L]]) {
        self.each(t, y, dydt, Problem::rhs);
    }
    fn jac(&mut self, t: [f64; L], y: &[[f64; L]], values: &mut [[f64; L]]) {
        self.each(t, y, values, Problem::jac);
    }
    fn time_derivative(&mut self, t: [f64; L], y: &[[f64; L]], dfdt: &mut [[f64; L]]) {
        self.each(t, y, dfdt, Problem::time_derivative);
    }
}

/// What a run gave: its end, all its steps with a value inside of each, and its outcome.
type Seen = (Vec<f64>, Vec<(f64, Vec<f64>)>, Result<Outcome, OdeError>);

struct Queue<'a> {
    stretches: std::iter::Enumerate<std::slice::Iter<'a, Stretch>>,
    in_lane: [usize; L],
    steps: Vec<Vec<(f64, Vec<f64>)>>,
    seen: Vec<Option<Seen>>,
}

impl Feed<Beside, L> for Queue<'_> {
    fn next(&mut self, _: &mut Beside, lane: usize) -> Option<Stretch> {
        let (i, stretch) = self.stretches.next()?;
        self.in_lane[lane] = i;
        Some(stretch.clone())
    }
    fn on_step(&mut self, lane: usize, step: &LaneStep<'_, L>) -> ControlFlow<()> {
        if !step.is_start() {
            step.with(|step| self.steps[self.in_lane[lane]].push(look(step)));
        }
        ControlFlow::Continue(())
    }
    fn on_end(&mut self, _: &mut Beside, lane: usize, y: Vec<f64>, result: Result<Outcome, OdeError>) {
        let i = self.in_lane[lane];
        self.seen[i] = Some((y, std::mem::take(&mut self.steps[i]), result));
    }
}

fn look(step: &ode::Step<'_>) -> (f64, Vec<f64>) {
    let mut middle = vec![0.0; step.y_new().len()];
    step.interpolate(0.5 * (step.t_old() + step.t_new()), &mut middle);
    (step.t_new(), middle)
}

fn one_by_one(problem: &Problem, stretch: &Stretch) -> Seen {
    let mut solver = Solver::new(&problem.pattern);
    let (mut y, mut steps) = (stretch.y.clone(), Vec::new());
    let outcome = integrate(
        &mut problem.clone(),
        &mut solver,
        stretch.t0,
        &mut y,
        stretch.t_end,
        &stretch.options,
        &mut |step| {
            steps.push(look(step));
            ControlFlow::Continue(())
        },
    );
    (y, steps, outcome)
}

/// y' = y^2 from 1 explodes at t = 1.
fn explosion() -> Problem {
    Problem::new(&[1.0], |_, y, dydt| dydt[0] = y[0] * y[0], |_, y, set| set(0, 0, 2.0 * y[0]))
}

/// A permutation: the diagonal of the Jacobian is empty, and large steps need row interchanges.
fn rotation() -> Problem {
    Problem::new(
        &[1.0, 0.5],
        |_, y, dydt| {
            dydt[0] = 1e9 * (y[1] - y[0].powi(3));
            dydt[1] = -1e9 * y[0];
        },
        |_, y, set| {
            set(0, 0, -3e9 * y[0] * y[0]);
            set(0, 1, 1e9);
            set(1, 0, -1e9);
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn lanes_have_the_bits_of_single_integrations(
        which in 0usize..4,
        method in 0usize..2,
        members in prop::collection::vec((0.2f64..1.8, 0.0f64..2.0, 0.0f64..3.0, 3i32..9, 5usize..400), 1..12),
    ) {
        let problem = [hires, prothero_robinson, explosion, rotation][which]();
        let method = METHODS[method];
        let stretches: Vec<Stretch> = members.iter().map(|&(factor, t0, length, digits, max_steps)| {
            let mut options = tolerances(method, 10f64.powi(-digits), 10f64.powi(-digits - 2));
            options.max_steps = max_steps;
            if max_steps % 3 == 0 {
                options.h_initial = Some(1e-3);
            }
            let y = problem.y0.iter().map(|y| y * factor).collect();
            Stretch { t0, y, t_end: t0 + length, options }
        }).collect();
        let mut queue = Queue {
            stretches: stretches.iter().enumerate(),
            in_lane: [0; L],
            steps: vec![Vec::new(); stretches.len()],
            seen: vec![None; stretches.len()],
        };
        let mut solver = LaneSolver::new(&problem.pattern, method);
        integrate_lanes(&mut Beside(problem.clone()), &mut solver, &mut queue);
        for (stretch, seen) in stretches.iter().zip(queue.seen) {
            prop_assert_eq!(seen, Some(one_by_one(&problem, stretch)));
        }
    }
}
