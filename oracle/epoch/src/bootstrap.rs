//! Multipliers for who comes early or where few are.
//!
//! In an epoch in which the schedule leaves `s` of them
//! ([`BootstrapPolicy::schedule_ppm`]), a device gets the factor
//!
//! `1 + s × (early + cell)`, each part rounded down to a millionth, with
//!
//! - `early = early_boost × (N − rank) / N` for the first `N = early_devices` devices of its class that
//!   may earn, rank 0 being the first; of two that joined at the same time the lower address is first
//! - `cell = cell_boost × (M − n) / (M − 1)` where fewer than `M = cell_devices` devices of its class
//!   that may earn, `n` with itself, are asserted to stand in its H3 cell; a device without a place gets
//!   none
//!
//! Who may earn is active, licensed and bonded ([`Standing`]): ranks and cells must not be taken from
//! others by devices that cost nothing.

use cairn_protocol::proof::Position;
use cairn_verify::cells::cell_of;
use cairn_verify::judgment::scaled;
use cairn_verify::policy::BootstrapPolicy;
use cairn_verify::{Address, DeviceRecord, Factor, ONE, Registry, Standing};
use std::collections::{BTreeMap, HashMap};

/// The multipliers of an epoch.
#[derive(Debug)]
pub(crate) struct Bootstrap<'a> {
    policy: &'a BootstrapPolicy,
    schedule_ppm: u64,
    end_s: i64,
    ranks: HashMap<Address, u64>,
    crowds: HashMap<(u16, u64), u64>,
}

impl<'a> Bootstrap<'a> {
    /// Ranks and counts the devices that may earn, as far as the policy needs it.
    pub(crate) fn new(
        policy: &'a BootstrapPolicy,
        epoch: u64,
        ends_at_s: u64,
        registry: &Registry,
    ) -> Self {
        let schedule_ppm = policy.schedule_ppm(epoch);
        let end_s = i64::try_from(ends_at_s).unwrap_or(i64::MAX);
        let mut bootstrap =
            Self { policy, schedule_ppm, end_s, ranks: HashMap::new(), crowds: HashMap::new() };
        if schedule_ppm == 0 {
            return bootstrap;
        }
        let standing = Standing::new(registry, ends_at_s);
        let earning = || registry.records().filter(|device| standing.stands(&device.address));
        if policy.early_devices > 0 {
            let mut classes: BTreeMap<u16, Vec<(i64, Address)>> = BTreeMap::new();
            for device in earning() {
                let class = classes.entry(device.class).or_default();
                class.push((device.onboarded_at_s, device.address));
            }
            let first = usize::try_from(policy.early_devices).unwrap_or(usize::MAX);
            for mut class in classes.into_values() {
                class.sort_unstable();
                let ranked = class.into_iter().take(first).zip(0_u64..);
                bootstrap.ranks.extend(ranked.map(|((_, address), rank)| (address, rank)));
            }
        }
        if policy.cell_devices > 0 {
            for device in earning() {
                if let Some(cell) = bootstrap.cell(device.position.at(end_s)) {
                    let crowd = bootstrap.crowds.entry((device.class, cell)).or_default();
                    *crowd = crowd.saturating_add(1);
                }
            }
        }
        bootstrap
    }

    fn cell(&self, position: Option<Position>) -> Option<u64> {
        Some(cell_of(&position?, self.policy.cell_resolution))
    }

    /// The factor of a device; `None` when the policy has none in this epoch.
    pub(crate) fn factor(&self, device: &DeviceRecord) -> Option<Factor> {
        if self.schedule_ppm == 0
            || (self.policy.early_devices == 0 && self.policy.cell_devices == 0)
        {
            return None;
        }
        let of = |boost: u64, left: u64, whole: u64| {
            let share = u128::from(boost).saturating_mul(left.into()).checked_div(whole.into());
            share.and_then(|share| u64::try_from(share).ok()).unwrap_or(0)
        };
        let first = u64::from(self.policy.early_devices);
        let rank = self.ranks.get(&device.address);
        let early = rank
            .map_or(0, |rank| of(self.policy.early_boost_ppm, first.saturating_sub(*rank), first));
        let served = u64::from(self.policy.cell_devices);
        let cell = self.cell(device.position.at(self.end_s));
        let crowd = cell.and_then(|cell| self.crowds.get(&(device.class, cell))).copied();
        let few = crowd.map_or(0, |crowd| match served.checked_sub(1) {
            Some(0) | None => 0,
            Some(whole) => of(self.policy.cell_boost_ppm, served.saturating_sub(crowd), whole),
        });
        let boost = scaled(early, self.schedule_ppm).saturating_add(scaled(few, self.schedule_ppm));
        let number = |value: Option<u64>| value.map_or(-1, i128::from);
        Some(Factor::new(
            "bootstrap",
            ONE.saturating_add(boost),
            [
                ("rank", number(rank.copied())),
                ("early_devices", first.into()),
                ("devices_in_cell", number(crowd)),
                ("cell_devices", served.into()),
                ("schedule_ppm", self.schedule_ppm.into()),
            ],
        ))
    }
}
