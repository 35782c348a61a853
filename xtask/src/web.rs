//! Builds the page of the lab: TypeScript to files that the program then carries.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::workspace::{Workspace, files_below};

/// Oldest Node that builds the page.
const NODE: u32 = 20;

/// Installs the npm packages of the lock file if that is needed, and builds the page if it is out of date.
pub(crate) fn run(workspace: &Workspace) -> bool {
    let web = workspace.root.join("crates/lab/web");
    if let Some(problem) = check_node() {
        eprintln!("error: the page of the lab cannot be built: {problem}");
        return false;
    }
    if is_current(&web) {
        return true;
    }
    let lock = newest([web.join("package-lock.json")].iter());
    let installed = newest([web.join("node_modules/.package-lock.json")].iter());
    if installed.is_none() || lock > installed {
        println!("installing npm packages");
        if !npm(&web, &["ci", "--no-audit", "--no-fund", "--loglevel=error"]) {
            return false;
        }
    }
    println!("building the page of the lab");
    npm(&web, &["run", "--silent", "build"])
}

fn check_node() -> Option<String> {
    let advice =
        format!("Node {NODE} or newer is needed (https://nodejs.org; on Debian: apt-get install nodejs npm)");
    let Ok(output) = Command::new("node").arg("--version").output() else { return Some(advice) };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let major = text.trim().trim_start_matches('v').split('.').next().and_then(|m| m.parse::<u32>().ok());
    if major.is_some_and(|m| m >= NODE) { None } else { Some(format!("found {:?}; {advice}", text.trim())) }
}

fn npm(web: &Path, arguments: &[&str]) -> bool {
    // The browsers of the end-to-end tests are those of the system.
    let status = Command::new("npm")
        .args(arguments)
        .current_dir(web)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .status();
    match status {
        Ok(status) if status.success() => true,
        Ok(_) => false,
        Err(error) => {
            eprintln!("error: npm does not run: {error}");
            false
        }
    }
}

/// Whether the built page is younger than everything that it is made of.
fn is_current(web: &Path) -> bool {
    let mut sources = files_below(&web.join("src"), &["ts", "tsx", "css"]);
    let single = ["index.html", "package-lock.json", "vite.config.ts", "openapi.json", "public/icon.svg"];
    sources.extend(single.iter().map(|f| web.join(f)));
    let generated = web.join("src/api/schema.d.ts");
    sources.retain(|s| *s != generated);
    let built = newest([web.join("dist/index.html")].iter());
    built.is_some() && newest(sources.iter()) <= built
}

fn newest<'p>(files: impl Iterator<Item = &'p std::path::PathBuf>) -> Option<SystemTime> {
    files.filter_map(|f| f.metadata().ok()?.modified().ok()).max()
}
