//! Many runs of one network side by side.

mod lanes;

use std::ops::ControlFlow;
use std::sync::Arc;

use ode::{Feed, LaneSolver, LaneStep, OdeError, Outcome, SteadyStateOptions, Stretch, integrate_lanes};

use crate::run::Progress;
use crate::{CompiledNetwork, Initial, Run, SimulateError, Simulator, SteadyOptions, Trajectory};
use lanes::LaneNetwork;

/// Runs side by side: one vector of AVX-512, two of AVX2, four of NEON or SSE2.
const LANES: usize = 8;

/// Something to compute.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// As [`Simulator::run`].
    Run(Run),
    /// As [`Simulator::steady_state`].
    Steady {
        /// Parameters that differ from the model's: position and value.
        parameters: Vec<(usize, f64)>,
        /// Amounts at the start.
        initial: Initial,
        /// When a state counts as steady.
        options: SteadyOptions,
    },
}

/// What came of a [`Job`].
#[derive(Clone, Debug)]
pub enum Answer {
    /// Of a run.
    Trajectory(Trajectory),
    /// The steady state. Shape: `[n_species]`.
    State(Vec<f64>),
}

/// All memory for running one network many times on one thread.
///
/// Several runs go on at once in the lanes of the processor's vectors, each with its own parameters, time and step.
/// Results have the same bits as those of a [`Simulator`], in any order and company.
#[derive(Debug)]
pub struct Ensemble {
    network: Arc<CompiledNetwork>,
    system: LaneNetwork<LANES>,
    solver: LaneSolver<LANES>,
    /// For what is not done in lanes: the last Newton steps of steady states, and other methods.
    single: Simulator,
}

/// Takes the answer to a job; may ask for another job under the same key.
pub type Done<'a, K> = dyn FnMut(&mut K, Result<Answer, SimulateError>) -> Option<Job> + 'a;

impl Simulator {
    /// Does one job.
    ///
    /// # Errors
    /// As [`Simulator::run`] and [`Simulator::steady_state`].
    pub fn answer(&mut self, job: &Job) -> Result<Answer, SimulateError> {
        match job {
            Job::Run(run) => self.run(run).map(Answer::Trajectory),
            Job::Steady { parameters, initial, options } => {
                self.steady_state(parameters, initial, options).map(Answer::State)
            }
        }
    }
}

impl Ensemble {
    /// Memory for a network, with its symbolic factorisation done.
    pub fn new(network: Arc<CompiledNetwork>) -> Self {
        Self {
            system: LaneNetwork::new(network.clone()),
            solver: LaneSolver::new(network.jac_pattern(), ode::Method::default()),
            single: Simulator::new(network.clone()),
            network,
        }
    }

    /// The network.
    pub fn network(&self) -> &Arc<CompiledNetwork> {
        &self.network
    }

    /// Does all jobs that `next` gives, until it gives none. `done` takes each answer with the job's key and may ask
    /// for another job under the same key.
    pub fn run<K>(&mut self, next: &mut dyn FnMut() -> Option<(K, Job)>, done: &mut Done<'_, K>) {
        let Self { network, system, solver, single } = self;
        let members = std::array::from_fn(|_| None);
        let mut queue = Queue { network, method: solver.method(), single, next, done, members };
        integrate_lanes(system, solver, &mut queue);
    }
}

/// Jobs on their way through the lanes.
struct Queue<'a, K> {
    network: &'a Arc<CompiledNetwork>,
    method: ode::Method,
    single: &'a mut Simulator,
    next: &'a mut dyn FnMut() -> Option<(K, Job)>,
    done: &'a mut Done<'a, K>,
    members: [Option<(K, Member)>; LANES],
}

/// A job in a lane.
enum Member {
    Waiting(Job),
    Running(Box<Progress>),
    Settling { values: Vec<f64>, settings: SteadyStateOptions },
    Done(Result<Answer, SimulateError>),
}

impl<K> Queue<'_, K> {
    /// Whether a job can be done in lanes.
    fn fits(&self, job: &Job) -> bool {
        match job {
            Job::Run(run) => run.options.method == self.method,
            Job::Steady { options, .. } => options.run.method == self.method && self.network.is_autonomous(),
        }
    }

    /// Brings a member to its next stretch, or to its answer.
    fn proceed(
        &mut self,
        system: &mut LaneNetwork<LANES>,
        lane: usize,
        member: Member,
    ) -> Result<(Member, Option<Stretch>), SimulateError> {
        let network = self.network;
        match member {
            Member::Waiting(job) if !self.fits(&job) => Ok((Member::Done(self.single.answer(&job)), None)),
            Member::Waiting(Job::Run(run)) => {
                let mut progress = Progress::new(network, run)?;
                system.set_parameters(lane, progress.parameters());
                progress.record_start(network, system.outputs(lane));
                Ok((Member::Running(Box::new(progress)), None))
            }
            Member::Waiting(Job::Steady { parameters, initial, options }) => {
                let (values, y) = network.steady_start(&parameters, &initial)?;
                system.set_parameters(lane, &values);
                let settings = options.ode();
                let stretch = Stretch { t0: 0.0, y, t_end: settings.t_max, options: settings.ode.clone() };
                Ok((Member::Settling { values, settings }, Some(stretch)))
            }
            Member::Running(mut progress) => {
                let stretch = progress.advance(network, |p| system.set_parameters(lane, p))?;
                let Some((t0, t_end)) = stretch else {
                    let trajectory = progress.finish(network.clone());
                    return Ok((Member::Done(Ok(Answer::Trajectory(trajectory))), None));
                };
                let options = progress.run().options.ode();
                let stretch = Stretch { t0, y: progress.take_state(), t_end, options };
                Ok((Member::Running(progress), Some(stretch)))
            }
            Member::Settling { .. } | Member::Done(_) => Ok((member, None)),
        }
    }
}

impl<K> Feed<LaneNetwork<LANES>, LANES> for Queue<'_, K> {
    fn next(&mut self, system: &mut LaneNetwork<LANES>, lane: usize) -> Option<Stretch> {
        loop {
            let (mut key, member) = match self.members[lane].take() {
                Some(member) => member,
                None => (self.next)().map(|(key, job)| (key, Member::Waiting(job)))?,
            };
            if let Member::Done(answer) = member {
                self.members[lane] = (self.done)(&mut key, answer).map(|job| (key, Member::Waiting(job)));
                continue;
            }
            let (member, stretch) =
                self.proceed(system, lane, member).unwrap_or_else(|error| (Member::Done(Err(error)), None));
            self.members[lane] = Some((key, member));
            if stretch.is_some() {
                return stretch;
            }
        }
    }

    fn on_step(&mut self, lane: usize, step: &LaneStep<'_, LANES>) -> ControlFlow<()> {
        match &mut self.members[lane] {
            Some((_, Member::Running(progress))) if progress.wants(step.t_new()) => {
                step.with(|step| progress.on_step(step));
            }
            Some((_, Member::Settling { settings, .. }))
                if settings.rate_ratio(step.end()).0 <= settings.tolerance =>
            {
                return ControlFlow::Break(());
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn on_end(
        &mut self,
        system: &mut LaneNetwork<LANES>,
        lane: usize,
        y: Vec<f64>,
        result: Result<Outcome, OdeError>,
    ) {
        let Some((key, member)) = self.members[lane].take() else { return };
        let network = self.network;
        let member = match (member, result) {
            (Member::Running(mut progress), Ok(outcome)) => {
                progress.end_stretch(network, system.outputs(lane), y, outcome.t, outcome.work);
                Member::Running(progress)
            }
            (Member::Running(progress), Err(error)) => {
                Member::Done(Err(network.explain(error, progress.parameters(), &y)))
            }
            (Member::Settling { values, settings }, Ok(outcome)) => {
                let state = self.single.steady_state_from(&values, y, outcome.t, &settings);
                Member::Done(state.map(Answer::State))
            }
            (Member::Settling { values, .. }, Err(error)) => {
                Member::Done(Err(network.explain(error, &values, &y)))
            }
            (member, _) => member,
        };
        self.members[lane] = Some((key, member));
    }
}
