//! The curated model against every finding. `docs/conformance/findings.tsv` holds the verdicts; it may only improve.
//!
//! `RESURGE_BLESS=1 cargo test -p cli --test findings` writes the table anew; read the diff before you commit.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use pathway::{Bench, Finding, Judgement, Library, RunSettings, Verdict};

/// Noisy draws behind the column of shares.
const DRAWS: usize = 8;
/// Standard deviation of the noise, in natural logarithms.
const NOISE: f64 = 0.1;
/// The median share of supported findings under noise must not fall below this share of the nominal one.
const ROBUST: f64 = 0.8;

fn table_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/conformance/findings.tsv")
}

fn rank(word: &str) -> usize {
    ["not run", "inconclusive", "contradicted", "supported"].iter().position(|w| *w == word).unwrap_or(0)
}

#[test]
fn verdicts_only_improve() {
    let bench = Bench::new(Library::embedded().unwrap()).unwrap();
    let findings: Vec<&Finding> = bench.library().findings().iter().collect();
    let settings = RunSettings::default();
    let mut board = bench.check(&findings, &settings, &|_, _| {});
    board.extend_not_run(bench.library().not_run());
    let robustness = bench.robustness(&findings, &settings, DRAWS, NOISE, 1, &|_, _| {}).unwrap();
    let shares: BTreeMap<&str, f64> =
        robustness.per_finding.iter().map(|(id, share)| (id.as_str(), *share)).collect();

    let nominal = board.total(Verdict::Supported, None) as f64 / findings.len() as f64;
    assert!(
        robustness.median >= ROBUST * nominal,
        "{:.0} % of the findings hold, but only {:.0} % under noise",
        100.0 * nominal,
        100.0 * robustness.median
    );
    let table = table(&board.judgements, &shares);
    if std::env::var_os("RESURGE_BLESS").is_some() {
        std::fs::write(table_path(), table).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(table_path()).unwrap();
    let kept: BTreeMap<&str, &str> = kept
        .lines()
        .skip(1)
        .filter_map(|line| Some((line.split('\t').next()?, line.split('\t').nth(2)?)))
        .collect();
    for judgement in &board.judgements {
        let now = judgement.verdict.word();
        let before = kept.get(judgement.id.as_str()).copied().unwrap_or("");
        assert!(!before.is_empty(), "{} is not in the table: bless it", judgement.id);
        assert!(
            rank(now) >= rank(before),
            "{} was {before} and is now {now}: {}",
            judgement.id,
            judgement.value
        );
        assert_eq!(now, before, "{} is better than the table says: bless it", judgement.id);
    }
    assert_eq!(kept.len(), board.judgements.len(), "the table has findings that are gone: bless it");
}

fn table(judgements: &[Judgement], shares: &BTreeMap<&str, f64>) -> String {
    let mut text = String::from("id\tprovenance\tverdict\tmargin\tholds in noisy draws\tstatement\n");
    for j in judgements {
        let margin = j.margin.map_or(String::new(), |m| format!("{m:.2}"));
        let share = shares.get(j.id.as_str()).map_or(String::new(), |s| format!("{:.0} %", 100.0 * s));
        let cells = [&j.id, j.provenance.word(), j.verdict.word(), &margin, &share, &j.statement];
        let _ = writeln!(text, "{}", cells.join("\t"));
    }
    text
}

/// What the first experiment of the program shows, number by number.
#[test]
fn azd8055_in_bt474_falls_and_comes_back() {
    let bench = Bench::new(Library::embedded().unwrap()).unwrap();
    let result = bench
        .run(bench.library().experiment("rodrik2011-azd8055").unwrap(), &RunSettings::default())
        .unwrap();
    let arm = result.arms.iter().find(|a| a.id == "azd").unwrap();
    let fold = |readout: &str, t_h: f64| {
        let i = arm.times_h.iter().position(|t| (t - t_h).abs() < 1e-9).unwrap();
        let series = arm.readouts.iter().find(|r| r.id == readout).unwrap();
        series.values[i] / series.values[0]
    };
    for t_h in [1.0, 2.0, 4.0, 8.0, 16.0, 24.0] {
        assert!(fold("pAKT_S473", t_h) < 0.2, "S473 at {t_h} h");
        assert!(fold("pS6K", t_h) < 0.2, "S6K at {t_h} h");
        assert!(fold("p4EBP1", t_h) < 0.25, "4E-BP1 at {t_h} h");
    }
    assert!(fold("pAKT_T308", 1.0) < 0.5);
    assert!(fold("pAKT_T308", 8.0) >= 1.0 && fold("pAKT_T308", 24.0) >= 1.0);
    // Not larger than a blot would show as "at or above baseline".
    assert!(fold("pAKT_T308", 24.0) < 3.0);
}
