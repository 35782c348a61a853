//! A cohort of virtual patients: figures, tables, words.

use pathway::CohortResult;
use pathway::cohort::outcome::diameter_mm;
use pathway::cohort::survival::{HazardRatio, KaplanMeier, LogRank, Observation, log_rank};
use pathway::cohort::{CohortArm, Group, Response};
use pathway::words::significant;

use crate::failure::Failure;
use crate::figure::{Chart, ChartAxis, ChartPanel, Mark, Shape, TableBelow, around, chart_svg};
use crate::table::{aligned, csv_bytes};

/// Hours of a month (a twelfth of a year).
const HOURS_PER_MONTH: f64 = 730.5;

/// A cohort as the outputs show it.
pub(crate) struct CohortView {
    title: String,
    about: String,
    result: CohortResult,
    /// Marker by which patients are split, if there is one.
    by: Option<usize>,
    assessment_h: f64,
    end_h: f64,
    record: serde_json::Value,
}

/// Groups of patients that are compared by their time to progression.
struct Comparison {
    /// What the groups are: "trastuzumab: PPP3CB".
    title: String,
    names: Vec<String>,
    times: Vec<Vec<Observation>>,
    test: Option<LogRank>,
    /// Hazard of which group relative to which, in words, and the ratio.
    ratio: Option<(String, HazardRatio)>,
}

impl CohortView {
    pub(crate) fn new(
        (title, about): (&str, &str),
        result: CohortResult,
        by: Option<usize>,
        (assessment_h, end_h): (f64, f64),
        record: serde_json::Value,
    ) -> Self {
        Self { title: title.to_string(), about: about.to_string(), result, by, assessment_h, end_h, record }
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn about(&self) -> &str {
        &self.about
    }

    pub(crate) fn record(&self) -> &serde_json::Value {
        &self.record
    }

    /// Arms against each other if there are several, and each arm split by the marker.
    fn comparisons(&self) -> Vec<Comparison> {
        let mut comparisons = Vec::new();
        let arms = &self.result.arms;
        if arms.len() > 1 {
            let ratio = self.result.hazard_ratio(1);
            let words = format!("{} relative to {}", arms[1].label, arms[0].label);
            comparisons.push(Comparison {
                title: "arms".to_string(),
                names: arms.iter().map(|a| a.label.clone()).collect(),
                times: arms.iter().map(CohortArm::progressions).collect(),
                test: self.result.log_rank(),
                ratio: ratio.map(|r| (words, r)),
            });
        }
        for (arm, place) in arms.iter().flat_map(|arm| self.by.map(|by| (arm, by))) {
            let marker = &self.result.markers[place].label;
            let times = arm.split(place).to_vec();
            let words = format!("low {marker} relative to high");
            comparisons.push(Comparison {
                title: arm.label.clone(),
                names: vec![format!("low {marker}"), format!("high {marker}")],
                test: log_rank(&times),
                ratio: arm.hazard_ratio(place).map(|r| (words, r)),
                times,
            });
        }
        comparisons
    }

    /// Kaplan-Meier curves, one figure: arms if there are several, else the halves by the marker.
    pub(crate) fn survival_figure(&self) -> String {
        let comparisons = self.comparisons();
        let Some(first) = comparisons.first() else { return self.curve_figure(&self.lone()) };
        self.curve_figure(first)
    }

    fn lone(&self) -> Comparison {
        let arm = self.result.arms.first();
        Comparison {
            title: arm.map_or_else(String::new, |a| a.label.clone()),
            names: vec!["all".to_string()],
            times: arm.map(CohortArm::progressions).into_iter().collect(),
            test: None,
            ratio: None,
        }
    }

    fn curve_figure(&self, comparison: &Comparison) -> String {
        let months = |t: f64| t / HOURS_PER_MONTH;
        let end = months(self.end_h);
        let mut marks = Vec::new();
        let curves: Vec<KaplanMeier> = comparison.times.iter().map(|t| KaplanMeier::of(t)).collect();
        for (group, curve) in curves.iter().enumerate() {
            let last = curve.steps.last().map_or(0.0, |s| months(s.time));
            let mut steps = vec![(0.0, 1.0)];
            let mut band = vec![(0.0, 1.0, 1.0)];
            for step in &curve.steps {
                steps.push((months(step.time), step.survival));
                let (low, high) = step.interval;
                let before = band[band.len() - 1];
                let finite = |x: f64, other: f64| if x.is_finite() { x } else { other };
                band.push((months(step.time), finite(low, 0.0), finite(high, before.2)));
            }
            steps.push((last, steps[steps.len() - 1].1));
            let censored = curve.steps.iter().filter(|s| s.censored > 0 && s.time < self.end_h);
            let strokes = censored.map(|s| (months(s.time), s.survival)).collect();
            for shape in [Shape::Band(band), Shape::Steps(steps), Shape::Strokes(strokes)] {
                marks.push(Mark { group, shape });
            }
        }
        let mut notes = Vec::new();
        if let Some((words, ratio)) = &comparison.ratio {
            notes.push(format!("HR {} ({words})", ratio_text(ratio)));
        }
        notes.extend(comparison.test.as_ref().map(|t| format!("log-rank {}", p_text(t.p))));
        let step =
            [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0].into_iter().find(|s| end / s <= 8.0).unwrap_or(120.0);
        let at: Vec<f64> = (0..=(end / step + 1e-9) as usize).map(|k| k as f64 * step).collect();
        let row =
            |curve: &KaplanMeier| at.iter().map(|t| curve.at_risk(t * HOURS_PER_MONTH).to_string()).collect();
        chart_svg(&Chart {
            title: format!("{}: progression-free survival", self.title),
            subtitle: format!("{}. Shaded: 95 % interval; strokes: censored.", capital(&comparison.title)),
            description: self.text(),
            groups: comparison.names.clone(),
            panels: vec![ChartPanel {
                title: String::new(),
                x: ChartAxis { ticks: Some(at.clone()), ..ChartAxis::linear("months", (0.0, end)) },
                y: ChartAxis::linear("share without progression", (0.0, 1.02)),
                marks,
                levels: vec![0.5],
                diagonal: false,
                notes,
            }],
            columns: Some(1),
            table: Some(TableBelow {
                title: "number at risk".to_string(),
                rows: curves.iter().map(row).collect(),
                at,
            }),
        })
    }

    /// Tumour size of every patient over time, and each marker against the change of size; coloured by response.
    pub(crate) fn response_figure(&self) -> String {
        let place = |group: Group| usize::from(group == Group::Poor);
        let mut panels = Vec::new();
        for arm in &self.result.arms {
            let lines = arm.patients.iter().map(|p| {
                let start = p.volumes.first().map_or(f64::NAN, |v| diameter_mm(v.1));
                let point =
                    |&(t, v): &(f64, f64)| (t / HOURS_PER_MONTH, 100.0 * (diameter_mm(v) / start - 1.0));
                Mark { group: place(p.group()), shape: Shape::Line(p.volumes.iter().map(point).collect()) }
            });
            let marks: Vec<Mark> = lines.collect();
            panels.push(ChartPanel {
                title: format!("{}: size of the tumour", arm.label),
                x: ChartAxis::linear("months", (0.0, self.end_h / HOURS_PER_MONTH)),
                // Tumours that have long progressed leave the panel at its top.
                y: ChartAxis::linear("change of diameter (%)", (-100.0, 100.0)),
                marks,
                levels: vec![-30.0, 20.0],
                diagonal: false,
                notes: Vec::new(),
            });
        }
        for (k, marker) in self.result.markers.iter().enumerate() {
            let dots = self.result.arms.iter().flat_map(|arm| &arm.patients);
            let marks: Vec<Mark> = dots
                .map(|p| {
                    let at = (p.markers[k], (100.0 * p.change).min(100.0), 0.0);
                    Mark { group: place(p.group()), shape: Shape::Dots(vec![at]) }
                })
                .collect();
            let values = self.result.arms.iter().flat_map(|arm| arm.marker(k));
            panels.push(ChartPanel {
                title: marker.label.clone(),
                x: ChartAxis::linear(
                    &format!("{} before treatment ({})", marker.label, marker.unit),
                    around(values, (0.0, 1e-12)),
                ),
                y: ChartAxis::linear("change of diameter (%)", (-100.0, 100.0)),
                marks,
                levels: vec![-30.0],
                diagonal: false,
                notes: Vec::new(),
            });
        }
        chart_svg(&Chart {
            title: format!("{}: response", self.title),
            subtitle: format!(
                "Response at {} months; dashed: -30 % (partial response) and +20 %.",
                significant(self.assessment_h / HOURS_PER_MONTH)
            ),
            description: self.text(),
            groups: vec!["good response (CR, PR)".to_string(), "poor response (SD, PD)".to_string()],
            panels,
            columns: None,
            table: None,
        })
    }

    /// One line per patient.
    pub(crate) fn patients_csv(&self) -> Result<Vec<u8>, Failure> {
        let mut heading: Vec<String> =
            ["arm", "patient", "response", "change_of_diameter", "months", "progressed"]
                .map(String::from)
                .to_vec();
        heading.extend(self.result.markers.iter().map(|m| format!("{} ({})", m.id, m.unit)));
        let mut rows = vec![heading];
        for arm in &self.result.arms {
            for p in &arm.patients {
                let mut row = vec![
                    arm.id.clone(),
                    p.number.to_string(),
                    p.response.word().to_string(),
                    p.change.to_string(),
                    (p.progression.time / HOURS_PER_MONTH).to_string(),
                    u8::from(p.progression.event).to_string(),
                ];
                row.extend(p.markers.iter().map(ToString::to_string));
                rows.push(row);
            }
        }
        csv_bytes(rows)
    }

    /// One line per patient and visit.
    pub(crate) fn visits_csv(&self) -> Result<Vec<u8>, Failure> {
        let mut rows = vec![["arm", "patient", "day", "volume_mm3", "diameter_mm"].map(String::from)];
        for (arm, p) in self.result.arms.iter().flat_map(|a| a.patients.iter().map(move |p| (a, p))) {
            rows.extend(p.volumes.iter().map(|(t, v)| {
                let numbers = [t / 24.0, *v, diameter_mm(*v)].map(|x| x.to_string());
                let [day, volume, diameter] = numbers;
                [arm.id.clone(), p.number.to_string(), day, volume, diameter]
            }));
        }
        csv_bytes(rows)
    }

    /// The Kaplan-Meier curves step by step.
    pub(crate) fn survival_csv(&self) -> Result<Vec<u8>, Failure> {
        let heading = [
            "comparison",
            "group",
            "months",
            "at_risk",
            "events",
            "censored",
            "survival",
            "low_95",
            "high_95",
        ];
        let mut rows = vec![heading.map(String::from)];
        for comparison in self.comparisons().iter().chain(&[self.lone()]) {
            for (name, times) in comparison.names.iter().zip(&comparison.times) {
                rows.extend(KaplanMeier::of(times).steps.iter().map(|s| {
                    [
                        comparison.title.clone(),
                        name.clone(),
                        (s.time / HOURS_PER_MONTH).to_string(),
                        s.at_risk.to_string(),
                        s.events.to_string(),
                        s.censored.to_string(),
                        s.survival.to_string(),
                        s.interval.0.to_string(),
                        s.interval.1.to_string(),
                    ]
                }));
            }
        }
        csv_bytes(rows)
    }

    /// Everything in words and aligned tables.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{}\n{}\n\n", self.title, self.about);
        text.push_str(&self.responses_text());
        for arm in &self.result.arms {
            text.push_str(&self.markers_text(arm));
        }
        for comparison in self.comparisons() {
            text.push_str(&comparison.text());
        }
        text
    }

    fn responses_text(&self) -> String {
        let mut rows = vec![["arm", "screened", "included"].map(String::from).to_vec()];
        rows[0].extend(Response::ALL.iter().map(|r| r.1.to_string()));
        rows[0].extend(["good", "median months to progression"].map(String::from));
        for arm in &self.result.arms {
            let (n, responses) = (arm.patients.len(), arm.responses());
            let mut row = vec![arm.label.clone(), arm.screened.to_string(), n.to_string()];
            row.extend(responses.iter().map(ToString::to_string));
            row.push(format!("{:.0} %", 100.0 * (responses[0] + responses[1]) as f64 / n.max(1) as f64));
            row.push(median_text(&arm.curve()));
            rows.push(row);
        }
        format!(
            "{}CR, PR: nothing seen, diameter 30 % smaller; PD: diameter 20 % and 5 mm over its smallest; at {} months\n\n",
            aligned(&rows),
            significant(self.assessment_h / HOURS_PER_MONTH)
        )
    }

    fn markers_text(&self, arm: &CohortArm) -> String {
        if self.result.markers.is_empty() {
            return String::new();
        }
        let mut rows = vec![
            ["before treatment", "good", "poor", "Mann-Whitney", "correlation with"]
                .map(String::from)
                .to_vec(),
        ];
        for (k, marker) in self.result.markers.iter().enumerate() {
            let mean = |group| arm.marker_mean(k, group).map_or_else(|| "-".to_string(), significant);
            let others = (0..k).filter_map(|other| {
                let rho = arm.correlation(k, other)?;
                Some(format!("{} {rho:+.2}", self.result.markers[other].label))
            });
            rows.push(vec![
                format!("{} ({})", marker.label, marker.unit),
                mean(Group::Good),
                mean(Group::Poor),
                arm.marker_difference(k).map_or_else(|| "-".to_string(), p_text),
                others.collect::<Vec<_>>().join(", "),
            ]);
        }
        format!("{}\n{}means; correlations of Spearman\n\n", arm.label, aligned(&rows))
    }
}

impl Comparison {
    fn text(&self) -> String {
        let mut text = format!("progression, {}\n", self.title);
        for (name, times) in self.names.iter().zip(&self.times) {
            let events = times.iter().filter(|t| t.event).count();
            let median = median_text(&KaplanMeier::of(times));
            text.push_str(&format!("  {name}: {events} of {} progressed, median {median}\n", times.len()));
        }
        if let Some((words, ratio)) = &self.ratio {
            text.push_str(&format!("  hazard ratio {}, {words}\n", ratio_text(ratio)));
        }
        if let Some(test) = &self.test {
            let chi = significant(test.chi_squared);
            text.push_str(&format!("  log-rank chi-squared {chi}, {}\n", p_text(test.p)));
        }
        text
    }
}

fn median_text(curve: &KaplanMeier) -> String {
    curve.median().map_or_else(|| "not reached".to_string(), |h| format!("{:.1}", h / HOURS_PER_MONTH))
}

fn ratio_text(ratio: &HazardRatio) -> String {
    format!("{:.2} (95 % {:.2} to {:.2})", ratio.ratio, ratio.interval.0, ratio.interval.1)
}

fn p_text(p: f64) -> String {
    if p < 1e-4 { "p < 0.0001".to_string() } else { format!("p = {p:.4}") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
