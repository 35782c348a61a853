//! Lines of the blocks parameters, compartments and functions.

use model::{Compartment, Expr, Function, Parameter};

use super::codes;
use super::draft::{Draft, Kind, Scope};
use crate::cursor::{Cursor, excerpt, is_name, is_word};
use crate::expression::{expression, whole_expression};
use crate::report::Report;
use crate::source::Place;

/// Reads `[index] name [=] expression`.
pub(crate) fn parameter(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    cursor.skip_index();
    let place = cursor.place();
    let name = cursor.word();
    if !valid_name(name, "parameter", place, cursor, report) {
        return;
    }
    draft.declare(Kind::Parameter, name, place);
    cursor.skip_space();
    if cursor.eat("=") || cursor.eat(":") {
        cursor.skip_space();
    }
    if cursor.at_end() {
        let message = format!("parameter \"{name}\" has no value");
        report.error(cursor.place(), codes::PARAMETER_FORM, message, format!("write a value: {name} 1.0"));
        return;
    }
    let mut uses = Vec::new();
    let value = whole_expression(cursor, report, &mut uses).unwrap_or(Expr::Number(0.0));
    draft.add_uses(uses, Scope::Constant);
    let mut has_time = false;
    value.walk(&mut |part| has_time |= *part == Expr::Time);
    if has_time {
        let message = format!("parameter \"{name}\" depends on time");
        report.error(
            place,
            codes::PARAMETER_NOT_CONSTANT,
            message,
            format!("write a function: {name}() = ..."),
        );
    }
    draft.model.parameters.push(Parameter { name: name.to_string(), value });
}

/// Reads `[index] name dimension size [parent]`.
pub(crate) fn compartment(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    cursor.skip_index();
    let place = cursor.place();
    let name = cursor.word();
    if !valid_name(name, "compartment", place, cursor, report) {
        return;
    }
    cursor.skip_space();
    let dimension_place = cursor.place();
    let dimension = match cursor.chunk() {
        "2" => 2,
        "3" => 3,
        other => {
            let message = format!("dimension of compartment \"{name}\" is \"{}\"", excerpt(other));
            let help = "write 2 for a surface or 3 for a volume: CP 3 vol_CP PM";
            report.error(dimension_place, codes::COMPARTMENT_FORM, message, help);
            3
        }
    };
    let mut uses = Vec::new();
    let size = expression(cursor, report, &mut uses).unwrap_or(Expr::Number(1.0));
    draft.add_uses(uses, Scope::Constant);
    cursor.skip_space();
    let parent_place = cursor.place();
    let parent = cursor.word();
    cursor.skip_space();
    if !cursor.at_end() {
        let message = format!("unexpected \"{}\" after compartment \"{name}\"", excerpt(cursor.rest()));
        report.error(cursor.place(), codes::COMPARTMENT_FORM, message, "write: name dimension size parent");
    }
    draft.declare(Kind::Compartment, name, place);
    draft.compartment_places.push(if parent.is_empty() { place } else { parent_place });
    let parent = (!parent.is_empty()).then(|| parent.to_string());
    draft.model.compartments.push(Compartment { name: name.to_string(), dimension, size, parent });
}

/// Reads `[index] name[(arguments)] [=] expression`.
pub(crate) fn function(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    cursor.skip_index();
    let place = cursor.place();
    let name = cursor.word();
    if !valid_name(name, "function", place, cursor, report) {
        return;
    }
    draft.declare(Kind::Function, name, place);
    cursor.skip_space();
    let Some(arguments) = function_arguments(name, cursor, report) else { return };
    cursor.skip_space();
    if cursor.eat("=") || cursor.eat(":") {
        cursor.skip_space();
    }
    if cursor.at_end() {
        let message = format!("function \"{name}\" has no expression");
        report.error(cursor.place(), codes::FUNCTION_FORM, message, format!("write: {name}() = expression"));
        return;
    }
    let mut uses = Vec::new();
    let body = whole_expression(cursor, report, &mut uses).unwrap_or(Expr::Number(0.0));
    draft.add_uses(uses, Scope::Function(draft.model.functions.len()));
    draft.model.functions.push(Function { name: name.to_string(), arguments, body });
}

fn function_arguments(name: &str, cursor: &mut Cursor<'_>, report: &mut Report<'_>) -> Option<Vec<String>> {
    let mut arguments = Vec::new();
    if !cursor.eat("(") {
        return Some(arguments);
    }
    loop {
        cursor.skip_space();
        let argument = cursor.word();
        cursor.skip_space();
        if is_name(argument) {
            arguments.push(argument.to_string());
        }
        let empty_list = argument.is_empty() && arguments.is_empty() && cursor.peek() == Some(')');
        if !is_name(argument) && !empty_list {
            break;
        }
        if cursor.eat(")") {
            return Some(arguments);
        }
        if !cursor.eat(",") {
            break;
        }
    }
    let message =
        format!("arguments of function \"{name}\" are not names, at \"{}\"", excerpt(cursor.rest()));
    report.error(cursor.place(), codes::FUNCTION_FORM, message, format!("write: {name}(x) = expression"));
    None
}

/// Whether a word is a usable name; reports it if not.
pub(crate) fn valid_name(
    name: &str,
    kind: &str,
    place: Place,
    cursor: &Cursor<'_>,
    report: &mut Report<'_>,
) -> bool {
    let has_letter = name.chars().any(|c| c.is_ascii_alphabetic() || c == '_');
    if has_letter && !cursor.peek().is_some_and(|c| c.is_alphanumeric() && !is_word(c)) {
        return true;
    }
    let shown = excerpt(&format!("{name}{}", cursor.rest().split_whitespace().next().unwrap_or("")));
    let message = format!("\"{shown}\" is not a {kind} name");
    report.error(place, codes::INVALID_NAME, message, "use letters, digits and underscores, a letter first");
    false
}
