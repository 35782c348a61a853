//! Canonical order of a species' molecules and components.
//!
//! Vertices are the molecules and the components. Colours start from names, compartments, states and numbers of
//! bonds, are refined until each vertex of a colour has equally many neighbours of every other colour, and ties
//! are broken by individualising one vertex and refining again. For trees any choice leads to the same graph,
//! because refinement separates all vertices that no automorphism exchanges. For graphs with rings all choices
//! are tried, except those that an automorphism found on the way makes equivalent; the least adjacency list wins.
//!
//! # Source
//! McKay & Piperno (2014), Practical graph isomorphism II, J. Symb. Comput. 60, 94-112, sections 2 and 3.

use crate::graph::{Graph, Order, Site};
use crate::partition::{Partition, Scratch, Vertices};

/// The order of molecules and components in which isomorphic graphs are equal.
///
/// Components of different names keep their order. The graph must be connected.
pub(crate) fn canonical_order(graph: &Graph) -> Order {
    let vertices = Vertices::new(graph);
    let mut partition = Partition::new(&vertices.colours(graph));
    let mut scratch = Scratch::new(vertices.len());
    partition.refine(&vertices, 0..vertices.len(), &mut scratch);
    let position = if vertices.is_tree() {
        break_ties_anyhow(&vertices, partition, &mut scratch)
    } else {
        let mut search = Search { vertices: &vertices, scratch, automorphisms: Vec::new(), best: None };
        search.explore(partition, &mut Vec::new());
        search.best.expect("the search reaches at least one leaf").position
    };
    let mut order = Order::as_is(graph);
    order.molecules.sort_unstable_by_key(|&m| position[m as usize]);
    for (m, &first) in vertices.first_component.iter().enumerate() {
        let range = order.starts[m] as usize..order.starts[m + 1] as usize;
        order.components[range].sort_unstable_by_key(|&c| position[first + c as usize]);
    }
    order
}

/// Which components are exchanged by automorphisms of a graph without rings.
pub(crate) struct Orbits {
    first_component: Vec<usize>,
    cell: Vec<u32>,
}

impl Orbits {
    /// The orbits, unless the graph has rings.
    pub(crate) fn new(graph: &Graph) -> Option<Self> {
        let vertices = Vertices::new(graph);
        if !vertices.is_tree() {
            return None;
        }
        let mut partition = Partition::new(&vertices.colours(graph));
        partition.refine(&vertices, 0..vertices.len(), &mut Scratch::new(vertices.len()));
        Some(Self { first_component: vertices.first_component, cell: partition.cell })
    }

    /// A number that components have in common if an automorphism exchanges them.
    pub(crate) fn of(&self, site: Site) -> u32 {
        self.cell[self.first_component[site.molecule as usize] + site.component as usize]
    }
}

/// The graph in canonical order.
pub(crate) fn canonical(graph: &Graph) -> Graph {
    graph.reordered(&canonical_order(graph))
}

fn break_ties_anyhow(vertices: &Vertices, mut partition: Partition, scratch: &mut Scratch) -> Vec<u32> {
    while let Some(start) = partition.target() {
        let vertex = partition.order[start];
        partition.individualise(vertices, vertex, scratch);
    }
    partition.positions()
}

/// A complete order and the adjacency list that it gives.
struct Leaf {
    position: Vec<u32>,
    certificate: Vec<u32>,
}

struct Search<'a> {
    vertices: &'a Vertices,
    scratch: Scratch,
    automorphisms: Vec<Vec<u32>>,
    best: Option<Leaf>,
}

impl Search<'_> {
    fn explore(&mut self, partition: Partition, prefix: &mut Vec<u32>) {
        let Some(start) = partition.target() else {
            self.visit_leaf(&partition);
            return;
        };
        let members = partition.members(start).to_vec();
        let mut tried: Vec<u32> = Vec::new();
        for &vertex in &members {
            if self.is_equivalent_to_tried(vertex, &tried, prefix) {
                continue;
            }
            tried.push(vertex);
            let mut child = partition.clone();
            child.individualise(self.vertices, vertex, &mut self.scratch);
            prefix.push(vertex);
            self.explore(child, prefix);
            prefix.pop();
        }
    }

    /// Whether automorphisms that keep the prefix in place move a vertex tried before to this one.
    fn is_equivalent_to_tried(&self, vertex: u32, tried: &[u32], prefix: &[u32]) -> bool {
        if tried.is_empty() {
            return false;
        }
        let fixing: Vec<&Vec<u32>> =
            self.automorphisms.iter().filter(|a| prefix.iter().all(|&p| a[p as usize] == p)).collect();
        let mut reached = vec![vertex];
        let mut next = 0;
        while next < reached.len() {
            for automorphism in &fixing {
                let image = automorphism[reached[next] as usize];
                if tried.contains(&image) {
                    return true;
                }
                if !reached.contains(&image) {
                    reached.push(image);
                }
            }
            next += 1;
        }
        false
    }

    fn visit_leaf(&mut self, partition: &Partition) {
        let position = partition.positions();
        let certificate = self.certificate(partition, &position);
        match &self.best {
            Some(best) if best.certificate < certificate => {}
            Some(best) if best.certificate == certificate => {
                let mut vertex_at = vec![0u32; position.len()];
                for (v, &p) in best.position.iter().enumerate() {
                    vertex_at[p as usize] = v as u32;
                }
                self.automorphisms.push(position.iter().map(|&p| vertex_at[p as usize]).collect());
            }
            _ => self.best = Some(Leaf { position, certificate }),
        }
    }

    fn certificate(&self, partition: &Partition, position: &[u32]) -> Vec<u32> {
        let mut certificate = Vec::with_capacity(3 * position.len());
        for &vertex in &partition.order {
            let from = certificate.len();
            certificate.extend(self.vertices.neighbours(vertex).iter().map(|&u| position[u as usize]));
            certificate[from..].sort_unstable();
        }
        certificate
    }
}

#[cfg(test)]
mod tests;
