//! Reports: one HTML file each, without scripts and without anything from the network.

mod cohort;
mod experiment;
mod page;
mod scoreboard;

pub(crate) use cohort::cohort_page;
pub(crate) use experiment::experiment_page;
pub(crate) use scoreboard::{Scoreboard, citation, papers_in_order, scoreboard_page};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::{blot_of, figure_of};
    use crate::view::{Totals, VerdictView, example};

    /// Nothing is fetched when the page is opened.
    fn assert_offline(page: &str) {
        for forbidden in ["<script", "<link", "src=", "@import", "url(http"] {
            assert!(!page.contains(forbidden), "{forbidden} in the page");
        }
    }

    #[test]
    fn the_experiment_page_is_whole_and_offline() {
        let view = example::experiment();
        let blot = blot_of(&view).unwrap();
        let findings = [example::finding(VerdictView::Supported)];
        let page = experiment_page(&view, &findings, &figure_of(&view), Some(&blot), None);
        assert_offline(&page);
        for part in [
            "AKT &lt;falls&gt; &amp; comes back",
            "p-AKT (T308)",
            "A-001",
            "✓ supported",
            "loading control",
            "abc",
        ] {
            assert!(page.contains(part), "{part} is missing");
        }
    }

    #[test]
    fn the_scoreboard_is_whole_and_offline() {
        let findings = VerdictView::ALL.map(example::finding);
        let view = example::experiment();
        let page = scoreboard_page(&Scoreboard {
            findings: &findings,
            totals: &Totals::of(&findings),
            papers: &[view.paper.clone().unwrap()],
            figures: &[("example".to_string(), figure_of(&view))],
            methods: &view.methods,
            record: &view.record,
        });
        assert_offline(&page);
        for part in [
            "1 of 3 findings that ran are supported",
            "✗ contradicted",
            "Rodrik-Outmezguine et al. 2011",
            "<svg",
        ] {
            assert!(page.contains(part), "{part} is missing");
        }
    }
}
