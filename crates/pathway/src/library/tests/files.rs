//! What is said about the tables and the lists of things.

use super::{PERTURBAGENS, check_library, library, texts};

#[test]
fn a_good_library_reads_without_remarks() {
    let library = library(&[]).unwrap();
    assert_eq!(texts(library.remarks()), Vec::<String>::new());
    assert_eq!(library.experiments()[0].times_h, [0.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!(library.agent("drg-1").unwrap().id, "drug");
    assert_eq!(library.not_run()[0].reason, "no autophagy");
    assert_eq!(library.context("poor").unwrap().values[0].value, 50.0);
}

#[test]
fn tables_are_checked() {
    check_library("not-run.toml", "", &["not-run.toml:1:1: error[PATH0001]: the file is missing"]);
    check_library(
        "model/m.bngl",
        "",
        &["model/m.bngl:1:1: error[PATH0001]: the file is missing\n  help: model.toml lists it as a module"],
    );
    check_library(
        "rules.tsv",
        "rule\tevidense\talternatives\tnote\n",
        &["rules.tsv:1:1: error[PATH0010]: unknown column \"evidense\"\n  help: did you mean \"evidence\"?"],
    );
    check_library(
        "rules.tsv",
        "rule\tevidence\talternatives\tnote\nK_on_T\tN-2\t\t\nx\n",
        &[
            "rules.tsv:2:8: error[PATH0033]: unknown evidence \"N-2\"\n  help: did you mean \"N-1\"?",
            "rules.tsv:3:1: error[PATH0011]: the row has 1 fields, the header 4\n  help: separate fields by one tab each",
        ],
    );
    let values =
        |row: &str| format!("context\tparameter\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote\n{row}\n");
    check_library(
        "contexts.tsv",
        &values("poor\tK_totl\t5\tcopy\t6\tx\tguessed\t\t"),
        &["contexts.tsv:2:22: error[PATH0012]: \"x\" in column high is not a finite number"],
    );
    check_library(
        "contexts.tsv",
        &values("poor\tK_totl\t5\tcopies\t6\t7\tguessed\t\t"),
        &[
            "contexts.tsv:2:13: error[PATH0015]: K_totl = 5 lies outside of its range 6 to 7",
            "contexts.tsv:2:26: error[PATH0014]: unknown way to obtain a number \"guessed\"\n  help: known: measured, taken from, fitted to findings, assumed",
            "contexts.tsv:2:34: error[PATH0016]: K_totl has no source",
        ],
    );
    check_library(
        "contexts.tsv",
        &values(
            "rich\tK_totl\t5\tcopies/h\t5\t7\tassumed\ttest\t\nrich\tK_total\t5\t1/h\t5\t7\tassumed\ttest\t",
        ),
        &[
            "contexts.tsv:2:1: error[PATH0018]: unknown cell \"rich\"\n  help: known: cell, poor, poor2",
            "contexts.tsv:2:6: error[PATH0017]: unknown parameter \"K_totl\"\n  help: did you mean \"K_total\"?",
            "contexts.tsv:3:1: error[PATH0018]: unknown cell \"rich\"\n  help: known: cell, poor, poor2",
            "contexts.tsv:3:16: error[PATH0013]: K_total is given in 1/h, in parameters.tsv in copies",
        ],
    );
}

#[test]
fn mutations_set_parameters_in_their_unit() {
    let with = |set: &str| PERTURBAGENS.replace("0 1/h", set);
    let unit = "perturbagens.toml:34:20: error[PATH0013]: \"0 1/nM\" is in 1/nM, k_dephos in 1/h";
    check_library("perturbagens.toml", &with("0 1/nM"), &[unit]);
    check_library(
        "perturbagens.toml",
        &with("0"),
        &[
            "perturbagens.toml:34:20: error[PATH0026]: \"0\" is no number with a unit\n  help: write a number and the unit of the parameter, for example \"1 1/h\"",
        ],
    );
}

#[test]
fn files_that_nothing_reads_are_mentioned() {
    let library = library(&[("model/extra.bngl", "x"), ("notes.md", "x")]).unwrap();
    assert_eq!(
        texts(library.remarks()),
        ["model/extra.bngl:1:1: warning[PATH0009]: nothing reads this file\n  help: list it in model.toml"]
    );
}

#[test]
fn a_cell_has_the_values_of_its_parent() {
    let with_parent = library(&[]).unwrap();
    let lineage: Vec<&str> = with_parent.lineage("poor2").iter().map(|c| c.id.as_str()).collect();
    assert_eq!(lineage, ["poor2", "poor"]);
    let orphan = "[[context]]\nid = \"cell\"\nparent = \"por\"\n[[context]]\nid = \"poor\"\n";
    let errors = library(&[("contexts.toml", orphan)]).unwrap_err();
    assert!(errors.iter().any(|e| e.message == "unknown cell \"por\""), "{errors:?}");
}
