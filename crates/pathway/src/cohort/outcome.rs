//! What became of patients: response by the criteria for solid tumours, time to progression, markers and groups.

use super::ranks::{mann_whitney, ranks, spearman};
use super::survival::{HazardRatio, KaplanMeier, LogRank, Observation, Ties, cox, log_rank};
use crate::RunRecord;

/// What a cohort gave.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortResult {
    /// Id of the experiment.
    pub experiment: String,
    /// What was measured before treatment.
    pub markers: Vec<MarkerInfo>,
    /// Arms, in the order of the experiment.
    pub arms: Vec<CohortArm>,
    /// How it was computed.
    pub record: RunRecord,
}

/// Name and unit of a marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkerInfo {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Unit in words.
    pub unit: String,
}

/// The patients of an arm.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortArm {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// How many were looked at.
    pub screened: usize,
    /// Those who took part.
    pub patients: Vec<Patient>,
}

/// One patient.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// Number within the cohort.
    pub number: usize,
    /// Markers before treatment, in the order of the cohort.
    pub markers: Vec<f64>,
    /// (hours, mm3) at the visits.
    pub volumes: Vec<(f64, f64)>,
    /// Change of the diameter from start to assessment, as a share.
    pub change: f64,
    /// Response at the assessment.
    pub response: Response,
    /// Hours until progression, or until the end or the loss to follow-up.
    pub progression: Observation,
}

/// Response by RECIST 1.1 (Eisenhauer 2009, Eur J Cancer 45:228), of one lesion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// Nothing is seen any more.
    Complete,
    /// The diameter is 30 % smaller than at the start.
    Partial,
    /// Neither.
    Stable,
    /// The diameter is 20 % and 5 mm above its smallest so far.
    Progressive,
}

impl Response {
    /// All, with abbreviation.
    pub const ALL: [(Response, &'static str); 4] = [
        (Response::Complete, "CR"),
        (Response::Partial, "PR"),
        (Response::Stable, "SD"),
        (Response::Progressive, "PD"),
    ];

    /// As abbreviated in the clinic.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(r, _)| *r == self).expect("ALL lists every response").1
    }
}

/// Patients by their response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Complete or partial response.
    Good,
    /// Stable or progressive disease.
    Poor,
}

impl Group {
    /// All, with their words.
    pub const ALL: [(Group, &'static str); 2] = [(Group::Good, "good"), (Group::Poor, "poor")];

    /// As written in rules.
    pub fn word(self) -> &'static str {
        if self == Group::Good { "good" } else { "poor" }
    }
}

/// Loss of diameter that is a partial response.
const PARTIAL: f64 = 0.3;
/// Growth over the smallest diameter that is progression, as a share and in mm.
const PROGRESSION: (f64, f64) = (0.2, 5.0);
/// A tumour of smaller diameter is not seen, mm.
const SEEN_MM: f64 = 3.0;

/// Diameter in mm of a ball with a volume in mm3.
pub fn diameter_mm(volume: f64) -> f64 {
    (6.0 * volume / std::f64::consts::PI).cbrt()
}

/// Response and progression from volumes at visits: `(change, response, progression)`.
///
/// `lost_h`: when the patient is lost to follow-up. The time of progression is that of the visit that finds it.
pub(crate) fn course(volumes: &[(f64, f64)], assessment_h: f64, lost_h: f64) -> (f64, Response, Observation) {
    let start = volumes.first().map_or(f64::NAN, |v| diameter_mm(v.1));
    let mut smallest = start;
    let mut progressed = None;
    let mut change = 0.0;
    let mut last = start;
    for &(t, volume) in volumes {
        let diameter = diameter_mm(volume);
        let grown = diameter >= smallest * (1.0 + PROGRESSION.0) && diameter - smallest >= PROGRESSION.1;
        if grown && progressed.is_none() {
            progressed = Some(t);
        }
        smallest = smallest.min(diameter);
        if t <= assessment_h {
            change = diameter / start - 1.0;
            last = diameter;
        }
    }
    let response = match progressed {
        Some(t) if t <= assessment_h => Response::Progressive,
        _ if last < SEEN_MM => Response::Complete,
        _ if change <= -PARTIAL => Response::Partial,
        _ => Response::Stable,
    };
    let end = volumes.last().map_or(0.0, |v| v.0);
    let progression = match progressed {
        Some(t) if t <= lost_h => Observation { time: t, event: true },
        _ => Observation { time: end.min(lost_h), event: false },
    };
    (change, response, progression)
}

/// Scores 0 to 3 by the quarters of the values.
pub(crate) fn quarters(values: &[f64]) -> Vec<f64> {
    let n = values.len() as f64;
    ranks(values).into_iter().map(|rank| ((rank - 0.5) / n * 4.0).floor().min(3.0)).collect()
}

impl Patient {
    /// Good or poor response.
    pub fn group(&self) -> Group {
        match self.response {
            Response::Complete | Response::Partial => Group::Good,
            Response::Stable | Response::Progressive => Group::Poor,
        }
    }
}

impl CohortArm {
    /// A marker of all patients.
    pub fn marker(&self, place: usize) -> Vec<f64> {
        self.patients.iter().map(|p| p.markers[place]).collect()
    }

    /// A marker of the patients with a kind of response.
    pub fn marker_of(&self, place: usize, group: Group) -> Vec<f64> {
        self.patients.iter().filter(|p| p.group() == group).map(|p| p.markers[place]).collect()
    }

    /// Mean of a marker among patients with a kind of response; `None` without any.
    pub fn marker_mean(&self, place: usize, group: Group) -> Option<f64> {
        let values = self.marker_of(place, group);
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }

    /// p of a difference of a marker between good and poor responders (Mann and Whitney).
    pub fn marker_difference(&self, place: usize) -> Option<f64> {
        mann_whitney(&self.marker_of(place, Group::Good), &self.marker_of(place, Group::Poor))
    }

    /// Spearman's correlation of two markers.
    pub fn correlation(&self, a: usize, b: usize) -> Option<f64> {
        spearman(&self.marker(a), &self.marker(b))
    }

    /// Which patients have a low marker: below its median, or at it as well if that splits them more evenly.
    pub fn low(&self, place: usize) -> Vec<bool> {
        let values = self.marker(place);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let median = if n == 0 { f64::NAN } else { (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0 };
        let split = |low: &dyn Fn(f64) -> bool| -> Vec<bool> { values.iter().map(|v| low(*v)).collect() };
        let (below, at_most) = (split(&|v| v < median), split(&|v| v <= median));
        let unevenness = |low: &[bool]| (2 * low.iter().filter(|l| **l).count()).abs_diff(n);
        if unevenness(&below) < unevenness(&at_most) { below } else { at_most }
    }

    /// Times to progression.
    pub fn progressions(&self) -> Vec<Observation> {
        self.patients.iter().map(|p| p.progression).collect()
    }

    /// Times to progression of patients with a low and with a high marker.
    pub fn split(&self, place: usize) -> [Vec<Observation>; 2] {
        let low = self.low(place);
        let of = |wanted: bool| {
            let pairs = self.patients.iter().zip(&low).filter(|(_, low)| **low == wanted);
            pairs.map(|(p, _)| p.progression).collect()
        };
        [of(true), of(false)]
    }

    /// Hazard of progression with a low marker, relative to a high one.
    pub fn hazard_ratio(&self, place: usize) -> Option<HazardRatio> {
        let low: Vec<f64> = self.low(place).into_iter().map(f64::from).collect();
        cox(&self.progressions(), &low, Ties::Efron)
    }

    /// The Kaplan-Meier curve of progression.
    pub fn curve(&self) -> KaplanMeier {
        KaplanMeier::of(&self.progressions())
    }

    /// How many had each response, in the order of [`Response::ALL`].
    pub fn responses(&self) -> [usize; 4] {
        Response::ALL.map(|(r, _)| self.patients.iter().filter(|p| p.response == r).count())
    }
}

impl CohortResult {
    /// Log-rank test between arms.
    pub fn log_rank(&self) -> Option<LogRank> {
        log_rank(&self.arms.iter().map(CohortArm::progressions).collect::<Vec<_>>())
    }

    /// Hazard of progression in an arm relative to the first.
    pub fn hazard_ratio(&self, arm: usize) -> Option<HazardRatio> {
        let (first, other) = (self.arms.first()?.progressions(), self.arms.get(arm)?.progressions());
        let covariate: Vec<f64> = first.iter().map(|_| 0.0).chain(other.iter().map(|_| 1.0)).collect();
        cox(&[first, other].concat(), &covariate, Ties::Efron)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Volumes of balls with these diameters in mm at visits one hour apart.
    fn volumes(diameters: &[f64]) -> Vec<(f64, f64)> {
        let ball = |d: f64| std::f64::consts::PI * d.powi(3) / 6.0;
        diameters.iter().enumerate().map(|(k, d)| (k as f64, ball(*d))).collect()
    }

    #[test]
    fn responses_follow_the_criteria() {
        let of = |diameters: &[f64]| {
            let (_, response, progression) = course(&volumes(diameters), 2.0, f64::INFINITY);
            (response.word(), progression.time, progression.event)
        };
        assert_eq!(of(&[30.0, 25.0, 20.0, 20.0]), ("PR", 3.0, false));
        assert_eq!(of(&[30.0, 28.0, 26.0, 24.0]), ("SD", 3.0, false));
        // 20 % over 20 mm is 4 mm only: 24 mm is no progression, 25 mm is.
        assert_eq!(of(&[30.0, 20.0, 24.0, 25.0]), ("SD", 3.0, true));
        assert_eq!(of(&[30.0, 33.0, 36.0, 40.0]), ("PD", 2.0, true));
        assert_eq!(of(&[30.0, 10.0, 2.0, 2.0]), ("CR", 3.0, false));
    }

    #[test]
    fn who_is_lost_is_censored() {
        let (_, _, progression) = course(&volumes(&[30.0, 30.0, 30.0, 50.0]), 2.0, 1.5);
        assert_eq!(progression, Observation { time: 1.5, event: false });
    }

    #[test]
    fn quarters_hold_a_quarter_each() {
        assert_eq!(
            quarters(&[8.0, 1.0, 3.0, 2.0, 7.0, 6.0, 5.0, 4.0]),
            [3.0, 0.0, 1.0, 0.0, 3.0, 2.0, 2.0, 1.0]
        );
    }

    #[test]
    fn groups_are_compared() {
        let patient = |number: usize, marker: f64, change: f64, response, time: f64| Patient {
            number,
            markers: vec![marker, -marker],
            volumes: Vec::new(),
            change,
            response,
            progression: Observation { time, event: true },
        };
        let arm = CohortArm {
            id: "a".into(),
            label: "a".into(),
            screened: 5,
            patients: vec![
                patient(0, 1.0, -0.5, Response::Partial, 4.0),
                patient(1, 2.0, -0.4, Response::Partial, 2.0),
                patient(2, 5.0, 0.3, Response::Progressive, 3.0),
                patient(3, 7.0, 0.0, Response::Stable, 1.0),
            ],
        };
        assert_eq!(
            (arm.marker_mean(0, Group::Good), arm.marker_mean(0, Group::Poor)),
            (Some(1.5), Some(6.0))
        );
        assert_eq!(arm.correlation(0, 1), Some(-1.0));
        assert_eq!(arm.low(0), [true, true, false, false]);
        // With scores 0, 2, 2, 2 the median is 2: only the first is low.
        let mut scored = arm.clone();
        scored.patients.iter_mut().zip([0.0, 2.0, 2.0, 2.0]).for_each(|(p, score)| p.markers[0] = score);
        assert_eq!(scored.low(0), [true, false, false, false]);
        assert_eq!(arm.responses(), [0, 2, 1, 1]);
        // Low ones last 2 and 4, high ones 1 and 3: fewer events early, a ratio below 1.
        assert!(arm.hazard_ratio(0).unwrap().ratio < 1.0);
        assert!(arm.hazard_ratio(1).unwrap().ratio > 1.0);
    }
}
