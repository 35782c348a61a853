//! The files of a simulation: `.gdat` (observables), `.cdat` (species), `.scan`.

use std::fmt::Write;

/// Digits after the point of a number, as BioNetGen writes them.
const DIGITS: usize = 12;

/// A number as C writes it: the exponent has a sign and two digits.
fn scientific(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let (sign, size) = exponent.strip_prefix('-').map_or(('+', exponent), |size| ('-', size));
            format!("{mantissa}e{sign}{size:0>2}")
        }
        None => text,
    }
}

/// The head of a `.gdat` or `.cdat` file.
pub(super) fn head<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut text = format!("#{:>18}", "time");
    for name in names {
        let _ = write!(text, " {name:>19}");
    }
    text.push('\n');
    text
}

/// One row of a `.gdat` or `.cdat` file.
pub(super) fn row(text: &mut String, time: f64, values: &[f64]) {
    let _ = write!(text, "{:>19}", scientific(time, DIGITS));
    for &value in values {
        let _ = write!(text, " {:>19}", scientific(value, DIGITS));
    }
    text.push('\n');
}

/// A `.scan` file: a row per value of the parameter.
pub(super) fn scan(parameter: &str, names: &[String], rows: &[(f64, Vec<f64>)]) -> String {
    let mut text = format!("#{parameter:>15}");
    for name in names {
        let _ = write!(text, " {name:>20}");
    }
    text.push('\n');
    for (value, values) in rows {
        let _ = write!(text, "{:>16}", scientific(*value, DIGITS));
        for &value in values {
            let _ = write!(text, " {:>20}", scientific(value, DIGITS));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_in_c() {
        assert_eq!(scientific(100.0, 12), "1.000000000000e+02");
        assert_eq!(scientific(-2.5e-7, 3), "-2.500e-07");
        assert_eq!(scientific(0.0, 2), "0.00e+00");
        assert_eq!(scientific(1.5e123, 1), "1.5e+123");
        assert_eq!(scientific(f64::NAN, 1), "NaN");
    }

    #[test]
    fn rows_stand_below_their_head() {
        let mut text = head(["A", "B"].into_iter());
        row(&mut text, 0.5, &[1.0, -2.0]);
        let ends = |line: &str| -> Vec<usize> {
            line.char_indices()
                .filter(|(i, c)| *c != ' ' && (line[i + 1..].starts_with(' ') || i + 1 == line.len()))
                .map(|(i, _)| i)
                .collect()
        };
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.iter().all(|l| l.len() == 59), "{text}");
        assert!(ends(lines[1]).ends_with(&[18, 38, 58]), "{text}");
    }
}
