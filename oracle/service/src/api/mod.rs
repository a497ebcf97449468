//! The HTTP API. The only place where outcomes become status codes.

mod app;
mod config;
mod devices;
mod epochs;
mod error;
mod fleet;
mod health;
mod live;
mod lookup;
mod map;
mod operators;
mod proofs;
mod rows;
mod seeds;

pub(crate) use epochs::state_of;
pub use map::Maps;

use crate::state::State;
use axum::Router;
use axum::http::{Method, header};
use axum::routing::{get, post};
use error::ApiError;
use std::sync::Arc;
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};

/// The most bytes of a request.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// How long a browser remembers that it may ask.
const PREFLIGHT_AGE: Duration = Duration::from_secs(86_400);

/// Every route. Pages of any origin may read what anybody may; only devices send proofs.
pub fn router(state: Arc<State>) -> Router {
    let proofs = Router::new()
        .route("/v1/proofs", post(proofs::post))
        .method_not_allowed_fallback(async || ApiError::method_not_allowed());
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET])
        .allow_headers(Any)
        .expose_headers([header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE);
    Router::new()
        .route("/v1/config", get(config::show))
        .route("/v1/operators/{wallet}", get(fleet::operator))
        .route("/v1/operators/{wallet}/devices", get(fleet::devices))
        .route("/v1/operators/{wallet}/claim", get(operators::claim))
        .route("/v1/customers/{wallet}/usage", get(operators::usage))
        .route("/v1/epochs", get(epochs::list))
        .route("/v1/epochs/{epoch}", get(epochs::show))
        .route("/v1/epochs/{epoch}/leaves", get(epochs::leaves))
        .route("/v1/epochs/{epoch}/manifest", get(epochs::manifest))
        .route("/v1/epochs/{epoch}/state", get(epochs::state))
        .route("/v1/epochs/{epoch}/verdicts", get(epochs::verdicts))
        .route("/v1/devices/{device}", get(fleet::device))
        .route("/v1/devices/{device}/epochs/{epoch}", get(devices::explanation))
        .route("/v1/map", get(map::show))
        .route("/v1/map/{cell}", get(map::cell))
        .route("/v1/live", get(live::connect))
        .route("/v1/seeds", get(seeds::list))
        .route("/v1/status", get(health::status))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .fallback(app::serve)
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .layer(cors)
        .merge(proofs)
        .with_state(state)
}
