//! The section `[cohort]` of an experiment.

use model::Dimension;

use super::{Library, experiments};
use crate::animal::How;
use crate::codes;
use crate::cohort::{Cohort, Inclusion, Marker, Variation};
use crate::read::{Report, Section};

/// Reads the section; `None` if there is none or it cannot be used.
pub(super) fn of_experiment(
    root: &Section<'_>,
    library: &Library,
    end_h: f64,
    report: &mut Report,
) -> Option<Cohort> {
    let section = root.section("cohort", report)?;
    section.only(&["visits", "assessment", "dropout", "varies", "include", "marker"], report);
    if !section.has("visits") {
        section.missing("visits", report);
    }
    if !root.has("animals") {
        let help = "write [animals] with the host, the number of patients, seed and start_volume";
        report.error(codes::MISSING_KEY, &section.at(), "a cohort has no patients".to_string(), help);
    }
    let varies = section.sections("varies", report);
    let varies = varies.iter().filter_map(|s| variation(s, library, report)).collect();
    let inclusion = section.sections("include", report);
    let inclusion = inclusion.iter().filter_map(|s| include(s, library, report)).collect();
    let mut markers: Vec<Marker> = Vec::new();
    for entry in section.sections("marker", report) {
        let Some(marker) = marker(&entry, library, report) else { continue };
        if markers.iter().any(|m| m.id == marker.id) {
            report.error(
                codes::DUPLICATE,
                &marker.at,
                format!("marker \"{}\" is defined twice", marker.id),
                "",
            );
        }
        markers.push(marker);
    }
    let dropout = section.quantity("dropout", Dimension::Fraction, report);
    if let Some(share) = dropout.as_ref().filter(|d| !(0.0..1.0).contains(&d.value)) {
        report.error(codes::RANGE, &share.at, "a share lost per year is 0 to below 100 %".to_string(), "");
    }
    let assessment = section.quantity("assessment", Dimension::Time, report);
    let visits = section.quantity("visits", Dimension::Time, report)?;
    if !(visits.value > 0.0 && visits.value <= end_h) {
        let message = format!("visits come every so often, within the {end_h} h of the experiment");
        report.error(codes::TIME, &visits.at, message, "");
        return None;
    }
    if let Some(at) = assessment.as_ref().filter(|a| !(visits.value..=end_h).contains(&a.value)) {
        let message = "the response is called after the first visit and before the end".to_string();
        report.error(codes::TIME, &at.at, message, "");
    }
    Some(Cohort {
        varies,
        inclusion,
        markers,
        visit_h: visits.value,
        assessment_h: assessment.map_or(end_h, |a| a.value),
        dropout: dropout.map_or(0.0, |d| d.value),
    })
}

fn variation(section: &Section<'_>, library: &Library, report: &mut Report) -> Option<Variation> {
    section.only(
        &["parameter", "how", "median", "sd_log10", "share", "together", "low", "high", "source"],
        report,
    );
    let parameter = section.required("parameter", report)?;
    if library.parameter(&parameter.value).is_none() {
        let known = library.parameters.iter().map(|p| p.name.as_str());
        report.unknown(codes::UNKNOWN_PARAMETER, &parameter.at, ("parameter", &parameter.value), known);
        return None;
    }
    let word = section.required("how", report)?;
    let how = match word.value.as_str() {
        "set" => How::Set,
        "times" => How::Times,
        other => {
            report.unknown(codes::WORD, &word.at, ("word", other), ["set", "times"]);
            return None;
        }
    };
    source(section, report);
    let share = section.quantity("share", Dimension::Fraction, report);
    if let Some(share) = share.as_ref().filter(|s| !(0.0..=1.0).contains(&s.value)) {
        report.error(codes::RANGE, &share.at, "a share is 0 to 100 %".to_string(), "");
    }
    let [median, sd_log10, low, high] =
        ["median", "sd_log10", "low", "high"].map(|key| number(section, key, report));
    let (median, sd_log10, low, high) = (median?, sd_log10?, low?, high?);
    if !(low >= 0.0 && low <= median && median <= high && median > 0.0 && (0.0..=2.0).contains(&sd_log10)) {
        let message = format!("{low} <= {median} <= {high} with a standard deviation of log10 from 0 to 2");
        report.error(codes::RANGE, &parameter.at, message, "");
        return None;
    }
    Some(Variation {
        parameter: parameter.value,
        how,
        median,
        sd_log10,
        share: share.map_or(1.0, |s| s.value),
        together: section.string("together", report).map(|t| t.value),
        low,
        high,
        source: section.text("source", report),
    })
}

fn include(section: &Section<'_>, library: &Library, report: &mut Report) -> Option<Inclusion> {
    section.only(&["readout", "above", "below"], report);
    let readout = section.required("readout", report)?;
    if !experiments::check_readout(library, &readout.value, &readout.at, report) {
        return None;
    }
    let above = section.number("above", report).map_or(f64::NEG_INFINITY, |n| n.value);
    let below = section.number("below", report).map_or(f64::INFINITY, |n| n.value);
    if above >= below || (above == f64::NEG_INFINITY && below == f64::INFINITY) {
        let message = "patients are included above or below a value, or between two".to_string();
        report.error(codes::RANGE, &readout.at, message, "");
    }
    Some(Inclusion { readout: readout.value, above, below })
}

fn marker(section: &Section<'_>, library: &Library, report: &mut Report) -> Option<Marker> {
    section.only(
        &[
            "id",
            "label",
            "readout",
            "unit",
            "factor",
            "times_volume",
            "background",
            "background_cv",
            "cv",
            "ordinal",
            "source",
        ],
        report,
    );
    let id = section.required("id", report)?;
    let readout = section.required("readout", report)?;
    if !experiments::check_readout(library, &readout.value, &readout.at, report) {
        return None;
    }
    source(section, report);
    let mut optional = |key: &str, default: f64| match section.number(key, report) {
        Some(number) if number.value < 0.0 => {
            report.error(codes::RANGE, &number.at, format!("{key} is not negative"), "");
            default
        }
        number => number.map_or(default, |n| n.value),
    };
    let (factor, background) = (optional("factor", 1.0), optional("background", 0.0));
    let (background_cv, cv) = (optional("background_cv", 0.0), optional("cv", 0.0));
    let unit = library.readout(&readout.value).map(|r| r.unit.clone()).unwrap_or_default();
    Some(Marker {
        label: section.string("label", report).map_or_else(|| id.value.clone(), |l| l.value),
        unit: section.string("unit", report).map_or(unit, |u| u.value),
        readout: readout.value,
        factor,
        times_volume: section.boolean("times_volume", report).is_some_and(|b| b.value),
        background,
        background_cv,
        cv,
        ordinal: section.boolean("ordinal", report).is_some_and(|b| b.value),
        source: section.text("source", report),
        id: id.value,
        at: id.at,
    })
}

fn number(section: &Section<'_>, key: &str, report: &mut Report) -> Option<f64> {
    if !section.has(key) {
        section.missing(key, report);
    }
    section.number(key, report).map(|n| n.value)
}

fn source(section: &Section<'_>, report: &mut Report) {
    if section.text("source", report).trim().is_empty() {
        report.error(codes::NO_SOURCE, &section.at(), "the numbers have no source".to_string(), "");
    }
}
