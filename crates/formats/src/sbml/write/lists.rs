//! The lists of a model, in the order of the specification.

use model::Expr;
use model::documentation::Remarks;
use model::reaction_system::{InitialQuantity, Reaction, Rule, SpeciesReference, Stoichiometry};

use super::flux::ReactionBounds;
use super::math::math;
use super::{Unwritable, Writer, text, value};

fn flag(is: bool) -> Option<String> {
    Some(is.to_string())
}

impl Writer<'_> {
    pub(super) fn units(&mut self) {
        let units = &self.system.documentation.units;
        if units.is_empty() {
            return;
        }
        self.xml.begin("listOfUnitDefinitions", &[]);
        for unit in units {
            self.xml.begin("unitDefinition", &[("id", text(&unit.id)), ("name", text(&unit.name))]);
            if !unit.factors.is_empty() {
                self.xml.begin("listOfUnits", &[]);
                for factor in &unit.factors {
                    self.xml.empty(
                        "unit",
                        &[
                            ("kind", text(&factor.kind)),
                            ("exponent", value(factor.exponent)),
                            ("scale", value(factor.scale)),
                            ("multiplier", value(factor.multiplier)),
                        ],
                    );
                }
                self.xml.end();
            }
            self.xml.end();
        }
        self.xml.end();
    }

    pub(super) fn compartments(&mut self) {
        let system = self.system;
        if system.compartments.is_empty() {
            return;
        }
        self.xml.begin("listOfCompartments", &[]);
        for compartment in &system.compartments {
            let about = self.about(&compartment.id);
            let dimensions = compartment.spatial_dimensions;
            let attributes = [
                ("id", text(&compartment.id)),
                ("spatialDimensions", value(dimensions).filter(|_| !dimensions.is_nan())),
                ("size", compartment.size.and_then(value)),
                ("units", text(&about.units)),
                ("constant", flag(compartment.constant)),
            ];
            self.single("compartment", &about, &attributes);
        }
        self.xml.end();
    }

    pub(super) fn species(&mut self) {
        let system = self.system;
        if system.species.is_empty() {
            return;
        }
        self.xml.begin("listOfSpecies", &[]);
        for species in &system.species {
            let about = self.about(&species.id);
            let (amount, concentration) = match species.initial {
                InitialQuantity::Unset => (None, None),
                InitialQuantity::Amount(amount) => (value(amount), None),
                InitialQuantity::Concentration(concentration) => (None, value(concentration)),
            };
            let attributes = [
                ("id", text(&species.id)),
                ("compartment", text(&species.compartment)),
                ("initialAmount", amount),
                ("initialConcentration", concentration),
                ("substanceUnits", text(&about.units)),
                ("hasOnlySubstanceUnits", flag(species.has_only_substance_units)),
                ("boundaryCondition", flag(species.boundary_condition)),
                ("constant", flag(species.constant)),
                ("conversionFactor", species.conversion_factor.clone()),
            ];
            self.single("species", &about, &attributes);
        }
        self.xml.end();
    }

    pub(super) fn parameters(&mut self) {
        let system = self.system;
        if system.parameters.is_empty() && self.parameters.is_empty() {
            return;
        }
        self.xml.begin("listOfParameters", &[]);
        for parameter in &system.parameters {
            let about = self.about(&parameter.id);
            let attributes = [
                ("id", text(&parameter.id)),
                ("value", parameter.value.and_then(value)),
                ("units", text(&about.units)),
                ("constant", flag(parameter.constant)),
            ];
            self.single("parameter", &about, &attributes);
        }
        for (id, bound) in std::mem::take(&mut self.parameters) {
            let attributes = [("id", text(&id)), ("value", value(bound)), ("constant", flag(true))];
            self.xml.empty("parameter", &attributes);
        }
        self.xml.end();
    }

    pub(super) fn initial_assignments(&mut self) -> Result<(), Unwritable> {
        let system = self.system;
        if system.initial_assignments.is_empty() {
            return Ok(());
        }
        self.xml.begin("listOfInitialAssignments", &[]);
        for assignment in &system.initial_assignments {
            self.xml.begin("initialAssignment", &[("symbol", text(&assignment.symbol))]);
            math(&mut self.xml, &assignment.math, &assignment.symbol, false)?;
            self.xml.end();
        }
        self.xml.end();
        Ok(())
    }

    pub(super) fn rules(&mut self) -> Result<(), Unwritable> {
        let system = self.system;
        if system.rules.is_empty() {
            return Ok(());
        }
        self.xml.begin("listOfRules", &[]);
        for rule in &system.rules {
            let (element, variable, expr) = match rule {
                Rule::Assignment { variable, math } => ("assignmentRule", variable.as_str(), math),
                Rule::Rate { variable, math } => ("rateRule", variable.as_str(), math),
                Rule::Algebraic { math } => ("algebraicRule", "", math),
            };
            self.xml.begin(element, &[("variable", text(variable))]);
            math(&mut self.xml, expr, if variable.is_empty() { element } else { variable }, false)?;
            self.xml.end();
        }
        self.xml.end();
        Ok(())
    }

    pub(super) fn reactions(&mut self, bounds: &ReactionBounds) -> Result<(), Unwritable> {
        let system = self.system;
        if system.reactions.is_empty() {
            return Ok(());
        }
        self.xml.begin("listOfReactions", &[]);
        for reaction in &system.reactions {
            let about = self.about(&reaction.id);
            let (lower, upper) = bounds.get(&reaction.id).cloned().unwrap_or_default();
            let attributes = [
                ("id", text(&reaction.id)),
                ("reversible", flag(reaction.reversible)),
                ("fast", flag(reaction.fast).filter(|_| self.version == 1)),
                ("fbc:lowerFluxBound", lower),
                ("fbc:upperFluxBound", upper),
            ];
            self.begin("reaction", &about, &attributes);
            self.references("listOfReactants", &reaction.reactants);
            self.references("listOfProducts", &reaction.products);
            if !reaction.modifiers.is_empty() {
                self.xml.begin("listOfModifiers", &[]);
                for modifier in &reaction.modifiers {
                    self.xml.empty("modifierSpeciesReference", &[("species", text(modifier))]);
                }
                self.xml.end();
            }
            self.kinetic_law(reaction)?;
            self.xml.end();
        }
        self.xml.end();
        Ok(())
    }

    fn references(&mut self, list: &'static str, references: &[SpeciesReference]) {
        if references.is_empty() {
            return;
        }
        self.xml.begin(list, &[]);
        for reference in references {
            let about = reference.id.as_deref().map_or_else(Remarks::default, |id| self.about(id));
            let stoichiometry = match reference.stoichiometry {
                Stoichiometry::Number(n) => value(n),
                Stoichiometry::Unset | Stoichiometry::Math(_) => None,
            };
            let attributes = [
                ("id", reference.id.clone()),
                ("species", text(&reference.species)),
                ("stoichiometry", stoichiometry),
                ("constant", flag(reference.constant)),
            ];
            self.single("speciesReference", &about, &attributes);
        }
        self.xml.end();
    }

    fn kinetic_law(&mut self, reaction: &Reaction) -> Result<(), Unwritable> {
        let Some(law) = &reaction.kinetic_law else { return Ok(()) };
        self.xml.begin("kineticLaw", &[]);
        math(&mut self.xml, &law.math, &reaction.id, false)?;
        if !law.local_parameters.is_empty() {
            self.xml.begin("listOfLocalParameters", &[]);
            for (id, number) in &law.local_parameters {
                self.xml.empty("localParameter", &[("id", text(id)), ("value", number.and_then(value))]);
            }
            self.xml.end();
        }
        self.xml.end();
        Ok(())
    }

    pub(super) fn events(&mut self) -> Result<(), Unwritable> {
        let system = self.system;
        if system.events.is_empty() {
            return Ok(());
        }
        self.xml.begin("listOfEvents", &[]);
        for event in &system.events {
            let about = self.about(&event.id);
            let attributes =
                [("id", text(&event.id)), ("useValuesFromTriggerTime", flag(event.values_from_trigger_time))];
            self.begin("event", &about, &attributes);
            let trigger =
                [("initialValue", flag(event.trigger_initial_value)), ("persistent", flag(event.persistent))];
            self.xml.begin("trigger", &trigger);
            if let Some(condition) = &event.trigger {
                math(&mut self.xml, condition, &event.id, true)?;
            }
            self.xml.end();
            self.part("priority", event.priority.as_ref(), &event.id)?;
            self.part("delay", event.delay.as_ref(), &event.id)?;
            if !event.assignments.is_empty() {
                self.xml.begin("listOfEventAssignments", &[]);
                for assignment in &event.assignments {
                    self.xml.begin("eventAssignment", &[("variable", text(&assignment.variable))]);
                    math(&mut self.xml, &assignment.math, &event.id, false)?;
                    self.xml.end();
                }
                self.xml.end();
            }
            self.xml.end();
        }
        self.xml.end();
        Ok(())
    }

    fn part(&mut self, element: &'static str, expr: Option<&Expr>, place: &str) -> Result<(), Unwritable> {
        if let Some(expr) = expr {
            self.xml.begin(element, &[]);
            math(&mut self.xml, expr, place, false)?;
            self.xml.end();
        }
        Ok(())
    }
}
