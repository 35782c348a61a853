//! What must not depend on how a model is written.

mod small;

use proptest::prelude::*;
use rules::{GenerateOptions, compare, generate};
use small::model;

const SEEDS: &str = "seed R(l,y~U,y~U) 10\n seed L(r,r) 5\n seed K(d,s~0) 3";
const RULES: [&str; 6] = [
    "rule Bind: R(l) + L(r) <-> R(l!1).L(r!1) k1 k2",
    "rule Phos: R(l!1).L(r!1,r!2).R(l!2,y~U) -> R(l!1).L(r!1,r!2).R(l!2,y~P) k3",
    "rule Dephos: R(y~P) -> R(y~U) k4",
    "rule Dock: R(y~P) + K(d) <-> R(y~P!1).K(d!1) k5 k6",
    "rule Act: R(y~P!1).K(d!1,s~0) -> R(y~P!1).K(d!1,s~1) k1",
    "rule Loss: K(s~1) -> 0 k2 DeleteMolecules",
];
const COMPONENTS: [(&str, [&str; 3]); 3] =
    [("R", ["l", "y~U~P", "y~U~P"]), ("L", ["r", "r", ""]), ("K", ["d", "s~0~1", ""])];

fn text(rules: &[usize], flips: [bool; 3]) -> String {
    let mut lines: Vec<String> = (1..=6).map(|i| format!("parameter k{i} {}", 0.1 * f64::from(i))).collect();
    for ((name, components), flip) in COMPONENTS.iter().zip(flips) {
        let mut components: Vec<&str> = components.iter().copied().filter(|c| !c.is_empty()).collect();
        if flip {
            components.reverse();
        }
        lines.push(format!("type {name}({})", components.join(",")));
    }
    lines.push(SEEDS.to_string());
    lines.push("molecules Docked R(y!1).K(d!1)\n species Pairs R(l!1).L(r!1,r!2).R(l!2)".to_string());
    lines.extend(rules.iter().map(|&i| RULES[i].to_string()));
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn order_of_rules_and_components_does_not_matter(
        rules in Just((0..RULES.len()).collect::<Vec<usize>>()).prop_shuffle(),
        flips in any::<[bool; 3]>(),
    ) {
        let straight: Vec<usize> = (0..RULES.len()).collect();
        let a = generate(&model(&text(&straight, [false; 3])), &GenerateOptions::default()).unwrap().network;
        let b = generate(&model(&text(&rules, flips)), &GenerateOptions::default()).unwrap().network;
        prop_assert!(a.species.len() > 50);
        let comparison = compare(&a, &b);
        prop_assert!(comparison.is_same(), "{:?}", comparison.differences);
    }
}

#[test]
fn comparison_says_what_differs() {
    let straight: Vec<usize> = (0..RULES.len()).collect();
    let base = text(&straight, [false; 3]);
    let a = generate(&model(&base), &GenerateOptions::default()).unwrap().network;
    let other =
        base.replace("parameter k3", "parameter k33 1\nparameter k3 1").replace("K(d,s~0) 3", "K(d,s~0) 4");
    let mut b = generate(&model(&other), &GenerateOptions::default()).unwrap().network;
    b.observables[1].terms[0].1 = 7.0;
    let comparison = compare(&a, &b);
    assert!(comparison.differences.iter().any(|d| d == "species K(d,s~0) starts with 3 and 4"));
    assert!(
        comparison
            .differences
            .iter()
            .any(|d| d.starts_with("observable Pairs counts") && d.ends_with("1 and 7 times"))
    );
    assert!(
        comparison.differences.iter().any(|d| d.starts_with("reaction ") && d.contains("has rate constants"))
    );
}
