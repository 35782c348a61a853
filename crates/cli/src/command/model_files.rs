//! A user's own model: BNGL files read as one model, one .net file, or one reaction system (SBML, Antimony).

use std::path::{Path, PathBuf};

use formats::{Source, antimony, bngl, net, sbml};
use model::{Diagnostic, Parsed, ReactionNetwork, ReactionSystem};
use rules::{GenerateError, GenerateOptions};

use crate::failure::Failure;
use crate::input::{InputFile, gate, read_beside, read_text};
use crate::progress::Progress;

/// Whether a file holds a reaction system (SBML, Antimony), by its ending.
pub(super) fn is_system(path: &Path) -> bool {
    is_antimony(path)
        || path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xml") || e.eq_ignore_ascii_case("sbml"))
}

/// Whether a file is Antimony, by its ending.
pub(super) fn is_antimony(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("ant") || e.eq_ignore_ascii_case("antimony"))
}

/// A reaction system with everything that was said about its file.
pub(super) fn parse_system(path: &Path, source: Source<'_>) -> Parsed<ReactionSystem> {
    let load = |name: &str| read_beside(path, name);
    if is_antimony(path) { antimony::parse(source, &load) } else { sbml::parse_with(source, &load) }
}

/// The reaction system of an SBML or Antimony file, with warnings as text.
///
/// # Errors
/// The file cannot be read, or everything that is wrong in it.
pub(super) fn read_system(path: &Path) -> Result<(ReactionSystem, String), Failure> {
    let file = read_text(path)?;
    let parsed = parse_system(path, Source::new(&file.name, &file.text));
    let remarks = gate(parsed.diagnostics, &[file])?;
    Ok((parsed.value, remarks))
}

/// The files as they were read.
pub(super) struct ModelFiles {
    files: Vec<InputFile>,
    flat: bool,
}

/// A network with what was said on the way.
pub(super) struct NetworkOfFiles {
    pub(super) network: ReactionNetwork,
    /// Rounds of rule application; `None` for a .net file.
    pub(super) iterations: Option<usize>,
    /// Warnings as text.
    pub(super) remarks: String,
}

impl ModelFiles {
    /// Reads the files.
    ///
    /// # Errors
    /// A file cannot be read, or a .net file stands among others.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self, Failure> {
        let is_net = |p: &Path| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("net"));
        let flat = paths.iter().any(|p| is_net(p));
        if flat && paths.len() > 1 {
            return Err(Failure::Option {
                option: "MODEL",
                value: paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" "),
                reason: "a .net file is a whole model".to_string(),
                help: "give one .net file, or several .bngl files".to_string(),
            });
        }
        let files = paths.iter().map(|p| read_text(p)).collect::<Result<_, _>>()?;
        Ok(Self { files, flat })
    }

    /// The reaction network, generated if the files hold rules.
    ///
    /// # Errors
    /// Everything that is wrong in the files, or why no network can be made of them.
    pub(super) fn network(
        &self,
        max_species: usize,
        max_reactions: usize,
    ) -> Result<NetworkOfFiles, Failure> {
        let sources: Vec<_> = self.files.iter().map(|f| Source::new(&f.name, &f.text)).collect();
        if self.flat {
            let parsed = net::parse(sources[0]);
            let remarks = gate(parsed.diagnostics, &self.files)?;
            return Ok(NetworkOfFiles { network: parsed.value, iterations: None, remarks });
        }
        let load = |name: &str| read_beside(Path::new(&self.files[0].name), name);
        let parsed = bngl::parse_with(&sources, &load);
        let mut remarks = gate(parsed.diagnostics, &self.files)?;
        let progress = Progress::start("expanding the rules");
        let report = |round: usize, n_species: usize, n_reactions: usize| {
            progress.message(&format!("round {round}: {n_species} species, {n_reactions} reactions"));
        };
        let options = GenerateOptions {
            max_species,
            max_reactions,
            progress: Some(&report),
            ..GenerateOptions::default()
        };
        let generated = rules::generate(&parsed.value, &options).map_err(|e| generation_failure(&e))?;
        remarks.push_str(&self.remarks(generated.diagnostics)?);
        Ok(NetworkOfFiles { network: generated.network, iterations: Some(generated.iterations), remarks })
    }

    fn remarks(&self, diagnostics: Vec<Diagnostic>) -> Result<String, Failure> {
        gate(diagnostics, &self.files)
    }
}

fn generation_failure(error: &GenerateError) -> Failure {
    let help = match error {
        GenerateError::TooManySpecies { .. } => {
            "bound the growth with max_stoich or max_agg in generate_network, or raise --max-species"
        }
        GenerateError::TooManyReactions { .. } => {
            "bound the growth with max_stoich or max_agg in generate_network, or raise --max-reactions"
        }
        GenerateError::TooLargeSpecies { .. } => {
            "a rule polymerises without end; bound it with max_stoich or max_agg"
        }
        GenerateError::Canceled { .. } => "run it again",
        _ => "correct the rule, observable or seed species that the message names",
    };
    Failure::Run { message: format!("failed to {error}"), help: help.to_string() }
}
