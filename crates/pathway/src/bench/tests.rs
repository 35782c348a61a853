//! Running and judging with the small library, and with the curated one.

use super::*;
use crate::Provenance;
use crate::finding::Finding;
use crate::library::tests::library;

fn bench() -> Bench {
    Bench::new(library(&[]).unwrap()).unwrap()
}

/// A bench with an experiment whose only arm "a" has these perturbations, sampled at the given hours.
fn with_arm(perturbations: &str, times: &str, extra: &str) -> Bench {
    let mut bench = bench();
    let text = format!(
        "id = \"e\"\ntitle = \"E\"\ncontext = \"cell\"\n{extra}\n[sampling]\ntimes = [{times}]\n\
         [[arm]]\nid = \"control\"\n[[arm]]\nid = \"a\"\nperturbations = [{perturbations}]\n{}",
        ["pT", "G", "K", "drug", "ligand", "dead"].map(|r| format!("[[readout]]\nid = \"{r}\"\n")).concat()
    );
    let diagnostics = bench.add_experiment_file("e.toml", &text).diagnostics;
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    bench
}

fn run(bench: &Bench) -> ExperimentResult {
    bench.run(bench.library().experiment("e").unwrap(), &RunSettings::default()).unwrap()
}

/// Values of a read-out in arm "a".
fn values(result: &ExperimentResult, readout: &str) -> Vec<f64> {
    result.arms[1].readouts.iter().find(|r| r.id == readout).unwrap().values.clone()
}

fn check(perturbations: &str, times: &str, readout: &str, expected: &[f64]) {
    let found = values(&run(&with_arm(perturbations, times, "")), readout);
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() < 1e-4 * e.abs().max(1e-3), "{readout}: {found:?} is not {expected:?}");
    }
}

const TIMES: &str = "\"0 h\", \"1 h\", \"2 h\", \"3 h\"";

#[test]
fn add_adds_and_set_sets_and_remove_washes_out() {
    let twice =
        r#"{ add = "drug", dose = "10 nM", at = "0 h" }, { add = "DRG-1", dose = "0.01 uM", at = "1 h" }"#;
    check(twice, TIMES, "drug", &[0.0, 10.0, 20.0, 20.0]);
    let set = r#"{ set = "drug", dose = "10 nM", at = "0 h" }, { set = "drug", dose = "10 nM", at = "1 h" }, { remove = "drug", at = "2 h" }"#;
    check(set, TIMES, "drug", &[0.0, 10.0, 10.0, 0.0]);
}

#[test]
fn a_ligand_comes_back_to_the_medium_of_the_cell() {
    let ligand = r#"{ withdraw = "serum", at = "0 h" }, { set = "EGF", dose = "3 nM", at = "1 h" }, { remove = "EGF", at = "2 h" }"#;
    check(ligand, TIMES, "ligand", &[0.5, 0.0, 3.0, 0.5]);
    check(r#"{ withdraw = "serum" }"#, TIMES, "ligand", &[0.0; 4]);
    check(
        r#"{ set = "EGF", dose = "2 nM" }, { remove = "EGF", at = "1 h" }"#,
        TIMES,
        "ligand",
        &[2.0, 2.0, 0.5, 0.5],
    );
}

#[test]
fn a_drug_lowers_phosphorylation_by_its_occupancy() {
    // K = 100, Kd = 2, drug 2 nM: half of K is free. p/(p + k_dephos) with p = 0.1 K + 0.5.
    let share = |k: f64| (0.1 * k + 0.5) / (0.1 * k + 0.5 + 10.0);
    check(
        r#"{ add = "drug", dose = "2 nM", at = "0 h" }"#,
        "\"0 h\", \"20 h\"",
        "pT",
        &[share(100.0), share(50.0)],
    );
    check(r#"{ set = "drug", dose = "2 nM" }"#, "\"0 h\", \"20 h\"", "pT", &[share(50.0), share(50.0)]);
}

#[test]
fn a_knock_down_without_turnover_takes_molecules_at_its_onset() {
    let before = r#"{ knock_down = "KIN", remaining = "25 %" }"#;
    check(before, TIMES, "K", &[25.0; 4]);
    let onset = r#"{ knock_down = "KIN", remaining = "25 %", at = "1 h" }"#;
    check(onset, TIMES, "K", &[100.0, 100.0, 25.0, 25.0]);
    check(r#"{ knock_out = "KIN" }, { withdraw = "serum" }"#, TIMES, "pT", &[0.0; 4]);
    let share = 3.0 / 13.0;
    check(r#"{ knock_down = "KIN", remaining = "25 %", at = "0 h" }"#, "\"30 h\"", "pT", &[share]);
}

#[test]
fn a_knock_down_with_turnover_follows_degradation() {
    let left = |t: f64| 50.0 * (0.25 + 0.75 * (-0.2 * t).exp());
    let onset = r#"{ knock_down = "GENE", remaining = "25 %", at = "1 h" }"#;
    check(onset, TIMES, "G", &[50.0, 50.0, left(1.0), left(2.0)]);
    check(r#"{ over_express = "GENE", fold = "4 x" }"#, TIMES, "G", &[200.0; 4]);
    let twice = r#"{ knock_down = "GENE", remaining = "50 %" }, { knock_down = "GENE", remaining = "50 %", at = "0 h" }"#;
    check(twice, "\"0 h\", \"200 h\"", "G", &[25.0, 12.5]);
}

#[test]
fn a_mutation_sets_parameters_before_everything() {
    check(r#"{ mutate = "T stable" }"#, TIMES, "pT", &[1.0; 4]);
    let bench = with_arm(r#"{ mutate = "T stable" }"#, TIMES, "");
    let settings = RunSettings { overrides: vec![("k_dephos".to_string(), 5.0)], ..RunSettings::default() };
    let result = bench.run(bench.library().experiment("e").unwrap(), &settings).unwrap();
    assert!((values(&result, "pT")[0] - 1.0).abs() < 1e-6, "the mutation wins over an override");
}

#[test]
fn overrides_win_over_the_cell_and_genes_multiply_them() {
    let arm = r#"{ knock_down = "KIN", remaining = "50 %" }"#;
    let mut bench = with_arm(arm, TIMES, "");
    let text = "id = \"poor\"\ntitle = \"P\"\ncontext = \"poor\"\n[sampling]\ntimes = [\"1 h\"]\n[[arm]]\nid = \"c\"\n[[arm]]\nid = \"k\"\nperturbations = [{ knock_down = \"KIN\", remaining = \"50 %\" }]\n[[arm]]\nid = \"other\"\ncontext = \"the cell\"\n[[arm]]\nid = \"child\"\ncontext = \"poor2\"\n[[readout]]\nid = \"K\"\n";
    assert!(bench.add_experiment_file("p.toml", text).diagnostics.is_empty());
    let k = |settings: &RunSettings| -> Vec<f64> {
        let result = bench.run(bench.library().experiment("poor").unwrap(), settings).unwrap();
        result.arms.iter().map(|a| a.readouts[0].values[0]).collect()
    };
    assert_eq!(k(&RunSettings::default()), [50.0, 25.0, 100.0, 50.0]);
    let overrides = vec![("K_total".to_string(), 80.0)];
    assert_eq!(k(&RunSettings { overrides, ..RunSettings::default() }), [80.0, 40.0, 80.0, 80.0]);
    let scoped =
        |key: &str| k(&RunSettings { overrides: vec![(key.to_string(), 80.0)], ..RunSettings::default() });
    assert_eq!(scoped("table:K_total"), [50.0, 25.0, 80.0, 50.0]);
    assert_eq!(scoped("poor:K_total"), [80.0, 40.0, 100.0, 80.0]);
    assert_eq!(scoped("poor2:K_total"), [50.0, 25.0, 100.0, 80.0]);
    let overrides = vec![("K_totl".to_string(), 80.0)];
    let error = bench.run(
        bench.library().experiment("poor").unwrap(),
        &RunSettings { overrides, ..RunSettings::default() },
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "override \"K_totl\": the model has no such parameter (did you mean \"K_total\"?)"
    );
}

#[test]
fn a_lead_in_happens_before_time_zero() {
    let arm = r#"{ add = "drug", dose = "10 nM", at = "-2 h" }, { knock_down = "GENE", remaining = "0 %", at = "-1 h" }"#;
    let times = "\"-2 h\", \"-1 h\", \"0 h\", \"1 h\"";
    let bench = with_arm(arm, times, "[pre_equilibration]\nlead_in = \"2 h\"");
    let result = run(&bench);
    assert_eq!(values(&result, "drug"), [0.0, 10.0, 10.0, 10.0]);
    let g = values(&result, "G");
    for (found, expected) in g.iter().zip([50.0, 50.0, 50.0 * (-0.2f64).exp(), 50.0 * (-0.4f64).exp()]) {
        assert!((found - expected).abs() < 1e-3, "{g:?}");
    }
    let marks: Vec<String> = result.arms[1].marks.iter().map(|(t, text)| format!("{t} {text}")).collect();
    assert_eq!(marks, ["-2 + drug 10 nM", "-1 GENE knocked down to 0 %"]);
}

#[test]
fn cells_are_seeded_when_the_experiment_starts() {
    let dead = |t: f64| 1.0 - (-0.01 * t).exp();
    check("", TIMES, "dead", &[0.0, dead(1.0), dead(2.0), dead(3.0)]);
    let result =
        run(&with_arm("", TIMES, "[pre_equilibration]\nmethod = \"duration\"\nduration = \"100 h\""));
    assert!((values(&result, "dead")[1] - dead(1.0)).abs() < 1e-6);
    let shown = &result.arms[1].readouts[5];
    assert!((shown.normalised[1] - 100.0 * dead(1.0)).abs() < 1e-4 && shown.normalised_unit == "%");
}

#[test]
fn without_pre_equilibration_a_run_starts_from_the_seeds() {
    let result = run(&with_arm("", TIMES, "[pre_equilibration]\nmethod = \"none\""));
    assert_eq!(values(&result, "pT")[0], 0.0);
    let shown = &result.arms[1].readouts[0];
    assert!(shown.normalised.is_empty() && shown.values.len() == 4);
    assert_eq!(shown.undefined.as_deref(), Some("pT cannot be shown as fold of t = 0: the reference is 0"));
}

#[test]
fn shared_pre_equilibration_equals_a_separate_one() {
    let arm = r#"{ add = "drug", dose = "2 nM", at = "1 h" }"#;
    let together = run(&with_arm(arm, TIMES, ""));
    let mut bench = bench();
    let text = format!(
        "id = \"e\"\ntitle = \"E\"\ncontext = \"cell\"\n[sampling]\ntimes = [{TIMES}]\n[[arm]]\nid = \"a\"\nperturbations = [{arm}]\n[[readout]]\nid = \"pT\"\n"
    );
    assert!(bench.add_experiment_file("e.toml", &text).diagnostics.is_empty());
    assert_eq!(run(&bench).arms[0].readouts[0].values, values(&together, "pT"));
}

fn findings(bench: &Bench) -> Vec<&Finding> {
    bench.library().findings().iter().collect()
}

/// The small bench with one more finding, of this rule.
fn with_rule(rule: &str) -> Bench {
    let mut bench = bench();
    let text =
        crate::library::tests::FINDING.replace("F-1", "F-2").replace("pT[azd]@4h < 0.8 * pT[azd]@0h", rule);
    assert_eq!(bench.add_findings_file("f.toml", &text).diagnostics, []);
    bench
}

#[test]
fn findings_are_judged_with_numbers_and_reasons() {
    let bench = with_rule("max(pT[azd]@1h..4h) >= pT[azd]@0h");
    let board = bench.check(&findings(&bench), &RunSettings::default(), &|_, _| {});
    let [good, bad] = board.judgements.as_slice() else { panic!("two judgements") };
    assert_eq!(good.verdict, Verdict::Supported);
    assert!(good.margin.unwrap() > 0.0 && good.reason.is_none());
    assert_eq!(good.value, "pT[azd]: @4h 0.178 (0.348x), @0h 0.512");
    assert_eq!(good.expected, "pT[azd]@4h < 0.8 * pT[azd]@0h");
    assert_eq!(bad.verdict, Verdict::Contradicted);
    let reason = bad.reason.as_deref().unwrap();
    assert!(reason.starts_with("comparison fails: max(pT[azd]@1h..4h) >= pT[azd]@0h (here 0."), "{reason}");
    assert_eq!(board.total(Verdict::Supported, Some(Provenance::Explicit)), 1);
    assert_eq!(board.total(Verdict::Supported, Some(Provenance::Derived)), 0);
}

#[test]
fn a_failing_guard_contradicts() {
    let mut bench = bench();
    let text = crate::library::tests::FINDING.replace("F-1", "F-2").replace("< 0.9", "< 0.2");
    assert_eq!(bench.add_findings_file("f.toml", &text).diagnostics, []);
    let board = bench.check(&findings(&bench), &RunSettings::default(), &|_, _| {});
    assert_eq!(
        board.judgements[1].reason.as_deref(),
        Some("guard fails: 0.1 < pT[control]@0h < 0.2 (here 0.100 < 0.512 < 0.200)")
    );
}

#[test]
fn a_failed_run_makes_its_findings_inconclusive() {
    let bench = bench();
    let settings = RunSettings { max_steps: 1, ..RunSettings::default() };
    let board = bench.check(&findings(&bench), &settings, &|_, _| {});
    let judgement = &board.judgements[0];
    assert_eq!(
        (judgement.verdict, judgement.margin, judgement.value.as_str()),
        (Verdict::Inconclusive, None, "")
    );
    let reason = judgement.reason.as_deref().unwrap();
    assert!(
        reason.starts_with("experiment \"dose\", arm \"azd\", pre-equilibration: 1 steps were not enough"),
        "{reason}"
    );
    assert!(bench.run(&bench.library().experiments()[0], &settings).is_err());
    let parts = bench.margins_with(&findings(&bench), &settings);
    assert_eq!(
        (parts[0].margin(), parts[0].rule.as_slice(), parts[0].guards.len()),
        (None, [None].as_slice(), 2)
    );
    let robustness = bench.robustness(&findings(&bench), &settings, 3, 0.1, 1, &|_, _| {}).unwrap();
    assert_eq!((robustness.median, robustness.failed_runs), (0.0, 6));
}

#[test]
fn an_undefined_value_is_inconclusive_and_says_which() {
    let bench = with_rule("pT[azd]@4h / (pT[azd]@0h - pT[azd]@0h) > 1");
    let board = bench.check(&findings(&bench), &RunSettings::default(), &|_, _| {});
    assert_eq!(board.judgements[1].verdict, Verdict::Inconclusive);
    assert_eq!(board.judgements[1].reason.as_deref(), Some("pT[azd]@4h / (pT[azd]@0h - pT[azd]@0h) is inf"));
}

#[test]
fn margins_are_those_of_the_check() {
    let bench = bench();
    let settings = RunSettings::default();
    let board = bench.check(&findings(&bench), &settings, &|_, _| {});
    let parts = bench.margins_with(&findings(&bench), &settings);
    assert_eq!(parts[0].margin(), board.judgements[0].margin);
    let fast = bench.margins(&findings(&bench), &[("Kd".to_string(), 2.0)]);
    assert!((fast[0].margin().unwrap() - parts[0].margin().unwrap()).abs() < 1e-3);
    let weaker = bench.margins(&findings(&bench), &[("Kd".to_string(), 1e6)]);
    assert!(weaker[0].margin().unwrap() < 0.0);
    assert_eq!(bench.margins(&findings(&bench), &[("nothing".to_string(), 1.0)])[0].margin(), None);
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let bench = bench();
    let on = |threads| {
        let settings = RunSettings { threads: Some(threads), ..RunSettings::default() };
        let board = bench.check(&findings(&bench), &settings, &|_, _| {});
        let robustness = bench.robustness(&findings(&bench), &settings, 16, 0.3, 7, &|_, _| {}).unwrap();
        (board, robustness)
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn robustness_is_reproducible_and_falls_with_noise() {
    let bench = bench();
    let at = |sigma, seed| {
        bench.robustness(&findings(&bench), &RunSettings::default(), 40, sigma, seed, &|_, _| {}).unwrap()
    };
    assert_eq!(at(1.0, 3), at(1.0, 3));
    assert_ne!(at(1.0, 3).shares, at(1.0, 4).shares);
    assert_eq!((at(0.01, 3).median, at(0.01, 3).per_finding[0].1), (1.0, 1.0));
    assert!(at(2.0, 3).per_finding[0].1 < 1.0);
}

#[test]
fn progress_ends_at_the_total() {
    let bench = bench();
    let last = Mutex::new((0, 0));
    bench.check(&findings(&bench), &RunSettings::default(), &|done, total| {
        let mut last = last.lock().unwrap();
        *last = (last.0.max(done), total);
    });
    // One shared rest and two runs.
    assert_eq!(*last.lock().unwrap(), (3, 3));
}

#[test]
fn names_that_the_rules_do_not_have_are_reported() {
    let readouts = "[[readout]]\nid = \"pT\"\nassay = \"western\"\nsignal = \"pTT\"\nunit = \"1\"\n";
    let perturbagens = "[[drug]]\nid = \"d\"\nspecies = \"K(b)\"\n[[gene]]\nid = \"g\"\nmolecules = [\"GG\"]\nparameters = [\"Kd\"]\n";
    let library = library(&[
        ("parameters.tsv", crate::library::tests::PARAMETERS),
        ("readouts.toml", readouts),
        ("perturbagens.toml", perturbagens),
    ]);
    let Err(BenchError::Names(found)) = Bench::new(library.unwrap()) else { panic!("names are missing") };
    let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "perturbagens.toml:2:6: error[PATH0035]: species \"K(b)\" is not held\n  help: seed it as $K(b)",
            "perturbagens.toml:5:6: error[PATH0034]: unknown molecule type \"GG\"\n  help: known: Cell, D, G, K, L, T",
            "readouts.toml:2:6: error[PATH0034]: unknown observable or function \"pTT\"\n  help: did you mean \"pT\"?",
        ]
    );
}

#[test]
fn the_curated_findings_all_get_a_verdict() {
    let bench = Bench::new(crate::Library::embedded().unwrap()).unwrap();
    let board = bench.check(&findings(&bench), &RunSettings::default(), &|_, _| {});
    for judgement in &board.judgements {
        let decided = matches!(judgement.verdict, Verdict::Supported | Verdict::Contradicted);
        assert!(decided, "{}: {:?}", judgement.id, judgement.reason);
        assert_eq!(judgement.verdict == Verdict::Supported, judgement.margin.unwrap() >= 0.0);
    }
    let fast = bench.margins(&findings(&bench), &[]);
    for (judgement, parts) in board.judgements.iter().zip(fast) {
        let difference = judgement.margin.unwrap() - parts.margin().unwrap();
        assert!(difference.abs() < 1e-4, "{}: {difference}", judgement.id);
    }
}

#[test]
fn every_curated_experiment_runs() {
    let bench = Bench::new(crate::Library::embedded().unwrap()).unwrap();
    for experiment in bench.library().experiments() {
        let result = bench.run(experiment, &RunSettings::default()).unwrap();
        for arm in &result.arms {
            for readout in arm.readouts.iter().filter(|r| r.undefined.is_none()) {
                assert_eq!(readout.values.len(), experiment.times_h.len());
                assert!(readout.values.iter().chain(&readout.normalised).all(|v| v.is_finite()));
            }
        }
    }
}
