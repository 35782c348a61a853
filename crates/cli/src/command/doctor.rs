//! `resurge doctor`: why a model is slow or fails.

mod causes;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use formats::sbml::from_network;
use model::ReactionSystem;
use simulate::{CompiledSystem, Look, SystemError, SystemRun, compile_system, conserved_pools};

use super::model_files::{ModelFiles, is_system, read_system};
use super::settings::{ToleranceArgs, parse_settings};
use super::simulate::sbml::{failure, set};
use super::{Answer, counted};
use crate::failure::Failure;
use crate::progress::Progress;
use causes::{extrapolated, jumps, origins, start_values};

/// Say why a model is slow or fails: fast states, jumps, conserved totals, where a number stops being finite
#[derive(Args)]
#[command(after_help = "\
Example:
  resurge doctor my.xml --t-end 100

The model runs to --t-end, or as far as it gets. Time scales are 1 / |d rate / d state| there: how fast a state
returns by itself after a push. Exit code 0 also when the model fails: the reason is the answer.")]
pub(super) struct DoctorArgs {
    /// An SBML (.xml, .sbml) or Antimony (.ant) file, BNGL files, or a .net file
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<PathBuf>,
    /// How far to run, in the time unit of the model
    #[arg(long, value_name = "T", default_value_t = 100.0)]
    t_end: f64,
    /// Change a parameter or an initial value (repeat as needed)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

/// So many lines of a kind are shown.
const MOST_LINES: usize = 5;
/// Time scales that differ by more make a model stiff: an explicit method would take so many steps too many.
const STIFF: f64 = 1e4;

pub(super) fn run(args: &DoctorArgs) -> Result<Answer, Failure> {
    args.tolerances.check()?;
    if !(args.t_end > 0.0 && args.t_end.is_finite()) {
        return Err(Failure::Option {
            option: "--t-end",
            value: args.t_end.to_string(),
            reason: "the model runs from 0 to a later time".to_string(),
            help: "for example --t-end 100".to_string(),
        });
    }
    let mut names = BTreeMap::new();
    let (mut system, remarks) = match args.models.as_slice() {
        [path] if is_system(path) => read_system(path)?,
        paths => {
            let made = ModelFiles::read(paths)?.network(20_000, 200_000)?;
            let system = from_network(&made.network);
            let species = system.species.iter().map(|s| s.id.clone());
            names = species.zip(made.network.species.iter().map(|s| s.name.clone())).collect();
            (system, made.remarks)
        }
    };
    parse_settings(&args.set)?.iter().try_for_each(|setting| set(&mut system, setting))?;
    let compiled = compile_system(&system).map_err(|e| failure("compile the model", &e))?;
    let defaults = SystemRun::default();
    let run = SystemRun {
        t_end: args.t_end,
        rtol: args.tolerances.rtol.unwrap_or(defaults.rtol),
        atol: args.tolerances.atol.or(defaults.atol),
        ..defaults
    };
    let progress = Progress::start("running the model");
    let renamed = |mut look: Look| {
        for (name, _) in &mut look.own_rates {
            if let Some(own) = names.get(name.as_str()) {
                name.clone_from(own);
            }
        }
        look
    };
    let result = compiled.look(&run);
    let mut text = format!(
        "{}, {}, {}, {}\n",
        counted(system.species.len(), "species"),
        counted(system.reactions.len(), "reaction"),
        counted(system.rules.len(), "rule"),
        counted(system.events.len(), "event"),
    );
    let mut advice = Vec::new();
    let look = match &result {
        Ok(look) => {
            let _ = writeln!(text, "runs to t = {} in {} steps", look.t, look.steps);
            Some(look.clone())
        }
        Err(error) => explain(&compiled, &system, &run, error, &mut text, &mut advice),
    };
    drop(progress);
    if let Some(look) = look.map(renamed) {
        time_scales(&look, &mut text, &mut advice);
    }
    pools(&system, &names, &mut text);
    discontinuities(&system, result.is_err(), &mut text, &mut advice);
    if !advice.is_empty() {
        text.push_str("what to try\n");
        advice.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    Ok(Answer { remarks, ..Answer::text(text) })
}

/// Why a run failed; a look at the last time that it reached.
fn explain(
    compiled: &CompiledSystem,
    system: &ReactionSystem,
    run: &SystemRun,
    error: &SystemError,
    text: &mut String,
    advice: &mut Vec<String>,
) -> Option<Look> {
    let _ = writeln!(text, "fails: {error}");
    if let Failure::Run { help, .. } = failure("run", error) {
        // The help of `simulate` sends people here.
        advice.push(help.split("; `resurge doctor").next().unwrap_or_default().to_string());
    }
    let looks = causes::time_of(error).map(|t| last_looks(compiled, run, t)).unwrap_or_default();
    let values = match looks.as_slice() {
        [before, last, ..] => {
            let _ = writeln!(text, "the last look is at t = {}", last.t);
            let fails_at = causes::time_of(error).unwrap_or(last.t);
            [last.values.iter().cloned().collect(), extrapolated(before, last, fails_at)].to_vec()
        }
        [only] => vec![only.values.iter().cloned().collect()],
        [] => vec![start_values(system)],
    };
    let t = looks.last().map_or(run.t_start, |look| look.t);
    let found = values.iter().map(|values| origins(system, values, t)).find(|found| !found.is_empty());
    if let Some(found) = found {
        text.push_str("where a number stops being finite\n");
        found.iter().take(MOST_LINES).for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    looks.last().cloned()
}

/// Two looks shortly before a time at which a run fails.
fn last_looks(compiled: &CompiledSystem, run: &SystemRun, t_fails: f64) -> Vec<Look> {
    let span = t_fails - run.t_start;
    let look = |share: f64| {
        let t_end = t_fails - share * span;
        compiled.look(&SystemRun { t_end, ..run.clone() }).ok()
    };
    // The nearest that works, and one twice as far away.
    [1e-9, 1e-6, 1e-4, 1e-2, 0.1, 0.5]
        .into_iter()
        .find_map(|share| Some(vec![look(2.0 * share)?, look(share)?]))
        .or_else(|| Some(vec![look(1.0)?]))
        .unwrap_or_default()
}

fn time_scales(look: &Look, text: &mut String, advice: &mut Vec<String>) {
    let (Some(fastest), Some(slowest)) = (look.own_rates.first(), look.own_rates.last()) else { return };
    let _ = writeln!(text, "time scales at t = {} (1 / |d rate / d state|)", look.t);
    let n = look.own_rates.len();
    let width = look.own_rates.iter().map(|r| r.0.chars().count()).max().unwrap_or(0).min(40);
    let line = |(name, rate): &(String, f64)| format!("  {name:width$}  {:.1e}\n", 1.0 / rate);
    if n <= 2 * MOST_LINES {
        look.own_rates.iter().for_each(|rate| text.push_str(&line(rate)));
    } else {
        look.own_rates[..MOST_LINES].iter().for_each(|rate| text.push_str(&line(rate)));
        let _ = writeln!(text, "  ... {} more ...", n - 2 * MOST_LINES);
        look.own_rates[n - MOST_LINES..].iter().for_each(|rate| text.push_str(&line(rate)));
    }
    let ratio = fastest.1 / slowest.1;
    if ratio > STIFF {
        let _ = writeln!(text, "  stiff: they differ by a factor of {ratio:.0e}");
        advice.push(format!(
            "{:?} is the fastest state: is its rate constant in the unit of time that you mean?",
            fastest.0
        ));
    }
}

fn pools(system: &ReactionSystem, names: &BTreeMap<String, String>, text: &mut String) {
    let pools = conserved_pools(system);
    if pools.is_empty() {
        return;
    }
    text.push_str("conserved totals (amounts)\n");
    for mut pool in pools.iter().take(MOST_LINES).cloned() {
        // What is added comes before what is taken away.
        pool.sort_by(|a, b| b.1.signum().total_cmp(&a.1.signum()));
        let mut line = String::new();
        for (i, (name, weight)) in pool.iter().enumerate() {
            let sign = match (i, *weight < 0.0) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            let factor = if weight.abs() == 1.0 { String::new() } else { format!("{} ", weight.abs()) };
            let _ = write!(line, "{sign}{factor}{}", names.get(name).unwrap_or(name));
        }
        let _ = writeln!(text, "  {line}");
    }
    if pools.len() > MOST_LINES {
        let _ = writeln!(text, "  and {} more", pools.len() - MOST_LINES);
    }
}

fn discontinuities(system: &ReactionSystem, failed: bool, text: &mut String, advice: &mut Vec<String>) {
    let jumps = jumps(system);
    if jumps.is_empty() {
        return;
    }
    text.push_str("rates that may jump\n");
    jumps.iter().take(MOST_LINES).for_each(|line| text.push_str(&format!("  {line}\n")));
    if jumps.len() > MOST_LINES {
        let _ = writeln!(text, "  and {} more", jumps.len() - MOST_LINES);
    }
    if failed {
        advice.push(
            "replace a jump by a steep smooth function, or by an event, and see whether it runs".to_string(),
        );
    }
}
