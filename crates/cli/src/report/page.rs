//! The frame of every report: head, style, footer.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::view::VerdictView;

const STYLE: &str = "\
:root{color-scheme:light}
body{font:16px/1.5 'Liberation Sans',Arial,Helvetica,sans-serif;color:#1f1f1f;background:#fff;max-width:1100px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.25;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ddd;padding-bottom:.2rem}
h3{font-size:1rem;margin-bottom:.2rem}.lead{color:#444;font-size:1.05rem}.small{font-size:.85rem;color:#555}
svg{max-width:100%;height:auto}table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid #eaeaea}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}code{font:.85em ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.verdict{display:inline-block;white-space:nowrap;padding:0 .5em;border-radius:.3em;font-weight:bold;border:1.5px solid}
.supported{color:#00543c;border-color:#009e73;background:#e6f6f1}.contradicted{color:#8a3b00;border-color:#d55e00;background:#fdeee3}
.inconclusive{color:#5c4300;border-color:#e69f00;background:#fdf5e3}.notrun{color:#444;border-color:#999;background:#f3f3f3}
.scroll{overflow-x:auto}details{margin:.4rem 0}summary{cursor:pointer}footer{margin-top:3rem;border-top:1px solid #ddd}
@media print{body{margin:0;max-width:none}details{display:block}}";

/// A whole page.
pub(super) fn page(title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (body) }
                footer class="small" {
                    p { "Made by resurge " (env!("CARGO_PKG_VERSION")) ". Everything here is computed from a model; nothing is a measurement, and nothing is advice for patients." }
                }
            }
        }
    }
    .into_string()
}

/// A verdict as a labelled badge: word and colour.
pub(super) fn badge(verdict: VerdictView) -> Markup {
    let class = verdict.word().replace(' ', "");
    let mark = match verdict {
        VerdictView::Supported => "✓",
        VerdictView::Contradicted => "✗",
        VerdictView::Inconclusive => "?",
        VerdictView::NotRun => "–",
    };
    html! { span class=(format!("verdict {class}")) { (mark) " " (verdict.word()) } }
}

/// An SVG of ours inside a page.
pub(super) fn inline_svg(svg: &str) -> Markup {
    html! { div class="scroll" { (PreEscaped(svg)) } }
}

/// A margin with its sign.
pub(super) fn margin_text(margin: Option<f64>) -> String {
    margin.map_or_else(|| "–".to_string(), |m| format!("{m:+.2}"))
}
