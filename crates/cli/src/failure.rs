//! Everything that ends a command early, how it is shown, and with which exit code.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use model::Diagnostic;

use crate::excerpt;

/// All that ran is as expected.
pub(crate) const EXIT_OK: u8 = 0;
/// At least one finding is not supported.
pub(crate) const EXIT_NOT_SUPPORTED: u8 = 1;
/// Bad input, a failed run, or a place that cannot be written.
pub(crate) const EXIT_FAILED: u8 = 2;
/// A bug in this program.
pub(crate) const EXIT_BUG: u8 = 3;

/// Texts of the files that were read, by the name that diagnostics use.
pub(crate) type Sources = BTreeMap<String, String>;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The content of files is wrong; all of it is said at once.
    #[error("the input cannot be used")]
    Input {
        /// What is wrong, in the order of the input.
        diagnostics: Vec<Diagnostic>,
        /// Texts to quote from.
        sources: Sources,
    },
    /// A file could not be read.
    #[error("failed to read {path}: {reason}")]
    Read {
        /// As the user gave it.
        path: String,
        /// Why.
        reason: String,
        /// What to do.
        help: String,
    },
    /// A place could not be written.
    #[error("failed to write {path}: {reason}")]
    Write {
        /// As the user gave it.
        path: String,
        /// Why.
        reason: String,
        /// What to do.
        help: String,
    },
    /// A name is not known.
    #[error("there is no {kind} \"{name}\"")]
    UnknownName {
        /// What was looked for: "experiment", "paper".
        kind: &'static str,
        /// As the user wrote it.
        name: String,
        /// The advice.
        help: String,
    },
    /// The value of an option cannot be used.
    #[error("{option} {value:?}: {reason}")]
    Option {
        /// The option with its dashes.
        option: &'static str,
        /// As the user wrote it.
        value: String,
        /// Why.
        reason: String,
        /// What to write.
        help: String,
    },
    /// A computation did not finish.
    #[error("{message}")]
    Run {
        /// What happened, with time, species or rule.
        message: String,
        /// What to try.
        help: String,
    },
    /// The reader of our output went away; not worth a word.
    #[error("the output was closed")]
    Closed,
}

impl Failure {
    /// A destination that cannot be used.
    pub(crate) fn output(path: &Path, reason: &str, help: &str) -> Self {
        Failure::Write {
            path: path.display().to_string(),
            reason: reason.to_string(),
            help: help.to_string(),
        }
    }

    /// A destination that the system refused.
    pub(crate) fn output_io(path: &Path, error: &std::io::Error) -> Self {
        let help = match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "choose a folder you may write to with --out"
            }
            ErrorKind::StorageFull => "make room on the disk, or choose another --out",
            _ => "choose another place with --out",
        };
        Failure::output(path, &plain_reason(error), help)
    }

    /// A file that the system refused.
    pub(crate) fn read_io(path: &Path, error: &std::io::Error) -> Self {
        let help = match error.kind() {
            ErrorKind::NotFound => "check the spelling and the folder you are in",
            ErrorKind::PermissionDenied => "ask for permission to read it, or copy it to a place of yours",
            ErrorKind::InvalidData => "save the file as UTF-8 text",
            _ => "check that it is a readable text file",
        };
        Failure::Read {
            path: path.display().to_string(),
            reason: plain_reason(error),
            help: help.to_string(),
        }
    }

    /// A name that is not in the list, with the nearest ones.
    pub(crate) fn unknown_name<'a>(
        kind: &'static str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
        list_command: &str,
    ) -> Self {
        let near = nearest(name, known);
        let help = match near.as_slice() {
            [] => format!("`{list_command}` shows what there is"),
            [only] => format!("did you mean \"{only}\"? `{list_command}` shows what there is"),
            many => format!("did you mean one of {}? `{list_command}` shows what there is", many.join(", ")),
        };
        Failure::UnknownName { kind, name: name.to_string(), help }
    }

    /// The exit code of the program.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Closed => EXIT_OK,
            _ => EXIT_FAILED,
        }
    }

    /// The text for stderr, with colours that the stream removes where they are not wanted.
    pub(crate) fn render(&self) -> String {
        match self {
            Failure::Closed => String::new(),
            Failure::Input { diagnostics, sources } => excerpt::render_all(diagnostics, sources),
            Failure::Read { help, .. }
            | Failure::Write { help, .. }
            | Failure::UnknownName { help, .. }
            | Failure::Option { help, .. }
            | Failure::Run { help, .. } => excerpt::render_plain(&self.to_string(), help),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe {
            Failure::Closed
        } else {
            Failure::output_io(&PathBuf::from("standard output"), &error)
        }
    }
}

impl From<crate::figure::RasterError> for Failure {
    fn from(error: crate::figure::RasterError) -> Self {
        Failure::Run {
            message: format!("failed to draw: {error}"),
            help: "please report it with the experiment file".to_string(),
        }
    }
}

/// Up to three known names that a misspelling may have meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|k| {
            let lower = k.to_lowercase();
            let inside = wanted.len() >= 3 && (lower.contains(&wanted) || wanted.contains(&lower));
            let score = strsim::jaro_winkler(&wanted, &lower);
            (if inside { score.max(0.9) } else { score }, k)
        })
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, k)| k).collect()
}

fn plain_reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_string(),
        ErrorKind::PermissionDenied => "permission denied".to_string(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_string(),
        ErrorKind::StorageFull => "the disk is full".to_string(),
        ErrorKind::IsADirectory => "it is a folder".to_string(),
        ErrorKind::NotADirectory => "a part of the path is a file, not a folder".to_string(),
        ErrorKind::InvalidData => "it is not UTF-8 text".to_string(),
        _ => error.to_string().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names_come_first() {
        let known = ["rodrik2011-azd8055", "rodrik2011-rapamycin", "rodrik2011-skbr3"];
        assert_eq!(nearest("rodrik2011-azd805", known)[0], "rodrik2011-azd8055");
        assert_eq!(nearest("azd8055", known), ["rodrik2011-azd8055"]);
        assert!(nearest("zzz", known).is_empty());
    }
}
