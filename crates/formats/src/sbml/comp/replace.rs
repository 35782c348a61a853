//! Deletions and replacements.

use std::collections::{HashMap, HashSet};

use super::CompFailure;
use super::instance::{Instance, required};
use super::reference::{Found, Target, locate};
use super::tree::{Element, Space};

/// Attribute of a replaced element with the flat name of what takes its place.
pub(super) const REPLACEMENT: &str = "replacement";

/// What names mean in the flat model.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// From a flat name to the one that takes its place, with the parameter that converts values.
    renames: HashMap<String, (String, Option<String>)>,
    /// Elements that are not there any more, by flat name.
    dead: HashSet<String>,
    /// From the name of an element that was replaced by one of a submodel to that one's own name.
    stands_for: HashMap<String, String>,
}

impl Plan {
    /// The flat name behind a name, and the parameters by which values are multiplied on the way there.
    pub(super) fn resolve(&self, name: &str) -> (String, Vec<String>) {
        let (mut name, mut factors) = (name.to_string(), Vec::new());
        // A circle of replacements cannot arise from a tree; the bound protects all the same.
        for _ in 0..1000 {
            let Some((next, factor)) = self.renames.get(&name) else { break };
            factors.extend(factor.as_ref().map(|f| self.resolve(f).0));
            name.clone_from(next);
        }
        (name, factors)
    }

    /// Whether the element of that name is gone.
    pub(super) fn is_dead(&self, name: &str) -> bool {
        self.dead.contains(name)
    }

    fn kill(&mut self, name: &str) {
        self.dead.insert(name.to_string());
        if let Some(own) = self.stands_for.get(name).cloned() {
            self.kill(&own);
        }
    }
}

/// Applies deletions and replacements, those of inner models first.
pub(super) fn plan(top: &mut Instance) -> Result<Plan, CompFailure> {
    let mut plan = Plan::default();
    apply(top, &mut plan)?;
    Ok(plan)
}

fn apply(instance: &mut Instance, plan: &mut Plan) -> Result<(), CompFailure> {
    for submodel in &mut instance.submodels {
        apply(&mut submodel.instance, plan)?;
    }
    delete(instance, plan)?;
    let mut replacements = Vec::new();
    collect(&instance.model, &mut Vec::new(), &mut replacements);
    let mut submodels = Vec::new();
    if let Some(list) = instance.model.child("listOfSubmodels") {
        for element in list.elements() {
            let lists = element.items("listOfReplacedElements").cloned();
            submodels.extend(lists.map(|reference| (required(element, "id").map(str::to_string), reference)));
        }
    }
    for (id, reference) in submodels {
        let (found, prefix) = (target(instance, &reference)?, format!("{}{}__", instance.prefix, id?));
        replace_submodel(instance, &found, &prefix, plan);
    }
    for (path, reference) in replacements {
        let own = instance.model.at(&path).get("id").map(|id| format!("{}{id}", instance.prefix));
        if reference.get("deletion").is_some() {
            continue;
        }
        let found = target(instance, &reference)?;
        if reference.name == "replacedBy" {
            replaced_by(instance, &path, own, &found, plan);
        } else {
            replace(instance, own, &reference, &found, plan);
        }
    }
    Ok(())
}

fn delete(instance: &mut Instance, plan: &mut Plan) -> Result<(), CompFailure> {
    let submodels: Vec<Element> = instance.model.items("listOfSubmodels").cloned().collect();
    for (i, submodel) in submodels.iter().enumerate() {
        for deletion in submodel.items("listOfDeletions") {
            let inner = locate(&instance.submodels[i].instance, deletion, 0)?;
            let row = std::iter::once(i).chain(inner.instance).collect();
            kill(instance, &Found { instance: row, what: inner.what }, plan);
        }
    }
    Ok(())
}

/// All `<replacedElement>` and `<replacedBy>` of elements of the core, with the positions of their owners.
fn collect(element: &Element, path: &mut Vec<usize>, found: &mut Vec<(Vec<usize>, Element)>) {
    for (i, child) in element.children.iter().enumerate() {
        match (child.space, child.name.as_str()) {
            (Space::Comp, "listOfReplacedElements") => {
                found.extend(child.elements().map(|reference| (path.clone(), reference.clone())));
            }
            (Space::Comp, "replacedBy") => found.push((path.clone(), child.clone())),
            (Space::Core, name) if !name.is_empty() => {
                path.push(i);
                collect(child, path, found);
                path.pop();
            }
            _ => {}
        }
    }
}

/// Follows a reference that starts at the submodel it names.
fn target(instance: &Instance, reference: &Element) -> Result<Found, CompFailure> {
    let name = required(reference, "submodelRef")?;
    let submodel = instance.submodels.iter().position(|s| s.id == name);
    let i = submodel.ok_or_else(|| CompFailure::reference(format!("there is no submodel \"{name}\"")))?;
    let inner = locate(&instance.submodels[i].instance, reference, 0)?;
    Ok(Found { instance: std::iter::once(i).chain(inner.instance).collect(), what: inner.what })
}

/// The flat name of what was found, before replacements.
fn flat_name(instance: &mut Instance, found: &Found) -> Option<String> {
    let Target::Element(path) = &found.what else { return None };
    let inner = instance.inner(&found.instance);
    let element = inner.model.at(path);
    // A local parameter has no name outside of its kinetic law.
    let id = element.get("id").filter(|_| element.name != "localParameter")?;
    Some(format!("{}{id}", inner.prefix))
}

fn kill(instance: &mut Instance, found: &Found, plan: &mut Plan) {
    if let Some(name) = flat_name(instance, found) {
        plan.kill(&name);
    }
    match &found.what {
        Target::Element(path) => instance.inner(&found.instance).model.at_mut(path).dead = true,
        Target::Submodel => instance.inner(&found.instance).dead = true,
        Target::Unit => {}
    }
}

fn replace(
    instance: &mut Instance,
    own: Option<String>,
    reference: &Element,
    found: &Found,
    plan: &mut Plan,
) {
    let old = flat_name(instance, found);
    kill(instance, found, plan);
    if let (Some(own), Target::Element(path)) = (&own, &found.what) {
        // A local parameter hides other names only inside of its kinetic law, and is replaced there.
        instance.inner(&found.instance).model.at_mut(path).set(REPLACEMENT, own);
    }
    if let (Some(own), Some(old)) = (own, old) {
        let factor = reference.get("conversionFactor").map(|f| format!("{}{f}", instance.prefix));
        plan.renames.insert(old, (own, factor));
    }
}

fn replaced_by(instance: &mut Instance, path: &[usize], own: Option<String>, found: &Found, plan: &mut Plan) {
    instance.model.at_mut(path).dead = true;
    let inner = flat_name(instance, found).map(|name| plan.resolve(&name).0);
    if let (Some(own), Some(inner)) = (own, inner) {
        plan.stands_for.insert(own.clone(), inner.clone());
        plan.renames.insert(inner, (own, None));
    }
}

/// Everything in a replaced submodel is what has the same name in the other one.
fn replace_submodel(instance: &mut Instance, found: &Found, prefix: &str, plan: &mut Plan) {
    kill(instance, found, plan);
    if found.what != Target::Submodel {
        return;
    }
    let old = instance.inner(&found.instance);
    let mut names = Vec::new();
    ids(old, &old.prefix.len(), &mut names);
    for (name, rest) in names {
        plan.renames.insert(name, (format!("{prefix}{rest}"), None));
    }
}

/// Flat names in an instance and those in it, with what follows the prefix.
fn ids(instance: &Instance, prefix_length: &usize, names: &mut Vec<(String, String)>) {
    fn visit(element: &Element, prefix: &str, length: usize, names: &mut Vec<(String, String)>) {
        for child in element.children.iter().filter(|c| c.space == Space::Core && c.name != "localParameter")
        {
            if let Some(id) = child.get("id") {
                let name = format!("{prefix}{id}");
                names.push((name.clone(), name[length..].to_string()));
            }
            visit(child, prefix, length, names);
        }
    }
    visit(&instance.model, &instance.prefix, *prefix_length, names);
    instance.submodels.iter().for_each(|s| ids(&s.instance, prefix_length, names));
}
