//! Which states can leave zero.

use super::{Operands, Operation, Run, Tape, TapeScratch};

/// What is known of a register whatever the amounts of the live states are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Zero.
    Zero,
    /// Any finite number, as far as sums and products of amounts are finite.
    Finite,
    /// Perhaps no finite number: zero times this is not zero.
    Nothing,
}

impl Tape {
    /// Marks states that can leave zero: those that are not zero, and those whose rates are not zero with the rest at
    /// zero, as far as products and sums show it. The program gives the rate of each state; the parameters are those of
    /// a lane.
    ///
    /// # Shapes and units
    /// - `live`: `[n_states]`, overwritten
    pub(crate) fn mark_live<const L: usize>(
        &self,
        lane: usize,
        y: &[f64],
        scratch: &TapeScratch<L>,
        live: &mut [bool],
    ) {
        let given: Vec<Known> =
            scratch.registers[..self.first_state()].iter().map(|value| known_number(value[lane])).collect();
        live.iter_mut().zip(y).for_each(|(live, y)| *live = *y != 0.0);
        if given.contains(&Known::Nothing) {
            return live.fill(true);
        }
        let mut known = given;
        loop {
            self.known(&mut known, live);
            let mut grown = false;
            for (live, &rate) in live.iter_mut().zip(&self.body.outputs) {
                if !*live && known[rate as usize] != Known::Zero {
                    *live = true;
                    grown = true;
                }
            }
            if !grown {
                return;
            }
        }
    }

    /// What is known of all registers, from what is known of those of constants, parameters and the first part.
    pub(super) fn known(&self, known: &mut Vec<Known>, live: &[bool]) {
        known.truncate(self.first_state());
        known.extend(live.iter().map(|live| if *live { Known::Finite } else { Known::Zero }));
        known.push(Known::Finite);
        for run in &self.body.runs {
            match &run.operands {
                Operands::One(operands) => {
                    operands.iter().for_each(|x| known.push(one(run, known[*x as usize])));
                }
                Operands::Two(operands) => operands.iter().for_each(|[x, y]| {
                    known.push(two(run.operation, known[*x as usize], known[*y as usize]));
                }),
                Operands::Three(operands) => operands.iter().for_each(|_| known.push(Known::Nothing)),
            }
        }
    }

    /// What is known of constants, and of parameters and the first part whatever the parameters are.
    pub(super) fn known_constants(&self) -> Vec<Known> {
        let mut known: Vec<Known> = self.constants.iter().map(|value| known_number(*value)).collect();
        known.resize(self.first_state(), Known::Finite);
        known
    }
}

fn known_number(value: f64) -> Known {
    match value {
        0.0 => Known::Zero,
        value if value.is_finite() => Known::Finite,
        _ => Known::Nothing,
    }
}

fn one(run: &Run, x: Known) -> Known {
    if run.operation == Operation::Negate { x } else { Known::Nothing }
}

fn two(operation: Operation, x: Known, y: Known) -> Known {
    match (operation, x, y) {
        (Operation::Multiply, Known::Zero, Known::Zero | Known::Finite)
        | (Operation::Multiply, Known::Finite, Known::Zero) => Known::Zero,
        (
            Operation::Add | Operation::Subtract | Operation::Multiply | Operation::Min | Operation::Max,
            x,
            y,
        ) => match (x, y) {
            (Known::Zero, Known::Zero) => Known::Zero,
            (Known::Nothing, _) | (_, Known::Nothing) => Known::Nothing,
            _ => Known::Finite,
        },
        (Operation::Relation(_), ..) => Known::Finite,
        _ => Known::Nothing,
    }
}
