//! A synthetic experiment for tests: two arms, two read-outs, a fall and a rebound.

use super::{ArmView, ExperimentView, FindingView, PaperView, ReadoutView, SeriesView, VerdictView};
use crate::figure::{FigureArm, Treatment};

/// The experiment.
pub(crate) fn experiment() -> ExperimentView {
    let times_h: Vec<f64> = (0..=24).map(f64::from).collect();
    let arm = |id: &str, label: &str, treatments: Vec<Treatment>| ArmView {
        id: id.to_string(),
        figure: FigureArm { label: label.to_string(), treatments },
        times_h: times_h.clone(),
    };
    let drug =
        Treatment { label: "AZD8055 500 nM".to_string(), from_h: 0.0, to_h: 24.0, doses_h: Vec::new() };
    let fall: Vec<f64> = times_h.iter().map(|t| 0.5 * ((-2.0 * t).exp() + 1.3 * t / (t + 6.0))).collect();
    let flat = vec![0.5; times_h.len()];
    let series = |values: &[f64]| SeriesView {
        animals: Vec::new(),
        errors: Vec::new(),
        values: values.to_vec(),
        shown: values.iter().map(|v| v / values[0]).collect(),
    };
    let readout = |id: &str, label: &str, assay: &str| ReadoutView {
        id: id.to_string(),
        label: label.to_string(),
        assay: assay.to_string(),
        unit: "fraction of AKT".to_string(),
        shown_unit: "fold of t = 0".to_string(),
        reference: Some(1.0),
        series: vec![series(&flat), series(&fall)],
    };
    ExperimentView {
        id: "example".to_string(),
        title: "AKT <falls> & comes back".to_string(),
        about: "What does the drug do?".to_string(),
        source: "Fig 2A".to_string(),
        paper: Some(PaperView {
            id: "rodrik2011".to_string(),
            citation: "Rodrik-Outmezguine et al. 2011".to_string(),
            doi: "10.1158/2159-8290.CD-11-0085".to_string(),
        }),
        context: "BT-474".to_string(),
        start_h: 0.0,
        end_h: 24.0,
        columns: None,
        arms: vec![arm("control", "no drug", Vec::new()), arm("azd", "AZD8055 500 nM", vec![drug])],
        readouts: vec![readout("pAKT_T308", "p-AKT (T308)", "western"), readout("mRNA", "HER3 mRNA", "mRNA")],
        methods: vec!["Integrated by Rodas5P.".to_string()],
        record: serde_json::json!({ "model_hash": "abc" }),
    }
}

/// A finding on it.
pub(crate) fn finding(verdict: VerdictView) -> FindingView {
    FindingView {
        id: "A-001".to_string(),
        paper: "rodrik2011".to_string(),
        source: "Fig 2A".to_string(),
        statement: "T308 falls & returns".to_string(),
        provenance: "explicit".to_string(),
        tier: Some(1),
        experiments: vec!["example".to_string()],
        verdict,
        margin: Some(0.4),
        value: "pAKT_T308[azd]@1h = 0.2".to_string(),
        expected: "pAKT_T308[azd]@1h < 0.5 * pAKT_T308[azd]@0h".to_string(),
        reason: String::new(),
        pass_share: Some(0.9),
    }
}
