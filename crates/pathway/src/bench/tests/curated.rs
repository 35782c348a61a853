//! The library that comes with the program, run and judged.

use super::*;
use crate::Library;

#[test]
fn the_curated_findings_all_get_a_verdict() {
    let bench = Bench::new(Library::embedded().unwrap()).unwrap();
    let board = bench.check(&findings(&bench), &RunSettings::default(), &|_, _| {});
    for judgement in &board.judgements {
        let decided = matches!(judgement.verdict, Verdict::Supported | Verdict::Contradicted);
        assert!(decided, "{}: {:?}", judgement.id, judgement.reason);
        assert_eq!(judgement.verdict == Verdict::Supported, judgement.margin.unwrap() >= 0.0);
    }
    let fast = bench.margins(&findings(&bench), &[]);
    for (judgement, parts) in board.judgements.iter().zip(fast) {
        let difference = judgement.margin.unwrap() - parts.margin().unwrap();
        // Margins are logarithms, and the search runs with tolerances of 1e-4: ten of them.
        assert!(difference.abs() < 1e-3, "{}: {difference}", judgement.id);
    }
}

#[test]
fn every_curated_experiment_runs() {
    let bench = Bench::new(Library::embedded().unwrap()).unwrap();
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
