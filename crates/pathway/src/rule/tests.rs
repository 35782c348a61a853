//! Reading, printing and judging of rules.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::cohort::Group;

/// Values by arm: `up` rises by 1 per hour from 1, `flat` is 2, `gone` has no values.
struct Invented;

impl Values for Invented {
    fn value(&self, term: &Term) -> Result<f64, UndefinedValue> {
        match term.arm.as_str() {
            "up" => Ok(1.0 + term.time_h),
            "hill" => Ok(25.0 - (term.time_h - 5.0).powi(2)),
            "flat" => Ok(2.0),
            _ => Err(UndefinedValue { reason: "the run failed".to_string() }),
        }
    }
}

fn margin(rule: &str) -> f64 {
    parse(rule).unwrap().margin(&Invented).unwrap()
}

fn error(rule: &str) -> String {
    let error = parse(rule).unwrap_err();
    format!("{}: {} | {}", error.offset, error.message, error.help)
}

#[test]
fn margins_are_logarithms_of_ratios() {
    assert!((margin("x[up]@1h < 4") - 2f64.ln()).abs() < 1e-12);
    assert!((margin("x[up]@1h > 4") + 2f64.ln()).abs() < 1e-12);
    assert!((margin("x[up]@1h - 2 <= 0")).abs() < 1e-12);
    assert!((margin("x[up]@1h - 3 < 1") - 2.0).abs() < 1e-12);
    assert_eq!(margin("0 < 1e-30 * x[up]@1h"), MAX_MARGIN);
    assert_eq!(margin("1e-30 * x[up]@1h < 1"), MAX_MARGIN);
    assert_eq!(margin("x[up]@1h < 0"), -MAX_MARGIN);
    assert_eq!(margin("-1e-30 * x[up]@1h < 1"), MAX_MARGIN);
    assert!((margin("-1 < x[flat]@0h < 4") - 2f64.ln()).abs() < 1e-12);
    assert!((margin("1 < x[flat]@0h and (x[flat]@0h > 9 or x[flat]@0h < 3)") - 1.5f64.ln()).abs() < 1e-12);
}

#[test]
fn equality_holds_only_with_an_equal_sign() {
    assert!(margin("x[flat]@0h <= 2") == 0.0);
    assert!(margin("x[flat]@0h < 2") < 0.0);
    assert!(margin("0 < 0 * 1") < 0.0);
    assert!(margin("0 <= 0 * 1") == 0.0);
}

#[test]
fn functions_of_series_use_the_grid() {
    for rule in [
        "2.99 < max(x[up]@0h..2h) < 3.01",
        "1.99 < mean(x[up]@0h..2h) < 2.01",
        "0.99 < slope(x[up]@0h..30min) < 1.01",
        "4.9 < time_of_max(x[hill]@0h..10h) < 5.1",
        "time_of_min(x[hill]@1h..10h) > 9.9h",
        "2.9h < first_time(x[up]@0h..1d > 2 * x[flat]@0h) < 3.1h",
        "sum(1, 2, 3) >= 6 and min(4, 3) <= 300 % and max(1, 2) >= 2",
        "abs(-2) <= 2 and log2(8) >= 3 and sqrt(9) <= 3 and mean(1, 3) <= 2",
        "2 * 3 + 4 / 2 - 1 >= 7 and 8 / 4 / 2 <= 1 and 5 - 2 - 1 <= 2",
    ] {
        assert!(margin(rule) >= 0.0, "{rule}: {}", margin(rule));
    }
}

#[test]
fn an_event_that_never_happens_makes_comparisons_false() {
    assert_eq!(margin("first_time(x[flat]@0h..1h > 3) < 10"), NEVER_MARGIN);
    assert_eq!(margin("2 * first_time(x[flat]@0h..1h > 3) > 1"), NEVER_MARGIN);
}

#[test]
fn missing_and_infinite_values_have_a_reason() {
    let reason = |rule| parse(rule).unwrap().margin(&Invented).unwrap_err().reason;
    assert_eq!(reason("x[up]@0h < 2 or x[gone]@0h < 2"), "the run failed");
    assert_eq!(reason("x[up]@0h / (x[flat]@0h - 2) > 1"), "x[up]@0h / (x[flat]@0h - 2) is inf");
    assert_eq!(reason("log2(-1) > 0"), "log2(-1) is NaN");
}

#[test]
fn mistakes_are_explained_where_they_are() {
    for (rule, expected) in [
        (
            "",
            "0: expected a value, found the end | a value is written READOUT[ARM]@TIME, for example pAKT_T308[azd]@8h",
        ),
        ("x[a]@1h", "7: the rule compares nothing | add <, <=, > or >="),
        ("x[a]@8 < 2", "5: time 8 has no unit | write 8h, 8min or 8d"),
        ("x@8h < 2", "1: \"x\" has no arm | write x[ARM]@TIME"),
        ("x[a] < 2", "5: \"x[a]\" has no time | write x[a]@TIME"),
        (
            "x[a]@1h..2h < 2",
            "0: a stretch of time has many values | put it into min(...), max(...), mean(...) or slope(...)",
        ),
        ("x[a]@3h..2h < 2", "9: a stretch of time ends after it starts | "),
        ("maxx(x[a]@1h..2h) < 2", "0: unknown function \"maxx\" | did you mean \"max\"?"),
        ("slope(3) < 2", "0: slope needs a stretch of time | write slope(READOUT[ARM]@0h..24h)"),
        ("1 = 2", "2: \"=\" has no meaning here | compare with <, <=, > or >="),
        ("1 < 2 2", "6: expected \"and\", \"or\" or the end, found the number 2 | "),
        ("1 < 2 and 3", "10: this compares nothing | add <, <=, > or >= and a value"),
        ("(1 < 2) + 1 < 2", "0: a comparison is no number | "),
        ("x[a@1h < 2", "1: \"[\" is never closed | write READOUT[ARM]@TIME"),
        ("5 nM < 2", "0: \"5 nM\" is no time | times are written as s, min, h, d, week"),
    ] {
        assert_eq!(error(rule), expected, "{rule}");
    }
}

#[test]
fn figures_of_cohorts_have_their_own_mistakes() {
    for (rule, expected) in [
        ("cohort_mean(IRS1[t], bad) > 1", "21: expected good or poor, found \"bad\" | "),
        ("cohort_rho(IRS1[t], pFOXO[u]) > 0.3", "20: both markers belong to the same arm | "),
        ("cohort_median(IRS1[t]) < 12", "14: no median of \"IRS1\" | write cohort_median(progression[t])"),
    ] {
        assert_eq!(error(rule), expected, "{rule}");
    }
}

#[test]
fn a_path_names_an_experiment() {
    let rule = "rodrik2011-azd8055/pAKT[azd]@1h / x[a]@2h/y[b]@3h < 1";
    assert_eq!(parse(rule).unwrap().to_string(), "(rodrik2011-azd8055/pAKT[azd]@1h / x[a]@2h) / y[b]@3h < 1");
}

const OPERATORS: [Arithmetic; 4] =
    [Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply, Arithmetic::Divide];

fn signs() -> impl Strategy<Value = Sign> {
    select(vec![Sign::Less, Sign::LessEqual, Sign::Greater, Sign::GreaterEqual])
}

fn cohort_figures() -> impl Strategy<Value = (CohortFigure, Option<String>)> {
    let name = || "[A-Z][a-z0-9]{1,3}";
    let figure = prop_oneof![
        (name(), select(vec![Group::Good, Group::Poor])).prop_map(|(m, g)| CohortFigure::Mean(m, g)),
        (name(), name()).prop_map(|(a, b)| CohortFigure::Correlation(a, b)),
        name().prop_map(CohortFigure::HazardRatio),
        Just(CohortFigure::MedianProgression),
    ];
    (figure, prop::option::of("[a-z]{1,4}-[a-z0-9]{1,3}"))
}

fn expressions() -> impl Strategy<Value = Expression> {
    let series = (-5.0..5.0, 5.5..48.0, prop_oneof!["up", "flat", "hill"]).prop_map(|(from_h, to_h, arm)| {
        Series { experiment: None, readout: "x".to_string(), arm, from_h, to_h }
    });
    let leaf = prop_oneof![
        (0.0..1e3).prop_map(Expression::Number),
        (-5.0..48.0, prop_oneof!["up", "flat", "arm-2"], prop::option::of("[a-z]{1,4}-[a-z0-9]{1,3}"))
            .prop_map(|(time_h, arm, experiment)| Expression::Term(Term {
                experiment,
                readout: "y".to_string(),
                arm,
                time_h
            })),
        (select(SeriesFunction::ALL.map(|f| f.0).to_vec()), series.clone())
            .prop_map(|(f, s)| Expression::OfSeries(f, s)),
        cohort_figures().prop_map(|(figure, experiment)| {
            Expression::OfCohort(CohortStatistic { experiment, arm: "a b".to_string(), figure })
        }),
        (series, signs(), 0.0..30.0).prop_map(|(s, sign, x)| Expression::FirstTime(
            s,
            sign,
            Box::new(Expression::Number(x))
        )),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|x| Expression::Negate(Box::new(x))),
            (select(OPERATORS.to_vec()), inner.clone(), inner.clone())
                .prop_map(|(op, x, y)| Expression::Binary(op, Box::new(x), Box::new(y))),
            (select(ScalarFunction::ALL.to_vec()), prop::collection::vec(inner, 1..4)).prop_map(
                |((f, _, _, most), mut arguments)| {
                    arguments.truncate(most);
                    Expression::Call(f, arguments)
                }
            ),
        ]
    })
}

fn conditions() -> impl Strategy<Value = Condition> {
    let leaf = (expressions(), prop::collection::vec((signs(), expressions()), 1..3))
        .prop_map(|(first, rest)| Condition::Compare(Comparison { first, rest }));
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..3).prop_map(Condition::And),
            prop::collection::vec(inner, 2..3).prop_map(Condition::Or),
        ]
    })
}

/// Whether a condition holds, by plain comparison.
fn holds(condition: &Condition) -> bool {
    match condition {
        Condition::Or(parts) => parts.iter().any(holds),
        Condition::And(parts) => parts.iter().all(holds),
        Condition::Compare(c) => {
            let mut left = c.first.evaluate(&Invented).unwrap();
            c.rest.iter().fold(true, |all, (sign, right)| {
                let right = right.evaluate(&Invented).unwrap();
                let pair =
                    matches!((left, right), (Scalar::Number(a), Scalar::Number(b)) if sign.holds(a, b));
                left = right;
                all && pair
            })
        }
    }
}

proptest! {
    #[test]
    fn printing_and_reading_is_identity(condition in conditions()) {
        prop_assert_eq!(parse(&condition.to_string()).unwrap(), condition);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_mixture_of_pieces_is_read_without_panic(
        pieces in prop::collection::vec(prop_oneof![
            "x\\[a\\]@1h", "min\\(", "\\)", "<", ">=", "\\.\\.", "2h", "[0-9.e%]{1,4}", "and", "or", "/", "-", "@", "\\["
        ], 0..24)
    ) {
        let _ = parse(&pieces.concat());
        let _ = parse(&pieces.join(" "));
    }

    #[test]
    fn the_sign_of_the_margin_agrees_with_plain_comparison(condition in conditions()) {
        if let Ok(margin) = condition.margin(&Invented) {
            prop_assert_eq!(margin >= 0.0, holds(&condition));
        }
    }

    #[test]
    fn the_margin_of_any_two_numbers_agrees(a in prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::SUBNORMAL,
                                             b in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
        for sign in [Sign::Less, Sign::LessEqual, Sign::Greater, Sign::GreaterEqual] {
            for (a, b) in [(a, b), (a, a), (a, a.next_up())] {
                let margin = comparison_margin(a, sign, b);
                prop_assert!(margin.is_finite());
                prop_assert_eq!(margin >= 0.0, sign.holds(a, b));
            }
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_not_a_crash() {
    let deep = format!("{}1{} < 2", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(error(&deep), "64: more than 64 levels of parentheses | ");
    let minus = format!("{}1 < 2", "-".repeat(100_000));
    assert_eq!(error(&minus), "64: more than 64 levels of parentheses | ");
}
