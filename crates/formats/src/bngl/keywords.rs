//! Words after the rates of a rule: `DeleteMolecules`, `include_reactants(1,A)` and the like.

use model::PatternFilter;

use super::codes;
use super::draft::{Draft, Role};
use super::molecules::keep_pattern;
use super::pattern::pattern;
use crate::cursor::{Cursor, excerpt};
use crate::report::Report;

const WORDS: [&str; 9] = [
    "DeleteMolecules",
    "MoveConnected",
    "TotalRate",
    "MatchOnce",
    "include_reactants",
    "exclude_reactants",
    "include_products",
    "exclude_products",
    "priority",
];

/// What the words after the rates say.
#[derive(Debug, Default)]
pub(crate) struct Keywords {
    pub(crate) delete_molecules: bool,
    pub(crate) move_connected: bool,
    pub(crate) match_once: bool,
    pub(crate) total_rate: bool,
    pub(crate) include_reactants: Vec<PatternFilter>,
    pub(crate) exclude_reactants: Vec<PatternFilter>,
    pub(crate) include_products: Vec<PatternFilter>,
    pub(crate) exclude_products: Vec<PatternFilter>,
}

impl Keywords {
    /// The flag that a word sets.
    fn flag(&mut self, word: &str) -> Option<&mut bool> {
        match word {
            "DeleteMolecules" => Some(&mut self.delete_molecules),
            "MoveConnected" => Some(&mut self.move_connected),
            "TotalRate" => Some(&mut self.total_rate),
            "MatchOnce" => Some(&mut self.match_once),
            _ => None,
        }
    }

    /// The list that a word adds to, and the number of patterns it can speak of.
    fn filters(&mut self, word: &str, counts: (usize, usize)) -> Option<(&mut Vec<PatternFilter>, usize)> {
        match word {
            "include_reactants" => Some((&mut self.include_reactants, counts.0)),
            "exclude_reactants" => Some((&mut self.exclude_reactants, counts.0)),
            "include_products" => Some((&mut self.include_products, counts.1)),
            "exclude_products" => Some((&mut self.exclude_products, counts.1)),
            _ => None,
        }
    }
}

/// Reads the rest of a rule; `counts` are the numbers of reactants and products.
pub(crate) fn keywords(
    cursor: &mut Cursor<'_>,
    counts: (usize, usize),
    draft: &mut Draft,
    report: &mut Report<'_>,
) -> Keywords {
    let mut keywords = Keywords::default();
    loop {
        cursor.skip_space();
        if cursor.at_end() || cursor.rest().trim_end() == ";" {
            return keywords;
        }
        let place = cursor.place();
        let word = cursor.word();
        if let Some(flag) = keywords.flag(word) {
            *flag = true;
        } else if let Some((filters, most)) = keywords.filters(word, counts) {
            let Some(filter) = filter(word, most, cursor, draft, report) else { return keywords };
            filters.push(filter);
        } else if word == "priority" {
            skip_value(cursor);
            report.warn(place, codes::PRIORITY, "priority is ignored".to_string(), "remove it");
        } else {
            let found = excerpt(&format!("{word}{}", cursor.rest()));
            let otherwise = "see \"resurge explain BNGL0075\" for the words that may follow the rates";
            let help = model::did_you_mean(word, WORDS, otherwise);
            report.error(place, codes::RULE_KEYWORD, format!("unexpected \"{found}\" after the rates"), help);
            return keywords;
        }
    }
}

/// Skips `= value`.
fn skip_value(cursor: &mut Cursor<'_>) {
    cursor.skip_space();
    cursor.eat("=");
    cursor.skip_space();
    cursor.chunk();
}

/// `(n,pattern,...)`; the position is written from 1.
fn filter(
    word: &str,
    most: usize,
    cursor: &mut Cursor<'_>,
    draft: &mut Draft,
    report: &mut Report<'_>,
) -> Option<PatternFilter> {
    cursor.skip_space();
    let opened = cursor.eat("(");
    cursor.skip_space();
    let place = cursor.place();
    let number: usize = cursor.take_while(|c| c.is_ascii_digit()).parse().unwrap_or(0);
    if !opened || number == 0 || number > most {
        let message = format!("{word} needs the number of a pattern, from 1 to {most}");
        report.error(place, codes::FILTER_FORM, message, format!("write {word}(1,A(b))"));
        return None;
    }
    let mut patterns = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.eat(")") {
            break;
        }
        if !cursor.eat(",") {
            let message = format!("{word} goes on with \"{}\"", excerpt(cursor.rest()));
            report.error(
                cursor.place(),
                codes::FILTER_FORM,
                message,
                "separate patterns by commas and write \")\"",
            );
            return None;
        }
        let (pattern, places) = pattern(cursor, report)?;
        keep_pattern(&pattern, places, Role::Rule, draft);
        patterns.push(pattern);
    }
    Some(PatternFilter { position: number - 1, patterns })
}
