use crate::{Chain, Network, Sent};
use cairn_protocol::merkle::{PenaltyLeaf, SumTree};
use cairn_sdk::{
    account::{self, Bond, Delegation},
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    instruction::{
        self, DelegationRef, DelegationSpec, PenaltyRef, Stake, StakePoolSpec, StakeTerms,
    },
    rewards::accounts::{POOL_DISCRIMINATOR, PROPOSAL_DISCRIMINATOR},
};
use solana_account::Account;
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Where a network has its terms, which begin with the guardian.
const NETWORK_TERMS_AT: usize = 8 + 4 * 32 + 8;
/// Where a network has the delay of changes.
const NETWORK_DELAY_AT: usize = NETWORK_TERMS_AT + 3 * 32;

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
    /// The pool of the rewards program.
    pub rewards_pool: Address,
    /// Authority of the network.
    pub authority: Keypair,
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
    /// An epoch of the rewards pool.
    pub const EPOCH_SECONDS: u32 = 3_600;

    /// What the stake pool is like.
    pub fn spec(treasury: Address) -> StakePoolSpec {
        StakePoolSpec {
            terms: StakeTerms {
                treasury,
                cooldown_seconds: Self::COOLDOWN_SECONDS,
                appeal_window_seconds: Self::APPEAL_SECONDS,
                penalty_expiry_seconds: Self::EXPIRY_SECONDS,
                penalty_cap_bps: 5_000,
                burn_bps: 5_000,
                treasury_bps: 3_000,
                challenger_bps: 2_000,
                reserved: [0; 12],
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
        let reward_mint = chain.mint();
        let rewards_pool = rewards_pool(chain, &network.address, &reward_mint.0);
        let address = address::stake_pool(&network.address);
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
            reward_vault: address::reward_vault(&address),
            rewards_pool,
            authority: network.authority.insecure_clone(),
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
            &self.rewards_pool,
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
        let mint = mint_2022(chain, Some(100), &[]);
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
        associated(chain, wallet, &self.mint.0, &self.stake.token_program)
    }

    /// The wallet's associated token account of the rewards' mint, created when needed.
    pub fn reward_account(&self, chain: &mut Chain, wallet: &Address) -> Address {
        associated(chain, wallet, &self.reward_mint.0, &TOKEN_PROGRAM)
    }

    /// Mints stake to a token account.
    pub fn mint_stake(&self, chain: &mut Chain, account: &Address, amount: u64) {
        let mut mint = instruction::mint_to(&self.mint.0, account, &self.mint.1.pubkey(), amount);
        mint.program_id = self.stake.token_program;
        chain.send(&[mint], &[&self.mint.1]);
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
            &[instruction::bond(&owner.pubkey(), &account, &self.stake, &bond, amount)],
            &[&owner],
        );
        (owner, account, bond)
    }

    /// Asks `amount` back from a bond; the owner pays. Returns the unbonding's index.
    pub fn unbond(&self, chain: &mut Chain, owner: &Keypair, bond: &Address, amount: u64) -> u64 {
        let index = chain.read::<Bond>(bond).unbonding_count;
        let wallet = owner.pubkey();
        chain.send(
            &[instruction::request_unbond(&wallet, &wallet, &self.address, bond, index, amount)],
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
        let now = chain.svm.get_sysvar::<solana_clock::Clock>().unix_timestamp;
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
        let spec = DelegationSpec { index, operator: *operator, amount, lock_periods, lock_end };
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

    /// A leaf against `bond`, with a challenger.
    pub fn penalty(&self, epoch: u64, bond: &Address, amount: u64) -> PenaltyLeaf {
        PenaltyLeaf {
            pool: self.rewards_pool.to_bytes(),
            epoch,
            target: bond.to_bytes(),
            amount,
            reason: 206,
            evidence_hash: [0x33; 32],
            challenger: [0; 32],
        }
    }

    /// Oracles finalize `leaves` as the penalties of `epoch`, now.
    pub fn finalize_penalties(
        &self,
        chain: &mut Chain,
        epoch: u64,
        leaves: &[PenaltyLeaf],
    ) -> (SumTree, Address) {
        let tree = SumTree::build(leaves.iter().map(PenaltyLeaf::node).collect()).unwrap();
        let proposal = final_proposal(chain, &self.rewards_pool, epoch, &tree);
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
        PenaltyRef { epoch: leaf.epoch, index, bond, owner }
    }

    /// Registers and announces one penalty of `epoch` against `bond`.
    pub fn announced(
        &self,
        chain: &mut Chain,
        epoch: u64,
        bond: &Address,
        amount: u64,
        challenger: &Address,
    ) -> PenaltyRef {
        let leaf =
            PenaltyLeaf { challenger: challenger.to_bytes(), ..self.penalty(epoch, bond, amount) };
        let tree = self.register(chain, epoch, &[leaf]);
        self.announce(chain, &tree, &leaf, 0)
    }

    /// Gives the network a delay for changes, whatever it was created with.
    pub fn set_delay(&self, chain: &mut Chain, seconds: u32) {
        chain.poke(&self.stake.network, NETWORK_DELAY_AT, &seconds.to_le_bytes());
    }

    /// Gives the network a guardian, whatever it was created with.
    pub fn set_guardian(&self, chain: &mut Chain) -> Keypair {
        let guardian = chain.wallet();
        chain.poke(&self.stake.network, NETWORK_TERMS_AT, guardian.pubkey().as_ref());
        guardian
    }

    /// Moves the clock by `seconds`.
    pub fn wait(&self, chain: &mut Chain, seconds: u32) {
        let now = chain.svm.get_sysvar::<solana_clock::Clock>().unix_timestamp;
        chain.warp_to(now + i64::from(seconds));
    }

    /// Takes a penalty from the proof to its end. `bond` must be of a stake pool whose cap allows.
    pub fn penalize(&self, chain: &mut Chain, epoch: u64, bond: &Address, amount: u64) -> Sent {
        let penalty = self.announced(chain, epoch, bond, amount, &Address::default());
        self.wait(chain, Self::APPEAL_SECONDS);
        chain.send(&[instruction::execute_penalty(&self.stake, &penalty)], &[])
    }
}

/// A wallet's associated token account, created when needed.
pub fn associated(
    chain: &mut Chain,
    wallet: &Address,
    mint: &Address,
    token_program: &Address,
) -> Address {
    let payer = chain.wallet();
    chain.send(
        &[instruction::create_associated_token(&payer.pubkey(), wallet, mint, token_program)],
        &[&payer],
    );
    address::associated_token(wallet, mint, token_program)
}

/// A Token-2022 mint with 6 decimals; with a transfer fee in basis points, and with extensions of
/// the given types, each initialized by the instruction data that goes with it.
pub fn mint_2022(
    chain: &mut Chain,
    fee_bps: Option<u16>,
    extensions: &[(usize, Vec<u8>)],
) -> (Address, Keypair) {
    use solana_system_interface::instruction::create_account;
    let (authority, mint) = (chain.wallet(), chain.key());
    let fee = fee_bps.map(|bps| {
        // `TransferFeeExtension`, `InitializeTransferFeeConfig` without authorities.
        let mut data = vec![26, 0, 0, 0];
        data.extend_from_slice(&bps.to_le_bytes());
        data.extend_from_slice(&u64::MAX.to_le_bytes());
        (108, data)
    });
    let extensions: Vec<_> = fee.into_iter().chain(extensions.iter().cloned()).collect();
    let bytes = match extensions.iter().map(|(bytes, _)| 4 + bytes).sum::<usize>() {
        0 => 82,
        more => 166 + more,
    };
    let rent = chain.rent(bytes);
    let wallet = authority.pubkey();
    let mut instructions =
        vec![create_account(&wallet, &mint.pubkey(), rent, bytes as u64, &TOKEN_2022_PROGRAM)];
    let mut initialize = vec![20, 6];
    initialize.extend_from_slice(wallet.as_ref());
    initialize.push(0);
    for data in extensions.into_iter().map(|(_, data)| data).chain([initialize]) {
        instructions.push(Instruction {
            program_id: TOKEN_2022_PROGRAM,
            accounts: vec![AccountMeta::new(mint.pubkey(), false)],
            data,
        });
    }
    chain.send(&instructions, &[&authority, &mint]);
    (mint.pubkey(), authority)
}

/// Puts an account of the rewards program where the chain has none.
fn put_rewards(chain: &mut Chain, address: &Address, data: Vec<u8>) {
    let account = Account {
        lamports: chain.rent(data.len()),
        data,
        owner: address::REWARDS,
        ..Account::default()
    };
    chain.svm.set_account(*address, account).unwrap();
}

/// A pool of the rewards program with epochs of an hour, as far as the staking program reads it.
fn rewards_pool(chain: &mut Chain, network: &Address, mint: &Address) -> Address {
    let address = address::pool(network, mint);
    let mut data = vec![0; 8 + 3_840];
    data[..8].copy_from_slice(&POOL_DISCRIMINATOR);
    data[8..40].copy_from_slice(network.as_ref());
    data[40..72].copy_from_slice(mint.as_ref());
    data[8 + 752..8 + 756].copy_from_slice(&StakePool::EPOCH_SECONDS.to_le_bytes());
    put_rewards(chain, &address, data);
    address
}

/// A finalized proposal of the rewards program, as far as the staking program reads it.
fn final_proposal(chain: &mut Chain, pool: &Address, epoch: u64, penalties: &SumTree) -> Address {
    let now = chain.svm.get_sysvar::<solana_clock::Clock>().unix_timestamp;
    let address = address::proposal(pool, epoch, &penalties.root().hash);
    let mut data = vec![0; 8 + 368];
    let mut put = |at: usize, bytes: &[u8]| data[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &PROPOSAL_DISCRIMINATOR);
    put(8, pool.as_ref());
    put(8 + 128, &penalties.root().hash);
    put(8 + 192, &epoch.to_le_bytes());
    put(8 + 208, &penalties.root().sum.to_le_bytes());
    put(8 + 256, &now.to_le_bytes());
    put(8 + 280, &[1]);
    put_rewards(chain, &address, data);
    address
}
