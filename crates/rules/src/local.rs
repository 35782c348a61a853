//! Rate expressions in the context of one reaction: local functions become numbers.
//!
//! A local function is called with the tag of a reactant species or molecule. Its observables then count only
//! that species, or only matches whose first molecule is that molecule.
//!
//! # Source
//! BioNetGen's behavior (`RateLaw.pm`, `Function.pm`, `Observable.pm`: `evaluate_local`).

use crate::apply::Reactant;
use crate::energy::{CompiledEnergy, arrhenius};
use crate::error::GenerateError;
use crate::graph::Graph;
use crate::observe::CompiledObservable;
use model::{Expr, Function, RateLaw};
use std::collections::BTreeMap;

/// What a tag stands for: a reactant, or a molecule of its pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tagged {
    pub(crate) reactant: usize,
    pub(crate) molecule: Option<usize>,
}

/// What a name stands for inside a function.
#[derive(Clone)]
enum Meaning {
    Place(Tagged),
    Value(Expr),
}

type Scope = BTreeMap<String, Meaning>;

/// What is needed to evaluate local functions.
pub(crate) struct Context<'a> {
    pub(crate) functions: &'a [Function],
    pub(crate) observables: &'a [CompiledObservable],
    pub(crate) energies: &'a [CompiledEnergy],
}

/// The reaction that a rate belongs to; nothing for functions.
#[derive(Clone, Copy, Default)]
pub(crate) struct Around<'a> {
    pub(crate) reactants: &'a [Reactant<'a>],
    pub(crate) products: &'a [Graph],
}

/// Whether a rate law calls anything, so that [`Context::localize`] changes it.
pub(crate) fn has_calls(rate: &RateLaw) -> bool {
    any_part(rate, |part| matches!(part, Expr::Call(..)))
}

/// Whether a rate law calls anything with arguments, so that it differs from reaction to reaction.
pub(crate) fn calls_with_arguments(rate: &RateLaw) -> bool {
    any_part(rate, |part| matches!(part, Expr::Call(_, args) if !args.is_empty()))
}

fn any_part(rate: &RateLaw, holds: impl Fn(&Expr) -> bool) -> bool {
    let mut any = false;
    for_each(rate, &mut |expr| expr.walk(&mut |part| any |= holds(part)));
    any
}

fn for_each(rate: &RateLaw, visit: &mut dyn FnMut(&Expr)) {
    match rate {
        RateLaw::Elementary(k) | RateLaw::Total(k) => visit(k),
        RateLaw::Saturation { k, half_saturation } => {
            visit(k);
            half_saturation.iter().for_each(visit);
        }
        RateLaw::MichaelisMenten { kcat, km } => [kcat, km].into_iter().for_each(visit),
        RateLaw::Hill { vmax, k, n } => [vmax, k, n].into_iter().for_each(visit),
    }
}

/// Rewrites every expression of a rate law; `leading` also sees the first, which scales the rate.
pub(crate) fn map_rate<E>(
    rate: &RateLaw,
    rewrite: &mut dyn FnMut(&Expr) -> Result<Expr, E>,
    leading: &dyn Fn(Expr) -> Expr,
) -> Result<RateLaw, E> {
    Ok(match rate {
        RateLaw::Elementary(k) => RateLaw::Elementary(leading(rewrite(k)?)),
        RateLaw::Total(k) => RateLaw::Total(leading(rewrite(k)?)),
        RateLaw::Saturation { k, half_saturation } => RateLaw::Saturation {
            k: leading(rewrite(k)?),
            half_saturation: half_saturation.iter().map(rewrite).collect::<Result<_, E>>()?,
        },
        RateLaw::MichaelisMenten { kcat, km } => {
            RateLaw::MichaelisMenten { kcat: leading(rewrite(kcat)?), km: rewrite(km)? }
        }
        RateLaw::Hill { vmax, k, n } => {
            RateLaw::Hill { vmax: leading(rewrite(vmax)?), k: rewrite(k)?, n: rewrite(n)? }
        }
    })
}

impl Context<'_> {
    /// The expression with all calls with arguments evaluated in the context of a reaction.
    pub(crate) fn localize(
        &self,
        expr: &Expr,
        tags: &BTreeMap<String, Tagged>,
        around: Around<'_>,
        owner: &str,
    ) -> Result<Expr, GenerateError> {
        let scope = tags.iter().map(|(tag, &at)| (tag.clone(), Meaning::Place(at))).collect();
        let mut call = Localizer { context: self, around, owner, depth: 0 };
        call.expand(expr, &scope)
    }
}

struct Localizer<'a> {
    context: &'a Context<'a>,
    around: Around<'a>,
    owner: &'a str,
    depth: usize,
}

const MAX_DEPTH: usize = 100;

impl Localizer<'_> {
    fn expand(&mut self, expr: &Expr, scope: &Scope) -> Result<Expr, GenerateError> {
        Ok(match expr {
            Expr::Number(_) | Expr::Time => expr.clone(),
            Expr::Symbol(name) => match scope.get(name) {
                Some(Meaning::Value(value)) => value.clone(),
                _ => expr.clone(),
            },
            Expr::Unary(op, x) => Expr::Unary(*op, Box::new(self.expand(x, scope)?)),
            Expr::Binary(op, x, y) => Expr::binary(*op, self.expand(x, scope)?, self.expand(y, scope)?),
            Expr::Builtin(builtin, args) => {
                let args = args.iter().map(|a| self.expand(a, scope)).collect::<Result<_, _>>()?;
                Expr::Builtin(*builtin, args)
            }
            Expr::Call(name, args) => self.call(name, args, scope)?,
        })
    }

    fn call(&mut self, name: &str, args: &[Expr], scope: &Scope) -> Result<Expr, GenerateError> {
        if args.is_empty() {
            return Ok(Expr::symbol(name));
        }
        if name == model::ARRHENIUS {
            return self.arrhenius(args, scope);
        }
        if let Some(function) = self.context.functions.iter().find(|f| f.name == name) {
            return self.call_function(function, args, scope);
        }
        let observable = self.context.observables.iter().find(|o| o.name == name);
        let (Some(observable), [argument]) = (observable, args) else { return Err(self.bad_call(name)) };
        let Some(Meaning::Place(at)) = self.meaning(argument, scope) else {
            return Err(GenerateError::UnknownTag {
                owner: self.owner.to_string(),
                function: name.to_string(),
                argument: argument.to_string(),
            });
        };
        let Reactant { graph, at: found } = self.around.reactants[at.reactant];
        let root = at.molecule.map(|m| found.molecules[m] as usize);
        Ok(Expr::Number(observable.weight(graph, root)))
    }

    fn arrhenius(&mut self, args: &[Expr], scope: &Scope) -> Result<Expr, GenerateError> {
        let [phi, activation] = args else { return Err(self.bad_call(model::ARRHENIUS)) };
        let (phi, activation) = (self.expand(phi, scope)?, self.expand(activation, scope)?);
        let Around { reactants, products } = self.around;
        let before = reactants.iter().map(|r| r.graph);
        Ok(arrhenius(phi, activation, self.context.energies, before, products.iter()))
    }

    fn call_function(
        &mut self,
        function: &Function,
        args: &[Expr],
        scope: &Scope,
    ) -> Result<Expr, GenerateError> {
        if function.arguments.len() != args.len() || self.depth == MAX_DEPTH {
            return Err(self.bad_call(&function.name));
        }
        let mut inner = Scope::new();
        for (argument, given) in function.arguments.iter().zip(args) {
            let meaning = match self.meaning(given, scope) {
                Some(meaning) => meaning,
                None => Meaning::Value(self.expand(given, scope)?),
            };
            inner.insert(argument.clone(), meaning);
        }
        self.depth += 1;
        let body = self.expand(&function.body, &inner);
        self.depth -= 1;
        body
    }

    fn meaning(&self, argument: &Expr, scope: &Scope) -> Option<Meaning> {
        match argument {
            Expr::Symbol(name) => scope.get(name).cloned(),
            _ => None,
        }
    }

    fn bad_call(&self, name: &str) -> GenerateError {
        GenerateError::BadCall { owner: self.owner.to_string(), function: name.to_string() }
    }
}
