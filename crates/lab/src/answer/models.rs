//! Models of the user: upload, curves, other values.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::tables::file_name;
use crate::failure::Failure;
use crate::models::UserModel;
use crate::state::Lab;
use crate::wire;

/// A model that was read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelAnswer {
    id: String,
    name: String,
    /// `SBML`, `BNGL` or `.net`.
    format: String,
    species: usize,
    reactions: usize,
    /// What can be changed: name and value of the file.
    parameters: Vec<(String, f64)>,
    /// Warnings of the reader.
    remarks: Vec<String>,
}

/// Values to run a model with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelRunRequest {
    /// Any text that stays the same for one page: its newest request ends its older ones.
    page: String,
    /// Parameters with other values than in the file.
    set: Vec<(String, f64)>,
    /// End in the time unit of the model.
    t_end: f64,
}

/// The head of the curves of a model.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelHead {
    n_times: usize,
    columns: Vec<String>,
}

/// Points of a curve.
const POINTS: u32 = 301;

/// Reads a model: the body is the file, the header `x-file-name` its name (percent-encoded).
#[utoipa::path(post, path = "/api/models", request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, body = ModelAnswer), (status = 422, body = Failure)))]
pub(crate) async fn upload_model(
    State(lab): State<Lab>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ModelAnswer>, Failure> {
    let name = file_name(&headers)?;
    let model = lab
        .work(&name.clone(), "model upload", 0, move |lab, ticket| {
            Ok(lab.shelf().put(UserModel::read(&name, &body, &ticket.stop())?))
        })
        .await?;
    let (species, reactions) = model.size();
    Ok(Json(ModelAnswer {
        id: model.id.clone(),
        name: model.name.clone(),
        format: model.format.to_string(),
        species,
        reactions,
        parameters: model.knobs()?.into_iter().map(|k| (k.name, k.value)).collect(),
        remarks: model.remarks.clone(),
    }))
}

/// Runs a model with other values. Binary: times, then one array per column.
#[utoipa::path(post, path = "/api/models/{id}/run", params(("id" = String, Path)), request_body = ModelRunRequest, responses(
    (status = 200, body = ModelHead, content_type = "application/vnd.resurge.curves"),
    (status = 404, body = Failure), (status = 422, body = Failure)))]
pub(crate) async fn run_model(
    State(lab): State<Lab>,
    Path(id): Path<String>,
    Json(request): Json<ModelRunRequest>,
) -> Result<Response, Failure> {
    if !(request.t_end > 0.0 && request.t_end.is_finite()) {
        return Err(Failure::bad(format!("an end at {}", request.t_end), "give a time above 0"));
    }
    let page = request.page.clone();
    lab.work(&page, "model", 0, move |lab, ticket| {
        let model = lab.shelf().get(&id)?;
        let curves = model.run(&request.set, request.t_end, POINTS, &ticket.stop())?;
        let head = ModelHead {
            n_times: curves.times.len(),
            columns: curves.columns.iter().map(|c| c.0.clone()).collect(),
        };
        wire::curves(&head, &curves.times, curves.columns.iter().map(|c| c.1.as_slice()))
    })
    .await
}
