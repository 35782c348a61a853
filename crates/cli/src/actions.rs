//! The actions of a BNGL file, carried out one by one.
//!
//! - [`Session`]: the model, its network and its amounts between actions
//! - `options`: options of actions, and which are without effect here
//! - `generate`, `change`, `time_course`, `scan`, `transfer`: the actions
//! - `table`: the files `.gdat`, `.cdat` and `.scan`
//!
//! Nothing is written here: files are texts by name, which the caller puts where they belong.

mod change;
mod generate;
mod options;
mod scan;
mod table;
mod time_course;
mod transfer;

use std::collections::BTreeMap;

use formats::bngl::Arguments;
use model::{Action, Expr, Parameter, ReactionNetwork, RuleModel};

pub(crate) use options::Options;

/// What is asked of a session, besides its model.
pub(crate) struct Settings<'a> {
    /// First part of the names of files, as BioNetGen derives it from the name of the model's file.
    pub(crate) name: String,
    /// The text of a file that the model names, if there is one.
    pub(crate) load: &'a dyn Fn(&str) -> Option<String>,
    /// Seed of stochastic simulations that give none.
    pub(crate) seed: u64,
    /// Bounds of networks.
    pub(crate) max_species: usize,
    pub(crate) max_reactions: usize,
}

/// Why an action was not carried out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// It is not offered.
    Unsupported(String),
    /// It failed: the actions after it make no sense.
    Failed(String),
}

impl Trouble {
    fn failed(reason: impl ToString) -> Self {
        Trouble::Failed(reason.to_string())
    }
}

type Outcome = Result<String, Trouble>;

/// An action with what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) action: Action,
    /// What was done, in words.
    pub(crate) outcome: Outcome,
}

impl Step {
    /// Whether the numbers of later actions would be others than the file asks for.
    pub(crate) fn ends_the_run(&self) -> bool {
        match &self.outcome {
            Ok(_) => false,
            Err(Trouble::Failed(_)) => true,
            Err(Trouble::Unsupported(_)) => !self.only_writes(),
        }
    }

    fn only_writes(&self) -> bool {
        let name = self.action.name.as_str();
        name.starts_with("write") || matches!(name, "visualize" | "LinearParameterSensitivity")
    }
}

/// The state between actions.
pub(crate) struct Session<'a> {
    settings: Settings<'a>,
    model: RuleModel,
    /// The network; its initial amounts are the present ones.
    network: Option<ReactionNetwork>,
    /// Initial amounts as the model gives them.
    own_amounts: Vec<Expr>,
    saved_amounts: BTreeMap<String, Vec<Expr>>,
    saved_parameters: BTreeMap<String, Vec<Parameter>>,
    /// Where the last simulation ended.
    time: f64,
    /// Whether the network changed since it was last written.
    is_changed: bool,
    n_random_runs: u64,
    files: BTreeMap<String, String>,
    /// Whether simulations write the network they run.
    writes_networks: bool,
    /// Names and values at the end of the last simulation.
    last_row: Vec<(String, f64)>,
    stopped: bool,
}

/// Names of actions that end the program in BioNetGen.
const ENDS: [&str; 2] = ["quit", "exit"];

impl<'a> Session<'a> {
    /// A session with a model of rules.
    pub(crate) fn new(model: RuleModel, settings: Settings<'a>) -> Self {
        Self {
            settings,
            model,
            network: None,
            own_amounts: Vec::new(),
            saved_amounts: BTreeMap::new(),
            saved_parameters: BTreeMap::new(),
            time: 0.0,
            is_changed: true,
            n_random_runs: 0,
            files: BTreeMap::new(),
            writes_networks: true,
            last_row: Vec::new(),
            stopped: false,
        }
    }

    /// Carries out all actions of the model, up to the first without which the others make no sense; `told` hears of each before it starts.
    pub(crate) fn run(&mut self, told: &dyn Fn(&Action)) -> Vec<Step> {
        let mut steps = Vec::new();
        for action in self.model.actions.clone() {
            if self.stopped {
                break;
            }
            told(&action);
            let outcome = self.carry_out(&action);
            let step = Step { action, outcome };
            let ends = step.ends_the_run();
            steps.push(step);
            if ends {
                break;
            }
        }
        steps
    }

    /// Files made so far, by name.
    pub(crate) fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    fn carry_out(&mut self, action: &Action) -> Outcome {
        let arguments = formats::bngl::arguments(&action.arguments).map_err(Trouble::Failed)?;
        let name = action.name.as_str();
        match name {
            "generate_network" => self.generate(&Options::new(&arguments)),
            "simulate" | "simulate_ode" | "simulate_ssa" | "simulate_nf" | "simulate_pla"
            | "simulate_psa" => {
                let fixed = name.strip_prefix("simulate_");
                self.simulate(fixed, &Options::new(&arguments))
            }
            "parameter_scan" => self.parameter_scan(&Options::new(&arguments)),
            "bifurcate" => self.bifurcate(&Options::new(&arguments)),
            "simulate_protocol" => self.protocol(),
            "setConcentration" => self.set_amount(&arguments, false),
            "addConcentration" => self.set_amount(&arguments, true),
            "saveConcentrations" => self.save_amounts(&arguments),
            "resetConcentrations" => self.reset_amounts(&arguments),
            "setParameter" => self.set_parameter(&arguments),
            "saveParameters" => self.save_parameters(&arguments),
            "resetParameters" => self.reset_parameters(&arguments),
            "readFile" | "readModel" | "readNetwork" | "readSBML" => {
                self.read_file(&Options::new(&arguments))
            }
            "writeNetwork" | "writeNET" => self.write_network(&Options::new(&arguments)),
            "writeSBML" => self.write_sbml(&Options::new(&arguments)),
            _ if ENDS.contains(&name) => {
                self.stopped = true;
                Ok("the actions end here".to_string())
            }
            _ => Err(Trouble::Unsupported(not_offered(name).to_string())),
        }
    }

    /// The network, generated if no action did so.
    fn need_network(&mut self) -> Result<(), Trouble> {
        if self.network.is_none() {
            self.generate(&Options::new(&Arguments::default()))?;
        }
        Ok(())
    }

    /// Names of parameters, for expressions.
    fn parameters(&self) -> &[Parameter] {
        self.network.as_ref().map_or(&self.model.parameters, |network| &network.parameters)
    }

    /// The value of an expression of numbers and parameters.
    fn number(&self, text: &str) -> Result<f64, Trouble> {
        let parameters = self.parameters();
        let is_defined = |name: &str| parameters.iter().any(|p| p.name == name);
        let expr = formats::bngl::expression(text, &is_defined).map_err(Trouble::Failed)?;
        let network = ReactionNetwork { parameters: parameters.to_vec(), ..ReactionNetwork::default() };
        let value = rules::evaluate(&expr, &network, &[], 0.0);
        if value.is_finite() { Ok(value) } else { Err(Trouble::Failed(format!("\"{text}\" is {value}"))) }
    }

    /// The first part of the names of an action's files.
    fn base_name(&self, options: &Options<'_>) -> Result<String, Trouble> {
        let prefix = options.text("prefix")?.unwrap_or(&self.settings.name);
        let suffix = options.text("suffix")?.map_or_else(String::new, |s| format!("_{s}"));
        Ok(format!("{}{suffix}", file_name(prefix)))
    }

    fn write(&mut self, name: &str, text: String) {
        self.files.insert(name.to_string(), text);
    }
}

/// The last part of a path, so that all files come into one folder.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Why an action is not offered.
fn not_offered(name: &str) -> &'static str {
    match name {
        "writeXML" | "writeSBMLMulti" => "rules are not written as XML",
        "writeMfile" | "writeMexfile" | "writeCPYfile" | "writeMDL" | "writeLatex" => {
            "code for other programs is not written"
        }
        "writeModel" | "writeBNGL" | "writeFile" => {
            "models are not written as BNGL; `resurge convert` writes SBML"
        }
        "visualize" => "graphs of rules are not drawn",
        "generate_hybrid_model" => "hybrid models of particles and populations are not made",
        "setVolume" => {
            "the sizes of compartments are part of the rate constants of a network; set a parameter instead"
        }
        "LinearParameterSensitivity" => "sensitivities are not computed",
        "setModelName" | "setOption" | "version" | "substanceUnits" => "a setting stands before the model",
        _ => "it is not an action that this program knows",
    }
}
