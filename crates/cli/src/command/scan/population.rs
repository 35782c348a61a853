//! The parameters of each member.

use model::{Expr, ReactionNetwork};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use simulate::CompiledNetwork;

use crate::failure::{Failure, nearest};

/// How one parameter is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Draw {
    Linear { low: f64, high: f64 },
    Logarithmic { low: f64, high: f64 },
    Lognormal { centre: f64, sigma: f64 },
}

/// Who is simulated.
#[derive(Debug)]
pub(super) struct Population {
    seed: u64,
    /// All parameters without any draw.
    base: Vec<f64>,
    fixed: Vec<(usize, f64)>,
    draws: Vec<(usize, Draw)>,
}

impl Population {
    /// A population in which all are the same.
    pub(super) fn new(seed: u64, base: Vec<f64>, fixed: Vec<(usize, f64)>) -> Self {
        Self { seed, base, fixed, draws: Vec::new() }
    }

    /// Whether all are the same.
    pub(super) fn is_uniform(&self) -> bool {
        self.draws.is_empty()
    }

    /// Noise on all parameters that are numbers other than 0.
    pub(super) fn add_noise(&mut self, percent: f64, network: &ReactionNetwork) -> Result<(), Failure> {
        if !(percent > 0.0 && percent.is_finite()) {
            return Err(Failure::Option {
                option: "--noise",
                value: percent.to_string(),
                reason: "noise is a positive number of percent".to_string(),
                help: "for example --noise 30".to_string(),
            });
        }
        for (i, parameter) in network.parameters.iter().enumerate() {
            if matches!(parameter.value, Expr::Number(_)) && self.base[i] != 0.0 {
                self.draws.push((i, Draw::Lognormal { centre: self.base[i], sigma: percent / 100.0 }));
            }
        }
        Ok(())
    }

    /// `NAME=LOW:HIGH` or `NAME=LOW:HIGH:linear`; wins over noise on the same parameter.
    pub(super) fn vary(&mut self, text: &str, network: &CompiledNetwork) -> Result<(), Failure> {
        let bad = |reason: &str, help: String| Failure::Option {
            option: "--vary",
            value: text.to_string(),
            reason: reason.to_string(),
            help,
        };
        let example = || "write --vary NAME=LOW:HIGH, for example --vary k_on=0.01:1".to_string();
        let (name, bounds) = text.split_once('=').ok_or_else(|| bad("there is no =", example()))?;
        let name = name.trim();
        let Some(idx) = network.parameter_idx(name) else {
            let near = nearest(name, network.parameters().iter().map(String::as_str));
            let help = match near.as_slice() {
                [] => "see the parameters block of the model".to_string(),
                near => format!("did you mean {}?", near.join(" or ")),
            };
            return Err(bad(&format!("the model has no parameter {name:?}"), help));
        };
        let parts: Vec<&str> = bounds.split(':').map(str::trim).collect();
        let (low, high, linear) = match parts.as_slice() {
            [low, high] => (low, high, false),
            [low, high, "linear"] => (low, high, true),
            _ => return Err(bad("the bounds are not LOW:HIGH or LOW:HIGH:linear", example())),
        };
        let number = |text: &str| text.parse::<f64>().ok().filter(|v| v.is_finite());
        let (Some(low), Some(high)) = (number(low), number(high)) else {
            return Err(bad("a bound is not a finite number", example()));
        };
        if low >= high {
            return Err(bad("the lower bound is not below the upper one", example()));
        }
        if !linear && low <= 0.0 {
            let help = "add :linear, or give a lower bound above 0".to_string();
            return Err(bad("a logarithmic scale has no zero", help));
        }
        let draw = if linear { Draw::Linear { low, high } } else { Draw::Logarithmic { low, high } };
        self.draws.retain(|(i, _)| *i != idx);
        self.draws.push((idx, draw));
        Ok(())
    }

    /// Which parameters are drawn.
    pub(super) fn drawn(&self) -> impl Iterator<Item = usize> {
        self.draws.iter().map(|(i, _)| *i)
    }

    /// What is drawn for a member, from a stream of its own: neither the number of members nor that of threads matters.
    pub(super) fn draws_of(&self, member: u64) -> Vec<f64> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(member);
        let mut draw = |draw: &Draw| match *draw {
            Draw::Linear { low, high } => random.gen_range(low..high),
            Draw::Logarithmic { low, high } => random.gen_range(low.ln()..high.ln()).exp(),
            Draw::Lognormal { centre, sigma } => {
                let z: f64 = random.sample(StandardNormal);
                centre * (sigma * z).exp()
            }
        };
        self.draws.iter().map(|(_, d)| draw(d)).collect()
    }

    /// Parameters of a member that differ from the model's.
    pub(super) fn parameters(&self, member: u64) -> Vec<(usize, f64)> {
        let drawn = self.drawn().zip(self.draws_of(member));
        self.fixed.iter().copied().chain(drawn).collect()
    }
}
