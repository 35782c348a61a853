//! Times until an event: Kaplan-Meier curves, the log-rank test, Cox regression.
//!
//! Sources: Kaplan and Meier 1958 (J Am Stat Assoc 53:457); Greenwood's variance on the log(-log) scale (Kalbfleisch
//! and Prentice 1980); Mantel 1966 (Cancer Chemother Rep 50:163); Cox 1972 (J R Stat Soc B 34:187); Efron 1977 (J Am
//! Stat Assoc 72:557).

use nalgebra::{DMatrix, DVector};
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

/// The time until an event, or until nobody looked any more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// When.
    pub time: f64,
    /// Whether the event came then; else the observation is censored.
    pub event: bool,
}

/// A Kaplan-Meier curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KaplanMeier {
    /// One for each different time, ascending.
    pub steps: Vec<Step>,
    /// Times of all observations, ascending.
    times: Vec<f64>,
}

/// What a Kaplan-Meier curve does at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub time: f64,
    /// At risk just before.
    pub at_risk: usize,
    /// Events.
    pub events: usize,
    /// Censored at this time.
    pub censored: usize,
    /// Share without event just after.
    pub survival: f64,
    /// 95 % interval of it; the ends are NaN where they are not defined (survival 0).
    pub interval: (f64, f64),
}

/// Two-sided 95 % of a normal distribution.
const Z95: f64 = 1.959_963_984_540_054;

impl KaplanMeier {
    /// The curve of observations.
    pub fn of(observations: &[Observation]) -> KaplanMeier {
        let mut times: Vec<f64> = observations.iter().map(|o| o.time).collect();
        times.sort_by(f64::total_cmp);
        let mut different = times.clone();
        different.dedup();
        let (mut survival, mut variance) = (1.0, 0.0);
        let steps = different.into_iter().map(|time| {
            let count = |event| observations.iter().filter(|o| o.time == time && o.event == event).count();
            let (events, censored) = (count(true), count(false));
            let at_risk = observations.iter().filter(|o| o.time >= time).count();
            let (d, n) = (events as f64, at_risk as f64);
            if events > 0 {
                survival *= 1.0 - d / n;
                variance += d / (n * (n - d));
            }
            Step { time, at_risk, events, censored, survival, interval: interval(survival, variance) }
        });
        KaplanMeier { steps: steps.collect(), times }
    }

    /// Share without event at a time.
    pub fn survival(&self, time: f64) -> f64 {
        self.steps.iter().take_while(|s| s.time <= time).last().map_or(1.0, |s| s.survival)
    }

    /// First time at which at most half are without event; `None` if it does not come to that.
    pub fn median(&self) -> Option<f64> {
        // Half of an even number of patients is exactly half: the product of shares may miss it by rounding.
        self.steps.iter().find(|s| s.events > 0 && s.survival <= 0.5 + 1e-12).map(|s| s.time)
    }

    /// Number at risk just before a time.
    pub fn at_risk(&self, time: f64) -> usize {
        self.times.iter().filter(|t| **t >= time).count()
    }
}

/// `S^exp(+-z se)` with `se = sqrt(variance) / |ln S|`: stays between 0 and 1.
fn interval(survival: f64, variance: f64) -> (f64, f64) {
    if survival >= 1.0 {
        return (1.0, 1.0);
    }
    let spread = Z95 * variance.sqrt() / survival.ln().abs();
    (survival.powf(spread.exp()), survival.powf((-spread).exp()))
}

/// Whether groups have the same hazard.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRank {
    /// Events of each group.
    pub observed: Vec<f64>,
    /// Events expected if all had the same hazard.
    pub expected: Vec<f64>,
    /// The statistic.
    pub chi_squared: f64,
    /// Its degrees of freedom.
    pub degrees: usize,
    /// Probability of at least this by chance.
    pub p: f64,
}

/// The log-rank test. `None` with fewer than two groups, or without variance (no event while both are at risk).
pub fn log_rank(groups: &[Vec<Observation>]) -> Option<LogRank> {
    let k = groups.len();
    if k < 2 {
        return None;
    }
    let mut times: Vec<f64> = groups.iter().flatten().filter(|o| o.event).map(|o| o.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let (mut observed, mut expected) = (vec![0.0; k], vec![0.0; k]);
    let mut covariance = DMatrix::<f64>::zeros(k, k);
    for time in times {
        let count =
            |g: &Vec<Observation>, f: &dyn Fn(&Observation) -> bool| g.iter().filter(|o| f(o)).count() as f64;
        let risk: Vec<f64> = groups.iter().map(|g| count(g, &|o| o.time >= time)).collect();
        let events: Vec<f64> = groups.iter().map(|g| count(g, &|o| o.time == time && o.event)).collect();
        let (n, d) = (risk.iter().sum::<f64>(), events.iter().sum::<f64>());
        for i in 0..k {
            observed[i] += events[i];
            expected[i] += d * risk[i] / n;
            for j in 0..k {
                if n > 1.0 {
                    let own = if i == j { 1.0 } else { 0.0 };
                    covariance[(i, j)] += d * (n - d) / (n - 1.0) * risk[i] / n * (own - risk[j] / n);
                }
            }
        }
    }
    // The last group follows from the others.
    let differences = DVector::from_iterator(k - 1, (0..k - 1).map(|i| observed[i] - expected[i]));
    let inverse = covariance.view((0, 0), (k - 1, k - 1)).into_owned().try_inverse()?;
    let chi_squared = (differences.transpose() * inverse * &differences)[(0, 0)];
    if !chi_squared.is_finite() {
        return None;
    }
    let p = ChiSquared::new((k - 1) as f64).ok()?.sf(chi_squared);
    Some(LogRank { observed, expected, chi_squared, degrees: k - 1, p })
}

/// How Cox regression treats events at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// Efron's mean over the orders in which they may have come.
    Efron,
    /// Breslow's: all of them at risk for each.
    Breslow,
}

/// The effect of one covariate on the hazard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HazardRatio {
    /// Factor of the hazard per unit of the covariate.
    pub ratio: f64,
    /// Its 95 % interval (Wald).
    pub interval: (f64, f64),
    /// Standard error of the logarithm.
    pub log_error: f64,
    /// Probability of at least this effect by chance (Wald).
    pub p: f64,
}

/// Steps of Newton's method after which a fit counts as not converged: the effect is then without bounds.
const MOST_STEPS: usize = 50;

/// Cox regression on one covariate. `None` without events, without variation of the covariate, or if the likelihood has
/// no maximum (every event lies on one side).
pub fn cox(observations: &[Observation], covariate: &[f64], ties: Ties) -> Option<HazardRatio> {
    let mut times: Vec<f64> = observations.iter().filter(|o| o.event).map(|o| o.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let center = covariate.iter().sum::<f64>() / covariate.len().max(1) as f64;
    let rows: Vec<(Observation, f64)> =
        observations.iter().copied().zip(covariate.iter().map(|x| x - center)).collect();
    let (mut beta, mut converged) = (0.0, false);
    let mut information = 0.0;
    for _ in 0..MOST_STEPS {
        let (score, curvature) = score(&rows, &times, beta, ties);
        information = curvature;
        if !(curvature.is_finite() && curvature > 0.0) {
            return None;
        }
        // Half steps at most of 2 on the logarithm keep Newton's method from leaping over the maximum.
        let step = (score / curvature).clamp(-2.0, 2.0);
        beta += step;
        if step.abs() < 1e-10 {
            converged = true;
            break;
        }
    }
    if !converged || beta.abs() > 50.0 {
        return None;
    }
    let log_error = information.sqrt().recip();
    let normal = Normal::standard();
    Some(HazardRatio {
        ratio: beta.exp(),
        interval: ((beta - Z95 * log_error).exp(), (beta + Z95 * log_error).exp()),
        log_error,
        p: 2.0 * normal.sf((beta / log_error).abs()),
    })
}

/// Slope of the logarithm of the partial likelihood, and minus its curvature.
fn score(rows: &[(Observation, f64)], times: &[f64], beta: f64, ties: Ties) -> (f64, f64) {
    let (mut slope, mut information) = (0.0, 0.0);
    for &time in times {
        // Sums of weight, weight x, weight x^2 over those at risk, and over those with the event.
        let (mut risk, mut own) = ([0.0; 3], [0.0; 3]);
        let mut events = 0.0;
        for (observation, x) in rows.iter().filter(|r| r.0.time >= time) {
            let weight = (beta * x).exp();
            let has_event = observation.event && observation.time == time;
            for (k, power) in [1.0, *x, x * x].into_iter().enumerate() {
                risk[k] += weight * power;
                if has_event {
                    own[k] += weight * power;
                }
            }
            if has_event {
                events += 1.0;
                slope += x;
            }
        }
        for l in 0..events as usize {
            let share = match ties {
                Ties::Efron => l as f64 / events,
                Ties::Breslow => 0.0,
            };
            let [s0, s1, s2] = [0, 1, 2].map(|k| risk[k] - share * own[k]);
            slope -= s1 / s0;
            information += s2 / s0 - (s1 / s0).powi(2);
        }
    }
    (slope, information)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observations(text: &str) -> Vec<Observation> {
        let one = |word: &str| Observation {
            time: word.trim_end_matches('+').parse().unwrap(),
            event: !word.ends_with('+'),
        };
        text.split_whitespace().map(one).collect()
    }

    /// Weeks in remission of leukaemia, 6-mercaptopurine and placebo (Freireich 1963).
    fn leukaemia() -> [Vec<Observation>; 2] {
        [
            observations("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"),
            observations("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"),
        ]
    }

    #[test]
    fn the_curve_of_a_textbook() {
        let [drug, placebo] = leukaemia();
        let curve = KaplanMeier::of(&drug);
        // Products of 18/21, 16/17, 14/15, 11/12, 10/11, 6/7, 5/6, as every textbook prints them to three digits.
        for (time, survival) in [
            (6.0, 0.857),
            (7.0, 0.807),
            (10.0, 0.753),
            (13.0, 0.690),
            (16.0, 0.627),
            (22.0, 0.538),
            (23.0, 0.448),
        ] {
            assert!((curve.survival(time) - survival).abs() < 5e-4, "{time}: {}", curve.survival(time));
        }
        assert_eq!((curve.survival(5.9), curve.median(), curve.at_risk(10.0)), (1.0, Some(23.0), 15));
        assert_eq!(KaplanMeier::of(&placebo).median(), Some(8.0));
        // Greenwood's standard error at 6 weeks: 0.857 sqrt(3 / (21 * 18)) = 0.0764; on the log(-log) scale 0.620 to 0.952.
        let first = curve.steps[0].interval;
        assert!((first.0 - 0.6197).abs() < 5e-4 && (first.1 - 0.9516).abs() < 5e-4, "{first:?}");
    }

    #[test]
    fn the_test_of_a_textbook() {
        let [drug, placebo] = leukaemia();
        let test = log_rank(&[drug, placebo]).unwrap();
        // Kleinbaum and Klein, Survival Analysis: expected 19.25 and 10.75, chi-squared 16.79.
        assert_eq!(test.observed, [9.0, 21.0]);
        assert!((test.expected[0] - 19.25).abs() < 5e-3 && (test.expected[1] - 10.75).abs() < 5e-3);
        assert!((test.chi_squared - 16.79).abs() < 5e-3, "{test:?}");
        assert!(test.p > 3e-5 && test.p < 6e-5);
    }

    #[test]
    fn the_hazard_ratios_of_a_textbook() {
        let [drug, placebo] = leukaemia();
        let group: Vec<f64> = drug.iter().map(|_| 0.0).chain(placebo.iter().map(|_| 1.0)).collect();
        let all = [drug, placebo].concat();
        // Published fits: Breslow 1.509 (0.410), Efron 1.572 (0.412).
        for (ties, beta, error) in [(Ties::Breslow, 1.509, 0.410), (Ties::Efron, 1.572, 0.412)] {
            let fit = cox(&all, &group, ties).unwrap();
            assert!((fit.ratio.ln() - beta).abs() < 5e-4 && (fit.log_error - error).abs() < 5e-4, "{fit:?}");
        }
    }

    /// Two patients of group 1, then one of group 0 with the event: the partial likelihood is
    /// e^b/(2e^b+1) * e^b/(e^b+1), without a maximum; with the orders 1, 0, 1 it is e^b/(2e^b+1) * 1/(1+e^b).
    #[test]
    fn the_maximum_of_a_likelihood_by_hand() {
        let times = observations("1 2 3");
        assert_eq!(cox(&times, &[1.0, 1.0, 0.0], Ties::Efron), None);
        let fit = cox(&times, &[1.0, 0.0, 1.0], Ties::Efron).unwrap();
        // d/db: 1 = 2r/(2r+1) + r/(1+r) with r = e^b gives 2 r^2 = 1.
        assert!((fit.ratio - 0.5f64.sqrt()).abs() < 1e-9, "{fit:?}");
    }

    #[test]
    fn without_ties_both_treatments_of_ties_agree() {
        let times = observations("1 2+ 3 4 5 6+ 7");
        let x = [0.3, 1.0, -0.4, 2.0, 0.1, 0.0, 0.7];
        assert_eq!(cox(&times, &x, Ties::Efron), cox(&times, &x, Ties::Breslow));
    }

    #[test]
    fn equal_groups_do_not_differ_and_no_event_gives_no_test() {
        let [drug, _] = leukaemia();
        let test = log_rank(&[drug.clone(), drug.clone()]).unwrap();
        assert!(test.chi_squared < 1e-20 && test.p > 0.999);
        assert_eq!(log_rank(&[observations("3+ 4+"), observations("5+")]), None);
        assert_eq!(log_rank(&[drug]), None);
        assert_eq!(KaplanMeier::of(&observations("3+ 4+")).median(), None);
    }
}
