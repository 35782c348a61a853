//! A reaction system as Antimony.

use std::collections::HashSet;
use std::fmt::Write;

use model::documentation::Remarks;
use model::reaction_system::{InitialQuantity, Reaction, Rule, SpeciesReference, Stoichiometry};
use model::{BinaryOp, Builtin, Expr, MathOperator, ReactionSystem, UnaryOp};

use super::expression::{is_reserved, name_of};
use super::rename::without_reserved;
use crate::sbml::{Unwritable, identified_stoichiometries};

/// A text, and what it leaves out because no number depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AntimonyText {
    /// The text.
    pub text: String,
    /// What is left out, in words.
    pub left_out: Vec<String>,
    /// Symbols whose names are words of the language, with the names that they got.
    pub renamed: Vec<(String, String)>,
}

/// Words that cannot be names.
const KEYWORDS: [&str; 25] = [
    "model",
    "module",
    "end",
    "endmodel",
    "function",
    "import",
    "at",
    "after",
    "in",
    "is",
    "has",
    "unit",
    "delete",
    "const",
    "var",
    "species",
    "compartment",
    "formula",
    "parameter",
    "reaction",
    "event",
    "substanceOnly",
    "DNA",
    "gene",
    "operator",
];

/// The text of a system.
///
/// # Errors
/// The first construct that Antimony cannot say: algebraic rules, fast reactions, conversion factors, compartments
/// without dimensions, bounds of fluxes, stoichiometries without a value.
pub fn write(system: &ReactionSystem) -> Result<AntimonyText, Unwritable> {
    let is_taken = |name: &str| is_reserved(name) || KEYWORDS.contains(&name);
    let (system, renamed) = without_reserved(&identified_stoichiometries(system), &is_taken);
    let system = &system;
    let mut writer = Writer { system, text: String::new(), left_out: Vec::new(), names: HashSet::new() };
    writer.all()?;
    Ok(AntimonyText { text: writer.text, left_out: writer.left_out, renamed })
}

struct Writer<'s> {
    system: &'s ReactionSystem,
    text: String,
    left_out: Vec<String>,
    names: HashSet<String>,
}

fn unwritable(place: &str, construct: &str) -> Unwritable {
    Unwritable { place: place.to_string(), construct: construct.to_string() }
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "  {line}");
    }

    fn all(&mut self) -> Result<(), Unwritable> {
        let system = self.system;
        self.check()?;
        let id = if system.id.is_empty() { "main" } else { &system.id };
        let _ = writeln!(self.text, "model *{id}()");
        self.units();
        self.compartments();
        self.species();
        for parameter in &system.parameters {
            let kind = if parameter.constant { "const" } else { "var" };
            self.line(&format!("{kind} {};", parameter.id));
            if let Some(value) = parameter.value {
                self.start(&parameter.id, &number(value));
            }
        }
        for assignment in &system.initial_assignments {
            let math = formula(&assignment.math, &assignment.symbol)?;
            self.line(&format!("{} = {math};", assignment.symbol));
        }
        for rule in &system.rules {
            match rule {
                Rule::Assignment { variable, math } => {
                    let math = formula(math, variable)?;
                    self.line(&format!("{variable} := {math};"));
                }
                Rule::Rate { variable, math } => {
                    let math = formula(math, variable)?;
                    self.line(&format!("{variable}' = {math};"));
                }
                Rule::Algebraic { .. } => return Err(unwritable("the model", "an algebraic rule")),
            }
        }
        for reaction in &system.reactions {
            self.reaction(reaction)?;
        }
        self.events()?;
        self.documentation();
        self.text.push_str("end\n");
        Ok(())
    }

    /// What cannot be said at all.
    fn check(&mut self) -> Result<(), Unwritable> {
        let system = self.system;
        if system.conversion_factor.is_some() || system.species.iter().any(|s| s.conversion_factor.is_some())
        {
            return Err(unwritable("the model", "a conversion factor"));
        }
        if system.flux_balance.is_some() {
            return Err(unwritable("the model", "bounds and objectives of fluxes"));
        }
        for compartment in &system.compartments {
            let dimensions = compartment.spatial_dimensions;
            if dimensions == 0.0 {
                return Err(unwritable(&compartment.id, "a compartment without dimensions"));
            }
            if dimensions != 3.0 && !dimensions.is_nan() {
                self.left_out.push(format!("the {dimensions} dimensions of compartment {}", compartment.id));
            }
        }
        let references = system.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
        let names = (system.compartments.iter().map(|c| &c.id))
            .chain(system.species.iter().map(|s| &s.id))
            .chain(system.parameters.iter().map(|p| &p.id))
            .chain(system.reactions.iter().map(|r| &r.id))
            .chain(system.events.iter().map(|e| &e.id))
            .chain(references.filter_map(|r| r.id.as_ref()));
        for name in names {
            self.names.insert(name.clone());
        }
        Ok(())
    }

    /// The value at the start, unless an initial assignment or a rule says it.
    fn start(&mut self, name: &str, value: &str) {
        let assigned = self.system.initial_assignments.iter().any(|a| a.symbol == name);
        let ruled = self
            .system
            .rules
            .iter()
            .any(|r| matches!(r, Rule::Assignment { variable, .. } if variable == name));
        if !assigned && !ruled {
            self.line(&format!("{name} = {value};"));
        }
    }

    fn units(&mut self) {
        for unit in &self.system.documentation.units {
            let factors: Vec<String> = (unit.factors.iter())
                .map(|f| format!("{} {}^{}", number(f.multiplier * 10f64.powf(f.scale)), f.kind, f.exponent))
                .collect();
            if !factors.is_empty() {
                self.line(&format!("unit {} = {};", unit.id, factors.join(" * ")));
            }
        }
    }

    fn compartments(&mut self) {
        for compartment in &self.system.compartments {
            let kind = if compartment.constant { "const" } else { "var" };
            self.line(&format!("{kind} compartment {};", compartment.id));
            if let Some(size) = compartment.size {
                self.start(&compartment.id, &number(size));
            }
        }
    }

    fn species(&mut self) {
        for species in &self.system.species {
            let constant = if species.constant { "const " } else { "" };
            let only = if species.has_only_substance_units { "substanceOnly " } else { "" };
            let boundary = if species.boundary_condition { "$" } else { "" };
            let (id, place) = (&species.id, &species.compartment);
            self.line(&format!("{constant}{only}species {boundary}{id} in {place};"));
            let value = match (species.initial, species.has_only_substance_units) {
                (InitialQuantity::Unset, _) => continue,
                (InitialQuantity::Amount(x), true) | (InitialQuantity::Concentration(x), false) => number(x),
                (InitialQuantity::Amount(x), false) => format!("{} / {place}", number(x)),
                (InitialQuantity::Concentration(x), true) => format!("{} * {place}", number(x)),
            };
            self.start(id, &value);
        }
    }

    fn reaction(&mut self, reaction: &Reaction) -> Result<(), Unwritable> {
        if reaction.fast {
            return Err(unwritable(&reaction.id, "a fast reaction"));
        }
        let mut rate = String::new();
        if let Some(law) = &reaction.kinetic_law {
            let mut renamed: Vec<(String, String)> = Vec::new();
            for (local, value) in &law.local_parameters {
                let mut name = format!("{}_{local}", reaction.id);
                while !self.names.insert(name.clone()) {
                    name.push('_');
                }
                self.line(&format!("const {name};"));
                if let Some(value) = value {
                    self.line(&format!("{name} = {};", number(*value)));
                }
                renamed.push((local.clone(), name));
            }
            let math = law.math.clone().map(&mut |e| match e {
                Expr::Symbol(name) => {
                    let own = renamed.iter().find(|(local, _)| *local == name).map(|(_, own)| own.clone());
                    Expr::Symbol(own.unwrap_or(name))
                }
                other => other,
            });
            rate = format!(" {};", formula(&math, &reaction.id)?);
        }
        let arrow = if reaction.reversible { "->" } else { "=>" };
        let sides = (self.side(reaction, &reaction.reactants)?, self.side(reaction, &reaction.products)?);
        self.line(&format!("{}: {} {arrow} {};{rate}", reaction.id, sides.0, sides.1));
        Ok(())
    }

    fn side(&mut self, reaction: &Reaction, references: &[SpeciesReference]) -> Result<String, Unwritable> {
        let mut terms = Vec::new();
        for reference in references {
            terms.push(match (&reference.id, &reference.stoichiometry) {
                (Some(id), stoichiometry) => {
                    let kind = if reference.constant { "const" } else { "var" };
                    self.line(&format!("{kind} {id};"));
                    if let Stoichiometry::Number(n) = stoichiometry {
                        self.start(id, &number(*n));
                    }
                    format!("{id} {}", reference.species)
                }
                (None, Stoichiometry::Number(n)) if *n == 1.0 => reference.species.clone(),
                (None, Stoichiometry::Number(n)) if n.is_finite() => {
                    format!("{} {}", plain_number(*n), reference.species)
                }
                _ => return Err(unwritable(&reaction.id, "a stoichiometry without a value")),
            });
        }
        Ok(terms.join(" + "))
    }

    fn events(&mut self) -> Result<(), Unwritable> {
        let system = self.system;
        for (i, event) in system.events.iter().enumerate() {
            let mut id = event.id.clone();
            if id.is_empty() {
                id = format!("_E{i}");
                while !self.names.insert(id.clone()) {
                    id.push('_');
                }
            }
            let Some(trigger) = &event.trigger else {
                self.left_out.push(format!("event {id}, which never happens"));
                continue;
            };
            let mut line = format!("{id}: at ");
            if let Some(delay) = &event.delay {
                line += &format!("({}) after ", formula(delay, &id)?);
            }
            line += &format!("({})", formula(trigger, &id)?);
            if let Some(priority) = &event.priority {
                line += &format!(", priority = {}", formula(priority, &id)?);
            }
            line += &format!(
                ", t0 = {}, persistent = {}, fromTrigger = {}: ",
                event.trigger_initial_value, event.persistent, event.values_from_trigger_time
            );
            let mut assignments = Vec::new();
            for assignment in &event.assignments {
                assignments.push(format!("{} = {}", assignment.variable, formula(&assignment.math, &id)?));
            }
            self.line(&format!("{line}{};", assignments.join(", ")));
        }
        Ok(())
    }

    fn documentation(&mut self) {
        let about = &self.system.documentation;
        let mut lost = 0;
        for (id, Remarks { name, sbo_term, units, notes, annotation, .. }) in &about.components {
            if !self.names.contains(id) {
                continue;
            }
            if !name.is_empty() && !name.contains('"') {
                self.line(&format!("{id} is \"{name}\";"));
            }
            if !units.is_empty() {
                self.line(&format!("{id} has {units};"));
            }
            if let Some(term) = sbo_term.strip_prefix("SBO:").and_then(|t| t.parse::<u32>().ok()) {
                self.line(&format!("{id}.sboTerm = {term};"));
            }
            lost += usize::from(!notes.is_empty() || !annotation.is_empty());
        }
        if lost > 0 || !about.model.notes.is_empty() || !about.model.annotation.is_empty() {
            self.left_out.push("notes and annotations".to_string());
        }
    }
}

/// A number with all its digits.
fn plain_number(x: f64) -> String {
    if x == x.trunc() && x.abs() < 1e15 { format!("{x}") } else { format!("{x:?}") }
}

fn number(x: f64) -> String {
    if x.is_nan() {
        "notanumber".to_string()
    } else if x.is_infinite() {
        if x > 0.0 { "infinity".to_string() } else { "(-infinity)".to_string() }
    } else if x < 0.0 {
        format!("({})", plain_number(x))
    } else {
        plain_number(x)
    }
}

/// A formula with parentheses around all operations.
fn formula(expr: &Expr, place: &str) -> Result<String, Unwritable> {
    let list = |args: &[Expr]| -> Result<String, Unwritable> {
        Ok(args.iter().map(|a| formula(a, place)).collect::<Result<Vec<_>, _>>()?.join(", "))
    };
    Ok(match expr {
        Expr::Number(x) => number(*x),
        Expr::Time => "time".to_string(),
        Expr::Symbol(name) => name.clone(),
        Expr::Unary(UnaryOp::Negate, x) => format!("(-({}))", formula(x, place)?),
        Expr::Unary(UnaryOp::Not, x) => format!("(!({}))", formula(x, place)?),
        Expr::Binary(op, x, y) => format!("({} {} {})", formula(x, place)?, op.sign(), formula(y, place)?),
        Expr::Builtin(Builtin::Math(MathOperator::Avogadro), _) => "avogadro".to_string(),
        Expr::Builtin(Builtin::Log2, args) => format!("log(2, {})", list(args)?),
        Expr::Builtin(Builtin::Math(MathOperator::Log), args) => format!("log({})", list(args)?),
        Expr::Builtin(Builtin::Math(MathOperator::Root), args) => format!("root({})", list(args)?),
        Expr::Builtin(Builtin::If, args) => {
            format!("piecewise({})", list(&[args[1].clone(), args[0].clone(), args[2].clone()])?)
        }
        Expr::Builtin(builtin @ (Builtin::Sum | Builtin::Math(MathOperator::Product)), args) => {
            let product = *builtin != Builtin::Sum;
            let op = if product { BinaryOp::Multiply } else { BinaryOp::Add };
            let whole = args.iter().cloned().reduce(|a, b| Expr::binary(op, a, b));
            return formula(&whole.unwrap_or(Expr::Number(f64::from(u8::from(product)))), place);
        }
        Expr::Builtin(builtin, args) => match name_of(*builtin) {
            Some(name) => format!("{name}({})", list(args)?),
            None => return Err(unwritable(place, &format!("the function {}", builtin.signature().0))),
        },
        Expr::Call(name, _) => return Err(unwritable(place, &format!("the function \"{name}\""))),
    })
}
