use proptest::prelude::*;

use super::*;
use crate::source::{Lines, Source};

/// Reads a text and prints the expression, or the diagnostics.
fn read(text: &str) -> String {
    let lines = Lines::new(&[Source::new("x", text)]);
    let mut report = Report::new(&lines);
    let Some(line) = lines.lines.first() else { return String::new() };
    let value = whole_expression(&mut Cursor::new(line, 0), &mut report, &mut Vec::new());
    let diagnostics = report.finish(codes::TOO_MANY);
    if let Some(diagnostic) = diagnostics.first() {
        return diagnostic.to_string();
    }
    value.map(|e| e.to_string()).unwrap_or_default()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(read(text), expected, "{text}");
}

#[test]
fn operators_have_bionetgens_levels() {
    check("a+b*c^d", "(a+(b*(c^d)))");
    check("a-b-c", "((a-b)-c)");
    check("a/b*c", "((a/b)*c)");
    check("2**3", "(2^3)");
    check("a<b && c>=d || !e", "(((a<b)&&(c>=d))||(!e))");
    check("a ~= b", "(a!=b)");
    check("-a+b", "((-a)+b)");
    check("a - -5", "(a-(-5.0))");
    check("a*-b", "(a*(-b))");
    check("-(a^2)", "(-(a^2))");
    check("(-a)^2", "((-a)^2)");
    check("a^(b^c)", "(a^(b^c))");
}

#[test]
fn numbers_are_read_in_all_spellings() {
    check("1.", "1");
    check(".5", "0.5");
    check("1e3", "1000");
    check("1.5D-1", "0.15");
    check("6.022e23", "602200000000000000000000");
    check("10^-6", "(10^(-6.0))");
    check("3PG*2", "(3PG*2)");
}

#[test]
fn calls_without_arguments_are_symbols() {
    check("f()*g( x ,1)", "(f*g(x,1))");
    check("time()+time", "(time()+time())");
    check("if(a>1,b,max(c,d,e))", "if((a>1),b,max(c,d,e))");
    check("_pi()", "_pi");
}

#[test]
fn mistakes_are_named_with_their_place() {
    check(
        "a+",
        "x:1:3: error[BNGL0020]: expected a number, a name or \"(\", found the end of the line\n  help: complete the expression",
    );
    check(
        "(a+b",
        "x:1:5: error[BNGL0022]: missing \")\" for the \"(\" in column 1\n  help: close the parenthesis",
    );
    check(
        "a b",
        "x:1:3: error[BNGL0021]: unexpected \"b\" after an expression\n  help: write an operator, or start a comment with #",
    );
    check("exp(1,2)", "x:1:1: error[BNGL0024]: exp takes 1 argument, found 2\n  help: write exp(a)");
    check("1e999", "x:1:1: error[BNGL0023]: number 1e999 is too large\n  help: write a number below 1.8e308");
    check(
        "-a^2",
        "x:1:1: warning[BNGL0025]: a sign binds tighter than a power: -a^b is (-a)^b\n  help: write parentheses, -(a^b) or (-a)^b",
    );
    check(
        "a^b^c",
        "x:1:2: warning[BNGL0026]: two powers in a row are read from the right, a^(b^c)\n  help: write parentheses: BioNetGen 2 reads them from the left, (a^b)^c",
    );
    check(
        "tfun([0,0],[1,2],time)/10",
        "x:1:1: error[BNGL0027]: the table has places that do not ascend: 0 and 0\n  help: write tfun([0,1,2],[10,20,40],time) or tfun('file.tfun',time,method=>\"step\")",
    );
    check(
        "tfun('f.tfun')",
        "x:1:1: error[BNGL0027]: the table \"f.tfun\" cannot be read\n  help: put the file beside the model: two columns of numbers, lines with # are skipped",
    );
    check(
        "tfun([0,1],[1,2],time,method=>\"cubic\")",
        "x:1:38: error[BNGL0027]: tfun has an unknown method, at \")\"\n  help: write tfun([0,1,2],[10,20,40],time) or tfun('file.tfun',time,method=>\"step\")",
    );
}

#[test]
fn deep_nesting_and_long_sums_end_with_a_diagnostic() {
    for text in ["(".repeat(100_000), "-".repeat(100_000), "a^".repeat(100_000), "f(".repeat(100_000)] {
        assert!(read(&text).contains("BNGL0008"), "{}", &read(&text));
    }
    assert!(read(&vec!["a"; 100_000].join("+")).contains("BNGL0008"));
    assert!(!read(&vec!["a"; 900].join("+")).contains("BNGL"));
}

/// Expressions as the reader can produce them: a sign before a number is part of the number.
fn expressions() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        proptest::num::f64::NORMAL.prop_map(Expr::Number),
        (0u32..1000).prop_map(|n| Expr::Number(f64::from(n) / 8.0)),
        Just(Expr::Time),
        "[a-z_][a-z0-9_]{0,5}".prop_filter("reserved", |n| n != "time" && n != "tfun").prop_map(Expr::Symbol),
    ];
    leaf.prop_recursive(5, 60, 4, |inner| {
        prop_oneof![
            (any::<bool>(), inner.clone()).prop_map(|(negate, x)| {
                let op = if negate && !matches!(x, Expr::Number(_)) { UnaryOp::Negate } else { UnaryOp::Not };
                Expr::Unary(op, Box::new(x))
            }),
            (0usize..13, inner.clone(), inner.clone()).prop_map(|(i, x, y)| Expr::binary(OPS[i], x, y)),
            (0usize..28, proptest::collection::vec(inner.clone(), 3)).prop_map(|(i, args)| {
                let (builtin, _, least, _) = Builtin::ALL[i];
                Expr::Builtin(builtin, args[..least].to_vec())
            }),
            proptest::collection::vec(inner, 1..3).prop_map(|args| Expr::Call("f_1".to_string(), args)),
        ]
    })
}

const OPS: [BinaryOp; 13] = [
    BinaryOp::Add,
    BinaryOp::Subtract,
    BinaryOp::Multiply,
    BinaryOp::Divide,
    BinaryOp::Power,
    BinaryOp::Less,
    BinaryOp::LessEqual,
    BinaryOp::Greater,
    BinaryOp::GreaterEqual,
    BinaryOp::Equal,
    BinaryOp::NotEqual,
    BinaryOp::And,
    BinaryOp::Or,
];

proptest! {
    #[test]
    fn a_printed_expression_reads_back_the_same(expr in expressions()) {
        let text = expr.to_string();
        let lines = Lines::new(&[Source::new("x", &text)]);
        let mut report = Report::new(&lines);
        let back = whole_expression(&mut Cursor::new(&lines.lines[0], 0), &mut report, &mut Vec::new());
        prop_assert_eq!(back, Some(expr), "{}", text);
        prop_assert!(report.finish(codes::TOO_MANY).is_empty(), "{}", text);
    }
}
