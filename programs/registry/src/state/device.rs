use crate::{error::RegistryError, state::Network};
use anchor_lang::prelude::*;
use cairn_protocol::{
    onboarding::{DEVICE_KEY_BYTES, SERIAL_BYTES},
    settlement::Settled,
};

/// Seed of a device's address: `["device", network, key[..32], key[32..], [scheme]]`.
pub const DEVICE_SEED: &[u8] = b"device";
/// Seed of the address of a device's NFT mint: `["mint", device]`.
pub const MINT_SEED: &[u8] = b"mint";

/// [`Device::status`] of a device that may give proofs.
pub const STATUS_ACTIVE: u8 = 0;
/// Bit of [`Device::status`]: the network's authority or guardian suspended it.
pub const STATUS_SUSPENDED: u8 = 1;
/// Bit of [`Device::status`]: its holder takes it out of the network.
pub const STATUS_RETIRING: u8 = 2;

/// A piece of hardware and who it earns for. 8 + 440 bytes.
///
/// Oracles read everything as of an epoch's end, a while after it. So operator and status carry
/// their history (`cairn_protocol::settlement`), and location and licence the value before, which
/// stays for a settlement period at least.
#[account]
pub struct Device {
    /// Network that it joined.
    pub network: Address,
    /// Mint of its NFT; whoever holds the one token controls the device.
    pub mint: Address,
    /// `Maker` account that vouched for it.
    pub maker: Address,
    /// Wallet that it earns for.
    pub operator: Address,
    /// Wallet that it earned for before `operator_since`; its own operator when never changed.
    pub previous_operator: Address,
    /// Wallet that it earned for before `previous_operator_since`.
    pub earlier_operator: Address,
    /// `License` account of its holder; zero for none.
    pub license: Address,
    /// `License` account before `license_since`.
    pub previous_license: Address,
    /// When `operator` was set, unix seconds.
    pub operator_since: i64,
    /// When `previous_operator` was set, unix seconds.
    pub previous_operator_since: i64,
    /// When `license` was set, unix seconds; 0 when it is the first.
    pub license_since: i64,
    /// When it joined, unix seconds.
    pub onboarded_at: i64,
    /// H3 cell (resolution 8 to 15) where it claims to stand; 0 when it moves or says nothing.
    pub location: u64,
    /// Cell before `location_since`.
    pub previous_location: u64,
    /// When `location` was asserted, unix seconds; 0 when it never was.
    pub location_since: i64,
    /// When `status` was set, unix seconds.
    pub status_since: i64,
    /// When `previous_status` was set, unix seconds.
    pub previous_status_since: i64,
    /// When its holder asked for retirement, unix seconds; 0 when not retiring.
    pub retiring_since: i64,
    /// Number of its class.
    pub class: u16,
    /// How it signs: 0 Ed25519, 1 P-256.
    pub scheme: u8,
    /// 0 active; bit 0 suspended, bit 1 retiring. Only active devices earn.
    pub status: u8,
    /// Status before `status_since`.
    pub previous_status: u8,
    /// Status before `previous_status_since`.
    pub earlier_status: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Bump of the mint's address.
    pub mint_bump: u8,
    /// Its public key; an Ed25519 key is followed by a zero.
    pub key: [u8; DEVICE_KEY_BYTES],
    /// The maker's serial number, UTF-8, zero-padded.
    pub serial: [u8; SERIAL_BYTES],
    /// Zeros.
    pub reserved: [u8; 46],
}

const _: () =
    assert!(size_of::<Device>() == 8 * 32 + 10 * 8 + 2 + 7 + DEVICE_KEY_BYTES + SERIAL_BYTES + 46);

impl Device {
    /// The operator with its history.
    pub fn operators(&self) -> Settled<Address> {
        Settled {
            current: self.operator,
            since: self.operator_since,
            previous: self.previous_operator,
            previous_since: self.previous_operator_since,
            earlier: self.earlier_operator,
        }
    }

    /// Sets the operator, and keeps those before it.
    pub fn record_operator(&mut self, operator: Address, now: i64, settle_seconds: u32) {
        let after = self.operators().record(operator, now, settle_seconds);
        self.operator = after.current;
        self.operator_since = after.since;
        self.previous_operator = after.previous;
        self.previous_operator_since = after.previous_since;
        self.earlier_operator = after.earlier;
    }

    /// The status with its history.
    pub fn statuses(&self) -> Settled<u8> {
        Settled {
            current: self.status,
            since: self.status_since,
            previous: self.previous_status,
            previous_since: self.previous_status_since,
            earlier: self.earlier_status,
        }
    }

    /// Sets the status, and keeps those before it.
    pub fn record_status(&mut self, status: u8, now: i64, settle_seconds: u32) {
        let after = self.statuses().record(status, now, settle_seconds);
        self.status = after.current;
        self.status_since = after.since;
        self.previous_status = after.previous;
        self.previous_status_since = after.previous_since;
        self.earlier_status = after.earlier;
    }

    /// Whether the bit is set in the status.
    pub fn has_status(&self, bit: u8) -> bool {
        self.status & bit != 0
    }

    /// Refuses a device of another network.
    ///
    /// # Errors
    /// [`RegistryError::WrongNetwork`].
    pub fn require_network(&self, network: &Account<Network>) -> Result<()> {
        require!(self.network == *network.address(), RegistryError::WrongNetwork);
        Ok(())
    }
}

/// Whether `cell` is the number of an H3 cell of resolution 8 to 15, by the format of
/// <https://h3geo.org/docs/core-library/h3Indexing>: mode 1, a base cell of 0 to 121, a digit
/// of 0 to 6 per level of resolution and 7 beyond it.
pub fn is_h3_cell(cell: u64) -> bool {
    let resolution = cell >> 52 & 0xf;
    let digits_valid = (1..=15u64).all(|level| {
        let digit = cell >> (15u64.saturating_sub(level)).saturating_mul(3) & 7;
        if level <= resolution { digit <= 6 } else { digit == 7 }
    });
    cell >> 63 == 0
        && cell >> 59 & 0xf == 1
        && cell >> 56 & 7 == 0
        && resolution >= 8
        && cell >> 45 & 0x7f <= 121
        && digits_valid
}
