//! One experiment with many sets of parameters: what a fit asks for.

use super::batch::{Batch, RunFailure, Spread};
use super::course::Course;
use super::herd::Culture;
use super::plan::Common;
use super::settings::on_threads;
use super::{Bench, ExperimentError, ExperimentResult, RunSettings};
use crate::experiment::Experiment;

/// The runs of one set: per arm and animal, the number of each clone's run.
type Numbered = Vec<Vec<Culture<usize>>>;

impl Bench {
    /// Runs an experiment once for each set of overrides, side by side. A set that cannot be computed is an error of its
    /// own.
    ///
    /// # Errors
    /// An override does not exist, or the number of threads cannot be used.
    pub fn run_each(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
        sets: &[Vec<(String, f64)>],
    ) -> Result<Vec<Result<ExperimentResult, ExperimentError>>, ExperimentError> {
        let settings_of = |set: &Vec<(String, f64)>| {
            let overrides = settings.overrides.iter().chain(set).cloned().collect();
            RunSettings { overrides, ..settings.clone() }
        };
        let settings_of: Vec<RunSettings> = sets.iter().map(settings_of).collect();
        let mut batch = Batch::default();
        let numbered: Vec<Numbered> = settings_of
            .iter()
            .map(|settings| self.add_experiment(experiment, settings, &mut batch))
            .collect::<Result<_, _>>()?;
        let outcomes =
            on_threads(settings.threads, || batch.run(self, settings, Spread::Parallel, &|_, _| {}))?;
        let result = |(runs, settings): (&Numbered, &RunSettings)| {
            let mut courses = Vec::with_capacity(runs.len());
            for (animals, arm) in runs.iter().zip(&experiment.arms) {
                let course = |(share, run): &(f64, usize)| Ok((*share, outcomes[*run].as_ref()?));
                let culture = |clones: &Culture<usize>| clones.iter().map(course).collect();
                let of_arm: Result<Vec<Culture<&Course>>, &RunFailure> =
                    animals.iter().map(culture).collect();
                courses.push(of_arm.map_err(|failure| failure.of(&experiment.id, &arm.id))?);
            }
            self.result(experiment, &courses, settings)
        };
        Ok(numbered.iter().zip(&settings_of).map(result).collect())
    }

    /// Adds all runs of an experiment to a batch.
    fn add_experiment(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
        batch: &mut Batch,
    ) -> Result<Numbered, ExperimentError> {
        let common = Common { overrides: self.resolve_overrides(settings)?, noise: None };
        let mut add = |(share, plan)| {
            let run = batch.add(plan);
            batch.record(run, experiment.times_h.iter().copied().chain([0.0]));
            (share, run)
        };
        let mut arms = Vec::with_capacity(experiment.arms.len());
        for arm in &experiment.arms {
            let cultures = self.plans(experiment, arm, &common)?;
            arms.push(
                cultures.into_iter().map(|culture| culture.into_iter().map(&mut add).collect()).collect(),
            );
        }
        Ok(arms)
    }

    /// The numbers in force in the cells of an experiment, before mutations and changes of genes, in the order of
    /// [`crate::Library::parameters`].
    ///
    /// # Errors
    /// An override or the cell does not exist.
    pub fn values_in_force(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
    ) -> Result<Vec<f64>, ExperimentError> {
        let common = Common { overrides: self.resolve_overrides(settings)?, noise: None };
        let Some(arm) = experiment.arms.first() else { return Ok(Vec::new()) };
        let own = self.parameters(experiment, arm, &common)?;
        let value = |name: &str| {
            let parameter = self.compiled.parameter_idx(name)?;
            Some(own.get(&parameter).copied().unwrap_or(self.base[parameter]))
        };
        Ok(self.library.parameters().iter().map(|p| value(&p.name).unwrap_or(p.value)).collect())
    }
}
