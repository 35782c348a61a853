//! Lines of the block reaction rules: `label: A(b) + B(a) <-> A(b!1).B(a!1) kf, kr keywords`.
//!
//! Source: BioNetGen `RxnRule.pm` (`newRxnRule`).

use model::{Expr, Location, Pattern, RateLaw, ReactionRule};

use super::codes;
use super::draft::{Draft, Kind, PatternPlaces, Role, Scope};
use super::keywords::{self, Keywords};
use super::molecules::keep_pattern;
use super::pattern::pattern;
use super::rate_law::{rate_law, reverse_of};
use crate::cursor::{Cursor, excerpt, is_word};
use crate::report::Report;
use crate::source::Place;

/// Reads one rule.
pub(crate) fn rule(cursor: &mut Cursor<'_>, draft: &mut Draft, report: &mut Report<'_>) {
    cursor.skip_space();
    let start = cursor.place();
    let name = rule_name(cursor, draft, report);
    if let Some(rule) = rule_body(name.clone(), start, cursor, draft, report) {
        draft.declare(Kind::Rule, &name, start);
        draft.model.rules.push(rule);
    }
}

/// The label, an index, or a name made from the rule's position.
fn rule_name(cursor: &mut Cursor<'_>, draft: &Draft, report: &mut Report<'_>) -> String {
    let place = cursor.place();
    let mut ahead = cursor.clone();
    let label = ahead.take_while(|c| is_word(c) || c.is_whitespace()).trim();
    if !label.is_empty() && ahead.eat(":") && ahead.peek() != Some(':') {
        *cursor = ahead;
        cursor.skip_space();
        let words: Vec<_> = label.split_whitespace().collect();
        let words = match words.as_slice() {
            [index, rest @ ..] if !rest.is_empty() && index.chars().all(|c| c.is_ascii_digit()) => {
                rest.to_vec()
            }
            _ => words,
        };
        if words.len() > 1 {
            let message = format!("rule label \"{label}\" contains spaces");
            report.warn(place, codes::LABEL_SPACES, message, format!("write {}:", words.join("_")));
        }
        return words.join("_");
    }
    let mut ahead = cursor.clone();
    let index = ahead.take_while(|c| c.is_ascii_digit());
    let spaced = ahead.peek().is_some_and(char::is_whitespace);
    ahead.skip_space();
    let is_null = index == "0" && ["+", "->", "<-"].iter().any(|s| ahead.rest().starts_with(s));
    if !index.is_empty() && spaced && !is_null {
        *cursor = ahead;
        return index.to_string();
    }
    format!("_R{}", draft.model.rules.len() + 1)
}

fn rule_body(
    name: String,
    start: Place,
    cursor: &mut Cursor<'_>,
    draft: &mut Draft,
    report: &mut Report<'_>,
) -> Option<ReactionRule> {
    let reactants = patterns(cursor, report)?;
    let reversible = arrow(cursor, report)?;
    let products = patterns(cursor, report)?;
    let scope = Scope::Rule(draft.model.rules.len());
    let mut uses = Vec::new();
    let (forward, reverse) = rates(reversible, cursor, report, &mut uses);
    draft.add_uses(uses, scope);
    let counts = (reactants.len(), products.len());
    let keywords = keywords::keywords(cursor, counts, draft, report);
    warn_about_fixed(reactants.iter().chain(&products), report);
    let mut rule = new_rule(name, forward, reverse, report.lines().location(start));
    rule.reactants = keep_all(reactants, draft);
    rule.products = keep_all(products, draft);
    apply(keywords, &mut rule, start, report);
    Some(rule)
}

fn new_rule(name: String, forward: RateLaw, reverse: Option<RateLaw>, location: Location) -> ReactionRule {
    ReactionRule {
        name,
        reactants: Vec::new(),
        products: Vec::new(),
        forward,
        reverse,
        delete_molecules: false,
        move_connected: false,
        match_once: false,
        include_reactants: Vec::new(),
        exclude_reactants: Vec::new(),
        include_products: Vec::new(),
        exclude_products: Vec::new(),
        location,
    }
}

fn keep_all(patterns: Vec<(Pattern, PatternPlaces)>, draft: &mut Draft) -> Vec<Pattern> {
    let mut kept = Vec::new();
    for (pattern, places) in patterns {
        keep_pattern(&pattern, places, Role::Rule, draft);
        kept.push(pattern);
    }
    kept
}

/// Patterns joined by `+`; empty ones (`0`) are left out.
fn patterns(cursor: &mut Cursor<'_>, report: &mut Report<'_>) -> Option<Vec<(Pattern, PatternPlaces)>> {
    let mut patterns = Vec::new();
    loop {
        let (pattern, places) = pattern(cursor, report)?;
        if !pattern.is_empty() {
            patterns.push((pattern, places));
        }
        let mut ahead = cursor.clone();
        ahead.skip_space();
        if !ahead.eat("+") {
            return Some(patterns);
        }
        *cursor = ahead;
    }
}

/// Reads the arrow; true if it points both ways.
fn arrow(cursor: &mut Cursor<'_>, report: &mut Report<'_>) -> Option<bool> {
    cursor.skip_space();
    if cursor.eat("<->") {
        return Some(true);
    }
    if cursor.eat("->") {
        return Some(false);
    }
    let place = cursor.place();
    if cursor.eat("<-") {
        let message = "\"<-\" is not an arrow of BNGL".to_string();
        report.error(place, codes::BACKWARD_ARROW, message, "write the rule the other way round with ->");
        return None;
    }
    let found = excerpt(cursor.rest());
    let found = if found.is_empty() { "the end of the line".to_string() } else { format!("\"{found}\"") };
    let message = format!("expected \"+\", \"->\" or \"<->\", found {found}");
    report.error(place, codes::NO_ARROW, message, "write: reactants -> products rate");
    None
}

fn rates(
    reversible: bool,
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_>,
    uses: &mut Vec<crate::expression::NameUse>,
) -> (RateLaw, Option<RateLaw>) {
    let nothing = || RateLaw::Elementary(Expr::Number(0.0));
    cursor.skip_space();
    if cursor.at_end() {
        let message = "rule has no rate".to_string();
        report.error(cursor.place(), codes::NO_RATE, message, "write a rate constant after the products");
        return (nothing(), reversible.then(nothing));
    }
    let Some(forward) = rate_law(cursor, report, uses) else {
        // What follows cannot be told apart from the broken rate.
        cursor.advance(cursor.rest().len());
        return (nothing(), reversible.then(nothing));
    };
    cursor.skip_space();
    let place = cursor.place();
    let second = cursor.eat(",");
    match (reversible, second) {
        (false, false) => (forward, None),
        (true, true) => (forward, Some(rate_law(cursor, report, uses).unwrap_or_else(nothing))),
        (true, false) if reverse_of(&forward).is_some() => {
            let reverse = reverse_of(&forward);
            (forward, reverse)
        }
        (true, false) => {
            let message = "reversible rule has only one rate".to_string();
            report.error(
                place,
                codes::NO_REVERSE_RATE,
                message,
                "write the rate of the reverse reaction after a comma",
            );
            (forward, Some(nothing()))
        }
        (false, true) => {
            let message = "rule with -> has two rates".to_string();
            report.error(place, codes::EXTRA_RATE, message, "remove the second rate, or write <->");
            let _ = rate_law(cursor, report, uses);
            (forward, None)
        }
    }
}

fn warn_about_fixed<'p>(
    patterns: impl Iterator<Item = &'p (Pattern, PatternPlaces)>,
    report: &mut Report<'_>,
) {
    for (pattern, places) in patterns.filter(|(pattern, _)| pattern.fixed) {
        let message = format!("\"$\" has no effect in a rule, at {pattern}");
        report.warn(places.start, codes::MISPLACED_MARK, message, "write $ before the seed species instead");
    }
}

/// Puts the keywords into the rule.
fn apply(keywords: Keywords, rule: &mut ReactionRule, start: Place, report: &mut Report<'_>) {
    rule.delete_molecules = keywords.delete_molecules;
    rule.move_connected = keywords.move_connected;
    rule.match_once = keywords.match_once;
    rule.include_reactants = keywords.include_reactants;
    rule.exclude_reactants = keywords.exclude_reactants;
    rule.include_products = keywords.include_products;
    rule.exclude_products = keywords.exclude_products;
    if !keywords.total_rate {
        return;
    }
    for law in std::iter::once(&mut rule.forward).chain(&mut rule.reverse) {
        let is_arrhenius = reverse_of(law).is_some();
        match law {
            RateLaw::Elementary(k) if !is_arrhenius => {
                *law = RateLaw::Total(std::mem::replace(k, Expr::Time));
            }
            RateLaw::Total(_) => {}
            _ => {
                let message = "TotalRate cannot be combined with Sat, MM, Hill or Arrhenius".to_string();
                report.error(
                    start,
                    codes::TOTAL_RATE,
                    message,
                    "remove TotalRate, or write the rate as an expression",
                );
                return;
            }
        }
    }
}
