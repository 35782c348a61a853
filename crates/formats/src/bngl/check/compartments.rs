//! Compartments: parents exist, do not enclose each other, and alternate between volumes and surfaces.

use std::collections::BTreeMap;

use crate::bngl::codes;
use crate::bngl::draft::Draft;
use crate::report::Report;

/// Checks parents and dimensions.
pub(crate) fn check(draft: &Draft, report: &mut Report<'_>) {
    let compartments = &draft.model.compartments;
    let by_name: BTreeMap<&str, usize> =
        compartments.iter().enumerate().rev().map(|(i, c)| (c.name.as_str(), i)).collect();
    let outer: Vec<Option<usize>> =
        compartments.iter().map(|c| c.parent.as_deref().and_then(|p| by_name.get(p)).copied()).collect();
    let on_circle = enclose_themselves(&outer);
    for (i, compartment) in compartments.iter().enumerate() {
        let place = draft.compartment_places.get(i).copied().unwrap_or_default();
        let Some(parent) = &compartment.parent else { continue };
        let Some(outer) = outer[i] else {
            if report.is_full() {
                return;
            }
            let help = model::did_you_mean(
                parent,
                by_name.keys().copied(),
                "declare it in the block \"compartments\"",
            );
            report.error(
                place,
                codes::UNKNOWN_COMPARTMENT,
                format!("unknown compartment \"{parent}\""),
                help,
            );
            continue;
        };
        if compartments[outer].dimension == compartment.dimension {
            let kind = if compartment.dimension == 3 { "volume" } else { "surface" };
            let message = format!("{kind} \"{}\" lies directly in {kind} \"{parent}\"", compartment.name);
            report.warn(
                place,
                codes::COMPARTMENT_FORM,
                message,
                "put a surface between volumes and a volume between surfaces",
            );
        }
        if on_circle[i] {
            let message = format!("compartment \"{}\" encloses itself", compartment.name);
            report.error(
                place,
                codes::COMPARTMENT_CYCLE,
                message,
                "leave out the parent of the outermost compartment",
            );
        }
    }
}

/// For each compartment, whether going outward leads back to it. Each step outward is taken once.
fn enclose_themselves(outer: &[Option<usize>]) -> Vec<bool> {
    let mut first_visit = vec![usize::MAX; outer.len()];
    let mut on_circle = vec![false; outer.len()];
    for start in 0..outer.len() {
        let mut at = start;
        while first_visit[at] == usize::MAX {
            first_visit[at] = start;
            match outer[at] {
                Some(next) => at = next,
                None => break,
            }
        }
        let closed = first_visit[at] == start && outer[at].is_some();
        while closed && !on_circle[at] {
            on_circle[at] = true;
            at = outer[at].unwrap_or(at);
        }
    }
    on_circle
}
