//! The JSON shapes that other programs read.

use serde_json::{Value, json};

use crate::view::{FindingView, Totals, VerdictView};

/// One finding. The keys are stable.
pub(crate) fn finding_json(finding: &FindingView) -> Value {
    json!({
        "id": finding.id,
        "verdict": finding.verdict.word(),
        "margin": finding.margin.filter(|m| m.is_finite()),
        "value": finding.value,
        "expected": finding.expected,
        "provenance": finding.provenance,
        "experiment": finding.experiments.join(", "),
        "reason": finding.reason,
        "paper": finding.paper,
        "source": finding.source,
        "statement": finding.statement,
        "tier": finding.tier,
        "pass_share": finding.pass_share,
    })
}

/// The answer of `check --json`: one object.
pub(crate) fn check_json(findings: &[FindingView], totals: &Totals, record: &Value) -> Value {
    json!({
        "findings": findings.iter().map(finding_json).collect::<Vec<_>>(),
        "totals": totals_json(totals),
        "record": record,
    })
}

fn totals_json(totals: &Totals) -> Value {
    let counts = |by_verdict: &[usize; 4]| {
        let entries = VerdictView::ALL.iter().zip(by_verdict);
        entries.map(|(v, n)| (v.word().replace(' ', "_"), json!(n))).collect::<serde_json::Map<_, _>>()
    };
    let mut all = counts(&totals.by_verdict);
    all.insert("ran".to_string(), json!(totals.n_ran()));
    all.insert("pass_share".to_string(), json!(totals.pass_share));
    let by_provenance: serde_json::Map<_, _> =
        totals.by_provenance.iter().map(|(p, c)| (p.clone(), Value::Object(counts(c)))).collect();
    all.insert("by_provenance".to_string(), Value::Object(by_provenance));
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_check_is_stable() {
        let finding = FindingView {
            id: "A-001".into(),
            paper: "rodrik2011".into(),
            source: "Fig 2A".into(),
            statement: "S473 falls".into(),
            provenance: "explicit".into(),
            tier: Some(1),
            experiments: vec!["rodrik2011-azd8055".into()],
            verdict: VerdictView::Supported,
            margin: Some(f64::INFINITY),
            value: "0.1".into(),
            expected: "a < b".into(),
            reason: String::new(),
            pass_share: Some(0.95),
        };
        let findings = [finding];
        let value = check_json(&findings, &Totals::of(&findings), &json!({}));
        for key in ["id", "verdict", "margin", "value", "expected", "provenance", "experiment", "reason"] {
            assert!(value["findings"][0].get(key).is_some(), "{key}");
        }
        assert_eq!(value["findings"][0]["margin"], Value::Null);
        assert_eq!(value["totals"]["supported"], 1);
        assert_eq!(value["totals"]["by_provenance"]["explicit"]["supported"], 1);
    }
}
