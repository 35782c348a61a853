//! Names, and units of time and extent, in what is left.

use std::collections::{HashMap, HashSet};

use super::instance::Instance;
use super::replace::{Plan, REPLACEMENT};
use super::tree::{Element, Space};

/// Lists of the flat model, in the order of the specification.
const LISTS: [&str; 9] = [
    "listOfFunctionDefinitions",
    "listOfCompartments",
    "listOfSpecies",
    "listOfParameters",
    "listOfInitialAssignments",
    "listOfRules",
    "listOfConstraints",
    "listOfReactions",
    "listOfEvents",
];
/// Attributes that name a symbol.
const REFERENCES: [&str; 5] = ["symbol", "variable", "compartment", "species", "conversionFactor"];
/// A factor of one, for species that must not take over the factor of the outer model.
const ONE: &str = "no_conversion__";

/// One model with everything that is left.
pub(super) fn flat_model(top: &Instance, plan: &Plan) -> Element {
    let mut model = Element::new(Space::Core, "model");
    model.attributes = top.model.attributes.iter().filter(|(n, _)| n != "metaid").cloned().collect();
    let mut lists: Vec<Element> = LISTS.iter().map(|name| Element::new(Space::Core, name)).collect();
    let outer_factor = top.model.get("conversionFactor").is_some();
    gather(top, plan, outer_factor, &mut lists);
    if outer_factor {
        let mut one = Element::new(Space::Core, "parameter");
        one.attributes = [("id", ONE), ("value", "1"), ("constant", "true")]
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .to_vec();
        lists[3].children.push(one);
    }
    model.children = lists.into_iter().filter(|l| !l.children.is_empty()).collect();
    model
}

fn gather(instance: &Instance, plan: &Plan, outer_factor: bool, lists: &mut [Element]) {
    if instance.dead {
        return;
    }
    let mut scope = Scope { instance, plan, reactions: HashSet::new(), outer_factor };
    // A reaction that was replaced by one of an outer model is in the units of that model.
    let reactions = instance.model.items("listOfReactions").filter(|r| !scope.is_gone(r));
    scope.reactions = reactions.filter_map(|r| r.get("id")).map(str::to_string).collect();
    for list in lists.iter_mut() {
        for item in instance.model.items(&list.name).filter(|i| !scope.is_gone(i)) {
            list.children.push(scope.element(item, &Hidden::new()));
        }
    }
    instance.submodels.iter().for_each(|s| gather(&s.instance, plan, outer_factor, lists));
}

/// Names that hide those of the model, with what takes their place, if anything.
type Hidden = HashMap<String, Option<String>>;

/// What names mean in one instance.
struct Scope<'a> {
    instance: &'a Instance,
    plan: &'a Plan,
    /// Reactions of this instance that are left.
    reactions: HashSet<String>,
    outer_factor: bool,
}

impl Scope<'_> {
    fn is_gone(&self, element: &Element) -> bool {
        let named = element.get("id").is_some_and(|id| self.plan.is_dead(&self.own(id)));
        // Local parameters have names of their own.
        element.dead || (named && element.name != "localParameter")
    }

    /// The flat name of an identifier, before replacements.
    fn own(&self, id: &str) -> String {
        format!("{}{id}", self.instance.prefix)
    }

    fn resolve(&self, id: &str) -> (String, Vec<String>) {
        self.plan.resolve(&self.own(id))
    }

    fn time(&self) -> Vec<String> {
        self.instance.time.iter().map(|f| self.plan.resolve(f).0).collect()
    }

    fn extent(&self) -> Vec<String> {
        self.instance.extent.iter().map(|f| self.plan.resolve(f).0).collect()
    }

    /// An element of the core; `local` are names that hide those of the model.
    fn element(&self, element: &Element, local: &Hidden) -> Element {
        let mut new = Element::new(Space::Core, &element.name);
        let is_local = element.name == "localParameter";
        for (name, value) in element.attributes.iter().filter(|(n, _)| n != "metaid") {
            let value = match name.as_str() {
                "id" if !is_local => self.resolve(value.trim()).0,
                name if REFERENCES.contains(&name) => self.resolve(value.trim()).0,
                _ => value.clone(),
            };
            new.attributes.push((name.clone(), value));
        }
        let mut local = local.clone();
        for parameter in element.items("listOfLocalParameters") {
            let replacement = parameter.get(REPLACEMENT).map(|name| self.plan.resolve(name).0);
            if let Some(id) = parameter.get("id").filter(|_| !parameter.dead || replacement.is_some()) {
                local.insert(id.to_string(), replacement);
            }
        }
        for child in element.elements().filter(|c| c.space != Space::Comp && !self.is_gone(c)) {
            if child.space == Space::Math {
                let math = self.math(child, &local);
                new.children.push(self.converted(element, math));
            } else {
                new.children.push(self.element(child, &local));
            }
        }
        if element.name == "species" {
            self.species_factor(&mut new);
        }
        new
    }

    /// A species has the conversion factor of its own model.
    fn species_factor(&self, species: &mut Element) {
        if species.get("conversionFactor").is_some() || self.instance.prefix.is_empty() {
            return;
        }
        match self.instance.model.get("conversionFactor") {
            Some(factor) => species.set("conversionFactor", &self.resolve(factor).0),
            None if self.outer_factor => species.set("conversionFactor", ONE),
            None => {}
        }
    }

    /// The mathematics of an element in the units of the flat model: what is assigned to a replaced variable, rates,
    /// and delays.
    fn converted(&self, owner: &Element, math: Element) -> Element {
        let (mut above, mut below) = (Vec::new(), Vec::new());
        if let Some(variable) = owner.get("variable").or(owner.get("symbol")) {
            above.extend(self.resolve(variable).1);
        }
        match owner.name.as_str() {
            "rateRule" => below.extend(self.time()),
            "kineticLaw" => {
                above.extend(self.extent());
                below.extend(self.time());
            }
            "delay" => above.extend(self.time()),
            _ => {}
        }
        let mut whole = math;
        let Some(place) = whole.children.iter().position(|c| !c.name.is_empty()) else { return whole };
        let inner = whole.children.remove(place);
        whole.children.insert(place, scaled(inner, &above, &below));
        whole
    }

    fn math(&self, element: &Element, local: &Hidden) -> Element {
        if element.name.is_empty() {
            return element.clone();
        }
        match element.name.as_str() {
            "ci" => return self.symbol(element, local),
            "csymbol" if is_csymbol(element, "time") => return scaled(element.clone(), &[], &self.time()),
            _ => {}
        }
        let mut new = Element { children: Vec::new(), ..element.clone() };
        let mut local = local.clone();
        if element.name == "lambda" {
            let arguments = element.elements().filter(|e| e.name == "bvar");
            local.extend(arguments.flat_map(Element::elements).map(|ci| (ci.content(), None)));
        }
        let mut operands = 0;
        for child in &element.children {
            let is_head = element.name == "apply" && operands == 0 && !child.name.is_empty();
            operands += usize::from(!child.name.is_empty());
            new.children.push(match (is_head, child.name.as_str()) {
                (true, "csymbol") => child.clone(),
                (true, "ci") => Element::ci(&self.resolve(&child.content()).0),
                _ => self.math(child, &local),
            });
        }
        let head = element.elements().next();
        if element.name == "apply" && head.is_some_and(|h| h.name == "csymbol") {
            return self.time_function(new);
        }
        new
    }

    /// `delay` takes a time, `rateOf` gives something over a time.
    fn time_function(&self, mut apply: Element) -> Element {
        let places: Vec<usize> =
            (0..apply.children.len()).filter(|&i| !apply.children[i].name.is_empty()).collect();
        let head = &apply.children[places[0]];
        if is_csymbol(head, "delay") {
            if let [_, _, time] = places[..] {
                let inner = apply.children.remove(time);
                apply.children.insert(time, scaled(inner, &self.time(), &[]));
            }
            return apply;
        }
        if !is_csymbol(head, "rateOf") {
            return apply;
        }
        // The symbol itself may have been converted; its rate is converted alike.
        let mut below = Vec::new();
        if let [_, symbol] = places[..] {
            while apply.children[symbol].name == "apply" {
                let (inner, factors) = unscaled(&apply.children[symbol]);
                below.extend(factors);
                apply.children[symbol] = inner;
            }
        }
        scaled(apply, &self.time(), &below)
    }

    fn symbol(&self, ci: &Element, local: &Hidden) -> Element {
        let id = ci.content();
        match local.get(&id) {
            Some(None) => return ci.clone(),
            Some(Some(replacement)) => return Element::ci(replacement),
            None => {}
        }
        let (name, factors) = self.resolve(&id);
        if self.reactions.contains(&id) {
            return scaled(Element::ci(&name), &self.time(), &self.extent());
        }
        scaled(Element::ci(&name), &[], &factors)
    }
}

fn is_csymbol(element: &Element, name: &str) -> bool {
    element.get("definitionURL").is_some_and(|url| url.ends_with(&format!("/symbols/{name}")))
}

/// `x * above... / below...`
fn scaled(x: Element, above: &[String], below: &[String]) -> Element {
    let operator = |name: &str| Element::math(name, Vec::new());
    let up = above.iter().fold(x, |x, f| Element::math("apply", vec![operator("times"), x, Element::ci(f)]));
    below.iter().fold(up, |x, f| Element::math("apply", vec![operator("divide"), x, Element::ci(f)]))
}

/// Takes `x / f` apart.
fn unscaled(apply: &Element) -> (Element, Option<String>) {
    let parts: Vec<&Element> = apply.elements().collect();
    match parts[..] {
        [operator, x, factor] if operator.name == "divide" => (x.clone(), Some(factor.content())),
        _ => (Element::math("notanumber", Vec::new()), None),
    }
}
