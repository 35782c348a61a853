//! Time courses in words: "falls to 31 % by 1 h, is back at baseline by 6 h and 1.4-fold at 24 h".

/// Deviations from baseline that are not worth a word on a blot.
const NOTEWORTHY: f64 = 0.12;

/// What a fold-of-baseline series does, as a clause that follows the name of the read-out.
///
/// `series` holds (hours, fold of baseline); the first point is the baseline, so its fold is 1.
pub fn describe_fold(series: &[(f64, f64)]) -> String {
    let Some((&first, &last)) = series.first().zip(series.last()) else {
        return "was not measured".to_string();
    };
    if let Some(bad) = series.iter().find(|p| !p.1.is_finite()) {
        return format!("has no value from {} on", hours(bad.0));
    }
    let largest = series.iter().map(|p| (p.1 - 1.0).abs()).fold(0.0, f64::max);
    if largest <= NOTEWORTHY {
        return match (largest * 100.0 - 1e-6).ceil() as i64 {
            0 | 1 => "does not change".to_string(),
            percent => format!("stays within {percent} % of baseline"),
        };
    }
    let turns = turning_points(series);
    let mut clauses: Vec<String> = Vec::new();
    let mut from = first;
    for (k, &to) in turns.iter().enumerate() {
        let reached = time_nearly_there(series, from, to);
        let slow = k + 1 == turns.len() && late(reached, first.0, last.0);
        let when = if slow { format!("at {}", hours(last.0)) } else { format!("by {}", hours(reached)) };
        clauses.extend(clauses_of_leg(series, from, to, &when));
        from = to;
    }
    if let Some(tail) = tail_clause(series, &turns, last) {
        clauses.push(tail);
    }
    join(&clauses)
}

/// What a series in its own unit does: first value, extreme if it is neither end, last value.
pub fn describe_absolute(series: &[(f64, f64)], unit: &str) -> String {
    let Some((first, last)) = series.first().zip(series.last()) else {
        return "was not measured".to_string();
    };
    if let Some(bad) = series.iter().find(|p| !p.1.is_finite()) {
        return format!("has no value from {} on", hours(bad.0));
    }
    let span = series.iter().map(|p| p.1.abs()).fold(0.0, f64::max);
    let show = |v: f64| format!("{}{}", significant(v), suffix(unit));
    if series.iter().all(|p| (p.1 - first.1).abs() <= 0.02 * span) {
        return format!("stays at {}", show(first.1));
    }
    let margin = 0.1 * span;
    let (low, high) = (first.1.min(last.1) - margin, first.1.max(last.1) + margin);
    let extreme = series
        .iter()
        .filter(|p| p.1 < low || p.1 > high)
        .max_by(|a, b| (a.1 - first.1).abs().total_cmp(&(b.1 - first.1).abs()));
    match extreme {
        Some(e) => format!(
            "goes from {} to {} at {} and {} at {}",
            show(first.1),
            show(e.1),
            hours(e.0),
            show(last.1),
            hours(last.0)
        ),
        None => format!("goes from {} to {} at {}", show(first.1), show(last.1), hours(last.0)),
    }
}

/// A time as a person says it: "30 min", "1 h", "7.5 h", "24 h".
pub fn hours(t_h: f64) -> String {
    if t_h == 0.0 {
        "0 h".to_string()
    } else if t_h.abs() < 0.8 {
        format!("{} min", (t_h * 60.0 / 5.0).round().max(1.0) * 5.0)
    } else if t_h.abs() < 10.0 {
        format!("{} h", (t_h * 2.0).round() / 2.0)
    } else {
        format!("{} h", t_h.round())
    }
}

/// A fold of baseline as a person says it: "31 %", "baseline", "1.4-fold".
pub fn fold(value: f64) -> String {
    if (value - 1.0).abs() < 0.05 {
        "baseline".to_string()
    } else if value < 0.01 {
        "less than 1 %".to_string()
    } else if value < 1.0 {
        format!("{:.0} %", value * 100.0)
    } else if value < 9.95 {
        format!("{value:.1}-fold")
    } else {
        format!("{value:.0}-fold")
    }
}

/// Three significant digits, without an exponent where people would not use one.
pub fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_string() } else { "no value".to_string() };
    }
    let digits = value.abs().log10().floor() as i32;
    match digits {
        -3..=2 => {
            let text = format!("{value:.*}", (2 - digits).max(0) as usize);
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_string()
            } else {
                text
            }
        }
        3..=5 => format!("{value:.0}"),
        _ => format!("{value:.2e}"),
    }
}

fn suffix(unit: &str) -> String {
    if unit.is_empty() || unit == "1" { String::new() } else { format!(" {unit}") }
}

/// Ends of the rises and falls that are larger than a blot's noise (a zigzag filter).
fn turning_points(series: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut turns = Vec::new();
    let mut extreme = series[0];
    let mut direction = 0.0;
    for &point in series {
        let threshold = NOTEWORTHY.max(0.12 * extreme.1.abs());
        let move_from_extreme = point.1 - extreme.1;
        if direction == 0.0 {
            if move_from_extreme.abs() > threshold {
                direction = move_from_extreme.signum();
                extreme = point;
            }
        } else if move_from_extreme * direction >= 0.0 {
            extreme = point;
        } else if move_from_extreme.abs() > threshold {
            turns.push(extreme);
            direction = -direction;
            extreme = point;
        }
    }
    turns.push(extreme);
    turns
}

/// The first time at which nine tenths of the way from `from` to `to` are done.
fn time_nearly_there(series: &[(f64, f64)], from: (f64, f64), to: (f64, f64)) -> f64 {
    let close = 0.1 * (to.1 - from.1).abs();
    series.iter().find(|p| p.0 >= from.0 && p.0 <= to.0 && (p.1 - to.1).abs() <= close).map_or(to.0, |p| p.0)
}

/// Whether a time lies so near the end that "and stays there" would say nothing.
fn late(t_h: f64, start_h: f64, end_h: f64) -> bool {
    end_h - t_h <= 0.3 * (end_h - start_h)
}

fn clauses_of_leg(series: &[(f64, f64)], from: (f64, f64), to: (f64, f64), when: &str) -> Vec<String> {
    let near = |v: f64| (v - 1.0).abs() <= NOTEWORTHY;
    let level = fold(to.1);
    if near(to.1) {
        return vec![format!(
            "is back {} {when}",
            if to.1 < 0.95 || to.1 > 1.05 { "near baseline" } else { "at baseline" }
        )];
    }
    if to.1 < from.1 {
        let verb = if to.1 > 1.0 && !near(from.1) { "falls back to" } else { "falls to" };
        return vec![format!("{verb} {level} {when}")];
    }
    if near(from.1) || from.1 > 1.0 {
        return vec![format!("rises to {level} {when}")];
    }
    if to.1 < 1.0 {
        return vec![format!("recovers to {level} {when}")];
    }
    let crossing = series.iter().find(|p| p.0 >= from.0 && p.1 >= 1.0).map_or(to.0, |p| p.0);
    vec![format!("is back at baseline by {}", hours(crossing)), format!("rises to {level} {when}")]
}

/// Where the series is at its end, when that has not been said yet.
fn tail_clause(series: &[(f64, f64)], turns: &[(f64, f64)], last: (f64, f64)) -> Option<String> {
    let end = *turns.last()?;
    let before = if turns.len() > 1 { turns[turns.len() - 2] } else { series[0] };
    let reached = time_nearly_there(series, before, end);
    if late(reached, series[0].0, last.0) {
        return None;
    }
    let same = (last.1 - end.1).abs() <= 0.1 * end.1.abs().max(0.1);
    Some(if same {
        format!("stays there until {}", hours(last.0))
    } else {
        format!("is {} at {}", at_level(last.1), hours(last.0))
    })
}

fn at_level(value: f64) -> String {
    let text = fold(value);
    match text.as_str() {
        "baseline" => "at baseline".to_string(),
        _ if value < 1.0 => format!("at {text}"),
        _ => text,
    }
}

/// "45 %", "2.1-fold".
pub fn share_or_fold(value: f64) -> String {
    match value {
        v if !v.is_finite() => "no value".to_string(),
        v if v < 0.01 => "less than 1 %".to_string(),
        v if v < 1.15 => format!("{:.0} %", v * 100.0),
        v => format!("{v:.1}-fold"),
    }
}

fn join(clauses: &[String]) -> String {
    match clauses {
        [] => "does not change".to_string(),
        [only] => only.clone(),
        [head @ .., tail] => format!("{} and {tail}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let end = points.last().unwrap().0;
        let value = |t: f64| {
            let k = points.windows(2).position(|w| t <= w[1].0).unwrap();
            let ((t0, v0), (t1, v1)) = (points[k], points[k + 1]);
            v0 + (v1 - v0) * (t - t0) / (t1 - t0)
        };
        (0..=240).map(|k| end * f64::from(k) / 240.0).map(|t| (t, value(t))).collect()
    }

    fn check(points: &[(f64, f64)], expected: &str) {
        assert_eq!(describe_fold(&series(points)), expected);
    }

    #[test]
    fn fall_and_rebound() {
        check(
            &[(0.0, 1.0), (1.0, 0.31), (2.0, 0.31), (6.0, 1.0), (12.0, 1.4), (24.0, 1.4)],
            "falls to 31 % by 1 h, is back at baseline by 6 h, rises to 1.4-fold by 10 h and stays there until 24 h",
        );
        check(
            &[(0.0, 1.0), (1.0, 0.31), (6.0, 1.0), (24.0, 1.4)],
            "falls to 31 % by 1 h, is back at baseline by 6 h and rises to 1.4-fold at 24 h",
        );
    }

    #[test]
    fn fall_without_return() {
        check(&[(0.0, 1.0), (0.5, 0.05), (24.0, 0.04)], "falls to 4 % by 30 min and stays there until 24 h");
        check(
            &[(0.0, 1.0), (0.5, 0.002), (24.0, 0.001)],
            "falls to less than 1 % by 30 min and stays there until 24 h",
        );
    }

    #[test]
    fn no_change() {
        check(&[(0.0, 1.0), (24.0, 1.0)], "does not change");
        check(&[(0.0, 1.0), (24.0, 1.07)], "stays within 7 % of baseline");
    }

    #[test]
    fn overshoot_and_return() {
        check(
            &[(0.0, 1.0), (4.0, 3.0), (5.0, 3.0), (12.0, 1.02), (24.0, 1.0)],
            "rises to 3.0-fold by 3.5 h, is back at baseline by 11 h and stays there until 24 h",
        );
    }

    #[test]
    fn partial_recovery() {
        check(
            &[(0.0, 1.0), (1.0, 0.2), (8.0, 0.6), (24.0, 0.6)],
            "falls to 20 % by 1 h, recovers to 60 % by 7.5 h and stays there until 24 h",
        );
    }

    #[test]
    fn values_that_are_not_finite_are_said() {
        assert_eq!(describe_fold(&[(0.0, 1.0), (2.0, f64::NAN)]), "has no value from 2 h on");
        assert_eq!(describe_fold(&[]), "was not measured");
        assert_eq!(describe_absolute(&[], "nM"), "was not measured");
    }

    #[test]
    fn absolute_values_keep_their_unit() {
        assert_eq!(describe_absolute(&[(0.0, 3.1), (48.0, 24.26)], "%"), "goes from 3.1 % to 24.3 % at 48 h");
        assert_eq!(describe_absolute(&[(0.0, 0.02), (48.0, 0.02)], "1/h"), "stays at 0.02 1/h");
        assert_eq!(
            describe_absolute(&[(0.0, 1.0), (4.0, 5.0), (24.0, 2.0)], "nM"),
            "goes from 1 nM to 5 nM at 4 h and 2 nM at 24 h"
        );
    }
}
