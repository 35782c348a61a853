//! Table functions (`tfun`) as expressions.

use model::{BinaryOp, Builtin, Expr};

/// More rows than these are a mistake.
pub(crate) const MOST_ROWS: usize = 20_000;

/// A function given by points; constant before the first and after the last.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// Ascending.
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Table {
    /// Checks the points.
    ///
    /// # Errors
    /// What is wrong with them, in words.
    pub(crate) fn new(x: Vec<f64>, y: Vec<f64>) -> Result<Self, String> {
        if x.len() != y.len() {
            return Err(format!("{} places and {} values", x.len(), y.len()));
        }
        if x.len() < 2 {
            return Err(format!("{} points; it needs at least 2", x.len()));
        }
        if x.len() > MOST_ROWS {
            return Err(format!("{} points, more than {MOST_ROWS}", x.len()));
        }
        if let Some(pair) = x.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(format!("places that do not ascend: {} and {}", pair[0], pair[1]));
        }
        Ok(Self { x, y })
    }

    /// Reads two columns separated by spaces, tabs or commas; lines that start with `#` are left out.
    ///
    /// # Errors
    /// The first line that has no two numbers, or what [`Table::new`] says.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for (i, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let mut cells = line.split(|c: char| c.is_whitespace() || c == ',').filter(|c| !c.is_empty());
            let mut number = || cells.next().and_then(|c| c.parse::<f64>().ok()).filter(|v| v.is_finite());
            let (Some(place), Some(value), None) = (number(), number(), cells.next()) else {
                return Err(format!("something else than two numbers in line {}", i + 1));
            };
            if x.len() > MOST_ROWS {
                return Err(format!("more than {MOST_ROWS} points"));
            }
            x.push(place);
            y.push(value);
        }
        Self::new(x, y)
    }

    /// The value at `index`: straight lines between the points, or with `step` the value of the last point
    /// passed. The tree of conditions is as deep as the logarithm of the number of points.
    pub(crate) fn at(&self, index: &Expr, step: bool) -> Expr {
        self.pieces(index, step, 0, self.x.len() + 1)
    }

    /// Pieces `from..to`, where piece `i` begins at `x[i - 1]`.
    fn pieces(&self, index: &Expr, step: bool, from: usize, to: usize) -> Expr {
        if to - from == 1 {
            return self.piece(index, step, from);
        }
        let middle = usize::midpoint(from, to);
        let below = Expr::binary(BinaryOp::Less, index.clone(), Expr::Number(self.x[middle - 1]));
        let (left, right) = (self.pieces(index, step, from, middle), self.pieces(index, step, middle, to));
        Expr::Builtin(Builtin::If, vec![below, left, right])
    }

    fn piece(&self, index: &Expr, step: bool, piece: usize) -> Expr {
        let last = self.x.len();
        if piece == 0 || piece == last || step {
            return Expr::Number(self.y[piece.saturating_sub(1)]);
        }
        let (x, y) = (&self.x[piece - 1..=piece], &self.y[piece - 1..=piece]);
        let slope = Expr::Number((y[1] - y[0]) / (x[1] - x[0]));
        let passed = Expr::binary(BinaryOp::Subtract, index.clone(), Expr::Number(x[0]));
        let rise = Expr::binary(BinaryOp::Multiply, slope, passed);
        Expr::binary(BinaryOp::Add, Expr::Number(y[0]), rise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of the little language that tables use.
    fn value(expr: &Expr, time: f64) -> f64 {
        match expr {
            Expr::Number(x) => *x,
            Expr::Time => time,
            Expr::Binary(op, a, b) => {
                let (a, b) = (value(a, time), value(b, time));
                match op {
                    BinaryOp::Less => f64::from(u8::from(a < b)),
                    BinaryOp::Add => a + b,
                    BinaryOp::Subtract => a - b,
                    BinaryOp::Multiply => a * b,
                    other => panic!("a table has no {other:?}"),
                }
            }
            Expr::Builtin(Builtin::If, args) => {
                let chosen = if value(&args[0], time) == 0.0 { 2 } else { 1 };
                value(&args[chosen], time)
            }
            other => panic!("a table has no {other:?}"),
        }
    }

    #[test]
    fn lines_and_steps_between_the_points() {
        let table = Table::read("# time f\n0 1\n1\t3\n\n3, 7 # last\n").unwrap();
        let cases = [(-1.0, 1.0, 1.0), (0.0, 1.0, 1.0), (0.5, 2.0, 1.0), (1.0, 3.0, 3.0)];
        for (t, line, step) in cases.into_iter().chain([(2.0, 5.0, 3.0), (3.0, 7.0, 7.0), (9.0, 7.0, 7.0)]) {
            assert_eq!(value(&table.at(&Expr::Time, false), t), line, "line at {t}");
            assert_eq!(value(&table.at(&Expr::Time, true), t), step, "step at {t}");
        }
    }

    #[test]
    fn long_tables_stay_shallow() {
        fn depth(expr: &Expr) -> usize {
            match expr {
                Expr::Builtin(_, args) => 1 + args.iter().map(depth).max().unwrap_or(0),
                _ => 1,
            }
        }
        let x: Vec<f64> = (0..MOST_ROWS).map(|i| i as f64).collect();
        let table = Table::new(x.clone(), x).unwrap();
        let expr = table.at(&Expr::Time, false);
        assert!(depth(&expr) <= 17, "{}", depth(&expr));
        assert_eq!(value(&expr, 12_345.25), 12_345.25);
    }

    #[test]
    fn bad_tables_are_refused() {
        for (text, wanted) in [
            ("0 1", "1 points; it needs at least 2"),
            ("0 1\n0 2", "places that do not ascend: 0 and 0"),
            ("0 1\n1 nan", "something else than two numbers in line 2"),
            ("0 1\n1 2 3", "something else than two numbers in line 2"),
        ] {
            assert_eq!(Table::read(text).unwrap_err(), wanted);
        }
    }
}
