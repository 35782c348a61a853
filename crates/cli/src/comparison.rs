//! The model against tables of measurements: which columns mean what, the runs that answer them, and the distances.
//!
//! The tables belong to others and are not part of the program: a description file says how to read one.

mod distance;
mod growth;
mod inhibition;
mod population;
mod published;
mod response;
mod table;

use std::path::{Path, PathBuf};

use pathway::{Bench, RunSettings};
use serde::Deserialize;

pub(crate) use distance::{Distances, Pair, Unpaired};
pub(crate) use inhibition::{AFTER_H, CRITERIA, Inhibition};
pub(crate) use published::describe as describe_published;

use crate::failure::Failure;
use crate::input::read_text;

/// A description file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// Heading.
    pub(crate) title: String,
    /// Where the measurements come from.
    pub(crate) source: String,
    /// The table, below the folder of measurements.
    file: String,
    /// Names of cells in the table, and in the library.
    #[serde(default)]
    cells: std::collections::BTreeMap<String, String>,
    /// Names of drugs and ligands in the table, and in the library; others are looked up as they are written.
    #[serde(default)]
    agents: std::collections::BTreeMap<String, String>,
    /// Sensitivities to drugs.
    growth: Option<growth::Columns>,
    /// Responses to ligands or drugs over time.
    response: Option<response::Columns>,
    /// Growth of a population of tumours.
    population: Option<population::Columns>,
}

/// The environment variable that names the folder of measurements.
pub(crate) const FOLDER_VARIABLE: &str = "RESURGE_BIO";
/// Where measurements are looked for without it.
const FOLDER: &str = "bio";

/// The folder of measurements: as given, or by the environment variable, or in the current folder.
///
/// # Errors
/// There is none.
pub(crate) fn data_folder(given: Option<&Path>) -> Result<PathBuf, Failure> {
    let named = given.map(Path::to_path_buf).or_else(|| std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from));
    let found = named.unwrap_or_else(|| PathBuf::from(FOLDER));
    if found.is_dir() {
        return Ok(found);
    }
    Err(Failure::Read {
        path: found.display().to_string(),
        reason: "there is no folder of measurements".to_string(),
        help: format!("name it with --data or in the environment variable {FOLDER_VARIABLE}"),
    })
}

/// Reads a description.
///
/// # Errors
/// It cannot be read, or says something unknown.
pub(crate) fn describe(path: &Path) -> Result<Description, Failure> {
    let file = read_text(path)?;
    toml::from_str(&file.text).map_err(|e| Failure::Read {
        path: file.name,
        reason: e.to_string().trim().to_string(),
        help: "the files in the folder comparison of the repository show what a description says".to_string(),
    })
}

/// Makes the runs that answer a table, and measures the distances.
///
/// # Errors
/// The table does not hold what the description says, the library lacks a name, or a run failed.
pub(crate) fn compare(
    description: &Description,
    folder: &Path,
    bench: &Bench,
    settings: &RunSettings,
) -> Result<Vec<Distances>, Failure> {
    let path = folder.join(&description.file);
    let table = table::Table::read(&path)?;
    let mut distances = Vec::new();
    if let Some(columns) = &description.growth {
        distances.extend(growth::compare(description, columns, &table, bench, settings)?);
    }
    if let Some(columns) = &description.response {
        distances.extend(response::compare(description, columns, &table, bench, settings)?);
    }
    if let Some(columns) = &description.population {
        distances.extend(population::compare(description, columns, &table, bench, settings)?);
    }
    if distances.is_empty() {
        return Err(table.wrong("no row names a cell and a drug or ligand that the library has"));
    }
    Ok(distances)
}

impl Description {
    /// The id of the cell with that name in the table, if the description and the library have it.
    fn cell(&self, bench: &Bench, name: &str) -> Option<String> {
        Some(bench.library().context(self.cells.get(name)?)?.id.clone())
    }

    /// The id of the drug or ligand with that name in the table, if the library has it.
    fn agent(&self, bench: &Bench, name: &str) -> Option<String> {
        let own = self.agents.get(name).map_or(name, String::as_str);
        Some(bench.library().agent(own)?.id.clone())
    }
}

/// An experiment made for a comparison.
fn experiment(
    context: &str,
    arms: Vec<pathway::experiment::Arm>,
    readouts: &[&str],
    times_h: Vec<f64>,
    end_h: f64,
) -> pathway::Experiment {
    use pathway::experiment::{Normalise, PreEquilibration, ShownReadout};
    pathway::Experiment {
        id: "comparison".to_string(),
        title: String::new(),
        paper: None,
        source: String::new(),
        context: context.to_string(),
        about: String::new(),
        animals: None,
        cohort: None,
        clones: Vec::new(),
        pre_equilibration: PreEquilibration::SteadyState,
        lead_in_h: 0.0,
        end_h,
        times_h,
        arms,
        doses: Vec::new(),
        replicates: None,
        readouts: readouts
            .iter()
            .map(|id| ShownReadout { id: (*id).to_string(), normalise: Some(Normalise::None) })
            .collect(),
        figure: None,
        at: nowhere(),
    }
}

/// An arm made for a comparison.
fn arm(
    id: String,
    context: &str,
    perturbations: Vec<pathway::experiment::Perturbation>,
) -> pathway::experiment::Arm {
    pathway::experiment::Arm { label: id.clone(), id, context: Some(context.to_string()), perturbations }
}

/// The place of something that stands in no file.
fn nowhere() -> model::Location {
    model::Location { file: "comparison".to_string(), line: 1, column: 1 }
}

/// A run of a comparison failed.
fn failed(error: &pathway::ExperimentError) -> Failure {
    Failure::Run {
        message: error.to_string(),
        help: "compare fewer cells or drugs in the description to find the one that fails".to_string(),
    }
}
