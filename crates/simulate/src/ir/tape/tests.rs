//! Programs against the direct evaluation of their expressions, and lanes against each other.

use model::{BinaryOp, Builtin};
use proptest::prelude::*;

use super::super::graph::{Graph, Node, NodeIdx, function, relation};
use super::super::mratio::mratio;
use super::{Tape, TapeScratch};

const N_PARAMETERS: usize = 3;
const N_STATES: usize = 4;
const LANES: usize = 8;

/// A graph whose nodes come from recipes: an operation and which earlier nodes it reads.
fn graph(recipes: &[(u8, usize, usize, usize)]) -> (Graph, Vec<NodeIdx>) {
    let mut g = Graph::default();
    let mut nodes = vec![g.time(), g.constant(0.5), g.constant(-2.0)];
    (0..N_PARAMETERS).for_each(|p| nodes.push(g.parameter(p)));
    (0..N_STATES).for_each(|s| nodes.push(g.state(s)));
    for &(operation, x, y, z) in recipes {
        let [x, y, z] = [x, y, z].map(|i| nodes[i % nodes.len()]);
        nodes.push(match operation {
            0 => g.negate(x),
            1 => g.add(x, y),
            2 => g.subtract(x, y),
            3 => g.multiply(x, y),
            4 => g.divide(x, y),
            5 => g.power(x, y),
            6 => g.relation(BinaryOp::Less, x, y),
            7 => g.function(Builtin::Exp, x),
            8 => g.function(Builtin::Sign, x),
            9 => g.min(x, y),
            10 => g.max(x, y),
            11 => g.select(x, y, z),
            12 => g.relation(BinaryOp::And, x, y),
            _ => g.function(Builtin::Sqrt, x),
        });
    }
    (g, nodes)
}

/// The value of every node, one after the other.
fn direct(g: &Graph, t: f64, parameters: &[f64], y: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = Vec::new();
    for &node in g.nodes() {
        let v = |x: NodeIdx| values[x.0 as usize];
        let value = match node {
            Node::Constant(bits) => f64::from_bits(bits),
            Node::Time => t,
            Node::Parameter(p) => parameters[p as usize],
            Node::State(s) => y[s as usize],
            Node::Negate(x) => -v(x),
            Node::Add(x, y) => v(x) + v(y),
            Node::Multiply(x, y) => v(x) * v(y),
            Node::Divide(x, y) => v(x) / v(y),
            Node::Power(x, y) => v(x).powf(v(y)),
            Node::Relation(op, x, y) => relation(op, v(x), v(y)),
            Node::Function(builtin, x) => function(builtin, v(x)),
            Node::Min(x, y) => v(x).min(v(y)),
            Node::Max(x, y) => v(x).max(v(y)),
            Node::Select(c, x, y) => {
                if v(c) != 0.0 {
                    v(x)
                } else {
                    v(y)
                }
            }
            Node::Mratio(a, b, z) => mratio(v(a), v(b), v(z)),
        };
        values.push(value);
    }
    values
}

/// Equal, both not a number, or zeros of either sign (a difference of equal numbers is one operation here).
fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

fn numbers(n: usize) -> impl Strategy<Value = Vec<f64>> {
    let number = prop_oneof![4 => -3.0..3.0, 1 => Just(0.0), 1 => Just(f64::INFINITY), 1 => Just(f64::NAN)];
    prop::collection::vec(number, n)
}

proptest! {
    #[test]
    fn programs_give_what_their_expressions_say(
        recipes in prop::collection::vec((0u8..14, 0usize..200, 0usize..200, 0usize..200), 0..120),
        wanted in prop::collection::vec(0usize..200, 1..12),
        parameters in numbers(N_PARAMETERS),
        states in prop::collection::vec(numbers(N_STATES), LANES),
    ) {
        let (g, nodes) = graph(&recipes);
        let outputs: Vec<NodeIdx> = wanted.iter().map(|w| nodes[w % nodes.len()]).collect();
        let tape = Tape::new(&g, &outputs, N_PARAMETERS, N_STATES);
        let mut scratch = TapeScratch::default();
        tape.prepare(&parameters, &mut scratch);
        let mut lanes = TapeScratch::<LANES>::default();
        let mut y = [[0.0; LANES]; N_STATES];
        let mut t = [0.0; LANES];
        for (lane, state) in states.iter().enumerate() {
            tape.prepare_lane(lane, &parameters, &mut lanes);
            t[lane] = lane as f64;
            (0..N_STATES).for_each(|s| y[s][lane] = state[s]);
        }
        let mut all = vec![[0.0; LANES]; outputs.len()];
        tape.evaluate_lanes(t, &y, &mut lanes, &mut all);
        let mut single = vec![0.0; outputs.len()];
        for (lane, state) in states.iter().enumerate() {
            tape.evaluate(lane as f64, state, &mut scratch, &mut single);
            let expected = direct(&g, lane as f64, &parameters, state);
            for (k, output) in outputs.iter().enumerate() {
                prop_assert!(same(single[k], expected[output.0 as usize]), "output {k}");
                // Bits, except that a number that is none may have any.
                prop_assert!(
                    single[k].to_bits() == all[k][lane].to_bits() || (single[k].is_nan() && all[k][lane].is_nan()),
                    "lane {lane}: {} is not {}", all[k][lane], single[k]
                );
            }
        }
    }

    #[test]
    fn machine_code_gives_the_bits_of_the_interpreter(
        recipes in prop::collection::vec((0u8..14, 0usize..200, 0usize..200, 0usize..200), 0..120),
        wanted in prop::collection::vec(0usize..200, 1..12),
        parameters in numbers(N_PARAMETERS),
        states in numbers(N_STATES),
    ) {
        let (g, nodes) = graph(&recipes);
        let outputs: Vec<NodeIdx> = wanted.iter().map(|w| nodes[w % nodes.len()]).collect();
        let tape = Tape::new(&g, &outputs, N_PARAMETERS, N_STATES);
        let mut scratch = TapeScratch::default();
        tape.prepare(&parameters, &mut scratch);
        let (mut interpreted, mut compiled) = (vec![0.0; outputs.len()], vec![0.0; outputs.len()]);
        tape.evaluate(0.7, &states, &mut scratch, &mut interpreted);
        tape.compilation().unwrap().run();
        prop_assert!(tape.compilation().is_none());
        tape.evaluate(0.7, &states, &mut scratch, &mut compiled);
        for (a, b) in interpreted.iter().zip(&compiled) {
            prop_assert!(a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan(), "{a} is not {b}");
        }
    }
}
