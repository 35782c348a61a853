//! Checks of the model as a whole. One file per family of checks.

mod compartments;
mod cycles;
mod names;
mod patterns;
mod seeds;
mod tags;

use super::draft::Draft;
use crate::report::Report;

/// Runs all checks.
pub(crate) fn check(draft: &mut Draft, report: &mut Report<'_>) {
    names::declarations(draft, report);
    names::uses(draft, report);
    cycles::check(draft, report);
    compartments::check(draft, report);
    patterns::check(draft, report);
    seeds::check(draft, report);
    tags::check(draft, report);
}
