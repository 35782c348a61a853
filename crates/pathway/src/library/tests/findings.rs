//! What is said about findings.

use super::{EXPERIMENT, FINDING, check_finding, library, texts};

#[test]
fn mistakes_in_rules_are_shown_where_they_are() {
    check_finding("pT[azd]@4h <", "pT[azd]@4h < 3 <", &[]);
    check_finding(
        "pT[azd]@4h <",
        "pT[azd]@4 <",
        &["f.toml:8:17: error[PATH0031]: time 4 has no unit\n  help: write 4h, 4min or 4d"],
    );
    check_finding(
        "pT[azd]@4h",
        "pT[adz]@4h",
        &["f.toml:8:8: error[PATH0024]: unknown arm \"adz\"\n  help: did you mean \"azd\"?"],
    );
    check_finding(
        "pT[azd]@4h",
        "pT[azd]@5h",
        &["f.toml:8:8: error[PATH0028]: 5 h lies outside of experiment \"dose\" (0 h to 4 h)"],
    );
    check_finding(
        "pT[control]",
        "pZ[control]",
        &["f.toml:9:11: error[PATH0020]: unknown read-out \"pZ\"\n  help: did you mean \"pT\"?"],
    );
    check_finding(
        "\"0.1 < pT[control]@0h < 0.9\"",
        "\"1 > 0\", \"0.1 < \"",
        &[
            "f.toml:9:27: error[PATH0031]: expected a value, found the end\n  help: a value is written READOUT[ARM]@TIME, for example pAKT_T308[azd]@8h",
        ],
    );
    check_finding(
        "experiment = \"dose\"",
        "experiments = [\"dose\", \"does\"]",
        &["f.toml:7:24: error[PATH0025]: unknown experiment \"does\"\n  help: did you mean \"dose\"?"],
    );
    check_finding(
        "provenance = \"explicit\"",
        "provenance = \"expliced\"",
        &[
            "f.toml:5:14: error[PATH0014]: unknown provenance \"expliced\"\n  help: did you mean \"explicit\"?",
        ],
    );
}

#[test]
fn several_experiments_need_paths() {
    let mut library = library(&[("findings/p1.toml", "")]).unwrap();
    assert!(
        library
            .add_experiment_file("e", &EXPERIMENT.replace("\"dose\"", "\"two-doses\""))
            .diagnostics
            .is_empty()
    );
    let finding = FINDING.replace("experiment = \"dose\"", "experiments = [\"dose\", \"two-doses\"]");
    let good = finding.replace("pT[", "two-doses/pT[");
    assert_eq!(texts(&library.add_findings_file("f", &good).diagnostics), Vec::<String>::new());
    let bad = finding.replace("F-1", "F-2").replace("pT[c", "dose/pT[c").replacen("pT[", "three/pT[", 1);
    assert_eq!(
        texts(&library.add_findings_file("f", &bad).diagnostics),
        [
            "f:8:8: error[PATH0032]: unknown experiment \"three\"\n  help: known: dose, two-doses",
            "f:8:8: error[PATH0032]: \"pT[azd]\" does not say of which experiment\n  help: write dose/pT[azd]",
        ]
    );
}
