//! COMBINE archives with the reports that others made of them.
//!
//! The archives are not part of the repository. They are found in the folder of the environment variable
//! `RESURGE_SUITES`, or in `shared/suites` beside the repository; without them the test passes and says so.
//! The results are in `docs/conformance/sedml.tsv`: the test fails when a row gets worse.
//! `RESURGE_BLESS=1` writes the table anew.
#![expect(clippy::print_stdout, reason = "says what was compared and what differs")]

mod table;

use std::path::{Path, PathBuf};

#[test]
fn archives_do_as_well_as_the_table_says() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let suites =
        std::env::var_os("RESURGE_SUITES").map_or_else(|| repository.join("../shared/suites"), PathBuf::from);
    let mut rows = table::Rows::new();
    for folder in ["biosimulators", "sed-ml"] {
        let path = suites.join(folder);
        if path.is_dir() {
            table::run("sedml", &[], folder, &path, &mut rows);
        } else {
            println!("NOTE: no archives were run: {} is missing; set RESURGE_SUITES", path.display());
        }
    }
    table::compare(&rows, &repository.join("docs/conformance/sedml.tsv"));
}
