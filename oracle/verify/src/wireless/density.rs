//! How crowded the cells are that a device stands in (HIP-17).
//!
//! From the finest resolution of the policy to the coarsest: a cell counts the devices that were
//! active in it, as far as the finer cells in it allow. Its limit is its target, or more when more
//! than the policy's number of the cells around it (itself among them) are occupied, up to the
//! maximum:
//!
//! `limit = min(max, target · max(1, occupied − neighbours + 1))`
//!
//! A device is scaled by limit / devices of each of its cells that is over its limit, one after the
//! other, each rounded down to millionths.
//!
//! A device's own factor, `density`, takes from everything that it earns: many devices in one place
//! share what one would earn. `sender_density` takes from what a witness earns by the beacons of
//! such a place, as HIP-17 does: hearing twenty devices of one place shows as much as hearing one.

use super::partners::ratio_ppm;
use crate::cells::{cell_of, disk, parent_of};
use crate::device::Address;
use crate::input::EpochInput;
use crate::judgment::{Factor, ONE, scaled};
use crate::policy::Density;
use cairn_protocol::proof::Position;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a cell holds, and what counts of it.
#[derive(Debug, Clone, Copy)]
struct Held {
    devices: u64,
    counted: u64,
}

/// The scales of devices.
#[derive(Debug, Default)]
pub(super) struct Scales {
    /// Of each device that is scaled: in millionths, and the cells that were over their limit, as
    /// resolution, devices and limit.
    scaled: BTreeMap<Address, (u64, Vec<(u8, Held)>)>,
}

impl Scales {
    /// The scales of the devices that are active, by where they stand.
    pub(super) fn new(input: &EpochInput<'_>, active: &BTreeMap<Address, Position>) -> Self {
        let levels = &input.policy.wireless.density;
        let Some(finest) = levels.first() else { return Self::default() };
        let cells: BTreeMap<Address, u64> = active
            .iter()
            .map(|(address, position)| (*address, cell_of(position, finest.resolution)))
            .collect();
        let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
        for cell in cells.values() {
            add(&mut counts, *cell, 1);
        }
        let mut held: Vec<BTreeMap<u64, Held>> = Vec::new();
        for level in levels {
            // The cells of the level before, as far as they count, make up those of this one.
            if let Some(finer) = held.last() {
                counts = BTreeMap::new();
                for (cell, held) in finer {
                    if let Some(parent) = parent_of(*cell, level.resolution) {
                        add(&mut counts, parent, held.counted);
                    }
                }
            }
            held.push(limited(level, &counts));
        }
        let mut scales = Self::default();
        for (address, cell) in cells {
            let mut ppm = ONE;
            let mut over = Vec::new();
            for (level, held) in levels.iter().zip(&held) {
                let own = parent_of(cell, level.resolution).and_then(|cell| held.get(&cell));
                if let Some(own) = own
                    && own.counted < own.devices
                {
                    ppm = scaled(ppm, ratio_ppm(own.counted, own.devices));
                    over.push((level.resolution, *own));
                }
            }
            if ppm < ONE {
                scales.scaled.insert(address, (ppm, over));
            }
        }
        scales
    }

    /// The factor of a device, if it stands in a cell over its limit.
    pub(super) fn factor(&self, name: &'static str, device: &Address) -> Option<Factor> {
        let (ppm, over) = self.scaled.get(device)?;
        let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        let inputs = over
            .iter()
            .flat_map(|(resolution, held)| {
                [
                    (Cow::Owned(format!("devices_r{resolution}")), number(held.devices)),
                    (Cow::Owned(format!("limit_r{resolution}")), number(held.counted)),
                ]
            })
            .collect();
        Some(Factor { name: Cow::Borrowed(name), ppm: *ppm, inputs })
    }
}

fn add(counts: &mut BTreeMap<u64, u64>, cell: u64, devices: u64) {
    let count = counts.entry(cell).or_default();
    *count = count.saturating_add(devices);
}

fn limited(level: &Density, counts: &BTreeMap<u64, u64>) -> BTreeMap<u64, Held> {
    let occupied = |cell: &u64| counts.get(cell).is_some_and(|count| *count >= level.target.into());
    counts
        .iter()
        .map(|(cell, devices)| {
            // Within the target no limit can matter.
            if *devices <= level.target.into() {
                return (*cell, Held { devices: *devices, counted: *devices });
            }
            let around = disk(*cell, 1).iter().filter(|cell| occupied(cell)).count() as u64;
            let raised = around.saturating_add(1).saturating_sub(level.neighbours.into()).max(1);
            let limit = u64::from(level.target).saturating_mul(raised).min(level.max.into());
            (*cell, Held { devices: *devices, counted: (*devices).min(limit) })
        })
        .collect()
}
