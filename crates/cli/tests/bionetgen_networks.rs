//! Networks generated from BioNetGen's validation models, against the networks that BioNetGen generated.
//!
//! The models are not part of the repository. They are found in the folder of the environment variable
//! `RESURGE_SUITES`, or in `shared/suites` beside the repository; without them the test passes and says so.
//! The results are in `docs/conformance/bionetgen-networks.tsv`: the test fails when a row gets worse.
//! `RESURGE_BLESS=1` writes the table anew.
#![expect(clippy::print_stdout, reason = "says what was compared and what differs")]

use formats::{Source, bngl, net};
use model::{Expr, ReactionNetwork, RuleModel};
use rules::{GenerateOptions, compare, generate};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

const HEADER: &str = "model\tverdict\tspecies\treactions\n";

#[derive(Debug, PartialEq)]
struct Row {
    verdict: String,
    species: usize,
    reactions: usize,
}

#[test]
fn networks_equal_those_of_bionetgen() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let suites =
        std::env::var_os("RESURGE_SUITES").map_or_else(|| repository.join("../shared/suites"), PathBuf::from);
    let folder = suites.join("bionetgen/Validate");
    if !folder.is_dir() {
        println!("NOTE: no networks were compared: {} is missing; set RESURGE_SUITES", folder.display());
        return;
    }
    let rows: BTreeMap<String, Row> =
        models(&folder).into_iter().map(|m| (m.clone(), judge(&folder, &m))).collect();
    let table = repository.join("docs/conformance/bionetgen-networks.tsv");
    if std::env::var_os("RESURGE_BLESS").is_some() {
        fs::write(&table, print_table(&rows)).unwrap();
    }
    let known = read_table(&fs::read_to_string(&table).unwrap_or_default());
    let mut worse = Vec::new();
    for (model, old) in &known {
        let new = rows.get(model).map_or("missing", |r| r.verdict.as_str());
        if new != old.verdict {
            println!("{model}: was {}, is {new}", old.verdict);
        }
        if rank(new) < rank(&old.verdict) {
            worse.push(model.as_str());
        }
    }
    for model in rows.keys().filter(|m| !known.contains_key(*m)) {
        println!("{model} is not in the table; run once with RESURGE_BLESS=1");
    }
    assert!(worse.is_empty(), "worse than in the table: {}", worse.join(", "));
}

/// How good a verdict is.
fn rank(verdict: &str) -> usize {
    let ascending = ["match-but-names-of-observables", "match-but-amounts", "match"];
    ascending.iter().position(|v| *v == verdict).map_or(0, |i| i + 1)
}

/// Names of the models with a network to compare with.
fn models(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("DAT_validate")).expect("the suite has networks");
    let paths = entries
        .map(|e| e.expect("the folder can be read").path())
        .filter(|p| p.extension().is_some_and(|e| e == "net"));
    let mut names: Vec<String> =
        paths.map(|p| p.file_stem().unwrap_or_default().to_string_lossy().into_owned()).collect();
    names.retain(|name| folder.join(format!("{name}.bngl")).is_file());
    names.sort();
    names
}

fn judge(folder: &Path, name: &str) -> Row {
    let text =
        |path: PathBuf| String::from_utf8_lossy(&fs::read(path).expect("the file can be read")).into_owned();
    let model_text = text(folder.join(format!("{name}.bngl")));
    let net_text = text(folder.join(format!("DAT_validate/{name}.net")));
    let expected = net::parse(Source::new(name, &net_text)).value;
    let (species, reactions) = (expected.species.len(), expected.reactions.len());
    let row = |verdict: String| Row { verdict, species, reactions };
    if let Some(feature) = unsupported(&model_text) {
        return row(format!("unsupported:{feature}"));
    }
    let parsed = bngl::parse(&[Source::new(name, &model_text)]);
    let errors: Vec<String> = parsed
        .diagnostics
        .iter()
        .filter(|d| d.severity == model::Severity::Error)
        .map(ToString::to_string)
        .collect();
    if !errors.is_empty() {
        println!("{name}: {}", errors.join("\n"));
        return row("differs".to_string());
    }
    let started = Instant::now();
    let mut network = match generate(&parsed.value, &options(&parsed.value)) {
        Ok(generated) => generated.network,
        Err(error) => {
            println!("{name}: failed to {error}");
            return row("differs".to_string());
        }
    };
    println!("{name}: {species} species, {reactions} reactions, {:.3} s", started.elapsed().as_secs_f64());
    set_parameters(&mut network, &parsed.value);
    row(verdict(network, expected).to_string())
}

/// Compares; amounts and observables may differ in known ways if nothing else does.
fn verdict(mut network: ReactionNetwork, mut expected: ReactionNetwork) -> &'static str {
    let comparison = compare(&network, &expected);
    if comparison.is_same() {
        return "match";
    }
    for difference in &comparison.differences {
        println!("  {difference}");
    }
    // The network was stored after a simulation: the amounts in it are not those of the model.
    forget_amounts(&mut network);
    forget_amounts(&mut expected);
    if compare(&network, &expected).is_same() {
        return "match-but-amounts";
    }
    // Observables of the model were renamed after the network was stored.
    keep_common_observables(&mut network, &mut expected);
    if compare(&network, &expected).is_same() { "match-but-names-of-observables" } else { "differs" }
}

/// What the model needs that is not offered.
fn unsupported(text: &str) -> Option<&'static str> {
    let code: Vec<&str> = text.lines().map(|l| l.split('#').next().unwrap_or_default().trim()).collect();
    let has = |part: &str| code.iter().any(|line| line.contains(part));
    let found = |feature| Some(feature);
    if has("readFile(") { found("read-file") } else { None }
}

/// The stored network has the parameters that the model's actions set.
fn set_parameters(network: &mut ReactionNetwork, model: &RuleModel) {
    for action in model.actions.iter().filter(|a| a.name == "setParameter") {
        let Some((name, value)) = action.arguments.split_once(',') else { continue };
        let unquoted = |text: &str| text.trim().trim_matches(['\'', '"']).to_string();
        let parameter = network.parameters.iter_mut().find(|p| p.name == unquoted(name));
        if let (Some(parameter), Ok(value)) = (parameter, unquoted(value).parse()) {
            parameter.value = Expr::Number(value);
        }
    }
}

fn forget_amounts(network: &mut ReactionNetwork) {
    network.species.iter_mut().for_each(|s| s.initial = Expr::Number(0.0));
}

fn keep_common_observables(a: &mut ReactionNetwork, b: &mut ReactionNetwork) {
    let names = |network: &ReactionNetwork| -> Vec<String> {
        network.observables.iter().map(|o| o.name.clone()).collect()
    };
    let (ours, theirs) = (names(a), names(b));
    a.observables.retain(|o| theirs.contains(&o.name));
    b.observables.retain(|o| ours.contains(&o.name));
}

/// The options of the model's `generate_network`.
fn options(model: &RuleModel) -> GenerateOptions<'static> {
    let mut options = GenerateOptions::default();
    let Some(action) = model.actions.iter().find(|a| a.name == "generate_network") else { return options };
    let arguments: String = action.arguments.chars().filter(|c| !c.is_whitespace()).collect();
    let after = |key: &str| arguments.split_once(&format!("{key}=>")).map(|(_, rest)| rest);
    let number = |text: &str| -> Option<usize> {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    options.max_iterations = after("max_iter").and_then(number);
    options.max_molecules_per_species = after("max_agg").and_then(number);
    if let Some((list, _)) = after("max_stoich").and_then(|t| t.strip_prefix('{')?.split_once('}')) {
        for (name, max) in list.split(',').filter_map(|pair| pair.split_once("=>")) {
            let name = name.trim_matches(['\'', '"']).to_string();
            options.max_stoichiometry.push((name, max.parse().unwrap_or(u32::MAX)));
        }
    }
    options
}

fn print_table(rows: &BTreeMap<String, Row>) -> String {
    let mut text = HEADER.to_string();
    for (model, row) in rows {
        let _ = writeln!(text, "{model}\t{}\t{}\t{}", row.verdict, row.species, row.reactions);
    }
    text
}

fn read_table(text: &str) -> BTreeMap<String, Row> {
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [model, verdict, species, reactions] = fields.as_slice() else { return None };
        let row = Row {
            verdict: (*verdict).to_string(),
            species: species.parse().ok()?,
            reactions: reactions.parse().ok()?,
        };
        Some(((*model).to_string(), row))
    };
    text.lines().skip(1).filter_map(row).collect()
}
