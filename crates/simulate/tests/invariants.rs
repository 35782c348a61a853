//! What must hold for every model and every way of asking.

mod support;

use ode::System as _;
use proptest::prelude::*;
use simulate::{Run, RunOptions, Simulator};
use support::{network, run_to, simulator, text};

const LOTKA: &str = "A() -> A() + A() a;A() + B() -> B() + B() b;B() -> 0 c";

fn predator_prey() -> String {
    text("a 1;b 0.1;c 0.7", "A() 12;B() 5", "Molecules A A();Molecules B B()", "", LOTKA)
}

#[test]
fn output_times_never_change_the_solution() {
    let mut s = simulator(&predator_prey());
    let at = |s: &mut Simulator, times: &[f64]| {
        let run = Run { t_end: 20.0, output_times: times.to_vec(), ..Run::default() };
        let trajectory = s.run(&run).unwrap();
        let row = times.iter().position(|&t| t == 7.3).unwrap();
        (trajectory.state(row).to_vec(), trajectory.work())
    };
    let coarse = at(&mut s, &[7.3]);
    let fine: Vec<f64> = (0..2000).map(|i| f64::from(i) * 0.01).collect();
    assert_eq!(
        coarse,
        at(&mut s, &fine.iter().map(|&t| if (t - 7.3).abs() < 1e-9 { 7.3 } else { t }).collect::<Vec<_>>())
    );
}

#[test]
fn a_simulator_has_no_memory_of_earlier_runs() {
    let compiled = network(&predator_prey());
    let run = run_to(&[9.0]);
    let fresh = Simulator::new(compiled.clone()).run(&run).unwrap().state(0).to_vec();
    let mut used = Simulator::new(compiled);
    used.run(&Run { t_end: 3.0, parameters: vec![(0, 5.0)], output_times: vec![3.0], ..Run::default() })
        .unwrap();
    assert_eq!(used.run(&run).unwrap().state(0), fresh);
}

#[test]
fn conserved_totals_are_found_and_kept() {
    let model = text(
        "k 1;r 2",
        "A(b,p~U) 3;B(a) 2",
        "",
        "",
        "A(b) + B(a) <-> A(b!1).B(a!1) k, r;A(p~U) -> A(p~P) k;A(p~P) -> A(p~U) r",
    );
    let mut s = simulator(&model);
    let compiled = s.network().clone();
    assert_eq!(compiled.moieties().len(), 2);
    let before = compiled.initial_amounts(&compiled.parameter_values(&[]).unwrap()).unwrap();
    let after = s.run(&run_to(&[50.0])).unwrap().state(0).to_vec();
    for moiety in compiled.moieties() {
        assert!(moiety.terms.iter().all(|&(_, weight)| weight > 0.0), "{moiety:?}");
        // Rounding only: the sums are exact in the integrator's arithmetic.
        support::close(moiety.total(&after), moiety.total(&before), 1e-11);
    }
}

#[test]
fn a_fixed_species_stays_and_its_moiety_is_not_claimed() {
    let mut s = simulator(&text("k 1", "$D() 7;R(d) 2", "", "", "R(d) + D() -> D() + R(d) k;D() -> 0 k"));
    let d = s.network().species_idx("D()").unwrap();
    assert_eq!(s.run(&run_to(&[4.0])).unwrap().state(0)[d], 7.0);
    assert!(s.network().moieties().iter().all(|m| m.terms.iter().all(|&(i, _)| i != d)));
}

#[test]
fn the_hash_changes_with_a_number_and_with_nothing_else() {
    let hash = |k: &str| network(&text(&format!("k {k}"), "A() 1", "", "", "A() -> 0 k")).hash().to_string();
    assert_eq!(hash("1"), hash("1"));
    assert_ne!(hash("1"), hash("1.0000001"));
}

/// Expressions of the amounts a, b (positive) that are smooth enough for finite differences.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("A".to_string()),
        Just("B".to_string()),
        Just("p".to_string()),
        (1..9_i32).prop_map(|n| n.to_string())
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), prop_oneof![Just("+"), Just("-"), Just("*")])
                .prop_map(|(x, y, op)| format!("({x}{op}{y})")),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("({x}/(1+{y}^2))")),
            (inner.clone(), 1..4_i32).prop_map(|(x, n)| format!("(abs({x})^1.5+0.1)^{n}")),
            inner.clone().prop_map(|x| format!("exp(-abs({x}))")),
            inner.clone().prop_map(|x| format!("ln(1+abs({x}))")),
            inner.clone().prop_map(|x| format!("tanh({x})")),
            inner.clone().prop_map(|x| format!("sin({x})")),
            inner.prop_map(|x| format!("if(A>B,{x},2*{x})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_symbolic_jacobian_is_the_derivative(f in expression(), a in 0.2..3.0f64, b in 0.2..3.0f64) {
        // Away from the kinks of abs and if.
        prop_assume!((a - b).abs() > 1e-2);
        let model = text("p 0.7", &format!("A() {a};B() {b}"), "Molecules A A();Molecules B B()", &format!("f() = {f}"), "A() -> B() f()");
        let mut s = simulator(&model);
        s.run(&Run { options: RunOptions::default(), output_times: vec![0.0], ..Run::default() }).unwrap();
        let system = s.as_system();
        let n = system.n_states();
        let y = [a, b];
        let mut values = vec![0.0; system.jac_pattern().nnz()];
        system.jac(0.0, &y, &mut values);
        let mut dense = vec![0.0; n * n];
        for ((row, column), value) in system.jac_pattern().entries().zip(&values) {
            dense[row * n + column] = *value;
        }
        let (mut up, mut down) = (vec![0.0; n], vec![0.0; n]);
        for column in 0..n {
            let h = 1e-6 * y[column];
            let (mut y_up, mut y_down) = (y, y);
            y_up[column] += h;
            y_down[column] -= h;
            system.rhs(0.0, &y_up, &mut up);
            system.rhs(0.0, &y_down, &mut down);
            for row in 0..n {
                let difference = (up[row] - down[row]) / (2.0 * h);
                let exact = dense[row * n + column];
                // Rounding of the rate over 2h plus the third derivative times h^2.
                let slack = 1e-3 * exact.abs() + 1e-8 * (1.0 + up[row].abs() / h * 1e-6) + 1e-4 * up[row].abs();
                prop_assert!(!exact.is_finite() || (difference - exact).abs() <= slack, "{f}: {difference} vs {exact}");
            }
        }
    }

    #[test]
    fn the_program_computes_what_the_expression_says(f in expression(), a in 0.2..3.0f64, b in 0.2..3.0f64) {
        let model = text("p 0.7", &format!("A() {a};B() {b}"), "Molecules A A();Molecules B B()", &format!("f() = {f}"), "A() -> B() 0");
        let parsed = formats::bngl::parse(&[formats::Source::new("t.bngl", &model)]).into_result().unwrap();
        let expected = naive(&parsed.functions[0].body, a, b);
        let mut s = simulator(&model);
        let output = s.network().output_idx("f").unwrap();
        let run = Run { output_times: vec![0.0], ..Run::default() };
        let found = s.run(&run).unwrap().output(output)[0];
        prop_assert!(found == expected || (found - expected).abs() <= 1e-12 * expected.abs() || (found.is_nan() && expected.is_nan()));
    }
}

/// The plainest possible evaluator, to hold the compiled one against.
fn naive(e: &model::Expr, a: f64, b: f64) -> f64 {
    use model::{BinaryOp, Builtin, Expr, UnaryOp};
    let go = |e: &Expr| naive(e, a, b);
    match e {
        Expr::Number(x) => *x,
        Expr::Symbol(name) => match name.as_str() {
            "A" => a,
            "B" => b,
            _ => 0.7,
        },
        Expr::Unary(UnaryOp::Negate, x) => -go(x),
        Expr::Binary(op, x, y) => match op {
            BinaryOp::Add => go(x) + go(y),
            BinaryOp::Subtract => go(x) - go(y),
            BinaryOp::Multiply => go(x) * go(y),
            BinaryOp::Divide => go(x) / go(y),
            BinaryOp::Power => go(x).powf(go(y)),
            BinaryOp::Greater => f64::from(u8::from(go(x) > go(y))),
            other => panic!("{other:?} is not generated"),
        },
        Expr::Builtin(builtin, args) => match builtin {
            Builtin::Abs => go(&args[0]).abs(),
            Builtin::Exp => go(&args[0]).exp(),
            Builtin::Ln => go(&args[0]).ln(),
            Builtin::Tanh => go(&args[0]).tanh(),
            Builtin::Sin => go(&args[0]).sin(),
            Builtin::If => {
                if go(&args[0]) != 0.0 {
                    go(&args[1])
                } else {
                    go(&args[2])
                }
            }
            other => panic!("{other:?} is not generated"),
        },
        other => panic!("{other:?} is not generated"),
    }
}
