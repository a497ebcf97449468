//! The HTTP API. The only place where outcomes become status codes.

mod devices;
mod epochs;
mod error;
mod health;
mod operators;
mod proofs;
mod seeds;

use crate::state::State;
use axum::Router;
use axum::routing::{get, post};
use error::ApiError;
use std::sync::Arc;

/// The most bytes of a request.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Every route.
pub fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/v1/proofs", post(proofs::post))
        .route("/v1/operators/{wallet}/claim", get(operators::claim))
        .route("/v1/customers/{wallet}/usage", get(operators::usage))
        .route("/v1/epochs", get(epochs::list))
        .route("/v1/epochs/{epoch}", get(epochs::show))
        .route("/v1/epochs/{epoch}/leaves", get(epochs::leaves))
        .route("/v1/epochs/{epoch}/manifest", get(epochs::manifest))
        .route("/v1/epochs/{epoch}/state", get(epochs::state))
        .route("/v1/epochs/{epoch}/verdicts", get(epochs::verdicts))
        .route("/v1/devices/{device}/epochs/{epoch}", get(devices::explanation))
        .route("/v1/seeds", get(seeds::list))
        .route("/v1/status", get(health::status))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .fallback(async || ApiError::not_found())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .with_state(state)
}
