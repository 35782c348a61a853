//! The examples of `docs/experiments.md` are read, run and judged.

use pathway::{Bench, Library, RunSettings};

/// The blocks of a language in a Markdown text.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_string).collect()
}

#[test]
fn examples_of_the_documentation_work() {
    let mut bench = Bench::new(Library::embedded().unwrap()).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut read = 0;
    for file in ["README.md", "docs/experiments.md"] {
        let text = std::fs::read_to_string(format!("{root}/{file}")).unwrap();
        for block in blocks(&text, "toml") {
            let is_finding = block.contains("[[finding]]");
            let remarks = if is_finding {
                bench.add_findings_file(file, &block)
            } else {
                // Both texts call their first experiment "mine".
                bench.add_experiment_file(
                    file,
                    &block.replace("id = \"mine\"", &format!("id = \"mine-{read}\"")),
                )
            };
            assert!(remarks.diagnostics.is_empty(), "{file}: {remarks:?}\n{block}");
            read += 1;
        }
    }
    assert!(read >= 4, "only {read} examples were found");
    let settings = RunSettings::default();
    for id in ["mine-0", "mine-1", "washout"] {
        let result = bench.run(bench.library().experiment(id).unwrap(), &settings).unwrap();
        assert!(result.arms.iter().all(|a| !a.times_h.is_empty()));
    }
    let finding = bench.library().finding("MY-1").unwrap();
    assert!(bench.margins(&[finding], &[])[0].margin().is_some());
}
