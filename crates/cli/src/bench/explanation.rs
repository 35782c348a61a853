//! `resurge explain NAME`: everything the library knows about a name, and from where.

use model::{Pattern, ReactionRule};
use pathway::catalog::{
    Agent, Context, Contradiction, Evidence, Feedback, Gene, Mutation, ParameterRow, Readout,
};
use pathway::{Bench, Experiment, Finding, NotRun, RunSettings};

use crate::command::explain::fill;
use crate::table::aligned;
use pathway::words::significant;

/// Text about whatever has this name; several paragraphs if several things have it.
pub(super) fn of(bench: &Bench, name: &str) -> Option<String> {
    let library = bench.library();
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    let sections: Vec<String> = [
        library.findings().iter().find(|f| same(&f.id)).map(|f| finding(bench, f)),
        library.not_run().iter().find(|f| same(&f.id)).map(not_run),
        library.experiments().iter().find(|e| same(&e.id)).map(experiment),
        library.agent(name).map(|a| agent(bench, a)),
        library.context(name).map(context),
        library.gene(name).map(|g| gene(bench, g)),
        (library.gene(name).is_none() && library.agent(name).is_none())
            .then(|| molecule(bench, name))
            .flatten(),
        library.mutation(name).map(mutation),
        library.readouts().iter().find(|r| same(&r.id)).map(|r| readout(bench, r)),
        library.parameters().iter().find(|p| p.name == name).map(|p| parameter(bench, p)),
        bench.rule_model().rules.iter().find(|r| same(&r.name)).map(|r| rule(bench, r)),
        library.evidence().iter().find(|e| same(&e.id)).map(|e| evidence(bench, e)),
        library.papers().iter().find(|p| same(&p.id)).map(|p| paper(bench, &p.id)),
        library.loops().iter().find(|l| same(&l.id)).map(|l| feedback(bench, l)),
        library.contradictions().iter().find(|c| same(&c.id)).map(|c| contradiction(bench, c)),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!sections.is_empty()).then(|| sections.join("\n"))
}

/// All names that [`of`] knows.
pub(super) fn names(bench: &Bench) -> Vec<String> {
    let library = bench.library();
    let mut names: Vec<String> = Vec::new();
    names.extend(library.findings().iter().map(|f| f.id.clone()));
    names.extend(library.not_run().iter().map(|f| f.id.clone()));
    names.extend(library.experiments().iter().map(|e| e.id.clone()));
    for agent in library.drugs().iter().chain(library.ligands()) {
        names.push(agent.id.clone());
        names.extend(agent.aliases.iter().cloned());
    }
    for context in library.contexts() {
        names.push(context.id.clone());
        names.extend(context.aliases.iter().cloned());
    }
    for gene in library.genes() {
        names.push(gene.id.clone());
        names.extend(gene.aliases.iter().cloned());
    }
    names.extend(bench.rule_model().molecule_types.iter().map(|m| m.name.clone()));
    names.extend(library.mutations().iter().map(|m| m.id.clone()));
    names.extend(library.readouts().iter().map(|r| r.id.clone()));
    names.extend(library.parameters().iter().map(|p| p.name.clone()));
    names.extend(bench.rule_model().rules.iter().map(|r| r.name.clone()));
    names.extend(library.evidence().iter().map(|e| e.id.clone()));
    names.extend(library.papers().iter().map(|p| p.id.clone()));
    names.extend(library.loops().iter().map(|l| l.id.clone()));
    names.extend(library.contradictions().iter().map(|c| c.id.clone()));
    names
}

fn finding(bench: &Bench, finding: &Finding) -> String {
    let board = bench.check(&[finding], &RunSettings::default(), &|_, _| {});
    let mut lines = vec![
        (
            "verdict",
            board.judgements.first().map_or(String::new(), |j| format!("{:?}", j.verdict).to_lowercase()),
        ),
        ("model", board.judgements.first().map_or(String::new(), |j| one_line(&j.value))),
        ("rule", one_line(&finding.rule.text)),
    ];
    lines.extend(finding.guards.iter().map(|g| ("and", one_line(&g.text))));
    lines.extend([
        ("provenance", format!("{}, {}", finding.provenance.word(), finding.source)),
        ("cell", finding.context.clone()),
        ("experiment", finding.experiments.join(", ")),
        ("note", finding.note.clone()),
        ("paper", citation(bench, &finding.paper)),
    ]);
    let disputes = disputes(bench, |c| c.findings.contains(&finding.id));
    format!("{}{disputes}", block(&format!("{}: {}", finding.id, finding.statement), &lines))
}

fn not_run(finding: &NotRun) -> String {
    let lines = [
        ("verdict", "not run".to_string()),
        ("why", finding.reason.clone()),
        ("provenance", format!("{}, {}", finding.provenance.word(), finding.source)),
    ];
    block(&format!("{}: {}", finding.id, finding.statement), &lines)
}

/// The file itself: it is the form that an experiment of one's own has.
fn experiment(experiment: &Experiment) -> String {
    let place = &experiment.at.file;
    let embedded = pathway::Library::embedded_files().iter().find(|(name, _)| name == place);
    let text = embedded.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    let text = text.or_else(|| std::fs::read_to_string(place).ok());
    let about = format!("# {place}: save it under another name and id to start an experiment of your own\n");
    format!("{about}\n{}", text.unwrap_or_else(|| format!("# {}\n", experiment.title)))
}

fn agent(bench: &Bench, agent: &Agent) -> String {
    let library = bench.library();
    let lines = [
        ("class", agent.class.clone()),
        ("target", agent.target.clone()),
        ("aliases", agent.aliases.join(", ")),
        ("weight", agent.molecular_weight.map_or(String::new(), |w| format!("{w} g/mol"))),
        ("doses", agent.max_dose_nm.map_or(String::new(), |d| format!("a warning above {}", nanomolar(d)))),
        (
            "medium",
            agent.medium.as_ref().and_then(|m| library.parameter(m)).map_or(String::new(), |p| {
                format!("{} {} unless an experiment says otherwise", significant(p.value), p.unit)
            }),
        ),
        ("about", agent.about.clone()),
        ("sources", agent.sources.join("; ")),
    ];
    let molecule = agent.species.split('(').next().unwrap_or(&agent.species);
    let mut text = block(&agent.label, &lines);
    text.push_str(&numbers(bench, agent.parameters.iter().map(String::as_str)));
    text.push_str(&rules_of(bench, molecule));
    text.push_str(&evidence_about(bench, &agent.id));
    let used = library
        .experiments()
        .iter()
        .filter(|e| e.arms.iter().flat_map(|a| &a.perturbations).any(|p| speaks_of(&p.action, &agent.id)));
    text.push_str(&bullets("experiments", used.map(|e| format!("{}  {}", e.id, e.title))));
    text
}

fn speaks_of(action: &pathway::experiment::Action, id: &str) -> bool {
    use pathway::experiment::Action;
    match action {
        Action::Add { agent, .. } | Action::Set { agent, .. } | Action::Remove { agent } => agent == id,
        _ => false,
    }
}

fn context(context: &Context) -> String {
    let lines = [
        ("species", context.species.clone()),
        ("parent", context.parent.clone().unwrap_or_default()),
        ("tissue", context.tissue.clone()),
        ("genotype", context.genotype.clone()),
        ("aliases", context.aliases.join(", ")),
        ("about", context.about.clone()),
        ("sources", context.sources.join("; ")),
    ];
    let rows: Vec<Vec<String>> = context.values.iter().map(number_row).collect();
    format!(
        "{}\nwhat differs from {}\n{}",
        block(&context.label, &lines),
        context.parent.as_deref().unwrap_or("the generic cell"),
        indented(&aligned(&rows))
    )
}

fn gene(bench: &Bench, gene: &Gene) -> String {
    let mutations: Vec<&str> =
        bench.library().mutations().iter().filter(|m| m.gene == gene.id).map(|m| m.id.as_str()).collect();
    let lines = [
        ("aliases", gene.aliases.join(", ")),
        ("molecules", gene.molecules.join(", ")),
        ("mutations", mutations.join(", ")),
        ("can be", "knocked down, knocked out or over-expressed".to_string()),
        ("about", gene.about.clone()),
    ];
    let mut text = block(&gene.label, &lines);
    text.push_str(&numbers(bench, gene.parameters.iter().map(String::as_str)));
    for molecule in &gene.molecules {
        text.push_str(&rules_of(bench, molecule));
    }
    text.push_str(&evidence_about(bench, &gene.id));
    text
}

fn molecule(bench: &Bench, name: &str) -> Option<String> {
    let kind = bench.rule_model().molecule_types.iter().find(|m| m.name.eq_ignore_ascii_case(name))?;
    let states: Vec<String> = kind
        .components
        .iter()
        .map(|c| {
            if c.states.is_empty() { c.name.clone() } else { format!("{} ({})", c.name, c.states.join(", ")) }
        })
        .collect();
    let mut text = block(&kind.name, &[("sites", states.join("; "))]);
    text.push_str(&rules_of(bench, &kind.name));
    text.push_str(&evidence_about(bench, &kind.name));
    Some(text)
}

fn mutation(mutation: &Mutation) -> String {
    let set: Vec<String> = mutation.set.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let lines = [
        ("gene", mutation.gene.clone()),
        ("sets", set.join(", ")),
        ("about", mutation.about.clone()),
        ("sources", mutation.sources.join("; ")),
    ];
    block(&mutation.label, &lines)
}

fn readout(bench: &Bench, readout: &Readout) -> String {
    let ratio =
        readout.per.as_ref().map_or_else(|| readout.signal.clone(), |p| format!("{} / {p}", readout.signal));
    let lines = [
        ("assay", readout.assay.clone()),
        ("signal", ratio),
        ("unit", readout.unit.clone()),
        ("about", readout.about.clone()),
    ];
    let used = bench.library().experiments().iter().filter(|e| e.readouts.iter().any(|r| r.id == readout.id));
    let used: Vec<String> = used.map(|e| e.id.clone()).collect();
    format!(
        "{}{}",
        block(&format!("{}: {}", readout.id, readout.label), &lines),
        bullets("experiments", used)
    )
}

fn parameter(bench: &Bench, row: &ParameterRow) -> String {
    let library = bench.library();
    let mut text = format!("{}\n{}", row.name, indented(&aligned(&[number_row(row)])));
    let cells: Vec<Vec<String>> = library
        .contexts()
        .iter()
        .filter_map(|c| c.values.iter().find(|v| v.name == row.name).map(|v| (c, v)))
        .map(|(c, v)| std::iter::once(c.id.clone()).chain(number_row(v).into_iter().skip(1)).collect())
        .collect();
    if !cells.is_empty() {
        text.push_str(&format!("\nin cells\n{}", indented(&aligned(&cells))));
    }
    let used = bench.rule_model().rules.iter().filter(|r| {
        let laws = std::iter::once(&r.forward).chain(&r.reverse);
        laws.into_iter().any(|law| {
            rate_text(law).split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == row.name)
        })
    });
    text.push_str(&bullets("rules", used.map(rule_line)));
    text
}

fn rule(bench: &Bench, rule: &ReactionRule) -> String {
    let backing = bench.library().rule_evidence().iter().find(|e| e.rule == rule.name);
    let rate =
        std::iter::once(&rule.forward).chain(&rule.reverse).map(rate_text).collect::<Vec<_>>().join(", ");
    let lines = [
        ("rule", rule_text(rule)),
        ("rate", rate),
        ("in file", rule.location.to_string()),
        ("note", backing.map_or(String::new(), |b| b.note.clone())),
        ("or else", backing.map_or(String::new(), |b| b.alternatives.clone())),
    ];
    let mut text = block(&rule.name, &lines);
    let rows = backing
        .into_iter()
        .flat_map(|b| &b.evidence)
        .filter_map(|id| bench.library().evidence().iter().find(|e| e.id == *id).map(evidence_line));
    text.push_str(&bullets("evidence", rows));
    let loops = bench.library().loops().iter().filter(|l| l.rules.contains(&rule.name));
    text.push_str(&bullets("loops", loops.map(|l| format!("{}  {}", l.id, l.label))));
    text.push_str(&disputes(bench, |c| c.rules.contains(&rule.name)));
    text
}

fn feedback(bench: &Bench, feedback: &Feedback) -> String {
    let lines = [("about", feedback.about.clone())];
    let mut text = block(&format!("{}: {}", feedback.id, feedback.label), &lines);
    let rules = bench.rule_model().rules.iter().filter(|r| feedback.rules.contains(&r.name));
    text.push_str(&bullets("rules that are held when it is cut", rules.map(rule_line)));
    let rows = bench.library().evidence().iter().filter(|e| feedback.evidence.contains(&e.id));
    text.push_str(&bullets("evidence", rows.map(evidence_line)));
    text
}

fn contradiction(bench: &Bench, entry: &Contradiction) -> String {
    let library = bench.library();
    let mut text = format!("{}\n", fill(&format!("{}: {}", entry.id, entry.title)));
    text.push_str(&bullets("what is said", entry.sides.iter().map(|s| fill(s).replace('\n', "\n  "))));
    text.push_str(&format!("\nwhat the model does\n  {}\n", fill(&entry.resolution).replace('\n', "\n  ")));
    let findings: Vec<&Finding> = entry.findings.iter().filter_map(|id| library.finding(id)).collect();
    let board = bench.check(&findings, &RunSettings::default(), &|_, _| {});
    let verdict = |j: &pathway::Judgement| {
        format!("{}  {}  {}", j.id, format!("{:?}", j.verdict).to_lowercase(), j.statement)
    };
    text.push_str(&bullets("findings", board.judgements.iter().map(verdict)));
    let rules = bench.rule_model().rules.iter().filter(|r| entry.rules.contains(&r.name));
    text.push_str(&bullets("rules", rules.map(rule_line)));
    text.push_str(&numbers(bench, entry.parameters.iter().map(String::as_str)));
    text
}

/// Contradictions that something is part of.
fn disputes(bench: &Bench, part_of: impl Fn(&Contradiction) -> bool) -> String {
    let entries = bench.library().contradictions().iter().filter(|c| part_of(c));
    bullets("what disagrees", entries.map(|c| format!("{}  {}", c.id, c.title)))
}

fn evidence(bench: &Bench, row: &Evidence) -> String {
    let lines = [
        ("effect", format!("{} {} {} ({})", row.interaction_source, row.effect, row.target, row.sign)),
        ("site", row.site.clone()),
        ("conditions", row.conditions.clone()),
        ("directness", row.directness.clone()),
        ("time scale", row.time_scale.clone()),
        ("note", row.note.clone()),
        ("section", row.section.clone()),
        ("paper", citation(bench, &row.paper)),
    ];
    let library = bench.library();
    let rules =
        library.rule_evidence().iter().filter(|r| r.evidence.contains(&row.id)).map(|r| r.rule.clone());
    format!("{}{}", block(&row.id, &lines), bullets("rules", rules))
}

fn paper(bench: &Bench, id: &str) -> String {
    let library = bench.library();
    let Some(paper) = library.paper(id) else { return String::new() };
    let findings = library.findings().iter().filter(|f| f.paper == id).count();
    let evidence = library.evidence().iter().filter(|e| e.paper == id).count();
    let lines = [
        ("citation", paper.citation.clone()),
        ("doi", paper.doi.clone()),
        ("findings", format!("{findings} that run; `resurge check --paper {id}` judges them")),
        ("evidence", format!("{evidence} interactions")),
    ];
    block(&paper.title, &lines)
}

fn citation(bench: &Bench, id: &str) -> String {
    bench.library().paper(id).map_or_else(|| id.to_string(), |p| p.citation.clone())
}

fn numbers<'a>(bench: &Bench, names: impl Iterator<Item = &'a str>) -> String {
    let rows: Vec<Vec<String>> = names.filter_map(|n| bench.library().parameter(n)).map(number_row).collect();
    if rows.is_empty() { String::new() } else { format!("\nnumbers\n{}", indented(&aligned(&rows))) }
}

fn number_row(p: &ParameterRow) -> Vec<String> {
    let source = if p.note.is_empty() { p.source.clone() } else { format!("{} ({})", p.source, p.note) };
    vec![
        p.name.clone(),
        significant(p.value),
        p.unit.clone(),
        format!("{} to {}", significant(p.low), significant(p.high)),
        p.obtained.word().to_string(),
        source,
    ]
}

fn rules_of(bench: &Bench, molecule: &str) -> String {
    let speaks =
        |patterns: &[Pattern]| patterns.iter().flat_map(|p| &p.molecules).any(|m| m.name == molecule);
    let rules = bench.rule_model().rules.iter().filter(|r| speaks(&r.reactants) || speaks(&r.products));
    bullets(&format!("rules of {molecule}"), rules.map(rule_line))
}

/// Rows whose source or target names the thing as a word.
fn evidence_about(bench: &Bench, name: &str) -> String {
    let is_word = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|w| w.eq_ignore_ascii_case(name))
    };
    let rows = bench.library().evidence().iter();
    bullets(
        "evidence",
        rows.filter(|e| is_word(&e.interaction_source) || is_word(&e.target)).map(evidence_line),
    )
}

fn evidence_line(row: &Evidence) -> String {
    let mut line = format!("{}  {} {} {}", row.id, row.interaction_source, row.effect, row.target);
    for detail in [&row.site, &row.conditions] {
        if !detail.is_empty() {
            line.push_str(&format!(", {detail}"));
        }
    }
    format!("{line}  [{}, {}]", row.paper, row.section)
}

fn rule_line(rule: &ReactionRule) -> String {
    format!("{}  {}", rule.name, rule_text(rule))
}

/// `A + B -> C` in BNGL patterns.
pub(super) fn rule_text(rule: &ReactionRule) -> String {
    let side = |patterns: &[Pattern]| match patterns {
        [] => "0".to_string(),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + "),
    };
    let arrow = if rule.reverse.is_some() { "<->" } else { "->" };
    format!("{} {arrow} {}", side(&rule.reactants), side(&rule.products))
}

/// A rate law as BNGL writes it.
pub(super) fn rate_text(law: &model::RateLaw) -> String {
    use model::RateLaw;
    match law {
        RateLaw::Elementary(k) => k.to_string(),
        RateLaw::Total(k) => format!("{k} TotalRate"),
        RateLaw::Saturation { k, .. } => format!("Sat({k}, ...)"),
        RateLaw::MichaelisMenten { kcat, km } => format!("MM({kcat}, {km})"),
        RateLaw::Hill { vmax, k, n } => format!("Hill({vmax}, {k}, {n})"),
    }
}

fn nanomolar(dose: f64) -> String {
    if dose >= 1000.0 { format!("{} uM", dose / 1000.0) } else { format!("{dose} nM") }
}

/// A title and `name: text` lines; empty texts are left out.
fn block(title: &str, lines: &[(&str, String)]) -> String {
    let mut text = format!("{}\n\n", fill(title));
    for (name, content) in lines.iter().filter(|(_, content)| !content.is_empty()) {
        let filled = fill(content).replace('\n', &format!("\n{}", " ".repeat(14)));
        text.push_str(&format!("  {name:<12}{filled}\n"));
    }
    text
}

fn bullets(title: &str, items: impl IntoIterator<Item = String>) -> String {
    let lines: String = items.into_iter().map(|item| format!("  {item}\n")).collect();
    if lines.is_empty() { lines } else { format!("\n{title}\n{lines}") }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
