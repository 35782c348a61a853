//! Errors as a person wants to read them: place, quoted line, caret, help.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use model::{Diagnostic, Location, Severity};

use crate::failure::Sources;

/// More than this many diagnostics bury the first one.
const SHOWN: usize = 20;

/// All diagnostics, errors before warnings before notes, with excerpts of the sources.
pub(crate) fn render_all(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|d| std::cmp::Reverse(d.severity));
    let mut text = String::new();
    for diagnostic in sorted.iter().take(SHOWN) {
        text.push_str(&render_one(diagnostic, sources));
        text.push_str("\n\n");
    }
    if sorted.len() > SHOWN {
        text.push_str(&format!("... and {} more\n\n", sorted.len() - SHOWN));
    }
    let codes: std::collections::BTreeSet<&str> =
        sorted.iter().take(SHOWN).filter(|d| d.severity == Severity::Error).map(|d| d.code).collect();
    if let Some(code) = codes.first() {
        text.push_str(&format!("`resurge explain {code}` says more\n"));
    }
    text
}

/// A message and its help, without a place.
pub(crate) fn render_plain(message: &str, help: &str) -> String {
    let red = Style::new().fg_color(Some(AnsiColor::Red.into())).bold();
    let cyan = Style::new().fg_color(Some(AnsiColor::Cyan.into())).bold();
    let mut text = format!("{red}error{red:#}: {message}\n");
    if !help.is_empty() {
        text.push_str(&format!("{cyan}help{cyan:#}: {help}\n"));
    }
    text
}

fn render_one(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let place = diagnostic.location.as_ref().and_then(|l| Some((l, sources.get(&l.file)?)));
    let message = match (&diagnostic.location, place) {
        (Some(location), None) => format!("{location}: {}", diagnostic.message),
        _ => diagnostic.message.clone(),
    };
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code));
    if let Some((location, source)) = place {
        let span = span_of(source, location);
        group = group.element(
            Snippet::source(source.as_str())
                .path(location.file.as_str())
                .annotation(AnnotationKind::Primary.span(span)),
        );
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::styled().render(&[group])
}

/// The bytes of the word at a place; one character where there is no word.
fn span_of(source: &str, location: &Location) -> std::ops::Range<usize> {
    let mut line_start = 0;
    for _ in 1..location.line.max(1) {
        match source[line_start..].find('\n') {
            Some(end) => line_start += end + 1,
            None => return source.len()..source.len(),
        }
    }
    let line = source[line_start..].lines().next().unwrap_or("");
    let column = (location.column.max(1) - 1) as usize;
    let start = line.char_indices().nth(column).map_or(line.len(), |(i, _)| i);
    let word: usize =
        line[start..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
    let length = if word > 0 { word } else { line[start..].chars().next().map_or(0, char::len_utf8) };
    line_start + start..line_start + start + length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: u32) -> Location {
        Location { file: "a.bngl".to_string(), line, column }
    }

    #[test]
    fn spans_cover_words_and_never_leave_the_source() {
        let source = "begin model\n  k1 0.1µ\n";
        assert_eq!(&source[span_of(source, &at(2, 3))], "k1");
        assert_eq!(&source[span_of(source, &at(2, 9))], "µ");
        assert_eq!(span_of(source, &at(2, 99)).len(), 0);
        assert_eq!(span_of(source, &at(99, 1)), source.len()..source.len());
        assert_eq!(span_of("", &at(1, 1)), 0..0);
    }

    #[test]
    fn an_excerpt_has_place_line_caret_and_help() {
        let diagnostic =
            Diagnostic::error("BNGL0001", "unknown word \"modle\"").at(at(1, 7)).help("write \"model\"");
        let sources = Sources::from([("a.bngl".to_string(), "begin modle\n".to_string())]);
        let text = anstream::adapter::strip_str(&render_all(&[diagnostic], &sources)).to_string();
        for part in ["error[BNGL0001]", "a.bngl:1:7", "begin modle", "^^^^^", "write \"model\""] {
            assert!(text.contains(part), "{part:?} is missing in\n{text}");
        }
    }
}
