//! One attempted step of all lanes.

use super::kernels;
use super::lane::{Lane, Phase};
use super::{Feed, LaneSolver, LaneSystem, Lanes, column};
use crate::initial_step::{euler_step, step_from};
use crate::solver::first_nonfinite;
use crate::stages::Attempt;
use crate::tableau::Tableau;
use crate::{FactorKind, OdeError, Reached};

impl<S: LaneSystem<L>, F: Feed<S, L>, const L: usize> Lanes<'_, S, F, L> {
    fn is(&self, phase: Phase) -> [bool; L] {
        std::array::from_fn(|lane| self.lanes[lane].phase == phase)
    }

    /// First right-hand side and first step of lanes that start.
    pub(super) fn start(&mut self) {
        let tableau = Tableau::of(self.solver.method);
        let starting = self.is(Phase::Starting);
        let t = self.times();
        let LaneSolver { y_old, dydt_old, dydt_new, .. } = &mut *self.solver;
        self.system.rhs(t, y_old, dydt_new);
        kernels::copy(dydt_old, dydt_new, starting);
        for lane in (0..L).filter(|&lane| starting[lane]) {
            self.lanes[lane].work.rhs_evaluations += 1;
            let bad = column(&self.solver.dydt_old, lane).position(|v| !v.is_finite());
            if let Some(state) = bad {
                self.end(lane, Err(OdeError::NonFinite { t: t[lane], state: Some(state) }));
            } else if self.show(lane, true, t[lane]) {
                self.end(lane, Ok(Reached::Stopped));
            } else {
                self.lanes[lane].phase = Phase::Running;
            }
        }
        let starting = std::array::from_fn(|lane| starting[lane] && self.lanes[lane].phase == Phase::Running);
        self.first_steps(starting, tableau);
    }

    fn first_steps(&mut self, starting: [bool; L], tableau: &Tableau) {
        let t = self.times();
        let mut euler = [0.0; L];
        let mut norms = [(0.0, 0.0); L];
        for lane in (0..L).filter(|&lane| starting[lane]) {
            let solver = &*self.solver;
            let size = self.weighted_norm(lane, &solver.y_old);
            let slope = self.weighted_norm(lane, &solver.dydt_old);
            let here = &self.lanes[lane];
            euler[lane] = euler_step(size, slope, (here.t_end - here.t).min(here.h_max));
            norms[lane] = (size, slope);
        }
        let LaneSolver { y_old, y_new, dydt_old, dydt_new, .. } = &mut *self.solver;
        for ((y_new, y_old), dydt) in y_new.iter_mut().zip(&*y_old).zip(&*dydt_old) {
            *y_new = std::array::from_fn(|lane| y_old[lane] + euler[lane] * dydt[lane]);
        }
        self.system.rhs(std::array::from_fn(|lane| t[lane] + euler[lane]), y_new, dydt_new);
        let finite: [bool; L] = std::array::from_fn(|lane| column(dydt_new, lane).all(f64::is_finite));
        for (new, old) in dydt_new.iter_mut().zip(&*dydt_old) {
            *new = std::array::from_fn(|lane| new[lane] - old[lane]);
        }
        for lane in (0..L).filter(|&lane| starting[lane]) {
            if let Some(h) = self.lanes[lane].h_initial {
                self.lanes[lane].h = h;
                continue;
            }
            self.lanes[lane].work.rhs_evaluations += 1;
            let change = self.weighted_norm(lane, &self.solver.dydt_new);
            let here = &mut self.lanes[lane];
            let span = (here.t_end - here.t).min(here.h_max);
            let curvature = finite[lane].then_some(change / euler[lane]);
            here.h = step_from(euler[lane], norms[lane].1, curvature, tableau, span);
        }
    }

    fn weighted_norm(&self, lane: usize, values: &[[f64; L]]) -> f64 {
        let rtol = self.lanes[lane].rtol;
        let LaneSolver { y_old, atol, .. } = &*self.solver;
        let states = column(values, lane).zip(column(y_old, lane)).zip(column(atol, lane));
        states.fold(0.0, |norm: f64, ((value, y), atol)| norm.max(value.abs() / (atol + rtol * y.abs())))
    }

    pub(super) fn evaluate_jac(&mut self) {
        let t = self.times();
        let LaneSolver { jac, y_old, dfdt, .. } = &mut *self.solver;
        self.system.jac(t, y_old, jac);
        let autonomous = self.system.is_autonomous();
        if !autonomous {
            self.system.time_derivative(t, y_old, dfdt);
        }
        self.clear_foreign();
        let good = kernels::finite(&self.solver.jac);
        let good_time = if autonomous { [true; L] } else { kernels::finite(&self.solver.dfdt) };
        let running = self.is(Phase::Running);
        for lane in (0..L).filter(|&lane| running[lane]) {
            let solver = &*self.solver;
            let row = if !good[lane] {
                let entry = first_nonfinite(&column(&solver.jac, lane).collect::<Vec<_>>());
                entry.map(|entry| solver.pattern.row_idx()[entry])
            } else if !good_time[lane] {
                first_nonfinite(&column(&solver.dfdt, lane).collect::<Vec<_>>())
            } else {
                None
            };
            if row.is_some() {
                self.end(lane, Err(OdeError::NonFinite { t: t[lane], state: row }));
            }
        }
    }

    /// Attempts a step in each running lane: its size, its end and what came of it.
    pub(super) fn attempt(&mut self) -> [Option<(f64, f64, Attempt)>; L] {
        for lane in 0..L {
            if self.lanes[lane].phase == Phase::Running
                && let Err(error) = self.lanes[lane].check_limit()
            {
                self.end(lane, Err(error));
            }
        }
        let running = self.is(Phase::Running);
        let times: [(f64, f64); L] = std::array::from_fn(|lane| self.lanes[lane].next_times());
        let h = times.map(|(h, _)| h);
        let mut failed: [Option<Attempt>; L] = std::array::from_fn(|_| None);
        let tableau = Tableau::of(self.solver.method);
        self.factor(h, running, tableau, &mut failed);
        let t = self.times();
        let autonomous = self.system.is_autonomous();
        for stage in 0..tableau.n_stages {
            if stage > 0 {
                kernels::set_argument(self.solver, tableau, stage);
                let LaneSolver { y_new, dydt_new, .. } = &mut *self.solver;
                let at = std::array::from_fn(|lane| t[lane] + tableau.alpha[stage] * h[lane]);
                self.system.rhs(at, y_new, dydt_new);
                self.check_rates(running, &mut failed);
            }
            kernels::assemble(self.solver, tableau, stage, h, autonomous);
            let n = self.solver.y_old.len();
            let LaneSolver { lu, stages, .. } = &mut *self.solver;
            lu.solve_lanes(&mut stages[stage * n..(stage + 1) * n]);
            for lane in (0..L).filter(|&lane| running[lane] && failed[lane].is_none()) {
                self.lanes[lane].work.solves += 1;
            }
        }
        kernels::set_argument(self.solver, tableau, tableau.n_stages);
        let judged = self.judge(tableau, running, times.map(|(_, t_new)| t_new), &mut failed);
        let mut failed = failed.into_iter();
        std::array::from_fn(|lane| {
            let attempt = failed
                .next()
                .flatten()
                .unwrap_or(Attempt::Computed { error: judged[lane].0, state: judged[lane].1 });
            running[lane].then_some((times[lane].0, times[lane].1, attempt))
        })
    }

    fn factor(
        &mut self,
        h: [f64; L],
        running: [bool; L],
        tableau: &Tableau,
        failed: &mut [Option<Attempt>; L],
    ) {
        let LaneSolver { lu, jac, .. } = &mut *self.solver;
        let results = lu.factor_lanes(h.map(|h| 1.0 / (h * tableau.gamma)), &[], jac, running);
        for lane in (0..L).filter(|&lane| running[lane]) {
            let work = &mut self.lanes[lane].work;
            work.factorisations += 1;
            match results[lane] {
                Ok(FactorKind::Static) => {}
                Ok(FactorKind::Pivoted) => work.pivoted_factorisations += 1,
                Err(singular) => failed[lane] = Some(Attempt::Singular { column: singular.column }),
            }
        }
    }

    /// Notes lanes whose right-hand side is not finite.
    fn check_rates(&mut self, checked: [bool; L], failed: &mut [Option<Attempt>; L]) {
        let finite = kernels::finite(&self.solver.dydt_new);
        for lane in (0..L).filter(|&lane| checked[lane]) {
            if failed[lane].is_none() {
                self.lanes[lane].work.rhs_evaluations += 1;
                if !finite[lane] {
                    failed[lane] = nonfinite(&self.solver.dydt_new, lane);
                }
            }
        }
    }

    /// Error and worst state of each lane. The right-hand side must be finite at the result, too.
    fn judge(
        &mut self,
        tableau: &Tableau,
        running: [bool; L],
        t_new: [f64; L],
        failed: &mut [Option<Attempt>; L],
    ) -> [(f64, usize); L] {
        let n = self.solver.y_old.len();
        let rtol = std::array::from_fn(|lane| self.lanes[lane].rtol);
        let errors = kernels::errors(self.solver, tableau, rtol);
        let estimate = &self.solver.stages[(tableau.n_stages - 1) * n..tableau.n_stages * n];
        let (finite, finite_y) = (kernels::finite(estimate), kernels::finite(&self.solver.y_new));
        for lane in (0..L).filter(|&lane| running[lane]) {
            if failed[lane].is_none() && !(finite[lane] && finite_y[lane]) {
                failed[lane] = nonfinite(estimate, lane).or_else(|| nonfinite(&self.solver.y_new, lane));
            }
        }
        let passed =
            std::array::from_fn(|lane| running[lane] && failed[lane].is_none() && errors[lane].0 <= 1.0);
        if passed.contains(&true) {
            let LaneSolver { y_new, dydt_new, .. } = &mut *self.solver;
            self.system.rhs(t_new, y_new, dydt_new);
            self.check_rates(passed, failed);
        }
        errors
    }

    /// Chooses the next steps; tells which lanes go on from their new state.
    pub(super) fn settle(&mut self, outcomes: [Option<(f64, f64, Attempt)>; L]) -> [bool; L] {
        let mut accepted = [false; L];
        for (lane, outcome) in outcomes.into_iter().enumerate() {
            let Some((h, t_new, attempt)) = outcome else { continue };
            // A Jacobian counts once for each state that it was needed at.
            match self.lanes[lane].settle(h, &attempt) {
                Ok(true) => {
                    accepted[lane] = true;
                    self.lanes[lane].work.jac_evaluations += 1;
                    let stop = self.show(lane, false, t_new);
                    let here: &mut Lane = &mut self.lanes[lane];
                    here.stop = stop;
                    here.t = t_new;
                }
                Ok(false) => {}
                Err(error) => self.end(lane, Err(error)),
            }
        }
        accepted
    }
}

fn nonfinite<const L: usize>(values: &[[f64; L]], lane: usize) -> Option<Attempt> {
    column(values, lane).position(|v| !v.is_finite()).map(|state| Attempt::NonFinite { state })
}
