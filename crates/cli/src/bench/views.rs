//! Answers of the library as views.

use pathway::catalog::Paper;
use pathway::experiment::{Action, Arm};
use pathway::{
    Bench, Experiment, ExperimentResult, Judgement, LoopAttribution, RunRecord, RunSettings, Verdict,
};
use serde_json::{Value, json};

use crate::figure::{FigureArm, Treatment};
use crate::view::{
    ArmView, ExperimentView, FindingView, LoopReadoutView, LoopsView, PaperView, ReadoutView, SeriesView,
    VerdictView,
};

/// A result as the outputs show it.
pub(super) fn experiment(
    bench: &Bench,
    experiment: &Experiment,
    result: &ExperimentResult,
    methods: Vec<String>,
) -> ExperimentView {
    let library = bench.library();
    let label = library.context(&experiment.context).map_or(experiment.context.clone(), |c| c.label.clone());
    let arms = experiment
        .arms
        .iter()
        .zip(&result.arms)
        .map(|(arm, outcome)| ArmView {
            id: arm.id.clone(),
            figure: FigureArm { label: arm.label.clone(), treatments: treatments(experiment, arm) },
            times_h: outcome.times_h.clone(),
        })
        .collect();
    let readouts = (0..experiment.readouts.len()).map(|i| readout(bench, result, i)).collect();
    ExperimentView {
        id: experiment.id.clone(),
        title: experiment
            .figure
            .as_ref()
            .and_then(|f| f.title.clone())
            .unwrap_or_else(|| experiment.title.clone()),
        about: experiment.about.clone(),
        source: experiment.source.clone(),
        paper: experiment.paper.as_deref().and_then(|id| library.paper(id)).map(paper),
        context: label,
        start_h: 0.0,
        end_h: experiment.end_h,
        columns: experiment.figure.as_ref().and_then(|f| f.columns).map(|c| c as usize),
        arms,
        readouts,
        methods,
        record: record(&result.record),
    }
}

/// Bars of an arm: from each addition to its wash-out or the end.
fn treatments(experiment: &Experiment, arm: &Arm) -> Vec<Treatment> {
    let start = |at: Option<f64>| at.unwrap_or(0.0).max(0.0);
    let end_of = |name: &str, from: f64| {
        arm.perturbations
            .iter()
            .filter(|p| matches!(&p.action, Action::Remove { agent } if agent == name))
            .filter_map(|p| p.at_h)
            .filter(|&t| t > from)
            .fold(experiment.end_h, f64::min)
    };
    let stays = (arm.perturbations.iter())
        .filter(|p| !matches!(p.action, Action::Remove { .. }) && !at_once(&p.action));
    let mut treatments = schedules(arm);
    treatments.extend(stays.map(|p| {
        let from_h = start(p.at_h);
        let to_h = match &p.action {
            Action::Add { agent, .. } | Action::Set { agent, .. } => end_of(agent, from_h),
            _ => experiment.end_h,
        };
        let label = p.action.describe().trim_start_matches("+ ").to_string();
        Treatment { label, from_h, to_h, doses_h: Vec::new() }
    }));
    treatments
}

/// Whether something is done in a moment: a dose of an animal, radiation.
fn at_once(action: &Action) -> bool {
    matches!(action, Action::Give { .. } | Action::Irradiate { .. })
}

/// What is done in a moment: one row per drug, dose and route.
fn schedules(arm: &Arm) -> Vec<Treatment> {
    let mut rows: Vec<Treatment> = Vec::new();
    let given = arm.perturbations.iter().filter(|p| at_once(&p.action));
    for (label, t) in given.filter_map(|p| Some((p.action.describe(), p.at_h?))) {
        match rows.iter_mut().find(|r| r.label == label) {
            Some(row) => {
                row.doses_h.push(t);
                row.to_h = row.to_h.max(t);
            }
            None => rows.push(Treatment { label, from_h: t, to_h: t, doses_h: vec![t] }),
        }
    }
    rows
}

fn readout(bench: &Bench, result: &ExperimentResult, i: usize) -> ReadoutView {
    let first = &result.arms[0].readouts[i];
    let noun = bench.library().readout(&first.id).expect("a result holds read-outs of its library");
    ReadoutView {
        id: first.id.clone(),
        label: noun.label.clone(),
        assay: noun.assay.clone(),
        unit: noun.unit.clone(),
        shown_unit: first.normalised_unit.clone(),
        reference: first.normalised_unit.starts_with("fold").then_some(1.0),
        series: result
            .arms
            .iter()
            .map(|arm| SeriesView {
                values: arm.readouts[i].values.clone(),
                shown: arm.readouts[i].normalised.clone(),
                animals: arm.readouts[i].animals.clone(),
                errors: arm.readouts[i].standard_errors(),
            })
            .collect(),
    }
}

/// A loop attribution as the outputs show it.
pub(super) fn loops(
    bench: &Bench,
    experiment: &Experiment,
    arm: &Arm,
    result: &LoopAttribution,
) -> LoopsView {
    let library = bench.library();
    let context = arm.context.as_ref().unwrap_or(&experiment.context);
    let readouts = result.readouts.iter().enumerate().map(|(i, id)| {
        let noun = library.readout(id);
        LoopReadoutView {
            id: id.clone(),
            label: noun.map_or_else(|| id.clone(), |r| r.label.clone()),
            unit: noun.map_or_else(String::new, |r| r.unit.clone()),
            intact: result.intact[i].clone(),
            cut: result.cut.iter().map(|c| c.values[i].clone()).collect(),
        }
    });
    LoopsView {
        experiment: experiment.id.clone(),
        title: experiment.title.clone(),
        context: library.context(context).map_or_else(|| context.clone(), |c| c.label.clone()),
        arm_id: arm.id.clone(),
        arm: arm.label.clone(),
        treatments: treatments(experiment, arm),
        times_h: result.times_h.clone(),
        loop_ids: result.cut.iter().map(|c| c.id.clone()).collect(),
        loops: result.cut.iter().map(|c| c.label.clone()).collect(),
        readouts: readouts.collect(),
        record: record(&result.record),
    }
}

/// A judgement as the outputs show it.
pub(super) fn finding(judgement: &Judgement) -> FindingView {
    FindingView {
        id: judgement.id.clone(),
        paper: judgement.paper.clone(),
        source: judgement.source.clone(),
        statement: judgement.statement.clone(),
        provenance: judgement.provenance.word().to_string(),
        tier: Some(i64::from(judgement.tier)),
        experiments: judgement.experiments.clone(),
        verdict: match judgement.verdict {
            Verdict::Supported => VerdictView::Supported,
            Verdict::Contradicted => VerdictView::Contradicted,
            Verdict::Inconclusive => VerdictView::Inconclusive,
            Verdict::NotRun => VerdictView::NotRun,
        },
        margin: judgement.margin,
        value: judgement.value.clone(),
        expected: judgement.expected.clone(),
        reason: judgement.reason.clone().unwrap_or_default(),
        pass_share: None,
    }
}

/// A paper as the outputs show it.
pub(super) fn paper(paper: &Paper) -> PaperView {
    PaperView { id: paper.id.clone(), citation: paper.citation.clone(), doi: paper.doi.clone() }
}

/// A record as JSON.
pub(super) fn record(record: &RunRecord) -> Value {
    let options: serde_json::Map<String, Value> =
        record.options.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({
        "model_hash": record.model_hash,
        "parameters_hash": record.parameters_hash,
        "tool_version": record.tool_version,
        "options": options,
        "seed": record.seed,
        "context": record.context,
    })
}

/// How results are computed, in sentences.
pub(super) fn methods(bench: &Bench, settings: &RunSettings) -> Vec<String> {
    let network = bench.network();
    let overrides: Vec<String> = settings.overrides.iter().map(|(n, v)| format!("{n} = {v}")).collect();
    let mut sentences = vec![
        format!(
            "The curated rules expand to {} species and {} reactions (network {}).",
            network.species.len(),
            network.reactions.len(),
            &bench.model_hash()[..12]
        ),
        "Amounts are copies per cell, concentrations of the medium nM, time hours; medium concentrations are held.".into(),
        format!(
            "Ordinary differential equations, integrated by the Rosenbrock method Rodas5P (Steinebach 2023) with relative tolerance {:e} and absolute tolerance {:e} per step.",
            settings.rtol, settings.atol
        ),
        "Each arm starts from the steady state of its cells, genes and medium; doses and wash-outs are discontinuities that no step crosses.".into(),
        format!("resurge {}.", env!("CARGO_PKG_VERSION")),
    ];
    if !overrides.is_empty() {
        sentences.push(format!("Changed for this run: {}.", overrides.join(", ")));
    }
    sentences
}
