//! Cohorts: the patients of each arm, and what became of them.

use super::batch::{Batch, RunFailure, Spread};
use super::course::Course;
use super::herd::Culture;
use super::plan::{Common, unknown};
use super::settings::on_threads;
use super::{Bench, ExperimentError, Progress, RunSettings};
use crate::animal::How;
use crate::cohort::outcome::{course, quarters};
use crate::cohort::{
    Cohort, CohortArm, CohortResult, MarkerInfo, Patient, between_patients, dropout_h, measured,
};
use crate::experiment::Experiment;
use crate::rule::{CohortFigure, CohortStatistic, Scalar};

/// The read-out that visits measure.
const VOLUME_ASSAY: &str = "volume";
/// Hours of a month (a twelfth of a year).
pub(crate) const HOURS_PER_MONTH: f64 = 730.5;

impl Bench {
    /// Runs every patient of every arm, and says what became of them. The result does not depend on the number of
    /// threads.
    ///
    /// # Errors
    /// [`ExperimentError`]; no part of the numbers is given then.
    pub fn cohort(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
        progress: Progress<'_>,
    ) -> Result<CohortResult, ExperimentError> {
        let cohort = experiment.cohort.as_ref();
        let cohort = cohort.ok_or_else(|| unknown(experiment, "section", "cohort"))?;
        let common = Common { overrides: self.resolve_overrides(settings)?, noise: None };
        let mut batch = Batch::default();
        let mut runs = Vec::new();
        let times_h = cohort.visits_h(experiment.end_h);
        for arm in &experiment.arms {
            let mut patients = Vec::new();
            for culture in self.plans(experiment, arm, &common)? {
                let mut clones = Culture::new();
                for (share, plan) in culture {
                    let run = batch.add(plan);
                    batch.record(run, times_h.iter().copied());
                    clones.push((share, run));
                }
                patients.push(clones);
            }
            runs.push(patients);
        }
        let outcomes =
            on_threads(settings.threads, || batch.run(self, settings, Spread::Parallel, progress))?;
        let mut arms = Vec::new();
        for (patients, arm) in runs.iter().zip(&experiment.arms) {
            let course = |(share, run): &(f64, usize)| Ok((*share, outcomes[*run].as_ref()?));
            let culture = |clones: &Culture<usize>| clones.iter().map(course).collect();
            let courses: Result<Vec<Culture<&Course>>, &RunFailure> = patients.iter().map(culture).collect();
            let courses = courses.map_err(|failure| failure.of(&experiment.id, &arm.id))?;
            arms.push(self.cohort_arm(experiment, cohort, &arm.id, &courses).map_err(|reason| {
                ExperimentError::Undefined { experiment: experiment.id.clone(), arm: arm.id.clone(), reason }
            })?);
        }
        let info = |m: &crate::cohort::Marker| MarkerInfo {
            id: m.id.clone(),
            label: m.label.clone(),
            unit: if m.ordinal { "score".to_string() } else { m.unit.clone() },
        };
        Ok(CohortResult {
            experiment: experiment.id.clone(),
            markers: cohort.markers.iter().map(info).collect(),
            arms,
            record: self.record(settings, experiment.animals.as_ref().map(|a| a.seed), &experiment.context),
        })
    }

    /// Values and factors of the parameters of a patient.
    pub(crate) fn patient_values(
        &self,
        experiment: &Experiment,
        patient: usize,
    ) -> Result<Vec<(usize, How, f64)>, ExperimentError> {
        let (Some(cohort), Some(animals)) = (&experiment.cohort, &experiment.animals) else {
            return Ok(Vec::new());
        };
        let mut values = Vec::new();
        for variation in &cohort.varies {
            let parameter = self.parameter(experiment, &variation.parameter)?;
            let drawn = between_patients(animals.seed, patient, variation);
            values.extend(drawn.map(|value| (parameter, variation.how, value)));
        }
        Ok(values)
    }

    /// The number of the first patient of an arm: those of a cohort are in one arm only.
    pub(crate) fn first_patient(experiment: &Experiment, arm: &str) -> usize {
        let n = experiment.animals.as_ref().map_or(0, |a| a.n);
        let place = experiment.arms.iter().position(|a| a.id == arm).unwrap_or(0);
        if experiment.cohort.is_some() { place * n } else { 0 }
    }

    /// The patients of an arm from their courses, or why a value is missing.
    pub(crate) fn cohort_arm(
        &self,
        experiment: &Experiment,
        cohort: &Cohort,
        arm: &str,
        courses: &[Culture<&Course>],
    ) -> Result<CohortArm, String> {
        let seed = experiment.animals.as_ref().map_or(0, |a| a.seed);
        let first = Self::first_patient(experiment, arm);
        let times_h = cohort.visits_h(experiment.end_h);
        let volume = self.library.readouts().iter().find(|r| r.assay == VOLUME_ASSAY);
        let volume = volume.ok_or_else(|| "this library has no read-out of tumour volume".to_string())?;
        let mut patients = Vec::new();
        for (k, one) in courses.iter().enumerate() {
            let mut included = true;
            for rule in &cohort.inclusion {
                let value = self.readout_of_clones(one, &rule.readout, 0.0)?;
                included &= value > rule.above && value < rule.below;
            }
            if !included {
                continue;
            }
            let read = |t: &f64| Ok((*t, self.readout_of_clones(one, &volume.id, *t)?));
            let volumes: Vec<(f64, f64)> = times_h.iter().map(read).collect::<Result<_, String>>()?;
            let number = first + k;
            let mark = |m: &crate::cohort::Marker| {
                let value = self.readout_of_clones(one, &m.readout, 0.0)?;
                Ok(measured(seed, number, m, value, volumes[0].1))
            };
            let markers = cohort.markers.iter().map(mark).collect::<Result<_, String>>()?;
            let lost_h = dropout_h(seed, number, cohort.dropout);
            let (change, response, progression) = course(&volumes, cohort.assessment_h, lost_h);
            patients.push(Patient { number: number + 1, markers, volumes, change, response, progression });
        }
        for (place, _) in cohort.markers.iter().enumerate().filter(|(_, m)| m.ordinal) {
            let scores = quarters(&patients.iter().map(|p| p.markers[place]).collect::<Vec<_>>());
            patients.iter_mut().zip(scores).for_each(|(p, score)| p.markers[place] = score);
        }
        let label = experiment.arm(arm).map_or_else(|| arm.to_string(), |a| a.label.clone());
        Ok(CohortArm { id: arm.to_string(), label, screened: courses.len(), patients })
    }

    /// A statistic of a cohort, or why it is undefined.
    pub(crate) fn cohort_statistic(
        &self,
        experiment: &Experiment,
        statistic: &CohortStatistic,
        courses: &[Culture<&Course>],
    ) -> Result<Scalar, String> {
        let Some(cohort) = &experiment.cohort else {
            return Err(format!("experiment \"{}\" has no cohort", experiment.id));
        };
        let arm = self.cohort_arm(experiment, cohort, &statistic.arm, courses)?;
        let place = |id: &str| {
            let found = cohort.markers.iter().position(|m| m.id == id);
            found.ok_or_else(|| format!("the cohort has no marker \"{id}\""))
        };
        let number = |value: Option<f64>, why: &str| value.map(Scalar::Number).ok_or_else(|| why.to_string());
        match &statistic.figure {
            CohortFigure::Mean(marker, group) => {
                let why = format!("no patient with {} response", group.word());
                number(arm.marker_mean(place(marker)?, *group), &why)
            }
            CohortFigure::Correlation(a, b) => {
                number(arm.correlation(place(a)?, place(b)?), "a marker does not vary")
            }
            CohortFigure::HazardRatio(marker) => {
                let ratio = arm.hazard_ratio(place(marker)?).map(|r| r.ratio);
                number(ratio, "the hazard ratio has no maximum of its likelihood")
            }
            CohortFigure::MedianProgression => {
                Ok(arm.curve().median().map_or(Scalar::Never, |h| Scalar::Number(h / HOURS_PER_MONTH)))
            }
        }
    }
}
