//! The examples of `docs/experiments.md` and the README are read, run and judged.

use pathway::{Bench, Library, RunSettings};

/// The blocks of a language in a Markdown text.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_string).collect()
}

fn document(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{name}", env!("CARGO_MANIFEST_DIR")))
        .expect("the document is there")
}

/// The data file that a block belongs to, if its first line says so.
fn data_file(block: &str) -> Option<&str> {
    block.lines().next()?.strip_prefix("# ")
}

#[test]
fn examples_of_experiments_and_findings_work() {
    let mut bench = Bench::new(Library::embedded().unwrap()).unwrap();
    let (mut experiments, mut findings) = (Vec::new(), Vec::new());
    for file in ["README.md", "docs/experiments.md"] {
        for block in blocks(&document(file), "toml").iter().filter(|b| data_file(b).is_none()) {
            // Both texts call their first experiment "mine".
            let block = block.replace("id = \"mine\"", &format!("id = \"mine-{}\"", experiments.len()));
            let is_finding = block.contains("[[finding]]");
            let added = if is_finding {
                bench.add_findings_file(file, &block)
            } else {
                bench.add_experiment_file(file, &block)
            };
            assert!(added.diagnostics.is_empty(), "{file}: {added:?}\n{block}");
            if is_finding { findings.extend(added.ids) } else { experiments.extend(added.ids) }
        }
    }
    assert_eq!(experiments, ["mine-0", "mine-1", "washout", "pretreated"]);
    assert_eq!(findings, ["MY-1", "MY-2"]);
    for id in &experiments {
        let result = bench.run(bench.library().experiment(id).unwrap(), &RunSettings::default()).unwrap();
        for arm in &result.arms {
            let undefined = arm.readouts.iter().find_map(|r| r.undefined.as_ref());
            assert_eq!(undefined, None, "{id}, {}", arm.id);
        }
    }
    for id in &findings {
        let finding = bench.library().finding(id).unwrap();
        assert!(bench.margins(&[finding], &[])[0].margin().is_some(), "{id}");
    }
}

#[test]
fn examples_of_data_files_make_a_library() {
    let owned = |(name, bytes): &(&str, &[u8])| ((*name).to_string(), bytes.to_vec());
    let mut files: Vec<(String, Vec<u8>)> = Library::embedded_files().iter().map(owned).collect();
    let text = document("docs/experiments.md");
    let mut read = 0;
    for block in ["toml", "tsv", "bngl"].iter().flat_map(|language| blocks(&text, language)) {
        let Some(name) = data_file(&block) else { continue };
        let file = files.iter_mut().find(|f| f.0 == name).unwrap_or_else(|| panic!("there is no {name}"));
        file.1.extend(format!("\n{block}").bytes());
        read += 1;
    }
    assert_eq!(read, 9, "examples of data files");
    let library = Library::from_files(&files).unwrap_or_else(|found| panic!("{found:#?}"));
    let mut bench = Bench::new(library).unwrap();
    let found: Vec<String> = bench.lint().iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    let experiment = r#"
        id = "new"
        title = "Everything new"
        context = "BT474-shPTEN"
        sampling = { times = ["0 h", "4 h"] }
        arm = [
          { id = "drug", perturbations = [{ add = "osi-027", dose = "1 uM", at = "0 h" }] },
          { id = "gene", perturbations = [{ knock_down = "MAP2K1", remaining = "10 %" }] },
          { id = "mutant", perturbations = [{ mutate = "AKT T308A" }] },
        ]
        readout = [{ id = "OSI027_on_mTORC2" }, { id = "pAKT_T308" }]
    "#;
    assert_eq!(bench.add_experiment_file("new.toml", experiment).ids, ["new"]);
    let result = bench.run(bench.library().experiment("new").unwrap(), &RunSettings::default()).unwrap();
    let last = |arm: usize, readout: usize| result.arms[arm].readouts[readout].values[1];
    assert!(last(0, 0) > 0.5, "the drug sits on mTORC2");
    assert_eq!(
        (last(1, 0), last(2, 1)),
        (0.0, 0.0),
        "no drug in the others, no T308 phosphate in the mutant"
    );
}
