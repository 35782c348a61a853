//! The stochastic cases of the SBML Test Suite.
//!
//! The suite is not part of the repository. It is found in the folder of the environment variable `RESURGE_SUITES`, or
//! in `shared/suites` beside the repository; without it the test passes and says so.
//! The results with 10,000 replicates are in `docs/conformance/sbml-stochastic.tsv`; with `RESURGE_SLOW_TESTS` the test
//! fails when a row gets worse. Without it there are 1,000 replicates, by chance others lie outside their ranges, and only
//! rows count that do not run any more. `RESURGE_BLESS=1` writes the table anew.
#![expect(clippy::print_stdout, reason = "says what was compared and what differs")]

mod table;

use std::path::{Path, PathBuf};

#[test]
fn stochastic_cases_do_as_well_as_the_table_says() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let suites =
        std::env::var_os("RESURGE_SUITES").map_or_else(|| repository.join("../shared/suites"), PathBuf::from);
    let folder = suites.join("sbml-test-suite/cases/stochastic");
    if !folder.is_dir() {
        println!("NOTE: no stochastic cases were run: {} is missing; set RESURGE_SUITES", folder.display());
        return;
    }
    let slow = std::env::var_os("RESURGE_SLOW_TESTS").is_some();
    let mut rows = table::Rows::new();
    let replicates = if slow { "10000" } else { "1000" };
    table::run("sbml-stochastic", &["--replicates", replicates], "stochastic", &folder, &mut rows);
    if !slow {
        rows.retain(|_, (verdict, _)| verdict != "wrong");
    }
    table::compare(&rows, &repository.join("docs/conformance/sbml-stochastic.tsv"));
}
