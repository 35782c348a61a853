//! Actions that change amounts and parameters, or keep and restore them.

use formats::bngl::{Arguments, Value};
use model::Expr;

use super::{Outcome, Session, Trouble};

/// The label of what is saved without one.
const NO_LABEL: &str = "";

fn label(arguments: &Arguments) -> &str {
    arguments.positional.first().and_then(Value::text).unwrap_or(NO_LABEL)
}

fn pair<'a>(arguments: &'a Arguments, form: &str) -> Result<(&'a str, &'a str), Trouble> {
    match arguments.positional.as_slice() {
        [name, value] => name.text().zip(value.text()),
        _ => None,
    }
    .ok_or_else(|| Trouble::Failed(format!("write {form}")))
}

impl Session<'_> {
    /// `setConcentration("A()",value)` and `addConcentration`
    pub(super) fn set_amount(&mut self, arguments: &Arguments, add: bool) -> Outcome {
        let (species, text) = pair(arguments, "setConcentration(\"A()\",value)")?;
        let mut value = self.number(text)?;
        let unknown = || Trouble::Failed(format!("there is no species \"{species}\""));
        if let Some(network) = &self.network {
            let names = network.species.iter().map(|s| s.name.as_str());
            let idx = rules::find_species(names, species).ok_or_else(unknown)?.0;
            if add {
                value += self.amounts()?[idx];
            }
            self.freeze()?;
            if let Some(network) = &mut self.network {
                network.species[idx].initial = Expr::Number(value);
            }
            self.is_changed = true;
        } else {
            let names: Vec<String> = self.model.seed_species.iter().map(|s| s.pattern.to_string()).collect();
            let idx = rules::find_species(names.iter().map(String::as_str), species).ok_or_else(unknown)?.0;
            let before = self.model.seed_species[idx].amount.clone();
            if add {
                value += self.number(&before.to_string())?;
            }
            self.model.seed_species[idx].amount = Expr::Number(value);
        }
        Ok(format!("{species} is {value}"))
    }

    /// The present amounts. Shape: `[n_species]`.
    pub(super) fn amounts(&self) -> Result<Vec<f64>, Trouble> {
        let Some(network) = &self.network else { return Ok(Vec::new()) };
        let value = |species: &model::Species| {
            let amount = rules::evaluate(&species.initial, network, &[], 0.0);
            if amount.is_finite() {
                Ok(amount)
            } else {
                Err(Trouble::Failed(format!("the amount of {} is {amount}", species.name)))
            }
        };
        network.species.iter().map(value).collect()
    }

    /// Turns the present amounts into numbers: from now on they do not follow parameters.
    fn freeze(&mut self) -> Result<(), Trouble> {
        let amounts = self.amounts()?;
        self.take_amounts(&amounts);
        Ok(())
    }

    /// Sets all present amounts.
    pub(super) fn take_amounts(&mut self, amounts: &[f64]) {
        if let Some(network) = &mut self.network {
            for (species, &amount) in network.species.iter_mut().zip(amounts) {
                species.initial = Expr::Number(amount);
            }
        }
    }

    /// The present amounts as they are written.
    pub(super) fn expressions(&self) -> Vec<Expr> {
        self.network.iter().flat_map(|n| &n.species).map(|s| s.initial.clone()).collect()
    }

    /// Restores amounts that [`Session::expressions`] gave.
    pub(super) fn restore(&mut self, amounts: &[Expr]) {
        if let Some(network) = &mut self.network {
            for (species, amount) in network.species.iter_mut().zip(amounts) {
                species.initial = amount.clone();
            }
        }
        self.is_changed = true;
    }

    /// `saveConcentrations("label")`
    pub(super) fn save_amounts(&mut self, arguments: &Arguments) -> Outcome {
        self.need_network()?;
        self.saved_amounts.insert(label(arguments).to_string(), self.expressions());
        Ok("amounts are kept".to_string())
    }

    /// `resetConcentrations("label")`: without a label what was saved last without one, or the model's own amounts.
    pub(super) fn reset_amounts(&mut self, arguments: &Arguments) -> Outcome {
        let label = label(arguments);
        let own = (label == NO_LABEL).then_some(&self.own_amounts);
        let Some(amounts) = self.saved_amounts.get(label).or(own).cloned() else {
            return Err(Trouble::Failed(format!("no amounts were saved as \"{label}\"")));
        };
        self.restore(&amounts);
        Ok("amounts are restored".to_string())
    }

    /// `setParameter("k",value)`
    pub(super) fn set_parameter(&mut self, arguments: &Arguments) -> Outcome {
        let (name, text) = pair(arguments, "setParameter(\"k\",value)")?;
        let parameters = self.parameters();
        let is_defined = |n: &str| parameters.iter().any(|p| p.name == n);
        if !is_defined(name) {
            return Err(Trouble::Failed(format!("there is no parameter \"{name}\"")));
        }
        let expr = formats::bngl::expression(text, &is_defined).map_err(Trouble::Failed)?;
        let value = self.number(text)?;
        let mut is_plain = true;
        expr.walk(&mut |part| is_plain &= !matches!(part, Expr::Symbol(_)));
        // An expression of other parameters goes on following them, as in BioNetGen, unless that makes a circle.
        let follows = !is_plain && !self.depends_on(&expr, name);
        self.put_parameter(name, if follows { expr } else { Expr::Number(value) });
        Ok(format!("{name} is {value}"))
    }

    fn depends_on(&self, expr: &Expr, name: &str) -> bool {
        let parameters = self.parameters();
        let mut open: Vec<&Expr> = vec![expr];
        let mut seen: Vec<&str> = Vec::new();
        while let Some(next) = open.pop() {
            next.walk(&mut |part| {
                if let Expr::Symbol(used) = part
                    && !seen.contains(&used.as_str())
                {
                    seen.push(used);
                    open.extend(parameters.iter().find(|p| p.name == *used).map(|p| &p.value));
                }
            });
        }
        seen.contains(&name)
    }

    /// Sets a parameter in the model and in the network.
    pub(super) fn put_parameter(&mut self, name: &str, value: Expr) {
        let network = self.network.as_mut().map(|n| &mut n.parameters);
        for parameters in network.into_iter().chain([&mut self.model.parameters]) {
            if let Some(parameter) = parameters.iter_mut().find(|p| p.name == name) {
                parameter.value = value.clone();
            }
        }
        self.is_changed = true;
    }

    /// `saveParameters("label")`
    pub(super) fn save_parameters(&mut self, arguments: &Arguments) -> Outcome {
        self.saved_parameters.insert(label(arguments).to_string(), self.parameters().to_vec());
        Ok("parameters are kept".to_string())
    }

    /// `resetParameters("label")`
    pub(super) fn reset_parameters(&mut self, arguments: &Arguments) -> Outcome {
        let label = label(arguments);
        let Some(saved) = self.saved_parameters.get(label).cloned() else {
            return Err(Trouble::Failed(format!("no parameters were saved as \"{label}\"")));
        };
        for parameter in saved {
            self.put_parameter(&parameter.name, parameter.value);
        }
        Ok("parameters are restored".to_string())
    }
}
