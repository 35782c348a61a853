//! Methods of KiSAO, and which of ours stands for each.

use formats::sedml::Algorithm;
use simulate::{SpeciesAs, StochasticMethod};

/// How a simulation is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Method {
    /// Rate equations with error control.
    Ode,
    /// Reactions that fire at random.
    Stochastic(StochasticMethod),
    /// Steady fluxes that serve an objective best.
    FluxBalance,
    /// Logical rules, all species at once.
    Synchronous,
}

/// A method with what must be said about the choice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chosen {
    pub(crate) method: Method,
    pub(crate) rtol: Option<f64>,
    pub(crate) atol: Option<f64>,
    pub(crate) seed: u64,
    /// How species of SBML models are given.
    pub(crate) species_as: SpeciesAs,
    /// Which method was replaced, and which settings have no meaning here.
    pub(crate) notices: Vec<String>,
}

/// Terms of methods for rate equations and their steady states.
const ODE: [(u32, &str); 25] = [
    (19, "CVODE"),
    (30, "Euler forward"),
    (31, "Euler backward"),
    (32, "Runge-Kutta"),
    (33, "Rosenbrock"),
    (64, "Runge-Kutta of any kind"),
    (71, "LSODE"),
    (86, "Fehlberg"),
    (87, "Dormand-Prince"),
    (88, "LSODA"),
    (89, "LSODAR"),
    (94, "Livermore solver"),
    (280, "Adams-Moulton"),
    (282, "KINSOL"),
    (283, "IDA"),
    (288, "BDF"),
    (301, "midpoint"),
    (304, "Radau"),
    (321, "Cash-Karp"),
    (407, "a steady state method"),
    (433, "CVODE-like"),
    (496, "CVODES"),
    (560, "LSODA/LSODAR hybrid"),
    (568, "NLEQ1"),
    (569, "NLEQ2"),
];
/// Terms of methods for reactions that fire at random one by one.
const EXACT: [(u32, &str); 5] = [
    (15, "Gillespie first reaction"),
    (27, "Gibson-Bruck next reaction"),
    (29, "Gillespie direct"),
    (241, "Gillespie-like"),
    (263, "NFSim"),
];
/// Largest relative change of a propensity in a leap, as in `resurge simulate`.
const EPSILON: f64 = 0.03;

/// The method for a term.
///
/// # Errors
/// The term, when nothing here stands for it.
pub(crate) fn choose(algorithm: &Algorithm) -> Result<Chosen, String> {
    let name = |list: &[(u32, &'static str)]| {
        list.iter().find(|(number, _)| *number == algorithm.kisao).map(|(_, name)| *name)
    };
    let mut notices = Vec::new();
    let mut replaced = |name: &str, by: &str| {
        notices.push(format!("KISAO:{:07} ({name}) is replaced by {by}", algorithm.kisao));
    };
    let method = if let Some(name) = name(&ODE) {
        replaced(name, "an implicit Runge-Kutta method with error control");
        Method::Ode
    } else if let Some(name) = name(&EXACT) {
        replaced(name, "exact stochastic simulation of the reaction network");
        Method::Stochastic(StochasticMethod::Exact)
    } else {
        match algorithm.kisao {
            // No method is named, or any method for rate equations.
            0 | 694 => Method::Ode,
            39 => {
                replaced("tau-leaping", "tau-leaping with error control");
                Method::Stochastic(StochasticMethod::TauLeaping { epsilon: EPSILON })
            }
            437 => Method::FluxBalance,
            449 => Method::Synchronous,
            other => return Err(format!("the method KISAO:{other:07}")),
        }
    };
    let mut chosen =
        Chosen { method, rtol: None, atol: None, seed: 0, species_as: SpeciesAs::Symbol, notices };
    let mut unused = Vec::new();
    for (term, value) in &algorithm.parameters {
        let number = value.trim().parse::<f64>().ok();
        match (term, number) {
            (209, Some(rtol)) if rtol > 0.0 => chosen.rtol = Some(rtol),
            (211, Some(atol)) if atol > 0.0 => chosen.atol = Some(atol),
            (488, Some(seed)) if seed >= 0.0 => chosen.seed = seed as u64,
            _ => unused.push(format!("KISAO:{term:07} = {value}")),
        }
    }
    if !unused.is_empty() {
        chosen.notices.push(format!("the method here has no such setting: {}", unused.join(", ")));
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn substitutes_are_named_and_unknown_terms_refused() {
        let of = |kisao, parameters: Vec<(u32, String)>| choose(&Algorithm { kisao, parameters });
        let chosen = of(19, vec![(209, "1e-8".to_string()), (467, "1.0".to_string())]).unwrap();
        assert_eq!((chosen.method, chosen.rtol, chosen.notices.len()), (Method::Ode, Some(1e-8), 2));
        assert!(of(437, Vec::new()).unwrap().notices.is_empty());
        assert_eq!(of(9_999, Vec::new()).unwrap_err(), "the method KISAO:0009999");
    }
}
