//! Options that several commands share.

use std::path::PathBuf;

use clap::Args;

use crate::bench::LibrarySource;
use crate::failure::Failure;
use crate::output::{Foreign, OutputFolder};

/// Where the curated model comes from, and changes to it.
#[derive(Args, Clone, Default)]
pub(super) struct LibraryArgs {
    /// Use the model, experiments and findings in this folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(super) library: Option<PathBuf>,
    /// Change a parameter for this run: --set k_HERbrake_off=0.3, or in one cell --set BT-474:f_PIK3CA=2 (repeat as needed)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
}

impl LibraryArgs {
    /// What to open.
    pub(super) fn source(&self, tolerances: &ToleranceArgs) -> Result<LibrarySource, Failure> {
        Ok(LibrarySource {
            folder: self.library.clone(),
            settings: parse_settings(&self.set)?,
            rtol: tolerances.rtol,
            atol: tolerances.atol,
        })
    }
}

/// Where results go.
#[derive(Args, Clone, Default)]
pub(super) struct OutputArgs {
    /// Folder for the results [default: one in resurge-out that has the name of what is run]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write into a folder even if it holds files of others; they stay
    #[arg(long)]
    force: bool,
}

impl OutputArgs {
    /// The folder; `name` is what it is called in resurge-out.
    pub(super) fn prepare(&self, name: &str) -> Result<OutputFolder, Failure> {
        let foreign = if self.force { Foreign::Join } else { Foreign::Refuse };
        match &self.out {
            Some(out) => OutputFolder::prepare(out, foreign),
            None => OutputFolder::prepare_default(name, foreign),
        }
    }
}

/// Accuracy of the integration.
#[derive(Args, Clone, Default)]
pub(super) struct ToleranceArgs {
    /// Relative tolerance of the integration
    #[arg(long, value_name = "NUMBER")]
    pub(super) rtol: Option<f64>,
    /// Absolute tolerance of the integration, in the unit of the species
    #[arg(long, value_name = "NUMBER")]
    pub(super) atol: Option<f64>,
}

impl ToleranceArgs {
    /// Refuses tolerances that no integration could use.
    pub(super) fn check(&self) -> Result<(), Failure> {
        for (option, value, high) in [("--rtol", self.rtol, 0.1), ("--atol", self.atol, f64::INFINITY)] {
            if let Some(value) = value
                && !(value > 0.0 && value.is_finite() && value <= high)
            {
                return Err(Failure::Option {
                    option,
                    value: value.to_string(),
                    reason: "a tolerance is a small positive number".to_string(),
                    help: format!("for example {option} 1e-7"),
                });
            }
        }
        Ok(())
    }
}

/// `name=value` pairs as numbers.
pub(super) fn parse_settings(settings: &[String]) -> Result<Vec<(String, f64)>, Failure> {
    let bad = |text: &str, reason: &str| Failure::Option {
        option: "--set",
        value: text.to_string(),
        reason: reason.to_string(),
        help: "write --set name=number, for example --set k_on=0.5".to_string(),
    };
    settings
        .iter()
        .map(|text| {
            let (name, value) = text.split_once('=').ok_or_else(|| bad(text, "there is no ="))?;
            let number: f64 = value.trim().parse().map_err(|_| bad(text, "the value is not a number"))?;
            match (name.trim(), number.is_finite()) {
                ("", _) => Err(bad(text, "the name is missing")),
                (_, false) => Err(bad(text, "the value is not finite")),
                (name, true) => Ok((name.to_string(), number)),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_pairs() {
        assert_eq!(parse_settings(&["a = 1e-3".into()]).unwrap(), [("a".to_string(), 1e-3)]);
        for wrong in ["a", "=1", "a=x", "a=inf", "a=NaN"] {
            assert!(parse_settings(&[wrong.into()]).is_err(), "{wrong}");
        }
    }
}
