//! Evidence cards: what is known about a thing, from where, and what speaks against it.

use axum::Json;
use axum::extract::{Query, State};
use pathway::Library;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::failure::Failure;
use crate::state::Lab;

/// What a card is about.
#[derive(Debug, Deserialize, IntoParams)]
pub(crate) struct EvidenceQuery {
    /// Id of a read-out, drug, ligand, gene, rule, parameter or finding.
    about: String,
}

/// What is known about a thing.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Card {
    title: String,
    kind: String,
    about: String,
    /// Name and value, in the order to show.
    facts: Vec<(String, String)>,
    /// Statements of papers.
    evidence: Vec<Statement>,
    /// Rules of the model that carry it.
    rules: Vec<RuleFacts>,
    parameters: Vec<ParameterFacts>,
    /// What disagrees.
    contradictions: Vec<Dispute>,
}

/// A statement of a paper about an interaction.
#[derive(Debug, Serialize, ToSchema)]
struct Statement {
    id: String,
    text: String,
    conditions: String,
    directness: String,
    paper: String,
    section: String,
    note: String,
}

/// A rule of the model.
#[derive(Debug, Serialize, ToSchema)]
struct RuleFacts {
    rule: String,
    evidence: Vec<String>,
    alternatives: String,
    note: String,
}

/// A number of the model.
#[derive(Debug, Serialize, ToSchema)]
struct ParameterFacts {
    name: String,
    value: String,
    range: String,
    obtained: String,
    source: String,
    note: String,
}

/// Evidence that disagrees.
#[derive(Debug, Serialize, ToSchema)]
struct Dispute {
    title: String,
    sides: Vec<String>,
    resolution: String,
}

/// The card of a thing of the library.
#[utoipa::path(get, path = "/api/evidence", params(EvidenceQuery), responses(
    (status = 200, body = Card), (status = 404, body = Failure)))]
pub(crate) async fn evidence(
    State(lab): State<Lab>,
    Query(query): Query<EvidenceQuery>,
) -> Result<Json<Card>, Failure> {
    let library = lab.bench().library();
    let name = query.about.as_str();
    let card = readout(library, name)
        .or_else(|| agent(library, name))
        .or_else(|| gene(library, name))
        .or_else(|| rule(library, name))
        .or_else(|| parameter(library, name))
        .or_else(|| finding(library, name));
    card.map(Json).ok_or_else(|| Failure::unknown("card about", name))
}

fn readout(library: &Library, name: &str) -> Option<Card> {
    let r = library.readout(name)?;
    let per = r.per.as_deref().map_or(String::new(), |p| format!(" / {p}"));
    let mut card = Card {
        title: r.label.clone(),
        kind: "read-out".into(),
        about: r.about.clone(),
        facts: vec![
            ("assay".into(), r.assay.clone()),
            ("unit".into(), r.unit.clone()),
            ("observable".into(), format!("{}{per}", r.signal)),
        ],
        ..Card::default()
    };
    card.add_evidence(library, &[r.label.split([' ', '(']).next().unwrap_or_default(), &r.signal]);
    Some(card)
}

fn agent(library: &Library, name: &str) -> Option<Card> {
    let a = library.agent(name)?;
    let mut facts = vec![("class".to_string(), a.class.clone()), ("target".to_string(), a.target.clone())];
    facts.extend(a.molecular_weight.map(|w| ("molecular weight".to_string(), format!("{w} g/mol"))));
    facts.extend(a.max_dose_nm.map(|d| ("highest sensible dose".to_string(), crate::scenario::dose_text(d))));
    facts.push(("sources".to_string(), a.sources.join("; ")));
    facts.retain(|f| !f.1.is_empty());
    let mut card = Card {
        title: a.label.clone(),
        kind: "drug or ligand".into(),
        about: a.about.clone(),
        facts,
        ..Card::default()
    };
    card.add_parameters(library, a.parameters.iter().chain(&a.medium));
    card.add_evidence(library, &[&a.id, &a.label]);
    Some(card)
}

fn gene(library: &Library, name: &str) -> Option<Card> {
    let g = library.gene(name)?;
    let made = if g.turnover { "made and degraded in the model" } else { "its total is constant" };
    let mut card = Card {
        title: g.label.clone(),
        kind: "gene".into(),
        about: g.about.clone(),
        facts: vec![("turnover".into(), made.into())],
        ..Card::default()
    };
    card.add_parameters(library, g.parameters.iter());
    let names: Vec<&str> =
        std::iter::once(g.id.as_str()).chain(g.aliases.iter().map(String::as_str)).collect();
    card.add_evidence(library, &names);
    Some(card)
}

fn rule(library: &Library, name: &str) -> Option<Card> {
    let r = library.rule_evidence().iter().find(|r| r.rule == name)?;
    let mut card =
        Card { title: r.rule.clone(), kind: "rule".into(), about: r.note.clone(), ..Card::default() };
    card.evidence = library.evidence().iter().filter(|e| r.evidence.contains(&e.id)).map(statement).collect();
    card.rules.push(rule_facts(r));
    card.add_contradictions(library, |c| c.rules.iter().any(|own| own == name));
    Some(card)
}

fn parameter(library: &Library, name: &str) -> Option<Card> {
    library.parameter(name)?;
    let mut card = Card { title: name.to_string(), kind: "parameter".into(), ..Card::default() };
    card.add_parameters(library, std::iter::once(&name.to_string()));
    card.add_contradictions(library, |c| c.parameters.iter().any(|own| own == name));
    Some(card)
}

fn finding(library: &Library, name: &str) -> Option<Card> {
    let f = library.finding(name)?;
    let paper = library.paper(&f.paper).map_or_else(|| f.paper.clone(), |p| p.citation.clone());
    let mut card = Card {
        title: f.id.clone(),
        kind: "finding".into(),
        about: f.statement.clone(),
        facts: vec![
            ("paper".into(), paper),
            ("figure".into(), f.source.clone()),
            ("in the paper".into(), f.provenance.word().into()),
            ("cell".into(), f.context.clone()),
            ("rule".into(), f.rule.text.clone()),
        ],
        ..Card::default()
    };
    card.facts.extend(f.guards.iter().map(|g| ("guard".to_string(), g.text.clone())));
    card.facts.retain(|fact| !fact.1.is_empty());
    card.add_contradictions(library, |c| c.findings.iter().any(|own| own == name));
    Some(card)
}

impl Card {
    /// Statements that name one of these as source or target, with the rules that rest on them.
    fn add_evidence(&mut self, library: &Library, names: &[&str]) {
        let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "");
        let wanted: Vec<String> = names.iter().map(|n| plain(n)).filter(|n| n.len() > 1).collect();
        let speaks = |text: &str| {
            let words: Vec<String> = text.split([' ', '/', ',', '(', ')', ';']).map(plain).collect();
            wanted.iter().any(|w| words.contains(w) || words.contains(&w.trim_start_matches('p').to_string()))
        };
        let found: Vec<_> = library
            .evidence()
            .iter()
            .filter(|e| speaks(&e.interaction_source) || speaks(&e.target))
            .collect();
        let rests = |r: &&pathway::catalog::RuleEvidence| {
            r.evidence.iter().any(|id| found.iter().any(|e| e.id == *id))
        };
        self.rules = library.rule_evidence().iter().filter(rests).map(rule_facts).collect();
        self.evidence = found.into_iter().map(statement).collect();
        let rules: Vec<String> = self.rules.iter().map(|r| r.rule.clone()).collect();
        self.add_contradictions(library, |c| c.rules.iter().any(|r| rules.contains(r)));
    }

    fn add_parameters<'n>(&mut self, library: &Library, names: impl Iterator<Item = &'n String>) {
        let number = pathway::words::significant;
        self.parameters.extend(names.filter_map(|name| library.parameter(name)).map(|p| ParameterFacts {
            name: p.name.clone(),
            value: format!("{} {}", number(p.value), p.unit),
            range: format!("{} to {}", number(p.low), number(p.high)),
            obtained: p.obtained.word().to_string(),
            source: p.source.clone(),
            note: p.note.clone(),
        }));
    }

    fn add_contradictions(
        &mut self,
        library: &Library,
        about: impl Fn(&pathway::catalog::Contradiction) -> bool,
    ) {
        self.contradictions.extend(library.contradictions().iter().filter(|c| about(c)).map(|c| Dispute {
            title: c.title.clone(),
            sides: c.sides.clone(),
            resolution: c.resolution.clone(),
        }));
    }
}

fn statement(e: &pathway::catalog::Evidence) -> Statement {
    let site = if e.site.is_empty() { String::new() } else { format!(" ({})", e.site) };
    Statement {
        id: e.id.clone(),
        text: format!("{} {} {}{site}", e.interaction_source, e.effect, e.target),
        conditions: e.conditions.clone(),
        directness: e.directness.clone(),
        paper: e.paper.clone(),
        section: e.section.clone(),
        note: e.note.clone(),
    }
}

fn rule_facts(r: &pathway::catalog::RuleEvidence) -> RuleFacts {
    RuleFacts {
        rule: r.rule.clone(),
        evidence: r.evidence.clone(),
        alternatives: r.alternatives.clone(),
        note: r.note.clone(),
    }
}
