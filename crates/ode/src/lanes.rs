//! Many integrations of one system side by side, each with its own time and step.
//!
//! `L` lanes make the same operations on different numbers, with the widest vectors of the processor; an attempted step
//! is accepted or rejected for each lane on its own, and a lane that has reached its end takes the next stretch.
//! Rosenbrock methods suit this: they do not iterate, so that no lane waits for another one's convergence.
//!
//! Each lane does what [`crate::integrate`] does, in the same order: results are bitwise the same, whatever the number of
//! lanes and whatever else runs beside it.

mod attempt;
mod kernels;
mod lane;
mod live;

use std::ops::ControlFlow;

use crate::solver::check_options;
use crate::tableau::{MAX_STAGES, Tableau};
use crate::{InvalidInput, Method, OdeError, Options, Outcome, Reached, SparseLu, SparsityPattern, Step};
use lane::{Lane, Phase};
use live::Live;

/// A system of ordinary differential equations with different parameters in each of `L` lanes.
///
/// As [`crate::System`], without a mass matrix. What a lane computes must depend on that lane's arguments only.
pub trait LaneSystem<const L: usize> {
    /// Number of states.
    fn n_states(&self) -> usize;

    /// Where ∂f/∂y can be different from zero, the diagonal included.
    fn jac_pattern(&self) -> &SparsityPattern;

    /// Marks the states of a lane that can leave zero when it starts from `y`, as [`crate::System::restrict`].
    ///
    /// # Shapes and units
    /// - `y`: `[n_states]`; `live`: `[n_states]`, overwritten
    fn mark_live(&mut self, _lane: usize, _y: &[f64], live: &mut [bool]) {
        live.fill(true);
    }

    /// From now on only these states matter, in all lanes; `None`: all of them. The others are zero: the system may give
    /// zeros for them, and for their rows and columns in the Jacobian.
    fn restrict(&mut self, _live: Option<&[bool]>) {}

    /// Whether f does not depend on t, in any lane.
    fn is_autonomous(&self) -> bool;

    /// The right-hand side. Shapes: `y` and `dydt` `[n_states]`.
    fn rhs(&mut self, t: [f64; L], y: &[[f64; L]], dydt: &mut [[f64; L]]);

    /// The exact Jacobian. Shapes: `y` `[n_states]`, `values` `[nnz]`.
    fn jac(&mut self, t: [f64; L], y: &[[f64; L]], values: &mut [[f64; L]]);

    /// The explicit derivative by time. Shapes: `y` and `dfdt` `[n_states]`.
    fn time_derivative(&mut self, t: [f64; L], y: &[[f64; L]], dfdt: &mut [[f64; L]]);
}

/// One integration to be made; arguments as those of [`crate::integrate`].
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Start.
    pub t0: f64,
    /// State at the start, `[n_states]`.
    pub y: Vec<f64>,
    /// End, not before the start.
    pub t_end: f64,
    /// Accuracy and limits; the method must be the solver's.
    pub options: Options,
}

/// Where stretches come from and where their results go.
pub trait Feed<S, const L: usize> {
    /// What a free lane integrates next, with the system set up for it; `None` when there is nothing (now).
    fn next(&mut self, system: &mut S, lane: usize) -> Option<Stretch>;

    /// Sees the start and every accepted step of a lane, and can stop the stretch after it.
    /// A stretch of no length is not shown.
    fn on_step(&mut self, lane: usize, step: &LaneStep<'_, L>) -> ControlFlow<()>;

    /// Takes the end of a stretch: the last accepted state, and how it was reached.
    fn on_end(&mut self, system: &mut S, lane: usize, y: Vec<f64>, result: Result<Outcome, OdeError>);
}

/// All memory for integrations in `L` lanes, as [`crate::Solver`].
#[derive(Debug)]
pub struct LaneSolver<const L: usize> {
    method: Method,
    pattern: SparsityPattern,
    lu: SparseLu<L>,
    jac: Vec<[f64; L]>,
    y_old: Vec<[f64; L]>,
    y_new: Vec<[f64; L]>,
    dydt_old: Vec<[f64; L]>,
    dydt_new: Vec<[f64; L]>,
    dfdt: Vec<[f64; L]>,
    /// U_i, `[MAX_STAGES * n]`, stage by stage.
    stages: Vec<[f64; L]>,
    atol: Vec<[f64; L]>,
}

impl<const L: usize> LaneSolver<L> {
    /// Analyses the pattern and reserves the memory.
    pub fn new(pattern: &SparsityPattern, method: Method) -> Self {
        let n = pattern.n();
        let zeros = || vec![[0.0; L]; n];
        Self {
            method,
            pattern: pattern.clone(),
            lu: SparseLu::new(pattern),
            jac: vec![[0.0; L]; pattern.nnz()],
            y_old: zeros(),
            y_new: zeros(),
            dydt_old: zeros(),
            dydt_new: zeros(),
            dfdt: zeros(),
            stages: vec![[0.0; L]; MAX_STAGES * n],
            atol: zeros(),
        }
    }

    /// The method of all stretches.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Checks a stretch and puts it into a lane.
    fn load(&mut self, lane: usize, stretch: &Stretch) -> Result<Lane, OdeError> {
        let Stretch { t0, ref y, t_end, ref options } = *stretch;
        let n = self.pattern.n();
        check_options(options, n, y)?;
        if options.method != self.method {
            return Err(InvalidInput::Method.into());
        }
        if !(t0.is_finite() && t_end.is_finite() && t0 <= t_end) {
            return Err(InvalidInput::Times { t0, t_end }.into());
        }
        for (out, value) in self.y_old.iter_mut().zip(y) {
            out[lane] = *value;
        }
        for (i, out) in self.atol.iter_mut().enumerate() {
            out[lane] = *options.atol.get(i).unwrap_or(&options.atol[0]);
        }
        if let Some(state) = crate::solver::first_nonfinite(y) {
            return Err(OdeError::NonFinite { t: t0, state: Some(state) });
        }
        Ok(Lane::new(t0, t_end, options, Tableau::of(self.method)))
    }

    fn state(&self, lane: usize) -> Vec<f64> {
        column(&self.y_old, lane).collect()
    }
}

/// The values of one lane.
fn column<const L: usize>(values: &[[f64; L]], lane: usize) -> impl Iterator<Item = f64> {
    values.iter().map(move |v| v[lane])
}

/// The start or an accepted step of one lane.
#[derive(Debug)]
pub struct LaneStep<'a, const L: usize> {
    solver: &'a LaneSolver<L>,
    lane: usize,
    is_start: bool,
    t_old: f64,
    t_new: f64,
}

impl<const L: usize> LaneStep<'_, L> {
    /// Whether this is the start of a stretch, before any step.
    pub fn is_start(&self) -> bool {
        self.is_start
    }

    /// Time before the step.
    pub fn t_old(&self) -> f64 {
        self.t_old
    }

    /// Time after the step.
    pub fn t_new(&self) -> f64 {
        self.t_new
    }

    /// State after the step and right-hand side there; at the start those of the start.
    pub fn end(&self) -> impl Iterator<Item = (f64, f64)> {
        let LaneSolver { y_old, y_new, dydt_old, dydt_new, .. } = self.solver;
        let (y, dydt) = if self.is_start { (y_old, dydt_old) } else { (y_new, dydt_new) };
        column(y, self.lane).zip(column(dydt, self.lane))
    }

    /// The step as [`crate::integrate`] shows it. It copies, so ask only when something is to be looked at.
    pub fn with<T>(&self, look: impl FnOnce(&Step<'_>) -> T) -> T {
        let gather = |values: &[[f64; L]]| column(values, self.lane).collect::<Vec<f64>>();
        let LaneSolver { y_old, y_new, dydt_old, dydt_new, stages, .. } = self.solver;
        look(&Step {
            t_old: self.t_old,
            t_new: self.t_new,
            y_old: &gather(y_old),
            y_new: &gather(y_new),
            dydt_old: &gather(dydt_old),
            dydt_new: &gather(dydt_new),
            stages: &gather(stages),
            tableau: Tableau::of(self.solver.method),
        })
    }
}

/// Integrates all stretches that `feed` has.
pub fn integrate_lanes<S: LaneSystem<L>, F: Feed<S, L>, const L: usize>(
    system: &mut S,
    solver: &mut LaneSolver<L>,
    feed: &mut F,
) {
    let lanes = std::array::from_fn(|_| Lane::idle(Tableau::of(solver.method)));
    let live = Live::new(solver.pattern.n());
    let mut lanes = Lanes { system, solver, feed, lanes, live };
    lanes.run();
    lanes.unrestrict();
}

struct Lanes<'a, S, F, const L: usize> {
    system: &'a mut S,
    solver: &'a mut LaneSolver<L>,
    feed: &'a mut F,
    lanes: [Lane; L],
    live: Live<L>,
}

impl<S: LaneSystem<L>, F: Feed<S, L>, const L: usize> Lanes<'_, S, F, L> {
    fn run(&mut self) {
        loop {
            self.refill();
            if self.lanes.iter().all(|lane| lane.phase == Phase::Idle) {
                return;
            }
            self.restrict();
            if self.lanes.iter().any(|lane| lane.phase == Phase::Starting) {
                self.start();
            }
            self.evaluate_jac();
            let outcomes = self.attempt();
            let accepted = self.settle(outcomes);
            kernels::accept(self.solver, accepted);
            self.close(accepted);
        }
    }

    /// Gives each free lane something to do, if there is anything.
    fn refill(&mut self) {
        for lane in 0..L {
            while self.lanes[lane].phase == Phase::Idle {
                let Some(stretch) = self.feed.next(self.system, lane) else { break };
                match self.solver.load(lane, &stretch) {
                    Ok(started) => {
                        self.lanes[lane] = started;
                        self.live.mark(self.system, lane, &stretch.y);
                        if stretch.t0 == stretch.t_end {
                            self.lanes[lane].h = 0.0;
                            self.end(lane, Ok(Reached::Completed));
                        }
                    }
                    Err(error) => self.feed.on_end(self.system, lane, stretch.y, Err(error)),
                }
            }
        }
    }

    /// Ends what a lane does.
    fn end(&mut self, lane: usize, result: Result<Reached, OdeError>) {
        let Lane { t, h, work, .. } = self.lanes[lane];
        self.lanes[lane].phase = Phase::Idle;
        let result = result.map(|reached| Outcome { t, reached, h_next: h, work });
        self.feed.on_end(self.system, lane, self.solver.state(lane), result);
    }

    fn times(&self) -> [f64; L] {
        std::array::from_fn(|lane| self.lanes[lane].t)
    }

    /// Shows a lane's step to the feed.
    fn show(&mut self, lane: usize, is_start: bool, t_new: f64) -> bool {
        let step = LaneStep { solver: &*self.solver, lane, is_start, t_old: self.lanes[lane].t, t_new };
        self.feed.on_step(lane, &step).is_break()
    }

    /// After accepted steps: stops that were asked for, and ends.
    fn close(&mut self, accepted: [bool; L]) {
        for lane in (0..L).filter(|&lane| accepted[lane]) {
            let Lane { t, t_end, stop, .. } = self.lanes[lane];
            if stop {
                self.end(lane, Ok(Reached::Stopped));
            } else if t >= t_end {
                self.end(lane, Ok(Reached::Completed));
            }
        }
    }
}
