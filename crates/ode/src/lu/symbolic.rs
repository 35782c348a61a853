//! Order of elimination, fill and the list of operations, computed once for a pattern.

use std::sync::OnceLock;

use jit::JitError;

use super::compiled::CompiledLu;
use crate::SparsityPattern;

/// Where one elimination step keeps its values: the pivot at `start`, then its column of L, then its row of U.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub(super) start: u32,
    pub(super) upper_start: u32,
    pub(super) end: u32,
}

impl Block {
    /// Positions of the column of L.
    pub(super) fn lower(self) -> std::ops::Range<usize> {
        self.start as usize + 1..self.upper_start as usize
    }

    /// Positions of the row of U.
    pub(super) fn upper(self) -> std::ops::Range<usize> {
        self.upper_start as usize..self.end as usize
    }
}

/// Elimination order, the layout of the factors and the targets of all elementary updates.
#[derive(Debug)]
pub(super) struct Symbolic {
    /// Original index of each elimination step.
    pub(super) order: Vec<u32>,
    /// One block for each elimination step.
    pub(super) blocks: Vec<Block>,
    /// Row of each entry of L, column of each entry of U, as elimination steps; the step itself at its pivot.
    pub(super) index: Vec<u32>,
    /// For each step, for each entry of its row of U, for each entry of its column of L: the position of the entry
    /// that their product is subtracted from, counted from the end of the block.
    pub(super) targets: Vec<u32>,
    /// Where the entries of the matrix belong.
    pub(super) places: Vec<Place>,
    /// Machine code for single lanes, when it was asked for.
    pub(super) compiled: OnceLock<CompiledLu>,
}

/// Place of an entry of the matrix among the factors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// In pattern order.
    pub(super) entry: u32,
    pub(super) position: u32,
    pub(super) row: u32,
    pub(super) column: u32,
}

impl Symbolic {
    /// Eliminates the diagonal in the order of least fill, as seen from each step (Markowitz 1957).
    ///
    /// The pivot with the smallest (r − 1)(c − 1) is next, where r and c count the entries of its row and column
    /// among what is left; the smallest index wins a tie. On a symmetric pattern this is minimum degree. Working
    /// with the pattern itself instead of that of A + Aᵀ keeps one-way chains free of fill.
    pub(super) fn new(pattern: &SparsityPattern) -> Self {
        let n = pattern.n();
        let mut graph = Remaining::new(pattern);
        let mut order = Vec::with_capacity(n);
        let mut eliminated = Vec::with_capacity(n);
        for _ in 0..n {
            let pivot = graph.cheapest();
            order.push(pivot as u32);
            eliminated.push(graph.eliminate(pivot));
        }
        let mut step_of = vec![0_u32; n];
        for (step, &original) in order.iter().enumerate() {
            step_of[original as usize] = step as u32;
        }
        let mut symbolic = Self {
            order,
            blocks: Vec::with_capacity(n),
            index: Vec::new(),
            targets: Vec::new(),
            places: Vec::new(),
            compiled: OnceLock::new(),
        };
        for (step, (rows, columns)) in eliminated.iter().enumerate() {
            symbolic.push_block(step as u32, rows, columns, &step_of);
        }
        symbolic.list_targets();
        symbolic.places = (0..)
            .zip(pattern.entries())
            .map(|(entry, (row, column))| {
                let (row, column) = (step_of[row], step_of[column]);
                Place { entry, position: symbolic.position(row, column), row, column }
            })
            .collect();
        symbolic
    }

    /// Machine code, if it was asked for and is ready.
    pub(super) fn compiled(&self) -> Option<&CompiledLu> {
        self.compiled.get()
    }

    /// Makes machine code, unless there is some.
    pub(super) fn compile(&self) -> Result<(), JitError> {
        if self.compiled.get().is_none() {
            // When two threads made it, one of both is used; they are the same.
            let _ = self.compiled.set(CompiledLu::new(self)?);
        }
        Ok(())
    }

    fn push_block(&mut self, step: u32, rows: &[u32], columns: &[u32], step_of: &[u32]) {
        let sorted = |originals: &[u32]| {
            let mut steps: Vec<u32> = originals.iter().map(|&original| step_of[original as usize]).collect();
            steps.sort_unstable();
            steps
        };
        let start = self.index.len() as u32;
        self.index.push(step);
        self.index.extend(sorted(rows));
        let upper_start = self.index.len() as u32;
        self.index.extend(sorted(columns));
        self.blocks.push(Block { start, upper_start, end: self.index.len() as u32 });
    }

    fn list_targets(&mut self) {
        let mut targets = Vec::new();
        for block in &self.blocks {
            for &column in &self.index[block.upper()] {
                let rows = &self.index[block.lower()];
                targets.extend(rows.iter().map(|&row| self.position(row, column) - block.end));
            }
        }
        self.targets = targets;
    }

    /// Position of an entry that is in the factors, fill included.
    fn position(&self, row: u32, column: u32) -> u32 {
        let block = self.blocks[row.min(column) as usize];
        let (range, wanted) = match row.cmp(&column) {
            std::cmp::Ordering::Equal => return block.start,
            std::cmp::Ordering::Greater => (block.lower(), row),
            std::cmp::Ordering::Less => (block.upper(), column),
        };
        let offset = self.index[range.clone()].binary_search(&wanted);
        (range.start + offset.expect("symbolic elimination has added all fill")) as u32
    }
}

/// What is left of the matrix during symbolic elimination, as sets of bits by rows and by columns.
struct Remaining {
    rows: Vec<BitSet>,
    columns: Vec<BitSet>,
    left: Vec<bool>,
}

impl Remaining {
    fn new(pattern: &SparsityPattern) -> Self {
        let n = pattern.n();
        let mut rows = vec![BitSet::new(n); n];
        let mut columns = vec![BitSet::new(n); n];
        for (row, column) in pattern.entries().filter(|(row, column)| row != column) {
            rows[row].insert(column);
            columns[column].insert(row);
        }
        Self { rows, columns, left: vec![true; n] }
    }

    fn cheapest(&self) -> usize {
        (0..self.left.len())
            .filter(|&i| self.left[i])
            .min_by_key(|&i| {
                let (row, column) = (self.rows[i].len, self.columns[i].len);
                (row * column, row + column, i)
            })
            .expect("as many pivots are asked for as there are rows")
    }

    /// Removes a pivot, adds the fill it causes and returns the rows of L and the columns of U in its step.
    fn eliminate(&mut self, pivot: usize) -> (Vec<u32>, Vec<u32>) {
        self.left[pivot] = false;
        let row = std::mem::take(&mut self.rows[pivot]);
        let column = std::mem::take(&mut self.columns[pivot]);
        for i in column.iter() {
            self.rows[i].remove(pivot);
            self.rows[i].extend(&row, i);
        }
        for j in row.iter() {
            self.columns[j].remove(pivot);
            self.columns[j].extend(&column, j);
        }
        (column.iter().map(|i| i as u32).collect(), row.iter().map(|j| j as u32).collect())
    }
}

/// A set of small numbers that knows its size.
#[derive(Clone, Debug, Default)]
struct BitSet {
    words: Vec<u64>,
    len: usize,
}

impl BitSet {
    fn new(n: usize) -> Self {
        Self { words: vec![0; n.div_ceil(64)], len: 0 }
    }

    fn insert(&mut self, i: usize) {
        self.words[i / 64] |= 1 << (i % 64);
        self.count();
    }

    fn remove(&mut self, i: usize) {
        self.words[i / 64] &= !(1 << (i % 64));
        self.count();
    }

    /// Adds all members of `other` except `without`.
    fn extend(&mut self, other: &Self, without: usize) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
        self.remove(without);
    }

    fn count(&mut self) {
        self.len = self.words.iter().map(|word| word.count_ones() as usize).sum();
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(k, &word)| {
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| 64 * k + bit)
        })
    }
}
