//! Tests of the reader and the writer of Antimony.

use model::reaction_system::{InitialQuantity, Rule, Stoichiometry};
use model::{Expr, ReactionSystem};
use proptest::prelude::*;

use super::{parse, write};
use crate::Source;

fn read(text: &str) -> ReactionSystem {
    let parsed = parse(Source::new("m.ant", text), &|_| None);
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    parsed.value
}

fn error(text: &str) -> String {
    let parsed = parse(Source::new("m.ant", text), &|_| None);
    assert!(parsed.has_errors(), "{text}");
    parsed.diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn reactions_species_and_parameters() {
    let system = read(
        "model *m()\n compartment C = 2; species A in C, $B in C\n J0: 2 A + B -> n D; k*A; // rate\n A = 10; B = 4/C\n\
         n = 3; k = 0.1; substanceOnly species D in C; D = 0\n _x = 5\nend",
    );
    assert_eq!(system.id, "m");
    assert_eq!(system.compartments[0].size, Some(2.0));
    let ids: Vec<&str> = system.species.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["A", "B", "D"]);
    assert_eq!(system.species[0].initial, InitialQuantity::Concentration(10.0));
    assert_eq!(system.species[1].initial, InitialQuantity::Amount(4.0));
    assert!(system.species[1].boundary_condition && system.species[2].has_only_substance_units);
    let reaction = &system.reactions[0];
    assert_eq!(reaction.reactants[0].stoichiometry, Stoichiometry::Number(2.0));
    assert_eq!(reaction.products[0].id.as_deref(), Some("n"));
    assert_eq!(reaction.products[0].stoichiometry, Stoichiometry::Number(3.0));
    assert_eq!(system.parameters.len(), 2, "k and _x; n is a stoichiometry");
}

#[test]
fn rules_events_and_functions() {
    let system = read(
        "function f(x, y)\n x^2 + y\nend\nmodel m()\n a := f(time, 1)\n b' = -b; b = 2\n\
         E: at 3 after (b < 1), priority = 2, t0 = false, persistent = false, fromTrigger = false: b = 5, c = 1\n c = 0\nend",
    );
    assert!(matches!(&system.rules[0], Rule::Assignment { variable, math } if variable == "a"
        && math.to_string() == "((time()^2)+1)"));
    assert!(matches!(&system.rules[1], Rule::Rate { variable, .. } if variable == "b"));
    let event = &system.events[0];
    assert_eq!(event.delay, Some(Expr::Number(3.0)));
    assert!(!event.trigger_initial_value && !event.persistent && !event.values_from_trigger_time);
    assert_eq!(event.assignments.len(), 2);
    assert!(system.parameters.iter().all(|p| !p.constant));
}

#[test]
fn submodels_are_flattened_and_tied() {
    let system = read(
        "model inner(S, k)\n S -> P; k*S\n k = 1; S = 3; P = 0\nend\n\
         model outer()\n A: inner(X, k1); B: inner(X, k2)\n X = 7; k1 = 2; k2 = 3\n A.P = 9\nend",
    );
    let ids: Vec<&str> = system.species.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["X", "A__P", "B__P"]);
    assert_eq!(system.species[0].initial, InitialQuantity::Concentration(7.0));
    assert_eq!(system.species[1].initial, InitialQuantity::Concentration(9.0));
    assert_eq!(system.reactions.len(), 2);
    let k1 = system.parameters.iter().find(|p| p.id == "k1").unwrap();
    assert_eq!(k1.value, Some(2.0));
}

#[test]
fn the_sign_of_a_power_and_log() {
    let system = read("a = -2^2; b = log(8); c = log10(100); d = (2^3)^2\nx := a + b + c + d");
    let start =
        |name: &str| system.initial_assignments.iter().find(|a| a.symbol == name).map(|a| a.math.to_string());
    assert_eq!(start("a").unwrap(), "(-(2^2))");
    assert_eq!(start("b").unwrap(), "ln(8)");
    assert!(error("a = 2^3^2").contains("parentheses"));
}

#[test]
fn what_is_wrong_is_named() {
    assert!(error("A -> B; k*A").contains("\"k\" has no value"));
    assert!(error("x = f(1)").contains("no function \"f\""));
    assert!(error("function f(x) f(x) end\nx = f(1)").contains("more than 50 deep"));
    assert!(error("model a()\n B: b()\nend").contains("no model \"b\""));
    assert!(error("model a()\n B: a()\nend").contains("contains itself"));
    assert!(error("import \"../secret.txt\"").contains("cannot be read"));
    assert!(error("DNA gene1").contains("DNA"));
    assert!(error(&format!("x = {}1{}", "(".repeat(1000), ")".repeat(1000))).contains("nested"));
    assert!(error("x = 1 ?").contains("not expected"));
}

#[test]
fn interactions_are_left_out_with_a_warning() {
    let parsed = parse(
        Source::new("m", "A -> B; k*A\nA = 1; B = 0; k = 1\ni1: A -| B\ni2: A -o B\ni3: A -( B"),
        &|_| None,
    );
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    assert_eq!(parsed.diagnostics.len(), 3);
}

#[test]
fn imports_come_from_beside_the_model() {
    let load = |name: &str| (name == "other.ant").then(|| "model other()\n x = 4\nend".to_string());
    let parsed = parse(Source::new("m", "import \"other.ant\"\nmodel *m()\n A: other()\nend"), &load);
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    assert_eq!(parsed.value.parameters[0].id, "A__x");
}

#[test]
fn what_is_written_is_read_again() {
    let text = "model *m()\n compartment C = 2; species A in C, $B in C, D in C; J0: 2 A + B => n D; k*A*(-3 + time)\n\
        A = 10; B = 4/C; D = 1e-7; n = 3; k = 0.1; var v; v = 3\n w := piecewise(1, time > 3, 2); D is \"a name\"\n\
        E: at 3 after (A < 1 || v >= 2), priority = 2: v = 5\nend";
    let first = read(text);
    let written = write(&first).unwrap();
    assert!(written.left_out.is_empty(), "{:?}", written.left_out);
    let second = read(&written.text);
    assert_eq!(first, second, "{}", written.text);
}

#[test]
fn names_that_are_words_of_the_language_get_underscores() {
    let mut system = read("model m()\n A -> B; k*A; A = 1; B = 0; k = 2\nend");
    system.parameters[0].id = "species".to_string();
    let law = system.reactions[0].kinetic_law.as_mut().unwrap();
    law.math = Expr::symbol("species");
    let written = write(&system).unwrap();
    assert_eq!(written.renamed, [("species".to_string(), "species_".to_string())]);
    assert_eq!(read(&written.text).parameters[0].id, "species_");
}

proptest! {
    #[test]
    fn changed_texts_never_panic(at in 0usize..600, with in ".{0,6}", length in 0usize..40) {
        let mut text = "function f(x)\n x^2\nend\nmodel *m(a)\n compartment C = 2; species A in C, $B in C\n\
            J0: 2 A + n B -> D; f(k)*A; A = 10; B = 4/C; n = 3; k = 0.1 mM; v' = -v; v = 3; unit mM = 1e-3 mole/litre\n\
            w := piecewise(1, time > 3, 2); D is \"a name\"; i: A -| B\n E: at 3 after (A < 1), priority = 2: v = 5\nend\n\
            model o()\n X: m(y); y = 1; X.k = 3; delete X.E; z is X.v\nend"
            .to_string();
        let floor = |text: &str, mut i: usize| {
            while !text.is_char_boundary(i) {
                i -= 1;
            }
            i
        };
        let start = floor(&text, at % text.len());
        let end = floor(&text, (start + length).min(text.len()));
        text.replace_range(start..end, &with);
        let parsed = parse(Source::new("m.ant", &text), &|_| None);
        // What was understood can be written, or says why not.
        let _ = write(&parsed.value);
    }
}
