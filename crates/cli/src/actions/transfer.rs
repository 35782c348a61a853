//! Models and networks in and out.

use formats::{Source, bngl, net, sbml};
use model::{Diagnostic, ReactionNetwork, Severity};

use super::{Options, Outcome, Session, Trouble};

fn first_error(diagnostics: &[Diagnostic]) -> Result<(), Trouble> {
    match diagnostics.iter().find(|d| d.severity == Severity::Error) {
        None => Ok(()),
        Some(error) => Err(Trouble::Failed(error.to_string())),
    }
}

impl Session<'_> {
    /// `readFile`: a network or a model takes the place of the one there is.
    pub(super) fn read_file(&mut self, options: &Options<'_>) -> Outcome {
        options.check(&["file", "atomize"])?;
        let Some(file) = options.text("file")?.or(options.alone()) else {
            return Err(Trouble::failed("which file? write file=>\"NAME\""));
        };
        let ending = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if !matches!(ending.as_str(), "net" | "bngl") {
            return Err(Trouble::Unsupported(format!(
                "reading rules out of {file}: only .net and .bngl files"
            )));
        }
        let made = self.files.get(super::file_name(file)).cloned();
        let Some(text) = made.or_else(|| (self.settings.load)(file)) else {
            return Err(Trouble::Failed(format!("the file {file} cannot be read")));
        };
        let source = Source::new(file, &text);
        if ending == "net" {
            let parsed = net::parse(source);
            first_error(&parsed.diagnostics)?;
            return Ok(self.take_network(parsed.value));
        }
        let parsed = bngl::parse_with(&[source], self.settings.load);
        first_error(&parsed.diagnostics)?;
        let n_actions = parsed.value.actions.len();
        self.model = parsed.value;
        self.network = None;
        let rest =
            if n_actions == 0 { String::new() } else { format!("; its {n_actions} actions are left out") };
        Ok(format!("the model of {file}{rest}"))
    }

    fn take_network(&mut self, network: ReactionNetwork) -> String {
        let text = format!("{} species, {} reactions", network.species.len(), network.reactions.len());
        self.own_amounts = network.species.iter().map(|s| s.initial.clone()).collect();
        self.saved_amounts.clear();
        self.network = Some(network);
        self.is_changed = true;
        text
    }

    /// `writeNetwork`
    pub(super) fn write_network(&mut self, options: &Options<'_>) -> Outcome {
        options.check(&["prefix", "suffix", "format"])?;
        self.need_network()?;
        let name = format!("{}.net", self.base_name(options)?);
        let text = self.network.as_ref().map(net::write).unwrap_or_default();
        self.write(&name, text);
        Ok(format!("written to {name}"))
    }

    /// `writeSBML`
    pub(super) fn write_sbml(&mut self, options: &Options<'_>) -> Outcome {
        options.check(&["prefix", "suffix"])?;
        self.need_network()?;
        let base = self.base_name(options)?;
        let name = if options.text("suffix")?.is_some() {
            format!("{base}.xml")
        } else {
            format!("{base}_sbml.xml")
        };
        let system = self.network.as_ref().map(sbml::from_network).unwrap_or_default();
        let text = sbml::write(&system).map_err(|e| Trouble::Unsupported(e.to_string()))?;
        self.write(&name, text);
        Ok(format!("written to {name}"))
    }
}
