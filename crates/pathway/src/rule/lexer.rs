//! Words, numbers and signs of a rule.

use super::RuleError;

/// One piece of a rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// A number without unit.
    Number(f64),
    /// A time in hours, or another number that had a unit attached: `8h`, `30min`.
    Hours(f64),
    /// `%`
    Percent,
    /// A word: function, read-out, `and`, `or`.
    Word(String),
    /// `EXPERIMENT/READOUT`, only in front of `[`.
    Path(String, String),
    /// `[ARM]`
    Arm(String),
    /// `@`
    At,
    /// `..`
    To,
    /// `< <= > >= + - * / ( ) ,`
    Symbol(&'static str),
    /// The end of the text.
    End,
}

const SYMBOLS: [&str; 11] = ["<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")", ","];

/// Cuts a rule into pieces with their byte offsets; the last is [`Token::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, RuleError> {
    let mut found = Vec::new();
    let mut offset = 0;
    loop {
        let rest = &text[offset..];
        let trimmed = rest.trim_start();
        offset += rest.len() - trimmed.len();
        if trimmed.is_empty() {
            found.push((text.len(), Token::End));
            return Ok(found);
        }
        let (token, length) = token(trimmed, offset)?;
        found.push((offset, token));
        offset += length;
    }
}

fn token(text: &str, offset: usize) -> Result<(Token, usize), RuleError> {
    let first = text.chars().next().unwrap_or(' ');
    if first.is_ascii_digit() || (first == '.' && text[1..].starts_with(|c: char| c.is_ascii_digit())) {
        return number(text, offset);
    }
    if first.is_alphabetic() || first == '_' {
        return Ok(word(text));
    }
    match first {
        '%' => return Ok((Token::Percent, 1)),
        '@' => return Ok((Token::At, 1)),
        '[' => return arm(text, offset),
        _ => {}
    }
    if text.starts_with("..") {
        return Ok((Token::To, 2));
    }
    if let Some(symbol) = SYMBOLS.iter().find(|s| text.starts_with(**s)) {
        return Ok((Token::Symbol(symbol), symbol.len()));
    }
    let help = if first == '=' { "compare with <, <=, > or >=" } else { "" };
    Err(RuleError::new(offset, format!("\"{first}\" has no meaning here"), help))
}

fn arm(text: &str, offset: usize) -> Result<(Token, usize), RuleError> {
    match text.find(']') {
        Some(end) if !text[1..end].trim().is_empty() => {
            Ok((Token::Arm(text[1..end].trim().to_string()), end + 1))
        }
        Some(_) => Err(RuleError::new(offset, "no arm between the brackets".to_string(), "")),
        None => Err(RuleError::new(offset, "\"[\" is never closed".to_string(), "write READOUT[ARM]@TIME")),
    }
}

/// A word, or the path of a term in another experiment. Ids may hold dots and dashes; a word of its own may not.
fn word(text: &str) -> (Token, usize) {
    let id = |t: &str| t.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))).unwrap_or(t.len());
    let experiment = id(text);
    if let Some(after) = text[experiment..].strip_prefix('/') {
        let readout = id(after);
        if readout > 0 && after[readout..].starts_with('[') {
            let path = Token::Path(text[..experiment].to_string(), after[..readout].to_string());
            return (path, experiment + 1 + readout);
        }
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    (Token::Word(text[..end].to_string()), end)
}

fn number(text: &str, offset: usize) -> Result<(Token, usize), RuleError> {
    let length = number_length(text);
    let value: f64 = text[..length].parse().unwrap_or(f64::INFINITY);
    if !value.is_finite() {
        return Err(RuleError::new(offset, format!("\"{}\" is too large", &text[..length]), ""));
    }
    let unit_text = text[length..].trim_start();
    let unit_end = unit_text.find(|c: char| !c.is_alphabetic()).unwrap_or(unit_text.len());
    let unit = &unit_text[..unit_end];
    if unit.is_empty() || unit == "and" || unit == "or" {
        return Ok((Token::Number(value), length));
    }
    let total = length + (text.len() - length - unit_text.len()) + unit_end;
    match model::Unit::from_symbol(unit) {
        Some(found) if found.dimension == model::Dimension::Time => {
            Ok((Token::Hours(value * found.factor), total))
        }
        _ => {
            let help = format!(
                "times are written as {}",
                model::Unit::symbols_of(model::Dimension::Time).join(", ")
            );
            Err(RuleError::new(offset, format!("\"{}\" is no time", &text[..total]), help))
        }
    }
}

/// Length of a number; a dot belongs to it only in front of a digit, so that `0..3h` is a range.
fn number_length(text: &str) -> usize {
    let digits =
        |from: usize| from + text[from..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - from);
    let mut end = digits(0);
    if text[end..].starts_with('.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}
