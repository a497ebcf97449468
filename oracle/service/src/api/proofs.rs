//! `POST /v1/proofs`.

use super::MAX_BODY_BYTES;
use super::error::ApiError;
use crate::state::State as Shared;
use crate::wire;
use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use cairn_protocol::reason::Reason;
use cairn_sdk::api::{BatchView, VerdictView};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// How long a client may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
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
    let encoding = encoding(request.headers())?;
    let length = declared_length(request.headers())?;
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
    let body = read(request).await?;
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

async fn read(request: Request) -> Result<Bytes, ApiError> {
    let body = to_bytes(request.into_body(), MAX_BODY_BYTES);
    match tokio::time::timeout(BODY_TIMEOUT, body).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if is_length_limit(&error) => Err(ApiError::too_large(MAX_BODY_BYTES)),
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

fn is_length_limit(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
