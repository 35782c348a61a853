//! Calls of table functions: `tfun([0,1],[2,3],index)`, `tfun('file.tfun',index,method=>"step")`.

use model::Expr;

use super::{Reader, Tree};
use crate::bngl::codes;
use crate::cursor::excerpt;
use crate::source::Place;
use crate::table_function::{MOST_ROWS, Table};

const HELP: &str = "write tfun([0,1,2],[10,20,40],time) or tfun('file.tfun',time,method=>\"step\")";

impl Reader<'_, '_, '_, '_> {
    /// Reads the arguments of a table function, behind the opening parenthesis.
    pub(super) fn table_function(&mut self, place: Place) -> Option<Tree> {
        self.enter(place)?;
        let tree = self.table_arguments(place);
        self.nested -= 1;
        tree
    }

    fn table_arguments(&mut self, place: Place) -> Option<Tree> {
        self.cursor.skip_space();
        let table = if self.cursor.peek() == Some('[') {
            let x = self.numbers()?;
            self.expect(",")?;
            Table::new(x, self.numbers()?)
        } else {
            let name = self.quoted()?;
            match self.report.load(&name) {
                Some(text) => Table::read(&text),
                None => {
                    let message = format!("the table \"{name}\" cannot be read");
                    let help =
                        "put the file beside the model: two columns of numbers, lines with # are skipped";
                    self.report.error(place, codes::TABLE, message, help);
                    return None;
                }
            }
        };
        let (index, step) = self.index_and_method()?;
        self.close(place)?;
        match table {
            Ok(table) => {
                // Conditions as deep as the logarithm of the number of points; each holds the index.
                let depth = index.depth + 4 + MOST_ROWS.ilog2() as usize;
                Some(Tree { expr: table.at(&index.expr, step), depth })
            }
            Err(reason) => {
                self.report.error(place, codes::TABLE, format!("the table has {reason}"), HELP);
                None
            }
        }
    }

    /// What the table is read at (time, if it is not said), and whether it goes in steps.
    fn index_and_method(&mut self) -> Option<(Tree, bool)> {
        let mut index = Tree { expr: Expr::Time, depth: 1 };
        let mut step = false;
        while self.eat(",") {
            self.cursor.skip_space();
            let mut ahead = self.cursor.clone();
            let word = ahead.word();
            ahead.skip_space();
            if word == "method" && ahead.eat("=>") {
                *self.cursor = ahead;
                step = match self.quoted()?.as_str() {
                    "step" => true,
                    "linear" => false,
                    _ => return self.malformed("an unknown method"),
                };
            } else if word.eq_ignore_ascii_case("time") {
                *self.cursor = ahead;
                self.eat("()");
            } else {
                index = self.level(0)?;
            }
        }
        Some((index, step))
    }

    fn numbers(&mut self) -> Option<Vec<f64>> {
        self.expect("[")?;
        let mut numbers = Vec::new();
        loop {
            self.cursor.skip_space();
            let Some(number) = self.number() else { return self.malformed("something else than numbers") };
            numbers.push(number?);
            if self.eat("]") {
                return Some(numbers);
            }
            self.expect(",")?;
        }
    }

    fn quoted(&mut self) -> Option<String> {
        self.cursor.skip_space();
        let Some(quote @ ('"' | '\'')) = self.cursor.peek() else {
            return self.malformed("neither a list nor a name in quotes");
        };
        self.cursor.advance(1);
        let text = self.cursor.take_while(|c| c != quote).to_string();
        self.cursor.advance(self.cursor.peek().map_or(0, char::len_utf8));
        Some(text)
    }

    fn eat(&mut self, token: &str) -> bool {
        self.cursor.skip_space();
        self.cursor.eat(token)
    }

    fn expect(&mut self, token: &str) -> Option<()> {
        if self.eat(token) { Some(()) } else { self.malformed(&format!("no \"{token}\"")) }
    }

    fn malformed<T>(&mut self, what: &str) -> Option<T> {
        let message = format!("tfun has {what}, at \"{}\"", excerpt(self.cursor.rest()));
        self.report.error(self.cursor.place(), codes::TABLE, message, HELP);
        None
    }
}
