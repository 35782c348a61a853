//! The semantic cases of the SBML Test Suite, at all levels.
//!
//! The suite is not part of the repository. It is found in the folder of the environment variable `RESURGE_SUITES`, or
//! in `shared/suites` beside the repository; without it the test passes and says so.
//! The results are in `docs/conformance/sbml-semantic.tsv`: the test fails when a cell gets worse.
//! `RESURGE_BLESS=1` writes the table anew.
#![expect(clippy::print_stdout, reason = "says what was compared and what differs")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const LEVELS: [&str; 8] = ["l1v2", "l2v1", "l2v2", "l2v3", "l2v4", "l2v5", "l3v1", "l3v2"];

/// A verdict for each level, and what there is to say about the first that is no pass.
#[derive(Clone, Debug, Default, PartialEq)]
struct Row {
    verdicts: BTreeMap<String, String>,
    note: String,
}

#[test]
fn semantic_cases_do_as_well_as_the_table_says() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let suites =
        std::env::var_os("RESURGE_SUITES").map_or_else(|| repository.join("../shared/suites"), PathBuf::from);
    let folder = suites.join("sbml-test-suite/cases/semantic");
    if !folder.is_dir() {
        println!("NOTE: no SBML cases were run: {} is missing; set RESURGE_SUITES", folder.display());
        return;
    }
    let rows = run(&folder);
    let table = repository.join("docs/conformance/sbml-semantic.tsv");
    if std::env::var_os("RESURGE_BLESS").is_some() {
        std::fs::write(&table, print_table(&rows)).unwrap();
    }
    let known = read_table(&std::fs::read_to_string(&table).unwrap_or_default());
    let mut worse = Vec::new();
    for (case, old) in &known {
        // A folder may hold a part of the suite only.
        let Some(new) = rows.get(case) else { continue };
        for (level, was) in &old.verdicts {
            let is = new.verdicts.get(level).map_or("-", String::as_str);
            if is != was {
                println!("{case} {level}: was {was}, is {is} ({})", new.note);
            }
            if rank(is) < rank(was) {
                worse.push(format!("{case} {level}"));
            }
        }
    }
    assert!(worse.is_empty(), "worse than in the table: {}", worse.join(", "));
    assert!(known.keys().any(|case| rows.contains_key(case)), "the table has no case of this folder");
}

/// How good a verdict is: a wrong number is worse than none.
fn rank(verdict: &str) -> usize {
    ["-", "wrong", "error", "unsupported", "pass"].iter().position(|v| *v == verdict).unwrap_or(0)
}

fn run(folder: &Path) -> BTreeMap<String, Row> {
    let output = Command::new(env!("CARGO_BIN_EXE_resurge"))
        .args(["conformance", "sbml", "--json"])
        .arg(folder)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
    println!("{:#}", json["totals"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for case in json["cases"].as_array().expect("there is a list of cases") {
        let row = rows.entry(text(&case["case"])).or_default();
        if row.note.is_empty() {
            row.note = text(&case["detail"]).replace(['\t', '\n'], " ");
        }
        row.verdicts.insert(text(&case["level"]), text(&case["verdict"]));
    }
    rows
}

fn print_table(rows: &BTreeMap<String, Row>) -> String {
    let mut text = format!("case\t{}\tnote\n", LEVELS.join("\t"));
    for (case, row) in rows {
        let cells = LEVELS.map(|l| row.verdicts.get(l).map_or("-", String::as_str));
        let _ = writeln!(text, "{case}\t{}\t{}", cells.join("\t"), row.note);
    }
    text
}

fn read_table(text: &str) -> BTreeMap<String, Row> {
    let row = |line: &str| {
        let mut fields = line.split('\t');
        let case = fields.next()?.to_string();
        let verdicts = LEVELS.iter().map(ToString::to_string).zip(fields.map(str::to_string));
        let verdicts = verdicts.filter(|(_, verdict)| verdict != "-").collect();
        Some((case, Row { verdicts, note: String::new() }))
    };
    text.lines().skip(1).filter_map(row).collect()
}
