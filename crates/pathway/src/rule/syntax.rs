//! What a rule is made of.

use crate::cohort::Group;

/// A statement that holds or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// At least one of them holds.
    Or(Vec<Condition>),
    /// All of them hold.
    And(Vec<Condition>),
    /// `a < b <= c`
    Compare(Comparison),
}

/// A chain of comparisons: each neighbouring pair must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Leftmost expression.
    pub first: Expression,
    /// Signs and the expressions to their right; at least one.
    pub rest: Vec<(Sign, Expression)>,
}

/// A comparison sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

/// A number, or how to get one.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// A number; `10 %` is 0.1, `30 min` is 0.5 (hours).
    Number(f64),
    /// `READOUT[ARM]@8h`
    Term(Term),
    /// `-x`
    Negate(Box<Expression>),
    /// `x + y` and the like.
    Binary(Arithmetic, Box<Expression>, Box<Expression>),
    /// `min(x, y)` and the like.
    Call(ScalarFunction, Vec<Expression>),
    /// `max(READOUT[ARM]@1h..24h)` and the like.
    OfSeries(SeriesFunction, Series),
    /// `cohort_mean(MARKER[ARM], poor)` and the like.
    OfCohort(CohortStatistic),
    /// `first_time(series > x)`: hours until the comparison first holds, read between grid points on a straight line.
    FirstTime(Series, Sign, Box<Expression>),
}

/// A figure of the patients of an arm.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortStatistic {
    /// Experiment, if the finding names several.
    pub experiment: Option<String>,
    /// Arm.
    pub arm: String,
    /// Which figure.
    pub figure: CohortFigure,
}

/// Which figure of the patients of an arm.
#[derive(Clone, Debug, PartialEq)]
pub enum CohortFigure {
    /// `cohort_mean(MARKER[ARM], good)`: mean of a marker among patients with good or poor response.
    Mean(String, Group),
    /// `cohort_rho(MARKER[ARM], MARKER[ARM])`: Spearman's correlation of two markers.
    Correlation(String, String),
    /// `cohort_hazard_ratio(MARKER[ARM])`: hazard of progression with a low marker relative to a high one.
    HazardRatio(String),
    /// `cohort_median(progression[ARM])`: months until half of the patients have progressed; may never happen.
    MedianProgression,
}

impl CohortFigure {
    /// Names of the functions, in the order of the variants.
    pub const NAMES: [&str; 4] = ["cohort_mean", "cohort_rho", "cohort_hazard_ratio", "cohort_median"];

    /// Markers that it needs.
    pub fn markers(&self) -> Vec<&str> {
        match self {
            CohortFigure::Mean(marker, _) | CohortFigure::HazardRatio(marker) => vec![marker],
            CohortFigure::Correlation(a, b) => vec![a, b],
            CohortFigure::MedianProgression => Vec::new(),
        }
    }
}

/// An operator between numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// A function of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ScalarFunction {
    Abs,
    Log2,
    Sqrt,
    Min,
    Max,
    Mean,
    Sum,
}

/// A number drawn from a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesFunction {
    /// Lowest value.
    Min,
    /// Highest value.
    Max,
    /// Mean over the grid.
    Mean,
    /// Hours at which the highest value is first reached.
    TimeOfMax,
    /// Hours at which the lowest value is first reached.
    TimeOfMin,
    /// Slope of the least-squares line, per hour.
    Slope,
}

/// A read-out of an arm at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Experiment, if the finding names several.
    pub experiment: Option<String>,
    /// Read-out.
    pub readout: String,
    /// Arm.
    pub arm: String,
    /// When.
    pub time_h: f64,
}

/// A read-out of an arm over a stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Experiment, if the finding names several.
    pub experiment: Option<String>,
    /// Read-out.
    pub readout: String,
    /// Arm.
    pub arm: String,
    /// Start.
    pub from_h: f64,
    /// End.
    pub to_h: f64,
}

impl Series {
    /// The grid: [`super::SERIES_POINTS`] times from start to end.
    pub fn times_h(&self) -> impl Iterator<Item = f64> + use<> {
        let (from, to, last) = (self.from_h, self.to_h, super::SERIES_POINTS - 1);
        (0..=last).map(move |i| if i == last { to } else { from + (to - from) * i as f64 / last as f64 })
    }

    /// The same read-out and arm at one time.
    pub fn at(&self, time_h: f64) -> Term {
        let Series { experiment, readout, arm, .. } = self.clone();
        Term { experiment, readout, arm, time_h }
    }
}

impl Sign {
    /// As written.
    pub fn text(self) -> &'static str {
        match self {
            Sign::Less => "<",
            Sign::LessEqual => "<=",
            Sign::Greater => ">",
            Sign::GreaterEqual => ">=",
        }
    }

    /// Whether `a sign b`; false if either is not a number.
    pub fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Sign::Less => a < b,
            Sign::LessEqual => a <= b,
            Sign::Greater => a > b,
            Sign::GreaterEqual => a >= b,
        }
    }
}

impl Arithmetic {
    /// As written.
    pub fn text(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
        }
    }
}

impl ScalarFunction {
    /// All, with names, least and most number of arguments.
    pub const ALL: [(ScalarFunction, &'static str, usize, usize); 7] = [
        (ScalarFunction::Abs, "abs", 1, 1),
        (ScalarFunction::Log2, "log2", 1, 1),
        (ScalarFunction::Sqrt, "sqrt", 1, 1),
        (ScalarFunction::Min, "min", 1, usize::MAX),
        (ScalarFunction::Max, "max", 1, usize::MAX),
        (ScalarFunction::Mean, "mean", 1, usize::MAX),
        (ScalarFunction::Sum, "sum", 1, usize::MAX),
    ];

    /// As written.
    pub fn text(self) -> &'static str {
        Self::ALL.iter().find(|(f, ..)| *f == self).expect("ALL lists every function").1
    }
}

impl SeriesFunction {
    /// All, with names.
    pub const ALL: [(SeriesFunction, &'static str); 6] = [
        (SeriesFunction::Min, "min"),
        (SeriesFunction::Max, "max"),
        (SeriesFunction::Mean, "mean"),
        (SeriesFunction::TimeOfMax, "time_of_max"),
        (SeriesFunction::TimeOfMin, "time_of_min"),
        (SeriesFunction::Slope, "slope"),
    ];

    /// As written.
    pub fn text(self) -> &'static str {
        Self::ALL.iter().find(|(f, _)| *f == self).expect("ALL lists every function").1
    }
}

/// What a rule asks of the runs: a term or a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reading<'r> {
    Term(&'r Term),
    Series(&'r Series),
    Cohort(&'r CohortStatistic),
}

impl<'r> Reading<'r> {
    /// Experiment (if written), read-out and arm; a figure of a cohort has no read-out.
    pub(crate) fn names(self) -> (Option<&'r str>, &'r str, &'r str) {
        match self {
            Reading::Term(t) => (t.experiment.as_deref(), &t.readout, &t.arm),
            Reading::Series(s) => (s.experiment.as_deref(), &s.readout, &s.arm),
            Reading::Cohort(s) => (s.experiment.as_deref(), "", &s.arm),
        }
    }

    /// First and last time.
    pub(crate) fn span_h(self) -> (f64, f64) {
        match self {
            Reading::Term(t) => (t.time_h, t.time_h),
            Reading::Series(s) => (s.from_h, s.to_h),
            Reading::Cohort(_) => (0.0, 0.0),
        }
    }
}

impl Condition {
    /// Calls `visit` for every term and series, from left to right.
    pub(crate) fn readings<'r>(&'r self, visit: &mut dyn FnMut(Reading<'r>)) {
        match self {
            Condition::Or(parts) | Condition::And(parts) => parts.iter().for_each(|p| p.readings(visit)),
            Condition::Compare(comparison) => {
                comparison.first.readings(visit);
                comparison.rest.iter().for_each(|(_, e)| e.readings(visit));
            }
        }
    }
}

impl Expression {
    /// As [`Condition::readings`].
    pub(crate) fn readings<'r>(&'r self, visit: &mut dyn FnMut(Reading<'r>)) {
        match self {
            Expression::Number(_) => {}
            Expression::Term(term) => visit(Reading::Term(term)),
            Expression::Negate(x) => x.readings(visit),
            Expression::Binary(_, x, y) => {
                x.readings(visit);
                y.readings(visit);
            }
            Expression::Call(_, arguments) => arguments.iter().for_each(|a| a.readings(visit)),
            Expression::OfSeries(_, series) => visit(Reading::Series(series)),
            Expression::OfCohort(statistic) => visit(Reading::Cohort(statistic)),
            Expression::FirstTime(series, _, bound) => {
                visit(Reading::Series(series));
                bound.readings(visit);
            }
        }
    }
}
