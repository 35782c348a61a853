//! The scoreboard: every finding with its verdict, and the figures of the experiments behind them.

use maud::{Markup, html};

use super::experiment::findings_table;
use super::page::{badge, inline_svg, page};
use crate::view::{FindingView, PaperView, Totals, VerdictView};

/// What the page shows.
pub(crate) struct Scoreboard<'a> {
    pub(crate) findings: &'a [FindingView],
    pub(crate) totals: &'a Totals,
    pub(crate) papers: &'a [PaperView],
    /// (experiment title, figure) in the order of the findings.
    pub(crate) figures: &'a [(String, String)],
    /// How it was computed, in sentences.
    pub(crate) methods: &'a [String],
    pub(crate) record: &'a serde_json::Value,
}

/// The page.
pub(crate) fn scoreboard_page(board: &Scoreboard<'_>) -> String {
    let title = "Does the model reproduce what was published?";
    let body = html! {
        h1 { (title) }
        (totals_text(board.totals))
        (totals_table(board.totals))
        @for paper in papers_in_order(board.findings) {
            h2 { (citation(board.papers, &paper)) }
            (findings_table(&of_paper(board.findings, &paper)))
        }
        @if !board.figures.is_empty() {
            h2 { "The experiments behind the verdicts" }
            @for (title, figure) in board.figures {
                details { summary { (title) } (inline_svg(figure)) }
            }
        }
        h2 { "How it was computed" }
        @for sentence in board.methods { p { (sentence) } }
        details {
            summary { "Record" }
            pre { code { (serde_json::to_string_pretty(board.record).unwrap_or_default()) } }
        }
    };
    page(title, &body)
}

/// Papers in order of first appearance.
pub(crate) fn papers_in_order(findings: &[FindingView]) -> Vec<String> {
    let mut papers: Vec<String> = Vec::new();
    for finding in findings {
        if !papers.contains(&finding.paper) {
            papers.push(finding.paper.clone());
        }
    }
    papers
}

/// A paper by its citation, or by its id where none is known.
pub(crate) fn citation(papers: &[PaperView], id: &str) -> String {
    match papers.iter().find(|p| p.id == id) {
        Some(paper) if !paper.citation.is_empty() => paper.citation.clone(),
        _ if id.is_empty() => "Your findings".to_string(),
        _ => id.to_string(),
    }
}

fn of_paper(findings: &[FindingView], paper: &str) -> Vec<FindingView> {
    findings.iter().filter(|f| f.paper == paper).cloned().collect()
}

fn totals_text(totals: &Totals) -> Markup {
    html! {
        p class="lead" {
            (totals.by_verdict[0]) " of " (totals.n_ran()) " findings that ran are supported."
            @if let Some(share) = totals.pass_share {
                " With noise on every parameter a finding is supported in " (format!("{:.0} %", share * 100.0)) " of the draws on average."
            }
        }
    }
}

fn totals_table(totals: &Totals) -> Markup {
    html! {
        table {
            thead { tr { th { "provenance" } @for verdict in VerdictView::ALL { th class="n" { (badge(verdict)) } } } }
            tbody {
                @for (provenance, counts) in &totals.by_provenance {
                    tr { td { (provenance) } @for count in counts { td class="n" { (count) } } }
                }
                tr { td { b { "all" } } @for count in &totals.by_verdict { td class="n" { b { (count) } } } }
            }
        }
    }
}
