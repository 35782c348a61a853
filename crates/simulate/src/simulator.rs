//! The memory of one thread, and the network as an [`ode::System`].

use std::sync::Arc;

use ode::{OdeError, Solver, SparsityPattern, System};

use crate::ir::TapeScratch;
use crate::{CompiledNetwork, SimulateError};

/// All scratch memory for running one network on one thread.
#[derive(Debug)]
pub struct Simulator {
    pub(crate) system: NetworkSystem,
    pub(crate) solver: Solver,
}

/// The network with parameters filled in.
#[derive(Debug)]
pub(crate) struct NetworkSystem {
    pub(crate) network: Arc<CompiledNetwork>,
    dydt: TapeScratch,
    jac: TapeScratch,
    time_derivative: TapeScratch,
    outputs: TapeScratch,
}

impl Simulator {
    /// Memory for a network, with its symbolic factorisation done.
    pub fn new(network: Arc<CompiledNetwork>) -> Self {
        let solver = Solver::new(network.jac_pattern());
        let system = NetworkSystem {
            network,
            dydt: TapeScratch::default(),
            jac: TapeScratch::default(),
            time_derivative: TapeScratch::default(),
            outputs: TapeScratch::default(),
        };
        Self { system, solver }
    }

    /// The network.
    pub fn network(&self) -> &Arc<CompiledNetwork> {
        &self.system.network
    }

    /// The right-hand side and Jacobian under the parameters of the last run.
    pub fn as_system(&mut self) -> &mut impl System {
        &mut self.system
    }
}

impl NetworkSystem {
    /// Takes over parameters. Shape: `[n_parameters]`.
    pub(crate) fn set_parameters(&mut self, parameters: &[f64]) {
        let tapes = &self.network.tapes;
        tapes.dydt.prepare(parameters, &mut self.dydt);
        tapes.jac.prepare(parameters, &mut self.jac);
        tapes.time_derivative.prepare(parameters, &mut self.time_derivative);
        tapes.outputs.prepare(parameters, &mut self.outputs);
    }

    /// Observables and functions. Shape: `out` `[n_outputs]`, overwritten.
    pub(crate) fn outputs(&mut self, t: f64, y: &[f64], out: &mut [f64]) {
        self.network.tapes.outputs.evaluate(t, y, &mut self.outputs, out);
    }

    /// Puts names to an integrator's failure.
    pub(crate) fn explain(&self, error: OdeError, parameters: &[f64], y: &[f64]) -> SimulateError {
        let species = |state: usize| self.network.species()[state].clone();
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
        let mut rates = vec![0.0; self.network.reactions().len()];
        self.network.tapes.rates.prepare(parameters, &mut scratch);
        self.network.tapes.rates.evaluate(t, y, &mut scratch, &mut rates);
        if let Some((reaction, &value)) =
            self.network.reactions().iter().zip(&rates).find(|(_, v)| !v.is_finite())
        {
            let expression = crate::describe::rate_text(reaction);
            return SimulateError::NonFiniteRate { t, rule: reaction.rule.clone(), value, expression };
        }
        let species = state.map_or_else(|| "a species".to_string(), |s| self.network.species()[s].clone());
        SimulateError::NonFiniteState { t, species }
    }
}

impl System for NetworkSystem {
    fn n_states(&self) -> usize {
        self.network.species().len()
    }

    fn jac_pattern(&self) -> &SparsityPattern {
        self.network.jac_pattern()
    }

    fn rhs(&mut self, t: f64, y: &[f64], dydt: &mut [f64]) {
        self.network.tapes.dydt.evaluate(t, y, &mut self.dydt, dydt);
    }

    fn jac(&mut self, t: f64, y: &[f64], values: &mut [f64]) {
        self.network.tapes.jac.evaluate(t, y, &mut self.jac, values);
    }

    fn time_derivative(&mut self, t: f64, y: &[f64], dfdt: &mut [f64]) {
        self.network.tapes.time_derivative.evaluate(t, y, &mut self.time_derivative, dfdt);
    }

    fn is_autonomous(&self) -> bool {
        self.network.is_autonomous()
    }
}
