use anchor_lang::prelude::*;

/// Seed of a challenge's address: `["challenge", proposal]`. A proposal is challenged once.
pub const CHALLENGE_SEED: &[u8] = b"challenge";

/// [`Challenge::outcome`]: oracles are voting.
pub const OUTCOME_NONE: u8 = 0;
/// [`Challenge::outcome`]: the challenger was right; the proposal is rejected.
pub const OUTCOME_UPHELD: u8 = 1;
/// [`Challenge::outcome`]: the challenger was wrong; the proposal goes on.
pub const OUTCOME_DISMISSED: u8 = 2;
/// [`Challenge::outcome`]: the oracles did not decide in time; the proposal is rejected and
/// nobody loses anything.
pub const OUTCOME_EXPIRED: u8 = 3;

/// An objection to a proposal with a quorum. 8 + 192 bytes.
#[account]
pub struct Challenge {
    /// The proposal.
    pub proposal: Address,
    /// Who challenged and paid the rent.
    pub challenger: Address,
    /// SHA-256 of what the challenger published as evidence.
    pub evidence_hash: [u8; 32],
    /// Tokens in the bond vault that go to the challenger once the challenge is resolved.
    pub bond: u64,
    /// When it was made, unix seconds.
    pub challenged_at: i64,
    /// From when on it counts as undecided, unix seconds.
    pub expires_at: i64,
    /// Bit i is set when the oracle in place i of the set voted to uphold it.
    pub upholding: u32,
    /// Bit i is set when the oracle in place i of the set voted to dismiss it.
    pub dismissing: u32,
    /// Generation of the oracle set that the votes are of.
    pub generation: u32,
    /// 0 being voted on, 1 upheld, 2 dismissed, 3 expired: [`OUTCOME_NONE`] and the others.
    pub outcome: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 57],
}

const _: () = assert!(size_of::<Challenge>() == 3 * 32 + 3 * 8 + 3 * 4 + 3 + 57);

impl Challenge {
    /// Begins to count for a newer generation of oracles: earlier votes are void.
    pub fn adopt(&mut self, generation: u32) {
        if self.generation != generation {
            self.generation = generation;
            self.upholding = 0;
            self.dismissing = 0;
        }
    }
}
