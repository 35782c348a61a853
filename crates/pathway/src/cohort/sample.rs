//! What chance gives each patient. Every number depends on seed, patient and its own name only.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{Marker, Variation};

/// Draws after which the cut of a distribution is given up; its median lies inside, so half of all draws fit at least
/// on one side.
const MOST_DRAWS: usize = 10_000;
const HOURS_PER_YEAR: f64 = 8766.0;

/// The value or factor of a parameter in a patient; `None`: as in the cell.
pub(crate) fn between_patients(seed: u64, patient: usize, variation: &Variation) -> Option<f64> {
    let mut random = stream(seed, patient, &format!("varies {}", variation.parameter));
    let carried = match &variation.together {
        Some(word) => stream(seed, patient, &format!("together {word}")).r#gen::<f64>(),
        None => random.r#gen(),
    };
    let carries = carried < variation.share;
    let draw = |random: &mut ChaCha8Rng| {
        let z: f64 = StandardNormal.sample(random);
        variation.median * 10f64.powf(variation.sd_log10 * z)
    };
    let mut drawn = (0..MOST_DRAWS).map(|_| draw(&mut random));
    let inside = |x: &f64| (variation.low..=variation.high).contains(x);
    let value = drawn.find(inside).unwrap_or(variation.median);
    carries.then_some(value)
}

/// What a marker shows for a read-out and a volume in mm3.
pub(crate) fn measured(seed: u64, patient: usize, marker: &Marker, readout: f64, volume: f64) -> f64 {
    let mut random = stream(seed, patient, &format!("marker {}", marker.id));
    let mut factor = |cv: f64| {
        let sigma = cv.powi(2).ln_1p().sqrt();
        let z: f64 = StandardNormal.sample(&mut random);
        (sigma * z - sigma * sigma / 2.0).exp()
    };
    let background = marker.background * factor(marker.background_cv);
    let tumour = marker.factor * readout * if marker.times_volume { volume } else { 1.0 };
    (background + tumour) * factor(marker.cv)
}

/// When a patient is lost to follow-up, for a share lost per year.
pub(crate) fn dropout_h(seed: u64, patient: usize, share_per_year: f64) -> f64 {
    if share_per_year <= 0.0 {
        return f64::INFINITY;
    }
    let rate = -(1.0 - share_per_year).ln() / HOURS_PER_YEAR;
    let stays: f64 = 1.0 - stream(seed, patient, "dropout").r#gen::<f64>();
    -stays.ln() / rate
}

fn stream(seed: u64, patient: usize, name: &str) -> ChaCha8Rng {
    let mut key = *blake3::hash(name.as_bytes()).as_bytes();
    key[..8].iter_mut().zip(seed.to_le_bytes()).for_each(|(k, s)| *k ^= s);
    let mut random = ChaCha8Rng::from_seed(key);
    random.set_stream(patient as u64);
    random
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::animal::How;

    fn variation(share: f64) -> Variation {
        Variation {
            parameter: "SRC_total".into(),
            how: How::Times,
            median: 2.0,
            sd_log10: 0.3,
            share,
            together: None,
            low: 0.5,
            high: 8.0,
            source: String::new(),
        }
    }

    #[test]
    fn tumours_differ_as_stated() {
        let n = 4000;
        let drawn: Vec<f64> = (0..n).filter_map(|k| between_patients(1, k, &variation(0.25))).collect();
        // Four standard errors of a binomial share.
        let share = drawn.len() as f64 / f64::from(n as u32);
        assert!((share - 0.25).abs() < 4.0 * (0.25f64 * 0.75 / n as f64).sqrt(), "{share}");
        assert!(drawn.iter().all(|x| (0.5..=8.0).contains(x)));
        // The cuts lie two standard deviations away on both sides: the median stays.
        let below = drawn.iter().filter(|x| **x < 2.0).count() as f64 / drawn.len() as f64;
        assert!((below - 0.5).abs() < 4.0 * (0.25 / drawn.len() as f64).sqrt(), "{below}");
        assert_eq!(between_patients(1, 7, &variation(1.0)), between_patients(1, 7, &variation(1.0)));
        assert_ne!(between_patients(2, 7, &variation(1.0)), between_patients(1, 7, &variation(1.0)));
    }

    #[test]
    fn the_share_lost_in_a_year_is_the_stated_one() {
        let n = 4000;
        let lost = (0..n).filter(|k| dropout_h(3, *k, 0.1) < HOURS_PER_YEAR).count() as f64 / n as f64;
        assert!((lost - 0.1).abs() < 4.0 * (0.09 / n as f64).sqrt(), "{lost}");
        assert_eq!(dropout_h(3, 0, 0.0), f64::INFINITY);
    }
}
