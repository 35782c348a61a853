//! Parameters with other values than the tables give, by name.

use super::{Bench, ExperimentError, RunSettings};
use crate::suggest;

/// Prefix of overrides that change the table and leave cells with values of their own as they are.
const TABLE: &str = "table";

/// An override with its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Override {
    /// Where it holds.
    pub(crate) scope: Scope,
    /// Parameter by position.
    pub(crate) parameter: usize,
    /// Value.
    pub(crate) value: f64,
}

/// Where an override holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scope {
    /// In every cell, whatever the cell says: `name`.
    Everywhere,
    /// In cells that have no value of their own: `table:name`.
    Table,
    /// In one cell: `CELL:name`.
    Cell(String),
    /// In the animals of one host, instead of what `animals.tsv` says: `HOST:name`.
    Host(String),
}

impl Scope {
    /// Order of application: later ones win.
    pub(crate) fn rank(&self) -> usize {
        match self {
            Scope::Table => 0,
            Scope::Everywhere => 1,
            Scope::Cell(_) => 2,
            Scope::Host(_) => 3,
        }
    }
}

impl Bench {
    /// The overrides by position, in the order in which they are applied; of two alike the last one wins.
    ///
    /// # Errors
    /// A name that is no parameter or no cell, or a value that is not finite.
    pub(crate) fn resolve_overrides(&self, settings: &RunSettings) -> Result<Vec<Override>, ExperimentError> {
        let resolve = |(key, value): &(String, f64)| {
            let (scope, name) = match key.split_once(':') {
                None => (Scope::Everywhere, key.as_str()),
                Some((TABLE, name)) => (Scope::Table, name),
                Some((place, name)) => match self.library.hosts().iter().find(|h| h.id == place) {
                    Some(host) => (Scope::Host(host.id.clone()), name),
                    None => (Scope::Cell(self.cell_id(key, place)?), name),
                },
            };
            let Some(parameter) = self.compiled.parameter_idx(name) else {
                let known = self.library.parameters().iter().map(|p| p.name.as_str());
                let help = suggest::help(name, "parameter", known);
                return Err(ExperimentError::UnknownParameter { name: key.clone(), help });
            };
            if !value.is_finite() {
                return Err(ExperimentError::OverrideValue { name: key.clone(), value: *value });
            }
            Ok(Override { scope, parameter, value: *value })
        };
        let mut resolved: Vec<Override> = settings.overrides.iter().map(resolve).collect::<Result<_, _>>()?;
        resolved.sort_by_key(|o| o.scope.rank());
        Ok(resolved)
    }

    fn cell_id(&self, key: &str, cell: &str) -> Result<String, ExperimentError> {
        match self.library.context(cell) {
            Some(context) => Ok(context.id.clone()),
            None => {
                let known = self.library.contexts().iter().map(|c| c.id.as_str());
                let help = suggest::help(cell, "cell", known);
                Err(ExperimentError::UnknownParameter { name: key.to_string(), help })
            }
        }
    }
}
