//! `GET /v1/epochs`, `/v1/epochs/{n}` and, of an epoch, `/leaves`, `/manifest` and `/state`.

use super::error::ApiError;
use crate::chain::{ActiveRoot, PoolState};
use crate::ledger::Ledger;
use crate::state::{Core, State as Shared};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use cairn_epoch::{LeavesDocument, Manifest, text};
use cairn_sdk::api::{
    EpochContentView, EpochList, EpochState, EpochView, KindVerdicts, VerdictList,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Epochs in a list unless told.
const DEFAULT_LIMIT: u64 = 100;
/// The most epochs in a list.
const MAX_LIMIT: u64 = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// How many.
    limit: Option<String>,
    /// Only epochs below this one.
    before: Option<String>,
}

pub(super) async fn list(
    State(state): State<Arc<Shared>>,
    query: Result<Query<ListQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<EpochList>, ApiError> {
    let invalid = |what: &str| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "query_invalid",
            format!("{what} is not a whole number"),
            "use ?limit=N&before=EPOCH",
        )
    };
    let Query(query) = query.map_err(|_| invalid("the query"))?;
    let number = |what: &str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => text.parse::<u64>().map(Some).map_err(|_| invalid(what)),
    };
    let limit = number("limit", query.limit)?.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let before = number("before", query.before)?;
    let pool = pool(&state)?;
    let epochs = on_ledger(&state, move |state, core, ledger| {
        let Some(current) = core.clock.epoch_at((state.now)()) else { return Vec::new() };
        let end = before.unwrap_or(u64::MAX).min(current.saturating_add(1));
        let start = end.saturating_sub(limit);
        let served = served(state);
        (start..end).rev().map(|epoch| view(&pool, served, core, ledger, epoch)).collect()
    })
    .await?;
    Ok(Json(EpochList { epochs }))
}

pub(super) async fn show(
    State(state): State<Arc<Shared>>,
    Path(epoch): Path<String>,
) -> Result<Json<EpochView>, ApiError> {
    let epoch = number(&epoch)?;
    let pool = pool(&state)?;
    let found = on_ledger(&state, move |state, core, ledger| {
        let begun = core.clock.epoch_at((state.now)()).is_some_and(|current| epoch <= current);
        begun.then(|| view(&pool, served(state), core, ledger, epoch))
    })
    .await?;
    found.map(Json).ok_or_else(|| {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "epoch_unknown",
            format!("epoch {epoch} has not begun"),
            "ask /v1/epochs for those that have",
        )
    })
}

pub(super) async fn leaves(
    State(state): State<Arc<Shared>>,
    Path(epoch): Path<String>,
) -> Result<Json<LeavesDocument>, ApiError> {
    let epoch = number(&epoch)?;
    let result = state.with_reader(move |reader| reader.result(epoch)).await?;
    match result {
        None => Err(ApiError::not_ready(&["log"])),
        Some(Some(result)) => Ok(Json(result.leaves())),
        Some(None) => Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "epoch_has_no_root",
            format!(
                "this oracle has no root for epoch {epoch}: it is open, or nothing was to compute"
            ),
            "ask /v1/epochs for those with a result",
        )),
    }
}

/// What an epoch was computed from; its hash is what oracles attested.
pub(super) async fn manifest(
    State(state): State<Arc<Shared>>,
    Path(epoch): Path<String>,
) -> Result<Json<Manifest>, ApiError> {
    let epoch = number(&epoch)?;
    match state.with_reader(move |reader| reader.result(epoch)).await? {
        None => Err(ApiError::not_ready(&["log"])),
        Some(result) => {
            result.and_then(|result| result.manifest).map(Json).ok_or_else(|| not_computed(epoch))
        }
    }
}

/// The state that an epoch left, in borsh; for an oracle that missed something.
pub(super) async fn state(
    State(state): State<Arc<Shared>>,
    Path(epoch): Path<String>,
) -> Result<Vec<u8>, ApiError> {
    let epoch = number(&epoch)?;
    match state.with_reader(move |reader| reader.state_bytes(epoch)).await? {
        None => Err(ApiError::not_ready(&["log"])),
        Some(state) => state.ok_or_else(|| not_computed(epoch)),
    }
}

/// What became of an epoch's proofs, by kind and reason.
pub(super) async fn verdicts(
    State(state): State<Arc<Shared>>,
    Path(epoch): Path<String>,
) -> Result<Json<VerdictList>, ApiError> {
    let epoch = number(&epoch)?;
    match state.with_reader(move |reader| reader.outcome(epoch)).await? {
        None => Err(ApiError::not_ready(&["log"])),
        Some(None) => Err(not_computed(epoch)),
        Some(Some(outcome)) => {
            let mut kinds: BTreeMap<u8, KindVerdicts> = BTreeMap::new();
            for proof in &outcome.proofs {
                let kind = kinds.entry(proof.kind as u8).or_insert_with(|| KindVerdicts {
                    kind: proof.kind.name().to_owned(),
                    accepted: 0,
                    refused: BTreeMap::new(),
                });
                let reason = proof.judgment.reason;
                if reason.is_accepted() {
                    kind.accepted = kind.accepted.saturating_add(1);
                } else {
                    let count = kind.refused.entry(reason.name().to_owned()).or_default();
                    *count = count.saturating_add(1);
                }
            }
            Ok(Json(VerdictList { epoch, kinds: kinds.into_values().collect() }))
        }
    }
}

pub(super) fn not_computed(epoch: u64) -> ApiError {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "epoch_not_computed",
        format!(
            "this oracle did not compute epoch {epoch}: it is open, nothing was to compute, or it \
             was taken from the chain"
        ),
        "ask /v1/epochs for those with a result, or another oracle",
    )
}

pub(super) fn number(text: &str) -> Result<u64, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "epoch_invalid",
            format!("`{text}` is not the number of an epoch"),
            "give a whole number",
        )
    })
}

fn pool(state: &Shared) -> Result<Arc<PoolState>, ApiError> {
    state.pool.borrow().clone().ok_or_else(|| ApiError::not_ready(&["pool"]))
}

async fn on_ledger<T: Send + 'static>(
    state: &Arc<Shared>,
    work: impl FnOnce(&Shared, &Core, &Ledger) -> T + Send + 'static,
) -> Result<T, ApiError> {
    let shared = Arc::clone(state);
    let done = crate::error::blocking(move || {
        Ok(shared.core.get().map(|core| work(&shared, core, &core.ledger())))
    })
    .await?;
    done.ok_or_else(|| ApiError::not_ready(&["log"]))
}

/// The root that claims are served against. The pool may show a newer one, of which this oracle has
/// not noted yet who attested it.
fn served(state: &Shared) -> Option<ActiveRoot> {
    state.active.borrow().as_ref().map(|claims| claims.active)
}

fn view(
    pool: &PoolState,
    served: Option<ActiveRoot>,
    core: &Core,
    ledger: &Ledger,
    epoch: u64,
) -> EpochView {
    let summary = ledger.results().get(&epoch);
    let chain = ledger.view(epoch).filter(|view| !view.rejected);
    // An adopted result has no manifest of this oracle's; the proposal that became active has.
    let manifest_hash =
        summary.and_then(|s| s.manifest_hash).or_else(|| chain.map(|c| c.manifest_hash));
    EpochView {
        epoch,
        state: state_of(served, ledger, epoch),
        starts_at_s: seconds(core.clock.starts_at_ms(epoch)),
        ends_at_s: seconds(core.clock.ends_at_ms(epoch)),
        budget: pool.budget(epoch),
        proofs_accepted: summary
            .and_then(|summary| summary.proofs_accepted)
            .unwrap_or_else(|| core.log.accepted_count(epoch)),
        points: summary.and_then(|summary| summary.points),
        result: summary.zip(manifest_hash).map(|(summary, manifest_hash)| EpochContentView {
            root: summary.root.hash,
            root_sum: summary.root.sum,
            leaf_count: summary.leaf_count,
            manifest_hash,
        }),
        proposal: chain.map(|chain| text::to_base58(&chain.proposal)),
        attested_by: chain.map(|chain| chain.attested_by.clone()).unwrap_or_default(),
    }
}

/// Where an epoch stands.
pub(crate) fn state_of(served: Option<ActiveRoot>, ledger: &Ledger, epoch: u64) -> EpochState {
    let summary = ledger.results().get(&epoch);
    let chain = ledger.view(epoch).filter(|view| !view.rejected);
    let active = served.filter(|active| active.epoch == epoch);
    let earned = summary.is_some_and(|summary| summary.adopted || summary.earned);
    // Proposals are read as soon as they are confirmed, the pool only when finalized: an epoch is
    // called finalized once claims are served against its root or a later one.
    let reached = served.is_some_and(|active| active.epoch >= epoch);
    let finalized = (reached && chain.is_some_and(|chain| chain.finalized))
        || active.is_some_and(|active| summary.is_some_and(|summary| summary.root == active.root));
    let overtaken = served.is_some_and(|active| active.epoch > epoch);
    if finalized {
        EpochState::Finalized
    } else if ledger.closed_through().is_none_or(|closed| closed < epoch) {
        EpochState::Open
    } else if !earned || overtaken {
        EpochState::Skipped
    } else if chain.is_some() {
        EpochState::Proposed
    } else {
        EpochState::Closed
    }
}

pub(super) fn seconds(ms: u64) -> i64 {
    i64::try_from(ms / 1_000).unwrap_or(i64::MAX)
}
