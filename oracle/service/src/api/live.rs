//! `GET /v1/live`: changes as they happen, over a WebSocket.

use super::error::ApiError;
use super::lookup;
use crate::live::{Ended, Feed, Pace, serve, text};
use crate::state::State as Shared;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use cairn_epoch::text::to_base58;
use cairn_sdk::api::LiveMessage;
use serde::Deserialize;
use std::sync::Arc;

/// The most bytes of what a listener says, which is not looked at.
const MAX_MESSAGE_BYTES: usize = 4_096;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LiveQuery {
    /// Whose devices are told of.
    operator: Option<String>,
}

pub(super) async fn connect(
    State(state): State<Arc<Shared>>,
    query: Result<Query<LiveQuery>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let Query(query) = query.map_err(|_| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "query_invalid",
            "the query is not an operator",
            "use ?operator=WALLET",
        )
    })?;
    let operator = query.operator.map(|text| lookup::wallet(&text)).transpose()?;
    let upgrade = upgrade.map_err(|_| {
        ApiError::new(
            StatusCode::UPGRADE_REQUIRED,
            "websocket_expected",
            "this path speaks WebSocket only",
            "connect with ws:// or wss://; the other paths answer plain requests",
        )
    })?;
    let core = state.core.get().ok_or_else(|| ApiError::not_ready(&["log"]))?;
    let seat = Arc::clone(&state.live.seats)
        .try_acquire_owned()
        .map_err(|_| ApiError::too_many_connections())?;
    // From before the hello on, so that nothing falls between.
    let feed = Feed {
        messages: state.live.listen(),
        devices: operator.map(|operator| (operator, state.activity.listen())),
        stopped: state.stopped.clone(),
    };
    let hello = text(&LiveMessage::Hello {
        identity: to_base58(&state.identity),
        current_epoch: core.clock.epoch_at((state.now)()),
        newest_epoch: core.reader.progress().newest_epoch(),
        finalized_epoch: state.active.borrow().as_ref().map(|claims| claims.active.epoch),
    });
    Ok(upgrade.max_message_size(MAX_MESSAGE_BYTES).on_upgrade(async move |socket| {
        if serve(socket, hello, feed, Pace::default()).await == Ended::Slow {
            tracing::debug!("a listener did not read in time and was dropped");
        }
        drop(seat);
    }))
}
