//! How fast the engine is.
//!
//! Without arguments: a table of our own benchmarks. With `serve MODEL.xml T_END POINTS RTOL ATOL`: one SBML model for
//! the comparison with other programs, driven through standard input (`time REPEATS`, `values FILE`).
//! Times are those that the process spent on the processor, the smallest of several rounds: other processes do not count.
#![expect(clippy::print_stdout, reason = "a benchmark talks to a terminal")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has to stop")]

use std::fmt::Write as _;
use std::io::BufRead as _;
use std::sync::Arc;

use cpu_time::ProcessTime;
use formats::{Source, sbml};
use pathway::{Bench, Library, RunSettings};
use simulate::{
    CompiledNetwork, CompiledSystem, Ensemble, Job, Run, RunOptions, Simulator, SpeciesAs, SystemRun,
    Trajectory, compile_system,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => own(),
        ["serve", path, t_end, points, rtol, atol] => {
            let number = |text: &str| text.parse::<f64>().unwrap();
            let (t_end, points) = (number(t_end), points.parse().unwrap());
            serve(path, &system_run(t_end, points, number(rtol), number(atol)));
        }
        other => panic!("unknown arguments {other:?}"),
    }
}

/// Processor time of a piece of work, in seconds: the smallest of some rounds.
fn fastest<T>(rounds: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut once = || {
        let start = ProcessTime::now();
        let value = work();
        (start.elapsed().as_secs_f64(), value)
    };
    let first = once();
    (1..rounds).map(|_| once()).fold(first, |best, next| if next.0 < best.0 { next } else { best })
}

fn system_run(t_end: f64, points: usize, rtol: f64, atol: f64) -> SystemRun {
    let last = points.max(2) - 1;
    let output_times = (0..=last).map(|i| t_end * i as f64 / last as f64).collect();
    SystemRun { t_end, output_times, rtol, atol: Some(atol), ..SystemRun::default() }
}

fn load(text: &str) -> CompiledSystem {
    let parsed = sbml::parse(Source::new("model.xml", text)).into_result().unwrap();
    compile_system(&parsed).unwrap()
}

/// One model for others to compare with.
fn serve(path: &str, run: &SystemRun) {
    let text = std::fs::read_to_string(path).unwrap();
    let (seconds, compiled) = fastest(3, || load(&text));
    let first = compiled.run(run);
    println!(
        "{{\"load_s\": {seconds}, \"error\": {:?}}}",
        first.as_ref().err().map(ToString::to_string).unwrap_or_default()
    );
    let Ok(first) = first else { return };
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        match line.split_once(' ') {
            Some(("time", repeats)) => {
                let repeats: usize = repeats.parse().unwrap();
                let (seconds, _) = fastest(1, || (0..repeats).for_each(|_| drop(compiled.run(run))));
                println!("{{\"s\": {}, \"steps\": {}}}", seconds / repeats as f64, first.steps());
            }
            Some(("values", file)) => {
                std::fs::write(file, table(&compiled, &first)).unwrap();
                println!("{{}}");
            }
            _ => return,
        }
    }
}

/// Concentrations of all species over time, as a table with tabs.
fn table(compiled: &CompiledSystem, trajectory: &simulate::SystemTrajectory) -> String {
    let columns: Vec<(&str, Vec<f64>)> = compiled
        .species()
        .map(|name| (name, trajectory.column(compiled.column(name, SpeciesAs::Concentration).unwrap())))
        .collect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut text = names.join("\t") + "\n";
    for row in 0..trajectory.times().len() {
        let values: Vec<String> = columns.iter().map(|(_, column)| format!("{:?}", column[row])).collect();
        writeln!(text, "{}", values.join("\t")).unwrap();
    }
    text
}

fn own() {
    println!("{:<46} {:>12} {:>9} {:>9}", "benchmark", "time", "steps", "LU");
    for n in [100, 1_000, 10_000] {
        let text = cascade_sbml(n);
        let (seconds, compiled) = fastest(if n > 1000 { 1 } else { 3 }, || load(&text));
        row(&format!("cascade of {n}: read and compile"), seconds, "", "");
        let run = system_run(50.0, 101, 1e-6, 1e-9);
        let (seconds, trajectory) = fastest(3, || compiled.run(&run).unwrap());
        row(&format!("cascade of {n}: one run, 101 times"), seconds, &trajectory.steps().to_string(), "");
    }
    ensembles();
    curated();
}

fn row(name: &str, seconds: f64, steps: &str, factorisations: &str) {
    let time = match seconds {
        s if s < 1e-3 => format!("{:.2} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    };
    println!("{name:<46} {time:>12} {steps:>9} {factorisations:>9}");
}

/// X_i is made at the rate a_i (1 − X_i) X_{i−1} and lost at the rate d_i X_i.
fn cascade_sbml(n: usize) -> String {
    const MATH: &str = "<kineticLaw><math xmlns=\"http://www.w3.org/1998/Math/MathML\">";
    let (mut species, mut parameters, mut reactions) = (String::new(), String::new(), String::new());
    for i in 0..n {
        let (a, d) = (1.0 + 0.1 * (i % 7) as f64, 0.5 + 0.05 * (i % 5) as f64);
        write!(
            species,
            "<species id=\"X{i}\" compartment=\"c\" initialConcentration=\"0\" hasOnlySubstanceUnits=\"false\" \
             boundaryCondition=\"false\" constant=\"false\"/>"
        )
        .unwrap();
        write!(
            parameters,
            "<parameter id=\"a{i}\" value=\"{a}\" constant=\"true\"/>\
             <parameter id=\"d{i}\" value=\"{d}\" constant=\"true\"/>"
        )
        .unwrap();
        let before = i.checked_sub(1);
        let source = before.map_or(String::new(), |b| format!("<ci>X{b}</ci>"));
        let modifier = before.map_or(String::new(), |b| {
            format!("<listOfModifiers><modifierSpeciesReference species=\"X{b}\"/></listOfModifiers>")
        });
        write!(
            reactions,
            "<reaction id=\"on{i}\" reversible=\"false\" fast=\"false\"><listOfProducts><speciesReference \
             species=\"X{i}\" stoichiometry=\"1\" constant=\"true\"/></listOfProducts>{modifier}{MATH}<apply><times/>\
             <ci>a{i}</ci><apply><minus/><cn>1</cn><ci>X{i}</ci></apply>{source}</apply></math></kineticLaw></reaction>\
             <reaction id=\"off{i}\" reversible=\"false\" fast=\"false\"><listOfReactants><speciesReference \
             species=\"X{i}\" stoichiometry=\"1\" constant=\"true\"/></listOfReactants>{MATH}<apply><times/>\
             <ci>d{i}</ci><ci>X{i}</ci></apply></math></kineticLaw></reaction>"
        )
        .unwrap();
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><sbml xmlns=\"http://www.sbml.org/sbml/level3/version1/core\" \
         level=\"3\" version=\"1\"><model id=\"cascade\"><listOfCompartments><compartment id=\"c\" size=\"1\" \
         spatialDimensions=\"3\" constant=\"true\"/></listOfCompartments><listOfSpecies>{species}</listOfSpecies>\
         <listOfParameters>{parameters}</listOfParameters><listOfReactions>{reactions}</listOfReactions></model></sbml>"
    )
}

/// The curated network with many parameter vectors: one after the other, and side by side.
fn ensembles() {
    let bench = Bench::new(library()).unwrap();
    let network = bench.compiled().clone();
    let jobs: Vec<Run> = (0..256).map(|member| member_run(&network, member)).collect();
    let (rhs, jac) = network.instruction_counts();
    println!("curated network: {} species, {rhs} and {jac} instructions", network.species().len());
    let mut simulator = Simulator::new(network.clone());
    let (seconds, counts) = fastest(3, || {
        let mut counts = Counts::default();
        jobs.iter().for_each(|run| counts.add(&simulator.run(run).unwrap()));
        counts
    });
    let count = jobs.len() as f64;
    let each = |n: u64| format!("{:.0}", n as f64 / count);
    let of = |counts: &Counts| (each(counts.steps), each(counts.factorisations));
    row("curated network: a run, one after the other", seconds / count, &of(&counts).0, &of(&counts).1);
    let mut ensemble = Ensemble::new(network);
    let (seconds, counts) = fastest(3, || {
        let mut counts = Counts::default();
        let mut runs = jobs.iter().map(|run| ((), Job::Run(run.clone())));
        ensemble.run(&mut || runs.next(), &mut |(), answer| {
            if let simulate::Answer::Trajectory(trajectory) = answer.unwrap() {
                counts.add(&trajectory);
            }
            None
        });
        counts
    });
    row("curated network: a run, side by side", seconds / count, &of(&counts).0, &of(&counts).1);
}

/// Work of several runs.
#[derive(Default)]
struct Counts {
    steps: u64,
    factorisations: u64,
}

impl Counts {
    fn add(&mut self, trajectory: &Trajectory) {
        self.steps += trajectory.work().steps_accepted;
        self.factorisations += trajectory.work().factorisations;
    }
}

/// All parameters times factors between 1/1.3 and 1.3 that depend on the member alone.
fn member_run(network: &Arc<CompiledNetwork>, member: u64) -> Run {
    let base = network.parameter_values(&[]).unwrap();
    let mut state = member.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let mut factor = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1.3_f64.powf((state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)
    };
    Run {
        t_end: 72.0,
        parameters: base.iter().enumerate().map(|(i, value)| (i, value * factor())).collect(),
        output_times: (0..=72).map(f64::from).collect(),
        options: RunOptions::default(),
        ..Run::default()
    }
}

fn library() -> Library {
    Library::embedded().unwrap()
}

/// All findings of the curated library.
fn curated() {
    let (seconds, bench) = fastest(3, || Bench::new(library()).unwrap());
    row("curated library: network and compilation", seconds, "", "");
    let findings: Vec<_> = bench.library().findings().iter().collect();
    let settings = RunSettings::default();
    let (seconds, scores) = fastest(3, || bench.check(&findings, &settings, &|_, _| {}));
    drop(scores);
    row(&format!("curated library: {} findings, sum over threads", findings.len()), seconds, "", "");
}
