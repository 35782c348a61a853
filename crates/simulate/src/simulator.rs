//! The memory of one thread, and the network as an [`ode::System`].

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ode::{Solver, SparsityPattern, System};

use crate::CompiledNetwork;
use crate::ir::TapeScratch;
use crate::live::LiveParts;

/// All scratch memory for running one network on one thread.
#[derive(Debug)]
pub struct Simulator {
    pub(crate) system: NetworkSystem,
    pub(crate) solver: Solver,
    pub(crate) stop: Option<Arc<AtomicBool>>,
}

/// The network with parameters filled in.
#[derive(Debug)]
pub(crate) struct NetworkSystem {
    pub(crate) network: Arc<CompiledNetwork>,
    dydt: TapeScratch,
    jac: TapeScratch,
    time_derivative: TapeScratch,
    pub(crate) outputs: TapeScratch,
    parts: LiveParts,
    live: Vec<bool>,
}

impl Simulator {
    /// Memory for a network, with its symbolic factorisation done.
    pub fn new(network: Arc<CompiledNetwork>) -> Self {
        let solver = Solver::new(network.jac_pattern());
        let system = NetworkSystem {
            live: vec![true; network.species().len()],
            parts: LiveParts::all(),
            network,
            dydt: TapeScratch::default(),
            jac: TapeScratch::default(),
            time_derivative: TapeScratch::default(),
            outputs: TapeScratch::default(),
        };
        Self { system, solver, stop: None }
    }

    /// Ends runs with [`SimulateError::Stopped`] after the first step that finds the flag set; `None`: no flag.
    pub fn set_stop(&mut self, stop: Option<Arc<AtomicBool>>) {
        self.stop = stop;
    }

    /// The network.
    pub fn network(&self) -> &Arc<CompiledNetwork> {
        &self.system.network
    }

    /// How fast amounts change under the parameters of the last run. Shapes: `[n_species]`.
    pub fn derivatives(&mut self, t: f64, amounts: &[f64]) -> Vec<f64> {
        let mut dydt = vec![0.0; amounts.len()];
        self.system.rhs(t, amounts, &mut dydt);
        dydt
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
}

impl System for NetworkSystem {
    fn n_states(&self) -> usize {
        self.network.species().len()
    }

    fn jac_pattern(&self) -> &SparsityPattern {
        self.network.jac_pattern()
    }

    fn rhs(&mut self, t: f64, y: &[f64], dydt: &mut [f64]) {
        self.parts.rhs(&self.network, [t], y.as_chunks().0, &mut self.dydt, dydt.as_chunks_mut().0);
    }

    fn jac(&mut self, t: f64, y: &[f64], values: &mut [f64]) {
        self.parts.jac(&self.network, [t], y.as_chunks().0, &mut self.jac, values.as_chunks_mut().0);
    }

    fn time_derivative(&mut self, t: f64, y: &[f64], dfdt: &mut [f64]) {
        self.network.tapes.time_derivative.evaluate(t, y, &mut self.time_derivative, dfdt);
    }

    fn is_autonomous(&self) -> bool {
        self.network.is_autonomous()
    }

    fn restrict(&mut self, y: &[f64]) -> Option<&[bool]> {
        self.network.tapes.dydt.mark_live(0, y, &self.dydt, &mut self.live);
        self.parts.restrict(&self.network, Some(&self.live));
        Some(&self.live)
    }

    fn unrestrict(&mut self) {
        self.parts.restrict(&self.network, None);
    }
}
