//! A look at a system where it is: how fast its states are.

use ode::System;

use super::dynamics::Dynamics;
use super::run::Engine;
use super::{CompiledSystem, SystemError, SystemRun};

/// States and symbols at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Model time.
    pub t: f64,
    /// Symbols and their values.
    pub values: Vec<(String, f64)>,
    /// States and how fast they return by themselves, `|d rate / d state|` per time; the fastest first. States that
    /// do not act on their own rate are left out.
    pub own_rates: Vec<(String, f64)>,
    /// Steps of the integrator up to here.
    pub steps: u64,
}

impl CompiledSystem {
    /// Runs to `run.t_end` and looks around there.
    ///
    /// # Errors
    /// The run fails.
    pub fn look(&self, run: &SystemRun) -> Result<Look, SystemError> {
        let mut engine = Engine::start(self, run)?;
        engine.run_to_end()?;
        let (y, slots, steps) = (engine.y, engine.slots, engine.recorded.steps());
        let mut dynamics = Dynamics::new(self);
        dynamics.set_slots(&slots);
        let mut jac = vec![0.0; self.pattern.nnz()];
        dynamics.jac(run.t_end, &y, &mut jac);
        let mut own_rates: Vec<(String, f64)> = (self.pattern.entries().zip(&jac))
            .filter(|((row, column), value)| row == column && **value != 0.0 && self.mass[*row] == 1.0)
            .map(|((row, _), value)| (self.names.states[row].clone(), value.abs()))
            .collect();
        own_rates.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut columns = vec![0.0; self.tapes.n_columns];
        dynamics.columns(run.t_end, &y, &mut columns);
        let values = self.symbols().iter().cloned().zip(columns).collect();
        Ok(Look { t: run.t_end, values, own_rates, steps })
    }
}
