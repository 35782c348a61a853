//! When to look at a simulation.

use clap::Args;

use crate::failure::Failure;

/// More points than this are a mistake.
const MOST_POINTS: usize = 1_000_000;

/// From when to when, and how often.
#[derive(Args)]
pub(super) struct TimeArgs {
    /// Start of the simulation, in the time unit of the model
    #[arg(long, value_name = "T", default_value_t = 0.0, allow_negative_numbers = true)]
    pub(super) t_start: f64,
    /// End of the simulation, in the time unit of the model
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    #[arg(default_value_t = f64::NAN, hide_default_value = true)]
    pub(super) t_end: f64,
    /// Number of times in the table, from the start to the end
    #[arg(long, value_name = "N", default_value_t = 101)]
    pub(super) points: usize,
}

impl TimeArgs {
    /// Refuses times that make no sense.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let bad = |option, value: String, reason: &str, help: &str| {
            Err(Failure::Option { option, value, reason: reason.to_string(), help: help.to_string() })
        };
        if self.t_end.is_nan() {
            let reason = "the end of the simulation is missing";
            return bad("--t-end", String::new(), reason, "for example --t-end 24");
        }
        if !self.t_start.is_finite() {
            return bad(
                "--t-start",
                self.t_start.to_string(),
                "the start is a number",
                "for example --t-start 0",
            );
        }
        if !(self.t_end > self.t_start && self.t_end.is_finite()) {
            let reason = "the simulation must end after its start";
            return bad("--t-end", self.t_end.to_string(), reason, "for example --t-end 24");
        }
        if !(2..=MOST_POINTS).contains(&self.points) {
            let reason = "the table needs between 2 and 1000000 times";
            return bad("--points", self.points.to_string(), reason, "for example --points 97");
        }
        Ok(())
    }

    /// The times.
    pub(super) fn grid(&self) -> Vec<f64> {
        let (n, span) = (self.points - 1, self.t_end - self.t_start);
        (0..self.points)
            .map(|k| if k == n { self.t_end } else { self.t_start + span * k as f64 / n as f64 })
            .collect()
    }
}
