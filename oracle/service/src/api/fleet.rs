//! `GET /v1/operators/{wallet}`, `/v1/operators/{wallet}/devices` and `/v1/devices/{device}`.

use super::epochs::seconds;
use super::error::ApiError;
use super::lookup::{self, Lookup, WindowQuery, lookup};
use super::rows::{Sums, rows};
use crate::fleet::Member;
use crate::state::State as Shared;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use cairn_epoch::text::to_base58;
use cairn_sdk::api::{
    DeviceEpoch, DeviceList, DeviceView, EpochState, OperatorEpoch, OperatorView,
};
use cairn_verify::Address;
use std::collections::BTreeMap;
use std::sync::Arc;

type WindowOf = Result<Query<WindowQuery>, QueryRejection>;

pub(super) async fn operator(
    State(state): State<Arc<Shared>>,
    Path(wallet): Path<String>,
    query: WindowOf,
) -> Result<Json<OperatorView>, ApiError> {
    let operator = lookup::wallet(&wallet)?;
    let epochs = lookup::epochs(query)?;
    lookup(&state, move |lookup| operator_view(lookup, &operator, epochs)).await.map(Json)
}

fn operator_view(
    lookup: &Lookup<'_>,
    operator: &Address,
    epochs: u64,
) -> Result<OperatorView, ApiError> {
    let states = lookup.states(lookup.window(epochs).into_iter().flatten());
    let epochs = states
        .into_iter()
        .rev()
        .map(|(epoch, state)| operator_epoch(lookup, operator, epoch, state))
        .collect::<Result<_, _>>()?;
    let totals = lookup.progress.newest.as_ref().map(|newest| &newest.totals);
    let lifetime_total = totals
        .and_then(|totals| totals.operator(operator))
        .map_or(Ok(0), cairn_epoch::OperatorTotal::lifetime_total)
        .map_err(|source| {
            let epoch = lookup.progress.newest_epoch().unwrap_or(0);
            crate::OracleError::Epoch { epoch, source }
        })?;
    let claims = lookup.state.active.borrow().clone();
    let claim = claims.and_then(|claims| claims.operators.claim(operator));
    let finalized_total = claim.map_or(0, |claim| claim.leaf.lifetime_total);
    Ok(OperatorView {
        operator: to_base58(operator),
        devices: lookup.roster.of_operator(operator).count() as u64,
        lifetime_total,
        finalized_total,
        pending: lifetime_total.saturating_sub(finalized_total),
        newest_epoch: lookup.progress.newest_epoch(),
        epochs,
    })
}

fn operator_epoch(
    lookup: &Lookup<'_>,
    operator: &Address,
    epoch: u64,
    state: EpochState,
) -> Result<OperatorEpoch, ApiError> {
    let clock = &lookup.core.clock;
    let mut view = OperatorEpoch {
        epoch,
        starts_at_s: seconds(clock.starts_at_ms(epoch)),
        ends_at_s: seconds(clock.ends_at_ms(epoch)),
        state,
        share: 0,
        by_category: BTreeMap::new(),
        devices: 0,
        accepted: 0,
        refused: 0,
    };
    let mut by_category: BTreeMap<&str, u64> = BTreeMap::new();
    if let Some(index) = lookup.core.reader.index(epoch)? {
        index.of_operator(operator, |line| {
            view.share = view.share.saturating_add(line.share);
            view.devices = view.devices.saturating_add(1);
            view.accepted = view.accepted.saturating_add(line.accepted);
            view.refused = view.refused.saturating_add(line.refused);
            // Of a device whose proofs this oracle missed the registry knows it.
            let recorded = || {
                let member = lookup.roster.device(&line.device)?;
                Some(lookup.roster.record(member)?.category)
            };
            if line.share > 0
                && let Some(category) = line.category.or_else(recorded)
            {
                let share = by_category.entry(category.name()).or_default();
                *share = share.saturating_add(line.share);
            }
        })?;
    }
    let text = |(category, share): (&str, u64)| (category.to_owned(), share.to_string());
    view.by_category = by_category.into_iter().map(text).collect();
    Ok(view)
}

pub(super) async fn devices(
    State(state): State<Arc<Shared>>,
    Path(wallet): Path<String>,
    query: WindowOf,
) -> Result<Json<DeviceList>, ApiError> {
    let operator = lookup::wallet(&wallet)?;
    let epochs = lookup::epochs(query)?;
    lookup(&state, move |lookup| {
        let mut sums: BTreeMap<Address, Sums> = lookup
            .roster
            .of_operator(&operator)
            .map(|member| (member.device, Sums::default()))
            .collect();
        for epoch in lookup.window(epochs).into_iter().flatten().rev() {
            if let Some(index) = lookup.core.reader.index(epoch)? {
                index.of_operator(&operator, |line| {
                    sums.entry(line.device).or_default().add(epoch, line, &operator);
                })?;
            }
        }
        let known: Vec<(&Member, &Sums)> = sums
            .iter()
            .filter_map(|(device, sums)| Some((lookup.roster.device(device)?, sums)))
            .collect();
        Ok(DeviceList {
            operator: to_base58(&operator),
            newest_epoch: lookup.progress.newest_epoch(),
            epochs,
            devices: rows(lookup, Some(&operator), &known),
        })
    })
    .await
    .map(Json)
}

pub(super) async fn device(
    State(state): State<Arc<Shared>>,
    Path(device): Path<String>,
    query: WindowOf,
) -> Result<Json<DeviceView>, ApiError> {
    let address = lookup::device(&device)?;
    let epochs = lookup::epochs(query)?;
    lookup(&state, move |lookup| {
        let unknown = || {
            ApiError::new(
                StatusCode::NOT_FOUND,
                "device_unknown",
                format!("{device} is not a device of this network"),
                "give the address of the device's account; `cairn device list` shows them",
            )
        };
        let member = lookup.roster.device(&address).ok_or_else(unknown)?;
        let mut sums = Sums::default();
        let mut lines = Vec::new();
        for epoch in lookup.window(epochs).into_iter().flatten().rev() {
            if let Some(index) = lookup.core.reader.index(epoch)?
                && let Some(line) = index.of_device(&address)?
            {
                sums.add(epoch, &line, &member.operator);
                lines.push((epoch, line));
            }
        }
        let states = lookup.states(lines.iter().map(|(epoch, _)| *epoch));
        let clock = &lookup.core.clock;
        let epochs = lines
            .into_iter()
            .map(|(epoch, line)| DeviceEpoch {
                epoch,
                starts_at_s: seconds(clock.starts_at_ms(epoch)),
                ends_at_s: seconds(clock.ends_at_ms(epoch)),
                state: states.get(&epoch).copied().unwrap_or(EpochState::Closed),
                operator: to_base58(&line.operator),
                points_millionths: line.points,
                share: line.share,
                accepted: line.accepted,
                refused: line.refused,
                quality_ppm: line.quality_ppm,
            })
            .collect();
        let device =
            rows(lookup, None, &[(member, &sums)]).into_iter().next().ok_or_else(unknown)?;
        Ok(DeviceView { device, epochs })
    })
    .await
    .map(Json)
}
