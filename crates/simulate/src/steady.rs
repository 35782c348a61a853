//! Steady states.

use ode::{SteadyStateError, SteadyStateOptions, System, steady_state_from};

use crate::{CompiledNetwork, Initial, RunOptions, SimulateError, Simulator};

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

impl SteadyOptions {
    /// The integrator's options.
    pub(crate) fn ode(&self) -> SteadyStateOptions {
        SteadyStateOptions { ode: self.run.ode(), ..SteadyStateOptions::new(self.tau, self.t_max) }
    }
}

impl CompiledNetwork {
    /// Parameters and amounts at the start of a search. Shapes: `[n_parameters]`, `[n_species]`.
    pub(crate) fn steady_start(
        &self,
        parameters: &[(usize, f64)],
        initial: &Initial,
    ) -> Result<(Vec<f64>, Vec<f64>), SimulateError> {
        let values = self.parameter_values(parameters)?;
        let y = match initial {
            Initial::Defaults => self.initial_amounts(&values)?,
            Initial::State(state) => state.clone(),
        };
        if y.len() != self.species().len() {
            return Err(SimulateError::InvalidInput {
                what: format!("an initial state needs {} amounts", self.species().len()),
            });
        }
        Ok((values, y))
    }
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
        let (values, y) = self.network().steady_start(parameters, initial)?;
        self.steady_state_from(&values, y, 0.0, &options.ode())
    }

    /// The steady state that is reached from the state at time `t`. Shapes: `[n_parameters]`, `[n_species]`.
    pub(crate) fn steady_state_from(
        &mut self,
        values: &[f64],
        mut y: Vec<f64>,
        t: f64,
        settings: &SteadyStateOptions,
    ) -> Result<Vec<f64>, SimulateError> {
        let network = self.network().clone();
        self.system.set_parameters(values);
        match steady_state_from(&mut self.system, &mut self.solver, &mut y, t, settings) {
            Ok(_) => Ok(y),
            Err(SteadyStateError::Ode(error)) => Err(network.explain(error, values, &y)),
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
