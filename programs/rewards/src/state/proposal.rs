use anchor_lang::prelude::*;

/// Seed of a proposal's address: `["proposal", pool, epoch u64 LE, content hash]`. One account per
/// distinct content, so that an oracle that proposes nonsense cannot occupy an epoch, and the
/// same content cannot be proposed twice.
pub const PROPOSAL_SEED: &[u8] = b"proposal";

/// What oracles agree on.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposalContent {
    /// Root hash of the Merkle-sum tree over all operators.
    pub root: [u8; 32],
    /// Lifetime total of all operators, in the mint's smallest unit.
    pub root_sum: u64,
    /// Leaves in the tree.
    pub leaf_count: u32,
    /// Commits to every input that the root was computed from.
    pub manifest_hash: [u8; 32],
    /// Root of the epoch's penalties; zeros for none.
    pub penalties_root: [u8; 32],
}

impl ProposalContent {
    /// See `cairn_protocol::proposal`.
    pub fn hash(&self) -> [u8; 32] {
        let Self { root, root_sum, leaf_count, manifest_hash, penalties_root } = *self;
        cairn_protocol::proposal::ProposalContent {
            root,
            root_sum,
            leaf_count,
            manifest_hash,
            penalties_root,
            penalties_sum: 0,
            usage_root: [0; 32],
            usage_sum: 0,
        }
        .hash()
    }
}

/// A root that oracles may attest. 8 + 256 bytes.
#[account]
pub struct Proposal {
    /// Pool that the root is for.
    pub pool: Address,
    /// Oracle that proposed and paid the rent.
    pub proposer: Address,
    /// See [`ProposalContent::root`].
    pub root: [u8; 32],
    /// See [`ProposalContent::manifest_hash`].
    pub manifest_hash: [u8; 32],
    /// See [`ProposalContent::penalties_root`].
    pub penalties_root: [u8; 32],
    /// Epoch that the root closes.
    pub epoch: u64,
    /// See [`ProposalContent::root_sum`].
    pub root_sum: u64,
    /// When it was proposed, unix seconds.
    pub proposed_at: i64,
    /// When the threshold was reached, unix seconds; 0 before.
    pub quorum_at: i64,
    /// See [`ProposalContent::leaf_count`].
    pub leaf_count: u32,
    /// Bit i is set when oracle i of the set attested.
    pub attestations: u32,
    /// 1 once its root became active.
    pub finalized: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 53],
}

const _: () = assert!(size_of::<Proposal>() == 5 * 32 + 4 * 8 + 2 * 4 + 3 + 53);
