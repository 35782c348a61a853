//! Units of rates and functions.

use std::collections::HashMap;

use model::{BinaryOp, Builtin, Expr, Observable, Pattern, RateLaw, RuleModel, SeedSpecies, UnaryOp};

use crate::Library;
use crate::codes;
use crate::read::Report;
use crate::read::unit::UnitExponents;

/// Checks the unit of every rate and seed, and that units fit inside every function and observable.
pub(super) fn check(library: &Library, model: &RuleModel, report: &mut Report) {
    let mut units = Units::new(library, model);
    for seed in &model.seed_species {
        if let Err(problem) = units.check_seed(seed) {
            let message = format!("seed species {}: {problem}", seed.pattern);
            report.warning(codes::FUNCTION_UNIT, &seed.location, message, "");
        }
    }
    for observable in &model.observables {
        if let Some((one, other)) = units.mixed(observable) {
            let message = format!("observable \"{}\" counts {one} and {other} together", observable.name);
            report.warning(codes::FUNCTION_UNIT, &observable.location, message, "");
        }
    }
    for function in model.functions.iter().filter(|f| f.arguments.is_empty()) {
        if let Err(problem) = units.of(&Expr::symbol(function.name.as_str())) {
            let message = format!("function \"{}\": {problem}", function.name);
            let at = super::place_of_function(library, &function.name);
            report.warning(codes::FUNCTION_UNIT, &at, message, "");
        }
    }
    for rule in &model.rules {
        let sides = [
            (&rule.reactants, &rule.products, Some(&rule.forward)),
            (&rule.products, &rule.reactants, rule.reverse.as_ref()),
        ];
        for (reactants, products, law) in sides {
            let Some(law) = law else { continue };
            if let Err((code, problem)) = units.check_rate(reactants, products, law) {
                let message = format!("rule \"{}\": {problem}", rule.name);
                report.warning(code, &rule.location, message, "");
            }
        }
    }
}

/// The unit of an expression; `None`: a bare number, which fits everywhere.
type Known = Option<UnitExponents>;

struct Units<'m> {
    model: &'m RuleModel,
    parameters: HashMap<&'m str, (UnitExponents, f64)>,
    molecules: HashMap<&'m str, Known>,
    medium: Vec<&'m str>,
    functions: HashMap<String, Result<Known, String>>,
}

impl<'m> Units<'m> {
    fn new(library: &'m Library, model: &'m RuleModel) -> Self {
        let parameters =
            library.parameters().iter().map(|p| (p.name.as_str(), (p.exponents, p.value))).collect();
        let mut units = Units {
            model,
            parameters,
            molecules: HashMap::new(),
            medium: Vec::new(),
            functions: HashMap::new(),
        };
        // Amounts given by a parameter say their unit; bare numbers only speak where no parameter does.
        for bare_numbers in [false, true] {
            for seed in &model.seed_species {
                let unit = match units.of(&seed.amount).ok().flatten() {
                    Some(unit) => unit,
                    None if !bare_numbers => continue,
                    None if seed.pattern.fixed => UnitExponents::NANOMOLAR,
                    None => UnitExponents::ONE,
                };
                for molecule in &seed.pattern.molecules {
                    units.molecules.entry(&molecule.name).or_insert(Some(unit));
                    if seed.pattern.fixed {
                        units.medium.push(&molecule.name);
                    }
                }
            }
        }
        units
    }

    /// The unit of an amount of a pattern: that of its molecules of the cell, or of the medium if it has no others.
    fn of_pattern(&self, pattern: &Pattern) -> Known {
        let in_cell = pattern.molecules.iter().filter(|m| !self.medium.contains(&m.name.as_str()));
        let mut known = in_cell.filter_map(|m| self.molecules.get(m.name.as_str()).copied().flatten());
        known.next().or_else(|| self.is_medium(pattern).then_some(UnitExponents::NANOMOLAR))
    }

    fn is_medium(&self, pattern: &Pattern) -> bool {
        !pattern.is_empty() && pattern.molecules.iter().all(|m| self.medium.contains(&m.name.as_str()))
    }

    /// Molecules are copies, or nM if the cell secretes them, or relative; held species of the medium are nM or relative.
    fn check_seed(&mut self, seed: &SeedSpecies) -> Result<(), String> {
        let wanted = if seed.pattern.fixed { UnitExponents::NANOMOLAR } else { UnitExponents::COPIES };
        let fits = |unit: UnitExponents| {
            [wanted, UnitExponents::NANOMOLAR, UnitExponents::ONE].iter().any(|w| unit.same_as(*w))
        };
        match self.of(&seed.amount)? {
            Some(unit) if !fits(unit) => {
                Err(format!("{} is in {unit}, {wanted} or a pure number is needed", seed.amount))
            }
            _ => Ok(()),
        }
    }

    /// Two units that an observable adds up.
    fn mixed(&self, observable: &Observable) -> Option<(UnitExponents, UnitExponents)> {
        let mut known = observable.patterns.iter().filter_map(|p| self.of_pattern(p));
        let first = known.next()?;
        known.find(|unit| !unit.same_as(first)).map(|other| (first, other))
    }

    fn check_rate(
        &mut self,
        reactants: &[Pattern],
        products: &[Pattern],
        law: &RateLaw,
    ) -> Result<(), (&'static str, String)> {
        let Some(extent) = self.extent(reactants, products) else { return Ok(()) };
        let per_hour = extent.times(UnitExponents::PER_HOUR);
        let amounts = |patterns: &[Pattern]| {
            patterns.iter().filter_map(|p| self.of_pattern(p)).fold(UnitExponents::ONE, UnitExponents::times)
        };
        let expected = match law {
            RateLaw::Elementary(k) => vec![(k, per_hour.over(amounts(reactants)))],
            RateLaw::Total(k) => vec![(k, per_hour)],
            RateLaw::MichaelisMenten { kcat, km } => {
                let [substrate, enzyme, ..] = reactants else { return Ok(()) };
                let (substrate, enzyme) =
                    (amounts(std::slice::from_ref(substrate)), amounts(std::slice::from_ref(enzyme)));
                vec![(kcat, per_hour.over(enzyme)), (km, substrate)]
            }
            // v = k x1 x2... / ((K1 + x1) ...): each K has the unit of its reactant.
            RateLaw::Saturation { k, half_saturation } => {
                let constants = half_saturation.iter().zip(reactants);
                let mut list: Vec<_> =
                    constants.map(|(c, r)| (c, amounts(std::slice::from_ref(r)))).collect();
                list.push((
                    k,
                    per_hour.over(amounts(&reactants[half_saturation.len().min(reactants.len())..])),
                ));
                list
            }
            RateLaw::Hill { vmax, k, n } => {
                let [first, rest @ ..] = reactants else { return Ok(()) };
                let first = amounts(std::slice::from_ref(first));
                vec![(vmax, per_hour.over(amounts(rest))), (k, first), (n, UnitExponents::ONE)]
            }
        };
        for (expression, wanted) in expected {
            match self.of(expression) {
                Err(problem) => return Err((codes::FUNCTION_UNIT, problem)),
                Ok(Some(found)) if !found.same_as(wanted) => {
                    return Err((
                        codes::RATE_UNIT,
                        format!("{expression} is in {found}, the rule needs {wanted}"),
                    ));
                }
                Ok(_) => {}
            }
        }
        Ok(())
    }

    /// The unit of what changes: of the patterns of the cell that stand on one side only.
    fn extent(&self, reactants: &[Pattern], products: &[Pattern]) -> Known {
        let mut left: Vec<String> = reactants.iter().map(ToString::to_string).collect();
        let mut changed: Vec<&Pattern> = Vec::new();
        for product in products {
            match left.iter().position(|r| *r == product.to_string()) {
                Some(same) => drop(left.swap_remove(same)),
                None => changed.push(product),
            }
        }
        changed.extend(reactants.iter().filter(|r| left.contains(&r.to_string())));
        changed.into_iter().filter(|p| !self.is_medium(p)).find_map(|p| self.of_pattern(p))
    }

    fn of(&mut self, expression: &Expr) -> Result<Known, String> {
        match expression {
            Expr::Number(_) => Ok(None),
            Expr::Time => Ok(Some(UnitExponents { hours: 1.0, ..UnitExponents::ONE })),
            Expr::Symbol(name) | Expr::Call(name, _) => self.of_name(name),
            Expr::Unary(UnaryOp::Negate, x) => self.of(x),
            Expr::Unary(UnaryOp::Not, _) => Ok(Some(UnitExponents::ONE)),
            Expr::Binary(op, x, y) => self.of_binary(*op, x, y),
            Expr::Builtin(builtin, arguments) => self.of_builtin(*builtin, arguments),
        }
    }

    fn of_name(&mut self, name: &str) -> Result<Known, String> {
        if let Some((unit, _)) = self.parameters.get(name) {
            return Ok(Some(*unit));
        }
        if let Some(observable) = self.model.observables.iter().find(|o| o.name == name) {
            return Ok(observable.patterns.iter().find_map(|p| self.of_pattern(p)));
        }
        if let Some(found) = self.functions.get(name) {
            // A problem inside is reported once, where it is.
            return Ok(found.clone().unwrap_or(None));
        }
        let Some(function) = self.model.functions.iter().find(|f| f.name == name) else { return Ok(None) };
        self.functions.insert(name.to_string(), Ok(None));
        let unit = self.of(&function.body);
        self.functions.insert(name.to_string(), unit.clone());
        unit
    }

    fn of_binary(&mut self, op: BinaryOp, x: &Expr, y: &Expr) -> Result<Known, String> {
        match op {
            BinaryOp::Multiply => {
                let (a, b) = (self.of(x)?, self.of(y)?);
                Ok(match (a, b) {
                    (Some(a), Some(b)) => Some(a.times(b)),
                    (a, b) => a.or(b),
                })
            }
            BinaryOp::Divide => {
                let (a, b) = (self.of(x)?, self.of(y)?);
                Ok(match b {
                    Some(b) => Some(a.unwrap_or(UnitExponents::ONE).over(b)),
                    None => a,
                })
            }
            BinaryOp::Power => self.of_power(x, y),
            BinaryOp::Add | BinaryOp::Subtract => self.same([x, y]),
            _ => self.same([x, y]).map(|_| Some(UnitExponents::ONE)),
        }
    }

    fn of_power(&mut self, x: &Expr, y: &Expr) -> Result<Known, String> {
        self.pure(y)?;
        let Some(base) = self.of(x)? else { return Ok(None) };
        let exponent = match y {
            Expr::Number(n) => Some(*n),
            Expr::Symbol(name) => self.parameters.get(name.as_str()).map(|p| p.1),
            _ => None,
        };
        match exponent {
            Some(n) => Ok(Some(base.power(n))),
            None if base.same_as(UnitExponents::ONE) => Ok(Some(base)),
            None => Err(format!("{x} is in {base} and raised to {y}, which is no number or parameter")),
        }
    }

    fn of_builtin(&mut self, builtin: Builtin, arguments: &[Expr]) -> Result<Known, String> {
        match (builtin, arguments) {
            (Builtin::Min | Builtin::Max | Builtin::Sum | Builtin::Avg, all) => self.same(all),
            (Builtin::If, [condition, yes, no]) => {
                self.of(condition)?;
                self.same([yes, no])
            }
            (Builtin::Abs | Builtin::Rint | Builtin::Floor | Builtin::Ceil, [x]) => self.of(x),
            (Builtin::Sqrt, [x]) => Ok(self.of(x)?.map(|unit| unit.power(0.5))),
            (Builtin::Sign, [x]) => self.of(x).map(|_| Some(UnitExponents::ONE)),
            (_, all) => {
                all.iter().try_for_each(|x| self.pure(x))?;
                Ok(Some(UnitExponents::ONE))
            }
        }
    }

    /// The common unit of expressions that are added or compared.
    fn same<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) -> Result<Known, String> {
        let mut common: Option<(UnitExponents, &Expr)> = None;
        for expression in expressions {
            match (self.of(expression)?, common) {
                (Some(unit), Some((other, first))) if !unit.same_as(other) => {
                    return Err(format!("{first} is in {other} and {expression} in {unit}"));
                }
                (Some(unit), None) => common = Some((unit, expression)),
                _ => {}
            }
        }
        Ok(common.map(|c| c.0))
    }

    fn pure(&mut self, expression: &Expr) -> Result<(), String> {
        match self.of(expression)? {
            Some(unit) if !unit.same_as(UnitExponents::ONE) => {
                Err(format!("{expression} is in {unit}, a pure number is needed"))
            }
            _ => Ok(()),
        }
    }
}
