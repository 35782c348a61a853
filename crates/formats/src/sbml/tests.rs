//! Text in, model or remarks out.

use model::reaction_system::{InitialQuantity, Rule, Stoichiometry};
use model::{BinaryOp, Builtin, Expr, MathOperator, ReactionSystem, Severity, UnaryOp};
use proptest::prelude::*;

use super::operators::by_element;
use super::{CODES, formula, parse};
use crate::Source;

const CORE: &str = "http://www.sbml.org/sbml/level3/version2/core";

/// A Level 3 Version 2 document around the content of a model.
fn document(content: &str) -> String {
    format!("<sbml xmlns=\"{CORE}\" level=\"3\" version=\"2\"><model id=\"m\">{content}</model></sbml>")
}

/// A model with one assignment rule for `x` and this MathML.
fn with_math(mathml: &str) -> String {
    document(&format!(
        "<listOfParameters><parameter id=\"x\" constant=\"false\"/><parameter id=\"y\" value=\"2\" constant=\"true\"/>\
         </listOfParameters><listOfRules><assignmentRule variable=\"x\">\
         <math xmlns=\"http://www.w3.org/1998/Math/MathML\">{mathml}</math></assignmentRule></listOfRules>"
    ))
}

fn good(text: &str) -> ReactionSystem {
    let parsed = parse(Source::new("m.xml", text));
    assert!(!parsed.has_errors(), "{:?}", parsed.diagnostics);
    parsed.value
}

fn math_of(mathml: &str) -> Expr {
    match good(&with_math(mathml)).rules.pop() {
        Some(Rule::Assignment { math, .. }) => math,
        other => panic!("{other:?}"),
    }
}

/// Codes with line and column of all errors.
fn errors(text: &str) -> Vec<(String, u32, u32)> {
    let parsed = parse(Source::new("m.xml", text));
    let errors = parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors
        .map(|d| {
            let place = d.location.clone().unwrap_or_default();
            (d.code.to_string(), place.line, place.column)
        })
        .collect()
}

fn codes(text: &str) -> Vec<String> {
    errors(text).into_iter().map(|e| e.0).collect()
}

#[test]
fn codes_ascend_and_have_explanations() {
    for pair in CODES.windows(2) {
        let number = |code: &str| code[4..].parse::<u32>().unwrap();
        assert!(number(pair[0].0) < number(pair[1].0), "{} {}", pair[0].0, pair[1].0);
    }
    assert!(CODES.iter().all(|(_, title, text)| !title.is_empty() && text.len() > 20));
}

#[test]
fn defaults_of_level_2_are_filled_in() {
    let system = good(
        "<sbml xmlns=\"http://www.sbml.org/sbml/level2/version4\" level=\"2\" version=\"4\"><model>\
         <listOfCompartments><compartment id=\"c\"/></listOfCompartments>\
         <listOfSpecies><species id=\"s\" compartment=\"c\" initialAmount=\"1\"/></listOfSpecies>\
         <listOfReactions><reaction id=\"r\"><listOfReactants><speciesReference species=\"s\"/></listOfReactants>\
         </reaction></listOfReactions></model></sbml>",
    );
    assert_eq!(system.compartments[0].spatial_dimensions, 3.0);
    assert!(system.compartments[0].constant && !system.species[0].constant);
    assert_eq!(system.species[0].initial, InitialQuantity::Amount(1.0));
    assert_eq!(system.reactions[0].reactants[0].stoichiometry, Stoichiometry::Number(1.0));
    assert!(system.reactions[0].reversible && !system.reactions[0].fast);
}

#[test]
fn level_1_reads_formulas_volumes_and_denominators() {
    let system = good(
        "<sbml xmlns=\"http://www.sbml.org/sbml/level1\" level=\"1\" version=\"2\"><model name=\"m\">\
         <listOfCompartments><compartment name=\"c\"/></listOfCompartments>\
         <listOfSpecies><species name=\"s\" compartment=\"c\" initialAmount=\"1\"/></listOfSpecies>\
         <listOfParameters><parameter name=\"k\"/></listOfParameters>\
         <listOfRules><parameterRule name=\"k\" formula=\"log(s)\"/></listOfRules>\
         <listOfReactions><reaction name=\"r\"><listOfReactants>\
         <speciesReference species=\"s\" stoichiometry=\"3\" denominator=\"2\"/></listOfReactants>\
         <kineticLaw formula=\"k * c * s^2\"/></reaction></listOfReactions></model></sbml>",
    );
    assert_eq!(system.compartments[0].size, Some(1.0));
    assert_eq!(system.reactions[0].reactants[0].stoichiometry, Stoichiometry::Number(1.5));
    let Rule::Assignment { math, .. } = &system.rules[0] else { panic!() };
    assert_eq!(math.to_string(), "ln(s)");
    let law = system.reactions[0].kinetic_law.as_ref().unwrap();
    assert_eq!(law.math.to_string(), "((k*c)*(s^2))");
}

#[test]
fn formulas_follow_the_precedence_of_level_1() {
    for (text, expected) in [
        ("a - b - c", "((a-b)-c)"),
        ("-a^2", "((-a)^2)"),
        ("2 ^ 3 ^ 2", "((2^3)^2)"),
        ("a + b*c/d", "(a+((b*c)/d))"),
        ("pow(a, 1e-3)", "(a^0.001)"),
        ("1.5E+2", "150"),
    ] {
        assert_eq!(formula::parse(text).unwrap().to_string(), expected, "{text}");
    }
    for text in ["", "a +", "(a", "a b", "f(a)", "pow(a)", "1..2", "#"] {
        assert!(formula::parse(text).is_err(), "{text:?}");
    }
    assert!(formula::parse(&"(".repeat(100_000)).is_err());
    assert!(formula::parse(&"1+".repeat(100_000)).is_err());
}

#[test]
fn numbers_of_all_types_are_read() {
    for (text, expected) in [
        ("<cn> 1.5 </cn>", 1.5),
        ("<cn type=\"integer\">-3</cn>", -3.0),
        ("<cn type=\"e-notation\">2<sep/>-3</cn>", 2e-3),
        ("<cn type=\"rational\">1<sep/>4</cn>", 0.25),
    ] {
        assert_eq!(math_of(text), Expr::Number(expected), "{text}");
    }
    for text in ["<cn/>", "<cn>one</cn>", "<cn type=\"e-notation\">2</cn>", "<cn type=\"complex\">1</cn>"] {
        assert_eq!(codes(&with_math(text)), ["SBML10201"], "{text}");
    }
}

#[test]
fn operators_take_many_operands_or_none() {
    assert_eq!(math_of("<apply><plus/></apply>"), Expr::Number(0.0));
    assert_eq!(math_of("<apply><times/></apply>"), Expr::Number(1.0));
    assert_eq!(math_of("<apply><and/></apply>"), Expr::Number(1.0));
    let three = "<apply><lt/><cn>1</cn><ci>y</ci><cn>3</cn></apply>";
    assert_eq!(math_of(three).to_string(), "((1<y)&&(y<3))");
    let long = format!("<apply><plus/>{}</apply>", "<ci>y</ci>".repeat(50_000));
    let mut n = 0;
    math_of(&long).walk(&mut |_| n += 1);
    assert_eq!(n, 99_999);
    assert_eq!(codes(&with_math("<apply><divide/><cn>1</cn></apply>")), ["SBML10218"]);
    assert_eq!(codes(&with_math("<apply><integral/><cn>1</cn></apply>")), ["SBML10202"]);
}

#[test]
fn functions_are_expanded_wherever_they_are_used() {
    let function = |id: &str, body: &str| {
        format!(
            "<functionDefinition id=\"{id}\"><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><lambda>\
             <bvar><ci>a</ci></bvar>{body}</lambda></math></functionDefinition>"
        )
    };
    let call = |f: &str, arg: &str| format!("<apply><ci>{f}</ci>{arg}</apply>");
    let with = |functions: &str, mathml: &str| {
        with_math(mathml).replace(
            "<model id=\"m\">",
            &format!("<model id=\"m\"><listOfFunctionDefinitions>{functions}</listOfFunctionDefinitions>"),
        )
    };
    let double = function("double", "<apply><times/><cn>2</cn><ci>a</ci></apply>");
    let twice = function("twice", &call("double", &call("double", "<ci>a</ci>")));
    let system = good(&with(&(twice + &double), &call("twice", "<ci>y</ci>")));
    let Rule::Assignment { math, .. } = &system.rules[0] else { panic!() };
    assert_eq!(math.to_string(), "(2*(2*y))");

    let circle = function("f", &call("g", "<ci>a</ci>")) + &function("g", &call("f", "<ci>a</ci>"));
    assert!(codes(&with(&circle, "<cn>1</cn>")).contains(&"SBML20303".to_string()));
    assert_eq!(codes(&with(&function("f", "<ci>b</ci>"), "<cn>1</cn>")), ["SBML20304"]);
    assert_eq!(codes(&with(&double, &call("double", ""))), ["SBML10219"]);
    assert_eq!(codes(&with("", &call("unknown", ""))), ["SBML10214"]);

    // Each function nests the one before a little deeper.
    let mut tower = function("f0", "<ci>a</ci>");
    for i in 1..2000 {
        let inner = call(&format!("f{}", i - 1), "<ci>a</ci>");
        tower += &function(&format!("f{i}"), &format!("<apply><abs/>{inner}</apply>"));
    }
    assert!(codes(&with(&tower, &call("f1999", "<ci>y</ci>"))).contains(&"SBML0004".to_string()));

    // Each function calls the one before twice: 2^60 copies in the end.
    let mut bomb = function("f0", "<apply><plus/><ci>a</ci><ci>a</ci></apply>");
    for i in 1..60 {
        let before = format!("f{}", i - 1);
        let both = call(&before, "<ci>a</ci>");
        bomb += &function(&format!("f{i}"), &format!("<apply><plus/>{both}{both}</apply>"));
    }
    assert!(codes(&with(&bomb, &call("f59", "<ci>y</ci>"))).contains(&"SBML0003".to_string()));
}

#[test]
fn a_function_marked_as_the_derivative_is_the_rate_of_its_argument() {
    let definition = |annotation: &str| {
        format!(
            "<functionDefinition id=\"rateOf\"><annotation>{annotation}</annotation>\
             <math xmlns=\"http://www.w3.org/1998/Math/MathML\"><lambda><bvar><ci>a</ci></bvar><notanumber/></lambda>\
             </math></functionDefinition>"
        )
    };
    let model = |annotation: &str| {
        with_math("<apply><ci>rateOf</ci><ci>y</ci></apply>").replace(
            "<listOfParameters>",
            &format!(
                "<listOfFunctionDefinitions>{}</listOfFunctionDefinitions><listOfParameters>",
                definition(annotation)
            ),
        )
    };
    let math = |text: &str| match good(text).rules.pop() {
        Some(Rule::Assignment { math, .. }) => math,
        other => panic!("{other:?}"),
    };
    let symbols = "<symbols xmlns=\"http://sbml.org/annotations/symbols\" \
                   definition=\"http://en.wikipedia.org/wiki/Derivative\"/>";
    let rate = Expr::Builtin(Builtin::Math(MathOperator::RateOf), vec![Expr::Symbol("y".to_string())]);
    assert_eq!(math(&model(symbols)), rate);
    // Without the mark the body counts.
    assert!(matches!(math(&model("")), Expr::Number(x) if x.is_nan()));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let text = format!(
        "<sbml xmlns=\"{CORE}\" level=\"3\" version=\"2\">\n <model>\n  <listOfParameters>\n   \
         <parameter id=\"k\" value=\"zero\" constant=\"true\"/>\n  </listOfParameters>\n  <listOfWonders/>\n \
         </model>\n</sbml>"
    );
    assert_eq!(errors(&text), [("SBML10103".to_string(), 4, 4), ("SBML10102".to_string(), 6, 3)]);
}

#[test]
fn every_broken_rule_has_its_number() {
    let species = "<listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments>\
                   <listOfSpecies><species id=\"s\" compartment=\"c\" hasOnlySubstanceUnits=\"false\" \
                   boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies>";
    let math = |inner: &str| format!("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">{inner}</math>");
    let one = math("<cn>1</cn>");
    let rule = |v: &str| format!("<rateRule variable=\"{v}\">{one}</rateRule>");
    let cases = [
        (format!("{species}<listOfRules>{}</listOfRules>", rule("c")), "SBML20903"),
        (format!("{species}<listOfRules>{}</listOfRules>", rule("t")), "SBML20901"),
        (format!("{species}<listOfRules>{}{}</listOfRules>", rule("s"), rule("s")), "SBML10304"),
        (species.replace("compartment=\"c\"", "compartment=\"d\""), "SBML20601"),
        (species.replace("id=\"s\"", "id=\"c\""), "SBML10301"),
        (species.replace("id=\"s\"", "id=\"1s\""), "SBML10310"),
        (species.replace("id=\"s\"", "id=\"s\" initialAmount=\"1\" initialConcentration=\"1\""), "SBML20609"),
        (species.replace("boundaryCondition=\"false\" ", ""), "SBML20623"),
        (
            format!(
                "{species}<listOfInitialAssignments><initialAssignment symbol=\"t\">{one}</initialAssignment>\
                 </listOfInitialAssignments>"
            ),
            "SBML20801",
        ),
        (
            format!(
                "{species}<listOfRules><rateRule variable=\"s\">{}</rateRule></listOfRules>",
                math("<ci>nobody</ci>")
            ),
            "SBML10215",
        ),
        (
            format!(
                "{species}<listOfReactions><reaction id=\"r\" reversible=\"false\"><listOfReactants>\
                 <speciesReference species=\"q\" constant=\"true\"/></listOfReactants></reaction></listOfReactions>"
            ),
            "SBML21111",
        ),
    ];
    for (content, code) in cases {
        let found = codes(&document(&content));
        assert!(found.contains(&code.to_string()), "{code}: {found:?}\n{content}");
    }
}

#[test]
fn packages_that_are_needed_are_refused_and_others_remarked() {
    let with = |package: &str, required: &str| {
        let uri = format!("http://www.sbml.org/sbml/level3/version1/{package}/version1");
        document("").replace("<sbml ", &format!("<sbml xmlns:p=\"{uri}\" p:required=\"{required}\" "))
    };
    assert_eq!(codes(&with("spatial", "true")), ["SBML0006"]);
    let optional = parse(Source::new("m.xml", &with("qual", "false")));
    assert_eq!(optional.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["SBML0007"]);
}

#[test]
fn hostile_texts_give_one_clear_error() {
    let bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]><sbml>&c;</sbml>";
    assert_eq!(codes(bomb), ["SBML0002"]);
    assert_eq!(codes(""), ["SBML0001"]);
    assert_eq!(codes("<html/>"), ["SBML10102"]);
    assert_eq!(codes(&document("").replace("version=\"2\"", "version=\"9\"")), ["SBML0005"]);
    assert_eq!(codes(&document("").replace("version=\"2\"", "version=\"1\"")), ["SBML20101"]);
    assert_eq!(codes(&"<a>".repeat(200_000)), ["SBML0001"]);
    let deep = format!("{}{}", "<apply><abs/>".repeat(100_000), "</apply>".repeat(100_000));
    assert_eq!(codes(&with_math(&deep)), ["SBML0004"]);
}

/// A document of the package comp: models in `definitions`, and the content of the main one.
fn composed(definitions: &str, content: &str) -> String {
    let uri = super::comp::NAMESPACE;
    format!(
        "<sbml xmlns=\"{CORE}\" xmlns:comp=\"{uri}\" level=\"3\" version=\"2\" comp:required=\"true\">\
         <model id=\"m\">{content}</model>{definitions}</sbml>"
    )
}

const INNER: &str = "<comp:listOfModelDefinitions><comp:modelDefinition id=\"inner\"><listOfParameters>\
    <parameter id=\"k\" value=\"1\" constant=\"false\"/><parameter id=\"z\" value=\"1\" constant=\"false\"/></listOfParameters>\
    <listOfRules><rateRule variable=\"k\" metaid=\"rule\"><math xmlns=\"http://www.w3.org/1998/Math/MathML\"><apply><times/>\
    <ci>k</ci><ci>z</ci></apply></math></rateRule></listOfRules><comp:listOfPorts><comp:port comp:id=\"door\" comp:idRef=\"k\"/>\
    </comp:listOfPorts></comp:modelDefinition></comp:listOfModelDefinitions>";

fn submodel(attributes: &str, inside: &str) -> String {
    format!(
        "<comp:listOfSubmodels><comp:submodel comp:id=\"a\" comp:modelRef=\"inner\"{attributes}>{inside}\
         </comp:submodel></comp:listOfSubmodels>"
    )
}

#[test]
fn submodels_are_copied_replaced_converted_and_cut() {
    let flat = good(&composed(INNER, &submodel("", "")));
    assert_eq!(flat.parameters.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["a__k", "a__z"]);
    let rule = |system: &ReactionSystem| match &system.rules[..] {
        [Rule::Rate { variable, math }] => format!("{variable}' = {math}"),
        other => format!("{other:?}"),
    };
    assert_eq!(rule(&flat), "a__k' = (a__k*a__z)");

    let outer = |replaced: &str| {
        format!(
            "<listOfParameters><parameter id=\"x\" value=\"2\" constant=\"false\"><comp:listOfReplacedElements>\
             <comp:replacedElement comp:submodelRef=\"a\" {replaced}/></comp:listOfReplacedElements></parameter>\
             <parameter id=\"c\" value=\"10\" constant=\"true\"/></listOfParameters>"
        )
    };
    let replaced = good(&composed(INNER, &(outer("comp:portRef=\"door\"") + &submodel("", ""))));
    assert_eq!(rule(&replaced), "x' = (x*a__z)");
    let content = outer("comp:idRef=\"k\" comp:conversionFactor=\"c\"");
    let timed = submodel(" comp:timeConversionFactor=\"c\"", "");
    assert_eq!(rule(&good(&composed(INNER, &(content + &timed)))), "x' = ((((x/c)*a__z)*c)/c)");

    let deletion = "<comp:listOfDeletions><comp:deletion comp:metaIdRef=\"rule\"/></comp:listOfDeletions>";
    assert!(good(&composed(INNER, &submodel("", deletion))).rules.is_empty());
}

#[test]
fn references_to_submodels_that_lead_nowhere_are_errors() {
    let deletion = "<comp:listOfDeletions><comp:deletion comp:idRef=\"nobody\"/></comp:listOfDeletions>";
    assert_eq!(codes(&composed(INNER, &submodel("", deletion))), ["SBML0011"]);
    assert_eq!(codes(&composed("", &submodel("", ""))), ["SBML0011"]);
    let inside = submodel("", "");
    let circle = INNER.replace("<comp:listOfPorts>", &format!("{inside}<comp:listOfPorts>"));
    assert_eq!(codes(&composed(&circle, &submodel("", ""))), ["SBML0013"]);
    let external = |source: &str| {
        composed(
            &format!(
                "<comp:listOfExternalModelDefinitions><comp:externalModelDefinition comp:id=\"inner\" \
                 comp:source=\"{source}\"/></comp:listOfExternalModelDefinitions>"
            ),
            &submodel("", ""),
        )
    };
    for source in ["missing.xml", "../secret.xml", "/etc/passwd", "http://example.org/m.xml"] {
        assert_eq!(codes(&external(source)), ["SBML0012"], "{source}");
    }
    let text = external("inner.xml");
    let load = |name: &str| (name == "inner.xml").then(|| document("<listOfParameters/>"));
    assert!(!super::parse_with(Source::new("m.xml", &text), &load).has_errors());
}

#[test]
fn missing_quantities_are_filled_with_a_warning() {
    let content = "<listOfCompartments><compartment id=\"c\" spatialDimensions=\"3\" constant=\"true\"/></listOfCompartments>\
        <listOfSpecies><species id=\"s\" compartment=\"c\" hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\" \
        constant=\"false\"/></listOfSpecies><listOfReactions><reaction id=\"r\" reversible=\"false\"><listOfReactants>\
        <speciesReference species=\"s\" stoichiometry=\"1\" constant=\"true\"/></listOfReactants></reaction></listOfReactions>";
    let text = document(content);
    let parsed = parse(Source::new("m.xml", &text));
    let found: Vec<&str> = parsed.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(found, ["SBML0016", "SBML0015"]);
    assert_eq!(parsed.value.compartments[0].size, Some(1.0));
}

/// MathML of an expression; the inverse of reading, for tests.
fn mathml(expr: &Expr) -> String {
    let apply = |operator: &str, args: &[&Expr]| {
        let args: String = args.iter().map(|a| mathml(a)).collect();
        format!("<apply><{operator}/>{args}</apply>")
    };
    match expr {
        Expr::Number(x) => format!("<cn>{x:?}</cn>"),
        Expr::Time => {
            "<csymbol encoding=\"text\" definitionURL=\"http://www.sbml.org/sbml/symbols/time\">t</csymbol>"
                .to_string()
        }
        Expr::Symbol(name) => format!("<ci> {name} </ci>"),
        Expr::Unary(UnaryOp::Negate, x) => apply("minus", &[x]),
        Expr::Unary(UnaryOp::Not, x) => apply("not", &[x]),
        Expr::Binary(op, x, y) => {
            let operator = match op {
                BinaryOp::Add => "plus",
                BinaryOp::Subtract => "minus",
                BinaryOp::Multiply => "times",
                BinaryOp::Divide => "divide",
                BinaryOp::Power => "power",
                BinaryOp::Less => "lt",
                BinaryOp::LessEqual => "leq",
                BinaryOp::Greater => "gt",
                BinaryOp::GreaterEqual => "geq",
                BinaryOp::Equal => "eq",
                BinaryOp::NotEqual => "neq",
                BinaryOp::And => "and",
                BinaryOp::Or => "or",
            };
            apply(operator, &[x, y])
        }
        Expr::Builtin(Builtin::Math(MathOperator::Root), args) => {
            format!("<apply><root/><degree>{}</degree>{}</apply>", mathml(&args[0]), mathml(&args[1]))
        }
        Expr::Builtin(Builtin::Math(MathOperator::Log), args) => {
            format!("<apply><log/><logbase>{}</logbase>{}</apply>", mathml(&args[0]), mathml(&args[1]))
        }
        Expr::Builtin(builtin, args) => {
            let name = [
                "exp",
                "ln",
                "abs",
                "floor",
                "sec",
                "arccoth",
                "factorial",
                "quotient",
                "rem",
                "max",
                "xor",
                "implies",
            ]
            .into_iter()
            .find(|name| by_element(name) == Some(super::operators::Operator::Function(*builtin)))
            .unwrap_or("abs");
            apply(name, &args.iter().collect::<Vec<_>>())
        }
        Expr::Call(..) => unreachable!("calls are not generated"),
    }
}

fn expression() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![(0.0..1e6f64).prop_map(Expr::Number), Just(Expr::Time), Just(Expr::symbol("y")),];
    leaf.prop_recursive(6, 60, 3, |inner| {
        let binary = prop::sample::select(vec![
            BinaryOp::Add,
            BinaryOp::Subtract,
            BinaryOp::Multiply,
            BinaryOp::Divide,
            BinaryOp::Power,
            BinaryOp::LessEqual,
            BinaryOp::NotEqual,
            BinaryOp::And,
        ]);
        let one = prop::sample::select(vec![
            Builtin::Exp,
            Builtin::Floor,
            Builtin::Math(MathOperator::Sec),
            Builtin::Math(MathOperator::Arccoth),
        ]);
        let two = prop::sample::select(vec![
            Builtin::Max,
            Builtin::Math(MathOperator::Quotient),
            Builtin::Math(MathOperator::Rem),
            Builtin::Math(MathOperator::Root),
            Builtin::Math(MathOperator::Log),
            Builtin::Math(MathOperator::Implies),
            Builtin::Math(MathOperator::Xor),
        ]);
        prop_oneof![
            inner.clone().prop_map(|x| Expr::Unary(UnaryOp::Negate, Box::new(x))),
            (binary, inner.clone(), inner.clone()).prop_map(|(op, x, y)| Expr::binary(op, x, y)),
            (one, inner.clone()).prop_map(|(f, x)| Expr::Builtin(f, vec![x])),
            (two, inner.clone(), inner).prop_map(|(f, x, y)| Expr::Builtin(f, vec![x, y])),
        ]
    })
}

proptest! {
    #[test]
    fn mathml_written_then_read_is_the_same(expr in expression()) {
        prop_assert_eq!(math_of(&mathml(&expr)), expr);
    }

    #[test]
    fn changed_documents_never_panic(at in 0usize..4000, with in ".{0,6}", length in 0usize..40) {
        let mut text = with_math(
            "<apply><plus/><ci>y</ci><apply><power/><cn type=\"e-notation\">1<sep/>2</cn><cn>3</cn></apply>\
             <piecewise><piece><cn>1</cn><true/></piece><otherwise><pi/></otherwise></piecewise></apply>",
        );
        let floor = |text: &str, mut i: usize| { while !text.is_char_boundary(i) { i -= 1; } i };
        let start = floor(&text, at % text.len());
        let end = floor(&text, (start + length).min(text.len()));
        text.replace_range(start..end, &with);
        let _ = parse(Source::new("m.xml", &text));
    }

    #[test]
    fn formulas_never_panic(text in "[a-z0-9+*/^(), .e-]{0,60}") {
        let _ = formula::parse(&text);
    }
}
