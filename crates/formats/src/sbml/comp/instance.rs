//! Copies of model definitions, nested as submodels ask for them.

use std::collections::HashMap;

use roxmltree::{Document, ParsingOptions};

use super::tree::{Element, read};
use super::{CompFailure, Load};
use crate::sbml::codes;

/// More elements than this in all copies together are refused.
const MOST_ELEMENTS: usize = 5_000_000;
/// Submodels may be nested so deep.
const MOST_LEVELS: usize = 50;

/// A copy of a model.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) model: Element,
    /// What identifiers get in front.
    pub(super) prefix: String,
    pub(super) submodels: Vec<Submodel>,
    /// Flat names of the parameters that time is multiplied by, and extent.
    pub(super) time: Vec<String>,
    pub(super) extent: Vec<String>,
    pub(super) dead: bool,
}

/// A copy in its place.
#[derive(Clone, Debug)]
pub(super) struct Submodel {
    pub(super) id: String,
    pub(super) metaid: Option<String>,
    pub(super) instance: Instance,
}

/// All documents, and how to get more.
pub(super) struct Library<'l> {
    load: Load<'l>,
    documents: Vec<Element>,
    by_name: HashMap<String, usize>,
    elements_left: usize,
}

impl<'l> Library<'l> {
    pub(super) fn new(load: Load<'l>) -> Self {
        Self { load, documents: Vec::new(), by_name: HashMap::new(), elements_left: MOST_ELEMENTS }
    }

    /// The namespace of the core of the first document.
    pub(super) fn core_namespace(&self) -> &str {
        self.documents.first().and_then(|d| d.get("xmlns")).unwrap_or_default()
    }

    /// A copy of the model of a document, with all its submodels.
    pub(super) fn instantiate_main(&mut self, root: Element) -> Result<Instance, CompFailure> {
        let model = root.child("model").cloned().ok_or_else(|| CompFailure {
            code: codes::NO_MODEL,
            message: "there is no <model>".to_string(),
            help: "put the components into <model>...</model>",
        })?;
        self.documents.push(root);
        self.instantiate(0, model, "", (Vec::new(), Vec::new()), 0)
    }

    fn instantiate(
        &mut self,
        document: usize,
        model: Element,
        prefix: &str,
        (time, extent): (Vec<String>, Vec<String>),
        level: usize,
    ) -> Result<Instance, CompFailure> {
        let size = model.size();
        if level > MOST_LEVELS || size > self.elements_left {
            return Err(CompFailure {
                code: codes::COMP_RECURSION,
                message: "the model contains itself, or its submodels make it too large".to_string(),
                help: "look at the modelRef of the submodels",
            });
        }
        self.elements_left -= size;
        let mut submodels = Vec::new();
        for submodel in model.items("listOfSubmodels") {
            let id = required(submodel, "id")?;
            let (source, inner) = self.definition(document, required(submodel, "modelRef")?, 0)?;
            let longer = |known: &[String], attribute: &str| {
                let more = submodel.get(attribute).map(|factor| format!("{prefix}{factor}"));
                known.iter().cloned().chain(more).collect::<Vec<_>>()
            };
            let factors = (longer(&time, "timeConversionFactor"), longer(&extent, "extentConversionFactor"));
            let instance = self.instantiate(source, inner, &format!("{prefix}{id}__"), factors, level + 1)?;
            let metaid = submodel.get("metaid").map(str::to_string);
            submodels.push(Submodel { id: id.to_string(), metaid, instance });
        }
        Ok(Instance { model, prefix: prefix.to_string(), submodels, time, extent, dead: false })
    }

    /// The model of that name, with the document that it stands in.
    fn definition(
        &mut self,
        document: usize,
        name: &str,
        chain: usize,
    ) -> Result<(usize, Element), CompFailure> {
        let root = &self.documents[document];
        let main = root.child("model").filter(|m| m.get("id") == Some(name));
        let inside = root.items("listOfModelDefinitions").find(|m| m.get("id") == Some(name));
        if let Some(model) = inside.or(main) {
            return Ok((document, model.clone()));
        }
        let external = root.items("listOfExternalModelDefinitions").find(|m| m.get("id") == Some(name));
        let Some(external) = external.filter(|_| chain < MOST_LEVELS) else {
            return Err(CompFailure::reference(format!("there is no model definition \"{name}\"")));
        };
        let source = required(external, "source")?.to_string();
        let model = external.get("modelRef").map(str::to_string);
        let other = self.document(&source)?;
        match model {
            Some(model) => self.definition(other, &model, chain + 1),
            None => match self.documents[other].child("model") {
                Some(model) => Ok((other, model.clone())),
                None => Err(CompFailure::reference(format!("{source} has no <model>"))),
            },
        }
    }

    fn document(&mut self, source: &str) -> Result<usize, CompFailure> {
        if let Some(&known) = self.by_name.get(source) {
            return Ok(known);
        }
        let failed = |message: String| CompFailure {
            code: codes::COMP_EXTERNAL,
            message,
            help: "put the file into the folder of the model",
        };
        let name = source.strip_prefix("./").unwrap_or(source);
        if name.contains(['/', '\\', ':']) || name.starts_with("..") {
            return Err(failed(format!("the external model {source:?} is not a file beside this one")));
        }
        let text = (self.load)(name)
            .ok_or_else(|| failed(format!("the external model {source:?} cannot be read")))?;
        let options = ParsingOptions { nodes_limit: 20_000_000, ..ParsingOptions::default() };
        let document = Document::parse_with_options(&text, options)
            .map_err(|e| failed(format!("the external model {source:?} is not well-formed XML: {e}")))?;
        self.documents.push(read(&document)?);
        self.by_name.insert(source.to_string(), self.documents.len() - 1);
        Ok(self.documents.len() - 1)
    }
}

/// An attribute that must be there.
pub(super) fn required<'e>(element: &'e Element, name: &str) -> Result<&'e str, CompFailure> {
    element
        .get(name)
        .ok_or_else(|| CompFailure::reference(format!("<{}> has no attribute {name}", element.name)))
}

impl Instance {
    /// The instance that a row of submodels leads to.
    pub(super) fn inner(&mut self, path: &[usize]) -> &mut Instance {
        path.iter().fold(self, |instance, &i| &mut instance.submodels[i].instance)
    }
}
