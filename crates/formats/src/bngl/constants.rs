//! Names with a fixed value, and names of time.

use std::collections::BTreeSet;

use model::{Expr, RateLaw, ReactionNetwork};

use super::draft::{Draft, Kind};

/// Mathematical and physical constants; SI units, exact or CODATA 2018.
///
/// `_pi` and `_e` are reserved; a model may define the others itself.
const CONSTANTS: [(&str, f64); 7] = [
    ("_pi", std::f64::consts::PI),
    ("_e", std::f64::consts::E),
    ("_kB", 1.380_649e-23),
    ("_NA", 6.022_140_76e23),
    ("_R", 8.314_462_618_153_24),
    ("_h", 6.626_070_15e-34),
    ("_F", 96_485.332_123_310_02),
];

/// The value of a constant.
pub(crate) fn value(name: &str) -> Option<f64> {
    CONSTANTS.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
}

/// Whether a name means time when the model does not define it.
pub(crate) fn is_time(name: &str) -> bool {
    name == "t"
}

/// Whether a model may not define the name.
pub(crate) fn is_reserved(name: &str) -> bool {
    matches!(name, "time" | "_pi" | "_e" | model::ARRHENIUS) || model::Builtin::from_name(name).is_some()
}

/// Replaces constants and `t` by their meaning, wherever the model does not define the name.
pub(crate) fn replace(draft: &mut Draft) {
    let own: BTreeSet<String> = draft.names(Kind::is_quantity).map(str::to_string).collect();
    let tags: BTreeSet<String> = draft
        .model
        .functions
        .iter()
        .flat_map(|f| f.arguments.iter().cloned())
        .chain(rule_tags(draft))
        .collect();
    let defined = |name: &str| own.contains(name) || tags.contains(name);
    let mut apply = |expr: &mut Expr| {
        let taken = std::mem::replace(expr, Expr::Time);
        *expr = taken.map(&mut |part| meaning(part, &defined));
    };
    let model = &mut draft.model;
    model.parameters.iter_mut().for_each(|p| apply(&mut p.value));
    model.compartments.iter_mut().for_each(|c| apply(&mut c.size));
    model.seed_species.iter_mut().for_each(|s| apply(&mut s.amount));
    model.functions.iter_mut().for_each(|f| apply(&mut f.body));
    model.energy_patterns.iter_mut().for_each(|p| apply(&mut p.energy));
    for rule in &mut model.rules {
        for law in std::iter::once(&mut rule.forward).chain(&mut rule.reverse) {
            law_parts(law).into_iter().for_each(&mut apply);
        }
    }
}

/// Tags of all patterns of all rules.
fn rule_tags(draft: &Draft) -> impl Iterator<Item = String> + '_ {
    let patterns = draft.model.rules.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
    patterns.flat_map(|p| p.tag.iter().chain(p.molecules.iter().filter_map(|m| m.tag.as_ref()))).cloned()
}

/// Replaces constants and `t` in a flat network; `defined` says which names are the network's own.
pub(crate) fn replace_in_network(network: &mut ReactionNetwork, defined: &dyn Fn(&str) -> bool) {
    let mut apply = |expr: &mut Expr| {
        let taken = std::mem::replace(expr, Expr::Time);
        *expr = taken.map(&mut |part| meaning(part, defined));
    };
    network.parameters.iter_mut().for_each(|p| apply(&mut p.value));
    network.species.iter_mut().for_each(|s| apply(&mut s.initial));
    network.functions.iter_mut().for_each(|f| apply(&mut f.body));
    network.reactions.iter_mut().for_each(|r| law_parts(&mut r.rate).into_iter().for_each(&mut apply));
}

pub(super) fn meaning(expr: Expr, defined: &dyn Fn(&str) -> bool) -> Expr {
    match &expr {
        Expr::Symbol(name) if defined(name) => expr,
        Expr::Symbol(name) if is_time(name) => Expr::Time,
        Expr::Symbol(name) => value(name).map_or(expr, Expr::Number),
        _ => expr,
    }
}

/// The expressions of a rate law.
fn law_parts(law: &mut RateLaw) -> Vec<&mut Expr> {
    match law {
        RateLaw::Elementary(k) | RateLaw::Total(k) => vec![k],
        RateLaw::Saturation { k, half_saturation } => std::iter::once(k).chain(half_saturation).collect(),
        RateLaw::MichaelisMenten { kcat, km } => vec![kcat, km],
        RateLaw::Hill { vmax, k, n } => vec![vmax, k, n],
    }
}
