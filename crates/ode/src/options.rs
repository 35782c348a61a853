//! What the caller chooses.

/// The integration method. Both are L-stable and stiffly accurate Rosenbrock methods with a continuous extension.
///
/// On 500 random switch networks (`tests/tail.rs`) with rtol = 1e-6 the largest error of any state at any time was
/// 3.4e-6 with Rodas4 in 509 steps on average, and 6.4e-6 with Rodas5P in 246; at rtol = 1e-4 it was 1.8e-4 in 141
/// and 4.5e-4 in 92. Rodas5P is the default because it needs fewer steps, and thus fewer Jacobians.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Order 4(3), six stages, dense output of order 3 (Hairer & Wanner 1996).
    Rodas4,
    /// Order 5(4), eight stages, dense output of order 4 (Steinebach 2023).
    #[default]
    Rodas5P,
}

/// How accurately and how long to integrate.
///
/// A step is accepted when the estimated error of *every* state i is at most
/// `atol[i] + rtol * max(|y_old[i]|, |y_new[i]|)`. The maximum norm is used on purpose: in a mean over states the
/// error of a few active states disappears among many inert ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Relative tolerance per step, above 0.
    pub rtol: f64,
    /// Absolute tolerance per step in the units of the states: one for each state, or a single one for all.
    pub atol: Vec<f64>,
    /// First step size; chosen from the right-hand side when `None`.
    pub h_initial: Option<f64>,
    /// Largest step size; unlimited when `None`.
    pub h_max: Option<f64>,
    /// Largest number of attempted steps, accepted and rejected together.
    pub max_steps: usize,
    /// Integration method.
    pub method: Method,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rtol: 1e-6,
            atol: vec![1e-9],
            h_initial: None,
            h_max: None,
            max_steps: 100_000,
            method: Method::default(),
        }
    }
}

/// When a state counts as steady.
///
/// The measure is the rate ratio
/// `max_i |dydt[i]| * tau / (atol[i] + rtol * |y[i]|)`:
/// the change of the fastest state during the time scale `tau`, if it went on at its present rate, in units of
/// the tolerance of that state.
#[derive(Clone, Debug, PartialEq)]
pub struct SteadyStateOptions {
    /// Options of the integration on the way; its tolerances also enter the rate ratio.
    pub ode: Options,
    /// Time scale over which nothing may change any more, for instance the length of the experiment that starts
    /// from the steady state. A slow mode with a time constant far beyond `tau` counts as steady.
    pub tau: f64,
    /// Longest time to integrate before giving up.
    pub t_max: f64,
    /// The state is steady when the rate ratio is at most this number; 1 is a natural choice.
    pub tolerance: f64,
}

impl SteadyStateOptions {
    /// Default integration options and tolerance 1 with the time scale and the time limit of the problem.
    pub fn new(tau: f64, t_max: f64) -> Self {
        Self { ode: Options::default(), tau, t_max, tolerance: 1.0 }
    }

    /// The rate ratio of a state given as pairs of state and rate, and the state that has it.
    pub fn rate_ratio(&self, states: impl Iterator<Item = (f64, f64)>) -> (f64, usize) {
        let mut worst = (0.0, 0);
        for (state, (y, rate)) in states.enumerate() {
            let atol = self.ode.atol.get(state).unwrap_or(&self.ode.atol[0]);
            let ratio = rate.abs() * self.tau / (atol + self.ode.rtol * y.abs());
            if ratio > worst.0 {
                worst = (ratio, state);
            }
        }
        worst
    }
}
