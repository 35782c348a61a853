//! Experiments with a dose axis: every arm at every dose, and the curves through what is read at the end.

use super::{ArmResult, Bench, ExperimentError, RunRecord, RunSettings};
use crate::assay::noise::mean_and_error;
use crate::assay::{GrowthCounts, GrowthCurve, gr_value};
use crate::experiment::{Action, Arm, Dose, DoseAxis, Experiment, Perturbation};

/// The dose-response curves of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseResponse {
    /// Id of the experiment.
    pub experiment: String,
    /// One per axis and arm.
    pub curves: Vec<DoseCurve>,
    /// How it was computed.
    pub record: RunRecord,
}

/// One drug or ligand on one arm.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseCurve {
    /// Drug or ligand.
    pub agent: String,
    /// Id of the arm, which is the control.
    pub arm: String,
    /// Name to show.
    pub label: String,
    /// Id of the cell.
    pub context: String,
    /// Doses in nM, ascending.
    pub doses_nm: Vec<f64>,
    /// The doses as written.
    pub dose_texts: Vec<String>,
    /// Hours between the dose and the reading.
    pub exposure_h: f64,
    /// Read-outs at the end, in the order of the experiment.
    pub readouts: Vec<DoseReadout>,
}

/// A read-out at the end of the experiment, over the doses.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseReadout {
    /// Id of the read-out.
    pub id: String,
    /// Without the drug, when it would be given.
    pub start: f64,
    /// Without the drug, at the end.
    pub control: f64,
    /// With each dose, without noise. Shape: `[doses]`.
    pub values: Vec<f64>,
    /// Viability and growth-rate inhibition, if the read-out is a viability assay.
    pub growth: Option<GrowthCurve>,
    /// What replicate wells give, if the experiment has any.
    pub wells: Option<Wells>,
}

/// Replicate wells of a read-out.
#[derive(Clone, Debug, PartialEq)]
pub struct Wells {
    /// Relative to the mean of the control wells. Shape: `[doses][replicates]`.
    pub relative: Vec<Vec<f64>>,
    /// GR values; `None` if the read-out is no viability assay or the control does not grow. Shape as `relative`.
    pub gr: Option<Vec<Vec<f64>>>,
}

impl DoseReadout {
    /// Values relative to the control. Shape: `[doses]`.
    pub fn relative(&self) -> Vec<f64> {
        self.values.iter().map(|v| v / self.control).collect()
    }
}

impl Bench {
    /// Runs every arm at every dose of the axes that cover it, and reads at the end of the experiment.
    ///
    /// # Errors
    /// [`ExperimentError`]; no part of the numbers is given then.
    pub fn dose_response(
        &self,
        experiment: &Experiment,
        settings: &RunSettings,
    ) -> Result<DoseResponse, ExperimentError> {
        let mut arms = Vec::new();
        let mut times_h = vec![experiment.end_h];
        let mut places = Vec::new();
        for axis in &experiment.doses {
            times_h.push(axis.at_h);
            for arm in experiment.arms.iter().filter(|a| axis.covers(&a.id)) {
                places.push((axis, arm, arms.len()));
                arms.push(numbered(arm.clone(), arms.len()));
                for dose in &axis.doses {
                    arms.push(numbered(with_dose(arm, axis, dose), arms.len()));
                }
            }
        }
        times_h.sort_by(f64::total_cmp);
        times_h.dedup();
        let unfolded = Experiment { arms, times_h, doses: Vec::new(), ..experiment.clone() };
        let result = self.run(&unfolded, settings)?;
        let curve = |&(axis, arm, first): &(&DoseAxis, &Arm, usize)| {
            let runs = &result.arms[first..=first + axis.doses.len()];
            self.dose_curve(experiment, axis, arm, runs)
        };
        Ok(DoseResponse {
            experiment: experiment.id.clone(),
            curves: places.iter().map(curve).collect(),
            record: result.record,
        })
    }

    /// The curve of an arm: its control first, then each dose.
    fn dose_curve(
        &self,
        experiment: &Experiment,
        axis: &DoseAxis,
        arm: &Arm,
        runs: &[ArmResult],
    ) -> DoseCurve {
        let doses_nm: Vec<f64> = axis.doses.iter().map(|d| d.nanomolar).collect();
        let readout = |place: usize| {
            let value = |run: &ArmResult, t: f64| {
                let at = run.times_h.iter().position(|other| *other == t);
                at.and_then(|at| run.readouts[place].values.get(at).copied()).unwrap_or(f64::NAN)
            };
            let id = &experiment.readouts[place].id;
            let mut read = DoseReadout {
                id: id.clone(),
                start: value(&runs[0], axis.at_h),
                control: value(&runs[0], experiment.end_h),
                values: runs[1..].iter().map(|run| value(run, experiment.end_h)).collect(),
                growth: None,
                wells: None,
            };
            let counts_cells = self.library.readout(id).is_some_and(|r| r.assay == "viability");
            if counts_cells {
                let (start, control, treated) = (read.start, read.control, read.values.clone());
                read.growth = GrowthCounts { doses_nm: doses_nm.clone(), start, control, treated }.curve();
            }
            read.wells = experiment.replicates.as_ref().map(|replicates| {
                let key = |dose: &str| format!("{}\t{}\t{id}\t{dose}", axis.agent, arm.id);
                let control = mean_and_error(&replicates.read(&key("control"), read.control)).0;
                let start = mean_and_error(&replicates.read(&key("start"), read.start)).0;
                let wells: Vec<Vec<f64>> = axis
                    .doses
                    .iter()
                    .zip(&read.values)
                    .map(|(dose, value)| replicates.read(&key(&dose.text), *value))
                    .collect();
                let each = |f: &dyn Fn(f64) -> Option<f64>| -> Option<Vec<Vec<f64>>> {
                    wells.iter().map(|of_dose| of_dose.iter().map(|x| f(*x)).collect()).collect()
                };
                Wells {
                    relative: each(&|x| Some(x / control)).unwrap_or_default(),
                    gr: each(&|x| gr_value(start, control, x)).filter(|_| counts_cells),
                }
            });
            read
        };
        DoseCurve {
            agent: axis.agent.clone(),
            arm: arm.id.clone(),
            label: arm.label.clone(),
            context: arm.context.clone().unwrap_or_else(|| experiment.context.clone()),
            doses_nm: doses_nm.clone(),
            dose_texts: axis.doses.iter().map(|d| d.text.clone()).collect(),
            exposure_h: experiment.end_h - axis.at_h,
            readouts: (0..experiment.readouts.len()).map(readout).collect(),
        }
    }
}

fn with_dose(arm: &Arm, axis: &DoseAxis, dose: &Dose) -> Arm {
    let mut dosed = arm.clone();
    dosed.perturbations.push(Perturbation {
        at_h: Some(axis.at_h),
        action: Action::Set { agent: axis.agent.clone(), dose: dose.clone() },
        at: axis.at.clone(),
    });
    dosed
}

fn numbered(arm: Arm, number: usize) -> Arm {
    Arm { id: format!("{} #{number}", arm.id), ..arm }
}
