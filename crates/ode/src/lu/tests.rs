//! Solutions of the sparse factorisation against plain dense elimination.

use proptest::prelude::*;

use super::*;

/// Gaussian elimination with complete pivoting: the reference. `None` when singular to working precision.
fn reference_solution(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    let mut columns: Vec<usize> = (0..n).collect();
    for k in 0..n {
        let (i, j) = (k..n)
            .flat_map(|i| (k..n).map(move |j| (i, j)))
            .max_by(|&(i, j), &(p, q)| a[i][j].abs().total_cmp(&a[p][q].abs()))?;
        if a[i][j].abs() < 1e-9 {
            return None;
        }
        a.swap(k, i);
        b.swap(k, i);
        a.iter_mut().for_each(|row| row.swap(k, j));
        columns.swap(k, j);
        for i in k + 1..n {
            let multiplier = a[i][k] / a[k][k];
            let pivot_row = a[k].clone();
            a[i].iter_mut().zip(&pivot_row).for_each(|(value, pivot)| *value -= multiplier * pivot);
            b[i] -= multiplier * b[k];
        }
    }
    let mut x = vec![0.0; n];
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|j| a[k][j] * x[columns[j]]).sum();
        x[columns[k]] = (b[k] - known) / a[k][k];
    }
    Some(x)
}

fn dense_matrix(pattern: &SparsityPattern, shift: f64, jac: &[f64]) -> Vec<Vec<f64>> {
    let n = pattern.n();
    let mut a = vec![vec![0.0; n]; n];
    for ((row, column), value) in pattern.entries().zip(jac) {
        a[row][column] -= value;
    }
    for (i, row) in a.iter_mut().enumerate() {
        row[i] += shift;
    }
    a
}

/// Largest backward error of the rows: |A x − b| relative to |A| |x| + |b|, all as row maxima.
fn backward_error(a: &[Vec<f64>], x: &[f64], b: &[f64]) -> f64 {
    let x_size = x.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    a.iter()
        .zip(b)
        .map(|(row, b)| {
            let residual = row.iter().zip(x).map(|(a, x)| a * x).sum::<f64>() - b;
            let size = row.iter().map(|a| a.abs()).sum::<f64>() * x_size + b.abs();
            if residual == 0.0 { 0.0 } else { residual.abs() / size }
        })
        .fold(0.0, f64::max)
}

fn solve(pattern: &SparsityPattern, shift: f64, jac: &[f64], b: &[f64]) -> Option<(FactorKind, Vec<f64>)> {
    let mut lu = SparseLu::<1>::new(pattern);
    let kind = lu.factor(shift, jac).ok()?;
    let mut x = b.to_vec();
    lu.solve(&mut x);
    Some((kind, x))
}

#[test]
fn one_way_chain_has_no_fill() {
    let pattern = SparsityPattern::from_entries(50, (1..50).map(|i| (i, i - 1)));
    assert_eq!(SparseLu::<1>::new(&pattern).nnz_factors(), pattern.nnz());
}

#[test]
fn arrow_matrix_has_no_fill() {
    let pattern = SparsityPattern::from_entries(40, (1..40).flat_map(|i| [(i, 0), (0, i)]));
    assert_eq!(SparseLu::<1>::new(&pattern).nnz_factors(), pattern.nnz());
}

#[test]
fn zero_diagonal_is_solved_with_interchanges() {
    let pattern = SparsityPattern::dense(2);
    // [[0, 1], [2, 0]] x = [3, 4]
    let (kind, x) = solve(&pattern, 0.0, &[0.0, -2.0, -1.0, 0.0], &[3.0, 4.0]).unwrap();
    assert_eq!((kind, x), (FactorKind::Pivoted, vec![2.0, 3.0]));
}

#[test]
fn tiny_pivot_is_solved_with_interchanges() {
    let pattern = SparsityPattern::dense(2);
    // [[1e-20, 1], [1, 1]] x = [1, 2]: plain elimination gives x = [0, 1].
    let (kind, x) = solve(&pattern, 0.0, &[-1e-20, -1.0, -1.0, -1.0], &[1.0, 2.0]).unwrap();
    assert_eq!(kind, FactorKind::Pivoted);
    assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] - 1.0).abs() < 1e-15, "{x:?}");
}

#[test]
fn units_of_rows_and_columns_do_not_force_interchanges() {
    // A well conditioned matrix, rows and columns scaled over 24 orders of magnitude.
    let pattern = SparsityPattern::dense(3);
    let (rows, columns) = ([1e-12, 1.0, 1e12], [1e6, 1e-9, 1.0]);
    let a = [[4.0, 1.0, 0.5], [1.0, 3.0, 1.0], [0.5, 1.0, 5.0]];
    let jac: Vec<f64> = pattern.entries().map(|(i, j)| -rows[i] * a[i][j] * columns[j]).collect();
    let (kind, _) = solve(&pattern, 0.0, &jac, &[1.0, 1.0, 1.0]).unwrap();
    assert_eq!(kind, FactorKind::Static);
}

#[test]
fn singular_matrix_names_a_column() {
    let mut lu = SparseLu::<1>::new(&SparsityPattern::dense(3));
    assert!(lu.factor(0.0, &[1.0; 9]).is_err());
    assert_eq!(lu.factor(0.0, &[0.0; 9]), Err(SingularPivot { column: 0 }));
    assert!(lu.factor(1.0, &[f64::NAN; 9]).is_err());
}

#[test]
fn failed_factorisation_leaves_no_trace() {
    let pattern = SparsityPattern::dense(3);
    let jac = [-4.0, 1.0, 0.0, 1.0, -3.0, 1.0, 0.0, 1.0, -2.0];
    let b = [1.0, 2.0, 3.0];
    let (_, fresh) = solve(&pattern, 2.0, &jac, &b).unwrap();
    let mut lu = SparseLu::<1>::new(&pattern);
    assert!(lu.factor(1.0, &[f64::INFINITY; 9]).is_err());
    assert_eq!(lu.factor(2.0, &jac), Ok(FactorKind::Static));
    let mut x = b;
    lu.solve(&mut x);
    assert_eq!(x.to_vec(), fresh);
}

/// Order, entries, enough values for them, and a right-hand side.
type Matrix = (usize, Vec<(usize, usize)>, Vec<f64>, Vec<f64>);

fn matrices() -> impl Strategy<Value = Matrix> {
    (1usize..25).prop_flat_map(|n| {
        (
            Just(n),
            prop::collection::vec((0..n, 0..n), 0..4 * n),
            prop::collection::vec(-1.0..1.0, 5 * n),
            prop::collection::vec(-1.0..1.0, n),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn dominant_diagonals_need_no_interchanges((n, entries, values, b) in matrices()) {
        let pattern = SparsityPattern::from_entries(n, entries);
        let jac = &values[..pattern.nnz()];
        let shift = n as f64 + 1.0;
        let (kind, x) = solve(&pattern, shift, jac, &b).unwrap();
        prop_assert_eq!(kind, FactorKind::Static);
        let expected = reference_solution(dense_matrix(&pattern, shift, jac), b.clone()).unwrap();
        for (x, expected) in x.iter().zip(&expected) {
            prop_assert!((x - expected).abs() < 1e-13);
        }
    }

    #[test]
    fn machine_code_gives_the_bits_of_the_loops(
        (n, entries, values, b) in matrices(), zeros in prop::collection::vec(0..6, 125)
    ) {
        let pattern = SparsityPattern::from_entries(n, entries);
        let jac: Vec<f64> = values.iter().zip(&zeros).take(pattern.nnz())
            .map(|(value, zero)| if *zero == 0 { 0.0 } else { *value })
            .collect();
        let mass: Vec<f64> = zeros.iter().take(n).map(|zero| f64::from(u8::from(*zero != 1))).collect();
        let (mut loops, mut code) = (SparseLu::<1>::new(&pattern), SparseLu::<1>::new(&pattern));
        code.kernels().compile().unwrap();
        for shift in [0.0, 1.0, 1e3] {
            let kind = loops.factor_with_mass(shift, &mass, &jac);
            prop_assert_eq!(kind, code.factor_with_mass(shift, &mass, &jac));
            if kind.is_ok() {
                let (mut x, mut y) = (b.clone(), b.clone());
                loops.solve(&mut x);
                code.solve(&mut y);
                prop_assert_eq!(x.iter().map(|x| x.to_bits()).collect::<Vec<_>>(),
                    y.iter().map(|y| y.to_bits()).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn arbitrary_matrices_are_solved_with_small_backward_error(
        (n, entries, values, b) in matrices(), zeros in prop::collection::vec(any::<bool>(), 125), rows in -8..8i32
    ) {
        let pattern = SparsityPattern::from_entries(n, entries);
        // Many diagonals are exactly zero, so that interchanges are needed; rows have different units.
        let jac: Vec<f64> = pattern
            .entries()
            .zip(values.iter().zip(&zeros))
            .map(|((row, column), (value, &zero))| {
                let scale = 10_f64.powi(rows * (row as i32 % 3));
                if zero && row == column { 0.0 } else { value * scale }
            })
            .collect();
        let a = dense_matrix(&pattern, 0.0, &jac);
        if let Some((_, x)) = solve(&pattern, 0.0, &jac, &b) {
            // Growth is limited to 1e6 on the static path: 1e6 times rounding, with room for n.
            prop_assert!(backward_error(&a, &x, &b) < 1e-8, "{}", backward_error(&a, &x, &b));
        } else if rows == 0 {
            prop_assert!(reference_solution(a, b).is_none_or(|x| x.iter().any(|x| x.abs() > 1e6)));
        }
    }
}

proptest! {
    #[test]
    fn a_part_solves_as_the_whole_when_the_rest_is_zero(
        entries in prop::collection::vec((0usize..12, 0usize..12, -2.0..2.0f64), 0..70),
        kept in prop::collection::vec(any::<bool>(), 12),
        shift in 0.5..20.0f64,
        b in prop::collection::vec(-1.0..1.0f64, 12),
    ) {
        let pattern = SparsityPattern::from_entries(12, entries.iter().map(|e| (e.0, e.1)));
        let mut jac = vec![0.0; pattern.nnz()];
        for &(row, column, value) in &entries {
            // Rows that are left out hold zeros in columns that are kept.
            if kept[row] || !kept[column] {
                jac[pattern.position(row, column).unwrap()] = value;
            }
        }
        let b: Vec<f64> = b.iter().zip(&kept).map(|(b, kept)| if *kept { *b } else { 0.0 }).collect();
        let mut part = SparseLu::<1>::new(&pattern);
        part.restrict(Some(&kept));
        let kind = part.factor(shift, &jac);
        let mut x = b.clone();
        part.solve(&mut x);
        // The whole may take the fallback because of a row that is left out.
        if let (Some((FactorKind::Static, whole)), Ok(FactorKind::Static)) = (solve(&pattern, shift, &jac, &b), kind) {
            prop_assert_eq!(&x, &whole);
        }
        part.restrict(None);
        if part.factor(shift, &jac).is_ok() {
            let mut x = b.clone();
            part.solve(&mut x);
            prop_assert_eq!(Some(x), solve(&pattern, shift, &jac, &b).map(|(_, x)| x));
        }
    }
}

#[test]
fn interchanges_do_not_carry_large_numbers_into_equations_without_them() {
    // Rows 2 and 3 hold nothing of columns 0 and 1, whose unknowns are large; b is zero there, and so is x. The tiny
    // pivot asks for interchanges, which mix the rows.
    let entries = [(0, 0, -1.0 + 1e-14), (0, 1, 3.0), (1, 0, 0.7), (1, 1, -2.0), (0, 2, 9.0), (1, 3, 5.0)];
    let entries = entries.into_iter().chain([
        (2, 2, 0.1),
        (2, 3, 0.7),
        (3, 2, 0.3),
        (3, 3, -0.3),
        (0, 3, 2.0),
        (1, 2, 7.0),
    ]);
    let entries: Vec<(usize, usize, f64)> = entries.map(|(i, j, v)| (3 - i, 3 - j, v)).collect();
    let pattern = SparsityPattern::from_entries(4, entries.iter().map(|e| (e.0, e.1)));
    let mut jac = vec![0.0; pattern.nnz()];
    for &(row, column, value) in &entries {
        jac[pattern.position(row, column).unwrap()] = -value;
    }
    let (b, mut pivoted) = ([0.0, 0.0, 1.7e12, 2.3e12], PivotedLu::new(&pattern));
    pivoted.factor(&pattern, 0.0, &[], jac.iter().copied()).unwrap();
    let mut x = b;
    pivoted.solve(&pattern, &mut x);
    // Rounding of rounding of 1e12.
    assert!(x[0].abs() < 1e-16 && x[1].abs() < 1e-16 && x[2].abs() > 1e11, "{x:?}");
    let a = dense_matrix(&pattern, 0.0, &jac);
    assert!(backward_error(&a, &x, &b) < 1e-15);
}
