//! A reaction network as a reaction system.

use model::reaction_system::{
    Compartment, InitialAssignment, InitialQuantity, KineticLaw, Parameter, Reaction, Rule, Species,
    SpeciesReference, Stoichiometry,
};
use model::{BinaryOp, Builtin, Expr, RateLaw, ReactionNetwork, ReactionSystem};

/// A network as a reaction system with amounts: observables and functions are assigned parameters, and a reactant
/// that occurs twice counts `x (x - 1)`, as it does when molecules meet one by one.
///
/// # Source
/// The propensities are those of BioNetGen: Faeder, Blinov & Hlavacek 2009, Methods Mol. Biol. 500, 113.
pub fn system_of_network(network: &ReactionNetwork) -> ReactionSystem {
    let mut system = ReactionSystem::default();
    system.compartments.push(Compartment {
        id: " volume".to_string(),
        spatial_dimensions: 3.0,
        size: Some(1.0),
        constant: true,
    });
    for parameter in &network.parameters {
        let number = if let Expr::Number(x) = parameter.value { Some(x) } else { None };
        system.parameters.push(Parameter { id: parameter.name.clone(), value: number, constant: true });
        if number.is_none() {
            assign_start(&mut system, &parameter.name, &parameter.value);
        }
    }
    for species in &network.species {
        let number = if let Expr::Number(x) = species.initial { Some(x) } else { None };
        system.species.push(Species {
            id: species.name.clone(),
            compartment: " volume".to_string(),
            initial: number.map_or(InitialQuantity::Unset, InitialQuantity::Amount),
            has_only_substance_units: true,
            boundary_condition: species.fixed,
            constant: false,
            conversion_factor: None,
        });
        if number.is_none() {
            assign_start(&mut system, &species.name, &species.initial);
        }
    }
    for observable in &network.observables {
        let term = |&(species, weight): &(model::SpeciesIdx, f64)| {
            let amount = Expr::symbol(&network.species[species.0].name);
            if weight == 1.0 { amount } else { times(Expr::Number(weight), amount) }
        };
        let terms: Vec<Expr> = observable.terms.iter().map(term).collect();
        let math = if terms.is_empty() { Expr::Number(0.0) } else { Expr::Builtin(Builtin::Sum, terms) };
        assign(&mut system, &observable.name, math);
    }
    for function in network.functions.iter().filter(|f| f.arguments.is_empty()) {
        assign(&mut system, &function.name, symbols_for_calls(&function.body));
    }
    for (i, reaction) in network.reactions.iter().enumerate() {
        system.reactions.push(reaction_of(network, i, reaction));
    }
    system
}

fn times(x: Expr, y: Expr) -> Expr {
    Expr::binary(BinaryOp::Multiply, x, y)
}

/// BNGL calls functions without arguments as `f()`.
fn symbols_for_calls(expr: &Expr) -> Expr {
    expr.clone().map(&mut |e| match e {
        Expr::Call(name, args) if args.is_empty() => Expr::Symbol(name),
        other => other,
    })
}

fn assign_start(system: &mut ReactionSystem, symbol: &str, math: &Expr) {
    let math = symbols_for_calls(math);
    system.initial_assignments.push(InitialAssignment { symbol: symbol.to_string(), math });
}

fn assign(system: &mut ReactionSystem, name: &str, math: Expr) {
    system.parameters.push(Parameter { id: name.to_string(), value: None, constant: false });
    system.rules.push(Rule::Assignment { variable: name.to_string(), math });
}

fn reaction_of(network: &ReactionNetwork, i: usize, reaction: &model::Reaction) -> Reaction {
    let reference = |s: &model::SpeciesIdx| SpeciesReference {
        id: None,
        species: network.species[s.0].name.clone(),
        stoichiometry: Stoichiometry::Number(1.0),
        constant: true,
    };
    Reaction {
        // A rule may give many reactions; a number keeps the names apart, the space keeps them from other names.
        id: format!("reaction {} of {}", i + 1, reaction.rule),
        reactants: reaction.reactants.iter().map(reference).collect(),
        products: reaction.products.iter().map(reference).collect(),
        modifiers: Vec::new(),
        reversible: false,
        fast: false,
        kinetic_law: Some(KineticLaw { math: propensity(network, reaction), local_parameters: Vec::new() }),
    }
}

/// The propensity of a reaction, all factors included.
fn propensity(network: &ReactionNetwork, reaction: &model::Reaction) -> Expr {
    let amounts: Vec<Expr> =
        reaction.reactants.iter().map(|s| Expr::symbol(&network.species[s.0].name)).collect();
    // The second of two equal reactants has one molecule less to choose from.
    let choices: Vec<Expr> = (reaction.reactants.iter().enumerate())
        .map(|(i, species)| {
            let before = reaction.reactants[..i].iter().filter(|s| *s == species).count();
            let amount = amounts[i].clone();
            if before == 0 || network.species[species.0].fixed {
                amount
            } else {
                Expr::binary(BinaryOp::Subtract, amount, Expr::Number(before as f64))
            }
        })
        .collect();
    let k = |k: &Expr| symbols_for_calls(k);
    let all = |first: Expr, factors: &[Expr]| factors.iter().cloned().fold(first, times);
    let law = match &reaction.rate {
        RateLaw::Elementary(rate) => all(k(rate), &choices),
        RateLaw::Total(rate) => k(rate),
        RateLaw::Saturation { k: rate, half_saturation } => {
            let below = half_saturation
                .iter()
                .zip(&amounts)
                .map(|(km, x)| Expr::binary(BinaryOp::Add, k(km), x.clone()));
            let rate = all(k(rate), &choices);
            below.fold(rate, |rate, below| Expr::binary(BinaryOp::Divide, rate, below))
        }
        RateLaw::MichaelisMenten { kcat, km } => match amounts.as_slice() {
            [substrate, enzyme, ..] => michaelis_menten(k(kcat), k(km), substrate, enzyme),
            _ => Expr::Number(f64::NAN),
        },
        RateLaw::Hill { vmax, k: half, n } => match amounts.first() {
            Some(x) => {
                let above = Expr::binary(BinaryOp::Power, x.clone(), k(n));
                let half = Expr::binary(BinaryOp::Power, k(half), k(n));
                let share =
                    Expr::binary(BinaryOp::Divide, above.clone(), Expr::binary(BinaryOp::Add, half, above));
                all(times(k(vmax), share), &choices[1..])
            }
            None => Expr::Number(f64::NAN),
        },
    };
    if reaction.factor == 1.0 { law } else { times(Expr::Number(reaction.factor), law) }
}

/// As [`RateLaw::MichaelisMenten`] documents it.
fn michaelis_menten(kcat: Expr, km: Expr, substrate: &Expr, enzyme: &Expr) -> Expr {
    use BinaryOp::{Add, Divide, Subtract};
    let b = |op, x, y| Expr::binary(op, x, y);
    let difference = b(Subtract, b(Subtract, substrate.clone(), km.clone()), enzyme.clone());
    let inside = b(
        Add,
        times(difference.clone(), difference.clone()),
        times(Expr::Number(4.0), times(km.clone(), substrate.clone())),
    );
    let root = Expr::Builtin(Builtin::Sqrt, vec![inside]);
    let free = times(Expr::Number(0.5), b(Add, difference, root));
    let share = b(Divide, free.clone(), b(Add, km, free));
    times(times(kcat, enzyme.clone()), share)
}
