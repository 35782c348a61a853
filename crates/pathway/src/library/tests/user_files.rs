//! Files that a user adds to the library.

use model::Severity;

use super::{EXPERIMENT, FINDING, check_library, library, texts};

#[test]
fn duplicates_are_found_across_files() {
    let mut library = library(&[]).unwrap();
    assert_eq!(library.add_experiment_file("e.toml", EXPERIMENT).ids, ["dose"]);
    assert_eq!(
        texts(&library.add_experiment_file("again.toml", EXPERIMENT).diagnostics),
        [
            "again.toml:1:6: error[PATH0008]: experiment \"dose\" is defined twice\n  help: the other one is at e.toml:1:6"
        ]
    );
    assert_eq!(library.add_findings_file("f.toml", FINDING).diagnostics.len(), 0);
    assert_eq!(library.add_findings_file("g.toml", FINDING).diagnostics.len(), 1);
    check_library(
        "papers.toml",
        "[[paper]]\nid = \"p1\"\ncitation = \"a\"\n[[paper]]\nid = \"p1\"\ncitation = \"b\"\n",
        &[
            "papers.toml:5:6: error[PATH0008]: paper \"p1\" is defined twice\n  help: the other one is at papers.toml:2:6",
        ],
    );
}

#[test]
fn a_file_of_the_user_takes_the_place_of_what_is_built_in() {
    let mut library = library(&[]).unwrap();
    let built_in = library.experiments().len();
    let own = library.add_experiment_file("mine.toml", &EXPERIMENT.replacen("A drug", "My drug", 1));
    assert_eq!(own.ids, ["dose"], "{own:?}");
    assert_eq!(library.experiments().len(), built_in);
    assert_eq!(library.experiment("dose").unwrap().title, "My drug");
    let twice = library.add_experiment_file("twice.toml", EXPERIMENT);
    assert!(twice.ids.is_empty() && twice.diagnostics.len() == 1, "{twice:?}");
}

#[test]
fn empty_files_and_junk_are_reported() {
    let mut library = library(&[]).unwrap();
    assert_eq!(
        texts(&library.add_experiment_file("e", " \n# a\n").diagnostics),
        ["e:1:1: error[PATH0004]: the file says nothing"]
    );
    assert_eq!(
        texts(&library.add_findings_file("f", "").diagnostics),
        ["f:1:1: error[PATH0004]: the file says nothing"]
    );
    let junk = library.add_experiment_file("e", "\u{1}{{ [ = \n]]").diagnostics;
    assert!(junk.iter().all(|d| d.severity == Severity::Error && d.location.is_some()) && !junk.is_empty());
}

#[test]
fn a_finding_of_the_user_takes_the_place_of_what_is_built_in() {
    let mut library = library(&[]).unwrap();
    let own = library.add_findings_file("mine.toml", &FINDING.replacen("takes", "removes", 1));
    assert_eq!((own.ids, own.diagnostics), (vec!["F-1".to_string()], vec![]));
    assert_eq!(library.findings().len(), 1);
    assert_eq!(library.finding("F-1").unwrap().statement, "The drug removes the phosphate off.");
    let other_letters = library.add_experiment_file("mine.toml", &EXPERIMENT.replacen("dose", "Dose", 1));
    assert_eq!(other_letters.ids, ["Dose"]);
    assert_eq!(library.experiments().len(), 1, "ids that differ in upper and lower case are the same");
}

#[test]
fn a_finding_that_could_not_run_gives_way_to_one_with_a_rule() {
    let mut library = library(&[]).unwrap();
    let own = library.add_findings_file("mine.toml", &FINDING.replacen("F-1", "F-9", 1));
    assert_eq!(own.ids, ["F-9"]);
    assert!(library.not_run().is_empty() && library.finding("F-9").is_some());
}

#[test]
fn a_file_with_an_id_twice_or_any_error_adds_nothing() {
    let mut library = library(&[]).unwrap();
    let twice = library.add_findings_file("f.toml", &format!("{FINDING}{FINDING}"));
    assert!(twice.ids.is_empty());
    assert_eq!(
        texts(&twice.diagnostics),
        [
            "f.toml:11:6: error[PATH0008]: finding \"F-1\" is defined twice\n  help: the other one is at f.toml:2:6"
        ]
    );
    let half = format!("{FINDING}{}", FINDING.replacen("F-1", "F-2", 1).replacen("[azd]", "[adz]", 1));
    assert!(library.add_findings_file("f.toml", &half).ids.is_empty());
    assert_eq!(
        library.finding("F-1").unwrap().at.file,
        "findings/p1.toml",
        "the built-in one is still there"
    );
    assert!(library.finding("F-2").is_none());
}
