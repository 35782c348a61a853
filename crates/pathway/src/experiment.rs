//! Virtual experiments: who, what, when, and what is read.

use model::Location;

use crate::animal::{Animals, Route};
use crate::assay::Replicates;
use crate::cohort::Cohort;

/// An experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Paper, if it repeats one.
    pub paper: Option<String>,
    /// Figure and panel; may be empty.
    pub source: String,
    /// Id of the cell.
    pub context: String,
    /// One or two sentences; may be empty.
    pub about: String,
    /// Animals that carry the cells as tumours; `None`: cells in a dish.
    pub animals: Option<Animals>,
    /// Other cells among those of each arm, from the start. They grow side by side and do not influence each other.
    pub clones: Vec<Subclone>,
    /// Patients: what differs between them and what is measured; `None`: animals, or cells in a dish.
    pub cohort: Option<Cohort>,
    /// What happens before.
    pub pre_equilibration: PreEquilibration,
    /// Time before t = 0 in which perturbations with negative times act.
    pub lead_in_h: f64,
    /// End of the experiment.
    pub end_h: f64,
    /// When is sampled, ascending.
    pub times_h: Vec<f64>,
    /// Arms; at least one.
    pub arms: Vec<Arm>,
    /// Drugs and ligands in rising doses, each on top of arms.
    pub doses: Vec<DoseAxis>,
    /// Replicate wells of the dose-response curves, if they are read with noise.
    pub replicates: Option<Replicates>,
    /// What is read; at least one.
    pub readouts: Vec<ShownReadout>,
    /// How it is drawn, if it says so.
    pub figure: Option<Figure>,
    /// Where it is written.
    pub at: Location,
}

/// Cells of another kind among those of an arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Subclone {
    /// Id of the cell.
    pub context: String,
    /// Share of the live cells at the start.
    pub share: f64,
}

/// What happens before the experiment starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PreEquilibration {
    /// The cells rest until nothing changes.
    SteadyState,
    /// Nothing: the run starts from the initial amounts.
    None,
    /// The cells rest for so many hours.
    Duration(f64),
}

/// One arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Id of its cell, if not the experiment's.
    pub context: Option<String>,
    /// What is done, in the order written.
    pub perturbations: Vec<Perturbation>,
}

/// Something done to cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Perturbation {
    /// When; `None`: it is in place before the pre-equilibration.
    pub at_h: Option<f64>,
    /// What. Names are ids of the library.
    pub action: Action,
    /// Where it is written.
    pub at: Location,
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Adds to the concentration in the medium.
    Add {
        /// Drug or ligand.
        agent: String,
        /// How much.
        dose: Dose,
    },
    /// Gives a dose to an animal.
    Give {
        /// Drug.
        agent: String,
        /// How much, in nmol per kg of animal.
        nanomoles_per_kg: f64,
        /// How it gets in.
        route: Route,
        /// The dose as written.
        text: String,
    },
    /// Sets the concentration in the medium.
    Set {
        /// Drug or ligand.
        agent: String,
        /// To how much.
        dose: Dose,
    },
    /// Washes out: a drug to 0, a ligand to the medium of the cell.
    Remove {
        /// Drug or ligand.
        agent: String,
    },
    /// Ionising radiation, all at once.
    Irradiate {
        /// Absorbed dose in Gy.
        gray: f64,
        /// The dose as written.
        text: String,
    },
    /// All ligands to 0.
    WithdrawSerum,
    /// Less of a gene product.
    KnockDown {
        /// Gene.
        gene: String,
        /// Share that remains.
        remaining: f64,
    },
    /// None of a gene product.
    KnockOut {
        /// Gene.
        gene: String,
    },
    /// More of a gene product.
    OverExpress {
        /// Gene.
        gene: String,
        /// How many times as much.
        fold: f64,
    },
    /// A mutant in place of the wild type.
    Mutate {
        /// Mutation.
        mutation: String,
    },
}

/// A dose.
#[derive(Clone, Debug, PartialEq)]
pub struct Dose {
    /// In nM.
    pub nanomolar: f64,
    /// As written.
    pub text: String,
}

/// A drug or ligand in rising doses on top of arms; the arm itself is the control.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseAxis {
    /// Drug or ligand.
    pub agent: String,
    /// Doses, ascending, above 0.
    pub doses: Vec<Dose>,
    /// When it is set.
    pub at_h: f64,
    /// Arms; empty: all.
    pub arms: Vec<String>,
    /// Where it is written.
    pub at: Location,
}

/// A read-out of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownReadout {
    /// Id of the read-out.
    pub id: String,
    /// What its values are shown relative to; `None`: as the read-out's `display` says.
    pub normalise: Option<Normalise>,
}

/// What values are shown relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Normalise {
    /// The same arm at t = 0.
    Start,
    /// Another arm at the same time.
    Arm(String),
    /// Nothing.
    None,
}

/// How an experiment is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Title, if not the experiment's.
    pub title: Option<String>,
    /// Panels per row.
    pub columns: Option<u32>,
}

impl DoseAxis {
    /// Whether an arm gets the doses.
    pub fn covers(&self, arm: &str) -> bool {
        self.arms.is_empty() || self.arms.iter().any(|own| own == arm)
    }
}

impl Experiment {
    /// The arm with this id.
    pub fn arm(&self, id: &str) -> Option<&Arm> {
        self.arms.iter().find(|a| a.id == id)
    }

    /// Whether a stretch of time lies between the start of the lead-in and the end.
    pub(crate) fn covers(&self, (from_h, to_h): (f64, f64)) -> bool {
        from_h >= -self.lead_in_h && to_h <= self.end_h
    }
}

impl Action {
    /// A short text for a plot or table.
    pub fn describe(&self) -> String {
        match self {
            Action::Add { agent, dose } => format!("+ {agent} {}", dose.text),
            Action::Give { agent, text, route, .. } => format!("{agent} {text} {}", route.word()),
            Action::Set { agent, dose } => format!("{agent} set to {}", dose.text),
            Action::Remove { agent } => format!("{agent} washed out"),
            Action::Irradiate { text, .. } => format!("radiation {text}"),
            Action::WithdrawSerum => "serum withdrawn".to_string(),
            Action::KnockDown { gene, remaining } => {
                format!("{gene} knocked down to {} %", percent(*remaining))
            }
            Action::KnockOut { gene } => format!("{gene} knocked out"),
            Action::OverExpress { gene, fold } => format!("{gene} over-expressed {fold} x"),
            Action::Mutate { mutation } => mutation.clone(),
        }
    }
}

/// Percent without the noise of binary fractions.
fn percent(share: f64) -> f64 {
    (share * 1e8).round() / 1e6
}
