//! Statements to a reaction system.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::documentation::{Remarks, UnitDefinition, UnitFactor};
use model::reaction_system::{
    Compartment, Event, EventAssignment, InitialAssignment, InitialQuantity, KineticLaw, Parameter, Reaction,
    Rule, Species, SpeciesReference, Stoichiometry,
};
use model::{BinaryOp, Diagnostic, Expr, Location, ReactionSystem};

use super::codes;
use super::flatten::Flat;
use super::syntax::{Amount, Assign, Declared, Function, Happening, Statement, Term};

/// The compartment of species that are nowhere else.
const DEFAULT_COMPARTMENT: &str = "default_compartment";
/// Nodes that calls of functions may expand to.
const MOST_EXPANDED: usize = 5_000_000;

/// Makes the system; errors are added to the diagnostics.
pub(super) fn build(flat: Flat, diagnostics: &mut Vec<Diagnostic>) -> ReactionSystem {
    let mut builder = Builder {
        functions: flat.functions.into_iter().map(|f| (f.name.clone(), f)).collect(),
        expansion_left: MOST_EXPANDED,
        symbols: Vec::new(),
        by_name: HashMap::new(),
        reactions: Vec::new(),
        events: Vec::new(),
        system: ReactionSystem { id: flat.name, ..ReactionSystem::default() },
        diagnostics,
    };
    for (place, statement) in flat.statements {
        builder.statement(&place, statement);
    }
    builder.finish();
    builder.system
}

/// What is known of a symbol.
#[derive(Clone, Debug, Default)]
struct Known {
    name: String,
    place: Location,
    species: bool,
    compartment: bool,
    constant: Option<bool>,
    substance_only: bool,
    boundary: bool,
    inside: Option<String>,
    initial: Option<Expr>,
    rule: Option<(bool, Expr)>,
}

struct WrittenReaction {
    id: Option<String>,
    reactants: Vec<Term>,
    products: Vec<Term>,
    reversible: bool,
    rate: Option<Expr>,
}

struct Builder<'d> {
    functions: HashMap<String, Function>,
    expansion_left: usize,
    symbols: Vec<Known>,
    by_name: HashMap<String, usize>,
    reactions: Vec<WrittenReaction>,
    events: Vec<(Option<String>, Happening)>,
    system: ReactionSystem,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Builder<'_> {
    fn known(&mut self, name: &str, place: &Location) -> &mut Known {
        let next = self.symbols.len();
        let i = *self.by_name.entry(name.to_string()).or_insert(next);
        if i == next {
            let (name, place) = (name.to_string(), place.clone());
            self.symbols.push(Known { name, place, ..Known::default() });
        }
        &mut self.symbols[i]
    }

    fn remarks(&mut self, name: &str) -> &mut Remarks {
        self.system.documentation.components.entry(name.to_string()).or_default()
    }

    fn statement(&mut self, place: &Location, statement: Statement) {
        match statement {
            Statement::Declare { name, kind, constant, substance_only, boundary } => {
                let known = self.known(&name, place);
                known.species |= kind == Declared::Species || substance_only;
                known.compartment |= kind == Declared::Compartment;
                known.constant = constant.or(known.constant);
                known.substance_only |= substance_only;
                known.boundary |= boundary;
                known.species |= boundary;
            }
            Statement::Inside { name, compartment } => {
                self.known(&compartment, place).compartment = true;
                let reaction = self.reactions.iter().any(|r| r.id.as_deref() == Some(name.as_str()));
                if !reaction {
                    let known = self.known(&name, place);
                    known.inside = Some(compartment);
                    known.species |= !known.compartment;
                }
            }
            Statement::Assign { name, how, math, unit } => {
                let math = self.expand(math, place);
                let known = self.known(&name, place);
                match how {
                    Assign::Initial => {
                        known.initial = Some(math);
                        if known.rule.as_ref().is_some_and(|(assignment, _)| *assignment) {
                            known.rule = None;
                        }
                    }
                    Assign::Rule => {
                        known.rule = Some((true, math));
                        known.initial = None;
                    }
                    Assign::Rate => known.rule = Some((false, math)),
                }
                if let Some(unit) = unit {
                    self.remarks(&name).units = unit;
                }
            }
            Statement::Reaction { id, reactants, products, reversible, rate } => {
                for term in reactants.iter().chain(&products) {
                    let known = self.known(&term.species, place);
                    known.species = true;
                    known.boundary |= term.boundary;
                }
                let rate = rate.map(|math| self.expand(math, place));
                self.reactions.push(WrittenReaction { id, reactants, products, reversible, rate });
            }
            Statement::Event { id, mut event } => {
                for part in [&mut event.delay, &mut event.trigger, &mut event.priority] {
                    *part = part.take().map(|math| self.expand(math, place));
                }
                for (name, math) in &mut event.assignments {
                    *math = self.expand(math.clone(), place);
                    self.known(name, place);
                }
                self.events.push((id, event));
            }
            Statement::Named { name, text } => self.remarks(&name).name = text,
            Statement::SboTerm { name, term } => self.remarks(&name).sbo_term = term,
            Statement::HasUnit { name, unit } => self.remarks(&name).units = unit,
            Statement::Unit { name, factors } => {
                let factor =
                    |(multiplier, kind, exponent)| UnitFactor { kind, exponent, scale: 0.0, multiplier };
                let factors = factors.into_iter().map(factor).collect();
                self.system.documentation.units.push(UnitDefinition {
                    id: name,
                    name: String::new(),
                    factors,
                });
            }
            Statement::LeftOut { what } => {
                let message = format!("{what} is left out");
                let help = "it changes no number";
                self.diagnostics
                    .push(Diagnostic::warning(codes::LEFT_OUT, message).at(place.clone()).help(help));
            }
            Statement::Submodel { .. } | Statement::Same { .. } | Statement::Delete { .. } => {}
        }
    }

    /// The same formula with all calls expanded.
    fn expand(&mut self, math: Expr, place: &Location) -> Expr {
        match self.expanded(math, 0) {
            Ok(math) => math,
            Err(reason) => {
                let help = "correct the call, or define the function";
                self.diagnostics
                    .push(Diagnostic::error(codes::FUNCTION, reason).at(place.clone()).help(help));
                Expr::Number(f64::NAN)
            }
        }
    }

    fn expanded(&mut self, math: Expr, level: usize) -> Result<Expr, String> {
        let mut calls = false;
        math.walk(&mut |e| calls |= matches!(e, Expr::Call(..)));
        if !calls {
            return Ok(math);
        }
        if level > 50 {
            return Err("functions call each other more than 50 deep".to_string());
        }
        let mut failure = None;
        let expanded = math.map(&mut |e| match e {
            Expr::Call(name, args) if failure.is_none() => {
                self.called(&name, &args, level).unwrap_or_else(|reason| {
                    failure = Some(reason);
                    Expr::Number(f64::NAN)
                })
            }
            other => other,
        });
        failure.map_or(Ok(expanded), Err)
    }

    fn called(&mut self, name: &str, args: &[Expr], level: usize) -> Result<Expr, String> {
        let function = self.functions.get(name).ok_or_else(|| format!("there is no function \"{name}\""))?;
        let (wanted, given) = (function.arguments.len(), args.len());
        if wanted != given {
            return Err(format!("the function \"{name}\" takes {wanted} arguments, not {given}"));
        }
        let (arguments, body) = (function.arguments.clone(), function.body.clone());
        let body = self.expanded(body, level + 1)?;
        let mut size = 0;
        body.walk(&mut |_| size += 1);
        let mut inside = 1;
        args.iter().for_each(|a| a.walk(&mut |_| inside += 1));
        self.expansion_left = self
            .expansion_left
            .checked_sub(size * inside)
            .ok_or_else(|| format!("expanding the function \"{name}\" makes the model too large"))?;
        Ok(body.map(&mut |e| match e {
            Expr::Symbol(symbol) => match arguments.iter().position(|a| *a == symbol) {
                Some(i) => args[i].clone(),
                None => Expr::Symbol(symbol),
            },
            other => other,
        }))
    }

    fn finish(&mut self) {
        let references = self.reference_symbols();
        let used: Vec<String> = self.undefined(&references);
        for name in used {
            let message = format!("\"{name}\" has no value");
            self.diagnostics
                .push(Diagnostic::error(codes::NO_VALUE, message).help("give it one, or correct the name"));
        }
        let mut assigned_by_events: HashSet<String> = HashSet::new();
        for (_, event) in &self.events {
            assigned_by_events.extend(event.assignments.iter().map(|a| a.0.clone()));
        }
        let reaction_ids: HashSet<String> = self.reactions.iter().filter_map(|r| r.id.clone()).collect();
        let mut numbers: BTreeMap<String, Known> = BTreeMap::new();
        let changing: HashSet<String> = (self.reactions.iter())
            .flat_map(|r| r.reactants.iter().chain(&r.products))
            .map(|t| t.species.clone())
            .collect();
        for known in std::mem::take(&mut self.symbols) {
            if reaction_ids.contains(&known.name) {
                continue;
            }
            if known.species && known.compartment {
                let message = format!("\"{}\" is a species and a compartment", known.name);
                let diagnostic = Diagnostic::error(codes::CONTRADICTION, message).at(known.place.clone());
                self.diagnostics.push(diagnostic.help("rename one of them"));
                continue;
            }
            let changes = known.rule.is_some() || assigned_by_events.contains(&known.name);
            let constant = known.constant.unwrap_or(!changes);
            if let Some((assignment, math)) = &known.rule {
                let (variable, math) = (known.name.clone(), math.clone());
                self.system.rules.push(if *assignment {
                    Rule::Assignment { variable, math }
                } else {
                    Rule::Rate { variable, math }
                });
            }
            if references.contains(&known.name) {
                numbers.insert(known.name.clone(), Known { constant: Some(constant), ..known });
                continue;
            }
            if known.compartment {
                let size = self.initial_number(&known);
                let determined = known.initial.is_some() || known.rule.as_ref().is_some_and(|r| r.0);
                let size = if size.is_none() && !determined { Some(1.0) } else { size };
                let id = known.name;
                self.system.compartments.push(Compartment { id, spatial_dimensions: 3.0, size, constant });
            } else if known.species {
                self.species(known, changing.clone());
            } else {
                let value = self.initial_number(&known);
                self.system.parameters.push(Parameter { id: known.name, value, constant });
            }
        }
        let homeless = self.system.species.iter().any(|s| s.compartment == DEFAULT_COMPARTMENT);
        if homeless && !self.system.compartments.iter().any(|c| c.id == DEFAULT_COMPARTMENT) {
            let id = DEFAULT_COMPARTMENT.to_string();
            let compartment = Compartment { id, spatial_dimensions: 3.0, size: Some(1.0), constant: true };
            self.system.compartments.insert(0, compartment);
        }
        self.finish_reactions(&numbers);
        self.finish_events();
    }

    /// Symbols that are the stoichiometry of exactly one species reference.
    fn reference_symbols(&self) -> HashSet<String> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for term in self.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products)) {
            if let Amount::Symbol(name) = &term.stoichiometry {
                *counts.entry(name).or_default() += 1;
            }
        }
        counts.into_iter().filter(|(_, n)| *n == 1).map(|(name, _)| name.to_string()).collect()
    }

    /// Symbols in formulas that no statement is about.
    fn undefined(&self, references: &HashSet<String>) -> Vec<String> {
        let mut missing: Vec<String> = Vec::new();
        let mut look = |math: &Expr| {
            math.walk(&mut |e| {
                if let Expr::Symbol(name) = e
                    && !self.by_name.contains_key(name)
                    && !references.contains(name)
                    && !self.reactions.iter().any(|r| r.id.as_ref() == Some(name))
                    && !missing.contains(name)
                {
                    missing.push(name.clone());
                }
            });
        };
        for known in &self.symbols {
            known.initial.iter().for_each(&mut look);
            known.rule.iter().for_each(|(_, math)| look(math));
        }
        self.reactions.iter().filter_map(|r| r.rate.as_ref()).for_each(&mut look);
        for (_, event) in &self.events {
            [&event.delay, &event.trigger, &event.priority].into_iter().flatten().for_each(&mut look);
            event.assignments.iter().for_each(|(_, math)| look(math));
        }
        missing
    }

    /// The initial value if it is a number; a formula becomes an initial assignment.
    fn initial_number(&mut self, known: &Known) -> Option<f64> {
        match &known.initial {
            None => None,
            Some(Expr::Number(x)) => Some(*x),
            Some(math) => {
                let (symbol, math) = (known.name.clone(), math.clone());
                self.system.initial_assignments.push(InitialAssignment { symbol, math });
                None
            }
        }
    }

    fn species(&mut self, known: Known, changing: HashSet<String>) {
        let compartment = known.inside.clone().unwrap_or_else(|| DEFAULT_COMPARTMENT.to_string());
        let amount = match &known.initial {
            Some(Expr::Binary(BinaryOp::Divide, above, below)) if !known.substance_only => {
                match (&**above, &**below) {
                    (Expr::Number(x), Expr::Symbol(size)) if *size == compartment => Some(*x),
                    _ => None,
                }
            }
            _ => None,
        };
        let determined = known.initial.is_some() || known.rule.as_ref().is_some_and(|r| r.0);
        let initial = match amount {
            Some(amount) => InitialQuantity::Amount(amount),
            None => match self.initial_number(&known) {
                Some(x) if known.substance_only => InitialQuantity::Amount(x),
                Some(x) => InitialQuantity::Concentration(x),
                None if determined => InitialQuantity::Unset,
                None if changing.contains(&known.name) || known.rule.is_some() => {
                    let message = format!("species \"{}\" has no initial quantity; 0 is taken", known.name);
                    let diagnostic = Diagnostic::warning(codes::NO_VALUE, message).at(known.place.clone());
                    self.diagnostics.push(diagnostic.help("say how much there is at the start"));
                    InitialQuantity::Amount(0.0)
                }
                None => InitialQuantity::Unset,
            },
        };
        let constant = known.constant == Some(true);
        self.system.species.push(Species {
            id: known.name,
            compartment,
            initial,
            has_only_substance_units: known.substance_only,
            boundary_condition: known.boundary || constant || known.rule.is_some(),
            constant,
            conversion_factor: None,
        });
    }

    fn finish_reactions(&mut self, numbers: &BTreeMap<String, Known>) {
        let mut named: HashSet<String> = self.by_name.keys().cloned().collect();
        let species: HashSet<String> = self.system.species.iter().map(|s| s.id.clone()).collect();
        let mut unnamed = 0;
        for reaction in std::mem::take(&mut self.reactions) {
            let id = reaction.id.unwrap_or_else(|| {
                loop {
                    let name = format!("_J{unnamed}");
                    unnamed += 1;
                    if named.insert(name.clone()) {
                        break name;
                    }
                }
            });
            let mut side = |terms: Vec<Term>| -> Vec<SpeciesReference> {
                terms.into_iter().map(|term| self.reference(term, numbers)).collect()
            };
            let (reactants, products) = (side(reaction.reactants), side(reaction.products));
            let mut modifiers: Vec<String> = Vec::new();
            if let Some(math) = &reaction.rate {
                math.walk(&mut |e| {
                    if let Expr::Symbol(name) = e
                        && species.contains(name)
                        && !modifiers.contains(name)
                        && !reactants.iter().chain(&products).any(|r| r.species == *name)
                    {
                        modifiers.push(name.clone());
                    }
                });
            }
            self.system.reactions.push(Reaction {
                id,
                reactants,
                products,
                modifiers,
                reversible: reaction.reversible,
                fast: false,
                kinetic_law: reaction.rate.map(|math| KineticLaw { math, local_parameters: Vec::new() }),
            });
        }
    }

    fn reference(&mut self, term: Term, numbers: &BTreeMap<String, Known>) -> SpeciesReference {
        let species = term.species;
        match term.stoichiometry {
            Amount::Number(n) => SpeciesReference {
                id: None,
                species,
                stoichiometry: Stoichiometry::Number(n),
                constant: true,
            },
            Amount::Symbol(name) => match numbers.get(&name) {
                Some(known) => {
                    let value = self.initial_number(known);
                    SpeciesReference {
                        id: Some(name),
                        species,
                        stoichiometry: value.map_or(Stoichiometry::Unset, Stoichiometry::Number),
                        constant: known.constant == Some(true),
                    }
                }
                None => {
                    let stoichiometry = Stoichiometry::Math(Expr::Symbol(name));
                    SpeciesReference { id: None, species, stoichiometry, constant: false }
                }
            },
        }
    }

    fn finish_events(&mut self) {
        for (i, (id, event)) in std::mem::take(&mut self.events).into_iter().enumerate() {
            self.system.events.push(Event {
                id: id.unwrap_or_else(|| format!("_E{i}")),
                trigger: event.trigger,
                trigger_initial_value: event.initial.unwrap_or(true),
                persistent: event.persistent.unwrap_or(true),
                delay: event.delay,
                priority: event.priority,
                values_from_trigger_time: event.from_trigger.unwrap_or(true),
                assignments: (event.assignments.into_iter())
                    .map(|(variable, math)| EventAssignment { variable, math })
                    .collect(),
            });
        }
    }
}
