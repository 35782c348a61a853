//! The bridge to crate `pathway`: opens the library, runs and judges, and turns answers into views.

mod explanation;
pub(crate) mod fitting;
mod listing;
mod model_text;
mod tables;
mod views;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use model::{Diagnostic, Severity};
use pathway::{Bench, BenchError, ExperimentError, Finding, Library, RunSettings, Scoreboard};

use self::fitting::{Fit, FitPlan};
use crate::cohort::CohortView;
use crate::command::list::Kind;
use crate::command::model::Part;
use crate::dose::DoseView;
use crate::failure::{Failure, Sources};
use crate::input::{InputFile, gate, read_all, read_text};
use crate::progress::Progress;
use crate::view::{ExperimentView, FindingView, LoopsView, PaperView};

/// Which library, and with which changes and tolerances.
#[derive(Clone, Debug, Default)]
pub(crate) struct LibrarySource {
    pub(crate) folder: Option<PathBuf>,
    pub(crate) settings: Vec<(String, f64)>,
    pub(crate) rtol: Option<f64>,
    pub(crate) atol: Option<f64>,
}

/// An open library.
pub(crate) struct OpenBench {
    bench: Bench,
    settings: RunSettings,
    /// Findings that the user's files added, by id.
    own: Vec<String>,
    remarks: String,
}

impl OpenBench {
    /// Reads the library, built-in or a folder, and compiles its model.
    ///
    /// # Errors
    /// Everything that is wrong with the files, or an override that names no parameter.
    pub(crate) fn open(source: &LibrarySource) -> Result<Self, Failure> {
        let (library, sources) = match &source.folder {
            None => (Library::embedded(), embedded_sources()),
            Some(folder) => {
                let files = read_folder(folder)?;
                let sources = text_sources(&files);
                (Library::from_files(&files), sources)
            }
        };
        let input = |diagnostics| Failure::Input { diagnostics, sources: sources.clone() };
        let library = library.map_err(input)?;
        let bench = Bench::new(library).map_err(|error| match error {
            BenchError::Model(diagnostics) | BenchError::Names(diagnostics) => input(diagnostics),
            other => Failure::Run {
                message: format!("failed to {other}"),
                help: "check the rules in the library's model folder with `resurge network`".to_string(),
            },
        })?;
        let mut settings = RunSettings { overrides: source.settings.clone(), ..RunSettings::default() };
        settings.rtol = source.rtol.unwrap_or(settings.rtol);
        settings.atol = source.atol.unwrap_or(settings.atol);
        let remarks = check_overrides(bench.library(), &settings.overrides)?;
        Ok(Self { bench, settings, own: Vec::new(), remarks })
    }

    /// The bench, its settings, and what was said about them.
    pub(crate) fn into_parts(self) -> (Bench, RunSettings, String) {
        (self.bench, self.settings, self.remarks)
    }

    /// The id of an experiment: one of the library's, or of the file of that name, which is added.
    ///
    /// # Errors
    /// Neither is there, or the file is wrong.
    pub(crate) fn find_experiment(&mut self, name: &str) -> Result<String, Failure> {
        if self.bench.library().experiment(name).is_some() {
            return Ok(name.to_string());
        }
        let path = Path::new(name);
        let looks_like_a_file = path.extension().is_some() || name.contains(std::path::MAIN_SEPARATOR);
        if !path.exists() && !looks_like_a_file {
            let known = self.bench.library().experiments().iter().map(|e| e.id.as_str());
            return Err(Failure::unknown_name("experiment", name, known, "resurge list experiments"));
        }
        let file = read_text(path)?;
        match self.add(&file, Content::Experiment)?.into_iter().next() {
            Some(id) => Ok(id),
            None => Err(Failure::Read {
                path: file.name,
                reason: "it holds no experiment".to_string(),
                help: "`resurge explain rodrik2011-azd8055` prints one to start from".to_string(),
            }),
        }
    }

    /// Runs an experiment of the library.
    ///
    /// # Errors
    /// A run failed: no numbers.
    pub(crate) fn run(&mut self, id: &str) -> Result<ExperimentView, Failure> {
        let Some(experiment) = self.bench.library().experiment(id) else {
            let known = self.bench.library().experiments().iter().map(|e| e.id.as_str());
            return Err(Failure::unknown_name("experiment", id, known, "resurge list experiments"));
        };
        let result = self.bench.run(experiment, &self.settings).map_err(|e| run_failure(&e))?;
        Ok(views::experiment(&self.bench, experiment, &result, self.methods()))
    }

    /// The patients of a cohort; `by` names the marker that splits them.
    ///
    /// # Errors
    /// No such experiment, no cohort in it, no such marker, or a run failed: no numbers.
    pub(crate) fn cohort(
        &self,
        id: &str,
        by: Option<&str>,
        threads: Option<usize>,
        progress: &Progress,
    ) -> Result<CohortView, Failure> {
        let library = self.bench.library();
        let with_patients =
            || library.experiments().iter().filter(|e| e.cohort.is_some()).map(|e| e.id.as_str());
        let found = library.experiment(id).and_then(|e| Some((e, e.cohort.as_ref()?)));
        let Some((experiment, cohort)) = found else {
            return Err(Failure::unknown_name("cohort", id, with_patients(), "resurge list experiments"));
        };
        let place = match by {
            None => cohort.markers.len().checked_sub(1),
            Some(name) => Some(cohort.markers.iter().position(|m| m.id == name).ok_or_else(|| {
                let known = cohort.markers.iter().map(|m| m.id.as_str());
                Failure::unknown_name("marker of this cohort", name, known, "resurge explain COHORT")
            })?),
        };
        let settings = RunSettings { threads, ..self.settings.clone() };
        let result = self.bench.cohort(experiment, &settings, &|done, total| progress.at(done, total));
        let result = result.map_err(|e| run_failure(&e))?;
        let record = views::record(&result.record);
        let words = (experiment.title.as_str(), experiment.about.as_str());
        let times = (cohort.assessment_h, experiment.end_h);
        Ok(CohortView::new(words, result, place, times, record))
    }

    /// The dose-response curves of an experiment; `None` if it has no dose axis.
    ///
    /// # Errors
    /// A run failed: no numbers.
    pub(crate) fn dose_response(&self, id: &str) -> Result<Option<DoseView>, Failure> {
        let library = self.bench.library();
        let Some(experiment) = library.experiment(id).filter(|e| !e.doses.is_empty()) else {
            return Ok(None);
        };
        let response = self.bench.dose_response(experiment, &self.settings).map_err(|e| run_failure(&e))?;
        Ok(Some(DoseView::new(library, &experiment.title, response)))
    }

    /// An arm of an experiment with each feedback cut in turn; without a name the first arm that gets a treatment.
    ///
    /// # Errors
    /// No such arm, no loops in this library, or a run failed: no numbers.
    pub(crate) fn loops(&self, id: &str, arm: Option<&str>) -> Result<LoopsView, Failure> {
        let library = self.bench.library();
        let Some(experiment) = library.experiment(id) else {
            let known = library.experiments().iter().map(|e| e.id.as_str());
            return Err(Failure::unknown_name("experiment", id, known, "resurge list experiments"));
        };
        let found = match arm {
            Some(name) => experiment.arms.iter().find(|a| a.id == name),
            None => {
                let timed = |a: &&pathway::experiment::Arm| a.perturbations.iter().any(|p| p.at_h.is_some());
                experiment.arms.iter().find(timed).or(experiment.arms.first())
            }
        };
        let Some(found) = found else {
            let known = experiment.arms.iter().map(|a| a.id.as_str());
            return Err(Failure::unknown_name(
                "arm",
                arm.unwrap_or_default(),
                known,
                "resurge explain EXPERIMENT",
            ));
        };
        let result = self.bench.attribute_loops(experiment, found, &self.settings).map_err(|e| {
            Failure::Run { message: e.to_string(), help: "`resurge list loops` shows the loops".to_string() }
        })?;
        Ok(views::loops(&self.bench, experiment, found, &result))
    }

    /// Verdicts of all findings on one experiment.
    ///
    /// # Errors
    /// None at present: a failed run makes a finding inconclusive.
    pub(crate) fn judge_experiment(&mut self, id: &str) -> Result<Vec<FindingView>, Failure> {
        let findings: Vec<&Finding> = self
            .bench
            .library()
            .findings()
            .iter()
            .filter(|f| f.experiments.iter().any(|e| e == id))
            .collect();
        Ok(self.scoreboard(&findings, &Progress::silent()).judgements.iter().map(views::finding).collect())
    }

    /// Adds the user's files: experiments first, then findings; a findings folder may hold both.
    ///
    /// # Errors
    /// A file cannot be read or is wrong.
    pub(crate) fn add_files(&mut self, findings: &[PathBuf], experiments: &[PathBuf]) -> Result<(), Failure> {
        let mut files = Vec::new();
        for path in experiments.iter().chain(findings) {
            files.extend(read_all(path, "toml")?);
        }
        for file in files.iter().filter(|f| content(f) == Content::Experiment) {
            self.add(file, Content::Experiment)?;
        }
        for file in files.iter().filter(|f| content(f) == Content::Findings) {
            let ids = self.add(file, Content::Findings)?;
            self.own.extend(ids);
        }
        Ok(())
    }

    /// Adds a file; gives the ids that it brings.
    fn add(&mut self, file: &InputFile, content: Content) -> Result<Vec<String>, Failure> {
        let added = match content {
            Content::Experiment => self.bench.add_experiment_file(&file.name, &file.text),
            Content::Findings => self.bench.add_findings_file(&file.name, &file.text),
        };
        let remarks = gate(added.diagnostics, std::slice::from_ref(file))?;
        self.remarks.push_str(&remarks);
        Ok(added.ids)
    }

    /// Ids of the findings to judge: of a paper, or only the user's own, or all; with those that cannot run.
    ///
    /// # Errors
    /// An unknown paper.
    pub(crate) fn select_findings(
        &self,
        paper: Option<&str>,
        own_only: bool,
    ) -> Result<Vec<String>, Failure> {
        let library = self.bench.library();
        if let Some(paper) = paper
            && library.paper(paper).is_none()
        {
            let known = library.papers().iter().map(|p| p.id.as_str());
            return Err(Failure::unknown_name("paper", paper, known, "resurge list papers"));
        }
        let wanted = |id: &str, of: &str| {
            paper.is_none_or(|p| p == of) && (!own_only || self.own.iter().any(|o| o == id))
        };
        let run = library.findings().iter().filter(|f| wanted(&f.id, &f.paper)).map(|f| f.id.clone());
        let not_run = library.not_run().iter().filter(|f| wanted(&f.id, &f.paper)).map(|f| f.id.clone());
        Ok(run.chain(not_run).collect())
    }

    /// Verdicts, in the order of the ids.
    ///
    /// # Errors
    /// None at present: a failed run makes a finding inconclusive.
    pub(crate) fn judge(&mut self, ids: &[String], progress: &Progress) -> Result<Vec<FindingView>, Failure> {
        let library = self.bench.library();
        let findings: Vec<&Finding> = ids.iter().filter_map(|id| library.finding(id)).collect();
        let mut board = self.scoreboard(&findings, progress);
        board.extend_not_run(library.not_run().iter().filter(|f| ids.contains(&f.id)));
        Ok(board.judgements.iter().map(views::finding).collect())
    }

    fn scoreboard(&self, findings: &[&Finding], progress: &Progress) -> Scoreboard {
        self.bench.check(findings, &self.settings, &|done, total| progress.at(done, total))
    }

    /// Fills in the share of noisy draws in which each finding holds.
    ///
    /// # Errors
    /// Settings that no run could use.
    pub(crate) fn add_pass_shares(
        &mut self,
        findings: &mut [FindingView],
        noise: f64,
        draws: usize,
        seed: u64,
        progress: &Progress,
    ) -> Result<Option<String>, Failure> {
        let library = self.bench.library();
        let noisy: Vec<&Finding> = findings.iter().filter_map(|f| library.finding(&f.id)).collect();
        let robustness = self
            .bench
            .robustness(&noisy, &self.settings, draws, noise, seed, &|done, total| progress.at(done, total))
            .map_err(|e| run_failure(&e))?;
        for finding in findings {
            let share = robustness.per_finding.iter().find(|(id, _)| *id == finding.id);
            finding.pass_share = share.map(|(_, share)| *share);
        }
        let runs = robustness.failed_runs;
        let why = robustness.first_failure;
        Ok(why.map(|why| {
            format!("{runs} noisy runs failed, so their findings count as not supported; the first: {why}")
        }))
    }

    /// Searches parameters with which findings hold; findings that cannot run do not count.
    ///
    /// # Errors
    /// Nothing may move, or there is no finding.
    pub(crate) fn fit(
        &self,
        plan: &FitPlan,
        on_generation: &mut dyn FnMut(&[String], &calibrate::Generation) -> ControlFlow<()>,
    ) -> Result<Fit, Failure> {
        fitting::fit(&self.bench, plan, on_generation)
    }

    /// Puts the values of a fit into the tables of a library folder; gives how many rows changed.
    ///
    /// # Errors
    /// A table cannot be read or written.
    pub(crate) fn apply(folder: &Path, fit: &Fit) -> Result<usize, Failure> {
        tables::apply(folder, &fit.numbers)
    }

    /// Everything needed to compute the results again.
    pub(crate) fn record(&self) -> serde_json::Value {
        views::record(&self.scoreboard(&[], &Progress::silent()).record)
    }

    /// All papers.
    pub(crate) fn papers(&self) -> Vec<PaperView> {
        self.bench.library().papers().iter().map(views::paper).collect()
    }

    /// How results are computed, in sentences.
    pub(crate) fn methods(&self) -> Vec<String> {
        views::methods(&self.bench, &self.settings)
    }

    /// Warnings about the user's files.
    pub(crate) fn remarks(&self) -> String {
        self.remarks.clone()
    }

    /// Rows of a list.
    pub(crate) fn list(&self, kind: Kind) -> Vec<Vec<String>> {
        listing::rows(self.bench.library(), kind)
    }

    /// What is known about a name.
    pub(crate) fn explain(&self, name: &str) -> Option<String> {
        explanation::of(&self.bench, name)
    }

    /// All names that [`OpenBench::explain`] knows.
    pub(crate) fn names(&self) -> Vec<String> {
        explanation::names(&self.bench)
    }

    /// What the lint says, and whether nothing in it is an error.
    ///
    /// # Errors
    /// None at present.
    pub(crate) fn lint(&self) -> Result<(String, bool), Failure> {
        let diagnostics = self.bench.lint();
        let passed = !diagnostics.iter().any(|d| d.severity == Severity::Error);
        Ok((model_text::lint(&diagnostics), passed))
    }

    /// A part of the model as text.
    ///
    /// # Errors
    /// None at present.
    pub(crate) fn model_text(&self, part: Option<Part>) -> Result<String, Failure> {
        Ok(model_text::of(&self.bench, part))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Content {
    Experiment,
    Findings,
}

/// What a file holds: a findings file has `[[finding]]` tables.
fn content(file: &InputFile) -> Content {
    let findings = file.text.lines().any(|line| line.trim_start().starts_with("[[finding]]"));
    if findings { Content::Findings } else { Content::Experiment }
}

/// Refuses names that are no parameter and signs that no source allows; remarks on values outside of their range.
fn check_overrides(library: &Library, overrides: &[(String, f64)]) -> Result<String, Failure> {
    let mut remarks = String::new();
    for (name, value) in overrides {
        // `table:NAME` and `CELL:NAME` hold for the table only, or for one cell.
        let (scope, plain) = name.split_once(':').unwrap_or(("table", name));
        if scope != "table" && library.context(scope).is_none() {
            let known = library.contexts().iter().map(|c| c.id.as_str());
            return Err(Failure::unknown_name("cell", scope, known, "resurge list contexts"));
        }
        let own = library.context(scope).and_then(|c| c.values.iter().find(|v| v.name == plain));
        let Some(row) = own.or_else(|| library.parameter(plain)) else {
            let known = library.parameters().iter().map(|p| p.name.as_str());
            return Err(Failure::unknown_name("parameter", plain, known, "resurge model parameters"));
        };
        if *value < 0.0 && row.low >= 0.0 {
            return Err(Failure::Option {
                option: "--set",
                value: format!("{name}={value}"),
                reason: "the parameter cannot be negative".to_string(),
                help: format!("its plausible range is {} to {} {}", row.low, row.high, row.unit),
            });
        }
        if *value < row.low || *value > row.high {
            let unit = if row.unit == "1" { String::new() } else { format!(" {}", row.unit) };
            remarks.push_str(&format!(
                "note: {name} = {value}{unit} lies outside of its plausible range, {} to {}{unit}\n",
                row.low, row.high
            ));
        }
    }
    Ok(remarks)
}

fn run_failure(error: &ExperimentError) -> Failure {
    Failure::Run {
        message: error.to_string(),
        help: "see which dose, knock-down or --set the message speaks of; `resurge explain NAME` says what is known"
            .to_string(),
    }
}

fn embedded_sources() -> Sources {
    let text = |bytes: &&[u8]| String::from_utf8_lossy(bytes).into_owned();
    Library::embedded_files().iter().map(|(name, bytes)| (name.to_string(), text(bytes))).collect()
}

fn text_sources(files: &[(String, Vec<u8>)]) -> Sources {
    files.iter().map(|(name, bytes)| (name.clone(), String::from_utf8_lossy(bytes).into_owned())).collect()
}

/// All files below a folder, by their path inside it.
fn read_folder(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let failed = |e: std::io::Error| Failure::read_io(&next, &e);
        for entry in std::fs::read_dir(&next).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let inside = path.strip_prefix(folder).unwrap_or(&path);
                let name = inside.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
                let bytes = std::fs::read(&path).map_err(|e| Failure::read_io(&path, &e))?;
                files.push((name, bytes));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Used by the lint text and the tests: one diagnostic per paragraph.
pub(crate) fn lines_of(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| format!("{d}\n")).collect()
}
