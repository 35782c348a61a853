//! The library that comes with the program.

use std::collections::BTreeSet;

use super::texts;
use crate::Library;

fn embedded() -> Library {
    Library::embedded().unwrap_or_else(|d| panic!("{}", texts(&d).join("\n")))
}

#[test]
fn the_embedded_library_reads_without_remarks() {
    let library = embedded();
    assert!(library.findings().len() >= 50 && library.experiments().len() >= 10);
    assert_eq!(texts(library.remarks()), Vec::<String>::new());
    library.rule_model().unwrap_or_else(|d| panic!("{}", texts(&d).join("\n")));
}

#[test]
fn findings_speak_of_experiments_of_their_own_paper() {
    let library = embedded();
    for finding in library.findings() {
        for id in &finding.experiments {
            let of = library.experiment(id).unwrap().paper.as_deref();
            assert_eq!(of, Some(finding.paper.as_str()), "{} speaks of {id}", finding.id);
        }
    }
}

#[test]
fn every_experiment_of_a_paper_belongs_to_a_finding() {
    let library = embedded();
    let named: BTreeSet<&String> = library.findings().iter().flat_map(|f| &f.experiments).collect();
    let of_papers = library.experiments().iter().filter(|e| e.paper.is_some());
    let spare: Vec<&String> = of_papers.map(|e| &e.id).filter(|id| !named.contains(id)).collect();
    assert!(spare.is_empty(), "no finding speaks of {spare:?}");
}
