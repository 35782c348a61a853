//! The package comp: models made of models, flattened to one before anything else is read.
//!
//! - `tree`: elements that can be changed, and written as text
//! - `instance`: copies of model definitions, nested as submodels ask for them
//! - `reference`: what ports and references point to
//! - `replace`: deletions and replacements
//! - `rewrite`: names and units of time and extent in what is left
//!
//! What a submodel `A` calls `x` is called `A__x` in the flat model.
//!
//! # Source
//! SBML L3 package Hierarchical Model Composition, version 1 release 3, section 3 and appendix A.

mod instance;
mod reference;
mod replace;
mod rewrite;
mod tree;

use roxmltree::Document;

use super::codes;
use instance::Library;
use tree::Element;

/// The namespace of the package.
pub(super) const NAMESPACE: &str = "http://www.sbml.org/sbml/level3/version1/comp/version1";

/// Gives the text of a file beside the model, if there is one.
pub(super) type Load<'l> = &'l dyn Fn(&str) -> Option<String>;

/// Why a model cannot be flattened.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CompFailure {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: &'static str,
}

impl CompFailure {
    fn reference(message: String) -> Self {
        Self { code: codes::COMP_REFERENCE, message, help: "correct the reference" }
    }
}

/// The text of a flat model that behaves the same.
///
/// # Errors
/// The first reference that leads nowhere, a missing file, a model that contains itself, or too large a result.
pub(super) fn flatten(document: &Document<'_>, load: Load<'_>) -> Result<String, CompFailure> {
    let mut library = Library::new(load);
    let root = tree::read(document)?;
    let mut top = library.instantiate_main(root)?;
    let plan = replace::plan(&mut top)?;
    let model = rewrite::flat_model(&top, &plan);
    let mut text = String::new();
    write(&model, library.core_namespace(), &mut text);
    Ok(text)
}

fn write(model: &Element, namespace: &str, text: &mut String) {
    let version = if namespace.contains("version2/core") { 2 } else { 1 };
    text.push_str(&format!("<sbml xmlns=\"{namespace}\" level=\"3\" version=\"{version}\">\n"));
    model.write(text, 0);
    text.push_str("</sbml>\n");
}
