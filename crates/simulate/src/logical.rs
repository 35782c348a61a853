//! Logical models, updated synchronously: all levels of the next moment follow from those of this one.

use std::collections::HashMap;

use model::logical::LogicalModel;

use crate::{EvaluateError, evaluate};

/// More updates than this are a mistake.
const MOST_UPDATES: f64 = 1e7;

/// Levels at times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogicalTrajectory {
    species: Vec<String>,
    /// Row by row.
    rows: Vec<Vec<u32>>,
}

impl LogicalTrajectory {
    /// The levels of a species over time. Shape: `[n_times]`.
    pub fn levels(&self, species: &str) -> Option<Vec<u32>> {
        let i = self.species.iter().position(|s| s == species)?;
        Some(self.rows.iter().map(|row| row[i]).collect())
    }
}

/// Why a logical model gives no levels.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LogicalError {
    /// A time that cannot be used.
    #[error("{0}")]
    Time(String),
    /// Mathematics without a value.
    #[error("transition \"{transition}\": {error}")]
    Mathematics {
        /// Which transition.
        transition: String,
        /// Why.
        error: EvaluateError,
    },
    /// Two transitions determine one species.
    #[error("\"{0}\" is the output of several transitions")]
    Twice(String),
    /// A transition determines what is not there.
    #[error("the output \"{0}\" is no qualitative species")]
    Unknown(String),
    /// A level above the highest.
    #[error("\"{species}\" reaches level {level}, above its highest level {max}")]
    TooHigh {
        /// Which species.
        species: String,
        /// The level.
        level: u32,
        /// The highest.
        max: u32,
    },
}

/// Levels at ascending times from `t_start`; the unit of time is one update. Between updates nothing changes. A
/// species without a level at the start starts at 0; one without a transition keeps its level.
///
/// # Errors
/// [`LogicalError`].
pub fn run_logical(
    model: &LogicalModel,
    t_start: f64,
    times: &[f64],
) -> Result<LogicalTrajectory, LogicalError> {
    let position: HashMap<&str, usize> =
        model.species.iter().enumerate().map(|(i, s)| (s.id.as_str(), i)).collect();
    let mut determined = vec![false; model.species.len()];
    for output in model.transitions.iter().flat_map(|t| &t.outputs) {
        let &i = position.get(output.as_str()).ok_or_else(|| LogicalError::Unknown(output.clone()))?;
        if std::mem::replace(&mut determined[i], true) {
            return Err(LogicalError::Twice(output.clone()));
        }
    }
    let mut levels: Vec<u32> = model.species.iter().map(|s| s.initial_level.unwrap_or(0)).collect();
    let (mut done, mut rows) = (0.0, Vec::with_capacity(times.len()));
    for &t in times {
        let updates = (t - t_start).floor();
        if !(done..=MOST_UPDATES).contains(&updates) {
            return Err(LogicalError::Time(format!(
                "{t} is no time that follows {t_start} within {MOST_UPDATES} updates"
            )));
        }
        while done < updates {
            levels = next(model, &position, &levels)?;
            done += 1.0;
        }
        rows.push(levels.clone());
    }
    Ok(LogicalTrajectory { species: model.species.iter().map(|s| s.id.clone()).collect(), rows })
}

fn next(
    model: &LogicalModel,
    position: &HashMap<&str, usize>,
    levels: &[u32],
) -> Result<Vec<u32>, LogicalError> {
    let mut new = levels.to_vec();
    for transition in &model.transitions {
        let value = |name: &str| {
            let level = position.get(name).map(|&i| levels[i]);
            let threshold = || transition.thresholds.iter().find(|t| t.0 == name).map(|t| t.1);
            level.or_else(threshold).map(f64::from)
        };
        let mut level = transition.default_level;
        for (condition, result) in &transition.terms {
            let holds = evaluate(condition, &value)
                .map_err(|error| LogicalError::Mathematics { transition: transition.id.clone(), error })?;
            if holds != 0.0 {
                level = *result;
                break;
            }
        }
        for output in &transition.outputs {
            let i = position[output.as_str()];
            let species = &model.species[i];
            if let Some(max) = species.max_level.filter(|max| level > *max) {
                return Err(LogicalError::TooHigh { species: species.id.clone(), level, max });
            }
            if !species.constant {
                new[i] = level;
            }
        }
    }
    Ok(new)
}

#[cfg(test)]
mod tests {
    use model::logical::{QualitativeSpecies, Transition};
    use model::{BinaryOp, Expr};

    use super::*;

    /// Each of two species becomes what the other one is not.
    fn toggle(a: u32, b: u32) -> LogicalModel {
        let species = |id: &str, level| QualitativeSpecies {
            id: id.to_string(),
            constant: false,
            initial_level: Some(level),
            max_level: Some(1),
        };
        let off = |other: &str| Expr::binary(BinaryOp::Equal, Expr::symbol(other), Expr::Number(0.0));
        let transition = |id: &str, other: &str| Transition {
            id: id.to_string(),
            thresholds: Vec::new(),
            outputs: vec![id.to_string()],
            default_level: 0,
            terms: vec![(off(other), 1)],
        };
        LogicalModel {
            id: String::new(),
            species: vec![species("a", a), species("b", b)],
            transitions: vec![transition("a", "b"), transition("b", "a")],
        }
    }

    #[test]
    fn all_levels_change_at_once() {
        let levels = |a, b| {
            let run = run_logical(&toggle(a, b), 0.0, &[0.0, 1.0, 1.5, 2.0]).unwrap();
            (run.levels("a").unwrap(), run.levels("b").unwrap())
        };
        // A toggle rests with one of the two on; from equal levels both go back and forth.
        assert_eq!(levels(1, 0), (vec![1; 4], vec![0; 4]));
        assert_eq!(levels(0, 0), (vec![0, 1, 1, 0], vec![0, 1, 1, 0]));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let mut model = toggle(0, 0);
        model.species[0].max_level = Some(0);
        assert!(matches!(run_logical(&model, 0.0, &[1.0]), Err(LogicalError::TooHigh { .. })));
        model.transitions[1].outputs = vec!["a".to_string()];
        assert_eq!(run_logical(&model, 0.0, &[1.0]), Err(LogicalError::Twice("a".to_string())));
        assert!(matches!(run_logical(&toggle(0, 0), 0.0, &[1.0, 0.0]), Err(LogicalError::Time(_))));
    }
}
