//! Other names for symbols whose names are words of the language.

use std::collections::{HashMap, HashSet};

use model::reaction_system::{InitialAssignment, Rule, SpeciesReference, Stoichiometry};
use model::{Expr, ReactionSystem};

/// The same system where each name that is taken gets underscores at its end; old and new names.
pub(super) fn without_reserved(
    system: &ReactionSystem,
    is_taken: &dyn Fn(&str) -> bool,
) -> (ReactionSystem, Vec<(String, String)>) {
    let mut known: HashSet<String> = identifiers(system).cloned().collect();
    let mut renamed: Vec<(String, String)> = Vec::new();
    for old in identifiers(system).filter(|name| is_taken(name)) {
        if renamed.iter().any(|(known, _)| known == old) {
            continue;
        }
        let mut new = format!("{old}_");
        while is_taken(&new) || !known.insert(new.clone()) {
            new.push('_');
        }
        renamed.push((old.clone(), new));
    }
    let mut system = system.clone();
    if !renamed.is_empty() {
        Renaming { names: renamed.iter().cloned().collect() }.system(&mut system);
    }
    (system, renamed)
}

fn identifiers(system: &ReactionSystem) -> impl Iterator<Item = &String> {
    let references = system.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
    let local =
        system.reactions.iter().filter_map(|r| r.kinetic_law.as_ref()).flat_map(|l| &l.local_parameters);
    (system.compartments.iter().map(|c| &c.id))
        .chain(system.species.iter().map(|s| &s.id))
        .chain(system.parameters.iter().map(|p| &p.id))
        .chain(system.reactions.iter().map(|r| &r.id))
        .chain(system.events.iter().map(|e| &e.id))
        .chain(references.filter_map(|r| r.id.as_ref()))
        .chain(local.map(|(name, _)| name))
}

struct Renaming {
    names: HashMap<String, String>,
}

impl Renaming {
    fn name(&self, name: &mut String) {
        if let Some(new) = self.names.get(name) {
            name.clone_from(new);
        }
    }

    fn math(&self, math: &mut Expr) {
        let old = std::mem::replace(math, Expr::Number(0.0));
        *math = old.map(&mut |e| match e {
            Expr::Symbol(mut name) => {
                self.name(&mut name);
                Expr::Symbol(name)
            }
            other => other,
        });
    }

    fn reference(&self, reference: &mut SpeciesReference) {
        reference.id.iter_mut().for_each(|id| self.name(id));
        self.name(&mut reference.species);
        if let Stoichiometry::Math(math) = &mut reference.stoichiometry {
            self.math(math);
        }
    }

    fn system(&self, system: &mut ReactionSystem) {
        system.compartments.iter_mut().for_each(|c| self.name(&mut c.id));
        for species in &mut system.species {
            self.name(&mut species.id);
            self.name(&mut species.compartment);
        }
        system.parameters.iter_mut().for_each(|p| self.name(&mut p.id));
        for InitialAssignment { symbol, math } in &mut system.initial_assignments {
            self.name(symbol);
            self.math(math);
        }
        for rule in &mut system.rules {
            match rule {
                Rule::Assignment { variable, math } | Rule::Rate { variable, math } => {
                    self.name(variable);
                    self.math(math);
                }
                Rule::Algebraic { math } => self.math(math),
            }
        }
        for reaction in &mut system.reactions {
            self.name(&mut reaction.id);
            reaction.reactants.iter_mut().chain(&mut reaction.products).for_each(|r| self.reference(r));
            reaction.modifiers.iter_mut().for_each(|m| self.name(m));
            if let Some(law) = &mut reaction.kinetic_law {
                law.local_parameters.iter_mut().for_each(|(name, _)| self.name(name));
                self.math(&mut law.math);
            }
        }
        for event in &mut system.events {
            self.name(&mut event.id);
            let parts = [&mut event.trigger, &mut event.delay, &mut event.priority];
            parts.into_iter().flatten().for_each(|math| self.math(math));
            for assignment in &mut event.assignments {
                self.name(&mut assignment.variable);
                self.math(&mut assignment.math);
            }
        }
        let components = std::mem::take(&mut system.documentation.components);
        let renamed = components.into_iter().map(|(mut id, remarks)| {
            self.name(&mut id);
            (id, remarks)
        });
        system.documentation.components = renamed.collect();
    }
}
