//! The ratio of two Kummer functions.

/// `M(a+1, b+1, z) / M(a, b, z)`, with `M` Kummer's confluent hypergeometric function.
///
/// Evaluated as Gauss's continued fraction by the modified Lentz method; it converges for all real `z` with
/// `a`, `b` as they arise from steady states of birth-death processes (b > 0).
///
/// # Source
/// NIST Digital Library of Mathematical Functions, 13.5.1; Thompson and Barnett (1986), J. Comput. Phys. 64:490.
pub(crate) fn mratio(a: f64, b: f64, z: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut f = 1.0;
    let mut c = 1.0;
    let mut d = 0.0;
    for n in 0..100_000_u32 {
        let k = f64::from(n / 2);
        let coefficient = if n % 2 == 0 {
            z * (a - b - k) / ((b + 2.0 * k) * (b + 2.0 * k + 1.0))
        } else {
            z * (a + k + 1.0) / ((b + 2.0 * k + 1.0) * (b + 2.0 * k + 2.0))
        };
        d = 1.0 + coefficient * d;
        c = 1.0 + coefficient / c;
        if d == 0.0 {
            d = TINY;
        }
        if c == 0.0 {
            c = TINY;
        }
        d = 1.0 / d;
        let change = c * d;
        f *= change;
        if (change - 1.0).abs() < 1e-15 {
            return 1.0 / f;
        }
    }
    f64::NAN
}

#[cfg(test)]
mod tests {
    use super::mratio;

    fn kummer(a: f64, b: f64, z: f64) -> f64 {
        let (mut term, mut sum) = (1.0, 1.0);
        for k in 0..500 {
            let k = f64::from(k);
            term *= (a + k) * z / ((b + k) * (k + 1.0));
            sum += term;
        }
        sum
    }

    #[test]
    fn the_ratio_agrees_with_the_series() {
        for (a, b, z) in [(1.0, 2.0, 0.5), (0.3, 1.7, 4.0), (5.0, 2.5, 10.0), (2.0, 3.0, -1.5)] {
            let series = kummer(a + 1.0, b + 1.0, z) / kummer(a, b, z);
            assert!((mratio(a, b, z) / series - 1.0).abs() < 1e-12, "{a} {b} {z}");
        }
    }
}
