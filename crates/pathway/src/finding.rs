//! Findings: what papers state about cells, and the rules that decide whether the model shows it.

use model::Location;

use crate::rule::Condition;

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Id.
    pub id: String,
    /// Paper.
    pub paper: String,
    /// Figure or section.
    pub source: String,
    /// The finding in our words.
    pub statement: String,
    /// How it stands in the paper.
    pub provenance: Provenance,
    /// 1: central; higher: less so.
    pub tier: u8,
    /// Cell or condition in words.
    pub context: String,
    /// Ids of the experiments its rule speaks of.
    pub experiments: Vec<String>,
    /// The statement in numbers.
    pub rule: Rule,
    /// Levels and upper limits that must hold as well.
    pub guards: Vec<Rule>,
    /// Remark; may be empty.
    pub note: String,
    /// Where it is written.
    pub at: Location,
}

/// A rule with its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The text on one line.
    pub text: String,
    /// What it says.
    pub condition: Condition,
}

/// How a finding stands in its paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provenance {
    /// The paper says it.
    Explicit,
    /// The paper shows it, or says something that contains it.
    Implied,
    /// It follows from what the paper says, with a step of our own.
    Derived,
}

impl Provenance {
    /// All, with the words of the file.
    pub const ALL: [(Provenance, &'static str); 3] = [
        (Provenance::Explicit, "explicit"),
        (Provenance::Implied, "implied"),
        (Provenance::Derived, "derived"),
    ];

    /// As written in the file.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(p, _)| *p == self).expect("ALL lists every word").1
    }
}

/// A finding that the model cannot run yet.
#[derive(Clone, Debug, PartialEq)]
pub struct NotRun {
    /// Id.
    pub id: String,
    /// Paper.
    pub paper: String,
    /// Figure or section.
    pub source: String,
    /// The finding in our words.
    pub statement: String,
    /// How it stands in the paper.
    pub provenance: Provenance,
    /// As for a finding.
    pub tier: u8,
    /// Why not.
    pub reason: String,
    /// Where it is written.
    pub at: Location,
}
