//! What the data files describe: parameters, cells, perturbagens, read-outs, papers, evidence.

use model::Location;

use crate::read::unit::UnitExponents;

/// How a number was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obtained {
    /// Measured, in the source.
    Measured,
    /// Taken over or computed from the source.
    TakenFrom,
    /// Chosen so that findings hold.
    Fitted,
    /// Assumed, on the grounds that the source gives.
    Assumed,
}

impl Obtained {
    /// All, with the words of the tables.
    pub const ALL: [(Obtained, &'static str); 4] = [
        (Obtained::Measured, "measured"),
        (Obtained::TakenFrom, "taken from"),
        (Obtained::Fitted, "fitted to findings"),
        (Obtained::Assumed, "assumed"),
    ];

    /// As written in the tables.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(o, _)| *o == self).expect("ALL lists every word").1
    }
}

/// A number of the model: a row of `parameters.tsv` or `contexts.tsv`.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterRow {
    /// Name in the rules.
    pub name: String,
    /// Value in its unit.
    pub value: f64,
    /// Unit as written.
    pub unit: String,
    /// Unit as exponents.
    pub exponents: UnitExponents,
    /// Lowest value compatible with the source.
    pub low: f64,
    /// Highest value compatible with the source.
    pub high: f64,
    /// How it was obtained.
    pub obtained: Obtained,
    /// Where it comes from.
    pub source: String,
    /// Remark; may be empty.
    pub note: String,
    /// Where it is written.
    pub at: Location,
}

/// A module of the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// File under `model/`.
    pub file: String,
    /// Title.
    pub title: String,
    /// One sentence.
    pub about: String,
    /// The BNGL text.
    pub text: String,
}

/// A species that is put in when the experiment starts, after the pre-equilibration.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedAtStart {
    /// Species.
    pub species: String,
    /// Amount at t = 0.
    pub amount: f64,
    /// Why.
    pub about: String,
    /// Where it is written.
    pub at: Location,
}

/// What ionising radiation makes in a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Radiation {
    /// Species.
    pub species: String,
    /// Parameter: amount of it per Gy.
    pub per_gray: String,
    /// Where it is written.
    pub at: Location,
}

/// A cell: abundances and genotype.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Animal.
    pub species: String,
    /// Tissue.
    pub tissue: String,
    /// Genotype.
    pub genotype: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// One sentence.
    pub about: String,
    /// Where its numbers come from.
    pub sources: Vec<String>,
    /// The cell that it was derived from: it has the parent's values where it has none of its own.
    pub parent: Option<String>,
    /// Parameters that differ from the parent, or from the table without one.
    pub values: Vec<ParameterRow>,
    /// Where it is written.
    pub at: Location,
}

/// Drug or ligand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentKind {
    /// Absent unless added.
    Drug,
    /// In the medium by default.
    Ligand,
}

/// A drug or ligand: a species of the medium.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// Which of the two.
    pub kind: AgentKind,
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Class of drugs; empty for ligands.
    pub class: String,
    /// What it acts on; may be empty.
    pub target: String,
    /// Its species in the model.
    pub species: String,
    /// g/mol, if known.
    pub molecular_weight: Option<f64>,
    /// Dose in nM above which a warning is given.
    pub max_dose_nm: Option<f64>,
    /// For ligands: the parameter with its concentration in the medium.
    pub medium: Option<String>,
    /// Its numbers.
    pub parameters: Vec<String>,
    /// Where its numbers come from.
    pub sources: Vec<String>,
    /// Remark; may be empty.
    pub about: String,
    /// Where it is written.
    pub at: Location,
}

/// A gene whose dose can be changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Gene {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Molecule types scaled when the change comes during a run and the protein has no turnover.
    pub molecules: Vec<String>,
    /// Parameters that are scaled: totals, or levels that set a synthesis rate.
    pub parameters: Vec<String>,
    /// Whether the protein is made and degraded in the model.
    pub turnover: bool,
    /// Remark; may be empty.
    pub about: String,
    /// Where it is written.
    pub at: Location,
}

/// A mutant that replaces the wild type.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutation {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Gene.
    pub gene: String,
    /// Parameters that make the mutant, with their values.
    pub set: Vec<(String, f64)>,
    /// One sentence.
    pub about: String,
    /// Where it was seen.
    pub sources: Vec<String>,
    /// Where it is written.
    pub at: Location,
}

/// How a read-out is shown by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// Relative to the same arm at t = 0.
    FoldOfStart,
    /// Relative to the control arm at the same time.
    FoldOfControl,
    /// In its unit.
    AsIs,
    /// Times 100.
    Percent,
}

impl Display {
    /// All, with the words of the file.
    pub const ALL: [(Display, &'static str); 4] = [
        (Display::FoldOfStart, "fold of t = 0"),
        (Display::FoldOfControl, "fold of control"),
        (Display::AsIs, "as is"),
        (Display::Percent, "percent"),
    ];
}

/// What an assay sees: `signal / per`.
#[derive(Clone, Debug, PartialEq)]
pub struct Readout {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Kind of assay.
    pub assay: String,
    /// Observable or function of the model.
    pub signal: String,
    /// What the signal is divided by, if anything.
    pub per: Option<String>,
    /// Unit of `signal / per`.
    pub unit: String,
    /// How it is shown by default.
    pub display: Display,
    /// Of several clones it is the sum; otherwise the mean over live cells.
    pub additive: bool,
    /// Remark; may be empty.
    pub about: String,
    /// Where it is written.
    pub at: Location,
}

/// Kinds of assays.
pub const ASSAYS: [&str; 15] = [
    "western",
    "kinase assay",
    "mRNA",
    "sub-G1",
    "activity",
    "protein",
    "ELISA",
    "ChIP",
    "reporter",
    "co-IP",
    "IHC",
    "array",
    "viability",
    "volume",
    "concentration",
];

/// A publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Id.
    pub id: String,
    /// Citation.
    pub citation: String,
    /// Title.
    pub title: String,
    /// DOI; may be empty.
    pub doi: String,
    /// Where it is written.
    pub at: Location,
}

/// An interaction that a paper states: a row of `evidence.tsv`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Evidence {
    pub id: String,
    pub interaction_source: String,
    pub target: String,
    pub effect: String,
    pub sign: String,
    pub site: String,
    pub conditions: String,
    pub directness: String,
    pub time_scale: String,
    pub paper: String,
    pub section: String,
    pub note: String,
    /// Where it is written.
    pub at: Location,
}

/// What backs a reaction rule: a row of `rules.tsv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleEvidence {
    /// Name of the rule.
    pub rule: String,
    /// Ids of evidence rows.
    pub evidence: Vec<String>,
    /// Other mechanisms that would fit.
    pub alternatives: String,
    /// Remark; says why there is no evidence, if there is none.
    pub note: String,
    /// Where it is written.
    pub at: Location,
}

/// A feedback that can be cut: an entry of `loops.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// What it does.
    pub about: String,
    /// Rules that carry it; cutting holds their influence on what they act on.
    pub rules: Vec<String>,
    /// Ids of evidence rows.
    pub evidence: Vec<String>,
    /// Where it is written.
    pub at: Location,
}

/// Evidence that disagrees, and what the model makes of it: an entry of `contradictions.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// Id.
    pub id: String,
    /// The question.
    pub title: String,
    /// What each side says, with where it says it.
    pub sides: Vec<String>,
    /// What the model does about it.
    pub resolution: String,
    /// Ids of findings on either side.
    pub findings: Vec<String>,
    /// Rules that carry the resolution.
    pub rules: Vec<String>,
    /// Parameters that carry it.
    pub parameters: Vec<String>,
    /// Where it is written.
    pub at: Location,
}
