//! `resurge`: the program.
//!
//! It reads files and arguments, asks the libraries, and shows what they answer. Nothing here knows biology.
//!
//! - `command`: one file per subcommand, arguments and help text included
//! - `view`: what outputs show, as plain values
//! - `draw`, `figure`, `report`, `table`, `record`: the same values as words, pictures, pages, CSV, JSON
//! - `input`, `output`: files in, files out (whole or not at all)
//! - `conformance`: test suites of others, and their rules of comparison
//! - `sedml`: simulation experiments and COMBINE archives
//! - `failure`, `excerpt`, `interrupt`, `progress`: what a person sees when things go wrong or take long

mod actions;
mod bench;
mod cohort;
mod command;
mod comparison;
mod conformance;
mod dose;
mod draw;
mod excerpt;
mod failure;
mod figure;
mod input;
mod interrupt;
mod output;
mod progress;
mod record;
mod report;
mod sedml;
mod table;
mod view;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use command::{Answer, Cli};
use failure::{EXIT_BUG, Failure};

fn main() -> ExitCode {
    interrupt::install();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic
            .payload()
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.payload().downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let text = excerpt::render_plain(
            &format!("this is a bug in resurge {}: {what} ({place})", env!("CARGO_PKG_VERSION")),
            "please report it with this message, the command and the files; no result was written",
        );
        // Nothing can be done if stderr is gone as well.
        let _ = write!(anstream::stderr(), "{text}");
    }));
    let cli = Cli::parse();
    let code = match std::panic::catch_unwind(|| command::run(cli).and_then(show)) {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            let _ = write!(anstream::stderr(), "{}", failure.render());
            failure.exit_code()
        }
        Err(_) => {
            interrupt::discard();
            EXIT_BUG
        }
    };
    ExitCode::from(code)
}

/// Remarks to stderr, the answer to stdout, in one piece each.
fn show(answer: Answer) -> Result<u8, Failure> {
    write!(anstream::stderr(), "{}", answer.remarks)?;
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(answer.text.as_bytes())?;
    stdout.flush()?;
    Ok(answer.code)
}
