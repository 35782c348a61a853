//! Judging findings.

use std::collections::HashMap;

use super::batch::{Batch, Courses, Progress, RunFailure, Spread};
use super::course::Course;
use super::herd::Culture;
use super::plan::{Common, Plan};
use super::settings::on_threads;
use super::{Bench, ExperimentError, RunRecord, RunSettings};
use crate::finding::{Finding, NotRun, Provenance};
use crate::rule::{
    CohortStatistic, Comparison, Condition, Expression, Reading, Scalar, Series, Term, UndefinedValue, Values,
};

/// Whether the model shows a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The rule and all guards hold.
    Supported,
    /// The rule or a guard does not hold.
    Contradicted,
    /// A run failed, or a value is undefined.
    Inconclusive,
    /// The model cannot run it yet.
    NotRun,
}

impl Verdict {
    /// All, with their words.
    pub const ALL: [(Verdict, &'static str); 4] = [
        (Verdict::Supported, "supported"),
        (Verdict::Contradicted, "contradicted"),
        (Verdict::Inconclusive, "inconclusive"),
        (Verdict::NotRun, "not run"),
    ];

    /// In words.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(v, _)| *v == self).expect("ALL lists every verdict").1
    }
}

/// What became of a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Id of the finding.
    pub id: String,
    /// Whether the model shows it.
    pub verdict: Verdict,
    /// How far it is from turning over; at least 0 if supported. `None` if inconclusive or not run.
    pub margin: Option<f64>,
    /// The numbers of the model.
    pub value: String,
    /// The rule.
    pub expected: String,
    /// How it stands in the paper.
    pub provenance: Provenance,
    /// Experiments.
    pub experiments: Vec<String>,
    /// If not supported: which comparison fails, or why there is no verdict.
    pub reason: Option<String>,
    /// Paper.
    pub paper: String,
    /// The finding in our words.
    pub statement: String,
    /// 1: central.
    pub tier: u8,
    /// Figure or section.
    pub source: String,
}

/// All judgements of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Scoreboard {
    /// In the order asked for.
    pub judgements: Vec<Judgement>,
    /// How they were computed.
    pub record: RunRecord,
}

/// Margins of a finding, comparison by comparison. `None`: a run failed or a value is undefined.
#[derive(Clone, Debug, PartialEq)]
pub struct MarginParts {
    /// Id of the finding.
    pub id: String,
    /// Of each comparison of the rule that must hold; an `or` counts as one.
    pub rule: Vec<Option<f64>>,
    /// Of each comparison of the guards.
    pub guards: Vec<Option<f64>>,
}

impl MarginParts {
    /// The margin of the finding: the smallest of all, if all are there.
    pub fn margin(&self) -> Option<f64> {
        self.rule.iter().chain(&self.guards).copied().try_fold(f64::INFINITY, |least, m| Some(least.min(m?)))
    }
}

impl Scoreboard {
    /// How many judgements have this verdict; of one provenance, if given.
    pub fn total(&self, verdict: Verdict, provenance: Option<Provenance>) -> usize {
        let counts = |j: &&Judgement| j.verdict == verdict && provenance.is_none_or(|p| p == j.provenance);
        self.judgements.iter().filter(counts).count()
    }

    /// Appends findings that the model cannot run yet.
    pub fn extend_not_run<'n>(&mut self, not_run: impl IntoIterator<Item = &'n NotRun>) {
        self.judgements.extend(not_run.into_iter().map(Judgement::not_run));
    }
}

impl Judgement {
    /// The judgement of a finding that the model cannot run yet.
    pub fn not_run(finding: &NotRun) -> Judgement {
        Judgement {
            id: finding.id.clone(),
            verdict: Verdict::NotRun,
            margin: None,
            value: String::new(),
            expected: String::new(),
            provenance: finding.provenance,
            experiments: Vec::new(),
            reason: Some(finding.reason.clone()),
            paper: finding.paper.clone(),
            statement: finding.statement.clone(),
            tier: finding.tier,
            source: finding.source.clone(),
        }
    }
}

impl Bench {
    /// Judges findings: every different run once, beginnings shared, spread over the threads.
    ///
    /// A failed run makes the findings that need it inconclusive, with the reason.
    pub fn check(&self, findings: &[&Finding], settings: &RunSettings, progress: Progress<'_>) -> Scoreboard {
        let runs = self.common(settings).and_then(|common| {
            on_threads(settings.threads, || {
                self.measure(findings, &common, settings, Spread::Parallel, progress)
            })
        });
        let judge = |finding: &&Finding| match &runs {
            Ok(measured) => self.judge(finding, measured),
            Err(error) => {
                judgement(finding, Err(UndefinedValue { reason: error.to_string() }), String::new())
            }
        };
        Scoreboard {
            judgements: findings.iter().map(judge).collect(),
            record: self.record(settings, None, "several"),
        }
    }

    /// Margins of findings under overridden parameters, with [`RunSettings::search`].
    pub fn margins(&self, findings: &[&Finding], overrides: &[(String, f64)]) -> Vec<MarginParts> {
        let settings = RunSettings { overrides: overrides.to_vec(), ..RunSettings::search() };
        self.margins_with(findings, &settings)
    }

    /// As [`Bench::margins`], with other settings. `threads` is not used: the runs spread over the threads around.
    pub fn margins_with(&self, findings: &[&Finding], settings: &RunSettings) -> Vec<MarginParts> {
        let measured = self
            .common(settings)
            .map(|common| self.measure(findings, &common, settings, Spread::Parallel, &|_, _| {}));
        self.margin_parts(findings, measured.as_ref().ok())
    }

    /// Margins comparison by comparison; without measurements all are `None`.
    pub(crate) fn margin_parts(
        &self,
        findings: &[&Finding],
        measured: Option<&Measured>,
    ) -> Vec<MarginParts> {
        let of = |finding: &&Finding| {
            let readings = Readings { bench: self, finding, measured };
            let mut parts = MarginParts { id: finding.id.clone(), rule: Vec::new(), guards: Vec::new() };
            finding.rule.condition.elementary_margins(&readings, &mut parts.rule);
            for guard in &finding.guards {
                guard.condition.elementary_margins(&readings, &mut parts.guards);
            }
            parts
        };
        findings.iter().map(of).collect()
    }

    fn common(&self, settings: &RunSettings) -> Result<Common, ExperimentError> {
        Ok(Common { overrides: self.resolve_overrides(settings)?, noise: None })
    }

    /// Makes all runs that findings need.
    pub(crate) fn measure(
        &self,
        findings: &[&Finding],
        common: &Common,
        settings: &RunSettings,
        spread: Spread,
        progress: Progress<'_>,
    ) -> Measured {
        let mut batch = Batch::default();
        let mut run_of: HashMap<String, RunsOfArms> = HashMap::new();
        for finding in findings {
            each_reading(finding, &mut |experiment, reading| {
                let arm = reading.names().2;
                let runs = run_of.entry(experiment.to_string()).or_default();
                let animals = runs.entry(arm.to_string()).or_insert_with(|| {
                    let plans = self.plans_named(experiment, arm, common)?;
                    let numbered = |culture: Culture<Plan>| {
                        culture.into_iter().map(|(share, plan)| (share, batch.add(plan))).collect()
                    };
                    Ok(plans.into_iter().map(numbered).collect())
                });
                if let Ok(animals) = animals
                    && self.library.experiment(experiment).is_some_and(|e| e.covers(reading.span_h()))
                {
                    for (_, run) in animals.iter().flatten() {
                        match reading {
                            Reading::Term(term) => batch.record(*run, [term.time_h]),
                            Reading::Series(series) => batch.record(*run, series.times_h()),
                            Reading::Cohort(_) => batch.record(*run, self.visits_h(experiment)),
                        }
                    }
                }
            });
        }
        Measured { run_of, courses: batch.run(self, settings, spread, progress) }
    }

    /// Times that the figures of a cohort need.
    fn visits_h(&self, experiment: &str) -> Vec<f64> {
        let found = self.library.experiment(experiment);
        let visits = |e: &crate::Experiment| Some(e.cohort.as_ref()?.visits_h(e.end_h));
        found.and_then(visits).unwrap_or_default()
    }

    fn plans_named(
        &self,
        experiment: &str,
        arm: &str,
        common: &Common,
    ) -> Result<Vec<Culture<Plan>>, String> {
        let found = self.library.experiment(experiment);
        let found = found.ok_or_else(|| format!("there is no experiment \"{experiment}\""))?;
        let arm =
            found.arm(arm).ok_or_else(|| format!("experiment \"{experiment}\" has no arm \"{arm}\""))?;
        self.plans(found, arm, common).map_err(|e| e.to_string())
    }

    /// The margin of a finding, or why there is none.
    pub(crate) fn margin(&self, finding: &Finding, measured: &Measured) -> Result<f64, UndefinedValue> {
        let readings = Readings { bench: self, finding, measured: Some(measured) };
        conditions(finding)
            .try_fold(f64::INFINITY, |least, condition| Ok(least.min(condition.margin(&readings)?)))
    }

    fn judge(&self, finding: &Finding, measured: &Measured) -> Judgement {
        let readings = Readings { bench: self, finding, measured: Some(measured) };
        let value = describe_values(&finding.rule.condition, &readings);
        let decisions: Result<Vec<_>, _> = conditions(finding).map(|c| c.deciding(&readings)).collect();
        let decided = decisions.map(|decisions| {
            let least = decisions.into_iter().enumerate().min_by(|a, b| a.1.1.total_cmp(&b.1.1));
            least.map(|(i, (comparison, margin))| (i > 0, comparison, margin))
        });
        let outcome = match decided {
            Ok(Some((_, _, margin))) if margin >= 0.0 => Ok((margin, None)),
            Ok(Some((guard, comparison, margin))) => {
                let kind = if guard { "guard" } else { "comparison" };
                Ok((margin, Some(format!("{kind} fails: {}", describe_comparison(comparison, &readings)))))
            }
            Ok(None) => Err(UndefinedValue { reason: "the rule is empty".to_string() }),
            Err(undefined) => Err(undefined),
        };
        judgement(finding, outcome, value)
    }
}

/// Rule and guards.
fn conditions(finding: &Finding) -> impl Iterator<Item = &Condition> {
    std::iter::once(&finding.rule).chain(&finding.guards).map(|r| &r.condition)
}

/// Calls `visit` with the experiment of every value that a finding needs.
fn each_reading<'f>(finding: &'f Finding, visit: &mut dyn FnMut(&'f str, Reading<'f>)) {
    for condition in conditions(finding) {
        condition.readings(&mut |reading| {
            let own = finding.experiments.first().map(String::as_str);
            if let Some(experiment) = reading.names().0.or(own) {
                visit(experiment, reading);
            }
        });
    }
}

fn judgement(
    finding: &Finding,
    outcome: Result<(f64, Option<String>), UndefinedValue>,
    value: String,
) -> Judgement {
    let (verdict, margin, reason) = match outcome {
        Ok((margin, reason)) if margin >= 0.0 => (Verdict::Supported, Some(margin), reason),
        Ok((margin, reason)) => (Verdict::Contradicted, Some(margin), reason),
        Err(undefined) => (Verdict::Inconclusive, None, Some(undefined.reason)),
    };
    Judgement {
        id: finding.id.clone(),
        verdict,
        margin,
        value,
        expected: finding.rule.text.clone(),
        provenance: finding.provenance,
        experiments: finding.experiments.clone(),
        reason,
        paper: finding.paper.clone(),
        statement: finding.statement.clone(),
        tier: finding.tier,
        source: finding.source.clone(),
    }
}

/// The runs of each arm of an experiment, or why there are none.
type RunsOfArms = HashMap<String, Result<Vec<Culture<usize>>, String>>;

/// All runs that findings need, by experiment and arm.
#[derive(Debug)]
pub(crate) struct Measured {
    run_of: HashMap<String, RunsOfArms>,
    courses: Courses,
}

impl Measured {
    /// The runs that failed.
    pub(crate) fn failures(&self) -> Vec<&RunFailure> {
        self.courses.iter().filter_map(|c| c.as_ref().err()).collect()
    }
}

/// The values of a finding.
struct Readings<'m> {
    bench: &'m Bench,
    finding: &'m Finding,
    measured: Option<&'m Measured>,
}

impl Readings<'_> {
    /// The courses of all animals of an arm, or the one of cells in a dish.
    fn courses(&self, experiment: Option<&str>, arm: &str) -> Result<Vec<Culture<&Course>>, UndefinedValue> {
        let own = self.finding.experiments.first().map_or("", String::as_str);
        let experiment = experiment.unwrap_or(own);
        let undefined = |reason: String| Err(UndefinedValue { reason });
        let Some(measured) = self.measured else { return undefined("nothing was run".to_string()) };
        match measured.run_of.get(experiment).and_then(|arms| arms.get(arm)) {
            None => undefined(format!("arm \"{arm}\" of experiment \"{experiment}\" was not run")),
            Some(Err(reason)) => undefined(reason.clone()),
            Some(Ok(runs)) => {
                let course = |(share, run): &(f64, usize)| Ok((*share, measured.courses[*run].as_ref()?));
                let culture = |clones: &Culture<usize>| clones.iter().map(course).collect();
                let courses: Result<Vec<Culture<&Course>>, &RunFailure> = runs.iter().map(culture).collect();
                courses.or_else(|failure| undefined(failure.of(experiment, arm).to_string()))
            }
        }
    }
}

impl Values for Readings<'_> {
    fn value(&self, term: &Term) -> Result<f64, UndefinedValue> {
        let courses = self.courses(term.experiment.as_deref(), &term.arm)?;
        let value = self.bench.readout_mean(&courses, &term.readout, term.time_h + 0.0);
        value.map_err(|reason| UndefinedValue { reason: format!("[{}] {reason}", term.arm) })
    }

    fn cohort(&self, statistic: &CohortStatistic) -> Result<Scalar, UndefinedValue> {
        let courses = self.courses(statistic.experiment.as_deref(), &statistic.arm)?;
        let own = self.finding.experiments.first().map_or("", String::as_str);
        let id = statistic.experiment.as_deref().unwrap_or(own);
        let value = match self.bench.library.experiment(id) {
            Some(experiment) => self.bench.cohort_statistic(experiment, statistic, &courses),
            None => Err(format!("there is no experiment \"{id}\"")),
        };
        value.map_err(|reason| UndefinedValue { reason: format!("[{}] {reason}", statistic.arm) })
    }

    fn series(&self, series: &Series) -> Result<Vec<f64>, UndefinedValue> {
        let courses = self.courses(series.experiment.as_deref(), &series.arm)?;
        let read = |t: f64| self.bench.readout_mean(&courses, &series.readout, t + 0.0);
        let values: Result<Vec<f64>, String> = series.times_h().map(read).collect();
        values.map_err(|reason| UndefinedValue { reason: format!("[{}] {reason}", series.arm) })
    }
}

/// Both sides of each pair of a comparison.
fn describe_comparison(comparison: &Comparison, values: &dyn Values) -> String {
    let number = |e: &Expression| match e.evaluate(values) {
        Ok(Scalar::Number(x)) => short(x),
        Ok(Scalar::Never) => "never".to_string(),
        Err(undefined) => undefined.reason,
    };
    let mut numbers = number(&comparison.first);
    for (sign, right) in &comparison.rest {
        numbers.push_str(&format!(" {} {}", sign.text(), number(right)));
    }
    format!("{comparison} (here {numbers})")
}

/// Every value of a rule, by read-out and arm; in brackets as a multiple of the value at 0 h, if the rule has that.
fn describe_values(condition: &Condition, values: &dyn Values) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    each_piece(condition, &mut |expression| {
        if let Expression::OfCohort(statistic) = expression {
            if let Ok(value) = expression.evaluate(values) {
                let text = match value {
                    Scalar::Number(x) => short(x),
                    Scalar::Never => "never".to_string(),
                };
                groups.push((statistic.to_string(), vec![text]));
            }
            return;
        }
        let (place, starts_at, when, is_amount) = match expression {
            Expression::Term(t) => (place(Reading::Term(t)), t.clone(), format!("@{}h", t.time_h), true),
            Expression::OfSeries(f, s) => {
                let when = format!("{} @{}h..{}h", f.text(), s.from_h, s.to_h);
                let amount = !matches!(f.text(), "time_of_max" | "time_of_min" | "slope");
                (place(Reading::Series(s)), s.at(s.from_h), when, amount)
            }
            _ => return,
        };
        let number = match expression.evaluate(values) {
            Ok(Scalar::Number(x)) => x,
            _ => return,
        };
        let start = values.value(&Term { time_h: 0.0, ..starts_at }).ok().filter(|s| *s > 0.0 && is_amount);
        let text = match start.filter(|_| when != "@0h") {
            Some(start) => format!("{when} {} ({}x)", short(number), short(number / start)),
            None => format!("{when} {}", short(number)),
        };
        match groups.iter_mut().find(|g| g.0 == place) {
            Some(group) if group.1.contains(&text) => {}
            Some(group) => group.1.push(text),
            None => groups.push((place, vec![text])),
        }
    });
    let groups: Vec<String> =
        groups.into_iter().map(|(place, texts)| format!("{place}: {}", texts.join(", "))).collect();
    groups.join("; ")
}

fn place(reading: Reading<'_>) -> String {
    let (experiment, readout, arm) = reading.names();
    format!("{}{readout}[{arm}]", experiment.map(|e| format!("{e}/")).unwrap_or_default())
}

/// Calls `visit` for every term and every function of a series.
fn each_piece<'c>(condition: &'c Condition, visit: &mut dyn FnMut(&'c Expression)) {
    match condition {
        Condition::Or(parts) | Condition::And(parts) => parts.iter().for_each(|p| each_piece(p, visit)),
        Condition::Compare(comparison) => {
            std::iter::once(&comparison.first)
                .chain(comparison.rest.iter().map(|r| &r.1))
                .for_each(|e| pieces_of(e, visit));
        }
    }
}

fn pieces_of<'c>(expression: &'c Expression, visit: &mut dyn FnMut(&'c Expression)) {
    match expression {
        Expression::Number(_) => {}
        Expression::Term(_)
        | Expression::OfSeries(..)
        | Expression::OfCohort(_)
        | Expression::FirstTime(..) => visit(expression),
        Expression::Negate(x) => pieces_of(x, visit),
        Expression::Binary(_, x, y) => {
            pieces_of(x, visit);
            pieces_of(y, visit);
        }
        Expression::Call(_, arguments) => arguments.iter().for_each(|a| pieces_of(a, visit)),
    }
}

/// Three significant digits.
fn short(x: f64) -> String {
    let size = x.abs();
    if size == 0.0 || (1e-3..1e5).contains(&size) {
        let digits = if size == 0.0 { 0.0 } else { 2.0 - size.log10().floor() };
        let places = digits.clamp(0.0, 6.0) as usize;
        return format!("{x:.places$}");
    }
    format!("{x:.2e}")
}
