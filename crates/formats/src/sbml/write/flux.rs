//! Bounds and objectives of fluxes (package fbc, version 2).

use std::collections::{BTreeMap, HashSet};

use model::flux_balance::{BoundSide, BoundValue};

use super::{Writer, identifiers, text, unused, value};

/// Parameters with the lower and the upper bound of each reaction.
pub(super) type ReactionBounds = BTreeMap<String, (Option<String>, Option<String>)>;

impl Writer<'_> {
    /// Names parameters for all bounds; numbers get new ones. The narrowest bound of a side counts.
    pub(super) fn bounds_of_reactions(&mut self) -> ReactionBounds {
        let mut bounds = ReactionBounds::new();
        let Some(balance) = &self.system.flux_balance else { return bounds };
        let mut known: HashSet<String> = identifiers(self.system).map(str::to_string).collect();
        let mut by_value: Vec<(f64, String)> = Vec::new();
        let value_of = |bound: &BoundValue| match bound {
            BoundValue::Number(x) => *x,
            BoundValue::Parameter(id) => {
                let parameter = self.system.parameters.iter().find(|p| p.id == *id);
                parameter.and_then(|p| p.value).unwrap_or(f64::NAN)
            }
        };
        let mut narrowest: BTreeMap<(&str, bool), &BoundValue> = BTreeMap::new();
        for bound in &balance.bounds {
            let upper = bound.side == BoundSide::Upper;
            let held = narrowest.entry((&bound.reaction, upper)).or_insert(&bound.value);
            let (old, new) = (value_of(held), value_of(&bound.value));
            if (upper && new < old) || (!upper && new > old) {
                *held = &bound.value;
            }
        }
        for ((reaction, upper), bound) in narrowest {
            let parameter = match bound {
                BoundValue::Parameter(id) => id.clone(),
                BoundValue::Number(x) => match by_value.iter().find(|(y, _)| y.to_bits() == x.to_bits()) {
                    Some((_, id)) => id.clone(),
                    None => {
                        let id = unused(&format!("flux_bound_{}", by_value.len()), &mut known);
                        by_value.push((*x, id.clone()));
                        id
                    }
                },
            };
            let sides = bounds.entry(reaction.to_string()).or_default();
            *(if upper { &mut sides.1 } else { &mut sides.0 }) = Some(parameter);
        }
        self.parameters = by_value.into_iter().map(|(x, id)| (id, x)).collect();
        bounds
    }

    pub(super) fn objectives(&mut self) {
        let Some(balance) = &self.system.flux_balance else { return };
        if balance.objectives.is_empty() {
            return;
        }
        let active = balance.active_objective.clone();
        self.xml.begin("fbc:listOfObjectives", &[("fbc:activeObjective", active)]);
        for objective in &balance.objectives {
            let kind = if objective.maximize { "maximize" } else { "minimize" };
            self.xml.begin("fbc:objective", &[("fbc:id", text(&objective.id)), ("fbc:type", text(kind))]);
            self.xml.begin("fbc:listOfFluxObjectives", &[]);
            for (reaction, coefficient) in &objective.terms {
                let attributes = [("fbc:reaction", text(reaction)), ("fbc:coefficient", value(*coefficient))];
                self.xml.empty("fbc:fluxObjective", &attributes);
            }
            self.xml.end();
            self.xml.end();
        }
        self.xml.end();
    }
}
