use crate::{Chain, NOW, Network};
use cairn_protocol::{
    emission::Step,
    merkle::{OperatorLeaf, SumTree},
    proposal::ProposalContent,
};
use cairn_sdk::{
    account::{Limit, PoolTerms},
    address::{self, TOKEN_2022_PROGRAM},
    amount::Tokens,
    instruction::{self, PoolKeys, PoolSpec},
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
    /// Where its accounts are.
    pub keys: PoolKeys,
    /// Mint of the rewards and who may mint.
    pub mint: (Address, Keypair),
    /// Address of the vault.
    pub vault: Address,
    /// Authority of the network.
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
    /// The bond of a proposal in [`Pool::full_spec`].
    pub const PROPOSAL_BOND: u64 = 5_000;
    /// The bond of a challenge in [`Pool::full_spec`].
    pub const CHALLENGE_BOND: u64 = 3_001;

    /// What the pool is like.
    pub fn spec(treasury: Address) -> PoolSpec {
        PoolSpec::simple(
            NOW,
            Self::EPOCH_SECONDS,
            Self::WINDOW_SECONDS,
            treasury,
            vec![Step::constant(0, Self::PER_EPOCH), Step::constant(10, Self::PER_EPOCH / 2)],
        )
    }

    /// A pool with everything on: the emission goes to operators by 60 %, to delegators by 20 %, to
    /// oracles by 15 % and to the treasury by 5 %, proposals and challenges need bonds of which 10 %
    /// are burned, all claims are limited to 25 % and 400,000 a day, those of one operator to 300,000
    /// an hour.
    pub fn full_spec(treasury: Address, delegator_vault: Address) -> PoolSpec {
        let spec = Self::spec(treasury);
        let terms = PoolTerms {
            delegator_vault,
            proposal_bond: Self::PROPOSAL_BOND,
            challenge_bond: Self::CHALLENGE_BOND,
            breaker: Limit {
                max_amount: 400_000,
                window_seconds: 86_400,
                max_bps: 2_500,
                reserved: [0; 2],
            },
            operator_cap: Limit {
                max_amount: 300_000,
                window_seconds: 3_600,
                max_bps: 0,
                reserved: [0; 2],
            },
            resolution_window_seconds: 600,
            retention_seconds: 7_200,
            challenge_burn_bps: 1_000,
            ..spec.terms.into()
        };
        let splits = cairn_sdk::account::Splits {
            operators: 6_000,
            delegators: 2_000,
            oracles: 1_500,
            treasury: 500,
        };
        PoolSpec { terms: (&terms).into(), splits: (&splits).into(), ..spec }
    }

    /// Creates the pool and the oracle set, and funds the vault with 100,000,000.
    pub fn create(chain: &mut Chain, network: &Network) -> Self {
        let spec = Self::spec(chain.key().pubkey());
        let pool = Self::create_with(chain, network, spec);
        chain.mint_to(&pool.mint, &pool.vault, 100 * Self::PER_EPOCH);
        pool
    }

    /// A pool of [`Pool::full_spec`] with a full vault. The delegators' account is the associated
    /// token account of a wallet of nobody's; the oracles have tokens for their bonds.
    pub fn create_full(chain: &mut Chain, network: &Network) -> Self {
        let mint = chain.mint();
        Self::create_full_for(chain, network, mint, address::TOKEN_PROGRAM)
    }

    /// As [`Pool::create_full`], for a mint of either token program.
    pub fn create_full_for(
        chain: &mut Chain,
        network: &Network,
        mint: (Address, Keypair),
        token_program: Address,
    ) -> Self {
        let delegators = chain.key().pubkey();
        let vault = address::associated_token(&delegators, &mint.0, &token_program);
        let spec = PoolSpec { token_program, ..Self::full_spec(chain.key().pubkey(), vault) };
        let pool = Self::create_for(chain, network, mint, spec);
        pool.account_of(chain, &delegators);
        chain.mint_tokens(&pool.mint, &pool.vault, 100 * Self::PER_EPOCH, &token_program);
        for oracle in &pool.oracles {
            let account = pool.account_of(chain, &oracle.pubkey());
            chain.mint_tokens(&pool.mint, &account, 100_000, &token_program);
        }
        pool
    }

    /// Creates a pool like `spec` and the oracle set; the vault stays empty.
    pub fn create_with(chain: &mut Chain, network: &Network, spec: PoolSpec) -> Self {
        let mint = chain.mint();
        Self::create_for(chain, network, mint, spec)
    }

    /// Creates a pool like `spec` for a mint, and the oracle set; the vault stays empty. Where the
    /// pool mints, it is made the mint's authority before.
    pub fn create_for(
        chain: &mut Chain,
        network: &Network,
        mint: (Address, Keypair),
        spec: PoolSpec,
    ) -> Self {
        let oracles: Vec<_> = (0..3).map(|_| chain.wallet()).collect();
        let addresses: Vec<_> = oracles.iter().map(Signer::pubkey).collect();
        let authority = network.authority.insecure_clone();
        let keys = PoolKeys::new(&network.address, &mint.0, &spec.token_program, spec.mints);
        if spec.mints {
            chain.give_mint_authority(&mint, &keys.pool, &spec.token_program);
        }
        let wallet = authority.pubkey();
        chain.send(
            &[instruction::create_pool(&wallet, &network.address, &mint.0, &spec)],
            &[&authority],
        );
        let oracle_set =
            instruction::create_oracle_set(&wallet, &network.address, &keys.pool, 2, &addresses);
        chain.send(&[oracle_set], &[&authority]);
        Self { address: keys.pool, keys, mint, vault: keys.vault(), authority, oracles, spec }
    }

    /// Creates the wallet's associated token account for the pool's mint, if needed.
    pub fn account_of(&self, chain: &mut Chain, wallet: &Address) -> Address {
        chain.token_account_of(wallet, &self.mint.0, &self.keys.token_program)
    }

    /// Whether the mint belongs to Token-2022.
    pub fn is_token_2022(&self) -> bool {
        self.keys.token_program == TOKEN_2022_PROGRAM
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
        let source = self.keys.token_account(&oracle.pubkey());
        let source = (self.spec.terms.proposal_bond > Tokens(0)).then_some(&source);
        chain.send(
            &[instruction::propose(&oracle.pubkey(), &self.keys, epoch, content, source)],
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
        chain.send(&[instruction::finalize(&self.keys, &proposal)], &[]);
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
        chain.send(&[instruction::open_claimant(&payer.pubkey(), &self.keys, operator)], &[&payer]);
        self.account_of(chain, operator)
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
