//! The lint on small models.

use super::lint;
use crate::Library;

/// A library with these parameters and this module, and nothing else.
fn library(parameters: &str, bngl: &str, rules: &str) -> Library {
    let rows: String = parameters
        .lines()
        .map(|l| {
            let fields: Vec<&str> = l.split(' ').collect();
            format!("{}\t{}\t{}\t0\t1e9\tassumed\ttest\t\n", fields[0], fields[1], fields[2])
        })
        .collect();
    crate::library::tests::library(&[
        ("parameters.tsv", &format!("name\tvalue\tunit\tlow\thigh\tobtained\tsource\tnote\n{rows}")),
        ("model/m.bngl", bngl),
        ("rules.tsv", &format!("rule\tevidence\talternatives\tnote\n{rules}")),
        ("perturbagens.toml", "# nothing\n[[drug]]\nid = \"D\"\nspecies = \"D(b)\"\n"),
        (
            "readouts.toml",
            "[[readout]]\nid = \"A\"\nassay = \"western\"\nsignal = \"A\"\nunit = \"copies\"\n",
        ),
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
fn the_curated_model_has_no_errors() {
    let library = Library::embedded().unwrap();
    let found = lint(&library, &library.rule_model().unwrap());
    let errors: Vec<String> =
        found.iter().filter(|d| d.severity == model::Severity::Error).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
