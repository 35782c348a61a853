//! The lab: a local server, and the virtual bench as a web page.
//!
//! The server answers questions of the page in `web/`: what there is, what a treatment does, what papers say. All
//! simulation happens here, in parallel; the page draws. Nothing here knows biology: cells, drugs, read-outs and the
//! pathway map are data.
//!
//! In reading order:
//!
//! - [`serve`], [`Options`]: from a bench to a listening server
//! - `guard`: who may ask (token, Host, Origin), and what a browser may do with the page (CSP)
//! - `scenario`: what the person set up, as a virtual experiment
//! - `wire`: curves as binary arrays
//! - `answer`: one file per kind of question
//! - [`api_document`]: the OpenAPI document of all of it

mod answer;
mod assets;
mod clients;
mod failure;
mod guard;
mod history;
mod map;
mod models;
mod refit;
mod scenario;
mod server;
mod state;
mod synergy;
mod wire;

pub use server::{Options, ServeError, api_document, open_browser, serve};
