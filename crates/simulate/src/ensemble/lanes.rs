//! The network with different parameters in each lane.

use std::sync::Arc;

use ode::{LaneSystem, SparsityPattern};

use crate::CompiledNetwork;
use crate::ir::TapeScratch;
use crate::live::LiveParts;

/// A network in so many lanes, as an [`ode::LaneSystem`].
#[derive(Debug)]
pub(super) struct LaneNetwork<const L: usize> {
    network: Arc<CompiledNetwork>,
    dydt: TapeScratch<L>,
    jac: TapeScratch<L>,
    time_derivative: TapeScratch<L>,
    outputs: [TapeScratch; L],
    parts: LiveParts,
}

impl<const L: usize> LaneNetwork<L> {
    /// Memory for a network; lanes without parameters compute along without meaning.
    pub(super) fn new(network: Arc<CompiledNetwork>) -> Self {
        let idle = vec![0.0; network.parameters().len()];
        let mut lanes = Self {
            network,
            dydt: TapeScratch::default(),
            jac: TapeScratch::default(),
            time_derivative: TapeScratch::default(),
            outputs: std::array::from_fn(|_| TapeScratch::default()),
            parts: LiveParts::all(),
        };
        lanes.set_parameters(0, &idle);
        lanes
    }

    /// Takes over the parameters of a lane. Shape: `[n_parameters]`.
    pub(super) fn set_parameters(&mut self, lane: usize, parameters: &[f64]) {
        let tapes = &self.network.tapes;
        tapes.dydt.prepare_lane(lane, parameters, &mut self.dydt);
        tapes.jac.prepare_lane(lane, parameters, &mut self.jac);
        tapes.time_derivative.prepare_lane(lane, parameters, &mut self.time_derivative);
        tapes.outputs.prepare(parameters, &mut self.outputs[lane]);
    }

    /// The program of the outputs, with the parameters of a lane.
    pub(super) fn outputs(&mut self, lane: usize) -> &mut TapeScratch {
        &mut self.outputs[lane]
    }
}

impl<const L: usize> LaneSystem<L> for LaneNetwork<L> {
    fn n_states(&self) -> usize {
        self.network.species().len()
    }

    fn jac_pattern(&self) -> &SparsityPattern {
        self.network.jac_pattern()
    }

    fn is_autonomous(&self) -> bool {
        self.network.is_autonomous()
    }

    fn mark_live(&mut self, lane: usize, y: &[f64], live: &mut [bool]) {
        self.network.tapes.dydt.mark_live(lane, y, &self.dydt, live);
    }

    fn restrict(&mut self, live: Option<&[bool]>) {
        self.parts.restrict(&self.network, live);
    }

    fn rhs(&mut self, t: [f64; L], y: &[[f64; L]], dydt: &mut [[f64; L]]) {
        self.parts.rhs(&self.network, t, y, &mut self.dydt, dydt);
    }

    fn jac(&mut self, t: [f64; L], y: &[[f64; L]], values: &mut [[f64; L]]) {
        self.parts.jac(&self.network, t, y, &mut self.jac, values);
    }

    fn time_derivative(&mut self, t: [f64; L], y: &[[f64; L]], dfdt: &mut [[f64; L]]) {
        self.network.tapes.time_derivative.evaluate_lanes(t, y, &mut self.time_derivative, dfdt);
    }
}
