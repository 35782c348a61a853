//! Many runs of one system, and their statistics.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::super::{CompiledSystem, SystemError, SystemRun};

/// Chosen columns of many runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicates {
    times: Vec<f64>,
    /// By replicate, column and time.
    values: Vec<Vec<f64>>,
    n_columns: usize,
    steps: u64,
}

impl CompiledSystem {
    /// Runs replicates 0 to `n - 1` of a seed on so many threads and keeps these columns. The result does not depend
    /// on the number of threads, and replicate i is the run with [`SystemRun::replicate`] i.
    ///
    /// # Errors
    /// [`SystemError`] of the first replicate that fails; then there are no numbers.
    pub fn run_replicates(
        &self,
        run: &SystemRun,
        n: u64,
        columns: &[usize],
        n_threads: usize,
    ) -> Result<Replicates, SystemError> {
        let next = AtomicU64::new(0);
        let failed = AtomicBool::new(false);
        type Done = (u64, Result<(Vec<f64>, u64), SystemError>);
        let done: Mutex<Vec<Done>> = Mutex::new(Vec::new());
        let work = || {
            let mut mine: Vec<Done> = Vec::new();
            loop {
                let replicate = next.fetch_add(1, Ordering::Relaxed);
                if replicate >= n || failed.load(Ordering::Relaxed) {
                    break;
                }
                let result = self.run(&SystemRun { replicate, ..run.clone() }).map(|trajectory| {
                    let values = columns.iter().flat_map(|&c| trajectory.column(c)).collect();
                    (values, trajectory.steps())
                });
                if result.is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
                mine.push((replicate, result));
            }
            done.lock().expect("no thread panics with the lock").extend(mine);
        };
        std::thread::scope(|scope| {
            for _ in 1..n_threads.max(1) {
                scope.spawn(work);
            }
            work();
        });
        let mut done = done.into_inner().expect("no thread panics with the lock");
        done.sort_by_key(|(replicate, _)| *replicate);
        let mut all = Replicates {
            times: run.output_times.clone(),
            values: Vec::with_capacity(done.len()),
            n_columns: columns.len(),
            steps: 0,
        };
        for (_, result) in done {
            let (values, steps) = result?;
            all.values.push(values);
            all.steps += steps;
        }
        Ok(all)
    }
}

impl Replicates {
    /// Output times, ascending.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// Number of runs.
    pub fn n_replicates(&self) -> usize {
        self.values.len()
    }

    /// Firings and steps of all runs.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// One column of one run over time. Shape: `[n_times]`.
    pub fn column(&self, replicate: usize, column: usize) -> &[f64] {
        assert!(column < self.n_columns, "column {column} of {}", self.n_columns);
        &self.values[replicate][column * self.times.len()..(column + 1) * self.times.len()]
    }

    /// All runs of a column at one time, in order of the replicates.
    pub fn sample(&self, column: usize, row: usize) -> Vec<f64> {
        (0..self.values.len()).map(|r| self.column(r, column)[row]).collect()
    }
}

/// Mean and standard deviation (with n - 1) of a sample; the latter is zero for a single value.
///
/// # Source
/// Welford 1962, Technometrics 4, 419.
pub fn mean_and_sd(sample: &[f64]) -> (f64, f64) {
    let (mut mean, mut squares) = (0.0, 0.0);
    for (n, &x) in sample.iter().enumerate() {
        let before = x - mean;
        mean += before / (n + 1) as f64;
        squares += before * (x - mean);
    }
    let sd = if sample.len() > 1 { (squares / (sample.len() - 1) as f64).sqrt() } else { 0.0 };
    (if sample.is_empty() { f64::NAN } else { mean }, sd)
}

/// A quantile of an ascending sample, interpolated between neighbours (type 7 of Hyndman & Fan 1996).
pub fn quantile(ascending: &[f64], share: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return f64::NAN };
    let at = share.clamp(0.0, 1.0) * last as f64;
    let low = at.floor() as usize;
    let (below, above) = (ascending[low], ascending[(low + 1).min(last)]);
    below + (at - low as f64) * (above - below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_of_a_small_sample() {
        let sample = [1.0, 2.0, 3.0, 4.0];
        let (mean, sd) = mean_and_sd(&sample);
        // Rounding only.
        assert!((mean - 2.5).abs() < 1e-15 && (sd - (5.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        assert_eq!(quantile(&sample, 0.5), 2.5);
        assert_eq!(quantile(&sample, 1.0), 4.0);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
