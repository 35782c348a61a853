//! Random numbers from the distributions of SBML's package distrib.
//!
//! In a [`ReactionSystem`] a draw is a call of a function named `distrib:` and the distribution. Draws stand in
//! initial assignments and in events; elsewhere, where an expression has no moment of evaluation, they are refused.

use model::reaction_system::{Parameter, Rule};
use model::{Expr, ReactionSystem};
use rand_distr::{
    Binomial, Cauchy, ChiSquared, Distribution as _, Exp, Gamma, LogNormal, Normal, Poisson, Weibull,
};

use super::super::SystemError;
use super::super::compile::{CompiledSystem, Place};
use super::super::run::Engine;
use super::random::Stream;
use crate::SpeciesAs;

/// How the names of distributions begin.
pub(in super::super) const DISTRIB: &str = "distrib:";
/// So many tries to hit the limits of a truncated distribution.
const MOST_TRIES: usize = 1_000_000;

/// A random number that an event or an initial assignment asks for.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    kind: String,
    /// Variable that holds the number, its slot, and the columns of the arguments.
    variable: usize,
    slot: usize,
    arguments: Vec<usize>,
    at_start: bool,
}

/// A draw by the names of its parameters.
#[derive(Clone, Debug)]
pub(in super::super) struct NamedDraw {
    kind: String,
    name: String,
    arguments: Vec<String>,
    at_start: bool,
}

/// Puts parameters in the place of draws; `None` without draws.
pub(in super::super) fn take_draws(system: &ReactionSystem) -> Option<(ReactionSystem, Vec<NamedDraw>)> {
    let mut has = false;
    let mut look =
        |e: &Expr| e.walk(&mut |e| has |= matches!(e, Expr::Call(name, _) if name.starts_with(DISTRIB)));
    system.initial_assignments.iter().for_each(|a| look(&a.math));
    for event in &system.events {
        event.delay.iter().chain(&event.priority).for_each(&mut look);
        event.assignments.iter().for_each(|a| look(&a.math));
    }
    if !has {
        return None;
    }
    let mut system = system.clone();
    let mut draws = Vec::new();
    let mut added = ReactionSystem::default();
    let mut take = |math: &mut Expr, at_start| {
        let taken = std::mem::replace(math, Expr::Number(0.0));
        *math = taken.map(&mut |e| match e {
            Expr::Call(kind, args) if kind.starts_with(DISTRIB) => {
                named(&mut added, &mut draws, kind, args, at_start)
            }
            other => other,
        });
    };
    system.initial_assignments.iter_mut().for_each(|a| take(&mut a.math, true));
    for event in &mut system.events {
        event.delay.iter_mut().chain(&mut event.priority).for_each(|math| take(math, false));
        event.assignments.iter_mut().for_each(|a| take(&mut a.math, false));
    }
    system.parameters.extend(added.parameters);
    system.rules.extend(added.rules);
    Some((system, draws))
}

fn named(
    added: &mut ReactionSystem,
    draws: &mut Vec<NamedDraw>,
    kind: String,
    args: Vec<Expr>,
    at_start: bool,
) -> Expr {
    let name = format!(" draw {}", draws.len());
    added.parameters.push(Parameter { id: name.clone(), value: Some(1.0), constant: false });
    let mut arguments = Vec::new();
    for (i, math) in args.into_iter().enumerate() {
        let argument = format!("{name} argument {i}");
        added.parameters.push(Parameter { id: argument.clone(), value: None, constant: false });
        added.rules.push(Rule::Assignment { variable: argument.clone(), math });
        arguments.push(argument);
    }
    draws.push(NamedDraw { kind, name: name.clone(), arguments, at_start });
    Expr::Symbol(name)
}

/// Finds the places of draws.
pub(in super::super) fn place_draws(compiled: &CompiledSystem, draws: &[NamedDraw]) -> Vec<Draw> {
    let column = |name: &String| compiled.column(name, SpeciesAs::Symbol);
    let place = |draw: &NamedDraw| {
        let variable = column(&draw.name)?;
        let Place::Slot(slot) = compiled.stored[variable].place else { return None };
        let arguments = draw.arguments.iter().map(column).collect::<Option<_>>()?;
        Some(Draw { kind: draw.kind.clone(), variable, slot, arguments, at_start: draw.at_start })
    };
    draws.iter().filter_map(place).collect()
}

impl Engine<'_> {
    /// Draws what initial assignments ask for, and starts anew with it.
    pub(in super::super) fn draw_start(&mut self) -> Result<(), SystemError> {
        let compiled = self.compiled;
        if !compiled.draws.iter().any(|d| d.at_start) {
            return Ok(());
        }
        let mut given = compiled.given.clone();
        for draw in compiled.draws.iter().filter(|d| d.at_start) {
            given[draw.variable] = self.draw(draw)?;
            (self.y, self.slots) = compiled.start_values(&given, self.t)?;
            self.publish_slots();
        }
        Ok(())
    }

    /// Draws anew what events ask for.
    pub(in super::super) fn draw_for_events(&mut self) -> Result<(), SystemError> {
        let compiled = self.compiled;
        for draw in compiled.draws.iter().filter(|d| !d.at_start) {
            self.slots[draw.slot] = self.draw(draw)?;
            self.publish_slots();
        }
        Ok(())
    }

    fn draw(&mut self, draw: &Draw) -> Result<f64, SystemError> {
        let mut columns = vec![0.0; self.compiled.tapes.n_columns];
        self.observer.columns(self.t, &self.y, &mut columns);
        let arguments: Vec<f64> = draw.arguments.iter().map(|&c| columns[c]).collect();
        let kind = draw.kind.trim_start_matches(DISTRIB);
        sample(kind, &arguments, &mut self.draws).ok_or_else(|| SystemError::BadDraw {
            t: self.t,
            distribution: kind.to_string(),
            arguments,
        })
    }
}

/// A number from a distribution; `None` for arguments outside its domain.
///
/// # Source
/// SBML L3 distrib version 1, section 3.8: the order of arguments, and truncation by two more of them.
fn sample(kind: &str, arguments: &[f64], random: &mut Stream) -> Option<f64> {
    let n = shape(kind, arguments.len())?;
    let (parameters, limits) = arguments.split_at(n);
    let (low, high) = match *limits {
        [] => (f64::NEG_INFINITY, f64::INFINITY),
        [low, high] => (low, high),
        _ => return None,
    };
    if low >= high || arguments.iter().any(|a| a.is_nan()) {
        return None;
    }
    (0..MOST_TRIES).find_map(|_| match unlimited(kind, parameters, random) {
        None => Some(None),
        Some(x) => (limits.is_empty() || (low..=high).contains(&x)).then_some(Some(x)),
    })?
}

/// How many of so many arguments are parameters; the others are limits.
fn shape(kind: &str, n: usize) -> Option<usize> {
    let fixed = |parameters: usize| (n == parameters || n == parameters + 2).then_some(parameters);
    match kind {
        "uniform" => (n == 2).then_some(2),
        "bernoulli" => (n == 1).then_some(1),
        "normal" | "binomial" | "gamma" | "lognormal" => fixed(2),
        "exponential" | "poisson" | "chisquare" | "rayleigh" => fixed(1),
        // The location may be left out, but not before limits.
        "cauchy" | "laplace" => match n {
            1 => Some(1),
            _ => fixed(2),
        },
        _ => None,
    }
}

fn unlimited(kind: &str, parameters: &[f64], random: &mut Stream) -> Option<f64> {
    let rng = random.generator();
    let value = match (kind, parameters) {
        ("uniform", &[low, high]) if low <= high => low + (high - low) * random.uniform(),
        ("bernoulli", &[p]) if (0.0..=1.0).contains(&p) => f64::from(u8::from(random.uniform() < p)),
        ("normal", &[mean, sd]) if sd >= 0.0 => Normal::new(mean, sd).ok()?.sample(rng),
        ("lognormal", &[mu, sigma]) if sigma >= 0.0 => LogNormal::new(mu, sigma).ok()?.sample(rng),
        ("binomial", &[n, p]) if n >= 0.0 && n.fract() == 0.0 => {
            Binomial::new(n as u64, p).ok()?.sample(rng) as f64
        }
        ("gamma", &[shape, scale]) => Gamma::new(shape, scale).ok()?.sample(rng),
        ("exponential", &[rate]) if rate > 0.0 => Exp::new(rate).ok()?.sample(rng),
        ("poisson", &[0.0]) => 0.0,
        ("poisson", &[mean]) => Poisson::new(mean).ok()?.sample(rng),
        ("chisquare", &[freedom]) => ChiSquared::new(freedom).ok()?.sample(rng),
        // sqrt of a sum of two squared normals: Weibull of shape 2.
        ("rayleigh", &[scale]) => Weibull::new(scale * std::f64::consts::SQRT_2, 2.0).ok()?.sample(rng),
        ("cauchy", &[scale]) => Cauchy::new(0.0, scale).ok()?.sample(rng),
        ("cauchy", &[location, scale]) => Cauchy::new(location, scale).ok()?.sample(rng),
        ("laplace", &[scale]) => laplace(0.0, scale, random)?,
        ("laplace", &[location, scale]) => laplace(location, scale, random)?,
        _ => return None,
    };
    Some(value)
}

fn laplace(location: f64, scale: f64, random: &mut Stream) -> Option<f64> {
    let sign = if random.uniform() < 0.5 { -1.0 } else { 1.0 };
    (scale > 0.0).then(|| location + sign * scale * random.exponential())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mean_and_sd;

    #[test]
    fn means_and_spreads_are_those_of_the_distributions() {
        let cases: [(&str, &[f64], f64, f64); 10] = [
            ("uniform", &[2.0, 8.0], 5.0, 3.0_f64.sqrt()),
            ("bernoulli", &[0.25], 0.25, 0.1875_f64.sqrt()),
            ("normal", &[3.0, 2.0], 3.0, 2.0),
            ("exponential", &[4.0], 0.25, 0.25),
            ("gamma", &[3.0, 0.5], 1.5, 0.75_f64.sqrt()),
            ("binomial", &[20.0, 0.3], 6.0, 4.2_f64.sqrt()),
            ("poisson", &[7.0], 7.0, 7.0_f64.sqrt()),
            ("chisquare", &[5.0], 5.0, 10.0_f64.sqrt()),
            ("laplace", &[1.0, 2.0], 1.0, 8.0_f64.sqrt()),
            (
                "rayleigh",
                &[2.0],
                2.0 * (std::f64::consts::PI / 2.0).sqrt(),
                2.0 * (2.0 - std::f64::consts::PI / 2.0).sqrt(),
            ),
        ];
        let n = 40_000;
        for (k, (kind, arguments, mean, sd)) in cases.into_iter().enumerate() {
            let mut random = Stream::new(5, k as u64);
            let all: Vec<f64> = (0..n).map(|_| sample(kind, arguments, &mut random).unwrap()).collect();
            let (found, spread) = mean_and_sd(&all);
            // Five standard errors of the mean; the spread of heavy tails (kurtosis up to 9) to 5 * sqrt(8/4n).
            assert!((found - mean).abs() < 5.0 * sd / f64::from(n).sqrt(), "{kind}: mean {found}");
            assert!((spread / sd - 1.0).abs() < 5.0 * (2.0 / f64::from(n)).sqrt(), "{kind}: sd {spread}");
        }
    }

    #[test]
    fn limits_hold_and_bad_arguments_give_nothing() {
        let mut random = Stream::new(5, 0);
        for _ in 0..1000 {
            let x = sample("normal", &[0.0, 1.0, 0.5, 1.0], &mut random).unwrap();
            assert!((0.5..=1.0).contains(&x));
        }
        assert_eq!(sample("normal", &[0.0, -1.0], &mut random), None);
        assert_eq!(sample("normal", &[0.0], &mut random), None);
        assert_eq!(sample("zipf", &[1.0], &mut random), None);
    }
}
