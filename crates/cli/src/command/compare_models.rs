//! `resurge compare-models`: mTOR kinase inhibition here and in published models.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Answer;
use super::model_files::read_system;
use super::settings::{LibraryArgs, OutputArgs, ToleranceArgs};
use crate::bench::OpenBench;
use crate::comparison::{AFTER_H, CRITERIA, Inhibition, describe_published};
use crate::failure::Failure;
use crate::figure::{FigureArm, Panel, TimeCourse, Treatment, png_from_svg, time_course_svg};
use crate::output::RECORD_FILE;
use crate::progress::Progress;
use crate::table::{aligned, csv_bytes};
use crate::view::ExperimentView;

/// Compare what mTOR inhibition does to AKT here and in published models
#[derive(Args)]
#[command(after_help = "\
Examples:
  resurge compare-models
  resurge compare-models comparison/published/*.toml --models biomodels

The question: does AKT lose both phosphates within the hour, get T308 back within a day and not S473,
and stay as it is without the drug? A description says which file of BioModels is meant, what its
AKT is called, and what mTORC1 and mTORC2 do in it; the inhibitor sets that to zero.")]
pub(super) struct CompareModelsArgs {
    /// Descriptions of published models (.toml)
    #[arg(value_name = "DESCRIPTION")]
    descriptions: Vec<PathBuf>,
    /// Folder with the SBML files of the published models
    #[arg(long, value_name = "DIR", default_value = "biomodels")]
    models: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    library: LibraryArgs,
    #[command(flatten)]
    tolerances: ToleranceArgs,
}

/// The experiment that is compared, its control and its treated arm.
const EXPERIMENT: &str = "rodrik2011-azd8055";
const TREATED: &str = "azd";

struct Row {
    title: String,
    source: String,
    inhibition: Inhibition,
}

pub(super) fn run(args: &CompareModelsArgs) -> Result<Answer, Failure> {
    args.tolerances.check()?;
    let mut bench = OpenBench::open(&args.library.source(&args.tolerances)?)?;
    let mut out = args.output.prepare("compare-models")?;
    let progress = Progress::start("inhibiting mTOR");
    let mut remarks = bench.remarks();
    let mut rows = vec![own(&bench.run(EXPERIMENT)?)?];
    for path in &args.descriptions {
        let published = describe_published(path)?;
        let (system, said) = read_system(&args.models.join(&published.file))?;
        remarks.push_str(&said);
        let inhibition = published.inhibit(system)?;
        rows.push(Row { title: published.title, source: published.source, inhibition });
    }
    let text = text(&rows);
    let svg = figure(&rows, &text);
    out.write("models.svg", svg.as_bytes())?;
    out.write("models.png", &png_from_svg(&svg, 2.0)?)?;
    out.write("models.csv", &courses(&rows)?)?;
    let record = json!({
        "program": "resurge",
        "version": env!("CARGO_PKG_VERSION"),
        "command": "compare-models",
        "models": rows.iter().map(|r| json!({ "title": r.title, "source": r.source })).collect::<Vec<_>>(),
        "record": bench.record(),
        "files": out.files(),
    });
    let json = serde_json::to_string_pretty(&record).unwrap_or_default();
    out.write(RECORD_FILE, format!("{json}\n").as_bytes())?;
    let target = out.target().to_path_buf();
    out.publish()?;
    drop(progress);
    Ok(Answer { remarks, ..Answer::text(format!("{text}\nfigure and table in {}\n", target.display())) })
}

/// This program's own response.
fn own(view: &ExperimentView) -> Result<Row, Failure> {
    let missing = |what: &str| {
        Failure::unknown_name("name that the comparison needs", what, std::iter::empty(), "resurge list")
    };
    let treated = view.arms.iter().position(|a| a.id == TREATED).ok_or_else(|| missing(TREATED))?;
    let control = usize::from(treated == 0);
    let values = |readout: &str, arm: usize| {
        let readout = view.readouts.iter().find(|r| r.id == readout).ok_or_else(|| missing(readout))?;
        Ok::<_, Failure>(readout.series[arm].values.clone())
    };
    let inhibition = Inhibition {
        times_h: view.arms[treated].times_h.clone(),
        t308: values("pAKT_T308", treated)?,
        s473: values("pAKT_S473", treated)?,
        untreated_t308: values("pAKT_T308", control)?,
    };
    let title = format!("resurge: {}, {}", view.context, view.arms[treated].figure.label);
    Ok(Row { title, source: "this program".to_string(), inhibition })
}

fn text(rows: &[Row]) -> String {
    let mut heading = vec!["model".to_string()];
    heading.extend(CRITERIA.iter().map(|c| c.name.to_string()));
    let mut lines = vec![heading];
    for row in rows {
        let mut line = vec![row.title.clone()];
        line.extend(CRITERIA.iter().map(|c| {
            let (value, holds) = c.judge(&row.inhibition);
            format!("{} ({value:.2})", if holds { "yes" } else { "no" })
        }));
        lines.push(line);
    }
    let mut text = aligned(&lines);
    text.push('\n');
    for criterion in &CRITERIA {
        text.push_str(&format!("{}: {}\n", criterion.name, criterion.rule));
    }
    text
}

fn figure(rows: &[Row], text: &str) -> String {
    let inhibitor = Treatment {
        label: "mTOR kinase inhibitor".to_string(),
        from_h: 0.0,
        to_h: AFTER_H,
        doses_h: Vec::new(),
    };
    let panel = |title: &str, series: fn(&Inhibition) -> &Vec<f64>| Panel {
        title: title.to_string(),
        unit: "fold of t = 0".to_string(),
        reference: Some(1.0),
        series: (rows.iter())
            .map(|r| {
                let folds = Inhibition::folds(series(&r.inhibition));
                r.inhibition.times_h.iter().copied().zip(folds).collect()
            })
            .collect(),
        animals: Vec::new(),
        errors: Vec::new(),
    };
    time_course_svg(&TimeCourse {
        title: "mTOR kinase inhibition here and in published models".to_string(),
        subtitle: "What mTORC1 and mTORC2 do is stopped at 0 h in each model.".to_string(),
        description: text.to_string(),
        start_h: 0.0,
        end_h: AFTER_H,
        arms: (rows.iter())
            .map(|r| FigureArm { label: r.title.clone(), treatments: vec![inhibitor.clone()] })
            .collect(),
        panels: vec![panel("p-AKT (T308)", |i| &i.t308), panel("p-AKT (S473)", |i| &i.s473)],
        columns: Some(2),
    })
}

/// Long form: one line per model and time.
fn courses(rows: &[Row]) -> Result<Vec<u8>, Failure> {
    let mut lines =
        vec![["model", "time_h", "T308_fold", "S473_fold", "T308_untreated_fold"].map(String::from)];
    for row in rows {
        let i = &row.inhibition;
        let [t308, s473, untreated] = [&i.t308, &i.s473, &i.untreated_t308].map(|x| Inhibition::folds(x));
        for (k, t) in i.times_h.iter().enumerate() {
            let numbers = [*t, t308[k], s473[k], untreated[k]].map(|x| x.to_string());
            let [t, t308, s473, untreated] = numbers;
            lines.push([row.title.clone(), t, t308, s473, untreated]);
        }
    }
    csv_bytes(lines)
}
