//! Experiments with a dose axis.

use super::{RunSettings, bench};

const TEXT: &str = r#"
id = "e"
title = "E"
context = "cell"
[sampling]
end = "4 h"
points = 5
[[arm]]
id = "control"
[[arm]]
id = "single"
perturbations = [{ set = "drug", dose = "10 nM", at = "1 h" }]
[[doses]]
agent = "drug"
from = "1 nM"
to = "100 nM"
points = 3
at = "1 h"
arms = ["control"]
[replicates]
n = 4
cv = "10 %"
seed = 7
[[readout]]
id = "pT"
"#;

#[test]
fn a_point_of_a_curve_is_the_arm_with_that_dose() {
    let mut bench = bench();
    assert_eq!(bench.add_experiment_file("e.toml", TEXT).diagnostics, []);
    let experiment = bench.library().experiment("e").unwrap();
    let settings = RunSettings::default();
    let response = bench.dose_response(experiment, &settings).unwrap();
    let curve = &response.curves[0];
    assert_eq!((response.curves.len(), curve.exposure_h), (1, 3.0));
    assert_eq!((curve.doses_nm.as_slice(), curve.dose_texts[1].as_str()), (&[1.0, 10.0, 100.0][..], "10 nM"));
    let arms = bench.run(experiment, &settings).unwrap().arms;
    let readout = &curve.readouts[0];
    // The same run: the same bits.
    assert_eq!(readout.values[1], arms[1].readouts[0].values[4]);
    assert_eq!(readout.control, arms[0].readouts[0].values[4]);
    assert_eq!(readout.start, arms[0].readouts[0].values[1]);
    let wells = readout.wells.as_ref().unwrap();
    assert_eq!((wells.relative.len(), wells.relative[0].len(), wells.gr.is_none()), (3, 4, true));
    assert_eq!(bench.dose_response(experiment, &settings).unwrap(), response);
}

#[test]
fn what_is_no_dose_axis_is_an_error() {
    for (old, new, expected) in [
        ("agent = \"drug\"", "agent = \"drgu\"", "unknown drug or ligand \"drgu\""),
        ("points = 3", "points = 1", "a range rises from above 0 in 2 to 200 points"),
        ("from = \"1 nM\"", "from = \"200 nM\"", "a range rises from above 0 in 2 to 200 points"),
        ("from = \"1 nM\"", "values = [\"1 nM\"]\nfrom = \"1 nM\"", "doses are a list or a range"),
        ("at = \"1 h\"\narms", "at = \"4 h\"\narms", "4 h lies outside of the experiment (0 h to 4 h)"),
        ("arms = [\"control\"]", "arms = [\"contrl\"]", "unknown arm \"contrl\""),
        ("cv = \"10 %\"", "cv = \"200 %\"", "1 to 1000 replicates"),
    ] {
        let diagnostics = bench().add_experiment_file("e.toml", &TEXT.replace(old, new)).diagnostics;
        assert!(diagnostics.iter().any(|d| d.message.contains(expected)), "{new}: {diagnostics:?}");
    }
    let falling =
        TEXT.replace("from = \"1 nM\"\nto = \"100 nM\"\npoints = 3", "values = [\"5 nM\", \"2 nM\"]");
    let diagnostics = bench().add_experiment_file("e.toml", &falling).diagnostics;
    assert!(diagnostics.iter().any(|d| d.message == "doses rise, from above 0"), "{diagnostics:?}");
}
