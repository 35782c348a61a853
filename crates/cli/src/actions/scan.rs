//! Simulations for several values of a parameter.

use std::collections::BTreeMap;

use model::Expr;

use super::{Options, Outcome, Session, Trouble, table, time_course};

/// Options of a scan, besides those of the simulations.
const KNOWN: [&str; 7] =
    ["parameter", "par_min", "par_max", "n_scan_pts", "log_scale", "par_scan_vals", "reset_conc"];
/// More points than this are a mistake.
const MOST_POINTS: usize = 100_000;

/// Rows of a scan: the value of the parameter, and the observables at the end.
type Rows = Vec<(f64, Vec<f64>)>;

impl Session<'_> {
    /// `parameter_scan`: a simulation for each value, and the last row of each in a `.scan` file.
    pub(super) fn parameter_scan(&mut self, options: &Options<'_>) -> Outcome {
        let (parameter, values, base) = self.scan_plan(options)?;
        let reset = options.is_set("reset_conc", true, self)?;
        let before = self.expressions();
        let (names, rows) = self.scan_values(options, &parameter, &values, &base, reset)?;
        if reset {
            self.restore(&before);
        }
        self.write(&format!("{base}.scan"), table::scan(&parameter, &names, &rows));
        Ok(format!("{} simulations in the folder {base}, their ends in {base}.scan", rows.len()))
    }

    /// `bifurcate`: a scan upward and back, each simulation from the end of the one before.
    pub(super) fn bifurcate(&mut self, options: &Options<'_>) -> Outcome {
        let (parameter, mut values, base) = self.scan_plan(options)?;
        let forward = format!("{base}_forward");
        let (names, up) = self.scan_values(options, &parameter, &values, &forward, false)?;
        values.reverse();
        let backward = format!("{base}_backward");
        let (_, mut down) = self.scan_values(options, &parameter, &values, &backward, false)?;
        down.reverse();
        let columns = ["forward".to_string(), "backward".to_string()];
        for (i, name) in names.iter().enumerate() {
            let rows: Rows = up.iter().zip(&down).map(|(a, b)| (a.0, vec![a.1[i], b.1[i]])).collect();
            self.write(&format!("{base}_bifurcation_{name}.scan"), table::scan(&parameter, &columns, &rows));
        }
        Ok(format!("{} simulations, their ends in {base}_bifurcation_NAME.scan", 2 * up.len()))
    }

    /// `simulate_protocol`: the actions of the block protocol.
    pub(super) fn protocol(&mut self) -> Outcome {
        let actions = self.model.protocol.clone();
        if actions.is_empty() {
            return Err(Trouble::failed("the model has no block \"protocol\""));
        }
        for action in &actions {
            self.carry_out(action).map_err(|t| match t {
                Trouble::Failed(reason) => Trouble::Failed(format!("{}: {reason}", action.name)),
                // A protocol without one of its steps would be another one.
                Trouble::Unsupported(what) => {
                    Trouble::Failed(format!("{} is not offered: {what}", action.name))
                }
            })?;
        }
        Ok(format!("{} actions of the protocol", actions.len()))
    }

    /// The parameter, its values, and the first part of the names of files.
    fn scan_plan(&mut self, options: &Options<'_>) -> Result<(String, Vec<f64>, String), Trouble> {
        options.check(&[&KNOWN[..], &time_course::KNOWN[..]].concat())?;
        self.need_network()?;
        let Some(parameter) = options.text("parameter")? else {
            return Err(Trouble::failed("which parameter? write parameter=>\"k\""));
        };
        if !self.parameters().iter().any(|p| p.name == parameter) {
            return Err(Trouble::Failed(format!("there is no parameter \"{parameter}\"")));
        }
        let prefix = super::file_name(options.text("prefix")?.unwrap_or(&self.settings.name));
        let base = format!("{prefix}_{}", options.text("suffix")?.unwrap_or(parameter));
        Ok((parameter.to_string(), self.scan_points(options)?, base))
    }

    fn scan_points(&self, options: &Options<'_>) -> Result<Vec<f64>, Trouble> {
        if let Some(values) = options.numbers("par_scan_vals", self)? {
            return Ok(values);
        }
        let needed = |name: &str| {
            options.number(name, self)?.ok_or_else(|| Trouble::Failed(format!("{name} is missing")))
        };
        let (min, max) = (needed("par_min")?, needed("par_max")?);
        let n = options.whole("n_scan_pts", self)?.unwrap_or(0);
        if !(1..=MOST_POINTS).contains(&n) {
            return Err(Trouble::Failed(format!("n_scan_pts is {n}; it must be from 1 to {MOST_POINTS}")));
        }
        let log = options.is_set("log_scale", false, self)?;
        if log && !(min > 0.0 && max > 0.0) {
            return Err(Trouble::Failed(format!("a logarithmic scale goes from {min} to {max}")));
        }
        let share = |k: usize| if n == 1 { 0.0 } else { k as f64 / (n - 1) as f64 };
        let at =
            |s: f64| if log { (min.ln() + (max.ln() - min.ln()) * s).exp() } else { min + (max - min) * s };
        Ok((0..n).map(|k| if k + 1 == n && n > 1 { max } else { at(share(k)) }).collect())
    }

    fn scan_values(
        &mut self,
        options: &Options<'_>,
        parameter: &str,
        values: &[f64],
        base: &str,
        reset: bool,
    ) -> Result<(Vec<String>, Rows), Trouble> {
        let own_value = self.parameters().iter().find(|p| p.name == parameter).map(|p| p.value.clone());
        let amounts = self.expressions();
        let by_protocol = options.text("method")? == Some("protocol");
        let (name, writes) = (self.settings.name.clone(), self.writes_networks);
        self.writes_networks = false;
        let mut rows = Rows::new();
        let mut names = Vec::new();
        for (i, &value) in values.iter().enumerate() {
            if reset {
                self.restore(&amounts);
            }
            self.put_parameter(parameter, Expr::Number(value));
            let point = format!("{base}_{:05}", i + 1);
            self.settings.name.clone_from(&point);
            let outcome =
                if by_protocol { self.protocol() } else { self.simulate_as(None, options, point.clone()) };
            self.settings.name.clone_from(&name);
            outcome.map_err(|t| match t {
                Trouble::Failed(reason) => Trouble::Failed(format!("at {parameter} = {value}: {reason}")),
                other => other,
            })?;
            self.move_into(base, &point);
            names = self.last_row.iter().map(|(name, _)| name.clone()).collect();
            rows.push((value, self.last_row.iter().map(|(_, value)| *value).collect()));
        }
        self.writes_networks = writes;
        if let Some(value) = own_value {
            self.put_parameter(parameter, value);
        }
        Ok((names, rows))
    }

    /// Moves the files of a point into the folder of the scan.
    fn move_into(&mut self, folder: &str, point: &str) {
        let files = std::mem::take(&mut self.files);
        let moved = |name: String| if name.starts_with(point) { format!("{folder}/{name}") } else { name };
        self.files = files.into_iter().map(|(name, text)| (moved(name), text)).collect::<BTreeMap<_, _>>();
    }
}
