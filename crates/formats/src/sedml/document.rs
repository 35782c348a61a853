//! What an experiment is made of. The words are those of the specification.

use model::Expr;

/// A SED-ML document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Experiment {
    /// Models, with their changes.
    pub models: Vec<ModelUse>,
    /// How to simulate.
    pub simulations: Vec<Simulation>,
    /// Which model with which simulation.
    pub tasks: Vec<Task>,
    /// What is computed from results.
    pub data_generators: Vec<DataGenerator>,
    /// Reports and plots.
    pub outputs: Vec<Output>,
}

/// A model: a file or another model of the experiment, and changes.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelUse {
    /// Identifier.
    pub id: String,
    /// URN of the language; may be empty.
    pub language: String,
    /// Path of a file, address, or identifier of another model (with or without `#`).
    pub source: String,
    /// Changes, in order.
    pub changes: Vec<Change>,
}

/// A change of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// XPath, or what the language has in its place.
    pub target: String,
    /// What happens there.
    pub action: ChangeAction,
}

/// What a change does.
#[derive(Clone, Debug, PartialEq)]
pub enum ChangeAction {
    /// A new value of an attribute.
    Attribute(String),
    /// XML that is added as last children of an element.
    Add(String),
    /// XML that takes the place of an element.
    Replace(String),
    /// An element or attribute is removed.
    Remove,
    /// A computed value of an attribute.
    Compute(Computation),
}

/// An expression with what it refers to.
#[derive(Clone, Debug, PartialEq)]
pub struct Computation {
    /// The expression.
    pub math: Expr,
    /// Constants.
    pub parameters: Vec<(String, f64)>,
    /// Values of models and results of tasks.
    pub variables: Vec<Variable>,
}

/// A quantity of a model or of a task's results.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Identifier, as the expression uses it.
    pub id: String,
    /// Place in the model; empty for the time.
    pub target: String,
    /// Whether it is the time.
    pub is_time: bool,
    /// Task whose results are meant.
    pub task: Option<String>,
    /// Model, where there is no task.
    pub model: Option<String>,
}

/// How to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// Identifier.
    pub id: String,
    /// Course.
    pub kind: SimulationKind,
    /// Method.
    pub algorithm: Algorithm,
}

/// Kinds of simulation. Times are in the unit of the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SimulationKind {
    /// From `initial`, recorded at `steps` + 1 even times from `start` to `end`.
    UniformTimeCourse {
        /// Start of the simulation.
        initial: f64,
        /// First recorded time.
        start: f64,
        /// Last recorded time.
        end: f64,
        /// Intervals between recorded times.
        steps: usize,
    },
    /// One step of that length.
    OneStep(f64),
    /// The steady state.
    SteadyState,
}

/// A term of KiSAO with parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Algorithm {
    /// Number of the term, 19 for `KISAO:0000019`.
    pub kisao: u32,
    /// Number of the parameter's term, and its value.
    pub parameters: Vec<(u32, String)>,
}

/// A task.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Identifier.
    pub id: String,
    /// What it does.
    pub kind: TaskKind,
}

/// Kinds of task.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskKind {
    /// One simulation of one model.
    Single {
        /// The model.
        model: String,
        /// The simulation.
        simulation: String,
    },
    /// Other tasks, again and again.
    Repeated(RepeatedTask),
}

/// A loop over ranges.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatedTask {
    /// The range that says how often.
    pub range: String,
    /// Whether every iteration begins with the model as it was.
    pub reset: bool,
    /// Whether the results of the sub-tasks of an iteration are joined end to end.
    pub concatenate: bool,
    /// All ranges.
    pub ranges: Vec<Range>,
    /// What each iteration sets.
    pub changes: Vec<SetValue>,
    /// What each iteration runs, in order.
    pub sub_tasks: Vec<SubTask>,
}

/// A row of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Identifier.
    pub id: String,
    /// Its values.
    pub kind: RangeKind,
}

/// Kinds of range.
#[derive(Clone, Debug, PartialEq)]
pub enum RangeKind {
    /// `steps` + 1 values.
    Uniform {
        /// First value.
        start: f64,
        /// Last value.
        end: f64,
        /// Number of intervals.
        steps: usize,
        /// Whether ratios rather than differences are even.
        log: bool,
    },
    /// Given values.
    Vector(Vec<f64>),
    /// A function of another range.
    Functional {
        /// That range; may be empty if the mathematics names ranges.
        range: String,
        /// The function.
        computation: Computation,
    },
}

/// A value that an iteration sets.
#[derive(Clone, Debug, PartialEq)]
pub struct SetValue {
    /// The model.
    pub model: String,
    /// Place in the model.
    pub target: String,
    /// Range that the mathematics may name; may be empty.
    pub range: String,
    /// The value.
    pub computation: Computation,
}

/// A task inside of a repeated task.
#[derive(Clone, Debug, PartialEq)]
pub struct SubTask {
    /// The task.
    pub task: String,
    /// Sub-tasks run in this order.
    pub order: i64,
}

/// What is computed from results.
#[derive(Clone, Debug, PartialEq)]
pub struct DataGenerator {
    /// Identifier.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// How.
    pub computation: Computation,
}

/// A report or plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Identifier.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// Which.
    pub kind: OutputKind,
}

/// Kinds of output.
#[derive(Clone, Debug, PartialEq)]
pub enum OutputKind {
    /// A table.
    Report(Vec<DataSet>),
    /// Curves.
    Plot2D(Vec<Curve>),
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSet {
    /// Identifier.
    pub id: String,
    /// Heading.
    pub label: String,
    /// Data generator.
    pub data: String,
}

/// A curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Identifier.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// Data generator of the abscissa.
    pub x: String,
    /// Data generator of the ordinate.
    pub y: String,
    /// Whether the abscissa is logarithmic.
    pub log_x: bool,
    /// Whether the ordinate is logarithmic.
    pub log_y: bool,
}
