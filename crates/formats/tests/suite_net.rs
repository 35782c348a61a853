//! Every `.net` file of the public suites is read, and reads the same after it was written.

mod common;

use formats::{Source, net};

#[test]
fn every_network_of_the_bionetgen_suite_is_read_and_written_back() {
    let Some(suites) = common::suites() else { return };
    let files = common::files(&suites.join("bionetgen"), "net");
    assert!(files.len() > 20, "only {} files", files.len());
    for path in &files {
        let name = path.display().to_string();
        let parsed = net::parse_bytes(&name, &std::fs::read(path).unwrap());
        let remarks: Vec<_> = parsed.diagnostics.iter().map(ToString::to_string).collect();
        assert!(!parsed.has_errors(), "{}", remarks.join("\n"));
        assert!(!parsed.value.species.is_empty(), "{name}");
        let text = net::write(&parsed.value);
        let again = net::parse(Source::new("again.net", &text));
        assert!(!again.has_errors(), "{name}: {:?}", again.diagnostics.first());
        assert_eq!(again.value, parsed.value, "{name}");
    }
    println!("{} of {} files", files.len(), files.len());
}
