//! Answers that say what is wrong.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Failure {
    /// HTTP status.
    #[serde(skip)]
    pub(crate) status: u16,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it; may be empty.
    pub(crate) help: String,
}

impl Failure {
    fn new(status: StatusCode, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { status: status.as_u16(), message: message.into(), help: help.into() }
    }

    /// The request says something that makes no sense.
    pub(crate) fn bad(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message, help)
    }

    /// No such thing.
    pub(crate) fn unknown(kind: &str, name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no {kind} \"{name}\""), "")
    }

    /// Who asks is not allowed to.
    pub(crate) fn forbidden(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message, help)
    }

    /// A newer request of the same page has taken the place of this one.
    pub(crate) fn superseded() -> Self {
        Self::new(StatusCode::CONFLICT, "a newer request has taken the place of this one", "")
    }

    /// The limit of time was reached.
    pub(crate) fn too_long(seconds: u64) -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            format!("the run was stopped after {seconds} s: the limit of this server"),
            "ask for less at a time, or start the lab with a larger --time-limit",
        )
    }

    /// A run failed: there are no numbers.
    pub(crate) fn run(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            message,
            "no numbers were computed; change the last setting back",
        )
    }

    /// The data folder cannot be used.
    pub(crate) fn disk(message: impl Into<String>) -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            message,
            "look at the disk and at the rights of the data folder",
        )
    }

    /// Something on this side broke.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message, "this is a bug in resurge: please report it")
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self)).into_response()
    }
}
