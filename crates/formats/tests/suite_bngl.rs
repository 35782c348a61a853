//! Every BNGL file of the public suites is read; the files that need something unsupported are listed by name.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use formats::bngl;
use model::Severity;

/// Codes that name an unsupported feature.
const UNSUPPORTED: [&str; 2] = ["BNGL0005", "BNGL0007"];

/// Files with energy patterns or Arrhenius rate laws, and files with table functions.
const EXPECTED: [&str; 18] = [
    "Models2/EnergyModels/Kiefhaber_emodel.bngl",
    "Models2/EnergyModels/energy_example1.bngl",
    "Models2/EnergyModels/mwc.bngl",
    "Models2/EnergyModels/wofsy-goldstein.bngl",
    "Models2/catalysis.bngl",
    "Models2/energy_example1.bngl",
    "Validate/isingspin_energy.bngl",
    "Validate/test_tfun_expr.bngl",
    "Validate/test_tfun_expr2.bngl",
    "Validate/test_tfun_net_full.bngl",
    "Validate/test_tfun_observable.bngl",
    "Validate/test_tfun_ode_simple.bngl",
    "Validate/test_tfun_ode_step.bngl",
    "Validate/test_tfun_parse.bngl",
    "Validate/test_tfun_step_sbml.bngl",
    "Validate/test_tfun_validation.bngl",
    "Validate/test_tfun_xml.bngl",
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
    let failing = expected.iter().filter(|name| name.ends_with(".bngl")).count();
    println!("{} of {} files without errors", files.len() - failing, files.len());
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
