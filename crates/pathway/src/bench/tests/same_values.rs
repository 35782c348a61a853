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
        let result = bench.run(bench.library().experiment("dose").unwrap(), &settings).unwrap();
        (board, robustness, result)
    };
    assert_eq!(on(1), on(2));
    assert_eq!(on(1), on(3));
}

#[test]
fn sampling_does_not_change_values() {
    let arm = r#"{ add = "drug", dose = "2 nM", at = "0 h" }, { remove = "drug", at = "90 min" }"#;
    let coarse = values(&run(&with_arm(arm, TIMES, "")), "pT");
    let times: Vec<String> = (0..=60).map(|i| format!("\"{} min\"", 3 * i)).collect();
    let fine = values(&run(&with_arm(arm, &times.join(", "), "")), "pT");
    assert_eq!(coarse, [0, 20, 40, 60].map(|i| fine[i]), "bit for bit");
}

#[test]
fn a_value_of_a_finding_does_not_depend_on_what_else_it_asks_for() {
    let value = |rule: &str| {
        let bench = with_rule(rule);
        bench.check(&findings(&bench)[1..], &RunSettings::default(), &|_, _| {}).judgements[0].margin.unwrap()
    };
    let alone = value("pT[azd]@2h < 0.9");
    assert_eq!(value("pT[azd]@2h < 0.9 and max(pT[azd]@0h..4h) < 9"), alone);
    let bench = with_rule("pT[azd]@2h < 0.9");
    let together = bench.check(&findings(&bench), &RunSettings::default(), &|_, _| {});
    assert_eq!(together.judgements[1].margin, Some(alone));
}
