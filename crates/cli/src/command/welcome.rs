//! Plain `resurge`: what it can do, and what to type first.

use super::Answer;

const WELCOME: &str = "\
resurge - ask a mechanistic model what a drug does to PI3K-AKT-mTOR signalling

Start here:
  resurge run rodrik2011-azd8055    AZD8055 in BT-474 cells: AKT falls, and comes back.
                                    Words on the screen; figure, blot, table and a report
                                    you can open in a browser in resurge-out/

Then:
  resurge list experiments          other experiments that are ready to run
  resurge check --paper rodrik2011  does the model agree with that paper, finding by finding?
  resurge explain AZD8055           what is known about a drug, and from where
  resurge explain A-008             a finding: what the paper says, how it is decided
  resurge model parameters          every number with its unit and source

Your own files:
  resurge run my-experiment.toml    other doses, times, drugs, cells
  resurge simulate my.bngl --t-end 24 --points 97 --out my.csv

`resurge COMMAND --help` explains a command with an example.
";

/// The text.
pub(super) fn run() -> Answer {
    Answer::text(WELCOME)
}
