//! Symmetry of rules: by how much matches overcount reaction events.
//!
//! # Source
//! BioNetGen's rule group: Hogg (2013), Advances in rule-based modeling (thesis, University of Pittsburgh), and the
//! comments in BioNetGen's `RxnRule.pm` (`findMap`).

use crate::graph::Site;
use crate::pattern::{BondRequest, PatternGraph};

/// A bijection between two patterns.
#[derive(Clone, Debug)]
pub(crate) struct Bijection {
    pub(crate) molecules: Vec<usize>,
    /// For each molecule, where its components go within the image.
    pub(crate) components: Vec<Vec<usize>>,
}

impl Bijection {
    /// The image of a component.
    pub(crate) fn site(&self, site: Site) -> Site {
        let molecule = site.molecule as usize;
        Site::new(self.molecules[molecule], self.components[molecule][site.component as usize])
    }
}

/// All isomorphisms from `a` to `b`, which have to agree in every request; tags do not count.
pub(crate) fn isomorphisms(a: &PatternGraph, b: &PatternGraph) -> Vec<Bijection> {
    let mut found = Vec::new();
    if a.molecules.len() == b.molecules.len() {
        let mut partial = Bijection { molecules: Vec::new(), components: Vec::new() };
        extend(a, b, &mut partial, &mut found);
    }
    found
}

fn extend(a: &PatternGraph, b: &PatternGraph, partial: &mut Bijection, found: &mut Vec<Bijection>) {
    let molecule = partial.molecules.len();
    if molecule == a.molecules.len() {
        found.push(partial.clone());
        return;
    }
    let wanted = &a.molecules[molecule];
    for (target, offered) in b.molecules.iter().enumerate() {
        let alike = wanted.kind == offered.kind
            && wanted.compartment == offered.compartment
            && wanted.components.len() == offered.components.len();
        if alike && !partial.molecules.contains(&target) {
            partial.molecules.push(target);
            partial.components.push(Vec::new());
            extend_components(a, b, partial, found);
            partial.molecules.pop();
            partial.components.pop();
        }
    }
}

fn extend_components(
    a: &PatternGraph,
    b: &PatternGraph,
    partial: &mut Bijection,
    found: &mut Vec<Bijection>,
) {
    let molecule = partial.molecules.len() - 1;
    let target = partial.molecules[molecule];
    let placed = partial.components[molecule].len();
    if placed == a.molecules[molecule].components.len() {
        extend(a, b, partial, found);
        return;
    }
    for candidate in 0..b.molecules[target].components.len() {
        if partial.components[molecule].contains(&candidate) {
            continue;
        }
        partial.components[molecule].push(candidate);
        if component_agrees(a, b, partial, Site::new(molecule, placed)) {
            extend_components(a, b, partial, found);
        }
        partial.components[molecule].pop();
    }
}

/// Whether a placed component and its image ask for the same, as far as its partners are placed.
fn component_agrees(a: &PatternGraph, b: &PatternGraph, partial: &Bijection, here: Site) -> bool {
    let (wanted, offered) = (a.component(here), b.component(partial.site(here)));
    if wanted.name != offered.name || wanted.state != offered.state {
        return false;
    }
    match (&wanted.bond, &offered.bond) {
        (BondRequest::To(ours), BondRequest::To(theirs)) => {
            let is_placed = |s: &&Site| {
                let components = partial.components.get(s.molecule as usize);
                components.is_some_and(|c| (s.component as usize) < c.len())
            };
            ours.len() == theirs.len()
                && ours.iter().filter(is_placed).all(|&s| theirs.contains(&partial.site(s)))
        }
        (ours, theirs) => ours == theirs,
    }
}

/// Whether a bijection of a pattern with itself is an automorphism.
pub(crate) fn is_automorphism(pattern: &PatternGraph, bijection: &Bijection) -> bool {
    let molecules_agree = pattern.molecules.iter().zip(&bijection.molecules).all(|(m, &image)| {
        let image = &pattern.molecules[image];
        m.kind == image.kind
            && m.compartment == image.compartment
            && m.components.len() == image.components.len()
    });
    let in_range = |s: Site| {
        let image = bijection.site(s);
        (image.component as usize) < pattern.molecules[image.molecule as usize].components.len()
    };
    molecules_agree
        && pattern.sites().all(|s| in_range(s) && component_agrees(pattern, pattern, bijection, s))
}

/// `n!`
pub(crate) fn factorial(n: usize) -> f64 {
    (2..=n).map(|k| k as f64).product()
}
