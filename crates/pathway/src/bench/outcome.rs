//! The outcome of an experiment.

use super::course::Course;
use super::herd::Culture;
use super::plan::unknown;
use super::{Bench, ExperimentError, RunRecord, RunSettings};
use crate::catalog::Display;
use crate::experiment::{Arm, Experiment, Normalise, ShownReadout};

/// Observable with the number of live cells, by which clones count.
const LIVE_CELLS: &str = "Cells_live";

/// What an experiment gave.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentResult {
    /// Id of the experiment.
    pub experiment: String,
    /// Arms, in the order of the experiment.
    pub arms: Vec<ArmResult>,
    /// How it was computed.
    pub record: RunRecord,
}

/// What an arm gave.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmResult {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Cell.
    pub context: String,
    /// When was sampled.
    pub times_h: Vec<f64>,
    /// Read-outs, in the order of the experiment.
    pub readouts: Vec<ReadoutSeries>,
    /// What was done when, in order of time.
    pub marks: Vec<(f64, String)>,
    /// What was in place before the pre-equilibration.
    pub background: Vec<String>,
}

/// A read-out over the times of an arm.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadoutSeries {
    /// Id of the read-out.
    pub id: String,
    /// `signal / per` in the unit of the read-out, with animals their mean. Empty if it is undefined at any time.
    pub values: Vec<f64>,
    /// As `values`, of each animal. Shape: `[animals][times]`; empty for cells in a dish.
    pub animals: Vec<Vec<f64>>,
    /// Parts of `values` that the clones of a tumour have, the arm's own cells first. Shape: `[clones][times]`; empty with
    /// one kind of cell, and for read-outs that are a mean over cells.
    pub clones: Vec<Vec<f64>>,
    /// As shown: relative to the start, to another arm, in percent, or as it is. Empty if that is undefined.
    pub normalised: Vec<f64>,
    /// Unit of `normalised` in words.
    pub normalised_unit: String,
    /// Why one of the two is empty.
    pub undefined: Option<String>,
}

impl ReadoutSeries {
    /// Standard error of the mean over animals. Shape: `[times]`; empty with fewer than two animals.
    pub fn standard_errors(&self) -> Vec<f64> {
        let n = self.animals.len() as f64;
        if self.animals.len() < 2 {
            return Vec::new();
        }
        let squares = |k: usize| self.animals.iter().map(|a| (a[k] - self.values[k]).powi(2)).sum::<f64>();
        (0..self.values.len()).map(|k| (squares(k) / (n - 1.0) / n).sqrt()).collect()
    }
}

impl Bench {
    /// Runs an experiment: all arms, or an error.
    ///
    /// # Errors
    /// [`ExperimentError`]; no part of the numbers is given then.
    pub fn run(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
    ) -> Result<ExperimentResult, ExperimentError> {
        let mut results = self.run_each(experiment, settings, &[Vec::new()])?;
        results.remove(0)
    }

    /// The result of an experiment of which all courses are there: per arm one for each animal, or one for cells in a dish.
    pub(crate) fn result(
        &self,
        experiment: &Experiment,
        courses: &[Vec<Culture<&Course>>],
        settings: &RunSettings,
    ) -> Result<ExperimentResult, ExperimentError> {
        let mut arms = Vec::with_capacity(courses.len());
        for (i, arm) in experiment.arms.iter().enumerate() {
            arms.push(self.arm_result(experiment, arm, i, courses)?);
        }
        let record = self.record(settings, None, &experiment.context);
        Ok(ExperimentResult { experiment: experiment.id.clone(), arms, record })
    }

    fn arm_result(
        &self,
        experiment: &Experiment,
        arm: &Arm,
        i: usize,
        courses: &[Vec<Culture<&Course>>],
    ) -> Result<ArmResult, ExperimentError> {
        let mut readouts = Vec::with_capacity(experiment.readouts.len());
        for shown in &experiment.readouts {
            readouts.push(self.readout_series(experiment, shown, i, courses)?);
        }
        let timed = arm.perturbations.iter().filter_map(|p| Some((p.at_h?, p.action.describe())));
        let mut marks: Vec<(f64, String)> = timed.collect();
        marks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let before = arm.perturbations.iter().filter(|p| p.at_h.is_none());
        Ok(ArmResult {
            id: arm.id.clone(),
            label: arm.label.clone(),
            context: arm.context.clone().unwrap_or_else(|| experiment.context.clone()),
            times_h: experiment.times_h.clone(),
            readouts,
            marks,
            background: before.map(|p| p.action.describe()).collect(),
        })
    }

    fn readout_series(
        &self,
        experiment: &Experiment,
        shown: &ShownReadout,
        i: usize,
        courses: &[Vec<Culture<&Course>>],
    ) -> Result<ReadoutSeries, ExperimentError> {
        let id = &shown.id;
        let readout = self.library.readout(id).ok_or_else(|| unknown(experiment, "read-out", id))?;
        let values = |courses: &[Culture<&Course>], times: &[f64]| -> Result<Vec<f64>, String> {
            times.iter().map(|&t| self.readout_mean(courses, id, t)).collect()
        };
        let how = self.presentation(experiment, shown, readout.display);
        let normalised_unit = match &how {
            Presentation::Start => "fold of t = 0".to_string(),
            Presentation::Arm(arm) => format!("fold of {}", experiment.arms[*arm].label),
            Presentation::AsIs => readout.unit.clone(),
            Presentation::Percent => "%".to_string(),
        };
        let own = values(&courses[i], &experiment.times_h);
        let normalised = own.clone().and_then(|own| {
            let reference = match how {
                Presentation::AsIs => return Ok(own),
                Presentation::Percent => return Ok(own.iter().map(|v| v * 100.0).collect()),
                Presentation::Start => vec![self.readout_mean(&courses[i], id, 0.0)?; own.len()],
                Presentation::Arm(arm) => values(&courses[arm], &experiment.times_h)?,
            };
            let folds: Vec<f64> = own.iter().zip(&reference).map(|(v, r)| v / r).collect();
            if folds.iter().all(|f| f.is_finite()) {
                return Ok(folds);
            }
            Err(format!("{id} cannot be shown as {normalised_unit}: the reference is 0"))
        });
        let undefined = own.as_ref().err().or(normalised.as_ref().err()).cloned();
        let animals = match (&experiment.animals, &own) {
            (Some(_), Ok(_)) => {
                let each = courses[i].iter().map(|c| values(std::slice::from_ref(c), &experiment.times_h));
                each.collect::<Result<_, _>>().unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let clones = if own.is_ok() && readout.additive {
            self.clone_series(&courses[i], id, &experiment.times_h).unwrap_or_default()
        } else {
            Vec::new()
        };
        Ok(ReadoutSeries {
            id: id.clone(),
            animals,
            clones,
            values: own.unwrap_or_default(),
            normalised: normalised.unwrap_or_default(),
            normalised_unit,
            undefined,
        })
    }

    /// Mean over animals of what each clone adds to a read-out. Shape: `[clones][times]`; empty with one kind of cell.
    fn clone_series(
        &self,
        courses: &[Culture<&Course>],
        id: &str,
        times: &[f64],
    ) -> Result<Vec<Vec<f64>>, String> {
        let n_clones = courses.first().map_or(0, Vec::len);
        if n_clones < 2 {
            return Ok(Vec::new());
        }
        let mean = |clone: usize, t: f64| {
            let parts = courses.iter().map(|culture| {
                let (share, course) = &culture[clone];
                Ok(share * self.readout_value(course, id, t)?)
            });
            Ok(parts.sum::<Result<f64, String>>()? / courses.len() as f64)
        };
        (0..n_clones).map(|clone| times.iter().map(|&t| mean(clone, t)).collect()).collect()
    }

    /// Mean over animals of `signal / per` at a time that was recorded, or why there is none.
    pub(crate) fn readout_mean(&self, courses: &[Culture<&Course>], id: &str, t: f64) -> Result<f64, String> {
        let mut sum = 0.0;
        for culture in courses {
            sum += self.readout_of_clones(culture, id, t)?;
        }
        Ok(sum / courses.len() as f64)
    }

    /// Of several clones the sum, or the mean over live cells.
    pub(crate) fn readout_of_clones(
        &self,
        culture: &Culture<&Course>,
        id: &str,
        t: f64,
    ) -> Result<f64, String> {
        if let [(_, course)] = culture.as_slice() {
            return self.readout_value(course, id, t);
        }
        let additive = self.library.readout(id).is_some_and(|r| r.additive);
        let mut weight_of_all = 0.0;
        let mut sum = 0.0;
        for (share, course) in culture {
            let weight = if additive { *share } else { share * self.live_cells(course, t)? };
            sum += weight * self.readout_value(course, id, t)?;
            weight_of_all += weight;
        }
        Ok(if additive { sum } else { sum / weight_of_all })
    }

    fn live_cells(&self, course: &Course, t: f64) -> Result<f64, String> {
        let output = self.compiled.outputs().iter().position(|name| name == LIVE_CELLS);
        let output = output.ok_or_else(|| format!("clones need an observable {LIVE_CELLS}"))?;
        course.output(output, t).ok_or_else(|| format!("{t} h lies outside of the run"))
    }

    /// `signal / per` at a time that was recorded, or why there is none.
    pub(crate) fn readout_value(&self, course: &Course, id: &str, t: f64) -> Result<f64, String> {
        let Some(&(signal, per)) = self.names.readouts.get(id) else {
            return Err(format!("this library has no read-out \"{id}\""));
        };
        let read =
            |output: usize| course.output(output, t).ok_or_else(|| format!("{t} h lies outside of the run"));
        let numerator = read(signal)?;
        let value = match per {
            None => numerator,
            Some(per) => numerator / read(per)?,
        };
        if value.is_finite() {
            return Ok(value);
        }
        let names = self.compiled.outputs();
        let ratio = per.map_or(String::new(), |per| format!(" / {}", names[per]));
        Err(format!("{id} is {value} at {t} h ({}{ratio})", names[signal]))
    }

    fn presentation(&self, experiment: &Experiment, shown: &ShownReadout, display: Display) -> Presentation {
        let position = |id: &str| experiment.arms.iter().position(|a| a.id == id);
        match &shown.normalise {
            Some(Normalise::Start) => Presentation::Start,
            Some(Normalise::None) => Presentation::AsIs,
            Some(Normalise::Arm(arm)) => position(arm).map_or(Presentation::AsIs, Presentation::Arm),
            None => match display {
                Display::FoldOfStart => Presentation::Start,
                Display::FoldOfControl => Presentation::Arm(position("control").unwrap_or(0)),
                Display::AsIs => Presentation::AsIs,
                Display::Percent => Presentation::Percent,
            },
        }
    }
}

enum Presentation {
    Start,
    Arm(usize),
    AsIs,
    Percent,
}
