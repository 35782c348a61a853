//! The part of XPath that addresses one element or attribute of a model.
//!
//! `/a:b/c[@id='x']/d[2]/@value`, `//c[@id="x"]`, and `descendant::`-free steps with any number of predicates.
//! Names are compared without their prefix: the prefixes that models and experiments declare differ in practice.

use roxmltree::{Document, Node};

/// A parsed path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    steps: Vec<Step>,
    /// Attribute at the end.
    pub(super) attribute: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Step {
    /// Whether any number of elements may lie between.
    anywhere: bool,
    /// Local name, or `*`.
    name: String,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Attribute(String, String),
    Position(usize),
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    name == "*" || (!name.is_empty() && name.chars().all(plain) && !name.contains("::"))
}

/// Reads a path.
///
/// # Errors
/// What cannot be read.
pub(super) fn parse(text: &str) -> Result<Path, String> {
    let mut rest = text.trim();
    let mut steps: Vec<Step> = Vec::new();
    while !rest.is_empty() {
        let Some(after) = rest.strip_prefix('/') else {
            return Err(format!("the path {text:?} must start with /"));
        };
        let (anywhere, after) = after.strip_prefix('/').map_or((false, after), |a| (true, a));
        if let Some(attribute) = after.strip_prefix('@') {
            return if is_name(attribute) && !anywhere && !steps.is_empty() {
                Ok(Path { steps, attribute: Some(local(attribute).to_string()) })
            } else {
                Err(format!("{attribute:?} in {text:?} is not an attribute"))
            };
        }
        let end = after.find(['/', '[']).unwrap_or(after.len());
        let name = after[..end].trim();
        if !is_name(name) {
            return Err(format!("{name:?} in {text:?} is not a step that this program knows"));
        }
        let (conditions, left) = conditions(&after[end..], text)?;
        steps.push(Step { anywhere, name: local(name).to_string(), conditions });
        rest = left;
    }
    if steps.is_empty() { Err("the path is empty".to_string()) } else { Ok(Path { steps, attribute: None }) }
}

fn conditions<'t>(mut rest: &'t str, whole: &str) -> Result<(Vec<Condition>, &'t str), String> {
    let mut found = Vec::new();
    while let Some(after) = rest.strip_prefix('[') {
        let bad = || format!("a condition in {whole:?} is not of the kind [@id='x'] or [2]");
        let after = after.trim_start();
        if let Some(attribute) = after.strip_prefix('@') {
            let (name, value) = attribute.split_once('=').ok_or_else(bad)?;
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"')).ok_or_else(bad)?;
            let (value, left) = value[1..].split_once(quote).ok_or_else(bad)?;
            if !is_name(name.trim()) {
                return Err(bad());
            }
            found.push(Condition::Attribute(local(name.trim()).to_string(), value.to_string()));
            rest = left.trim_start().strip_prefix(']').ok_or_else(bad)?;
        } else {
            let (number, left) = after.split_once(']').ok_or_else(bad)?;
            let position = number.trim().parse().ok().filter(|n| *n > 0).ok_or_else(bad)?;
            found.push(Condition::Position(position));
            rest = left;
        }
    }
    Ok((found, rest))
}

impl Path {
    /// All elements of a document that the path addresses, in its order.
    pub(super) fn find<'d, 'i>(&self, document: &'d Document<'i>) -> Vec<Node<'d, 'i>> {
        let mut here = vec![document.root()];
        for step in &self.steps {
            let mut next: Vec<Node<'d, 'i>> = Vec::new();
            for node in here {
                // A position counts among the children of one parent.
                let parents: Vec<_> = if step.anywhere {
                    node.descendants().filter(|n| !n.is_text()).collect()
                } else {
                    vec![node]
                };
                for parent in parents {
                    let named = |c: &Node<'_, '_>| {
                        c.is_element() && (step.name == "*" || c.tag_name().name() == step.name)
                    };
                    let mut found: Vec<_> = parent.children().filter(named).collect();
                    for condition in &step.conditions {
                        match condition {
                            Condition::Attribute(name, value) => found
                                .retain(|n| n.attributes().any(|a| a.name() == name && a.value() == value)),
                            Condition::Position(n) => found = found.get(n - 1).copied().into_iter().collect(),
                        }
                    }
                    next.extend(found);
                }
            }
            here = next;
        }
        here
    }
}
