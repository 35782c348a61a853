//! Virtual patients: what differs between them, what is measured in them, how they respond, and statistics.
//!
//! A cohort is an experiment in hosts with a section `[cohort]`. Each arm has patients of its own (as after
//! randomisation); patient `k` of an arm is the same whatever else the file says, as long as seed and number stay.
//!
//! Not here: running the model ([`crate::bench`]), drawing.

pub mod outcome;
pub mod ranks;
mod sample;
pub mod survival;

use model::Location;

use crate::animal::How;
pub use outcome::{CohortArm, CohortResult, Group, MarkerInfo, Patient, Response};
pub(crate) use sample::{between_patients, dropout_h, measured};

/// The section `[cohort]` of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// In what tumours differ between patients, beyond the host's own variation.
    pub varies: Vec<Variation>,
    /// Who takes part, by read-outs before treatment.
    pub inclusion: Vec<Inclusion>,
    /// What is measured before treatment.
    pub markers: Vec<Marker>,
    /// Hours between visits at which the tumour is measured.
    pub visit_h: f64,
    /// Visit at which the response is called.
    pub assessment_h: f64,
    /// Share of patients lost to follow-up per year.
    pub dropout: f64,
}

/// How a parameter differs between tumours: lognormal, cut off at both ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Variation {
    /// Parameter.
    pub parameter: String,
    /// Whether the number is the value or multiplies that of the cell.
    pub how: How,
    /// Median.
    pub median: f64,
    /// Standard deviation of log10.
    pub sd_log10: f64,
    /// Share of tumours that have it; the others keep the cell's value.
    pub share: f64,
    /// What it comes together with: variations of the same word are carried by the same tumours.
    pub together: Option<String>,
    /// Lowest.
    pub low: f64,
    /// Highest.
    pub high: f64,
    /// Where it comes from.
    pub source: String,
}

/// A read-out before treatment that decides who takes part.
#[derive(Clone, Debug, PartialEq)]
pub struct Inclusion {
    /// Read-out.
    pub readout: String,
    /// Must lie above this.
    pub above: f64,
    /// Must lie below this.
    pub below: f64,
}

/// Something measured before treatment: `background + factor * readout (* tumour volume in mm3)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// Id.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// Read-out.
    pub readout: String,
    /// Unit in words.
    pub unit: String,
    /// What one of the read-out's unit gives.
    pub factor: f64,
    /// Whether it counts per mm3 of tumour.
    pub times_volume: bool,
    /// What is there without the tumour.
    pub background: f64,
    /// Variation of that between people.
    pub background_cv: f64,
    /// Variation between repeated measurements.
    pub cv: f64,
    /// Whether it is scored 0 to 3 by the quarters of the cohort, as immunohistochemistry is.
    pub ordinal: bool,
    /// Where the numbers come from.
    pub source: String,
    /// Where it is written.
    pub at: Location,
}

impl Cohort {
    /// The marker with this id.
    pub fn marker(&self, id: &str) -> Option<&Marker> {
        self.markers.iter().find(|m| m.id == id)
    }

    /// Times of visits up to the end, the first at 0.
    pub fn visits_h(&self, end_h: f64) -> Vec<f64> {
        // The last visit may miss the end by rounding only.
        let n = (end_h / self.visit_h + 1e-9).floor() as usize;
        (0..=n).map(|k| (k as f64 * self.visit_h).min(end_h)).collect()
    }
}
