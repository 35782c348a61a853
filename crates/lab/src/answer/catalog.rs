//! What there is: cells, drugs, read-outs, experiments, the map.

use axum::Json;
use axum::extract::State;
use pathway::Library;
use pathway::catalog::{Agent, AgentKind, Display};
use serde::Serialize;
use utoipa::ToSchema;

use crate::map::Map;
use crate::state::Lab;

/// Everything that the page can choose from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Catalog {
    /// Version of the program.
    version: String,
    /// The model behind it.
    model: ModelFacts,
    cells: Vec<Cell>,
    drugs: Vec<AgentFacts>,
    ligands: Vec<AgentFacts>,
    genes: Vec<Choice>,
    mutations: Vec<Choice>,
    readouts: Vec<ReadoutFacts>,
    experiments: Vec<ExperimentFacts>,
    papers: Vec<PaperFacts>,
    /// Feedbacks that can be opened.
    loops: Vec<Choice>,
    map: Map,
}

/// Size and identity of the model.
#[derive(Debug, Serialize, ToSchema)]
struct ModelFacts {
    species: usize,
    reactions: usize,
    parameters: usize,
    hash: String,
    modules: Vec<String>,
}

/// A cell.
#[derive(Debug, Serialize, ToSchema)]
struct Cell {
    id: String,
    label: String,
    tissue: String,
    genotype: String,
    about: String,
    sources: Vec<String>,
}

/// A drug or ligand.
#[derive(Debug, Serialize, ToSchema)]
struct AgentFacts {
    id: String,
    label: String,
    aliases: Vec<String>,
    class: String,
    target: String,
    /// g/mol.
    molecular_weight: Option<f64>,
    /// Dose above which it is no longer selective, or not sensible.
    max_dose_nm: Option<f64>,
    /// For ligands: concentration in the medium of the reference cell.
    medium_nm: Option<f64>,
    about: String,
}

/// Something with an id and a name.
#[derive(Debug, Serialize, ToSchema)]
struct Choice {
    id: String,
    label: String,
    aliases: Vec<String>,
    about: String,
}

/// A read-out.
#[derive(Debug, Serialize, ToSchema)]
struct ReadoutFacts {
    id: String,
    label: String,
    assay: String,
    unit: String,
    /// How it is shown by default: `fold of t = 0`, `fold of control`, `as is` or `percent`.
    display: String,
    about: String,
}

/// An experiment.
#[derive(Debug, Serialize, ToSchema)]
struct ExperimentFacts {
    id: String,
    title: String,
    paper: Option<String>,
    source: String,
    cell: String,
    about: String,
    hours: f64,
    arms: Vec<String>,
    /// Ids of the findings that are judged on it.
    findings: Vec<String>,
}

/// A publication.
#[derive(Debug, Serialize, ToSchema)]
struct PaperFacts {
    id: String,
    citation: String,
    title: String,
    doi: String,
}

/// Everything that the page can choose from.
#[utoipa::path(get, path = "/api/catalog", responses((status = 200, body = Catalog)))]
pub(crate) async fn catalog(State(lab): State<Lab>) -> Json<Catalog> {
    Json(Catalog::of(&lab))
}

impl Catalog {
    fn of(lab: &Lab) -> Self {
        let (bench, library) = (lab.bench(), lab.bench().library());
        Self {
            version: env!("CARGO_PKG_VERSION").to_string(),
            model: ModelFacts {
                species: bench.network().species.len(),
                reactions: bench.network().reactions.len(),
                parameters: library.parameters().len(),
                hash: bench.model_hash().to_string(),
                modules: library.modules().iter().map(|m| m.title.clone()).collect(),
            },
            cells: cells(library),
            drugs: library.drugs().iter().map(|a| agent(library, a)).collect(),
            ligands: library.ligands().iter().map(|a| agent(library, a)).collect(),
            genes: library.genes().iter().map(|g| choice(&g.id, &g.label, &g.aliases, &g.about)).collect(),
            mutations: library
                .mutations()
                .iter()
                .map(|m| choice(&m.id, &m.label, &m.aliases, &m.about))
                .collect(),
            readouts: readouts(library),
            experiments: experiments(library),
            papers: papers(library),
            loops: library.loops().iter().map(|l| choice(&l.id, &l.label, &[], &l.about)).collect(),
            map: lab.map().clone(),
        }
    }
}

fn choice(id: &str, label: &str, aliases: &[String], about: &str) -> Choice {
    Choice { id: id.into(), label: label.into(), aliases: aliases.to_vec(), about: about.into() }
}

fn cells(library: &Library) -> Vec<Cell> {
    let cells = library.contexts().iter().map(|c| Cell {
        id: c.id.clone(),
        label: c.label.clone(),
        tissue: c.tissue.clone(),
        genotype: c.genotype.clone(),
        about: c.about.clone(),
        sources: c.sources.clone(),
    });
    cells.collect()
}

fn agent(library: &Library, agent: &Agent) -> AgentFacts {
    let medium = agent.medium.as_deref().filter(|_| agent.kind == AgentKind::Ligand);
    AgentFacts {
        id: agent.id.clone(),
        label: agent.label.clone(),
        aliases: agent.aliases.clone(),
        class: agent.class.clone(),
        target: agent.target.clone(),
        molecular_weight: agent.molecular_weight,
        max_dose_nm: agent.max_dose_nm,
        medium_nm: medium.and_then(|name| library.parameter(name)).map(|p| p.value),
        about: agent.about.clone(),
    }
}

fn readouts(library: &Library) -> Vec<ReadoutFacts> {
    let readouts = library.readouts().iter().map(|r| ReadoutFacts {
        id: r.id.clone(),
        label: r.label.clone(),
        assay: r.assay.clone(),
        unit: r.unit.clone(),
        display: display(r.display).to_string(),
        about: r.about.clone(),
    });
    readouts.collect()
}

fn display(display: Display) -> &'static str {
    Display::ALL.iter().find(|(d, _)| *d == display).map_or("as is", |(_, word)| word)
}

fn experiments(library: &Library) -> Vec<ExperimentFacts> {
    let findings = |id: &str| {
        let of = library.findings().iter().filter(|f| f.experiments.iter().any(|e| e == id));
        of.map(|f| f.id.clone()).collect()
    };
    let experiments = library.experiments().iter().map(|e| ExperimentFacts {
        id: e.id.clone(),
        title: e.title.clone(),
        paper: e.paper.clone(),
        source: e.source.clone(),
        cell: e.context.clone(),
        about: e.about.clone(),
        hours: e.end_h,
        arms: e.arms.iter().map(|a| a.label.clone()).collect(),
        findings: findings(&e.id),
    });
    experiments.collect()
}

fn papers(library: &Library) -> Vec<PaperFacts> {
    let papers = library.papers().iter().map(|p| PaperFacts {
        id: p.id.clone(),
        citation: p.citation.clone(),
        title: p.title.clone(),
        doi: p.doi.clone(),
    });
    papers.collect()
}
