//! What the routes about operators and devices have in common.

use super::epochs::state_of;
use super::error::ApiError;
use crate::fleet::Roster;
use crate::ledger::Progress;
use crate::state::{Core, State as Shared};
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use cairn_epoch::text;
use cairn_sdk::api::EpochState;
use cairn_verify::Address;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Closed epochs that figures are of unless told.
const DEFAULT_EPOCHS: u64 = 30;
/// The most of them.
const MAX_EPOCHS: u64 = 365;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowQuery {
    /// Of how many closed epochs.
    epochs: Option<String>,
}

/// How many of the last closed epochs are asked about.
pub(super) fn epochs(query: Result<Query<WindowQuery>, QueryRejection>) -> Result<u64, ApiError> {
    let invalid = || {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "query_invalid",
            "the query is not a number of epochs",
            format!("use ?epochs=N with N from 1 to {MAX_EPOCHS}"),
        )
    };
    let Query(query) = query.map_err(|_| invalid())?;
    match query.epochs.map(|text| text.parse::<u64>()) {
        None => Ok(DEFAULT_EPOCHS),
        Some(Ok(epochs)) if (1..=MAX_EPOCHS).contains(&epochs) => Ok(epochs),
        Some(_) => Err(invalid()),
    }
}

/// A wallet's address.
pub(super) fn wallet(text: &str) -> Result<Address, ApiError> {
    text::from_base58(text).ok_or_else(|| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "wallet_invalid",
            format!("`{text}` is not a wallet's address"),
            "give 32 bytes in base58",
        )
    })
}

/// Address of a device's account.
pub(super) fn device(text: &str) -> Result<Address, ApiError> {
    text::from_base58(text).ok_or_else(|| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "device_invalid",
            format!("`{text}` is not the address of a device's account"),
            "give 32 bytes in base58; `cairn device list` shows them",
        )
    })
}

/// What answers are made from, of one moment.
pub(super) struct Lookup<'a> {
    pub(super) state: &'a Shared,
    pub(super) core: &'a Core,
    pub(super) roster: Arc<Roster>,
    pub(super) progress: Progress,
    pub(super) now_ms: u64,
}

impl Lookup<'_> {
    /// The last closed epochs, `None` while none is.
    pub(super) fn window(&self, epochs: u64) -> Option<RangeInclusive<u64>> {
        let newest = self.progress.newest_epoch()?;
        Some(newest.saturating_sub(epochs.saturating_sub(1))..=newest)
    }

    /// Where some epochs stand.
    pub(super) fn states(&self, epochs: impl Iterator<Item = u64>) -> BTreeMap<u64, EpochState> {
        let served = self.state.active.borrow().as_ref().map(|claims| claims.active);
        let ledger = self.core.ledger();
        epochs.map(|epoch| (epoch, state_of(served, &ledger, epoch))).collect()
    }

    /// Tokens that a device ever earned for an operator, through the newest result.
    pub(super) fn lifetime_total(&self, operator: &Address, device: &Address) -> u64 {
        let totals = self.progress.newest.as_ref().map(|newest| &newest.totals);
        let total = totals.and_then(|totals| totals.operator(operator));
        total.and_then(|total| total.devices.get(device)).copied().unwrap_or(0)
    }
}

/// Runs `work` off the async threads, with few others at a time.
pub(super) async fn lookup<T: Send + 'static>(
    state: &Arc<Shared>,
    work: impl FnOnce(&Lookup<'_>) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let core = state.core.get().ok_or_else(|| ApiError::not_ready(&["log"]))?;
    // Never closed.
    let Ok(_permit) = core.fleet.lookups.acquire().await else {
        return Err(ApiError::not_ready(&["log"]));
    };
    let shared = Arc::clone(state);
    crate::error::blocking(move || {
        let (Some(core), Some(view)) = (shared.core.get(), shared.registry.borrow().clone()) else {
            return Ok(Err(ApiError::not_ready(&["registry"])));
        };
        let now_ms = (shared.now)();
        let current = core.clock.epoch_at(now_ms).unwrap_or(0);
        let roster = core.fleet.roster(&view, core.clock.ends_at_ms(current) / 1_000);
        let progress = core.reader.progress();
        Ok(work(&Lookup { state: &shared, core, roster, progress, now_ms }))
    })
    .await?
}
