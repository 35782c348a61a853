//! The past of a run, for delays.

use std::rc::Rc;

use ode::Continuation;

/// The solution from the start on, with the slots in force.
#[derive(Debug, Default)]
pub(super) struct History {
    start: Option<(f64, Vec<f64>, Rc<[f64]>)>,
    pieces: Vec<(Continuation, Rc<[f64]>)>,
}

impl History {
    /// Sets the start.
    pub(super) fn begin(&mut self, t: f64, y: &[f64], slots: &[f64]) {
        self.start = Some((t, y.to_vec(), Rc::from(slots)));
        self.pieces.clear();
    }

    /// Adds a step.
    pub(super) fn push(&mut self, piece: Continuation, slots: &[f64]) {
        let slots = match self.pieces.last() {
            Some((_, last)) if same(last, slots) => last.clone(),
            _ => Rc::from(slots),
        };
        self.pieces.push((piece, slots));
    }

    /// Forgets what lies after `t`: an event ended the last step there.
    pub(super) fn cut(&mut self, t: f64) {
        while self.pieces.last().is_some_and(|(piece, _)| piece.t_old() >= t) {
            self.pieces.pop();
        }
    }

    /// States and slots at a time: of the last step that had begun by then; nothing before the start.
    pub(super) fn at(&self, t: f64, y: &mut [f64]) -> Option<Rc<[f64]>> {
        let (t_start, y_start, slots_start) = self.start.as_ref()?;
        let later = self.pieces.partition_point(|(piece, _)| piece.t_old() <= t);
        if t < *t_start {
            return None;
        }
        if later == 0 {
            y.copy_from_slice(y_start);
            return Some(slots_start.clone());
        }
        let (piece, slots) = &self.pieces[later - 1];
        piece.interpolate(t, y);
        Some(slots.clone())
    }
}

fn same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.to_bits() == y.to_bits())
}
