//! `GET /v1/seeds`.

use super::error::ApiError;
use crate::state::State as Shared;
use axum::Json;
use axum::extract::State;
use cairn_sdk::api::{SeedList, SeedView};
use std::sync::Arc;

/// The seeds that proofs of the current epoch may answer, newest first.
pub(super) async fn list(State(state): State<Arc<Shared>>) -> Result<Json<SeedList>, ApiError> {
    let core = state.core.get().ok_or_else(|| ApiError::not_ready(&["log"]))?;
    let epoch = core.clock.epoch_at((state.now)()).unwrap_or(0);
    let mut seeds: Vec<SeedView> = core
        .seeds
        .of(epoch)
        .iter()
        .map(|seed| SeedView {
            from_ms: seed.from_ms,
            slot: seed.slot,
            block_time_s: seed.block_time_s,
            blockhash: solana_hash::Hash::new_from_array(seed.blockhash).to_string(),
            seed: seed.seed,
        })
        .collect();
    seeds.reverse();
    let window_seconds = state.policies.at(epoch).challenges.window_seconds;
    Ok(Json(SeedList { epoch, window_seconds, seeds }))
}
