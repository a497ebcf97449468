//! `GET /v1/map` and `/v1/map/{cell}`: where the devices stand.

use super::error::ApiError;
use super::lookup::{Lookup, lookup};
use crate::fleet::{Lately, Member, RECENT_EPOCHS, Recent, Roster};
use crate::state::State as Shared;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use cairn_epoch::text::to_base58;
use cairn_sdk::api::{CellDevice, CellView, MapCell, MapView};
use h3o::CellIndex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// H3 resolution of a map unless told.
const DEFAULT_RESOLUTION: u8 = 7;
/// The finest one.
const MAX_RESOLUTION: u8 = 12;
/// The most cells of an answer.
const MAX_CELLS: usize = 20_000;
/// The most devices of a cell's answer.
const MAX_DEVICES: usize = 1_000;
/// How long a map is served again, while no epoch is closed and the registry stays: only which devices
/// are active may change then.
const FRESH: Duration = Duration::from_secs(30);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapQuery {
    /// H3 resolution of the cells.
    resolution: Option<String>,
}

/// The maps that were asked for, by resolution, of one state of registry and ledger.
#[derive(Debug, Default)]
pub struct Maps {
    roster: Option<Arc<Roster>>,
    newest_epoch: Option<u64>,
    revision: u64,
    bodies: BTreeMap<u8, (Instant, Bytes)>,
}

pub(super) async fn show(
    State(state): State<Arc<Shared>>,
    query: Result<Query<MapQuery>, QueryRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let invalid = || {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "query_invalid",
            "the query is not an H3 resolution",
            format!("use ?resolution=R with R from 0 to {MAX_RESOLUTION}"),
        )
    };
    let Query(query) = query.map_err(|_| invalid())?;
    let resolution = match query.resolution.map(|text| text.parse::<u8>()) {
        None => DEFAULT_RESOLUTION,
        Some(Ok(resolution)) if resolution <= MAX_RESOLUTION => resolution,
        Some(_) => return Err(invalid()),
    };
    let body = lookup(&state, move |lookup| {
        // Held meanwhile: who asks for the same waits for it instead of computing it too.
        let mut maps = lookup.core.maps.lock().unwrap_or_else(PoisonError::into_inner);
        let newest_epoch = lookup.progress.newest_epoch();
        let same = maps.roster.as_ref().is_some_and(|known| Arc::ptr_eq(known, &lookup.roster))
            && (maps.newest_epoch, maps.revision) == (newest_epoch, lookup.progress.revision);
        if !same {
            *maps = Maps {
                roster: Some(Arc::clone(&lookup.roster)),
                newest_epoch,
                revision: lookup.progress.revision,
                bodies: BTreeMap::new(),
            };
        }
        let known = maps.bodies.get(&resolution).filter(|(made, _)| made.elapsed() < FRESH);
        if let Some((_, body)) = known {
            return Ok(body.clone());
        }
        let view = map(lookup, resolution)?;
        let body = serde_json::to_vec(&view)
            .map_err(|error| crate::OracleError::Worker(error.to_string()))?;
        let body = Bytes::from(body);
        maps.bodies.insert(resolution, (Instant::now(), body.clone()));
        Ok(body)
    })
    .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body))
}

fn map(lookup: &Lookup<'_>, resolution: u8) -> Result<MapView, ApiError> {
    let mut cells: BTreeMap<u64, Held> = BTreeMap::new();
    let mut recent = lookup.core.fleet.recent();
    recent.update(&lookup.progress, |epoch| lookup.core.reader.index(epoch))?;
    let members: Vec<(u64, &Member)> = lookup.roster.places(resolution).collect();
    for members in members.chunks(1_024) {
        for ((cell, member), (lately, active)) in
            members.iter().zip(states(lookup, &recent, members.iter().map(|(_, member)| *member)))
        {
            cells.entry(*cell).or_default().add(lookup, member, &lately, active);
            if cells.len() > MAX_CELLS {
                return Err(too_many_cells());
            }
        }
    }
    let cells = cells.into_iter().map(|(cell, held)| held.view(cell)).collect();
    let newest_epoch = lookup.progress.newest_epoch();
    Ok(MapView { resolution, newest_epoch, epochs: RECENT_EPOCHS, cells })
}

fn too_many_cells() -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        "too_many_cells",
        format!("there are devices in more than {MAX_CELLS} cells"),
        "ask for a coarser resolution",
    )
}

/// How each of some devices did lately, and whether it is active.
fn states<'a>(
    lookup: &Lookup<'_>,
    recent: &Recent,
    members: impl Iterator<Item = &'a Member> + Clone,
) -> Vec<(Lately, bool)> {
    let newest = lookup.progress.newest_epoch();
    let begun_ms = newest.map_or(0, |newest| lookup.core.clock.starts_at_ms(newest));
    let recently = lookup.state.activity.recently(members.clone().map(|member| &member.key));
    members
        .zip(recently)
        .map(|(member, recently)| {
            let lately = recent.of(&member.device);
            let judged = newest.is_some() && lately.accepted_in == newest;
            (lately, judged || recently.proof_ms.is_some_and(|at_ms| at_ms >= begun_ms))
        })
        .collect()
}

/// What is added up of a cell.
#[derive(Debug, Default)]
struct Held {
    devices: u64,
    active: u64,
    share: u64,
    density_ppm: u64,
    by_category: BTreeMap<&'static str, u64>,
}

impl Held {
    fn add(&mut self, lookup: &Lookup<'_>, member: &Member, lately: &Lately, active: bool) {
        self.devices = self.devices.saturating_add(1);
        self.active = self.active.saturating_add(active.into());
        self.share = self.share.saturating_add(lately.share);
        self.density_ppm = self.density_ppm.saturating_add(lately.density_ppm);
        if let Some(record) = lookup.roster.record(member) {
            let count = self.by_category.entry(record.category.name()).or_default();
            *count = count.saturating_add(1);
        }
    }

    fn view(self, cell: u64) -> MapCell {
        let named = |(category, count): (&str, u64)| (category.to_owned(), count);
        MapCell {
            cell: format!("{cell:x}"),
            devices: self.devices,
            active: self.active,
            share: self.share,
            density_ppm: self.density_ppm.checked_div(self.devices).unwrap_or(0),
            by_category: self.by_category.into_iter().map(named).collect(),
        }
    }
}

pub(super) async fn cell(
    State(state): State<Arc<Shared>>,
    Path(cell): Path<String>,
) -> Result<Json<CellView>, ApiError> {
    let index = cell.parse::<CellIndex>().map_err(|_| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "cell_invalid",
            format!("`{cell}` is not an H3 cell"),
            "give the cell's index in hex, as /v1/map does",
        )
    })?;
    lookup(&state, move |lookup| {
        let wanted = u64::from(index);
        let places = lookup.roster.places(index.resolution().into());
        let mut members: Vec<&Member> =
            places.filter(|(cell, _)| *cell == wanted).map(|(_, member)| member).collect();
        members.sort_unstable_by_key(|member| member.device);
        let more = members.len().saturating_sub(MAX_DEVICES) as u64;
        members.truncate(MAX_DEVICES);
        let mut recent = lookup.core.fleet.recent();
        recent.update(&lookup.progress, |epoch| lookup.core.reader.index(epoch))?;
        let states = states(lookup, &recent, members.iter().copied());
        let devices = members.into_iter().zip(states).filter_map(|(member, (lately, active))| {
            let record = lookup.roster.record(member)?;
            Some(CellDevice {
                device: to_base58(&member.device),
                operator: to_base58(&member.operator),
                class: record.class,
                category: record.category.name().to_owned(),
                share: lately.share,
                density_ppm: lately.density_ppm,
                active,
            })
        });
        Ok(CellView { cell: format!("{wanted:x}"), devices: devices.collect(), more })
    })
    .await
    .map(Json)
}
