//! Options of actions.

use formats::bngl::{Arguments, Value};

use super::{Session, Trouble};

/// The named arguments of an action.
#[derive(Clone)]
pub(crate) struct Options<'a> {
    arguments: &'a Arguments,
}

/// Options that change how BioNetGen works or what it prints, and no number.
const WITHOUT_EFFECT: [&str; 31] = [
    "overwrite",
    "print_iter",
    "verbose",
    "TextReaction",
    "TextSpecies",
    "check_iso",
    "sparse",
    "print_net",
    "print_end",
    "print_active",
    "save_progress",
    "binary_output",
    "get_final_state",
    "gml",
    "complex",
    "param",
    "nocslf",
    "notf",
    "utl",
    "equil",
    "evaluate_expressions",
    "include_model",
    "include_network",
    "pretty_formatting",
    "print_n_steps",
    "blocks",
    "skip_actions",
    "check_product_scale",
    "poplevel",
    "pla_output",
    "pla_config",
];

impl<'a> Options<'a> {
    pub(super) fn new(arguments: &'a Arguments) -> Self {
        Self { arguments }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.arguments.get(name)
    }

    /// A file name or the like that stands alone, without a name.
    pub(super) fn alone(&self) -> Option<&'a str> {
        self.arguments.positional.first().and_then(Value::text)
    }

    /// The options that are neither known nor without effect.
    ///
    /// # Errors
    /// Names them: a number might depend on them.
    pub(super) fn check(&self, known: &[&str]) -> Result<(), Trouble> {
        let is_known = |name: &str| known.contains(&name) || WITHOUT_EFFECT.contains(&name);
        let unknown: Vec<&str> =
            self.arguments.named.iter().map(|(name, _)| name.as_str()).filter(|n| !is_known(n)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(Trouble::Unsupported(format!("the option{} {}", plural(unknown.len()), unknown.join(", "))))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Trouble> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => match value.text() {
                Some(text) => Ok(Some(text)),
                None => Err(Trouble::Failed(format!("{name} is a text or a number, not a list"))),
            },
        }
    }

    pub(super) fn number(&self, name: &str, session: &Session<'_>) -> Result<Option<f64>, Trouble> {
        let text = self.text(name)?;
        let named = |t: Trouble| match t {
            Trouble::Failed(reason) => Trouble::Failed(format!("{name}: {reason}")),
            other => other,
        };
        text.map(|text| session.number(text).map_err(named)).transpose()
    }

    pub(super) fn whole(&self, name: &str, session: &Session<'_>) -> Result<Option<usize>, Trouble> {
        let number = self.number(name, session)?;
        number
            .map(|x| {
                let is_count = x >= 0.0 && x.fract() == 0.0 && x <= 1e9;
                if is_count {
                    Ok(x as usize)
                } else {
                    Err(Trouble::Failed(format!("{name} is {x}, not a count")))
                }
            })
            .transpose()
    }

    pub(super) fn is_set(&self, name: &str, default: bool, session: &Session<'_>) -> Result<bool, Trouble> {
        Ok(self.number(name, session)?.map_or(default, |x| x != 0.0))
    }

    pub(super) fn numbers(&self, name: &str, session: &Session<'_>) -> Result<Option<Vec<f64>>, Trouble> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::List(items)) => {
                let number = |item: &Value| match item.text() {
                    Some(text) => session.number(text),
                    None => Err(Trouble::Failed(format!("{name} is a list of numbers"))),
                };
                items.iter().map(number).collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(Trouble::Failed(format!("{name} is a list: [1,2,3]"))),
        }
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
