//! Function definitions, expanded in place.

use std::collections::HashMap;

use model::{Builtin, Expr, MathOperator};
use roxmltree::Node;

use super::codes;
use super::math::{elements, expression, math_child, text_of};
use super::reader::Reader;

/// The functions of a model, with all calls in their bodies expanded.
#[derive(Clone, Debug, Default)]
pub(super) struct Functions {
    known: HashMap<String, Function>,
}

#[derive(Clone, Debug)]
struct Function {
    arguments: Vec<String>,
    /// `None` when the definition has no mathematics or is wrong.
    body: Option<Expr>,
    /// Nodes of the body.
    size: usize,
}

impl Functions {
    /// Reads a list. Definitions may use each other in any order, but not in a circle.
    pub(super) fn read<'d>(reader: &mut Reader<'d>, list: Node<'d, 'd>) -> Functions {
        let mut raw: Vec<(Node<'d, 'd>, String, Vec<String>, Option<Expr>)> = Vec::new();
        for node in reader.items(list, &["functionDefinition"]) {
            reader.only_attributes(node, &["id", "name"]);
            let Some(id) = reader.identifier(node) else { continue };
            let (arguments, mut body) = lambda(reader, node);
            if let [of] = arguments.as_slice()
                && is_derivative(node)
            {
                body =
                    Some(Expr::Builtin(Builtin::Math(MathOperator::RateOf), vec![Expr::Symbol(of.clone())]));
            }
            if raw.iter().any(|(_, known, ..)| *known == id) {
                let message = format!("two functions are called \"{id}\"");
                reader.error(node, codes::DUPLICATE_ID, message, "rename one of them");
                continue;
            }
            raw.push((node, id, arguments, body));
        }
        let names: Vec<String> = raw.iter().map(|r| r.1.clone()).collect();
        let mut left = raw;
        loop {
            let before = left.len();
            let mut waiting = Vec::new();
            for (node, id, arguments, body) in left {
                let needs_more = body.as_ref().is_some_and(|b| {
                    calls(b).iter().any(|f| names.contains(f) && !reader.functions.known.contains_key(f))
                });
                if needs_more {
                    waiting.push((node, id, arguments, body));
                    continue;
                }
                let body = body.and_then(|body| reader.expand(node, body));
                let size = body.as_ref().map_or(0, size_of);
                reader.functions.known.insert(id, Function { arguments, body, size });
            }
            left = waiting;
            if left.is_empty() || left.len() == before {
                break;
            }
        }
        for (node, id, arguments, _) in left {
            let message = format!("the function \"{id}\" calls itself, directly or through others");
            reader.error(node, codes::RECURSIVE_FUNCTION, message, "break the circle");
            reader.functions.known.insert(id, Function { arguments, body: None, size: 0 });
        }
        std::mem::take(&mut reader.functions)
    }
}

/// Namespace of annotations that say what a function stands for.
const SYMBOLS: &str = "http://sbml.org/annotations/symbols";
/// What they call the time derivative of the argument.
const DERIVATIVE: &str = "http://en.wikipedia.org/wiki/Derivative";

/// Whether an annotation says that the function is `rateOf`, which models of Levels 1 to 3 Version 1 cannot write; the
/// body is a placeholder then, mostly NaN.
///
/// # Source
/// The convention of libSBML's and COPASI's writers: `<symbols xmlns="http://sbml.org/annotations/symbols"
/// definition="http://en.wikipedia.org/wiki/Derivative"/>`.
fn is_derivative(node: Node<'_, '_>) -> bool {
    let annotations = elements(node).filter(|n| n.tag_name().name() == "annotation");
    annotations.flat_map(elements).any(|n| {
        n.tag_name().name() == "symbols"
            && n.tag_name().namespace() == Some(SYMBOLS)
            && n.attribute("definition").is_some_and(|d| d.trim() == DERIVATIVE)
    })
}

/// Arguments and body of the `<lambda>` of a definition.
fn lambda<'d>(reader: &mut Reader<'d>, node: Node<'d, 'd>) -> (Vec<String>, Option<Expr>) {
    let Some(math) = math_child(node) else { return (Vec::new(), None) };
    let inner = elements(math).next().map(|n| match n.tag_name().name() {
        "semantics" => elements(n).next().unwrap_or(n),
        _ => n,
    });
    let Some(lambda) = inner.filter(|n| n.tag_name().name() == "lambda") else {
        reader.error(
            node,
            codes::NO_LAMBDA,
            "a function is a <lambda>",
            "write <math><lambda>...</lambda></math>",
        );
        return (Vec::new(), None);
    };
    let mut arguments = Vec::new();
    let mut body = None;
    for part in elements(lambda) {
        if part.tag_name().name() == "bvar" {
            arguments.extend(elements(part).next().map(|ci| text_of(ci).to_string()));
        } else {
            body = expression(reader, part, 0);
        }
    }
    if let Some(expr) = &body {
        let mut unknown = Vec::new();
        expr.walk(&mut |e| match e {
            Expr::Symbol(name) if !arguments.contains(name) => unknown.push(name.clone()),
            _ => {}
        });
        for name in unknown {
            let message = format!("\"{name}\" is not an argument of this function");
            reader.error(lambda, codes::FREE_VARIABLE, message, "pass it as an argument");
            body = None;
        }
    }
    (arguments, body)
}

/// How the names of draws from distributions begin.
pub(super) const DISTRIB: &str = "distrib:";

fn calls(expr: &Expr) -> Vec<String> {
    let mut found = Vec::new();
    expr.walk(&mut |e| {
        if let Expr::Call(name, _) = e
            && !name.starts_with(DISTRIB)
        {
            found.push(name.clone());
        }
    });
    found
}

/// Deeper nesting after expansion is refused.
const MOST_EXPANDED_DEPTH: usize = 700;

fn depth_of(expr: &Expr) -> usize {
    1 + match expr {
        Expr::Number(_) | Expr::Time | Expr::Symbol(_) => 0,
        Expr::Unary(_, x) => depth_of(x),
        Expr::Binary(_, x, y) => depth_of(x).max(depth_of(y)),
        Expr::Builtin(_, args) | Expr::Call(_, args) => args.iter().map(depth_of).max().unwrap_or(0),
    }
}

fn size_of(expr: &Expr) -> usize {
    let mut n = 0;
    expr.walk(&mut |_| n += 1);
    n
}

impl Reader<'_> {
    /// The same expression with all calls expanded; `None` after an error.
    pub(super) fn expand(&mut self, node: Node<'_, '_>, expr: Expr) -> Option<Expr> {
        if calls(&expr).is_empty() {
            return Some(expr);
        }
        let mut failure: Option<(&'static str, String, &'static str)> = None;
        let functions = std::mem::take(&mut self.functions);
        let left = &mut self.expansion_left;
        let expanded = expr.map(&mut |e| match e {
            Expr::Call(name, args) if failure.is_none() && !name.starts_with(DISTRIB) => {
                match call(&functions, &name, args, left) {
                    Ok(body) => body,
                    Err(reason) => {
                        failure = Some(reason);
                        Expr::Number(f64::NAN)
                    }
                }
            }
            other => other,
        });
        self.functions = functions;
        if let Some((code, message, help)) = failure {
            self.error(node, code, message, help);
            return None;
        }
        Some(expanded)
    }
}

type Reason = (&'static str, String, &'static str);

fn call(functions: &Functions, name: &str, args: Vec<Expr>, left: &mut usize) -> Result<Expr, Reason> {
    let Some(function) = functions.known.get(name) else {
        let message = format!("there is no function \"{name}\"");
        return Err((codes::UNKNOWN_FUNCTION, message, "define it in the listOfFunctionDefinitions"));
    };
    if function.arguments.len() != args.len() {
        let (wanted, given) = (function.arguments.len(), args.len());
        let message = format!("the function \"{name}\" takes {wanted} arguments, not {given}");
        return Err((codes::CALL_ARGUMENTS, message, "correct the call"));
    }
    let Some(body) = &function.body else {
        let message = format!("the function \"{name}\" has no body");
        return Err((codes::UNKNOWN_FUNCTION, message, "give it one, or do not call it"));
    };
    let depth = depth_of(body) + args.iter().map(depth_of).max().unwrap_or(0);
    if depth > MOST_EXPANDED_DEPTH {
        let message = format!("expanding the function \"{name}\" nests more than {MOST_EXPANDED_DEPTH} deep");
        return Err((codes::TOO_DEEP, message, "use assignment rules for parts of it"));
    }
    let cost = function.size * (1 + args.iter().map(size_of).sum::<usize>());
    if cost > *left {
        let message = format!("expanding the function \"{name}\" makes the model too large");
        return Err((codes::TOO_LARGE, message, "use assignment rules for what is computed often"));
    }
    *left -= cost;
    Ok(body.clone().map(&mut |e| match e {
        Expr::Symbol(symbol) => match function.arguments.iter().position(|a| *a == symbol) {
            Some(i) => args[i].clone(),
            None => Expr::Symbol(symbol),
        },
        other => other,
    }))
}
