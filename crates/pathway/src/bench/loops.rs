//! Which feedback carries a response: each one is held at its strength before treatment, and the experiment is run again.
//!
//! Holding a rule means: what it takes its rate from (enzymes, transcription factors, functions) keeps the influence that
//! it had when the experiment started, while what it acts on stays free. Modellers call it opening the loop in silico.

use std::sync::Arc;

use model::{
    BinaryOp, Expr, Function, NetworkObservable, Parameter, RateLaw, Reaction, ReactionNetwork, SpeciesIdx,
};
use rayon::prelude::*;
use simulate::{Initial, Run, SimulateError};

use super::batch::RunFailure;
use super::course::{Course, Rest, Treatment, Walk};
use super::names::Names;
use super::plan::{Common, Plan};
use super::settings::on_threads;
use super::{Bench, BenchError, ExperimentError, Idle, RunRecord, RunSettings};
use crate::catalog::Feedback;
use crate::experiment::{Arm, Experiment};

/// A response with all loops, and without each.
#[derive(Clone, Debug, PartialEq)]
pub struct LoopAttribution {
    /// Experiment and arm.
    pub experiment: String,
    /// Arm.
    pub arm: String,
    /// Ids of the read-outs, in the order of the experiment.
    pub readouts: Vec<String>,
    /// When was sampled.
    pub times_h: Vec<f64>,
    /// All loops closed. Shape: `[readouts][times]`, in the units of the read-outs.
    pub intact: Vec<Vec<f64>>,
    /// Each loop cut at t = 0, in the order of the library.
    pub cut: Vec<CutLoop>,
    /// How it was computed.
    pub record: RunRecord,
}

/// The response without one loop.
#[derive(Clone, Debug, PartialEq)]
pub struct CutLoop {
    /// Id of the loop.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Shape: `[readouts][times]`.
    pub values: Vec<Vec<f64>>,
}

/// Why there is no attribution.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoopError {
    /// The library names no loops.
    #[error("this library has no loops (loops.toml)")]
    NoLoops,
    /// A rule of a loop makes no reaction, or has a rate law that cannot be held.
    #[error("loop \"{feedback}\": rule {rule} {reason}")]
    Rule {
        /// The loop.
        feedback: String,
        /// The rule.
        rule: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The network with switches cannot be built.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// A run failed.
    #[error(transparent)]
    Run(#[from] ExperimentError),
    /// A read-out has no value.
    #[error("{0}")]
    Readout(String),
}

/// A reaction that can be held.
struct Held {
    /// Position of the reaction.
    reaction: usize,
    /// Loops that it belongs to.
    loops: Vec<usize>,
}

impl Held {
    fn switch(&self) -> String {
        format!("loop_cut_{}", self.reaction)
    }
    fn start(&self) -> String {
        format!("loop_start_{}", self.reaction)
    }
    fn influence(&self) -> String {
        format!("loop_influence_{}", self.reaction)
    }
}

impl Bench {
    /// Runs an arm with all loops of the library closed, and with each cut from the start of the experiment on.
    ///
    /// # Errors
    /// [`LoopError`]; no part of the numbers is given then.
    pub fn attribute_loops(
        &self,
        experiment: &Experiment,
        arm: &Arm,
        settings: &RunSettings,
    ) -> Result<LoopAttribution, LoopError> {
        let loops = self.library.loops();
        let held = held_reactions(&self.network, loops)?;
        let switched = self.with_switches(&held)?;
        let common = Common { overrides: self.resolve_overrides(settings)?, noise: None };
        if !experiment.clones.is_empty() {
            return Err(ExperimentError::Clones { experiment: experiment.id.clone() }.into());
        }
        let plan = switched.plan(experiment, arm, &common)?;
        let failed = |stage| move |source| RunFailure { stage, source }.of(&experiment.id, &arm.id);
        let rested = switched
            .with_simulator(|s| Rest { bench: &switched, beginning: &plan.beginning, settings }.on(s))
            .map_err(failed("pre-equilibration"))?;
        let starts = switched.influences(&held, &plan, &rested, settings).map_err(failed("run"))?;
        let of_loop = |cut: Option<usize>| -> Result<Vec<Vec<f64>>, LoopError> {
            let plan = switched.cut(&held, &starts, &plan, cut);
            let mut times = experiment.times_h.clone();
            times.push(0.0);
            times.sort_by(f64::total_cmp);
            times.dedup();
            let run = Treatment {
                bench: &switched,
                plan: &plan,
                rested: &rested,
                times_h: &times,
                settings,
                lead: None,
            };
            let course = switched.with_simulator(|s| run.on(s)).map_err(failed("run"))?;
            switched.values(experiment, &course)
        };
        let choices: Vec<Option<usize>> = std::iter::once(None).chain((0..loops.len()).map(Some)).collect();
        let runs = on_threads(settings.threads, || {
            choices.into_par_iter().map(of_loop).collect::<Result<Vec<_>, LoopError>>()
        })??;
        let mut runs = runs.into_iter();
        let intact = runs.next().unwrap_or_default();
        let cut = loops
            .iter()
            .zip(runs)
            .map(|(l, values)| CutLoop { id: l.id.clone(), label: l.label.clone(), values })
            .collect();
        let context = arm.context.as_deref().unwrap_or(&experiment.context);
        Ok(LoopAttribution {
            experiment: experiment.id.clone(),
            arm: arm.id.clone(),
            readouts: experiment.readouts.iter().map(|r| r.id.clone()).collect(),
            times_h: experiment.times_h.clone(),
            intact,
            cut,
            record: self.record(settings, None, context),
        })
    }

    /// The same library on a network in which reactions can be held.
    fn with_switches(&self, held: &[Held]) -> Result<Bench, LoopError> {
        let network = switched_network(&self.network, held)?;
        let compiled = Arc::new(simulate::compile(&network).map_err(BenchError::from)?);
        let names = Names::find(&self.library, &compiled).map_err(BenchError::Names)?;
        let base = compiled.parameter_values(&[]).map_err(BenchError::from)?;
        Ok(Bench {
            library: self.library.clone(),
            rule_model: self.rule_model.clone(),
            network,
            compiled,
            remarks: Vec::new(),
            names,
            base,
            idle: Idle::default(),
            idle_ensembles: Idle::default(),
        })
    }

    /// Influence of each held reaction on the rested cells. Shape: `[held]`.
    fn influences(
        &self,
        held: &[Held],
        plan: &Plan,
        rested: &[f64],
        settings: &RunSettings,
    ) -> Result<Vec<f64>, SimulateError> {
        let run = Run {
            parameters: plan.beginning.parameters.clone(),
            initial: Initial::State(rested.to_vec()),
            output_times: vec![0.0],
            options: settings.run_options(),
            ..Run::default()
        };
        let trajectory = self.with_simulator(|s| s.run(&run))?;
        let outputs = trajectory.outputs_at(0);
        let of = |h: &Held| self.compiled.output_idx(&h.influence()).map_or(f64::NAN, |o| outputs[o]);
        Ok(held.iter().map(of).collect())
    }

    /// The plan with one loop cut.
    fn cut(&self, held: &[Held], starts: &[f64], plan: &Plan, cut: Option<usize>) -> Plan {
        let mut plan = plan.clone();
        for (h, start) in held.iter().zip(starts).filter(|(h, _)| cut.is_some_and(|c| h.loops.contains(&c))) {
            let place = |name: &str| self.compiled.parameter_idx(name);
            plan.beginning.parameters.extend(place(&h.switch()).map(|p| (p, 1.0)));
            plan.beginning.parameters.extend(place(&h.start()).map(|p| (p, *start)));
        }
        plan
    }

    fn values(&self, experiment: &Experiment, course: &Course) -> Result<Vec<Vec<f64>>, LoopError> {
        let of = |id: &str| {
            let values = experiment.times_h.iter().map(|&t| self.readout_value(course, id, t));
            values.collect::<Result<Vec<f64>, String>>().map_err(LoopError::Readout)
        };
        experiment.readouts.iter().map(|r| of(&r.id)).collect()
    }
}

/// The reactions of all loops.
fn held_reactions(network: &ReactionNetwork, loops: &[Feedback]) -> Result<Vec<Held>, LoopError> {
    if loops.is_empty() {
        return Err(LoopError::NoLoops);
    }
    let mut held: Vec<Held> = Vec::new();
    for (l, feedback) in loops.iter().enumerate() {
        for rule in &feedback.rules {
            let problem =
                |reason| LoopError::Rule { feedback: feedback.id.clone(), rule: rule.clone(), reason };
            let own = |r: &Reaction| r.rule.split(',').any(|name| name == rule);
            let reactions: Vec<usize> =
                (0..network.reactions.len()).filter(|&i| own(&network.reactions[i])).collect();
            if reactions.is_empty() {
                return Err(problem("makes no reaction"));
            }
            for reaction in reactions {
                if !matches!(network.reactions[reaction].rate, RateLaw::Elementary(_)) {
                    return Err(problem("has a rate law that cannot be held"));
                }
                match held.iter_mut().find(|h| h.reaction == reaction) {
                    Some(h) => h.loops.push(l),
                    None => held.push(Held { reaction, loops: vec![l] }),
                }
            }
        }
    }
    Ok(held)
}

/// Gives each held reaction the rate constant `(1 - cut) * influence() + cut * start` on its substrates alone.
fn switched_network(network: &ReactionNetwork, held: &[Held]) -> Result<ReactionNetwork, LoopError> {
    let mut network = network.clone();
    let parameter = |name: String| Parameter { name, value: Expr::Number(0.0) };
    for h in held {
        let reaction = network.reactions[h.reaction].clone();
        let RateLaw::Elementary(k) = reaction.rate else { continue };
        let (catalysts, substrates, products) = split(&reaction.reactants, &reaction.products);
        let mut influence = k;
        for (n, catalyst) in catalysts.into_iter().enumerate() {
            let name = format!("loop_amount_{}_{n}", h.reaction);
            influence = Expr::binary(BinaryOp::Multiply, influence, Expr::symbol(&name));
            network.observables.push(NetworkObservable { name, terms: vec![(catalyst, 1.0)] });
        }
        let function = Function { name: h.influence(), arguments: Vec::new(), body: influence };
        network.functions.push(function);
        network.parameters.extend([parameter(h.switch()), parameter(h.start())]);
        let closed = Expr::binary(
            BinaryOp::Multiply,
            Expr::binary(BinaryOp::Subtract, Expr::Number(1.0), Expr::symbol(h.switch())),
            Expr::symbol(h.influence()),
        );
        let cut = Expr::binary(BinaryOp::Multiply, Expr::symbol(h.switch()), Expr::symbol(h.start()));
        network.reactions[h.reaction] = Reaction {
            reactants: substrates,
            products,
            rate: RateLaw::Elementary(Expr::binary(BinaryOp::Add, closed, cut)),
            ..reaction
        };
    }
    Ok(network)
}

/// What a reaction leaves as it was, what it uses, and what it makes.
fn split(
    reactants: &[SpeciesIdx],
    products: &[SpeciesIdx],
) -> (Vec<SpeciesIdx>, Vec<SpeciesIdx>, Vec<SpeciesIdx>) {
    let mut products = products.to_vec();
    let (mut catalysts, mut substrates) = (Vec::new(), Vec::new());
    for &reactant in reactants {
        match products.iter().position(|&p| p == reactant) {
            Some(place) => {
                products.remove(place);
                catalysts.push(reactant);
            }
            None => substrates.push(reactant),
        }
    }
    (catalysts, substrates, products)
}
