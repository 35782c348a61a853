//! Tables of verdicts by folder, case and kind, kept by tests.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Verdict and what there is to say, by folder, case and kind.
pub(crate) type Rows = BTreeMap<(String, String, String), (String, String)>;

/// Fails when a row is worse than in the table. `RESURGE_BLESS=1` writes the table anew.
pub(crate) fn compare(rows: &Rows, table: &Path) {
    if rows.is_empty() {
        return;
    }
    if std::env::var_os("RESURGE_BLESS").is_some() {
        std::fs::write(table, print_table(rows)).expect("the table can be written");
    }
    let known = read_table(&std::fs::read_to_string(table).unwrap_or_default());
    let mut worse = Vec::new();
    for (key, (was, _)) in &known {
        // A folder may hold a part of the suite only.
        let Some((is, note)) = rows.get(key) else { continue };
        if is != was {
            println!("{key:?}: was {was}, is {is} ({note})");
        }
        if rank(is) < rank(was) {
            worse.push(format!("{key:?}: {is}"));
        }
    }
    assert!(worse.is_empty(), "worse than in the table: {}", worse.join("\n"));
    assert!(known.keys().any(|key| rows.contains_key(key)), "the table has no case of this folder");
}

/// How good a verdict is: a wrong number is worse than none.
fn rank(verdict: &str) -> usize {
    ["wrong", "error", "unsupported", "pass"].iter().position(|v| *v == verdict).unwrap_or(0)
}

/// Runs a suite with these options on a folder of it.
pub(crate) fn run(suite: &str, options: &[&str], folder: &str, path: &Path, rows: &mut Rows) {
    let output = Command::new(env!("CARGO_BIN_EXE_resurge"))
        .args(["conformance", suite, "--json"])
        .args(options)
        .arg(path)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
    println!("{folder}: {:#}", json["totals"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().replace(['\t', '\n'], " ");
    for case in json["cases"].as_array().expect("there is a list of cases") {
        let key = (folder.to_string(), text(&case["case"]), text(&case["level"]));
        rows.insert(key, (text(&case["verdict"]), text(&case["detail"])));
    }
}

fn print_table(rows: &Rows) -> String {
    let mut table = "folder\tcase\tkind\tverdict\tnote\n".to_string();
    for ((folder, case, kind), (verdict, note)) in rows {
        let _ = writeln!(table, "{folder}\t{case}\t{kind}\t{verdict}\t{note}");
    }
    table
}

fn read_table(text: &str) -> Rows {
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [folder, case, kind, verdict, note] = fields.as_slice() else { return None };
        let text = |field: &str| field.to_string();
        Some(((text(folder), text(case), text(kind)), (text(verdict), text(note))))
    };
    text.lines().skip(1).filter_map(row).collect()
}
