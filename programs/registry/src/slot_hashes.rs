//! The hash of a recent slot, read by system call: the sysvar's account would cost every onboarding
//! 33 bytes of its transaction.

use pinocchio::sysvars::{
    get_sysvar,
    slot_hashes::{ENTRY_SIZE, MAX_ENTRIES, NUM_ENTRIES_SIZE, SLOTHASHES_ID},
};

/// Slot and hash of the entry at `index`; entry 0 is the newest.
fn entry(index: u64) -> Option<(u64, [u8; 32])> {
    let offset = usize::try_from(index).ok()?.checked_mul(ENTRY_SIZE)?;
    let mut bytes = [0; ENTRY_SIZE];
    get_sysvar(&mut bytes, &SLOTHASHES_ID, offset.checked_add(NUM_ENTRIES_SIZE)?).ok()?;
    let (slot, hash) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*slot), hash.try_into().ok()?))
}

/// The hash of `slot`, when it is one of the last 512 that were not skipped. `current` is the slot
/// of this transaction.
pub fn slot_hash(slot: u64, current: u64) -> Option<[u8; 32]> {
    let mut count = [0; NUM_ENTRIES_SIZE];
    get_sysvar(&mut count, &SLOTHASHES_ID, 0).ok()?;
    let count = u64::from_le_bytes(count).min(MAX_ENTRIES as u64);
    let (mut low, mut high) = (0, count);
    // Where it is when no slot since was skipped: usually the first look finds it. The newest entry
    // is of the slot before the current one, but nothing here relies on that.
    let mut probe = current.saturating_sub(1).saturating_sub(slot).min(count.checked_sub(1)?);
    while low < high {
        let (found, hash) = entry(probe)?;
        if found == slot {
            return Some(hash);
        }
        // Newest first, no slot twice: two entries lie no further apart than their slots do.
        if found > slot {
            low = probe.saturating_add(1);
            high = high.min(low.saturating_add(found.saturating_sub(slot)));
        } else {
            low = low.max(probe.saturating_sub(slot.saturating_sub(found)));
            high = probe;
        }
        probe = low.midpoint(high.saturating_sub(1));
    }
    None
}
