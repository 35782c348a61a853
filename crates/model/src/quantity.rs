//! Numbers with units, as a scientist writes them: `500 nM`, `8 h`, `10 ug/ml`, `25 %`.

use std::fmt;

/// What kind of quantity a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Base unit: hour.
    Time,
    /// Amount of substance per volume; base unit: nmol/l (nM).
    Concentration,
    /// Mass per volume; base unit: ng/ml.
    MassConcentration,
    /// Mass of drug per mass of animal; base unit: mg/kg.
    BodyDose,
    /// Energy of radiation per mass of tissue; base unit: Gy.
    AbsorbedDose,
    /// Volume of a tumour; base unit: mm3.
    Volume,
    /// Molecules per cell; base unit: copies/cell.
    CopiesPerCell,
    /// A pure number; base unit: 1.
    Fraction,
}

/// A unit: dimension, factor to its base unit, and the text as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// What it measures.
    pub dimension: Dimension,
    /// One of this unit is so many of the base unit.
    pub factor: f64,
    /// The canonical spelling.
    pub symbol: &'static str,
}

const UNITS: [(&str, Dimension, f64, &str); 41] = [
    ("s", Dimension::Time, 1.0 / 3600.0, "s"),
    ("sec", Dimension::Time, 1.0 / 3600.0, "s"),
    ("min", Dimension::Time, 1.0 / 60.0, "min"),
    ("h", Dimension::Time, 1.0, "h"),
    ("hr", Dimension::Time, 1.0, "h"),
    ("hour", Dimension::Time, 1.0, "h"),
    ("hours", Dimension::Time, 1.0, "h"),
    ("d", Dimension::Time, 24.0, "d"),
    ("day", Dimension::Time, 24.0, "d"),
    ("days", Dimension::Time, 24.0, "d"),
    ("week", Dimension::Time, 168.0, "week"),
    ("weeks", Dimension::Time, 168.0, "week"),
    ("pM", Dimension::Concentration, 1e-3, "pM"),
    ("nM", Dimension::Concentration, 1.0, "nM"),
    ("uM", Dimension::Concentration, 1e3, "uM"),
    ("\u{b5}M", Dimension::Concentration, 1e3, "uM"),
    ("\u{3bc}M", Dimension::Concentration, 1e3, "uM"),
    ("mM", Dimension::Concentration, 1e6, "mM"),
    ("M", Dimension::Concentration, 1e9, "M"),
    ("nmol/l", Dimension::Concentration, 1.0, "nM"),
    ("umol/l", Dimension::Concentration, 1e3, "uM"),
    ("pg/ml", Dimension::MassConcentration, 1e-3, "pg/ml"),
    ("ng/ml", Dimension::MassConcentration, 1.0, "ng/ml"),
    ("ng/mL", Dimension::MassConcentration, 1.0, "ng/ml"),
    ("ug/ml", Dimension::MassConcentration, 1e3, "ug/ml"),
    ("ug/mL", Dimension::MassConcentration, 1e3, "ug/ml"),
    ("\u{b5}g/ml", Dimension::MassConcentration, 1e3, "ug/ml"),
    ("\u{3bc}g/ml", Dimension::MassConcentration, 1e3, "ug/ml"),
    ("mg/ml", Dimension::MassConcentration, 1e6, "mg/ml"),
    ("mg/l", Dimension::MassConcentration, 1e3, "ug/ml"),
    ("mg/kg", Dimension::BodyDose, 1.0, "mg/kg"),
    ("Gy", Dimension::AbsorbedDose, 1.0, "Gy"),
    ("cGy", Dimension::AbsorbedDose, 0.01, "cGy"),
    ("mm3", Dimension::Volume, 1.0, "mm3"),
    ("cm3", Dimension::Volume, 1000.0, "cm3"),
    ("copies/cell", Dimension::CopiesPerCell, 1.0, "copies/cell"),
    ("copies", Dimension::CopiesPerCell, 1.0, "copies/cell"),
    ("%", Dimension::Fraction, 0.01, "%"),
    ("percent", Dimension::Fraction, 0.01, "%"),
    ("x", Dimension::Fraction, 1.0, "x"),
    ("fold", Dimension::Fraction, 1.0, "x"),
];

impl Unit {
    /// The unit of that spelling.
    pub fn from_symbol(symbol: &str) -> Option<Unit> {
        UNITS.iter().find(|(s, ..)| *s == symbol).map(|&(_, dimension, factor, symbol)| Unit {
            dimension,
            factor,
            symbol,
        })
    }

    /// Spellings known for a dimension, for help texts.
    pub fn symbols_of(dimension: Dimension) -> Vec<&'static str> {
        let mut symbols: Vec<&str> = Vec::new();
        for unit in UNITS.iter().filter(|u| u.1 == dimension) {
            if !symbols.contains(&unit.3) {
                symbols.push(unit.3);
            }
        }
        symbols
    }
}

/// A finite number with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Number in front of the unit.
    pub number: f64,
    /// Unit.
    pub unit: Unit,
}

/// Why a text is no quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum QuantityError {
    /// No number at the front.
    NoNumber(String),
    /// A number, but no unit.
    NoUnit(String),
    /// The unit is not known.
    UnknownUnit {
        /// The whole text.
        text: String,
        /// The unit as written.
        unit: String,
    },
    /// The unit measures something else.
    WrongDimension {
        /// The whole text.
        text: String,
        /// What was asked for.
        expected: Dimension,
        /// What the unit measures.
        found: Dimension,
    },
}

impl Quantity {
    /// Reads `number unit`; the space may be left out.
    ///
    /// # Errors
    /// [`QuantityError`] names what is missing or unknown.
    pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
        let trimmed = text.trim();
        let split = number_length(trimmed);
        let (number, rest) = trimmed.split_at(split);
        let number: f64 = number.parse().map_err(|_| QuantityError::NoNumber(text.to_string()))?;
        if !number.is_finite() {
            return Err(QuantityError::NoNumber(text.to_string()));
        }
        let symbol = rest.trim();
        if symbol.is_empty() {
            return Err(QuantityError::NoUnit(text.to_string()));
        }
        let unit = Unit::from_symbol(symbol)
            .ok_or_else(|| QuantityError::UnknownUnit { text: text.to_string(), unit: symbol.to_string() })?;
        Ok(Quantity { number, unit })
    }

    /// Reads a quantity of a given dimension and gives it in the base unit.
    ///
    /// # Errors
    /// As [`Quantity::parse`], and [`QuantityError::WrongDimension`].
    pub fn parse_in_base(text: &str, expected: Dimension) -> Result<f64, QuantityError> {
        let quantity = Quantity::parse(text)?;
        let found = quantity.unit.dimension;
        if found != expected {
            return Err(QuantityError::WrongDimension { text: text.to_string(), expected, found });
        }
        Ok(quantity.in_base())
    }

    /// The number in the base unit of its dimension.
    pub fn in_base(&self) -> f64 {
        self.number * self.unit.factor
    }
}

/// Length of the longest prefix that reads as a number.
fn number_length(text: &str) -> usize {
    (1..=text.len())
        .rev()
        .filter(|&n| text.is_char_boundary(n))
        .find(|&n| {
            text[..n].ends_with(|c: char| c.is_ascii_digit() || c == '.') && text[..n].parse::<f64>().is_ok()
        })
        .unwrap_or(0)
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.unit.symbol)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dimension::Time => "time",
            Dimension::Concentration => "concentration",
            Dimension::MassConcentration => "mass concentration",
            Dimension::BodyDose => "dose per body mass",
            Dimension::AbsorbedDose => "radiation dose",
            Dimension::Volume => "volume",
            Dimension::CopiesPerCell => "copies per cell",
            Dimension::Fraction => "fraction",
        })
    }
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            QuantityError::NoNumber(text) => write!(f, "\"{text}\" does not start with a finite number"),
            QuantityError::NoUnit(text) => write!(f, "\"{text}\" has no unit"),
            QuantityError::UnknownUnit { text, unit } => write!(f, "unknown unit \"{unit}\" in \"{text}\""),
            QuantityError::WrongDimension { text, expected, found } => {
                write!(f, "\"{text}\" is a {found}, a {expected} is needed here")?;
                write!(f, " (one of: {})", Unit::symbols_of(*expected).join(", "))
            }
        }
    }
}

impl std::error::Error for QuantityError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_with_and_without_a_space() {
        for (text, base) in
            [("500 nM", 500.0), ("1uM", 1000.0), ("1e-1 mM", 1e5), ("30 min", 0.5), ("25 %", 0.25)]
        {
            assert!((Quantity::parse(text).unwrap().in_base() - base).abs() < 1e-9 * base, "{text}");
        }
    }

    #[test]
    fn a_missing_or_wrong_unit_is_an_error_that_says_so() {
        let message = |text| Quantity::parse_in_base(text, Dimension::Concentration).unwrap_err().to_string();
        assert_eq!(message("500"), "\"500\" has no unit");
        assert_eq!(message("500 furlong"), "unknown unit \"furlong\" in \"500 furlong\"");
        assert_eq!(message("nM"), "\"nM\" does not start with a finite number");
        assert!(
            message("8 h").starts_with("\"8 h\" is a time, a concentration is needed here (one of: pM, nM")
        );
    }
}
