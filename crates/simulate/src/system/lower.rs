//! Mathematics of a system to graph nodes.

use std::collections::HashMap;

use model::reaction_system::{InitialQuantity, SpeciesReference, Stoichiometry};
use model::{Builtin, Expr, MathOperator, ReactionSystem};

use super::SystemError;
use super::stochastic::DISTRIB;
use super::table::{Role, Symbol, Table, VariableIdx};
use crate::ir::{Derivatives, Graph, Node, NodeIdx};

/// Unknowns are states from this position on until it is known how many are left.
pub(super) const FIRST_UNKNOWN: usize = 1 << 24;
/// Delayed values are states from this position on until it is known how many states there are.
pub(super) const FIRST_DELAY: usize = 1 << 25;

/// How many times faster a fast reaction is than its kinetic law says: so much that it stays in equilibrium to about
/// ten digits. At the start and at events it gets there at once, see [`super::fast`].
pub(super) const FAST: f64 = 1e10;

/// Which moment the mathematics is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Before the start, where only delays look: initial assignments hold at all those times, events and rates do
    /// not exist yet. Parameters of the graph are the values of attributes, by variable.
    Before,
    /// The start: symbols are what attributes, initial assignments and assignment rules say.
    /// Parameters of the graph are the values of attributes, by variable.
    Start,
    /// Any later time: symbols are states, slots and assignments. Parameters of the graph are the slots.
    Running,
}

/// A past value that an expression asks for.
#[derive(Clone, Debug)]
pub(super) struct Delayed {
    /// What is looked up, local parameters as numbers.
    pub(super) source: Expr,
    /// The same, while the system runs.
    pub(super) value: NodeIdx,
    /// How long ago.
    pub(super) delay: NodeIdx,
}

/// Lowers mathematics of one system at one moment.
pub(super) struct Lowering<'t, 'a> {
    pub(super) table: &'t Table<'a>,
    moment: Moment,
    symbols: Vec<Option<NodeIdx>>,
    rates: Vec<Option<NodeIdx>>,
    net: Vec<Option<NodeIdx>>,
    /// Reactions that consume or produce each species, ascending.
    reactions_of: HashMap<&'a str, Vec<usize>>,
    /// Past values, in the order in which they were asked for: inner ones come first.
    pub(super) delayed: Vec<Delayed>,
    /// What is being lowered, to find circles.
    open: Vec<Open>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Symbol(usize),
    Rate(usize),
    Net(usize),
}

/// Which reactions consume or produce each species.
fn reactions_by_species(system: &ReactionSystem) -> HashMap<&str, Vec<usize>> {
    let mut reactions: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, reaction) in system.reactions.iter().enumerate() {
        for reference in reaction.reactants.iter().chain(&reaction.products) {
            let own = reactions.entry(&reference.species).or_default();
            if own.last() != Some(&i) {
                own.push(i);
            }
        }
    }
    reactions
}

type Local<'l> = &'l [(String, Option<f64>)];

impl<'t, 'a> Lowering<'t, 'a> {
    pub(super) fn new(table: &'t Table<'a>, moment: Moment) -> Self {
        Self {
            table,
            moment,
            symbols: vec![None; table.variables.len()],
            rates: vec![None; table.system.reactions.len()],
            net: vec![None; table.system.species.len()],
            reactions_of: reactions_by_species(table.system),
            delayed: Vec::new(),
            open: Vec::new(),
        }
    }

    /// An expression; `place` names what contains it.
    pub(super) fn expr(&mut self, g: &mut Graph, expr: &Expr, place: &str) -> Result<NodeIdx, SystemError> {
        self.scoped(g, expr, &[], place)
    }

    fn scoped(
        &mut self,
        g: &mut Graph,
        expr: &Expr,
        local: Local<'_>,
        place: &str,
    ) -> Result<NodeIdx, SystemError> {
        match expr {
            Expr::Number(x) => Ok(g.constant(*x)),
            Expr::Time => Ok(g.time()),
            Expr::Symbol(name) => match local.iter().find(|(id, _)| id == name) {
                Some((_, value)) => Ok(g.constant(value.unwrap_or(f64::NAN))),
                None => self.named(g, name, place),
            },
            Expr::Unary(op, x) => {
                let x = self.scoped(g, x, local, place)?;
                Ok(g.unary(*op, x))
            }
            Expr::Binary(op, x, y) => {
                let (x, y) = (self.scoped(g, x, local, place)?, self.scoped(g, y, local, place)?);
                Ok(g.binary(*op, x, y))
            }
            Expr::Builtin(Builtin::Math(MathOperator::Delay), args) => self.delay(g, args, local, place),
            Expr::Builtin(Builtin::Math(MathOperator::RateOf), args) => {
                self.rate_of_symbol(g, args, local, place)
            }
            Expr::Builtin(builtin, args) => {
                let args =
                    args.iter().map(|a| self.scoped(g, a, local, place)).collect::<Result<Vec<_>, _>>()?;
                Ok(g.builtin(*builtin, &args))
            }
            Expr::Call(name, _) if name.starts_with(DISTRIB) => Err(SystemError::Unsupported {
                place: place.to_string(),
                feature: "a random number outside of events and initial assignments",
            }),
            Expr::Call(name, _) => {
                Err(SystemError::UnknownSymbol { place: place.to_string(), symbol: name.clone() })
            }
        }
    }

    fn named(&mut self, g: &mut Graph, name: &str, place: &str) -> Result<NodeIdx, SystemError> {
        match self.table.by_name.get(name) {
            Some(&Symbol::Variable(idx)) => self.symbol(g, idx),
            Some(&Symbol::Reaction(i)) => self.rate(g, i),
            None => Err(SystemError::UnknownSymbol { place: place.to_string(), symbol: name.to_string() }),
        }
    }

    fn enter(&mut self, what: Open, name: &str) -> Result<(), SystemError> {
        if self.open.contains(&what) {
            return Err(SystemError::Cycle { name: name.to_string() });
        }
        self.open.push(what);
        Ok(())
    }

    /// The value that the symbol of a variable means.
    pub(super) fn symbol(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        if let Some(known) = self.symbols[idx.0] {
            return Ok(known);
        }
        self.enter(Open::Symbol(idx.0), self.table.variable(idx).name)?;
        let node = match self.moment {
            Moment::Start | Moment::Before => self.symbol_at_start(g, idx)?,
            Moment::Running => self.symbol_running(g, idx)?,
        };
        self.open.pop();
        self.symbols[idx.0] = Some(node);
        Ok(node)
    }

    fn symbol_at_start(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        let variable = self.table.variable(idx);
        let assigned = match variable.role {
            Role::Assigned(math) => Some(math),
            Role::Unknown(_) if self.moment == Moment::Before => {
                return Err(SystemError::Unsupported {
                    place: variable.name.to_string(),
                    feature: "a delay of a variable of an algebraic rule",
                });
            }
            Role::Unknown(k) => return Ok(g.state(FIRST_UNKNOWN + k)),
            _ => variable.initial_assignment,
        };
        match assigned {
            Some(math) => self.expr(g, math, variable.name),
            None => self.given(g, idx),
        }
    }

    /// What initial assignments and attributes say of a variable, algebraic rules left aside.
    pub(super) fn first_guess(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        match self.table.variable(idx).initial_assignment {
            Some(math) => self.expr(g, math, self.table.variable(idx).name),
            None => self.given(g, idx),
        }
    }

    /// What the attributes of a variable say, as the value of its symbol.
    fn given(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        let given = g.parameter(idx.0);
        let Some(species) = self.table.species(idx) else { return Ok(given) };
        match (species.initial, self.table.is_amount(species)) {
            (InitialQuantity::Amount(_), false) => {
                let size = self.size(g, &species.compartment)?;
                Ok(g.divide(given, size))
            }
            (InitialQuantity::Concentration(_), true) => {
                let size = self.size(g, &species.compartment)?;
                Ok(g.multiply(given, size))
            }
            _ => Ok(given),
        }
    }

    fn symbol_running(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        let variable = self.table.variable(idx);
        let stored = match variable.role {
            Role::Assigned(math) => return self.expr(g, math, variable.name),
            Role::State(i) => g.state(i),
            Role::Unknown(k) => g.state(FIRST_UNKNOWN + k),
            Role::Slot(i) => g.parameter(i),
        };
        match self.table.species(idx) {
            Some(species) if self.table.stores_amount(idx) => {
                let size = self.size(g, &species.compartment)?;
                Ok(g.divide(stored, size))
            }
            _ => Ok(stored),
        }
    }

    /// The size of a compartment.
    pub(super) fn size(&mut self, g: &mut Graph, compartment: &str) -> Result<NodeIdx, SystemError> {
        self.named(g, compartment, "a species")
    }

    /// The amount of a species, whatever its symbol means.
    pub(super) fn amount(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        let variable = self.table.variable(idx);
        let Some(species) = self.table.species(idx) else { return self.symbol(g, idx) };
        if self.table.is_amount(species) {
            return self.symbol(g, idx);
        }
        // Amounts are taken as they are: a compartment without a size has them all the same.
        let direct = match (self.moment, variable.role) {
            (Moment::Running, Role::State(i)) if self.table.stores_amount(idx) => Some(g.state(i)),
            (Moment::Running, Role::Slot(i)) if self.table.stores_amount(idx) => Some(g.parameter(i)),
            (Moment::Start, Role::State(_) | Role::Slot(_))
                if variable.initial_assignment.is_none()
                    && matches!(species.initial, InitialQuantity::Amount(_)) =>
            {
                Some(g.parameter(idx.0))
            }
            _ => None,
        };
        match direct {
            Some(amount) => Ok(amount),
            None => {
                let (value, size) = (self.symbol(g, idx)?, self.size(g, &species.compartment)?);
                Ok(g.multiply(value, size))
            }
        }
    }

    /// The concentration of a species, whatever its symbol means.
    pub(super) fn concentration(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        match self.table.species(idx) {
            Some(species) if self.table.is_amount(species) => {
                let (value, size) = (self.symbol(g, idx)?, self.size(g, &species.compartment)?);
                Ok(g.divide(value, size))
            }
            _ => self.symbol(g, idx),
        }
    }

    /// What is stored of a variable that is a state or slot.
    pub(super) fn stored(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        if self.table.stores_amount(idx) { self.amount(g, idx) } else { self.symbol(g, idx) }
    }

    /// The kinetic law of a reaction; not a number without one.
    pub(super) fn rate(&mut self, g: &mut Graph, reaction: usize) -> Result<NodeIdx, SystemError> {
        if let Some(known) = self.rates[reaction] {
            return Ok(known);
        }
        let source = &self.table.system.reactions[reaction];
        self.enter(Open::Rate(reaction), &source.id)?;
        let rate = match &source.kinetic_law {
            Some(law) => self.scoped(g, &law.math, &law.local_parameters, &source.id)?,
            None => g.constant(f64::NAN),
        };
        self.open.pop();
        self.rates[reaction] = Some(rate);
        Ok(rate)
    }

    /// What a species reference says of its stoichiometry.
    pub(super) fn stoichiometry(
        &mut self,
        g: &mut Graph,
        reference: &SpeciesReference,
    ) -> Result<NodeIdx, SystemError> {
        match (&reference.id, &reference.stoichiometry) {
            (Some(id), _) => self.named(g, id, "a species reference"),
            (None, Stoichiometry::Number(n)) => Ok(g.constant(*n)),
            (None, Stoichiometry::Math(math)) => self.expr(g, math, "a stoichiometry"),
            (None, Stoichiometry::Unset) => Ok(g.constant(f64::NAN)),
        }
    }

    /// Change of the amount of a species by reactions, per time.
    ///
    /// `dn/dt = cf * sum over reactions of (stoichiometry of products - of reactants) * rate`
    ///
    /// Rates of fast reactions are multiplied by [`FAST`].
    ///
    /// # Source
    /// SBML L3V2 core, section 4.11.7.
    pub(super) fn net_rate(&mut self, g: &mut Graph, species: usize) -> Result<NodeIdx, SystemError> {
        if let Some(known) = self.net[species] {
            return Ok(known);
        }
        self.enter(Open::Net(species), &self.table.system.species[species].id)?;
        let slow = self.net_rate_by(g, species, false)?;
        let fast = self.net_rate_by(g, species, true)?;
        let factor = g.constant(FAST);
        let fast = g.multiply(factor, fast);
        let net = g.add(slow, fast);
        self.open.pop();
        self.net[species] = Some(net);
        Ok(net)
    }

    /// The part of fast reactions, as the kinetic laws say it, or that of the others.
    pub(super) fn net_rate_by(
        &mut self,
        g: &mut Graph,
        species: usize,
        fast: bool,
    ) -> Result<NodeIdx, SystemError> {
        let system = self.table.system;
        let source = &system.species[species];
        let mut sum = g.constant(0.0);
        let own = self.reactions_of.get(source.id.as_str()).cloned().unwrap_or_default();
        for i in own {
            let reaction = &system.reactions[i];
            if reaction.kinetic_law.is_none() || reaction.fast != fast {
                continue;
            }
            let sides = [(&reaction.reactants, -1.0), (&reaction.products, 1.0)];
            for (references, sign) in sides {
                for reference in references.iter().filter(|r| r.species == source.id) {
                    let rate = self.rate(g, i)?;
                    let many = self.stoichiometry(g, reference)?;
                    let sign = g.constant(sign);
                    let signed = g.multiply(sign, many);
                    let term = g.multiply(signed, rate);
                    sum = g.add(sum, term);
                }
            }
        }
        match source.conversion_factor.as_ref().or(system.conversion_factor.as_ref()) {
            Some(factor) => {
                let factor = self.named(g, factor, "a conversion factor")?;
                Ok(g.multiply(factor, sum))
            }
            None => Ok(sum),
        }
    }

    /// Time derivative of what is stored of a state.
    pub(super) fn state_rate(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        let variable = self.table.variable(idx);
        match (variable.rate_rule, variable.kind) {
            (Some(math), _) => self.expr(g, math, variable.name),
            (None, super::table::Kind::Species(i)) => self.net_rate(g, i),
            (None, _) => Ok(g.constant(0.0)),
        }
    }

    fn delay(
        &mut self,
        g: &mut Graph,
        args: &[Expr],
        local: Local<'_>,
        place: &str,
    ) -> Result<NodeIdx, SystemError> {
        let [source, delay] = args else { return Ok(g.constant(f64::NAN)) };
        let delay = self.scoped(g, delay, local, place)?;
        if g.value(delay) == Some(0.0) {
            return self.scoped(g, source, local, place);
        }
        if self.moment == Moment::Running {
            let value = self.scoped(g, source, local, place)?;
            let source = source.clone().map(&mut |e| match e {
                Expr::Symbol(name) => match local.iter().find(|(id, _)| *id == name) {
                    Some((_, number)) => Expr::Number(number.unwrap_or(f64::NAN)),
                    None => Expr::Symbol(name),
                },
                other => other,
            });
            self.delayed.push(Delayed { source, value, delay });
            return Ok(g.state(FIRST_DELAY + self.delayed.len() - 1));
        }
        let before = Lowering::new(self.table, Moment::Before).scoped(g, source, local, place)?;
        let time = g.time();
        let then = g.subtract(time, delay);
        Ok(g.substitute(&[before], &|leaf| (leaf == Node::Time).then_some(then))[0])
    }

    fn rate_of_symbol(
        &mut self,
        g: &mut Graph,
        args: &[Expr],
        local: Local<'_>,
        place: &str,
    ) -> Result<NodeIdx, SystemError> {
        let [Expr::Symbol(name)] = args else {
            return Err(SystemError::Unsupported {
                place: place.to_string(),
                feature: "rateOf of an expression",
            });
        };
        if local.iter().any(|(id, _)| id == name) {
            return Ok(g.constant(0.0));
        }
        if self.moment == Moment::Before {
            let value = self.named(g, name, place)?;
            return Ok(Derivatives::with_respect_to(Node::Time).of(g, value));
        }
        match self.table.by_name.get(name.as_str()) {
            Some(&Symbol::Variable(idx)) => self.rate_of(g, idx),
            Some(&Symbol::Reaction(i)) => {
                let rate = self.rate(g, i)?;
                self.total_derivative(g, rate, place)
            }
            None => Err(SystemError::UnknownSymbol { place: place.to_string(), symbol: name.clone() }),
        }
    }

    /// Time derivative of the symbol of a variable.
    fn rate_of(&mut self, g: &mut Graph, idx: VariableIdx) -> Result<NodeIdx, SystemError> {
        let variable = self.table.variable(idx);
        if matches!(variable.role, Role::Assigned(_) | Role::Unknown(_)) {
            let value = self.symbol(g, idx)?;
            return self.total_derivative(g, value, variable.name);
        }
        let change = match variable.role {
            Role::State(_) => self.state_rate(g, idx)?,
            _ => g.constant(0.0),
        };
        let Some(species) = self.table.species(idx).filter(|_| self.table.stores_amount(idx)) else {
            return Ok(change);
        };
        // c = n / V, so dc/dt = (dn/dt - c dV/dt) / V.
        let compartment = self.table.named(&species.compartment, &species.id)?;
        let growth = self.rate_of(g, compartment)?;
        let size = self.symbol(g, compartment)?;
        let dilution = if g.value(growth) == Some(0.0) {
            growth
        } else {
            let concentration = self.symbol(g, idx)?;
            g.multiply(concentration, growth)
        };
        let net = g.subtract(change, dilution);
        Ok(g.divide(net, size))
    }

    /// Time derivative of an expression along the solution.
    fn total_derivative(&mut self, g: &mut Graph, of: NodeIdx, place: &str) -> Result<NodeIdx, SystemError> {
        let unsupported = |feature| SystemError::Unsupported { place: place.to_string(), feature };
        if self.moment == Moment::Start {
            return Err(unsupported("rateOf of an assigned variable at the start"));
        }
        let mut sum = Derivatives::with_respect_to(Node::Time).of(g, of);
        for state in g.states_of_all(&[of]).concat() {
            let Some(&idx) = self.table.states.get(state) else {
                return Err(unsupported("rateOf of a variable with a delay or an algebraic rule"));
            };
            let leaf = Node::State(u32::try_from(state).expect("fewer than 2^32 states"));
            let slope = Derivatives::with_respect_to(leaf).of(g, of);
            let change = self.state_rate(g, idx)?;
            let term = g.multiply(slope, change);
            sum = g.add(sum, term);
        }
        Ok(sum)
    }

    /// Positions that the leaves of unknowns and delays get in the end.
    pub(super) fn final_leaves(
        g: &mut Graph,
        unknowns: &HashMap<usize, NodeIdx>,
        first_delay: usize,
        n_delays: usize,
    ) -> HashMap<Node, NodeIdx> {
        let leaf = |position: usize| Node::State(u32::try_from(position).expect("fewer than 2^32 states"));
        let mut leaves: HashMap<Node, NodeIdx> =
            unknowns.iter().map(|(&k, &node)| (leaf(FIRST_UNKNOWN + k), node)).collect();
        for k in 0..n_delays {
            let node = g.state(first_delay + k);
            leaves.insert(leaf(FIRST_DELAY + k), node);
        }
        leaves
    }
}
