//! Molecules that appear or vanish.

use std::collections::BTreeMap;

use model::{Pattern, RuleModel};

use crate::codes;
use crate::read::Report;

/// Words in the name of a rule that may make molecules.
const MAKES: [&str; 6] = ["synthesis", "transcription", "translation", "secretion", "production", "division"];
/// Words in the name of a rule that may remove molecules.
const REMOVES: [&str; 5] = ["degradation", "degrades", "decay", "shedding", "depletion"];

/// Reports rules that change the number of molecules of a type although their name does not say so.
pub(super) fn check(model: &RuleModel, report: &mut Report) {
    for rule in &model.rules {
        let mut net: BTreeMap<&str, i64> = BTreeMap::new();
        count(&rule.reactants, -1, &mut net);
        count(&rule.products, 1, &mut net);
        let name = rule.name.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|w| name.contains(w));
        for (molecule, change) in net.into_iter().filter(|(_, n)| *n != 0) {
            let (what, allowed) =
                if change > 0 { ("makes", says(&MAKES)) } else { ("removes", says(&REMOVES)) };
            if allowed && rule.reverse.is_none() {
                continue;
            }
            let words = if change > 0 { MAKES.join(", ") } else { REMOVES.join(", ") };
            let message = format!("rule \"{}\" {what} {} {molecule}", rule.name, change.abs());
            report.warning(
                codes::BALANCE,
                &rule.location,
                message,
                format!("if that is meant, name it so: {words}"),
            );
        }
    }
}

fn count<'m>(patterns: &'m [Pattern], step: i64, net: &mut BTreeMap<&'m str, i64>) {
    for molecule in patterns.iter().flat_map(|p| &p.molecules) {
        *net.entry(molecule.name.as_str()).or_default() += step;
    }
}
