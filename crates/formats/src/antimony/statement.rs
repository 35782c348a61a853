//! Statements of a module.

use model::{Diagnostic, Expr, Location};

use super::codes;
use super::expression::Parser;
use super::syntax::{Amount, Assign, Declared, Function, Happening, Module, Statement, Term, Text};
use super::token::{Kind, Token};

/// Reads all statements.
pub(super) fn read(file: &str, tokens: &[Token]) -> Text {
    let mut reader = Reader { file, tokens, at: 0, text: Text::default(), open: vec![Module::default()] };
    while reader.at < tokens.len() {
        reader.statement();
    }
    while reader.open.len() > 1 {
        reader.error(tokens.len().saturating_sub(1), "the model is not ended", "write end");
        reader.close();
    }
    let outside = reader.open.remove(0);
    if !outside.statements.is_empty() {
        reader.text.modules.push(Module { name: "__main".to_string(), ..outside });
    }
    reader.text
}

struct Reader<'t> {
    file: &'t str,
    tokens: &'t [Token],
    at: usize,
    text: Text,
    open: Vec<Module>,
}

impl<'t> Reader<'t> {
    fn place(&self, at: usize) -> Location {
        let token = self.tokens.get(at).or(self.tokens.last());
        let (line, column) = token.map_or((1, 1), |t| (t.line, t.column));
        Location { file: self.file.to_string(), line, column }
    }

    fn error(&mut self, at: usize, message: impl Into<String>, help: &str) {
        if self.text.diagnostics.len() < 200 {
            let place = self.place(at);
            self.text.diagnostics.push(Diagnostic::error(codes::SYNTAX, message).at(place).help(help));
        }
    }

    fn close(&mut self) {
        if self.open.len() > 1 {
            self.text.modules.extend(self.open.pop());
        }
    }

    /// Tokens up to the end of the statement, which is passed.
    fn take_statement(&mut self) -> &'t [Token] {
        let start = self.at;
        while !matches!(
            self.tokens.get(self.at).map(|t| &t.kind),
            None | Some(Kind::Semicolon | Kind::Newline)
        ) {
            self.at += 1;
        }
        let taken = &self.tokens[start..self.at];
        self.at += 1;
        taken
    }

    fn statement(&mut self) {
        let start = self.at;
        if let Some(Kind::Word(word)) = self.tokens.get(start).map(|t| &t.kind) {
            match word.as_str() {
                "end" | "endmodel" => {
                    self.at += 1;
                    if self.open.len() == 1 {
                        self.error(start, "there is no model to end", "remove it");
                    }
                    self.close();
                    return;
                }
                "function" => return self.function(),
                _ => {}
            }
        }
        let tokens = self.take_statement();
        let ended_by_semicolon =
            matches!(self.tokens.get(self.at - 1).map(|t| &t.kind), Some(Kind::Semicolon));
        if tokens.is_empty() {
            return;
        }
        let mut parser = Parser::new(tokens);
        let result = match parser.peek() {
            Some(Kind::Word(word)) if matches!(word.as_str(), "model" | "module") => {
                // What follows the head on the same line belongs to the body.
                self.head(&mut parser).map(|()| self.at = start + parser.at)
            }
            Some(Kind::Word(word)) if word == "import" => {
                parser.at += 1;
                match parser.next() {
                    Some(Kind::Text(name)) => {
                        self.text.imports.push((self.place(start), name.clone()));
                        Ok(())
                    }
                    _ => Err("a file name in quotation marks is expected".to_string()),
                }
            }
            _ => {
                let rate =
                    if ended_by_semicolon && is_reaction(tokens) { self.take_statement() } else { &[] };
                statements(tokens, rate).map(|found| {
                    let place = self.place(start);
                    if let Some(module) = self.open.last_mut() {
                        module.statements.extend(found.into_iter().map(|s| (place.clone(), s)));
                    }
                })
            }
        };
        if let Err(reason) = result {
            self.error(
                start,
                format!("this statement cannot be read: {reason}"),
                "see the reference of Antimony",
            );
        }
    }

    /// `model *name(a, b)`
    fn head(&mut self, parser: &mut Parser<'_>) -> Result<(), String> {
        parser.at += 1;
        let main = parser.eat("*");
        let name = parser.word()?;
        let arguments = if parser.eat("(") { names(parser)? } else { Vec::new() };
        self.open.push(Module { name, main, arguments, statements: Vec::new() });
        Ok(())
    }

    /// `function f(x, y) formula; end`
    fn function(&mut self) {
        let start = self.at;
        let end =
            (start..self.tokens.len()).find(|&i| matches!(&self.tokens[i].kind, Kind::Word(w) if w == "end"));
        let Some(end) = end else {
            self.at = self.tokens.len();
            return self.error(start, "the function is not ended", "write end");
        };
        self.at = end + 1;
        let inside: Vec<Token> = self.tokens[start + 1..end]
            .iter()
            .filter(|t| !matches!(t.kind, Kind::Semicolon | Kind::Newline))
            .cloned()
            .collect();
        let mut parser = Parser::new(&inside);
        let read = (|| {
            let name = parser.word()?;
            parser.expect("(")?;
            let arguments = names(&mut parser)?;
            let body = parser.formula()?;
            if parser.at_end() {
                Ok(Function { name, arguments, body })
            } else {
                Err("more than one formula".into())
            }
        })();
        match read {
            Ok(function) => self.text.functions.push(function),
            Err(reason) => {
                let reason: String = reason;
                self.error(
                    start,
                    format!("the function cannot be read: {reason}"),
                    "write function f(x) formula; end",
                );
            }
        }
    }
}

/// Names up to a closing bracket.
fn names(parser: &mut Parser<'_>) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    if parser.eat(")") {
        return Ok(found);
    }
    loop {
        found.push(parser.word()?);
        if parser.eat(")") {
            return Ok(found);
        }
        parser.expect(",")?;
    }
}

fn is_reaction(tokens: &[Token]) -> bool {
    tokens.iter().any(|t| matches!(t.kind, Kind::Sign("->" | "=>" | "<->" | "<=>")))
}

/// Statements that one piece of text stands for; `rate` is what follows a reaction.
fn statements(tokens: &[Token], rate: &[Token]) -> Result<Vec<Statement>, String> {
    let mut parser = Parser::new(tokens);
    if let Some(what) = left_out(tokens) {
        return Ok(vec![Statement::LeftOut { what }]);
    }
    if is_reaction(tokens) {
        return reaction(&mut parser, rate);
    }
    let id = match (parser.peek(), parser.peek_at(1)) {
        (Some(Kind::Word(id)), Some(Kind::Sign(":"))) => {
            parser.at += 2;
            Some(id.clone())
        }
        _ => None,
    };
    if parser.eat_word("at") {
        return Ok(vec![Statement::Event { id, event: event(&mut parser)? }]);
    }
    let found = if let Some(id) = id {
        let module = parser.word()?;
        parser.expect("(")?;
        vec![Statement::Submodel { id, module, arguments: names(&mut parser)? }]
    } else if parser.eat_word("unit") {
        vec![unit(&mut parser)?]
    } else if parser.eat_word("delete") {
        let mut all = vec![Statement::Delete { name: parser.word()? }];
        while parser.eat(",") {
            all.push(Statement::Delete { name: parser.word()? });
        }
        all
    } else {
        declaration_or_assignment(&mut parser)?
    };
    if parser.at_end() { Ok(found) } else { Err("something follows that is not expected".to_string()) }
}

/// Interactions and annotations change no number.
fn left_out(tokens: &[Token]) -> Option<String> {
    let words = |i: usize| match tokens.get(i).map(|t| &t.kind) {
        Some(Kind::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    let sign = |i: usize, wanted: &str| matches!(tokens.get(i).map(|t| &t.kind), Some(Kind::Sign(s)) if *s == wanted);
    let first = if sign(1, ":") { 2 } else { 0 };
    words(first)?;
    let mut i = first + 1;
    while sign(i, ",") || sign(i, "+") {
        i += 2;
    }
    let activates = sign(i, "-") && words(i + 1) == Some("o") && words(i + 2).is_some();
    let influences = sign(i, "-")
        && sign(i + 1, "(")
        && words(i + 2).is_some()
        && !sign(i + 3, ")")
        && tokens.len() == i + 3;
    if sign(i, "-|") || activates || influences {
        return Some("an interaction".to_string());
    }
    let quoted = tokens.iter().any(|t| matches!(t.kind, Kind::Text(_)));
    let is_name = words(1) == Some("is");
    (quoted && words(0) != Some("import") && !is_name).then(|| "an annotation".to_string())
}

/// `J0: 2 A + $B -> C; rate`
fn reaction(parser: &mut Parser<'_>, rate: &[Token]) -> Result<Vec<Statement>, String> {
    let mut id = None;
    if let (Some(Kind::Word(name)), Some(Kind::Sign(":"))) = (parser.peek(), parser.peek_at(1)) {
        id = Some(name.clone());
        parser.at += 2;
    }
    let mut found = Vec::new();
    if let (Some(name), true) = (&id, parser.eat_word("in")) {
        let compartment = parser.word()?;
        found.push(Statement::Inside { name: name.clone(), compartment });
    }
    let reactants = side(parser)?;
    let reversible = match parser.next() {
        Some(Kind::Sign("->" | "<->" | "<=>")) => true,
        Some(Kind::Sign("=>")) => false,
        _ => return Err("an arrow is expected".to_string()),
    };
    let products = side(parser)?;
    if parser.eat_word("in") {
        let compartment = parser.word()?;
        found.extend(id.as_ref().map(|name| Statement::Inside { name: name.clone(), compartment }));
    }
    if !parser.at_end() {
        return Err("something follows the products that is not expected".to_string());
    }
    let rate = match rate {
        [] => None,
        tokens => {
            let mut parser = Parser::new(tokens);
            let math = parser.formula()?;
            if !parser.at_end() {
                return Err("something follows the rate that is not expected".to_string());
            }
            Some(math)
        }
    };
    found.insert(0, Statement::Reaction { id, reactants, products, reversible, rate });
    Ok(found)
}

fn side(parser: &mut Parser<'_>) -> Result<Vec<Term>, String> {
    let mut terms = Vec::new();
    if matches!(parser.peek(), None | Some(Kind::Sign("->" | "=>" | "<->" | "<=>"))) {
        return Ok(terms);
    }
    loop {
        let negative = parser.eat("-");
        let mut stoichiometry = Amount::Number(1.0);
        if let Some(Kind::Number(n)) = parser.peek() {
            stoichiometry = Amount::Number(if negative { -n } else { *n });
            parser.at += 1;
        } else if let (Some(Kind::Word(symbol)), Some(Kind::Word(_) | Kind::Sign("$"))) =
            (parser.peek(), parser.peek_at(1))
            && !matches!(parser.peek_at(1), Some(Kind::Word(w)) if w == "in")
        {
            stoichiometry = Amount::Symbol(symbol.clone());
            parser.at += 1;
        }
        let boundary = parser.eat("$");
        terms.push(Term { species: parser.word()?, boundary, stoichiometry });
        if !parser.eat("+") {
            return Ok(terms);
        }
    }
}

/// `at 3 after x > 5, priority = 1, t0 = false: a = 1, b = 2`
fn event(parser: &mut Parser<'_>) -> Result<Happening, String> {
    let mut event = Happening::default();
    let first = parser.formula()?;
    if parser.eat_word("after") {
        event.delay = Some(first);
        event.trigger = Some(parser.formula()?);
    } else {
        event.trigger = Some(first);
    }
    let truth = |expr: &Expr| match expr {
        Expr::Number(x) => Ok(Some(*x != 0.0)),
        _ => Err("true or false is expected".to_string()),
    };
    while parser.eat(",") {
        let option = parser.word()?;
        parser.expect("=")?;
        let value = parser.formula()?;
        match option.as_str() {
            "priority" => event.priority = Some(value),
            "t0" => event.initial = truth(&value)?,
            "persistent" => event.persistent = truth(&value)?,
            "fromTrigger" => event.from_trigger = truth(&value)?,
            other => return Err(format!("an event has no option \"{other}\"")),
        }
    }
    parser.expect(":")?;
    while !parser.at_end() {
        let name = parser.word()?;
        parser.expect("=")?;
        event.assignments.push((name, parser.formula()?));
        if !parser.eat(",") && !parser.at_end() {
            return Err("a comma is expected between assignments".to_string());
        }
    }
    Ok(event)
}

/// `unit mM = 1e-3 mole / litre`
fn unit(parser: &mut Parser<'_>) -> Result<Statement, String> {
    let name = parser.word()?;
    parser.expect("=")?;
    let mut factors = Vec::new();
    let mut sign = 1.0;
    loop {
        let multiplier = match parser.peek() {
            Some(Kind::Number(x)) => {
                parser.at += 1;
                *x
            }
            _ => 1.0,
        };
        let kind = match parser.peek() {
            Some(Kind::Word(word)) => {
                parser.at += 1;
                word.clone()
            }
            _ => "dimensionless".to_string(),
        };
        let mut exponent = 1.0;
        if parser.eat("^") {
            let negative = parser.eat("-");
            match parser.next() {
                Some(Kind::Number(x)) => exponent = if negative { -x } else { *x },
                _ => return Err("the exponent of a unit is a number".to_string()),
            }
        }
        factors.push((multiplier, kind, sign * exponent));
        if parser.eat("*") {
            sign = 1.0;
        } else if parser.eat("/") {
            sign = -1.0;
        } else {
            return Ok(Statement::Unit { name, factors });
        }
    }
}

fn declaration_or_assignment(parser: &mut Parser<'_>) -> Result<Vec<Statement>, String> {
    let (mut kind, mut constant, mut substance_only, mut declared) = (Declared::Any, None, false, false);
    while let (Some(Kind::Word(word)), Some(Kind::Word(_) | Kind::Sign("$"))) =
        (parser.peek(), parser.peek_at(1))
    {
        match word.as_str() {
            "const" => constant = Some(true),
            "var" => constant = Some(false),
            "substanceOnly" => substance_only = true,
            "species" => kind = Declared::Species,
            "compartment" => kind = Declared::Compartment,
            "formula" | "parameter" => kind = Declared::Formula,
            "reaction" | "event" | "ext" => {}
            "DNA" | "gene" | "operator" | "strand" | "constraint" | "algebraic" => {
                return Err(format!("\"{word}\" is not supported"));
            }
            _ => break,
        }
        declared = true;
        parser.at += 1;
    }
    let mut found = Vec::new();
    loop {
        let boundary = parser.eat("$");
        let name = parser.word()?;
        if declared || boundary {
            let name = name.clone();
            found.push(Statement::Declare { name, kind, constant, substance_only, boundary });
        }
        assignment(parser, &name, &mut found)?;
        if !parser.eat(",") {
            return Ok(found);
        }
    }
}

fn assignment(parser: &mut Parser<'_>, name: &str, found: &mut Vec<Statement>) -> Result<(), String> {
    let name = name.to_string();
    if parser.eat_word("in") {
        found.push(Statement::Inside { name: name.clone(), compartment: parser.word()? });
    }
    if parser.eat_word("has") {
        found.push(Statement::HasUnit { name, unit: parser.word()? });
        return Ok(());
    }
    if parser.eat_word("is") {
        found.push(match parser.next() {
            Some(Kind::Text(text)) => Statement::Named { name, text: text.clone() },
            Some(Kind::Word(other)) => Statement::Same { name, other: other.clone() },
            _ => return Err("a name is expected".to_string()),
        });
        return Ok(());
    }
    let how = if parser.eat(":=") {
        Assign::Rule
    } else if parser.eat("'") {
        parser.expect("=")?;
        Assign::Rate
    } else if parser.eat("=") {
        Assign::Initial
    } else {
        return if found.is_empty() {
            Err("an assignment or a reaction is expected".to_string())
        } else {
            Ok(())
        };
    };
    if let Some(owner) = name.strip_suffix(".sboTerm") {
        return sbo_term(parser, owner, found);
    }
    let unit = match (parser.peek(), parser.peek_at(1), parser.peek_at(2)) {
        (Some(Kind::Number(_)), Some(Kind::Word(unit)), None | Some(Kind::Sign(","))) => Some(unit.clone()),
        _ => None,
    };
    let math = parser.formula()?;
    if parser.eat_word("in") {
        found.push(Statement::Inside { name: name.clone(), compartment: parser.word()? });
    }
    found.push(Statement::Assign { name, how, math, unit });
    Ok(())
}

/// `x.sboTerm = 236` or `SBO:0000236`
fn sbo_term(parser: &mut Parser<'_>, owner: &str, found: &mut Vec<Statement>) -> Result<(), String> {
    if parser.eat_word("SBO") {
        parser.expect(":")?;
    }
    match parser.next() {
        Some(Kind::Number(x)) => {
            found.push(Statement::SboTerm { name: owner.to_string(), term: format!("SBO:{x:07}") });
            Ok(())
        }
        _ => Err("the number of a term is expected".to_string()),
    }
}
