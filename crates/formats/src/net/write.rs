//! Writes a `.net` file.

use std::fmt::Write;

use model::{Expr, NetworkObservable, RateLaw, Reaction, ReactionNetwork, Species, SpeciesIdx};

/// The network as a `.net` file. Reading it with [`super::parse`] gives the same network.
pub fn write(network: &ReactionNetwork) -> String {
    let mut out = String::from("# Created by resurge\n");
    let parameters = network.parameters.iter().map(|p| {
        let kind = if matches!(p.value, Expr::Number(_)) { "Constant" } else { "ConstantExpression" };
        format!("{} {}  # {kind}", p.name, p.value)
    });
    block(&mut out, "parameters", parameters);
    if !network.functions.is_empty() {
        block(&mut out, "functions", network.functions.iter().map(|f| format!("{}() {}", f.name, f.body)));
    }
    block(&mut out, "species", network.species.iter().map(species));
    block(&mut out, "reactions", network.reactions.iter().map(reaction));
    block(&mut out, "groups", network.observables.iter().map(group));
    out
}

fn block(out: &mut String, name: &str, lines: impl Iterator<Item = String>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "begin {name}");
    for (i, line) in lines.enumerate() {
        let _ = writeln!(out, "{:>5} {line}", i + 1);
    }
    let _ = writeln!(out, "end {name}");
}

fn species(species: &Species) -> String {
    let fixed = if species.fixed { "$" } else { "" };
    format!("{fixed}{} {}", species.name, species.initial)
}

fn reaction(reaction: &Reaction) -> String {
    let factor = if reaction.factor == 1.0 { String::new() } else { format!("{}*", reaction.factor) };
    let rule = if reaction.rule.is_empty() { String::new() } else { format!(" #{}", reaction.rule) };
    let (reactants, products) = (side(&reaction.reactants), side(&reaction.products));
    format!("{reactants} {products} {factor}{}{rule}", rate(&reaction.rate))
}

fn side(species: &[SpeciesIdx]) -> String {
    if species.is_empty() {
        return "0".to_string();
    }
    species.iter().map(|s| (s.0 + 1).to_string()).collect::<Vec<_>>().join(",")
}

fn rate(rate: &RateLaw) -> String {
    match rate {
        RateLaw::Elementary(k) => k.to_string(),
        RateLaw::Total(k) => format!("TotalRate {k}"),
        RateLaw::Saturation { k, half_saturation } => {
            let constants: Vec<String> =
                std::iter::once(k).chain(half_saturation).map(Expr::to_string).collect();
            format!("Sat {}", constants.join(" "))
        }
        RateLaw::MichaelisMenten { kcat, km } => format!("MM {kcat} {km}"),
        RateLaw::Hill { vmax, k, n } => format!("Hill {vmax} {k} {n}"),
    }
}

fn group(observable: &NetworkObservable) -> String {
    let term = |(species, weight): &(SpeciesIdx, f64)| {
        if *weight == 1.0 { (species.0 + 1).to_string() } else { format!("{weight}*{}", species.0 + 1) }
    };
    let terms: Vec<String> = observable.terms.iter().map(term).collect();
    format!("{} {}", observable.name, terms.join(",")).trim_end().to_string()
}
