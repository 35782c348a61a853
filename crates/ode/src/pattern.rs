//! The fixed pattern of a sparse square matrix.

/// Compressed sparse column pattern of an n x n matrix.
///
/// Row indices ascend in each column, no entry appears twice, and the diagonal is always present.
/// Entry `k` of the pattern belongs to value `k` of every value array that uses it ("pattern order").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparsityPattern {
    col_ptr: Vec<usize>,
    row_idx: Vec<usize>,
}

impl SparsityPattern {
    /// Collects `(row, column)` entries in any order, with repetitions, and adds the diagonal.
    ///
    /// # Panics
    /// When a row or a column is not below `n`: that is a mistake of the calling code, not of its input.
    pub fn from_entries(n: usize, entries: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut columns: Vec<Vec<usize>> = (0..n).map(|column| vec![column]).collect();
        for (row, column) in entries {
            assert!(row < n && column < n, "entry ({row}, {column}) lies outside of a {n} x {n} matrix");
            columns[column].push(row);
        }
        let mut pattern = Self { col_ptr: vec![0], row_idx: Vec::new() };
        for mut rows in columns {
            rows.sort_unstable();
            rows.dedup();
            pattern.row_idx.extend(rows);
            pattern.col_ptr.push(pattern.row_idx.len());
        }
        pattern
    }

    /// The pattern in which every entry is present.
    pub fn dense(n: usize) -> Self {
        Self::from_entries(n, (0..n).flat_map(|column| (0..n).map(move |row| (row, column))))
    }

    /// Number of rows, which is the number of columns.
    pub fn n(&self) -> usize {
        self.col_ptr.len() - 1
    }

    /// Number of entries.
    pub fn nnz(&self) -> usize {
        self.row_idx.len()
    }

    /// Where each column starts in [`Self::row_idx`]; `[n + 1]`, the last one is [`Self::nnz`].
    pub fn col_ptr(&self) -> &[usize] {
        &self.col_ptr
    }

    /// Row of each entry; `[nnz]`.
    pub fn row_idx(&self) -> &[usize] {
        &self.row_idx
    }

    /// Rows of one column, ascending.
    pub fn rows_of(&self, column: usize) -> &[usize] {
        &self.row_idx[self.col_ptr[column]..self.col_ptr[column + 1]]
    }

    /// Position of the entry in pattern order, or `None` when the entry is structurally zero.
    pub fn position(&self, row: usize, column: usize) -> Option<usize> {
        if column >= self.n() {
            return None;
        }
        self.rows_of(column).binary_search(&row).ok().map(|offset| self.col_ptr[column] + offset)
    }

    /// All entries as `(row, column)`, in pattern order.
    pub fn entries(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.n()).flat_map(|column| self.rows_of(column).iter().map(move |&row| (row, column)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn empty_matrix_has_no_entries() {
        let pattern = SparsityPattern::from_entries(0, []);
        assert_eq!((pattern.n(), pattern.nnz(), pattern.col_ptr()), (0, 0, &[0][..]));
        assert_eq!(pattern.position(0, 0), None);
    }

    #[test]
    fn dense_pattern_is_column_major() {
        let pattern = SparsityPattern::dense(3);
        assert_eq!(pattern.nnz(), 9);
        assert_eq!(pattern.position(2, 1), Some(5));
    }

    proptest! {
        #[test]
        fn columns_ascend_and_hold_exactly_the_entries_and_the_diagonal(
            entries in prop::collection::vec((0usize..12, 0usize..12), 0..80)
        ) {
            let pattern = SparsityPattern::from_entries(12, entries.iter().copied());
            prop_assert_eq!(pattern.col_ptr().len(), 13);
            for column in 0..12 {
                prop_assert!(pattern.rows_of(column).windows(2).all(|pair| pair[0] < pair[1]));
                for row in 0..12 {
                    let expected = row == column || entries.contains(&(row, column));
                    prop_assert_eq!(pattern.position(row, column).is_some(), expected);
                }
            }
        }

        #[test]
        fn position_is_the_inverse_of_entries(
            entries in prop::collection::vec((0usize..9, 0usize..9), 0..40)
        ) {
            let pattern = SparsityPattern::from_entries(9, entries);
            for (k, (row, column)) in pattern.entries().enumerate() {
                prop_assert_eq!(pattern.position(row, column), Some(k));
            }
            prop_assert_eq!(pattern.entries().count(), pattern.nnz());
            prop_assert_eq!(&SparsityPattern::from_entries(9, pattern.entries()), &pattern);
        }
    }
}
