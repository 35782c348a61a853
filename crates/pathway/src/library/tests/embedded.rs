//! The library that comes with the program.

use super::texts;
use crate::Library;

#[test]
fn the_embedded_library_reads() {
    let library = Library::embedded().unwrap_or_else(|d| panic!("{}", texts(&d).join("\n")));
    assert!(library.findings().len() >= 50 && library.experiments().len() >= 10);
    library.rule_model().unwrap_or_else(|d| panic!("{}", texts(&d).join("\n")));
}
