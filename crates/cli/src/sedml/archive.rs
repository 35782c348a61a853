//! COMBINE archives, folders that hold the files of one, and single SED-ML files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use formats::omex::{self, Archive, MOST_BYTES, MOST_ENTRIES, OmexError};
use formats::sedml::Experiment;
use formats::{Source, sedml};
use model::Parsed;

use crate::failure::Failure;
use crate::input::{InputFile, read_text};

/// Experiments with the files they refer to.
pub(crate) enum Package {
    /// All files in memory.
    Archive(Archive),
    /// A SED-ML file; others lie beside it.
    Single(PathBuf),
}

/// The name of an archive's manifest.
const MANIFEST: &str = "manifest.xml";

impl Package {
    /// Opens an archive, a folder with a manifest, or a SED-ML file.
    ///
    /// # Errors
    /// It cannot be read, or is none of these.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let refuse = |error: &OmexError| Failure::Read {
            path: path.display().to_string(),
            reason: error.to_string(),
            help: match error {
                OmexError::TooLarge(_) => "unpack it, and give its SED-ML file",
                OmexError::Outside(_) => "do not use it: such a file is made to write where it should not",
                OmexError::NotZip(_) => "give a COMBINE archive (.omex) or a SED-ML file (.sedml)",
                OmexError::Manifest(_) => "correct manifest.xml, or give the SED-ML file in the archive",
            }
            .to_string(),
        };
        let failed = |e: std::io::Error| Failure::read_io(path, &e);
        if path.is_dir() {
            let mut files = BTreeMap::new();
            collect(path, path, &mut files).map_err(failed)?;
            return Archive::unpacked(files).map(Package::Archive).map_err(|e| refuse(&e));
        }
        if std::fs::metadata(path).map_err(failed)?.len() > MOST_BYTES {
            return Err(refuse(&OmexError::TooLarge(format!("it has more than {MOST_BYTES} bytes"))));
        }
        let bytes = std::fs::read(path).map_err(failed)?;
        if bytes.starts_with(b"PK") {
            return omex::read(&bytes).map(Package::Archive).map_err(|e| refuse(&e));
        }
        let xml = bytes.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'<' | 0xef));
        if xml {
            return Ok(Package::Single(path.to_path_buf()));
        }
        Err(refuse(&OmexError::NotZip("it starts neither like a ZIP file nor like XML".to_string())))
    }

    /// Places of the SED-ML files to run.
    pub(crate) fn experiments(&self) -> Vec<String> {
        match self {
            Package::Archive(archive) => archive.experiments().into_iter().map(String::from).collect(),
            Package::Single(path) => vec![path.display().to_string()],
        }
    }

    /// A SED-ML file, as text and read.
    ///
    /// # Errors
    /// It is missing or no text.
    pub(crate) fn read(&self, location: &str) -> Result<(InputFile, Parsed<Experiment>), Failure> {
        let file = match self {
            Package::Single(path) => read_text(path)?,
            Package::Archive(archive) => {
                let refuse = |reason: &str, help: &str| Failure::Read {
                    path: location.to_string(),
                    reason: reason.to_string(),
                    help: help.to_string(),
                };
                let bytes = archive.files.get(location).cloned();
                let bytes = bytes.ok_or_else(|| {
                    refuse("the manifest names it, but it is not in the archive", "correct manifest.xml")
                })?;
                let text = String::from_utf8(bytes)
                    .map_err(|_| refuse("it is not UTF-8 text", "save the file as UTF-8 text"))?;
                InputFile { name: location.to_string(), text }
            }
        };
        let parsed = sedml::parse(Source::new(&file.name, &file.text));
        Ok((file, parsed))
    }

    /// A file that a SED-ML file refers to.
    pub(crate) fn file(&self, location: &str, name: &str) -> Option<Vec<u8>> {
        let name = name.strip_prefix("file://").unwrap_or(name);
        match self {
            Package::Single(path) => {
                let beside = path.parent().unwrap_or(Path::new("")).join(name);
                let is_small = std::fs::metadata(&beside)
                    .is_ok_and(|m| m.is_file() && m.len() <= omex::MOST_ENTRY_BYTES);
                if is_small { std::fs::read(beside).ok() } else { None }
            }
            Package::Archive(archive) => {
                let folder = location.rsplit_once('/').map_or("", |(folder, _)| folder);
                let whole = omex::inside(format!("{folder}/{name}").trim_start_matches('/'))?;
                archive.files.get(&whole).cloned()
            }
        }
    }
}

/// Files below a folder, within the limits of an archive.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let is_small = std::fs::metadata(&path)?.len() <= omex::MOST_ENTRY_BYTES;
        if files.len() >= MOST_ENTRIES || !is_small {
            return Err(std::io::Error::other(format!("{name} is beyond the limits of an archive")));
        }
        files.insert(name, std::fs::read(&path)?);
    }
    Ok(())
}

/// Whether a folder holds the files of an archive.
pub(crate) fn is_unpacked(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}
