//! Events that wait for their execution, and the order among those of one time.

use super::SystemError;
use super::compile::CompiledEvent;

/// An event between trigger and execution.
#[derive(Clone, Debug)]
struct Waiting {
    event: usize,
    due: f64,
    /// Assigned values, if they are those at the time of the trigger.
    values: Option<Vec<f64>>,
}

/// An event to be executed now.
#[derive(Clone, Debug)]
pub(super) struct Execution {
    pub(super) event: usize,
    /// Assigned values; those of the present when `None`.
    pub(super) values: Option<Vec<f64>>,
}

/// Triggers as they were, and events that wait.
#[derive(Debug)]
pub(super) struct Queue {
    triggered: Vec<bool>,
    waiting: Vec<Waiting>,
    random: u64,
}

impl Queue {
    /// Triggers have their initial values.
    pub(super) fn new(events: &[CompiledEvent], seed: u64) -> Self {
        Self {
            triggered: events.iter().map(|e| e.initial_value).collect(),
            waiting: Vec::new(),
            random: seed,
        }
    }

    /// Whether a trigger is another one than at the last look. `values` are those of the event program.
    pub(super) fn differs(&self, events: &[CompiledEvent], values: &[f64]) -> bool {
        let now = |event: &CompiledEvent| values[event.trigger] != 0.0 && !values[event.trigger].is_nan();
        events.iter().zip(&self.triggered).any(|(event, before)| now(event) != *before)
    }

    /// The next time at which an event is due; infinite if none waits.
    pub(super) fn next_due(&self) -> f64 {
        self.waiting.iter().map(|w| w.due).fold(f64::INFINITY, f64::min)
    }

    /// Looks at all triggers: those that became true make their event wait; those that became false take back
    /// events that do not persist. `values` are those of the event program at `t`.
    pub(super) fn look(
        &mut self,
        events: &[CompiledEvent],
        t: f64,
        values: &[f64],
    ) -> Result<(), SystemError> {
        for (i, event) in events.iter().enumerate() {
            let value = values[event.trigger];
            let now = value != 0.0 && !value.is_nan();
            let before = std::mem::replace(&mut self.triggered[i], now);
            if !now && !event.persistent {
                self.waiting.retain(|w| w.event != i);
            }
            if !now || before {
                continue;
            }
            let delay = event.delay.map_or(0.0, |k| values[k]);
            if delay.is_nan() || delay < 0.0 {
                return Err(SystemError::BadDelay { t, place: event.name.clone(), value: delay });
            }
            let kept = event
                .values_from_trigger_time
                .then(|| event.assignments.iter().map(|&(_, k)| values[k]).collect());
            self.waiting.push(Waiting { event: i, due: t + delay, values: kept });
        }
        Ok(())
    }

    /// Takes the next event that is due: the one with the highest priority; among equals one by chance.
    ///
    /// # Source
    /// SBML L3V2 core, section 4.12.6: events without a priority have no order with respect to any other.
    pub(super) fn take(&mut self, events: &[CompiledEvent], t: f64, values: &[f64]) -> Option<Execution> {
        let priority = |w: &Waiting| {
            let value = events[w.event].priority.map_or(f64::NEG_INFINITY, |k| values[k]);
            if value.is_nan() { f64::NEG_INFINITY } else { value }
        };
        let due: Vec<usize> = (0..self.waiting.len()).filter(|&i| self.waiting[i].due <= t).collect();
        let highest = due.iter().map(|&i| priority(&self.waiting[i])).fold(f64::NEG_INFINITY, f64::max);
        let equals: Vec<usize> = due.into_iter().filter(|&i| priority(&self.waiting[i]) == highest).collect();
        let chosen = match equals.len() {
            0 => return None,
            1 => equals[0],
            n => equals[self.chance(n)],
        };
        let waiting = self.waiting.remove(chosen);
        Some(Execution { event: waiting.event, values: waiting.values })
    }

    /// A number below `n` from the seed: SplitMix64 (Steele, Lea & Flood 2014).
    fn chance(&mut self, n: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}
