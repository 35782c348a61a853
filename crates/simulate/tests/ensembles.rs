//! Jobs side by side have the bits of jobs one by one.

mod support;

use proptest::prelude::*;
use simulate::{
    Answer, Change, Ensemble, Initial, Job, Reducer, Run, RunOptions, ScheduledChange, SimulateError,
    Simulator, SteadyOptions, Trajectory, scan,
};
use support::{network, text};

/// Growth with a switch, a Hill function, a pulse of time when `timed`, and an explosion for large `boom`.
fn model(timed: bool) -> String {
    let drive = if timed { "if(time() < 2, k, 0.5*k)" } else { "k" };
    text(
        "k 1;d 0.5;n 2;boom 0;twice 2*k",
        "A() 1;B() 0.5;C() 0",
        "Molecules A A();Molecules B B()",
        &format!("drive() = {drive};hill() = twice*A^n/(1+A^n);burst() = boom*A"),
        "0 -> A() drive();A() -> 0 d;0 -> B() hill();B() -> C() d;C() -> 0 d;0 -> A() burst()",
    )
}

#[derive(Clone, Debug)]
struct Ask {
    k: f64,
    n: f64,
    boom: f64,
    dose: f64,
    end: f64,
    steady: bool,
    other_method: bool,
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let boom = prop_oneof![6 => Just(0.0), 1 => Just(1e4), 1 => Just(f64::NAN)];
    let ask = (0.0..3.0, 0.5..4.0, boom, 0.0..5.0, 0.0..9.0, any::<bool>(), 0u8..8).prop_map(
        |(k, n, boom, dose, end, steady, other)| Ask {
            k,
            n,
            boom,
            dose,
            end,
            steady,
            other_method: other == 0,
        },
    );
    prop::collection::vec(ask, 1..20)
}

fn job(ask: &Ask) -> Job {
    let parameters = vec![(0, ask.k), (2, ask.n), (3, ask.boom)];
    let method = if ask.other_method { ode::Method::Rodas4 } else { ode::Method::default() };
    let options = RunOptions { max_steps: 3000, method, ..RunOptions::default() };
    if ask.steady {
        let options = SteadyOptions { run: options, tau: 10.0, t_max: 1e4 };
        return Job::Steady { parameters, initial: Initial::Defaults, options };
    }
    let change = |share: f64, what| ScheduledChange { t: share * ask.end, what };
    Job::Run(Run {
        t_end: ask.end,
        parameters,
        changes: vec![
            change(0.0, Change::SetParameter(1, 0.4)),
            change(0.5, Change::AddSpecies(0, ask.dose)),
            change(0.5, Change::SetParameter(0, ask.dose)),
            change(1.0, Change::ScaleSpecies(vec![1], 2.0)),
        ],
        output_times: [0.0, 0.3, 0.5, 1.0].iter().map(|s| s * ask.end).collect(),
        options,
        ..Run::default()
    })
}

/// Everything that an answer says, with all bits.
fn bits(answer: &Result<Answer, SimulateError>) -> String {
    match answer {
        Ok(Answer::State(y)) => format!("{y:?}"),
        Ok(Answer::Trajectory(t)) => {
            let rows = 0..t.times().len();
            let rows: Vec<_> = rows.map(|row| (t.state(row), t.outputs_at(row))).collect();
            format!("{:?} {rows:?} {:?}", t.times(), t.work())
        }
        Err(error) => error.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn answers_do_not_depend_on_company(asks in asks(), timed in any::<bool>()) {
        let network = network(&model(timed));
        let jobs: Vec<Job> = asks.iter().map(job).collect();
        let mut single = Simulator::new(network.clone());
        let expected: Vec<String> = jobs.iter().map(|job| bits(&single.answer(job))).collect();
        let mut found = vec![Vec::new(); jobs.len()];
        let mut ensemble = Ensemble::new(network);
        let mut queue = jobs.iter().cloned().enumerate();
        // Each job is asked for twice, the second time as what follows the first.
        ensemble.run(&mut || queue.next(), &mut |&mut i, answer| {
            found[i].push(bits(&answer));
            (found[i].len() < 2).then(|| jobs[i].clone())
        });
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert_eq!(found, &vec![expected.clone(); 2]);
        }
    }
}

/// Values of a member at the end, by member.
#[derive(Default)]
struct Ends(std::collections::BTreeMap<u64, Vec<f64>>);

impl Reducer for Ends {
    fn take(&mut self, member: u64, trajectory: &Trajectory) {
        self.0.insert(member, trajectory.state(trajectory.times().len() - 1).to_vec());
    }
    fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

#[test]
fn a_scan_is_the_same_on_any_number_of_threads_and_names_failed_members() {
    let network = network(&model(false));
    let run_of = |member: u64| Run {
        t_end: 5.0,
        parameters: vec![(0, 0.1 * member as f64), (3, if member % 7 == 3 { 1e4 } else { 0.0 })],
        output_times: vec![5.0],
        options: RunOptions { max_steps: 3000, ..RunOptions::default() },
        ..Run::default()
    };
    let mut single = Simulator::new(network.clone());
    let scans = [1, 3].map(|threads| scan(&network, 40, threads, &run_of, &Ends::default, &|_| {}));
    for (ends, failed) in &scans {
        assert_eq!(failed.iter().map(|f| f.0).collect::<Vec<_>>(), [3, 10, 17, 24, 31, 38]);
        assert_eq!(ends.0.len(), 34);
        for (&member, end) in &ends.0 {
            assert_eq!(single.run(&run_of(member)).unwrap().state(0), end);
        }
    }
}

#[test]
fn some_of_the_jobs_fail_and_some_do_not() {
    let network = network(&model(false));
    let mut single = Simulator::new(network);
    let ask = Ask { k: 1.0, n: 2.0, boom: 0.0, dose: 1.0, end: 5.0, steady: true, other_method: false };
    assert!(matches!(single.answer(&job(&ask)), Ok(Answer::State(_))));
    let failed = single.answer(&job(&Ask { boom: 1e4, ..ask }));
    assert!(failed.is_err(), "{failed:?}");
}
