//! Vertices of a species and their equitable partition: the engine of the canonical order.
//!
//! # Source
//! McKay & Piperno (2014), Practical graph isomorphism II, J. Symb. Comput. 60, 94-112, section 2.3.

use crate::graph::Graph;
use std::cmp::Reverse;
use std::collections::VecDeque;

/// Vertices 0.. are the molecules, then come the components, molecule by molecule.
pub(crate) struct Vertices {
    /// Vertex of the first component of each molecule.
    pub(crate) first_component: Vec<usize>,
    neighbour_start: Vec<usize>,
    neighbours: Vec<u32>,
}

impl Vertices {
    /// The vertices of a graph.
    pub(crate) fn new(graph: &Graph) -> Self {
        let n_molecules = graph.molecules.len();
        let mut first_component = Vec::with_capacity(n_molecules);
        let mut next = n_molecules;
        for molecule in &graph.molecules {
            first_component.push(next);
            next += molecule.components.len();
        }
        let narrow = |n: usize| u32::try_from(n).expect("graphs have fewer than 2^32 parts");
        let mut neighbour_start = vec![0];
        let mut neighbours = Vec::with_capacity(3 * next);
        for (m, molecule) in graph.molecules.iter().enumerate() {
            neighbours.extend((0..molecule.components.len()).map(|c| narrow(first_component[m] + c)));
            neighbour_start.push(neighbours.len());
        }
        for (m, molecule) in graph.molecules.iter().enumerate() {
            for component in &molecule.components {
                neighbours.push(narrow(m));
                for site in component.bonds.iter() {
                    let first = first_component[site.molecule as usize];
                    neighbours.push(narrow(first + site.component as usize));
                }
                neighbour_start.push(neighbours.len());
            }
        }
        Self { first_component, neighbour_start, neighbours }
    }

    /// Number of vertices.
    pub(crate) fn len(&self) -> usize {
        self.neighbour_start.len() - 1
    }

    /// Vertices beside a vertex.
    pub(crate) fn neighbours(&self, vertex: u32) -> &[u32] {
        let vertex = vertex as usize;
        &self.neighbours[self.neighbour_start[vertex]..self.neighbour_start[vertex + 1]]
    }

    /// Whether the (connected) graph has no ring.
    pub(crate) fn is_tree(&self) -> bool {
        self.neighbours.len() / 2 + 1 == self.len()
    }

    /// What distinguishes vertices before any refinement; compares as the canonical order shall begin.
    pub(crate) fn colours(&self, graph: &Graph) -> Vec<[u32; 5]> {
        let code = |symbol: Option<crate::symbols::Symbol>| symbol.map_or(0, |s| s.0 + 1);
        let mut colours = Vec::with_capacity(self.len());
        for molecule in &graph.molecules {
            colours.push([0, molecule.kind.0, code(molecule.compartment), 0, 0]);
        }
        for molecule in &graph.molecules {
            let mut group = 0;
            for (j, component) in molecule.components.iter().enumerate() {
                if j > 0 && molecule.components[j - 1].name != component.name {
                    group += 1;
                }
                let n_bonds = u32::try_from(component.bonds.len()).unwrap_or(u32::MAX);
                colours.push([1, molecule.kind.0, group, code(component.state), n_bonds]);
            }
        }
        colours
    }
}

/// An ordered partition of the vertices into cells of equal colour.
#[derive(Clone)]
pub(crate) struct Partition {
    /// The vertices, cell by cell.
    pub(crate) order: Vec<u32>,
    /// Start of the cell of a vertex.
    pub(crate) cell: Vec<u32>,
    /// Length of the cell that starts at a position.
    length: Vec<u32>,
}

impl Partition {
    /// Cells of equal colors, in their order.
    pub(crate) fn new(colours: &[[u32; 5]]) -> Self {
        let n = u32::try_from(colours.len()).expect("graphs have fewer than 2^32 parts");
        let mut order: Vec<u32> = (0..n).collect();
        order.sort_by_key(|&v| colours[v as usize]);
        let mut partition = Self { order, cell: vec![0; colours.len()], length: vec![0; colours.len()] };
        let mut start = 0;
        for i in 0..colours.len() {
            let colour = colours[partition.order[i] as usize];
            if i > 0 && colours[partition.order[i - 1] as usize] != colour {
                start = i;
            }
            partition.cell[partition.order[i] as usize] = start as u32;
            partition.length[start] += 1;
        }
        partition
    }

    /// The first smallest cell with more than one vertex.
    pub(crate) fn target(&self) -> Option<usize> {
        let mut best: Option<usize> = None;
        let mut start = 0;
        while start < self.order.len() {
            let length = self.length[start];
            if length > 1 && best.is_none_or(|b| length < self.length[b]) {
                best = Some(start);
            }
            start += length as usize;
        }
        best
    }

    /// Vertices of the cell that starts at a position.
    pub(crate) fn members(&self, start: usize) -> &[u32] {
        &self.order[start..start + self.length[start] as usize]
    }

    /// Gives `vertex` the first place of its cell, alone, and refines.
    pub(crate) fn individualise(&mut self, vertices: &Vertices, vertex: u32, scratch: &mut Scratch) {
        let start = self.cell[vertex as usize] as usize;
        let length = self.length[start] as usize;
        let at = (start..start + length).find(|&i| self.order[i] == vertex).expect("a vertex is in its cell");
        self.order.swap(start, at);
        self.length[start] = 1;
        self.length[start + 1] = (length - 1) as u32;
        for i in start + 1..start + length {
            self.cell[self.order[i] as usize] = (start + 1) as u32;
        }
        self.refine(vertices, start..start + 1, scratch);
    }

    /// Splits cells until each vertex of a cell has as many neighbours in every cell as the others.
    pub(crate) fn refine(
        &mut self,
        vertices: &Vertices,
        starts: std::ops::Range<usize>,
        scratch: &mut Scratch,
    ) {
        for start in starts.filter(|&s| self.is_start(s)) {
            scratch.enqueue(start);
        }
        let mut touched = std::mem::take(&mut scratch.touched);
        while let Some(start) = scratch.queue.pop_front() {
            scratch.queued[start] = false;
            touched.clear();
            for &v in self.members(start) {
                for &u in vertices.neighbours(v) {
                    if scratch.count[u as usize] == 0 {
                        touched.push(u);
                    }
                    scratch.count[u as usize] += 1;
                }
            }
            touched.sort_unstable_by_key(|&u| (self.cell[u as usize], Reverse(scratch.count[u as usize])));
            let mut from = 0;
            while from < touched.len() {
                let cell = self.cell[touched[from] as usize];
                let in_cell = |&&u: &&u32| self.cell[u as usize] == cell;
                let to = from + touched[from..].iter().take_while(in_cell).count();
                self.split(&touched[from..to], scratch);
                from = to;
            }
            for &u in &touched {
                scratch.count[u as usize] = 0;
            }
        }
        scratch.touched = touched;
    }

    fn is_start(&self, position: usize) -> bool {
        self.cell[self.order[position] as usize] as usize == position
    }

    /// Splits one cell by the counts of the vertices in `group`, largest first; the others count 0.
    fn split(&mut self, group: &[u32], scratch: &mut Scratch) {
        let start = self.cell[group[0] as usize] as usize;
        let length = self.length[start] as usize;
        let is_even = |s: &Scratch| {
            group.len() == length && s.count[group[0] as usize] == s.count[group[group.len() - 1] as usize]
        };
        if length == 1 || is_even(scratch) {
            return;
        }
        let Scratch { arranged, fragments, count, .. } = scratch;
        arranged.clear();
        arranged.extend_from_slice(group);
        arranged.extend(self.members(start).iter().filter(|&&v| count[v as usize] == 0));
        fragments.clear();
        let mut fragment = start;
        for (i, &v) in arranged.iter().enumerate() {
            if i == 0 || count[arranged[i - 1] as usize] != count[v as usize] {
                fragment = start + i;
                fragments.push(fragment);
                self.length[fragment] = 0;
            }
            self.order[start + i] = v;
            self.cell[v as usize] = fragment as u32;
            self.length[fragment] += 1;
        }
        let largest = fragments.iter().copied().max_by_key(|&f| (self.length[f], f));
        let skip = if scratch.queued[start] { Some(start) } else { largest };
        for i in 0..scratch.fragments.len() {
            let fragment = scratch.fragments[i];
            if Some(fragment) != skip {
                scratch.enqueue(fragment);
            }
        }
    }

    /// Position of each vertex, when all cells are single.
    pub(crate) fn positions(&self) -> Vec<u32> {
        self.cell.clone()
    }
}

/// Memory for refinement, clean between calls.
pub(crate) struct Scratch {
    queue: VecDeque<usize>,
    queued: Vec<bool>,
    count: Vec<u32>,
    touched: Vec<u32>,
    arranged: Vec<u32>,
    fragments: Vec<usize>,
}

impl Scratch {
    /// For graphs of `n` vertices.
    pub(crate) fn new(n: usize) -> Self {
        Self {
            queue: VecDeque::with_capacity(n),
            queued: vec![false; n],
            count: vec![0; n],
            touched: Vec::with_capacity(n),
            arranged: Vec::with_capacity(n),
            fragments: Vec::new(),
        }
    }

    fn enqueue(&mut self, start: usize) {
        if !self.queued[start] {
            self.queued[start] = true;
            self.queue.push_back(start);
        }
    }
}
