//! Golden sessions: what a person sees, command by command.
//!
//! `TRYCMD=overwrite cargo test -p cli --test sessions` accepts changes; read the diff before you commit.

#[test]
fn sessions_are_as_written() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1").case("tests/cmd/*.md");
}
