//! Small models as BNGL text.
#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    reason = "each test file uses a part; a test may panic"
)]

use std::sync::Arc;

use formats::{Source, bngl};
use simulate::{CompiledNetwork, Run, RunOptions, Simulator, compile};

/// The compiled network of a BNGL text.
pub(crate) fn network(text: &str) -> Arc<CompiledNetwork> {
    let model =
        bngl::parse(&[Source::new("test.bngl", text)]).into_result().unwrap_or_else(|d| panic!("{d:?}"));
    let generated = rules::generate(&model, &rules::GenerateOptions::default()).unwrap();
    Arc::new(compile(&generated.network).unwrap())
}

/// A model from parameters, species, observables, functions and rules, one per line.
pub(crate) fn text(
    parameters: &str,
    species: &str,
    observables: &str,
    functions: &str,
    rules: &str,
) -> String {
    let block = |name: &str, lines: &str| {
        let lines = lines.replace(';', "\n");
        format!("begin {name}\n{lines}\nend {name}\n")
    };
    block("parameters", parameters)
        + &block("seed species", species)
        + &block("observables", observables)
        + &block("functions", functions)
        + &block("reaction rules", rules)
}

/// A simulator for a text.
pub(crate) fn simulator(text: &str) -> Simulator {
    Simulator::new(network(text))
}

/// Tight tolerances, so that a closed form can be compared at 1e-7.
pub(crate) fn tight() -> RunOptions {
    RunOptions { rtol: 1e-10, atol: vec![1e-12], ..RunOptions::default() }
}

/// A run from 0 to the last of the output times.
pub(crate) fn run_to(times: &[f64]) -> Run {
    Run { t_end: *times.last().unwrap(), output_times: times.to_vec(), options: tight(), ..Run::default() }
}

/// Relative closeness.
#[track_caller]
pub(crate) fn close(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs().max(1e-12), "{found} is not {expected}");
}
