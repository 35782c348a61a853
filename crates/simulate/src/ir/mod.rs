//! Intermediate representation: a graph of distinct expressions, its derivatives, and the linear program from it.

mod derivative;
mod graph;
mod mratio;
mod tape;

pub(crate) use derivative::Derivatives;
pub(crate) use graph::{Graph, Node, NodeIdx};
pub(crate) use tape::{Tape, TapeScratch};
