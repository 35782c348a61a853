//! `resurge lab`: the virtual bench as a web page of this computer.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use clap::Args;

use super::Answer;
use super::settings::{LibraryArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::failure::Failure;

/// Open the virtual bench in the browser: cells, drugs, curves, blot, findings
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge lab
  resurge lab --port 8420 --no-open

The page is served by this program on this computer and needs no network. Its address holds a token that is
new with each start: no other page or program can use the lab without it. Ctrl-C ends the lab.")]
pub(super) struct LabArgs {
    /// Port to listen on [default: any that is free]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Only print the address, do not open the browser
    #[arg(long)]
    no_open: bool,
    /// Listen on another address than this computer's own: everybody who can reach it and has the token can use it
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    /// Seconds after which a single answer is given up
    #[arg(long, value_name = "S", default_value_t = 30)]
    time_limit: u64,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

pub(super) fn run(args: &LabArgs) -> Result<Answer, Failure> {
    args.tolerances.check()?;
    let (bench, settings, remarks) = OpenBench::open(&args.library.source(&args.tolerances)?)?.into_parts();
    write!(anstream::stderr(), "{remarks}")?;
    let address = args.address.unwrap_or(Ipv4Addr::LOCALHOST.into());
    if !address.is_loopback() {
        writeln!(
            anstream::stderr(),
            "warning: the lab listens on {address}: it can be reached from other computers, without encryption"
        )?;
    }
    let options = lab::Options {
        address,
        port: args.port,
        settings,
        time_limit: Duration::from_secs(args.time_limit.max(1)),
        ..lab::Options::default()
    };
    let ready = |url: &str| {
        // Nothing can be done if the terminal is gone; the lab works all the same.
        let _ = writeln!(anstream::stdout(), "The lab is open at\n\n  {url}\n\nCtrl-C ends it.");
        if !args.no_open {
            lab::open_browser(url);
        }
    };
    lab::serve(bench, options, ready).map_err(|e| Failure::Run {
        message: format!("failed to {e}"),
        help: "choose another --port or --address".to_string(),
    })?;
    Ok(Answer::text(""))
}
