//! Files in: read as text, with a clear word when that fails.

use std::path::{Path, PathBuf};

use model::{Diagnostic, Severity};

use crate::failure::{Failure, Sources};

/// Larger files than this are not models or experiments.
const LARGEST_BYTES: u64 = 64 << 20;

/// A file as the user named it.
#[derive(Clone, Debug)]
pub(crate) struct InputFile {
    /// As the user wrote it.
    pub(crate) name: String,
    /// Its content.
    pub(crate) text: String,
}

/// Reads one text file that must have content.
///
/// # Errors
/// Missing, unreadable, too large, not UTF-8, or empty.
pub(crate) fn read_text(path: &Path) -> Result<InputFile, Failure> {
    let failed = |e: std::io::Error| Failure::read_io(path, &e);
    let name = path.display().to_string();
    let metadata = std::fs::metadata(path).map_err(failed)?;
    let refuse = |reason: &str, help: &str| Failure::Read {
        path: name.clone(),
        reason: reason.to_string(),
        help: help.to_string(),
    };
    if metadata.is_dir() {
        return Err(refuse("it is a folder", "give the name of a file in it"));
    }
    if metadata.len() > LARGEST_BYTES {
        return Err(refuse("it is larger than 64 MB", "give a model or experiment file, not its results"));
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    if text.trim().is_empty() {
        return Err(refuse("the file is empty", "check that it was saved, and that it is the file you mean"));
    }
    Ok(InputFile { name, text })
}

/// The text of a file in the folder of another one, if it can be read.
pub(crate) fn read_beside(path: &Path, name: &str) -> Option<String> {
    let file = read_text(&path.parent()?.join(name)).ok()?;
    Some(file.text)
}

/// Reads a file, or all files with this ending below a folder in order of name.
///
/// # Errors
/// As [`read_text`]; also a folder without such files.
pub(crate) fn read_all(path: &Path, ending: &str) -> Result<Vec<InputFile>, Failure> {
    if !path.is_dir() {
        return Ok(vec![read_text(path)?]);
    }
    let mut paths = Vec::new();
    collect(path, ending, &mut paths)?;
    if paths.is_empty() {
        return Err(Failure::Read {
            path: path.display().to_string(),
            reason: format!("there is no .{ending} file in this folder"),
            help: format!("give a folder with .{ending} files, or one file"),
        });
    }
    paths.iter().map(|p| read_text(p)).collect()
}

fn collect(folder: &Path, ending: &str, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::read_io(folder, &e);
    let mut entries =
        std::fs::read_dir(folder).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, ending, paths)?;
        } else if path.extension().is_some_and(|e| e == ending) {
            paths.push(path);
        }
    }
    Ok(())
}

/// Texts by name, for excerpts.
pub(crate) fn sources_of(files: &[InputFile]) -> Sources {
    files.iter().map(|f| (f.name.clone(), f.text.clone())).collect()
}

/// The remarks as text if none is an error.
///
/// # Errors
/// All of them, when one is.
pub(crate) fn gate(diagnostics: Vec<Diagnostic>, files: &[InputFile]) -> Result<String, Failure> {
    let sources = sources_of(files);
    if diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return Err(Failure::Input { diagnostics, sources });
    }
    if diagnostics.is_empty() {
        return Ok(String::new());
    }
    Ok(crate::excerpt::render_all(&diagnostics, &sources))
}
