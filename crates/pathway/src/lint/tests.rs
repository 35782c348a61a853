//! The lint on small models.

use super::lint;
use crate::{Bench, Library};

/// A library with these parameters and this module, and little else.
fn library(parameters: &str, bngl: &str, rules: &str) -> Library {
    let rows: String = parameters
        .lines()
        .map(|l| {
            let fields: Vec<&str> = l.split(' ').collect();
            format!("{}\t{}\t{}\t0\t1e9\tassumed\ttest\t\n", fields[0], fields[1], fields[2])
        })
        .collect();
    let readout = "[[readout]]\nid = \"A\"\nassay = \"western\"\nsignal = \"A\"\nunit = \"copies\"\n";
    crate::library::tests::library(&[
        ("parameters.tsv", &format!("name\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote\n{rows}")),
        ("model/m.bngl", bngl),
        ("rules.tsv", &format!("rule\tevidence\talternatives\tnote\n{rules}")),
        ("perturbagens.toml", "[[drug]]\nid = \"D\"\nspecies = \"D(b)\"\nsources = [\"test\"]\n"),
        ("contexts.toml", "[[context]]\nid = \"cell\"\nsources = [\"test\"]\n"),
        ("readouts.toml", readout),
    ])
    .unwrap()
}

fn check(parameters: &str, rules: &str, expected: &[&str]) {
    let bngl = format!(
        "begin molecule types\nA(b,s~U~P)\nB(a)\nD(b)\nend molecule types\n\
         begin seed species\nA(b,s~U) A0\nB(a) A0\n$D(b) 0\nend seed species\n\
         begin functions\nf() = A/A0\ng() = A + k\nend functions\n\
         begin observables\nMolecules A A()\nend observables\n\
         begin reaction rules\n{rules}\nend reaction rules\n"
    );
    let names = rules.lines().filter_map(|l| l.split_once(':')).map(|(n, _)| format!("{n}\t\t\tknown\n"));
    let library = library(parameters, &bngl, &names.collect::<String>());
    let found: Vec<String> =
        lint(&library, &library.rule_model().unwrap()).iter().map(|d| d.message.clone()).collect();
    assert_eq!(found, expected);
}

const G: &str = "function \"g\": A is in copies and k in 1/h";

#[test]
fn rates_with_fitting_units_pass() {
    check(
        "A0 100 copies\nk 1 1/h\nk2 1 1/(copies*h)\nkon 1 1/(nM*h)\nKd 1 nM\nks 1 copies/h",
        "on: A(b) + D(b) <-> A(b!1).D(b!1) kon, kon*Kd\n\
         kinase: B(a) + A(s~U) -> B(a) + A(s~P) k2*f()\n\
         off: A(s~P) -> A(s~U) k\n\
         B_synthesis: 0 -> B(a) ks",
        &[G],
    );
}

#[test]
fn wrong_units_unused_numbers_and_lost_molecules_are_found() {
    check(
        "A0 100 copies\nk 1 1/h\nkon 1 1/(nM*h)\nspare 1 1",
        "on: A(b) + D(b) <-> A(b!1).D(b!1) kon, kon\n\
         kinase: B(a) + A(s~U) -> B(a) + A(s~P) k\n\
         off: A(s~P) -> A(s~U) 0.37*k\n\
         gone: B(a) -> 0 k",
        &[
            G,
            "rule \"on\": kon is in 1/(nM*h), the rule needs 1/h",
            "rule \"kinase\": k is in 1/h, the rule needs 1/(copies*h)",
            "the number 0.37 stands in rule \"off\"",
            "rule \"gone\" removes 1 B",
            "parameter \"spare\" is not used",
        ],
    );
}

#[test]
fn each_rate_law_needs_its_units() {
    let parameters = "A0 100 copies\nk 1 1/h\nk0 1 copies/h\nKA 1 copies\nKm 1 nM\nn 2 1";
    check(
        parameters,
        "mm: A(s~U) + B(a) -> A(s~P) + B(a) MM(k,KA)\n\
         sat: A(s~P) -> A(s~U) Sat(k0,KA)\n\
         hill: A(s~P) -> A(s~U) Hill(k0,KA,n)\n\
         total: A(s~P) -> A(s~U) k0 TotalRate",
        &[G, "parameter \"Km\" is not used"],
    );
    check(
        parameters,
        "mm: A(s~U) + B(a) -> A(s~P) + B(a) MM(k0,KA)\n\
         sat: A(s~P) -> A(s~U) Sat(k0,Km)\n\
         hill: A(s~P) -> A(s~U) Hill(k0,KA,k)\n\
         total: A(s~P) -> A(s~U) n*k TotalRate",
        &[
            G,
            "rule \"mm\": k0 is in copies/h, the rule needs 1/h",
            "rule \"sat\": Km is in nM, the rule needs copies",
            "rule \"hill\": k is in 1/h, the rule needs 1",
            "rule \"total\": (n*k) is in 1/h, the rule needs copies/h",
        ],
    );
}

/// A model in which every mistake that the lint knows is made once.
const BROKEN: &str = "\
begin molecule types
A(s~U~P)
D(b)
end molecule types
begin seed species
A(s~U) A0
$D(b) 0
A(s~P) k
end seed species
begin functions
f() = 1 + exp(A)
end functions
begin observables
Molecules A A()
Molecules both A() D()
end observables
begin reaction rules
off: A(s~P) -> A(s~U) A0
on: A(s~U) -> A(s~P) 0.37*k
twice: A(s~P) -> A(s~P) + A(s~U) k
bare: A(s~U) -> A(s~P) k
odd: A(s~U) -> A(s~P) k
end reaction rules
";

#[test]
fn every_code_of_the_lint_is_found_where_it_is() {
    let library = crate::library::tests::library(&[
        (
            "parameters.tsv",
            "name\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote\nA0\t9\tcopies\t1\t10\tassumed\ttest\t\n\
             k\t1\t1/h\t0\t9\tassumed\ttest\t\nspare\t1\t1\t0\t9\tassumed\ttest\t\n",
        ),
        ("model/m.bngl", BROKEN),
        (
            "rules.tsv",
            "rule\tevidence\talternatives\tnote\non\tN-1\t\t\noff\t\t\tturnover\ntwice\tN-1\t\t\nodd\t\t\t\n\
             ofg\tN-1\t\t\n",
        ),
        ("perturbagens.toml", "[[drug]]\nid = \"D\"\nspecies = \"D(b)\"\n"),
        ("contexts.toml", "[[context]]\nid = \"cell\"\nsources = [\"test\"]\n"),
        ("readouts.toml", "[[readout]]\nid = \"A\"\nassay = \"western\"\nsignal = \"A\"\nunit = \"1\"\n"),
    ])
    .unwrap();
    let found: Vec<String> = lint(&library, &library.rule_model().unwrap())
        .iter()
        .map(|d| d.to_string().lines().next().unwrap_or_default().to_string())
        .collect();
    assert_eq!(
        found,
        [
            "model/m.bngl:8:1: warning[PATH0052]: seed species A(s~P): k is in 1/h, copies or a pure number is needed",
            "model/m.bngl:11:1: warning[PATH0052]: function \"f\": A is in copies, a pure number is needed",
            "model/m.bngl:15:1: warning[PATH0052]: observable \"both\" counts copies and nM together",
            "model/m.bngl:18:1: warning[PATH0051]: rule \"off\": A0 is in copies, the rule needs 1/h",
            "model/m.bngl:19:1: warning[PATH0056]: the number 0.37 stands in rule \"on\"",
            "model/m.bngl:20:1: warning[PATH0053]: rule \"twice\" makes 1 A",
            "model/m.bngl:21:1: warning[PATH0054]: rule \"bare\" has no row in rules.tsv",
            "parameters.tsv:4:1: warning[PATH0050]: parameter \"spare\" is not used",
            "perturbagens.toml:2:6: warning[PATH0016]: drug or ligand \"D\" has no source",
            "rules.tsv:5:1: warning[PATH0054]: rule \"odd\" has neither evidence nor a note",
            "rules.tsv:6:1: error[PATH0055]: the model has no rule \"ofg\"",
        ]
    );
}

#[test]
fn a_number_without_a_source_is_not_read() {
    let text = crate::library::tests::PARAMETERS.replacen("\ttest\t", "\t\t", 1);
    let found = crate::library::tests::library(&[("parameters.tsv", &text)]).unwrap_err();
    let about_it = "parameters.tsv:2:29: error[PATH0016]: L_medium has no source";
    assert!(found.iter().any(|d| d.to_string() == about_it), "{found:?}");
}

#[test]
fn the_curated_model_gives_no_cause_for_remarks() {
    let bench = Bench::new(Library::embedded().unwrap()).unwrap();
    let found: Vec<String> = bench.lint().iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
