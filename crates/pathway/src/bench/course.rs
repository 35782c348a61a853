//! One run: rest, lead-in, experiment.

use simulate::{Change, Initial, Run, ScheduledChange, SimulateError, Simulator, Trajectory};

use super::plan::{Beginning, Plan};
use super::{Bench, RunSettings};
use crate::experiment::PreEquilibration;

/// What a run recorded.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    lead: Option<Trajectory>,
    main: Trajectory,
}

impl Course {
    /// An observable or function at one of the times that were asked for.
    pub(crate) fn output(&self, output: usize, t: f64) -> Option<f64> {
        let trajectory = if t < 0.0 { self.lead.as_ref()? } else { &self.main };
        let row = trajectory.times().binary_search_by(|other| other.total_cmp(&t)).ok()?;
        Some(trajectory.outputs_at(row)[output])
    }
}

impl Bench {
    /// The cells before the lead-in. Shape: `[n_species]`.
    pub(crate) fn rest(
        &self,
        simulator: &mut Simulator,
        beginning: &Beginning,
        settings: &RunSettings,
    ) -> Result<Vec<f64>, SimulateError> {
        let values = self.compiled.parameter_values(&beginning.parameters)?;
        let mut y = self.compiled.initial_amounts(&values)?;
        beginning.medium.iter().for_each(|(species, amount)| y[*species] = *amount);
        match beginning.method {
            PreEquilibration::None => Ok(y),
            PreEquilibration::SteadyState => {
                simulator.steady_state(&beginning.parameters, &Initial::State(y), &settings.steady_options())
            }
            PreEquilibration::Duration(hours) => {
                let run = Run {
                    t_end: hours,
                    parameters: beginning.parameters.clone(),
                    initial: Initial::State(y),
                    output_times: vec![hours],
                    options: settings.run_options(),
                    ..Run::default()
                };
                Ok(simulator.run(&run)?.state(0).to_vec())
            }
        }
    }

    /// The experiment after the rest, recorded at ascending times.
    pub(crate) fn course(
        &self,
        simulator: &mut Simulator,
        plan: &Plan,
        rested: &[f64],
        times_h: &[f64],
        settings: &RunSettings,
    ) -> Result<Course, SimulateError> {
        let mut y = rested.to_vec();
        let mut parameters = plan.beginning.parameters.clone();
        let before = plan.changes.partition_point(|c| c.t < 0.0);
        let mut lead = None;
        if plan.lead_in_h > 0.0 {
            let mut output_times: Vec<f64> = times_h.iter().copied().filter(|t| *t < 0.0).collect();
            output_times.push(0.0);
            let run = Run {
                t_start: -plan.lead_in_h,
                t_end: 0.0,
                parameters: parameters.clone(),
                initial: Initial::State(y),
                changes: plan.changes[..before].to_vec(),
                output_times,
                options: settings.run_options(),
            };
            let trajectory = simulator.run(&run)?;
            y = trajectory.state(trajectory.times().len() - 1).to_vec();
            carry_over(&plan.changes[..before], &mut parameters);
            lead = Some(trajectory);
        }
        self.names.seeds.iter().for_each(|(species, amount)| y[*species] = *amount);
        let run = Run {
            t_start: 0.0,
            t_end: plan.end_h,
            parameters,
            initial: Initial::State(y),
            changes: plan.changes[before..].to_vec(),
            output_times: times_h.iter().copied().filter(|t| *t >= 0.0).collect(),
            options: settings.run_options(),
        };
        Ok(Course { lead, main: simulator.run(&run)? })
    }
}

/// Parameters set during the lead-in stay set.
fn carry_over(changes: &[ScheduledChange], parameters: &mut Vec<(usize, f64)>) {
    for change in changes {
        if let Change::SetParameter(parameter, value) = change.what {
            parameters.retain(|p| p.0 != parameter);
            parameters.push((parameter, value));
        }
    }
}
