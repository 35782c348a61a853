//! The frame of a file: which block a line belongs to.

use model::{Diagnostic, Severity};

use super::{action, codes, molecules, quantities, rule};
use crate::bngl::draft::Draft;
use crate::cursor::{Cursor, excerpt};
use crate::report::Report;
use crate::source::Place;

/// Blocks that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Parameters,
    Compartments,
    MoleculeTypes,
    PopulationTypes,
    SeedSpecies,
    Observables,
    Functions,
    EnergyPatterns,
    Rules,
    Actions,
    Protocol,
    /// Not understood or not supported: its lines are skipped.
    Skipped,
}

const BLOCKS: [(&str, Block); 13] = [
    ("parameters", Block::Parameters),
    ("compartments", Block::Compartments),
    ("molecule types", Block::MoleculeTypes),
    ("population types", Block::PopulationTypes),
    ("energy patterns", Block::EnergyPatterns),
    ("seed species", Block::SeedSpecies),
    ("species", Block::SeedSpecies),
    ("observables", Block::Observables),
    ("functions", Block::Functions),
    ("reaction rules", Block::Rules),
    ("rules", Block::Rules),
    ("actions", Block::Actions),
    ("protocol", Block::Protocol),
];

/// Only the action `generate_hybrid_model` looks into this block.
const HYBRID_ONLY: &str = "population maps";

/// The open block of a file.
struct Open {
    name: String,
    block: Block,
    place: Place,
}

/// Reads all lines of all files into the draft.
pub(crate) fn read(draft: &mut Draft, report: &mut Report<'_>) {
    let lines = report.lines();
    let mut frame = Frame::default();
    let mut source = 0;
    for (index, line) in lines.lines.iter().enumerate() {
        if line.source != source {
            frame.end_file(report, source);
            source = line.source;
        }
        let mut cursor = Cursor::new(line, index);
        cursor.skip_space();
        frame.line(&mut cursor, draft, report);
    }
    frame.end_file(report, source);
}

#[derive(Default)]
struct Frame {
    open: Option<Open>,
    model: Option<Place>,
    n_models: usize,
}

impl Frame {
    fn line(&mut self, cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
        let place = cursor.place();
        let words: Vec<&str> = cursor.rest().trim_end_matches(';').split_whitespace().take(4).collect();
        match words.as_slice() {
            ["begin", name @ ..] => self.begin(&name.join(" "), place, draft, report),
            ["end", name @ ..] => self.end(&name.join(" "), place, report),
            _ => match self.open.as_ref().map(|open| open.block) {
                Some(block) => block_line(block, cursor, draft, report),
                None => action::outside_line(self.model.is_some(), cursor, draft, report),
            },
        }
    }

    fn begin(&mut self, written: &str, place: Place, draft: &mut Draft, report: &mut Report<'_>) {
        self.close_unfinished(place, report);
        if written == "model" {
            self.n_models += 1;
            if self.n_models > 1 {
                let message = "second \"begin model\" in one file".to_string();
                report.error(
                    place,
                    codes::SECOND_MODEL,
                    message,
                    "write the second model into a file of its own",
                );
            }
            self.model = Some(place);
            return;
        }
        let block = find_block(written, place, report);
        if block == Block::MoleculeTypes {
            draft.model.types_declared = true;
        }
        self.open = Some(Open { name: plain_name(written), block, place });
    }

    fn end(&mut self, written: &str, place: Place, report: &mut Report<'_>) {
        if written == "model" {
            self.close_unfinished(place, report);
            if self.model.take().is_none() {
                let message = "\"end model\" without \"begin model\"".to_string();
                report.error(place, codes::BLOCK_ORDER, message, "remove it, or write \"begin model\" first");
            }
            return;
        }
        match self.open.take() {
            Some(open) if open.name == plain_name(written) => {}
            Some(open) => {
                let message = format!("\"end {written}\" closes the block \"{}\"", open.name);
                let line = report.lines().location(open.place).line;
                let help = format!("write \"end {}\": the block begins in line {line}", open.name);
                report.error(place, codes::BLOCK_ORDER, message, help);
            }
            None => {
                let message = format!("\"end {written}\" without \"begin {written}\"");
                report.error(
                    place,
                    codes::BLOCK_ORDER,
                    message,
                    format!("remove it, or write \"begin {written}\" first"),
                );
            }
        }
    }

    fn close_unfinished(&mut self, place: Place, report: &mut Report<'_>) {
        if let Some(open) = self.open.take() {
            let line = report.lines().location(open.place).line;
            let message = format!("the block \"{}\" of line {line} is not closed", open.name);
            report.error(
                place,
                codes::BLOCK_ORDER,
                message,
                format!("write \"end {}\" before this line", open.name),
            );
        }
    }

    fn end_file(&mut self, report: &mut Report<'_>, source: usize) {
        let frame = std::mem::take(self);
        let end = |name: &str, begin: Place, report: &Report<'_>| {
            let line = report.lines().location(begin).line;
            let message = format!("the file ends, but \"begin {name}\" of line {line} is not closed");
            Diagnostic::error(codes::BLOCK_ORDER, message)
                .help(format!("write \"end {name}\" at the end"))
                .at(report.lines().end_of(source))
        };
        // BioNetGen accepts a model without its end; a block without its end may have lost lines.
        let diagnostic = match (&frame.open, frame.model) {
            (Some(open), _) => Some((end(&open.name, open.place, report), open.place)),
            (None, Some(place)) => {
                let error = end("model", place, report);
                Some((Diagnostic { severity: Severity::Warning, ..error }, place))
            }
            (None, None) => None,
        };
        if let Some((diagnostic, place)) = diagnostic {
            report.add(Place { line: place.line, offset: u32::MAX }, diagnostic);
        }
    }
}

/// A block name with single spaces; old files write underscores.
fn plain_name(written: &str) -> String {
    let name = written.to_ascii_lowercase().replace('_', " ");
    match name.as_str() {
        "molecule type" | "function" | "parameter" | "observable" | "compartment" | "reaction rule"
        | "action" | "energy pattern" | "population type" | "population map" => {
            format!("{name}s")
        }
        _ => name,
    }
}

fn find_block(written: &str, place: Place, report: &mut Report<'_>) -> Block {
    let name = plain_name(written);
    if let Some((_, block)) = BLOCKS.iter().find(|(known, _)| *known == name) {
        if written.len() < name.len() {
            let message = format!("the block is called \"{name}\", not \"{written}\"");
            report.warn(place, codes::SINGULAR_BLOCK, message, format!("write \"begin {name}\""));
        }
        return *block;
    }
    if name == HYBRID_ONLY {
        let message = format!("the block \"{name}\" is not used: it is for generate_hybrid_model only");
        let help = "nothing to do: networks and simulations do not depend on it";
        report.warn(place, codes::UNUSED_BLOCK, message, help);
    } else if name == "reactions" || name == "groups" {
        let message = format!("the block \"{name}\" belongs to a .net file");
        report.error(
            place,
            codes::NETWORK_BLOCK,
            message,
            "read the file as .net, or write rules and observables",
        );
    } else {
        let known = BLOCKS.iter().map(|(known, _)| *known);
        let help =
            model::did_you_mean(&name, known, "see \"resurge explain BNGL0003\" for the names of blocks");
        report.error(place, codes::UNKNOWN_BLOCK, format!("unknown block \"{}\"", excerpt(written)), help);
    }
    Block::Skipped
}

fn block_line(block: Block, cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    match block {
        Block::Parameters => quantities::parameter(cursor, draft, report),
        Block::Compartments => quantities::compartment(cursor, draft, report),
        Block::Functions => quantities::function(cursor, draft, report),
        Block::MoleculeTypes => molecules::molecule_type(false, cursor, draft, report),
        Block::PopulationTypes => molecules::molecule_type(true, cursor, draft, report),
        Block::EnergyPatterns => molecules::energy_pattern(cursor, draft, report),
        Block::SeedSpecies => molecules::seed_species(cursor, draft, report),
        Block::Observables => molecules::observable(cursor, draft, report),
        Block::Rules => rule::rule(cursor, draft, report),
        Block::Actions => action::action_line(cursor, draft, report),
        Block::Protocol => action::protocol_line(cursor, draft, report),
        Block::Skipped => {}
    }
}
