//! Tags of rules: once on each side, and on both sides if on a molecule or component.

use std::collections::BTreeMap;

use model::{Pattern, ReactionRule};

use crate::bngl::codes;
use crate::bngl::draft::{Draft, Kind};
use crate::report::Report;
use crate::source::Place;

/// Checks the tags of every rule.
pub(crate) fn check(draft: &Draft, report: &mut Report<'_>) {
    let places = draft.declared.iter().filter(|d| d.kind == Kind::Rule).map(|d| d.place);
    for (rule, place) in draft.model.rules.iter().zip(places) {
        let before = tags(&rule.reactants);
        let after = tags(&rule.products);
        for (side, found) in [("reactants", &before), ("products", &after)] {
            for tag in found.iter().filter(|(_, use_)| use_.count > 1).map(|(tag, _)| tag) {
                let message = format!("tag %{tag} appears twice among the {side} of rule \"{}\"", rule.name);
                report.error(place, codes::TAG_REPEATED, message, "give each tagged part a name of its own");
            }
        }
        one_sided(rule, &before, &after, "reactants", place, report);
        one_sided(rule, &after, &before, "products", place, report);
    }
}

#[derive(Default)]
struct TagUse {
    count: usize,
    on_pattern: bool,
}

fn tags(patterns: &[Pattern]) -> BTreeMap<&str, TagUse> {
    let mut found: BTreeMap<&str, TagUse> = BTreeMap::new();
    for pattern in patterns {
        if let Some(tag) = &pattern.tag {
            let entry = found.entry(tag).or_default();
            entry.count += 1;
            entry.on_pattern = true;
        }
        let molecules = pattern.molecules.iter().flat_map(|m| {
            std::iter::once(m.tag.as_deref()).chain(m.components.iter().map(|c| c.tag.as_deref()))
        });
        for tag in molecules.flatten() {
            found.entry(tag).or_default().count += 1;
        }
    }
    found
}

fn one_sided(
    rule: &ReactionRule,
    here: &BTreeMap<&str, TagUse>,
    there: &BTreeMap<&str, TagUse>,
    side: &str,
    place: Place,
    report: &mut Report<'_>,
) {
    for (tag, _) in here.iter().filter(|(tag, use_)| !use_.on_pattern && !there.contains_key(**tag)) {
        let message = format!("tag %{tag} appears only among the {side} of rule \"{}\"", rule.name);
        report.warn(place, codes::TAG_ONE_SIDED, message, "write the tag on both sides if the part stays");
    }
}
