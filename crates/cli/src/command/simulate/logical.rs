//! Logical models (SBML package qual): levels after whole numbers of updates.

use std::path::Path;

use formats::{Source, sbml};
use model::logical::LogicalModel;
use simulate::run_logical;

use super::super::{Answer, counted};
use super::{Method, SimulateArgs, rows, unknown_column, write};
use crate::failure::{Failure, nearest};
use crate::input::{gate, read_text};

/// Runs a logical model; `None` for a file that holds another kind of model.
pub(super) fn run(
    path: &Path,
    args: &SimulateArgs,
    settings: &[(String, f64)],
) -> Result<Option<Answer>, Failure> {
    let file = read_text(path)?;
    if !sbml::is_logical(&file.text) {
        return Ok(None);
    }
    let parsed = sbml::parse_logical(Source::new(&file.name, &file.text));
    let remarks = gate(parsed.diagnostics, &[file])?;
    let mut model = parsed.value;
    check(args)?;
    settings.iter().try_for_each(|setting| set(&mut model, setting))?;
    let times = args.times.grid();
    let trajectory = run_logical(&model, args.times.t_start, &times).map_err(|error| Failure::Run {
        message: format!("failed to update the levels: {error}; nothing was written"),
        help: "correct the transition or level that the message names".to_string(),
    })?;
    let all: Vec<String> = model.species.iter().map(|s| s.id.clone()).collect();
    let wanted = if args.columns.is_empty() { &all } else { &args.columns };
    let columns = wanted
        .iter()
        .map(|name| {
            let levels = trajectory.levels(name);
            let levels = levels.ok_or_else(|| unknown_column(name, all.iter().map(String::as_str)))?;
            Ok((name.as_str(), levels.into_iter().map(f64::from).collect()))
        })
        .collect::<Result<Vec<(&str, Vec<f64>)>, Failure>>()?;
    write(args, &rows(&times, &columns))?;
    let text = format!(
        "logical model: {}, {}, updated all at once to t = {}\n{} times written to {}\n",
        counted(model.species.len(), "species"),
        counted(model.transitions.len(), "transition"),
        args.times.t_end,
        args.times.points,
        args.out.display(),
    );
    Ok(Some(Answer { remarks, ..Answer::text(text) }))
}

/// Options that logical models do not have.
fn check(args: &SimulateArgs) -> Result<(), Failure> {
    let refuse = |option| {
        Err(Failure::Option {
            option,
            value: String::new(),
            reason: "a logical model is updated in steps, all species at once".to_string(),
            help: "leave it out".to_string(),
        })
    };
    if args.method != Method::Ode {
        return refuse("--method");
    }
    if args.steady_state {
        return refuse("--steady-state");
    }
    if args.species.is_some() {
        return refuse("--species");
    }
    if args.observables_only {
        return refuse("--observables-only");
    }
    if args.tolerances.rtol.is_some() || args.tolerances.atol.is_some() {
        return refuse("--rtol");
    }
    Ok(())
}

fn set(model: &mut LogicalModel, (name, value): &(String, f64)) -> Result<(), Failure> {
    let refuse = |reason: String, help: String| {
        Err(Failure::Option { option: "--set", value: format!("{name}={value}"), reason, help })
    };
    if value.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(value) {
        return refuse("a level is a whole number from 0".to_string(), format!("for example --set {name}=1"));
    }
    match model.species.iter_mut().find(|s| s.id == *name) {
        Some(species) => {
            species.initial_level = Some(*value as u32);
            Ok(())
        }
        None => {
            let near = nearest(name, model.species.iter().map(|s| s.id.as_str()));
            refuse(
                format!("the model has no species {name:?}"),
                format!("did you mean {}?", near.join(" or ")),
            )
        }
    }
}
