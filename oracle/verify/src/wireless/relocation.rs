//! A device that was moved earns less for a while.
//!
//! Where devices stand decides what they earn (density, under-served cells, who hears whom). Moving
//! one on paper costs a fee; earning nothing until it was heard at the new place for some time makes
//! it cost more than it brings.

use crate::device::DeviceRecord;
use crate::geometry::distance_mm;
use crate::input::EpochInput;
use crate::judgment::{Factor, ONE, scaled};

use super::partners::ratio_ppm;

/// The factor `relocation` of a device whose asserted location changed shortly before the epoch
/// ends. Not for the first assertion soon after it joined, nor for corrections within the tolerance of
/// fixes.
pub(super) fn factor(input: &EpochInput<'_>, device: &DeviceRecord) -> Option<Factor> {
    let policy = &input.policy.wireless;
    let lasts_s = u64::from(policy.relocation_seconds);
    let place = &device.position;
    let now = place.current?;
    let since_s = u64::try_from(place.since_s).ok()?;
    let age_s = input.ends_at_s().checked_sub(since_s)?;
    if since_s == 0 || age_s >= lasts_s {
        return None;
    }
    let moved_mm = match place.previous {
        Some(before) => {
            let moved_mm = distance_mm(&before, &now);
            let most_m = policy.fix_tolerance_m.saturating_add(policy.position_tolerance_m);
            if moved_mm <= most_m.saturating_mul(1_000) {
                return None;
            }
            moved_mm
        }
        // Taking the location back and asserting another must not be a way around.
        None => {
            let joined_s = u64::try_from(device.onboarded_at_s).unwrap_or(0);
            if since_s <= joined_s.saturating_add(lasts_s) {
                return None;
            }
            0
        }
    };
    let least = u64::from(policy.relocation_ppm);
    let risen = scaled(ONE.saturating_sub(least), ratio_ppm(age_s, lasts_s));
    let inputs = [
        ("seconds_since", age_s.into()),
        ("lasts_seconds", lasts_s.into()),
        ("moved_m", i128::from(moved_mm / 1_000)),
    ];
    Some(Factor::new("relocation", least.saturating_add(risen), inputs))
}
