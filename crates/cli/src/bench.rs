//! The bridge to crate `pathway`: opens the library, runs and judges, and turns answers into views.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::view::{ExperimentView, FindingView, PaperView};

/// Which library, and with which changes and tolerances.
#[derive(Clone, Debug, Default)]
pub(crate) struct LibrarySource {
    pub(crate) folder: Option<PathBuf>,
    pub(crate) settings: Vec<(String, f64)>,
    pub(crate) rtol: Option<f64>,
    pub(crate) atol: Option<f64>,
}

/// An open library.
pub(crate) struct OpenBench {}

fn missing<T>() -> Result<T, Failure> {
    Err(Failure::Run { message: "the curated model is not connected yet".to_string(), help: String::new() })
}

impl OpenBench {
    pub(crate) fn open(_source: &LibrarySource) -> Result<Self, Failure> {
        missing()
    }
    pub(crate) fn find_experiment(&mut self, _name: &str) -> Result<String, Failure> {
        missing()
    }
    pub(crate) fn run(&mut self, _id: &str) -> Result<ExperimentView, Failure> {
        missing()
    }
    pub(crate) fn judge_experiment(&mut self, _id: &str) -> Result<Vec<FindingView>, Failure> {
        missing()
    }
    pub(crate) fn add_files(
        &mut self,
        _findings: &[PathBuf],
        _experiments: &[PathBuf],
    ) -> Result<(), Failure> {
        missing()
    }
    pub(crate) fn select_findings(
        &self,
        _paper: Option<&str>,
        _own_only: bool,
    ) -> Result<Vec<String>, Failure> {
        missing()
    }
    pub(crate) fn judge(&mut self, _ids: &[String]) -> Result<Vec<FindingView>, Failure> {
        missing()
    }
    pub(crate) fn add_pass_shares(
        &mut self,
        _findings: &mut [FindingView],
        _noise: f64,
        _draws: usize,
        _seed: u64,
    ) -> Result<(), Failure> {
        missing()
    }
    pub(crate) fn record(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
    pub(crate) fn papers(&self) -> Vec<PaperView> {
        Vec::new()
    }
    pub(crate) fn methods(&self) -> Vec<String> {
        Vec::new()
    }
    pub(crate) fn remarks(&self) -> String {
        String::new()
    }
    pub(crate) fn list(&self, _kind: crate::command::list::Kind) -> Vec<Vec<String>> {
        Vec::new()
    }
    pub(crate) fn explain(&self, _name: &str) -> Option<String> {
        None
    }
    pub(crate) fn names(&self) -> Vec<String> {
        Vec::new()
    }
    pub(crate) fn lint(&self) -> Result<(String, bool), Failure> {
        missing()
    }
    pub(crate) fn model_text(&self, _part: Option<crate::command::model::Part>) -> Result<String, Failure> {
        missing()
    }
}
