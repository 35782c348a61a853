use super::*;

/// A synthetic experiment: the shape of a fall and rebound, different in each arm and panel.
fn sample(n_arms: usize, n_panels: usize, long_labels: bool) -> TimeCourse {
    let names = [
        "no drug",
        "AZD8055 500 nM",
        "rapamycin 20 nM",
        "lapatinib 1 uM",
        "AZD8055, then lapatinib",
        "MK-2206",
    ];
    let arms = (0..n_arms).map(|arm| FigureArm {
        label: if long_labels {
            format!("arm {arm} with a very long description: AZD8055 500 nM with lapatinib 1 uM from 8 h, FOXO3 down to 25 %")
        } else {
            names[arm % names.len()].to_string()
        },
        treatments: match arm {
            0 => vec![],
            4 => vec![
                Treatment { label: "AZD8055 500 nM".into(), from_h: 0.0, to_h: 24.0, doses_h: Vec::new() },
                Treatment { label: "lapatinib 200 nM".into(), from_h: 8.0, to_h: 24.0, doses_h: Vec::new() },
            ],
            _ => vec![Treatment { label: names[arm % names.len()].into(), from_h: 0.0, to_h: 24.0, doses_h: Vec::new() }],
        },
    });
    let panel = |panel: usize| Panel {
        title: if long_labels {
            format!("p-AKT substrates (PRAS40 T246) and other long names {panel}")
        } else {
            format!("p-AKT (T30{panel})")
        },
        unit: "fold of t = 0".into(),
        reference: Some(1.0),
        series: (0..n_arms).map(|arm| curve(arm, panel)).collect(),
        animals: Vec::new(),
        errors: Vec::new(),
    };
    TimeCourse {
        title: "mTOR kinase inhibitor in BT-474: AKT falls and comes back".into(),
        subtitle: "BT-474. What does AZD8055 do to AKT while it keeps mTOR off?".into(),
        description: "p-AKT (T308) falls to 31 % by 1 h & comes back".into(),
        start_h: 0.0,
        end_h: 24.0,
        arms: arms.collect(),
        panels: (0..n_panels).map(panel).collect(),
        columns: None,
    }
}

fn curve(arm: usize, panel: usize) -> Vec<(f64, f64)> {
    let (a, p) = (arm as f64, panel as f64);
    let value = |t: f64| match arm {
        0 => 1.0,
        _ => {
            (1.0 - 0.7 * (1.0 - (-t * 3.0).exp()))
                + (0.2 + 0.25 * a + 0.1 * p) * t.powi(2) / (t.powi(2) + 36.0 + 9.0 * a)
        }
    };
    (0..=96).map(|k| f64::from(k) * 0.25).map(|t| (t, value(t))).collect()
}

fn sample_blot(n_arms: usize, n_rows: usize) -> Blot {
    let figure = sample(n_arms, n_rows, false);
    let lanes = choose_lanes(0.0, 24.0, n_arms);
    let at = |series: &Vec<(f64, f64)>, t: f64| series.iter().find(|p| p.0 >= t).map(|p| p.1);
    Blot {
        title: "mTOR kinase inhibitor in BT-474: virtual blot".into(),
        description: "bands".into(),
        arms: figure
            .arms
            .iter()
            .map(|a| BlotArm { label: a.label.clone(), times_h: lanes.clone() })
            .collect(),
        rows: figure
            .panels
            .iter()
            .map(|panel| BlotRow {
                label: panel.title.clone(),
                signals: panel.series.iter().flat_map(|s| lanes.iter().map(|&t| at(s, t))).collect(),
            })
            .collect(),
    }
}

/// Set `RESURGE_FIGURE_SAMPLES` to a folder to keep the pictures and look at them.
fn keep(name: &str, svg: &str) {
    if let Some(folder) = std::env::var_os("RESURGE_FIGURE_SAMPLES") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::write(folder.join(format!("{name}.svg")), svg).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png_from_svg(svg, 1.5).unwrap()).unwrap();
    }
}

fn assert_sound(svg: &str, labels: &[&str]) {
    let tree = roxmltree::Document::parse(svg).unwrap();
    let texts: Vec<&str> = tree.descendants().filter_map(|n| n.text()).map(str::trim).collect();
    for label in labels {
        assert!(texts.contains(label), "{label:?} is missing in {texts:?}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "a number is not finite");
}

#[test]
fn figures_with_one_to_six_arms_and_one_to_twelve_panels_are_sound() {
    for (n_arms, n_panels) in [(1, 1), (2, 2), (3, 4), (3, 9), (6, 12), (5, 5)] {
        let svg = time_course_svg(&sample(n_arms, n_panels, false));
        assert_sound(&svg, &["p-AKT (T300)", "time (h)", "no drug", "fold of t = 0"]);
        keep(&format!("time-course-{n_arms}-{n_panels}"), &svg);
    }
}

#[test]
fn long_labels_are_shortened_and_stay_inside() {
    let svg = time_course_svg(&sample(3, 6, true));
    assert_sound(&svg, &["time (h)"]);
    keep("time-course-long", &svg);
}

#[test]
fn values_that_are_not_finite_leave_a_gap() {
    let mut figure = sample(2, 1, false);
    figure.panels[0].series[1][5].1 = f64::NAN;
    figure.panels[0].series[1][6].1 = f64::INFINITY;
    assert_sound(&time_course_svg(&figure), &["time (h)"]);
}

#[test]
fn an_empty_figure_is_still_a_picture() {
    assert_sound(&time_course_svg(&TimeCourse::default()), &[]);
    assert_sound(&blot_svg(&Blot::default()), &["loading control"]);
}

#[test]
fn the_description_is_escaped() {
    let svg = time_course_svg(&sample(1, 1, false));
    assert!(svg.contains("by 1 h &amp; comes back"), "{svg}");
}

#[test]
fn blots_have_a_row_per_read_out_and_a_loading_control() {
    for (n_arms, n_rows) in [(1, 1), (3, 6), (6, 9)] {
        let svg = blot_svg(&sample_blot(n_arms, n_rows));
        assert_sound(&svg, &["p-AKT (T300)", "loading control", "time (h)"]);
        keep(&format!("blot-{n_arms}-{n_rows}"), &svg);
    }
}

#[test]
fn darkness_saturates_and_keeps_order() {
    assert_eq!(blot::darkness(0.0), 0.0);
    assert!((blot::darkness(1.0) - 1.0).abs() < 1e-12);
    assert!(blot::darkness(0.5) > 0.5 && blot::darkness(0.5) < blot::darkness(0.6));
    assert_eq!(blot::darkness(f64::NAN), 0.0);
}

#[test]
fn hour_ticks_are_those_of_a_laboratory() {
    assert_eq!(ticks::hour_ticks(0.0, 24.0), [0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0]);
    assert_eq!(ticks::hour_ticks(0.0, 72.0), [0.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0]);
    assert_eq!(ticks::hour_ticks(-8.0, 24.0), [-6.0, 0.0, 6.0, 12.0, 18.0, 24.0]);
}

#[test]
fn tick_labels_share_their_decimals() {
    assert_eq!(ticks::tick_labels(&[0.0, 0.5, 1.0]), ["0.0", "0.5", "1.0"]);
    assert_eq!(ticks::tick_labels(&[0.0, 1.0, 2.0]), ["0", "1", "2"]);
}

#[test]
fn the_same_figure_gives_the_same_pixels() {
    let svg = time_course_svg(&sample(2, 2, false));
    assert_eq!(png_from_svg(&svg, 1.0).unwrap(), png_from_svg(&svg, 1.0).unwrap());
}
