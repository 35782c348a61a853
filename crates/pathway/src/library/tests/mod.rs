//! Reading a small library, and what is said about mistakes in it.

mod any_bytes;
mod embedded;
mod experiments;
mod files;
mod findings;
mod user_files;

use model::Diagnostic;

use crate::Library;

const MODEL: &str = r#"
[[module]]
file = "m.bngl"
title = "All"
about = "A kinase, its substrate, a drug and a ligand."

[[seed_at_start]]
species = "Cell(fate~live)"
amount = 1

[[radiation]]
species = "G()"
per_gray = "G_level"
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
