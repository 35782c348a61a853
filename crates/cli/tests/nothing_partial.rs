//! After a failed command the folder is as it was before.

use std::path::Path;
use std::process::{Command, Output};

fn resurge(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_resurge"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut names: Vec<String> = entries
        .map(|e| e.expect("the entry can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn failed_commands_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let nan = "begin parameters\n k 1\nend parameters\nbegin seed species\n A() 1\nend seed species\n\
               begin reaction rules\n A() -> 0 ln(0-k)\nend reaction rules\n";
    std::fs::write(folder.path().join("nan.bngl"), nan).unwrap();
    std::fs::write(folder.path().join("empty.toml"), "").unwrap();
    std::fs::write(folder.path().join("broken.toml"), "id = \"x\"\ntitle =").unwrap();
    let before = names(folder.path());
    for arguments in [
        vec!["simulate", "nan.bngl", "--t-end", "1", "--out", "x.csv"],
        vec!["simulate", "nan.bngl", "--t-end", "1", "--out", "nan.bngl/x.csv"],
        vec!["run", "no-such-experiment"],
        vec!["run", "empty.toml"],
        vec!["run", "broken.toml", "--out", "results"],
        vec!["run", "rodrik2011-azd8055", "--out", "nan.bngl"],
        vec!["run", "rodrik2011-azd8055", "--out", "missing/results"],
        vec!["check", "--findings", "empty.toml", "--report", "results"],
    ] {
        let output = resurge(folder.path(), &arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{stderr}");
        assert!(stderr.contains("error"), "{arguments:?} says nothing");
        assert!(output.stdout.is_empty(), "{arguments:?} prints to stdout");
        assert_eq!(names(folder.path()), before, "{arguments:?} left something");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let out = Path::new("/proc/resurge-cannot-write-here");
    if !Path::new("/proc/self").exists() {
        return;
    }
    let output = resurge(folder.path(), &["run", "rodrik2011-azd8055", "--out", &out.display().to_string()]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("failed to write") && stderr.contains("--out"), "{stderr}");
    assert!(!out.exists());
}

#[test]
fn a_closed_pipe_is_quiet() {
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_resurge"))
        .args(["list", "findings"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0));
}
