//! The engine with jumps.

use super::super::SystemError;
use super::super::run::Engine;
use super::kernel::{Stop, Watcher};

/// A count may differ so much from a whole number, as a number computed from units does.
const WHOLE: f64 = 1e-6;

impl Engine<'_> {
    /// Whether jumps are all that happens between stops.
    pub(in super::super) fn jumps_alone(&self) -> bool {
        self.compiled.jumps.as_ref().is_some_and(|jumps| jumps.hazard.is_none())
    }

    /// Counts are whole, and the first firing is drawn.
    pub(in super::super) fn begin_jumps(&mut self) -> Result<(), SystemError> {
        let Some(jumps) = &self.compiled.jumps else { return Ok(()) };
        for &state in &jumps.counts {
            let amount = &mut self.y[state as usize];
            if (*amount - amount.round()).abs() > WHOLE * amount.abs().max(1.0) {
                let name = self.compiled.names.states[state as usize].clone();
                return Err(SystemError::NotWhole { name, value: *amount });
            }
            *amount = amount.round();
        }
        self.draw_threshold();
        Ok(())
    }

    fn draw_threshold(&mut self) {
        let hazard = self.compiled.jumps.as_ref().and_then(|jumps| jumps.hazard.as_ref());
        if let (Some(hazard), Some(kernel)) = (hazard, &mut self.kernel) {
            self.slots[hazard.threshold] = kernel.exponential();
            self.publish_slots();
        }
    }

    /// Fires a reaction if this event is the one at which reactions fire.
    pub(in super::super) fn jump_at(&mut self, event: usize) -> Result<(), SystemError> {
        let hazard = self.compiled.jumps.as_ref().and_then(|jumps| jumps.hazard.as_ref());
        let (Some(hazard), Some(kernel)) = (hazard.filter(|h| h.event == event), &mut self.kernel) else {
            return Ok(());
        };
        let mut columns = vec![0.0; self.compiled.tapes.n_columns];
        self.observer.columns(self.t, &self.y, &mut columns);
        kernel.set_slots(&self.slots);
        kernel.fire_one_of(hazard.columns.iter().map(|&c| columns[c]), self.t, &mut self.y)?;
        self.draw_threshold();
        Ok(())
    }

    /// Lets reactions fire until `end`, or until a trigger changes; gives the time reached.
    pub(in super::super) fn jump_until(&mut self, end: f64) -> Result<f64, SystemError> {
        let Engine { compiled, run, observer, queue, t, y, slots, kernel, recorded, .. } = self;
        let (Some(kernel), Some(jumps)) = (kernel, &compiled.jumps) else { return Ok(*t) };
        kernel.set_slots(slots);
        kernel.refresh(*t, y)?;
        let fired = kernel.firings;
        let mut values = vec![0.0; compiled.tapes.n_events];
        loop {
            let output = run.output_times.get(recorded.times.len()).copied().filter(|&time| time < end);
            let mut watch = |t: f64, y: &[f64]| {
                observer.event_values(t, y, &mut values);
                queue.differs(&compiled.events, &values)
            };
            let watcher: Option<Watcher<'_>> =
                if jumps.triggers_see_states { Some(&mut watch) } else { None };
            let stop = kernel.advance(t, output.unwrap_or(end).max(*t), y, watcher)?;
            if stop == Stop::Watched || output.is_none() {
                break;
            }
            let row = recorded.next_row(run);
            observer.columns(*t, y, &mut recorded.columns[row..]);
        }
        recorded.steps += kernel.firings - fired;
        Ok(*t)
    }
}
