//! Reading a small library, and what is said about mistakes in it.

use model::{Diagnostic, Severity};

use crate::Library;

const MODEL: &str = r#"
[[module]]
file = "m.bngl"
title = "All"
about = "A kinase, its substrate, a drug and a ligand."

[[seed_at_start]]
species = "Cell(fate~live)"
amount = 1
"#;

const BNGL: &str = "\
begin molecule types
  D(c,b)
  L(r)
  K(b)
  T(p~U~P)
  G()
  Cell(fate~live~dead)
end molecule types
begin seed species
  $D(c,b)  0
  $L(r)  L_medium
  K(b)   K_total
  T(p~U) T_total
  G()    G_level
  Cell(fate~live) 0
  Cell(fate~dead) 0
end seed species
begin functions
  v_G() = k_deg*G_level
  dead_share() = Dead/(Live + Dead + 1e-12)
end functions
begin observables
  Molecules pT T(p~P)
  Molecules T_all T()
  Molecules G_all G()
  Molecules K_all K()
  Molecules D_free D(b)
  Molecules L_free L(r)
  Molecules Live Cell(fate~live)
  Molecules Dead Cell(fate~dead)
end observables
begin reaction rules
  drug_binds: K(b) + D(b) <-> K(b!1).D(b!1) kon, kon*Kd
  K_on_T: K(b) + T(p~U) -> K(b) + T(p~P) k_phos
  L_on_T: L(r) + T(p~U) -> L(r) + T(p~P) k_ligand
  T_off: T(p~P) -> T(p~U) k_dephos
  G_synthesis: 0 -> G() v_G()
  G_degradation: G() -> 0 k_deg
  death: Cell(fate~live) -> Cell(fate~dead) k_death
end reaction rules
";

pub(crate) const PARAMETERS: &str = "\
name\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote
L_medium\t0.5\tnM\t0\t1\tassumed\ttest\t
K_total\t100\tcopies\t1\t1e4\tmeasured\ttest\t
T_total\t1000\tcopies\t1\t1e4\tmeasured\ttest\t
G_level\t50\tcopies\t1\t1e4\tmeasured\ttest\t
kon\t1\t1/(nM*h)\t0.1\t10\ttaken from\ttest\t
Kd\t2\tnM\t1\t4\tmeasured\ttest\t
k_phos\t0.1\t1/(copies*h)\t0.01\t1\tfitted to findings\ttest\t
k_ligand\t1\t1/(nM*h)\t0.1\t10\tassumed\ttest\t
k_dephos\t10\t1/h\t1\t100\tassumed\ttest\t
k_deg\t0.2\t1/h\t0.1\t1\ttaken from\ttest\t
k_death\t0.01\t1/h\t0\t1\tassumed\ttest\t
";

const PERTURBAGENS: &str = r#"
[[drug]]
id = "drug"
label = "the drug"
aliases = ["DRG-1"]
species = "D(b,c)"
molecular_weight = 500.0
max_dose = "1 uM"
parameters = ["Kd"]

[[drug]]
id = "other"
species = "D(c,b)"

[[ligand]]
id = "EGF"
species = "L(r)"
medium = "L_medium"

[[gene]]
id = "KIN"
molecules = ["K"]
parameters = ["K_total"]

[[gene]]
id = "GENE"
molecules = ["G"]
parameters = ["G_level"]
turnover = true

[[mutation]]
id = "T stable"
gene = "KIN"
set = { k_dephos = "0 1/h" }
"#;

const READOUTS: &str = r#"
[[readout]]
id = "pT"
label = "p-T"
assay = "western"
signal = "pT"
per = "T_all"
unit = "fraction of T"
[[readout]]
id = "G"
assay = "protein"
signal = "G_all"
unit = "copies per cell"
display = "as is"
[[readout]]
id = "K"
assay = "protein"
signal = "K_all"
unit = "copies per cell"
display = "as is"
[[readout]]
id = "drug"
assay = "activity"
signal = "D_free"
unit = "nM"
display = "as is"
[[readout]]
id = "ligand"
assay = "activity"
signal = "L_free"
unit = "nM"
display = "as is"
[[readout]]
id = "dead"
assay = "sub-G1"
signal = "dead_share"
unit = "fraction of cells"
display = "percent"
"#;

/// An experiment that reads well; tests change a word of it.
pub(crate) const EXPERIMENT: &str = r#"id = "dose"
title = "A drug"
paper = "p1"
context = "cell"
[sampling]
end = "4 h"
points = 5
[[arm]]
id = "control"
[[arm]]
id = "azd"
perturbations = [{ add = "drug", dose = "10 nM", at = "0 h" }]
[[readout]]
id = "pT"
"#;

/// A finding that reads well.
pub(crate) const FINDING: &str = r#"[[finding]]
id = "F-1"
paper = "p1"
statement = "The drug takes the phosphate off."
provenance = "explicit"
tier = 1
experiment = "dose"
rule = "pT[azd]@4h < 0.8 * pT[azd]@0h"
guards = ["0.1 < pT[control]@0h < 0.9"]
"#;

/// The small library with some files in place of its own, or beside them; an empty text leaves the file out.
pub(crate) fn library(files: &[(&str, &str)]) -> Result<Library, Vec<Diagnostic>> {
    const OWN: [(&str, &str); 13] = [
        ("model.toml", MODEL),
        ("model/m.bngl", BNGL),
        ("parameters.tsv", PARAMETERS),
        (
            "contexts.toml",
            "[[context]]\nid = \"cell\"\naliases = [\"the cell\"]\n[[context]]\nid = \"poor\"\n[[context]]\nid = \"poor2\"\nparent = \"poor\"\n",
        ),
        (
            "contexts.tsv",
            "context\tparameter\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote\npoor\tK_total\t50\tcopies\t1\t100\tmeasured\ttest\t\n",
        ),
        ("perturbagens.toml", PERTURBAGENS),
        ("readouts.toml", READOUTS),
        ("papers.toml", "[[paper]]\nid = \"p1\"\ncitation = \"Someone 2020\"\n"),
        (
            "evidence.tsv",
            "id\tsource\ttarget\teffect\tsign\tsite\tconditions\tdirectness\ttime_scale\tpaper\tsection\tnote\nN-1\tK\tT\tphosphorylates\t+\t\t\tdirect\tmin\tp1\tFig 1\t\n",
        ),
        ("rules.tsv", "rule\tevidence\talternatives\tnote\nK_on_T\tN-1\t\t\n"),
        (
            "not-run.toml",
            "# none yet\n[[finding]]\nid = \"F-9\"\npaper = \"p1\"\nprovenance = \"derived\"\ntier = 2\nstatement = \"Cells eat themselves.\"\nreason = \"no autophagy\"\n",
        ),
        ("experiments/p1/dose.toml", EXPERIMENT),
        ("findings/p1.toml", FINDING),
    ];
    let replaced = |name: &str| files.iter().any(|f| f.0 == name);
    let mut all: Vec<(&str, &str)> = OWN.iter().copied().filter(|f| !replaced(f.0)).collect();
    let others = files.iter().any(|f| f.0 == "readouts.toml" || f.0 == "parameters.tsv");
    all.retain(|f| !(others && f.0.contains("p1")));
    if others {
        all.retain(|f| f.0 != "contexts.tsv" && f.0 != "model.toml");
        all.push(("contexts.tsv", "context\tparameter\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote\n"));
        all.push(("model.toml", "[[module]]\nfile = \"m.bngl\"\ntitle = \"All\"\n"));
    }
    all.extend(files.iter().filter(|f| !f.1.is_empty()));
    let owned: Vec<(String, Vec<u8>)> =
        all.iter().map(|(n, t)| ((*n).to_string(), t.as_bytes().to_vec())).collect();
    Library::from_files(&owned)
}

fn texts(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(ToString::to_string).collect()
}

/// What is said about the experiment with `from` replaced by `to`.
fn check_experiment(from: &str, to: &str, expected: &[&str]) {
    assert!(EXPERIMENT.contains(from), "{from}");
    let mut library = library(&[("findings/p1.toml", ""), ("experiments/p1/dose.toml", "")]).unwrap();
    let found = texts(&library.add_experiment_file("e.toml", &EXPERIMENT.replacen(from, to, 1)).diagnostics);
    assert_eq!(found, expected);
    assert_eq!(library.experiments().is_empty(), expected.iter().any(|e| e.contains("error")));
}

/// What is said about the finding with `from` replaced by `to`.
fn check_finding(from: &str, to: &str, expected: &[&str]) {
    assert!(FINDING.contains(from), "{from}");
    let mut library = library(&[("findings/p1.toml", "")]).unwrap();
    assert_eq!(
        texts(&library.add_findings_file("f.toml", &FINDING.replacen(from, to, 1)).diagnostics),
        expected
    );
    assert_eq!(library.findings().is_empty(), !expected.is_empty());
}

/// What is said about a library with one file replaced.
fn check_library(name: &str, text: &str, expected: &[&str]) {
    let found = library(&[(name, text)]).err().unwrap_or_default();
    assert_eq!(texts(&found), expected);
}

#[test]
fn a_good_library_reads_without_remarks() {
    let library = library(&[]).unwrap();
    assert_eq!(texts(library.remarks()), Vec::<String>::new());
    assert_eq!(library.experiments()[0].times_h, [0.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!(library.agent("drg-1").unwrap().id, "drug");
    assert_eq!(library.not_run()[0].reason, "no autophagy");
    assert_eq!(library.context("poor").unwrap().values[0].value, 50.0);
}

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
fn mistakes_in_rules_are_shown_where_they_are() {
    check_finding("pT[azd]@4h <", "pT[azd]@4h < 3 <", &[]);
    check_finding(
        "pT[azd]@4h <",
        "pT[azd]@4 <",
        &["f.toml:8:17: error[PATH0031]: time 4 has no unit\n  help: write 4h, 4min or 4d"],
    );
    check_finding(
        "pT[azd]@4h",
        "pT[adz]@4h",
        &["f.toml:8:8: error[PATH0024]: unknown arm \"adz\"\n  help: did you mean \"azd\"?"],
    );
    check_finding(
        "pT[azd]@4h",
        "pT[azd]@5h",
        &["f.toml:8:8: error[PATH0028]: 5 h lies outside of experiment \"dose\" (0 h to 4 h)"],
    );
    check_finding(
        "pT[control]",
        "pZ[control]",
        &["f.toml:9:11: error[PATH0020]: unknown read-out \"pZ\"\n  help: did you mean \"pT\"?"],
    );
    check_finding(
        "\"0.1 < pT[control]@0h < 0.9\"",
        "\"1 > 0\", \"0.1 < \"",
        &[
            "f.toml:9:27: error[PATH0031]: expected a value, found the end\n  help: a value is written READOUT[ARM]@TIME, for example pAKT_T308[azd]@8h",
        ],
    );
    check_finding(
        "experiment = \"dose\"",
        "experiments = [\"dose\", \"does\"]",
        &["f.toml:7:24: error[PATH0025]: unknown experiment \"does\"\n  help: did you mean \"dose\"?"],
    );
    check_finding(
        "provenance = \"explicit\"",
        "provenance = \"expliced\"",
        &[
            "f.toml:5:14: error[PATH0014]: unknown provenance \"expliced\"\n  help: did you mean \"explicit\"?",
        ],
    );
}

#[test]
fn several_experiments_need_paths() {
    let mut library = library(&[("findings/p1.toml", "")]).unwrap();
    assert!(
        library
            .add_experiment_file("e", &EXPERIMENT.replace("\"dose\"", "\"two-doses\""))
            .diagnostics
            .is_empty()
    );
    let finding = FINDING.replace("experiment = \"dose\"", "experiments = [\"dose\", \"two-doses\"]");
    let good = finding.replace("pT[", "two-doses/pT[");
    assert_eq!(texts(&library.add_findings_file("f", &good).diagnostics), Vec::<String>::new());
    let bad = finding.replace("F-1", "F-2").replace("pT[c", "dose/pT[c").replacen("pT[", "three/pT[", 1);
    assert_eq!(
        texts(&library.add_findings_file("f", &bad).diagnostics),
        [
            "f:8:8: error[PATH0032]: unknown experiment \"three\"\n  help: known: dose, two-doses",
            "f:8:8: error[PATH0032]: \"pT[azd]\" does not say of which experiment\n  help: write dose/pT[azd]",
        ]
    );
}

#[test]
fn duplicates_are_found_across_files() {
    let mut library = library(&[]).unwrap();
    assert_eq!(library.add_experiment_file("e.toml", EXPERIMENT).ids, ["dose"]);
    assert_eq!(
        texts(&library.add_experiment_file("again.toml", EXPERIMENT).diagnostics),
        [
            "again.toml:1:6: error[PATH0008]: experiment \"dose\" is defined twice\n  help: the other one is at e.toml:1:6"
        ]
    );
    assert_eq!(library.add_findings_file("f.toml", FINDING).diagnostics.len(), 0);
    assert_eq!(library.add_findings_file("g.toml", FINDING).diagnostics.len(), 1);
    check_library(
        "papers.toml",
        "[[paper]]\nid = \"p1\"\ncitation = \"a\"\n[[paper]]\nid = \"p1\"\ncitation = \"b\"\n",
        &[
            "papers.toml:5:6: error[PATH0008]: paper \"p1\" is defined twice\n  help: the other one is at papers.toml:2:6",
        ],
    );
}

#[test]
fn empty_files_and_junk_are_reported() {
    let mut library = library(&[]).unwrap();
    assert_eq!(
        texts(&library.add_experiment_file("e", " \n# a\n").diagnostics),
        ["e:1:1: error[PATH0004]: the file says nothing"]
    );
    assert_eq!(
        texts(&library.add_findings_file("f", "").diagnostics),
        ["f:1:1: error[PATH0004]: the file says nothing"]
    );
    let junk = library.add_experiment_file("e", "\u{1}{{ [ = \n]]").diagnostics;
    assert!(junk.iter().all(|d| d.severity == Severity::Error && d.location.is_some()) && !junk.is_empty());
}

#[test]
fn tables_are_checked() {
    check_library("not-run.toml", "", &["not-run.toml:1:1: error[PATH0001]: the file is missing"]);
    check_library(
        "model/m.bngl",
        "",
        &["model/m.bngl:1:1: error[PATH0001]: the file is missing\n  help: model.toml lists it as a module"],
    );
    check_library(
        "rules.tsv",
        "rule\tevidense\talternatives\tnote\n",
        &["rules.tsv:1:1: error[PATH0010]: unknown column \"evidense\"\n  help: did you mean \"evidence\"?"],
    );
    check_library(
        "rules.tsv",
        "rule\tevidence\talternatives\tnote\nK_on_T\tN-2\t\t\nx\n",
        &[
            "rules.tsv:2:8: error[PATH0033]: unknown evidence \"N-2\"\n  help: did you mean \"N-1\"?",
            "rules.tsv:3:1: error[PATH0011]: the row has 1 fields, the header 4\n  help: separate fields by one tab each",
        ],
    );
    let values =
        |row: &str| format!("context\tparameter\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote\n{row}\n");
    check_library(
        "contexts.tsv",
        &values("poor\tK_totl\t5\tcopy\t6\tx\tguessed\t\t"),
        &["contexts.tsv:2:22: error[PATH0012]: \"x\" in column high is not a finite number"],
    );
    check_library(
        "contexts.tsv",
        &values("poor\tK_totl\t5\tcopies\t6\t7\tguessed\t\t"),
        &[
            "contexts.tsv:2:13: error[PATH0015]: K_totl = 5 lies outside of its range 6 to 7",
            "contexts.tsv:2:26: error[PATH0014]: unknown way to obtain a number \"guessed\"\n  help: known: measured, taken from, fitted to findings, assumed",
            "contexts.tsv:2:34: error[PATH0016]: K_totl has no source",
        ],
    );
    check_library(
        "contexts.tsv",
        &values(
            "rich\tK_totl\t5\tcopies/h\t5\t7\tassumed\ttest\t\nrich\tK_total\t5\t1/h\t5\t7\tassumed\ttest\t",
        ),
        &[
            "contexts.tsv:2:1: error[PATH0018]: unknown cell \"rich\"\n  help: known: cell, poor, poor2",
            "contexts.tsv:2:6: error[PATH0017]: unknown parameter \"K_totl\"\n  help: did you mean \"K_total\"?",
            "contexts.tsv:3:1: error[PATH0018]: unknown cell \"rich\"\n  help: known: cell, poor, poor2",
            "contexts.tsv:3:16: error[PATH0013]: K_total is given in 1/h, in parameters.tsv in copies",
        ],
    );
}

#[test]
fn mutations_set_parameters_in_their_unit() {
    let with = |set: &str| PERTURBAGENS.replace("0 1/h", set);
    let unit = "perturbagens.toml:34:20: error[PATH0013]: \"0 1/nM\" is in 1/nM, k_dephos in 1/h";
    check_library("perturbagens.toml", &with("0 1/nM"), &[unit]);
    check_library(
        "perturbagens.toml",
        &with("0"),
        &[
            "perturbagens.toml:34:20: error[PATH0026]: \"0\" is no number with a unit\n  help: write a number and the unit of the parameter, for example \"1 1/h\"",
        ],
    );
}

#[test]
fn files_that_nothing_reads_are_mentioned() {
    let library = library(&[("model/extra.bngl", "x"), ("notes.md", "x")]).unwrap();
    assert_eq!(
        texts(library.remarks()),
        ["model/extra.bngl:1:1: warning[PATH0009]: nothing reads this file\n  help: list it in model.toml"]
    );
}

#[test]
fn the_embedded_library_reads() {
    let library = Library::embedded().unwrap_or_else(|d| panic!("{}", texts(&d).join("\n")));
    assert!(library.findings().len() >= 50 && library.experiments().len() >= 10);
    library.rule_model().unwrap_or_else(|d| panic!("{}", texts(&d).join("\n")));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "[ -~\n]{0,200}", cut in 0usize..300) {
        let mut library = library(&[]).unwrap();
        let _ = library.add_experiment_file("e", &text);
        let _ = library.add_findings_file("f", &text);
        let _ = library.add_experiment_file("e", EXPERIMENT.get(..cut).unwrap_or_default());
        let _ = library.add_findings_file("f", FINDING.get(cut..).unwrap_or_default());
    }
}

#[test]
fn a_file_of_the_user_takes_the_place_of_what_is_built_in() {
    let mut library = library(&[]).unwrap();
    let built_in = library.experiments().len();
    let own = library.add_experiment_file("mine.toml", &EXPERIMENT.replacen("A drug", "My drug", 1));
    assert_eq!(own.ids, ["dose"], "{own:?}");
    assert_eq!(library.experiments().len(), built_in);
    assert_eq!(library.experiment("dose").unwrap().title, "My drug");
    let twice = library.add_experiment_file("twice.toml", EXPERIMENT);
    assert!(twice.ids.is_empty() && twice.diagnostics.len() == 1, "{twice:?}");
}

#[test]
fn a_cell_has_the_values_of_its_parent() {
    let with_parent = library(&[]).unwrap();
    let lineage: Vec<&str> = with_parent.lineage("poor2").iter().map(|c| c.id.as_str()).collect();
    assert_eq!(lineage, ["poor2", "poor"]);
    let orphan = "[[context]]\nid = \"cell\"\nparent = \"por\"\n[[context]]\nid = \"poor\"\n";
    let errors = library(&[("contexts.toml", orphan)]).unwrap_err();
    assert!(errors.iter().any(|e| e.message == "unknown cell \"por\""), "{errors:?}");
}
