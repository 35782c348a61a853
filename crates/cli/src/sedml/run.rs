//! Tasks, repeated tasks, and what is computed from their results.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use formats::sedml::{Computation, Experiment, RangeKind, RepeatedTask, Simulation, Task, TaskKind};

use simulate::{SpeciesAs, evaluate};

use super::Trouble;
use super::kisao::{Method, choose};
use super::model::{Files, Loaded, load};
use super::simulate::{Table, simulate};

/// A run of a model.
struct Done {
    model: String,
    table: Table,
}

/// Results of a task: a trace is one run, or several joined end to end; a repeated task has one per iteration.
type Traces = Vec<Vec<Rc<Done>>>;

/// Values of a data generator. Shape: `[n_traces][n_rows]`.
pub(crate) type Values = Vec<Vec<f64>>;

/// Models as they are in the middle of a task, by identifier.
type Models = HashMap<String, Loaded>;

/// What an experiment leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunSettings {
    /// Number of this repetition of the whole: stochastic runs differ between them.
    pub(crate) replicate: u64,
    /// How species of SBML models are given: as what their symbols mean, or otherwise.
    pub(crate) species_as: SpeciesAs,
}

/// Runs what data generators ask for, each task once.
pub(super) struct Runner<'e> {
    experiment: &'e Experiment,
    files: Files<'e>,
    models: Models,
    results: HashMap<String, Rc<Traces>>,
    /// What was replaced, each thing once.
    pub(super) notices: Vec<String>,
    settings: RunSettings,
}

/// More iterations than this are a mistake.
const MOST_RUNS: usize = 1_000_000;

fn missing(kind: &str, id: &str) -> Trouble {
    Trouble::Failed(format!("there is no {kind} {id:?}"))
}

impl<'e> Runner<'e> {
    pub(super) fn new(experiment: &'e Experiment, files: Files<'e>, settings: RunSettings) -> Self {
        Self {
            experiment,
            files,
            models: Models::new(),
            results: HashMap::new(),
            notices: Vec::new(),
            settings,
        }
    }

    /// Whether a data generator depends on reactions that fire at random.
    pub(super) fn is_random(&self, generator: &str) -> bool {
        let experiment = self.experiment;
        let found = experiment.data_generators.iter().find(|g| g.id == generator);
        let mut open: Vec<&str> =
            found.iter().flat_map(|g| &g.computation.variables).filter_map(|v| v.task.as_deref()).collect();
        let mut seen: Vec<&str> = Vec::new();
        while let Some(id) = open.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            match experiment.tasks.iter().find(|t| t.id == id).map(|t| &t.kind) {
                Some(TaskKind::Repeated(repeated)) => {
                    open.extend(repeated.sub_tasks.iter().map(|s| s.task.as_str()));
                }
                Some(TaskKind::Single { simulation, .. }) => {
                    let simulation = experiment.simulations.iter().find(|s| &s.id == simulation);
                    let chosen = simulation.and_then(|s| choose(&s.algorithm).ok());
                    if chosen.is_some_and(|c| matches!(c.method, Method::Stochastic(_))) {
                        return true;
                    }
                }
                None => {}
            }
        }
        false
    }

    /// The values of a data generator.
    ///
    /// # Errors
    /// What is not supported, or why a run failed.
    pub(super) fn values(&mut self, generator: &str) -> Result<Values, Trouble> {
        let found = self.experiment.data_generators.iter().find(|g| g.id == generator);
        let computation = &found.ok_or_else(|| missing("data generator", generator))?.computation;
        let mut variables: Vec<(&str, Values)> = Vec::new();
        for variable in &computation.variables {
            let Some(task) = &variable.task else {
                let what = format!("the variable {:?} of a data generator without a task", variable.id);
                return Err(Trouble::Unsupported(what));
            };
            let traces = self.task(task)?;
            let of_model = |done: &&Rc<Done>| variable.model.as_ref().is_none_or(|m| *m == done.model);
            let column = |trace: &Vec<Rc<Done>>| -> Vec<f64> {
                let runs = trace.iter().filter(of_model);
                let values = runs.map(|done| match variable.is_time {
                    true => &done.table.times,
                    false => &done.table.columns[&variable.target],
                });
                values.flatten().copied().collect()
            };
            let values = traces.iter().map(column).filter(|rows| !rows.is_empty()).collect();
            variables.push((&variable.id, values));
        }
        let n_traces = variables.iter().map(|v| v.1.len()).max().unwrap_or(1);
        let name = |e: Trouble| match e {
            Trouble::Failed(reason) => Trouble::Failed(format!("data generator {generator:?}: {reason}")),
            other => other,
        };
        (0..n_traces).map(|trace| combine(computation, &variables, trace).map_err(name)).collect()
    }

    fn find(&self, id: &str) -> Result<&'e Task, Trouble> {
        self.experiment.tasks.iter().find(|t| t.id == id).ok_or_else(|| missing("task", id))
    }

    fn task(&mut self, id: &str) -> Result<Rc<Traces>, Trouble> {
        if let Some(done) = self.results.get(id) {
            return Ok(done.clone());
        }
        let mut models = self.fresh_models(id, 0)?;
        let mut targets: Vec<&str> = (self.experiment.data_generators.iter())
            .flat_map(|g| &g.computation.variables)
            .filter(|v| v.task.as_deref() == Some(id) && !v.is_time)
            .map(|v| v.target.as_str())
            .collect();
        targets.sort_unstable();
        targets.dedup();
        let mut execution = Execution { runner: self, targets, n_runs: 0 };
        let traces = Rc::new(execution.task(id, &mut models, &BTreeMap::new())?);
        self.results.insert(id.to_string(), traces.clone());
        Ok(traces)
    }

    /// The models that a task runs, as the experiment gives them.
    fn fresh_models(&mut self, id: &str, depth: usize) -> Result<Models, Trouble> {
        if depth > self.experiment.tasks.len() {
            return Err(Trouble::Failed(format!("the task {id:?} contains itself")));
        }
        let mut all = Models::new();
        match &self.find(id)?.kind {
            TaskKind::Single { model, .. } => {
                if !self.models.contains_key(model) {
                    let loaded = load(self.experiment, self.files, model)?;
                    self.models.insert(model.clone(), loaded);
                }
                all.insert(model.clone(), self.models[model].clone());
            }
            TaskKind::Repeated(repeated) => {
                for sub in &repeated.sub_tasks {
                    all.extend(self.fresh_models(&sub.task, depth + 1)?);
                }
            }
        }
        Ok(all)
    }
}

/// One task on its way.
struct Execution<'r, 'e> {
    runner: &'r mut Runner<'e>,
    /// Places that results are wanted of.
    targets: Vec<&'e str>,
    n_runs: u64,
}

impl<'e> Execution<'_, 'e> {
    fn task(
        &mut self,
        id: &str,
        models: &mut Models,
        ranges: &BTreeMap<String, f64>,
    ) -> Result<Traces, Trouble> {
        match &self.runner.find(id)?.kind {
            TaskKind::Repeated(repeated) => self.repeat(repeated, models, ranges),
            TaskKind::Single { model, simulation } => {
                let simulations = &self.runner.experiment.simulations;
                let found = simulations.iter().find(|s| &s.id == simulation);
                let simulation = found.ok_or_else(|| missing("simulation", simulation))?;
                let loaded = models.get_mut(model).ok_or_else(|| missing("model", model))?;
                let table = self.simulate(loaded, simulation)?;
                Ok(vec![vec![Rc::new(Done { model: model.clone(), table })]])
            }
        }
    }

    fn simulate(&mut self, loaded: &mut Loaded, simulation: &Simulation) -> Result<Table, Trouble> {
        let mut chosen = choose(&simulation.algorithm).map_err(Trouble::Unsupported)?;
        chosen.species_as = self.runner.settings.species_as;
        for notice in &chosen.notices {
            if !self.runner.notices.contains(notice) {
                self.runner.notices.push(notice.clone());
            }
        }
        let replicate = self.runner.settings.replicate * MOST_RUNS as u64 + self.n_runs;
        self.n_runs += 1;
        simulate(loaded, simulation, &chosen, replicate, &self.targets)
    }

    fn repeat(
        &mut self,
        task: &'e RepeatedTask,
        models: &mut Models,
        outer: &BTreeMap<String, f64>,
    ) -> Result<Traces, Trouble> {
        let n = length(task, &task.range, 0)?;
        if n > MOST_RUNS {
            return Err(Trouble::Failed(format!("a task repeats {n} times, more than {MOST_RUNS}")));
        }
        let fresh = models.clone();
        let mut traces = Traces::new();
        for i in 0..n {
            if task.reset {
                models.clone_from(&fresh);
            }
            let mut ranges = outer.clone();
            range_values(task, i, &mut ranges)?;
            let new = (task.changes.iter())
                .map(|change| value_of(&change.computation, models, &ranges))
                .collect::<Result<Vec<f64>, Trouble>>()?;
            for (change, value) in task.changes.iter().zip(new) {
                let loaded = models.get_mut(&change.model);
                let loaded = loaded.ok_or_else(|| {
                    Trouble::Failed(format!(
                        "a value of the model {:?} is set, which no sub-task runs",
                        change.model
                    ))
                })?;
                loaded.set(&change.target, value)?;
            }
            let mut here = Traces::new();
            for sub in &task.sub_tasks {
                here.extend(self.task(&sub.task, models, &ranges)?);
            }
            if task.concatenate {
                here = vec![here.into_iter().flatten().collect()];
            }
            traces.extend(here);
        }
        Ok(traces)
    }
}

/// Number of values of a range.
fn length(task: &RepeatedTask, id: &str, depth: usize) -> Result<usize, Trouble> {
    let range = task.ranges.iter().find(|r| r.id == id).ok_or_else(|| missing("range", id))?;
    match &range.kind {
        RangeKind::Uniform { steps, .. } => Ok(steps + 1),
        RangeKind::Vector(values) => Ok(values.len()),
        RangeKind::Functional { range, .. } if depth < task.ranges.len() => length(task, range, depth + 1),
        RangeKind::Functional { .. } => {
            Err(Trouble::Failed(format!("the range {id:?} is a function of itself")))
        }
    }
}

fn range_values(task: &RepeatedTask, i: usize, values: &mut BTreeMap<String, f64>) -> Result<(), Trouble> {
    let short =
        |id: &str| Trouble::Failed(format!("the range {id:?} is shorter than the range {:?}", task.range));
    for range in &task.ranges {
        let value = match &range.kind {
            RangeKind::Uniform { start, end, steps, log } => {
                if i > *steps {
                    return Err(short(&range.id));
                }
                let share = if *steps == 0 { 0.0 } else { i as f64 / *steps as f64 };
                if *log { start * (end / start).powf(share) } else { start + (end - start) * share }
            }
            RangeKind::Vector(all) => *all.get(i).ok_or_else(|| short(&range.id))?,
            RangeKind::Functional { .. } => continue,
        };
        values.insert(range.id.clone(), value);
    }
    for range in &task.ranges {
        if let RangeKind::Functional { computation, .. } = &range.kind {
            let value = value_of(computation, &mut Models::new(), values)?;
            values.insert(range.id.clone(), value);
        }
    }
    Ok(())
}

/// The number of a computation in a repeated task: ranges, constants, and values of models as they are now.
fn value_of(
    computation: &Computation,
    models: &mut Models,
    ranges: &BTreeMap<String, f64>,
) -> Result<f64, Trouble> {
    let mut values = ranges.clone();
    values.extend(computation.parameters.iter().cloned());
    for variable in &computation.variables {
        let loaded = variable.model.as_ref().and_then(|m| models.get(m));
        let Some(loaded) = loaded else {
            return Err(Trouble::Failed(format!(
                "the variable {:?} of no model that is run here",
                variable.id
            )));
        };
        values.insert(variable.id.clone(), loaded.value_now(&variable.target)?);
    }
    evaluate(&computation.math, &|name| values.get(name).copied()).map_err(|e| Trouble::Failed(e.to_string()))
}

/// The mathematics of a data generator at every row; single values and single traces count for all.
fn combine(
    computation: &Computation,
    variables: &[(&str, Values)],
    trace: usize,
) -> Result<Vec<f64>, Trouble> {
    let failed = |what: &str| Trouble::Failed(what.to_string());
    let rows = (variables.iter())
        .map(|(id, all)| all.get(if all.len() == 1 { 0 } else { trace }).map(|r| (*id, r.as_slice())))
        .collect::<Option<Vec<(&str, &[f64])>>>()
        .ok_or_else(|| failed("its variables belong to tasks of different shape"))?;
    let n = rows.iter().map(|r| r.1.len()).max().unwrap_or(1);
    if rows.iter().any(|r| r.1.len() != n && r.1.len() != 1) {
        return Err(failed("its variables belong to tasks of different length"));
    }
    let at = |values: &[f64], row: usize| values[if values.len() == 1 { 0 } else { row }];
    (0..n)
        .map(|row| {
            let value = |name: &str| {
                let variable = rows.iter().find(|r| r.0 == name).map(|r| at(r.1, row));
                variable.or_else(|| computation.parameters.iter().find(|p| p.0 == name).map(|p| p.1))
            };
            evaluate(&computation.math, &value).map_err(|e| Trouble::Failed(e.to_string()))
        })
        .collect()
}
