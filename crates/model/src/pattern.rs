//! Patterns: partial descriptions of molecular complexes, in BNGL's terms.

use std::fmt;

/// A connected (or, for `.`-joined molecules without a written bond, jointly bound) set of molecules.
///
/// The empty pattern (no molecules) is BNGL's `0`: nothing, as in synthesis and degradation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pattern {
    /// Molecules, in the order written.
    pub molecules: Vec<MoleculePattern>,
    /// Compartment of the whole species (`@cell:L.R` or `L.R@cell`), if written.
    pub compartment: Option<String>,
    /// Tag of the whole pattern (`%x:` before it), used by local functions and to map molecules.
    pub tag: Option<String>,
    /// `{MatchOnce}`: count a species once, however often the pattern matches it.
    pub match_once: bool,
    /// `$` before a seed species: its amount is held.
    pub fixed: bool,
    /// `==2`, `>1` after a species pattern of an observable.
    pub quantifier: Option<Quantifier>,
}

/// A condition on how often a pattern matches a species.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantifier {
    /// One of the six comparisons.
    pub op: crate::BinaryOp,
    /// Number of matches that the comparison is against.
    pub count: u32,
}

/// One molecule of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct MoleculePattern {
    /// Name of its molecule type.
    pub name: String,
    /// Components that the pattern speaks of, in the order written.
    pub components: Vec<ComponentPattern>,
    /// Compartment of this molecule (`R(l)@PM`), if written.
    pub compartment: Option<String>,
    /// Tag of this molecule (`%x`), if written.
    pub tag: Option<String>,
}

/// One component of a molecule pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentPattern {
    /// Name of the component (several components of a type may share it: symmetric sites).
    pub name: String,
    /// What is asked of its internal state.
    pub state: StatePattern,
    /// What is asked of its bonds.
    pub bond: BondPattern,
    /// Tag of this component (`%x`), if written.
    pub tag: Option<String>,
}

/// What a pattern asks of a component's state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatePattern {
    /// Not written, or `~?`: any.
    Any,
    /// `~P`: this one.
    Is(String),
}

/// What a pattern asks of a component's bonds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BondPattern {
    /// No bond written: the component is free.
    Free,
    /// `!1`, `!1!2`: bound by exactly these bonds; a label occurs twice in a pattern.
    Labels(Vec<u32>),
    /// `!+`: bound to something.
    Bound,
    /// `!?`: free or bound.
    Any,
}

impl Pattern {
    /// Whether this is BNGL's `0`.
    pub fn is_empty(&self) -> bool {
        self.molecules.is_empty()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("0");
        }
        if let Some(tag) = &self.tag {
            write!(f, "%{tag}:")?;
        }
        if self.fixed {
            f.write_str("$")?;
        }
        if let Some(compartment) = &self.compartment {
            write!(f, "@{compartment}:")?;
        }
        if self.match_once {
            f.write_str("{MatchOnce}")?;
        }
        for (i, molecule) in self.molecules.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            write!(f, "{molecule}")?;
        }
        if let Some(q) = &self.quantifier {
            write!(f, "{}{}", q.op.sign(), q.count)?;
        }
        Ok(())
    }
}

impl fmt::Display for MoleculePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let Some(tag) = &self.tag {
            write!(f, "%{tag}")?;
        }
        f.write_str("(")?;
        for (i, component) in self.components.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write!(f, "{component}")?;
        }
        f.write_str(")")?;
        if let Some(compartment) = &self.compartment {
            write!(f, "@{compartment}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ComponentPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if let StatePattern::Is(state) = &self.state {
            write!(f, "~{state}")?;
        }
        match &self.bond {
            BondPattern::Free => {}
            BondPattern::Bound => f.write_str("!+")?,
            BondPattern::Any => f.write_str("!?")?,
            BondPattern::Labels(labels) => {
                for label in labels {
                    write!(f, "!{label}")?;
                }
            }
        }
        if let Some(tag) = &self.tag {
            write!(f, "%{tag}")?;
        }
        Ok(())
    }
}
