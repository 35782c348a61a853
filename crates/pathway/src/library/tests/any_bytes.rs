//! No text or bytes make a reader panic.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{EXPERIMENT, FINDING, library};
use crate::Library;

/// A change of a file.
#[derive(Clone, Debug)]
enum Edit {
    Cut(Index),
    Replace(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |index: &Index| index.index(bytes.len() + 1);
        match self {
            Edit::Cut(at) => bytes.truncate(place(at)),
            Edit::Replace(at, new) => {
                let from = place(at);
                let to = bytes.len().min(from + new.len());
                drop(bytes.splice(from..to, new.iter().copied()));
            }
            Edit::Remove(at, length) => {
                let from = place(at);
                drop(bytes.drain(from..bytes.len().min(from + length)));
            }
            Edit::Repeat(at, length) => {
                let from = place(at);
                let again = bytes[from..bytes.len().min(from + length)].to_vec();
                drop(bytes.splice(from..from, again));
            }
        }
    }
}

fn edits() -> impl Strategy<Value = Edit> {
    let telling = prop::sample::select(b"\"[]{}=.,#\t\n\\-0e9@<>()!$~ \xff\x00".to_vec());
    let byte = prop_oneof![3 => telling, 1 => any::<u8>()];
    prop_oneof![
        any::<Index>().prop_map(Edit::Cut),
        (any::<Index>(), vec(byte, 1..4)).prop_map(|(at, new)| Edit::Replace(at, new)),
        (any::<Index>(), 1usize..80).prop_map(|(at, length)| Edit::Remove(at, length)),
        (any::<Index>(), 1usize..80).prop_map(|(at, length)| Edit::Repeat(at, length)),
    ]
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "[ -~\n]{0,200}", cut in 0usize..300) {
        let mut library = library(&[]).unwrap();
        let _ = library.add_experiment_file("e", &text);
        let _ = library.add_findings_file("f", &text);
        let _ = library.add_experiment_file("e", EXPERIMENT.get(..cut).unwrap_or_default());
        let _ = library.add_findings_file("f", FINDING.get(cut..).unwrap_or_default());
    }

    #[test]
    fn damaged_files_of_the_program_are_read_without_panic(file in any::<Index>(), edits in vec(edits(), 1..4)) {
        let mut files: Vec<(String, Vec<u8>)> =
            Library::embedded_files().iter().map(|(n, b)| ((*n).to_string(), b.to_vec())).collect();
        let file = file.index(files.len());
        edits.iter().for_each(|edit| edit.apply(&mut files[file].1));
        match Library::from_files(&files) {
            Err(diagnostics) => prop_assert!(!diagnostics.is_empty()),
            Ok(library) => drop(library.rule_model()),
        }
    }
}
