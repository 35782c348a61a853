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
