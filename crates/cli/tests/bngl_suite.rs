//! BioNetGen's validation models: their actions carried out, and the files made against those of BioNetGen.
//!
//! The models are not part of the repository. They are found in the folder of the environment variable
//! `RESURGE_SUITES`, or in `shared/suites` beside the repository; without them the test passes and says so.
//! The results are in `docs/conformance/bngl.tsv`: the test fails when a row gets worse.
//! `RESURGE_BLESS=1` writes the table anew.
#![expect(clippy::print_stdout, reason = "says what was compared and what differs")]

mod table;

use std::path::{Path, PathBuf};

#[test]
fn bionetgen_models_do_as_well_as_the_table_says() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let suites =
        std::env::var_os("RESURGE_SUITES").map_or_else(|| repository.join("../shared/suites"), PathBuf::from);
    let mut rows = table::Rows::new();
    for folder in ["bionetgen/Validate", "bionetgen/Models2"] {
        let path = suites.join(folder);
        if path.is_dir() {
            table::run("bngl", &[], folder, &path, &mut rows);
        } else {
            println!("NOTE: no BNGL models were run: {} is missing; set RESURGE_SUITES", path.display());
        }
    }
    table::compare(&rows, &repository.join("docs/conformance/bngl.tsv"));
}
