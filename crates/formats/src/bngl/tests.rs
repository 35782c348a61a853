//! Text in, text out: what is read from each construct, and what is said about mistakes.

use model::{Pattern, RateLaw, ReactionRule};

use super::*;

fn read(text: &str) -> Parsed<RuleModel> {
    parse(&[Source::new("m.bngl", text)])
}

/// A model around the lines of one block.
fn wrap(block: &str, lines: &str) -> String {
    let mut text = String::new();
    let blocks = [
        ("parameters", "k 1\nkr 2\n"),
        ("molecule types", "A(b,c~U~P)\nB(a,a)\nC()\n"),
        ("seed species", "C() 1\n"),
        ("observables", "Molecules AP A(c~P)\n"),
        ("functions", "f() = k*AP\ng(x) = k*AP(x)\n"),
        ("reaction rules", ""),
    ];
    let extra = if blocks.iter().any(|(name, _)| *name == block) { None } else { Some((block, "")) };
    for (name, usual) in blocks.into_iter().chain(extra) {
        let lines = if name == block { lines } else { "" };
        text += &format!("begin {name}\n{usual}{lines}\nend {name}\n");
    }
    text
}

fn patterns(patterns: &[Pattern]) -> String {
    if patterns.is_empty() {
        return "0".to_string();
    }
    patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
}

fn law(law: &RateLaw) -> String {
    match law {
        RateLaw::Elementary(k) => k.to_string(),
        RateLaw::Total(k) => format!("total {k}"),
        RateLaw::Saturation { k, half_saturation } => format!("sat {k} {}", half_saturation[0]),
        RateLaw::MichaelisMenten { kcat, km } => format!("mm {kcat} {km}"),
        RateLaw::Hill { vmax, k, n } => format!("hill {vmax} {k} {n}"),
    }
}

fn print_rule(rule: &ReactionRule) -> String {
    let mut text = format!(
        "{}: {} -> {} | {}",
        rule.name,
        patterns(&rule.reactants),
        patterns(&rule.products),
        law(&rule.forward)
    );
    if let Some(reverse) = &rule.reverse {
        text += &format!(", {}", law(reverse));
    }
    for (flag, word) in
        [(rule.delete_molecules, " delete"), (rule.move_connected, " move"), (rule.match_once, " once")]
    {
        text += if flag { word } else { "" };
    }
    let filters = [
        ("+r", &rule.include_reactants),
        ("-r", &rule.exclude_reactants),
        ("+p", &rule.include_products),
        ("-p", &rule.exclude_products),
    ];
    for (sign, filters) in filters {
        for filter in filters {
            text += &format!(" {sign}{} {}", filter.position, patterns(&filter.patterns));
        }
    }
    text
}

/// Reads one rule and prints it, or the first diagnostic.
#[track_caller]
fn check_rule(line: &str, expected: &str) {
    let parsed = read(&wrap("reaction rules", line));
    let text = match parsed.diagnostics.first() {
        Some(diagnostic) => diagnostic.to_string(),
        None => print_rule(parsed.value.rules.last().unwrap()),
    };
    assert_eq!(text, expected, "{line}");
}

#[test]
fn rules_are_read_in_all_spellings() {
    check_rule("A(b)+B(a)->A(b!1).B(a!1) k", "_R1: A(b) + B(a) -> A(b!1).B(a!1) | k");
    check_rule("R1: A(c~U) <-> A(c~P) k, kr", "R1: A(c~U) -> A(c~P) | k, kr");
    check_rule(
        "7 A(c~U) -> A(c~P) k*2 , \\\n",
        "m.bngl:26:24: error[BNGL0074]: rule with -> has two rates\n  help: remove the second rate, or write <->",
    );
    check_rule("7 C -> 0 2*k DeleteMolecules", "7: C() -> 0 | (2*k) delete");
    check_rule("0 -> C() \\\n  k", "_R1: 0 -> C() | k");
    check_rule("A(c~?,b!+) -> A(c~P,b!+) f()", "_R1: A(c,b!+) -> A(c~P,b!+) | f");
    check_rule("B(a!?,a!x).B(a!x,a) -> C kr", "_R1: B(a!?,a!1).B(a!1,a) -> C() | kr");
    check_rule("A(b!1!2).B(a!1).B(a!2) -> C k", "_R1: A(b!1!2).B(a!1).B(a!2) -> C() | k");
    check_rule("%x:A(c~U) -> %x::A(c~P) g(x)", "_R1: %x:A(c~U) -> %x:A(c~P) | g(x)");
    check_rule("A%y(c~U) -> A%y(c~P) k*g(y)", "_R1: A%y(c~U) -> A%y(c~P) | (k*g(y))");
    check_rule("B(a%l,a%m) -> B(a%m,a%l) k", "_R1: B(a%l,a%m) -> B(a%m,a%l) | k");
    check_rule("C -> C + A(b,c~U) Sat(k,kr)", "_R1: C() -> C() + A(b,c~U) | sat k kr");
    check_rule("C + A -> A MM(k,kr)", "_R1: C() + A() -> A() | mm k kr");
    check_rule("C -> 0 Hill(k,kr,2)", "_R1: C() -> 0 | hill k kr 2");
    check_rule("C -> 0 f() TotalRate", "_R1: C() -> 0 | total f");
    check_rule(
        "%x:C + %y:A -> %y:A FunctionProduct(\"g(x)\",\"g(y)\")",
        "_R1: %x:C() + %y:A() -> %y:A() | (g(x)*g(y))",
    );
    check_rule(
        "A + B -> C k exclude_reactants(1,B, A(b!+)) include_products(1,C) MoveConnected MatchOnce",
        "_R1: A() + B() -> C() | k move once -r0 B() + A(b!+) +p0 C()",
    );
    check_rule(
        "A{MatchOnce}(b) -> 0 k",
        "m.bngl:26:13: error[BNGL0070]: expected \"+\", \"->\" or \"<->\", found \"(b) -> 0 k\"\n  help: write: reactants -> products rate",
    );
    check_rule("{MatchOnce}A(b) -> 0 k", "_R1: {MatchOnce}A(b) -> 0 | k");
}

/// Reads lines in a block and compares all diagnostics.
#[track_caller]
fn check_remark(block: &str, lines: &str, expected: &str) {
    let found: Vec<String> = read(&wrap(block, lines)).diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(found.join("\n"), expected, "{lines}");
}

#[test]
fn mistakes_in_names_are_explained() {
    check_remark(
        "parameters",
        "k2 kk",
        "m.bngl:4:4: error[BNGL0030]: \"kk\" is not defined\n  help: did you mean \"kr\"?",
    );
    check_remark(
        "parameters",
        "k 5",
        "m.bngl:4:1: error[BNGL0031]: parameter \"k\" is defined twice\n  help: remove or rename one of the two; the first is at m.bngl:2:1",
    );
    check_remark(
        "parameters",
        "AP 5",
        "m.bngl:17:11: error[BNGL0033]: \"AP\" is both parameter and observable\n  help: remove or rename one of the two; the first is at m.bngl:4:1",
    );
    check_remark(
        "parameters",
        "exp 5",
        "m.bngl:4:1: error[BNGL0032]: \"exp\" is a reserved name\n  help: call the parameter something else",
    );
    check_remark(
        "parameters",
        "a b\nb 2*a",
        "m.bngl:4:1: error[BNGL0034]: cyclic definition: a -> b -> a\n  help: give one of them a value that does not depend on the others",
    );
    check_remark(
        "parameters",
        "a AP",
        "m.bngl:4:3: error[BNGL0036]: \"AP\" changes during a simulation and cannot be used here\n  help: only numbers and parameters may be used here; write a function instead",
    );
    check_remark(
        "parameters",
        "a",
        "m.bngl:4:2: error[BNGL0064]: parameter \"a\" has no value\n  help: write a value: a 1.0",
    );
    check_remark(
        "parameters",
        "µ 3",
        "m.bngl:4:1: error[BNGL0035]: \"µ\" is not a parameter name\n  help: use letters, digits and underscores, a letter first",
    );
    check_remark(
        "functions",
        "h() = log(k)",
        "m.bngl:23:7: error[BNGL0030]: \"log\" is not defined\n  help: write ln(x) for the natural or log10(x) for the decimal logarithm",
    );
    check_remark(
        "functions",
        "h() = g(1,2)",
        "m.bngl:23:7: error[BNGL0038]: function \"g\" has 1 argument, used with 2\n  help: write g(x), where x is the tag of a pattern in the rule: %x:A(b)",
    );
    check_remark(
        "reaction rules",
        "C -> 0 g(z)",
        "m.bngl:26:10: error[BNGL0030]: \"z\" is not defined\n  help: define it in the block \"parameters\" or \"functions\"",
    );
}

#[test]
fn a_parameter_cannot_depend_on_time() {
    check_remark(
        "parameters",
        "a 2*time()",
        "m.bngl:4:1: error[BNGL0036]: parameter \"a\" depends on time\n  help: write a function: a() = ...",
    );
}

#[test]
fn mistakes_in_patterns_are_explained() {
    check_remark(
        "observables",
        "Molecules X D()",
        "m.bngl:18:13: error[BNGL0044]: unknown molecule type \"D\"\n  help: declare it in the block \"molecule types\"",
    );
    check_remark(
        "observables",
        "Molecules X A(d)",
        "m.bngl:18:15: error[BNGL0045]: \"A\" has no component \"d\"\n  help: the molecule type is A(b,c~U~P)",
    );
    check_remark(
        "observables",
        "Molecules X A(b,b)",
        "m.bngl:18:17: error[BNGL0046]: \"A\" has 1 component \"b\", the pattern names 2\n  help: declare more of them in the molecule type: A(b,c~U~P)",
    );
    check_remark(
        "observables",
        "Molecules X A(c~PP)",
        "m.bngl:18:15: error[BNGL0047]: component \"c\" of \"A\" has no state \"PP\"\n  help: its states are U, P",
    );
    check_remark(
        "observables",
        "Molecules X A(b~P)",
        "m.bngl:18:15: error[BNGL0047]: component \"b\" of \"A\" has no states\n  help: declare them in the molecule type: A(b~P)",
    );
    check_remark(
        "observables",
        "Molecules X A(b!1)",
        "m.bngl:18:15: error[BNGL0042]: bond !1 has one end only\n  help: give a second component the label, or write !+",
    );
    check_remark(
        "observables",
        "Molecules X A(b!1).B(a!1,a!1)",
        "m.bngl:18:26: error[BNGL0043]: bond !1 has 3 ends\n  help: use another label for another bond",
    );
    check_remark(
        "observables",
        "Molecules X A(b@PM)",
        "m.bngl:18:16: error[BNGL0007]: compartment of the single component \"b\"\n  help: give the compartment to the molecule: A(b)@CP",
    );
    check_remark(
        "observables",
        "Molecules X A(b",
        "m.bngl:18:16: error[BNGL0041]: the components of \"A\" are not closed\n  help: write \")\" after the last component",
    );
    check_remark(
        "observables",
        "Molecules X A(b)==2",
        "m.bngl:18:13: error[BNGL0058]: quantifier has no meaning here, at A(b)==2\n  help: write an observable of kind Species: Species dimers R()==2",
    );
    check_remark(
        "observables",
        "molecules X A(b)",
        "m.bngl:18:1: error[BNGL0062]: unknown kind of observable \"molecules\"\n  help: did you mean \"Molecules\"?",
    );
    check_remark(
        "observables",
        "Molecules X",
        "m.bngl:18:12: error[BNGL0063]: observable \"X\" has no pattern\n  help: write: Molecules X A(b~P)",
    );
    check_remark(
        "observables",
        "Molecules X *",
        "m.bngl:18:13: error[BNGL0040]: expected a molecule, found \"*\"\n  help: write a molecule such as A(b,c~P)",
    );
    check_remark(
        "seed species",
        "A(b) 1",
        "m.bngl:14:1: error[BNGL0049]: seed species is not fully specified: \"A\" lacks component \"c\"\n  help: name every component with one state, as in A(b,c~U~P)",
    );
    check_remark(
        "seed species",
        "C().C() 1",
        "m.bngl:14:1: error[BNGL0050]: the molecules of C().C() are not connected\n  help: add bonds, or write one line for each",
    );
    check_remark(
        "seed species",
        "$C() 1",
        "m.bngl:14:1: error[BNGL0051]: seed species $C() is given twice\n  help: add the amounts on one line; the first is at m.bngl:13:1",
    );
    check_remark(
        "seed species",
        "B(a,a)",
        "m.bngl:14:7: error[BNGL0052]: seed species B(a,a) has no amount\n  help: write: B(a,a) 100",
    );
}

#[test]
fn mistakes_in_rules_and_blocks_are_explained() {
    check_remark(
        "reaction rules",
        "C -> 0",
        "m.bngl:26:7: error[BNGL0072]: rule has no rate\n  help: write a rate constant after the products",
    );
    check_remark(
        "reaction rules",
        "C <-> 0 k",
        "m.bngl:26:10: error[BNGL0073]: reversible rule has only one rate\n  help: write the rate of the reverse reaction after a comma",
    );
    check_remark(
        "reaction rules",
        "0 <- C k",
        "m.bngl:26:3: error[BNGL0071]: \"<-\" is not an arrow of BNGL\n  help: write the rule the other way round with ->",
    );
    check_remark(
        "reaction rules",
        "C -> 0 k DeleteMolecule",
        "m.bngl:26:10: error[BNGL0075]: unexpected \"DeleteMolecule\" after the rates\n  help: did you mean \"DeleteMolecules\"?",
    );
    check_remark(
        "reaction rules",
        "C -> 0 k exclude_reactants(2,A)",
        "m.bngl:26:28: error[BNGL0076]: exclude_reactants needs the number of a pattern, from 1 to 1\n  help: write exclude_reactants(1,A(b))",
    );
    check_remark(
        "reaction rules",
        "C -> 0 Arrhenius(k)",
        "m.bngl:26:8: error[BNGL0081]: Arrhenius needs phi and Ea, found 1 constants\n  help: write Arrhenius(phi,Ea)",
    );
    check_remark(
        "paramters",
        "k 1",
        "m.bngl:28:1: error[BNGL0003]: unknown block \"paramters\"\n  help: did you mean \"parameters\"?",
    );
    check_remark(
        "energy patterns",
        "C()",
        "m.bngl:29:4: error[BNGL0066]: energy pattern C() has no energy\n  help: write: A(b!1).B(a!1) dG/RT",
    );
    check_remark(
        "compartments",
        "CP 3 1 PM",
        "m.bngl:13:1: error[BNGL0056]: C() is in no compartment\n  help: write C()@NAME\nm.bngl:29:8: error[BNGL0053]: unknown compartment \"PM\"\n  help: declare it in the block \"compartments\"",
    );
    check_remark(
        "actions",
        "simulat({})",
        "m.bngl:29:1: warning[BNGL0091]: unknown action \"simulat\"\n  help: did you mean \"simulate\"?",
    );
}

#[test]
fn compartments_tags_and_attributes_are_read() {
    let text = "begin compartments\nEC 3 10\nPM 2 0.1*2 EC\nCP 3 1 PM\nend compartments\nbegin seed species\n\
                1 @PM::$L(r!1)@EC.R(l!1) 5\n@CP:D() 3\nend seed species\nbegin observables\n\
                Species X @PM:L.R, R()==2 R(l!+)>=3,L\nend observables\n";
    let parsed = read(text);
    assert_eq!(parsed.diagnostics, []);
    let model = parsed.value;
    assert_eq!(model.seed_species[0].pattern.to_string(), "$@PM:L(r!1)@EC.R(l!1)");
    assert_eq!(patterns(&model.observables[0].patterns), "@PM:L().R() + R()==2 + R(l!+)>=3 + L()");
    assert_eq!(model.compartments[1].parent.as_deref(), Some("EC"));
    let types: Vec<_> = model.molecule_types.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(types, ["L", "R", "D"]);
}

#[test]
fn constants_and_time_give_way_to_names_of_the_model() {
    let body = |functions: &str, extra: &str| {
        let text = format!("{extra}begin functions\n{functions}\nend functions\n");
        let parsed = read(&text);
        assert_eq!(parsed.diagnostics, []);
        parsed.value.functions[0].body.to_string()
    };
    assert_eq!(body("f() = _pi*t", ""), "(3.141592653589793*time())");
    assert_eq!(body("f t", "begin parameters\nt 1\nend parameters\n"), "t");
    assert_eq!(body("f() _NA", "begin parameters\n_NA 6e23\nend parameters\n"), "_NA");
    assert_eq!(body("f(t) = t", ""), "t");
}

#[test]
fn a_model_split_over_files_is_one_model() {
    let first =
        "begin parameters\nk 1\nend parameters\nbegin reaction rules\nA() -> 0 k\nend reaction rules\n";
    let second =
        "begin parameters\nk 2\nj 3\nend parameters\nbegin reaction rules\n0 -> A() j\nend reaction rules\n";
    let parsed = parse(&[Source::new("a.bngl", first), Source::new("b.bngl", second)]);
    let remarks: Vec<_> = parsed.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        remarks,
        [
            "b.bngl:2:1: error[BNGL0031]: parameter \"k\" is defined twice\n  help: remove or rename one of the two; the first is at a.bngl:2:1"
        ]
    );
    assert_eq!(
        parsed.value.rules.iter().map(print_rule).collect::<Vec<_>>(),
        ["_R1: A() -> 0 | k", "_R2: 0 -> A() | j"]
    );
}

#[test]
fn actions_options_and_protocol_are_kept_as_written() {
    let text = "version(\"2.2.4\")\nsetOption(\"A\",1,\"B\",\"x\")\nbegin model\nparameter k = 3\nend model\n\
                simulate({method=>\"ode\",\\\n t_end=>10});\nbegin protocol\nquit()\nend protocol\n";
    let parsed = read(text);
    assert_eq!(parsed.diagnostics, []);
    let model = parsed.value;
    let options: Vec<_> = model.options.iter().map(|(n, v)| format!("{n}={v}")).collect();
    assert_eq!(options, ["version=2.2.4", "A=1", "B=x"]);
    assert_eq!(model.actions[0].arguments, "{method=>\"ode\", t_end=>10}");
    assert_eq!(model.actions.len(), 1);
    assert_eq!(model.protocol[0].name, "quit");
    assert_eq!(model.parameters[0].name, "k");
}

#[test]
fn unclosed_blocks_are_reported_at_the_end() {
    let remarks: Vec<_> =
        read("begin parameters\nk 1\n").diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        remarks,
        [
            "m.bngl:3:1: error[BNGL0004]: the file ends, but \"begin parameters\" of line 1 is not closed\n  help: write \"end parameters\" at the end"
        ]
    );
}

#[test]
fn bytes_that_are_not_utf8_are_a_warning() {
    let parsed = parse_bytes(&[("m.bngl", b"begin parameters\nk 1 # \xb5M\nend parameters\n")]);
    let remarks: Vec<_> = parsed.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        remarks,
        ["m.bngl:2:1: warning[BNGL0001]: the file is not UTF-8 text\n  help: save the file as UTF-8"]
    );
    assert_eq!(parsed.value.parameters.len(), 1);
}
