//! Reaction systems against closed forms, and what must stay true of them.

use formats::{Source, sbml};
use model::ReactionSystem;
use simulate::{SpeciesAs, SystemError, SystemRun, SystemTrajectory, compile_system};

/// A Level 3 Version 2 model around this content; `[...]` stands for MathML of a formula in prefix notation.
fn system(content: &str) -> ReactionSystem {
    level(content, "http://www.sbml.org/sbml/level3/version2/core", 3, 2)
}

fn level(content: &str, namespace: &str, level: u32, version: u32) -> ReactionSystem {
    let mut text = String::new();
    let mut rest = content;
    while let Some((before, after)) = rest.split_once('[') {
        let (formula, after) = after.split_once(']').expect("a closing bracket");
        text += before;
        text += &format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">{}</math>", mathml(formula));
        rest = after;
    }
    text += rest;
    let document = format!(
        "<sbml xmlns=\"{namespace}\" level=\"{level}\" version=\"{version}\"><model>{text}</model></sbml>"
    );
    let parsed = sbml::parse(Source::new("m.xml", &document));
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    parsed.value
}

/// `times k (plus a 1)` as MathML: operators with as many operands as follow up to a closing parenthesis.
fn mathml(formula: &str) -> String {
    let spaced = formula.replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace();
    let first = words.next().expect("a formula");
    let mut stack = Vec::new();
    let mut text = open(first, &mut stack);
    let mut start = false;
    for word in words {
        match word {
            "(" => start = true,
            ")" => text += &stack.pop().expect("an open parenthesis"),
            _ if start => {
                text += &open(word, &mut stack);
                start = false;
            }
            _ => text += &leaf(word),
        }
    }
    while let Some(end) = stack.pop() {
        text += &end;
    }
    text
}

fn leaf(word: &str) -> String {
    let symbol = |name| {
        format!(
            "<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/{name}\">{name}</csymbol>"
        )
    };
    match word {
        "time" | "delay" | "rateOf" => symbol(word),
        _ if word.parse::<f64>().is_ok() => format!("<cn>{word}</cn>"),
        _ => format!("<ci>{word}</ci>"),
    }
}

fn open(word: &str, stack: &mut Vec<String>) -> String {
    const OPERATORS: [&str; 17] = [
        "plus", "minus", "times", "divide", "power", "gt", "geq", "lt", "leq", "eq", "and", "sin", "exp",
        "abs", "floor", "delay", "rateOf",
    ];
    if !OPERATORS.contains(&word) {
        return leaf(word);
    }
    stack.push("</apply>".to_string());
    let operator = if word == "delay" || word == "rateOf" { leaf(word) } else { format!("<{word}/>") };
    format!("<apply>{operator}")
}

fn parameters(list: &[(&str, f64)]) -> String {
    let all: String = list
        .iter()
        .map(|(id, v)| format!("<parameter id=\"{id}\" value=\"{v:?}\" constant=\"false\"/>"))
        .collect();
    format!("<listOfParameters>{all}</listOfParameters>")
}

fn event(trigger: &str, more: &str, assignments: &[(&str, &str)]) -> String {
    let all: String = assignments
        .iter()
        .map(|(v, f)| format!("<eventAssignment variable=\"{v}\">[{f}]</eventAssignment>"))
        .collect();
    format!(
        "<event useValuesFromTriggerTime=\"true\"><trigger initialValue=\"true\" persistent=\"true\">[{trigger}]\
         </trigger>{more}<listOfEventAssignments>{all}</listOfEventAssignments></event>"
    )
}

fn run(system: &ReactionSystem, times: &[f64]) -> Result<SystemTrajectory, SystemError> {
    let t_end = times.last().copied().unwrap_or(0.0);
    compile_system(system)?.run(&SystemRun { t_end, output_times: times.to_vec(), ..SystemRun::default() })
}

fn values(system: &ReactionSystem, name: &str, times: &[f64]) -> Vec<f64> {
    let trajectory = run(system, times).expect("the model runs");
    let compiled = compile_system(system).expect("the model compiles");
    let column = compiled.column(name, SpeciesAs::Symbol).expect("the symbol exists");
    trajectory.column(column)
}

/// Default tolerances are 1e-8 per step; a hundred steps may add up.
fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() <= 1e-6 * (1.0 + e.abs()), "{found:?} is not {expected:?}");
    }
}

#[test]
fn a_state_event_happens_where_it_should_whatever_the_grid() {
    // x' = -x from 1; when x falls below 0.5, x := 2: periods of ln 2 and then ln 4.
    let rules = "<listOfRules><rateRule variable=\"x\">[minus x]</rateRule></listOfRules>";
    let events = format!("<listOfEvents>{}</listOfEvents>", event("lt x 0.5", "", &[("x", "2")]));
    let model = system(&(parameters(&[("x", 1.0)]) + rules + &events));
    let after: f64 = 3.0 - 5.0 * 2.0_f64.ln();
    let coarse = values(&model, "x", &[0.0, 3.0]);
    assert_close(&coarse, &[1.0, 0.5 * 4.0 * (-(after + 2.0 * 2.0_f64.ln())).exp()]);
    let fine: Vec<f64> = (0..=3000).map(|i| f64::from(i) * 1e-3).collect();
    let many = values(&model, "x", &fine);
    assert_eq!(many[3000].to_bits(), coarse[1].to_bits(), "output times must not influence the solution");
}

#[test]
fn narrow_pulses_of_time_are_not_stepped_over() {
    let rules = "<listOfRules><rateRule variable=\"x\">[and (geq time 500) (lt time 500.001)]</rateRule></listOfRules>";
    let model = system(&(parameters(&[("x", 0.0)]) + rules));
    assert_close(&values(&model, "x", &[0.0, 1000.0]), &[0.0, 0.001]);
}

#[test]
fn a_rate_that_jumps_too_high_for_any_step_is_stepped_across() {
    // Light from 0 to 8 of every 24: at 32 the rate falls by 10, more than the tolerance of x = 1e-6 over one rounding of t.
    let rules = "<listOfRules><rateRule variable=\"x\">\
                 [minus (times 10 (lt (minus time (times 24 (floor (divide time 24)))) 8)) (times 1e7 x)]\
                 </rateRule></listOfRules>";
    let model = system(&(parameters(&[("x", 0.0)]) + rules));
    let found = values(&model, "x", &[4.0, 16.0, 31.0, 40.0]);
    for (x, expected) in found.iter().zip([1e-6, 0.0, 1e-6, 0.0]) {
        // Relative to the level in the light, at the default tolerances.
        assert!((x - expected).abs() < 1e-12, "{found:?}");
    }
}

#[test]
fn a_state_that_only_grazes_a_threshold_is_noticed() {
    // x = sin t, integrated as an oscillator; x > 1 - 1e-6 holds for 0.0028 time units around pi / 2.
    let rules = "<listOfRules><rateRule variable=\"x\">[times 1 v]</rateRule><rateRule variable=\"v\">[minus x]</rateRule>\
                 </listOfRules>";
    let events = event("gt x 0.999999", "", &[("n", "plus n 1"), ("at", "time")]);
    let content = parameters(&[("x", 0.0), ("v", 1.0), ("n", 0.0), ("at", 0.0)]);
    let model = system(&(content + rules + "<listOfEvents>" + &events + "</listOfEvents>"));
    assert_close(&values(&model, "n", &[0.0, 62.0]), &[0.0, 10.0]);
    let expected = (0.999_999_f64).asin() + 18.0 * std::f64::consts::PI;
    let at = values(&model, "at", &[0.0, 62.0])[1];
    // The slope is 1e-3 there, so an error of 1e-7 in x moves the time by 1e-4.
    assert!((at - expected).abs() < 1e-3, "{at} is not {expected}");
}

#[test]
fn delays_and_values_of_the_trigger_time() {
    let rules = "<listOfRules><rateRule variable=\"x\">[1]</rateRule></listOfRules>";
    let late = event("geq time 1", "<delay>[2]</delay>", &[("y", "x")]);
    let present = late.replace("TriggerTime=\"true\"", "TriggerTime=\"false\"").replace("\"y\"", "\"z\"");
    let content = parameters(&[("x", 0.0), ("y", -1.0), ("z", -1.0)]) + rules;
    let model = system(&format!("{content}<listOfEvents>{late}{present}</listOfEvents>"));
    assert_close(&values(&model, "y", &[0.0, 2.9, 3.0, 4.0]), &[-1.0, -1.0, 1.0, 1.0]);
    assert_close(&values(&model, "z", &[0.0, 2.9, 3.0, 4.0]), &[-1.0, -1.0, 3.0, 3.0]);
}

#[test]
fn priorities_order_simultaneous_events_and_persistence_cancels_them() {
    let first = event("geq time 1", "<priority>[10]</priority>", &[("x", "plus x 1"), ("off", "1")]);
    let second = event("geq time 1", "<priority>[5]</priority>", &[("x", "times x 10")])
        .replace("TriggerTime=\"true\"", "TriggerTime=\"false\"");
    let third = event("and (geq time 1) (lt off 1)", "<priority>[1]</priority>", &[("x", "1000")])
        .replace("persistent=\"true\"", "persistent=\"false\"");
    let content = parameters(&[("x", 1.0), ("off", 0.0)]);
    let model = system(&format!("{content}<listOfEvents>{third}{second}{first}</listOfEvents>"));
    assert_close(&values(&model, "x", &[0.0, 1.0]), &[1.0, 20.0]);
}

#[test]
fn triggers_that_hold_at_the_start_fire_only_from_false() {
    let at_start = event("geq time 0", "", &[("x", "5")]);
    let content = |e: &str| parameters(&[("x", 1.0)]) + "<listOfEvents>" + e + "</listOfEvents>";
    assert_close(&values(&system(&content(&at_start)), "x", &[0.0, 1.0]), &[1.0, 1.0]);
    let from_false = at_start.replace("initialValue=\"true\"", "initialValue=\"false\"");
    assert_close(&values(&system(&content(&from_false)), "x", &[0.0, 1.0]), &[5.0, 5.0]);
}

#[test]
fn equal_events_come_in_an_order_that_the_seed_decides() {
    let both = event("geq time 1", "", &[("x", "1")]) + &event("geq time 1", "", &[("x", "2")]);
    let model = system(&(parameters(&[("x", 0.0)]) + "<listOfEvents>" + &both + "</listOfEvents>"));
    let compiled = compile_system(&model).unwrap();
    let last = |seed| {
        let run = SystemRun { t_end: 2.0, output_times: vec![2.0], seed, ..SystemRun::default() };
        compiled.run(&run).unwrap().column(0)[0]
    };
    let found: Vec<f64> = (0..64).map(last).collect();
    assert!(found.contains(&1.0) && found.contains(&2.0));
    assert_eq!(found, (0..64).map(last).collect::<Vec<_>>());
}

#[test]
fn events_without_end_are_an_error() {
    let circle = event("gt x 0", "", &[("x", "-1")]) + &event("lt x 0", "", &[("x", "1")]);
    let start = event("geq time 1", "", &[("x", "1")]);
    let model =
        system(&(parameters(&[("x", 0.0)]) + "<listOfEvents>" + &start + &circle + "</listOfEvents>"));
    assert!(matches!(run(&model, &[0.0, 2.0]), Err(SystemError::EventLoop { t, .. }) if t == 1.0));
}

#[test]
fn algebraic_rules_linear_and_not() {
    // x' = -y with y = 2 x, and z^2 = x with z near 1.
    let rules = "<listOfRules><rateRule variable=\"x\">[minus y]</rateRule>\
                 <algebraicRule>[minus y (times 2 x)]</algebraicRule>\
                 <algebraicRule>[minus (power z 2) x]</algebraicRule></listOfRules>";
    let model = system(&(parameters(&[("x", 1.0), ("y", 0.0), ("z", 0.7)]) + rules));
    let times = [0.0, 1.0, 2.0];
    assert_close(&values(&model, "y", &times), &times.map(|t| 2.0 * (-2.0 * t).exp()));
    assert_close(&values(&model, "z", &times), &times.map(|t| (-t).exp()));
    let none_left = "<listOfRules><algebraicRule>[plus x 1]</algebraicRule>\
                     <algebraicRule>[minus x 1]</algebraicRule></listOfRules>";
    let model = system(&(parameters(&[("x", 1.0)]) + none_left));
    assert!(matches!(run(&model, &[1.0]), Err(SystemError::Overdetermined { .. })));
    let impossible = "<listOfRules><algebraicRule>[plus (power x 2) 1]</algebraicRule></listOfRules>";
    let model = system(&(parameters(&[("x", 1.0)]) + impossible));
    assert!(matches!(run(&model, &[1.0]), Err(SystemError::Inconsistent { .. })));
}

#[test]
fn past_values_follow_the_method_of_steps() {
    // x' = -x(t - 1), x = 1 before: 1 - t on [0, 1], then 1 - t + (t - 1)^2 / 2.
    let rules = "<listOfRules><rateRule variable=\"x\">[minus (delay x 1)]</rateRule></listOfRules>";
    let model = system(&(parameters(&[("x", 1.0)]) + rules));
    assert_close(&values(&model, "x", &[0.0, 0.5, 1.0, 2.0]), &[1.0, 0.5, 0.0, -0.5]);
}

#[test]
fn concentrations_thin_out_when_a_compartment_grows() {
    let content = "<listOfCompartments><compartment id=\"c\" spatialDimensions=\"3\" size=\"1\" constant=\"false\"/>\
                   </listOfCompartments><listOfSpecies><species id=\"s\" compartment=\"c\" initialAmount=\"6\" \
                   hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies>\
                   <listOfParameters><parameter id=\"rate\" constant=\"false\"/></listOfParameters>\
                   <listOfRules><rateRule variable=\"c\">[1]</rateRule>\
                   <assignmentRule variable=\"rate\">[rateOf s]</assignmentRule></listOfRules>";
    let model = system(content);
    assert_close(&values(&model, "s", &[0.0, 1.0, 2.0]), &[6.0, 3.0, 2.0]);
    assert_close(&values(&model, "rate", &[0.0, 1.0, 2.0]), &[-6.0, -1.5, -6.0 / 9.0]);
    let compiled = compile_system(&model).unwrap();
    let amount = compiled.column("s", SpeciesAs::Amount).unwrap();
    assert_close(&run(&model, &[0.0, 2.0]).unwrap().column(amount), &[6.0, 6.0]);
}

#[test]
fn fast_reactions_stay_in_equilibrium() {
    // a <-> b fast with a = b at rest; b leaves slowly at rate b: the total decays with rate 1/2.
    let species =
        |id: &str, n: f64| format!("<species id=\"{id}\" compartment=\"c\" initialAmount=\"{n}\"/>");
    let reaction = |id: &str, from: &str, to: &str, fast: bool, law: &str| {
        let side = |name: &str, s: &str| {
            if s.is_empty() {
                String::new()
            } else {
                format!("<{name}><speciesReference species=\"{s}\"/></{name}>")
            }
        };
        format!(
            "<reaction id=\"{id}\" fast=\"{fast}\">{}{}<kineticLaw>[{law}]</kineticLaw></reaction>",
            side("listOfReactants", from),
            side("listOfProducts", to)
        )
    };
    let content = format!(
        "<listOfCompartments><compartment id=\"c\" size=\"1\"/></listOfCompartments><listOfSpecies>{}{}</listOfSpecies>\
         <listOfReactions>{}{}</listOfReactions>",
        species("a", 2.0),
        species("b", 0.0),
        reaction("r", "a", "b", true, "minus a b"),
        reaction("out", "b", "", false, "times 1 b")
    );
    let model = level(&content, "http://www.sbml.org/sbml/level2/version4", 2, 4);
    let times = [0.0, 1.0, 2.0];
    assert_close(&values(&model, "b", &times), &times.map(|t| (-0.5 * t).exp()));
}

#[test]
fn long_chains_of_definitions_need_no_deep_recursion() {
    let n = 5000;
    let names: Vec<String> = (0..=n).map(|i| format!("x{i}")).collect();
    let list: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 1.0)).collect();
    let rule = |i: usize| format!("<assignmentRule variable=\"x{i}\">[plus x{} 1]</assignmentRule>", i + 1);
    let rules: String = (0..n).map(rule).collect();
    let model = system(&(parameters(&list) + "<listOfRules>" + &rules + "</listOfRules>"));
    assert_close(&values(&model, "x0", &[0.0, 1.0]), &[5001.0, 5001.0]);
}

#[test]
fn tiny_amounts_are_as_accurate_as_large_ones() {
    let content = |n: &str| {
        format!(
            "<listOfCompartments><compartment id=\"c\" spatialDimensions=\"3\" size=\"1\" constant=\"true\"/>\
             </listOfCompartments><listOfSpecies><species id=\"s\" compartment=\"c\" initialAmount=\"{n}\" \
             hasOnlySubstanceUnits=\"true\" boundaryCondition=\"true\" constant=\"false\"/></listOfSpecies>\
             <listOfRules><rateRule variable=\"s\">[minus s]</rateRule></listOfRules>"
        )
    };
    for amount in [1e-21, 1.0, 1e12] {
        let model = system(&content(&format!("{amount:e}")));
        let found = values(&model, "s", &[0.0, 1.0])[1] / amount;
        assert!((found - (-1.0_f64).exp()).abs() < 1e-7, "{amount}: {found}");
    }
}

#[test]
fn infinite_slopes_of_finite_rates_are_passed() {
    // x' = sqrt(x) + 1 from 0: t = 2 sqrt(x) - 2 ln(1 + sqrt(x)); at x = 1, t = 2 - 2 ln 2.
    let rules = "<listOfRules><rateRule variable=\"x\">[plus (power x 0.5) 1]</rateRule></listOfRules>";
    let model = system(&(parameters(&[("x", 0.0)]) + rules));
    assert_close(&values(&model, "x", &[0.0, 2.0 - 2.0 * 2.0_f64.ln()]), &[0.0, 1.0]);
}

#[test]
fn failures_name_time_and_variable() {
    let blow_up = "<listOfRules><rateRule variable=\"x\">[power x 2]</rateRule></listOfRules>";
    let model = system(&(parameters(&[("x", 1.0)]) + blow_up));
    match run(&model, &[0.0, 2.0]) {
        Err(
            SystemError::NonFinite { t, name }
            | SystemError::StepSizeTooSmall { t, name, .. }
            | SystemError::TooManySteps { t, name, .. },
        ) => {
            assert!((t - 1.0).abs() < 1e-3 && name == "x", "{t} {name}");
        }
        other => panic!("{other:?}"),
    }
    let circle = "<listOfRules><assignmentRule variable=\"x\">[plus y 1]</assignmentRule>\
                  <assignmentRule variable=\"y\">[plus x 1]</assignmentRule></listOfRules>";
    let model = system(&(parameters(&[("x", 1.0), ("y", 1.0)]) + circle));
    assert!(matches!(run(&model, &[1.0]), Err(SystemError::Cycle { .. })));
}
