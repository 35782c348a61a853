//! From a bench to a listening server.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::middleware;
use pathway::{Bench, RunSettings};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer;
use crate::assets;
use crate::guard::{Guard, guard};
use crate::history::History;
use crate::state::Lab;

/// How the lab is served.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address to listen on; the loopback address unless the person asked for another.
    pub address: IpAddr,
    /// Port; 0: any that is free.
    pub port: u16,
    /// Tolerances and overrides of all runs.
    pub settings: RunSettings,
    /// Longest time that one request may compute.
    pub time_limit: Duration,
    /// Folder for what is kept; `None`: it is forgotten when the program ends.
    pub data_folder: Option<PathBuf>,
    /// Secret of this start; `None`: a new one is made. For tests.
    pub token: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            settings: RunSettings::default(),
            time_limit: Duration::from_secs(30),
            data_folder: crate::history::data_folder(),
            token: None,
        }
    }
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port is taken, or may not be used.
    #[error("listen on {address}: {source}")]
    Listen {
        /// Address and port.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The pathway map does not fit the library.
    #[error("{0}")]
    Map(String),
    /// The data folder cannot be used.
    #[error("{0}")]
    Data(String),
    /// The system gives no random numbers for the token.
    #[error("make a token: {0}")]
    Token(getrandom::Error),
    /// The server broke.
    #[error("serve: {0}")]
    Serve(#[from] std::io::Error),
}

/// Largest upload in bytes.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

#[derive(OpenApi)]
#[openapi(info(
    title = "resurge lab",
    description = "The interface between the page of `resurge lab` and its server. Every request needs the token of the \
                   running lab as cookie or as `Authorization: Bearer TOKEN`.",
    license(name = "MIT OR Apache-2.0")
))]
struct Document;

/// All routes under /api, with their description.
fn api() -> OpenApiRouter<Lab> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(answer::catalog::catalog))
        .routes(routes!(answer::run::run))
        .routes(routes!(answer::matrix::matrix))
        .routes(routes!(answer::refit::refit))
        .routes(routes!(answer::history::history, answer::history::keep))
        .routes(routes!(answer::history::delete))
        .routes(routes!(answer::models::upload_model))
        .routes(routes!(answer::models::run_model))
        .routes(routes!(answer::tables::upload_table))
        .routes(routes!(answer::scoreboard::scoreboard))
        .routes(routes!(answer::experiments::experiment))
        .routes(routes!(answer::experiments::run_experiment))
        .routes(routes!(answer::beyond::bands))
        .routes(routes!(answer::beyond::loops))
        .routes(routes!(answer::beyond::experiment_loops))
        .routes(routes!(answer::tumour::tumours))
        .routes(routes!(answer::tumour::run_tumours))
        .routes(routes!(answer::cohort::run_cohort))
        .routes(routes!(answer::evidence::evidence))
}

/// The OpenAPI document of the interface, as JSON.
///
/// # Errors
/// It cannot be written as JSON.
pub fn api_document() -> Result<String, serde_json::Error> {
    let (_, mut document) = api().split_for_parts();
    document.info.version = env!("CARGO_PKG_VERSION").to_string();
    serde_json::to_string_pretty(&document)
}

fn router(lab: Lab, guarded: Guard) -> axum::Router {
    let (api, _) = api().split_for_parts();
    let document = || async { api_document().map_err(|e| crate::failure::Failure::internal(e.to_string())) };
    let json = [(axum::http::header::CONTENT_TYPE, "application/json")];
    axum::Router::new()
        .merge(api)
        .route("/api", axum::routing::get(move || async move { document().await.map(|text| (json, text)) }))
        .fallback(assets::file)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(guarded, guard))
        .with_state(lab)
}

/// Serves until the process ends. `ready` gets the address to open, token included.
///
/// # Errors
/// [`ServeError`].
pub fn serve(bench: Bench, options: Options, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    let history = match &options.data_folder {
        Some(folder) => History::open(folder),
        None => History::in_memory(),
    };
    let history = history.map_err(ServeError::Data)?;
    let lab = Lab::new(bench, options.settings, options.time_limit, history).map_err(ServeError::Map)?;
    let token = match options.token {
        Some(token) => token,
        None => new_token()?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let wanted = SocketAddr::new(options.address, options.port);
        let listener = tokio::net::TcpListener::bind(wanted)
            .await
            .map_err(|source| ServeError::Listen { address: wanted, source })?;
        let address = listener.local_addr()?;
        let guarded = Guard::new(&token, hosts(address), address.port());
        ready(&format!("http://{address}/?token={token}"));
        // Findings take a moment: ready before somebody asks.
        let warm = lab.clone();
        tokio::task::spawn_blocking(move || warm.board().judgements.len());
        axum::serve(listener, router(lab, guarded)).await?;
        Ok(())
    })
}

/// Opens the page in the person's browser; a computer without one is no error, the address was printed.
pub fn open_browser(url: &str) {
    let _ = open::that_detached(url);
}

fn new_token() -> Result<String, ServeError> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).map_err(ServeError::Token)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Names under which the server answers.
fn hosts(address: SocketAddr) -> Vec<String> {
    let mut hosts = vec![address.to_string()];
    if address.ip().is_loopback() {
        hosts.push(format!("localhost:{}", address.port()));
    }
    hosts
}

#[cfg(test)]
mod tests;
