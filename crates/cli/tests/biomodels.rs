//! The curated models of BioModels: each loads, compiles, and runs to t = 100 of its own unit within 30 s.
//!
//! The models are not part of the repository. They are found in the folder of the environment variable
//! `RESURGE_SUITES`, or in `shared/suites` beside the repository; without them the test passes and says so.
//! The results are in `docs/conformance/biomodels.tsv`: the test fails when a row gets worse.
//! Without `RESURGE_SLOW_TESTS` every 20th model runs; `RESURGE_BLESS=1` writes the table anew and needs all of them.
#![expect(clippy::print_stdout, reason = "says what was compared and what differs")]

mod table;

use std::path::{Path, PathBuf};
use std::process::Command;

/// Of the sorted models one in so many runs in a quick test.
const QUICK: usize = 20;

#[test]
fn curated_models_do_as_well_as_the_table_says() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let suites =
        std::env::var_os("RESURGE_SUITES").map_or_else(|| repository.join("../shared/suites"), PathBuf::from);
    let archive = suites.join("biomodels/biomodels.tar.gz");
    if !archive.is_file() {
        println!("NOTE: no curated models were run: {} is missing; set RESURGE_SUITES", archive.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let unpacked =
        Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(folder.path()).status().unwrap();
    assert!(unpacked.success(), "tar ended with {unpacked}");
    if std::env::var_os("RESURGE_SLOW_TESTS").is_none() {
        assert!(std::env::var_os("RESURGE_BLESS").is_none(), "the table needs RESURGE_SLOW_TESTS");
        let mut models: Vec<PathBuf> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        models.sort();
        let left_out = models.iter().enumerate().filter(|(i, _)| i % QUICK != 0);
        left_out.for_each(|(_, model)| std::fs::remove_file(model).unwrap());
    }
    let mut rows = table::Rows::new();
    table::run("biomodels", &[], "biomodels", folder.path(), &mut rows);
    table::compare(&rows, &repository.join("docs/conformance/biomodels.tsv"));
}
