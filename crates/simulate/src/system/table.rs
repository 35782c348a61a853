//! What determines each variable of a system.

use std::collections::{HashMap, HashSet};

use model::reaction_system::{InitialQuantity, Rule, Species, SpeciesReference, Stoichiometry};
use model::{Expr, ReactionSystem};

use super::SystemError;

/// Position of a variable in a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct VariableIdx(pub(super) usize);

/// What a variable is in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Compartment,
    /// Position among the species.
    Species(usize),
    Parameter,
    Reference,
}

/// What determines a variable while the system runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role<'a> {
    /// A state with a derivative, by position.
    State(usize),
    /// An unknown of the algebraic equations, by position.
    Unknown(usize),
    /// Nothing but events.
    Slot(usize),
    /// An assignment rule.
    Assigned(&'a Expr),
}

/// A symbol with a value that may change.
#[derive(Clone, Debug)]
pub(super) struct Variable<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    pub(super) role: Role<'a>,
    /// Value of the attributes; not a number where there is none.
    pub(super) given: f64,
    pub(super) constant: bool,
    pub(super) initial_assignment: Option<&'a Expr>,
    pub(super) rate_rule: Option<&'a Expr>,
    /// Whether an event may set it.
    pub(super) in_events: bool,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Symbol {
    Variable(VariableIdx),
    Reaction(usize),
}

/// All variables of a system, with what determines them.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    pub(super) system: &'a ReactionSystem,
    pub(super) variables: Vec<Variable<'a>>,
    pub(super) by_name: HashMap<&'a str, Symbol>,
    /// Variables that are states, in order.
    pub(super) states: Vec<VariableIdx>,
    /// Variables that nothing but events changes, in order.
    pub(super) slots: Vec<VariableIdx>,
    /// Variables that algebraic equations determine, in order.
    pub(super) unknowns: Vec<VariableIdx>,
    /// Expressions that must be zero.
    pub(super) algebraic: Vec<&'a Expr>,
    /// Whether reactions change a species. Shape: `[n_species]`.
    pub(super) reacts: Vec<bool>,
}

impl<'a> Table<'a> {
    /// Finds the roles; variables of algebraic rules are slots as yet.
    pub(super) fn new(system: &'a ReactionSystem) -> Result<Self, SystemError> {
        let mut table = Table {
            system,
            variables: Vec::new(),
            by_name: HashMap::new(),
            states: Vec::new(),
            slots: Vec::new(),
            unknowns: Vec::new(),
            algebraic: Vec::new(),
            reacts: changed_by_reactions(system),
        };
        table.add_all();
        for (i, reaction) in system.reactions.iter().enumerate() {
            table.by_name.insert(&reaction.id, Symbol::Reaction(i));
        }
        for assignment in &system.initial_assignments {
            let variable = table.named(&assignment.symbol, "an initial assignment")?;
            table.variables[variable.0].initial_assignment = Some(&assignment.math);
        }
        for assignment in system.events.iter().flat_map(|e| &e.assignments) {
            let variable = table.named(&assignment.variable, "an event")?;
            table.variables[variable.0].in_events = true;
        }
        table.apply_rules()?;
        table.number_roles();
        Ok(table)
    }

    fn add_all(&mut self) {
        let system = self.system;
        for c in &system.compartments {
            self.add(&c.id, Kind::Compartment, c.size, c.constant);
        }
        for (i, s) in system.species.iter().enumerate() {
            let given = match s.initial {
                InitialQuantity::Unset => None,
                InitialQuantity::Amount(x) | InitialQuantity::Concentration(x) => Some(x),
            };
            self.add(&s.id, Kind::Species(i), given, s.constant);
        }
        for p in &system.parameters {
            self.add(&p.id, Kind::Parameter, p.value, p.constant);
        }
        for reference in system.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products)) {
            if let SpeciesReference { id: Some(id), stoichiometry, constant, .. } = reference {
                let given = match stoichiometry {
                    Stoichiometry::Number(n) => Some(*n),
                    Stoichiometry::Unset | Stoichiometry::Math(_) => None,
                };
                self.add(id, Kind::Reference, given, *constant);
                if let Stoichiometry::Math(math) = stoichiometry {
                    let variable = self.variables.last_mut().expect("one was added");
                    variable.role = Role::Assigned(math);
                }
            }
        }
    }

    fn add(&mut self, name: &'a str, kind: Kind, given: Option<f64>, constant: bool) {
        let idx = VariableIdx(self.variables.len());
        self.by_name.insert(name, Symbol::Variable(idx));
        self.variables.push(Variable {
            name,
            kind,
            role: Role::Slot(0),
            given: given.unwrap_or(f64::NAN),
            constant,
            initial_assignment: None,
            rate_rule: None,
            in_events: false,
        });
    }

    /// The variable of that name.
    pub(super) fn named(&self, name: &str, place: &str) -> Result<VariableIdx, SystemError> {
        match self.by_name.get(name) {
            Some(Symbol::Variable(idx)) => Ok(*idx),
            _ => Err(SystemError::UnknownSymbol { place: place.to_string(), symbol: name.to_string() }),
        }
    }

    fn apply_rules(&mut self) -> Result<(), SystemError> {
        let system = self.system;
        for rule in &system.rules {
            match rule {
                Rule::Assignment { variable, math } => {
                    let idx = self.named(variable, "an assignment rule")?;
                    self.variables[idx.0].role = Role::Assigned(math);
                }
                Rule::Rate { variable, math } => {
                    let idx = self.named(variable, "a rate rule")?;
                    self.variables[idx.0].role = Role::State(0);
                    self.variables[idx.0].rate_rule = Some(math);
                }
                Rule::Algebraic { math } => self.algebraic.push(math),
            }
        }
        for variable in &mut self.variables {
            if let (Kind::Species(i), Role::Slot(_)) = (variable.kind, variable.role)
                && self.reacts[i]
            {
                variable.role = Role::State(0);
            }
        }
        Ok(())
    }

    /// Numbers states, unknowns and slots in the order of the variables.
    pub(super) fn number_roles(&mut self) {
        self.states.clear();
        self.slots.clear();
        self.unknowns.clear();
        for (i, variable) in self.variables.iter_mut().enumerate() {
            let (list, number): (_, &mut usize) = match &mut variable.role {
                Role::State(n) => (&mut self.states, n),
                Role::Unknown(n) => (&mut self.unknowns, n),
                Role::Slot(n) => (&mut self.slots, n),
                Role::Assigned(_) => continue,
            };
            *number = list.len();
            list.push(VariableIdx(i));
        }
    }

    /// The variable at a position.
    pub(super) fn variable(&self, idx: VariableIdx) -> &Variable<'a> {
        &self.variables[idx.0]
    }

    /// The species of a variable.
    pub(super) fn species(&self, idx: VariableIdx) -> Option<&'a Species> {
        match self.variables[idx.0].kind {
            Kind::Species(i) => Some(&self.system.species[i]),
            _ => None,
        }
    }

    /// Whether the symbol of a species means an amount.
    ///
    /// A compartment without dimensions has no size, so there are no concentrations in it.
    pub(super) fn is_amount(&self, species: &Species) -> bool {
        let compartment = self.system.compartments.iter().find(|c| c.id == species.compartment);
        species.has_only_substance_units || compartment.is_some_and(|c| c.spatial_dimensions == 0.0)
    }

    /// Whether what is stored of a variable (state, slot) is the amount of a species although its symbol means a
    /// concentration. Rules speak of the symbol, so what they determine is stored as the symbol.
    pub(super) fn stores_amount(&self, idx: VariableIdx) -> bool {
        let variable = self.variable(idx);
        let by_rule =
            variable.rate_rule.is_some() || matches!(variable.role, Role::Unknown(_) | Role::Assigned(_));
        self.species(idx).is_some_and(|s| !by_rule && !self.is_amount(s))
    }
}

/// Whether each species is changed by at least one reaction.
fn changed_by_reactions(system: &ReactionSystem) -> Vec<bool> {
    let named: HashSet<&str> = system
        .reactions
        .iter()
        .filter(|r| r.kinetic_law.is_some())
        .flat_map(|r| r.reactants.iter().chain(&r.products))
        .map(|r| r.species.as_str())
        .collect();
    system
        .species
        .iter()
        .map(|s| !s.boundary_condition && !s.constant && named.contains(s.id.as_str()))
        .collect()
}
