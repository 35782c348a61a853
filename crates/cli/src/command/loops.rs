//! `resurge loops`: which feedback carries a response.

use clap::Args;
use serde_json::json;

use super::Answer;
use super::settings::{LibraryArgs, OutputArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::draw::interpolate;
use crate::failure::Failure;
use crate::figure::{FigureArm, Panel, TimeCourse, png_from_svg, time_course_svg};
use crate::output::RECORD_FILE;
use crate::progress::Progress;
use crate::table::{aligned, csv_bytes};
use crate::view::LoopsView;

/// Cut each feedback in turn and see what becomes of a response
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge loops rodrik2011-azd8055
  resurge loops rodrik2011-azd8055 --readout pHER3 --at 8

Cutting a loop holds the rules that carry it at the strength they had when the experiment started,
and leaves everything else free (in silico loop opening). `resurge list loops` shows the loops.")]
pub(super) struct LoopsArgs {
    /// Id of an experiment, or an experiment file (.toml)
    #[arg(value_name = "EXPERIMENT")]
    experiment: String,
    /// Arm of the experiment; the first one that gets a treatment if left out
    #[arg(long, value_name = "ID")]
    arm: Option<String>,
    /// Read-out that the table is about; the first one of the experiment if left out
    #[arg(long, value_name = "ID")]
    readout: Option<String>,
    /// Time that the table is about, in hours; the end of the experiment if left out
    #[arg(long, value_name = "HOURS")]
    at: Option<f64>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

/// Changes of the response below this share of it are none.
const UNCHANGED: f64 = 0.02;
/// Loops that the figure draws beside the intact response: those that matter most.
const MOST_DRAWN: usize = 4;

pub(super) fn run(args: &LoopsArgs) -> Result<Answer, Failure> {
    args.tolerances.check()?;
    let mut bench = OpenBench::open(&args.library.source(&args.tolerances)?)?;
    let id = bench.find_experiment(&args.experiment)?;
    let progress = Progress::start("cutting loops");
    let view = bench.loops(&id, args.arm.as_deref())?;
    let readout = match &args.readout {
        None => 0,
        Some(name) => view.readouts.iter().position(|r| r.id == *name).ok_or_else(|| {
            let known = view.readouts.iter().map(|r| r.id.as_str());
            Failure::unknown_name("read-out of this experiment", name, known, "resurge explain EXPERIMENT")
        })?,
    };
    let end = view.times_h.last().copied().unwrap_or(0.0);
    let at_h = args.at.unwrap_or(end);
    if !(0.0..=end).contains(&at_h) {
        return Err(Failure::Option {
            option: "--at",
            value: at_h.to_string(),
            reason: format!("the experiment runs from 0 to {end} h"),
            help: format!("for example --at {}", (end / 2.0).round()),
        });
    }
    let rows = effects(&view, readout, at_h);
    let mut output = args.output.prepare(&format!("{id}-loops"))?;
    let folder = output.target().to_path_buf();
    let svg = figure(&view, readout, &rows);
    output.write("loops.svg", svg.as_bytes())?;
    output.write("loops.png", &png_from_svg(&svg, 2.0)?)?;
    output.write("loops.csv", &table(&view)?)?;
    let record = json!({
        "program": "resurge",
        "version": env!("CARGO_PKG_VERSION"),
        "command": "loops",
        "experiment": view.experiment,
        "arm": view.arm_id,
        "record": view.record,
        "files": output.files(),
    });
    let text = serde_json::to_string_pretty(&record).unwrap_or_default();
    output.write(RECORD_FILE, format!("{text}\n").as_bytes())?;
    output.publish()?;
    drop(progress);
    let text =
        format!("{}\nfigure, table and record in {}\n", words(&view, readout, at_h, &rows), folder.display());
    Ok(Answer { remarks: bench.remarks(), ..Answer::text(text) })
}

/// What cutting a loop does to the response at one time.
struct Effect {
    /// Position in the view.
    place: usize,
    /// The response without the loop, as a fold of the start.
    fold: f64,
    /// Its difference from the intact response, as a share of the intact one.
    change: f64,
    /// What is left of the rise from the lowest point before, as a share of the intact rise; `None` without a rise.
    rise: Option<f64>,
}

fn effects(view: &LoopsView, readout: usize, at_h: f64) -> Vec<Effect> {
    let intact = view.fold(&view.readouts[readout].intact);
    let value = |series: &[f64]| interpolate(&view.times_h, series, at_h).unwrap_or(f64::NAN);
    let rise = |series: &[f64]| {
        let before = view.times_h.iter().zip(series).filter(|(t, _)| **t <= at_h).map(|(_, v)| *v);
        value(series) - before.fold(f64::INFINITY, f64::min)
    };
    let whole = rise(&intact);
    let mut rows: Vec<Effect> = (0..view.loops.len())
        .map(|place| {
            let series = view.fold(&view.readouts[readout].cut[place]);
            let fold = value(&series);
            let change = (fold - value(&intact)) / value(&intact);
            Effect { place, fold, change, rise: (whole > UNCHANGED).then(|| rise(&series) / whole) }
        })
        .collect();
    rows.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    rows
}

fn words(view: &LoopsView, readout: usize, at_h: f64, rows: &[Effect]) -> String {
    let noun = &view.readouts[readout];
    let intact = interpolate(&view.times_h, &view.fold(&noun.intact), at_h).unwrap_or(f64::NAN);
    let mut text = format!(
        "{}\n{}, {}: {} at {at_h} h is {intact:.2}-fold of t = 0 with all loops closed\n\n",
        view.title, view.context, view.arm, noun.label
    );
    let mut lines =
        vec![["without", "fold of t = 0", "change", "rise that is left"].map(str::to_string).to_vec()];
    for row in rows {
        let change =
            if row.change.abs() < UNCHANGED { "none".to_string() } else { percent(row.change, true) };
        let rise = row.rise.map_or_else(|| "-".to_string(), |r| percent(r, false));
        lines.push(vec![view.loops[row.place].clone(), format!("{:.2}", row.fold), change, rise]);
    }
    text.push_str(&aligned(&lines));
    if let Some(first) = rows.first().filter(|r| r.change.abs() >= UNCHANGED) {
        let verb = if first.change < 0.0 { "lower" } else { "higher" };
        text.push_str(&format!(
            "\nwithout {} {} at {at_h} h would be {} {verb}\n",
            view.loops[first.place],
            noun.label,
            percent(first.change.abs(), false)
        ));
    } else {
        text.push_str(&format!("\nno loop moves {} at {at_h} h\n", noun.label));
    }
    text
}

fn percent(share: f64, signed: bool) -> String {
    let percent = 100.0 * share;
    if signed { format!("{percent:+.0} %") } else { format!("{percent:.0} %") }
}

fn figure(view: &LoopsView, readout: usize, rows: &[Effect]) -> String {
    let drawn: Vec<&Effect> = rows.iter().filter(|r| r.change.abs() >= UNCHANGED).take(MOST_DRAWN).collect();
    let arm = |label: String| FigureArm { label, treatments: view.treatments.clone() };
    let arms = std::iter::once(arm("all loops closed".to_string()))
        .chain(drawn.iter().map(|r| arm(format!("without {}", view.loops[r.place]))));
    let points = |series: &[f64]| view.times_h.iter().copied().zip(view.fold(series)).collect::<Vec<_>>();
    let mut order: Vec<usize> = (0..view.readouts.len()).collect();
    order.retain(|r| *r != readout);
    order.insert(0, readout);
    let panels = order.into_iter().map(|r| {
        let noun = &view.readouts[r];
        let series =
            std::iter::once(points(&noun.intact)).chain(drawn.iter().map(|d| points(&noun.cut[d.place])));
        Panel {
            animals: Vec::new(),
            errors: Vec::new(),
            title: noun.label.clone(),
            unit: "fold of t = 0".to_string(),
            reference: Some(1.0),
            series: series.collect(),
        }
    });
    time_course_svg(&TimeCourse {
        title: format!("Which loop carries it: {}", view.title),
        subtitle: format!(
            "{}. {}. Each loop is held at its strength before treatment.",
            view.context, view.arm
        ),
        description: words(view, readout, view.times_h.last().copied().unwrap_or(0.0), rows),
        start_h: 0.0,
        end_h: view.times_h.last().copied().unwrap_or(1.0),
        arms: arms.collect(),
        panels: panels.collect(),
        columns: None,
    })
}

/// Long form: one line per loop, read-out and time.
fn table(view: &LoopsView) -> Result<Vec<u8>, Failure> {
    let mut rows = vec![["without", "readout", "time_h", "value", "unit"].map(str::to_string)];
    for noun in &view.readouts {
        let all = std::iter::once(("", &noun.intact))
            .chain(view.loop_ids.iter().map(String::as_str).zip(&noun.cut));
        for (without, series) in all {
            for (t, value) in view.times_h.iter().zip(series) {
                rows.push([
                    without.into(),
                    noun.id.clone(),
                    t.to_string(),
                    value.to_string(),
                    noun.unit.clone(),
                ]);
            }
        }
    }
    csv_bytes(rows)
}
