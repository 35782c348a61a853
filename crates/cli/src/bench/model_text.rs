//! `resurge model`: the model as text.

use model::{Diagnostic, Reaction, Severity};
use pathway::Bench;
use pathway::catalog::ParameterRow;

use super::explanation::{rate_text, rule_text};
use super::lines_of;
use crate::command::counted;
use crate::command::model::Part;
use crate::table::aligned;

/// A part, or an overview.
pub(super) fn of(bench: &Bench, part: Option<Part>) -> String {
    match part {
        None => overview(bench),
        Some(Part::Species) => species(bench),
        Some(Part::Reactions) => reactions(bench),
        Some(Part::Parameters) => parameters(bench),
        Some(Part::Totals) => totals(bench),
        Some(Part::Rules) => rules(bench),
    }
}

fn overview(bench: &Bench) -> String {
    let library = bench.library();
    let network = bench.network();
    let mut text = format!(
        "{}, {}, {} with sources, {} of evidence\nnetwork {}\n\n",
        counted(network.species.len(), "species"),
        counted(network.reactions.len(), "reaction"),
        counted(library.parameters().len(), "parameter"),
        counted(library.evidence().len(), "row"),
        bench.model_hash()
    );
    let rows: Vec<Vec<String>> =
        library.modules().iter().map(|m| vec![m.file.clone(), m.title.clone(), m.about.clone()]).collect();
    text.push_str(&aligned(&rows));
    text.push_str("\nresurge model species | reactions | parameters | totals | rules, or --lint\n");
    text
}

fn species(bench: &Bench) -> String {
    let rows: Vec<Vec<String>> = bench
        .network()
        .species
        .iter()
        .map(|s| {
            vec![
                s.name.clone(),
                if s.fixed { "held (medium, nM)".into() } else { "copies".into() },
                s.initial.to_string(),
            ]
        })
        .collect();
    aligned(&header(["species", "amount", "initial"], rows))
}

fn reactions(bench: &Bench) -> String {
    let network = bench.network();
    let name = |i: &model::SpeciesIdx| network.species[i.0].name.clone();
    let side = |side: &[model::SpeciesIdx]| {
        if side.is_empty() { "0".to_string() } else { side.iter().map(name).collect::<Vec<_>>().join(" + ") }
    };
    let rows = network
        .reactions
        .iter()
        .map(|r| vec![r.rule.clone(), format!("{} -> {}", side(&r.reactants), side(&r.products)), rate(r)])
        .collect();
    aligned(&header(["rule", "reaction", "rate constant"], rows))
}

fn rate(reaction: &Reaction) -> String {
    let law = rate_text(&reaction.rate);
    if reaction.factor == 1.0 { law } else { format!("{} {law}", reaction.factor) }
}

fn parameter_row(context: &str, p: &ParameterRow) -> Vec<String> {
    let number = |x: f64| pathway::words::significant(x);
    vec![
        context.to_string(),
        p.name.clone(),
        number(p.value),
        p.unit.clone(),
        format!("{} to {}", number(p.low), number(p.high)),
        p.obtained.word().to_string(),
        if p.note.is_empty() { p.source.clone() } else { format!("{} ({})", p.source, p.note) },
    ]
}

fn parameters(bench: &Bench) -> String {
    let library = bench.library();
    let table = library.parameters().iter().map(|p| parameter_row("all cells", p));
    let cells = library.contexts().iter().flat_map(|c| c.values.iter().map(|p| parameter_row(&c.id, p)));
    let rows = table.chain(cells).collect();
    aligned(&header(["where", "parameter", "value", "unit", "range", "obtained", "source"], rows))
}

fn totals(bench: &Bench) -> String {
    let compiled = bench.compiled();
    let mut text = String::from("Sums that no reaction changes, with the amounts of the generic cell:\n\n");
    let parameters = compiled.parameter_values(&[]);
    let amounts = parameters.and_then(|p| compiled.initial_amounts(&p)).unwrap_or_default();
    let rows: Vec<Vec<String>> = compiled
        .moieties()
        .iter()
        .map(|moiety| {
            let names: Vec<String> = moiety
                .terms
                .iter()
                .map(|&(i, w)| {
                    let name = &compiled.species()[i];
                    if w == 1.0 { name.clone() } else { format!("{w} {name}") }
                })
                .collect();
            let shown = if names.len() > 4 {
                format!("{} + ... ({} species)", names[..3].join(" + "), names.len())
            } else {
                names.join(" + ")
            };
            let total = if amounts.is_empty() {
                String::new()
            } else {
                pathway::words::significant(moiety.total(&amounts))
            };
            vec![total, shown]
        })
        .collect();
    text.push_str(&aligned(&rows));
    text
}

fn rules(bench: &Bench) -> String {
    let library = bench.library();
    let rows = bench
        .rule_model()
        .rules
        .iter()
        .map(|rule| {
            let backing = library.rule_evidence().iter().find(|e| e.rule == rule.name);
            let evidence = backing.map_or(String::new(), |e| e.evidence.join(", "));
            let note = backing.map_or(String::new(), |e| {
                [e.note.as_str(), e.alternatives.as_str()].join(" ").trim().to_string()
            });
            vec![rule.name.clone(), rule_text(rule), evidence, note]
        })
        .collect();
    aligned(&header(["rule", "what it does", "evidence", "note"], rows))
}

fn header<const N: usize>(titles: [&str; N], rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    std::iter::once(titles.map(str::to_string).to_vec()).chain(rows).collect()
}

/// Remarks of the lint, and the sum.
pub(super) fn lint(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    format!(
        "{}{}, {}\n",
        lines_of(diagnostics),
        counted(count(Severity::Error), "error"),
        counted(count(Severity::Warning), "warning")
    )
}
