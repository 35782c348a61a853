//! What is done to cells has the effect that a closed form says.

use super::*;

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
fn radiation_makes_its_species_by_the_gray() {
    // G decays with 0.2/h towards 50, and a gray makes 50.
    let left = |t: f64| 50.0 + 100.0 * (-0.2 * t).exp();
    check(r#"{ irradiate = "2 Gy", at = "1 h" }"#, TIMES, "G", &[50.0, 50.0, left(1.0), left(2.0)]);
    let fractions = r#"{ irradiate = "1 Gy", at = "0 h", every = "1 h", times = 2 }"#;
    let of_a_gray = |t: f64| 50.0 * (-0.2 * t).exp();
    let both = |t: f64| 50.0 + of_a_gray(t) + of_a_gray(t - 1.0);
    check(fractions, TIMES, "G", &[50.0, 50.0 + of_a_gray(1.0), both(2.0), both(3.0)]);
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
fn over_expression_takes_effect_before_the_start_or_at_its_onset() {
    check(r#"{ over_express = "KIN", fold = "3 x" }"#, TIMES, "K", &[300.0; 4]);
    let onset = r#"{ over_express = "KIN", fold = "300 %", at = "1 h" }"#;
    check(onset, TIMES, "K", &[100.0, 100.0, 300.0, 300.0]);
    let made = |t: f64| 50.0 * (4.0 - 3.0 * (-0.2 * t).exp());
    let onset = r#"{ over_express = "GENE", fold = "4 x", at = "1 h" }"#;
    check(onset, TIMES, "G", &[50.0, 50.0, made(1.0), made(2.0)]);
}

#[test]
fn a_knock_out_at_its_onset_takes_everything_or_stops_synthesis() {
    check(r#"{ knock_out = "KIN", at = "1 h" }"#, TIMES, "K", &[100.0, 100.0, 0.0, 0.0]);
    let left = |t: f64| 50.0 * (-0.2 * t).exp();
    check(r#"{ knock_out = "GENE", at = "1 h" }"#, TIMES, "G", &[50.0, 50.0, left(1.0), left(2.0)]);
}

#[test]
fn what_happens_at_one_time_happens_in_the_order_written() {
    let set_last =
        r#"{ add = "drug", dose = "10 nM", at = "1 h" }, { set = "drug", dose = "3 nM", at = "60 min" }"#;
    check(set_last, TIMES, "drug", &[0.0, 0.0, 3.0, 3.0]);
    let add_last =
        r#"{ set = "drug", dose = "3 nM", at = "1 h" }, { add = "drug", dose = "10 nM", at = "60 min" }"#;
    check(add_last, TIMES, "drug", &[0.0, 0.0, 13.0, 13.0]);
}

#[test]
fn after_a_wash_out_cells_come_back_to_where_they_were() {
    let arm = r#"{ add = "drug", dose = "20 nM", at = "0 h" }, { remove = "drug", at = "10 h" }"#;
    let bench = with_arm(arm, "\"0 h\", \"10 h\", \"40 h\"", "");
    let phosphate = values(&run(&bench), "pT");
    assert!(phosphate[1] < 0.5 * phosphate[0], "{phosphate:?}");
    assert!((phosphate[2] / phosphate[0] - 1.0).abs() < 1e-4, "{phosphate:?}");
}
