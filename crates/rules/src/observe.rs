//! How often an observable counts a species.

use crate::error::GenerateError;
use crate::graph::Graph;
use crate::matching::{matches, occurs};
use crate::pattern::PatternGraph;
use crate::vocabulary::Vocabulary;
use model::{BinaryOp, ObservableKind, Quantifier, RuleModel};

/// An observable whose patterns are looked up.
#[derive(Debug)]
pub(crate) struct CompiledObservable {
    pub(crate) name: String,
    kind: ObservableKind,
    patterns: Vec<(PatternGraph, Option<Quantifier>)>,
}

/// All observables of a model.
pub(crate) fn compile_observables(
    model: &RuleModel,
    vocabulary: &Vocabulary,
) -> Result<Vec<CompiledObservable>, GenerateError> {
    let compile = |observable: &model::Observable| {
        let owner = format!("observable \"{}\"", observable.name);
        let patterns = observable.patterns.iter().filter(|p| !p.is_empty());
        let patterns = patterns.map(|p| Ok((PatternGraph::new(p, vocabulary, &owner)?, p.quantifier)));
        let patterns = patterns.collect::<Result<_, GenerateError>>()?;
        Ok(CompiledObservable { name: observable.name.clone(), kind: observable.kind, patterns })
    };
    model.observables.iter().map(compile).collect()
}

impl CompiledObservable {
    /// The weight of a species: matches for `Molecules`, one per matching pattern for `Species`.
    ///
    /// With `root`, only matches count whose first molecule is that molecule. A pattern with a quantifier counts
    /// only if the number of its matches satisfies it. Matches are not divided by the pattern's symmetry
    /// (as in BioNetGen).
    pub(crate) fn weight(&self, species: &Graph, root: Option<usize>) -> f64 {
        let weight = |(pattern, quantifier): &(PatternGraph, Option<Quantifier>)| {
            let once = self.kind == ObservableKind::Species;
            if once && quantifier.is_none() && root.is_none() {
                return usize::from(occurs(pattern, species));
            }
            let n = matches(pattern, species, root).len();
            let counts = n > 0 && quantifier.is_none_or(|q| satisfies(n, q));
            if !counts {
                0
            } else if once {
                1
            } else {
                n
            }
        };
        self.patterns.iter().map(weight).sum::<usize>() as f64
    }
}

fn satisfies(n: usize, quantifier: Quantifier) -> bool {
    let count = quantifier.count as usize;
    match quantifier.op {
        BinaryOp::Less => n < count,
        BinaryOp::LessEqual => n <= count,
        BinaryOp::Greater => n > count,
        BinaryOp::GreaterEqual => n >= count,
        BinaryOp::NotEqual => n != count,
        _ => n == count,
    }
}
