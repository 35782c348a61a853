//! Noise between replicate wells.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Replicate wells of an assay: each is read with lognormal noise of mean 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicates {
    /// How many.
    pub n: usize,
    /// Coefficient of variation between wells.
    pub cv: f64,
    /// Seed.
    pub seed: u64,
}

impl Replicates {
    /// Readings of a well with this value. They depend on seed and `key` only, not on other wells.
    pub fn read(&self, key: &str, value: f64) -> Vec<f64> {
        let sigma = self.cv.powi(2).ln_1p().sqrt();
        let mut seed = *blake3::hash(key.as_bytes()).as_bytes();
        seed[..8].iter_mut().zip(self.seed.to_le_bytes()).for_each(|(k, s)| *k ^= s);
        let mut random = ChaCha8Rng::from_seed(seed);
        let mut factor = || {
            let z: f64 = StandardNormal.sample(&mut random);
            (sigma * z - sigma * sigma / 2.0).exp()
        };
        (0..self.n).map(|_| value * factor()).collect()
    }
}

/// Mean and standard error of the mean; no error with fewer than two values.
pub fn mean_and_error(values: &[f64]) -> (f64, Option<f64>) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (mean, (values.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_scatter_as_stated_and_repeat() {
        let plate = Replicates { n: 4000, cv: 0.1, seed: 3 };
        let wells = plate.read("a", 2.0);
        let (mean, error) = mean_and_error(&wells);
        // Four standard errors of the mean, and of a standard deviation of 4000 values.
        assert!((mean - 2.0).abs() < 4.0 * 0.2 / 4000f64.sqrt(), "{mean}");
        let spread = error.unwrap() * 4000f64.sqrt();
        assert!((spread / 0.2 - 1.0).abs() < 4.0 / 8000f64.sqrt(), "{spread}");
        assert_eq!(plate.read("a", 2.0), wells);
        assert_ne!(plate.read("b", 2.0), wells);
    }

    #[test]
    fn the_standard_error_of_a_small_sample() {
        // 1, 2, 3: variance 1, error 1/sqrt(3).
        let (mean, error) = mean_and_error(&[1.0, 2.0, 3.0]);
        assert!((mean - 2.0).abs() < 1e-15 && (error.unwrap() - 3f64.sqrt().recip()).abs() < 1e-15);
        assert_eq!(mean_and_error(&[5.0]), (5.0, None));
    }
}
