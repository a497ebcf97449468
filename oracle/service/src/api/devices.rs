//! `GET /v1/devices/{device}/epochs/{n}`: why a device got what it did.

use super::epochs::{not_computed, number};
use super::error::ApiError;
use crate::error::OracleError;
use crate::state::State as Shared;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cairn_epoch::{Explanation, explain, text};
use std::sync::Arc;

pub(super) async fn explanation(
    State(state): State<Arc<Shared>>,
    Path((device, epoch)): Path<(String, String)>,
) -> Result<Json<Explanation>, ApiError> {
    let epoch = number(&epoch)?;
    let address = text::from_base58(&device).ok_or_else(|| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "device_invalid",
            format!("`{device}` is not the address of a device's account"),
            "give 32 bytes in base58; `cairn device list` shows them",
        )
    })?;
    let found = state
        .with_ledger(move |ledger| {
            let (Some(result), Some(outcome)) = (ledger.load(epoch)?, ledger.outcome(epoch)?)
            else {
                return Ok(None);
            };
            let failed = |source| OracleError::Epoch { epoch, source };
            let tree = result.totals.tree(&result.pool).map_err(failed)?;
            explain(&result, &outcome, tree.as_ref(), &address).map(Some).map_err(failed)
        })
        .await?;
    match found {
        None => Err(ApiError::not_ready(&["log"])),
        Some(Some(explanation)) => Ok(Json(explanation)),
        Some(None) => Err(not_computed(epoch)),
    }
}
