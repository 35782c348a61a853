//! Reversible reactions as two that fire one by one.
//!
//! A kinetic law such as `k1 A - k2 B` is the net rate. Molecules know no net rate: both directions fire, each with a
//! propensity of its own.

use std::borrow::Cow;
use std::collections::BTreeSet;

use model::reaction_system::{KineticLaw, Parameter, Reaction, Rule};
use model::{BinaryOp, Builtin, Expr, MathOperator, ReactionSystem};

/// Reactions whose law is a difference become two when what is taken away depends on every product: then it is the
/// way back, whether the reaction is said to be reversible or not. `k A (A - 1)` is none. The symbol of the reaction
/// stays the net rate. The names of those reactions come along. Other reactions stay as they are.
pub fn split_reversible(system: &ReactionSystem) -> (Cow<'_, ReactionSystem>, Vec<String>) {
    let mut made = system.clone();
    let mut split = Vec::new();
    made.reactions = Vec::with_capacity(system.reactions.len());
    for reaction in &system.reactions {
        let law = reaction.kinetic_law.as_ref().filter(|law| !reaction.fast && goes_back(reaction, law));
        // Stoichiometries with identifiers would exist twice.
        let plain = reaction.reactants.iter().chain(&reaction.products).all(|r| r.id.is_none() || r.constant);
        let parts = law.filter(|_| plain).and_then(|law| Some((law, difference(&law.math)?)));
        let Some((law, (forward, backward))) = parts else {
            made.reactions.push(reaction.clone());
            continue;
        };
        let one_way = |name: &str, math: Expr| Reaction {
            id: format!(" {name} {}", reaction.id),
            reversible: false,
            kinetic_law: Some(KineticLaw { math, local_parameters: law.local_parameters.clone() }),
            ..reaction.clone()
        };
        let mut back = one_way("backward", backward);
        std::mem::swap(&mut back.reactants, &mut back.products);
        for side in [&mut back.reactants, &mut back.products] {
            side.iter_mut().for_each(|reference| reference.id = None);
        }
        made.reactions.push(one_way("forward", forward));
        made.reactions.push(back);
        made.parameters.push(Parameter { id: reaction.id.clone(), value: None, constant: false });
        made.rules.push(Rule::Assignment { variable: reaction.id.clone(), math: without_locals(law) });
        split.push(reaction.id.clone());
    }
    if split.is_empty() { (Cow::Borrowed(system), split) } else { (Cow::Owned(made), split) }
}

/// Whether what the law takes away depends on all products, and on nothing that is only consumed.
fn goes_back(reaction: &Reaction, law: &KineticLaw) -> bool {
    let Some(back) = taken_away(&law.math) else { return false };
    let mut names = BTreeSet::new();
    back.walk(&mut |expr| {
        if let Expr::Symbol(name) = expr {
            names.insert(name.as_str());
        }
    });
    let products: BTreeSet<&str> = reaction.products.iter().map(|p| p.species.as_str()).collect();
    let only_consumed = |name: &str| !products.contains(name) && names.contains(name);
    !products.is_empty()
        && products.is_subset(&names)
        && !reaction.reactants.iter().any(|r| only_consumed(&r.species))
}

/// The `b` of `f (a - b)`.
fn taken_away(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Binary(BinaryOp::Subtract, _, b) => Some(b),
        Expr::Binary(BinaryOp::Multiply, left, right) => taken_away(left).or_else(|| taken_away(right)),
        Expr::Binary(BinaryOp::Divide, left, _) => taken_away(left),
        Expr::Builtin(Builtin::Math(MathOperator::Product), factors) => factors.iter().find_map(taken_away),
        _ => None,
    }
}

/// The law with numbers in the place of local parameters.
fn without_locals(law: &KineticLaw) -> Expr {
    law.math.clone().map(&mut |expr| match &expr {
        Expr::Symbol(name) => match law.local_parameters.iter().find(|(local, _)| local == name) {
            Some((_, value)) => Expr::Number(value.unwrap_or(f64::NAN)),
            None => expr,
        },
        _ => expr,
    })
}

/// `f (a - b)` as `f a` and `f b`, however the factors are written.
fn difference(expr: &Expr) -> Option<(Expr, Expr)> {
    let with = |op: BinaryOp, left: &Expr, right: &Expr| Expr::binary(op, left.clone(), right.clone());
    match expr {
        Expr::Binary(BinaryOp::Subtract, a, b) => Some(((**a).clone(), (**b).clone())),
        Expr::Binary(op @ (BinaryOp::Multiply | BinaryOp::Divide), left, right) => {
            if let Some((a, b)) = difference(left) {
                return Some((with(*op, &a, right), with(*op, &b, right)));
            }
            let (a, b) = if *op == BinaryOp::Multiply { difference(right)? } else { return None };
            Some((with(*op, left, &a), with(*op, left, &b)))
        }
        Expr::Builtin(function @ Builtin::Math(MathOperator::Product), factors) => {
            let (i, (a, b)) = factors.iter().enumerate().find_map(|(i, f)| Some((i, difference(f)?)))?;
            let with = |part: Expr| {
                let mut factors = factors.clone();
                factors[i] = part;
                Expr::Builtin(*function, factors)
            };
            Some((with(a), with(b)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::reaction_system::{SpeciesReference, Stoichiometry};

    use super::*;

    #[test]
    fn only_a_way_back_is_split() {
        let reference = |species: &str| SpeciesReference {
            id: None,
            species: species.to_string(),
            stoichiometry: Stoichiometry::Number(1.0),
            constant: true,
        };
        let system = |taken: Expr| {
            let math = Expr::binary(BinaryOp::Subtract, Expr::symbol("A"), taken);
            let math = Expr::binary(BinaryOp::Multiply, Expr::symbol("A"), math);
            ReactionSystem {
                reactions: vec![Reaction {
                    id: "r".to_string(),
                    reactants: vec![reference("A")],
                    products: vec![reference("B")],
                    modifiers: Vec::new(),
                    reversible: true,
                    fast: false,
                    kinetic_law: Some(KineticLaw { math, local_parameters: Vec::new() }),
                }],
                ..ReactionSystem::default()
            }
        };
        // Pairs of one molecule: A (A - 1).
        assert!(split_reversible(&system(Expr::Number(1.0))).1.is_empty());
        let there_and_back = system(Expr::symbol("B"));
        let (split, names) = split_reversible(&there_and_back);
        assert_eq!((names, split.reactions.len()), (vec!["r".to_string()], 2));
        assert_eq!(split.reactions[1].reactants, [reference("B")]);
        assert_eq!(split.parameters[0].id, "r");
    }

    #[test]
    fn differences_are_found_below_factors() {
        let symbol = |s: &str| Expr::symbol(s);
        let law = Expr::binary(
            BinaryOp::Multiply,
            symbol("v"),
            Expr::binary(BinaryOp::Subtract, symbol("a"), symbol("b")),
        );
        let times = |s: &str| Expr::binary(BinaryOp::Multiply, symbol("v"), symbol(s));
        assert_eq!(difference(&law), Some((times("a"), times("b"))));
        assert_eq!(difference(&Expr::binary(BinaryOp::Divide, symbol("v"), law)), None);
        assert_eq!(difference(&times("a")), None);
    }
}
