//! The codes of all BNGL diagnostics, with an explanation of each.

/// Code, title and explanation of every diagnostic of the BNGL reader, in ascending order of the code.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        NOT_UTF8,
        "text is not UTF-8",
        "The file contains bytes that are not UTF-8 text, usually a letter such as µ or é saved \
         in an older encoding. They are replaced and reading goes on. Save the file as UTF-8.",
    ),
    (
        STRAY_LINE,
        "line outside of every block",
        "Outside of blocks, a BNGL file holds only actions such as simulate({...}), settings such \
         as setOption(...), and `parameter name value`. Put other lines into a block: begin \
         parameters ... end parameters.",
    ),
    (
        UNKNOWN_BLOCK,
        "unknown block",
        "Blocks are: parameters, compartments, molecule types, population types, seed species (or \
         species), observables, functions, energy patterns, reaction rules, actions, protocol. Everything in a block of \
         another name is skipped.",
    ),
    (
        BLOCK_ORDER,
        "begin and end do not match",
        "Every `begin NAME` needs an `end NAME` with the same name before the next block begins \
         and before the file ends.",
    ),
    (
        UNUSED_BLOCK,
        "block is not used",
        "Population maps say which species a hybrid model counts as populations. Only the action \
         generate_hybrid_model uses them, which this program does not offer; networks and \
         simulations do not depend on them.",
    ),
    (
        NETWORK_BLOCK,
        "block belongs to a .net file",
        "The blocks `reactions` and `groups` describe an expanded network. Read such a file as a \
         .net file, or write reaction rules and observables.",
    ),
    (
        UNSUPPORTED,
        "language feature is not supported",
        "The construct is BNGL, but this program does not handle it: compartments of single components, states or bonds of a whole molecule, \
         observables of kind Function or Population. The help line says what to write instead.",
    ),
    (
        TOO_DEEP,
        "expression is nested too deeply",
        "Expressions are limited to 150 nested parentheses and to 1000 operations in a row. Split \
         a long expression into several functions or parameters.",
    ),
    (TOO_MANY, "too many remarks", "Only the first remarks are shown. Repair them and read the file again."),
    (
        SECOND_MODEL,
        "second model in one file",
        "A file holds one `begin model` ... `end model`. Several files may describe one model \
         together; each has at most one such pair.",
    ),
    (
        SINGULAR_BLOCK,
        "block name in the singular",
        "Block names are plural: molecule types, functions, reaction rules. The block is read as \
         if it had the plural name.",
    ),
    (
        NO_OPERAND,
        "expression is incomplete",
        "An expression breaks off where a number, a name or an opening parenthesis must follow.",
    ),
    (
        TRAILING_TEXT,
        "text after an expression",
        "An expression ended, but the line goes on. Often an operator is missing, or a remark \
         does not start with #.",
    ),
    (NO_CLOSING, "missing closing parenthesis", "An opening parenthesis has no partner on the same line."),
    (NOT_FINITE, "number is too large", "Numbers must be finite: below about 1.8e308."),
    (
        ARGUMENT_COUNT,
        "wrong number of arguments",
        "A function was called with more or fewer arguments than it has.",
    ),
    (
        SIGNED_POWER,
        "sign before a power",
        "As in BioNetGen, a sign binds tighter than a power: -a^2 means (-a)^2, which is \
         positive. Write parentheses to say which one is meant.",
    ),
    (
        CHAINED_POWER,
        "two powers in a row",
        "a^b^c is read from the right, as in mathematics: a^(b^c). BioNetGen 2 reads it from the \
         left. Write parentheses.",
    ),
    (
        TABLE,
        "table function is not understood",
        "tfun([x0,x1,...],[y0,y1,...],index) gives the value of a table at the index: time, or a \
         parameter, observable or function. tfun('file.tfun',index) reads two columns of numbers \
         from a file beside the model. Between the points it is a straight line, or with \
         method=>\"step\" the value of the last point passed; outside of the points it is constant.",
    ),
    (
        UNDEFINED_NAME,
        "name is not defined",
        "An expression uses a name that is no parameter, function, observable or tag of the rule. \
         Names are case-sensitive.",
    ),
    (
        DUPLICATE,
        "defined twice",
        "A name may be defined only once in a model, also when the model is split over several \
         files. Remove or rename one of the two.",
    ),
    (
        RESERVED_NAME,
        "reserved name",
        "The names of built-in functions (exp, if, min, ...), time, _pi and _e cannot be used for \
         parameters, functions or observables.",
    ),
    (
        NAME_CLASH,
        "one name for two things",
        "Parameters, functions and observables share one set of names. Rename one of the two.",
    ),
    (
        CYCLE,
        "cyclic definition",
        "Parameters or functions refer to each other in a circle, so none of them has a value.",
    ),
    (
        INVALID_NAME,
        "invalid name",
        "A name consists of letters, digits and underscores; it starts with a letter or an \
         underscore.",
    ),
    (
        PARAMETER_NOT_CONSTANT,
        "parameter depends on something that changes",
        "A parameter may refer to numbers and other parameters only. Write a function if the \
         value depends on an observable, a function or time.",
    ),
    (
        BAD_CALL,
        "not callable that way",
        "Parameters take no arguments; an observable takes at most one, the tag of a pattern.",
    ),
    (
        LOCAL_WITHOUT_TAG,
        "local function without its argument",
        "A function with arguments needs as many when it is used: f(x), where x is the tag of a \
         pattern in the rule (%x:A(b)).",
    ),
    (
        NO_MOLECULE,
        "expected a molecule",
        "A pattern consists of molecules such as A(b,c~P), joined by dots. The name of a molecule \
         contains letters, digits and underscores.",
    ),
    (
        BAD_COMPONENT,
        "component is not understood",
        "A component is a name, followed by ~STATE, !BOND or %TAG in any order. Components are \
         separated by commas and end with a closing parenthesis.",
    ),
    (
        DANGLING_BOND,
        "bond label used once",
        "A bond has two ends: its label appears at exactly two components of the same pattern. To \
         say only that a component is bound, write !+.",
    ),
    (
        CROWDED_BOND,
        "bond label used more than twice",
        "A bond has two ends: its label appears at exactly two components of the same pattern. \
         Use another label for another bond.",
    ),
    (
        UNKNOWN_MOLECULE,
        "molecule type is not declared",
        "When the model has a block `molecule types`, every molecule must be declared there with \
         all its components and states.",
    ),
    (UNKNOWN_COMPONENT, "component is not declared", "The molecule type has no component of that name."),
    (
        TOO_MANY_COMPONENTS,
        "more components than the type has",
        "A pattern names a component more often than the molecule type has it.",
    ),
    (UNKNOWN_STATE, "state is not declared", "The component has no state of that name, or no states at all."),
    (
        REPEATED_PART,
        "part of a pattern given twice",
        "A component has at most one state and one tag; labelled bonds and the wildcards !+ and \
         !? exclude each other; a molecule has one list of components, one tag and one \
         compartment.",
    ),
    (
        SEED_INCOMPLETE,
        "seed species is not fully specified",
        "A species at the start must name every component of every molecule, with its state if it \
         has states, and without wildcards (!+, !?, ~?).",
    ),
    (
        SEED_DISCONNECTED,
        "seed species is not connected",
        "The molecules of one species must hang together by bonds. Write unconnected molecules on \
         separate lines.",
    ),
    (
        SEED_REPEATED,
        "seed species given twice",
        "The same species appears twice among the seed species. Add the amounts on one line.",
    ),
    (SEED_AMOUNT, "seed species without an amount", "Each seed species needs an amount: A(b) 100."),
    (
        UNKNOWN_COMPARTMENT,
        "compartment is not declared",
        "Compartments are declared in the block `compartments`: name, dimension (2 or 3), size, \
         and the compartment around it.",
    ),
    (
        COMPARTMENT_CYCLE,
        "compartments enclose each other",
        "The chain of surrounding compartments must end at an outermost one.",
    ),
    (
        COMPARTMENT_FORM,
        "compartment is not understood",
        "A compartment is declared as: name, dimension (2 for a surface, 3 for a volume), size, \
         and optionally the compartment around it. Surfaces lie in volumes and volumes in \
         surfaces.",
    ),
    (
        NO_COMPARTMENT,
        "species without a compartment",
        "When a model has compartments, every species at the start must be in one: A(b)@CP or \
         @CP:A(b).",
    ),
    (UNKNOWN_ATTRIBUTE, "unknown attribute in braces", "Known attributes are {MatchOnce} and {Fixed}."),
    (
        MISPLACED_MARK,
        "mark has no meaning here",
        "Quantifiers such as ==2 belong to patterns of Species observables; $ belongs to seed \
         species.",
    ),
    (
        TYPE_FORM,
        "molecule type is not understood",
        "A molecule type is declared as A(b,c~U~P): its components in parentheses, each with its \
         possible states.",
    ),
    (
        UNEQUAL_SITES,
        "components of one name with different states",
        "Components of the same name are interchangeable, so they need the same states. Give them \
         different names otherwise.",
    ),
    (
        OBSERVABLE_FORM,
        "observable is not understood",
        "An observable is declared as: kind, name, patterns. The kind is Molecules or Species: \
         Molecules pAKT AKT(s473~P).",
    ),
    (NO_PATTERN, "observable without a pattern", "An observable needs at least one pattern."),
    (
        PARAMETER_FORM,
        "parameter is not understood",
        "A parameter is declared as: name, value. The value may be an expression: k2 0.5*k1.",
    ),
    (FUNCTION_FORM, "function is not understood", "A function is declared as: name(arguments) = expression."),
    (
        ENERGY_FORM,
        "energy pattern is not understood",
        "A line of the block energy patterns is a pattern and the free energy of formation that each \
         of its occurrences adds, in units of RT: A(b!1).B(a!1) -47.5/RT.",
    ),
    (
        NO_ARROW,
        "rule without an arrow",
        "A rule reads: name: reactants -> products rate. The arrow is -> or, with two rates, <->.",
    ),
    (
        BACKWARD_ARROW,
        "arrow points backwards",
        "BNGL has no <- arrow. Write the rule the other way round with ->.",
    ),
    (NO_RATE, "rule without a rate", "A rate constant or expression must follow the products."),
    (
        NO_REVERSE_RATE,
        "reversible rule with one rate",
        "A rule with <-> needs two rates, separated by a comma: A <-> B kf, kr.",
    ),
    (EXTRA_RATE, "too many rates", "A rule with -> has one rate, a rule with <-> has two."),
    (
        RULE_KEYWORD,
        "unknown word at the end of a rule",
        "After the rates may follow: DeleteMolecules, MoveConnected, TotalRate, MatchOnce, \
         include_reactants(n,...), exclude_reactants(n,...), include_products(n,...), \
         exclude_products(n,...).",
    ),
    (
        FILTER_FORM,
        "include or exclude is not understood",
        "Write include_reactants(1,A,B(c!+)): the number of the reactant or product, from 1, then \
         patterns.",
    ),
    (PRIORITY, "priority is ignored", "Rules have no priorities here; the word is ignored."),
    (
        TAG_REPEATED,
        "tag given twice",
        "A tag may appear once among the reactants and once among the products of a rule.",
    ),
    (
        TAG_ONE_SIDED,
        "tag on one side only",
        "A tag on a molecule or component of only one side means that it is created or deleted. \
         Write the tag on both sides if it stays.",
    ),
    (
        TOTAL_RATE,
        "TotalRate with a rate law of its own",
        "Sat, MM and Hill already say how the rate depends on the reactants, so TotalRate cannot \
         be combined with them.",
    ),
    (
        RATE_LAW_FORM,
        "rate law is not understood",
        "Rate laws are Sat(k,K,...), MM(kcat,Km), Hill(Vmax,K,n) and \
         FunctionProduct(\"f(x)\",\"g(y)\").",
    ),
    (
        LABEL_SPACES,
        "rule label with spaces",
        "The label of a rule is one name. Spaces are replaced by underscores.",
    ),
    (
        ACTION_FORM,
        "action is not understood",
        "An action is a name with arguments in parentheses: \
         simulate({method=>\"ode\",t_end=>10,n_steps=>100}).",
    ),
    (
        UNKNOWN_ACTION,
        "unknown action",
        "The action is kept, but nothing here carries it out. Check the spelling.",
    ),
    (
        ARGUMENT_FORM,
        "arguments of an action are not understood",
        "Arguments are values separated by commas, or {name=>value,...}. A value is a number, an \
         expression, a text in quotes, a list [a,b] or a table {a=>1,b=>2}.",
    ),
];

pub(crate) const NOT_UTF8: &str = "BNGL0001";
pub(crate) const STRAY_LINE: &str = "BNGL0002";
pub(crate) const UNKNOWN_BLOCK: &str = "BNGL0003";
pub(crate) const BLOCK_ORDER: &str = "BNGL0004";
pub(crate) const UNUSED_BLOCK: &str = "BNGL0005";
pub(crate) const NETWORK_BLOCK: &str = "BNGL0006";
pub(crate) const UNSUPPORTED: &str = "BNGL0007";
pub(crate) const TOO_DEEP: &str = "BNGL0008";
pub(crate) const TOO_MANY: &str = "BNGL0009";
pub(crate) const SECOND_MODEL: &str = "BNGL0010";
pub(crate) const SINGULAR_BLOCK: &str = "BNGL0011";
pub(crate) const NO_OPERAND: &str = "BNGL0020";
pub(crate) const TRAILING_TEXT: &str = "BNGL0021";
pub(crate) const NO_CLOSING: &str = "BNGL0022";
pub(crate) const NOT_FINITE: &str = "BNGL0023";
pub(crate) const ARGUMENT_COUNT: &str = "BNGL0024";
pub(crate) const SIGNED_POWER: &str = "BNGL0025";
pub(crate) const CHAINED_POWER: &str = "BNGL0026";
pub(crate) const TABLE: &str = "BNGL0027";
pub(crate) const UNDEFINED_NAME: &str = "BNGL0030";
pub(crate) const DUPLICATE: &str = "BNGL0031";
pub(crate) const RESERVED_NAME: &str = "BNGL0032";
pub(crate) const NAME_CLASH: &str = "BNGL0033";
pub(crate) const CYCLE: &str = "BNGL0034";
pub(crate) const INVALID_NAME: &str = "BNGL0035";
pub(crate) const PARAMETER_NOT_CONSTANT: &str = "BNGL0036";
pub(crate) const BAD_CALL: &str = "BNGL0037";
pub(crate) const LOCAL_WITHOUT_TAG: &str = "BNGL0038";
pub(crate) const NO_MOLECULE: &str = "BNGL0040";
pub(crate) const BAD_COMPONENT: &str = "BNGL0041";
pub(crate) const DANGLING_BOND: &str = "BNGL0042";
pub(crate) const CROWDED_BOND: &str = "BNGL0043";
pub(crate) const UNKNOWN_MOLECULE: &str = "BNGL0044";
pub(crate) const UNKNOWN_COMPONENT: &str = "BNGL0045";
pub(crate) const TOO_MANY_COMPONENTS: &str = "BNGL0046";
pub(crate) const UNKNOWN_STATE: &str = "BNGL0047";
pub(crate) const REPEATED_PART: &str = "BNGL0048";
pub(crate) const SEED_INCOMPLETE: &str = "BNGL0049";
pub(crate) const SEED_DISCONNECTED: &str = "BNGL0050";
pub(crate) const SEED_REPEATED: &str = "BNGL0051";
pub(crate) const SEED_AMOUNT: &str = "BNGL0052";
pub(crate) const UNKNOWN_COMPARTMENT: &str = "BNGL0053";
pub(crate) const COMPARTMENT_CYCLE: &str = "BNGL0054";
pub(crate) const COMPARTMENT_FORM: &str = "BNGL0055";
pub(crate) const NO_COMPARTMENT: &str = "BNGL0056";
pub(crate) const UNKNOWN_ATTRIBUTE: &str = "BNGL0057";
pub(crate) const MISPLACED_MARK: &str = "BNGL0058";
pub(crate) const TYPE_FORM: &str = "BNGL0060";
pub(crate) const UNEQUAL_SITES: &str = "BNGL0061";
pub(crate) const OBSERVABLE_FORM: &str = "BNGL0062";
pub(crate) const NO_PATTERN: &str = "BNGL0063";
pub(crate) const PARAMETER_FORM: &str = "BNGL0064";
pub(crate) const FUNCTION_FORM: &str = "BNGL0065";
pub(crate) const ENERGY_FORM: &str = "BNGL0066";
pub(crate) const NO_ARROW: &str = "BNGL0070";
pub(crate) const BACKWARD_ARROW: &str = "BNGL0071";
pub(crate) const NO_RATE: &str = "BNGL0072";
pub(crate) const NO_REVERSE_RATE: &str = "BNGL0073";
pub(crate) const EXTRA_RATE: &str = "BNGL0074";
pub(crate) const RULE_KEYWORD: &str = "BNGL0075";
pub(crate) const FILTER_FORM: &str = "BNGL0076";
pub(crate) const PRIORITY: &str = "BNGL0077";
pub(crate) const TAG_REPEATED: &str = "BNGL0078";
pub(crate) const TAG_ONE_SIDED: &str = "BNGL0079";
pub(crate) const TOTAL_RATE: &str = "BNGL0080";
pub(crate) const RATE_LAW_FORM: &str = "BNGL0081";
pub(crate) const LABEL_SPACES: &str = "BNGL0082";
pub(crate) const ACTION_FORM: &str = "BNGL0090";
pub(crate) const UNKNOWN_ACTION: &str = "BNGL0091";
pub(crate) const ARGUMENT_FORM: &str = "BNGL0092";

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_unique_and_ascending() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(
            CODES
                .iter()
                .all(|(code, title, text)| code.len() == 8 && !title.is_empty() && text.ends_with('.'))
        );
    }
}
