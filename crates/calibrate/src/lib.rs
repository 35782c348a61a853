//! Search over parameters: bounded, on a logarithmic scale, seeded, and the same on any number of threads.
//!
//! What is minimised is the caller's: this crate knows neither models nor findings.
//!
//! - [`determined`]: which parameters data determine
//! - [`least_squares`]: Levenberg-Marquardt from residuals
//! - [`shortfall`]: linear programmes that bring as many inequalities as possible to hold
//! - [`space`]: parameters with bounds, and the unbounded coordinates in which the search walks
//! - [`search`]: covariance matrix adaptation (CMA-ES), a generation at a time
//! - [`loss`]: from signed margins and priors to one number
//!
//! ```
//! use calibrate::{Dimension, SearchOptions, Space, minimise};
//! use std::ops::ControlFlow;
//! let space = Space::new(vec![Dimension::new("k", 3.0, 0.1, 100.0).unwrap()]);
//! let options = SearchOptions { max_evaluations: 600, ..SearchOptions::default() };
//! let found = minimise(&space, &|p: &[f64]| (p[0].ln() - 10f64.ln()).powi(2), &options, &mut |_| ControlFlow::Continue(())).unwrap();
//! assert!((found.best[0] - 10.0).abs() < 0.1);
//! ```

pub mod determined;
mod jacobian;
pub mod least_squares;
pub mod loss;
pub mod search;
pub mod shortfall;
pub mod space;

pub use determined::{Determined, determined, posterior_deviations};
pub use least_squares::{DescentOptions, descend};
pub use loss::{PriorTerm, margin_residual, prior_residuals};
pub use search::{Generation, SearchError, SearchOptions, SearchOutcome, minimise};
pub use shortfall::{ShortfallOptions, reduce_shortfalls, shortfall_loss};
pub use space::{DEVIATIONS_PER_RANGE, Dimension, Space, SpaceError};
