//! The page: files of the built front end, inside the program.

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// What is shown when the program was built without the front end.
const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>resurge lab</title>\
<h1>This program was built without its web page</h1>\
<p>Run <code>cargo xtask web</code> (it needs Node 20 or newer), then build again. The interface under /api works.</p></html>";

/// Media types by ending.
const TYPES: [(&str, &str); 8] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("woff2", "font/woff2"),
    ("json", "application/json"),
    ("txt", "text/plain; charset=utf-8"),
];

/// A file of the page.
pub(crate) async fn file(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    if FILES.is_empty() && path == "index.html" {
        return (html, MISSING).into_response();
    }
    let Some((name, bytes)) = FILES.iter().find(|(name, _)| *name == path) else {
        return (StatusCode::NOT_FOUND, "no such file").into_response();
    };
    let ending = name.rsplit('.').next().unwrap_or_default();
    let kind = TYPES.iter().find(|(e, _)| *e == ending).map_or("application/octet-stream", |t| t.1);
    // Vite puts a hash of the content into the names below assets/.
    let cache = if name.starts_with("assets/") { "private, max-age=31536000, immutable" } else { "no-store" };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], *bytes).into_response()
}
