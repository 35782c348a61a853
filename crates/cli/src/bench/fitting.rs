//! The search for parameters with which the findings hold: what may move, and what a set of parameters costs.

use std::ops::ControlFlow;

use calibrate::{
    DEVIATIONS_PER_RANGE, DescentOptions, Dimension, Generation, PriorTerm, SearchOptions, ShortfallOptions,
    Space, descend, margin_residual, minimise, prior_residuals, reduce_shortfalls, shortfall_loss,
};
use pathway::catalog::{Obtained, ParameterRow};
use pathway::{Bench, Finding, Library, MarginParts, Provenance, RunSettings};

use crate::failure::Failure;

/// What to search for, and how.
#[derive(Clone, Debug)]
pub(crate) struct FitPlan {
    /// Ids of the findings that count.
    pub(crate) findings: Vec<String>,
    /// Which kinds of numbers may move, each within the range of its row.
    pub(crate) free: Vec<Obtained>,
    /// Only numbers that rules of these modules use; empty: all.
    pub(crate) modules: Vec<String>,
    /// Only these numbers; empty: all. A name means the number in every table, `CELL:NAME` that of one cell.
    pub(crate) numbers: Vec<String>,
    /// Values to start from instead of those of the tables: (name, value).
    pub(crate) start: Vec<(String, f64)>,
    /// Margin beyond which a comparison costs nothing.
    pub(crate) wanted: f64,
    /// Noisy copies of every parameter set that are judged as well.
    pub(crate) draws: usize,
    /// Standard deviation of that noise, in natural logarithms.
    pub(crate) noise: f64,
    /// How to walk.
    pub(crate) method: Method,
    /// Seed of the search and of the noise.
    pub(crate) seed: u64,
    /// First step, in quarters of each logarithmic range.
    pub(crate) sigma: f64,
    /// Numbers that one step of a descent moves; none: all.
    pub(crate) block: Option<usize>,
    /// Loss evaluations to spend.
    pub(crate) evaluations: usize,
    /// Whether to look for findings that pull against each other; it costs as much as a Jacobian.
    pub(crate) conflicts: bool,
}

/// How a search walks.
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub(crate) enum Method {
    /// Levenberg-Marquardt: down the valley it starts in, fast
    Descent,
    /// CMA-ES: slower, and finds other valleys
    CmaEs,
    /// Linear programmes: as many findings as possible, without priors; for the last ones
    Count,
}

/// A number that may move.
#[derive(Clone, Debug)]
pub(crate) struct FreeNumber {
    /// `table:name`, or `CELL:name` and `HOST:name` for the value in one cell or host.
    pub(crate) key: String,
    /// Table it comes from.
    pub(crate) file: &'static str,
    /// First cells of its row there.
    pub(crate) row: Vec<String>,
    pub(crate) unit: String,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) before: f64,
    pub(crate) after: f64,
}

/// What came out.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    pub(crate) numbers: Vec<FreeNumber>,
    pub(crate) loss_before: f64,
    pub(crate) loss_after: f64,
    pub(crate) evaluations: usize,
    /// Findings that count.
    pub(crate) findings: usize,
    pub(crate) supported_before: usize,
    pub(crate) supported_after: usize,
    /// Findings that pull against each other at the end, strongest first.
    pub(crate) conflicts: Vec<Conflict>,
}

/// Two findings of which one falls when the other rises.
#[derive(Clone, Debug)]
pub(crate) struct Conflict {
    pub(crate) first: String,
    pub(crate) second: String,
    /// Cosine between the gradients of their margins; -1: exactly opposed.
    pub(crate) cosine: f64,
}

/// A guard needs less room than the rule: it only keeps the signal where an assay would see it.
const GUARD_SHARE: f64 = 0.6;
/// Beyond this shortfall the cost grows slowly, so that hopeless findings do not rule the search.
const HOPELESS: f64 = 0.5;
/// Weight of the priors against the findings: 100 numbers at one standard deviation cost as much as one finding that is
/// missed by a factor of two.
const PRIOR_WEIGHT: f64 = 0.02;
/// Findings with less margin than this are watched for conflicts.
const TIGHT: f64 = 0.15;
/// Step of the finite differences of the margins, in natural logarithms.
const DIFFERENCE: f64 = 0.05;
/// Gradients more opposed than this count as a conflict.
const OPPOSED: f64 = -0.4;

/// Searches; `on_generation` sees every generation with the keys of the numbers and may stop.
pub(super) fn fit(
    bench: &Bench,
    plan: &FitPlan,
    on_generation: &mut dyn FnMut(&[String], &Generation) -> ControlFlow<()>,
) -> Result<Fit, Failure> {
    let mut numbers = free_numbers(bench, plan)?;
    let keys: Vec<String> = numbers.iter().map(|n| n.key.clone()).collect();
    let findings: Vec<&Finding> = plan.findings.iter().filter_map(|id| bench.library().finding(id)).collect();
    if findings.is_empty() {
        return Err(failure("there is no finding to fit to", "`resurge list findings` shows what there is"));
    }
    let priors = priors(bench, &numbers);
    let dimensions = numbers.iter().map(|n| Dimension::new(&n.key, n.before, n.low, n.high));
    let space = Space::new(
        dimensions
            .collect::<Result<_, _>>()
            .map_err(|e| failure(&e.to_string(), "correct the range in the table"))?,
    );
    let overrides = |p: &[f64]| keys.iter().cloned().zip(p.iter().copied()).collect::<Vec<_>>();
    let residuals = |p: &[f64]| {
        let settings = RunSettings { overrides: overrides(p), ..RunSettings::search() };
        let mut residuals = Vec::new();
        residuals_of(&findings, &bench.margins_with(&findings, &settings), plan.wanted, &mut residuals);
        match bench.margins_under_noise(&findings, &settings, plan.draws, plan.noise, plan.seed) {
            Ok(noisy) => {
                noisy.iter().for_each(|margins| residuals_of(&findings, margins, 0.0, &mut residuals));
            }
            Err(_) => residuals.push(f64::NAN),
        }
        let sets = (1.0 + plan.draws as f64).sqrt();
        residuals.iter_mut().for_each(|r| *r /= sets);
        residuals.extend(prior_residuals(p, &priors, PRIOR_WEIGHT));
        residuals
    };
    let shortfalls = |p: &[f64]| {
        let settings = RunSettings { overrides: overrides(p), ..RunSettings::search() };
        let mut all = Vec::new();
        shortfalls_of(&bench.margins_with(&findings, &settings), plan.wanted, &mut all);
        match bench.margins_under_noise(&findings, &settings, plan.draws, plan.noise, plan.seed) {
            Ok(noisy) => noisy.iter().for_each(|margins| shortfalls_of(margins, 0.0, &mut all)),
            Err(_) => all.push(f64::NAN),
        }
        all
    };
    let loss = |p: &[f64]| residuals(p).iter().map(|r| r * r).sum::<f64>();
    let before: Vec<f64> = numbers.iter().map(|n| n.before).collect();
    let mut loss_before = None;
    let mut watch = |g: &Generation| on_generation(&keys, g);
    let found = match plan.method {
        Method::Descent => {
            let options = DescentOptions {
                max_evaluations: plan.evaluations,
                block: plan.block,
                seed: plan.seed,
                ..DescentOptions::default()
            };
            descend(&space, &residuals, &options, &mut watch)
        }
        Method::CmaEs => {
            let options = SearchOptions {
                seed: plan.seed,
                sigma: plan.sigma,
                population: None,
                max_evaluations: plan.evaluations,
                target: 0.0,
            };
            minimise(&space, &loss, &options, &mut watch)
        }
        Method::Count => {
            let options = ShortfallOptions {
                max_evaluations: plan.evaluations,
                block: plan.block,
                seed: plan.seed,
                ..ShortfallOptions::default()
            };
            let settings = RunSettings { overrides: overrides(&before), ..RunSettings::search() };
            let margins = bench.margins_with(&findings, &settings);
            let weights: Vec<f64> = (0..=plan.draws).flat_map(|_| weights_of(&findings, &margins)).collect();
            loss_before = Some(shortfall_loss(&shortfalls(&before), &weights, options.near));
            reduce_shortfalls(&space, &shortfalls, &weights, &options, &mut watch)
        }
    }
    .map_err(|e| failure(&format!("failed to search: {e}"), "check the findings with `resurge check`"))?;
    for (number, value) in numbers.iter_mut().zip(&found.best) {
        number.after = *value;
    }
    let supported = |p: &[f64]| {
        let margins = bench.margins(&findings, &overrides(p));
        margins.iter().filter(|m| m.margin().is_some_and(|m| m >= 0.0)).count()
    };
    Ok(Fit {
        supported_before: supported(&before),
        supported_after: supported(&found.best),
        conflicts: if plan.conflicts { conflicts(bench, &findings, &keys, &found.best) } else { Vec::new() },
        numbers,
        loss_before: loss_before.unwrap_or_else(|| loss(&before)),
        loss_after: found.best_loss,
        evaluations: found.evaluations,
        findings: findings.len(),
    })
}

/// What a finding counts in a search.
fn weight(finding: &Finding) -> f64 {
    if finding.provenance == Provenance::Derived { 0.5 } else { 1.0 }
}

/// Weights of all comparisons, in the order of [`shortfalls_of`].
fn weights_of(findings: &[&Finding], margins: &[MarginParts]) -> Vec<f64> {
    let parts = findings.iter().zip(margins);
    parts.flat_map(|(f, m)| vec![weight(f); m.rule.len() + m.guards.len()]).collect()
}

/// How far every comparison of the findings falls short of what is wanted; negative: how far beyond.
fn shortfalls_of(margins: &[MarginParts], wanted: f64, shortfalls: &mut Vec<f64>) {
    for parts in margins {
        let of = |margin: &Option<f64>, wanted: f64| wanted - margin.unwrap_or(-10.0);
        shortfalls.extend(parts.rule.iter().map(|m| of(m, wanted)));
        shortfalls.extend(parts.guards.iter().map(|m| of(m, wanted * GUARD_SHARE)));
    }
}

/// Residuals of the margins of all findings.
fn residuals_of(findings: &[&Finding], margins: &[MarginParts], wanted: f64, residuals: &mut Vec<f64>) {
    for (finding, parts) in findings.iter().zip(margins) {
        let weight = 4.0 * weight(finding);
        let of = |margin: &Option<f64>, wanted| {
            margin_residual(margin.unwrap_or(f64::NAN), weight, wanted, HOPELESS)
        };
        residuals.extend(parts.rule.iter().map(|m| of(m, wanted)));
        residuals.extend(parts.guards.iter().map(|m| of(m, wanted * GUARD_SHARE)));
    }
}

/// A number of any table of the library.
struct NumberRow<'l> {
    /// As an override names it.
    key: String,
    file: &'static str,
    /// First cells of its row.
    row: Vec<String>,
    name: String,
    unit: &'l str,
    value: f64,
    low: f64,
    high: f64,
    obtained: Obtained,
}

impl<'l> NumberRow<'l> {
    /// Whether a name means this number: `NAME` in every table, `CELL:NAME` in one cell.
    fn is(&self, name: &str) -> bool {
        self.name == name || self.key == name
    }

    fn of(file: &'static str, place: &str, row: Vec<String>, r: &'l ParameterRow) -> Self {
        NumberRow {
            key: format!("{place}:{}", r.name),
            file,
            row,
            name: r.name.clone(),
            unit: &r.unit,
            value: r.value,
            low: r.low,
            high: r.high,
            obtained: r.obtained,
        }
    }
}

/// All numbers of `parameters.tsv`, `contexts.tsv`, `pharmacokinetics.tsv` and `animals.tsv`.
fn rows(library: &Library) -> Vec<NumberRow<'_>> {
    let mut rows: Vec<NumberRow<'_>> = Vec::new();
    for r in library.parameters() {
        rows.push(NumberRow::of("parameters.tsv", "table", vec![r.name.clone()], r));
    }
    for cell in library.contexts() {
        for r in &cell.values {
            rows.push(NumberRow::of("contexts.tsv", &cell.id, vec![cell.id.clone(), r.name.clone()], r));
        }
    }
    for kinetics in library.pharmacokinetics() {
        for r in &kinetics.rows {
            let name = kinetics.parameter(r.quantity, r.route);
            let route = r.route.map_or("", |route| route.word());
            let row = [&kinetics.drug, route, r.quantity.word()].map(str::to_string).to_vec();
            let (file, key, unit) = ("pharmacokinetics.tsv", format!("table:{name}"), r.quantity.unit());
            let (value, low, high, obtained) = (r.value, r.low, r.high, r.obtained);
            rows.push(NumberRow { key, file, row, name, unit, value, low, high, obtained });
        }
    }
    for host in library.hosts() {
        for r in &host.conditions {
            let (key, name) = (format!("{}:{}", host.id, r.parameter), r.parameter.clone());
            let row = vec![host.id.clone(), name.clone()];
            let (file, unit) = ("animals.tsv", "1");
            let (value, low, high, obtained) = (r.value, r.low, r.high, r.obtained);
            rows.push(NumberRow { key, file, row, name, unit, value, low, high, obtained });
        }
    }
    rows
}

fn free_numbers(bench: &Bench, plan: &FitPlan) -> Result<Vec<FreeNumber>, Failure> {
    let library = bench.library();
    for module in &plan.modules {
        if !library.modules().iter().any(|m| m.file == *module) {
            let known = library.modules().iter().map(|m| m.file.as_str());
            return Err(Failure::unknown_name("module", module, known, "resurge model"));
        }
    }
    let in_modules =
        |name: &str| {
            plan.modules.is_empty()
                || library.modules().iter().filter(|m| plan.modules.contains(&m.file)).any(|m| {
                    m.text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
                })
        };
    let all = rows(library);
    for number in &plan.numbers {
        if !all.iter().any(|row| row.is(number)) {
            let known = all.iter().map(|row| row.name.as_str());
            return Err(Failure::unknown_name("number", number, known, "resurge model parameters"));
        }
    }
    let chosen = |row: &NumberRow<'_>| {
        if plan.numbers.is_empty() {
            plan.free.contains(&row.obtained) && in_modules(&row.name)
        } else {
            plan.numbers.iter().any(|number| row.is(number))
        }
    };
    let movable = |row: &NumberRow<'_>| row.low > 0.0 && row.high > row.low && chosen(row);
    let number = |row: NumberRow<'_>| {
        let start = plan.start.iter().find(|(name, _)| *name == row.key).map(|(_, value)| *value);
        let before = start.unwrap_or(row.value).clamp(row.low, row.high);
        let unit = row.unit.to_string();
        let NumberRow { key, file, row, low, high, .. } = row;
        FreeNumber { key, file, row, unit, low, high, before, after: before }
    };
    let numbers: Vec<FreeNumber> = all.into_iter().filter(movable).map(number).collect();
    if numbers.is_empty() {
        return Err(failure(
            "no number may move",
            "allow more kinds with --free, or other modules with --module",
        ));
    }
    Ok(numbers)
}

/// Lognormal priors whose range covers four standard deviations. A fitted number is centred in its range, so that
/// the result of an earlier fit does not hold itself up; any other number on its own value.
fn priors(bench: &Bench, numbers: &[FreeNumber]) -> Vec<PriorTerm> {
    let rows = rows(bench.library());
    numbers
        .iter()
        .map(|n| {
            let middle = (n.low * n.high).sqrt();
            let row = rows.iter().find(|r| r.key == n.key);
            let own = row.filter(|r| r.obtained != Obtained::Fitted).map(|r| r.value);
            PriorTerm { centre: own.unwrap_or(middle), sd: (n.high / n.low).ln() / DEVIATIONS_PER_RANGE }
        })
        .collect()
}

/// Pairs of tight findings whose margins have opposed gradients with respect to the free numbers.
fn conflicts(bench: &Bench, findings: &[&Finding], keys: &[String], best: &[f64]) -> Vec<Conflict> {
    let margins = |p: &[f64]| -> Vec<f64> {
        let overrides: Vec<(String, f64)> = keys.iter().cloned().zip(p.iter().copied()).collect();
        bench.margins(findings, &overrides).iter().map(|m| m.margin().unwrap_or(f64::NAN)).collect()
    };
    let here = margins(best);
    let gradients: Vec<Vec<f64>> = (0..keys.len())
        .map(|k| {
            let mut moved = best.to_vec();
            moved[k] *= DIFFERENCE.exp();
            margins(&moved).iter().zip(&here).map(|(there, here)| there - here).collect()
        })
        .collect();
    let tight: Vec<usize> = (0..findings.len()).filter(|&i| here[i] < TIGHT).collect();
    let dot =
        |a: usize, b: usize| gradients.iter().map(|g| g[a] * g[b]).filter(|x| x.is_finite()).sum::<f64>();
    let mut conflicts: Vec<Conflict> = Vec::new();
    for (n, &a) in tight.iter().enumerate() {
        for &b in &tight[n + 1..] {
            let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
            if cosine < OPPOSED {
                conflicts.push(Conflict {
                    first: findings[a].id.clone(),
                    second: findings[b].id.clone(),
                    cosine,
                });
            }
        }
    }
    conflicts.sort_by(|a, b| a.cosine.total_cmp(&b.cosine));
    conflicts
}

fn failure(message: &str, help: &str) -> Failure {
    Failure::Run { message: message.to_string(), help: help.to_string() }
}
