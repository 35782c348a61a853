//! All tests.

use crate::workspace::Workspace;

/// How many tests.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Extent {
    /// Those that run always.
    Quick,
    /// Also the long ones: whole suites, many draws.
    Slow,
}

/// Runs `cargo test` and leaves its closing lines at the end of the output.
pub(crate) fn run(workspace: &Workspace, extent: Extent) -> bool {
    let environment: &[(&str, &str)] =
        if extent == Extent::Slow { &[("RESURGE_SLOW_TESTS", "1")] } else { &[] };
    workspace.cargo(&["test", "--workspace"], environment)
}
