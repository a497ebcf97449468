use crate::error::RegistryError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use cairn_protocol::settlement::period;

/// Seed of a network's address: `["network", creator, name]`.
pub const NETWORK_SEED: &[u8] = b"network";
/// Seed of the address of the mint that groups a network's devices: `["group", network]`.
pub const GROUP_SEED: &[u8] = b"group";
/// The longest delay and the longest settlement period: 30 days. Longer ones would lock a founder
/// out of its own network, or lamports into a retiring device.
pub const MAX_DELAY_SECONDS: u32 = 30 * 24 * 60 * 60;

/// What a network's authority may change, after the delay that is in here too. 128 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct NetworkTerms {
    /// May pause the network and suspend devices at once; zero: nobody but the authority.
    pub guardian: Address,
    /// May issue, renew and revoke licences; zero: nobody but the authority.
    pub license_issuer: Address,
    /// Receives the fees of onboarding and of locations, in lamports. It must hold what an empty
    /// account needs, or the runtime refuses smaller fees to it.
    pub treasury: Address,
    /// Time between the proposal of a change and its coming into force, at most
    /// [`MAX_DELAY_SECONDS`].
    pub change_delay_seconds: u32,
    /// Zeros.
    pub reserved: [u8; 28],
}

const _: () = assert!(size_of::<NetworkTerms>() == 3 * 32 + 4 + 28);

impl NetworkTerms {
    /// Whether the terms can be in force: the delay is within its limit, the treasury is
    /// somebody's, what is reserved is zero.
    ///
    /// # Errors
    /// [`RegistryError::InvalidDelay`], [`RegistryError::InvalidKey`] or
    /// [`RegistryError::InvalidTerms`].
    pub fn validate(&self) -> Result<()> {
        require!(self.change_delay_seconds <= MAX_DELAY_SECONDS, RegistryError::InvalidDelay);
        require!(self.treasury != Address::default(), RegistryError::InvalidKey);
        require!(self.reserved == [0; 28], RegistryError::InvalidTerms);
        Ok(())
    }
}

/// A founder's deployment. 8 + 528 bytes.
#[account]
pub struct Network {
    /// Classes, makers and parameters change with this signature only.
    pub authority: Address,
    /// Who becomes the authority by accepting it; zero when nobody is proposed.
    pub pending_authority: Address,
    /// Who created the network; part of its address.
    pub creator: Address,
    /// UTF-8, zero-padded; part of its address.
    pub name: [u8; 32],
    /// Symbol of the devices' NFTs, UTF-8, zero-padded.
    pub symbol: [u8; 8],
    /// In force until `pending_terms_at`; read them by [`Network::terms_at`].
    pub terms: NetworkTerms,
    /// In force from `pending_terms_at` on.
    pub pending_terms: NetworkTerms,
    /// When the pending authority may accept, unix seconds; 0 when nobody is proposed.
    pub pending_authority_at: i64,
    /// When `pending_terms` come into force, unix seconds; 0 when there are none.
    pub pending_terms_at: i64,
    /// Devices onboarded so far.
    pub device_count: u64,
    /// Devices that did not retire.
    pub live_device_count: u64,
    /// Makers that are not closed.
    pub maker_count: u32,
    /// Licences that are not closed.
    pub license_count: u32,
    /// Length of the settlement period, 1 to [`MAX_DELAY_SECONDS`], fixed for life: what oracles
    /// read about an epoch's end stays the same until the settlement period after it is over. A
    /// founder sets it to the epoch's length.
    pub settle_seconds: u32,
    /// Classes created so far; the next class gets this index.
    pub class_count: u16,
    /// Classes that are not closed.
    pub live_class_count: u16,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// 1 while the network is paused.
    pub paused: u8,
    /// Bump of the group mint's address.
    pub group_bump: u8,
    /// Zeros.
    pub reserved: [u8; 84],
}

const _: () = assert!(
    size_of::<Network>()
        == 4 * 32 + 8 + 2 * size_of::<NetworkTerms>() + 4 * 8 + 3 * 4 + 2 * 2 + 4 + 84
);

impl Network {
    /// The terms in force at `time`, unix seconds: now, or later.
    pub fn terms_at(&self, time: i64) -> &NetworkTerms {
        if self.pending_terms_at != 0 && time >= self.pending_terms_at {
            &self.pending_terms
        } else {
            &self.terms
        }
    }

    /// Who may pause at `now`, besides the authority; zero is nobody.
    pub fn guardian_at(&self, now: i64) -> &Address {
        &self.terms_at(now).guardian
    }

    /// When a change that is proposed at `now` comes into force.
    ///
    /// # Errors
    /// [`RegistryError::Overflow`].
    pub fn change_at(&self, now: i64) -> Result<i64> {
        let delay = i64::from(self.terms_at(now).change_delay_seconds);
        Ok(now.checked_add(delay).ok_or(RegistryError::Overflow)?)
    }

    /// Refuses a signer other than the authority.
    ///
    /// # Errors
    /// [`RegistryError::NotAuthority`].
    pub fn require_authority(&self, signer: &Address) -> Result<()> {
        require!(self.authority == *signer, RegistryError::NotAuthority);
        Ok(())
    }

    /// Refuses a signer other than the authority and the guardian of the moment.
    ///
    /// # Errors
    /// [`RegistryError::NotGuardian`].
    pub fn require_guardian(&self, signer: &Address, now: i64) -> Result<()> {
        require!(
            self.authority == *signer || self.guardian_at(now) == signer,
            RegistryError::NotGuardian
        );
        Ok(())
    }

    /// Refuses a signer other than the authority and the licence issuer of the moment.
    ///
    /// # Errors
    /// [`RegistryError::NotLicenseIssuer`].
    pub fn require_license_issuer(&self, signer: &Address, now: i64) -> Result<()> {
        require!(
            self.authority == *signer || self.terms_at(now).license_issuer == *signer,
            RegistryError::NotLicenseIssuer
        );
        Ok(())
    }

    /// Refuses while the network is paused.
    ///
    /// # Errors
    /// [`RegistryError::NetworkPaused`].
    pub fn require_not_paused(&self) -> Result<()> {
        require!(self.paused == 0, RegistryError::NetworkPaused);
        Ok(())
    }

    /// Whether the settlement period after the one of `since` is over: then no oracle asks any
    /// more for what was before `since`. The same rule as `cairn_protocol::settlement`'s.
    pub fn is_settled(&self, since: i64, now: i64) -> bool {
        let period = |time: i64| period(time, self.settle_seconds);
        period(now) >= period(since).saturating_add(2)
    }
}

/// Whether `bytes` are non-empty UTF-8 without control characters, followed by zeros only.
pub fn is_padded_name(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let (text, padding) = bytes.split_at(end);
    !text.is_empty()
        && padding.iter().all(|b| *b == 0)
        && core::str::from_utf8(text).is_ok_and(|text| !text.chars().any(char::is_control))
}

/// The text before the zero padding, of a field that [`is_padded_name`] was asked about.
pub fn padded_text(padded: &[u8]) -> &str {
    let end = padded.iter().position(|b| *b == 0).unwrap_or(padded.len());
    core::str::from_utf8(padded.split_at(end).0).unwrap_or_default()
}
