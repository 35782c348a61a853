//! Texts to checked pieces: TOML with places, tables of tab-separated values, units.

pub(crate) mod document;
pub(crate) mod report;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod unit;

pub(crate) use document::{Document, Marked, Section};
pub(crate) use report::Report;
pub(crate) use text::SourceText;
