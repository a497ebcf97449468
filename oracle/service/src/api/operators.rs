//! `GET /v1/operators/{wallet}/claim`.

use super::error::ApiError;
use crate::state::State as Shared;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cairn_epoch::text;
use cairn_protocol::merkle::{NODE_BYTES, Node};
use cairn_sdk::api::{ClaimView, ProofStep};
use solana_address::Address;
use std::sync::Arc;

pub(super) async fn claim(
    State(state): State<Arc<Shared>>,
    Path(wallet): Path<String>,
) -> Result<Json<ClaimView>, ApiError> {
    let operator = text::from_base58(&wallet).ok_or_else(|| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "wallet_invalid",
            format!("`{wallet}` is not a wallet's address"),
            "give 32 bytes in base58",
        )
    })?;
    if let Some(epoch) = *state.behind.borrow() {
        return Err(ApiError::behind(epoch));
    }
    let unknown = |message: String| {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "operator_unknown",
            message,
            "an operator can claim once an epoch in which its devices earned is finalized",
        )
    };
    let Some(active) = state.active.borrow().clone() else {
        return Err(match state.pool.borrow().as_deref() {
            None => ApiError::not_ready(&["pool"]),
            Some(pool) => match pool.active {
                None => unknown("no epoch of this pool is finalized yet".to_owned()),
                Some(active) => ApiError::behind(active.epoch),
            },
        });
    };
    let claim = active.tree.claim(&operator).ok_or_else(|| {
        unknown(format!("{wallet} has no leaf in the active root of epoch {}", active.epoch))
    })?;
    let (steps, _) = claim.proof.as_chunks::<NODE_BYTES>();
    Ok(Json(ClaimView {
        pool: Address::new_from_array(state.pool_address),
        operator: Address::new_from_array(operator),
        epoch: active.epoch,
        lifetime_total: claim.leaf.lifetime_total,
        devices_root: claim.leaf.devices_root,
        leaf_index: claim.index,
        proof: steps
            .iter()
            .map(Node::from_bytes)
            .map(|node| ProofStep { hash: node.hash, sum: node.sum })
            .collect(),
        root: active.root.hash,
        root_sum: active.root.sum,
    }))
}
