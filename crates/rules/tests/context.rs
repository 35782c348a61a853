//! Filters, compartments, local functions and bounds.

mod small;

use model::{BinaryOp, Expr, Function, PatternFilter, RateLaw, ReactionNetwork, RuleModel};
use rules::{GenerateError, GenerateOptions, compare, generate};
use small::{model, pattern};
use std::cell::RefCell;
use std::sync::atomic::AtomicBool;

fn network(model: &RuleModel) -> ReactionNetwork {
    generate(model, &GenerateOptions::default()).expect("the model is right").network
}

fn names(network: &ReactionNetwork) -> Vec<&str> {
    network.species.iter().map(|s| s.name.as_str()).collect()
}

#[test]
fn filters_keep_reactants_and_products_out() {
    let base = "type A(b,c)\n type B(a)\n type C(a)\n seed A(b,c) 1\n seed A(b,c!1).C(a!1) 1\n seed B(a) 1
        rule R: A(b) + B(a) -> A(b!1).B(a!1) 1";
    let filter = |text: &str| vec![PatternFilter { position: 0, patterns: vec![pattern(text)] }];
    let free = "A(b!1,c).B(a!1)";
    let in_complex = "A(b!1,c!2).B(a!1).C(a!2)";
    let made = |change: &dyn Fn(&mut RuleModel)| {
        let mut model = model(base);
        change(&mut model);
        let network = network(&model);
        [free, in_complex].map(|name| names(&network).contains(&name))
    };
    assert_eq!(made(&|_| {}), [true, true]);
    assert_eq!(made(&|m| m.rules[0].include_reactants = filter("C()")), [false, true]);
    assert_eq!(made(&|m| m.rules[0].exclude_reactants = filter("C()")), [true, false]);
    assert_eq!(made(&|m| m.rules[0].include_products = filter("C()")), [false, true]);
    assert_eq!(made(&|m| m.rules[0].exclude_products = filter("C()")), [true, false]);
}

const CELL: &str =
    "compartment EC 3 20\n compartment PM 2 1 EC\n compartment CP 3 4 PM\n compartment EM 2 0.1 CP
    compartment EN 3 0.5 EM\n type L(r)\n type R(l,t)\n type T(r)\n";

#[test]
fn endocytosis_turns_the_complex_inside_out() {
    let model =
        model(&format!("{CELL} seed L(r!1)@EC.R(l!1,t!2)@PM.T(r!2)@CP 1\n rule E: @PM:R() -> @EM:R() 1"));
    let network = network(&model);
    // What was outside is now within the endosome; what was inside stays in the cytoplasm.
    let expected = ["@PM::L(r!1)@EC.R(l!1,t!2).T(r!2)@CP", "@EM::L(r!1)@EN.R(l!1,t!2).T(r!2)@CP"];
    assert_eq!(names(&network), expected);
}

#[test]
fn molecules_move_alone_or_with_what_they_are_bound_to() {
    let base =
        "compartment A 3 1\n compartment M 2 1 A\n compartment B 3 1 M\n type I(c,p)\n type C(i)\n type P(i)
        seed C(i!1)@A.I(c!1,p!2)@A.P(i!2)@M 1\n rule X: I(p!1)@A.P(i!1) -> I(p!1)@B.P(i!1) 1";
    let moved = network(&model(&format!("{base} MoveConnected")));
    assert_eq!(names(&moved)[1], "@M::C(i!1)@B.I(c!1,p!2)@B.P(i!2)");
    // Alone, the importin would be bound across two compartments that do not touch.
    let generated = generate(&model(base), &GenerateOptions::default()).unwrap();
    assert_eq!(generated.network.species.len(), 1);
    assert!(generated.diagnostics.iter().any(|d| d.code == "RULE0005"));
}

#[test]
fn species_in_compartments_that_do_not_touch_do_not_react() {
    let model =
        model(&format!("{CELL} seed L(r)@EC 1\n seed R(l,t)@EM 1\n rule B: L(r) + R(l) -> L(r!1).R(l!1) 1"));
    assert!(network(&model).reactions.is_empty());
}

#[test]
fn local_functions_count_in_the_tagged_species_or_molecule() {
    let mut model = model(
        "parameter k 2\n type A(b,b,n)\n type B(a)\n type C()
         seed A(b!1,b!2,n!3).A(b!4,b,n!3).B(a!1).B(a!2).B(a!4) 1
         molecules Pairs A(b!1).B(a!1)
         rule Species: A() -> A() + C() 1\n rule Molecule: A%m() -> A%m() + C() 1",
    );
    let body = Expr::binary(
        BinaryOp::Multiply,
        Expr::symbol("k"),
        Expr::Call("Pairs".into(), vec![Expr::symbol("x")]),
    );
    model.functions.push(Function { name: "f".into(), arguments: vec!["x".into()], body });
    let call = |tag: &str| RateLaw::Elementary(Expr::Call("f".into(), vec![Expr::symbol(tag)]));
    model.rules[0].reactants[0].tag = Some("s".into());
    model.rules[0].forward = call("s");
    model.rules[1].forward = call("m");
    let network = network(&model);
    let rates: Vec<(String, f64)> = network
        .reactions
        .iter()
        .map(|r| match &r.rate {
            RateLaw::Elementary(k) => (k.to_string(), r.factor),
            other => panic!("{other:?}"),
        })
        .collect();
    // The rule changes none of its reactants, so one match stands for all.
    assert_eq!(rates[0], ("(k*3)".to_string(), 1.0));
    assert!(rates[1].0 == "(k*2)" || rates[1].0 == "(k*1)", "{rates:?}");
    assert!(network.functions.is_empty());
}

#[test]
fn an_unknown_tag_is_refused() {
    let mut model = model("type A()\n seed A() 1\n molecules N A()\n rule R: A() -> 0 1");
    model.rules[0].forward = RateLaw::Elementary(Expr::Call("N".into(), vec![Expr::symbol("x")]));
    let error = generate(&model, &GenerateOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "understand rule \"R\": \"x\" in \"N\" is not a tag of a reactant");
}

#[test]
fn states_are_inherited_through_component_tags() {
    let model = model(
        "type A(c~0~1)\n type B(c~0~1,c~0~1)\n seed A(c~0) 1\n seed A(c~1) 1
         rule R: A(c%1) + A(c%2) -> B(c%1,c%2) 1",
    );
    let network = network(&model);
    let mut factors: Vec<(Vec<usize>, f64)> =
        network.reactions.iter().map(|r| (r.reactants.iter().map(|s| s.0).collect(), r.factor)).collect();
    factors.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(factors, [(vec![0, 0], 0.5), (vec![0, 1], 1.0), (vec![1, 1], 0.5)]);
    assert_eq!(names(&network).len(), 5);
}

#[test]
fn held_species_stay_and_bounds_cut_the_network() {
    let text = "type A(a,b)\n seed $A(a,b) 1\n rule Grow: A(a) + A(b) -> A(a!1).A(b!1) 1";
    let with = |options: GenerateOptions<'_>| generate(&model(text), &options).unwrap();
    let by_size = with(GenerateOptions { max_molecules_per_species: Some(3), ..GenerateOptions::default() });
    let by_type =
        with(GenerateOptions { max_stoichiometry: vec![("A".into(), 3)], ..GenerateOptions::default() });
    let by_iterations = with(GenerateOptions { max_iterations: Some(1), ..GenerateOptions::default() });
    assert!(by_size.network.species[0].fixed);
    assert_eq!(by_size.network.species.len(), 3);
    assert!(compare(&by_size.network, &by_type.network).is_same());
    assert_eq!(by_iterations.network.species.len(), 2);
    assert!(![by_size.complete, by_type.complete, by_iterations.complete].contains(&true));
}

#[test]
fn progress_is_told_and_cancel_is_heard() {
    let text = "type A(a,b)\n seed A(a,b) 1\n rule Grow: A(a) + A(b) -> A(a!1).A(b!1) 1";
    let told = RefCell::new(Vec::new());
    let cancel = AtomicBool::new(false);
    let progress = |iteration, species, reactions| {
        told.borrow_mut().push((iteration, species, reactions));
        cancel.store(iteration == 3, std::sync::atomic::Ordering::Relaxed);
    };
    let options =
        GenerateOptions { progress: Some(&progress), cancel: Some(&cancel), ..GenerateOptions::default() };
    let error = generate(&model(text), &options).unwrap_err();
    assert_eq!(error, GenerateError::Canceled { iteration: 3 });
    assert_eq!(told.into_inner(), [(1, 2, 1), (2, 4, 3), (3, 8, 10)]);
}
