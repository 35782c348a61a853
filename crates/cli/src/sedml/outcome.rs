//! Reports and plots with their numbers.

use formats::sedml::{Experiment, OutputKind};

use super::Trouble;
use super::model::Files;
use super::run::{RunSettings, Runner, Values};

/// What an experiment gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) reports: Vec<Report>,
    pub(crate) plots: Vec<Plot>,
    /// Methods and settings that were replaced.
    pub(crate) notices: Vec<String>,
}

/// A table. Iterations of repeated tasks stand below each other.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) id: String,
    /// Heading and values of each column.
    pub(crate) columns: Vec<(String, Vec<f64>)>,
    /// Whether numbers depend on reactions that fire at random.
    pub(crate) random: bool,
}

/// Curves on common axes.
#[derive(Clone, Debug)]
pub(crate) struct Plot {
    pub(crate) title: String,
    pub(crate) curves: Vec<Curve>,
    /// Whether the axes are logarithmic: abscissa, ordinate.
    pub(crate) logarithmic: (bool, bool),
    /// The data of all curves, by data generator.
    pub(crate) data: Report,
}

/// A curve; one line for each iteration of a repeated task.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    pub(crate) label: String,
    pub(crate) x_label: String,
    pub(crate) lines: Vec<Vec<(f64, f64)>>,
}

/// Carries out an experiment.
///
/// # Errors
/// What is not supported, or why a run failed; there are no numbers then.
pub(crate) fn carry_out(
    experiment: &Experiment,
    files: Files<'_>,
    settings: RunSettings,
) -> Result<Outcome, Trouble> {
    let mut runner = Runner::new(experiment, files, settings);
    let mut outcome = Outcome::default();
    let name_of = |generator: &str| {
        let found = experiment.data_generators.iter().find(|g| g.id == generator);
        found.map(|g| g.name.clone()).filter(|n| !n.is_empty()).unwrap_or_else(|| generator.to_string())
    };
    for output in &experiment.outputs {
        let names = |sets: Vec<(String, &str)>, runner: &mut Runner<'_>| -> Result<Report, Trouble> {
            let random = sets.iter().any(|(_, generator)| runner.is_random(generator));
            let columns = sets
                .into_iter()
                .map(|(label, generator)| Ok((label, runner.values(generator)?.concat())))
                .collect::<Result<_, Trouble>>()?;
            Ok(Report { id: output.id.clone(), columns, random })
        };
        match &output.kind {
            OutputKind::Report(sets) => {
                let sets = sets.iter().map(|s| (s.label.clone(), s.data.as_str())).collect();
                outcome.reports.push(names(sets, &mut runner)?);
            }
            OutputKind::Plot2D(curves) => {
                let mut generators: Vec<&str> = Vec::new();
                for id in curves.iter().flat_map(|c| [c.x.as_str(), c.y.as_str()]) {
                    if !generators.contains(&id) {
                        generators.push(id);
                    }
                }
                let data = names(generators.iter().map(|g| ((*g).to_string(), *g)).collect(), &mut runner)?;
                let drawn = curves
                    .iter()
                    .map(|curve| {
                        let own = [&curve.name].into_iter().find(|n| !n.is_empty()).cloned();
                        Ok(Curve {
                            label: own.unwrap_or_else(|| name_of(&curve.y)),
                            x_label: name_of(&curve.x),
                            lines: lines(&runner.values(&curve.x)?, &runner.values(&curve.y)?),
                        })
                    })
                    .collect::<Result<_, Trouble>>()?;
                outcome.plots.push(Plot {
                    title: if output.name.is_empty() { output.id.clone() } else { output.name.clone() },
                    curves: drawn,
                    logarithmic: (curves.iter().any(|c| c.log_x), curves.iter().any(|c| c.log_y)),
                    data,
                });
            }
        }
    }
    outcome.notices = runner.notices;
    Ok(outcome)
}

/// Lines through points. Iterations with one point each make one line.
fn lines(x: &Values, y: &Values) -> Vec<Vec<(f64, f64)>> {
    let pairs =
        |x: &[f64], y: &[f64]| -> Vec<(f64, f64)> { x.iter().copied().zip(y.iter().copied()).collect() };
    if x.iter().chain(y).all(|row| row.len() == 1) {
        return vec![pairs(&x.concat(), &y.concat())];
    }
    let trace = |all: &Values, i: usize| all[if all.len() == 1 { 0 } else { i }].clone();
    (0..x.len().max(y.len()))
        .filter(|&i| (x.len() == 1 || i < x.len()) && (y.len() == 1 || i < y.len()))
        .map(|i| pairs(&trace(x, i), &trace(y, i)))
        .collect()
}
