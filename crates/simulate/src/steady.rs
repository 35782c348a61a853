//! Steady states.

use ode::{SteadyStateError, SteadyStateOptions, System, steady_state};

use crate::{Initial, RunOptions, SimulateError, Simulator};

/// When a state counts as steady, and how long to look for it.
#[derive(Clone, Debug, PartialEq)]
pub struct SteadyOptions {
    /// Accuracy and limits on the way.
    pub run: RunOptions,
    /// Time over which nothing may change any more by more than the tolerances.
    pub tau: f64,
    /// Longest time to integrate.
    pub t_max: f64,
}

impl Simulator {
    /// The steady state that is reached from the initial amounts. Shape: `[n_species]`.
    ///
    /// # Errors
    /// [`SimulateError::NotSteady`] names the species that still moves.
    pub fn steady_state(
        &mut self,
        parameters: &[(usize, f64)],
        initial: &Initial,
        options: &SteadyOptions,
    ) -> Result<Vec<f64>, SimulateError> {
        let network = self.network().clone();
        let values = network.parameter_values(parameters)?;
        let mut y = match initial {
            Initial::Defaults => network.initial_amounts(&values)?,
            Initial::State(state) => state.clone(),
        };
        if y.len() != network.species().len() {
            return Err(SimulateError::InvalidInput {
                what: format!("an initial state needs {} amounts", network.species().len()),
            });
        }
        self.system.set_parameters(&values);
        let mut settings = SteadyStateOptions::new(options.tau, options.t_max);
        settings.ode = options.run.ode();
        match steady_state(&mut self.system, &mut self.solver, &mut y, &settings) {
            Ok(_) => Ok(y),
            Err(SteadyStateError::Ode(error)) => Err(self.system.explain(error, &values, &y)),
            Err(SteadyStateError::NotReached { t, state, .. }) => {
                let mut dydt = vec![0.0; y.len()];
                self.system.rhs(t, &y, &mut dydt);
                let relative_change = dydt[state].abs() / y[state].abs().max(f64::MIN_POSITIVE);
                Err(SimulateError::NotSteady {
                    t,
                    species: network.species()[state].clone(),
                    relative_change,
                })
            }
        }
    }
}
