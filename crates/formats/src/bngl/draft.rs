//! A model under construction: what the lines say, and where they say it.

use model::{Pattern, RuleModel};

use crate::expression::NameUse;
use crate::source::Place;

/// The model so far, with what later checks need to know.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) model: RuleModel,
    pub(crate) declared: Vec<Declared>,
    pub(crate) uses: Vec<ScopedUse>,
    pub(crate) patterns: Vec<PatternUse>,
    /// Place of the parent's name of each compartment that has one.
    pub(crate) compartment_places: Vec<Place>,
}

/// What a declared name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Parameter,
    Function,
    Observable,
    MoleculeType,
    Compartment,
    Rule,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Parameter => "parameter",
            Kind::Function => "function",
            Kind::Observable => "observable",
            Kind::MoleculeType => "molecule type",
            Kind::Compartment => "compartment",
            Kind::Rule => "rule",
        }
    }

    /// Whether expressions refer to it.
    pub(crate) fn is_quantity(self) -> bool {
        matches!(self, Kind::Parameter | Kind::Function | Kind::Observable)
    }
}

/// A declaration of a name.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// Where an expression stands; decides which names it may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Parameter, compartment size or seed amount: constants only.
    Constant,
    /// Body of the function with this index.
    Function(usize),
    /// Rate of the rule with this index.
    Rule(usize),
}

/// A name used in an expression.
#[derive(Clone, Debug)]
pub(crate) struct ScopedUse {
    pub(crate) name: NameUse,
    pub(crate) scope: Scope,
}

/// What a pattern is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Seed,
    MoleculesObservable,
    SpeciesObservable,
    Rule,
}

/// A pattern with the places of its parts.
#[derive(Clone, Debug)]
pub(crate) struct PatternUse {
    pub(crate) pattern: Pattern,
    pub(crate) places: PatternPlaces,
    pub(crate) role: Role,
}

/// Places of a pattern and its parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatternPlaces {
    pub(crate) start: Place,
    pub(crate) molecules: Vec<MoleculePlaces>,
}

/// Places of a molecule and its components.
#[derive(Clone, Debug, Default)]
pub(crate) struct MoleculePlaces {
    pub(crate) start: Place,
    pub(crate) components: Vec<Place>,
}

impl Draft {
    pub(crate) fn declare(&mut self, kind: Kind, name: &str, place: Place) {
        self.declared.push(Declared { kind, name: name.to_string(), place });
    }

    pub(crate) fn add_uses(&mut self, uses: Vec<NameUse>, scope: Scope) {
        self.uses.extend(uses.into_iter().map(|name| ScopedUse { name, scope }));
    }

    /// Names of a kind, for suggestions.
    pub(crate) fn names(&self, keep: impl Fn(Kind) -> bool) -> impl Iterator<Item = &str> {
        self.declared.iter().filter(move |d| keep(d.kind)).map(|d| d.name.as_str())
    }
}
