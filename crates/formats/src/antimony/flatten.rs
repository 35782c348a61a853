//! Submodels to one list of statements, and names that mean the same.

use std::collections::HashMap;

use model::{Diagnostic, Expr, Location};

use super::codes;
use super::syntax::{Amount, Function, Module, Statement, Term, Text};

/// Submodels may be nested so deep.
const MOST_LEVELS: usize = 50;
/// More statements than this in all submodels together are refused.
const MOST_STATEMENTS: usize = 2_000_000;

/// All statements of a model, names flattened; those of submodels come first, so that outer ones replace them.
#[derive(Debug, Default)]
pub(super) struct Flat {
    pub(super) name: String,
    pub(super) statements: Vec<(Location, Statement)>,
    pub(super) functions: Vec<Function>,
}

/// The main model; `None` after an error.
pub(super) fn flatten(text: Text, diagnostics: &mut Vec<Diagnostic>) -> Option<Flat> {
    let Text { modules, functions, .. } = text;
    let marked = modules.iter().find(|m| m.main);
    let main = marked.or(modules.iter().find(|m| m.name == "__main")).or(modules.last());
    let Some(main) = main else {
        diagnostics
            .push(Diagnostic::error(codes::MODULE, "there is no model").help("write model name() ... end"));
        return None;
    };
    let mut work = Work {
        modules: &modules,
        statements: Vec::new(),
        same: HashMap::new(),
        deleted: Vec::new(),
        diagnostics,
    };
    work.instantiate(main, "", 0)?;
    let Work { statements, same, deleted, .. } = work;
    let mut flat = Flat {
        name: if main.name == "__main" { String::new() } else { main.name.clone() },
        statements: Vec::with_capacity(statements.len()),
        functions,
    };
    for (place, mut statement) in statements {
        let own = subject(&statement).map(str::to_string);
        if own.is_some_and(|name| deleted.contains(&name)) {
            continue;
        }
        rename(&mut statement, &|name| {
            let mut name = name;
            // Each step leads to an outer name; the bound protects all the same.
            for _ in 0..1000 {
                match same.get(&name) {
                    Some(next) => name.clone_from(next),
                    None => break,
                }
            }
            name
        });
        flat.statements.push((place, statement));
    }
    Some(flat)
}

struct Work<'m, 'd> {
    modules: &'m [Module],
    statements: Vec<(Location, Statement)>,
    /// From a name to the one that takes its place.
    same: HashMap<String, String>,
    deleted: Vec<String>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl Work<'_, '_> {
    fn error(&mut self, place: &Location, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::error(codes::MODULE, message).at(place.clone()).help(help));
    }

    fn instantiate(&mut self, module: &Module, prefix: &str, level: usize) -> Option<()> {
        let place = module.statements.first().map(|s| s.0.clone()).unwrap_or_default();
        if level > MOST_LEVELS || self.statements.len() + module.statements.len() > MOST_STATEMENTS {
            self.error(
                &place,
                format!("the model \"{}\" contains itself, or is too large", module.name),
                "break the circle",
            );
            return None;
        }
        let flat = |name: &str| format!("{prefix}{}", name.replace('.', "__"));
        for (place, statement) in &module.statements {
            let Statement::Submodel { id, module: name, arguments } = statement else { continue };
            let modules = self.modules;
            let Some(inner) = modules.iter().find(|m| m.name == *name) else {
                self.error(place, format!("there is no model \"{name}\""), "define it, or import its file");
                return None;
            };
            if arguments.len() > inner.arguments.len() {
                let message = format!(
                    "the model \"{name}\" takes {} arguments, not {}",
                    inner.arguments.len(),
                    arguments.len()
                );
                self.error(place, message, "correct the submodel");
                return None;
            }
            let deeper = format!("{prefix}{id}__");
            self.instantiate(inner, &deeper, level + 1)?;
            for (own, argument) in arguments.iter().zip(&inner.arguments) {
                self.tie(&format!("{deeper}{argument}"), &flat(own));
            }
        }
        for (place, statement) in &module.statements {
            match statement {
                Statement::Submodel { .. } => {}
                Statement::Same { name, other } => {
                    // The name with fewer dots is the outer one.
                    let (outer, inner) = if name.matches('.').count() <= other.matches('.').count() {
                        (name, other)
                    } else {
                        (other, name)
                    };
                    self.tie(&flat(inner), &flat(outer));
                }
                Statement::Delete { name } => self.deleted.push(flat(name)),
                other => {
                    let mut own = other.clone();
                    rename(&mut own, &|name| flat(&name));
                    self.statements.push((place.clone(), own));
                }
            }
        }
        Some(())
    }

    fn tie(&mut self, inner: &str, outer: &str) {
        if inner != outer {
            self.same.insert(inner.to_string(), outer.to_string());
        }
    }
}

/// What a statement is about.
fn subject(statement: &Statement) -> Option<&str> {
    match statement {
        Statement::Declare { name, .. }
        | Statement::Inside { name, .. }
        | Statement::Assign { name, .. }
        | Statement::Named { name, .. }
        | Statement::Unit { name, .. }
        | Statement::HasUnit { name, .. }
        | Statement::SboTerm { name, .. } => Some(name),
        Statement::Reaction { id, .. } | Statement::Event { id, .. } => id.as_deref(),
        _ => None,
    }
}

/// Changes all names of symbols in a statement.
fn rename(statement: &mut Statement, new: &dyn Fn(String) -> String) {
    let change = |name: &mut String| *name = new(std::mem::take(name));
    let formula = |expr: &mut Expr| {
        let old = std::mem::replace(expr, Expr::Number(0.0));
        *expr = old.map(&mut |e| match e {
            Expr::Symbol(name) => Expr::Symbol(new(name)),
            other => other,
        });
    };
    let terms = |side: &mut Vec<Term>| {
        for term in side {
            change(&mut term.species);
            if let Amount::Symbol(name) = &mut term.stoichiometry {
                change(name);
            }
        }
    };
    match statement {
        Statement::Declare { name, .. } | Statement::Named { name, .. } | Statement::SboTerm { name, .. } => {
            change(name);
        }
        Statement::Inside { name, compartment } => {
            change(name);
            change(compartment);
        }
        Statement::Assign { name, math, .. } => {
            change(name);
            formula(math);
        }
        Statement::Reaction { id, reactants, products, rate, .. } => {
            id.iter_mut().for_each(change);
            terms(reactants);
            terms(products);
            rate.iter_mut().for_each(formula);
        }
        Statement::Event { id, event } => {
            id.iter_mut().for_each(change);
            let parts = [&mut event.delay, &mut event.trigger, &mut event.priority];
            parts.into_iter().flatten().for_each(formula);
            for (name, math) in &mut event.assignments {
                change(name);
                formula(math);
            }
        }
        Statement::HasUnit { name, .. } => change(name),
        Statement::Submodel { .. }
        | Statement::Same { .. }
        | Statement::Delete { .. }
        | Statement::Unit { .. }
        | Statement::LeftOut { .. } => {}
    }
}
