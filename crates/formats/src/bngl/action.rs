//! Lines outside of blocks and in the actions block: actions and settings.

use model::Action;

use super::{codes, quantities};
use crate::bngl::draft::Draft;
use crate::cursor::{Cursor, excerpt};
use crate::report::Report;

/// Actions that BioNetGen knows.
const ACTIONS: [&str; 44] = [
    "addConcentration",
    "bifurcate",
    "exit",
    "generate_hybrid_model",
    "generate_network",
    "LinearParameterSensitivity",
    "parameter_scan",
    "quit",
    "readFile",
    "readModel",
    "readNetwork",
    "readSBML",
    "resetConcentrations",
    "resetParameters",
    "saveConcentrations",
    "saveParameters",
    "setConcentration",
    "setOption",
    "setParameter",
    "setVolume",
    "setModelName",
    "simulate",
    "simulate_nf",
    "simulate_ode",
    "simulate_pla",
    "simulate_protocol",
    "simulate_psa",
    "simulate_ssa",
    "substanceUnits",
    "version",
    "visualize",
    "writeBNGL",
    "writeCPYfile",
    "writeFile",
    "writeLatex",
    "writeMDL",
    "writeMexfile",
    "writeMfile",
    "writeModel",
    "writeNET",
    "writeNetwork",
    "writeSBML",
    "writeSBMLMulti",
    "writeXML",
];

/// Settings that describe the model rather than act on it.
const SETTINGS: [&str; 4] = ["setOption", "version", "substanceUnits", "setModelName"];

/// Reads a line outside of every block.
pub(crate) fn outside_line(
    in_model: bool,
    cursor: &mut Cursor<'_>,
    draft: &mut Draft,
    report: &mut Report<'_>,
) {
    let word = cursor.peek_word();
    let is_parameter = ["parameter", "param", "par"].iter().any(|p| p.eq_ignore_ascii_case(word));
    if is_parameter && cursor.rest()[word.len()..].starts_with(char::is_whitespace) {
        cursor.advance(word.len());
        quantities::parameter(cursor, draft, report);
        return;
    }
    let looks_like_action = !word.is_empty() && cursor.rest()[word.len()..].trim_start().starts_with('(');
    if looks_like_action {
        action_line(cursor, draft, report);
        return;
    }
    let message = format!("\"{}\" stands outside of every block", excerpt(cursor.rest()));
    // Behind the model, as in BioNetGen, such a line does no harm: often it continues a comment.
    match model::closest_name(word, ["begin", "end"]) {
        Some(meant) => {
            report.error(cursor.place(), codes::STRAY_LINE, message, format!("did you mean \"{meant}\"?"));
        }
        None if in_model => {
            let help = "put it between \"begin BLOCK\" and \"end BLOCK\"";
            report.error(cursor.place(), codes::STRAY_LINE, message, help);
        }
        None => {
            report.warn(
                cursor.place(),
                codes::STRAY_LINE,
                format!("{message} and is ignored"),
                "start a comment with #",
            );
        }
    }
}

/// Reads an action or a setting.
pub(crate) fn action_line(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    let Some(action) = action(cursor, report) else { return };
    if SETTINGS.contains(&action.name.as_str()) {
        setting(&action, draft);
    } else {
        draft.model.actions.push(action);
    }
}

/// Reads a line of the protocol block, which a parameter scan runs at each point.
pub(crate) fn protocol_line(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    if let Some(action) = action(cursor, report) {
        draft.model.protocol.push(action);
    }
}

fn action(cursor: &mut Cursor<'_>, report: &mut Report<'_>) -> Option<Action> {
    cursor.skip_index();
    let place = cursor.place();
    let name = cursor.word();
    cursor.skip_space();
    let rest = cursor.rest().trim_end().trim_end_matches(';').trim_end();
    let arguments = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')'));
    let Some(arguments) = arguments.filter(|_| !name.is_empty()) else {
        let shown = if name.is_empty() { excerpt(rest) } else { name.to_string() };
        let message = format!("\"{shown}\" is not an action with arguments in parentheses");
        let help = "write NAME({option=>value,...}) on one line; a line ending in \\ goes on in the next";
        report.error(place, codes::ACTION_FORM, message, help);
        return None;
    };
    if !ACTIONS.contains(&name) {
        let help =
            model::did_you_mean(name, ACTIONS, "check the spelling; the action is kept but not understood");
        report.warn(place, codes::UNKNOWN_ACTION, format!("unknown action \"{name}\""), help);
    }
    if let Err(reason) = super::arguments(arguments) {
        let help = "write values separated by commas, or {name=>value,...}";
        report.warn(place, codes::ARGUMENT_FORM, format!("arguments of \"{name}\": {reason}"), help);
    }
    let location = report.lines().location(place);
    Some(Action { name: name.to_string(), arguments: arguments.to_string(), location })
}

/// Keeps a setting as pairs of name and value; `setOption` may hold several pairs.
fn setting(action: &Action, draft: &mut Draft) {
    let values: Vec<String> =
        action.arguments.split(',').map(|v| v.trim().trim_matches(['"', '\'']).to_string()).collect();
    if action.name != "setOption" {
        draft.model.options.push((action.name.clone(), values.join(",")));
        return;
    }
    for pair in values.chunks(2) {
        draft.model.options.push((pair[0].clone(), pair.get(1).cloned().unwrap_or_default()));
    }
}
