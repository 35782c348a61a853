//! BioNetGen's `.net` files: a flat reaction network as text.
//!
//! [`write()`] and [`parse`] are inverse to each other. Blocks that describe rules (molecule types, reaction rules
//! and so on), which BioNetGen may add, are skipped with a note.
//!
//! A reaction reads `index reactants products rate #rule`; species are numbered from 1, and `0` means none.
//! The rate is one of:
//!
//! - `k`, `0.5*k`, `k/V*0.5`: an expression; a number that multiplies it goes into the statistical factor
//! - `Sat k K`, `2*MM kcat Km`, `Hill Vmax K n`: a rate law with its constants
//! - `TotalRate f`: the rate as it is, not multiplied by the reactants (an extension; BioNetGen cannot write it)

pub mod codes;
mod rate;
mod read;
mod write;

pub use codes::CODES;
pub use read::{parse, parse_bytes};
pub use write::write;

#[cfg(test)]
mod tests;
