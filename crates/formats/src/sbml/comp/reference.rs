//! What ports and references point to.

use super::CompFailure;
use super::instance::Instance;
use super::tree::Element;

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// Row of submodels.
    pub(super) instance: Vec<usize>,
    /// Position of the element in the model there.
    pub(super) what: Target,
}

/// Kinds of targets.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    /// An element, by position.
    Element(Vec<usize>),
    /// The last submodel of the row itself.
    Submodel,
    /// A unit definition: no number depends on it.
    Unit,
}

/// Follows a reference (`<deletion>`, `<port>`, `<sBaseRef>`, ...) inside an instance.
pub(super) fn locate(instance: &Instance, reference: &Element, depth: usize) -> Result<Found, CompFailure> {
    let missing = |what: &str| {
        Err(CompFailure::reference(format!("there is no {what} in the model \"{}\"", name_of(instance))))
    };
    if depth > 100 {
        return missing("end of a row of ports");
    }
    let found = if let Some(id) = reference.get("idRef") {
        let element = instance.model.find(&|e| e.get("id") == Some(id) && e.name != "localParameter");
        let submodel = instance.submodels.iter().position(|s| s.id == id);
        match (element, submodel) {
            (Some(path), _) => Found { instance: Vec::new(), what: Target::Element(path) },
            (None, Some(i)) => Found { instance: vec![i], what: Target::Submodel },
            (None, None) => return missing(&format!("element \"{id}\"")),
        }
    } else if let Some(metaid) = reference.get("metaIdRef") {
        let element = instance.model.find(&|e| e.get("metaid") == Some(metaid));
        let submodel = instance.submodels.iter().position(|s| s.metaid.as_deref() == Some(metaid));
        match (element, submodel) {
            (Some(path), _) => Found { instance: Vec::new(), what: Target::Element(path) },
            (None, Some(i)) => Found { instance: vec![i], what: Target::Submodel },
            (None, None) => return missing(&format!("element with the metaid \"{metaid}\"")),
        }
    } else if let Some(port) = reference.get("portRef") {
        match instance.model.items("listOfPorts").find(|p| p.get("id") == Some(port)) {
            Some(port) => locate(instance, port, depth + 1)?,
            None => return missing(&format!("port \"{port}\"")),
        }
    } else if reference.get("unitRef").is_some() {
        Found { instance: Vec::new(), what: Target::Unit }
    } else {
        return missing(&format!("target of <{}>", reference.name));
    };
    match reference.child("sBaseRef") {
        None => Ok(found),
        Some(next) => {
            let Some(inner) =
                found.instance.iter().try_fold(instance, |i, &k| Some(&i.submodels.get(k)?.instance))
            else {
                return missing("such submodel");
            };
            if found.what != Target::Submodel {
                return missing("submodel where a reference goes on");
            }
            let deeper = locate(inner, next, depth + 1)?;
            Ok(Found {
                instance: found.instance.into_iter().chain(deeper.instance).collect(),
                what: deeper.what,
            })
        }
    }
}

fn name_of(instance: &Instance) -> &str {
    instance.model.get("id").unwrap_or_default()
}
