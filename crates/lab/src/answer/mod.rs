//! One file per kind of question.

pub(crate) mod beyond;
pub(crate) mod catalog;
pub(crate) mod cohort;
pub(crate) mod evidence;
pub(crate) mod experiments;
pub(crate) mod history;
pub(crate) mod matrix;
pub(crate) mod models;
pub(crate) mod refit;
pub(crate) mod run;
pub(crate) mod scoreboard;
pub(crate) mod tables;
pub(crate) mod tumour;
