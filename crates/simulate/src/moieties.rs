//! Conserved totals: weighted sums of species that no reaction changes.

use model::ReactionNetwork;

use crate::compile::net_stoichiometry;

/// A weighted sum of species that no reaction changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Moiety {
    /// Positions of species and their weights, ascending.
    pub terms: Vec<(usize, f64)>,
}

impl Moiety {
    /// The total. Shape: `y` `[n_species]`.
    pub fn total(&self, y: &[f64]) -> f64 {
        self.terms.iter().map(|&(species, weight)| weight * y[species]).sum()
    }
}

/// A basis of the left null space of the stoichiometry matrix over the species that are not fixed.
///
/// Exact elimination over the integers. Large complexes are eliminated first, so that what is left are sums
/// over single molecules ("all AKT"), mostly with weights of one sign. Coefficients that leave the range of
/// 64 bits end the search for that row: fewer totals are reported then, never a wrong one.
pub(crate) fn conserved_moieties(network: &ReactionNetwork) -> Vec<Moiety> {
    let free: Vec<usize> = {
        let mut free: Vec<usize> =
            (0..network.species.len()).filter(|&i| !network.species[i].fixed).collect();
        free.sort_by_key(|&i| (std::cmp::Reverse(network.species[i].name.len()), i));
        free
    };
    let column_of: std::collections::HashMap<usize, usize> =
        free.iter().enumerate().map(|(c, &s)| (s, c)).collect();
    let mut rows: Vec<Vec<i64>> = Vec::new();
    for reaction in &network.reactions {
        let mut row = vec![0_i64; free.len()];
        for (species, n) in net_stoichiometry(reaction) {
            if let Some(&column) = column_of.get(&species) {
                row[column] = n as i64;
            }
        }
        rows.push(row);
    }
    null_space_of(rows, free.len()).into_iter().map(|w| moiety(&w, &free)).collect()
}

/// A basis of the vectors that are orthogonal to all rows of `n` entries; none if numbers leave 64 bits.
pub(crate) fn null_space_of(all: Vec<Vec<i64>>, n: usize) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<i64>> = Vec::new();
    for row in all {
        if row.iter().any(|&n| n != 0) && !add_to_echelon(&mut rows, row) {
            return Vec::new();
        }
    }
    null_space(&rows, n)
}

fn leading(row: &[i64]) -> Option<usize> {
    row.iter().position(|&n| n != 0)
}

/// Reduces `row` by the rows of a reduced echelon form and keeps what is left. False on overflow.
fn add_to_echelon(rows: &mut Vec<Vec<i64>>, mut row: Vec<i64>) -> bool {
    for known in rows.iter() {
        let pivot = leading(known).expect("zero rows are not kept");
        if !eliminate(&mut row, known, pivot) {
            return false;
        }
    }
    let Some(pivot) = leading(&row) else { return true };
    for known in rows.iter_mut() {
        if !eliminate(known, &row, pivot) {
            return false;
        }
    }
    rows.push(row);
    true
}

/// `row := row * p - known * r`, divided by its common factor; `p`, `r` the entries at the pivot.
fn eliminate(row: &mut [i64], known: &[i64], pivot: usize) -> bool {
    let (p, r) = (known[pivot], row[pivot]);
    if r == 0 {
        return true;
    }
    for (x, &k) in row.iter_mut().zip(known) {
        match x.checked_mul(p).zip(k.checked_mul(r)).and_then(|(a, b)| a.checked_sub(b)) {
            Some(value) => *x = value,
            None => return false,
        }
    }
    let divisor = row.iter().fold(0, |g, &x| gcd(g, x.unsigned_abs()));
    if divisor > 1 {
        row.iter_mut().for_each(|x| *x /= divisor as i64);
    }
    true
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Null vectors of a reduced echelon form, one for each column without a pivot.
fn null_space(rows: &[Vec<i64>], n: usize) -> Vec<Vec<f64>> {
    let pivots: Vec<usize> = rows.iter().map(|row| leading(row).expect("zero rows are not kept")).collect();
    (0..n)
        .filter(|column| !pivots.contains(column))
        .map(|column| {
            let mut w = vec![0.0; n];
            w[column] = 1.0;
            for (row, &pivot) in rows.iter().zip(&pivots) {
                w[pivot] = -(row[column] as f64) / row[pivot] as f64;
            }
            w
        })
        .collect()
}

fn moiety(w: &[f64], free: &[usize]) -> Moiety {
    let mut terms: Vec<(usize, f64)> =
        w.iter().zip(free).filter(|(w, _)| **w != 0.0).map(|(&w, &species)| (species, w)).collect();
    terms.sort_unstable_by_key(|&(species, _)| species);
    Moiety { terms }
}
