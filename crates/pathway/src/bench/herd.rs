//! The animals of an experiment, and in what each differs from the typical one.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::overrides::{Override, Scope};
use super::plan::{Common, Plan, unknown};
use super::{Bench, ExperimentError};
use crate::animal::{Animals, Condition, How, Route};
use crate::experiment::{Arm, Experiment};
use crate::library::START_VOLUME;

/// One animal of an arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Animal {
    /// Every factor between animals is 1.
    Typical,
    /// The animal of that number.
    Numbered(usize),
}

/// Cells that grow side by side, each with its share of the live cells at the start; mostly one.
pub(crate) type Culture<T> = Vec<(f64, T)>;

impl Bench {
    /// The plans of an arm: one culture per animal, or one for cells in a dish.
    pub(crate) fn plans(
        &self,
        experiment: &Experiment,
        arm: &Arm,
        common: &Common,
    ) -> Result<Vec<Culture<Plan>>, ExperimentError> {
        let culture = |animal| self.culture(experiment, arm, common, animal);
        let Some(animals) = &experiment.animals else {
            return Ok(vec![culture(Animal::Typical)?]);
        };
        let first = Self::first_patient(experiment, &arm.id);
        (0..animals.n).map(|k| culture(Animal::Numbered(first + k))).collect()
    }

    /// The arm's own cells and its clones.
    pub(crate) fn culture(
        &self,
        experiment: &Experiment,
        arm: &Arm,
        common: &Common,
        animal: Animal,
    ) -> Result<Culture<Plan>, ExperimentError> {
        let own = 1.0 - experiment.clones.iter().map(|c| c.share).sum::<f64>();
        let mut culture = vec![(own, self.plan_of(experiment, arm, common, animal)?)];
        for clone in &experiment.clones {
            let arm = Arm { context: Some(clone.context.clone()), ..arm.clone() };
            culture.push((clone.share, self.plan_of(experiment, &arm, common, animal)?));
        }
        Ok(culture)
    }

    /// What a host sets in its cells, before anything else changes them.
    pub(crate) fn host_values(
        &self,
        experiment: &Experiment,
        overrides: &[Override],
        parameters: &mut BTreeMap<usize, f64>,
    ) -> Result<(), ExperimentError> {
        let Some(animals) = &experiment.animals else { return Ok(()) };
        for condition in self.conditions(experiment, animals)?.iter().filter(|c| c.how == How::Set) {
            let parameter = self.parameter(experiment, &condition.parameter)?;
            parameters.insert(parameter, value_in(animals, condition, parameter, overrides));
        }
        parameters.insert(self.parameter(experiment, START_VOLUME)?, animals.start_volume);
        Ok(())
    }

    /// Factors of a host and of one of its animals.
    pub(crate) fn host_factors(
        &self,
        experiment: &Experiment,
        animal: Animal,
        overrides: &[Override],
    ) -> Result<Vec<(usize, f64)>, ExperimentError> {
        let Some(animals) = &experiment.animals else { return Ok(Vec::new()) };
        let mut factors = Vec::new();
        for condition in self.conditions(experiment, animals)? {
            let parameter = self.parameter(experiment, &condition.parameter)?;
            let value = value_in(animals, condition, parameter, overrides);
            let typical = if condition.how == How::Times { value } else { 1.0 };
            let own = match animal {
                Animal::Typical => 1.0,
                Animal::Numbered(k) => own_factor(animals.seed, k, condition),
            };
            factors.push((parameter, typical * own));
        }
        Ok(factors)
    }

    /// The species that a dose goes to, and the parameter with the share that arrives.
    pub(crate) fn entry(
        &self,
        experiment: &Experiment,
        agent: &str,
        route: Route,
    ) -> Result<(usize, Option<usize>), ExperimentError> {
        let kinetics = self.library.pharmacokinetics().iter().find(|k| k.drug == agent);
        let place = kinetics.and_then(|k| {
            let share = match route {
                Route::Intravenous => None,
                depot => {
                    let name = k.parameter(crate::animal::Quantity::Bioavailability, Some(depot));
                    Some(self.compiled.parameter_idx(&name)?)
                }
            };
            Some((self.compiled.species_idx(&k.entry(route))?, share))
        });
        place.ok_or_else(|| unknown(experiment, "drug with pharmacokinetics", agent))
    }

    fn conditions(
        &self,
        experiment: &Experiment,
        animals: &Animals,
    ) -> Result<&[Condition], ExperimentError> {
        let host = self.library.hosts().iter().find(|h| h.id == animals.host);
        Ok(&host.ok_or_else(|| unknown(experiment, "host", &animals.host))?.conditions)
    }

    pub(crate) fn parameter(&self, experiment: &Experiment, name: &str) -> Result<usize, ExperimentError> {
        self.compiled.parameter_idx(name).ok_or_else(|| unknown(experiment, "parameter", name))
    }
}

/// What a host does to a parameter: its own number, or that of an override.
fn value_in(animals: &Animals, condition: &Condition, parameter: usize, overrides: &[Override]) -> f64 {
    let own = overrides
        .iter()
        .rev()
        .find(|o| o.parameter == parameter && matches!(&o.scope, Scope::Host(host) if *host == animals.host));
    own.map_or(condition.value, |o| o.value)
}

/// Lognormal with median 1 and the coefficient of variation of the condition. It depends on seed, animal and the name
/// of the parameter only: neither other rows of the table nor the number of animals change it.
fn own_factor(seed: u64, animal: usize, condition: &Condition) -> f64 {
    if condition.cv == 0.0 {
        return 1.0;
    }
    let mut key = *blake3::hash(condition.parameter.as_bytes()).as_bytes();
    key[..8].iter_mut().zip(seed.to_le_bytes()).for_each(|(k, s)| *k ^= s);
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(animal as u64);
    let z: f64 = StandardNormal.sample(&mut random);
    (condition.cv.powi(2).ln_1p().sqrt() * z).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Obtained;

    #[test]
    fn factors_have_median_1_and_the_stated_variation() {
        let condition = Condition {
            parameter: "k_division".to_string(),
            how: How::Times,
            value: 1.0,
            cv: 0.3,
            low: 1.0,
            high: 1.0,
            obtained: Obtained::Assumed,
            source: String::new(),
            note: String::new(),
        };
        let n = 4000;
        let logs: Vec<f64> = (0..n).map(|k| own_factor(7, k, &condition).ln()).collect();
        let mean = logs.iter().sum::<f64>() / n as f64;
        let variance = logs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
        let sigma = 1.09f64.ln().sqrt();
        // Four standard errors of a mean of n and of a standard deviation of n.
        assert!(mean.abs() < 4.0 * sigma / (n as f64).sqrt(), "{mean}");
        assert!((variance.sqrt() / sigma - 1.0).abs() < 4.0 / (2.0 * n as f64).sqrt(), "{variance}");
        assert_eq!(own_factor(7, 3, &condition), logs[3].exp());
        assert_ne!(own_factor(8, 3, &condition), logs[3].exp());
    }
}
