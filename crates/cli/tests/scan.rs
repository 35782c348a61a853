//! `resurge scan`: bands against a closed form, and the same bytes on any number of threads.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
use std::path::Path;
use std::process::Command;

/// dA/dt = -k A, and a rate that is no number for k above 0.15.
const MODEL: &str = "
begin parameters
  k 0.1
  limit 1
end parameters
begin seed species
  A() 100
  B() 1
end seed species
begin observables
  Molecules Atot A()
end observables
begin functions
  odd() = sqrt(limit-k)
end functions
begin reaction rules
  A() -> 0 k
  B() -> 0 odd()
end reaction rules
";

fn scan(folder: &Path, arguments: &[&str]) -> (bool, String) {
    std::fs::write(folder.join("decay.bngl"), MODEL).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_resurge"))
        .current_dir(folder)
        .args(["scan", "decay.bngl", "--t-end", "10", "--points", "3", "--out", "bands.csv"])
        .args(arguments)
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stderr).unwrap())
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn bands_are_those_of_the_closed_form() {
    let folder = tempfile::tempdir().unwrap();
    let (done, _) = scan(folder.path(), &["--vary", "k=0.05:0.2", "--members", "400"]);
    assert!(done);
    let bands = read(folder.path(), "bands.csv");
    let row = bands.lines().find(|line| line.starts_with("Atot,10,")).unwrap();
    let row: Vec<f64> = row.split(',').skip(1).map(|v| v.parse().unwrap()).collect();
    // Time, members, smallest ... largest; k is drawn evenly on a logarithmic scale, so its median is 0.1.
    assert_eq!((row[0], row[1]), (10.0, 400.0));
    // The standard error of the median of ln k over 400 draws is 0.035, and A(10) = 100 exp(-10 k): five of them.
    assert!((row[5] / (100.0 * (-1.0f64).exp())).ln().abs() < 5.0 * 0.035, "{row:?}");
    assert!(row[2] > 100.0 * (-2.0f64).exp() && row[8] < 100.0 * (-0.5f64).exp(), "{row:?}");
    assert!(row[2..].windows(2).all(|w| w[0] < w[1]), "{row:?}");
}

#[test]
fn failed_members_are_named_and_in_no_band() {
    let folder = tempfile::tempdir().unwrap();
    let arguments =
        ["--vary", "k=0.05:0.2:linear", "--set", "limit=0.15", "--each", "each.csv", "--members", "60"];
    let (done, warning) = scan(folder.path(), &arguments);
    assert!(done && warning.contains("failed and are in no band"), "{warning}");
    let each = read(folder.path(), "each.csv");
    let (mut n_done, mut n_failed) = (0, 0);
    for row in each.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let k: f64 = row.split(',').rev().nth(2).unwrap().parse().unwrap();
        match (cells[1], k < 0.15) {
            ("done", true) => n_done += 1,
            (status, false) if status.contains("failed") && row.ends_with(',') => n_failed += 1,
            _ => panic!("{row}"),
        }
    }
    assert!(n_done > 0 && n_failed > 0 && n_done + n_failed == 60, "{n_done} {n_failed}");
    let in_band =
        read(folder.path(), "bands.csv").lines().nth(1).unwrap().split(',').nth(2).unwrap().to_string();
    assert_eq!(in_band, n_done.to_string());
}

#[test]
fn threads_change_no_byte() {
    let tables = ["1", "3"].map(|threads| {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["--noise", "30", "--members", "50", "--each", "each.csv", "--threads", threads];
        let (done, _) = scan(folder.path(), &arguments);
        assert!(done);
        (read(folder.path(), "bands.csv"), read(folder.path(), "each.csv"))
    });
    assert_eq!(tables[0], tables[1]);
}
