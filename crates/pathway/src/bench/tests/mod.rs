//! Running and judging with the small library, and with the curated one.

mod curated;
mod doses;
mod noise;
mod overrides;
mod perturbations;
mod same_values;
mod verdicts;

use super::*;
use crate::Provenance;
use crate::finding::Finding;
use crate::library::tests::library;

fn bench() -> Bench {
    Bench::new(library(&[]).unwrap()).unwrap()
}

/// A bench with an experiment whose only arm "a" has these perturbations, sampled at the given hours.
fn with_arm(perturbations: &str, times: &str, extra: &str) -> Bench {
    let mut bench = bench();
    let text = format!(
        "id = \"e\"\ntitle = \"E\"\ncontext = \"cell\"\n{extra}\n[sampling]\ntimes = [{times}]\n\
         [[arm]]\nid = \"control\"\n[[arm]]\nid = \"a\"\nperturbations = [{perturbations}]\n{}",
        ["pT", "G", "K", "drug", "ligand", "dead"].map(|r| format!("[[readout]]\nid = \"{r}\"\n")).concat()
    );
    let diagnostics = bench.add_experiment_file("e.toml", &text).diagnostics;
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    bench
}

fn run(bench: &Bench) -> ExperimentResult {
    bench.run(bench.library().experiment("e").unwrap(), &RunSettings::default()).unwrap()
}

/// Values of a read-out in arm "a".
fn values(result: &ExperimentResult, readout: &str) -> Vec<f64> {
    result.arms[1].readouts.iter().find(|r| r.id == readout).unwrap().values.clone()
}

fn check(perturbations: &str, times: &str, readout: &str, expected: &[f64]) {
    let found = values(&run(&with_arm(perturbations, times, "")), readout);
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() < 1e-4 * e.abs().max(1e-3), "{readout}: {found:?} is not {expected:?}");
    }
}

const TIMES: &str = "\"0 h\", \"1 h\", \"2 h\", \"3 h\"";

fn findings(bench: &Bench) -> Vec<&Finding> {
    bench.library().findings().iter().collect()
}

/// The small bench with one more finding, of this rule.
fn with_rule(rule: &str) -> Bench {
    let mut bench = bench();
    let text =
        crate::library::tests::FINDING.replace("F-1", "F-2").replace("pT[azd]@4h < 0.8 * pT[azd]@0h", rule);
    assert_eq!(bench.add_findings_file("f.toml", &text).diagnostics, []);
    bench
}
