//! Files and folders that appear whole or not at all.
//!
//! Everything is first written beside its destination, under a name that starts with `.resurge-`, and then renamed.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

use crate::failure::Failure;
use crate::interrupt;

/// The file in every output folder that says what made it, and lists the files that belong to us.
pub(crate) const RECORD_FILE: &str = "record.json";

/// What to do with a folder that is not empty and was not written by us.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Foreign {
    /// Leave it alone and fail.
    Refuse,
    /// Put our files beside what is there.
    Join,
}

/// A folder in the making.
pub(crate) struct OutputFolder {
    target: PathBuf,
    staging: Staging,
    /// Dropped after the staging folder, so that the parent can be empty by then.
    parent: Option<MadeParent>,
    written: BTreeSet<String>,
}

/// Where results go that were not told to go elsewhere.
const DEFAULT_PARENT: &str = "resurge-out";

/// A parent that was made for a folder: it goes again if nothing came to lie in it.
struct MadeParent;

impl Drop for MadeParent {
    fn drop(&mut self) {
        // Only an empty folder goes away; anything in it is not ours to judge.
        let _ = std::fs::remove_dir(DEFAULT_PARENT);
    }
}

impl OutputFolder {
    /// A folder of that name among the results, which get a folder of their own where there is none.
    ///
    /// # Errors
    /// As [`OutputFolder::prepare`].
    pub(crate) fn prepare_default(name: &str, foreign: Foreign) -> Result<Self, Failure> {
        let target = Path::new(DEFAULT_PARENT).join(name);
        let parent = if Path::new(DEFAULT_PARENT).is_dir() {
            None
        } else {
            std::fs::create_dir(DEFAULT_PARENT).map_err(|e| Failure::output_io(&target, &e))?;
            Some(MadeParent)
        };
        let mut folder = Self::prepare(&target, foreign)?;
        folder.parent = parent;
        Ok(folder)
    }

    /// Where it will lie.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Checks the destination and makes the staging folder beside it.
    ///
    /// # Errors
    /// The destination is a file, a foreign folder, or its parent is missing or cannot be written.
    pub(crate) fn prepare(target: &Path, foreign: Foreign) -> Result<Self, Failure> {
        if target.is_file() {
            return Err(Failure::output(
                target,
                "it is a file, and a folder was asked for",
                "choose another --out",
            ));
        }
        if target.is_dir() && foreign == Foreign::Refuse && !is_ours_or_empty(target) {
            return Err(Failure::output(
                target,
                "it holds files that this program did not write",
                "choose another --out, or give --force to put the results beside them",
            ));
        }
        let parent = parent_of(target);
        if !parent.is_dir() {
            return Err(Failure::output(
                target,
                &missing_parent(&parent),
                "make the parent folder first, or choose another --out",
            ));
        }
        let staging = tempfile::Builder::new()
            .prefix(".resurge-")
            .tempdir_in(&parent)
            .map_err(|e| Failure::output_io(target, &e))?;
        Ok(Self {
            target: target.to_path_buf(),
            staging: Staging::new(staging),
            parent: None,
            written: BTreeSet::new(),
        })
    }

    /// Writes one file into the staging folder; `name` may contain one folder.
    ///
    /// # Errors
    /// The disk is full or the folder was taken away.
    pub(crate) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.staging.path().join(name);
        let folder = parent_of(&path);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, bytes))
            .map_err(|e| Failure::output_io(&self.target.join(name), &e))?;
        self.written.insert(name.to_string());
        Ok(())
    }

    /// Names written so far.
    pub(crate) fn files(&self) -> Vec<String> {
        self.written.iter().cloned().collect()
    }

    /// Puts the folder in place; what was ours there before is replaced, what belongs to others is kept.
    ///
    /// # Errors
    /// A rename failed; the old folder is then still there.
    pub(crate) fn publish(self) -> Result<(), Failure> {
        let Self { target, staging, written, parent: _parent } = self;
        let failed = |e: std::io::Error| Failure::output_io(&target, &e);
        widen_permissions(staging.path());
        if target.is_dir() {
            let old = tempfile::Builder::new()
                .prefix(".resurge-old-")
                .tempdir_in(parent_of(&target))
                .map_err(failed)?;
            let aside = old.path().join("old");
            let ours = listed_files(&target);
            std::fs::rename(&target, &aside).map_err(failed)?;
            if let Err(e) = std::fs::rename(staging.path(), &target) {
                std::fs::rename(&aside, &target).map_err(failed)?;
                return Err(failed(e));
            }
            keep_others(&aside, &target, &ours, &written).map_err(failed)?;
        } else {
            std::fs::rename(staging.path(), &target).map_err(failed)?;
        }
        Ok(())
    }
}

/// The staging folder: removed when dropped, unless it was renamed, and when the program is interrupted.
struct Staging(TempDir);

impl Staging {
    fn new(folder: TempDir) -> Self {
        interrupt::protect(folder.path());
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        interrupt::release(self.0.path());
    }
}

/// Writes one file whole or not at all.
///
/// # Errors
/// The parent folder is missing or cannot be written.
pub(crate) fn write_file(target: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let parent = parent_of(target);
    if target.is_dir() {
        return Err(Failure::output(
            target,
            "it is a folder, and a file was asked for",
            "give the name of a file",
        ));
    }
    if !parent.is_dir() {
        return Err(Failure::output(
            target,
            &missing_parent(&parent),
            "make the parent folder first, or choose another --out",
        ));
    }
    let failed = |e: std::io::Error| Failure::output_io(target, &e);
    let mut file = NamedTempFile::with_prefix_in(".resurge-", &parent).map_err(failed)?;
    interrupt::protect(file.path());
    let staging = file.path().to_path_buf();
    let result = file.write_all(bytes).map_err(failed).and_then(|()| {
        widen_permissions(file.path());
        file.persist(target).map(|_| ()).map_err(|e| failed(e.error))
    });
    interrupt::release(&staging);
    result
}

/// The folder that holds `path`; `.` for a bare name.
fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn missing_parent(parent: &Path) -> String {
    let what = if parent.exists() { "is a file" } else { "does not exist" };
    format!("the folder {} {what}", parent.display())
}

/// Temporary files are private to their owner; results are readable like any other file.
#[cfg(unix)]
fn widen_permissions(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o755 } else { 0o644 };
    let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn widen_permissions(_path: &Path) {}

fn is_ours_or_empty(folder: &Path) -> bool {
    let empty = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    empty || record_of(folder).is_some()
}

fn record_of(folder: &Path) -> Option<serde_json::Value> {
    let text = std::fs::read_to_string(folder.join(RECORD_FILE)).ok()?;
    let record: serde_json::Value = serde_json::from_str(&text).ok()?;
    (record.get("program")?.as_str()? == "resurge").then_some(record)
}

/// Files that an earlier run of this program left in the folder, by its record.
fn listed_files(folder: &Path) -> BTreeSet<String> {
    let files = record_of(folder).and_then(|r| r.get("files").and_then(|f| f.as_array().cloned()));
    files.unwrap_or_default().iter().filter_map(|f| f.as_str().map(String::from)).collect()
}

/// Moves files that are not ours from the old folder into the new one.
fn keep_others(
    old: &Path,
    new: &Path,
    ours: &BTreeSet<String>,
    written: &BTreeSet<String>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(old)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let inside = format!("{name}/");
        let known =
            |set: &BTreeSet<String>| set.contains(&name) || set.iter().any(|f| f.starts_with(&inside));
        if !known(ours) && !known(written) && name != RECORD_FILE {
            std::fs::rename(entry.path(), new.join(&name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn write_ours(target: &Path, files: &[&str]) {
        let mut folder = OutputFolder::prepare(target, Foreign::Refuse).unwrap();
        for file in files {
            folder.write(file, b"x").unwrap();
        }
        let record = serde_json::json!({ "program": "resurge", "files": folder.files() });
        folder.write(RECORD_FILE, record.to_string().as_bytes()).unwrap();
        folder.publish().unwrap();
    }

    #[test]
    fn nothing_is_left_when_a_folder_is_not_published() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = OutputFolder::prepare(&root.path().join("out"), Foreign::Refuse).unwrap();
        folder.write("a.csv", b"half").unwrap();
        drop(folder);
        assert!(names(root.path()).is_empty());
    }

    #[test]
    fn our_own_folder_is_replaced_and_notes_in_it_are_kept() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        write_ours(&target, &["old.svg"]);
        std::fs::write(target.join("my notes.txt"), "keep me").unwrap();
        write_ours(&target, &["new.svg"]);
        assert_eq!(names(&target), ["my notes.txt", "new.svg", "record.json"]);
        assert_eq!(names(root.path()), ["out"]);
    }

    #[test]
    fn a_foreign_folder_is_refused_and_untouched() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("thesis.docx"), "years of work").unwrap();
        assert!(OutputFolder::prepare(root.path(), Foreign::Refuse).is_err());
        assert_eq!(names(root.path()), ["thesis.docx"]);
    }

    #[test]
    fn a_foreign_folder_is_joined_on_request() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("out");
        std::fs::create_dir(&target).unwrap();
        std::fs::write(target.join("thesis.docx"), "years of work").unwrap();
        let mut folder = OutputFolder::prepare(&target, Foreign::Join).unwrap();
        folder.write("a.csv", b"x").unwrap();
        folder.publish().unwrap();
        assert_eq!(names(&target), ["a.csv", "thesis.docx"]);
    }

    #[test]
    fn a_missing_parent_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let error = OutputFolder::prepare(&root.path().join("a/b"), Foreign::Refuse).err().unwrap();
        assert!(error.to_string().contains("does not exist"), "{error}");
        assert!(write_file(&root.path().join("a/b.csv"), b"x").is_err());
        assert!(names(root.path()).is_empty());
    }
}
