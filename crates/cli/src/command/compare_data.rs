//! `resurge compare-data`: the model against tables of measurements.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Answer;
use super::settings::{LibraryArgs, OutputArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::comparison::{Distances, compare, data_folder, describe};
use crate::failure::Failure;
use crate::figure::{Chart, ChartAxis, ChartPanel, Mark, Shape, around, chart_svg, decades, png_from_svg};
use crate::output::RECORD_FILE;
use crate::progress::Progress;
use crate::table::{aligned, csv_bytes};
use pathway::words::significant;

/// Compare the model with tables of measurements: rank correlation, fold error, scatter
#[derive(Args)]
#[command(after_help = "\
Example:
  resurge compare-data comparison/lsp-brca-gr.toml --data bio

The tables are not part of the program. A description file says which table, which columns, and what
its cells and drugs are called here; those of the repository are in the folder comparison.")]
pub(super) struct CompareArgs {
    /// Description of a table of measurements (.toml)
    #[arg(value_name = "DESCRIPTION")]
    description: PathBuf,
    /// Folder with the tables [default: that in RESURGE_BIO, or bio]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

pub(super) fn run(args: &CompareArgs) -> Result<Answer, Failure> {
    args.tolerances.check()?;
    let description = describe(&args.description)?;
    let folder = data_folder(args.data.as_deref())?;
    let bench = OpenBench::open(&args.library.source(&args.tolerances)?)?;
    let record = bench.record();
    let (bench, settings, remarks) = bench.into_parts();
    let name = args.description.file_stem().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let mut out = args.output.prepare(&format!("{name}-comparison"))?;
    let target = out.target().to_path_buf();
    let progress = Progress::start("running what was measured");
    let distances = compare(&description, &folder, &bench, &settings)?;
    let figure = figure(&description.title, &description.source, &distances);
    out.write("pairs.csv", &pairs_csv(&distances)?)?;
    out.write("scatter.svg", figure.as_bytes())?;
    out.write("scatter.png", &png_from_svg(&figure, 2.0)?)?;
    let record = json!({
        "program": "resurge",
        "version": env!("CARGO_PKG_VERSION"),
        "command": "compare-data",
        "description": name,
        "record": record,
        "files": out.files(),
    });
    let json = serde_json::to_string_pretty(&record).unwrap_or_default();
    out.write(RECORD_FILE, format!("{json}\n").as_bytes())?;
    out.publish()?;
    drop(progress);
    let text = format!(
        "{}\n{}\n\n{}\nresults in {}\n",
        description.title,
        description.source,
        text(&distances),
        target.display()
    );
    Ok(Answer { remarks, ..Answer::text(text) })
}

fn text(distances: &[Distances]) -> String {
    let heading =
        ["quantity", "pairs", "not paired", "rank correlation", "median distance", "same direction", "worst"];
    let mut rows = vec![heading.map(String::from).to_vec()];
    for d in distances {
        let apart = |x: f64| if d.by_factors { format!("{}-fold", significant(x)) } else { significant(x) };
        let worst = d.worst().map_or_else(String::new, |p| {
            let numbers = format!("{} measured, {} here", significant(p.measured), significant(p.model));
            format!("{} {}: {numbers}", p.cell, p.what)
        });
        let or_none = |x: Option<String>| x.unwrap_or_else(|| "-".to_string());
        rows.push(vec![
            format!("{} ({})", d.quantity, d.unit),
            d.pairs.len().to_string(),
            d.unpaired.len().to_string(),
            or_none(d.rank_correlation().map(|r| format!("{r:+.2}"))),
            or_none(d.median().map(apart)),
            or_none(d.same_direction().map(|s| format!("{:.0} %", 100.0 * s))),
            worst,
        ]);
    }
    let mut text = aligned(&rows);
    for d in distances.iter().filter(|d| !d.unpaired.is_empty()) {
        text.push_str(&format!("\n{} that cannot be compared by a factor:\n", d.quantity));
        for u in &d.unpaired {
            text.push_str(&format!("  {} {}: measured {}, here {}\n", u.cell, u.what, u.measured, u.model));
        }
    }
    text
}

fn pairs_csv(distances: &[Distances]) -> Result<Vec<u8>, Failure> {
    let mut rows =
        vec![["quantity", "unit", "cell", "treatment", "measured", "model", "distance"].map(String::from)];
    for d in distances {
        rows.extend(d.pairs.iter().map(|p| {
            let [measured, model, apart] = [p.measured, p.model, d.distance(p)].map(|x| x.to_string());
            [d.quantity.clone(), d.unit.clone(), p.cell.clone(), p.what.clone(), measured, model, apart]
        }));
        rows.extend(d.unpaired.iter().map(|u| {
            let [measured, model] = [u.measured.clone(), u.model.clone()];
            [
                d.quantity.clone(),
                d.unit.clone(),
                u.cell.clone(),
                u.what.clone(),
                measured,
                model,
                String::new(),
            ]
        }));
    }
    csv_bytes(rows)
}

/// More dots than this bear no names.
const MOST_NAMED: usize = 30;

fn figure(title: &str, source: &str, distances: &[Distances]) -> String {
    let mut cells: Vec<String> =
        distances.iter().flat_map(|d| d.pairs.iter().map(|p| p.cell.clone())).collect();
    cells.sort();
    cells.dedup();
    let panels = distances.iter().filter(|d| !d.pairs.is_empty()).map(|d| {
        let values = || d.pairs.iter().flat_map(|p| [p.measured, p.model]);
        let axis = |who: &str| {
            let label = format!("{} {who} ({})", d.quantity, d.unit);
            if d.by_factors {
                ChartAxis::logarithmic(&label, decades(values()))
            } else {
                ChartAxis::linear(&label, around(values(), (0.0, 0.0)))
            }
        };
        let one_name = d.pairs.windows(2).all(|w| w[0].what == w[1].what);
        let marks = d.pairs.iter().map(|p| {
            let group = cells.iter().position(|c| *c == p.cell).unwrap_or(0);
            let shape = if d.pairs.len() <= MOST_NAMED && !one_name {
                Shape::Named(p.measured, p.model, p.what.clone())
            } else {
                Shape::Dots(vec![(p.measured, p.model, 0.0)])
            };
            Mark { group, shape }
        });
        let correlation = d.rank_correlation().map_or_else(|| "-".to_string(), |r| format!("{r:+.2}"));
        ChartPanel {
            title: format!("{}: {} pairs, rank correlation {correlation}", d.quantity, d.pairs.len()),
            x: axis("measured"),
            y: axis("here"),
            marks: marks.collect(),
            levels: Vec::new(),
            diagonal: true,
            notes: Vec::new(),
        }
    });
    chart_svg(&Chart {
        title: title.to_string(),
        subtitle: source.to_string(),
        description: text(distances),
        panels: panels.collect(),
        groups: cells,
        columns: None,
        table: None,
    })
}
