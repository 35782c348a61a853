//! Units of parameters: products and quotients of `h`, `nM`, `copies`, `cell` and `1`.

use std::fmt;

/// Exponents of a unit. `cell` counts 1, so that `copies/cell` is `copies`.
///
/// Exponents are real numbers since functions may raise an amount to a power that is a parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnitExponents {
    /// Of the hour.
    pub hours: f64,
    /// Of nmol/l.
    pub nanomolar: f64,
    /// Of molecules per cell.
    pub copies: f64,
}

impl UnitExponents {
    /// A pure number.
    pub const ONE: UnitExponents = UnitExponents { hours: 0.0, nanomolar: 0.0, copies: 0.0 };
    /// Molecules per cell.
    pub const COPIES: UnitExponents = UnitExponents { copies: 1.0, ..UnitExponents::ONE };
    /// Concentration.
    pub const NANOMOLAR: UnitExponents = UnitExponents { nanomolar: 1.0, ..UnitExponents::ONE };
    /// Per time.
    pub const PER_HOUR: UnitExponents = UnitExponents { hours: -1.0, ..UnitExponents::ONE };

    /// Reads `1/(nM*h)`, `copies/h` and the like; `None` if the text is no unit.
    pub fn parse(text: &str) -> Option<UnitExponents> {
        let mut reader = Reader { rest: text.trim() };
        let unit = reader.product(0)?;
        reader.rest.is_empty().then_some(unit)
    }

    /// The product with another unit.
    #[must_use]
    pub fn times(self, other: UnitExponents) -> UnitExponents {
        UnitExponents {
            hours: self.hours + other.hours,
            nanomolar: self.nanomolar + other.nanomolar,
            copies: self.copies + other.copies,
        }
    }

    /// This unit to a power.
    #[must_use]
    pub fn power(self, n: f64) -> UnitExponents {
        UnitExponents { hours: self.hours * n, nanomolar: self.nanomolar * n, copies: self.copies * n }
    }

    /// The quotient by another unit.
    #[must_use]
    pub fn over(self, other: UnitExponents) -> UnitExponents {
        self.times(other.power(-1.0))
    }

    /// Whether both are the same unit, up to rounding of the exponents.
    pub fn same_as(self, other: UnitExponents) -> bool {
        let difference = self.over(other);
        [difference.hours, difference.nanomolar, difference.copies].iter().all(|e| e.abs() < 1e-9)
    }
}

impl fmt::Display for UnitExponents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [("copies", self.copies), ("nM", self.nanomolar), ("h", self.hours)];
        let list = |sign: f64| {
            parts
                .iter()
                .filter(|(_, e)| e * sign > 1e-9)
                .map(|(n, e)| {
                    if (e * sign - 1.0).abs() < 1e-9 { (*n).to_string() } else { format!("{n}^{}", e * sign) }
                })
                .collect::<Vec<_>>()
        };
        let (above, below) = (list(1.0), list(-1.0));
        f.write_str(if above.is_empty() { "1" } else { "" })?;
        f.write_str(&above.join("*"))?;
        match below.len() {
            0 => Ok(()),
            1 => write!(f, "/{}", below[0]),
            _ => write!(f, "/({})", below.join("*")),
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn product(&mut self, depth: usize) -> Option<UnitExponents> {
        let mut unit = self.factor(depth)?;
        loop {
            if self.eat("*") {
                unit = unit.times(self.factor(depth)?);
            } else if self.eat("/") {
                unit = unit.over(self.factor(depth)?);
            } else {
                return Some(unit);
            }
        }
    }

    fn factor(&mut self, depth: usize) -> Option<UnitExponents> {
        if depth > 8 {
            return None;
        }
        if self.eat("(") {
            let inside = self.product(depth + 1)?;
            return self.eat(")").then_some(inside);
        }
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        match word {
            "1" | "cell" => Some(UnitExponents::ONE),
            "h" => Some(UnitExponents { hours: 1.0, ..UnitExponents::ONE }),
            "nM" => Some(UnitExponents::NANOMOLAR),
            "copies" => Some(UnitExponents::COPIES),
            _ => None,
        }
    }

    fn eat(&mut self, sign: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(sign) else { return false };
        self.rest = rest.trim_start();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_read_and_print() {
        for (text, printed) in [
            ("1/(nM*h)", "1/(nM*h)"),
            ("1 / h", "1/h"),
            ("copies/cell", "copies"),
            ("copies/nM", "copies/nM"),
            ("1/(copies*h)", "1/(copies*h)"),
            ("1/copies/h", "1/(copies*h)"),
        ] {
            assert_eq!(UnitExponents::parse(text).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn other_texts_are_no_units() {
        for text in ["", "h*", "mol", "1/(h", "h)", "((((((((((1))))))))))", "min"] {
            assert_eq!(UnitExponents::parse(text), None, "{text}");
        }
    }
}
