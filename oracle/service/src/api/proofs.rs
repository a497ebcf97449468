//! `POST /v1/proofs`.

use super::MAX_BODY_BYTES;
use super::error::ApiError;
use crate::state::State as Shared;
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use cairn_protocol::reason::Reason;
use cairn_sdk::api::{BatchView, VerdictView};
use cairn_verify::wire;
use http_body_util::BodyExt;
use std::sync::Arc;
use std::time::Duration;

/// How long a client may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// How much of a refused body is still read, and for how long.
const DRAIN_BYTES: usize = 16 * 1024 * 1024;
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// What a byte of JSON takes in memory while it is read, at most: `0,` becomes a value of 32.
const JSON_WEIGHT: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Borsh,
    Json,
}

pub(super) async fn post(
    State(state): State<Arc<Shared>>,
    request: Request,
) -> Result<Json<BatchView>, ApiError> {
    let (parts, mut body) = request.into_parts();
    let answer = take(&state, &parts.headers, &mut body).await;
    if answer.is_err() {
        drain(&mut body).await;
    }
    answer
}

/// Reads what is left of a refused body. A client that is still sending when the connection closes
/// sees a broken pipe instead of the answer.
async fn drain(body: &mut Body) {
    let reading = async {
        let mut left = DRAIN_BYTES;
        while let Some(Ok(frame)) = body.frame().await {
            let bytes = frame.data_ref().map_or(0, |data| data.len());
            let Some(rest) = left.checked_sub(bytes) else { return };
            left = rest;
        }
    };
    // Who sends more, or slower, must do without the answer.
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, reading).await;
}

async fn take(
    state: &Shared,
    headers: &HeaderMap,
    body: &mut Body,
) -> Result<Json<BatchView>, ApiError> {
    let encoding = encoding(headers)?;
    let length = declared_length(headers)?;
    let (Some(core), Some(view)) = (state.core.get(), state.registry.borrow().clone()) else {
        return Err(ApiError::not_ready(&state.missing()));
    };
    // The budget is taken before the body is read.
    let weight = match encoding {
        Encoding::Borsh => length,
        Encoding::Json => length.saturating_mul(JSON_WEIGHT),
    };
    let weight = u32::try_from(weight).unwrap_or(u32::MAX).max(1);
    let permit = Arc::clone(&state.budget)
        .try_acquire_many_owned(weight)
        .map_err(|_| ApiError::overloaded())?;
    let body = read(body).await?;
    let proofs = match encoding {
        Encoding::Borsh => wire::from_borsh(&body)?,
        Encoding::Json => wire::from_json(&body)?,
    };
    let verdicts = core.ingest.submit(proofs, view.registry, permit).await?;
    Ok(Json(batch_view(&verdicts)))
}

fn batch_view(verdicts: &[Reason]) -> BatchView {
    let accepted = verdicts.iter().filter(|reason| reason.is_accepted()).count();
    let results = verdicts
        .iter()
        .map(|reason| VerdictView {
            code: reason.code(),
            reason: reason.name().to_owned(),
            hint: (!reason.is_accepted()).then(|| reason.hint().to_owned()),
        })
        .collect();
    BatchView {
        results,
        accepted: accepted as u64,
        refused: verdicts.len().saturating_sub(accepted) as u64,
    }
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, ApiError> {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = stated.and_then(|value| value.split(';').next()).map(str::trim);
    match essence {
        Some(text) if text.eq_ignore_ascii_case("application/octet-stream") => Ok(Encoding::Borsh),
        Some(text) if text.eq_ignore_ascii_case("application/json") => Ok(Encoding::Json),
        other => Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type_unsupported",
            match other {
                Some(text) => format!("proofs do not come as `{text}`"),
                None => "the request states no content type".to_owned(),
            },
            "send application/octet-stream (a borsh batch) or application/json",
        )),
    }
}

/// The stated length of the body, the greatest allowed one when none is stated.
fn declared_length(headers: &HeaderMap) -> Result<usize, ApiError> {
    let Some(value) = headers.get(header::CONTENT_LENGTH) else { return Ok(MAX_BODY_BYTES) };
    // Hyper refuses a length that is no number before it comes here.
    let length = value.to_str().ok().and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
    if length > MAX_BODY_BYTES { Err(ApiError::too_large(MAX_BODY_BYTES)) } else { Ok(length) }
}

async fn read(body: &mut Body) -> Result<Vec<u8>, ApiError> {
    let reading = async {
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            if bytes.len().saturating_add(data.len()) > MAX_BODY_BYTES {
                return Ok(None);
            }
            bytes.extend_from_slice(&data);
        }
        Ok::<_, axum::Error>(Some(bytes))
    };
    match tokio::time::timeout(BODY_TIMEOUT, reading).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(ApiError::too_large(MAX_BODY_BYTES)),
        Ok(Err(error)) => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "body_unreadable",
            format!("the body could not be read: {error}"),
            "send the batch again",
        )),
        Err(_) => Err(ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_timeout",
            format!("the body did not arrive within {} s", BODY_TIMEOUT.as_secs()),
            "send smaller batches over a slow link",
        )),
    }
}
