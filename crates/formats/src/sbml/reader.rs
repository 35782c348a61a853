//! Attributes with their types, children by name, and remarks with their places.

use std::collections::HashMap;

use model::{Diagnostic, Location};
use roxmltree::{Document, Node};

use super::codes;
use super::functions::Functions;

/// More than this many remarks help nobody.
const MOST_REMARKS: usize = 500;

/// Level and version of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Level {
    pub(super) level: u32,
    pub(super) version: u32,
}

/// What reading needs everywhere.
pub(super) struct Reader<'d> {
    file: String,
    document: &'d Document<'d>,
    diagnostics: Vec<(usize, Diagnostic)>,
    pub(super) level: Level,
    pub(super) functions: Functions,
    /// Byte position of each identified component, for remarks that come later.
    pub(super) places: HashMap<String, usize>,
    /// How many nodes of expressions function calls may still make.
    pub(super) expansion_left: usize,
}

impl<'d> Reader<'d> {
    pub(super) fn new(file: &str, document: &'d Document<'d>) -> Self {
        Self {
            file: file.to_string(),
            document,
            diagnostics: Vec::new(),
            level: Level::default(),
            functions: Functions::default(),
            places: HashMap::new(),
            expansion_left: 20_000_000,
        }
    }

    /// All remarks, in the order of the document.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|(at, _)| *at);
        self.diagnostics.into_iter().map(|(_, d)| d).collect()
    }

    /// An error at an element.
    pub(super) fn error(
        &mut self,
        node: Node<'_, '_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(node.range().start, Diagnostic::error(code, message).help(help));
    }

    /// A warning at an element.
    pub(super) fn warn(
        &mut self,
        node: Node<'_, '_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(node.range().start, Diagnostic::warning(code, message).help(help));
    }

    /// A remark at the component of that identifier.
    pub(super) fn error_at(
        &mut self,
        id: &str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let at = self.places.get(id).copied().unwrap_or(0);
        self.add(at, Diagnostic::error(code, message).help(help));
    }

    /// A warning at the component of that identifier.
    pub(super) fn warn_at(
        &mut self,
        id: &str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let at = self.places.get(id).copied().unwrap_or(0);
        self.add(at, Diagnostic::warning(code, message).help(help));
    }

    fn add(&mut self, at: usize, diagnostic: Diagnostic) {
        if self.diagnostics.len() >= MOST_REMARKS {
            return;
        }
        let place = self.document.text_pos_at(at);
        let location = Location { file: self.file.clone(), line: place.row, column: place.col };
        self.diagnostics.push((at, diagnostic.at(location)));
    }

    /// Whether an element belongs to the core.
    fn is_core(&self, node: Node<'_, '_>) -> bool {
        node.is_element()
            && node.tag_name().namespace() == self.document.root_element().tag_name().namespace()
    }

    /// Children in the namespace of the core, without notes and annotations. The document outlives the reader.
    pub(super) fn children(&self, node: Node<'d, 'd>) -> impl Iterator<Item = Node<'d, 'd>> + use<'d> {
        let namespace = self.document.root_element().tag_name().namespace();
        node.children().filter(move |c| {
            c.is_element()
                && c.tag_name().namespace() == namespace
                && !matches!(c.tag_name().name(), "notes" | "annotation")
        })
    }

    /// The first core child of that name.
    pub(super) fn child(&self, node: Node<'d, 'd>, name: &str) -> Option<Node<'d, 'd>> {
        node.children().find(|c| self.is_core(*c) && c.tag_name().name() == name)
    }

    /// Children of a list that must all have that name; others are remarked.
    pub(super) fn items(&mut self, list: Node<'d, 'd>, names: &[&str]) -> Vec<Node<'d, 'd>> {
        let all: Vec<_> = self.children(list).collect();
        let (known, unknown): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|c| names.contains(&c.tag_name().name()));
        unknown.into_iter().for_each(|c| self.unknown_element(c));
        known
    }

    pub(super) fn unknown_element(&mut self, node: Node<'_, '_>) {
        let message = format!("<{}> is not known here", node.tag_name().name());
        self.error(node, codes::UNKNOWN_ELEMENT, message, "check the spelling, and the level and version");
    }

    /// Remarks attributes of the core that are not known here.
    pub(super) fn only_attributes(&mut self, node: Node<'_, '_>, known: &[&str]) {
        for attribute in node.attributes().filter(|a| a.namespace().is_none()) {
            let name = attribute.name();
            if name != "metaid" && name != "sboTerm" && !known.contains(&name) {
                let message = format!("<{}> has no attribute \"{name}\"", node.tag_name().name());
                self.warn(node, codes::UNKNOWN_ATTRIBUTE, message, "it is left out; check the spelling");
            }
        }
    }

    /// The identifier: `id`, or `name` in Level 1.
    pub(super) fn identifier(&mut self, node: Node<'_, '_>) -> Option<String> {
        let id = self.identifier_or_empty(node);
        if !id.is_empty() {
            return Some(id);
        }
        let attribute = if self.level.level == 1 { "name" } else { "id" };
        let message = format!("<{}> has no {attribute}", node.tag_name().name());
        self.error(node, codes::REQUIRED_ATTRIBUTE, message, format!("write {attribute}=\"...\""));
        None
    }

    /// The identifier of something that may have none; remembers its place.
    pub(super) fn identifier_or_empty(&mut self, node: Node<'_, '_>) -> String {
        let attribute = if self.level.level == 1 { "name" } else { "id" };
        let Some(id) = self.text(node, attribute) else { return String::new() };
        let mut letters = id.chars();
        let good = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !good {
            let message = format!("{id:?} is no identifier");
            self.error(
                node,
                codes::SID_SYNTAX,
                message,
                "use letters, digits and _, and start with no digit",
            );
        }
        self.places.entry(id.clone()).or_insert(node.range().start);
        id
    }

    /// A text attribute.
    pub(super) fn text(&self, node: Node<'_, '_>, name: &str) -> Option<String> {
        node.attribute(name).map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
    }

    /// A reference to something else that must be there.
    pub(super) fn reference(&mut self, node: Node<'_, '_>, names: &[&str]) -> Option<String> {
        let found = names.iter().find_map(|name| self.text(node, name));
        if found.is_none() {
            let message = format!("<{}> has no {}", node.tag_name().name(), names[0]);
            self.error(node, codes::REQUIRED_ATTRIBUTE, message, format!("write {}=\"...\"", names[0]));
        }
        found
    }

    /// A number, as XML Schema writes it.
    pub(super) fn number(&mut self, node: Node<'_, '_>, name: &str) -> Option<f64> {
        let text = self.text(node, name)?;
        let number = parse_number(&text);
        if number.is_none() {
            let message = format!("{name}={text:?} is not a number");
            self.error(node, codes::ATTRIBUTE_VALUE, message, "write a number such as 0.5, 1e-3, INF or NaN");
        }
        number
    }

    /// A truth value.
    pub(super) fn flag(&mut self, node: Node<'_, '_>, name: &str) -> Option<bool> {
        match self.text(node, name)?.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            other => {
                let message = format!("{name}={other:?} is neither true nor false");
                self.error(node, codes::ATTRIBUTE_VALUE, message, "write true or false");
                None
            }
        }
    }

    /// A truth value with a default before Level 3, where it must be given.
    pub(super) fn flag_or(&mut self, node: Node<'_, '_>, name: &str, default: bool) -> bool {
        let given = self.flag(node, name);
        if given.is_none() && self.level.level >= 3 && node.attribute(name).is_none() {
            let message = format!("<{}> has no {name}, which Level 3 demands", node.tag_name().name());
            self.error(
                node,
                codes::REQUIRED_ATTRIBUTE,
                message,
                format!("write {name}=\"true\" or \"false\""),
            );
        }
        given.unwrap_or(default)
    }
}

/// A number as XML Schema's `double` writes it.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
            && !text.ends_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            text.parse().ok()
        }
        _ => None,
    }
}
