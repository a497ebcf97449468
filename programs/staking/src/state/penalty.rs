use anchor_lang::prelude::*;

/// Seed of a penalty's address: `["penalty", epoch's penalties, leaf index u32 LE]`. A leaf stands
/// at one index only, so it is announced once.
pub const PENALTY_SEED: &[u8] = b"penalty";
/// [`Penalty::status`] during the appeal window and until somebody executes it.
pub const PENALTY_ANNOUNCED: u8 = 0;
/// [`Penalty::status`] after a veto.
pub const PENALTY_VETOED: u8 = 1;
/// [`Penalty::status`] after execution.
pub const PENALTY_EXECUTED: u8 = 2;

/// One penalty on its way from proof to execution. 8 + 272 bytes.
///
/// It stays until its epoch's penalties expired, so that the same leaf cannot be announced again.
#[account]
pub struct Penalty {
    /// The epoch's penalties.
    pub penalty_epoch: Address,
    /// Bond that loses stake.
    pub bond: Address,
    /// Delegation target of the bond's owner, whether or not there is one.
    pub target: Address,
    /// Wallet that found the fault; zero for none.
    pub challenger: Address,
    /// Who paid for this account.
    pub rent_payer: Address,
    /// SHA-256 of the evidence.
    pub evidence_hash: [u8; 32],
    /// Stake to lose.
    pub amount: u64,
    /// Stake lost in the end: less when the cap or the stake was less.
    pub taken: u64,
    /// Tokens that wait for the challenger.
    pub challenger_due: u64,
    /// When the appeal window is over, unix seconds.
    pub executable_at: i64,
    /// Index of the leaf.
    pub index: u32,
    /// Why, see `cairn_protocol::reason`.
    pub reason: u16,
    /// 0 announced, 1 vetoed, 2 executed.
    pub status: u8,
    /// 1 when the target existed at the announcement and counts this penalty as pending.
    pub counted_at_target: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 38],
}

const _: () = assert!(size_of::<Penalty>() == 6 * 32 + 4 * 8 + 4 + 2 + 4 + 38);
