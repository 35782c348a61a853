//! What is said about experiments.

use super::{EXPERIMENT, check_experiment, check_finding, library};

#[test]
fn a_good_experiment_has_no_remarks() {
    check_experiment("A drug", "A drug!", &[]);
    check_finding("0.8", "0.7", &[]);
}

#[test]
fn unknown_names_come_with_the_closest_one() {
    check_experiment(
        "add = \"drug\"",
        "add = \"drgu\"",
        &["e.toml:12:26: error[PATH0021]: unknown drug or ligand \"drgu\"\n  help: did you mean \"drug\"?"],
    );
    check_experiment(
        "context = \"cell\"",
        "context = \"HeLa\"",
        &["e.toml:4:11: error[PATH0018]: unknown cell \"HeLa\"\n  help: known: cell, the cell, poor, poor2"],
    );
    check_experiment(
        "id = \"pT\"",
        "id = \"pT2\"",
        &["e.toml:14:6: error[PATH0020]: unknown read-out \"pT2\"\n  help: did you mean \"pT\"?"],
    );
    check_experiment(
        "id = \"pT\"",
        "id = \"pT\"\nnormalise = \"contrl\"",
        &["e.toml:15:13: error[PATH0024]: unknown arm \"contrl\"\n  help: did you mean \"control\"?"],
    );
    check_experiment(
        "add = \"drug\", dose = \"10 nM\", at = \"0 h\"",
        "knock_out = \"KINN\"",
        &["e.toml:12:32: error[PATH0022]: unknown gene \"KINN\"\n  help: did you mean \"KIN\"?"],
    );
}

#[test]
fn quantities_need_their_units() {
    check_experiment(
        "\"10 nM\"",
        "\"10\"",
        &["e.toml:12:41: error[PATH0026]: \"10\" has no unit\n  help: add the unit, for example \"10 nM\""],
    );
    check_experiment(
        "\"10 nM\"",
        "10",
        &[
            "e.toml:12:41: error[PATH0026]: \"dose\" needs a unit\n  help: write it as a text with its unit: dose = \"10 nM\"",
        ],
    );
    check_experiment(
        "\"10 nM\"",
        "\"10 h\"",
        &[
            "e.toml:12:41: error[PATH0026]: \"10 h\" is a time, a concentration is needed here (one of: pM, nM, uM, mM, M)",
        ],
    );
    check_experiment(
        "\"10 nM\"",
        "\"-1 nM\"",
        &["e.toml:12:41: error[PATH0027]: \"-1 nM\" is negative\n  help: take a drug away with remove"],
    );
    check_experiment(
        "add = \"drug\", dose = \"10 nM\"",
        "add = \"other\", dose = \"10 ng/ml\"",
        &[
            "e.toml:12:42: error[PATH0027]: \"10 ng/ml\" cannot be converted: the molecular weight of other is not known\n  help: give the dose in nM",
        ],
    );
    check_experiment(
        "\"10 nM\"",
        "\"2 uM\"",
        &[
            "e.toml:12:41: warning[PATH0036]: 2 uM of the drug is above the highest sensible dose (1000 nM)\n  help: the model knows only the targets that are listed for the drug",
        ],
    );
}

#[test]
fn mass_concentrations_are_converted_with_the_molecular_weight() {
    let mut library = library(&[("findings/p1.toml", ""), ("experiments/p1/dose.toml", "")]).unwrap();
    assert!(library.add_experiment_file("e", &EXPERIMENT.replace("10 nM", "5 ng/ml")).diagnostics.is_empty());
    let crate::experiment::Action::Add { dose, .. } =
        &library.experiments()[0].arms[1].perturbations[0].action
    else {
        panic!("an addition");
    };
    assert!((dose.nanomolar - 10.0).abs() < 1e-12);
}

#[test]
fn times_lie_inside_the_experiment() {
    check_experiment(
        "at = \"0 h\"",
        "at = \"-1 h\"",
        &[
            "e.toml:12:55: error[PATH0028]: -1 h lies outside of the experiment (0 h to 4 h)\n  help: for something done before t = 0 give [pre_equilibration] a lead_in, for example \"24 h\"",
        ],
    );
    check_experiment("[sampling]", "[pre_equilibration]\nlead_in = \"2 h\"\n[sampling]", &[]);
    check_experiment(
        "at = \"0 h\"",
        "at = \"300 min\"",
        &[
            "e.toml:12:55: error[PATH0028]: 5 h lies outside of the experiment (0 h to 4 h)\n  help: sample longer, or act earlier",
        ],
    );
    check_experiment(
        ", at = \"0 h\"",
        "",
        &[
            "e.toml:12:26: error[PATH0006]: \"add\" needs a time\n  help: write at = \"0 h\"; with set and no time something is there from before the start",
        ],
    );
    check_experiment(
        "points = 5",
        "points = 1",
        &["e.toml:7:10: error[PATH0030]: 1 points: give an end and 2 to 20000 points"],
    );
}

#[test]
fn keys_and_verbs_are_checked() {
    check_experiment(
        "points",
        "point",
        &[
            "e.toml:6:7: error[PATH0030]: an end without points or times\n  help: write points = 97",
            "e.toml:7:1: error[PATH0005]: unknown key \"point\"\n  help: did you mean \"points\"?",
        ],
    );
    check_experiment(
        "add = \"drug\"",
        "ad = \"drug\"",
        &["e.toml:12:20: error[PATH0005]: unknown perturbation \"ad\"\n  help: did you mean \"add\"?"],
    );
    check_experiment(
        "add = \"drug\"",
        "add = \"drug\", remove = \"drug\"",
        &[
            "e.toml:12:18: error[PATH0029]: \"add\" and \"remove\" in one perturbation\n  help: write two perturbations",
        ],
    );
    check_experiment(
        "add = \"drug\", dose = \"10 nM\", at = \"0 h\"",
        "mutate = \"T stable\", at = \"0 h\"",
        &["e.toml:12:46: error[PATH0037]: a mutation has no time\n  help: remove \"at\""],
    );
    check_experiment(
        "id = \"azd\"",
        "id = \"control\"",
        &["e.toml:11:6: error[PATH0008]: arm \"control\" is defined twice"],
    );
    check_experiment(
        "title = \"A drug\"",
        "title = 3",
        &["e.toml:2:9: error[PATH0007]: \"title\" is a text in quotes, not of type integer"],
    );
}

#[test]
fn numbers_beyond_all_bounds_are_refused() {
    check_experiment("10 nM", "1e308 M", &["e.toml:12:41: error[PATH0027]: \"1e308 M\" is too large"]);
    check_experiment("4 h", "1e308 d", &["e.toml:6:7: error[PATH0026]: \"1e308 d\" is too large"]);
    check_experiment(
        "at = \"0 h\"",
        "at = \"1e308 week\"",
        &["e.toml:12:55: error[PATH0026]: \"1e308 week\" is too large"],
    );
}
