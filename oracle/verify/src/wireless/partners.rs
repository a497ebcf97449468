//! How much of a device's units may come from one operator's devices.
//!
//! Two who witness each other prove nothing that both could not have made up. What a device earns in
//! an epoch by beacons and witnesses is booked by the operator at the other end (of a beacon in equal
//! parts by its witnesses), and each may give at most a part of what it and all the others give, or some
//! units regardless, so that a device with few neighbours earns. Of its own operator only the part is
//! given.
//!
//! With a part s, kept ≤ s · (kept + others), so kept ≤ others · s / (1 − s). By what was *given* instead of
//! kept, a partner could raise its own allowance: a ring of one operator would keep s of whatever it makes
//! up, without anybody else.

use super::redundancy::Unit;
use crate::device::Address;
use crate::input::EpochInput;
use crate::judgment::{Factor, ONE, scaled};
use std::collections::HashMap;

/// Adds the factor `partner_cap` where a partner gave more than it may.
pub(super) fn cap(input: &EpochInput<'_>, units: &mut [Unit]) {
    let policy = &input.policy.wireless;
    let share_ppm = u64::from(policy.partner_share_ppm);
    if share_ppm >= ONE {
        return;
    }
    let free = u64::from(policy.partner_free_units).saturating_mul(ONE);
    // Sums alone, which come out the same in any order.
    let mut all: HashMap<Address, u64> = HashMap::new();
    let mut given: HashMap<(Address, Address), u64> = HashMap::new();
    for unit in &*units {
        let worth = unit.factors.iter().fold(ONE, |units, factor| scaled(units, factor.ppm));
        let total = all.entry(unit.device).or_default();
        *total = total.saturating_add(worth);
        let each = worth.checked_div(unit.partners.len() as u64).unwrap_or(0);
        for partner in &unit.partners {
            let sum = given.entry((unit.device, *partner)).or_default();
            *sum = sum.saturating_add(each);
        }
    }
    for unit in units {
        let total = all.get(&unit.device).copied().unwrap_or(0);
        // Of each partner what it gave, what it may give, and the one by the other.
        let mut kept_ppm: u64 = 0;
        let mut worst = (ONE, 0, 0);
        for partner in &unit.partners {
            let sum = given.get(&(unit.device, *partner)).copied().unwrap_or(0);
            let part = beside(total.saturating_sub(sum), share_ppm);
            let most = if *partner == unit.operator { part } else { part.max(free) };
            let ppm = if sum <= most { ONE } else { ratio_ppm(most, sum) };
            kept_ppm = kept_ppm.saturating_add(ppm);
            worst = worst.min((ppm, sum, most));
        }
        let ppm = kept_ppm.checked_div(unit.partners.len() as u64).unwrap_or(ONE);
        if ppm < ONE {
            let (_, sum, most) = worst;
            unit.factors.push(Factor::new(
                "partner_cap",
                ppm,
                [
                    ("partners", unit.partners.len() as i128),
                    ("from_one_partner", sum.into()),
                    ("allowed_of_one_partner", most.into()),
                    ("from_all_partners", total.into()),
                ],
            ));
        }
    }
}

/// ⌊others × share / (1 − share)⌋: what one may give beside the others, to have the share of all.
fn beside(others: u64, share_ppm: u64) -> u64 {
    let product = u128::from(others).saturating_mul(share_ppm.into());
    let most = product.checked_div(ONE.saturating_sub(share_ppm).into());
    most.map_or(u64::MAX, |most| u64::try_from(most).unwrap_or(u64::MAX))
}

/// Millionths of `part` in `whole`, rounded down.
pub(super) fn ratio_ppm(part: u64, whole: u64) -> u64 {
    let ppm = (u128::from(part) * u128::from(ONE)).checked_div(whole.into()).unwrap_or(0);
    u64::try_from(ppm).unwrap_or(u64::MAX)
}
