//! Compartments: which touch each other, which one a species is in, how their sizes enter rate constants.
//!
//! # Source
//! Harris, Hogg & Faeder (2009), Compartmental rule-based modeling of biochemical systems, Proc. Winter Simulation
//! Conference, 908-919; BioNetGen 2.9 behaves alike.

use crate::graph::Graph;
use crate::symbols::{Symbol, Symbols};
use model::{BinaryOp, Expr, RuleModel};
use std::collections::HashMap;

#[derive(Debug)]
struct Place {
    dimension: u8,
    outside: Option<Symbol>,
    inside: Option<Symbol>,
    size: Expr,
}

/// How compartments enclose each other.
#[derive(Debug, Default)]
pub(crate) struct Topology {
    places: HashMap<Symbol, Place>,
    number_per_quantity: Option<Expr>,
}

/// Transport of a species from surface to surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cytosis {
    /// The surfaces enclose each other: what was outside comes inside.
    Endo,
    /// The surfaces lie side by side: outside stays outside.
    Exo,
}

impl Topology {
    /// From a model's compartments.
    pub(crate) fn new(model: &RuleModel, symbols: &Symbols) -> Self {
        let mut places = HashMap::new();
        for compartment in &model.compartments {
            let outside = compartment.parent.as_deref().and_then(|p| symbols.get(p));
            let child = model.compartments.iter().find(|c| c.parent.as_ref() == Some(&compartment.name));
            let inside = child.and_then(|c| symbols.get(&c.name));
            let place =
                Place { dimension: compartment.dimension, outside, inside, size: compartment.size.clone() };
            if let Some(name) = symbols.get(&compartment.name) {
                places.insert(name, place);
            }
        }
        let option = model.options.iter().rev().find(|(name, _)| name == "NumberPerQuantityUnit");
        let number_per_quantity = option.map(|(_, text)| match text.trim().parse() {
            Ok(number) => Expr::Number(number),
            Err(_) => Expr::symbol(text.trim()),
        });
        Self { places, number_per_quantity }
    }

    /// Whether the model has compartments at all.
    pub(crate) fn is_used(&self) -> bool {
        !self.places.is_empty()
    }

    /// Whether a compartment is declared.
    pub(crate) fn contains(&self, compartment: Symbol) -> bool {
        self.places.contains_key(&compartment)
    }

    /// Whether a compartment is two-dimensional.
    pub(crate) fn is_surface(&self, compartment: Symbol) -> bool {
        self.places.get(&compartment).is_some_and(|p| p.dimension == 2)
    }

    /// Whether one encloses the other directly.
    pub(crate) fn are_adjacent(&self, a: Symbol, b: Symbol) -> bool {
        self.outside(a) == Some(b) || self.outside(b) == Some(a)
    }

    /// The compartment around.
    pub(crate) fn outside(&self, compartment: Symbol) -> Option<Symbol> {
        self.places.get(&compartment)?.outside
    }

    /// The (first) compartment within.
    pub(crate) fn inside(&self, compartment: Symbol) -> Option<Symbol> {
        self.places.get(&compartment)?.inside
    }

    /// How a species gets from one surface to another across the volume between them.
    pub(crate) fn cytosis(&self, from: Symbol, to: Symbol) -> Option<Cytosis> {
        if !self.is_surface(from) || !self.is_surface(to) {
            return None;
        }
        self.inside(from)?;
        self.inside(to)?;
        let around = |c| self.outside(c);
        if around(from).is_some() && around(from) == around(to) {
            return Some(Cytosis::Exo);
        }
        let encloses = |outer, inner| around(inner).and_then(around) == Some(outer);
        (encloses(from, to) || encloses(to, from)).then_some(Cytosis::Endo)
    }

    /// Whether species in these compartments can meet: at most one surface and one volume, adjacent.
    pub(crate) fn can_interact(&self, compartments: &[Option<Symbol>]) -> bool {
        let known: Vec<Symbol> = compartments.iter().copied().flatten().collect();
        if known.is_empty() {
            return true;
        }
        if known.len() < compartments.len() {
            return false;
        }
        let (surfaces, volumes): (Vec<Symbol>, Vec<Symbol>) =
            known.into_iter().partition(|&c| self.is_surface(c));
        let all_equal = |list: &[Symbol]| list.windows(2).all(|w| w[0] == w[1]);
        let touch = match (surfaces.first(), volumes.first()) {
            (Some(&surface), Some(&volume)) => self.are_adjacent(surface, volume),
            _ => true,
        };
        all_equal(&surfaces) && all_equal(&volumes) && touch
    }

    /// Finds the compartment of a species and gives it to all molecules without one.
    ///
    /// The surface of any molecule, else the only volume; molecules without compartment count as in the
    /// species' own one; if nothing is known, `otherwise`. False if the compartments do not fit together.
    pub(crate) fn settle(&self, graph: &mut Graph, otherwise: Option<Symbol>) -> bool {
        let own = graph.compartment;
        let mut known: Vec<Symbol> = graph.molecules.iter().filter_map(|m| m.compartment.or(own)).collect();
        known.sort_unstable();
        known.dedup();
        let (surfaces, volumes): (Vec<Symbol>, Vec<Symbol>) =
            known.into_iter().partition(|&c| self.is_surface(c));
        let inferred = match (surfaces.as_slice(), volumes.as_slice()) {
            ([], []) => otherwise,
            ([], [volume]) => Some(*volume),
            ([surface], volumes) => {
                volumes.iter().all(|&v| self.are_adjacent(*surface, v)).then_some(*surface)
            }
            _ => None,
        };
        let Some(inferred) = inferred else { return false };
        if own.is_some_and(|own| own != inferred) {
            return false;
        }
        graph.compartment = Some(inferred);
        for molecule in &mut graph.molecules {
            molecule.compartment.get_or_insert(inferred);
        }
        self.bonds_fit(graph)
    }

    /// Whether bonds join only molecules in one compartment or in adjacent ones.
    fn bonds_fit(&self, graph: &Graph) -> bool {
        let place = |m: usize| graph.molecules[m].compartment;
        graph.molecules.iter().all(|molecule| {
            molecule.components.iter().flat_map(|c| c.bonds.iter()).all(|site| {
                match (molecule.compartment, place(site.molecule as usize)) {
                    (Some(a), Some(b)) => a == b || self.are_adjacent(a, b),
                    _ => false,
                }
            })
        })
    }

    /// The rate constant per amount, from one per concentration.
    ///
    /// Of the reactants one surface, else one volume, is left out; the constant is divided by the sizes of the
    /// others' compartments. Without reactants it is multiplied by the products' compartment.
    ///
    /// - `S -> ...`, `V -> ...`: `k`
    /// - `S + S -> ...`: `k / S`
    /// - `S + V -> ...`, `V + V -> ...`: `k / V`
    /// - `0 -> S`: `k * S`
    pub(crate) fn per_amount(
        &self,
        k: Expr,
        reactants: &[Option<Symbol>],
        products: &[Option<Symbol>],
    ) -> Expr {
        let mut places: Vec<Symbol> = reactants.iter().copied().flatten().collect();
        if places.is_empty() {
            let mut products = products.iter().copied().flatten();
            return match products.next() {
                Some(first) if reactants.is_empty() && products.all(|c| c == first) => {
                    self.scaled(k, BinaryOp::Multiply, first)
                }
                _ => k,
            };
        }
        let anchor = places.iter().position(|&c| self.is_surface(c)).unwrap_or(0);
        places.remove(anchor);
        places.sort_by_key(|&c| !self.is_surface(c));
        places.into_iter().fold(k, |k, place| {
            let k = self.scaled(k, BinaryOp::Divide, place);
            match &self.number_per_quantity {
                Some(number) => Expr::binary(BinaryOp::Divide, k, number.clone()),
                None => k,
            }
        })
    }

    fn scaled(&self, k: Expr, op: BinaryOp, place: Symbol) -> Expr {
        match self.places.get(&place) {
            Some(place) => Expr::binary(op, k, place.size.clone()),
            None => k,
        }
    }
}
