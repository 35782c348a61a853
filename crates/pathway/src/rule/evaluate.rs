//! The margin of a rule: how far it is from turning over.

use super::syntax::{
    Arithmetic, CohortStatistic, Comparison, Condition, Expression, ScalarFunction, Series, SeriesFunction,
    Sign, Term,
};

/// The largest margin of a ratio, and of zero beside something: a factor of e^10. Beyond it nothing is gained or lost, and
/// what has fallen to rounding counts like what is gone.
pub const MAX_MARGIN: f64 = 10.0;
/// Margin of a comparison with an event that never happens.
pub const NEVER_MARGIN: f64 = -MAX_MARGIN;

/// Where values come from.
pub trait Values {
    /// The value of a read-out of an arm at a time.
    ///
    /// # Errors
    /// [`UndefinedValue`] says why there is none.
    fn value(&self, term: &Term) -> Result<f64, UndefinedValue>;

    /// A figure of the patients of an arm.
    ///
    /// # Errors
    /// As [`Values::value`]; where there are no patients, always.
    fn cohort(&self, statistic: &CohortStatistic) -> Result<Scalar, UndefinedValue> {
        Err(UndefinedValue { reason: format!("[{}] there are no patients", statistic.arm) })
    }

    /// The values on the grid of a series.
    ///
    /// # Errors
    /// As [`Values::value`].
    fn series(&self, series: &Series) -> Result<Vec<f64>, UndefinedValue> {
        series.times_h().map(|t| self.value(&series.at(t))).collect()
    }
}

/// Why a rule has no margin: a run failed, or a value is no finite number.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct UndefinedValue {
    /// In words.
    pub reason: String,
}

/// The value of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// A finite number.
    Number(f64),
    /// The time of an event that does not happen.
    Never,
}

impl Condition {
    /// The margin: at least 0 if the condition holds, below 0 if not.
    ///
    /// `and` and chains take the smallest margin, `or` the largest.
    ///
    /// # Errors
    /// [`UndefinedValue`] if any value is missing, even one that would not have decided.
    pub fn margin(&self, values: &dyn Values) -> Result<f64, UndefinedValue> {
        match self {
            Condition::Or(parts) => fold(parts, values, f64::NEG_INFINITY, f64::max),
            Condition::And(parts) => fold(parts, values, f64::INFINITY, f64::min),
            Condition::Compare(comparison) => {
                Ok(comparison.margins(values)?.into_iter().fold(f64::INFINITY, f64::min))
            }
        }
    }

    /// Margins of the comparisons that must all hold; an `or` counts as one.
    pub(crate) fn elementary_margins(&self, values: &dyn Values, margins: &mut Vec<Option<f64>>) {
        match self {
            Condition::Or(_) => margins.push(self.margin(values).ok()),
            Condition::And(parts) => parts.iter().for_each(|p| p.elementary_margins(values, margins)),
            Condition::Compare(comparison) => match comparison.margins(values) {
                Ok(found) => margins.extend(found.into_iter().map(Some)),
                Err(_) => margins.extend(comparison.rest.iter().map(|_| None)),
            },
        }
    }

    /// The comparison that decides the margin.
    pub(crate) fn deciding<'c>(
        &'c self,
        values: &dyn Values,
    ) -> Result<(&'c Comparison, f64), UndefinedValue> {
        match self {
            Condition::Compare(comparison) => Ok((comparison, self.margin(values)?)),
            Condition::Or(parts) => {
                pick(parts.iter().map(|p| p.deciding(values)), |new: f64, old: f64| new > old)
            }
            Condition::And(parts) => {
                pick(parts.iter().map(|p| p.deciding(values)), |new: f64, old: f64| new < old)
            }
        }
    }
}

type Decision<'c> = Result<(&'c Comparison, f64), UndefinedValue>;

fn pick<'c>(parts: impl Iterator<Item = Decision<'c>>, better: fn(f64, f64) -> bool) -> Decision<'c> {
    parts
        .reduce(|best, next| {
            let (best, next) = (best?, next?);
            Ok(if better(next.1, best.1) { next } else { best })
        })
        .unwrap_or_else(|| Err(UndefinedValue { reason: "the rule is empty".to_string() }))
}

fn fold(
    parts: &[Condition],
    values: &dyn Values,
    start: f64,
    join: fn(f64, f64) -> f64,
) -> Result<f64, UndefinedValue> {
    parts.iter().try_fold(start, |margin, part| Ok(join(margin, part.margin(values)?)))
}

impl Comparison {
    /// Margin of each neighbouring pair.
    pub(crate) fn margins(&self, values: &dyn Values) -> Result<Vec<f64>, UndefinedValue> {
        let mut left = self.first.evaluate(values)?;
        let mut margins = Vec::with_capacity(self.rest.len());
        for (sign, right) in &self.rest {
            let right = right.evaluate(values)?;
            margins.push(match (left, right) {
                (Scalar::Number(a), Scalar::Number(b)) => comparison_margin(a, *sign, b),
                _ => NEVER_MARGIN,
            });
            left = right;
        }
        Ok(margins)
    }
}

/// Margin of `a sign b` for finite numbers.
///
/// For `a < b`: ln(b / a) when neither is negative, at most [`MAX_MARGIN`] either way, else (b - a) / max(|a|, |b|), since
/// a difference has no ratio. Beside a number e^10 times larger a number is zero, whatever its sign. The sign of the margin
/// agrees with the comparison: equality under `<` or `>` misses by the smallest number there is.
pub fn comparison_margin(a: f64, sign: Sign, b: f64) -> f64 {
    let (low, high) = match sign {
        Sign::Less | Sign::LessEqual => (a, b),
        Sign::Greater | Sign::GreaterEqual => (b, a),
    };
    let scale = low.abs().max(high.abs()).max(1e-300);
    let share = |x: f64| if (x / scale).abs() > (-MAX_MARGIN).exp() { x / scale } else { 0.0 };
    let margin = match (share(low), share(high)) {
        (low, high) if low == high => 0.0,
        (low, high) if low >= 0.0 && high >= 0.0 => (high / low).ln().clamp(-MAX_MARGIN, MAX_MARGIN),
        (low, high) => high - low,
    };
    if sign.holds(a, b) { margin.max(0.0) } else { margin.min(-f64::MIN_POSITIVE) }
}

impl Expression {
    /// The value, a finite number or never.
    ///
    /// # Errors
    /// [`UndefinedValue`].
    pub fn evaluate(&self, values: &dyn Values) -> Result<Scalar, UndefinedValue> {
        let number = match self {
            Expression::Number(x) => *x,
            Expression::Term(term) => values.value(term)?,
            Expression::Negate(x) => match x.evaluate(values)? {
                Scalar::Number(x) => -x,
                Scalar::Never => return Ok(Scalar::Never),
            },
            Expression::Binary(op, x, y) => match (x.evaluate(values)?, y.evaluate(values)?) {
                (Scalar::Number(x), Scalar::Number(y)) => combine(*op, x, y),
                _ => return Ok(Scalar::Never),
            },
            Expression::Call(function, arguments) => {
                let mut numbers = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    match argument.evaluate(values)? {
                        Scalar::Number(x) => numbers.push(x),
                        Scalar::Never => return Ok(Scalar::Never),
                    }
                }
                apply(*function, &numbers)
            }
            Expression::OfCohort(statistic) => return values.cohort(statistic),
            Expression::OfSeries(function, series) => of_series(*function, series, &values.series(series)?),
            Expression::FirstTime(series, sign, bound) => {
                let Scalar::Number(bound) = bound.evaluate(values)? else { return Ok(Scalar::Never) };
                match first_time(series, &values.series(series)?, *sign, bound) {
                    Some(t) => t,
                    None => return Ok(Scalar::Never),
                }
            }
        };
        if number.is_finite() {
            return Ok(Scalar::Number(number));
        }
        Err(UndefinedValue { reason: format!("{self} is {number}") })
    }
}

fn combine(op: Arithmetic, x: f64, y: f64) -> f64 {
    match op {
        Arithmetic::Add => x + y,
        Arithmetic::Subtract => x - y,
        Arithmetic::Multiply => x * y,
        Arithmetic::Divide => x / y,
    }
}

fn apply(function: ScalarFunction, x: &[f64]) -> f64 {
    match function {
        ScalarFunction::Abs => x[0].abs(),
        ScalarFunction::Log2 => x[0].log2(),
        ScalarFunction::Sqrt => x[0].sqrt(),
        ScalarFunction::Min => x.iter().copied().fold(f64::INFINITY, f64::min),
        ScalarFunction::Max => x.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ScalarFunction::Mean => x.iter().sum::<f64>() / x.len() as f64,
        ScalarFunction::Sum => x.iter().sum(),
    }
}

fn of_series(function: SeriesFunction, series: &Series, y: &[f64]) -> f64 {
    let time_of = |better: fn(&f64, &f64) -> bool| {
        let mut best = (f64::NAN, f64::NAN);
        for (t, value) in series.times_h().zip(y) {
            if best.0.is_nan() || better(value, &best.1) {
                best = (t, *value);
            }
        }
        best.0
    };
    match function {
        SeriesFunction::Min => apply(ScalarFunction::Min, y),
        SeriesFunction::Max => apply(ScalarFunction::Max, y),
        SeriesFunction::Mean => apply(ScalarFunction::Mean, y),
        SeriesFunction::TimeOfMax => time_of(|new, old| new > old),
        SeriesFunction::TimeOfMin => time_of(|new, old| new < old),
        SeriesFunction::Slope => slope(series, y),
    }
}

fn slope(series: &Series, y: &[f64]) -> f64 {
    let n = y.len() as f64;
    let mean_t = series.times_h().sum::<f64>() / n;
    let mean_y = y.iter().sum::<f64>() / n;
    let (mut above, mut below) = (0.0, 0.0);
    for (t, value) in series.times_h().zip(y) {
        above += (t - mean_t) * (value - mean_y);
        below += (t - mean_t).powi(2);
    }
    above / below
}

fn first_time(series: &Series, y: &[f64], sign: Sign, bound: f64) -> Option<f64> {
    let mut before: Option<(f64, f64)> = None;
    for (t, &value) in series.times_h().zip(y) {
        if sign.holds(value, bound) {
            let Some((t0, y0)) = before else { return Some(t) };
            let share = (bound - y0) / (value - y0);
            return Some(if share.is_finite() { t0 + (t - t0) * share.clamp(0.0, 1.0) } else { t });
        }
        before = Some((t, value));
    }
    None
}
