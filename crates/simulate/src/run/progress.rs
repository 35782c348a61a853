//! A run under way: from stretch to stretch, whoever integrates them.

use std::sync::Arc;

use ode::{Step, Work};

use super::{Change, Initial, Run, check};
use crate::ir::TapeScratch;
use crate::{CompiledNetwork, SimulateError, Trajectory};

/// Where a run stands, and what it has recorded.
#[derive(Debug)]
pub(crate) struct Progress {
    run: Run,
    overrides: Vec<(usize, f64)>,
    parameters: Vec<f64>,
    y: Vec<f64>,
    t: f64,
    /// Changes made.
    changes_made: usize,
    /// Output times seen.
    seen: usize,
    /// Output times with their outputs.
    recorded: usize,
    states: Vec<f64>,
    outputs: Vec<f64>,
    work: Work,
}

impl Progress {
    /// A run at its start.
    ///
    /// # Errors
    /// [`SimulateError`] when the run makes no sense or its numbers are not finite.
    pub(crate) fn new(network: &CompiledNetwork, mut run: Run) -> Result<Self, SimulateError> {
        check(&run, network.species().len(), network.parameters().len())?;
        run.changes.sort_by(|a, b| a.t.total_cmp(&b.t));
        let parameters = network.parameter_values(&run.parameters)?;
        let y = match &mut run.initial {
            Initial::Defaults => network.initial_amounts(&parameters)?,
            Initial::State(state) => std::mem::take(state),
        };
        Ok(Self {
            overrides: run.parameters.clone(),
            parameters,
            y,
            t: run.t_start,
            changes_made: 0,
            seen: 0,
            recorded: 0,
            states: Vec::with_capacity(run.output_times.len() * network.species().len()),
            outputs: Vec::with_capacity(run.output_times.len() * network.outputs().len()),
            work: Work::default(),
            run,
        })
    }

    /// What is asked for.
    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    /// Parameters in force. Shape: `[n_parameters]`.
    pub(crate) fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// The state at the start of the next stretch. Shape: `[n_species]`.
    pub(crate) fn take_state(&mut self) -> Vec<f64> {
        std::mem::take(&mut self.y)
    }

    /// Records the start, if asked for. `outputs` are prepared for the parameters in force.
    pub(crate) fn record_start(&mut self, network: &CompiledNetwork, outputs: &mut TapeScratch) {
        if self.run.output_times.first() == Some(&self.t) {
            self.states.extend_from_slice(&self.y);
            self.seen += 1;
            self.record(network, outputs);
        }
    }

    /// Makes all changes that are due; gives start and end of the next stretch, if there is one.
    pub(crate) fn advance(
        &mut self,
        network: &CompiledNetwork,
        mut set_parameters: impl FnMut(&[f64]),
    ) -> Result<Option<(f64, f64)>, SimulateError> {
        loop {
            let change = self.run.changes.get(self.changes_made);
            let stop = change.map_or(self.run.t_end, |c| c.t);
            if stop > self.t {
                return Ok(Some((self.t, stop)));
            }
            let Some(change) = change else { return Ok(None) };
            apply(&change.what, &mut self.y, &mut self.overrides);
            if matches!(change.what, Change::SetParameter(..)) {
                self.parameters = network.parameter_values(&self.overrides)?;
                set_parameters(&self.parameters);
            }
            self.changes_made += 1;
        }
    }

    /// Whether something is to be recorded up to this time.
    pub(crate) fn wants(&self, t: f64) -> bool {
        self.run.output_times.get(self.seen).is_some_and(|&wanted| wanted <= t)
    }

    /// Takes the states asked for from a step.
    pub(crate) fn on_step(&mut self, step: &Step<'_>) {
        while self.wants(step.t_new()) {
            let start = self.states.len();
            self.states.resize(start + step.y_new().len(), 0.0);
            step.interpolate(self.run.output_times[self.seen], &mut self.states[start..]);
            self.seen += 1;
        }
    }

    /// Goes on from the end of a stretch. `outputs` are prepared for the parameters in force.
    pub(crate) fn end_stretch(
        &mut self,
        network: &CompiledNetwork,
        outputs: &mut TapeScratch,
        y: Vec<f64>,
        stop: f64,
        work: Work,
    ) {
        self.y = y;
        self.t = stop;
        self.work += work;
        self.record(network, outputs);
    }

    /// Outputs of states that were taken.
    fn record(&mut self, network: &CompiledNetwork, outputs: &mut TapeScratch) {
        let (n, n_outputs) = (network.species().len(), network.outputs().len());
        for row in self.recorded..self.seen {
            let start = self.outputs.len();
            self.outputs.resize(start + n_outputs, 0.0);
            let (t, y) = (self.run.output_times[row], &self.states[row * n..(row + 1) * n]);
            network.tapes.outputs.evaluate(t, y, outputs, &mut self.outputs[start..]);
        }
        self.recorded = self.seen;
    }

    /// What was recorded.
    pub(crate) fn finish(self, network: Arc<CompiledNetwork>) -> Trajectory {
        Trajectory::new(network, self.run.output_times, self.states, self.outputs, self.work)
    }
}

fn apply(change: &Change, y: &mut [f64], overrides: &mut Vec<(usize, f64)>) {
    match change {
        Change::SetSpecies(species, amount) => y[*species] = *amount,
        Change::AddSpecies(species, amount) => y[*species] += amount,
        Change::ScaleSpecies(species, factor) => species.iter().for_each(|&s| y[s] *= factor),
        Change::SetParameter(parameter, value) => {
            overrides.retain(|(p, _)| p != parameter);
            overrides.push((*parameter, *value));
        }
    }
}
