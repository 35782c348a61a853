//! Looks for what is needed and says how to get it.

use std::process::Command;

/// Oldest toolchain that builds the workspace.
const RUST: (u32, u32) = (1, 95);

/// Prints what is missing; true if nothing is.
pub(crate) fn run() -> bool {
    let mut complete = true;
    for (name, problem) in [
        ("cargo", check_cargo()),
        (
            "C linker",
            check_program(
                "cc",
                "--version",
                "on Debian: apt-get install gcc libc6-dev; on macOS: xcode-select --install",
            ),
        ),
        ("rustfmt", check_program("rustfmt", "--version", "rustup component add rustfmt")),
        ("clippy", check_program("cargo-clippy", "--version", "rustup component add clippy")),
    ] {
        if let Some(problem) = problem {
            eprintln!("missing: {name}: {problem}");
            complete = false;
        }
    }
    complete
}

fn check_cargo() -> Option<String> {
    let advice = format!("Rust {}.{} or newer is needed: https://rustup.rs", RUST.0, RUST.1);
    let Ok(output) = Command::new("cargo").arg("--version").output() else {
        return Some(advice);
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match version(&text) {
        Some(found) if found >= RUST => None,
        _ => Some(format!("found {:?}; {advice}", text.trim())),
    }
}

/// Major and minor of "cargo 1.95.0 (...)".
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn check_program(program: &str, argument: &str, advice: &str) -> Option<String> {
    match Command::new(program).arg(argument).output() {
        Ok(output) if output.status.success() => None,
        _ => Some(format!("{program} does not run; {advice}")),
    }
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("cargo 1.95.0 (f2d3ce0bd 2026-03-21)"), Some((1, 95)));
        assert_eq!(version("nonsense"), None);
    }
}
