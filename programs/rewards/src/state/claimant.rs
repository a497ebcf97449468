use anchor_lang::{accounts::Slab, prelude::*};
use bytemuck::{Pod, Zeroable};

/// Seed of a claimant's address: `["claimant", pool, operator]`.
pub const CLAIMANT_SEED: &[u8] = b"claimant";
/// The most wallets that share what an operator earns.
pub const MAX_PAYEES: usize = 8;

/// What one operator was paid by one pool. 8 + 224 bytes, and after them the payees: their number
/// as a `u32`, then 0 to 8 [`Payee`]s of 72 bytes.
///
/// Without payees everything goes to `destination`.
#[account]
pub struct Claimant {
    /// Pool that pays.
    pub pool: Address,
    /// Wallet of the operator.
    pub operator: Address,
    /// The operator's associated token account.
    pub destination: Address,
    /// Who paid the rent, and gets it back; that of the payees is the operator's.
    pub rent_payer: Address,
    /// Tokens paid over the operator's life.
    pub claimed_total: u64,
    /// What still counted of this operator's claims at `window_at`.
    pub window_outflow: u64,
    /// When `window_outflow` was counted, unix seconds.
    pub window_at: i64,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 70],
}

const _: () = assert!(size_of::<Claimant>() == 4 * 32 + 3 * 8 + 2 + 70);

/// A wallet that gets a part of what an operator earns. 72 bytes.
#[derive(
    AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Pod, Zeroable, Debug, PartialEq, Eq,
)]
#[repr(C)]
pub struct Payee {
    /// The wallet.
    pub wallet: Address,
    /// Its associated token account.
    pub destination: Address,
    /// Its part, in basis points; those of all payees add up to 10,000.
    pub bps: u16,
    /// Zeros.
    pub reserved: [u8; 6],
}

const _: () = assert!(size_of::<Payee>() == 2 * 32 + 2 + 6);

/// A claimant with its payees.
pub type ClaimantAccount = Slab<Claimant, Payee>;
