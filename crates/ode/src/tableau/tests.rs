//! The order conditions of the tables, without integrating anything.

use super::*;

/// A rooted tree, as the list of the subtrees of its root.
#[derive(Clone, Debug, PartialEq)]
struct Tree(Vec<Tree>);

impl Tree {
    fn n_nodes(&self) -> usize {
        1 + self.0.iter().map(Self::n_nodes).sum::<usize>()
    }

    /// γ(t): the product over all nodes of the size of the subtree there.
    fn density(&self) -> f64 {
        self.n_nodes() as f64 * self.0.iter().map(Self::density).product::<f64>()
    }

    /// All trees with `n` nodes, once for each order of the branches; repetitions do no harm.
    fn all(n: usize) -> Vec<Self> {
        if n == 1 {
            return vec![Self(Vec::new())];
        }
        // Split off the first subtree of the root.
        let mut trees = Vec::new();
        for first_size in 1..n {
            for first in Self::all(first_size) {
                for rest in Self::all(n - first_size) {
                    let mut branches = vec![first.clone()];
                    branches.extend(rest.0);
                    trees.push(Self(branches));
                }
            }
        }
        trees
    }
}

/// The untransformed coefficients α_ij, β_ij = α_ij + γ_ij, γ_ij, all `[s][s]`.
struct Plain {
    alpha: Vec<Vec<f64>>,
    beta: Vec<Vec<f64>>,
    gamma: Vec<Vec<f64>>,
}

fn full_a(tableau: &Tableau) -> Vec<Vec<f64>> {
    let s = tableau.n_stages;
    let mut a = vec![vec![0.0; s]; s + 1];
    for i in 1..=s {
        if let Some(row) = tableau.a.get(i - 1) {
            a[i][..row.len()].copy_from_slice(row);
        } else {
            a[i] = a[i - 1].clone();
            a[i][i - 1] += 1.0;
        }
    }
    a
}

fn times(left: &[Vec<f64>], right: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = right[0].len();
    left.iter()
        .map(|row| (0..n).map(|j| row.iter().zip(right).map(|(x, r)| x * r[j]).sum()).collect())
        .collect()
}

/// Γ from Γ⁻¹ = I/γ − C, by forward substitution.
fn gamma_matrix(tableau: &Tableau) -> Vec<Vec<f64>> {
    let s = tableau.n_stages;
    let mut gamma: Vec<Vec<f64>> = Vec::new();
    for i in 0..s {
        let mut row = vec![0.0; s];
        row[i] = tableau.gamma;
        for (j, known) in gamma.iter().enumerate() {
            let factor = tableau.gamma * tableau.c[i - 1][j];
            row.iter_mut().zip(known).for_each(|(value, known)| *value += factor * known);
        }
        gamma.push(row);
    }
    gamma
}

/// Coefficients, and the weights b.
fn plain(tableau: &Tableau) -> (Plain, Vec<f64>) {
    let gamma = gamma_matrix(tableau);
    let alpha = times(&full_a(tableau), &gamma);
    let b = alpha[tableau.n_stages].clone();
    let alpha = alpha[..tableau.n_stages].to_vec();
    let beta = alpha
        .iter()
        .zip(&gamma)
        .map(|(a_row, g_row)| a_row.iter().zip(g_row).map(|(a, g)| a + g).collect())
        .collect();
    (Plain { alpha, beta, gamma }, b)
}

/// Φ_i(t): a node with one branch uses β, a node with several uses α (Hairer & Wanner 1996, sect. IV.7).
fn elementary_weights(plain: &Plain, tree: &Tree) -> Vec<f64> {
    let s = plain.alpha.len();
    let matrix = if tree.0.len() == 1 { &plain.beta } else { &plain.alpha };
    let mut weights = vec![1.0; s];
    for branch in &tree.0 {
        let inner = elementary_weights(plain, branch);
        for (weight, row) in weights.iter_mut().zip(matrix) {
            *weight *= row.iter().zip(&inner).map(|(x, y)| x * y).sum::<f64>();
        }
    }
    weights
}

/// Largest violation of Σ b_i Φ_i(t) = θ^ρ / γ(t) over all trees with ρ <= `order` nodes.
fn violation(plain: &Plain, b: &[f64], theta: f64, order: usize) -> f64 {
    let mut worst = 0.0_f64;
    for n in 1..=order {
        for tree in Tree::all(n) {
            let sum: f64 = elementary_weights(plain, &tree).iter().zip(b).map(|(phi, b)| phi * b).sum();
            worst = worst.max((sum - theta.powi(n as i32) / tree.density()).abs());
        }
    }
    worst
}

fn dense_weights(tableau: &Tableau, plain: &Plain, b: &[f64], theta: f64) -> Vec<f64> {
    let u_weights: Vec<f64> = (0..tableau.n_stages)
        .map(|j| {
            let inner: f64 =
                tableau.dense.iter().enumerate().map(|(l, row)| row[j] * theta.powi(l as i32)).sum();
            theta * (1.0 - theta) * inner
        })
        .collect();
    let extra = times(&[u_weights], &plain.gamma);
    b.iter().zip(&extra[0]).map(|(b, e)| theta * b + e).collect()
}

/// Coefficients have 16 digits and reach 150, so products lose a few digits; see the largest violation.
const ROUNDING: f64 = 2e-12;

#[test]
fn tables_satisfy_all_order_conditions_of_their_order_and_no_more() {
    for (method, order) in [(Method::Rodas4, 4), (Method::Rodas5P, 5)] {
        let (plain, b) = plain(Tableau::of(method));
        let worst = violation(&plain, &b, 1.0, order);
        assert!(worst < ROUNDING, "{method:?}: {worst:e}");
        assert!(violation(&plain, &b, 1.0, order + 1) > 1e-5, "{method:?} is better than documented");
    }
}

#[test]
fn embedded_methods_have_one_order_less() {
    for method in [Method::Rodas4, Method::Rodas5P] {
        let tableau = Tableau::of(method);
        let (plain, _) = plain(tableau);
        // The embedded result is the argument of the last stage.
        let embedded = plain.alpha[tableau.n_stages - 1].clone();
        let order = tableau.embedded_order as usize;
        let worst = violation(&plain, &embedded, 1.0, order);
        assert!(worst < ROUNDING, "{method:?}: {worst:e}");
        assert!(violation(&plain, &embedded, 1.0, order + 1) > 1e-5);
    }
}

#[test]
fn continuous_extensions_have_one_order_less() {
    for (method, order) in [(Method::Rodas4, 3), (Method::Rodas5P, 4)] {
        let tableau = Tableau::of(method);
        let (plain, b) = plain(tableau);
        for theta in [0.0, 0.1, 0.35, 0.5, 0.77, 1.0] {
            let worst = violation(&plain, &dense_weights(tableau, &plain, &b, theta), theta, order);
            assert!(worst < 1e-11, "{method:?} at {theta}: {worst:e}");
        }
    }
}

#[test]
fn nodes_are_row_sums() {
    for method in [Method::Rodas4, Method::Rodas5P] {
        let tableau = Tableau::of(method);
        let (plain, _) = plain(tableau);
        for i in 0..tableau.n_stages {
            let alpha: f64 = plain.alpha[i].iter().sum();
            let gamma: f64 = plain.gamma[i].iter().sum();
            assert!((alpha - tableau.alpha[i]).abs() < ROUNDING, "{method:?} stage {i}: {alpha}");
            assert!((gamma - tableau.gamma_sum[i]).abs() < ROUNDING, "{method:?} stage {i}: {gamma}");
        }
    }
}

#[test]
fn methods_are_l_stable_on_the_imaginary_axis_and_at_infinity() {
    for method in [Method::Rodas4, Method::Rodas5P] {
        let tableau = Tableau::of(method);
        for exponent in -30..=60 {
            let size = stability_function_on_imaginary_axis(tableau, 10_f64.powf(f64::from(exponent) / 10.0));
            assert!(size <= 1.0 + 1e-9, "{method:?} at 10^({exponent}/10): {size}");
        }
        let far = stability_function_on_imaginary_axis(tableau, 1e9);
        assert!(far < 1e-6, "{method:?}: {far:e}");
    }
}

/// |R(i w)| by running the stages on y' = i w y with h = 1 and y = 1.
fn stability_function_on_imaginary_axis(tableau: &Tableau, w: f64) -> f64 {
    let a = full_a(tableau);
    let multiply = |x: (f64, f64), y: (f64, f64)| (x.0 * y.0 - x.1 * y.1, x.0 * y.1 + x.1 * y.0);
    let pivot = 1.0 / tableau.gamma;
    let norm = pivot * pivot + w * w;
    let inverse = (pivot / norm, w / norm);
    let mut u: Vec<(f64, f64)> = Vec::new();
    let argument = |row: &[f64], u: &[(f64, f64)]| {
        u.iter().zip(row).fold((1.0, 0.0), |sum, (u, a)| (sum.0 + a * u.0, sum.1 + a * u.1))
    };
    for (i, row) in a[..tableau.n_stages].iter().enumerate() {
        let y = argument(row, &u);
        let mut b = multiply((0.0, w), y);
        for (j, u) in u.iter().enumerate() {
            b = (b.0 + tableau.c[i - 1][j] * u.0, b.1 + tableau.c[i - 1][j] * u.1);
        }
        u.push(multiply(inverse, b));
    }
    let result = argument(&a[tableau.n_stages], &u);
    result.0.hypot(result.1)
}
