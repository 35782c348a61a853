//! Programs without what stays zero.

use std::collections::HashMap;
use std::sync::Arc;

use crate::CompiledNetwork;
use crate::ir::{Body, TapeScratch};

/// Programs that are kept for the next time.
const MOST_PARTS: usize = 64;

/// The programs of a network for states that are not zero; in the beginning for all.
///
/// In a run without a drug, its complexes are zero and stay so. What computes them is left out; the numbers are the same.
#[derive(Debug)]
pub(crate) struct LiveParts {
    active: Option<Arc<Part>>,
    known: HashMap<Vec<bool>, Arc<Part>>,
}

#[derive(Debug)]
struct Part {
    dydt: Body,
    jac: Body,
}

impl LiveParts {
    /// All states.
    pub(crate) fn all() -> Self {
        Self { active: None, known: HashMap::new() }
    }

    /// From now on only these; all others are zero.
    ///
    /// # Shapes and units
    /// - `live`: `[n_species]`; `None`: all
    pub(crate) fn restrict(&mut self, network: &CompiledNetwork, live: Option<&[bool]>) {
        let Some(live) = live.filter(|live| live.contains(&false)) else {
            self.active = None;
            return;
        };
        let part = match self.known.get(live) {
            Some(part) => part.clone(),
            None => {
                if self.known.len() == MOST_PARTS {
                    self.known.clear();
                }
                let part = Arc::new(Part::new(network, live));
                self.known.insert(live.to_vec(), part.clone());
                part
            }
        };
        self.active = Some(part);
    }

    /// Rates. Shapes: `y` and `dydt` `[n_species]`.
    pub(crate) fn rhs<const L: usize>(
        &self,
        network: &CompiledNetwork,
        t: [f64; L],
        y: &[[f64; L]],
        scratch: &mut TapeScratch<L>,
        dydt: &mut [[f64; L]],
    ) {
        let tape = &network.tapes.dydt;
        let body = self.active.as_ref().map_or(tape.body(), |part| &part.dydt);
        tape.evaluate_body(body, t, y, scratch, dydt);
    }

    /// The Jacobian. Shapes: `y` `[n_species]`, `values` `[nnz]`.
    pub(crate) fn jac<const L: usize>(
        &self,
        network: &CompiledNetwork,
        t: [f64; L],
        y: &[[f64; L]],
        scratch: &mut TapeScratch<L>,
        values: &mut [[f64; L]],
    ) {
        let tape = &network.tapes.jac;
        let body = self.active.as_ref().map_or(tape.body(), |part| &part.jac);
        tape.evaluate_body(body, t, y, scratch, values);
    }
}

impl Part {
    fn new(network: &CompiledNetwork, live: &[bool]) -> Self {
        let entries: Vec<bool> =
            network.jac_pattern().entries().map(|(row, column)| live[row] && live[column]).collect();
        Self {
            dydt: network.tapes.dydt.part(live, |state| live[state]),
            jac: network.tapes.jac.part(live, |entry| entries[entry]),
        }
    }
}
