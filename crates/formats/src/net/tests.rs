use model::{
    BinaryOp, Expr, Function, NetworkObservable, Parameter, RateLaw, Reaction, ReactionNetwork, Species,
    SpeciesIdx,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::Source;

fn read(text: &str) -> model::Parsed<ReactionNetwork> {
    parse(Source::new("n.net", text))
}

/// Reads a rate and prints factor and law.
#[track_caller]
fn check_rate(rate: &str, expected: &str) {
    let text = format!(
        "begin parameters\n1 k 1\n2 V 2\n3 K 3\nend parameters\nbegin species\n1 A() 1\nend species\n\
         begin reactions\n1 1 0 {rate} #R1 unit_conversion=1\nend reactions\n"
    );
    let parsed = read(&text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let reaction = &parsed.value.reactions[0];
    assert_eq!(reaction.rule, "R1");
    assert_eq!(format!("{} {:?}", reaction.factor, printed(&reaction.rate)), expected);
}

fn printed(law: &RateLaw) -> Vec<String> {
    match law {
        RateLaw::Elementary(k) => vec![k.to_string()],
        RateLaw::Total(k) => vec!["Total".into(), k.to_string()],
        RateLaw::Saturation { k, half_saturation } => ["Sat".into(), k.to_string()]
            .into_iter()
            .chain(half_saturation.iter().map(Expr::to_string))
            .collect(),
        RateLaw::MichaelisMenten { kcat, km } => vec!["MM".into(), kcat.to_string(), km.to_string()],
        RateLaw::Hill { vmax, k, n } => vec!["Hill".into(), vmax.to_string(), k.to_string(), n.to_string()],
    }
}

#[test]
fn rates_split_into_factor_and_law() {
    check_rate("k", r#"1 ["k"]"#);
    check_rate("0.5*k", r#"0.5 ["k"]"#);
    check_rate("k*2", r#"2 ["k"]"#);
    check_rate("k/V*0.5", r#"0.5 ["(k/V)"]"#);
    check_rate("2*k*0.25", r#"0.5 ["k"]"#);
    check_rate("2*k+1", r#"1 ["((2*k)+1)"]"#);
    check_rate("(2*k)", r#"1 ["(2*k)"]"#);
    check_rate("3", r#"1 ["3"]"#);
    check_rate("Sat k K", r#"1 ["Sat", "k", "K"]"#);
    check_rate("2*MM k K", r#"2 ["MM", "k", "K"]"#);
    check_rate("Hill k K 2", r#"1 ["Hill", "k", "K", "2"]"#);
    check_rate("Sat k (K*V)", r#"1 ["Sat", "k", "(K*V)"]"#);
    check_rate("0.5*TotalRate k", r#"0.5 ["Total", "k"]"#);
}

#[test]
fn zero_means_no_species_and_dollar_a_fixed_one() {
    let parsed = read(
        "begin species\n 1 @c::$A() 5\n 2 B() 2*3\nend species\nbegin reactions\n 1 0 1,1 2\n 2 2 0 1 #x\nend reactions\n\
         begin groups\n 1 G 2*1,2,1\n 2 H\nend groups\n",
    );
    assert_eq!(parsed.diagnostics, []);
    let network = parsed.value;
    assert!(network.species[0].fixed && network.species[0].name == "@c::A()");
    assert!(network.reactions[0].reactants.is_empty());
    assert_eq!(network.reactions[0].products, [SpeciesIdx(0), SpeciesIdx(0)]);
    assert_eq!(network.observables[0].terms, [(SpeciesIdx(0), 3.0), (SpeciesIdx(1), 1.0)]);
    assert_eq!(network.observables[1].terms, []);
}

#[test]
fn mistakes_are_named_with_their_place() {
    let messages = |text: &str| read(text).diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        messages("begin reactions\n 1 1 2 k\nend reactions\n"),
        [
            "n.net:2:4: error[NET0005]: there is no species 1\n  help: the file has 0 species",
            "n.net:2:6: error[NET0005]: there is no species 2\n  help: the file has 0 species",
            "n.net:2:8: error[NET0007]: \"k\" is not defined\n  help: define it as a parameter, function or group",
        ]
    );
    assert_eq!(
        messages("begin groops\nend groops\n"),
        ["n.net:1:1: error[NET0002]: unknown block \"groops\"\n  help: did you mean \"groups\"?"]
    );
    assert_eq!(
        messages("begin parameters\n 1 k 1\n 2 k 2\nend parameters"),
        [
            "n.net:3:4: error[NET0008]: \"k\" is defined twice\n  help: remove one of the two; the first is at n.net:2:4"
        ]
    );
}

fn exprs() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        (0u32..4000).prop_map(|n| Expr::Number(f64::from(n) / 16.0)),
        (0usize..3).prop_map(|i| Expr::symbol(["k1", "k2", "k3"][i])),
        Just(Expr::Time),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        (0usize..4, inner.clone(), inner).prop_map(|(i, x, y)| {
            let op = [BinaryOp::Multiply, BinaryOp::Add, BinaryOp::Divide, BinaryOp::Power][i];
            Expr::binary(op, x, y)
        })
    })
}

fn laws() -> impl Strategy<Value = RateLaw> {
    prop_oneof![
        exprs().prop_map(RateLaw::Elementary),
        exprs().prop_map(RateLaw::Total),
        (exprs(), vec(exprs(), 1..3))
            .prop_map(|(k, half_saturation)| RateLaw::Saturation { k, half_saturation }),
        (exprs(), exprs()).prop_map(|(kcat, km)| RateLaw::MichaelisMenten { kcat, km }),
        (exprs(), exprs(), exprs()).prop_map(|(vmax, k, n)| RateLaw::Hill { vmax, k, n }),
    ]
}

fn sides() -> impl Strategy<Value = Vec<SpeciesIdx>> {
    vec((0usize..4).prop_map(SpeciesIdx), 0..4)
}

fn networks() -> impl Strategy<Value = ReactionNetwork> {
    let reaction = (sides(), sides(), 1u32..9, laws(), "[A-Z][a-z0-9_]{0,4}").prop_map(
        |(reactants, products, halves, rate, rule)| {
            let factor = f64::from(halves) / 2.0;
            Reaction { reactants, products, factor, rate, rule }
        },
    );
    let observable = vec((0usize..4, 1u32..5), 0..4).prop_map(|terms| {
        let terms: std::collections::BTreeMap<_, _> = terms.into_iter().collect();
        terms.into_iter().map(|(i, w)| (SpeciesIdx(i), f64::from(w))).collect::<Vec<_>>()
    });
    (
        vec(exprs(), 3),
        vec(exprs(), 0..3),
        vec((exprs(), any::<bool>()), 4),
        vec(reaction, 0..6),
        vec(observable, 0..3),
    )
        .prop_map(|(parameters, functions, species, reactions, observables)| {
            let numbered = |prefix: &str, i: usize| format!("{prefix}{}", i + 1);
            ReactionNetwork {
                parameters: (0..)
                    .zip(parameters)
                    .map(|(i, value)| Parameter { name: numbered("k", i), value })
                    .collect(),
                functions: (0..)
                    .zip(functions)
                    .map(|(i, body)| Function { name: numbered("f", i), arguments: Vec::new(), body })
                    .collect(),
                species: (0..)
                    .zip(species)
                    .map(|(i, (initial, fixed))| Species {
                        name: format!("{}(a!1,b~P)", numbered("S", i)),
                        initial,
                        fixed,
                    })
                    .collect(),
                reactions,
                observables: (0..)
                    .zip(observables)
                    .map(|(i, terms)| NetworkObservable { name: numbered("O", i), terms })
                    .collect(),
                exposures: Vec::new(),
            }
        })
}

proptest! {
    #[test]
    fn a_written_network_reads_back_the_same(network in networks()) {
        let text = write(&network);
        let parsed = read(&text);
        prop_assert!(!parsed.has_errors(), "{}\n{:?}", text, parsed.diagnostics);
        prop_assert_eq!(parsed.value, network, "{}", text);
    }
}
