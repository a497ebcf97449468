use anchor_lang::prelude::*;

/// Seed of a proposal's address: `["proposal", pool, epoch u64 LE, content hash]`. One account per
/// distinct content, so that an oracle that proposes nonsense cannot occupy an epoch, and the
/// same content cannot be proposed twice.
pub const PROPOSAL_SEED: &[u8] = b"proposal";

/// [`Proposal::status`]: may be attested, challenged, finalized or rejected.
pub const STATUS_OPEN: u8 = 0;
/// [`Proposal::status`]: its root became active.
pub const STATUS_FINALIZED: u8 = 1;
/// [`Proposal::status`]: it will never become active.
pub const STATUS_REJECTED: u8 = 2;

/// [`Proposal::challenge`]: nobody challenged it.
pub const CHALLENGE_NONE: u8 = 0;
/// [`Proposal::challenge`]: oracles are voting.
pub const CHALLENGE_OPEN: u8 = 1;
/// [`Proposal::challenge`]: resolved either way.
pub const CHALLENGE_RESOLVED: u8 = 2;

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
    /// Root hash of the Merkle-sum tree over the epoch's penalties; zeros for none.
    pub penalties_root: [u8; 32],
    /// All penalties of the epoch together, in the stake mint's smallest unit.
    pub penalties_sum: u64,
    /// Root hash of the Merkle-sum tree over what every customer used; zeros for none.
    pub usage_root: [u8; 32],
    /// Credits that all customers used in all epochs up to this one.
    pub usage_sum: u64,
}

impl ProposalContent {
    /// See `cairn_protocol::proposal`.
    pub fn hash(&self) -> [u8; 32] {
        let Self {
            root,
            root_sum,
            leaf_count,
            manifest_hash,
            penalties_root,
            penalties_sum,
            usage_root,
            usage_sum,
        } = *self;
        cairn_protocol::proposal::ProposalContent {
            root,
            root_sum,
            leaf_count,
            manifest_hash,
            penalties_root,
            penalties_sum,
            usage_root,
            usage_sum,
        }
        .hash()
    }

    /// Whether a root of zeros comes with a sum of zero, and any other with one above.
    pub fn is_consistent(&self) -> bool {
        (self.penalties_root == [0; 32]) == (self.penalties_sum == 0)
            && (self.usage_root == [0; 32]) == (self.usage_sum == 0)
    }
}

/// A root that oracles may attest. 8 + 368 bytes.
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
    /// See [`ProposalContent::usage_root`].
    pub usage_root: [u8; 32],
    /// Epoch that the root closes.
    pub epoch: u64,
    /// See [`ProposalContent::root_sum`].
    pub root_sum: u64,
    /// See [`ProposalContent::penalties_sum`].
    pub penalties_sum: u64,
    /// See [`ProposalContent::usage_sum`].
    pub usage_sum: u64,
    /// Tokens in the bond vault that go back to the proposer.
    pub bond: u64,
    /// When it was proposed, unix seconds.
    pub proposed_at: i64,
    /// When the threshold was reached, unix seconds; 0 before.
    pub quorum_at: i64,
    /// From when on it may be finalized and not be challenged any more, unix seconds; 0 before the
    /// threshold is reached.
    pub finalizable_at: i64,
    /// When its root became active, unix seconds; 0 before.
    pub finalized_at: i64,
    /// See [`ProposalContent::leaf_count`].
    pub leaf_count: u32,
    /// Bit i is set when the oracle in place i of the set attested.
    pub attestations: u32,
    /// Bit i is set when the oracle in place i of the set rejected it.
    pub rejections: u32,
    /// Generation of the oracle set that attestations and rejections are of.
    pub generation: u32,
    /// 0 open, 1 finalized, 2 rejected: [`STATUS_OPEN`] and the others.
    pub status: u8,
    /// 0 not challenged, 1 being voted on, 2 resolved: [`CHALLENGE_NONE`] and the others.
    pub challenge: u8,
    /// 1 while the challenge's account is not closed.
    pub has_challenge: u8,
    /// Layout version.
    pub version: u8,
    /// Bump of this address.
    pub bump: u8,
    /// Zeros.
    pub reserved: [u8; 83],
}

const _: () = assert!(size_of::<Proposal>() == 6 * 32 + 9 * 8 + 4 * 4 + 5 + 83);

impl Proposal {
    /// Whether its root may still become active, as far as the proposal itself says.
    pub fn is_open(&self) -> bool {
        self.status == STATUS_OPEN
    }

    /// Whether it carries penalties.
    pub fn has_penalties(&self) -> bool {
        self.penalties_sum > 0
    }

    /// Begins to count for a newer generation of oracles: what was said before is void.
    pub fn adopt(&mut self, generation: u32) {
        if self.generation != generation {
            self.generation = generation;
            self.attestations = 0;
            self.rejections = 0;
            self.quorum_at = 0;
            self.finalizable_at = 0;
        }
    }
}
