//! Covariance matrix adaptation evolution strategy (CMA-ES), a generation at a time.

use std::ops::ControlFlow;

use cmaes::{CMAESOptions, DVector};

use crate::Space;

/// How to search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// Seed of the random numbers.
    pub seed: u64,
    /// Initial standard deviation, in quarters of each parameter's logarithmic range.
    pub sigma: f64,
    /// Members of a generation; `None`: `4 + 3 ln n`, as Hansen recommends.
    pub population: Option<usize>,
    /// Stop after so many evaluations; 0 or 1 only evaluates the start.
    pub max_evaluations: usize,
    /// Stop when the loss is at most this.
    pub target: f64,
}

impl Default for SearchOptions {
    fn default() -> Self {
        Self { seed: 1, sigma: 0.3, population: None, max_evaluations: 10_000, target: 0.0 }
    }
}

/// Where the search stands after a generation.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// Generations so far.
    pub generation: usize,
    /// Evaluations so far.
    pub evaluations: usize,
    /// Lowest loss so far.
    pub best_loss: f64,
    /// Parameters with the lowest loss, in the order of the space.
    pub best: Vec<f64>,
    /// Present overall standard deviation, in the same unit.
    pub sigma: f64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOutcome {
    /// Parameters with the lowest loss.
    pub best: Vec<f64>,
    /// Their loss.
    pub best_loss: f64,
    /// Evaluations spent.
    pub evaluations: usize,
    /// Whether the caller stopped the search.
    pub stopped: bool,
}

/// Why there was no search.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SearchError {
    /// Nothing may move.
    #[error("no parameter to search over")]
    Empty,
    /// The loss at the start is not a number.
    #[error("the loss at the start is {0}")]
    StartNotFinite(f64),
    /// The optimiser refused its options.
    #[error("search options refused: {0}")]
    Options(String),
}

/// Minimises `loss` over `space` by CMA-ES.
///
/// The members of a generation are evaluated in parallel; the walk depends on the seed alone, not on threads.
/// `on_generation` may stop the search. A loss that is not finite counts as very bad, never as best.
///
/// # Errors
/// [`SearchError`].
///
/// # Source
/// Hansen and Ostermeier (2001), Evolutionary Computation 9:159; crate `cmaes`.
pub fn minimise(
    space: &Space,
    loss: &(dyn Fn(&[f64]) -> f64 + Sync),
    options: &SearchOptions,
    on_generation: &mut dyn FnMut(&Generation) -> ControlFlow<()>,
) -> Result<SearchOutcome, SearchError> {
    let n = space.dimensions().len();
    if n == 0 {
        return Err(SearchError::Empty);
    }
    let start = space.parameters_from_coordinates(&vec![0.0; n]);
    let start_loss = loss(&start);
    if !start_loss.is_finite() {
        return Err(SearchError::StartNotFinite(start_loss));
    }
    let objective = |x: &DVector<f64>| {
        let value = loss(&space.parameters_from_coordinates(x.as_slice()));
        if value.is_finite() { value } else { 1e12 }
    };
    let mut setup = CMAESOptions::new(vec![0.0; n], options.sigma)
        .seed(options.seed)
        .max_function_evals(options.max_evaluations)
        .fun_target(options.target);
    if let Some(population) = options.population {
        setup = setup.population_size(population);
    }
    let mut state = setup.build(objective).map_err(|e| SearchError::Options(format!("{e:?}")))?;
    let mut found = SearchOutcome { best: start, best_loss: start_loss, evaluations: 1, stopped: false };
    if options.max_evaluations <= found.evaluations {
        return Ok(found);
    }
    loop {
        let ended = state.next_parallel().is_some();
        if let Some(best) = state.overall_best_individual().filter(|b| b.value < found.best_loss) {
            found.best = space.parameters_from_coordinates(best.point.as_slice());
            found.best_loss = best.value;
        }
        found.evaluations = state.function_evals() + 1;
        let generation = Generation {
            generation: state.generation(),
            evaluations: found.evaluations,
            best_loss: found.best_loss,
            best: found.best.clone(),
            sigma: state.sigma(),
        };
        if on_generation(&generation).is_break() {
            found.stopped = true;
        }
        if ended || found.stopped || found.best_loss <= options.target {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dimension;

    fn space(n: usize) -> Space {
        Space::new((0..n).map(|i| Dimension::new(format!("p{i}"), 1.0, 1e-3, 1e3).unwrap()).collect())
    }

    fn bowl(p: &[f64]) -> f64 {
        p.iter().enumerate().map(|(i, p)| (p.ln() - i as f64 * 0.5).powi(2)).sum()
    }

    #[test]
    fn a_bowl_is_found() {
        let options = SearchOptions { max_evaluations: 5000, target: 1e-8, ..SearchOptions::default() };
        let found = minimise(&space(6), &bowl, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(found.best_loss < 1e-6, "{found:?}");
    }

    #[test]
    fn the_same_seed_walks_the_same_way_on_one_thread_and_two() {
        let options = SearchOptions { max_evaluations: 300, ..SearchOptions::default() };
        let walk = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| minimise(&space(4), &bowl, &options, &mut |_| ControlFlow::Continue(())).unwrap())
        };
        assert_eq!(walk(1), walk(2));
    }

    #[test]
    fn a_caller_can_stop_and_keeps_the_best() {
        let found =
            minimise(&space(3), &bowl, &SearchOptions::default(), &mut |_| ControlFlow::Break(())).unwrap();
        assert!(found.stopped && found.best_loss <= bowl(&[1.0; 3]));
    }

    #[test]
    fn a_loss_that_is_no_number_is_never_best() {
        let loss = |p: &[f64]| if p[0] > 1.0 { f64::NAN } else { -p[0].ln() };
        let options =
            SearchOptions { max_evaluations: 200, target: f64::NEG_INFINITY, ..SearchOptions::default() };
        let found = minimise(&space(2), &loss, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(found.best[0] <= 1.0 && found.best_loss.is_finite());
        assert!(matches!(
            minimise(&space(1), &|_| f64::NAN, &options, &mut |_| ControlFlow::Continue(())),
            Err(SearchError::StartNotFinite(_))
        ));
    }
}
