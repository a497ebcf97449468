//! `GET /v1/operators/{wallet}/claim` and `/v1/customers/{wallet}/usage`: leaves of the active root.

use super::error::ApiError;
use super::lookup;
use crate::state::{ActiveClaims, State as Shared};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cairn_protocol::merkle::{NODE_BYTES, Node};
use cairn_sdk::api::{ClaimView, ProofStep, UsageView};
use solana_address::Address;
use std::sync::Arc;

pub(super) async fn claim(
    State(state): State<Arc<Shared>>,
    Path(wallet): Path<String>,
) -> Result<Json<ClaimView>, ApiError> {
    let operator = lookup::wallet(&wallet)?;
    let unknown = |message: String| {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "operator_unknown",
            message,
            "an operator can claim once an epoch in which its devices earned is finalized",
        )
    };
    let claims = active(&state)?.ok_or_else(|| unknown(NO_EPOCH.to_owned()))?;
    let active = &claims.active;
    let claim = claims.operators.claim(&operator).ok_or_else(|| {
        unknown(format!("{wallet} has no leaf in the active root of epoch {}", active.epoch))
    })?;
    Ok(Json(ClaimView {
        pool: Address::new_from_array(state.pool_address),
        operator: Address::new_from_array(operator),
        epoch: active.epoch,
        lifetime_total: claim.leaf.lifetime_total,
        devices_root: claim.leaf.devices_root,
        leaf_index: claim.index,
        proof: steps(&claim.proof),
        root: active.root.hash,
        root_sum: active.root.sum,
    }))
}

pub(super) async fn usage(
    State(state): State<Arc<Shared>>,
    Path(wallet): Path<String>,
) -> Result<Json<UsageView>, ApiError> {
    let customer = lookup::wallet(&wallet)?;
    let unknown = |message: String| {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "customer_unknown",
            message,
            "usage is settled once an epoch with the customer's receipts is finalized",
        )
    };
    let claims = active(&state)?.ok_or_else(|| unknown(NO_EPOCH.to_owned()))?;
    let active = &claims.active;
    let usage =
        claims.customers.as_ref().and_then(|tree| tree.prove(&customer)).ok_or_else(|| {
            unknown(format!(
                "{wallet} used nothing up to epoch {}, the active root's",
                active.epoch
            ))
        })?;
    Ok(Json(UsageView {
        pool: Address::new_from_array(state.pool_address),
        customer: Address::new_from_array(customer),
        epoch: active.epoch,
        lifetime_spent: usage.leaf.lifetime_spent,
        leaf_index: usage.index,
        proof: steps(&usage.proof),
        usage_root: active.usage.hash,
        usage_sum: active.usage.sum,
    }))
}

const NO_EPOCH: &str = "no epoch of this pool is finalized yet";

/// The leaves of the active root; `None` while no epoch is finalized.
fn active(state: &Shared) -> Result<Option<Arc<ActiveClaims>>, ApiError> {
    if let Some(epoch) = *state.behind.borrow() {
        return Err(ApiError::behind(epoch));
    }
    let claims = state.active.borrow().clone();
    match (&claims, state.pool.borrow().as_deref()) {
        (None, None) => Err(ApiError::not_ready(&["pool"])),
        (None, Some(pool)) => match pool.active {
            None => Ok(None),
            Some(active) => Err(ApiError::behind(active.epoch)),
        },
        (Some(_), _) => Ok(claims),
    }
}

fn steps(proof: &[u8]) -> Vec<ProofStep> {
    let (steps, _) = proof.as_chunks::<NODE_BYTES>();
    let step = |node: Node| ProofStep { hash: node.hash, sum: node.sum };
    steps.iter().map(Node::from_bytes).map(step).collect()
}
