use crate::{Chain, NOW, Network};
use cairn_protocol::{
    emission::Step,
    merkle::{OperatorLeaf, SumTree},
    proposal::ProposalContent,
};
use cairn_sdk::{
    address,
    instruction::{self, PoolSpec},
};
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// A pool with three oracles, of whom two must agree, and a full vault.
///
/// Epochs last an hour from [`NOW`] on and emit 1,000,000 each, half that from epoch 10; the
/// challenge window is a minute.
pub struct Pool {
    /// Address of the pool.
    pub address: Address,
    /// Mint of the rewards and who may mint.
    pub mint: (Address, Keypair),
    /// Address of the vault.
    pub vault: Address,
    /// May change the pool.
    pub authority: Keypair,
    /// The oracles.
    pub oracles: Vec<Keypair>,
    /// As it was created.
    pub spec: PoolSpec,
}

impl Pool {
    /// Length of an epoch.
    pub const EPOCH_SECONDS: u32 = 3_600;
    /// The challenge window.
    pub const WINDOW_SECONDS: u32 = 60;
    /// Tokens per epoch, up to epoch 9.
    pub const PER_EPOCH: u64 = 1_000_000;

    /// What the pool is like.
    pub fn spec(treasury: Address) -> PoolSpec {
        PoolSpec {
            genesis_at: NOW,
            epoch_seconds: Self::EPOCH_SECONDS,
            challenge_window_seconds: Self::WINDOW_SECONDS,
            treasury,
            steps: vec![
                Step::constant(0, Self::PER_EPOCH),
                Step::constant(10, Self::PER_EPOCH / 2),
            ],
        }
    }

    /// Creates the pool and the oracle set, and funds the vault with 100,000,000.
    pub fn create(chain: &mut Chain, network: &Network) -> Self {
        let spec = Self::spec(chain.key().pubkey());
        let pool = Self::create_with(chain, network, spec);
        chain.mint_to(&pool.mint, &pool.vault, 100 * Self::PER_EPOCH);
        pool
    }

    /// Creates a pool like `spec` and the oracle set; the vault stays empty.
    pub fn create_with(chain: &mut Chain, network: &Network, spec: PoolSpec) -> Self {
        let mint = chain.mint();
        let oracles: Vec<_> = (0..3).map(|_| chain.wallet()).collect();
        let keys: Vec<_> = oracles.iter().map(Signer::pubkey).collect();
        let authority = network.authority.insecure_clone();
        let address = address::pool(&network.address, &mint.0);
        let wallet = authority.pubkey();
        chain.send(
            &[instruction::create_pool(&wallet, &network.address, &mint.0, &spec)],
            &[&authority],
        );
        chain.send(&[instruction::create_oracle_set(&wallet, &address, 2, &keys)], &[&authority]);
        Self { address, mint, vault: address::vault(&address), authority, oracles, spec }
    }

    /// When `epoch` ends.
    pub fn epoch_end(epoch: u64) -> i64 {
        NOW + i64::try_from(epoch + 1).unwrap() * i64::from(Self::EPOCH_SECONDS)
    }

    /// The content that proposes `tree`.
    pub fn content(tree: &SumTree) -> ProposalContent {
        ProposalContent {
            root: tree.root().hash,
            root_sum: tree.root().sum,
            leaf_count: u32::try_from(tree.len()).unwrap(),
            manifest_hash: [0x11; 32],
            penalties_root: [0; 32],
            penalties_sum: 0,
            usage_root: [0; 32],
            usage_sum: 0,
        }
    }

    /// Address of a proposal.
    pub fn proposal(&self, epoch: u64, content: &ProposalContent) -> Address {
        address::proposal(&self.address, epoch, &content.hash())
    }

    /// Proposes `content` by the first oracle, once the epoch is over.
    pub fn propose(&self, chain: &mut Chain, epoch: u64, content: &ProposalContent) -> Address {
        let oracle = &self.oracles[0];
        chain.send(
            &[instruction::propose(&oracle.pubkey(), &self.address, epoch, content)],
            &[oracle],
        );
        self.proposal(epoch, content)
    }

    /// Attests by the oracle number `oracle`.
    pub fn attest(&self, chain: &mut Chain, oracle: usize, proposal: &Address) {
        let oracle = &self.oracles[oracle];
        chain.send(&[instruction::attest(&oracle.pubkey(), &self.address, proposal)], &[oracle]);
    }

    /// Takes `content` for `epoch` through to the active root; moves the clock as needed.
    pub fn finalize(&self, chain: &mut Chain, epoch: u64, content: &ProposalContent) -> Address {
        chain.warp_to(Self::epoch_end(epoch));
        let proposal = self.propose(chain, epoch, content);
        self.attest(chain, 1, &proposal);
        chain.warp_to(Self::epoch_end(epoch) + i64::from(Self::WINDOW_SECONDS));
        chain.send(&[instruction::finalize(&self.address, &proposal)], &[]);
        proposal
    }

    /// Makes `leaves` the active root of `epoch`.
    pub fn activate(&self, chain: &mut Chain, epoch: u64, leaves: &[OperatorLeaf]) -> SumTree {
        let tree = tree_of(leaves);
        self.finalize(chain, epoch, &Self::content(&tree));
        tree
    }

    /// Opens the operator's claimant account and creates its token account; returns the latter.
    pub fn open(&self, chain: &mut Chain, operator: &Address) -> Address {
        let payer = chain.wallet();
        chain.send(
            &[instruction::open_claimant(&payer.pubkey(), &self.address, &self.mint.0, operator)],
            &[&payer],
        );
        chain.token_account(operator, &self.mint.0)
    }
}

/// A leaf of this pool.
pub fn operator_leaf(pool: &Pool, operator: &Address, lifetime_total: u64) -> OperatorLeaf {
    OperatorLeaf {
        pool: pool.address.to_bytes(),
        operator: operator.to_bytes(),
        lifetime_total,
        devices_root: [0x22; 32],
    }
}

/// The tree over `leaves`, in the order given.
pub fn tree_of(leaves: &[OperatorLeaf]) -> SumTree {
    SumTree::build(leaves.iter().map(OperatorLeaf::node).collect()).unwrap()
}
