//! What statements of Antimony say.

use model::{Diagnostic, Expr, Location};

/// A module as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    pub(super) name: String,
    /// Marked with a star.
    pub(super) main: bool,
    /// Names that a user of the module may tie to its own.
    pub(super) arguments: Vec<String>,
    pub(super) statements: Vec<(Location, Statement)>,
}

/// A function definition.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
    pub(super) body: Expr,
}

/// What a symbol is declared to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    Species,
    Compartment,
    Formula,
    /// Only its constancy is declared.
    Any,
}

/// How a symbol gets its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assign {
    /// `=`
    Initial,
    /// `:=`
    Rule,
    /// `' =`
    Rate,
}

/// A species in a reaction.
#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) species: String,
    pub(super) boundary: bool,
    pub(super) stoichiometry: Amount,
}

/// A stoichiometry.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Amount {
    Number(f64),
    /// A symbol with a value of its own.
    Symbol(String),
}

/// An event.
#[derive(Clone, Debug, Default)]
pub(super) struct Happening {
    pub(super) delay: Option<Expr>,
    pub(super) trigger: Option<Expr>,
    pub(super) priority: Option<Expr>,
    pub(super) initial: Option<bool>,
    pub(super) persistent: Option<bool>,
    pub(super) from_trigger: Option<bool>,
    pub(super) assignments: Vec<(String, Expr)>,
}

/// A statement.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    Declare {
        name: String,
        kind: Declared,
        constant: Option<bool>,
        substance_only: bool,
        boundary: bool,
    },
    Inside {
        name: String,
        compartment: String,
    },
    Assign {
        name: String,
        how: Assign,
        math: Expr,
        unit: Option<String>,
    },
    Reaction {
        id: Option<String>,
        reactants: Vec<Term>,
        products: Vec<Term>,
        reversible: bool,
        rate: Option<Expr>,
    },
    Event {
        id: Option<String>,
        event: Happening,
    },
    Submodel {
        id: String,
        module: String,
        arguments: Vec<String>,
    },
    /// Two names of one thing.
    Same {
        name: String,
        other: String,
    },
    /// A name for people.
    Named {
        name: String,
        text: String,
    },
    Delete {
        name: String,
    },
    Unit {
        name: String,
        factors: Vec<(f64, String, f64)>,
    },
    HasUnit {
        name: String,
        unit: String,
    },
    SboTerm {
        name: String,
        term: String,
    },
    /// Understood, but left out: an interaction, an annotation.
    LeftOut {
        what: String,
    },
}

/// Everything in one text.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) modules: Vec<Module>,
    pub(super) functions: Vec<Function>,
    pub(super) imports: Vec<(Location, String)>,
    pub(super) diagnostics: Vec<Diagnostic>,
}
