//! Parameters with other values than the tables give.

use super::*;

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
