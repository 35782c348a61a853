//! Readers and writers: bytes in, model and diagnostics out.
//!
//! - [`source`]: named texts, and places in them
//! - [`antimony`]: models as short texts, read to and written from a [`model::ReactionSystem`]
//! - [`bngl`]: BioNetGen's rule language, read to a [`model::RuleModel`]
//! - [`sbml`]: SBML, read to and written from a [`model::ReactionSystem`]
//! - [`sedml`]: simulation experiments (SED-ML)
//! - [`omex`]: COMBINE archives
//! - [`net`]: BioNetGen's flat network files, read to and written from a [`model::ReactionNetwork`]
//!
//! A reader never fails and never panics: it returns [`model::Parsed`], the value together with everything
//! it has to say. The crate opens no files; a model split over several files is a slice of [`Source`]s.
//!
//! ```
//! use formats::{Source, bngl};
//! let text = "begin parameters\n k 0.1\nend parameters\nbegin seed species\n A() 100\nend seed species\n\
//!             begin reaction rules\n A() -> 0 k\nend reaction rules\n";
//! let parsed = bngl::parse(&[Source::new("decay.bngl", text)]);
//! assert!(!parsed.has_errors());
//! assert_eq!(parsed.value.rules[0].name, "_R1");
//! ```

pub mod antimony;
pub mod bngl;
mod cursor;
mod expression;
pub mod net;
pub mod omex;
mod report;
pub mod sbml;
pub mod sedml;
pub mod source;
mod table_function;

pub use source::Source;
