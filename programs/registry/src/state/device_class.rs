use crate::error::RegistryError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Seed of a class's address: `["class", network, index u16 LE]`.
pub const CLASS_SEED: &[u8] = b"class";
/// The highest category: 0 wireless, 1 storage, 2 compute, 3 sensor.
pub const MAX_CATEGORY: u8 = 3;

/// What the authority may change about a class, after the network's delay. 64 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct ClassTerms {
    /// Stake that an operator needs per device of this class, in the stake mint's smallest unit.
    pub bond: u64,
    /// Points that one device can earn per epoch; 0: as many as the policy gives.
    pub points_cap: u64,
    /// What onboarding costs the payer, to the network's treasury.
    pub onboarding_fee_lamports: u64,
    /// What a later location costs the payer, to the network's treasury.
    pub location_fee_lamports: u64,
    /// Time between two locations of one device.
    pub location_cooldown_seconds: u32,
    /// 1: devices need a valid licence of their owner to join and to earn.
    pub license_required: u8,
    /// 1: no device joins any more.
    pub closed: u8,
    /// Zeros.
    pub reserved: [u8; 26],
}

const _: () = assert!(size_of::<ClassTerms>() == 4 * 8 + 4 + 2 + 26);

impl ClassTerms {
    /// Whether the terms can be in force: flags are 0 or 1, what is reserved is zero.
    ///
    /// # Errors
    /// [`RegistryError::InvalidTerms`].
    pub fn validate(&self) -> Result<()> {
        require!(
            self.license_required <= 1 && self.closed <= 1 && self.reserved == [0; 26],
            RegistryError::InvalidTerms
        );
        Ok(())
    }
}

/// What devices of one sort have in common. 8 + 408 bytes.
#[account]
pub struct DeviceClass {
    /// Network that the class belongs to.
    pub network: Address,
    /// Who paid for this account and gets it back.
    pub rent_payer: Address,
    /// Link to a description of the class, shown by wallets as the NFT's URI; UTF-8, zero-padded.
    pub uri: [u8; 96],
    /// In force from `terms_since` until `pending_terms_at`; read by [`DeviceClass::terms_at`].
    pub terms: ClassTerms,
    /// In force before `terms_since`.
    pub previous_terms: ClassTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: ClassTerms,
    /// When `terms` came into force, unix seconds.
    pub terms_since: i64,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// Devices of this class that did not retire.
    pub device_count: u64,
    /// Number of the class within the network.
    pub index: u16,
    /// 0 wireless, 1 storage, 2 compute, 3 sensor.
    pub category: u8,
    /// How its devices sign: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 26],
}

const _: () = assert!(
    size_of::<DeviceClass>() == 2 * 32 + 96 + 3 * size_of::<ClassTerms>() + 3 * 8 + 2 + 4 + 26
);

impl DeviceClass {
    /// The terms in force at `time`, unix seconds: later, now, or up to a settlement period ago.
    pub fn terms_at(&self, time: i64) -> &ClassTerms {
        if self.pending_terms_at != 0 && time >= self.pending_terms_at {
            &self.pending_terms
        } else if time >= self.terms_since {
            &self.terms
        } else {
            &self.previous_terms
        }
    }

    /// Makes the pending terms, which are in force, the terms; what was before them stays in
    /// `previous_terms`.
    pub fn fold(&mut self) {
        self.previous_terms = self.terms;
        self.terms = self.pending_terms;
        self.terms_since = self.pending_terms_at;
        self.pending_terms_at = 0;
    }
}
