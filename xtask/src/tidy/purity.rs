//! Libraries take bytes and give bytes: no disk, no environment, no clock, no terminal. Doors may: `cli` and `lab`.

use crate::workspace::{Workspace, files_below, read};

const DOORS: [&str; 2] = ["cli", "lab"];

const BANNED: [&str; 9] = [
    "std::fs",
    "std::env",
    "std::net",
    "SystemTime",
    "Instant::now",
    "println!",
    "print!(",
    "eprintln!",
    "dbg!(",
];

pub(super) fn violations(workspace: &Workspace) -> Vec<String> {
    let mut wrong = Vec::new();
    for library in workspace.crates.iter().filter(|c| !DOORS.contains(&c.name.as_str())) {
        for path in files_below(&library.folder.join("src"), &["rs"]) {
            if path.file_stem().is_some_and(|s| s == "tests") {
                continue;
            }
            let text = read(&path).unwrap_or_default();
            for (number, line) in text.lines().enumerate() {
                if line == "#[cfg(test)]" {
                    break;
                }
                if let Some(found) = banned_word(line) {
                    let name = workspace.relative(&path);
                    wrong.push(format!("{name}:{}: `{found}` belongs into a door (cli)", number + 1));
                }
            }
        }
    }
    wrong
}

fn banned_word(line: &str) -> Option<&'static str> {
    let code = line.trim_start();
    if code.starts_with("//") {
        return None;
    }
    BANNED.into_iter().find(|banned| code.contains(banned))
}

#[cfg(test)]
mod tests {
    use super::banned_word;

    #[test]
    fn comments_may_talk_about_anything() {
        assert_eq!(banned_word("    /// std::fs is not used"), None);
        assert_eq!(banned_word("    std::fs::read(path)"), Some("std::fs"));
    }
}
