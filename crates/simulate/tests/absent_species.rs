//! Species that are absent and stay absent are left out of the computation; no number changes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::sync::Arc;

use proptest::prelude::*;
use simulate::{Answer, Change, CompiledNetwork, Ensemble, Job, Run, ScheduledChange, Simulator, Trajectory};
use support::{network, text};

/// A cycle of phosphorylation with two drugs, what they bind and what comes of it; and a gene that `k_gene` switches on.
fn model() -> Arc<CompiledNetwork> {
    network(&text(
        "kon 3;koff 0.2;k 1;km 0.4;d1 0;d2 0;k_gene 0;hill 2",
        "A() 1;P() 0;E() 0.3;D1() d1;D2() d2;AD1() 0;AD2() 0;PD2() 0;M1() 0;M2() 0;G() 0",
        "Molecules P P();Molecules Bound AD1(),AD2(),PD2()",
        "speed() = k/(1+Bound);slow() = k*P^hill/(km^hill+P^hill)",
        "A()+E() -> P()+E() speed();P() -> A() slow();A()+D1() <-> AD1() kon,koff;A()+D2() <-> AD2() kon,koff;\
         P()+D2() <-> PD2() kon,koff;AD1() -> A()+M1() k;PD2() -> P()+M2() k;M1()+M2() -> 0 kon;\
         0 -> G() k_gene;G()+A() -> P()+G() k",
    ))
}

/// Smaller than any amount that matters, yet not zero: a species with it is computed.
const TRACE: f64 = 1e-250;
/// Above everything that comes of a trace.
const NOTHING: f64 = 1e-200;

#[derive(Clone, Debug)]
struct Ask {
    drugs: [f64; 2],
    later: f64,
    gene: f64,
    scale: bool,
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let amount = || prop_oneof![2 => Just(0.0), 1 => 0.1..3.0];
    let ask = (amount(), amount(), amount(), amount(), any::<bool>())
        .prop_map(|(d1, d2, later, gene, scale)| Ask { drugs: [d1, d2], later, gene, scale });
    prop::collection::vec(ask, 1..24)
}

fn run(network: &CompiledNetwork, ask: &Ask, trace: f64) -> Run {
    let parameter = |name| network.parameter_idx(name).unwrap();
    let changes = [
        (2.0, Change::AddSpecies(network.species_idx("D2()").unwrap(), ask.later)),
        (
            3.0,
            Change::ScaleSpecies((0..network.species().len()).collect(), if ask.scale { 0.5 } else { 1.0 }),
        ),
        (4.0, Change::SetParameter(parameter("k_gene"), 2.0 * ask.gene)),
    ];
    Run {
        t_end: 5.0,
        parameters: vec![
            (parameter("d1"), ask.drugs[0].max(trace)),
            (parameter("d2"), ask.drugs[1].max(trace)),
            (parameter("k_gene"), ask.gene.max(trace)),
        ],
        changes: changes.map(|(t, what)| ScheduledChange { t, what }).to_vec(),
        output_times: vec![0.0, 1.0, 2.0, 2.5, 3.5, 5.0],
        ..Run::default()
    }
}

/// All numbers with all bits, and the steps; what came of traces is nothing.
fn numbers(trajectory: &Trajectory) -> (Vec<f64>, String) {
    let rows = 0..trajectory.times().len();
    let all = rows.flat_map(|row| [trajectory.state(row), trajectory.outputs_at(row)].concat());
    (all.map(|v| if v.abs() < NOTHING { 0.0 } else { v }).collect(), format!("{:?}", trajectory.work()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn leaving_out_what_is_absent_changes_no_number(asks in asks()) {
        let network = model();
        let mut simulator = Simulator::new(network.clone());
        let mut expected = Vec::new();
        for ask in &asks {
            let [without, with] =
                [0.0, TRACE].map(|trace| numbers(&simulator.run(&run(&network, ask, trace)).unwrap()));
            prop_assert_eq!(&without, &with);
            expected.push(without);
        }
        let mut ensemble = Ensemble::new(network.clone());
        let mut queue = asks.iter().map(|ask| Job::Run(run(&network, ask, 0.0))).enumerate();
        let mut found = vec![None; asks.len()];
        ensemble.run(&mut || queue.next(), &mut |&mut i, answer| {
            if let Ok(Answer::Trajectory(trajectory)) = answer {
                found[i] = Some(numbers(&trajectory));
            }
            None
        });
        for (found, expected) in found.into_iter().zip(expected) {
            prop_assert_eq!(found, Some(expected));
        }
    }
}

#[test]
fn a_system_is_whole_again_after_a_run() {
    let network = model();
    let mut simulator = Simulator::new(network.clone());
    let ask = Ask { drugs: [0.0; 2], later: 0.0, gene: 0.0, scale: false };
    simulator.run(&run(&network, &ask, 0.0)).unwrap();
    let amounts = vec![1.0; network.species().len()];
    let rates = simulator.derivatives(0.0, &amounts);
    // A drug at 1 binds one protein with 3 and comes back with 0.2.
    let drug = network.species_idx("D1()").unwrap();
    assert!((rates[drug] - (0.2 - 3.0)).abs() < 1e-12, "{rates:?}");
}
