//! Simulation over time.

use std::sync::Arc;

use model::{Expr, ReactionNetwork};
use simulate::{
    Run, RunOptions, Simulator, SpeciesAs, StochasticMethod, SystemRun, compile_stochastic, system_of_network,
};

use super::{Options, Outcome, Session, Trouble, table};

/// Options of a simulation.
pub(super) const KNOWN: [&str; 18] = [
    "method",
    "t_start",
    "t_end",
    "n_steps",
    "n_output_steps",
    "sample_times",
    "continue",
    "prefix",
    "suffix",
    "atol",
    "rtol",
    "steady_state",
    "print_functions",
    "print_CDAT",
    "print_cdat",
    "stop_if",
    "seed",
    "print_on_stop",
];

/// Tolerances of BioNetGen where the action gives none.
const TOLERANCE: f64 = 1e-8;
/// A tolerance bounds the error of a step, and errors of steps add up: steps are taken with this share of it, so that
/// the numbers in the file are as exact as the action asks.
const SHARE: f64 = 1e-2;
/// Steps with less than this are lost to rounding.
const LEAST_RELATIVE: f64 = 1e-12;
/// More rows than this are a mistake.
const MOST_ROWS: usize = 10_000_000;
/// Relative; times are written with 12 digits.
const SAME_TIME: f64 = 1e-9;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Method {
    Ode,
    Exact,
    /// Not as the action says: which method it names.
    ExactInstead(&'static str),
    TauInstead(&'static str),
}

/// What to simulate, and what to write.
struct Plan {
    method: Method,
    times: Vec<f64>,
    base: String,
    continues: bool,
    functions: bool,
    species: bool,
    steady_state: bool,
    stop_if: Option<Expr>,
    rtol: f64,
    atol: f64,
    seed: Option<u64>,
}

/// Rows of a simulation.
struct Course {
    names: Vec<String>,
    times: Vec<f64>,
    /// Shape: `[n_times][n_names]`
    values: Vec<Vec<f64>>,
    /// Shape: `[n_times][n_species]`
    states: Vec<Vec<f64>>,
    remark: &'static str,
}

impl Session<'_> {
    /// `simulate`, with the method that the name of the action fixes.
    pub(super) fn simulate(&mut self, fixed: Option<&str>, options: &Options<'_>) -> Outcome {
        options.check(&KNOWN)?;
        let base = self.base_name(options)?;
        self.simulate_as(fixed, options, base)
    }

    /// The same with the first part of the names of files given.
    pub(super) fn simulate_as(
        &mut self,
        fixed: Option<&str>,
        options: &Options<'_>,
        base: String,
    ) -> Outcome {
        self.need_network()?;
        let plan = self.plan(fixed, options, base)?;
        let network_file = format!("{}.net", plan.base);
        if self.writes_networks && (self.is_changed || !self.files.contains_key(&network_file)) {
            let text = self.network.as_ref().map(formats::net::write).unwrap_or_default();
            self.write(&network_file, text);
            self.is_changed = false;
        }
        let mut course = match plan.method {
            Method::Ode => self.deterministic(&plan)?,
            _ => self.random(&plan)?,
        };
        self.cut(&plan, &mut course)?;
        self.keep(&plan, &course);
        let (n, end) = (course.times.len(), course.times.last().copied().unwrap_or_default());
        Ok(format!(
            "{n} times to t = {end}, in {}.gdat{}{}",
            plan.base,
            if plan.species { " and .cdat" } else { "" },
            course.remark
        ))
    }

    fn plan(&self, fixed: Option<&str>, options: &Options<'_>, base: String) -> Result<Plan, Trouble> {
        let method = match fixed.or(options.text("method")?).unwrap_or("ode") {
            "ode" | "cvode" => Method::Ode,
            "ssa" => Method::Exact,
            "nf" => Method::ExactInstead(
                "; network-free simulation has the same statistics as the exact one of the network",
            ),
            "psa" => Method::ExactInstead("; exact stochastic simulation instead of partial scaling"),
            "pla" => Method::TauInstead("; tau-leaping instead of partitioned leaping"),
            other => return Err(Trouble::Unsupported(format!("the method {other:?}"))),
        };
        let continues = options.is_set("continue", false, self)?;
        let stop_if = options.text("stop_if")?.map(|text| self.condition(text)).transpose()?;
        let seed = options.whole("seed", self)?.map(|s| s as u64);
        Ok(Plan {
            method,
            times: self.times(options, continues)?,
            base,
            continues,
            functions: options.is_set("print_functions", false, self)?,
            species: options.is_set("print_CDAT", true, self)? && options.is_set("print_cdat", true, self)?,
            steady_state: options.is_set("steady_state", false, self)?,
            stop_if,
            rtol: options.number("rtol", self)?.unwrap_or(TOLERANCE),
            atol: options.number("atol", self)?.unwrap_or(TOLERANCE),
            seed,
        })
    }

    fn times(&self, options: &Options<'_>, continues: bool) -> Result<Vec<f64>, Trouble> {
        let given = options.number("t_start", self)?;
        let start = given.unwrap_or(if continues { self.time } else { 0.0 });
        if continues && (start - self.time).abs() > SAME_TIME * self.time.abs() {
            return Err(Trouble::Failed(format!(
                "the simulation continues at t = {}, where the last one ended, not at {start}",
                self.time
            )));
        }
        let end = options.number("t_end", self)?;
        if let Some(mut times) = options.numbers("sample_times", self)? {
            times.sort_by(f64::total_cmp);
            times.retain(|t| *t > start);
            let last = times.last().copied().unwrap_or(start);
            times.extend(end.filter(|end| *end > last));
            times.insert(0, start);
            times.dedup();
            return if times.len() > 1 {
                Ok(times)
            } else {
                Err(Trouble::failed("no time is sampled after the start"))
            };
        }
        let Some(end) = end else { return Err(Trouble::failed("t_end is missing")) };
        if end <= start {
            return Err(Trouble::Failed(format!("it ends at t = {end}, not after its start at {start}")));
        }
        let steps = match options.whole("n_steps", self)? {
            Some(n) => n,
            None => options.whole("n_output_steps", self)?.unwrap_or(1),
        };
        if !(1..=MOST_ROWS).contains(&steps) {
            return Err(Trouble::Failed(format!("n_steps is {steps}; it must be from 1 to {MOST_ROWS}")));
        }
        let at = |k: usize| start + (end - start) * k as f64 / steps as f64;
        Ok((0..=steps).map(|k| if k == steps { end } else { at(k) }).collect())
    }

    /// A condition of parameters, observables and functions.
    fn condition(&self, text: &str) -> Result<Expr, Trouble> {
        let known = |name: &str| {
            self.network.as_ref().is_some_and(|n| {
                n.parameters.iter().any(|p| p.name == name)
                    || n.observables.iter().any(|o| o.name == name)
                    || n.functions.iter().any(|f| f.name == name)
            })
        };
        formats::bngl::expression(text, &known).map_err(|e| Trouble::Failed(format!("stop_if: {e}")))
    }

    fn deterministic(&self, plan: &Plan) -> Result<Course, Trouble> {
        let network = self.network_now()?;
        let compiled = Arc::new(simulate::compile(network).map_err(Trouble::failed)?);
        let run = Run {
            t_start: plan.times[0],
            t_end: plan.times[plan.times.len() - 1],
            output_times: plan.times.clone(),
            options: RunOptions {
                rtol: (plan.rtol * SHARE).max(LEAST_RELATIVE),
                atol: vec![plan.atol * SHARE],
                max_steps: 10_000_000,
                ..RunOptions::default()
            },
            ..Run::default()
        };
        let mut simulator = Simulator::new(compiled.clone());
        let trajectory = simulator.run(&run).map_err(Trouble::failed)?;
        let names = output_names(network, plan.functions);
        let columns: Vec<Option<usize>> = names.iter().map(|name| compiled.output_idx(name)).collect();
        let mut course =
            Course { names, times: plan.times.clone(), values: Vec::new(), states: Vec::new(), remark: "" };
        for row in 0..trajectory.times().len() {
            let outputs = trajectory.outputs_at(row);
            course.values.push(columns.iter().map(|c| c.map_or(f64::NAN, |c| outputs[c])).collect());
            course.states.push(trajectory.state(row).to_vec());
            if plan.steady_state && row > 0 {
                let change = simulator.derivatives(plan.times[row], trajectory.state(row));
                let norm = change.iter().map(|x| x * x).sum::<f64>().sqrt();
                if norm / (change.len() as f64) < plan.atol {
                    course.times.truncate(row + 1);
                    course.remark = ", where nothing changes any more";
                    break;
                }
            }
        }
        Ok(course)
    }

    fn random(&mut self, plan: &Plan) -> Result<Course, Trouble> {
        if plan.steady_state {
            return Err(Trouble::Unsupported("steady_state of a stochastic simulation".to_string()));
        }
        let seed = plan.seed.unwrap_or(self.settings.seed);
        // Runs without a seed of their own differ from each other.
        let replicate = if plan.seed.is_some() { 0 } else { self.n_random_runs };
        self.n_random_runs += 1;
        let network = self.network_now()?;
        let (method, remark) = match plan.method {
            Method::TauInstead(remark) => (StochasticMethod::TauLeaping { epsilon: 0.03 }, remark),
            Method::ExactInstead(remark) => (StochasticMethod::Exact, remark),
            Method::Exact | Method::Ode => (StochasticMethod::Exact, ""),
        };
        let compiled = compile_stochastic(&system_of_network(network), method).map_err(Trouble::failed)?;
        let run = SystemRun {
            t_start: plan.times[0],
            t_end: plan.times[plan.times.len() - 1],
            output_times: plan.times.clone(),
            seed,
            replicate,
            ..SystemRun::default()
        };
        let trajectory = compiled.run(&run).map_err(Trouble::failed)?;
        let column = |name: &str| {
            compiled.column(name, SpeciesAs::Amount).map(|c| trajectory.column(c)).unwrap_or_default()
        };
        let names = output_names(network, plan.functions);
        let outputs: Vec<Vec<f64>> = names.iter().map(|name| column(name)).collect();
        let species: Vec<Vec<f64>> = network.species.iter().map(|s| column(&s.name)).collect();
        let rows = |columns: &[Vec<f64>]| {
            (0..plan.times.len())
                .map(|row| columns.iter().map(|c| c.get(row).copied().unwrap_or(f64::NAN)).collect())
                .collect()
        };
        Ok(Course {
            names,
            times: plan.times.clone(),
            values: rows(&outputs),
            states: rows(&species),
            remark,
        })
    }

    fn network_now(&self) -> Result<&ReactionNetwork, Trouble> {
        self.network.as_ref().ok_or_else(|| Trouble::failed("there is no network"))
    }

    /// Ends the course at the first row at which the condition holds.
    fn cut(&self, plan: &Plan, course: &mut Course) -> Result<(), Trouble> {
        let Some(condition) = &plan.stop_if else { return Ok(()) };
        let network = self.network_now()?;
        let holds =
            |row: usize| rules::evaluate(condition, network, &course.states[row], course.times[row]) != 0.0;
        if let Some(row) = (0..course.times.len()).find(|&row| holds(row)) {
            course.times.truncate(row + 1);
            course.remark = ", the first time of the table at which stop_if holds";
        }
        Ok(())
    }

    /// Writes the tables, and goes on from the last row.
    fn keep(&mut self, plan: &Plan, course: &Course) {
        let n = course.times.len();
        let species: Vec<String> =
            (1..=course.states.first().map_or(0, Vec::len)).map(|i| format!("S{i}")).collect();
        self.append(plan, "gdat", &course.names, &course.times, &course.values[..n]);
        if plan.species {
            self.append(plan, "cdat", &species, &course.times, &course.states[..n]);
        }
        self.time = course.times[n - 1];
        self.last_row = course.names.iter().cloned().zip(course.values[n - 1].iter().copied()).collect();
        self.take_amounts(&course.states[n - 1]);
    }

    fn append(&mut self, plan: &Plan, ending: &str, names: &[String], times: &[f64], rows: &[Vec<f64>]) {
        let file = format!("{}.{ending}", plan.base);
        let before = self.files.get(&file).filter(|_| plan.continues).cloned();
        // A table that goes on has the row of the start already.
        let first = usize::from(before.is_some());
        let mut text = before.unwrap_or_else(|| table::head(names.iter().map(String::as_str)));
        for (time, values) in times.iter().zip(rows).skip(first) {
            table::row(&mut text, *time, values);
        }
        self.write(&file, text);
    }
}

/// Observables, and functions if they are printed.
fn output_names(network: &ReactionNetwork, functions: bool) -> Vec<String> {
    let observables = network.observables.iter().map(|o| o.name.clone());
    let functions = network.functions.iter().filter(|f| functions && f.arguments.is_empty());
    observables.chain(functions.map(|f| f.name.clone())).collect()
}
