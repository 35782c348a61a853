//! Findings under noise.

use super::*;

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
fn the_order_of_findings_does_not_matter() {
    let bench = with_rule("pT[azd]@2h < 0.6 * pT[azd]@0h");
    let of = |findings: &[&Finding]| {
        let found = bench.robustness(findings, &RunSettings::default(), 24, 0.5, 7, &|_, _| {}).unwrap();
        let mut per_finding = found.per_finding;
        per_finding.sort_by(|a, b| a.0.cmp(&b.0));
        (found.shares, per_finding)
    };
    let forward = findings(&bench);
    let backward: Vec<&Finding> = forward.iter().rev().copied().collect();
    assert_eq!(of(&forward), of(&backward));
    let alone = of(&forward[1..]);
    assert_eq!(alone.1, of(&forward).1[1..], "a finding is judged alike with and without others");
    assert!(alone.1[0].1 > 0.0 && alone.1[0].1 < 1.0, "{alone:?}");
}

#[test]
fn margins_under_noise_are_those_of_the_robustness() {
    let bench = with_rule("pT[azd]@2h < 0.6 * pT[azd]@0h");
    let settings = RunSettings { threads: Some(2), ..RunSettings::default() };
    let margins = bench.margins_under_noise(&findings(&bench), &settings, 24, 0.5, 7).unwrap();
    let robustness = bench.robustness(&findings(&bench), &settings, 24, 0.5, 7, &|_, _| {}).unwrap();
    for (draw, share) in margins.iter().zip(&robustness.shares) {
        let all: Vec<f64> = draw.iter().map(|parts| parts.margin().unwrap()).collect();
        assert!(all.iter().all(|m| m.is_finite()));
        assert_eq!(all.iter().filter(|m| **m >= 0.0).count() as f64 / all.len() as f64, *share);
    }
    assert_eq!((margins.len(), robustness.shares.len()), (24, 24));
    let quiet = bench.margins_under_noise(&findings(&bench), &settings, 1, 0.0, 7).unwrap();
    assert_eq!(quiet[0], bench.margins_with(&findings(&bench), &settings));
}

#[test]
fn a_run_that_fails_under_noise_has_no_margin() {
    let bench = bench();
    let settings = RunSettings { max_steps: 1, ..RunSettings::default() };
    let margins = bench.margins_under_noise(&findings(&bench), &settings, 2, 0.1, 1).unwrap();
    assert!(margins.iter().flatten().all(|parts| parts.margin().is_none()));
    let settings = RunSettings { overrides: vec![("nobody:Kd".to_string(), 1.0)], ..RunSettings::default() };
    let error = bench.margins_under_noise(&findings(&bench), &settings, 2, 0.1, 1).unwrap_err();
    assert!(error.to_string().starts_with("override \"nobody:Kd\""), "{error}");
}
