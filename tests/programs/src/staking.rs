use crate::{Chain, NOW, Network, Pool, Sent, operator_leaf, tree_of};
use cairn_protocol::{
    merkle::{PenaltyLeaf, SumTree},
    proposal::ProposalContent,
};
use cairn_sdk::{
    account::{self, Bond, Delegation},
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amount::{BasisPoints, Epoch, Tokens},
    instruction::{
        self, DelegationRef, DelegationSpec, PenaltyRef, PoolSpec, Stake, StakePoolSpec,
    },
    typed::{
        rewards::{PoolTerms, Splits},
        staking::StakeTerms,
    },
};
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;

/// A network's stake pool: a cooldown of a day, lock periods of a week, locks of up to four.
///
/// Half of all stake may be lost per epoch; half of a penalty is burned, three tenths are the
/// treasury's, two tenths the challenger's.
pub struct StakePool {
    /// What its instructions name.
    pub stake: Stake,
    /// Address of the stake pool.
    pub address: Address,
    /// Mint of the stake and who may mint.
    pub mint: (Address, Keypair),
    /// Mint of the rewards and who may mint.
    pub reward_mint: (Address, Keypair),
    /// Address of the vault.
    pub vault: Address,
    /// Address of the reward vault.
    pub reward_vault: Address,
    /// The pool of the rewards program: a fifth of its emission is the delegators', and goes to
    /// the reward vault.
    pub rewards: Pool,
    /// Authority of the network.
    pub authority: Keypair,
    /// Guardian of the network.
    pub guardian: Keypair,
    /// Who paid for the stake pool.
    pub payer: Keypair,
    /// Wallet of the treasury.
    pub treasury: Address,
}

impl StakePool {
    /// The cooldown.
    pub const COOLDOWN_SECONDS: u32 = 86_400;
    /// Length of a lock period.
    pub const PERIOD_SECONDS: u32 = 604_800;
    /// The longest lock.
    pub const MAX_LOCK_PERIODS: u8 = 4;
    /// The appeal window.
    pub const APPEAL_SECONDS: u32 = 7_200;
    /// How long penalties may be announced.
    pub const EXPIRY_SECONDS: u32 = 2_592_000;

    /// What the stake pool is like.
    pub fn spec(treasury: Address) -> StakePoolSpec {
        StakePoolSpec {
            terms: StakeTerms {
                treasury,
                cooldown_seconds: Self::COOLDOWN_SECONDS,
                appeal_window_seconds: Self::APPEAL_SECONDS,
                penalty_expiry_seconds: Self::EXPIRY_SECONDS,
                penalty_cap_bps: BasisPoints(5_000),
                burn_bps: BasisPoints(5_000),
                treasury_bps: BasisPoints(3_000),
                challenger_bps: BasisPoints(2_000),
            },
            period_seconds: Self::PERIOD_SECONDS,
            max_lock_periods: Self::MAX_LOCK_PERIODS,
        }
    }

    /// A new chain with a stake pool.
    pub fn bench() -> (Chain, Self) {
        let mut chain = Chain::new();
        let network = Network::create(&mut chain, "n");
        let stake_pool = Self::create(&mut chain, &network);
        (chain, stake_pool)
    }

    /// Everything that the creation of a stake pool for `mint` needs; see
    /// [`StakePool::creation`].
    pub fn prepare(
        chain: &mut Chain,
        network: &Network,
        mint: (Address, Keypair),
        token_program: Address,
    ) -> Self {
        let address = address::stake_pool(&network.address);
        let reward_vault = address::reward_vault(&address);
        let spec = Pool::spec(chain.key().pubkey());
        let spec = PoolSpec {
            terms: PoolTerms { delegator_vault: reward_vault, ..spec.terms },
            splits: Splits {
                operators: BasisPoints(8_000),
                delegators: BasisPoints(2_000),
                oracles: BasisPoints(0),
                treasury: BasisPoints(0),
            },
            ..spec
        };
        let rewards = Pool::create_with(chain, network, spec);
        chain.mint_to(&rewards.mint, &rewards.vault, 100 * Pool::PER_EPOCH);
        let reward_mint = (rewards.mint.0, rewards.mint.1.insecure_clone());
        Self {
            stake: Stake {
                address,
                network: network.address,
                mint: mint.0,
                token_program,
                reward_mint: reward_mint.0,
                reward_token_program: TOKEN_PROGRAM,
            },
            address,
            mint,
            reward_mint,
            vault: address::stake_vault(&address),
            reward_vault,
            rewards,
            authority: network.authority.insecure_clone(),
            guardian: network.guardian.insecure_clone(),
            payer: chain.wallet(),
            treasury: chain.key().pubkey(),
        }
    }

    /// The instruction that creates it like `spec`.
    pub fn creation(&self, spec: &StakePoolSpec) -> Instruction {
        instruction::create_stake_pool(
            &self.authority.pubkey(),
            &self.payer.pubkey(),
            &self.stake,
            &self.rewards.address,
            spec,
        )
    }

    /// Creates the stake pool for a new SPL Token mint.
    pub fn create(chain: &mut Chain, network: &Network) -> Self {
        let mint = chain.mint();
        let pool = Self::prepare(chain, network, mint, TOKEN_PROGRAM);
        let create = pool.creation(&Self::spec(pool.treasury));
        chain.send(&[create], &[&pool.authority, &pool.payer]);
        pool
    }

    /// Creates the stake pool for a Token-2022 mint whose transfers cost one percent.
    pub fn create_with_fee(chain: &mut Chain, network: &Network) -> Self {
        let mint = chain.mint_with_fee(100);
        let pool = Self::prepare(chain, network, mint, TOKEN_2022_PROGRAM);
        let create = pool.creation(&Self::spec(pool.treasury));
        chain.send(&[create], &[&pool.authority, &pool.payer]);
        pool
    }

    /// The account.
    pub fn read(&self, chain: &Chain) -> account::StakePool {
        chain.read(&self.address)
    }

    /// The wallet's associated token account of the stake's mint, created when needed.
    pub fn stake_account(&self, chain: &mut Chain, wallet: &Address) -> Address {
        chain.token_account_of(wallet, &self.mint.0, &self.stake.token_program)
    }

    /// The wallet's associated token account of the rewards' mint, created when needed.
    pub fn reward_account(&self, chain: &mut Chain, wallet: &Address) -> Address {
        chain.token_account(wallet, &self.reward_mint.0)
    }

    /// Mints stake to a token account.
    pub fn mint_stake(&self, chain: &mut Chain, account: &Address, amount: u64) {
        chain.mint_tokens(&self.mint, account, amount, &self.stake.token_program);
    }

    /// A wallet with `amount` of the stake's mint, and its token account.
    pub fn staker(&self, chain: &mut Chain, amount: u64) -> (Keypair, Address) {
        let wallet = chain.wallet();
        let account = self.stake_account(chain, &wallet.pubkey());
        self.mint_stake(chain, &account, amount);
        (wallet, account)
    }

    /// Opens an operator's bond for class 0 and returns its address.
    pub fn open(&self, chain: &mut Chain, owner: &Keypair) -> Address {
        self.open_role(chain, owner, 0)
    }

    /// Opens a bond in a role and returns its address.
    pub fn open_role(&self, chain: &mut Chain, owner: &Keypair, role: u8) -> Address {
        let wallet = owner.pubkey();
        chain.send(&[instruction::open_bond(&wallet, &self.address, &wallet, role, 0)], &[owner]);
        address::bond(&self.address, &wallet, role, 0)
    }

    /// An open bond with `amount` in it: owner, its token account, and the bond.
    pub fn bonded(&self, chain: &mut Chain, amount: u64) -> (Keypair, Address, Address) {
        let (owner, account) = self.staker(chain, amount);
        let bond = self.open(chain, &owner);
        chain.send(
            &[instruction::add_to_bond(
                &owner.pubkey(),
                &account,
                &self.stake,
                &bond,
                Tokens(amount),
            )],
            &[&owner],
        );
        (owner, account, bond)
    }

    /// Asks `amount` back from a bond; the owner pays. Returns the unbonding's index.
    pub fn unbond(&self, chain: &mut Chain, owner: &Keypair, bond: &Address, amount: u64) -> u64 {
        let index = chain.read::<Bond>(bond).unbonding_count;
        let wallet = owner.pubkey();
        chain.send(
            &[instruction::request_unbond(
                &wallet,
                &wallet,
                &self.address,
                bond,
                index,
                Tokens(amount),
            )],
            &[owner],
        );
        index
    }

    /// Opens an operator's target unless it is open.
    pub fn target(&self, chain: &mut Chain, operator: &Address) -> Address {
        let target = address::target(&self.address, operator);
        if !chain.exists(&target) {
            let payer = chain.wallet();
            chain.send(
                &[instruction::open_target(&payer.pubkey(), &self.address, operator)],
                &[&payer],
            );
        }
        target
    }

    /// Opens a lock period unless it is open; not for 0.
    pub fn lock_period(&self, chain: &mut Chain, period: u32) -> Address {
        let address = address::lock_period(&self.address, period);
        if period != 0 && !chain.exists(&address) {
            let payer = chain.wallet();
            chain.send(
                &[instruction::open_lock_period(&payer.pubkey(), &self.address, period)],
                &[&payer],
            );
        }
        address
    }

    /// The period of the chain's clock.
    pub fn period(&self, chain: &Chain) -> u32 {
        let now = chain.now();
        let start = self.read(chain).created_at;
        u32::try_from((now - start) / i64::from(Self::PERIOD_SECONDS)).unwrap()
    }

    /// Moves the clock to the start of a period.
    pub fn warp_to_period(&self, chain: &mut Chain, period: u32) {
        let start = self.read(chain).created_at;
        chain.warp_to(start + i64::from(period) * i64::from(Self::PERIOD_SECONDS));
    }

    /// Delegates `amount` to `operator`, with target and lock period opened as needed. The owner
    /// pays.
    pub fn delegate(
        &self,
        chain: &mut Chain,
        (owner, source): (&Keypair, &Address),
        index: u16,
        operator: &Address,
        amount: u64,
        lock_periods: u8,
    ) -> DelegationRef {
        let target = self.target(chain, operator);
        let lock_end =
            if lock_periods > 0 { self.period(chain) + u32::from(lock_periods) } else { 0 };
        self.lock_period(chain, lock_end);
        let spec = DelegationSpec {
            index,
            operator: *operator,
            amount: Tokens(amount),
            lock_periods,
            lock_end,
        };
        let wallet = owner.pubkey();
        chain
            .send(&[instruction::delegate(&wallet, &wallet, source, &self.stake, &spec)], &[owner]);
        let address = address::delegation(&self.address, &wallet, index);
        DelegationRef { address, target, lock_end }
    }

    /// A new wallet that delegated `amount`: its key, its token account and the delegation.
    pub fn delegated(
        &self,
        chain: &mut Chain,
        operator: &Address,
        amount: u64,
        lock_periods: u8,
    ) -> (Keypair, Address, DelegationRef) {
        let (owner, source) = self.staker(chain, amount);
        let delegation = self.delegate(chain, (&owner, &source), 0, operator, amount, lock_periods);
        (owner, source, delegation)
    }

    /// The delegation as it is on the chain, with its present lock.
    pub fn delegation(&self, chain: &Chain, address: &Address) -> DelegationRef {
        let read = chain.read::<Delegation>(address);
        DelegationRef { address: *address, target: read.target, lock_end: read.lock_end }
    }

    /// Rewards arrive; nobody shares them out yet.
    pub fn reward(&self, chain: &mut Chain, amount: u64) {
        chain.mint_to(&self.reward_mint, &self.reward_vault, amount);
    }

    /// Rewards arrive and are shared out.
    pub fn share_out(&self, chain: &mut Chain, amount: u64) -> Sent {
        self.reward(chain, amount);
        chain.send(&[instruction::sync_rewards(&self.address)], &[])
    }

    /// The epoch that is going on, whose penalties can be finalized next.
    pub fn epoch(&self, chain: &Chain) -> u64 {
        u64::try_from((chain.now() - NOW) / i64::from(Pool::EPOCH_SECONDS)).unwrap()
    }

    /// A leaf against `bond`, without a challenger.
    pub fn penalty(&self, epoch: u64, bond: &Address, amount: u64) -> PenaltyLeaf {
        PenaltyLeaf {
            pool: self.rewards.address.to_bytes(),
            epoch,
            target: bond.to_bytes(),
            amount,
            reason: 206,
            evidence_hash: [0x33; 32],
            challenger: [0; 32],
        }
    }

    /// Oracles finalize `leaves` as the penalties of `epoch`; the clock moves past its end.
    pub fn finalize_penalties(
        &self,
        chain: &mut Chain,
        epoch: u64,
        leaves: &[PenaltyLeaf],
    ) -> (SumTree, Address) {
        let tree = SumTree::build(leaves.iter().map(PenaltyLeaf::node).collect()).unwrap();
        let operators = tree_of(&[operator_leaf(&self.rewards, &self.treasury, 1)]);
        let content = ProposalContent {
            penalties_root: tree.root().hash,
            penalties_sum: tree.root().sum,
            ..Pool::content(&operators)
        };
        let proposal = self.rewards.finalize(chain, epoch, &content);
        (tree, proposal)
    }

    /// Registers `leaves` as the penalties of `epoch`.
    pub fn register(&self, chain: &mut Chain, epoch: u64, leaves: &[PenaltyLeaf]) -> SumTree {
        let (tree, proposal) = self.finalize_penalties(chain, epoch, leaves);
        let payer = chain.wallet();
        chain.send(
            &[instruction::register_penalties(&payer.pubkey(), &self.address, &proposal, epoch)],
            &[&payer],
        );
        tree
    }

    /// Announces the leaf at `index`.
    pub fn announce(
        &self,
        chain: &mut Chain,
        tree: &SumTree,
        leaf: &PenaltyLeaf,
        index: u32,
    ) -> PenaltyRef {
        let bond = Address::new_from_array(leaf.target);
        let owner = chain.read::<Bond>(&bond).owner;
        let (payer, proof) = (chain.wallet(), tree.prove(index).unwrap());
        chain.send(
            &[instruction::announce_penalty(
                &payer.pubkey(),
                &self.address,
                &owner,
                leaf,
                index,
                &proof,
            )],
            &[&payer],
        );
        PenaltyRef { epoch: Epoch(leaf.epoch), index, bond, owner }
    }

    /// Finalizes, registers and announces one penalty against `bond`, of the present epoch.
    pub fn announced(
        &self,
        chain: &mut Chain,
        bond: &Address,
        amount: u64,
        challenger: &Address,
    ) -> PenaltyRef {
        let epoch = self.epoch(chain);
        let leaf =
            PenaltyLeaf { challenger: challenger.to_bytes(), ..self.penalty(epoch, bond, amount) };
        let tree = self.register(chain, epoch, &[leaf]);
        self.announce(chain, &tree, &leaf, 0)
    }

    /// Moves the clock by `seconds`.
    pub fn wait(&self, chain: &mut Chain, seconds: u32) {
        let now = chain.now();
        chain.warp_to(now + i64::from(seconds));
    }

    /// Takes a penalty against `bond` from its finalization to its end.
    pub fn penalize(&self, chain: &mut Chain, bond: &Address, amount: u64) -> Sent {
        let penalty = self.announced(chain, bond, amount, &Address::default());
        self.wait(chain, Self::APPEAL_SECONDS);
        chain.send(&[instruction::execute_penalty(&self.stake, &penalty)], &[])
    }
}

/// A Token-2022 mint with 6 decimals and extensions, each with its bytes and the data of the
/// instruction that initializes it.
pub fn mint_2022(chain: &mut Chain, extensions: &[(usize, Vec<u8>)]) -> (Address, Keypair) {
    use solana_system_interface::instruction::create_account;
    let (authority, mint) = (chain.wallet(), chain.key());
    let bytes = match extensions.iter().map(|(bytes, _)| 4 + bytes).sum::<usize>() {
        0 => 82,
        more => 166 + more,
    };
    let rent = chain.rent(bytes);
    let (wallet, address) = (authority.pubkey(), mint.pubkey());
    let mut instructions =
        vec![create_account(&wallet, &address, rent, bytes as u64, &TOKEN_2022_PROGRAM)];
    // `InitializeMint2` with 6 decimals and no freeze authority.
    let initialize = [&[20, 6], wallet.as_ref(), &[0]].concat();
    for data in extensions.iter().map(|(_, data)| data).chain([&initialize]) {
        instructions.push(Instruction {
            program_id: TOKEN_2022_PROGRAM,
            accounts: vec![AccountMeta::new(address, false)],
            data: data.clone(),
        });
    }
    chain.send(&instructions, &[&authority, &mint]);
    (address, authority)
}
