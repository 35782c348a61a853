//! Streams of random numbers.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Exp1, Poisson};

/// The random numbers of one replicate: a function of seed, replicate and position alone.
///
/// # Source
/// ChaCha with 8 rounds is a counter-based generator: the key is the seed, the nonce is the replicate.
#[derive(Clone, Debug)]
pub(in super::super) struct Stream(ChaCha8Rng);

impl Stream {
    pub(in super::super) fn new(seed: u64, replicate: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(replicate);
        Self(generator)
    }

    /// For distributions of the library.
    pub(super) fn generator(&mut self) -> &mut ChaCha8Rng {
        &mut self.0
    }

    /// Uniform in [0, 1).
    #[inline]
    pub(super) fn uniform(&mut self) -> f64 {
        self.0.r#gen()
    }

    /// Exponential with mean 1.
    #[inline]
    pub(super) fn exponential(&mut self) -> f64 {
        Exp1.sample(&mut self.0)
    }

    /// Poisson with this mean, which is positive and finite.
    pub(super) fn poisson(&mut self, mean: f64) -> f64 {
        Poisson::new(mean).map_or(0.0, |distribution| distribution.sample(&mut self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replicate_depends_on_seed_and_number_alone() {
        let draw = |seed, replicate| {
            let mut stream = Stream::new(seed, replicate);
            [stream.uniform(), stream.exponential(), stream.poisson(40.0)]
        };
        assert_eq!(draw(1, 7), draw(1, 7));
        assert_ne!(draw(1, 7), draw(1, 8));
        assert_ne!(draw(1, 7), draw(2, 7));
    }
}
