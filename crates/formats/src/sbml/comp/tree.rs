//! Elements that can be changed.

use roxmltree::{Document, Node};

use super::{CompFailure, NAMESPACE};
use crate::sbml::codes;

/// Deeper nesting is refused.
const MOST_DEPTH: usize = 600;
/// The namespace of MathML.
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";

/// Which language an element belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Core,
    Math,
    Comp,
}

/// An element, or a piece of text when the name is empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Element {
    pub(super) space: Space,
    pub(super) name: String,
    /// Attributes; those of the package without its prefix.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
    /// Deleted or replaced; kept so that positions stay.
    pub(super) dead: bool,
}

/// The document as a tree, without notes, annotations and other packages.
pub(super) fn read(document: &Document<'_>) -> Result<Element, CompFailure> {
    let root = document.root_element();
    let core = root.tag_name().namespace().unwrap_or_default().to_string();
    let mut element = convert(root, &core, 0)?;
    element.attributes.push(("xmlns".to_string(), core));
    Ok(element)
}

fn convert(node: Node<'_, '_>, core: &str, depth: usize) -> Result<Element, CompFailure> {
    if depth > MOST_DEPTH {
        return Err(CompFailure {
            code: codes::TOO_DEEP,
            message: format!("elements are nested more than {MOST_DEPTH} deep"),
            help: "split expressions with assignment rules",
        });
    }
    let space = space_of(node, core).unwrap_or(Space::Core);
    let mut element = Element::new(space, node.tag_name().name());
    for attribute in node.attributes() {
        if matches!(attribute.namespace(), None | Some(NAMESPACE)) {
            element.attributes.push((attribute.name().to_string(), attribute.value().to_string()));
        }
    }
    for child in node.children() {
        if child.is_text() {
            element.children.push(Element::text(child.text().unwrap_or_default()));
        } else if child.is_element()
            && space_of(child, core).is_some()
            && !matches!(child.tag_name().name(), "notes" | "annotation")
        {
            element.children.push(convert(child, core, depth + 1)?);
        }
    }
    Ok(element)
}

fn space_of(node: Node<'_, '_>, core: &str) -> Option<Space> {
    match node.tag_name().namespace() {
        Some(MATHML) => Some(Space::Math),
        Some(NAMESPACE) => Some(Space::Comp),
        Some(other) if other == core => Some(Space::Core),
        _ => None,
    }
}

impl Element {
    /// An empty element.
    pub(super) fn new(space: Space, name: &str) -> Self {
        let (name, text) = (name.to_string(), String::new());
        Self { space, name, attributes: Vec::new(), children: Vec::new(), text, dead: false }
    }

    fn text(text: &str) -> Self {
        Self { text: text.to_string(), ..Self::new(Space::Core, "") }
    }

    /// A MathML element with children.
    pub(super) fn math(name: &str, children: Vec<Element>) -> Self {
        Self { children, ..Self::new(Space::Math, name) }
    }

    /// `<ci> name </ci>`
    pub(super) fn ci(name: &str) -> Self {
        Self::math("ci", vec![Self::text(name)])
    }

    /// An attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim())
    }

    /// Sets an attribute.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        match self.attributes.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = value.to_string(),
            None => self.attributes.push((name.to_string(), value.to_string())),
        }
    }

    /// Child elements, text left out.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(|c| !c.name.is_empty())
    }

    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    /// Items of the list of that name.
    pub(super) fn items(&self, list: &str) -> impl Iterator<Item = &Element> {
        self.child(list).into_iter().flat_map(Element::elements)
    }

    /// All text inside.
    pub(super) fn content(&self) -> String {
        self.children.iter().map(|c| c.text.as_str()).collect::<String>().trim().to_string()
    }

    /// Number of elements, this one included.
    pub(super) fn size(&self) -> usize {
        1 + self.children.iter().map(Element::size).sum::<usize>()
    }

    /// The element at a position.
    pub(super) fn at(&self, path: &[usize]) -> &Element {
        path.iter().fold(self, |element, &i| &element.children[i])
    }

    /// The element at a position, to be changed.
    pub(super) fn at_mut(&mut self, path: &[usize]) -> &mut Element {
        path.iter().fold(self, |element, &i| &mut element.children[i])
    }

    /// Position of the first element of the core that satisfies `found`.
    pub(super) fn find(&self, found: &dyn Fn(&Element) -> bool) -> Option<Vec<usize>> {
        for (i, child) in self.children.iter().enumerate().filter(|(_, c)| c.space == Space::Core) {
            if found(child) {
                return Some(vec![i]);
            }
            if let Some(mut path) = child.find(found) {
                path.insert(0, i);
                return Some(path);
            }
        }
        None
    }

    /// Writes XML, without what belongs to the package.
    pub(super) fn write(&self, out: &mut String, depth: usize) {
        if self.name.is_empty() {
            escape(&self.text, out);
            return;
        }
        if self.space == Space::Comp || self.dead {
            return;
        }
        let is_math = self.space == Space::Math;
        if !is_math {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', depth));
        }
        out.push('<');
        out.push_str(&self.name);
        if self.name == "math" {
            out.push_str(&format!(" xmlns=\"{MATHML}\""));
        }
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, out);
            out.push('"');
        }
        out.push('>');
        for child in self.children.iter().filter(|c| is_math || !c.name.is_empty()) {
            child.write(out, depth + 1);
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}
