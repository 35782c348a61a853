//! A flat reaction network (BNGL, .net) as a reaction system.
//!
//! One compartment of size 1, species as amounts, observables and functions as parameters with assignment rules.
//! Species are called `S1`, `S2`, ... in the order of the network; their names are the BNGL texts.

use std::collections::{BTreeMap, HashSet};

use model::documentation::Remarks;
use model::reaction_system::{
    Compartment, InitialAssignment, InitialQuantity, KineticLaw, Parameter, Reaction, Rule, Species,
    SpeciesReference, Stoichiometry,
};
use model::{BinaryOp, Builtin, Expr, RateLaw, ReactionNetwork, ReactionSystem, SpeciesIdx};

/// The same model with the words of SBML.
pub fn from_network(network: &ReactionNetwork) -> ReactionSystem {
    let mut taken: HashSet<String> = (network.parameters.iter().map(|p| p.name.clone()))
        .chain(network.observables.iter().map(|o| o.name.clone()))
        .chain(network.functions.iter().map(|f| f.name.clone()))
        .collect();
    let mut free = |wish: String| {
        let mut name = wish;
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        name
    };
    let cell = free("cell".to_string());
    let species: Vec<String> = (1..=network.species.len()).map(|i| free(format!("S{i}"))).collect();
    let mut made = Made { system: ReactionSystem::default(), species: &species };
    made.system.compartments.push(Compartment {
        id: cell.clone(),
        spatial_dimensions: 3.0,
        size: Some(1.0),
        constant: true,
    });
    for (one, id) in network.species.iter().zip(&species) {
        made.species(one, id, &cell);
    }
    for parameter in &network.parameters {
        let value = made.start(&parameter.name, &parameter.value);
        made.system.parameters.push(Parameter { id: parameter.name.clone(), value, constant: true });
    }
    for observable in &network.observables {
        let terms = observable.terms.iter().map(|(idx, weight)| match weight {
            1.0 => made.symbol(*idx),
            w => Expr::binary(BinaryOp::Multiply, Expr::Number(*w), made.symbol(*idx)),
        });
        let sum = terms.reduce(|a, b| Expr::binary(BinaryOp::Add, a, b)).unwrap_or(Expr::Number(0.0));
        made.rule(&observable.name, sum);
    }
    for function in &network.functions {
        made.rule(&function.name, without_calls(&function.body));
    }
    for (i, reaction) in network.reactions.iter().enumerate() {
        let id = free(format!("R{}", i + 1));
        made.reaction(reaction, id);
    }
    made.system
}

struct Made<'s> {
    system: ReactionSystem,
    species: &'s [String],
}

impl Made<'_> {
    fn symbol(&self, idx: SpeciesIdx) -> Expr {
        Expr::symbol(&self.species[idx.0])
    }

    fn name(&mut self, id: &str, name: &str) {
        let remarks = Remarks { name: name.to_string(), ..Remarks::default() };
        self.system.documentation.components.insert(id.to_string(), remarks);
    }

    /// A number as it is; anything else becomes an initial assignment.
    fn start(&mut self, symbol: &str, value: &Expr) -> Option<f64> {
        if let Expr::Number(number) = value {
            return Some(*number);
        }
        let math = without_calls(value);
        self.system.initial_assignments.push(InitialAssignment { symbol: symbol.to_string(), math });
        None
    }

    fn species(&mut self, species: &model::Species, id: &str, compartment: &str) {
        let initial =
            self.start(id, &species.initial).map_or(InitialQuantity::Unset, InitialQuantity::Amount);
        self.name(id, &species.name);
        self.system.species.push(Species {
            id: id.to_string(),
            compartment: compartment.to_string(),
            initial,
            has_only_substance_units: true,
            boundary_condition: species.fixed,
            constant: false,
            conversion_factor: None,
        });
    }

    fn rule(&mut self, name: &str, math: Expr) {
        self.system.parameters.push(Parameter { id: name.to_string(), value: None, constant: false });
        self.system.rules.push(Rule::Assignment { variable: name.to_string(), math });
    }

    fn reaction(&mut self, reaction: &model::Reaction, id: String) {
        if !reaction.rule.is_empty() {
            self.name(&id, &reaction.rule);
        }
        let math = without_calls(&self.rate(reaction));
        let sides = (self.side(&reaction.reactants), self.side(&reaction.products));
        self.system.reactions.push(Reaction {
            id,
            reactants: sides.0,
            products: sides.1,
            modifiers: Vec::new(),
            reversible: false,
            fast: false,
            kinetic_law: Some(KineticLaw { math, local_parameters: Vec::new() }),
        });
    }

    fn side(&self, species: &[SpeciesIdx]) -> Vec<SpeciesReference> {
        let mut counts: BTreeMap<SpeciesIdx, f64> = BTreeMap::new();
        for idx in species {
            *counts.entry(*idx).or_default() += 1.0;
        }
        let reference = |(idx, n): (SpeciesIdx, f64)| SpeciesReference {
            id: None,
            species: self.species[idx.0].clone(),
            stoichiometry: Stoichiometry::Number(n),
            constant: true,
        };
        counts.into_iter().map(reference).collect()
    }

    /// The rate as [`RateLaw`] defines it.
    fn rate(&self, reaction: &model::Reaction) -> Expr {
        use BinaryOp::{Add, Divide, Multiply, Power, Subtract};
        let times = |a, b| Expr::binary(Multiply, a, b);
        let all = |start: Expr, species: &[SpeciesIdx]| {
            species.iter().fold(start, |product, idx| times(product, self.symbol(*idx)))
        };
        let factor = |k: &Expr| match reaction.factor {
            1.0 => k.clone(),
            c => times(Expr::Number(c), k.clone()),
        };
        let x = |i: usize| reaction.reactants.get(i).map_or(Expr::Number(0.0), |idx| self.symbol(*idx));
        match &reaction.rate {
            RateLaw::Elementary(k) => all(factor(k), &reaction.reactants),
            RateLaw::Total(k) => factor(k),
            RateLaw::Saturation { k, half_saturation } => {
                let above = all(factor(k), &reaction.reactants);
                let below = half_saturation.iter().enumerate();
                below.fold(above, |rate, (i, constant)| {
                    Expr::binary(Divide, rate, Expr::binary(Add, constant.clone(), x(i)))
                })
            }
            RateLaw::MichaelisMenten { kcat, km } => {
                let free = Expr::binary(Subtract, Expr::binary(Subtract, x(0), km.clone()), x(1));
                let four = times(times(Expr::Number(4.0), km.clone()), x(0));
                let root = Expr::binary(Add, Expr::binary(Power, free.clone(), Expr::Number(2.0)), four);
                let sum = Expr::binary(Add, free, Expr::Builtin(Builtin::Sqrt, vec![root]));
                let substrate = times(Expr::Number(0.5), sum);
                let above = times(times(factor(kcat), x(1)), substrate.clone());
                Expr::binary(Divide, above, Expr::binary(Add, km.clone(), substrate))
            }
            RateLaw::Hill { vmax, k, n } => {
                let power = |base: Expr| Expr::binary(Power, base, n.clone());
                let above = times(factor(vmax), power(x(0)));
                let below = Expr::binary(Add, power(k.clone()), power(x(0)));
                all(Expr::binary(Divide, above, below), reaction.reactants.get(1..).unwrap_or_default())
            }
        }
    }
}

/// Functions without arguments are symbols.
fn without_calls(expr: &Expr) -> Expr {
    expr.clone().map(&mut |e| match e {
        Expr::Call(name, args) if args.is_empty() => Expr::Symbol(name),
        other => other,
    })
}
