//! Dose-response curves: figure, tables, words.

use pathway::assay::noise::mean_and_error;
use pathway::assay::{GrowthCurve, Potency, SigmoidFit};
use pathway::words::significant;
use pathway::{DoseCurve, DoseReadout, DoseResponse, Library};

use crate::failure::Failure;
use crate::figure::{Chart, ChartAxis, ChartPanel, Mark, Shape, around, chart_svg, decades};
use crate::table::{aligned, csv_bytes};

/// The curves of an experiment and the words for them.
pub(crate) struct DoseView {
    title: String,
    response: DoseResponse,
    names: Vec<Names>,
    /// Labels and assays of the read-outs.
    readouts: Vec<(String, String)>,
}

/// How a curve is called.
struct Names {
    curve: String,
    agent: String,
    arm: String,
}

/// Points of a drawn sigmoid.
const CURVE_POINTS: usize = 121;

impl DoseView {
    pub(crate) fn new(library: &Library, title: &str, response: DoseResponse) -> Self {
        let agent_label = |id: &str| library.agent(id).map_or_else(|| id.to_string(), |a| a.label.clone());
        let mut agents: Vec<&str> = response.curves.iter().map(|c| c.agent.as_str()).collect();
        agents.dedup();
        let several = agents.len() > 1;
        let name = |c: &DoseCurve| {
            let agent = agent_label(&c.agent);
            let curve = if several { format!("{}, {agent}", c.label) } else { c.label.clone() };
            Names { curve, agent, arm: c.label.clone() }
        };
        let readouts = response.curves.first().map_or(&[][..], |c| &c.readouts);
        let readouts = readouts.iter().map(|r| {
            let noun = library.readout(&r.id);
            noun.map_or_else(|| (r.id.clone(), String::new()), |n| (n.label.clone(), n.assay.clone()))
        });
        Self {
            title: title.to_string(),
            names: response.curves.iter().map(name).collect(),
            readouts: readouts.collect(),
            response,
        }
    }

    /// The figure: relative viability and GR values side by side, then all other read-outs relative to the control.
    pub(crate) fn figure(&self) -> String {
        let mut panels = Vec::new();
        for place in 0..self.readouts.len() {
            let counted = |c: &DoseCurve| c.readouts[place].growth.is_some();
            if self.response.curves.iter().any(counted) {
                panels.push(self.panel(place, Scale::Viability));
                panels.push(self.panel(place, Scale::GrowthRate));
            } else {
                panels.push(self.panel(place, Scale::Control));
            }
        }
        let hours = self.response.curves.iter().map(|c| c.exposure_h).fold(0.0, f64::max);
        let wells = self.wells().map_or_else(String::new, |n| format!(" Bars: SEM of {n} replicate wells."));
        chart_svg(&Chart {
            title: format!("{}: dose-response", self.title),
            subtitle: format!(
                "Read {} h after the dose. Lines: model and fitted sigmoids.{wells}",
                significant(hours)
            ),
            description: self.text(),
            groups: self.names.iter().map(|n| n.curve.clone()).collect(),
            panels,
            columns: None,
            table: None,
        })
    }

    /// Replicate wells of each point.
    fn wells(&self) -> Option<usize> {
        let readout = self.response.curves.first()?.readouts.first()?;
        readout.wells.as_ref()?.relative.first().map(Vec::len)
    }

    fn panel(&self, place: usize, scale: Scale) -> ChartPanel {
        let curves = &self.response.curves;
        let doses = decades(curves.iter().flat_map(|c| c.doses_nm.iter().copied()));
        let mut marks = Vec::new();
        for (group, curve) in curves.iter().enumerate() {
            let readout = &curve.readouts[place];
            let Some(values) = scale.values(readout) else { continue };
            let points = curve.doses_nm.iter().copied().zip(values.iter().copied());
            let line = match scale.fit(readout) {
                Some(fit) => sigmoid_line(&fit, &curve.doses_nm),
                None => points.clone().collect(),
            };
            marks.push(Mark { group, shape: Shape::Line(line) });
            let dots = match scale.wells(readout) {
                None => points.map(|(x, y)| (x, y, 0.0)).collect(),
                Some(wells) => curve
                    .doses_nm
                    .iter()
                    .zip(wells)
                    .map(|(x, wells)| {
                        let (mean, error) = mean_and_error(wells);
                        (*x, mean, error.unwrap_or(0.0))
                    })
                    .collect(),
            };
            marks.push(Mark { group, shape: Shape::Dots(dots) });
        }
        let heights = marks.iter().flat_map(|m| match &m.shape {
            Shape::Line(points) => points.iter().map(|p| p.1).collect::<Vec<_>>(),
            Shape::Dots(dots) => dots.iter().flat_map(|d| [d.1 - d.2, d.1 + d.2]).collect(),
            _ => Vec::new(),
        });
        let range = around(heights, (0.0, 1.05));
        let (label, _) = &self.readouts[place];
        let agents: Vec<&str> = self.names.iter().map(|n| n.agent.as_str()).collect();
        let one_agent = agents.windows(2).all(|w| w[0] == w[1]);
        let dose = if one_agent {
            format!("{} (nM)", agents.first().unwrap_or(&"dose"))
        } else {
            "dose (nM)".into()
        };
        ChartPanel {
            title: scale.title(label),
            x: ChartAxis::logarithmic(&dose, doses),
            y: ChartAxis::linear(scale.axis(), range),
            marks,
            levels: scale.levels(),
            diagonal: false,
            notes: Vec::new(),
        }
    }

    /// Long form: one line per curve, read-out and dose.
    pub(crate) fn points_csv(&self) -> Result<Vec<u8>, Failure> {
        let heading = [
            "arm",
            "agent",
            "dose_nM",
            "readout",
            "value",
            "relative_to_control",
            "GR",
            "mean_of_wells",
            "SEM_of_wells",
            "GR_mean_of_wells",
            "GR_SEM_of_wells",
        ];
        let mut rows = vec![heading.map(String::from)];
        for curve in &self.response.curves {
            for readout in &curve.readouts {
                let gr = readout.growth.as_ref().and_then(|g| g.gr.as_ref());
                for (k, dose) in curve.doses_nm.iter().enumerate() {
                    let wells = readout.wells.as_ref().map(|w| mean_and_error(&w.relative[k]));
                    let gr_wells =
                        readout.wells.as_ref().and_then(|w| w.gr.as_ref()).map(|gr| mean_and_error(&gr[k]));
                    let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
                    rows.push([
                        curve.arm.clone(),
                        curve.agent.clone(),
                        dose.to_string(),
                        readout.id.clone(),
                        readout.values[k].to_string(),
                        number(Some(readout.values[k] / readout.control)),
                        number(gr.map(|gr| gr[k])),
                        number(wells.map(|w| w.0)),
                        number(wells.and_then(|w| w.1)),
                        number(gr_wells.map(|w| w.0)),
                        number(gr_wells.and_then(|w| w.1)),
                    ]);
                }
            }
        }
        csv_bytes(rows)
    }

    /// One line per viability curve; `None` without any.
    pub(crate) fn metrics_csv(&self) -> Result<Option<Vec<u8>>, Failure> {
        let heading = [
            "arm",
            "agent",
            "readout",
            "exposure_h",
            "divisions_of_control",
            "IC50_nM",
            "viability_at_highest_dose",
            "GR50_nM",
            "GRmax",
            "GR_AOC",
            "GEC50_nM",
            "GRinf",
            "hill",
            "r2",
            "p_against_flat",
        ];
        let mut rows = vec![heading.map(String::from)];
        for (curve, readout, growth) in self.growth_curves() {
            let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
            let fit = growth.gr_fit;
            let sigmoid = fit.filter(|f| !f.flat);
            rows.push([
                curve.arm.clone(),
                curve.agent.clone(),
                readout.id.clone(),
                curve.exposure_h.to_string(),
                growth.divisions.to_string(),
                potency_text(growth.ic50(), |x| x.to_string()),
                number(growth.viability_max()),
                potency_text(growth.gr50(), |x| x.to_string()),
                number(growth.gr_max()),
                number(growth.gr_aoc()),
                number(sigmoid.map(|f| f.ec50_nm)),
                number(fit.map(|f| f.inf)),
                number(sigmoid.map(|f| f.hill)),
                number(fit.map(|f| f.r2)),
                number(fit.map(|f| f.p)),
            ]);
        }
        if rows.len() == 1 { Ok(None) } else { csv_bytes(rows).map(Some) }
    }

    fn growth_curves(&self) -> impl Iterator<Item = (&DoseCurve, &DoseReadout, &GrowthCurve)> {
        let readouts = |c: &'_ DoseCurve| c.readouts.len();
        self.response.curves.iter().flat_map(move |curve| {
            (0..readouts(curve)).filter_map(move |k| {
                let readout = &curve.readouts[k];
                Some((curve, readout, readout.growth.as_ref()?))
            })
        })
    }

    /// The metrics as aligned text; what other read-outs do in a line each.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let heading = ["dose-response", "drug", "divisions", "IC50", "GR50", "GRmax", "GR AOC"];
        let mut rows = vec![heading.map(String::from).to_vec()];
        for (curve, _, growth) in self.growth_curves() {
            let names = self.names_of(curve);
            let number = |x: Option<f64>| x.map_or_else(|| "-".to_string(), |x| format!("{x:.2}"));
            rows.push(vec![
                names.map_or_else(String::new, |n| n.arm.clone()),
                names.map_or_else(String::new, |n| n.agent.clone()),
                format!("{:.2}", growth.divisions),
                potency_text(growth.ic50(), dose_text),
                potency_text(growth.gr50(), dose_text),
                number(growth.gr_max()),
                number(growth.gr_aoc()),
            ]);
        }
        if rows.len() > 1 {
            text.push_str(&format!(
                "{}IC50: half the cells of the control; GR50: half its growth rate; GRmax: at the highest dose\n",
                aligned(&rows)
            ));
        }
        for (place, (label, _)) in self.readouts.iter().enumerate() {
            for (names, curve) in self.names.iter().zip(&self.response.curves) {
                let readout = &curve.readouts[place];
                if readout.growth.is_none() {
                    text.push_str(&format!("{}\n", shape_text(label, &names.curve, curve, readout)));
                }
            }
        }
        text
    }

    fn names_of(&self, curve: &DoseCurve) -> Option<&Names> {
        let place = self.response.curves.iter().position(|c| std::ptr::eq(c, curve))?;
        self.names.get(place)
    }
}

/// Which of the values of a read-out a panel shows.
#[derive(Clone, Copy, PartialEq)]
enum Scale {
    Viability,
    GrowthRate,
    Control,
}

impl Scale {
    fn title(self, label: &str) -> String {
        match self {
            Scale::Viability => "relative viability".to_string(),
            Scale::GrowthRate => "growth-rate inhibition".to_string(),
            Scale::Control => label.to_string(),
        }
    }

    fn axis(self) -> &'static str {
        match self {
            Scale::Viability => "live cells / control",
            Scale::GrowthRate => "GR value",
            Scale::Control => "fold of control",
        }
    }

    fn levels(self) -> Vec<f64> {
        match self {
            Scale::Viability => vec![0.5],
            Scale::GrowthRate => vec![0.5, 0.0],
            Scale::Control => vec![1.0],
        }
    }

    fn values(self, readout: &DoseReadout) -> Option<Vec<f64>> {
        match self {
            Scale::Viability => Some(readout.growth.as_ref()?.viability.clone()),
            Scale::GrowthRate => readout.growth.as_ref()?.gr.clone(),
            Scale::Control => Some(readout.relative()),
        }
    }

    fn fit(self, readout: &DoseReadout) -> Option<SigmoidFit> {
        match self {
            Scale::Viability => readout.growth.as_ref()?.viability_fit,
            Scale::GrowthRate => readout.growth.as_ref()?.gr_fit,
            Scale::Control => None,
        }
    }

    fn wells(self, readout: &DoseReadout) -> Option<&Vec<Vec<f64>>> {
        let wells = readout.wells.as_ref()?;
        match self {
            Scale::Viability | Scale::Control => Some(&wells.relative),
            Scale::GrowthRate => wells.gr.as_ref(),
        }
    }
}

fn sigmoid_line(fit: &SigmoidFit, doses_nm: &[f64]) -> Vec<(f64, f64)> {
    let (Some(first), Some(last)) = (doses_nm.first(), doses_nm.last()) else { return Vec::new() };
    let dose = |k: usize| first * (last / first).powf(k as f64 / (CURVE_POINTS - 1) as f64);
    (0..CURVE_POINTS).map(|k| (dose(k), fit.value(dose(k)))).collect()
}

/// "1.2 uM".
pub(crate) fn dose_text(nanomolar: f64) -> String {
    let (value, unit) = match nanomolar {
        x if x >= 1e6 => (x / 1e6, "mM"),
        x if x >= 1e3 => (x / 1e3, "uM"),
        x if x >= 1.0 => (x, "nM"),
        x => (x * 1e3, "pM"),
    };
    format!("{} {unit}", significant(value))
}

fn potency_text(potency: Option<Potency>, number: impl Fn(f64) -> String) -> String {
    match potency {
        Some(Potency::At(dose)) => number(dose),
        Some(Potency::BelowLowest) => "below the lowest dose".to_string(),
        Some(Potency::NotReached) => "not reached".to_string(),
        None => "-".to_string(),
    }
}

/// Changes of this share of the control are called one.
const CHANGE: f64 = 0.05;

/// What a read-out does over the doses: rises, falls, or has a peak or a trough in between.
fn shape_text(label: &str, name: &str, curve: &DoseCurve, readout: &DoseReadout) -> String {
    let relative = readout.relative();
    let last = relative.len() - 1;
    let extreme = |pick: fn(&f64, &f64) -> std::cmp::Ordering| {
        relative.iter().enumerate().max_by(|a, b| pick(a.1, b.1)).map_or(0, |(k, _)| k)
    };
    let (high, low) = (extreme(f64::total_cmp), extreme(|a, b| b.total_cmp(a)));
    let end = relative[last];
    let at = |k: usize| format!("{}-fold at {}", significant(relative[k]), dose_text(curve.doses_nm[k]));
    let clause = if !relative.iter().all(|v| v.is_finite()) {
        "is undefined: the control is 0".to_string()
    } else if relative[high] - 1.0 < CHANGE && 1.0 - relative[low] < CHANGE {
        "does not change".to_string()
    } else if high < last && relative[high] > (1.0 + CHANGE) * end.max(1.0) {
        format!("peaks, {}, and comes to {}", at(high), at(last))
    } else if low < last && relative[low] < (1.0 - CHANGE) * end.min(1.0) {
        format!("has a trough, {}, and comes to {}", at(low), at(last))
    } else {
        format!("goes to {}", at(last))
    };
    format!("{name}: {label} {clause}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doses_are_written_in_the_unit_of_their_size() {
        assert_eq!([0.5, 12.0, 1500.0, 2e7].map(dose_text), ["500 pM", "12 nM", "1.5 uM", "20 mM"]);
    }

    #[test]
    fn a_curve_with_a_peak_is_called_one() {
        let curve = DoseCurve {
            agent: "IGF2".into(),
            arm: "a".into(),
            label: "SKBR3".into(),
            context: "SKBR3".into(),
            doses_nm: vec![1.0, 10.0, 100.0],
            dose_texts: vec![],
            exposure_h: 6.0,
            readouts: vec![],
        };
        let say = |values: [f64; 3]| {
            let readout = DoseReadout {
                id: "x".into(),
                start: 2.0,
                control: 2.0,
                values: values.to_vec(),
                growth: None,
                wells: None,
            };
            shape_text("p-AKT", "SKBR3", &curve, &readout)
        };
        assert_eq!(
            say([3.0, 6.0, 2.0]),
            "SKBR3: p-AKT peaks, 3-fold at 10 nM, and comes to 1-fold at 100 nM"
        );
        assert_eq!(say([2.5, 3.0, 4.0]), "SKBR3: p-AKT goes to 2-fold at 100 nM");
        assert_eq!(
            say([2.0, 0.2, 1.6]),
            "SKBR3: p-AKT has a trough, 0.1-fold at 10 nM, and comes to 0.8-fold at 100 nM"
        );
        assert_eq!(say([2.0, 2.01, 2.0]), "SKBR3: p-AKT does not change");
    }
}
