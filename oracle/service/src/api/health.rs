//! `GET /livez`, `/readyz` and `/v1/status`.

use super::error::ApiError;
use crate::state::State as Shared;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cairn_epoch::text;
use cairn_sdk::api::{DisputeView, ReadyView, StatusView};
use std::sync::Arc;

pub(super) async fn livez() -> &'static str {
    "ok\n"
}

pub(super) async fn readyz(State(state): State<Arc<Shared>>) -> (StatusCode, Json<ReadyView>) {
    let missing = state.missing();
    let ready = missing.is_empty();
    let view = ReadyView {
        ready,
        missing: missing.into_iter().map(str::to_owned).collect(),
        devices: state.registry.borrow().as_ref().map_or(0, |view| view.on_chain as u64),
        log_records: state.core.get().map_or(0, |core| core.log.size().records),
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(view))
}

pub(super) async fn status(State(state): State<Arc<Shared>>) -> Result<Json<StatusView>, ApiError> {
    let closed_through = state.with_ledger(|ledger| Ok(ledger.closed_through())).await?.flatten();
    let core = state.core.get();
    let size = core.map(|core| core.log.size());
    let pool = state.pool.borrow().clone();
    let active = pool.as_ref().and_then(|pool| pool.active);
    let devices = state.registry.borrow().as_ref().map_or(0, |view| view.on_chain as u64);
    let behind_at_epoch = *state.behind.borrow();
    Ok(Json(StatusView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        identity: text::to_base58(&state.identity),
        network: pool.as_ref().map(|pool| text::to_base58(&pool.network)),
        pool: text::to_base58(&state.pool_address),
        in_oracle_set: pool.as_ref().is_some_and(|pool| pool.oracles.contains(&state.identity)),
        devices,
        verdicts: state
            .counters
            .counts()
            .filter(|(_, count)| *count > 0)
            .map(|(reason, count)| (reason.name().to_owned(), count))
            .collect(),
        log_records: size.map_or(0, |size| size.records),
        log_bytes: size.map_or(0, |size| size.bytes),
        current_epoch: core.and_then(|core| core.clock.epoch_at((state.now)())),
        closed_through,
        finalized_epoch: active.map(|active| active.epoch),
        finalized_sum: active.map(|active| active.root.sum.to_string()),
        behind_at_epoch,
        sent: state.sent.borrow().iter().map(|(what, n)| ((*what).to_owned(), *n)).collect(),
        disputes: state
            .disputes
            .borrow()
            .iter()
            .map(|dispute| DisputeView {
                epoch: dispute.epoch,
                proposal: text::to_base58(&dispute.proposal),
                proposer: text::to_base58(&dispute.proposer),
                challenged: dispute.challenged,
                state: dispute.state,
                detail: dispute.detail.to_owned(),
            })
            .collect(),
    }))
}
