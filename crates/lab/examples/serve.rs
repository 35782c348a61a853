//! Serves the lab on the built-in library, without the rest of the program: for work on the page.
#![expect(clippy::print_stdout, reason = "it says where the lab is")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = pathway::Library::embedded().map_err(|d| format!("{} problems in the library", d.len()))?;
    let bench = pathway::Bench::new(library)?;
    lab::serve(bench, lab::Options::default(), |url| println!("{url}"))?;
    Ok(())
}
