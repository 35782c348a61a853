//! Parameters with bounds, and the coordinates in which the search walks.

/// A range counts as this many standard deviations: the unit of the search's coordinates.
pub const DEVIATIONS_PER_RANGE: f64 = 4.0;

/// One parameter that may move.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    name: String,
    start: f64,
    low: f64,
    high: f64,
}

/// Why a parameter cannot be searched.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SpaceError {
    /// The scale is logarithmic.
    #[error("parameter {name}: bounds must be positive, finite and ascending, not {low} to {high}")]
    Bounds {
        /// Parameter.
        name: String,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// The start lies outside.
    #[error("parameter {name}: start {start} lies outside {low} to {high}")]
    Start {
        /// Parameter.
        name: String,
        /// Start.
        start: f64,
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
}

impl Dimension {
    /// A parameter with its start and bounds, all positive, in the parameter's own unit.
    ///
    /// # Errors
    /// [`SpaceError`] when the bounds are not positive and ascending, or the start lies outside.
    pub fn new(name: impl Into<String>, start: f64, low: f64, high: f64) -> Result<Self, SpaceError> {
        let name = name.into();
        if !(low > 0.0 && high > low && high.is_finite()) {
            return Err(SpaceError::Bounds { name, low, high });
        }
        if !(low <= start && start <= high) {
            return Err(SpaceError::Start { name, start, low, high });
        }
        Ok(Self { name, start, low, high })
    }

    /// Name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Start, lower and upper bound.
    pub fn range(&self) -> (f64, f64, f64) {
        (self.start, self.low, self.high)
    }

    /// From the search's coordinate (logarithm over the start, in quarters of the logarithmic range) to the parameter.
    ///
    /// Outside the bounds the coordinate is mirrored, so that the bounds are reached and never crossed.
    fn parameter_from_coordinate(&self, x: f64) -> f64 {
        let (low, high) = (self.low.ln(), self.high.ln());
        let width = high - low;
        let folded = (self.start.ln() + x * width / DEVIATIONS_PER_RANGE - low).rem_euclid(2.0 * width);
        let inside = if folded > width { 2.0 * width - folded } else { folded };
        (low + inside).exp().clamp(self.low, self.high)
    }
}

/// All parameters that may move together.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    dimensions: Vec<Dimension>,
}

impl Space {
    /// A space of these parameters.
    pub fn new(dimensions: Vec<Dimension>) -> Self {
        Self { dimensions }
    }

    /// The parameters.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// Coordinates of the bounds of a dimension.
    pub fn limits(&self, dimension: usize) -> (f64, f64) {
        let d = &self.dimensions[dimension];
        let unit = (d.high / d.low).ln() / DEVIATIONS_PER_RANGE;
        ((d.low / d.start).ln() / unit, (d.high / d.start).ln() / unit)
    }

    /// Parameters from the search's coordinates. Shapes: `[n]` to `[n]`.
    pub fn parameters_from_coordinates(&self, coordinates: &[f64]) -> Vec<f64> {
        self.dimensions.iter().zip(coordinates).map(|(d, &x)| d.parameter_from_coordinate(x)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_origin_is_the_start() {
        let space = Space::new(vec![Dimension::new("k", 3.0, 1.0, 9.0).unwrap()]);
        assert!((space.parameters_from_coordinates(&[0.0])[0] - 3.0).abs() < 1e-12);
    }

    #[test]
    fn bounds_and_starts_are_checked() {
        assert!(matches!(Dimension::new("k", 1.0, 0.0, 2.0), Err(SpaceError::Bounds { .. })));
        assert!(matches!(Dimension::new("k", 3.0, 1.0, 2.0), Err(SpaceError::Start { .. })));
        assert!(matches!(Dimension::new("k", f64::NAN, 1.0, 2.0), Err(SpaceError::Start { .. })));
    }

    proptest! {
        #[test]
        fn coordinates_never_leave_the_bounds(x in -1e3..1e3f64) {
            let space = Space::new(vec![Dimension::new("k", 3.0, 0.5, 9.0).unwrap()]);
            let p = space.parameters_from_coordinates(&[x])[0];
            prop_assert!((0.5..=9.0).contains(&p));
        }
    }
}
