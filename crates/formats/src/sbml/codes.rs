//! The codes of all SBML diagnostics. Five digits are the number of a rule of the specification.

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $text:literal;)*) => {
        $(pub(super) const $name: &str = $code;)*
        /// Code, title and explanation of every diagnostic of the SBML reader, in ascending order of the code.
        pub const CODES: &[(&str, &str, &str)] = &[$(($code, $title, $text)),*];
    };
}

codes! {
    NOT_XML = "SBML0001", "text is not well-formed XML",
        "The text breaks the rules of XML at the place shown: a tag without its end, a stray &, an attribute \
         without quotes.";
    DTD = "SBML0002", "document type declaration",
        "SBML has no document type declaration. One could define entities that expand without end, so it is refused.";
    TOO_LARGE = "SBML0003", "model is too large",
        "The text, the number of its elements or what its functions expand to exceeds a limit that protects memory.";
    TOO_DEEP = "SBML0004", "expression is nested too deeply",
        "Expressions may be nested 300 deep. Split a deeper one with assignment rules.";
    LEVEL = "SBML0005", "level or version is not known",
        "Read are Level 1 Versions 1 and 2, Level 2 Versions 1 to 5, Level 3 Versions 1 and 2.";
    PACKAGE = "SBML0006", "required package is not supported",
        "The model says that it cannot be understood without this package, and this program does not know it.";
    PACKAGE_LEFT_OUT = "SBML0007", "optional package is left out",
        "The model uses a package that this program does not know, and says that it can be understood without it.";
    UNKNOWN_ATTRIBUTE = "SBML0008", "unknown attribute",
        "The element has no attribute of this name in any level. Often the spelling is wrong.";
    CONSTRAINTS = "SBML0009", "constraints are not watched",
        "A constraint says what should hold while a model runs. It changes no number, and is not looked at here.";
    FORMULA = "SBML0010", "formula cannot be read",
        "The text formula of a Level 1 model breaks off, has a stray sign or calls an unknown function.";
    COMP_REFERENCE = "SBML0011", "reference to a submodel leads nowhere",
        "A submodel, port, deletion or replacement (package comp) names what does not exist in the model it points to.";
    COMP_EXTERNAL = "SBML0012", "external model cannot be read",
        "An external model definition (package comp) must be a file in the folder of the model.";
    COMP_RECURSION = "SBML0013", "model contains itself",
        "Submodels (package comp) are nested without end, or expand to a model that is too large.";
    NOT_COMPILED = "SBML0014", "model cannot be compiled",
        "The model is readable, but its mathematics needs something that is not supported; the message names it.";
    NO_INITIAL = "SBML0015", "species has no initial quantity",
        "Reactions or rules change the species, but nothing says how much there is at the start. The specification \
         leaves it open; like other programs, this one takes 0.";
    NO_SIZE = "SBML0016", "compartment has no size",
        "There are concentrations in the compartment, but nothing says how large it is. The specification leaves it \
         open; like other programs, this one takes 1.";
    FLUX_REFERENCE = "SBML0017", "flux bound or objective names what does not exist",
        "A bound or an objective (package fbc) names a reaction, parameter or objective that the model does not have.";
    FLUX_BOUND = "SBML0018", "flux bound cannot be read",
        "A bound (package fbc) has an operation other than lessEqual, greaterEqual and equal, or no value.";
    NOT_SBML = "SBML10102", "element is not part of SBML",
        "The element is not known at this place in any level and version of SBML that is read.";
    ATTRIBUTE_VALUE = "SBML10103", "attribute has a value of the wrong type",
        "The value of the attribute is not a number or not a truth value.";
    MATH = "SBML10201", "MathML is not complete",
        "An element of MathML lacks what it must contain, or is in another namespace.";
    MATH_ELEMENT = "SBML10202", "MathML element is not part of SBML",
        "SBML uses a part of MathML; section 3.4 of the specification lists it.";
    CSYMBOL = "SBML10204", "csymbol is not known",
        "The symbols of SBML's core are time, delay, avogadro (Level 3) and rateOf (Level 3 Version 2).";
    UNKNOWN_FUNCTION = "SBML10214", "function is not defined",
        "What is applied to arguments must be an operator of MathML or a function definition of the model.";
    UNKNOWN_SYMBOL = "SBML10215", "symbol is not defined",
        "A name in mathematics must be a compartment, species, parameter, reaction, or species reference.";
    ARGUMENT_COUNT = "SBML10218", "wrong number of operands",
        "The operator takes another number of operands.";
    CALL_ARGUMENTS = "SBML10219", "wrong number of arguments",
        "The function definition has another number of arguments.";
    RATE_OF = "SBML10220", "rateOf of something that has no rate",
        "rateOf takes the identifier of one symbol.";
    DUPLICATE_ID = "SBML10301", "identifier is used twice",
        "Functions, compartments, species, parameters, reactions, species references and events share one namespace.";
    DUPLICATE_LOCAL = "SBML10303", "local parameter is defined twice",
        "Two parameters of one kinetic law have the same identifier.";
    TWO_RULES = "SBML10304", "variable has two rules",
        "A variable is determined by at most one assignment rule or rate rule.";
    SID_SYNTAX = "SBML10310", "not an identifier",
        "An identifier has letters, digits and underscores, and does not start with a digit.";
    OVERDETERMINED = "SBML10601", "model is overdetermined",
        "There are more rules and rates than variables for them: an algebraic rule has no variable left to determine.";
    NAMESPACE = "SBML20101", "namespace, level and version do not agree",
        "The namespace of <sbml> says which level and version the document follows; both attributes must repeat it.";
    NO_MODEL = "SBML20201", "there is no model",
        "A document contains one <model>.";
    NO_LAMBDA = "SBML20301", "function is not a lambda",
        "The mathematics of a function definition is one <lambda>.";
    RECURSIVE_FUNCTION = "SBML20303", "function calls itself",
        "A function definition must not call itself, directly or through others.";
    FREE_VARIABLE = "SBML20304", "function uses what is not its argument",
        "Inside a function definition only its arguments are known.";
    SPECIES_COMPARTMENT = "SBML20601", "species is in an unknown compartment",
        "The attribute compartment must be the identifier of a compartment.";
    TWO_INITIALS = "SBML20609", "species has two initial quantities",
        "Give an initial amount or an initial concentration, not both.";
    RULE_AND_REACTION = "SBML20610", "species is changed by a rule and by reactions",
        "A species with a rule must be a boundary species to take part in reactions.";
    REQUIRED_ATTRIBUTE = "SBML20623", "required attribute is missing",
        "The attribute must be there at this level. (The rule number is that of species; other components have their own.)";
    CONVERSION_FACTOR = "SBML20705", "conversion factor is not a constant parameter",
        "The attribute conversionFactor must be the identifier of a parameter with constant=\"true\".";
    INITIAL_SYMBOL = "SBML20801", "initial assignment of something unknown",
        "The symbol must be a compartment, species, parameter, or (Level 3) species reference.";
    TWO_INITIAL_ASSIGNMENTS = "SBML20802", "symbol has two initial assignments",
        "At most one initial assignment sets a symbol.";
    INITIAL_AND_RULE = "SBML20803", "symbol has an initial assignment and an assignment rule",
        "An assignment rule holds at the start as well, so the two contradict each other.";
    RULE_VARIABLE = "SBML20901", "rule for something unknown",
        "The variable must be a compartment, species, parameter, or (Level 3) species reference.";
    CONSTANT_VARIABLE = "SBML20903", "constant is changed",
        "What is declared constant must not be the variable of a rule or event assignment.";
    CIRCLE = "SBML20906", "definitions form a circle",
        "Assignment rules, initial assignments and kinetic laws must not depend on themselves.";
    REACTION_SPECIES = "SBML21111", "species reference to something unknown",
        "The attribute species must be the identifier of a species.";
    TWO_STOICHIOMETRIES = "SBML21113", "species reference has two stoichiometries",
        "Give the attribute stoichiometry or a stoichiometryMath, not both.";
    NO_TRIGGER = "SBML21201", "event has no trigger",
        "Before Level 3 Version 2 every event has a trigger with mathematics.";
    EVENT_VARIABLE = "SBML21211", "event assignment to something unknown",
        "The variable must be a compartment, species, parameter, or (Level 3) species reference.";
}

/// Elements that are not known get the number of the rule about unknown content.
pub(super) const UNKNOWN_ELEMENT: &str = NOT_SBML;
