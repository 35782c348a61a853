//! Published models in SBML under the loss of both mTOR complexes.

use std::collections::BTreeMap;
use std::path::Path;

use model::reaction_system::{Event, EventAssignment, Parameter, Rule};
use model::{BinaryOp, Expr, ReactionSystem};
use serde::Deserialize;
use simulate::{SpeciesAs, SystemRun, compile_system};

use super::inhibition::{AFTER_H, Inhibition};
use crate::failure::Failure;
use crate::input::read_text;

/// How a published model is read: a description file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Published {
    /// Name to show.
    pub(crate) title: String,
    /// Publication.
    pub(crate) source: String,
    /// The SBML file, below the folder of models.
    pub(crate) file: String,
    /// Inputs that a rule of the file determines, held at these values instead.
    #[serde(default)]
    inputs: BTreeMap<String, f64>,
    /// Symbols whose sum is AKT with phosphate on T308.
    t308: Vec<String>,
    /// Symbols whose sum is AKT with phosphate on S473.
    s473: Vec<String>,
    /// What mTORC1 and mTORC2 do, as reactions or as rate constants: an mTOR kinase inhibitor stops it.
    outputs: Vec<String>,
    /// Hours in one time unit of the model.
    hours: f64,
    /// Hours before the inhibitor.
    rest_h: f64,
}

/// Parameter by which the rates of reactions among the outputs are multiplied.
const SWITCH: &str = "resurge_mTOR_output";
/// Values on the grid of [`Inhibition`] per hour.
const PER_HOUR: usize = 10;

/// Reads a description.
///
/// # Errors
/// It cannot be read, or says something unknown.
pub(crate) fn describe(path: &Path) -> Result<Published, Failure> {
    let file = read_text(path)?;
    toml::from_str(&file.text).map_err(|e| Failure::Read {
        path: file.name,
        reason: e.to_string().trim().to_string(),
        help: "the files in comparison/published of the repository show what a description says".to_string(),
    })
}

impl Published {
    /// The model at rest, then without the outputs of mTORC1 and mTORC2; and the same time without any change.
    ///
    /// # Errors
    /// The model lacks a name, or cannot be simulated.
    pub(crate) fn inhibit(&self, mut system: ReactionSystem) -> Result<Inhibition, Failure> {
        for (input, value) in &self.inputs {
            let assigned =
                |rule: &Rule| matches!(rule, Rule::Assignment { variable, .. } if variable == input);
            system.rules.retain(|rule| !assigned(rule));
            system.set_initial(input, *value).map_err(|_| self.unknown(input))?;
        }
        let untreated = self.run(&system)?;
        let mut zeroed = vec![SWITCH.to_string()];
        system.parameters.push(Parameter { id: SWITCH.to_string(), value: Some(1.0), constant: false });
        for output in &self.outputs {
            if let Some(law) =
                (system.reactions.iter_mut().find(|r| r.id == *output)).and_then(|r| r.kinetic_law.as_mut())
            {
                let math = std::mem::replace(&mut law.math, Expr::Number(0.0));
                law.math = Expr::binary(BinaryOp::Multiply, Expr::symbol(SWITCH), math);
            } else {
                let parameter = system.parameters.iter_mut().find(|p| p.id == *output);
                parameter.ok_or_else(|| self.unknown(output))?.constant = false;
                zeroed.push(output.clone());
            }
        }
        system.events.push(Event {
            id: String::new(),
            trigger: Some(Expr::binary(
                BinaryOp::GreaterEqual,
                Expr::Time,
                Expr::Number(self.rest_h / self.hours),
            )),
            trigger_initial_value: false,
            persistent: true,
            delay: None,
            priority: None,
            values_from_trigger_time: true,
            assignments: (zeroed.into_iter())
                .map(|variable| EventAssignment { variable, math: Expr::Number(0.0) })
                .collect(),
        });
        let treated = self.run(&system)?;
        Ok(Inhibition {
            times_h: treated.times_h,
            t308: treated.t308,
            s473: treated.s473,
            untreated_t308: untreated.t308,
        })
    }

    fn run(&self, system: &ReactionSystem) -> Result<Course, Failure> {
        let failed = |e: &simulate::SystemError| Failure::Read {
            path: self.file.clone(),
            reason: e.to_string(),
            help: "resurge simulate FILE shows more".to_string(),
        };
        let compiled = compile_system(system).map_err(|e| failed(&e))?;
        let last = AFTER_H as usize * PER_HOUR;
        let times_h: Vec<f64> = (0..=last).map(|i| i as f64 / PER_HOUR as f64).collect();
        let run = SystemRun {
            t_end: (self.rest_h + AFTER_H) / self.hours,
            output_times: times_h.iter().map(|t| (self.rest_h + t) / self.hours).collect(),
            ..SystemRun::default()
        };
        let trajectory = compiled.run(&run).map_err(|e| failed(&e))?;
        let sum = |symbols: &[String]| {
            let mut total = vec![0.0; times_h.len()];
            for symbol in symbols {
                let column =
                    compiled.column(symbol, SpeciesAs::Amount).ok_or_else(|| self.unknown(symbol))?;
                total.iter_mut().zip(trajectory.column(column)).for_each(|(t, x)| *t += x);
            }
            Ok::<_, Failure>(total)
        };
        Ok(Course { t308: sum(&self.t308)?, s473: sum(&self.s473)?, times_h })
    }

    fn unknown(&self, name: &str) -> Failure {
        Failure::Read {
            path: self.file.clone(),
            reason: format!("the model has no \"{name}\" that can be set or read"),
            help: "the description belongs to another version of the model".to_string(),
        }
    }
}

struct Course {
    times_h: Vec<f64>,
    t308: Vec<f64>,
    s473: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "
model toy()
  A = 10; P = 0; k := 2; q = 3;
  on: A => P; k*A;
  off: P => A; q*P;
end
";

    fn published(outputs: &str) -> Published {
        let text = format!(
            "title = \"toy\"\nsource = \"\"\nfile = \"toy.ant\"\nhours = 0.5\nrest_h = 10.0\nt308 = [\"P\"]\n\
             s473 = [\"P\", \"A\"]\noutputs = [\"{outputs}\"]\n\n[inputs]\nk = 1.0\n"
        );
        toml::from_str(&text).expect("the description is complete")
    }

    fn toy() -> ReactionSystem {
        let source = formats::Source { name: "toy.ant", text: MODEL };
        let parsed = formats::antimony::parse(source, &|_| None);
        assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
        parsed.value
    }

    #[test]
    fn without_its_output_the_response_decays_from_rest() {
        // At rest k/(k + q) of A + P = 10; then q alone, per half hour.
        let found = published("on").inhibit(toy()).expect("it runs");
        assert_eq!(found.times_h.len(), 241);
        for (t, p) in found.times_h.iter().zip(&found.t308) {
            let expected = 2.5 * (-3.0 * t / 0.5).exp();
            // The run has a relative tolerance of 1e-9.
            assert!((p - expected).abs() < 1e-6, "{t} h: {p}, not {expected}");
        }
        assert!(found.untreated_t308.iter().all(|p| (p - 2.5).abs() < 1e-6));
        assert!(found.s473.iter().all(|total| (total - 10.0).abs() < 1e-6), "symbols are summed");
    }

    #[test]
    fn a_rate_constant_is_an_output_too() {
        let found = published("q").inhibit(toy()).expect("it runs");
        let last = found.t308.last().copied().unwrap_or(f64::NAN);
        assert!((last - 10.0).abs() < 1e-6, "nothing leaves P: {last}");
    }

    #[test]
    fn an_output_that_the_model_lacks_is_an_error() {
        assert!(published("mTOR").inhibit(toy()).is_err());
    }
}
