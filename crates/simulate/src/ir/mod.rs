//! Intermediate representation: a graph of distinct expressions, its derivatives, and the linear program from it.

mod arithmetic;
mod derivative;
mod graph;
mod jacobian;
mod mratio;
mod tape;

pub(crate) use derivative::Derivatives;
pub(crate) use graph::{Graph, Node, NodeIdx};
pub(crate) use jacobian::jacobian;
pub(crate) use tape::{Body, Compilation, Tape, TapeScratch};
