//! Every BNGL file of the public suites is read; the files that need something unsupported are listed by name.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use formats::bngl;
use model::Severity;

/// Codes that name an unsupported feature.
const UNSUPPORTED: [&str; 1] = ["BNGL0007"];

/// Files with errors.
const EXPECTED: [&str; 1] = [
    // Its molecule types really lack two of the molecules used.
    "Models2/EnergyModels/Kiefhaber_emodel.bngl: BNGL0044",
];

/// The errors of a file as `file` for an unsupported feature and `file: code` for anything else.
fn errors_of(path: &Path, folder: &Path) -> BTreeSet<String> {
    let name = path
        .strip_prefix(folder)
        .expect("the file is below the folder")
        .display()
        .to_string()
        .replace('\\', "/");
    let parsed = bngl::parse_bytes(&[(&name, &std::fs::read(path).expect("the file was just listed"))]);
    let errors = parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors
        .map(|d| if UNSUPPORTED.contains(&d.code) { name.clone() } else { format!("{name}: {}", d.code) })
        .collect()
}

#[test]
fn every_model_of_the_bionetgen_suite_is_read() {
    let Some(suites) = common::suites() else { return };
    let folder = suites.join("bionetgen");
    let files = common::files(&folder, "bngl");
    assert!(files.len() > 50, "only {} files", files.len());
    let found: BTreeSet<String> = files.iter().flat_map(|path| errors_of(path, &folder)).collect();
    let expected: BTreeSet<String> = EXPECTED.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
    println!("{} of {} files without errors", files.len() - expected.len(), files.len());
}

/// Faults of the files themselves, which BioNetGen reports as well: code and number of files.
#[test]
fn models_of_the_nfsim_suite_are_read_but_for_faults_of_their_own() {
    let Some(suites) = common::suites() else { return };
    let folder = suites.join("nfsim");
    let files = common::files(&folder, "bngl");
    let mut by_code: BTreeMap<String, usize> = BTreeMap::new();
    let mut n_failing = 0;
    for path in &files {
        let errors = errors_of(path, &folder);
        n_failing += usize::from(!errors.is_empty());
        for error in errors {
            *by_code.entry(error.rsplit(": ").next().unwrap().to_string()).or_default() += 1;
        }
    }
    println!("{} of {} files without errors; {by_code:?}", files.len() - n_failing, files.len());
    // Dangling bonds, prototype syntax (`~^[8]`, `$1::`), functions without a body; energy patterns in v40.
    let known = ["BNGL0041", "BNGL0042", "BNGL0065", "BNGL0070"];
    let unknown: Vec<_> =
        by_code.keys().filter(|c| !known.contains(&c.as_str()) && !c.ends_with("/v40.bngl")).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(n_failing <= 19, "{n_failing}");
}
