//! Values of a network's expressions at one state, to compare networks with differently written rates.

use model::{Builtin, Expr, RateLaw, Reaction, ReactionNetwork, UnaryOp};
use std::cell::RefCell;
use std::collections::HashMap;

/// A network at given amounts and time.
pub(crate) struct NetworkState<'a> {
    amounts: &'a [f64],
    time: f64,
    definitions: HashMap<&'a str, &'a Expr>,
    /// Values known so far; those under way are not a number.
    values: RefCell<HashMap<&'a str, f64>>,
}

impl<'a> NetworkState<'a> {
    /// Prepares evaluation; `amounts` are those of the network's species.
    pub(crate) fn new(network: &'a ReactionNetwork, amounts: &'a [f64], time: f64) -> Self {
        let mut definitions: HashMap<&str, &Expr> = HashMap::new();
        definitions.extend(network.parameters.iter().map(|p| (p.name.as_str(), &p.value)));
        definitions.extend(network.functions.iter().map(|f| (f.name.as_str(), &f.body)));
        let observables = network.observables.iter().map(|o| {
            let sum = o.terms.iter().map(|(s, w)| w * amounts.get(s.0).copied().unwrap_or(f64::NAN)).sum();
            (o.name.as_str(), sum)
        });
        Self { amounts, time, definitions, values: RefCell::new(observables.collect()) }
    }

    /// The value of an expression; not a number if a name is unknown or defined by itself.
    pub(crate) fn value(&self, expr: &'a Expr) -> f64 {
        match expr {
            Expr::Number(x) => *x,
            Expr::Time => self.time,
            Expr::Symbol(name) => self.named(name),
            Expr::Call(name, args) if args.is_empty() => self.named(name),
            Expr::Call(..) => f64::NAN,
            Expr::Unary(UnaryOp::Negate, x) => -self.value(x),
            Expr::Unary(UnaryOp::Not, x) => truth(self.value(x) == 0.0),
            Expr::Binary(op, x, y) => op.of(self.value(x), self.value(y)),
            Expr::Builtin(builtin, args) => {
                let args: Vec<f64> = args.iter().map(|a| self.value(a)).collect();
                call(*builtin, &args)
            }
        }
    }

    fn named(&self, name: &'a str) -> f64 {
        if let Some(&value) = self.values.borrow().get(name) {
            return value;
        }
        let Some(definition) = self.definitions.get(name) else { return f64::NAN };
        self.values.borrow_mut().insert(name, f64::NAN);
        let value = self.value(definition);
        self.values.borrow_mut().insert(name, value);
        value
    }

    /// The rate of a reaction divided by the amounts of its reactants: its rate constant, if it is elementary.
    pub(crate) fn rate_constant(&self, reaction: &'a Reaction) -> f64 {
        let x: Vec<f64> = reaction.reactants.iter().map(|s| self.amounts[s.0]).collect();
        let all: f64 = x.iter().product();
        let amount = |i: usize| x.get(i).copied().unwrap_or(f64::NAN);
        let rate = match &reaction.rate {
            RateLaw::Elementary(k) => self.value(k) * all,
            RateLaw::Total(k) => self.value(k),
            RateLaw::Saturation { k, half_saturation } => {
                let halves = half_saturation.iter().enumerate();
                halves.fold(self.value(k) * all, |v, (i, half)| v / (self.value(half) + amount(i)))
            }
            RateLaw::MichaelisMenten { kcat, km } => {
                let (km, s, e) = (self.value(km), amount(0), amount(1));
                let b = s - km - e;
                let free = 0.5 * (b + (b * b + 4.0 * km * s).sqrt());
                self.value(kcat) * e * free / (km + free)
            }
            RateLaw::Hill { vmax, k, n } => {
                let (k, n, s) = (self.value(k), self.value(n), amount(0));
                self.value(vmax) * s.powf(n) / (k.powf(n) + s.powf(n)) * all / s
            }
        };
        reaction.factor * rate / all
    }
}

fn truth(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

fn call(builtin: Builtin, args: &[f64]) -> f64 {
    if let [x] = args
        && let Some(y) = builtin.of_one(*x)
    {
        return y;
    }
    match builtin {
        Builtin::Min => args.iter().copied().fold(f64::INFINITY, f64::min),
        Builtin::Max => args.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Builtin::Sum => args.iter().sum(),
        Builtin::Avg => args.iter().sum::<f64>() / args.len() as f64,
        Builtin::If => match args {
            [condition, then, otherwise] => {
                if *condition != 0.0 {
                    *then
                } else {
                    *otherwise
                }
            }
            _ => f64::NAN,
        },
        Builtin::Mratio => match args {
            [a, b, z] => kummer_ratio(*a, *b, *z),
            _ => f64::NAN,
        },
        // A wrong number of arguments, or words that BNGL does not have.
        _ => f64::NAN,
    }
}

/// `M(a+1, b+1, z) / M(a, b, z)` by the continued fraction DLMF 13.5.1, with modified Lentz's method.
fn kummer_ratio(a: f64, b: f64, z: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let coefficient = |j: f64| {
        let n = (j / 2.0).floor();
        let u = if j % 2.0 == 1.0 {
            (a - b - n) / ((b + 2.0 * n) * (b + 2.0 * n + 1.0))
        } else {
            (a + n) / ((b + 2.0 * n - 1.0) * (b + 2.0 * n))
        };
        u * z
    };
    let (mut f, mut c, mut d) = (1.0, 1.0, 0.0);
    for j in 1..10_000 {
        let u = coefficient(f64::from(j));
        let nonzero = |x: f64| if x == 0.0 { TINY } else { x };
        d = 1.0 / nonzero(1.0 + u * d);
        c = nonzero(1.0 + u / c);
        f *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    1.0 / f
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kummer_ratio_agrees_with_the_exponential() {
        // M(a, a, z) = exp(z), so the ratio for a = b is 1.
        assert!((kummer_ratio(2.0, 2.0, 3.0) - 1.0).abs() < 1e-12);
        // M(1, 2, z) = (exp(z) - 1) / z and M(0, 1, z) = 1.
        let z: f64 = 1.5;
        assert!((kummer_ratio(0.0, 1.0, z) - (z.exp() - 1.0) / z).abs() < 1e-12);
    }
}
