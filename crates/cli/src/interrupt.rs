//! Ctrl-C: whatever was being written is removed, then the program ends with exit code 130.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Exit code after Ctrl-C, as shells expect it (128 + SIGINT).
pub(crate) const EXIT_INTERRUPTED: i32 = 130;

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Installs the handler; called once at the start.
pub(crate) fn install() {
    // Without a handler Ctrl-C still ends the program; only the unfinished folder would stay.
    let _ = ctrlc::set_handler(|| {
        discard();
        std::process::exit(EXIT_INTERRUPTED);
    });
}

/// Removes everything unfinished.
pub(crate) fn discard() {
    for path in UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
    }
}

/// Remembers a path that must not survive an interruption.
pub(crate) fn protect(path: &Path) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_path_buf());
}

/// Forgets a path that is finished or already removed.
pub(crate) fn release(path: &Path) {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).retain(|p| p != path);
}
