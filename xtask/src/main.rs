//! Automation of this workspace: `cargo xtask COMMAND`.
//!
//! One file per command. Everything is plain cargo underneath; nothing else needs to be installed.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program talks to a terminal and to nobody else"
)]

mod bench;
mod check;
mod cross_check;
mod fuzz;
mod layers;
mod setup;
mod test;
mod tidy;
mod web;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const HELP: &str = "\
cargo xtask COMMAND

  bench          how fast the engine is; into docs/benchmarks: with --peers other simulators, with --accuracy errors
                 of random parameters
  cross-check [NAME ...]
                 trajectories of the models of BioModels against libroadrunner and COPASI; into docs/conformance
  fuzz READER [MINUTES]
                 changed texts for a reader (sbml, antimony, bngl, net, sedml, omex, experiment) or all, 1 minute each
  check          what CI runs: format, clippy, tidy, tests
  test [--slow]  all tests; --slow adds the long ones
  tidy           crate edges, file sizes, documentation, data files
  layers         prints the crate graph and the edges that are not allowed
  web            builds the page of `resurge lab` (needs Node 20 or newer), if it is out of date
  setup          looks for what is needed and says how to get it
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let workspace = match Workspace::load() {
        Ok(workspace) => workspace,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let passed = match words.as_slice() {
        ["bench"] => bench::run(&workspace),
        ["bench", "--accuracy"] => bench::accuracy(&workspace),
        ["bench", "--peers"] => bench::peers(&workspace),
        ["cross-check", names @ ..] => cross_check::run(&workspace, names),
        ["fuzz", reader] => fuzz::run(&workspace, reader, "1"),
        ["fuzz", reader, minutes] => fuzz::run(&workspace, reader, minutes),
        ["check"] => check::run(&workspace),
        ["test"] => test::run(&workspace, test::Extent::Quick),
        ["test", "--slow"] => test::run(&workspace, test::Extent::Slow),
        ["tidy"] => tidy::run(&workspace),
        ["layers"] => layers::run(&workspace),
        ["setup"] => setup::run(),
        ["web"] => web::run(&workspace),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            true
        }
        other => {
            eprintln!("error: unknown command {:?}\n\n{HELP}", other.join(" "));
            return ExitCode::from(2);
        }
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
