//! Prints a rule that reads back as the same rule.

use std::fmt::{Display, Formatter, Result};

use super::syntax::{CohortFigure, CohortStatistic, Comparison, Condition, Expression, Series, Term};

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Condition::Or(parts) => write_joined(f, parts, " or "),
            Condition::And(parts) => write_joined(f, parts, " and "),
            Condition::Compare(comparison) => write!(f, "{comparison}"),
        }
    }
}

fn write_joined(f: &mut Formatter<'_>, parts: &[Condition], word: &str) -> Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        match part {
            Condition::Compare(comparison) => write!(f, "{comparison}")?,
            other => write!(f, "({other})")?,
        }
    }
    Ok(())
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}", self.first)?;
        self.rest.iter().try_for_each(|(sign, e)| write!(f, " {} {e}", sign.text()))
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Expression::Number(x) => write!(f, "{x}"),
            Expression::Term(term) => write!(f, "{term}"),
            Expression::Negate(x) => write!(f, "-{}", Operand(x)),
            Expression::Binary(op, x, y) => write!(f, "{} {} {}", Operand(x), op.text(), Operand(y)),
            Expression::Call(function, arguments) => {
                write!(f, "{}(", function.text())?;
                for (i, argument) in arguments.iter().enumerate() {
                    write!(f, "{}{argument}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Expression::OfSeries(function, series) => write!(f, "{}({series})", function.text()),
            Expression::OfCohort(statistic) => write!(f, "{statistic}"),
            Expression::FirstTime(series, sign, bound) => {
                write!(f, "first_time({series} {} {bound})", sign.text())
            }
        }
    }
}

/// An operand: in parentheses unless it is one piece.
struct Operand<'e>(&'e Expression);

impl Display for Operand<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            Expression::Binary(..) | Expression::Negate(_) => write!(f, "({})", self.0),
            piece => write!(f, "{piece}"),
        }
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write_place(f, self.experiment.as_deref(), &self.readout, &self.arm)?;
        write!(f, "@{}h", self.time_h)
    }
}

impl Display for CohortStatistic {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (name, first) = match &self.figure {
            CohortFigure::Mean(marker, _) => ("cohort_mean", marker.as_str()),
            CohortFigure::Correlation(marker, _) => ("cohort_rho", marker.as_str()),
            CohortFigure::HazardRatio(marker) => ("cohort_hazard_ratio", marker.as_str()),
            CohortFigure::MedianProgression => ("cohort_median", "progression"),
        };
        write!(f, "{name}(")?;
        write_place(f, self.experiment.as_deref(), first, &self.arm)?;
        match &self.figure {
            CohortFigure::Mean(_, group) => write!(f, ", {}", group.word())?,
            CohortFigure::Correlation(_, second) => {
                f.write_str(", ")?;
                write_place(f, self.experiment.as_deref(), second, &self.arm)?;
            }
            CohortFigure::HazardRatio(_) | CohortFigure::MedianProgression => {}
        }
        f.write_str(")")
    }
}

impl Display for Series {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write_place(f, self.experiment.as_deref(), &self.readout, &self.arm)?;
        write!(f, "@{}h..{}h", self.from_h, self.to_h)
    }
}

fn write_place(f: &mut Formatter<'_>, experiment: Option<&str>, readout: &str, arm: &str) -> Result {
    if let Some(experiment) = experiment {
        write!(f, "{experiment}/")?;
    }
    write!(f, "{readout}[{arm}]")
}
