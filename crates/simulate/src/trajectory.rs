//! What a run recorded.

use std::sync::Arc;

use ode::Work;

use crate::CompiledNetwork;

/// States, observables and functions at the output times of a run.
#[derive(Clone, Debug)]
pub struct Trajectory {
    network: Arc<CompiledNetwork>,
    times: Vec<f64>,
    states: Vec<f64>,
    outputs: Vec<f64>,
    work: Work,
}

impl Trajectory {
    pub(crate) fn new(
        network: Arc<CompiledNetwork>,
        times: Vec<f64>,
        states: Vec<f64>,
        outputs: Vec<f64>,
        work: Work,
    ) -> Self {
        Self { network, times, states, outputs, work }
    }

    /// The network that ran.
    pub fn network(&self) -> &CompiledNetwork {
        &self.network
    }

    /// Output times, ascending.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// Amounts of all species at the `row`-th output time. Shape: `[n_species]`.
    pub fn state(&self, row: usize) -> &[f64] {
        let n = self.network.species().len();
        &self.states[row * n..(row + 1) * n]
    }

    /// One species over time. Shape: `[n_times]`.
    pub fn species(&self, species: usize) -> Vec<f64> {
        (0..self.times.len()).map(|row| self.state(row)[species]).collect()
    }

    /// All outputs at the `row`-th output time. Shape: `[n_outputs]`.
    pub fn outputs_at(&self, row: usize) -> &[f64] {
        let n = self.network.outputs().len();
        &self.outputs[row * n..(row + 1) * n]
    }

    /// One observable or function over time, with the parameters in force at each time. Shape: `[n_times]`.
    pub fn output(&self, output: usize) -> Vec<f64> {
        (0..self.times.len()).map(|row| self.outputs_at(row)[output]).collect()
    }

    /// Work done by the integrator.
    pub fn work(&self) -> Work {
        self.work
    }
}
