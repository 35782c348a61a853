//! All data files, read and cross-checked.

mod animals;
mod cohorts;
mod disagreements;
mod doses;
mod entries;
mod experiments;
mod findings;
mod load;
mod lookup;
mod perturbations;
mod schedule;
mod tables;

use formats::Source;
use model::{Diagnostic, RuleModel, Severity};

pub(crate) use animals::START_VOLUME;

use crate::animal::{Host, Pharmacokinetics};
use crate::catalog::{
    Agent, Context, Contradiction, Evidence, Feedback, Gene, Module, Mutation, Paper, ParameterRow,
    Radiation, Readout, RuleEvidence, SeedAtStart,
};
use crate::experiment::Experiment;
use crate::finding::{Finding, NotRun};

/// The data files that are part of the program: path relative to the data folder, and content.
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// All data files, parsed and cross-checked: every name in them is known.
#[derive(Clone, Debug, Default)]
pub struct Library {
    modules: Vec<Module>,
    seeds: Vec<SeedAtStart>,
    radiation: Vec<Radiation>,
    parameters: Vec<ParameterRow>,
    parameter_text: String,
    contexts: Vec<Context>,
    drugs: Vec<Agent>,
    ligands: Vec<Agent>,
    genes: Vec<Gene>,
    mutations: Vec<Mutation>,
    pharmacokinetics: Vec<Pharmacokinetics>,
    hosts: Vec<Host>,
    readouts: Vec<Readout>,
    papers: Vec<Paper>,
    evidence: Vec<Evidence>,
    rule_evidence: Vec<RuleEvidence>,
    loops: Vec<Feedback>,
    contradictions: Vec<Contradiction>,
    experiments: Vec<Experiment>,
    findings: Vec<Finding>,
    not_run: Vec<NotRun>,
    own_experiments: Vec<String>,
    own_findings: Vec<String>,
    remarks: Vec<Diagnostic>,
}

/// What a file of the user added.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Added {
    /// Ids of what was added; empty if the diagnostics hold an error.
    pub ids: Vec<String>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Library {
    /// The library that comes with the program.
    ///
    /// # Errors
    /// Everything wrong with the data files; only possible while they are being edited.
    pub fn embedded() -> Result<Library, Vec<Diagnostic>> {
        load::load(EMBEDDED)
    }

    /// A library from the files of a folder: paths relative to it (with `/`), and content.
    ///
    /// # Errors
    /// All diagnostics, if at least one of them is an error.
    pub fn from_files(files: &[(String, Vec<u8>)]) -> Result<Library, Vec<Diagnostic>> {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        load::load(&files)
    }

    /// The data files that come with the program: path relative to the folder, and content.
    pub fn embedded_files() -> &'static [(&'static str, &'static [u8])] {
        EMBEDDED
    }

    /// Adds an experiment of the user, if the diagnostics hold no error. A built-in one of the same id gives way.
    pub fn add_experiment_file(&mut self, name: &str, text: &str) -> Added {
        let (experiment, diagnostics) = experiments::read_file(self, name, text);
        let usable: Vec<Experiment> = experiment.filter(|_| clean(&diagnostics)).into_iter().collect();
        let ids: Vec<String> = usable.iter().map(|e| e.id.clone()).collect();
        self.experiments.retain(|e| !holds(&ids, &e.id));
        self.experiments.extend(usable);
        self.own_experiments.extend(ids.iter().cloned());
        Added { ids, diagnostics }
    }

    /// Adds findings of the user: all of the file, or none if there are errors. Built-in ones of the same ids give way.
    pub fn add_findings_file(&mut self, name: &str, text: &str) -> Added {
        let (findings, diagnostics) = findings::read_file(self, name, text);
        let usable = if clean(&diagnostics) { findings } else { Vec::new() };
        let ids: Vec<String> = usable.iter().map(|f| f.id.clone()).collect();
        self.findings.retain(|f| !holds(&ids, &f.id));
        self.not_run.retain(|f| !holds(&ids, &f.id));
        self.findings.extend(usable);
        self.own_findings.extend(ids.iter().cloned());
        Added { ids, diagnostics }
    }

    /// The rules with all numbers of `parameters.tsv`, as one model.
    ///
    /// # Errors
    /// What the BNGL reader has to say, if at least one diagnostic is an error.
    pub fn rule_model(&self) -> Result<RuleModel, Vec<Diagnostic>> {
        let names: Vec<String> = self.modules.iter().map(|m| format!("model/{}", m.file)).collect();
        let mut sources = vec![Source::new("parameters.tsv", &self.parameter_text)];
        sources.extend(names.iter().zip(&self.modules).map(|(name, m)| Source::new(name, &m.text)));
        formats::bngl::parse(&sources).into_result()
    }

    /// Modules of the rules, in the order in which they are read.
    pub fn modules(&self) -> &[Module] {
        &self.modules
    }

    /// Feedbacks that can be cut.
    pub fn loops(&self) -> &[Feedback] {
        &self.loops
    }

    /// Evidence that disagrees.
    pub fn contradictions(&self) -> &[Contradiction] {
        &self.contradictions
    }

    /// Species put in when an experiment starts.
    pub fn seeds_at_start(&self) -> &[SeedAtStart] {
        &self.seeds
    }

    /// What ionising radiation makes in a cell.
    pub fn radiation(&self) -> &[Radiation] {
        &self.radiation
    }

    /// All numbers of the rules.
    pub fn parameters(&self) -> &[ParameterRow] {
        &self.parameters
    }

    /// Cells.
    pub fn contexts(&self) -> &[Context] {
        &self.contexts
    }

    /// Drugs.
    pub fn drugs(&self) -> &[Agent] {
        &self.drugs
    }

    /// Ligands.
    pub fn ligands(&self) -> &[Agent] {
        &self.ligands
    }

    /// Genes.
    pub fn genes(&self) -> &[Gene] {
        &self.genes
    }

    /// Mutations.
    pub fn mutations(&self) -> &[Mutation] {
        &self.mutations
    }

    /// What becomes of drugs in a mouse.
    pub fn pharmacokinetics(&self) -> &[Pharmacokinetics] {
        &self.pharmacokinetics
    }

    /// Animals that carry tumours.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// Read-outs.
    pub fn readouts(&self) -> &[Readout] {
        &self.readouts
    }

    /// Papers.
    pub fn papers(&self) -> &[Paper] {
        &self.papers
    }

    /// Interactions that papers state.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// What backs each rule.
    pub fn rule_evidence(&self) -> &[RuleEvidence] {
        &self.rule_evidence
    }

    /// Experiments.
    pub fn experiments(&self) -> &[Experiment] {
        &self.experiments
    }

    /// Findings.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Findings that cannot run yet.
    pub fn not_run(&self) -> &[NotRun] {
        &self.not_run
    }

    /// Warnings of the data files.
    pub fn remarks(&self) -> &[Diagnostic] {
        &self.remarks
    }
}

/// Whether an id is in the list, in whatever letters: ids that differ only in these are the same.
fn holds(ids: &[String], id: &str) -> bool {
    ids.iter().any(|own| own.to_lowercase() == id.to_lowercase())
}

fn clean(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().all(|d| d.severity != Severity::Error)
}

#[cfg(test)]
pub(crate) mod tests;
