//! What the other files need to know about the workspace: its root, its crates, their files.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace on disk.
pub(crate) struct Workspace {
    /// The folder with the root manifest.
    pub(crate) root: PathBuf,
    /// All crates under `crates/`, by name.
    pub(crate) crates: Vec<Crate>,
}

/// One crate.
pub(crate) struct Crate {
    /// Package name; also the name of its folder.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// Its manifest.
    pub(crate) manifest: toml::Table,
}

impl Crate {
    /// Names of normal and build dependencies; those of tests are free.
    pub(crate) fn dependencies(&self) -> Vec<String> {
        ["dependencies", "build-dependencies"]
            .iter()
            .filter_map(|key| self.manifest.get(*key)?.as_table())
            .flat_map(|table| table.keys().cloned())
            .collect()
    }
}

impl Workspace {
    /// Reads the manifests.
    pub(crate) fn load() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or("the xtask folder has no parent")?
            .to_path_buf();
        let mut crates = Vec::new();
        for folder in list(&root.join("crates"))? {
            let path = folder.join("Cargo.toml");
            if path.is_file() {
                let text = read(&path)?;
                let manifest: toml::Table = text.parse().map_err(|e| format!("{}: {e}", path.display()))?;
                let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
                crates.push(Crate { name, folder, manifest });
            }
        }
        Ok(Self { root, crates })
    }

    /// A path as a reader of messages wants it.
    pub(crate) fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// Runs cargo in the root and tells whether it succeeded.
    pub(crate) fn cargo(&self, arguments: &[&str], environment: &[(&str, &str)]) -> bool {
        eprintln!("$ cargo {}", arguments.join(" "));
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_string());
        let status = Command::new(cargo)
            .args(arguments)
            .envs(environment.iter().copied())
            .current_dir(&self.root)
            .status();
        match status {
            Ok(status) => status.success(),
            Err(error) => {
                eprintln!("error: failed to start cargo: {error}");
                false
            }
        }
    }
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("failed to read {}: {e}", path.display()))
}

/// Entries of a folder in order of name.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|e| format!("failed to read {}: {e}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

/// All files below a folder with one of the endings.
pub(crate) fn files_below(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in list(folder).unwrap_or_default() {
        if path.is_dir() {
            found.extend(files_below(&path, endings));
        } else if path.extension().is_some_and(|e| endings.iter().any(|wanted| e == *wanted)) {
            found.push(path);
        }
    }
    found
}
