//! `GET /v1/devices/{device}/epochs/{n}`: why a device got what it did.

use super::epochs::{not_computed, number};
use super::error::ApiError;
use super::lookup;
use crate::error::OracleError;
use crate::state::{Core, Explained, State as Shared};
use axum::Json;
use axum::extract::{Path, State};
use cairn_epoch::{Explanation, explain};
use std::sync::{Arc, PoisonError};

pub(super) async fn explanation(
    State(state): State<Arc<Shared>>,
    Path((device, epoch)): Path<(String, String)>,
) -> Result<Json<Explanation>, ApiError> {
    let epoch = number(&epoch)?;
    let address = lookup::device(&device)?;
    let shared = Arc::clone(&state);
    let found = crate::error::blocking(move || {
        let Some(core) = shared.core.get() else { return Ok(None) };
        let Some(found) = explained(core, epoch)? else { return Ok(Some(None)) };
        let Explained { result, outcome, tree } = &*found;
        explain(result, outcome, tree.as_ref(), &address)
            .map(|explanation| Some(Some(explanation)))
            .map_err(|source| OracleError::Epoch { epoch, source })
    })
    .await?;
    match found {
        None => Err(ApiError::not_ready(&["log"])),
        Some(Some(explanation)) => Ok(Json(explanation)),
        Some(None) => Err(not_computed(epoch)),
    }
}

/// What an epoch's explanations are made from. One request at a time reads it, a second's work for a
/// million devices; those behind it find it there.
fn explained(core: &Core, epoch: u64) -> Result<Option<Arc<Explained>>, OracleError> {
    // It is replaced as a whole.
    let mut last = core.explained.lock().unwrap_or_else(PoisonError::into_inner);
    let now =
        core.ledger().results().get(&epoch).map(|summary| (summary.root, summary.manifest_hash));
    let is_that = |known: &Explained| {
        known.result.epoch == epoch
            && Some((known.result.node(), known.result.manifest_hash)) == now
    };
    if let Some(known) = last.as_ref().filter(|known| is_that(known)) {
        return Ok(Some(Arc::clone(known)));
    }
    let (Some(result), Some(outcome)) = (core.reader.result(epoch)?, core.reader.outcome(epoch)?)
    else {
        return Ok(None);
    };
    let failed = |source| OracleError::Epoch { epoch, source };
    let tree = result.totals.tree(&result.pool).map_err(failed)?;
    let found = Arc::new(Explained { result, outcome, tree });
    *last = Some(Arc::clone(&found));
    Ok(Some(found))
}
