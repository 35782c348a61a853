//! Settings that were kept: an embedded database in the user's data folder.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use utoipa::ToSchema;

/// Kept settings, the newest first.
#[derive(Debug)]
pub(crate) struct History {
    connection: Mutex<Connection>,
}

/// A setting that was kept.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    /// When it was kept: seconds since 1970, UTC.
    pub(crate) at: i64,
    pub(crate) title: String,
    /// What the page needs to restore it, as it was given.
    pub(crate) view: String,
    /// Version of the program and hash of the model, so that a changed model can be told apart.
    pub(crate) version: String,
    pub(crate) model_hash: String,
}

/// Most entries; the oldest goes first.
const MOST: i64 = 2_000;
/// Longest title and view in bytes.
pub(crate) const LONGEST_TITLE: usize = 400;
pub(crate) const LONGEST_VIEW: usize = 64 * 1024;

impl History {
    /// Opens the database, or makes it.
    ///
    /// # Errors
    /// The folder or the file cannot be made or used.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        let file = folder.join("lab.sqlite3");
        let failed = |e: &dyn std::fmt::Display| format!("open the history {}: {e}", file.display());
        std::fs::create_dir_all(folder).map_err(|e| failed(&e))?;
        Self::prepare(Connection::open(&file).map_err(|e| failed(&e))?).map_err(|e| failed(&e))
    }

    /// A history that ends with the program.
    ///
    /// # Errors
    /// There is no memory for it.
    pub(crate) fn in_memory() -> Result<Self, String> {
        Connection::open_in_memory().and_then(Self::prepare).map_err(|e| e.to_string())
    }

    fn prepare(connection: Connection) -> rusqlite::Result<Self> {
        // What is answered as kept survives a killed process and a power cut.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, title TEXT NOT NULL,
             view TEXT NOT NULL, version TEXT NOT NULL, model_hash TEXT NOT NULL)",
        )?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, String> {
        work(&self.connection.lock().unwrap_or_else(PoisonError::into_inner)).map_err(|e| e.to_string())
    }

    /// Keeps a setting; one that is the same as the newest is not kept twice. Gives its number.
    ///
    /// # Errors
    /// The disk is full or the file is gone.
    pub(crate) fn keep(&self, title: &str, view: &str, model_hash: &str) -> Result<i64, String> {
        let now =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        self.with(|c| {
            let newest = "SELECT id FROM kept WHERE view = ?1 AND id = (SELECT MAX(id) FROM kept)";
            if let Some(id) = c.query_row(newest, [view], |row| row.get(0)).optional()? {
                return Ok(id);
            }
            c.execute(
                "INSERT INTO kept (at, title, view, version, model_hash) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    i64::try_from(now).unwrap_or(i64::MAX),
                    title,
                    view,
                    env!("CARGO_PKG_VERSION"),
                    model_hash
                ],
            )?;
            let id = c.last_insert_rowid();
            c.execute("DELETE FROM kept WHERE id <= ?1 - ?2", params![id, MOST])?;
            Ok(id)
        })
    }

    /// All entries, the newest first.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, String> {
        self.with(|c| {
            let mut statement =
                c.prepare("SELECT id, at, title, view, version, model_hash FROM kept ORDER BY id DESC")?;
            let rows = statement.query_map([], |row| {
                Ok(Entry {
                    id: row.get(0)?,
                    at: row.get(1)?,
                    title: row.get(2)?,
                    view: row.get(3)?,
                    version: row.get(4)?,
                    model_hash: row.get(5)?,
                })
            })?;
            rows.collect()
        })
    }

    /// Deletes an entry; false if there was none.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub(crate) fn delete(&self, id: i64) -> Result<bool, String> {
        self.with(|c| Ok(c.execute("DELETE FROM kept WHERE id = ?1", [id])? > 0))
    }
}

/// The folder for data of this program; `None` if the system does not say where a user's data live.
pub(crate) fn data_folder() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    etcetera::choose_base_strategy().ok().map(|base| base.data_dir().join("resurge"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_there_after_the_process_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(folder.path()).unwrap();
        let first = history.keep("one", "{\"a\":1}", "hash").unwrap();
        let second = history.keep("two", "{\"a\":2}", "hash").unwrap();
        // As after kill -9: nothing is closed.
        std::mem::forget(history);
        let again = History::open(folder.path()).unwrap();
        let titles: Vec<String> = again.entries().unwrap().into_iter().map(|e| e.title).collect();
        assert_eq!(titles, ["two", "one"]);
        assert!(again.delete(first).unwrap());
        assert!(!again.delete(first).unwrap());
        assert_eq!(again.entries().unwrap()[0].id, second);
    }

    #[test]
    fn the_same_setting_is_kept_once_in_a_row() {
        let history = History::in_memory().unwrap();
        let first = history.keep("one", "{}", "hash").unwrap();
        assert_eq!(history.keep("one again", "{}", "hash").unwrap(), first);
        history.keep("two", "[]", "hash").unwrap();
        assert_ne!(history.keep("one", "{}", "hash").unwrap(), first);
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "x").unwrap();
        assert!(History::open(&file).unwrap_err().contains("file"));
    }
}
