//! Checks of the curated model: use of numbers, units, balance of molecules, evidence.

mod balance;
mod units;
mod usage;

use model::{Diagnostic, RuleModel};

use crate::Library;
use crate::bench::Bench;
use crate::read::Report;

impl Bench {
    /// Everything a curator should look at: remarks of the data files and of the network, unused and unitless
    /// numbers, units that do not fit, molecules that appear or vanish, rules without evidence.
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
    report.finish()
}

#[cfg(test)]
mod tests;
