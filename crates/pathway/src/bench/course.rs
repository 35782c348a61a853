//! One run: rest, lead-in, experiment, each a job for the simulator.

use simulate::{Answer, Change, Initial, Job, Run, ScheduledChange, SimulateError, Simulator, Trajectory};

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

/// Something that takes one job after another.
pub(crate) trait Walk {
    /// What comes of it.
    type End;

    /// The first job.
    fn first(&mut self) -> Result<Next<Self::End>, SimulateError>;

    /// What comes after an answer.
    fn then(&mut self, answer: Answer) -> Next<Self::End>;

    /// All jobs, one after the other.
    fn on(mut self, simulator: &mut Simulator) -> Result<Self::End, SimulateError>
    where
        Self: Sized,
    {
        let mut next = self.first()?;
        loop {
            match next {
                Next::End(end) => return Ok(end),
                Next::Job(job) => next = self.then(simulator.answer(&job)?),
            }
        }
    }
}

/// Another job, or the end.
pub(crate) enum Next<T> {
    Job(Box<Job>),
    End(T),
}

/// The cells before the lead-in. The end has the shape `[n_species]`.
pub(crate) struct Rest<'b> {
    pub(crate) bench: &'b Bench,
    pub(crate) beginning: &'b Beginning,
    pub(crate) settings: &'b RunSettings,
}

impl Walk for Rest<'_> {
    type End = Vec<f64>;

    fn first(&mut self) -> Result<Next<Vec<f64>>, SimulateError> {
        let Self { bench, beginning, settings } = self;
        let values = bench.compiled.parameter_values(&beginning.parameters)?;
        let mut y = bench.compiled.initial_amounts(&values)?;
        beginning.medium.iter().for_each(|(species, amount)| y[*species] = *amount);
        let parameters = beginning.parameters.clone();
        let job = match beginning.method {
            PreEquilibration::None => return Ok(Next::End(y)),
            PreEquilibration::SteadyState => {
                Job::Steady { parameters, initial: Initial::State(y), options: settings.steady_options() }
            }
            PreEquilibration::Duration(hours) => Job::Run(Run {
                t_end: hours,
                parameters,
                initial: Initial::State(y),
                output_times: vec![hours],
                options: settings.run_options(),
                ..Run::default()
            }),
        };
        Ok(Next::Job(Box::new(job)))
    }

    fn then(&mut self, answer: Answer) -> Next<Vec<f64>> {
        Next::End(match answer {
            Answer::State(y) => y,
            Answer::Trajectory(trajectory) => trajectory.state(0).to_vec(),
        })
    }
}

/// The experiment after the rest, recorded at ascending times.
pub(crate) struct Treatment<'b> {
    pub(crate) bench: &'b Bench,
    pub(crate) plan: &'b Plan,
    pub(crate) rested: &'b [f64],
    pub(crate) times_h: &'b [f64],
    pub(crate) settings: &'b RunSettings,
    pub(crate) lead: Option<Trajectory>,
}

impl Treatment<'_> {
    fn changes_before(&self) -> usize {
        self.plan.changes.partition_point(|c| c.t < 0.0)
    }

    fn lead_in(&self) -> Run {
        let mut output_times: Vec<f64> = self.times_h.iter().copied().filter(|t| *t < 0.0).collect();
        output_times.push(0.0);
        Run {
            t_start: -self.plan.lead_in_h,
            t_end: 0.0,
            parameters: self.plan.beginning.parameters.clone(),
            initial: Initial::State(self.rested.to_vec()),
            changes: self.plan.changes[..self.changes_before()].to_vec(),
            output_times,
            options: self.settings.run_options(),
        }
    }

    fn main(&self) -> Run {
        let mut parameters = self.plan.beginning.parameters.clone();
        let (before, after) = self.plan.changes.split_at(self.changes_before());
        let mut y = match &self.lead {
            Some(lead) => {
                carry_over(before, &mut parameters);
                lead.state(lead.times().len() - 1).to_vec()
            }
            None => self.rested.to_vec(),
        };
        self.bench.names.seeds.iter().for_each(|(species, amount)| y[*species] = *amount);
        Run {
            t_start: 0.0,
            t_end: self.plan.end_h,
            parameters,
            initial: Initial::State(y),
            changes: after.to_vec(),
            output_times: self.times_h.iter().copied().filter(|t| *t >= 0.0).collect(),
            options: self.settings.run_options(),
        }
    }
}

impl Walk for Treatment<'_> {
    type End = Course;

    fn first(&mut self) -> Result<Next<Course>, SimulateError> {
        let run = if self.plan.lead_in_h > 0.0 { self.lead_in() } else { self.main() };
        Ok(Next::Job(Box::new(Job::Run(run))))
    }

    fn then(&mut self, answer: Answer) -> Next<Course> {
        let Answer::Trajectory(trajectory) = answer else { unreachable!("runs give trajectories") };
        if self.plan.lead_in_h > 0.0 && self.lead.is_none() {
            self.lead = Some(trajectory);
            return Next::Job(Box::new(Job::Run(self.main())));
        }
        Next::End(Course { lead: self.lead.take(), main: trajectory })
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
