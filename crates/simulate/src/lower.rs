//! From the author's expressions to graph nodes.

use std::collections::HashMap;

use model::{Builtin, Expr, MathOperator, RateLaw, Reaction, ReactionNetwork};

use crate::CompileError;
use crate::ir::{Graph, NodeIdx};

#[derive(Clone, Copy)]
enum Meaning {
    Parameter(usize),
    Observable(usize),
    Function(usize),
}

/// Lowers expressions of one network; functions and observables are expanded in place.
pub(crate) struct Lowering<'a> {
    network: &'a ReactionNetwork,
    meanings: HashMap<&'a str, Meaning>,
    functions: Vec<Option<NodeIdx>>,
    observables: Vec<Option<NodeIdx>>,
    open: Vec<usize>,
    exposed: Vec<usize>,
}

impl<'a> Lowering<'a> {
    /// Knows all names of the network.
    pub(crate) fn new(network: &'a ReactionNetwork) -> Result<Self, CompileError> {
        let mut meanings = HashMap::new();
        let names = (network.parameters.iter().enumerate())
            .map(|(i, p)| (p.name.as_str(), Meaning::Parameter(i)))
            .chain(
                network
                    .observables
                    .iter()
                    .enumerate()
                    .map(|(i, o)| (o.name.as_str(), Meaning::Observable(i))),
            )
            .chain(
                network.functions.iter().enumerate().map(|(i, f)| (f.name.as_str(), Meaning::Function(i))),
            );
        for (name, meaning) in names {
            if meanings.insert(name, meaning).is_some() {
                return Err(CompileError::Duplicate { name: name.to_string() });
            }
        }
        Ok(Self {
            network,
            meanings,
            functions: vec![None; network.functions.len()],
            observables: vec![None; network.observables.len()],
            open: Vec::new(),
            exposed: Vec::new(),
        })
    }

    /// Forgets what was lowered into another graph.
    pub(crate) fn forget(&mut self) {
        self.functions.iter_mut().chain(&mut self.observables).for_each(|known| *known = None);
    }

    /// An expression; `place` names what contains it.
    pub(crate) fn expr(&mut self, g: &mut Graph, expr: &Expr, place: &str) -> Result<NodeIdx, CompileError> {
        match expr {
            Expr::Number(x) => Ok(g.constant(*x)),
            Expr::Time => Ok(g.time()),
            Expr::Symbol(name) => self.symbol(g, name, place),
            Expr::Unary(op, x) => {
                let x = self.expr(g, x, place)?;
                Ok(g.unary(*op, x))
            }
            Expr::Binary(op, x, y) => {
                let (x, y) = (self.expr(g, x, place)?, self.expr(g, y, place)?);
                Ok(g.binary(*op, x, y))
            }
            Expr::Builtin(builtin, args) => self.builtin(g, *builtin, args, place),
            Expr::Call(name, args) if args.is_empty() => self.symbol(g, name, place),
            Expr::Call(name, args) => Err(CompileError::Arguments {
                place: place.to_string(),
                function: name.clone(),
                given: args.len(),
            }),
        }
    }

    fn builtin(
        &mut self,
        g: &mut Graph,
        builtin: Builtin,
        args: &[Expr],
        place: &str,
    ) -> Result<NodeIdx, CompileError> {
        let (name, least, most) = builtin.signature();
        if args.len() < least || args.len() > most {
            return Err(CompileError::Arguments {
                place: place.to_string(),
                function: name.to_string(),
                given: args.len(),
            });
        }
        let args = args.iter().map(|a| self.expr(g, a, place)).collect::<Result<Vec<_>, _>>()?;
        if builtin == Builtin::Mratio && (g.varies(args[0]) || g.varies(args[1])) {
            return Err(CompileError::NotConstant {
                place: format!("the first arguments of mratio in {place}"),
            });
        }
        if matches!(builtin, Builtin::Math(MathOperator::Delay | MathOperator::RateOf)) {
            return Err(CompileError::UnknownSymbol { place: place.to_string(), symbol: name.to_string() });
        }
        Ok(g.builtin(builtin, &args))
    }

    fn symbol(&mut self, g: &mut Graph, name: &str, place: &str) -> Result<NodeIdx, CompileError> {
        match self.meanings.get(name) {
            Some(&Meaning::Parameter(i)) => Ok(g.parameter(i)),
            Some(&Meaning::Observable(i)) => self.observable(g, i),
            Some(&Meaning::Function(i)) => self.function(g, i),
            None => Err(CompileError::UnknownSymbol { place: place.to_string(), symbol: name.to_string() }),
        }
    }

    /// What rates and observables see of a species: its state, and what an exposure adds.
    fn amount(&mut self, g: &mut Graph, species: usize) -> Result<NodeIdx, CompileError> {
        let state = g.state(species);
        let network = self.network;
        let Some(exposure) = network.exposures.iter().find(|e| e.species.0 == species) else {
            return Ok(state);
        };
        let name = || network.species[species].name.clone();
        if !network.species[species].fixed {
            return Err(CompileError::NotHeld { name: name() });
        }
        if self.exposed.contains(&species) {
            return Err(CompileError::Cycle { name: name() });
        }
        self.exposed.push(species);
        let added = self.expr(g, &exposure.added, &format!("the exposure of {}", name()))?;
        self.exposed.pop();
        Ok(g.add(state, added))
    }

    /// The weighted sum of an observable.
    pub(crate) fn observable(&mut self, g: &mut Graph, i: usize) -> Result<NodeIdx, CompileError> {
        if let Some(done) = self.observables[i] {
            return Ok(done);
        }
        let mut sum = g.constant(0.0);
        for &(species, weight) in &self.network.observables[i].terms {
            self.check_species(species.0, || format!("observable \"{}\"", self.network.observables[i].name))?;
            let state = self.amount(g, species.0)?;
            let weight = g.constant(weight);
            let term = g.multiply(weight, state);
            sum = g.add(sum, term);
        }
        self.observables[i] = Some(sum);
        Ok(sum)
    }

    /// The body of a function.
    pub(crate) fn function(&mut self, g: &mut Graph, i: usize) -> Result<NodeIdx, CompileError> {
        if let Some(done) = self.functions[i] {
            return Ok(done);
        }
        let function = &self.network.functions[i];
        if self.open.contains(&i) {
            return Err(CompileError::Cycle { name: function.name.clone() });
        }
        self.open.push(i);
        let body = self.expr(g, &function.body, &format!("function \"{}\"", function.name))?;
        self.open.pop();
        self.functions[i] = Some(body);
        Ok(body)
    }

    fn check_species(&self, index: usize, place: impl Fn() -> String) -> Result<(), CompileError> {
        let n_species = self.network.species.len();
        if index < n_species {
            Ok(())
        } else {
            Err(CompileError::SpeciesIndex { place: place(), index, n_species })
        }
    }

    /// The rate of a reaction, all factors included, exactly as [`RateLaw`] documents it.
    pub(crate) fn rate(&mut self, g: &mut Graph, reaction: &Reaction) -> Result<NodeIdx, CompileError> {
        let place = format!("the rate of rule {}", reaction.rule);
        for species in reaction.reactants.iter().chain(&reaction.products) {
            self.check_species(species.0, || format!("rule {}", reaction.rule))?;
        }
        let x: Vec<NodeIdx> =
            reaction.reactants.iter().map(|s| self.amount(g, s.0)).collect::<Result<_, _>>()?;
        let factor = g.constant(reaction.factor);
        let law = match &reaction.rate {
            RateLaw::Elementary(k) => {
                let k = self.expr(g, k, &place)?;
                product(g, k, &x)
            }
            RateLaw::Total(k) => self.expr(g, k, &place)?,
            RateLaw::Saturation { k, half_saturation } => {
                self.need(reaction, "Sat", half_saturation.len() <= x.len(), "as many as it has constants,")?;
                let k = self.expr(g, k, &place)?;
                let mut rate = product(g, k, &x);
                for (km, &substrate) in half_saturation.iter().zip(&x) {
                    let km = self.expr(g, km, &place)?;
                    let below = g.add(km, substrate);
                    rate = g.divide(rate, below);
                }
                rate
            }
            RateLaw::MichaelisMenten { kcat, km } => {
                self.need(reaction, "MM", x.len() == 2, "two")?;
                let (kcat, km) = (self.expr(g, kcat, &place)?, self.expr(g, km, &place)?);
                michaelis_menten(g, kcat, km, x[0], x[1])
            }
            RateLaw::Hill { vmax, k, n } => {
                self.need(reaction, "Hill", !x.is_empty(), "at least one")?;
                let (vmax, k, n) =
                    (self.expr(g, vmax, &place)?, self.expr(g, k, &place)?, self.expr(g, n, &place)?);
                let (above, half) = (g.power(x[0], n), g.power(k, n));
                let below = g.add(half, above);
                let saturation = g.divide(above, below);
                let rate = g.multiply(vmax, saturation);
                product(g, rate, &x[1..])
            }
        };
        Ok(g.multiply(factor, law))
    }

    fn need(
        &self,
        reaction: &Reaction,
        law: &'static str,
        met: bool,
        needed: &'static str,
    ) -> Result<(), CompileError> {
        if met {
            return Ok(());
        }
        Err(CompileError::Reactants {
            rule: reaction.rule.clone(),
            law,
            needed,
            given: reaction.reactants.len(),
        })
    }
}

fn product(g: &mut Graph, first: NodeIdx, factors: &[NodeIdx]) -> NodeIdx {
    factors.iter().fold(first, |all, &x| g.multiply(all, x))
}

/// `kcat * e * S / (Km + S)` with the free substrate `S` of the total quasi-steady-state approximation.
fn michaelis_menten(
    g: &mut Graph,
    kcat: NodeIdx,
    km: NodeIdx,
    substrate: NodeIdx,
    enzyme: NodeIdx,
) -> NodeIdx {
    let bound = g.add(km, enzyme);
    let difference = g.subtract(substrate, bound);
    let squared = g.multiply(difference, difference);
    let four = g.constant(4.0);
    let product = g.multiply(km, substrate);
    let product = g.multiply(four, product);
    let inside = g.add(squared, product);
    let root = g.function(Builtin::Sqrt, inside);
    let sum = g.add(difference, root);
    let half = g.constant(0.5);
    let free = g.multiply(half, sum);
    let below = g.add(km, free);
    let share = g.divide(free, below);
    let rate = g.multiply(kcat, enzyme);
    g.multiply(rate, share)
}
