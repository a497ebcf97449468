//! What this program reads of the registry's `Network` account.
//!
//! Not by a dependency on the registry: two programs without Anchor's entry point do not link into
//! one, and this one has its own ([`crate::entry`](../entry/index.html)). A test compares the layout
//! with the registry's definition.

use crate::error::RewardsError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Address of the registry program.
pub const REGISTRY_ID: Address =
    anchor_lang::address!("GPfXfJLBY5WiwmvreE5QsHn95Droy16Qn5G7He7J3trG");

/// `NetworkTerms` of the registry.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct NetworkTerms {
    /// Guardian, licence issuer and treasury.
    others: [Address; 3],
    /// Time between the proposal of a change and its coming into force.
    pub change_delay_seconds: u32,
    /// Zeros.
    reserved: [u8; 28],
}

/// `Network` of the registry.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Network {
    /// What pools change by.
    pub authority: Address,
    /// Pending authority, creator and name.
    identity: [[u8; 32]; 3],
    /// Symbol of the devices' NFTs.
    symbol: [u8; 8],
    /// In force until `pending_terms_at`.
    terms: NetworkTerms,
    /// In force from `pending_terms_at` on.
    pending_terms: NetworkTerms,
    /// When the pending authority may accept.
    pending_authority_at: i64,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pending_terms_at: i64,
    /// Devices, devices that did not retire.
    device_counts: [u64; 2],
    /// Makers, licences.
    counts: [u32; 2],
    /// Length of the settlement period.
    pub settle_seconds: u32,
    /// Classes created, classes not closed.
    class_counts: [u16; 2],
    /// Layout version and bump.
    head: [u8; 2],
    /// 1 while the network is paused.
    pub paused: u8,
    /// Bump of the group mint, and zeros.
    rest: [u8; 85],
}

const _: () = assert!(size_of::<Network>() == 528);

impl Owner for Network {
    const OWNER: Address = REGISTRY_ID;
}

impl Discriminator for Network {
    /// The first 8 bytes of SHA-256 of `account:Network`.
    const DISCRIMINATOR: &'static [u8] = &[51, 5, 209, 183, 60, 99, 156, 251];
}

impl IdlAccountType for Network {}

impl Network {
    /// When a change that is proposed at `now` comes into force.
    ///
    /// # Errors
    /// [`RewardsError::Overflow`].
    pub fn change_at(&self, now: i64) -> Result<i64> {
        let terms = if self.pending_terms_at != 0 && now >= self.pending_terms_at {
            &self.pending_terms
        } else {
            &self.terms
        };
        let delay = i64::from(terms.change_delay_seconds);
        Ok(now.checked_add(delay).ok_or(RewardsError::Overflow)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_registry::state as registry;
    use core::mem::offset_of;

    #[test]
    fn the_layout_is_the_registrys() {
        assert_eq!(REGISTRY_ID, cairn_registry::ID);
        assert_eq!(Network::DISCRIMINATOR, registry::Network::DISCRIMINATOR);
        assert_eq!(size_of::<Network>(), size_of::<registry::Network>());
        assert_eq!(size_of::<NetworkTerms>(), size_of::<registry::NetworkTerms>());
        macro_rules! same {
            ($($field:ident),*) => {$(
                assert_eq!(offset_of!(Network, $field), offset_of!(registry::Network, $field));
            )*};
        }
        same!(authority, terms, pending_terms, pending_terms_at, settle_seconds, paused);
        assert_eq!(
            offset_of!(NetworkTerms, change_delay_seconds),
            offset_of!(registry::NetworkTerms, change_delay_seconds)
        );
    }
}
