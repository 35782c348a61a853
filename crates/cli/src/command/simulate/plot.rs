//! Tables of time courses as pictures.

use std::path::Path;

use crate::failure::Failure;
use crate::figure::png_from_svg;
use crate::sedml::{Curve, Plot, Report, plot_svg};

/// More curves than this cannot be told apart.
const MOST_CURVES: usize = 14;
/// Dots per unit of the picture.
const SCALE: f32 = 2.0;

/// The picture of a table, as SVG or PNG by the ending of its file. Of several replicates the means are drawn, or
/// all of them when the table has them one by one.
pub(super) fn picture(target: &Path, head: &[String], rows: &[Vec<f64>]) -> Result<Vec<u8>, Failure> {
    let refuse = |option, reason: String, help: &str| {
        Err(Failure::Option { option, value: target.display().to_string(), reason, help: help.to_string() })
    };
    let ending = target.extension().unwrap_or_default().to_ascii_lowercase();
    if ending != "svg" && ending != "png" {
        return refuse(
            "--plot",
            "a picture is an .svg or .png file".to_string(),
            "for example --plot my.svg",
        );
    }
    let position = |name: &str| head.iter().position(|h| h == name);
    let (time, replicate) = (position("time").unwrap_or(0), position("replicate").filter(|i| *i == 0));
    let all = (0..head.len()).filter(|i| *i != time && Some(*i) != replicate);
    let means: Vec<usize> = all.clone().filter(|i| head[*i].ends_with(":mean")).collect();
    let shown = if means.is_empty() { all.collect() } else { means };
    if shown.len() > MOST_CURVES {
        let reason = format!("{} curves cannot be told apart", shown.len());
        return refuse("--plot", reason, "choose some with --columns A,B,C");
    }
    let number = |row: &Vec<f64>| replicate.map_or(0, |i| row[i] as u64);
    let curve = |column: &usize| Curve {
        label: head[*column].clone(),
        x_label: "time".to_string(),
        lines: (rows.chunk_by(|a, b| number(a) == number(b)))
            .map(|run| run.iter().map(|row| (row[time], row[*column])).collect())
            .collect(),
    };
    let svg = plot_svg(&Plot {
        title: target.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        curves: shown.iter().map(curve).collect(),
        logarithmic: (false, false),
        data: Report { id: String::new(), columns: Vec::new(), random: false },
    });
    if ending == "png" { Ok(png_from_svg(&svg, SCALE)?) } else { Ok(svg.into_bytes()) }
}
