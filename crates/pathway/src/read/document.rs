//! TOML with places: every key is asked for by name, every other one is reported.

use std::ops::Range;

use model::{Dimension, Location, Quantity, QuantityError};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Report, SourceText};
use crate::codes;
use crate::suggest;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Marked<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it stands.
    pub(crate) at: Location,
}

/// A parsed TOML file.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    text: &'t SourceText,
    root: Spanned<DeTable<'t>>,
}

/// A table of a document.
#[derive(Clone, Debug)]
pub(crate) struct Section<'d> {
    text: &'d SourceText,
    table: &'d DeTable<'d>,
    span: Range<usize>,
}

impl<'t> Document<'t> {
    /// Parses; `None` if the text is empty or no TOML, which is reported.
    pub(crate) fn parse(text: &'t SourceText, report: &mut Report) -> Option<Self> {
        if text.text.lines().all(|l| l.trim().is_empty() || l.trim_start().starts_with('#')) {
            report.error(codes::EMPTY, &text.at(1, 1), "the file says nothing".to_string(), "");
            return None;
        }
        let (root, errors) = DeTable::parse_recoverable(&text.text);
        for error in &errors {
            let at = text.location(error.span().map_or(0, |s| s.start));
            report.error(codes::SYNTAX, &at, format!("this is not TOML: {}", error.message()), "");
        }
        errors.is_empty().then_some(Self { text, root })
    }

    /// The whole file as a table.
    pub(crate) fn root(&self) -> Section<'_> {
        Section { text: self.text, table: self.root.get_ref(), span: 0..0 }
    }
}

impl<'d> Section<'d> {
    /// Where the table starts.
    pub(crate) fn at(&self) -> Location {
        self.text.location(self.span.start)
    }

    /// Reports keys that are not in the list.
    pub(crate) fn only(&self, known: &[&str], report: &mut Report) {
        for (key, _) in self.table {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let at = self.text.location(key.span().start);
                let help = suggest::help(name, "key", known.iter().copied());
                report.error(codes::UNKNOWN_KEY, &at, format!("unknown key \"{name}\""), help);
            }
        }
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The keys, in alphabetical order, with their places.
    pub(crate) fn keys(&self) -> Vec<Marked<String>> {
        let place = |key: &Spanned<_>| self.text.location(key.span().start);
        self.table.iter().map(|(k, _)| Marked { value: k.get_ref().to_string(), at: place(k) }).collect()
    }

    /// A text, if the key is there.
    pub(crate) fn string(&self, key: &str, report: &mut Report) -> Option<Marked<String>> {
        let value = self.table.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(Marked { value: text.to_string(), at: self.place(value) }),
            None => self.wrong_type(key, value, "a text in quotes", report),
        }
    }

    /// A text that may be missing; then it is empty.
    pub(crate) fn text(&self, key: &str, report: &mut Report) -> String {
        self.string(key, report).map(|m| m.value).unwrap_or_default()
    }

    /// A text that must be there and say something.
    pub(crate) fn required(&self, key: &str, report: &mut Report) -> Option<Marked<String>> {
        if !self.has(key) {
            self.missing(key, report);
            return None;
        }
        let found = self.string(key, report)?;
        if found.value.trim().is_empty() {
            report.error(codes::MISSING_KEY, &found.at, format!("\"{key}\" is empty"), "");
            return None;
        }
        Some(found)
    }

    /// Reports that a key is missing.
    pub(crate) fn missing(&self, key: &str, report: &mut Report) {
        report.error(codes::MISSING_KEY, &self.at(), format!("\"{key}\" is missing"), "");
    }

    /// A whole number, if the key is there.
    pub(crate) fn integer(&self, key: &str, report: &mut Report) -> Option<Marked<i64>> {
        let value = self.table.get(key)?;
        let number =
            value.get_ref().as_integer().and_then(|i| i64::from_str_radix(i.as_str(), i.radix()).ok());
        match number {
            Some(number) => Some(Marked { value: number, at: self.place(value) }),
            None => self.wrong_type(key, value, "a whole number", report),
        }
    }

    /// A finite number, if the key is there.
    pub(crate) fn number(&self, key: &str, report: &mut Report) -> Option<Marked<f64>> {
        let value = self.table.get(key)?;
        let text = match value.get_ref() {
            DeValue::Integer(i) if i.radix() == 10 => Some(i.as_str()),
            DeValue::Float(f) => Some(f.as_str()),
            _ => None,
        };
        match text.and_then(|t| t.parse::<f64>().ok()).filter(|x| x.is_finite()) {
            Some(number) => Some(Marked { value: number, at: self.place(value) }),
            None => self.wrong_type(key, value, "a number", report),
        }
    }

    /// True or false, if the key is there.
    pub(crate) fn boolean(&self, key: &str, report: &mut Report) -> Option<Marked<bool>> {
        let value = self.table.get(key)?;
        match value.get_ref().as_bool() {
            Some(truth) => Some(Marked { value: truth, at: self.place(value) }),
            None => self.wrong_type(key, value, "true or false", report),
        }
    }

    /// A list of texts; empty if the key is missing.
    pub(crate) fn strings(&self, key: &str, report: &mut Report) -> Vec<Marked<String>> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type::<()>(key, value, "a list of texts", report);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => texts.push(Marked { value: text.to_string(), at: self.place(item) }),
                None => drop(self.wrong_type::<()>(key, item, "a list of texts", report)),
            }
        }
        texts
    }

    /// As [`Section::strings`], without places.
    pub(crate) fn texts(&self, key: &str, report: &mut Report) -> Vec<String> {
        self.strings(key, report).into_iter().map(|m| m.value).collect()
    }

    /// A table, if the key is there.
    pub(crate) fn section(&self, key: &str, report: &mut Report) -> Option<Section<'d>> {
        let value = self.table.get(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(Section { text: self.text, table, span: value.span() }),
            None => self.wrong_type(key, value, "a table", report),
        }
    }

    /// A list of tables (`[[key]]` or `[{ ... }]`); empty if the key is missing.
    pub(crate) fn sections(&self, key: &str, report: &mut Report) -> Vec<Section<'d>> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type::<()>(key, value, "a list of tables", report);
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items {
            match item.get_ref().as_table() {
                Some(table) => sections.push(Section { text: self.text, table, span: item.span() }),
                None => drop(self.wrong_type::<()>(key, item, "a list of tables", report)),
            }
        }
        sections
    }

    /// A quantity of a dimension in its base unit, if the key is there.
    pub(crate) fn quantity(
        &self,
        key: &str,
        dimension: Dimension,
        report: &mut Report,
    ) -> Option<Marked<f64>> {
        if let Some(value) = self.table.get(key).filter(|v| v.get_ref().as_str().is_none()) {
            let help = format!(
                "write it as a text with its unit: {key} = \"{} {}\"",
                plain(value),
                example(dimension)
            );
            report.error(codes::QUANTITY, &self.place(value), format!("\"{key}\" needs a unit"), help);
            return None;
        }
        let text = self.string(key, report)?;
        match Quantity::parse_in_base(&text.value, dimension) {
            Ok(value) if value.is_finite() => Some(Marked { value, at: text.at }),
            Ok(_) => {
                report.error(codes::QUANTITY, &text.at, format!("\"{}\" is too large", text.value), "");
                None
            }
            Err(error) => {
                report_quantity(&error, dimension, &text.at, report);
                None
            }
        }
    }

    /// Place of the byte `offset` inside the text of a key; the start of the value if it was written with escapes.
    pub(crate) fn inside(&self, key: &str, item: Option<usize>, offset: usize) -> Location {
        let Some(value) = self.table.get(key) else { return self.at() };
        let value = match (item, value.get_ref()) {
            (Some(i), DeValue::Array(items)) => items.get(i).unwrap_or(value),
            _ => value,
        };
        let span = value.span();
        let raw = self.text.text.get(span.clone()).unwrap_or_default();
        let within = value.get_ref().as_str().and_then(|t| raw.find(t)).map_or(0, |start| start + offset);
        self.text.location(span.start + within)
    }

    fn place(&self, value: &Spanned<DeValue<'_>>) -> Location {
        self.text.location(value.span().start)
    }

    fn wrong_type<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
        report: &mut Report,
    ) -> Option<T> {
        let found = value.get_ref().type_str();
        report.error(
            codes::TYPE,
            &self.place(value),
            format!("\"{key}\" is {wanted}, not of type {found}"),
            "",
        );
        None
    }
}

/// Reports what is wrong with a quantity.
pub(crate) fn report_quantity(
    error: &QuantityError,
    dimension: Dimension,
    at: &Location,
    report: &mut Report,
) {
    let help = match error {
        QuantityError::WrongDimension { .. } => String::new(),
        QuantityError::NoNumber(_) => {
            format!("write a number and a unit, for example \"1 {}\"", example(dimension))
        }
        QuantityError::NoUnit(text) => {
            format!("add the unit, for example \"{} {}\"", text.trim(), example(dimension))
        }
        QuantityError::UnknownUnit { .. } => {
            format!("units of {dimension}: {}", model::Unit::symbols_of(dimension).join(", "))
        }
    };
    report.error(codes::QUANTITY, at, error.to_string(), help);
}

fn example(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Time => "h",
        Dimension::Concentration => "nM",
        Dimension::MassConcentration => "ng/ml",
        Dimension::BodyDose => "mg/kg",
        Dimension::AbsorbedDose => "Gy",
        Dimension::Volume => "mm3",
        Dimension::CopiesPerCell => "copies/cell",
        Dimension::Fraction => "%",
    }
}

fn plain(value: &Spanned<DeValue<'_>>) -> String {
    match value.get_ref() {
        DeValue::Integer(i) => i.as_str().to_string(),
        DeValue::Float(f) => f.as_str().to_string(),
        _ => "1".to_string(),
    }
}
