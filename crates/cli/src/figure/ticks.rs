//! Positions and labels of axis ticks.

const HOUR_STEPS: [f64; 18] = [
    1.0 / 60.0,
    1.0 / 12.0,
    0.25,
    0.5,
    1.0,
    2.0,
    4.0,
    6.0,
    12.0,
    24.0,
    48.0,
    96.0,
    168.0,
    336.0,
    720.0,
    1440.0,
    4380.0,
    8760.0,
];

/// Tick positions in hours: at most seven, at steps a laboratory uses (1, 2, 4, 6, 12, 24 h).
pub(super) fn hour_ticks(start_h: f64, end_h: f64) -> Vec<f64> {
    let span = (end_h - start_h).max(1e-9);
    let step = HOUR_STEPS.into_iter().find(|s| span / s <= 6.0 + 1e-9).unwrap_or(span / 6.0);
    multiples(start_h, end_h, step)
}

/// Tick positions of a linear axis: four or five steps of 1, 2, 2.5 or 5 times a power of ten.
pub(super) fn linear_ticks(low: f64, high: f64) -> Vec<f64> {
    let span = (high - low).max(1e-300);
    let magnitude = 10f64.powf((span / 4.0).log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * magnitude)
        .find(|s| span / s <= 4.6)
        .unwrap_or(10.0 * magnitude);
    multiples(low, high, step)
}

fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

/// Labels of ticks, all with the same number of decimals.
pub(super) fn tick_labels(ticks: &[f64]) -> Vec<String> {
    let largest = ticks.iter().fold(0.0f64, |m, t| m.max(t.abs()));
    if largest > 0.0 && !(1e-4..1e7).contains(&largest) {
        return ticks.iter().map(|t| if *t == 0.0 { "0".to_string() } else { format!("{t:.1e}") }).collect();
    }
    let decimals = (0..6).find(|&d| ticks.iter().all(|t| is_whole(t * 10f64.powi(d)))).unwrap_or(6);
    ticks.iter().map(|t| format!("{:.*}", decimals as usize, t + 0.0)).collect()
}

/// Spans of at least so many hours are labelled in days.
const IN_DAYS_FROM_H: f64 = 120.0;

/// Labels of ticks on a time axis of that span, and their unit.
pub(super) fn time_labels(ticks_h: &[f64], span_h: f64) -> (Vec<String>, &'static str) {
    if span_h < IN_DAYS_FROM_H {
        return (tick_labels(ticks_h), "h");
    }
    let days: Vec<f64> = ticks_h.iter().map(|t| t / 24.0).collect();
    (tick_labels(&days), "d")
}

fn is_whole(x: f64) -> bool {
    (x - x.round()).abs() < 1e-6 * x.abs().max(1.0)
}
