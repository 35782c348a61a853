//! Models in a few lines, for tests: the least of BNGL that they need.
#![allow(dead_code, reason = "each test uses a part")]
#![expect(clippy::unwrap_used, reason = "a bad text is a bad test")]

use model::{
    BinaryOp, BondPattern, Compartment, ComponentPattern, ComponentType, Expr, Location, MoleculePattern,
    MoleculeType, Observable, ObservableKind, Parameter, Pattern, Quantifier, RateLaw, ReactionRule,
    RuleModel, SeedSpecies, StatePattern,
};

/// A model of lines: `type A(b~U~P,c)`, `compartment C 3 2.5 PM`, `seed [$]SPECIES AMOUNT`,
/// `molecules NAME PATTERN`, `species NAME PATTERN`, `rule NAME: A + B -> C RATE [DeleteMolecules] ...`
/// with `<->` and two rates.
pub(crate) fn model(text: &str) -> RuleModel {
    let mut model = RuleModel { types_declared: true, ..RuleModel::default() };
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (keyword, rest) = line.split_once(' ').unwrap();
        let words: Vec<&str> = rest.split_whitespace().collect();
        match keyword {
            "type" => model.molecule_types.push(molecule_type(rest)),
            "parameter" => model
                .parameters
                .push(Parameter { name: words[0].into(), value: Expr::Number(words[1].parse().unwrap()) }),
            "compartment" => model.compartments.push(Compartment {
                name: words[0].into(),
                dimension: words[1].parse().unwrap(),
                size: Expr::Number(words[2].parse().unwrap()),
                parent: words.get(3).map(ToString::to_string),
            }),
            "seed" => model.seed_species.push(SeedSpecies {
                pattern: pattern(words[0]),
                amount: Expr::Number(words[1].parse().unwrap()),
                location: Location::default(),
            }),
            "molecules" | "species" => model.observables.push(Observable {
                name: words[0].into(),
                kind: if keyword == "species" { ObservableKind::Species } else { ObservableKind::Molecules },
                patterns: words[1..].iter().map(|p| pattern(p)).collect(),
                location: Location::default(),
            }),
            "rule" => model.rules.push(rule(rest)),
            other => panic!("unknown line {other}"),
        }
    }
    model
}

/// A rule with a numeric rate.
pub(crate) fn rule(text: &str) -> ReactionRule {
    let (name, text) = text.split_once(": ").unwrap();
    let reversible = text.contains("<->");
    let (left, right) = text.split_once(if reversible { "<->" } else { "->" }).unwrap();
    let mut words: Vec<&str> = right.split_whitespace().collect();
    let first_rate = words.iter().position(|w| w.parse::<f64>().is_ok() && *w != "0" || w.starts_with("k"));
    let options = words.split_off(first_rate.unwrap());
    let rates: Vec<RateLaw> = options
        .iter()
        .filter(|w| w.starts_with('k') || w.parse::<f64>().is_ok())
        .map(|w| RateLaw::Elementary(w.parse().map_or_else(|_| Expr::symbol(*w), Expr::Number)))
        .collect();
    let side = |text: &str| text.split('+').map(str::trim).filter(|p| *p != "0").map(pattern).collect();
    // A plus sign after `!` is a wildcard.
    let protect = |text: &str| text.replace("!+", "!*");
    ReactionRule {
        name: name.into(),
        reactants: side(&protect(left)),
        products: side(&protect(&words.join(" "))),
        forward: rates[0].clone(),
        reverse: reversible.then(|| rates[1].clone()),
        delete_molecules: options.contains(&"DeleteMolecules"),
        move_connected: options.contains(&"MoveConnected"),
        match_once: options.contains(&"MatchOnce"),
        include_reactants: Vec::new(),
        exclude_reactants: Vec::new(),
        include_products: Vec::new(),
        exclude_products: Vec::new(),
        location: Location::default(),
    }
}

/// A pattern such as `$@C:A%x(b~P!1,c!?)@D.B(a!1)==2`.
pub(crate) fn pattern(text: &str) -> Pattern {
    let mut pattern = Pattern::default();
    let mut rest = text.trim();
    if let Some(after) = rest.strip_prefix('$') {
        pattern.fixed = true;
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('@') {
        let (compartment, after) = after.split_once(':').unwrap();
        pattern.compartment = Some(compartment.into());
        rest = after;
    }
    if let Some((before, count)) = rest.split_once("==") {
        pattern.quantifier = Some(Quantifier { op: BinaryOp::Equal, count: count.parse().unwrap() });
        rest = before;
    }
    pattern.molecules = rest.split('.').map(molecule).collect();
    pattern
}

fn molecule(text: &str) -> MoleculePattern {
    let (name, rest) = text.split_once('(').unwrap_or((text, ")"));
    let (inside, after) = rest.split_once(')').unwrap();
    let (name, tag) = tagged(name);
    let components = inside.split(',').filter(|c| !c.is_empty()).map(component).collect();
    MoleculePattern { name, components, compartment: after.strip_prefix('@').map(Into::into), tag }
}

fn tagged(text: &str) -> (String, Option<String>) {
    match text.split_once('%') {
        Some((name, tag)) => (name.into(), Some(tag.into())),
        None => (text.into(), None),
    }
}

fn component(text: &str) -> ComponentPattern {
    let mut bonds = text.split('!');
    let (name, state) = match bonds.next().unwrap().split_once('~') {
        Some((name, state)) => (name, StatePattern::Is(state.into())),
        None => (text.split('!').next().unwrap(), StatePattern::Any),
    };
    let (name, tag) = tagged(name);
    let labels: Vec<&str> = bonds.collect();
    let bond = match labels.as_slice() {
        [] => BondPattern::Free,
        ["+" | "*"] => BondPattern::Bound,
        ["?"] => BondPattern::Any,
        labels => BondPattern::Labels(labels.iter().map(|l| l.parse().unwrap()).collect()),
    };
    ComponentPattern { name, state, bond, tag }
}

fn molecule_type(text: &str) -> MoleculeType {
    let (name, inside) = text.trim_end_matches(')').split_once('(').unwrap();
    let component = |text: &str| {
        let mut parts = text.split('~');
        let name = parts.next().unwrap().to_string();
        ComponentType { name, states: parts.map(Into::into).collect() }
    };
    MoleculeType {
        name: name.into(),
        components: inside.split(',').filter(|c| !c.is_empty()).map(component).collect(),
        population: false,
        location: Location::default(),
    }
}
