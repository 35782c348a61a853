//! A reaction system as SBML Level 3 Version 2.
//!
//! A model with fast reactions is written as Level 3 Version 1, the last version that has them.
//! Stoichiometries that are expressions (Level 2) become assignment rules, bounds of fluxes become parameters.

mod flux;
mod lists;
mod math;
#[cfg(test)]
mod tests;
mod xml;

use std::collections::HashSet;

use model::documentation::Remarks;
use model::reaction_system::{Rule, SpeciesReference, Stoichiometry};
use model::{Expr, ReactionSystem};

use super::functions::DISTRIB;
use xml::{Attributes, Xml, number};

/// Why a system cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable {
    /// What contains the construct.
    pub place: String,
    /// What the format has no words for.
    pub construct: String,
}

impl std::fmt::Display for Unwritable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} uses {}, for which the format has no words", self.place, self.construct)
    }
}

/// The text of a system.
///
/// # Errors
/// The first construct that SBML cannot say.
///
/// # Source
/// SBML Level 3 Version 2 core, release 2, section 4; package fbc version 2.
pub fn write(system: &ReactionSystem) -> Result<String, Unwritable> {
    let system = &with_identified_stoichiometries(system);
    let fast = system.reactions.iter().any(|r| r.fast);
    let mut writer =
        Writer { xml: Xml::default(), system, version: if fast { 1 } else { 2 }, parameters: Vec::new() };
    writer.document()?;
    Ok(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", writer.xml.finish()))
}

struct Writer<'s> {
    xml: Xml,
    system: &'s ReactionSystem,
    version: u32,
    /// Parameters for bounds of fluxes, with their values.
    parameters: Vec<(String, f64)>,
}

impl Writer<'_> {
    fn document(&mut self) -> Result<(), Unwritable> {
        let version = self.version;
        let fluxes = self.system.flux_balance.as_ref();
        let draws = draws_values(self.system);
        self.xml.begin(
            "sbml",
            &[
                ("xmlns", Some(format!("http://www.sbml.org/sbml/level3/version{version}/core"))),
                ("xmlns:fbc", fluxes.map(|_| super::fbc::NAMESPACES[1].to_string())),
                ("xmlns:distrib", draws.then(|| super::document::DISTRIB.to_string())),
                ("level", Some("3".to_string())),
                ("version", Some(version.to_string())),
                ("fbc:required", fluxes.map(|_| "false".to_string())),
                ("distrib:required", draws.then(|| "true".to_string())),
            ],
        );
        let about = &self.system.documentation;
        let unit = |name: &str| about.model_units.get(name).cloned();
        self.begin(
            "model",
            &about.model,
            &[
                ("id", text(&self.system.id)),
                ("substanceUnits", unit("substanceUnits")),
                ("timeUnits", unit("timeUnits")),
                ("volumeUnits", unit("volumeUnits")),
                ("areaUnits", unit("areaUnits")),
                ("lengthUnits", unit("lengthUnits")),
                ("extentUnits", unit("extentUnits")),
                ("conversionFactor", self.system.conversion_factor.clone()),
                ("fbc:strict", fluxes.map(|f| f.strict.to_string())),
            ],
        );
        let bounds = self.bounds_of_reactions();
        self.units();
        self.compartments();
        self.species();
        self.parameters();
        self.initial_assignments()?;
        self.rules()?;
        self.reactions(&bounds)?;
        self.events()?;
        self.objectives();
        self.xml.end();
        self.xml.end();
        Ok(())
    }

    /// An element with what is said about it; ended by `end`.
    fn begin(&mut self, element: &'static str, about: &Remarks, attributes: Attributes<'_>) {
        let all = [&described(about), attributes].concat();
        self.xml.begin(element, &all);
        self.xml.raw("notes", &about.notes);
        self.xml.raw("annotation", &about.annotation);
    }

    /// An element without content but what is said about it.
    fn single(&mut self, element: &'static str, about: &Remarks, attributes: Attributes<'_>) {
        if about.notes.is_empty() && about.annotation.is_empty() {
            self.xml.empty(element, &[&described(about), attributes].concat());
        } else {
            self.begin(element, about, attributes);
            self.xml.end();
        }
    }

    fn about(&self, id: &str) -> Remarks {
        self.system.documentation.components.get(id).cloned().unwrap_or_default()
    }
}

/// Whether events or initial assignments draw random values.
fn draws_values(system: &ReactionSystem) -> bool {
    let in_events = system.events.iter().flat_map(|e| &e.assignments).map(|a| &a.math);
    let mut found = false;
    for math in in_events.chain(system.initial_assignments.iter().map(|a| &a.math)) {
        math.walk(&mut |e| found |= matches!(e, Expr::Call(name, _) if name.starts_with(DISTRIB)));
    }
    found
}

/// An attribute that is left out when empty.
fn text(value: &str) -> Option<String> {
    Some(value.to_string()).filter(|v| !v.is_empty())
}

fn described(about: &Remarks) -> [(&'static str, Option<String>); 3] {
    [("metaid", text(&about.metaid)), ("sboTerm", text(&about.sbo_term)), ("name", text(&about.name))]
}

/// The same system without expressions as stoichiometries: their species references get a name and a rule.
pub(crate) fn with_identified_stoichiometries(system: &ReactionSystem) -> ReactionSystem {
    let mut system = system.clone();
    let mut known: HashSet<String> = identifiers(&system).map(str::to_string).collect();
    let mut rules = Vec::new();
    for reaction in &mut system.reactions {
        let owner = reaction.id.clone();
        for reference in reaction.reactants.iter_mut().chain(&mut reaction.products) {
            let Stoichiometry::Math(math) = &reference.stoichiometry else { continue };
            let math = math.clone();
            let id = reference.id.clone().unwrap_or_else(|| {
                unused(&format!("{owner}_{}_stoichiometry", reference.species), &mut known)
            });
            *reference = SpeciesReference {
                id: Some(id.clone()),
                species: reference.species.clone(),
                stoichiometry: Stoichiometry::Unset,
                constant: false,
            };
            rules.push(Rule::Assignment { variable: id, math });
        }
    }
    system.rules.extend(rules);
    system
}

/// All identifiers of a system.
fn identifiers(system: &ReactionSystem) -> impl Iterator<Item = &str> {
    let references = system.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
    (system.compartments.iter().map(|c| c.id.as_str()))
        .chain(system.species.iter().map(|s| s.id.as_str()))
        .chain(system.parameters.iter().map(|p| p.id.as_str()))
        .chain(system.reactions.iter().map(|r| r.id.as_str()))
        .chain(references.filter_map(|r| r.id.as_deref()))
        .chain(system.events.iter().map(|e| e.id.as_str()))
}

/// A name that nothing has yet; it is taken from now on.
fn unused(wish: &str, known: &mut HashSet<String>) -> String {
    let free = (0..).map(|n| if n == 0 { wish.to_string() } else { format!("{wish}_{n}") });
    let name = free.into_iter().find(|name| !known.contains(name)).unwrap_or_default();
    known.insert(name.clone());
    name
}

/// A number as attribute.
fn value(x: f64) -> Option<String> {
    Some(number(x))
}
