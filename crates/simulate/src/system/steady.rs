//! Steady states of systems.

use ode::{SparseLu, Step, System};

use super::dynamics::Dynamics;
use super::run::Engine;
use super::{CompiledSystem, SystemError, SystemRun, SystemTrajectory};

/// Time of the first attempt, in the unit of the model; each further one takes ten times as long.
const T_FIRST: f64 = 10.0;
/// What rests before this time may be waiting for something slow.
const T_BELIEVED: f64 = 1e3;
/// Time of the last attempt.
const T_LAST: f64 = 1e9;
/// Steps of an attempt: what comes to rest needs far fewer.
const MOST_STEPS: usize = 5_000;
/// A state rests if in a time as long as the run so far it would change by less than this share of itself.
const AT_REST: f64 = 1e-6;
/// Largest step of Newton's method times the largest rate in the Jacobian.
const MOST_STIFFNESS: f64 = 1e8;
/// Iterations of Newton's method.
const MOST_ITERATIONS: usize = 60;

impl CompiledSystem {
    /// The steady state that is reached from the start, as a trajectory with one row at the time `run.t_start`.
    ///
    /// The system runs until nothing changes any more, events included. If it never comes to rest (it oscillates),
    /// Newton's method starts from the mean of the last run that ended, and then from the start, which in a scan is
    /// the last steady state: such a steady state is unstable. Linear
    /// conserved totals stay what they are at the start.
    ///
    /// # Errors
    /// [`SystemError::NotSteady`] when neither finds one; the system depends on time or has delays; or a run fails.
    ///
    /// # Source
    /// Pseudo-transient continuation: Kelley & Keyes 1998, SIAM J. Numer. Anal. 35, 508.
    pub fn steady_state(&self, run: &SystemRun) -> Result<SystemTrajectory, SystemError> {
        let unsupported =
            |feature| SystemError::Unsupported { place: "the steady state".to_string(), feature };
        if !self.autonomous {
            return Err(unsupported("rates without the time in them"));
        }
        if self.n_delays > 0 {
            return Err(unsupported("rates without delays"));
        }
        if self.jumps.is_some() {
            return Err(unsupported("rate equations, not reactions that fire at random"));
        }
        let mut t_end = T_FIRST;
        let mut last: Option<Attempt> = None;
        while t_end <= T_LAST {
            match self.attempt(run, t_end) {
                Ok(attempt) if t_end >= T_BELIEVED && attempt.worst.0 * t_end <= AT_REST => {
                    return Ok(self
                        .polish(&attempt, &attempt.y, t_end)
                        .unwrap_or(attempt)
                        .recorded(self, run));
                }
                Ok(attempt) => last = Some(attempt),
                Err(error @ SystemError::TooManySteps { .. }) if last.is_none() => return Err(error),
                Err(SystemError::TooManySteps { .. }) => break,
                Err(error) => return Err(error),
            }
            t_end *= 10.0;
        }
        let last = last.ok_or_else(|| unsupported("a longer time"))?;
        let found =
            self.polish(&last, &last.mean, T_LAST).or_else(|| self.polish(&last, &last.start, T_LAST));
        found.map(|found| found.recorded(self, run)).ok_or_else(|| SystemError::NotSteady {
            t: t_end / 10.0,
            name: self.names.states[last.worst.1].clone(),
        })
    }

    /// Runs to a time.
    fn attempt(&self, run: &SystemRun, t_end: f64) -> Result<Attempt, SystemError> {
        let run = SystemRun {
            t_end: run.t_start + t_end,
            output_times: Vec::new(),
            max_steps: run.max_steps.min(MOST_STEPS),
            ..run.clone()
        };
        let mut engine = Engine::start(self, &run)?;
        let start = engine.y.clone();
        let half = run.t_start + 0.5 * t_end;
        engine.integrals = Some(Integrals { from: half, span: 0.0, sums: vec![0.0; self.n_states()] });
        engine.run_to_end()?;
        let (y, slots, integrals) = (engine.y, engine.slots, engine.integrals.unwrap_or_default());
        let mean = match integrals.span > 0.0 {
            true => integrals.sums.iter().map(|sum| sum / integrals.span).collect(),
            false => y.clone(),
        };
        let mut dynamics = Dynamics::new(self);
        dynamics.set_slots(&slots);
        let worst = self.largest_rate(&mut dynamics, run.t_end, &y);
        Ok(Attempt { y, slots, mean, start, worst })
    }

    /// The largest rate relative to its state, and the state. Algebraic equations hold already.
    fn largest_rate(&self, dynamics: &mut Dynamics<'_>, t: f64, y: &[f64]) -> (f64, usize) {
        let mut f = vec![0.0; y.len()];
        dynamics.rhs(t, y, &mut f);
        let largest = y.iter().fold(0.0_f64, |l, y| l.max(y.abs()));
        let mut worst = (0.0, 0);
        for (i, (f, y)) in f.iter().zip(y).enumerate().filter(|(i, _)| self.mass[*i] == 1.0) {
            // A state that is next to nothing beside the others counts as nothing.
            let size = y.abs().max(1e-9 * largest).max(1e-300);
            let rate = if f.is_finite() { f.abs() / size } else { f64::INFINITY };
            if *f != 0.0 && rate > worst.0 {
                worst = (rate, i);
            }
        }
        worst
    }

    /// Newton's method with halved steps on `0 = f(y)`: `(M/h - J) dy = f` with a long `h`, which keeps linear
    /// conserved totals. `None` if it does not converge.
    fn polish(&self, attempt: &Attempt, start: &[f64], h: f64) -> Option<Attempt> {
        let mut dynamics = Dynamics::new(self);
        dynamics.set_slots(&attempt.slots);
        let n = start.len();
        let (mut y, mut f, mut jac) = (start.to_vec(), vec![0.0; n], vec![0.0; self.pattern.nnz()]);
        let mut lu = SparseLu::new(&self.pattern);
        let norm = |f: &[f64]| {
            if f.iter().all(|x| x.is_finite()) { f.iter().map(|x| x * x).sum() } else { f64::INFINITY }
        };
        dynamics.rhs(0.0, &y, &mut f);
        let mut size: f64 = norm(&f);
        for _ in 0..MOST_ITERATIONS {
            dynamics.jac(0.0, &y, &mut jac);
            // A longer step would lose the conserved totals in rounding.
            let fastest = jac.iter().fold(0.0_f64, |l, rate| l.max(rate.abs()));
            lu.factor_with_mass((1.0 / h).max(fastest / MOST_STIFFNESS), &self.mass, &jac).ok()?;
            let mut dy = f.clone();
            lu.solve(&mut dy);
            // Ten roundings: no further step is better.
            let small = dy.iter().zip(&y).all(|(d, y)| d.abs() <= 1e-14 * y.abs().max(1e-300));
            let mut damping = 1.0;
            let mut trial;
            loop {
                trial = y.iter().zip(&dy).map(|(y, d)| y + damping * d).collect::<Vec<f64>>();
                dynamics.rhs(0.0, &trial, &mut f);
                let new: f64 = norm(&f);
                // Amounts are not negative.
                let allowed = trial.iter().zip(start).all(|(new, old)| *new >= 0.0 || *old <= 0.0);
                if allowed && new < size {
                    size = new;
                    break;
                }
                damping *= 0.5;
                if damping < 1e-8 {
                    dynamics.rhs(0.0, &y, &mut f);
                    let done = dy.iter().zip(&y).all(|(d, y)| d.abs() <= 1e-7 * y.abs().max(1e-12));
                    return (done || small).then(|| self.found(attempt, y));
                }
            }
            y = trial;
            if small {
                break;
            }
        }
        let dy_small = self.largest_rate(&mut dynamics, 0.0, &y).0 <= AT_REST;
        dy_small.then(|| self.found(attempt, y))
    }

    fn found(&self, attempt: &Attempt, mut y: Vec<f64>) -> Attempt {
        let largest = y.iter().fold(0.0_f64, |l, y| l.max(y.abs()));
        for (y, _) in y.iter_mut().zip(&self.is_species).filter(|(_, is_species)| **is_species) {
            // What is used up, to rounding.
            if *y < 0.0 && -*y <= 1e-14 * largest.max(1.0) {
                *y = 0.0;
            }
        }
        Attempt { y, slots: attempt.slots.clone(), mean: Vec::new(), start: Vec::new(), worst: (0.0, 0) }
    }
}

/// Integrals of the states over the steps that begin at `from` or later.
#[derive(Clone, Debug, Default)]
pub(super) struct Integrals {
    pub(super) from: f64,
    /// Time over which was integrated.
    pub(super) span: f64,
    /// Shape: `[n_states]`.
    pub(super) sums: Vec<f64>,
}

impl Integrals {
    pub(super) fn add(&mut self, step: &Step<'_>) {
        if step.t_old() < self.from {
            return;
        }
        let length = step.t_new() - step.t_old();
        self.span += length;
        let ends = step.y_old().iter().zip(step.y_new());
        self.sums.iter_mut().zip(ends).for_each(|(sum, (old, new))| *sum += 0.5 * length * (old + new));
    }
}

/// Where a run ended.
#[derive(Clone, Debug)]
struct Attempt {
    y: Vec<f64>,
    slots: Vec<f64>,
    /// Mean of the states over the second half.
    mean: Vec<f64>,
    /// Where the run began.
    start: Vec<f64>,
    /// The largest relative rate at the end, per time, and of which state.
    worst: (f64, usize),
}

impl Attempt {
    /// All columns in this state.
    fn recorded(&self, compiled: &CompiledSystem, run: &SystemRun) -> SystemTrajectory {
        let mut dynamics = Dynamics::new(compiled);
        dynamics.set_slots(&self.slots);
        let mut columns = vec![0.0; compiled.tapes.n_columns];
        dynamics.columns(run.t_start, &self.y, &mut columns);
        SystemTrajectory::single(run.t_start, columns)
    }
}

#[cfg(test)]
mod tests {
    use model::reaction_system::{Parameter, Rule};
    use model::{BinaryOp, Expr, ReactionSystem};

    use super::*;
    use crate::{SpeciesAs, compile_system};

    fn of(rates: &[(&str, f64, Expr)]) -> Result<Vec<f64>, SystemError> {
        let mut system = ReactionSystem::default();
        for (id, value, rate) in rates {
            system.parameters.push(Parameter { id: (*id).to_string(), value: Some(*value), constant: false });
            system.rules.push(Rule::Rate { variable: (*id).to_string(), math: rate.clone() });
        }
        let compiled = compile_system(&system)?;
        let steady = compiled.steady_state(&SystemRun::default())?;
        let column = |id: &str| compiled.column(id, SpeciesAs::Symbol).map(|c| steady.column(c)[0]);
        Ok(rates.iter().filter_map(|(id, ..)| column(id)).collect())
    }

    fn op(op: BinaryOp, a: Expr, b: Expr) -> Expr {
        Expr::binary(op, a, b)
    }

    #[test]
    fn conserved_totals_stay() {
        // a <-> b at rates 1 and 3, 8 together.
        let net = op(
            BinaryOp::Subtract,
            op(BinaryOp::Multiply, Expr::Number(3.0), Expr::symbol("b")),
            Expr::symbol("a"),
        );
        let back = op(BinaryOp::Multiply, Expr::Number(-1.0), net.clone());
        let found = of(&[("a", 8.0, net), ("b", 0.0, back)]).unwrap();
        // Ten times the relative tolerance of the integrator.
        assert!((found[0] - 6.0).abs() < 1e-8 && (found[1] - 2.0).abs() < 1e-8, "{found:?}");
    }

    #[test]
    fn an_oscillator_has_the_state_in_its_middle() {
        // Prey and predators around (1, 1).
        let (x, y) = (|| Expr::symbol("x"), || Expr::symbol("y"));
        let prey = op(BinaryOp::Multiply, x(), op(BinaryOp::Subtract, Expr::Number(1.0), y()));
        let predators = op(BinaryOp::Multiply, y(), op(BinaryOp::Subtract, x(), Expr::Number(1.0)));
        let found = of(&[("x", 0.5, prey), ("y", 0.5, predators)]).unwrap();
        assert!(found.iter().all(|v| (v - 1.0).abs() < 1e-8), "{found:?}");
    }

    #[test]
    fn growth_without_end_is_not_steady() {
        assert!(of(&[("x", 1.0, Expr::Number(1.0))]).is_err());
    }
}
