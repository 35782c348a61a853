//! Compiled programs give the bits of the same operations in Rust.

use jit::{Array, Comparison, Function, MOST_INSTRUCTIONS, Program, Value, compile};
use proptest::prelude::*;

extern "C" fn exponential(x: f64) -> f64 {
    x.exp()
}

extern "C" fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

extern "C" fn median(x: f64, y: f64, z: f64) -> f64 {
    x.max(y).min(x.min(y).max(z))
}

const COMPARISONS: [Comparison; 7] = [
    Comparison::Less,
    Comparison::LessEqual,
    Comparison::Greater,
    Comparison::GreaterEqual,
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::NotGreater,
];

fn compare(comparison: Comparison, x: f64, y: f64) -> bool {
    match comparison {
        Comparison::Less => x < y,
        Comparison::LessEqual => x <= y,
        Comparison::Greater => x > y,
        Comparison::GreaterEqual => x >= y,
        Comparison::Equal => x == y,
        Comparison::NotEqual => x != y,
        Comparison::NotGreater => x <= y || x.is_nan() || y.is_nan(),
    }
}

/// Adds one instruction that is chosen by numbers, and computes it in Rust.
fn add(
    program: &mut Program,
    values: &mut Vec<(Value, f64)>,
    held: &mut bool,
    (kind, i, j, k): (u8, usize, usize, usize),
) {
    let pick = |i: usize| values[i % values.len()];
    let ((x, a), (y, b), (z, c)) = (pick(i), pick(j), pick(k));
    let comparison = COMPARISONS[k % COMPARISONS.len()];
    let next = match kind {
        0 => (program.negate(x), -a),
        1 => (program.add(x, y), a + b),
        2 => (program.subtract(x, y), a - b),
        3 => (program.multiply(x, y), a * b),
        4 => (program.divide(x, y), a / b),
        5 => (program.compare(comparison, x, y), f64::from(u8::from(compare(comparison, a, b)))),
        6 => (program.select(x, y, z), if a != 0.0 { b } else { c }),
        7 => (program.call(Function::One(exponential), &[x]), a.exp()),
        8 => (program.call(Function::Two(power), &[x, y]), a.powf(b)),
        9 => (program.call(Function::Three(median), &[x, y, z]), median(a, b, c)),
        10 => (program.absolute(x), a.abs()),
        _ => {
            program.require(comparison, x, y);
            *held &= compare(comparison, a, b);
            return;
        }
    };
    values.push(next);
}

proptest! {
    #[test]
    fn agrees_with_rust(
        numbers in proptest::collection::vec(prop_oneof![
            -10.0..10.0, Just(0.0), Just(-0.0), Just(f64::NAN), Just(f64::INFINITY), any::<f64>()
        ], 6),
        choices in proptest::collection::vec((0_u8..12, any::<usize>(), any::<usize>(), any::<usize>()), 1..120),
    ) {
        let n_most = choices.len() + numbers.len();
        let mut program = Program::new([2, 2, n_most]);
        let mut values = vec![
            (program.read(Array::First, 0), numbers[0]),
            (program.read(Array::First, 1), numbers[1]),
            (program.read(Array::Second, 1), numbers[2]),
            (program.scalar(), numbers[3]),
            (program.constant(numbers[4]), numbers[4]),
            (program.read(Array::Output, 0), numbers[5]),
        ];
        let mut held = true;
        for choice in choices {
            add(&mut program, &mut values, &mut held, choice);
        }
        for (position, (value, _)) in values.iter().enumerate() {
            program.write(position, *value);
        }
        let code = compile(&program).unwrap();
        let mut output = vec![0.0; n_most];
        output[0] = numbers[5];
        prop_assert_eq!(code.run(&numbers[..2], &[0.0, numbers[2]], numbers[3], &mut output), held);
        for (position, (_, expected)) in values.iter().enumerate() {
            let found = output[position];
            // Which of the not-a-numbers it is, no standard says.
            let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
            prop_assert!(same, "value {position}: {found} instead of {expected}");
        }
    }
}

#[test]
fn too_long_a_program_is_refused() {
    let mut program = Program::new([0, 0, 0]);
    let mut x = program.scalar();
    for _ in 0..MOST_INSTRUCTIONS {
        x = program.add(x, x);
    }
    assert!(compile(&program).unwrap_err().to_string().contains("too long"));
}

#[test]
#[should_panic(expected = "arrays of a compiled program")]
fn short_arrays_are_refused() {
    let mut program = Program::new([1, 0, 1]);
    let x = program.read(Array::First, 0);
    program.write(0, x);
    compile(&program).unwrap().run(&[], &[], 0.0, &mut [0.0]);
}

#[test]
#[should_panic(expected = "no position 1")]
fn positions_outside_are_refused() {
    Program::new([1, 0, 0]).read(Array::First, 1);
}

#[test]
fn code_can_be_used_from_several_threads() {
    let mut program = Program::new([1, 0, 1]);
    let (x, t) = (program.read(Array::First, 0), program.scalar());
    let sum = program.add(x, t);
    program.write(0, sum);
    let code = compile(&program).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let code = &code;
            scope.spawn(move || {
                let mut out = [0.0];
                code.run(&[1.0], &[], f64::from(thread), &mut out);
                assert_eq!(out, [1.0 + f64::from(thread)]);
            });
        }
    });
}
