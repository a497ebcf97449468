use crate::error::RegistryError;
use anchor_lang::prelude::*;

/// Seed of a licence's address: `["license", network, holder, region, band plan]`.
pub const LICENSE_SEED: &[u8] = b"license";
/// Bytes of a region: a country, or a country and its subdivision.
pub const REGION_BYTES: usize = 6;
/// Bytes of a band plan's name.
pub const BAND_PLAN_BYTES: usize = 16;

/// Permission of a wallet to run devices in a region. 8 + 232 bytes.
#[account]
pub struct License {
    /// Network that it is good for.
    pub network: Address,
    /// Wallet that may run devices.
    pub holder: Address,
    /// Who issued it, or renewed it last.
    pub issuer: Address,
    /// Who paid for this account and gets it back.
    pub rent_payer: Address,
    /// Valid from here, unix seconds.
    pub valid_since: i64,
    /// Valid until before here, unix seconds.
    pub expires_at: i64,
    /// Start of the time before, when it had lapsed and was renewed; else 0.
    pub previous_valid_since: i64,
    /// End of the time before; else 0.
    pub previous_expires_at: i64,
    /// Not valid from here on, unix seconds; 0 when not revoked.
    pub revoked_at: i64,
    /// ISO 3166-1 alpha-2 such as `DE`, or ISO 3166-2 such as `US-CA`; upper case, zero-padded.
    pub region: [u8; REGION_BYTES],
    /// Name of a band plan such as `EU868`; UTF-8, zero-padded.
    pub band_plan: [u8; BAND_PLAN_BYTES],
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 40],
}

const _: () =
    assert!(size_of::<License>() == 4 * 32 + 5 * 8 + REGION_BYTES + BAND_PLAN_BYTES + 2 + 40);

impl License {
    /// Whether the licence is valid at `time`, unix seconds: later, now, or up to a settlement
    /// period ago.
    pub fn valid_at(&self, time: i64) -> bool {
        let within = |since: i64, until: i64| since <= time && time < until;
        (self.revoked_at == 0 || time < self.revoked_at)
            && (within(self.valid_since, self.expires_at)
                || within(self.previous_valid_since, self.previous_expires_at))
    }

    /// When the licence is over, unless it is renewed; unix seconds.
    pub fn ended_at(&self) -> i64 {
        if self.revoked_at != 0 { self.revoked_at.min(self.expires_at) } else { self.expires_at }
    }

    /// Refuses a licence of another network or wallet, and one that is not valid.
    ///
    /// # Errors
    /// [`RegistryError::WrongLicense`] or [`RegistryError::LicenseNotValid`].
    pub fn require_valid(&self, network: &Address, holder: &Address, now: i64) -> Result<()> {
        require!(self.network == *network && self.holder == *holder, RegistryError::WrongLicense);
        require!(self.valid_at(now), RegistryError::LicenseNotValid);
        Ok(())
    }
}

/// Whether `bytes` are a region: two capital letters (ISO 3166-1), or these, a hyphen and one to
/// three capital letters or digits (ISO 3166-2), and zeros.
pub fn is_region(bytes: &[u8; REGION_BYTES]) -> bool {
    let [a, b, hyphen, subdivision @ ..] = bytes;
    let country = a.is_ascii_uppercase() && b.is_ascii_uppercase();
    let end = subdivision.iter().position(|b| *b == 0).unwrap_or(subdivision.len());
    let (code, padding) = subdivision.split_at(end);
    let zeros = padding.iter().all(|b| *b == 0);
    let letters = code.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match hyphen {
        0 => country && code.is_empty() && zeros,
        b'-' => country && !code.is_empty() && letters && zeros,
        _ => false,
    }
}
