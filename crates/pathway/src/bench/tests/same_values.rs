//! What must not change a value: threads, sharing, sampling, order.

use super::*;

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
