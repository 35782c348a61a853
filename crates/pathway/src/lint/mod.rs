//! Checks of the curated model: use of numbers, units, balance of molecules, evidence, sources.

mod balance;
mod units;
mod usage;

use model::{Diagnostic, Location, RuleModel};

use crate::Library;
use crate::bench::Bench;
use crate::read::{Report, SourceText};

impl Bench {
    /// Everything a curator should look at: remarks of the data files and of the network, unused and unitless
    /// numbers, units that do not fit, molecules that appear or vanish, rules without evidence, things without a source.
    pub fn lint(&self) -> Vec<Diagnostic> {
        let mut diagnostics = self.library().remarks().to_vec();
        diagnostics.extend(self.remarks().iter().cloned());
        diagnostics.extend(lint(self.library(), self.rule_model()));
        diagnostics
    }
}

/// As [`Bench::lint`], without the remarks.
fn lint(library: &Library, model: &RuleModel) -> Vec<Diagnostic> {
    let mut report = Report::default();
    usage::check(library, model, &mut report);
    units::check(library, model, &mut report);
    balance::check(model, &mut report);
    usage::evidence(library, model, &mut report);
    usage::sources(library, &mut report);
    report.finish()
}

/// Where a function is defined: the model does not keep the place.
fn place_of_function(library: &Library, name: &str) -> Location {
    for module in library.modules() {
        let mut inside = false;
        for (i, line) in module.text.lines().enumerate() {
            let words: Vec<&str> = line.split_whitespace().take(2).collect();
            match words.as_slice() {
                ["begin", block] => inside = *block == "functions",
                ["end", _] => inside = false,
                _ => {}
            }
            let defined = line.trim_start().split(|c: char| !(c.is_alphanumeric() || c == '_')).next();
            if inside && defined == Some(name) {
                let column = line.len() - line.trim_start().len() + 1;
                return SourceText::new(&format!("model/{}", module.file), "").at(i + 1, column);
            }
        }
    }
    Location::default()
}

#[cfg(test)]
mod tests;
