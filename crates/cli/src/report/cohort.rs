//! The report of a cohort.

use maud::html;

use super::page::{inline_svg, page};

/// The page: words and tables as text, figures, and how it was computed.
pub(crate) fn cohort_page(
    title: &str,
    about: &str,
    text: &str,
    figures: &[String],
    methods: &[String],
) -> String {
    let body = html! {
        h1 { (title) }
        p class="lead" { (about) }
        @for figure in figures { (inline_svg(figure)) }
        h2 { "Numbers" }
        pre { (text) }
        h2 { "How it was computed" }
        @for sentence in methods { p { (sentence) } }
        p {
            "Kaplan-Meier curves with 95 % intervals by Greenwood's variance on the log(-log) scale; log-rank test; "
            "hazard ratios by Cox regression with Efron's treatment of ties and Wald intervals."
        }
    };
    page(title, &body)
}
