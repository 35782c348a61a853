//! Failures of the integrator in the words of the network.

use ode::OdeError;

use crate::ir::TapeScratch;
use crate::{CompiledNetwork, SimulateError};

impl CompiledNetwork {
    /// Puts names to an integrator's failure.
    pub(crate) fn explain(&self, error: OdeError, parameters: &[f64], y: &[f64]) -> SimulateError {
        let species = |state: usize| self.species()[state].clone();
        match error {
            OdeError::NonFinite { t, state } => self.non_finite(t, state, parameters, y),
            OdeError::StepSizeTooSmall { t, h, state } => {
                SimulateError::StepSizeTooSmall { t, h, species: species(state) }
            }
            OdeError::TooManySteps { t, max_steps, state } => {
                SimulateError::TooManySteps { t, max_steps, species: species(state) }
            }
            OdeError::SingularMatrix { t, column } => SimulateError::Singular { t, species: species(column) },
            OdeError::InvalidInput(what) => SimulateError::InvalidInput { what: what.to_string() },
        }
    }

    /// The first reaction whose rate is no finite number at the last accepted state; else the state that left.
    fn non_finite(&self, t: f64, state: Option<usize>, parameters: &[f64], y: &[f64]) -> SimulateError {
        let mut scratch = TapeScratch::default();
        let mut rates = vec![0.0; self.reactions().len()];
        self.tapes.rates.prepare(parameters, &mut scratch);
        self.tapes.rates.evaluate(t, y, &mut scratch, &mut rates);
        if let Some((reaction, &value)) = self.reactions().iter().zip(&rates).find(|(_, v)| !v.is_finite()) {
            let expression = crate::describe::rate_text(reaction);
            return SimulateError::NonFiniteRate { t, rule: reaction.rule.clone(), value, expression };
        }
        let species = state.map_or_else(|| "a species".to_string(), |s| self.species()[s].clone());
        SimulateError::NonFiniteState { t, species }
    }
}
