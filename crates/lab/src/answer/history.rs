//! Settings that were kept.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::history::{Entry, LONGEST_TITLE, LONGEST_VIEW};
use crate::state::Lab;

/// A setting to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeepRequest {
    title: String,
    /// What the page needs to restore it.
    view: String,
}

/// The number under which it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Kept {
    id: i64,
}

/// Kept settings, the newest first.
#[utoipa::path(get, path = "/api/history", responses((status = 200, body = Vec<Entry>)))]
pub(crate) async fn history(State(lab): State<Lab>) -> Result<Json<Vec<Entry>>, Failure> {
    blocking(move || lab.history().entries()).await.map(Json)
}

/// Keeps a setting.
#[utoipa::path(post, path = "/api/history", request_body = KeepRequest, responses(
    (status = 200, body = Kept), (status = 422, body = Failure)))]
pub(crate) async fn keep(
    State(lab): State<Lab>,
    Json(request): Json<KeepRequest>,
) -> Result<Json<Kept>, Failure> {
    if request.title.len() > LONGEST_TITLE || request.view.len() > LONGEST_VIEW {
        return Err(Failure::bad("the setting is too long to be kept", "use fewer drugs or pulses"));
    }
    let keep = move || lab.history().keep(&request.title, &request.view, lab.bench().model_hash());
    blocking(keep).await.map(|id| Json(Kept { id }))
}

/// Deletes a kept setting.
#[utoipa::path(delete, path = "/api/history/{id}", params(("id" = i64, Path)), responses(
    (status = 200), (status = 404, body = Failure)))]
pub(crate) async fn delete(State(lab): State<Lab>, Path(id): Path<i64>) -> Result<(), Failure> {
    match blocking(move || lab.history().delete(id)).await? {
        true => Ok(()),
        false => Err(Failure::unknown("kept setting", &id.to_string())),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| Failure::internal(e.to_string()))?;
    done.map_err(|reason| Failure::disk(format!("the history cannot be used: {reason}")))
}
