//! Who may ask, and what a browser may do with the page.
//!
//! The server listens on this computer, but so does every web page that the browser has open: a page of somebody else
//! must neither read answers nor cause work. Three independent barriers: the Host must be ours (against DNS rebinding),
//! an Origin, if there is one, must be ours, and the token of this start must come along.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::failure::Failure;

/// Who this server is and which token it wants.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    token: Arc<str>,
    /// `127.0.0.1:8420`, `localhost:8420` and so on.
    hosts: Arc<[String]>,
    /// Name of the cookie: cookies are shared between ports, so the port is part of it.
    cookie: Arc<str>,
}

/// Everything comes from this server; scripts and styles from files only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

impl Guard {
    /// A guard for a server that is reached under these hosts (with port).
    pub(crate) fn new(token: &str, hosts: Vec<String>, port: u16) -> Self {
        Self { token: token.into(), hosts: hosts.into(), cookie: format!("resurge_lab_{port}").into() }
    }

    /// Whether the request may pass; the reason if not.
    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<Pass, Failure> {
        let host = text(headers, &header::HOST).or_else(|| uri.authority().map(|a| a.as_str()));
        if !host.is_some_and(|h| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(h))) {
            return Err(Failure::forbidden(
                "this server does not answer under that name",
                "open the address that `resurge lab` printed",
            ));
        }
        if let Some(origin) = headers.get(header::ORIGIN) {
            let own = origin.to_str().ok().and_then(|o| o.strip_prefix("http://"));
            if !own.is_some_and(|o| self.hosts.iter().any(|host| host.eq_ignore_ascii_case(o))) {
                return Err(Failure::forbidden("another web page asked: it may not", ""));
            }
        }
        let site = text(headers, &HeaderName::from_static("sec-fetch-site"));
        let navigates = text(headers, &HeaderName::from_static("sec-fetch-mode")) == Some("navigate");
        if site.is_some_and(|s| s == "cross-site") && !navigates {
            return Err(Failure::forbidden("another web page asked: it may not", ""));
        }
        if let Some(token) = query_token(uri) {
            return if self.is_token(token) { Ok(Pass::WithToken) } else { Err(wrong_token()) };
        }
        let bearer = text(headers, &header::AUTHORIZATION).and_then(|a| a.strip_prefix("Bearer "));
        let cookie = text(headers, &header::COOKIE).and_then(|all| {
            all.split(';').filter_map(|c| c.trim().split_once('=')).find(|(name, _)| *name == &*self.cookie)
        });
        match bearer.or(cookie.map(|c| c.1)) {
            Some(token) if self.is_token(token) => Ok(Pass::Known),
            _ => Err(wrong_token()),
        }
    }

    /// Compares hashes, in a time that does not depend on where the two differ.
    fn is_token(&self, token: &str) -> bool {
        blake3::hash(token.as_bytes()) == blake3::hash(self.token.as_bytes())
    }
}

enum Pass {
    /// By cookie or header.
    Known,
    /// By the address that was printed: the cookie is set and the token leaves the address bar.
    WithToken,
}

fn wrong_token() -> Failure {
    Failure::forbidden(
        "this page does not have the token of the running lab",
        "open the address that `resurge lab` printed in its terminal; each start has a new one",
    )
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn query_token(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// The middleware around everything.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut response = match guard.check(request.uri(), request.headers()) {
        Ok(Pass::Known) => next.run(request).await,
        Ok(Pass::WithToken) => welcome(&guard, request.uri()),
        Err(failure) => refuse(failure, request.uri()),
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn welcome(guard: &Guard, uri: &Uri) -> Response {
    let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", guard.cookie, guard.token);
    let headers = [(header::SET_COOKIE, cookie), (header::LOCATION, uri.path().to_string())];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// A page for people, JSON for programs.
fn refuse(failure: Failure, uri: &Uri) -> Response {
    if uri.path().starts_with("/api") {
        return failure.into_response();
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>resurge lab</title><h1>{}</h1><p>{}</p></html>",
        failure.message, failure.help
    );
    (StatusCode::FORBIDDEN, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(uri: &str, headers: &[(&'static str, &'static str)]) -> Result<(), String> {
        let guard = Guard::new("secret", vec!["127.0.0.1:8420".into(), "localhost:8420".into()], 8420);
        let headers = headers
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect::<HeaderMap>();
        guard.check(&uri.parse().unwrap(), &headers).map(|_| ()).map_err(|f| f.message)
    }

    #[test]
    fn our_own_page_passes() {
        let host = ("host", "127.0.0.1:8420");
        let cookie = ("cookie", "theme=dark; resurge_lab_8420=secret");
        assert_eq!(verdict("/?token=secret", &[host]), Ok(()));
        assert_eq!(verdict("/api/catalog", &[host, cookie]), Ok(()));
        assert_eq!(verdict("/api/run", &[host, cookie, ("origin", "http://127.0.0.1:8420")]), Ok(()));
        assert_eq!(
            verdict("/api/run", &[("host", "localhost:8420"), ("authorization", "Bearer secret")]),
            Ok(())
        );
    }

    #[test]
    fn everybody_else_is_refused() {
        let (host, cookie) = (("host", "127.0.0.1:8420"), ("cookie", "resurge_lab_8420=secret"));
        let refused: [&[(&str, &str)]; 7] = [
            &[host],
            &[cookie],
            &[("host", "evil.example:8420"), cookie],
            &[host, cookie, ("origin", "http://evil.example")],
            &[host, cookie, ("origin", "null")],
            &[host, cookie, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
            &[host, ("cookie", "resurge_lab_8420=wrong")],
        ];
        for headers in refused {
            assert!(verdict("/api/run", headers).is_err(), "{headers:?}");
        }
        assert!(verdict("/?token=wrong", &[host, cookie]).is_err());
    }
}
