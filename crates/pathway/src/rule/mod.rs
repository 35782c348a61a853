//! The rule of a finding: a statement in numbers, read from text and judged with a margin.
//!
//! `min(pAKT_T308[azd]@0.5h..3h) < 0.5 * pAKT_T308[azd]@0h and pAKT_T308[azd]@8h >= pAKT_T308[azd]@0h`
//!
//! Steps: [`parse`] to a [`Condition`]; [`Condition::margin`] over the values that a [`Values`] gives.

mod evaluate;
mod lexer;
mod parser;
mod print;
mod syntax;

pub use evaluate::{MAX_MARGIN, NEVER_MARGIN, Scalar, UndefinedValue, Values, comparison_margin};
pub use parser::{RuleError, parse};
pub(crate) use syntax::Reading;
pub use syntax::{
    Arithmetic, CohortFigure, CohortStatistic, Comparison, Condition, Expression, ScalarFunction, Series,
    SeriesFunction, Sign, Term,
};

/// Points of the grid on which a series is sampled, whatever the sampling of its experiment.
pub const SERIES_POINTS: usize = 121;

#[cfg(test)]
mod tests;
