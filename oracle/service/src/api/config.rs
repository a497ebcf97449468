//! `GET /v1/config`: what a page needs to find its way.

use super::error::ApiError;
use crate::state::State as Shared;
use axum::Json;
use axum::extract::State;
use cairn_epoch::text;
use cairn_sdk::api::ConfigView;
use std::sync::Arc;

pub(super) async fn show(State(state): State<Arc<Shared>>) -> Result<Json<ConfigView>, ApiError> {
    let pool = state.pool.borrow().clone().ok_or_else(|| ApiError::not_ready(&["pool"]))?;
    Ok(Json(ConfigView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        network: text::to_base58(&pool.network),
        pool: text::to_base58(&state.pool_address),
        identity: text::to_base58(&state.identity),
        rpc_url: state.public.rpc_url.clone(),
        ws_url: state.public.ws_url.clone(),
        oracles: state.public.peers.clone(),
        genesis_at_s: pool.genesis_at_s,
        epoch_seconds: pool.epoch_seconds,
    }))
}
