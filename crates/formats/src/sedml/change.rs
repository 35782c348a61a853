//! Changes of a model's text, at places that XPath addresses.

use roxmltree::{Document, Node};
use thiserror::Error;

use super::{ChangeAction, xpath};

/// Why a change is not possible.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeError {
    /// The path cannot be read.
    #[error("{0}")]
    Path(String),
    /// The path addresses nothing, or more than one thing.
    #[error("the path {path:?} addresses {n} elements, not one")]
    NotOne {
        /// The path.
        path: String,
        /// How many.
        n: usize,
    },
    /// The path should end with an attribute, or should not.
    #[error("the path {0:?} must address an attribute, for example .../@value")]
    NoAttribute(String),
    /// The path should not end with an attribute.
    #[error("the path {0:?} must address an element, not an attribute")]
    NoElement(String),
    /// What stands at the place has no value of its own.
    #[error("{path:?} addresses {what}, which has no symbol of its own")]
    NoSymbol {
        /// The path.
        path: String,
        /// What stands there.
        what: String,
    },
    /// The text is not XML any more, or was not.
    #[error("the model is not well-formed XML after the change of {path:?}: {reason}")]
    NotXml {
        /// The path.
        path: String,
        /// Why.
        reason: String,
    },
}

fn read<'t>(text: &'t str, path: &str) -> Result<Document<'t>, ChangeError> {
    Document::parse(text).map_err(|e| ChangeError::NotXml { path: path.to_string(), reason: e.to_string() })
}

fn one<'d, 'i>(
    document: &'d Document<'i>,
    target: &str,
) -> Result<(Node<'d, 'i>, Option<String>), ChangeError> {
    let path = xpath::parse(target).map_err(ChangeError::Path)?;
    match path.find(document).as_slice() {
        [node] => Ok((*node, path.attribute)),
        found => Err(ChangeError::NotOne { path: target.to_string(), n: found.len() }),
    }
}

/// The text of a model after a change. A computed value must be given as [`ChangeAction::Attribute`].
///
/// # Errors
/// [`ChangeError`].
pub fn apply(text: &str, target: &str, action: &ChangeAction) -> Result<String, ChangeError> {
    let document = read(text, target)?;
    let (node, attribute) = one(&document, target)?;
    let splice = |range: std::ops::Range<usize>, new: &str| {
        format!("{}{new}{}", &text[..range.start], &text[range.end..])
    };
    let element_only = || match attribute {
        None => Ok(()),
        Some(_) => Err(ChangeError::NoElement(target.to_string())),
    };
    let changed = match action {
        ChangeAction::Attribute(value) => {
            let name = attribute.ok_or_else(|| ChangeError::NoAttribute(target.to_string()))?;
            let value = escape(value);
            match node.attributes().find(|a| a.name() == name) {
                Some(found) => splice(found.range_value(), &value),
                None => {
                    let at = end_of_name(text, node);
                    splice(at..at, &format!(" {name}=\"{value}\""))
                }
            }
        }
        ChangeAction::Remove => match attribute {
            None => splice(node.range(), ""),
            Some(name) => match node.attributes().find(|a| a.name() == name) {
                Some(found) => splice(found.range(), ""),
                None => return Err(ChangeError::NotOne { path: target.to_string(), n: 0 }),
            },
        },
        ChangeAction::Replace(xml) => {
            element_only()?;
            splice(node.range(), xml)
        }
        ChangeAction::Add(xml) => {
            element_only()?;
            let range = node.range();
            let whole = &text[range.clone()];
            if let Some(open) = whole.strip_suffix("/>") {
                let end = end_of_name(text, node);
                let name = &text[range.start + 1..end];
                splice(range, &format!("{open}>{xml}</{name}>"))
            } else {
                let at = range.start + whole.rfind("</").unwrap_or(whole.len());
                splice(at..at, xml)
            }
        }
        ChangeAction::Compute(_) => return Err(ChangeError::NoAttribute(target.to_string())),
    };
    read(&changed, target)?;
    Ok(changed)
}

/// Byte position behind the name in the start tag.
fn end_of_name(text: &str, node: Node<'_, '_>) -> usize {
    let start = node.range().start;
    let name = |c: char| c.is_whitespace() || c == '>' || c == '/';
    text[start..].find(name).map_or(text.len(), |n| start + n)
}

fn escape(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&apos;")
}

/// The value of an attribute of a model. Without an attribute in the path, the one that gives the value at the start.
///
/// # Errors
/// [`ChangeError`].
pub fn attribute_at(text: &str, target: &str) -> Result<String, ChangeError> {
    let document = read(text, target)?;
    let (node, attribute) = one(&document, target)?;
    let names = match &attribute {
        Some(name) => vec![name.as_str()],
        None => vec!["value", "size", "initialAmount", "initialConcentration"],
    };
    let found = names.iter().find_map(|name| node.attributes().find(|a| a.name() == *name));
    match found {
        Some(found) => Ok(found.value().to_string()),
        None => Err(ChangeError::NoAttribute(target.to_string())),
    }
}

/// What a path in an SBML model means as a quantity of a simulation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The value of a symbol: compartment, species, parameter, reaction or species reference.
    Symbol(String),
    /// The steady flux of a reaction (package fbc).
    Flux(String),
    /// The value of an objective (package fbc).
    Objective(String),
    /// The level of a qualitative species (package qual).
    Level(String),
}

/// The quantities that paths address; the text is read once for all of them.
///
/// # Errors
/// [`ChangeError`] for each path by itself; also for what has no symbol of its own, such as local parameters and
/// parts of submodels.
pub fn places(text: &str, targets: &[&str]) -> Vec<Result<Place, ChangeError>> {
    let document = Document::parse(text).map_err(|e| e.to_string());
    let of = |target: &&str| match &document {
        Ok(document) => place(document, target),
        Err(reason) => Err(ChangeError::NotXml { path: (*target).to_string(), reason: reason.clone() }),
    };
    targets.iter().map(of).collect()
}

fn place(document: &Document<'_>, target: &str) -> Result<Place, ChangeError> {
    let (node, attribute) = one(document, target)?;
    let no_symbol = |what: String| Err(ChangeError::NoSymbol { path: target.to_string(), what });
    let inside = ["kineticLaw", "modelDefinition"];
    if let Some(outer) = node.ancestors().skip(1).find(|a| inside.contains(&a.tag_name().name())) {
        return no_symbol(format!("a part of <{}>", outer.tag_name().name()));
    }
    let name = node.tag_name().name();
    // Packages give their attributes a prefix; Level 1 calls identifiers names.
    let named = |wanted: &str| node.attributes().find(|a| a.name() == wanted).map(|a| a.value().to_string());
    let Some(id) = named("id").or_else(|| named("name")) else {
        return no_symbol(format!("<{name}> without id"));
    };
    let values = ["value", "size", "initialAmount", "initialConcentration", "stoichiometry", "id"];
    match (name, attribute.as_deref()) {
        ("reaction", Some("flux")) => Ok(Place::Flux(id)),
        ("objective", None | Some("value")) => Ok(Place::Objective(id)),
        ("qualitativeSpecies", None | Some("level" | "initialLevel")) => Ok(Place::Level(id)),
        (_, Some(other)) if !values.contains(&other) => no_symbol(format!("the attribute {other:?}")),
        ("compartment" | "species" | "specie" | "parameter" | "reaction" | "speciesReference", _) => {
            Ok(Place::Symbol(id))
        }
        _ => no_symbol(format!("<{name}>")),
    }
}
