//! The part of a program that is left when some states are zero and some outputs are not wanted.

use super::zeros::Known;
use super::{Body, Operands, Operation, Run, Tape};

impl Tape {
    /// The instructions that the wanted outputs need while all states are zero that are not live. The numbers are the same
    /// as those of the whole program, up to the sign of zero; outputs that are not wanted are zero.
    ///
    /// It works on the same registers of constants, parameters and the first part.
    ///
    /// # Shapes and units
    /// - `live`: `[n_states]`
    pub(crate) fn part(&self, live: &[bool], wanted: impl Fn(usize) -> bool) -> Body {
        let Some(dead) = live.iter().position(|live| !live) else { return self.body.clone() };
        let zero = (self.first_state() + dead) as u32;
        let mut known = self.known_constants();
        self.known(&mut known, live);
        let n_given = self.first_state() + self.n_states + 1;
        // The register of the whole program that holds the same number: zero plus x is x.
        let mut same: Vec<u32> = (0..known.len() as u32).collect();
        let is_zero = |x: u32| known[x as usize] == Known::Zero;
        for (same, live) in same[self.first_state()..].iter_mut().zip(live) {
            *same = if *live { *same } else { zero };
        }
        for (i, operation, operands) in self.instructions() {
            let zeros = operands.map(|x| x.is_some_and(is_zero));
            same[i] = match (operation, operands, zeros) {
                _ if known[i] == Known::Zero => zero,
                (Operation::Add, [_, Some(y), _], [true, ..]) => same[y as usize],
                (Operation::Add | Operation::Subtract, [Some(x), ..], [_, true, _]) => same[x as usize],
                _ => i as u32,
            };
        }
        let mut needed = vec![false; known.len()];
        for (position, &output) in self.body.outputs.iter().enumerate() {
            needed[same[output as usize] as usize] |= wanted(position);
        }
        let instructions: Vec<_> = self.instructions().collect();
        for &(i, _, operands) in instructions.iter().rev() {
            if needed[i] {
                operands.iter().flatten().for_each(|&x| needed[same[x as usize] as usize] = true);
            }
        }
        let mut register_of: Vec<u32> = (0..known.len() as u32).collect();
        let left = instructions.iter().filter(|(i, ..)| needed[*i]);
        for (register, &(i, ..)) in (n_given..).zip(left) {
            register_of[i] = register as u32;
        }
        let read = |x: u32| register_of[same[x as usize] as usize];
        let output = |(position, &output): (usize, &u32)| if wanted(position) { read(output) } else { zero };
        Body {
            runs: self.kept_runs(n_given, |i| needed[i], read),
            outputs: self.body.outputs.iter().enumerate().map(output).collect(),
            code: std::sync::Arc::default(),
        }
    }

    /// Register, operation and operands of all instructions of the body, in order.
    pub(super) fn instructions(&self) -> impl Iterator<Item = (usize, Operation, [Option<u32>; 3])> + '_ {
        let operands = self.body.runs.iter().flat_map(|run| {
            (0..run.operands.len()).map(move |k| {
                let operands = match &run.operands {
                    Operands::One(x) => [Some(x[k]), None, None],
                    Operands::Two(x) => [Some(x[k][0]), Some(x[k][1]), None],
                    Operands::Three(x) => x[k].map(Some),
                };
                (run.operation, operands)
            })
        });
        (self.first_state() + self.n_states + 1..).zip(operands).map(|(i, (operation, x))| (i, operation, x))
    }

    fn kept_runs(&self, first: usize, keep: impl Fn(usize) -> bool, read: impl Fn(u32) -> u32) -> Vec<Run> {
        let mut next = first;
        let mut runs = Vec::with_capacity(self.body.runs.len());
        for Run { operation, operands } in &self.body.runs {
            let start = next;
            next += operands.len();
            let operands = match operands {
                Operands::One(x) => Operands::One(kept(x, start, &keep).map(|x| read(*x)).collect()),
                Operands::Two(x) => Operands::Two(kept(x, start, &keep).map(|x| x.map(&read)).collect()),
                Operands::Three(x) => Operands::Three(kept(x, start, &keep).map(|x| x.map(&read)).collect()),
            };
            if operands.len() > 0 {
                runs.push(Run { operation: *operation, operands });
            }
        }
        runs
    }
}

fn kept<'a, T>(
    operands: &'a [T],
    start: usize,
    keep: &'a impl Fn(usize) -> bool,
) -> impl Iterator<Item = &'a T> {
    operands.iter().enumerate().filter(move |(k, _)| keep(start + k)).map(|(_, operands)| operands)
}
