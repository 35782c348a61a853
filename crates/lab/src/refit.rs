//! What a table of measurements says about the numbers of the model: the parameters that it determines, fitted.
//!
//! First every parameter of the table is moved a little, and those are kept that move the measured values by more than
//! their error, each for a direction of its own. Then these few are fitted, with the range of the table as the prior.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use calibrate::{
    DEVIATIONS_PER_RANGE, DescentOptions, Determined, Dimension, PriorTerm, Space, descend, determined,
    posterior_deviations, prior_residuals,
};
use pathway::{Bench, Experiment, ExperimentError, ExperimentResult, RunRecord, RunSettings};

use crate::failure::Failure;

/// Steps by which parameters are moved, in standard deviations of the prior.
const STEP: f64 = 0.05;
/// A parameter is determined if its prior standard deviation moves the data by more than so many of theirs.
const LEAST_GAIN: f64 = 1.0;
/// Most parameters that are fitted.
const MOST: usize = 8;
/// Most evaluations of the fit.
const MOST_EVALUATIONS: usize = 100;
/// The fit ends when a whole iteration lowers the loss by less than this share: far less than what errors of data mean.
const TOLERANCE: f64 = 0.01;
/// Half the width of a 95 % interval, in standard deviations.
const HALF_WIDTH: f64 = 1.96;

/// Measured values, and what the model says in their place.
pub(crate) struct Measurements<'a> {
    pub(crate) bench: &'a Bench,
    pub(crate) settings: &'a RunSettings,
    pub(crate) experiment: &'a Experiment,
    /// Values as measured.
    pub(crate) values: Vec<f64>,
    /// Standard deviation of each.
    pub(crate) error: f64,
    /// What the model says: one number per value, or `None` if it is not defined.
    pub(crate) predict: &'a (dyn Fn(&ExperimentResult) -> Option<Vec<f64>> + Sync),
}

/// A fitted parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fitted {
    /// Position in the table of parameters.
    pub(crate) parameter: usize,
    pub(crate) before: f64,
    pub(crate) after: f64,
    /// 95 % interval with the other fitted ones free and all the rest held, inside the range of the table.
    pub(crate) interval: [f64; 2],
    /// As in [`Determined`].
    pub(crate) gain: f64,
    /// Positions of those that the data cannot tell from it.
    pub(crate) alike: Vec<usize>,
}

/// What came of a fit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refit {
    /// Root mean square of the differences.
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) fitted: Vec<Fitted>,
    /// Parameters that were tried.
    pub(crate) tried: usize,
    /// Of these, parameters with which the model could not be run; they stay as they are.
    pub(crate) failed: usize,
    /// How the last numbers were computed.
    pub(crate) record: RunRecord,
}

/// A parameter that may be moved.
struct Movable {
    /// Position in the table.
    parameter: usize,
    dimension: Dimension,
    /// Standard deviation of its logarithm.
    sd: f64,
}

/// What the model says, and how that changes.
struct Sensitivity {
    /// Shape: `[data]`.
    here: Vec<f64>,
    /// Per standard deviation of the parameter, in standard deviations of the data. Shape: `[parameters][data]`.
    columns: Vec<Vec<f64>>,
    record: RunRecord,
}

/// A parameter with a value of its own.
type Override = (String, f64);

impl Movable {
    fn at(&self, value: f64) -> Override {
        (self.dimension.name().to_string(), value)
    }
}

impl Measurements<'_> {
    /// Fits what the measurements determine.
    ///
    /// # Errors
    /// The model cannot be run as it is, or `stop` was set.
    pub(crate) fn refit(&self, stop: &AtomicBool) -> Result<Refit, Failure> {
        let movable = self.movable()?;
        let starts: Vec<f64> = movable.iter().map(|m| m.dimension.range().0).collect();
        let all: Vec<&Movable> = movable.iter().collect();
        let Sensitivity { here, columns, record } = self.sensitivity(&all, &starts)?;
        let failed = columns.iter().filter(|column| column.iter().any(|x| !x.is_finite())).count();
        let before = self.distance(&here);
        let chosen = determined(&columns, LEAST_GAIN, MOST);
        let tried = movable.len();
        let mut refit = Refit { before, after: before, fitted: Vec::new(), tried, failed, record };
        if chosen.is_empty() {
            return Ok(refit);
        }
        let kept: Vec<&Movable> = chosen.iter().map(|c| &movable[c.parameter]).collect();
        let best = self.descend(&kept, stop)?;
        let Sensitivity { here, columns, record } = self.sensitivity(&kept, &best)?;
        (refit.after, refit.record) = (self.distance(&here), record);
        let left = posterior_deviations(&columns);
        let found = chosen.into_iter().zip(&kept).zip(best.iter().zip(left));
        refit.fitted = found
            .map(|((chosen, kept), (&after, left))| kept.fitted(&movable, chosen, after, left))
            .collect();
        Ok(refit)
    }

    /// Parameters with a range, at their value in this cell.
    fn movable(&self) -> Result<Vec<Movable>, Failure> {
        let values = self.bench.values_in_force(self.experiment, self.settings).map_err(failed)?;
        let rows = self.bench.library().parameters().iter().zip(values).enumerate();
        let movable = rows.filter_map(|(parameter, (row, value))| {
            // What this cell has beyond the range of the table is the start all the same.
            let (low, high) = (row.low.min(value), row.high.max(value));
            let dimension = Dimension::new(&row.name, value, low, high).ok()?;
            Some(Movable { parameter, dimension, sd: (high / low).ln() / DEVIATIONS_PER_RANGE })
        });
        Ok(movable.collect())
    }

    /// What the model says with these values, and how it changes with each.
    fn sensitivity(&self, parameters: &[&Movable], values: &[f64]) -> Result<Sensitivity, Failure> {
        let here: Vec<Override> = parameters.iter().zip(values).map(|(m, &value)| m.at(value)).collect();
        // At its upper bound a parameter is moved down.
        let step = |m: &Movable, value: f64| {
            if value * (STEP * m.sd).exp() <= m.dimension.range().2 { STEP } else { -STEP }
        };
        let moved = |k: usize| {
            let (m, mut set) = (parameters[k], here.clone());
            set[k].1 *= (step(m, values[k]) * m.sd).exp();
            set
        };
        let sets: Vec<Vec<Override>> =
            std::iter::once(here.clone()).chain((0..parameters.len()).map(moved)).collect();
        let mut results = self.bench.run_each(self.experiment, self.settings, &sets).map_err(failed)?;
        let others = results.split_off(1);
        let first = results.remove(0).map_err(failed)?;
        let start = (self.predict)(&first)
            .ok_or_else(|| Failure::run("the read-out has no value in this cell, or none to compare with"))?;
        let column = |(k, result): (usize, Result<ExperimentResult, _>)| {
            let there = result.ok().and_then(|result| (self.predict)(&result));
            let there = there.unwrap_or_else(|| vec![f64::NAN; start.len()]);
            let by = step(parameters[k], values[k]) * self.error;
            there.iter().zip(&start).map(|(there, here)| (there - here) / by).collect()
        };
        let columns = others.into_iter().enumerate().map(column).collect();
        Ok(Sensitivity { here: start, columns, record: first.record })
    }

    /// The most likely values of a few parameters.
    fn descend(&self, kept: &[&Movable], stop: &AtomicBool) -> Result<Vec<f64>, Failure> {
        let space = Space::new(kept.iter().map(|m| m.dimension.clone()).collect());
        let prior = |m: &&Movable| PriorTerm { centre: m.dimension.range().0, sd: m.sd };
        let priors: Vec<PriorTerm> = kept.iter().map(prior).collect();
        let model = |p: &[f64]| {
            let set = kept.iter().zip(p).map(|(m, &value)| m.at(value)).collect();
            let result = self.bench.run_each(self.experiment, self.settings, &[set]).ok()?.pop()?.ok()?;
            (self.predict)(&result)
        };
        let residuals = |p: &[f64]| {
            let Some(model) = model(p) else { return vec![f64::INFINITY] };
            let differences = self.values.iter().zip(&model).map(|(y, m)| (m - y) / self.error);
            differences.chain(prior_residuals(p, &priors, 1.0)).collect()
        };
        let options = DescentOptions {
            difference: STEP,
            max_evaluations: MOST_EVALUATIONS,
            tolerance: TOLERANCE,
            ..DescentOptions::default()
        };
        let found = descend(&space, &residuals, &options, &mut |_| {
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found.map(|found| found.best).map_err(|e| Failure::run(e.to_string()))
    }

    /// Root mean square of the differences.
    fn distance(&self, model: &[f64]) -> f64 {
        let squares = self.values.iter().zip(model).map(|(y, m)| (y - m).powi(2)).sum::<f64>();
        (squares / self.values.len() as f64).sqrt()
    }
}

impl Movable {
    fn fitted(&self, movable: &[Movable], chosen: Determined, after: f64, left: f64) -> Fitted {
        let (before, low, high) = self.dimension.range();
        let end = |sign: f64| (after * (sign * HALF_WIDTH * left * self.sd).exp()).clamp(low, high);
        Fitted {
            parameter: self.parameter,
            before,
            after,
            interval: [end(-1.0), end(1.0)],
            gain: chosen.gain,
            alike: chosen.alike.iter().map(|&k| movable[k].parameter).collect(),
        }
    }
}

fn failed(error: ExperimentError) -> Failure {
    Failure::run(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{AgentUse, Scenario};
    use pathway::Library;

    /// What a test fits: p-AKT under an mTOR inhibitor, relative to its start.
    fn fold(result: &ExperimentResult) -> Option<Vec<f64>> {
        let values = &result.arms[1].readouts[0].values;
        Some(values.iter().map(|v| v / values[0]).collect())
    }

    fn experiment(library: &Library) -> Experiment {
        let agent = AgentUse { agent: "AZD8055".into(), dose_nm: 500.0, pulses: vec![[0.0, 24.0]] };
        let scenario =
            Scenario { cell: "BT-474".into(), hours: 24.0, agents: vec![agent], ..Scenario::default() };
        let mut experiment = scenario.experiment(library).unwrap();
        experiment.readouts.retain(|r| r.id == "pAKT_T308");
        experiment.times_h = vec![0.0, 1.0, 4.0, 8.0, 24.0];
        experiment
    }

    #[test]
    fn data_of_another_cell_are_met() {
        let bench = Bench::new(Library::embedded().unwrap()).unwrap();
        let settings = RunSettings::default();
        let experiment = experiment(bench.library());
        let go = AtomicBool::new(false);
        // A cell that differs in one number.
        let row = bench.library().parameters().iter().find(|p| p.name == "k_IRS1_PI3K").unwrap();
        let set = vec![(row.name.clone(), row.value * 1.8)];
        let other = bench.run_each(&experiment, &settings, &[set]).unwrap().pop().unwrap().unwrap();
        let data = Measurements {
            bench: &bench,
            settings: &settings,
            experiment: &experiment,
            values: fold(&other).unwrap(),
            error: 0.02,
            predict: &fold,
        };
        let refit = data.refit(&go).unwrap();
        assert!(refit.before > 0.02, "{refit:?}");
        // The prior holds the numbers back by less than the error of a value.
        assert!(refit.after < 0.02, "{refit:?}");
        assert!((1..=MOST).contains(&refit.fitted.len()) && refit.failed == 0, "{refit:?}");
        for fitted in &refit.fitted {
            let [low, high] = fitted.interval;
            assert!(low <= fitted.after && fitted.after <= high && fitted.gain > LEAST_GAIN, "{fitted:?}");
        }
        // The number that differs is fitted, or is one of those that these data cannot tell from a fitted one.
        let position = bench.library().parameters().iter().position(|p| p.name == row.name).unwrap();
        assert!(
            refit.fitted.iter().any(|f| f.parameter == position || f.alike.contains(&position)),
            "{refit:?}"
        );
    }

    #[test]
    fn a_stopped_fit_gives_no_numbers() {
        let bench = Bench::new(Library::embedded().unwrap()).unwrap();
        let stop = std::sync::Arc::new(AtomicBool::new(true));
        let settings = RunSettings::default().until(stop.clone());
        let experiment = experiment(bench.library());
        let data = Measurements {
            bench: &bench,
            settings: &settings,
            experiment: &experiment,
            values: vec![1.0; 5],
            error: 0.1,
            predict: &fold,
        };
        assert!(data.refit(&stop).unwrap_err().message.contains("stopped"));
    }
}
