//! BNGL models of an experiment. There is no standard for places in them; these are in use:
//! `parameters.k.value`, `functions.f().expression`, `species.A(b).initialCount` for changes,
//! `molecules.A(b).count` and `species.A(b).count` for results, and plain names of parameters, observables, functions.

use std::collections::BTreeMap;

use formats::sedml::{Change, ChangeAction, Place};
use formats::{Source, bngl};
use model::{Expr, ReactionNetwork, RuleModel};
use rules::GenerateOptions;

use super::Trouble;
use super::model::refuse_errors;

type Places = BTreeMap<String, Result<Place, String>>;

/// The network of a changed model, and symbols of places. Patterns that results count become observables.
pub(super) fn load(
    source: &str,
    text: &str,
    changes: &[&Change],
    targets: &[&str],
) -> Result<(ReactionNetwork, Places), Trouble> {
    let mut places = Places::new();
    let mut block = String::from("begin observables\n");
    for target in targets {
        let counted = [("molecules.", "Molecules"), ("species.", "Species")]
            .iter()
            .find_map(|(prefix, kind)| Some((target.strip_prefix(prefix)?.strip_suffix(".count")?, kind)));
        let place = if let Some((pattern, kind)) = counted {
            let name = format!("sedml_{}", places.len() + 1);
            block.push_str(&format!("{kind} {name} {pattern}\n"));
            Ok(Place::Symbol(name))
        } else {
            let name = plain_name(target).map(Place::Symbol);
            name.ok_or_else(|| format!("{target:?} is no place of a BNGL model that is known here"))
        };
        places.insert((*target).to_string(), place);
    }
    block.push_str("end observables\n");
    let sources = [Source::new(source, text), Source::new("the places of the experiment", &block)];
    let parsed = bngl::parse(&sources);
    refuse_errors(&parsed.diagnostics)?;
    let mut model = parsed.value;
    changes.iter().try_for_each(|change| apply(&mut model, change))?;
    let failed = |e: &dyn std::fmt::Display| Trouble::Failed(e.to_string());
    let generated = rules::generate(&model, &GenerateOptions::default()).map_err(|e| failed(&e))?;
    refuse_errors(&generated.diagnostics)?;
    Ok((generated.network, places))
}

/// `parameters.k.value`, `functions.f().expression`: the name in the middle.
fn plain_name(target: &str) -> Option<String> {
    let ends = |t: &str| {
        let inner = [".value", ".expression"].iter().find_map(|end| t.strip_suffix(end)).unwrap_or(t);
        inner.to_string()
    };
    let starts = ["parameters.", "functions.", "observables."];
    let inner = ends(starts.iter().find_map(|start| target.strip_prefix(start)).unwrap_or(target));
    let inner = inner.strip_suffix("()").unwrap_or(&inner);
    let is_name = !inner.is_empty() && inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| inner.to_string())
}

fn apply(model: &mut RuleModel, change: &Change) -> Result<(), Trouble> {
    let target = &change.target;
    let ChangeAction::Attribute(value) = &change.action else {
        return Err(Trouble::Unsupported("changes of BNGL models other than changeAttribute".to_string()));
    };
    let new: Expr = match value.trim().parse::<f64>() {
        Ok(number) => Expr::Number(number),
        Err(_) => {
            return Err(Trouble::Unsupported(format!(
                "the new value {value:?} of {target:?}, which is no number"
            )));
        }
    };
    if let Some(pattern) = target.strip_prefix("species.").and_then(|t| t.strip_suffix(".initialCount")) {
        let text = format!("begin seed species\n{pattern} 0\nend seed species\n");
        let wanted = bngl::parse(&[Source::new("a change", &text)]).value;
        let wanted = wanted.seed_species.first();
        let found = model.seed_species.iter_mut().find(|s| Some(&s.pattern) == wanted.map(|w| &w.pattern));
        return match found {
            Some(seed) => {
                seed.amount = new;
                Ok(())
            }
            None => Err(Trouble::Failed(format!("the model has no seed species {pattern:?}"))),
        };
    }
    let name = plain_name(target);
    let is = |other: &str| name.as_deref() == Some(other);
    if let Some(parameter) = model.parameters.iter_mut().find(|p| is(&p.name)) {
        parameter.value = new;
    } else if let Some(function) = model.functions.iter_mut().find(|f| is(&f.name)) {
        function.body = new;
    } else {
        return Err(Trouble::Failed(format!("the model has no parameter or function at {target:?}")));
    }
    Ok(())
}

/// Sets a parameter.
pub(super) fn set(network: &mut ReactionNetwork, name: &str, value: f64) -> Result<(), Trouble> {
    match network.parameters.iter_mut().find(|p| p.name == name) {
        Some(parameter) => {
            parameter.value = Expr::Number(value);
            Ok(())
        }
        None => Err(Trouble::Failed(format!("{name:?} cannot be set: it is no parameter"))),
    }
}
