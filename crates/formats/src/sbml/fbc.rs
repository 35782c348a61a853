//! The package fbc, versions 1 and 2: bounds and objectives of steady fluxes.
//!
//! # Source
//! SBML L3 package Flux Balance Constraints, version 1 release 1 and version 2 release 1, section 3.

use model::ReactionSystem;
use model::flux_balance::{BoundSide, BoundValue, FluxBalance, FluxBound, Objective};
use roxmltree::Node;

use super::codes;
use super::reader::{Reader, parse_number};

/// The namespaces of the package.
pub(super) const NAMESPACES: [&str; 3] = [
    "http://www.sbml.org/sbml/level3/version1/fbc/version1",
    "http://www.sbml.org/sbml/level3/version1/fbc/version2",
    "http://www.sbml.org/sbml/level3/version1/fbc/version3",
];

/// Bounds and objectives; `None` when the model does not use the package.
pub(super) fn read<'d>(
    reader: &mut Reader<'d>,
    model: Node<'d, 'd>,
    system: &ReactionSystem,
) -> Option<FluxBalance> {
    let namespace = NAMESPACES.iter().find(|uri| model.namespaces().any(|n| n.uri() == **uri)).copied()?;
    let mut balance = FluxBalance {
        strict: model.attribute((namespace, "strict")).is_some_and(|v| matches!(v.trim(), "true" | "1")),
        ..FluxBalance::default()
    };
    let package = Package { namespace };
    for list in package.children(model) {
        match list.tag_name().name() {
            "listOfFluxBounds" => {
                for node in package.children(list) {
                    package.bound(reader, node, &mut balance);
                }
            }
            "listOfObjectives" => {
                balance.active_objective = package.text(list, "activeObjective");
                balance.objectives =
                    package.children(list).filter_map(|node| package.objective(reader, node)).collect();
            }
            // Genes say which proteins a reaction needs; no flux depends on them.
            "listOfGeneProducts" => {
                let message = "gene products (package fbc) are left out";
                reader.warn(list, codes::PACKAGE_LEFT_OUT, message, "no flux depends on them");
            }
            _ => reader.unknown_element(list),
        }
    }
    package.bounds_of_reactions(reader, model, &mut balance);
    check(reader, model, system, &balance);
    (!balance.bounds.is_empty() || !balance.objectives.is_empty() || balance.strict).then_some(balance)
}

struct Package {
    namespace: &'static str,
}

impl Package {
    fn children<'d>(&self, node: Node<'d, 'd>) -> impl Iterator<Item = Node<'d, 'd>> + use<'d> {
        let namespace = self.namespace;
        node.children().filter(move |c| c.is_element() && c.tag_name().namespace() == Some(namespace))
    }

    /// An attribute of the package; some writers leave its prefix out.
    fn text(&self, node: Node<'_, '_>, name: &str) -> Option<String> {
        let value = node.attribute((self.namespace, name)).or_else(|| node.attribute(name))?;
        Some(value.trim().to_string()).filter(|v| !v.is_empty())
    }

    fn needed(&self, reader: &mut Reader<'_>, node: Node<'_, '_>, name: &str) -> Option<String> {
        let found = self.text(node, name);
        if found.is_none() {
            let message = format!("<{}> has no {name}", node.tag_name().name());
            reader.error(node, codes::REQUIRED_ATTRIBUTE, message, format!("write fbc:{name}=\"...\""));
        }
        found
    }

    fn number(&self, reader: &mut Reader<'_>, node: Node<'_, '_>, name: &str) -> Option<f64> {
        let text = self.needed(reader, node, name)?;
        let number = parse_number(&text);
        if number.is_none() {
            let message = format!("{name}={text:?} is not a number");
            reader.error(node, codes::ATTRIBUTE_VALUE, message, "write a number such as 0.5 or INF");
        }
        number
    }

    /// `<fluxBound>` of version 1.
    fn bound(&self, reader: &mut Reader<'_>, node: Node<'_, '_>, balance: &mut FluxBalance) {
        let (Some(reaction), Some(operation), Some(value)) = (
            self.needed(reader, node, "reaction"),
            self.needed(reader, node, "operation"),
            self.number(reader, node, "value"),
        ) else {
            return;
        };
        let sides: &[BoundSide] = match operation.as_str() {
            "lessEqual" => &[BoundSide::Upper],
            "greaterEqual" => &[BoundSide::Lower],
            "equal" => &[BoundSide::Lower, BoundSide::Upper],
            other => {
                let message = format!("operation={other:?} is not known");
                reader.error(node, codes::FLUX_BOUND, message, "write lessEqual, greaterEqual or equal");
                return;
            }
        };
        balance.bounds.extend(sides.iter().map(|&side| FluxBound {
            reaction: reaction.clone(),
            side,
            value: BoundValue::Number(value),
        }));
    }

    fn objective<'d>(&self, reader: &mut Reader<'d>, node: Node<'d, 'd>) -> Option<Objective> {
        let id = self.needed(reader, node, "id")?;
        let maximize = match self.needed(reader, node, "type")?.as_str() {
            "maximize" => true,
            "minimize" => false,
            other => {
                let message = format!("type={other:?} is neither maximize nor minimize");
                reader.error(node, codes::ATTRIBUTE_VALUE, message, "write maximize or minimize");
                return None;
            }
        };
        let mut terms = Vec::new();
        for list in self.children(node) {
            for term in self.children(list) {
                if self.text(term, "variableType").is_some_and(|kind| kind != "linear") {
                    let message = "the objective is not linear, which is not supported";
                    reader.error(term, codes::PACKAGE, message, "use a linear objective");
                }
                let reaction = self.needed(reader, term, "reaction");
                let coefficient = self.number(reader, term, "coefficient");
                terms.extend(reaction.zip(coefficient));
            }
        }
        Some(Objective { id, maximize, terms })
    }

    /// Attributes of reactions (version 2).
    fn bounds_of_reactions<'d>(
        &self,
        reader: &mut Reader<'d>,
        model: Node<'d, 'd>,
        balance: &mut FluxBalance,
    ) {
        let Some(list) = reader.child(model, "listOfReactions") else { return };
        for node in reader.children(list) {
            let Some(reaction) = node.attribute("id") else { continue };
            let sides = [("lowerFluxBound", BoundSide::Lower), ("upperFluxBound", BoundSide::Upper)];
            for (name, side) in sides {
                if let Some(parameter) = node.attribute((self.namespace, name)) {
                    balance.bounds.push(FluxBound {
                        reaction: reaction.trim().to_string(),
                        side,
                        value: BoundValue::Parameter(parameter.trim().to_string()),
                    });
                }
            }
        }
    }
}

/// Names must exist.
fn check(reader: &mut Reader<'_>, model: Node<'_, '_>, system: &ReactionSystem, balance: &FluxBalance) {
    let mut missing = |what: &str, name: &str| {
        let message = format!("package fbc names the {what} \"{name}\", which does not exist");
        reader.error(model, codes::FLUX_REFERENCE, message, "correct the name");
    };
    let bounded = balance.bounds.iter().map(|b| &b.reaction);
    let reactions = bounded.chain(balance.objectives.iter().flat_map(|o| o.terms.iter().map(|t| &t.0)));
    for name in reactions {
        if !system.reactions.iter().any(|r| r.id == *name) {
            missing("reaction", name);
        }
    }
    for bound in &balance.bounds {
        if let BoundValue::Parameter(name) = &bound.value
            && !system.parameters.iter().any(|p| p.id == *name)
        {
            missing("parameter", name);
        }
    }
    if let Some(name) = &balance.active_objective
        && !balance.objectives.iter().any(|o| o.id == *name)
    {
        missing("objective", name);
    }
}
