//! Questions about a network that its users have.

use crate::canonical::canonical;
use crate::evaluate::NetworkState;
use crate::species_text::SpeciesText;
use crate::symbols::Symbols;
use model::{Expr, ReactionNetwork, SpeciesIdx};

/// The value of an expression of a network's parameters, observables and functions, at given amounts
/// (shape: `[n_species]`) and time; not a number if it uses an unknown name.
pub fn evaluate(expr: &Expr, network: &ReactionNetwork, amounts: &[f64], time: f64) -> f64 {
    NetworkState::new(network, amounts, time).value(expr)
}

/// The position of the name that means the species `text`, whatever the order of molecules, components and bond
/// labels.
pub fn find_species<'a>(names: impl Iterator<Item = &'a str> + Clone, text: &str) -> Option<SpeciesIdx> {
    let exact = names.clone().position(|name| name == text);
    exact.or_else(|| find_isomorphic(names, text)).map(SpeciesIdx)
}

fn find_isomorphic<'a>(names: impl Iterator<Item = &'a str>, text: &str) -> Option<usize> {
    let wanted = SpeciesText::read(text)?;
    let read: Vec<Option<SpeciesText<'a>>> = names.map(SpeciesText::read).collect();
    let symbols = Symbols::new(read.iter().flatten().chain([&wanted]).flat_map(SpeciesText::names));
    let key = |species: &SpeciesText<'_>| species.graph(&symbols).map(|g| canonical(&g).text(&symbols));
    let wanted = key(&wanted)?;
    read.iter().position(|species| species.as_ref().and_then(key).as_ref() == Some(&wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn species_are_found_however_they_are_written() {
        let names = ["A(b,c~P)", "A(b!1,c~P).B(a!1)", "B(a)"];
        let find = |text: &str| find_species(names.into_iter(), text).map(|s| s.0);
        assert_eq!(find("B(a)"), Some(2));
        assert_eq!(find("B(a!7).A(c~P,b!7)"), Some(1));
        assert_eq!(find("A(c~U,b)"), None);
        assert_eq!(find("A(c~"), None);
    }
}
