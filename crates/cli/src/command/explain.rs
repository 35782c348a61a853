//! `resurge explain`: what is known about a name, and from where.

use clap::Args;

use super::Answer;
use super::settings::{LibraryArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::failure::Failure;

/// Say what is known about a finding, drug, parameter, rule or error code, and from where
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge explain AZD8055
  resurge explain A-008
  resurge explain BNGL0002
  resurge explain 2              an exit code")]
pub(super) struct ExplainArgs {
    /// A code, id or name
    #[arg(value_name = "CODE")]
    name: String,
    #[command(flatten)]
    library: LibraryArgs,
}

const EXIT_CODES: [(&str, &str, &str); 5] = [
    (
        "0",
        "all is well",
        "The command did what was asked. With `check`: every finding that ran is supported.",
    ),
    (
        "1",
        "a finding is not supported",
        "`check` ran, and at least one finding is contradicted or inconclusive. The output lists each with the numbers of the model.",
    ),
    (
        "2",
        "bad input or a failed run",
        "A file, name, option or model cannot be used, a simulation failed, or a place cannot be written. Nothing partial was written. The message says what to change.",
    ),
    (
        "3",
        "a bug",
        "The program met a situation that should not exist. Please report it with the message, the command and the files.",
    ),
    ("130", "stopped with Ctrl-C", "Nothing partial is left behind."),
];

pub(super) fn run(args: &ExplainArgs) -> Result<Answer, Failure> {
    if let Some((code, title, text)) = find_code(&args.name) {
        return Ok(Answer::text(format!("{code}: {title}\n\n{}\n", fill(text))));
    }
    let bench = OpenBench::open(&args.library.source(&ToleranceArgs::default())?)?;
    match bench.explain(&args.name) {
        Some(text) => Ok(Answer { remarks: bench.remarks(), ..Answer::text(text) }),
        None => Err(Failure::unknown_name(
            "name",
            &args.name,
            bench.names().iter().map(String::as_str),
            "resurge list",
        )),
    }
}

/// A diagnostic or exit code.
fn find_code(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let tables = [
        formats::antimony::CODES,
        formats::bngl::CODES,
        formats::net::CODES,
        formats::sbml::CODES,
        formats::sedml::CODES,
        rules::CODES,
        pathway::CODES,
        &EXIT_CODES,
    ];
    tables.into_iter().flatten().find(|(code, ..)| code.eq_ignore_ascii_case(name)).copied()
}

/// One paragraph in lines of at most 90 characters.
pub(crate) fn fill(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 90 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines.join("\n")
}
