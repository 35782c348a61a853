//! No text or bytes make a reader panic.

use super::{EXPERIMENT, FINDING, library};

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "[ -~\n]{0,200}", cut in 0usize..300) {
        let mut library = library(&[]).unwrap();
        let _ = library.add_experiment_file("e", &text);
        let _ = library.add_findings_file("f", &text);
        let _ = library.add_experiment_file("e", EXPERIMENT.get(..cut).unwrap_or_default());
        let _ = library.add_findings_file("f", FINDING.get(cut..).unwrap_or_default());
    }
}
