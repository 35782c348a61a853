//! Mathematics of SBML: every operator against its definition, and random expressions against an interpreter.

use model::reaction_system::{Parameter, Rule};
use model::{BinaryOp, Builtin, Expr, MathOperator, ReactionSystem, UnaryOp};
use proptest::prelude::*;
use simulate::{SpeciesAs, SystemRun, compile_system};

/// The value of an expression over x and y: x is a state at rest, y a constant, so both programs are used.
fn value(expr: &Expr, x: f64, y: f64) -> f64 {
    let parameter = |id: &str, value| Parameter { id: id.to_string(), value, constant: false };
    let rate = Expr::binary(BinaryOp::Multiply, Expr::Number(0.0), Expr::symbol("x"));
    let system = ReactionSystem {
        parameters: vec![parameter("x", Some(x)), parameter("y", Some(y)), parameter("z", None)],
        rules: vec![
            Rule::Rate { variable: "x".to_string(), math: rate },
            Rule::Assignment { variable: "z".to_string(), math: expr.clone() },
        ],
        ..ReactionSystem::default()
    };
    let compiled = compile_system(&system).expect("the system compiles");
    let run = SystemRun { output_times: vec![0.0], ..SystemRun::default() };
    let column = compiled.column("z", SpeciesAs::Symbol).expect("z is a symbol");
    compiled.run(&run).expect("the system runs").column(column)[0]
}

fn math(operator: MathOperator, args: &[Expr]) -> Expr {
    Expr::Builtin(Builtin::Math(operator), args.to_vec())
}

/// The same number, or no number both times.
fn assert_same(found: f64, expected: f64, what: &str) {
    let close = (found - expected).abs() <= 1e-12 * (1.0 + expected.abs());
    assert!(
        close || found == expected || (found.is_nan() && expected.is_nan()),
        "{what}: {found} is not {expected}"
    );
}

#[test]
fn every_operator_follows_its_definition() {
    use MathOperator as M;
    let (x, y): (f64, f64) = (0.7, 3.0);
    let one = [Expr::symbol("x")];
    let reversed = [Expr::symbol("y"), Expr::symbol("x")];
    for (operator, args, expected) in [
        (M::Sec, &one[..], 1.0 / x.cos()),
        (M::Csc, &one, 1.0 / x.sin()),
        (M::Cot, &one, 1.0 / x.tan()),
        (M::Sech, &one, 1.0 / x.cosh()),
        (M::Csch, &one, 1.0 / x.sinh()),
        (M::Coth, &one, 1.0 / x.tanh()),
        (M::Arccsch, &one, (1.0 / x).asinh()),
        (M::Arcsech, &one, (1.0 / x).acosh()),
        (M::Arccot, &one, (1.0 / x).atan()),
        (M::Arcsec, &reversed[..1], (1.0 / y).acos()),
        (M::Arccsc, &reversed[..1], (1.0 / y).asin()),
        (M::Arccoth, &reversed[..1], (1.0 / y).atanh()),
        (M::Factorial, &reversed[..1], 6.0),
        (M::Quotient, &reversed, 4.0),
        (M::Rem, &reversed, 3.0 - 4.0 * 0.7),
        (M::Root, &reversed, x.cbrt()),
        (M::Log, &reversed, x.ln() / y.ln()),
        (M::Implies, &reversed, 1.0),
        (M::Xor, &reversed, 0.0),
        (M::Product, &reversed, 2.1),
        (M::Avogadro, &[], 6.022_141_79e23),
    ] {
        assert_same(value(&math(operator, args), x, y), expected, operator.signature().0);
    }
}

#[test]
fn remainders_have_the_sign_of_the_dividend() {
    let args = [Expr::symbol("x"), Expr::symbol("y")];
    for (x, y, quotient, rest) in [(7.0, 2.0, 3.0, 1.0), (-7.0, 2.0, -3.0, -1.0), (7.0, -2.0, -3.0, 1.0)] {
        assert_same(value(&math(MathOperator::Quotient, &args), x, y), quotient, "quotient");
        assert_same(value(&math(MathOperator::Rem, &args), x, y), rest, "rem");
    }
}

#[test]
fn piecewise_takes_the_first_condition_and_may_be_undefined() {
    let is = |n: f64| Expr::binary(BinaryOp::Equal, Expr::symbol("x"), Expr::Number(n));
    let two = [Expr::Number(10.0), is(1.0), Expr::Number(20.0), is(2.0)];
    let piecewise = |args: &[Expr]| math(MathOperator::Piecewise, args);
    for (x, expected) in [(1.0, 10.0), (2.0, 20.0), (3.0, f64::NAN)] {
        assert_same(value(&piecewise(&two), x, 0.0), expected, "without otherwise");
    }
    let three = [&two[..], &[Expr::Number(30.0)]].concat();
    assert_same(value(&piecewise(&three), 3.0, 0.0), 30.0, "with otherwise");
}

fn expression() -> impl Strategy<Value = Expr> {
    let leaf =
        prop_oneof![(-3.0..3.0f64).prop_map(Expr::Number), Just(Expr::symbol("x")), Just(Expr::symbol("y"))];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let binary = prop::sample::select(vec![
            BinaryOp::Add,
            BinaryOp::Subtract,
            BinaryOp::Multiply,
            BinaryOp::Divide,
            BinaryOp::Less,
            BinaryOp::GreaterEqual,
            BinaryOp::And,
            BinaryOp::Or,
        ]);
        let operator =
            prop::sample::select(vec![MathOperator::Xor, MathOperator::Product, MathOperator::Piecewise]);
        prop_oneof![
            inner.clone().prop_map(|x| Expr::Unary(UnaryOp::Negate, Box::new(x))),
            inner.clone().prop_map(|x| Expr::Unary(UnaryOp::Not, Box::new(x))),
            (binary, inner.clone(), inner.clone()).prop_map(|(op, x, y)| Expr::binary(op, x, y)),
            (operator, prop::collection::vec(inner, 3)).prop_map(|(f, args)| math(f, &args)),
        ]
    })
}

/// The definition of each operator, one by one.
fn interpret(expr: &Expr, x: f64, y: f64) -> f64 {
    let go = |e: &Expr| interpret(e, x, y);
    let truth = |holds: bool| f64::from(u8::from(holds));
    match expr {
        Expr::Number(n) => *n,
        Expr::Symbol(name) if name == "x" => x,
        Expr::Symbol(_) => y,
        Expr::Unary(UnaryOp::Negate, a) => -go(a),
        Expr::Unary(UnaryOp::Not, a) => truth(go(a) == 0.0),
        Expr::Binary(op, a, b) => {
            let (a, b) = (go(a), go(b));
            match op {
                BinaryOp::Add => a + b,
                BinaryOp::Subtract => a - b,
                BinaryOp::Multiply => a * b,
                BinaryOp::Divide => a / b,
                BinaryOp::Less => truth(a < b),
                BinaryOp::GreaterEqual => truth(a >= b),
                BinaryOp::And => truth(a != 0.0 && b != 0.0),
                BinaryOp::Or => truth(a != 0.0 || b != 0.0),
                other => panic!("{other:?} is not generated"),
            }
        }
        Expr::Builtin(Builtin::Math(operator), args) => match operator {
            MathOperator::Xor => truth(args.iter().filter(|a| go(a) != 0.0).count() % 2 == 1),
            MathOperator::Product => args.iter().map(go).product(),
            MathOperator::Piecewise => {
                if go(&args[1]) != 0.0 {
                    go(&args[0])
                } else {
                    go(&args[2])
                }
            }
            other => panic!("{other:?} is not generated"),
        },
        other => panic!("{other:?} is not generated"),
    }
}

proptest! {
    #[test]
    fn programs_agree_with_an_interpreter(expr in expression(), x in -2.0..2.0f64, y in -2.0..2.0f64) {
        let (found, expected) = (value(&expr, x, y), interpret(&expr, x, y));
        // A factor of zero gives zero in programs, whatever the other one is; and a comparison of numbers that agree
        // to rounding may come out either way.
        if expected.is_finite() && found.is_finite() {
            let jumps = { let mut any = false; expr.walk(&mut |e| any |= matches!(e,
                Expr::Binary(BinaryOp::Less | BinaryOp::GreaterEqual, ..))); any };
            let close = (found - expected).abs() <= 1e-9 * (1.0 + expected.abs());
            prop_assert!(close || jumps, "{} is not {} for {:?}", found, expected, expr);
        }
    }
}
