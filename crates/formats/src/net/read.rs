//! Reads a `.net` file.

use std::collections::BTreeMap;

use model::{
    Diagnostic, Expr, Function, NetworkObservable, Parameter, Parsed, Reaction, ReactionNetwork, Severity,
    Species, SpeciesIdx,
};

use super::codes;
use super::rate::{rate, reaction_help};
use crate::bngl::{codes as bngl_codes, constants};
use crate::cursor::{Cursor, excerpt, is_word};
use crate::expression::{NameUse, whole_expression};
use crate::report::Report;
use crate::source::{Lines, Place, Source, decode};

/// Reads a network.
pub fn parse(source: Source<'_>) -> Parsed<ReactionNetwork> {
    let lines = Lines::new(&[source]);
    let mut report = Report::new(&lines);
    let mut reader = Reader::default();
    reader.read(&lines, &mut report);
    reader.resolve(&mut report);
    Parsed { value: reader.network, diagnostics: report.finish(bngl_codes::TOO_MANY) }
}

/// Reads a network from bytes; bytes that are not UTF-8 are replaced.
pub fn parse_bytes(name: &str, bytes: &[u8]) -> Parsed<ReactionNetwork> {
    let (text, broken) = decode(bytes);
    let mut parsed = parse(Source::new(name, &text));
    if let Some(line) = broken {
        let location = model::Location { file: name.to_string(), line, column: 1 };
        let warning = Diagnostic::warning(bngl_codes::NOT_UTF8, "the file is not UTF-8 text")
            .at(location)
            .help("save the file as UTF-8");
        parsed.diagnostics.insert(0, warning);
    }
    parsed
}

#[derive(Default)]
struct Reader {
    network: ReactionNetwork,
    uses: Vec<NameUse>,
    /// Names of parameters, functions and groups, with their first place and whether that is a group.
    names: BTreeMap<String, (Place, bool)>,
    /// Species numbers used, to be checked when all species are known.
    numbers: Vec<(usize, Place)>,
}

impl Reader {
    fn read(&mut self, lines: &Lines, report: &mut Report<'_>) {
        let mut block: Option<(String, Place)> = None;
        for (index, line) in lines.lines.iter().enumerate() {
            let mut cursor = Cursor::new(line, index);
            cursor.skip_space();
            let place = cursor.place();
            let words: Vec<&str> = line.text.split_whitespace().take(3).collect();
            match words.as_slice() {
                ["begin" | "end", "model"] => {}
                ["begin", name @ ..] => {
                    let name = name.join(" ");
                    note_block(&name, place, report);
                    block = Some((name, place));
                }
                ["end", ..] => {
                    if block.take().is_none() {
                        let message = format!("\"{}\" without a begin", excerpt(&line.text));
                        report.error(place, codes::BLOCK, message, "remove it");
                    }
                }
                _ => match &block {
                    Some((name, _)) => self.line(name.as_str(), &mut cursor, &line.comment, report),
                    None => outside(&mut cursor, report),
                },
            }
        }
        if let Some((name, place)) = block {
            let message = format!("the file ends inside the block \"{name}\"");
            report.error(place, codes::BLOCK, message, format!("write \"end {name}\""));
        }
    }

    fn line(&mut self, block: &str, cursor: &mut Cursor<'_>, comment: &str, report: &mut Report<'_>) {
        match block {
            "parameters" => {
                if let Some((name, value)) = self.definition(cursor, report) {
                    self.network.parameters.push(Parameter { name, value });
                }
            }
            "functions" => {
                if let Some((name, body)) = self.definition(cursor, report) {
                    self.network.functions.push(Function { name, arguments: Vec::new(), body });
                }
            }
            "species" => self.species(cursor, report),
            "reactions" => {
                if let Some(reaction) = self.reaction(cursor, comment, report) {
                    self.network.reactions.push(reaction);
                }
            }
            "groups" => self.group(cursor, report),
            _ => {}
        }
    }

    /// `[index] name[()] [=] expression`
    fn definition(&mut self, cursor: &mut Cursor<'_>, report: &mut Report<'_>) -> Option<(String, Expr)> {
        cursor.skip_index();
        let place = cursor.place();
        let name = cursor.word().to_string();
        if name.is_empty() {
            let message = format!("expected a name, found \"{}\"", excerpt(cursor.rest()));
            report.error(place, bngl_codes::INVALID_NAME, message, "write: index name expression");
            return None;
        }
        self.declare(&name, false, place, report);
        cursor.eat("()");
        cursor.skip_space();
        if cursor.eat("=") {
            cursor.skip_space();
        }
        let value = whole_expression(cursor, report, &mut self.uses)?;
        Some((name, value))
    }

    fn declare(&mut self, name: &str, is_group: bool, place: Place, report: &mut Report<'_>) {
        let Some((first, first_is_group)) = self.names.insert(name.to_string(), (place, is_group)) else {
            return;
        };
        let first = report.lines().location(first);
        if is_group == first_is_group {
            let help = format!("remove one of the two; the first is at {first}");
            report.error(place, codes::DUPLICATE, format!("\"{name}\" is defined twice"), help);
        } else {
            // Old versions of BioNetGen wrote such files.
            let message = format!("\"{name}\" is the name of a group and of a parameter or function");
            report.warn(
                place,
                codes::DUPLICATE,
                message,
                format!("rename one of the two; the first is at {first}"),
            );
        }
    }

    /// `[index] name amount`
    fn species(&mut self, cursor: &mut Cursor<'_>, report: &mut Report<'_>) {
        cursor.skip_index();
        let place = cursor.place();
        let written = cursor.chunk();
        let name = written.replace('$', "");
        cursor.skip_space();
        if cursor.at_end() || name.is_empty() {
            let message = format!("species \"{}\" has no amount", excerpt(written));
            report.error(place, codes::SPECIES_FORM, message, "write: index name amount");
        }
        let initial = if cursor.at_end() { None } else { whole_expression(cursor, report, &mut self.uses) };
        let initial = initial.unwrap_or(Expr::Number(0.0));
        self.network.species.push(Species { name, initial, fixed: written.contains('$') });
    }

    /// `[index] reactants products rate`
    fn reaction(
        &mut self,
        cursor: &mut Cursor<'_>,
        comment: &str,
        report: &mut Report<'_>,
    ) -> Option<Reaction> {
        let place = cursor.place();
        let line = cursor.rest();
        // The index is taken by position: `0 1 k` without an index would be ambiguous.
        let index = cursor.chunk();
        cursor.skip_space();
        let reactants = self.numbers(cursor);
        cursor.skip_space();
        let products = self.numbers(cursor);
        let (true, Some(reactants), Some(products)) = (index.parse::<u64>().is_ok(), reactants, products)
        else {
            let message = "reaction is not understood".to_string();
            report.error(place, codes::REACTION_FORM, message, reaction_help(line));
            return None;
        };
        cursor.skip_space();
        if cursor.at_end() {
            let message = format!("reaction {} has no rate", excerpt(index));
            report.error(cursor.place(), codes::REACTION_FORM, message, reaction_help(line));
            return None;
        }
        let (factor, rate) = rate(cursor, report, &mut self.uses)?;
        let rule = comment.split_whitespace().next().unwrap_or("").to_string();
        Some(Reaction { reactants, products, factor, rate, rule })
    }

    /// Species numbers joined by commas; `0` means none.
    fn numbers(&mut self, cursor: &mut Cursor<'_>) -> Option<Vec<SpeciesIdx>> {
        let place = cursor.place();
        let mut species = Vec::new();
        for number in cursor.chunk().split(',') {
            let number: usize = number.parse().ok()?;
            if number > 0 {
                self.numbers.push((number, place));
                species.push(SpeciesIdx(number - 1));
            }
        }
        Some(species)
    }

    /// `[index] name [weight*]number,...`
    fn group(&mut self, cursor: &mut Cursor<'_>, report: &mut Report<'_>) {
        let mut words = cursor.clone();
        let first = words.take_while(|c| c.is_ascii_digit());
        if !first.is_empty() && words.peek().is_some_and(char::is_whitespace) {
            *cursor = words;
            cursor.skip_space();
        }
        let place = cursor.place();
        let name = cursor.word().to_string();
        cursor.skip_space();
        let mut terms: BTreeMap<usize, f64> = BTreeMap::new();
        for text in cursor.rest().split(',').map(str::trim).filter(|t| !t.is_empty()) {
            let (weight, number) = text.split_once('*').unwrap_or(("1", text));
            match (weight.trim().parse::<f64>(), number.trim().parse::<usize>()) {
                (Ok(weight), Ok(number)) if number > 0 && weight.is_finite() => {
                    *terms.entry(number - 1).or_default() += weight;
                    self.numbers.push((number, place));
                }
                _ => {
                    let message = format!("term \"{}\" of group \"{name}\" is not understood", excerpt(text));
                    report.error(cursor.place(), codes::GROUP_FORM, message, "write: index name 1,2*3");
                }
            }
        }
        if !name.chars().any(is_word) {
            report.error(
                place,
                codes::GROUP_FORM,
                "group without a name".to_string(),
                "write: index name 1,2*3",
            );
            return;
        }
        self.declare(&name, true, place, report);
        let terms = terms.into_iter().map(|(i, weight)| (SpeciesIdx(i), weight)).collect();
        self.network.observables.push(NetworkObservable { name, terms });
    }

    /// Checks names and species numbers, and replaces constants by their values.
    fn resolve(&mut self, report: &mut Report<'_>) {
        let n_species = self.network.species.len();
        for (number, place) in self.numbers.iter().filter(|(number, _)| *number > n_species) {
            let message = format!("there is no species {number}");
            report.error(*place, codes::SPECIES_NUMBER, message, format!("the file has {n_species} species"));
        }
        for used in self.uses.iter().filter(|used| !self.names.contains_key(&used.name)) {
            if constants::value(&used.name).is_some() || constants::is_time(&used.name) || report.is_full() {
                continue;
            }
            let known = self.names.keys().map(String::as_str);
            let help = model::did_you_mean(&used.name, known, "define it as a parameter, function or group");
            report.error(
                used.place,
                codes::UNDEFINED_NAME,
                format!("\"{}\" is not defined", used.name),
                help,
            );
        }
        let names = &self.names;
        constants::replace_in_network(&mut self.network, &|name| names.contains_key(name));
        drop_bad_species(&mut self.network);
    }
}

/// Leaves no species index behind that does not exist.
fn drop_bad_species(network: &mut ReactionNetwork) {
    let n = network.species.len();
    for reaction in &mut network.reactions {
        reaction.reactants.retain(|s| s.0 < n);
        reaction.products.retain(|s| s.0 < n);
    }
    for observable in &mut network.observables {
        observable.terms.retain(|(s, _)| s.0 < n);
    }
}

fn note_block(name: &str, place: Place, report: &mut Report<'_>) {
    match name {
        "parameters" | "functions" | "species" | "reactions" | "groups" => {}
        "molecule types" | "observables" | "reaction rules" | "compartments" | "energy patterns" => {
            let message = format!("the block \"{name}\" is not needed and is skipped");
            let note = Diagnostic::warning(codes::SKIPPED_BLOCK, message);
            report.add(place, Diagnostic { severity: Severity::Note, ..note });
        }
        _ => {
            let known = ["parameters", "functions", "species", "reactions", "groups"];
            let help = model::did_you_mean(
                name,
                known,
                "blocks are parameters, functions, species, reactions, groups",
            );
            report.error(place, codes::BLOCK, format!("unknown block \"{}\"", excerpt(name)), help);
        }
    }
}

/// Settings such as `substanceUnits("Number");` may stand outside of blocks.
fn outside(cursor: &mut Cursor<'_>, report: &mut Report<'_>) {
    let place = cursor.place();
    let name = cursor.word();
    cursor.skip_space();
    if name.is_empty() || !cursor.eat("(") {
        let message = format!("\"{}{}\" stands outside of every block", name, excerpt(cursor.rest()));
        report.error(place, codes::BLOCK, message, "put it between \"begin BLOCK\" and \"end BLOCK\"");
    }
}
