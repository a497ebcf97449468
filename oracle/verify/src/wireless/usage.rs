//! Usage receipts, as far as they are about radio. That the customer signed, that the id is new, that
//! the credits are there and that the bytes fit the time was judged before.

use crate::judgment::{Factor, Judgment, ONE};
use crate::policy::WirelessPolicy;
use cairn_protocol::proof::Receipt;
use cairn_protocol::reason::Reason;

/// Judges what was carried: bytes over packets. The factor `carried` takes nothing; it tells what
/// the receipt says.
pub(super) fn judge(policy: &WirelessPolicy, receipt: &Receipt) -> Judgment {
    let packets = u64::from(receipt.packets);
    let least = packets.saturating_mul(policy.usage_min_packet_bytes.into());
    let most = packets.saturating_mul(policy.usage_max_packet_bytes.into());
    if !(least..=most).contains(&receipt.bytes) {
        return Judgment::refused(Reason::PacketSizeImplausible);
    }
    let inputs = [
        ("bytes", i128::from(receipt.bytes)),
        ("packets", i128::from(packets)),
        ("credits", i128::from(receipt.credits)),
    ];
    let carried = Factor::new("carried", ONE, inputs);
    Judgment::counts(receipt.credits.saturating_mul(ONE), vec![carried])
}
