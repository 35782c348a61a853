//! The finished network.

use super::Generator;
use crate::codes;
use crate::error::GenerateError;
use crate::local::Around;
use crate::observe::CompiledObservable;
use crate::options::Generated;
use model::{Diagnostic, Function, NetworkObservable, ReactionNetwork, RuleModel, SpeciesIdx};
use std::collections::BTreeMap;

impl Generator<'_> {
    /// The network, with observables, functions and remarks.
    pub(super) fn finish(
        mut self,
        model: &RuleModel,
        observables: &[CompiledObservable],
    ) -> Result<Generated, GenerateError> {
        self.remark();
        let observables = observables.iter().map(|observable| {
            let weights = self.graphs.iter().map(|graph| observable.weight(graph, None));
            let terms = weights.enumerate().filter(|(_, w)| *w != 0.0);
            NetworkObservable {
                name: observable.name.clone(),
                terms: terms.map(|(i, w)| (SpeciesIdx(i), w)).collect(),
            }
        });
        let network = ReactionNetwork {
            parameters: model.parameters.clone(),
            observables: observables.collect(),
            functions: self.functions(model)?,
            species: self.species,
            reactions: self.reactions,
            exposures: Vec::new(),
        };
        let diagnostics = self.diagnostics;
        Ok(Generated { network, iterations: self.iteration, complete: !self.was_cut, diagnostics })
    }

    /// The functions without arguments.
    fn functions(&self, model: &RuleModel) -> Result<Vec<Function>, GenerateError> {
        let global = model.functions.iter().filter(|f| f.arguments.is_empty());
        let expand = |function: &Function| {
            let owner = format!("function \"{}\"", function.name);
            let body = self.context.localize(&function.body, &BTreeMap::new(), Around::default(), &owner)?;
            Ok(Function { name: function.name.clone(), arguments: Vec::new(), body })
        };
        global.map(expand).collect()
    }

    fn remark(&mut self) {
        for (i, compiled) in self.rules.iter().enumerate() {
            let name = &compiled.rule.parts.name;
            let mut remark = |diagnostic: Diagnostic| {
                self.diagnostics.push(diagnostic.at(compiled.location.clone()));
            };
            if compiled.rule.is_idle {
                remark(Diagnostic::warning(codes::IDLE_RULE, format!("rule \"{name}\" changes nothing")));
            } else if self.reaction_counts[i] == 0 {
                let message = format!("rule \"{name}\" makes no reaction");
                let help = "check that its reactants can form from the seed species";
                remark(Diagnostic::warning(codes::SILENT_RULE, message).help(help));
            }
            if self.misplaced[i] {
                let message =
                    format!("rule \"{name}\" would bind molecules across compartments that do not touch");
                remark(Diagnostic::warning(codes::MISPLACED, message).help("such reactions were left out"));
            }
        }
        if self.was_cut {
            let message = "the network is cut by max_iter, max_agg or max_stoich";
            self.diagnostics.push(Diagnostic::warning(codes::CUT, message));
        }
    }
}
