//! The cases of the rewards program.

use super::{Builder, Case};
use crate::{Chain, NOW, Network, Pool, operator_leaf, tree_of};
use cairn_protocol::{
    emission::Step,
    merkle::{OperatorLeaf, SumTree, UsageLeaf},
    proposal::ProposalContent,
};
use cairn_sdk::{
    account::{CreditTerms, Limit, PayeeShare, PoolTerms, Splits},
    address::{self, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amount::{CreditPrice, Credits, Tokens},
    instruction::{self, PoolKeys, PoolSpec},
};
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// Every case, in the order of the program's instructions.
pub const ALL: &[Builder] = &[
    ("rewards::claim", claim),
    ("rewards::claim/payees", claim_of_payees),
    ("rewards::create_pool", create_pool),
    ("rewards::create_oracle_set", create_oracle_set),
    ("rewards::change_emission", change_emission),
    ("rewards::propose_splits", propose_splits),
    ("rewards::cancel_splits", cancel_splits),
    ("rewards::propose_pool_update", propose_pool_update),
    ("rewards::cancel_pool_update", cancel_pool_update),
    ("rewards::propose_oracle_change", propose_oracle_change),
    ("rewards::apply_oracle_change", apply_oracle_change),
    ("rewards::cancel_oracle_change", cancel_oracle_change),
    ("rewards::propose", propose),
    ("rewards::attest", attest),
    ("rewards::reject_proposal", reject_proposal),
    ("rewards::challenge", challenge),
    ("rewards::vote_challenge", vote_challenge),
    ("rewards::resolve_challenge", resolve_challenge),
    ("rewards::finalize", finalize),
    ("rewards::migrate_pool", migrate_pool),
    ("rewards::return_bond", return_bond),
    ("rewards::close_proposal", close_proposal),
    ("rewards::close_challenge", close_challenge),
    ("rewards::open_claimant", open_claimant),
    ("rewards::set_payees", set_payees),
    ("rewards::close_claimant", close_claimant),
    ("rewards::pay_delegators", pay_delegators),
    ("rewards::pay_oracle", pay_oracle),
    ("rewards::pay_treasury", pay_treasury),
    ("rewards::request_close", request_close),
    ("rewards::cancel_close", cancel_close),
    ("rewards::close_oracle_set", close_oracle_set),
    ("rewards::close_pool", close_pool),
    ("rewards::create_credit_market", create_credit_market),
    ("rewards::propose_credit_update", propose_credit_update),
    ("rewards::cancel_credit_update", cancel_credit_update),
    ("rewards::report_price", report_price),
    ("rewards::open_credit_account", open_credit_account),
    ("rewards::buy_credits", buy_credits),
    ("rewards::escrow_credits", escrow_credits),
    ("rewards::request_escrow_withdrawal", request_escrow_withdrawal),
    ("rewards::withdraw_escrow", withdraw_escrow),
    ("rewards::settle_usage", settle_usage),
    ("rewards::close_credit_account", close_credit_account),
    ("rewards::close_credit_market", close_credit_market),
];

/// The network's delay in these cases.
pub const DELAY_SECONDS: u32 = 1_800;
/// The network's settlement period in these cases.
pub const SETTLE_SECONDS: u32 = 3_600;
/// Where a network's account keeps its delay: after seven fields and three addresses of the terms.
const DELAY_AT: usize = 8 + 4 * 32 + 8 + 3 * 32;
/// Where a network's account keeps its settlement period.
const SETTLE_AT: usize = 8 + 4 * 32 + 8 + 2 * 128 + 4 * 8 + 2 * 4;
/// Where a network's account keeps whether it is paused.
const PAUSED_AT: usize = SETTLE_AT + 4 + 2 * 2 + 2;

/// A chain, a network and its pool with everything on: see [`Pool::full_spec`].
pub struct World {
    /// The chain.
    pub chain: Chain,
    /// The network, with a delay and a settlement period.
    pub network: Network,
    /// The pool.
    pub pool: Pool,
}

impl World {
    /// A world with a pool of [`Pool::full_spec`] for an SPL Token mint.
    pub fn new() -> Self {
        Self::with(Pool::create_full)
    }

    /// A world with a pool as `create` makes it.
    pub fn with(create: impl FnOnce(&mut Chain, &Network) -> Pool) -> Self {
        let mut chain = Chain::new();
        let network = Network::create(&mut chain, "n");
        chain.poke(&network.address, DELAY_AT, &DELAY_SECONDS.to_le_bytes());
        chain.poke(&network.address, SETTLE_AT, &SETTLE_SECONDS.to_le_bytes());
        let pool = create(&mut chain, &network);
        Self { chain, network, pool }
    }

    /// Pauses the network, or ends the pause.
    pub fn pause(&mut self, paused: bool) {
        self.chain.poke(&self.network.address, PAUSED_AT, &[u8::from(paused)]);
    }

    /// Wallet of the network's authority.
    pub fn authority(&self) -> Address {
        self.network.authority.pubkey()
    }

    /// The content of a root over `sum` tokens of one operator.
    pub fn content(sum: u64) -> ProposalContent {
        ProposalContent {
            root: [0xaa; 32],
            root_sum: sum,
            leaf_count: 9,
            manifest_hash: [0xbb; 32],
            penalties_root: [0; 32],
            penalties_sum: 0,
            usage_root: [0; 32],
            usage_sum: 0,
        }
    }

    /// A proposal with its quorum, right after the end of epoch 0.
    pub fn attested(&mut self, content: &ProposalContent) -> Address {
        self.chain.warp_to(Pool::epoch_end(0));
        let proposal = self.pool.propose(&mut self.chain, 0, content);
        self.pool.attest(&mut self.chain, 1, &proposal);
        proposal
    }

    /// Makes `leaves` the active root of `epoch`, and gives the bond back.
    pub fn activate(&mut self, epoch: u64, leaves: &[OperatorLeaf]) -> (SumTree, Address) {
        let tree = tree_of(leaves);
        let proposal = self.finalize(epoch, &Pool::content(&tree));
        (tree, proposal)
    }

    /// Makes `content` the active root of `epoch`, and gives the bond back.
    pub fn finalize(&mut self, epoch: u64, content: &ProposalContent) -> Address {
        let proposal = self.pool.finalize(&mut self.chain, epoch, content);
        if self.pool.spec.terms.proposal_bond > Tokens(0) {
            let proposer = self.pool.oracles[0].pubkey();
            let back = instruction::return_bond(&self.pool.keys, &proposal, &proposer);
            self.chain.send(&[back], &[]);
        }
        proposal
    }

    /// A wallet with tokens of the pool's mint, and its token account.
    pub fn holder(&mut self, amount: u64) -> (Keypair, Address) {
        let wallet = self.chain.wallet();
        let account = self.pool.account_of(&mut self.chain, &wallet.pubkey());
        let program = self.pool.keys.token_program;
        if amount > 0 {
            self.chain.mint_tokens(&self.pool.mint, &account, amount, &program);
        }
        (wallet, account)
    }

    /// Challenges a proposal with a quorum; returns the challenger.
    pub fn challenge(&mut self, proposal: &Address) -> Keypair {
        let (challenger, source) = self.holder(10_000);
        let challenge = instruction::challenge(
            &challenger.pubkey(),
            &self.pool.keys,
            proposal,
            [0xee; 32],
            &source,
        );
        self.chain.send(&[challenge], &[&challenger]);
        challenger
    }

    /// Votes of the oracles by number.
    pub fn vote(&mut self, proposal: &Address, votes: &[(usize, bool)]) {
        for (oracle, uphold) in votes {
            let oracle = &self.pool.oracles[*oracle];
            let vote = instruction::vote_challenge(
                &oracle.pubkey(),
                &self.pool.address,
                proposal,
                *uphold,
            );
            self.chain.send(&[vote], &[oracle]);
        }
    }

    /// Sends an instruction that the network's authority signs.
    #[track_caller]
    pub fn govern(&mut self, instruction: Instruction) {
        self.chain.send(&[instruction], &[&self.network.authority]);
    }

    /// Requests the pool's closing and lets its delay pass.
    pub fn close_for_good(&mut self) {
        let request = instruction::request_close(
            &self.authority(),
            &self.network.address,
            &self.pool.address,
        );
        self.govern(request);
        let now = self.now();
        self.chain.warp_to(now + i64::from(DELAY_SECONDS));
    }

    /// The chain's time.
    pub fn now(&self) -> i64 {
        self.chain.svm.get_sysvar::<solana_clock::Clock>().unix_timestamp
    }

    /// Creates the credit market.
    pub fn market(&mut self) -> Address {
        let create = instruction::create_credit_market(
            &self.authority(),
            &self.network.address,
            &self.pool.address,
            &credit_terms(),
        );
        self.govern(create);
        address::credit_market(&self.pool.address)
    }

    /// The market, with a price of 2 credits a smallest unit from every oracle.
    pub fn priced_market(&mut self) -> Address {
        let market = self.market();
        for oracle in &self.pool.oracles {
            let report = instruction::report_price(
                &oracle.pubkey(),
                &self.pool.address,
                CreditPrice(2_000_000_000),
            );
            self.chain.send(&[report], &[oracle]);
        }
        market
    }

    /// A customer with `balance` credits (even), its account opened by somebody else.
    pub fn customer(&mut self, balance: u64) -> Keypair {
        let (customer, source) = self.holder(balance);
        let payer = self.chain.wallet();
        let wallet = customer.pubkey();
        let open = instruction::open_credit_account(&payer.pubkey(), &self.pool.address, &wallet);
        self.chain.send(&[open], &[&payer]);
        if balance > 0 {
            let buy = instruction::buy_credits(
                &wallet,
                &source,
                &self.pool.keys,
                &wallet,
                Tokens(balance / 2),
                Credits(balance),
            );
            self.chain.send(&[buy], &[&customer]);
        }
        customer
    }

    /// Puts credits of a customer into escrow.
    pub fn escrow(&mut self, customer: &Keypair, amount: u64) {
        let escrow =
            instruction::escrow_credits(&customer.pubkey(), &self.pool.address, Credits(amount));
        self.chain.send(&[escrow], &[customer]);
    }

    /// The case of `tested` in this world.
    fn case(self, instruction: &'static str, tested: Instruction, signers: Vec<Keypair>) -> Case {
        Case {
            program: "rewards",
            instruction,
            chain: self.chain,
            instructions: vec![tested],
            at: 0,
            signers,
        }
    }

    /// The case of `tested`, signed by the network's authority.
    fn governed(self, instruction: &'static str, tested: Instruction) -> Case {
        let authority = self.network.authority.insecure_clone();
        self.case(instruction, tested, vec![authority])
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// A credit market's terms: prices of an hour, escrow of two, 30,000 tokens an epoch minted again.
pub fn credit_terms() -> CreditTerms {
    CreditTerms {
        remint_cap: 30_000,
        max_report_age_seconds: 3_600,
        escrow_delay_seconds: 7_200,
        reserved: [0; 32],
    }
}

/// Another division than the pool's.
pub fn other_splits() -> Splits {
    Splits { operators: 5_000, delegators: 3_000, oracles: 1_000, treasury: 1_000 }
}

/// Other terms than the pool's.
pub fn other_terms(pool: &Pool) -> PoolTerms {
    PoolTerms {
        treasury: Address::new_from_array([7; 32]),
        breaker: Limit { max_amount: 0, window_seconds: 60, max_bps: 100, reserved: [0; 2] },
        challenge_window_seconds: 120,
        ..pool.spec.terms.into()
    }
}

/// A world whose active root pays two operators, with the claimant of the first open.
fn claimable() -> (World, SumTree, OperatorLeaf) {
    let mut world = World::new();
    let (operator, other) = (world.chain.wallet().pubkey(), world.chain.wallet().pubkey());
    let leaves = [
        operator_leaf(&world.pool, &operator, 100_003),
        operator_leaf(&world.pool, &other, 200_000),
    ];
    let (tree, _) = world.activate(0, &leaves);
    world.pool.open(&mut world.chain, &operator);
    (world, tree, leaves[0])
}

/// A claim of an SPL Token pool; the mint is not given, because it is not read.
pub fn claim() -> Case {
    let (world, tree, leaf) = claimable();
    let claim = instruction::claim(&world.pool.keys, &leaf, 0, &tree.prove(0).unwrap(), &[]);
    world.case("claim", claim, vec![])
}

/// A claim of a Token-2022 pool whose mint takes fees, for three payees.
pub fn claim_of_payees() -> Case {
    let mut world = World::with(|chain, network| {
        let mint = chain.mint_with_fee(100);
        Pool::create_full_for(chain, network, mint, TOKEN_2022_PROGRAM)
    });
    let operator = world.chain.wallet();
    let leaf = operator_leaf(&world.pool, &operator.pubkey(), 100_003);
    let (tree, _) = world.activate(0, &[leaf]);
    world.pool.open(&mut world.chain, &operator.pubkey());
    let payees: Vec<_> = [5_000, 3_000, 2_000]
        .map(|bps| PayeeShare { wallet: world.chain.wallet().pubkey(), bps })
        .into();
    let set = instruction::set_payees(&operator.pubkey(), &world.pool.address, &payees);
    world.chain.send(&[set], &[&operator]);
    let destinations: Vec<_> =
        payees.iter().map(|payee| world.pool.account_of(&mut world.chain, &payee.wallet)).collect();
    let proof = tree.prove(0).unwrap();
    let claim = instruction::claim(&world.pool.keys, &leaf, 0, &proof, &destinations);
    world.case("claim", claim, vec![])
}

/// A pool of [`Pool::full_spec`] with a decaying emission.
pub fn create_pool() -> Case {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mint = chain.mint();
    let step = Step {
        first_epoch: 0,
        per_epoch: 1_000,
        keep_ppb: 500_000_000,
        every_epochs: 10,
        times: 20,
    };
    let spec = Pool::full_spec(chain.key().pubkey(), chain.key().pubkey());
    let spec = PoolSpec { steps: vec![step], ..spec };
    let authority = network.authority.pubkey();
    let create = instruction::create_pool(&authority, &network.address, &mint.0, &spec);
    Case {
        program: "rewards",
        instruction: "create_pool",
        chain,
        instructions: vec![create],
        at: 0,
        signers: vec![network.authority],
    }
}

/// The oracle set of a pool that has none.
pub fn create_oracle_set() -> Case {
    let mut chain = Chain::new();
    let network = Network::create(&mut chain, "n");
    let mint = chain.mint();
    let spec = Pool::spec(chain.key().pubkey());
    let authority = network.authority.pubkey();
    let create = instruction::create_pool(&authority, &network.address, &mint.0, &spec);
    chain.send(&[create], &[&network.authority]);
    let pool = PoolKeys::new(&network.address, &mint.0, &TOKEN_PROGRAM, false).pool;
    let oracles: Vec<_> = (0..3).map(|_| chain.key().pubkey()).collect();
    let create = instruction::create_oracle_set(&authority, &network.address, &pool, 2, &oracles);
    Case {
        program: "rewards",
        instruction: "create_oracle_set",
        chain,
        instructions: vec![create],
        at: 0,
        signers: vec![network.authority],
    }
}

/// Another emission from epoch 5 on.
pub fn change_emission() -> Case {
    let world = World::new();
    let (authority, network) = (world.authority(), world.network.address);
    let steps = [Step::constant(5, 700), Step::constant(9, 0)];
    let change = instruction::change_emission(&authority, &network, &world.pool.address, 5, &steps);
    world.governed("change_emission", change)
}

fn splits_proposal(world: &World) -> Instruction {
    instruction::propose_splits(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        &other_splits(),
        2,
    )
}

/// Another division from epoch 2 on.
pub fn propose_splits() -> Case {
    let world = World::new();
    let propose = splits_proposal(&world);
    world.governed("propose_splits", propose)
}

/// A pending division is withdrawn.
pub fn cancel_splits() -> Case {
    let mut world = World::new();
    let propose = splits_proposal(&world);
    world.govern(propose);
    let (authority, network) = (world.authority(), world.network.address);
    let cancel = instruction::cancel_splits(&authority, &network, &world.pool.address);
    world.governed("cancel_splits", cancel)
}

fn update_proposal(world: &World) -> Instruction {
    instruction::propose_pool_update(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        &other_terms(&world.pool),
    )
}

/// Other terms.
pub fn propose_pool_update() -> Case {
    let world = World::new();
    let propose = update_proposal(&world);
    world.governed("propose_pool_update", propose)
}

/// Pending terms are withdrawn.
pub fn cancel_pool_update() -> Case {
    let mut world = World::new();
    let propose = update_proposal(&world);
    world.govern(propose);
    let (authority, network) = (world.authority(), world.network.address);
    let cancel = instruction::cancel_pool_update(&authority, &network, &world.pool.address);
    world.governed("cancel_pool_update", cancel)
}

fn oracle_change(world: &mut World) -> Instruction {
    let added = world.chain.wallet().pubkey();
    instruction::propose_oracle_change(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        Some(added),
        Some(world.pool.oracles[0].pubkey()),
        3,
    )
}

/// One oracle for another, and a higher threshold.
pub fn propose_oracle_change() -> Case {
    let mut world = World::new();
    let propose = oracle_change(&mut world);
    world.governed("propose_oracle_change", propose)
}

/// A pending change whose time has come.
pub fn apply_oracle_change() -> Case {
    let mut world = World::new();
    let propose = oracle_change(&mut world);
    world.govern(propose);
    let apply = instruction::apply_oracle_change(&world.pool.address);
    world.case("apply_oracle_change", apply, vec![])
}

/// A pending change is withdrawn.
pub fn cancel_oracle_change() -> Case {
    let mut world = World::new();
    let propose = oracle_change(&mut world);
    world.govern(propose);
    let (authority, network) = (world.authority(), world.network.address);
    let cancel = instruction::cancel_oracle_change(&authority, &network, &world.pool.address);
    world.governed("cancel_oracle_change", cancel)
}

/// A proposal with a bond.
pub fn propose() -> Case {
    let mut world = World::new();
    world.chain.warp_to(Pool::epoch_end(0));
    let oracle = world.pool.oracles[0].insecure_clone();
    let source = world.pool.keys.token_account(&oracle.pubkey());
    let content = World::content(500_000);
    let propose =
        instruction::propose(&oracle.pubkey(), &world.pool.keys, 0, &content, Some(&source));
    world.case("propose", propose, vec![oracle])
}

/// The second of three oracles, whose attestation makes the quorum.
pub fn attest() -> Case {
    let mut world = World::new();
    world.chain.warp_to(Pool::epoch_end(0));
    let proposal = world.pool.propose(&mut world.chain, 0, &World::content(500_000));
    let oracle = world.pool.oracles[1].insecure_clone();
    let attest = instruction::attest(&oracle.pubkey(), &world.pool.address, &proposal);
    world.case("attest", attest, vec![oracle])
}

/// The first rejection.
pub fn reject_proposal() -> Case {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    let oracle = world.pool.oracles[2].insecure_clone();
    let reject = instruction::reject_proposal(&oracle.pubkey(), &world.pool.address, &proposal);
    world.case("reject_proposal", reject, vec![oracle])
}

/// A challenge of a proposal with its quorum.
pub fn challenge() -> Case {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    let (challenger, source) = world.holder(10_000);
    let challenge = instruction::challenge(
        &challenger.pubkey(),
        &world.pool.keys,
        &proposal,
        [0xee; 32],
        &source,
    );
    world.case("challenge", challenge, vec![challenger])
}

/// A vote for the challenger.
pub fn vote_challenge() -> Case {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    world.challenge(&proposal);
    let oracle = world.pool.oracles[2].insecure_clone();
    let vote = instruction::vote_challenge(&oracle.pubkey(), &world.pool.address, &proposal, true);
    world.case("vote_challenge", vote, vec![oracle])
}

/// A challenge that two of three oracles uphold.
pub fn resolve_challenge() -> Case {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    world.challenge(&proposal);
    world.vote(&proposal, &[(0, true), (2, true)]);
    let resolve = instruction::resolve_challenge(&world.pool.keys, &proposal);
    world.case("resolve_challenge", resolve, vec![])
}

/// A pool that mints at finalization.
pub fn finalize() -> Case {
    let mut world = World::with(|chain, network| {
        let full = Pool::full_spec(chain.key().pubkey(), chain.key().pubkey());
        let terms = cairn_sdk::typed::rewards::PoolTerms { proposal_bond: Tokens(0), ..full.terms };
        let spec = PoolSpec { mints: true, terms, ..full };
        Pool::create_with(chain, network, spec)
    });
    let proposal = world.attested(&World::content(500_000));
    world.chain.warp_to(Pool::epoch_end(0) + i64::from(Pool::WINDOW_SECONDS));
    let finalize = instruction::finalize(&world.pool.keys, &proposal);
    world.case("finalize", finalize, vec![])
}

/// A pool that paid claims, right after the program's upgrade to a version with a longer layout. The
/// program that runs is that version, because today's has nothing to migrate.
pub fn migrate_pool() -> Case {
    let (mut world, tree, leaf) = claimable();
    let claim = instruction::claim(&world.pool.keys, &leaf, 0, &tree.prove(0).unwrap(), &[]);
    world.chain.send(&[claim], &[]);
    world.chain.upgrade_rewards();
    let payer = world.chain.wallet();
    let migrate = instruction::migrate_pool(&payer.pubkey(), &world.pool.address);
    world.case("migrate_pool", migrate, vec![payer])
}

/// The bond of a finalized proposal.
pub fn return_bond() -> Case {
    let mut world = World::new();
    let proposal = world.pool.finalize(&mut world.chain, 0, &World::content(500_000));
    let proposer = world.pool.oracles[0].pubkey();
    let back = instruction::return_bond(&world.pool.keys, &proposal, &proposer);
    world.case("return_bond", back, vec![])
}

/// A finalized proposal that was superseded.
pub fn close_proposal() -> Case {
    let mut world = World::new();
    let proposal = world.finalize(0, &World::content(300_000));
    world.finalize(1, &World::content(500_000));
    let proposer = world.pool.oracles[0].pubkey();
    let close = instruction::close_proposal(&world.pool.address, &proposal, &proposer);
    world.case("close_proposal", close, vec![])
}

/// A challenge that was upheld.
pub fn close_challenge() -> Case {
    let mut world = World::new();
    let proposal = world.attested(&World::content(500_000));
    let challenger = world.challenge(&proposal).pubkey();
    world.vote(&proposal, &[(0, true), (2, true)]);
    let resolve = instruction::resolve_challenge(&world.pool.keys, &proposal);
    world.chain.send(&[resolve], &[]);
    let close = instruction::close_challenge(&world.pool.keys, &proposal, &challenger);
    world.case("close_challenge", close, vec![])
}

/// Opened by somebody else than the operator.
pub fn open_claimant() -> Case {
    let mut world = World::new();
    let (payer, operator) = (world.chain.wallet(), world.chain.wallet().pubkey());
    let open = instruction::open_claimant(&payer.pubkey(), &world.pool.keys, &operator);
    world.case("open_claimant", open, vec![payer])
}

/// Three payees where there were none.
pub fn set_payees() -> Case {
    let mut world = World::new();
    let operator = world.chain.wallet();
    world.pool.open(&mut world.chain, &operator.pubkey());
    let payees: Vec<_> = [5_000, 3_000, 2_000]
        .map(|bps| PayeeShare { wallet: world.chain.wallet().pubkey(), bps })
        .into();
    let set = instruction::set_payees(&operator.pubkey(), &world.pool.address, &payees);
    world.case("set_payees", set, vec![operator])
}

/// A pool that is closing and paid everything; somebody closes the claimant of an operator with a
/// payee.
pub fn close_claimant() -> Case {
    let mut world = World::new();
    let (operator, payer, closer) =
        (world.chain.wallet(), world.chain.wallet(), world.chain.wallet());
    let wallet = operator.pubkey();
    let leaf = operator_leaf(&world.pool, &wallet, 100_000);
    let (tree, _) = world.activate(0, &[leaf]);
    let keys = world.pool.keys;
    let open = instruction::open_claimant(&payer.pubkey(), &keys, &wallet);
    world.chain.send(&[open], &[&payer]);
    let payees = [PayeeShare { wallet: world.chain.wallet().pubkey(), bps: 10_000 }];
    let set = instruction::set_payees(&wallet, &world.pool.address, &payees);
    world.chain.send(&[set], &[&operator]);
    let destination = world.pool.account_of(&mut world.chain, &payees[0].wallet);
    let claim = instruction::claim(&keys, &leaf, 0, &tree.prove(0).unwrap(), &[destination]);
    world.chain.send(&[claim], &[]);
    world.close_for_good();
    let close = instruction::close_claimant(
        &closer.pubkey(),
        &world.pool.address,
        &wallet,
        &payer.pubkey(),
    );
    world.case("close_claimant", close, vec![closer])
}

/// A world whose first root is finalized: 500,000 for operators, 166,666 for delegators, 125,000
/// for two oracles, 41,666 for the treasury.
pub fn earned() -> World {
    let mut world = World::new();
    world.finalize(0, &World::content(500_000));
    world
}

/// Delegators' part.
pub fn pay_delegators() -> Case {
    let world = earned();
    let vault = world.pool.spec.terms.delegator_vault;
    let pay = instruction::pay_delegators(&world.pool.keys, &vault);
    world.case("pay_delegators", pay, vec![])
}

/// The second oracle's part.
pub fn pay_oracle() -> Case {
    let world = earned();
    let pay = instruction::pay_oracle(&world.pool.keys, 1, &world.pool.oracles[1].pubkey());
    world.case("pay_oracle", pay, vec![])
}

/// The treasury's part.
pub fn pay_treasury() -> Case {
    let mut world = earned();
    let treasury = world.pool.spec.terms.treasury;
    world.pool.account_of(&mut world.chain, &treasury);
    let pay = instruction::pay_treasury(&world.pool.keys, &treasury);
    world.case("pay_treasury", pay, vec![])
}

/// A request to close.
pub fn request_close() -> Case {
    let world = World::new();
    let (authority, network) = (world.authority(), world.network.address);
    let request = instruction::request_close(&authority, &network, &world.pool.address);
    world.governed("request_close", request)
}

/// A request that is not in force yet is withdrawn.
pub fn cancel_close() -> Case {
    let mut world = World::new();
    let (authority, network) = (world.authority(), world.network.address);
    let request = instruction::request_close(&authority, &network, &world.pool.address);
    world.govern(request);
    let cancel = instruction::cancel_close(&authority, &network, &world.pool.address);
    world.governed("cancel_close", cancel)
}

/// Another authority than the one that paid the rent.
fn hand_over(world: &mut World) -> Keypair {
    let new = world.chain.wallet();
    world.chain.poke(&world.network.address, 8, new.pubkey().as_ref());
    new
}

/// The oracle set of a pool that is closing; another authority than who paid for it.
pub fn close_oracle_set() -> Case {
    let mut world = World::new();
    world.close_for_good();
    let (payer, new) = (world.authority(), hand_over(&mut world));
    let close = instruction::close_oracle_set(
        &new.pubkey(),
        &world.network.address,
        &world.pool.address,
        &payer,
    );
    world.case("close_oracle_set", close, vec![new])
}

/// A pool that is closing, with tokens left; another authority than who paid for it.
pub fn close_pool() -> Case {
    let mut world = World::new();
    world.close_for_good();
    let (authority, network) = (world.authority(), world.network.address);
    let close =
        instruction::close_oracle_set(&authority, &network, &world.pool.address, &authority);
    world.govern(close);
    let treasury = world.pool.spec.terms.treasury;
    world.pool.account_of(&mut world.chain, &treasury);
    let new = hand_over(&mut world);
    let close = instruction::close_pool(&new.pubkey(), &world.pool.keys, &treasury, &authority);
    world.case("close_pool", close, vec![new])
}

/// The credit market of a pool.
pub fn create_credit_market() -> Case {
    let world = World::new();
    let (authority, network) = (world.authority(), world.network.address);
    let create = instruction::create_credit_market(
        &authority,
        &network,
        &world.pool.address,
        &credit_terms(),
    );
    world.governed("create_credit_market", create)
}

fn credit_update(world: &World) -> Instruction {
    instruction::propose_credit_update(
        &world.authority(),
        &world.network.address,
        &world.pool.address,
        &CreditTerms { remint_cap: 1, ..credit_terms() },
    )
}

/// Other terms of a credit market.
pub fn propose_credit_update() -> Case {
    let mut world = World::new();
    world.market();
    let propose = credit_update(&world);
    world.governed("propose_credit_update", propose)
}

/// Pending terms of a credit market are withdrawn.
pub fn cancel_credit_update() -> Case {
    let mut world = World::new();
    world.market();
    let propose = credit_update(&world);
    world.govern(propose);
    let (authority, network) = (world.authority(), world.network.address);
    let cancel = instruction::cancel_credit_update(&authority, &network, &world.pool.address);
    world.governed("cancel_credit_update", cancel)
}

/// An oracle's first report.
pub fn report_price() -> Case {
    let mut world = World::new();
    world.market();
    let oracle = world.pool.oracles[1].insecure_clone();
    let report =
        instruction::report_price(&oracle.pubkey(), &world.pool.address, CreditPrice(50_000_000));
    world.case("report_price", report, vec![oracle])
}

/// Opened by somebody else than the customer.
pub fn open_credit_account() -> Case {
    let mut world = World::new();
    world.market();
    let (payer, customer) = (world.chain.wallet(), world.chain.wallet().pubkey());
    let pool = world.pool.address;
    let open = instruction::open_credit_account(&payer.pubkey(), &pool, &customer);
    world.case("open_credit_account", open, vec![payer])
}

/// Bought by somebody else than the customer.
pub fn buy_credits() -> Case {
    let mut world = World::new();
    world.priced_market();
    let customer = world.customer(0).pubkey();
    let (owner, source) = world.holder(1_000);
    let keys = world.pool.keys;
    let buy = instruction::buy_credits(
        &owner.pubkey(),
        &source,
        &keys,
        &customer,
        Tokens(700),
        Credits(1_400),
    );
    world.case("buy_credits", buy, vec![owner])
}

/// A part of the balance.
pub fn escrow_credits() -> Case {
    let mut world = World::new();
    world.priced_market();
    let customer = world.customer(1_000);
    let escrow = instruction::escrow_credits(&customer.pubkey(), &world.pool.address, Credits(600));
    world.case("escrow_credits", escrow, vec![customer])
}

/// A part of the escrow.
pub fn request_escrow_withdrawal() -> Case {
    let mut world = World::new();
    world.priced_market();
    let customer = world.customer(1_000);
    world.escrow(&customer, 600);
    let pool = world.pool.address;
    let request = instruction::request_escrow_withdrawal(&customer.pubkey(), &pool, Credits(200));
    world.case("request_escrow_withdrawal", request, vec![customer])
}

/// A withdrawal whose delay is over.
pub fn withdraw_escrow() -> Case {
    let mut world = World::new();
    world.priced_market();
    let customer = world.customer(1_000);
    world.escrow(&customer, 600);
    let (wallet, pool) = (customer.pubkey(), world.pool.address);
    let request = instruction::request_escrow_withdrawal(&wallet, &pool, Credits(200));
    world.chain.send(&[request], &[&customer]);
    world.chain.warp_to(NOW + 7_200);
    let withdraw = instruction::withdraw_escrow(&wallet, &pool);
    world.case("withdraw_escrow", withdraw, vec![customer])
}

/// A leaf of a customer of this pool.
pub fn usage_leaf(pool: &Pool, customer: &Address, lifetime_spent: u64) -> UsageLeaf {
    UsageLeaf { pool: pool.address.to_bytes(), customer: customer.to_bytes(), lifetime_spent }
}

/// Makes `leaves` the usage of `epoch`, with a root over `root_sum` tokens.
pub fn activate_usage(
    world: &mut World,
    epoch: u64,
    root_sum: u64,
    leaves: &[UsageLeaf],
) -> SumTree {
    let tree = SumTree::build(leaves.iter().map(UsageLeaf::node).collect()).unwrap();
    let content = ProposalContent {
        usage_root: tree.root().hash,
        usage_sum: tree.root().sum,
        ..World::content(root_sum)
    };
    world.finalize(epoch, &content);
    tree
}

/// A customer whose escrow covers what it used.
pub fn settle_usage() -> Case {
    let mut world = World::new();
    world.priced_market();
    let customer = world.customer(1_000);
    world.escrow(&customer, 600);
    let other = world.chain.wallet().pubkey();
    let leaves =
        [usage_leaf(&world.pool, &customer.pubkey(), 450), usage_leaf(&world.pool, &other, 50)];
    let tree = activate_usage(&mut world, 0, 1_000, &leaves);
    let settle = instruction::settle_usage(&leaves[0], 0, &tree.prove(0).unwrap());
    world.case("settle_usage", settle, vec![])
}

/// A pool that is closing; somebody closes a customer's account that somebody else paid for.
pub fn close_credit_account() -> Case {
    let mut world = World::new();
    world.priced_market();
    let (payer, closer) = (world.chain.wallet(), world.chain.wallet());
    let customer = world.chain.wallet().pubkey();
    let pool = world.pool.address;
    let open = instruction::open_credit_account(&payer.pubkey(), &pool, &customer);
    world.chain.send(&[open], &[&payer]);
    world.close_for_good();
    let close =
        instruction::close_credit_account(&closer.pubkey(), &pool, &customer, &payer.pubkey());
    world.case("close_credit_account", close, vec![closer])
}

/// A market without customers; another authority than who paid for it.
pub fn close_credit_market() -> Case {
    let mut world = World::new();
    world.market();
    let (payer, new) = (world.authority(), hand_over(&mut world));
    let close = instruction::close_credit_market(
        &new.pubkey(),
        &world.network.address,
        &world.pool.address,
        &payer,
    );
    world.case("close_credit_market", close, vec![new])
}
