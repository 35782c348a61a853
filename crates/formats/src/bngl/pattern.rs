//! Patterns: `%x:@PM:$L(r!1).R(l!1,y~P%t)@PM{MatchOnce}==2`.
//!
//! Source: BioNetGen `SpeciesGraph.pm`, `Molecule.pm`, `Component.pm` (`readString` of each). More lenient: white
//! space is allowed inside parentheses and after commas.

use std::collections::{BTreeMap, BTreeSet};

use model::{BinaryOp, BondPattern, ComponentPattern, MoleculePattern, Pattern, Quantifier, StatePattern};

use super::codes;
use super::draft::{MoleculePlaces, PatternPlaces};
use crate::cursor::{Cursor, excerpt, is_name};
use crate::report::Report;
use crate::source::Place;

/// Reads one pattern; `0` is the empty one. `None` after a reported error.
pub(crate) fn pattern(cursor: &mut Cursor<'_>, report: &mut Report<'_>) -> Option<(Pattern, PatternPlaces)> {
    let mut reader = Reader { cursor, report, labels: BTreeSet::new(), named: BTreeMap::new() };
    let mut result = reader.pattern()?;
    reader.number_bonds(&mut result.0);
    Some(result)
}

struct Reader<'c, 'a, 'r, 't> {
    cursor: &'c mut Cursor<'a>,
    report: &'r mut Report<'t>,
    /// Bond labels that are numbers, so that named ones can avoid them.
    labels: BTreeSet<u32>,
    /// Bond labels that are names; they stand as `u32::MAX - position` until the pattern is complete.
    named: BTreeMap<String, u32>,
}

impl Reader<'_, '_, '_, '_> {
    fn pattern(&mut self) -> Option<(Pattern, PatternPlaces)> {
        self.cursor.skip_space();
        let mut pattern = Pattern::default();
        let mut places = PatternPlaces { start: self.cursor.place(), molecules: Vec::new() };
        if self.null() {
            return Some((pattern, places));
        }
        self.header(&mut pattern)?;
        self.attributes(&mut pattern)?;
        loop {
            let (molecule, place) = self.molecule()?;
            pattern.molecules.push(molecule);
            places.molecules.push(place);
            self.attributes(&mut pattern)?;
            if !self.cursor.eat(".") {
                break;
            }
            self.attributes(&mut pattern)?;
        }
        pattern.quantifier = self.quantifier();
        Some((pattern, places))
    }

    /// Takes `0` if it stands alone.
    fn null(&mut self) -> bool {
        let mut ahead = self.cursor.clone();
        let alone = ahead.word() == "0"
            && !ahead.peek().is_some_and(|c| matches!(c, '(' | '.' | '~' | '@' | ':' | '%' | '!'));
        if alone {
            *self.cursor = ahead;
        }
        alone
    }

    /// `%tag`, `@compartment`, `$` and a species name, ending with `:` or `::`.
    fn header(&mut self, pattern: &mut Pattern) -> Option<()> {
        let mut name_seen = false;
        loop {
            let mut ahead = self.cursor.clone();
            let sigil = ahead.peek();
            if sigil == Some('$') {
                self.cursor.advance(1);
                pattern.fixed = true;
                continue;
            }
            if matches!(sigil, Some('%' | '@')) {
                ahead.advance(1);
            } else if name_seen {
                return Some(());
            }
            let word = ahead.word();
            ahead.skip_space();
            let follows = ahead.peek();
            let starts_header = follows == Some(':') || (sigil.is_some_and(|c| "%@".contains(c)));
            if word.is_empty() || !starts_header {
                return self.header_ends(sigil);
            }
            match sigil {
                Some('%') => pattern.tag = Some(word.to_string()),
                Some('@') => pattern.compartment = Some(word.to_string()),
                _ => name_seen = true,
            }
            if ahead.eat("::") || ahead.eat(":") {
                ahead.skip_space();
            } else if !matches!(follows, Some('%' | '@')) {
                return self.header_ends(sigil);
            }
            *self.cursor = ahead;
        }
    }

    fn header_ends(&mut self, sigil: Option<char>) -> Option<()> {
        if !matches!(sigil, Some('%' | '@')) {
            return Some(());
        }
        let message = format!("\"{}\" is not followed by \":\"", excerpt(self.cursor.clone().chunk()));
        let help = "write %tag:A(b) for a tag or @compartment:A(b) for a compartment before a pattern";
        self.report.error(self.cursor.place(), codes::NO_MOLECULE, message, help);
        None
    }

    /// `$` and attributes in braces, before or between molecules.
    fn attributes(&mut self, pattern: &mut Pattern) -> Option<()> {
        loop {
            if self.cursor.eat("$") {
                pattern.fixed = true;
            } else if self.cursor.eat("{") {
                self.braces(pattern)?;
            } else {
                return Some(());
            }
        }
    }

    fn braces(&mut self, pattern: &mut Pattern) -> Option<()> {
        loop {
            self.cursor.skip_space();
            if self.cursor.eat("}") {
                return Some(());
            }
            let place = self.cursor.place();
            let written = self.cursor.take_while(|c| !matches!(c, ',' | '}'));
            let (name, value) = written.split_once('=').unwrap_or((written, "1"));
            let on = !matches!(value.trim(), "0" | "false" | "FALSE" | "no");
            match name.trim() {
                "MatchOnce" => pattern.match_once = on,
                "Fixed" => pattern.fixed = on,
                "Context" => {}
                other => {
                    let message = format!("unknown attribute \"{}\"", excerpt(other));
                    self.report.error(
                        place,
                        codes::UNKNOWN_ATTRIBUTE,
                        message,
                        "known are {MatchOnce} and {Fixed}",
                    );
                }
            }
            self.cursor.eat(",");
            if self.cursor.at_end() {
                let message = "missing \"}\"".to_string();
                self.report.error(self.cursor.place(), codes::UNKNOWN_ATTRIBUTE, message, "close the brace");
                return None;
            }
        }
    }

    fn molecule(&mut self) -> Option<(MoleculePattern, MoleculePlaces)> {
        let start = self.cursor.place();
        let name = self.cursor.word();
        if !name.chars().any(|c| c.is_ascii_alphabetic()) {
            return self.no_molecule(name, start);
        }
        let mut molecule =
            MoleculePattern { name: name.to_string(), components: Vec::new(), compartment: None, tag: None };
        let mut places = MoleculePlaces { start, components: Vec::new() };
        let mut has_list = false;
        loop {
            let place = self.cursor.place();
            match self.cursor.peek() {
                Some('(') => {
                    if has_list {
                        return self.repeated("list of components");
                    }
                    has_list = true;
                    self.cursor.advance(1);
                    self.components(&mut molecule, &mut places)?;
                }
                Some('%') => self.part('%', &mut molecule.tag, "tag")?,
                Some('@') => self.part('@', &mut molecule.compartment, "compartment")?,
                Some('~' | '!') => {
                    let message = format!("state or bond of the whole molecule \"{name}\"");
                    let help = format!("give the molecule a component: {name}(site~state!1)");
                    self.report.error(place, codes::UNSUPPORTED, message, help);
                    return None;
                }
                _ => return Some((molecule, places)),
            }
        }
    }

    fn no_molecule<T>(&mut self, before: &str, place: Place) -> Option<T> {
        let found = excerpt(&format!("{before}{}", self.cursor.clone().chunk()));
        let found = if found.is_empty() { "the end of the line".to_string() } else { format!("\"{found}\"") };
        let message = format!("expected a molecule, found {found}");
        self.report.error(place, codes::NO_MOLECULE, message, "write a molecule such as A(b,c~P)");
        None
    }

    /// Reads `%word` or `@word` into a slot that must still be free.
    fn part(&mut self, sigil: char, slot: &mut Option<String>, what: &str) -> Option<()> {
        self.cursor.advance(sigil.len_utf8());
        let place = self.cursor.place();
        let word = self.cursor.word();
        if word.is_empty() {
            let message = format!("missing {what} after \"{sigil}\"");
            self.report.error(place, codes::NO_MOLECULE, message, format!("write a name after \"{sigil}\""));
            return None;
        }
        if slot.is_some() {
            return self.repeated(what);
        }
        *slot = Some(word.to_string());
        Some(())
    }

    fn repeated<T>(&mut self, what: &str) -> Option<T> {
        let message = format!("second {what} in one place");
        self.report.error(
            self.cursor.place(),
            codes::REPEATED_PART,
            message,
            format!("give one {what} only"),
        );
        None
    }

    fn components(&mut self, molecule: &mut MoleculePattern, places: &mut MoleculePlaces) -> Option<()> {
        loop {
            self.cursor.skip_space();
            if self.cursor.eat(",") {
                continue;
            }
            if self.cursor.eat(")") {
                return Some(());
            }
            places.components.push(self.cursor.place());
            let component = self.component(&molecule.name)?;
            molecule.components.push(component);
        }
    }

    fn component(&mut self, molecule: &str) -> Option<ComponentPattern> {
        let name = self.cursor.word();
        if !is_name(name) {
            return self.bad_component(molecule, name);
        }
        let mut component = ComponentPattern {
            name: name.to_string(),
            state: StatePattern::Any,
            bond: BondPattern::Free,
            tag: None,
        };
        let mut has_state = false;
        loop {
            match self.cursor.peek() {
                Some('~') => {
                    if has_state {
                        return self.repeated("state");
                    }
                    has_state = true;
                    self.cursor.advance(1);
                    component.state = self.state(molecule)?;
                }
                Some('!') => {
                    self.cursor.advance(1);
                    self.bond(&mut component.bond, molecule)?;
                }
                Some('%') => self.part('%', &mut component.tag, "tag")?,
                Some('@') => {
                    let message = format!("compartment of the single component \"{name}\"");
                    let help = "give the compartment to the molecule: A(b)@CP";
                    self.report.error(self.cursor.place(), codes::UNSUPPORTED, message, help);
                    return None;
                }
                Some(c) if c == ',' || c == ')' || c.is_whitespace() => return Some(component),
                _ => return self.bad_component(molecule, ""),
            }
        }
    }

    fn bad_component<T>(&mut self, molecule: &str, before: &str) -> Option<T> {
        let rest = self.cursor.clone().take_while(|c| !matches!(c, ',' | ')') && !c.is_whitespace());
        let found = excerpt(&format!("{before}{rest}"));
        let (message, help) = if found.is_empty() && self.cursor.at_end() {
            (
                format!("the components of \"{molecule}\" are not closed"),
                "write \")\" after the last component",
            )
        } else {
            let help = "write name~STATE!BOND, with commas between components";
            (format!("\"{found}\" is not a component of \"{molecule}\""), help)
        };
        self.report.error(self.cursor.place(), codes::BAD_COMPONENT, message, help);
        None
    }

    fn state(&mut self, molecule: &str) -> Option<StatePattern> {
        if self.cursor.eat("?") {
            return Some(StatePattern::Any);
        }
        let state = self.cursor.word();
        if state.is_empty() {
            self.bad_component(molecule, "~")
        } else {
            Some(StatePattern::Is(state.to_string()))
        }
    }

    fn bond(&mut self, bond: &mut BondPattern, molecule: &str) -> Option<()> {
        let wildcard = if self.cursor.eat("+") {
            Some(BondPattern::Bound)
        } else if self.cursor.eat("?") {
            Some(BondPattern::Any)
        } else {
            None
        };
        match (wildcard, &mut *bond) {
            (Some(wildcard), BondPattern::Free) => *bond = wildcard,
            (Some(_), _) | (None, BondPattern::Bound | BondPattern::Any) => {
                return self.repeated("kind of bond");
            }
            (None, BondPattern::Free) => *bond = BondPattern::Labels(vec![self.bond_label(molecule)?]),
            (None, BondPattern::Labels(labels)) => {
                let label = self.bond_label(molecule)?;
                labels.push(label);
            }
        }
        Some(())
    }

    fn bond_label(&mut self, molecule: &str) -> Option<u32> {
        let word = self.cursor.word();
        if word.is_empty() {
            return self.bad_component(molecule, "!");
        }
        if let Some(number) = word.parse::<u32>().ok().filter(|n| *n < u32::MAX / 2) {
            self.labels.insert(number);
            return Some(number);
        }
        let next = u32::MAX - u32::try_from(self.named.len()).unwrap_or(0);
        Some(*self.named.entry(word.to_string()).or_insert(next))
    }

    /// Replaces the stand-ins of named bonds by numbers that are not in use.
    fn number_bonds(&self, pattern: &mut Pattern) {
        let used = self.labels.last().copied().unwrap_or(0);
        for component in pattern.molecules.iter_mut().flat_map(|m| &mut m.components) {
            if let BondPattern::Labels(labels) = &mut component.bond {
                for label in labels.iter_mut().filter(|label| **label > u32::MAX / 2) {
                    *label = used + 1 + (u32::MAX - *label);
                }
            }
        }
    }

    fn quantifier(&mut self) -> Option<Quantifier> {
        const SIGNS: [(&str, BinaryOp); 6] = [
            ("==", BinaryOp::Equal),
            ("<=", BinaryOp::LessEqual),
            (">=", BinaryOp::GreaterEqual),
            ("=", BinaryOp::Equal),
            ("<", BinaryOp::Less),
            (">", BinaryOp::Greater),
        ];
        let (sign, op) = SIGNS.iter().find(|(sign, _)| self.cursor.rest().starts_with(sign))?;
        let mut ahead = self.cursor.clone();
        ahead.advance(sign.len());
        let count = ahead.take_while(|c| c.is_ascii_digit()).parse().ok()?;
        *self.cursor = ahead;
        Some(Quantifier { op: *op, count })
    }
}
