//! Pharmacokinetics in the network: compartments, first-order reactions, and the drug of the tumour on top of that of
//! the medium.

use model::{BinaryOp, Exposure, Expr, Function, NetworkObservable, Parameter, RateLaw, Reaction};
use model::{ReactionNetwork, Species, SpeciesIdx};

use crate::Library;
use crate::animal::{Pharmacokinetics, Quantity};

/// Appends the pharmacokinetics of all drugs whose species the network has; [`super::names`] reports those it lacks.
///
/// Each drug gains observables `PK_<drug>_plasma_nM` (total) and `PK_<drug>_tumour_nM` (free, in nM).
pub(crate) fn append(library: &Library, network: &mut ReactionNetwork) {
    for kinetics in library.pharmacokinetics() {
        let Some(agent) = library.agent(&kinetics.drug) else { continue };
        let own = super::names::canonical(&agent.species);
        let held = network.species.iter().position(|s| super::names::canonical(&s.name) == own);
        if let Some(held) = held {
            Builder { kinetics, network }.append(SpeciesIdx(held));
        }
    }
}

struct Builder<'b> {
    kinetics: &'b Pharmacokinetics,
    network: &'b mut ReactionNetwork,
}

impl Builder<'_> {
    fn append(mut self, held: SpeciesIdx) {
        let kinetics = self.kinetics;
        for row in &kinetics.rows {
            let name = kinetics.parameter(row.quantity, row.route);
            self.network.parameters.push(Parameter { name, value: Expr::Number(row.value) });
        }
        let number = |quantity| Expr::symbol(kinetics.parameter(quantity, None));
        let per_volume = |quantity, volume| binary(BinaryOp::Divide, number(quantity), number(volume));
        let plasma = self.compartment("plasma");
        let tumour = self.compartment("tumour");
        for route in kinetics.depots() {
            let depot = self.species(kinetics.entry(route));
            let ka = Expr::symbol(kinetics.parameter(Quantity::Absorption, Some(route)));
            self.reaction("absorption", &[depot], &[plasma], ka);
        }
        self.reaction("elimination", &[plasma], &[], per_volume(Quantity::Clearance, Quantity::Volume));
        if kinetics.value(Quantity::Exchange, None).is_some() {
            let second = self.compartment("peripheral");
            let there = per_volume(Quantity::Exchange, Quantity::Volume);
            let back = per_volume(Quantity::Exchange, Quantity::PeripheralVolume);
            self.reaction("distribution", &[plasma], &[second], there);
            self.reaction("redistribution", &[second], &[plasma], back);
        }
        // The tumour is too small to take anything away from the plasma.
        let free = per_volume(Quantity::FreeFraction, Quantity::Volume);
        let reaches = binary(BinaryOp::Multiply, number(Quantity::TumourPartition), free);
        let uptake = binary(BinaryOp::Multiply, number(Quantity::TumourRelease), reaches);
        self.reaction("uptake", &[plasma], &[plasma, tumour], uptake);
        self.reaction("release", &[tumour], &[], number(Quantity::TumourRelease));

        let amount = self.observable("plasma_nmol_per_kg", plasma);
        let concentration = binary(BinaryOp::Divide, Expr::symbol(amount), number(Quantity::Volume));
        let name = format!("{}_plasma_nM", kinetics.prefix());
        self.network.functions.push(Function { name, arguments: Vec::new(), body: concentration });
        let free = self.observable("tumour_nM", tumour);
        self.network.exposures.push(Exposure { species: held, added: Expr::symbol(free) });
    }

    fn compartment(&mut self, name: &str) -> SpeciesIdx {
        self.species(format!("{}_{name}()", self.kinetics.prefix()))
    }

    fn species(&mut self, name: String) -> SpeciesIdx {
        self.network.species.push(Species { name, initial: Expr::Number(0.0), fixed: false });
        SpeciesIdx(self.network.species.len() - 1)
    }

    fn reaction(&mut self, name: &str, reactants: &[SpeciesIdx], products: &[SpeciesIdx], rate: Expr) {
        self.network.reactions.push(Reaction {
            reactants: reactants.to_vec(),
            products: products.to_vec(),
            factor: 1.0,
            rate: RateLaw::Elementary(rate),
            rule: format!("{}_{name}", self.kinetics.prefix()),
        });
    }

    fn observable(&mut self, name: &str, of: SpeciesIdx) -> String {
        let name = format!("{}_{name}", self.kinetics.prefix());
        self.network.observables.push(NetworkObservable { name: name.clone(), terms: vec![(of, 1.0)] });
        name
    }
}

fn binary(op: BinaryOp, x: Expr, y: Expr) -> Expr {
    Expr::Binary(op, Box::new(x), Box::new(y))
}

#[cfg(test)]
#[path = "exposure_tests.rs"]
mod tests;
