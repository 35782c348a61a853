//! MathML to expressions.

use model::{BinaryOp, Builtin, Expr, MathOperator};
use roxmltree::Node;

use super::codes;
use super::functions::DISTRIB;
use super::operators::{self, Operator};
use super::reader::{Reader, parse_number};

/// The namespace of MathML.
const MATHML: &str = "http://www.w3.org/1998/Math/MathML";
/// Deeper nesting is refused.
pub(super) const MOST_DEPTH: usize = 300;

/// The expression in the `<math>` child of an element, function calls expanded.
pub(super) fn of_parent<'d>(reader: &mut Reader<'d>, parent: Node<'d, 'd>) -> Option<Expr> {
    let math = math_child(parent)?;
    let Some(content) = math.children().find(Node::is_element) else {
        let message = "<math> is empty";
        reader.error(math, codes::MATH, message, "put one expression into it, or leave <math> out");
        return None;
    };
    let expr = expression(reader, content, 0)?;
    reader.expand(content, expr)
}

/// The `<math>` child of an element.
pub(super) fn math_child<'d, 'i>(parent: Node<'d, 'i>) -> Option<Node<'d, 'i>> {
    parent.children().find(|c| c.is_element() && c.tag_name().name() == "math" && is_mathml(*c))
}

fn is_mathml(node: Node<'_, '_>) -> bool {
    node.tag_name().namespace() == Some(MATHML)
}

/// One MathML element; `None` after an error.
pub(super) fn expression(reader: &mut Reader<'_>, node: Node<'_, '_>, depth: usize) -> Option<Expr> {
    if depth > MOST_DEPTH {
        let message = format!("an expression is nested more than {MOST_DEPTH} deep");
        reader.error(node, codes::TOO_DEEP, message, "split it with assignment rules");
        return None;
    }
    if !is_mathml(node) {
        let message = format!("<{}> is not in the namespace of MathML", node.tag_name().name());
        reader.error(node, codes::MATH, message, format!("write xmlns={MATHML:?}"));
        return None;
    }
    match node.tag_name().name() {
        "cn" => number(reader, node),
        "ci" => match text_of(node) {
            "" => fail(reader, node, codes::MATH, "<ci> is empty", "put an identifier into it"),
            name => Some(Expr::symbol(name)),
        },
        "csymbol" => symbol(reader, node),
        "true" => Some(Expr::Number(1.0)),
        "false" => Some(Expr::Number(0.0)),
        "pi" => Some(Expr::Number(std::f64::consts::PI)),
        "exponentiale" => Some(Expr::Number(std::f64::consts::E)),
        "infinity" => Some(Expr::Number(f64::INFINITY)),
        "notanumber" => Some(Expr::Number(f64::NAN)),
        "apply" => apply(reader, node, depth),
        "piecewise" => piecewise(reader, node, depth),
        "semantics" => match elements(node).next() {
            Some(inner) => expression(reader, inner, depth + 1),
            None => fail(reader, node, codes::MATH, "<semantics> is empty", "put an expression into it"),
        },
        other => {
            let message = format!("the MathML element <{other}> is not part of SBML");
            fail(reader, node, codes::MATH_ELEMENT, &message, "see section 3.4 of the specification")
        }
    }
}

fn fail(
    reader: &mut Reader<'_>,
    node: Node<'_, '_>,
    code: &'static str,
    message: &str,
    help: &str,
) -> Option<Expr> {
    reader.error(node, code, message, help);
    None
}

pub(super) fn elements<'d, 'i>(node: Node<'d, 'i>) -> impl Iterator<Item = Node<'d, 'i>> {
    node.children().filter(Node::is_element)
}

pub(super) fn text_of<'d>(node: Node<'d, 'd>) -> &'d str {
    node.text().unwrap_or_default().trim()
}

/// `<cn>` of type real, integer, e-notation or rational.
fn number(reader: &mut Reader<'_>, node: Node<'_, '_>) -> Option<Expr> {
    let parts: Vec<&str> =
        node.children().filter(Node::is_text).filter_map(|c| c.text()).map(str::trim).collect();
    let value = match (node.attribute("type").unwrap_or("real"), parts.as_slice()) {
        ("real" | "integer", [text]) => parse_number(text),
        ("e-notation", [mantissa, exponent]) => {
            exponent.parse::<i32>().ok().and_then(|e| parse_number(&format!("{mantissa}e{e}")))
        }
        ("rational", [above, below]) => parse_number(above).zip(parse_number(below)).map(|(a, b)| a / b),
        _ => None,
    };
    match value {
        Some(value) => Some(Expr::Number(value)),
        None => fail(
            reader,
            node,
            codes::MATH,
            &format!("<cn> {:?} is not a number", parts.join(" ")),
            "write a number such as 0.5; types are real, integer, e-notation and rational",
        ),
    }
}

/// Symbols that the specification defines, by the end of their address.
fn symbol_kind<'d>(node: Node<'d, '_>) -> &'d str {
    let url = node.attribute("definitionURL").unwrap_or_default().trim();
    url.strip_prefix("http://www.sbml.org/sbml/symbols/").unwrap_or(url)
}

fn symbol(reader: &mut Reader<'_>, node: Node<'_, '_>) -> Option<Expr> {
    match symbol_kind(node) {
        "time" => Some(Expr::Time),
        "avogadro" => Some(Expr::Builtin(Builtin::Math(MathOperator::Avogadro), Vec::new())),
        "delay" | "rateOf" => fail(
            reader,
            node,
            codes::MATH,
            "this csymbol is a function",
            "write <apply><csymbol .../>...</apply>",
        ),
        other => {
            let message = format!("the csymbol {other:?} is not supported");
            fail(reader, node, codes::CSYMBOL, &message, "symbols are time, avogadro, delay and rateOf")
        }
    }
}

fn apply(reader: &mut Reader<'_>, node: Node<'_, '_>, depth: usize) -> Option<Expr> {
    let mut parts = elements(node);
    let Some(head) = parts.next() else {
        return fail(reader, node, codes::MATH, "<apply> is empty", "put an operator and operands into it");
    };
    let mut qualifier = None;
    let mut operands = Vec::new();
    for part in parts {
        let expr = match part.tag_name().name() {
            "degree" | "logbase" => match elements(part).next() {
                Some(inner) => {
                    qualifier = Some(expression(reader, inner, depth + 1)?);
                    continue;
                }
                None => {
                    return fail(reader, part, codes::MATH, "the qualifier is empty", "put a number into it");
                }
            },
            _ => expression(reader, part, depth + 1)?,
        };
        operands.push(expr);
    }
    let n_operands = operands.len();
    let name = head.tag_name().name();
    let operator = match name {
        "ci" => return Some(Expr::Call(text_of(head).to_string(), operands)),
        "csymbol" => match symbol_kind(head) {
            "delay" => Some(Operator::Function(Builtin::Math(MathOperator::Delay))),
            "rateOf" => Some(Operator::Function(Builtin::Math(MathOperator::RateOf))),
            kind if kind.starts_with("distrib/") => return distribution(reader, head, operands),
            _ => return symbol(reader, head),
        },
        _ => operators::by_element(name),
    };
    let Some(operator) = operator else {
        let message = format!("the MathML operator <{name}> is not part of SBML");
        return fail(reader, head, codes::MATH_ELEMENT, &message, "see section 3.4 of the specification");
    };
    match operators::apply(operator, qualifier, operands) {
        Some(expr) => rate_of_symbol(reader, head, expr),
        None => {
            let message = format!("<{name}> does not take {n_operands} operands");
            fail(reader, node, codes::ARGUMENT_COUNT, &message, "correct the number of operands")
        }
    }
}

/// Distributions of the package distrib, with the fewest and most arguments: limits are two more.
///
/// # Source
/// SBML L3 distrib version 1, section 3.8.
const DISTRIBUTIONS: [(&str, usize, usize); 12] = [
    ("bernoulli", 1, 1),
    ("binomial", 2, 4),
    ("cauchy", 1, 4),
    ("chisquare", 1, 3),
    ("exponential", 1, 3),
    ("gamma", 2, 4),
    ("laplace", 1, 4),
    ("lognormal", 2, 4),
    ("normal", 2, 4),
    ("poisson", 1, 3),
    ("rayleigh", 1, 3),
    ("uniform", 2, 2),
];

/// A draw: a call of a function whose name is no identifier.
fn distribution(reader: &mut Reader<'_>, head: Node<'_, '_>, operands: Vec<Expr>) -> Option<Expr> {
    let name = symbol_kind(head).trim_start_matches("distrib/");
    let known = DISTRIBUTIONS.iter().find(|(known, ..)| *known == name);
    match known {
        Some(&(_, least, most)) if (least..=most).contains(&operands.len()) => {
            Some(Expr::Call(format!("{DISTRIB}{name}"), operands))
        }
        Some(_) => {
            let message = format!("{name} does not take {} arguments", operands.len());
            fail(
                reader,
                head,
                codes::ARGUMENT_COUNT,
                &message,
                "give its parameters, then both limits or none",
            )
        }
        None => {
            let message = format!("the distribution {name:?} is not known");
            fail(reader, head, codes::CSYMBOL, &message, "see the package distrib for the distributions")
        }
    }
}

/// `rateOf` takes a symbol, nothing else.
fn rate_of_symbol(reader: &mut Reader<'_>, head: Node<'_, '_>, expr: Expr) -> Option<Expr> {
    if let Expr::Builtin(Builtin::Math(MathOperator::RateOf), args) = &expr
        && !matches!(args.as_slice(), [Expr::Symbol(_)])
    {
        let message = "rateOf takes an identifier, not an expression";
        return fail(reader, head, codes::RATE_OF, message, "put the expression into an assignment rule");
    }
    Some(expr)
}

fn piecewise(reader: &mut Reader<'_>, node: Node<'_, '_>, depth: usize) -> Option<Expr> {
    let mut args = Vec::new();
    let mut otherwise = None;
    for part in elements(node) {
        let inner: Vec<Node<'_, '_>> = elements(part).collect();
        match (part.tag_name().name(), inner.as_slice()) {
            ("piece", [value, condition]) => {
                args.push(expression(reader, *value, depth + 1)?);
                args.push(expression(reader, *condition, depth + 1)?);
            }
            ("otherwise", [value]) if otherwise.is_none() => {
                otherwise = Some(expression(reader, *value, depth + 1)?);
            }
            _ => {
                let help = "a <piece> has a value and a condition, the one <otherwise> has a value";
                return fail(reader, part, codes::MATH, "this part of <piecewise> is not complete", help);
            }
        }
    }
    args.extend(otherwise);
    Some(Expr::Builtin(Builtin::Math(MathOperator::Piecewise), args))
}

/// `a op b op c` for comparisons: every neighbouring pair must satisfy it.
pub(super) fn chain(op: BinaryOp, operands: Vec<Expr>) -> Option<Expr> {
    let pairs: Vec<Expr> =
        operands.windows(2).map(|pair| Expr::binary(op, pair[0].clone(), pair[1].clone())).collect();
    (!pairs.is_empty()).then(|| operators::balanced(BinaryOp::And, pairs, 1.0))
}
