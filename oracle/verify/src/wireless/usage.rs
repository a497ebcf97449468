//! Usage receipts, as far as they are about radio. That the customer signed, that the id is new and
//! that the credits are there was judged before.

use crate::judgment::{Judgment, ONE};
use crate::policy::WirelessPolicy;
use cairn_protocol::proof::Receipt;
use cairn_protocol::reason::Reason;

/// Judges what was carried: bytes over the time that it took, begun seconds counting whole, and
/// bytes over packets.
pub(super) fn judge(policy: &WirelessPolicy, receipt: &Receipt) -> Judgment {
    let took_ms = receipt.ended_at_ms.saturating_sub(receipt.started_at_ms);
    let seconds = took_ms.div_ceil(1_000).max(1);
    if receipt.bytes > policy.usage_max_bytes_per_second.saturating_mul(seconds) {
        return Judgment::refused(Reason::UsageTooFast);
    }
    let packets = u64::from(receipt.packets);
    let least = packets.saturating_mul(policy.usage_min_packet_bytes.into());
    let most = packets.saturating_mul(policy.usage_max_packet_bytes.into());
    if !(least..=most).contains(&receipt.bytes) {
        return Judgment::refused(Reason::PacketSizeImplausible);
    }
    let units = |amount: u64, per_unit: u64| {
        let millionths = u128::from(amount).saturating_mul(ONE.into());
        let units = millionths.checked_div(per_unit.into()).unwrap_or(0);
        u64::try_from(units).unwrap_or(u64::MAX)
    };
    let gross = units(receipt.bytes, policy.usage_bytes_per_unit)
        .saturating_add(units(packets, policy.usage_packets_per_unit));
    Judgment::counts(gross, Vec::new())
}
