//! The curated PI3K-AKT-mTOR system: its numbers and their sources, virtual experiments, and findings.
//!
//! Not here: reading files (the caller hands over bytes), plots, texts for a terminal.
//!
//! The steps: [`Library`] reads and cross-checks the data files; [`Bench`] turns the rules into a compiled network
//! and finds every name in it; [`Bench::run`] runs an experiment; [`Bench::check`] judges findings.
//!
//! In reading order:
//!
//! - [`catalog`], [`animal`], [`experiment`], [`finding`], [`rule`]: what the data files describe
//! - [`Library`]: all of them
//! - [`assay`]: dose-response curves and replicate noise
//! - [`bench`]: running and judging
//! - [`tumour`]: what tumours of an arm come to
//! - [`words`]: what a time course does, in a clause
//! - [`CODES`]: what each diagnostic means

pub mod animal;
pub mod assay;
pub mod bench;
pub mod catalog;
mod codes;
pub mod cohort;
pub mod experiment;
pub mod finding;
mod library;
mod lint;
mod read;
pub mod rule;
mod suggest;
pub mod tumour;
pub mod words;

pub use bench::{
    ArmResult, Bench, BenchError, CutLoop, DoseCurve, DoseReadout, DoseResponse, ExperimentError,
    ExperimentResult, Judgement, LoopAttribution, LoopError, MarginParts, Progress, ReadoutSeries, RestCache,
    Robustness, RunRecord, RunSettings, Scoreboard, Verdict,
};
pub use codes::CODES;
pub use cohort::CohortResult;
pub use experiment::Experiment;
pub use finding::{Finding, NotRun, Provenance};
pub use library::{Added, Library};
pub use read::unit::UnitExponents;
