//! The report of one experiment.

use maud::{Markup, html};

use super::page::{badge, inline_svg, margin_text, page};
use crate::draw::interpolate;
use crate::figure::choose_lanes;
use crate::view::{ExperimentView, FindingView};
use pathway::words::{hours, significant};

/// The page; `blot` is missing where nothing is shown as bands, `doses` where nothing is given in rising doses.
pub(crate) fn experiment_page(
    view: &ExperimentView,
    findings: &[FindingView],
    figure: &str,
    blot: Option<&str>,
    doses: Option<&str>,
) -> String {
    let body = html! {
        h1 { (view.title) }
        p class="lead" { (view.about) }
        p class="small" {
            "Experiment " code { (view.id) } " in " (view.context)
            @if let Some(paper) = &view.paper { ", after " (paper.id) ", " (view.source) }
            "."
        }
        h2 { "What happens" }
        (summary(view))
        h2 { "Time courses" }
        (inline_svg(figure))
        @if let Some(doses) = doses {
            h2 { "Dose-response" }
            (inline_svg(doses))
        }
        @if let Some(blot) = blot {
            h2 { "Virtual blot" }
            (inline_svg(blot))
        }
        @if !findings.is_empty() {
            h2 { "Published findings on this experiment" }
            (findings_table(findings))
        }
        h2 { "Numbers" }
        (numbers(view))
        h2 { "How it was computed" }
        @for sentence in &view.methods { p { (sentence) } }
        @if let Some(paper) = &view.paper {
            h2 { "Source" }
            p {
                (paper.citation)
                @if !paper.doi.is_empty() { " doi:" (paper.doi) }
            }
        }
        h2 { "Record" }
        details {
            summary { "Model, version, tolerances: all that is needed to compute it again" }
            pre { code { (serde_json::to_string_pretty(&view.record).unwrap_or_default()) } }
        }
    };
    page(&view.title, &body)
}

fn summary(view: &ExperimentView) -> Markup {
    html! {
        @for (arm, sentences) in view.summary() {
            h3 { (arm) }
            ul { @for sentence in sentences { li { (sentence) "." } } }
        }
    }
}

/// Findings with verdict, numbers and rule.
pub(super) fn findings_table(findings: &[FindingView]) -> Markup {
    html! {
        div class="scroll" {
            table {
                thead { tr { th { "finding" } th { "statement" } th { "verdict" } th class="n" { "margin" } th { "model, and what was expected" } } }
                tbody {
                    @for finding in findings {
                        tr id=(finding.id) {
                            td { b { (finding.id) } br; span class="small" { (finding.provenance) } }
                            td { (finding.statement) br; span class="small" { (finding.paper) ", " (finding.source) } }
                            td {
                                (badge(finding.verdict))
                                @if let Some(share) = finding.pass_share {
                                    br; span class="small" { (format!("{:.0} %", share * 100.0)) " of noisy draws" }
                                }
                            }
                            td class="n" { (margin_text(finding.margin)) }
                            td {
                                @if !finding.value.is_empty() { (finding.value) br; }
                                @if !finding.reason.is_empty() { em { (finding.reason) } br; }
                                @if !finding.expected.is_empty() { code class="small" { (finding.expected) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Shown values at the times of the blot lanes.
fn numbers(view: &ExperimentView) -> Markup {
    let times = choose_lanes(view.start_h.max(0.0), view.end_h, 1);
    html! {
        div class="scroll" {
            table {
                thead {
                    tr {
                        th { "read-out" } th { "arm" } th { "unit" }
                        @for t in &times { th class="n" { (hours(*t)) } }
                    }
                }
                tbody {
                    @for readout in &view.readouts {
                        @for (arm, series) in view.arms.iter().zip(&readout.series) {
                            tr {
                                td { (readout.label) } td { (arm.figure.label) } td { (readout.shown_unit) }
                                @for t in &times {
                                    td class="n" {
                                        (interpolate(&arm.times_h, &series.shown, *t).map_or_else(|| "–".to_string(), significant))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
