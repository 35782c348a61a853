//! Findings under noise on all parameters.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use super::batch::{Progress, Spread};
use super::judge::Measured;
use super::plan::Common;
use super::settings::on_threads;
use super::{Bench, ExperimentError, MarginParts, RunRecord, RunSettings};
use crate::finding::Finding;

/// How often findings hold when all parameters are noisy.
#[derive(Clone, Debug, PartialEq)]
pub struct Robustness {
    /// Number of draws.
    pub draws: usize,
    /// Standard deviation of the natural logarithm of each parameter.
    pub sigma: f64,
    /// Seed.
    pub seed: u64,
    /// Share of findings supported, per draw.
    pub shares: Vec<f64>,
    /// Median of `shares`.
    pub median: f64,
    /// Quantiles of `shares` at 5 %, 25 %, 75 % and 95 %.
    pub quantiles: [(f64, f64); 4],
    /// Share of draws in which each finding is supported, in the order asked for.
    pub per_finding: Vec<(String, f64)>,
    /// Runs that failed, over all draws; their findings count as not supported.
    pub failed_runs: usize,
    /// Why the first of them failed.
    pub first_failure: Option<String>,
    /// How it was computed.
    pub record: RunRecord,
}

/// Which draws are made.
struct Noise {
    draws: usize,
    sigma: f64,
    seed: u64,
}

impl Bench {
    /// Judges findings under lognormal noise on all parameters: one factor per parameter name and draw.
    ///
    /// The factor multiplies whatever the table, the cell or an override gives; what a mutation sets stays as it is.
    /// The draw of a seed is the same on any number of threads. `progress` counts draws.
    ///
    /// # Errors
    /// [`ExperimentError`] if an override or the number of threads cannot be used.
    pub fn robustness(
        &self,
        findings: &[&Finding],
        settings: &RunSettings,
        draws: usize,
        sigma: f64,
        seed: u64,
        progress: Progress<'_>,
    ) -> Result<Robustness, ExperimentError> {
        let judged = |measured: &Measured| {
            let holds = |f: &&Finding| self.margin(f, measured).is_ok_and(|margin| margin >= 0.0);
            let failures = measured.failures();
            let first = failures.first().map(ToString::to_string);
            (findings.iter().map(holds).collect::<Vec<bool>>(), failures.len(), first)
        };
        let outcomes = self.each_draw(findings, settings, &Noise { draws, sigma, seed }, progress, judged)?;
        let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        let shares: Vec<f64> = outcomes
            .iter()
            .map(|(held, ..)| share(held.iter().filter(|h| **h).count(), held.len()))
            .collect();
        let of_finding = |i: usize| share(outcomes.iter().filter(|(held, ..)| held[i]).count(), draws);
        let mut sorted = shares.clone();
        sorted.sort_by(f64::total_cmp);
        Ok(Robustness {
            draws,
            sigma,
            seed,
            shares,
            median: quantile(&sorted, 0.5),
            quantiles: [0.05, 0.25, 0.75, 0.95].map(|q| (q, quantile(&sorted, q))),
            per_finding: findings.iter().enumerate().map(|(i, f)| (f.id.clone(), of_finding(i))).collect(),
            failed_runs: outcomes.iter().map(|o| o.1).sum(),
            first_failure: outcomes.into_iter().find_map(|o| o.2),
            record: self.record(settings, Some(seed), "several"),
        })
    }

    /// Margins of findings in each noisy draw, the draws of [`Bench::robustness`]. Each margin is finite or `None`.
    ///
    /// Shape: `[draws][findings]`.
    ///
    /// # Errors
    /// As [`Bench::robustness`].
    pub fn margins_under_noise(
        &self,
        findings: &[&Finding],
        settings: &RunSettings,
        draws: usize,
        sigma: f64,
        seed: u64,
    ) -> Result<Vec<Vec<MarginParts>>, ExperimentError> {
        let parts = |measured: &Measured| self.margin_parts(findings, Some(measured));
        self.each_draw(findings, settings, &Noise { draws, sigma, seed }, &|_, _| {}, parts)
    }

    /// Makes the runs of each draw and looks at them; the draws spread over the threads.
    fn each_draw<T: Send>(
        &self,
        findings: &[&Finding],
        settings: &RunSettings,
        noise: &Noise,
        progress: Progress<'_>,
        look: impl Fn(&Measured) -> T + Sync,
    ) -> Result<Vec<T>, ExperimentError> {
        let overrides = self.resolve_overrides(settings)?;
        let max_steps = settings.max_steps.min(RunSettings::MOST_STEPS_OF_A_DRAW);
        let settings = &RunSettings { max_steps, ..settings.clone() };
        let done = std::sync::atomic::AtomicUsize::new(0);
        let draw = |i: usize| {
            let factors = self.noise(noise.sigma, noise.seed, i);
            let common = Common { overrides: overrides.clone(), noise: Some(factors) };
            let measured = self.measure(findings, &common, settings, Spread::Serial, &|_, _| {});
            progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, noise.draws);
            look(&measured)
        };
        on_threads(settings.threads, || (0..noise.draws).into_par_iter().map(draw).collect())
    }

    /// One factor per parameter. Parameters are drawn in alphabetical order, each draw from its own stream, so that
    /// neither the order of the table nor that of the draws matters.
    pub(super) fn noise(&self, sigma: f64, seed: u64, draw: usize) -> Vec<f64> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(draw as u64);
        let mut order: Vec<usize> = (0..self.base.len()).collect();
        order.sort_by_key(|&i| &self.compiled.parameters()[i]);
        let mut factors = vec![1.0; self.base.len()];
        for i in order {
            let z: f64 = StandardNormal.sample(&mut random);
            factors[i] = (sigma * z).exp();
        }
        factors
    }
}

/// Quantile of ascending values, linear between them (Hyndman and Fan 1996, type 7); 0 if there are none.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = q * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}
