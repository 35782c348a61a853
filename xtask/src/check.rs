//! What CI runs, in the order of speed.

use crate::workspace::Workspace;
use crate::{setup, test, tidy};

/// Stops at the first step that fails.
pub(crate) fn run(workspace: &Workspace) -> bool {
    setup::run()
        && tidy::run(workspace)
        && workspace.cargo(&["fmt", "--all", "--check"], &[])
        && workspace.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])
        && test::run(workspace, test::Extent::Quick)
}
