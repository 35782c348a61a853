//! What is kept of the members, and the tables made of it.

use std::collections::HashMap;

use simulate::{CompiledNetwork, FailedMember, Quantiles, Reducer, Trajectory};

use super::population::Population;
use crate::failure::Failure;
use crate::table::csv_bytes;

/// A quantity that is watched.
#[derive(Clone, Debug)]
pub(super) struct Column {
    name: String,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Output(usize),
    Species(usize),
}

impl Column {
    /// An observable or function.
    pub(super) fn output(position: usize, name: &str) -> Self {
        Self { name: name.to_string(), place: Place::Output(position) }
    }

    /// A species.
    pub(super) fn species(position: usize, name: &str) -> Self {
        Self { name: name.to_string(), place: Place::Species(position) }
    }
}

/// Quantiles of each column at each time, and the values at the end of each member if they are wanted.
#[derive(Debug)]
pub(super) struct Bands {
    times: Vec<f64>,
    places: Vec<Place>,
    /// By column, then by time.
    quantiles: Vec<Quantiles>,
    ends: Option<HashMap<u64, Vec<f64>>>,
    /// Values that were no finite number; they are in no band.
    pub(super) undefined: u64,
}

/// Quantiles in the table, with their names.
const LEVELS: [(&str, f64); 7] = [
    ("smallest", 0.0),
    ("q05", 0.05),
    ("q25", 0.25),
    ("median", 0.5),
    ("q75", 0.75),
    ("q95", 0.95),
    ("largest", 1.0),
];

impl Bands {
    /// Nothing yet.
    pub(super) fn new(times: &[f64], columns: &[Column], keep_ends: bool) -> Self {
        Self {
            times: times.to_vec(),
            places: columns.iter().map(|c| c.place).collect(),
            quantiles: vec![Quantiles::default(); times.len() * columns.len()],
            ends: keep_ends.then(HashMap::new),
            undefined: 0,
        }
    }

    /// One row for each column and time.
    pub(super) fn table(&self, columns: &[Column]) -> Result<Vec<u8>, Failure> {
        let head = ["column", "time", "members"].into_iter().chain(LEVELS.iter().map(|l| l.0));
        let head = head.map(str::to_string).collect();
        let rows =
            columns.iter().zip(self.quantiles.chunks(self.times.len())).flat_map(|(column, over_time)| {
                self.times.iter().zip(over_time).map(|(t, quantiles)| {
                    let own = [column.name.clone(), t.to_string(), quantiles.count().to_string()];
                    let levels = LEVELS
                        .iter()
                        .map(|(_, q)| quantiles.quantile(*q).map_or_else(String::new, |v| v.to_string()));
                    own.into_iter().chain(levels).collect::<Vec<_>>()
                })
            });
        csv_bytes(std::iter::once(head).chain(rows))
    }

    /// One row for each member: whether it ran to its end, what was drawn for it, and its values at the end.
    pub(super) fn members(
        &self,
        columns: &[Column],
        population: &Population,
        network: &CompiledNetwork,
        failed: &[FailedMember],
    ) -> Result<Vec<u8>, Failure> {
        let drawn = population.drawn().map(|i| network.parameters()[i].clone());
        let ends = columns.iter().map(|c| format!("{} at the end", c.name));
        let head = ["member", "status"].map(str::to_string).into_iter().chain(drawn).chain(ends).collect();
        let reasons: HashMap<u64, String> =
            failed.iter().map(|(m, e)| (*m, format!("failed: {e}"))).collect();
        let none = HashMap::new();
        let values = self.ends.as_ref().unwrap_or(&none);
        let row = |member: u64| {
            let status = reasons.get(&member).cloned().unwrap_or_else(|| "done".to_string());
            let drawn = population.draws_of(member).into_iter().map(|v| v.to_string());
            let ends: Vec<String> = match values.get(&member) {
                Some(values) => values.iter().map(f64::to_string).collect(),
                None => vec![String::new(); columns.len()],
            };
            [member.to_string(), status].into_iter().chain(drawn).chain(ends).collect::<Vec<_>>()
        };
        let n_members = (values.len() + failed.len()) as u64;
        csv_bytes(std::iter::once(head).chain((0..n_members).map(row)))
    }
}

impl Reducer for Bands {
    fn take(&mut self, member: u64, trajectory: &Trajectory) {
        let n_times = self.times.len();
        let value = |row: usize, place: Place| match place {
            Place::Output(i) => trajectory.outputs_at(row)[i],
            Place::Species(i) => trajectory.state(row)[i],
        };
        for (column, &place) in self.places.iter().enumerate() {
            for row in 0..n_times {
                let value = value(row, place);
                if value.is_finite() {
                    self.quantiles[column * n_times + row].add(value);
                } else {
                    self.undefined += 1;
                }
            }
        }
        if let Some(ends) = &mut self.ends {
            ends.insert(member, self.places.iter().map(|&place| value(n_times - 1, place)).collect());
        }
    }

    fn merge(&mut self, other: Self) {
        self.quantiles.iter_mut().zip(&other.quantiles).for_each(|(own, more)| own.merge(more));
        self.undefined += other.undefined;
        if let (Some(own), Some(more)) = (&mut self.ends, other.ends) {
            own.extend(more);
        }
    }
}
