//! Verdicts, their reasons and margins.

use super::*;

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
fn an_experiment_that_a_user_made_shorter_leaves_only_later_findings_open() {
    let mut bench = with_rule("pT[azd]@2h < pT[azd]@0h");
    let shorter = crate::library::tests::EXPERIMENT.replacen("4 h", "2 h", 1).replacen("0 h", "1 h", 1);
    assert_eq!(bench.add_experiment_file("e.toml", &shorter).ids, ["dose"]);
    let board = bench.check(&findings(&bench), &RunSettings::default(), &|_, _| {});
    let verdicts: Vec<_> = board.judgements.iter().map(|j| (j.verdict, j.reason.as_deref())).collect();
    let late = Some("[azd] 4 h lies outside of the run");
    assert_eq!(verdicts, [(Verdict::Inconclusive, late), (Verdict::Supported, None)]);
}
