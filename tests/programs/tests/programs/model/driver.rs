//! A network on a chain, and the model beside it.

use super::{
    credits::{MARKET_BYTES, Market},
    devices::{CLASS_BYTES, Class, Devices, MAKER_BYTES, NETWORK_BYTES},
    emission::Emission,
    fees::{Fee, Fees},
    ledger::{Ledger, NO_ACCOUNT, Purse, TOO_LITTLE},
    rewards::{Delayed, Network, ORACLE_SET_BYTES, OracleSet, POOL_BYTES, Parts, Place, Pool},
    rules::Verdict,
    staking::{STAKE_POOL_BYTES, Stake},
};
use cairn_program_tests::{Chain, NOW, Network as OnChain, mint_2022};
use cairn_protocol::{emission::Step, hash::sha256};
use cairn_sdk::{
    account::{CreditTerms, Limit, PoolTerms, Splits},
    address::{self, REWARDS, STAKING, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amount::Tokens,
    instruction::{self, PoolKeys, PoolSpec, StakePoolSpec, StakeTerms},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use solana_account::Account;
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, VecDeque},
};

/// What every wallet begins with.
pub(super) const LAMPORTS: u64 = 100_000_000_000;
/// Operators, of whom some also hold bonds.
const OPERATORS: usize = 110;
/// Wallets that delegate.
const DELEGATORS: usize = 45;
/// Wallets that may become oracles.
const ORACLES: usize = 40;
/// Wallets that buy credits.
const CUSTOMERS: usize = 15;
/// Wallets that challenge, pay rent, and are paid by operators.
const OTHERS: usize = 20;
/// Who of them decides on fees and collects them.
pub(super) const FEE_AUTHORITY: usize = 18;
/// Tokens that a wallet begins with.
const TOKENS: u64 = 50_000_000;
/// Devices that come and go.
pub(super) const DEVICES: usize = 40;
/// Devices that the maker may vouch for at first.
const QUOTA: u32 = 30;
/// What the devices' NFTs are called.
pub(super) const NETWORK_NAME: &str = "model";
pub(super) const SYMBOL: &str = "NET";
pub(super) const CLASS_URI: &str = "https://example.org/hotspot.json";
/// Seeds from here on have mints whose transfers cost a fee.
pub(super) const WITH_FEES: u64 = 100;
/// Seeds from here on have one of them: even ones the mint of stake, beside rewards in SPL tokens,
/// odd ones that of the rewards in a vault that is filled.
pub(super) const WITH_ONE_FEE: u64 = 200;
/// What the fees are at first: basis points and the maximum.
const FEES: [(u16, u64); 3] = [(100, u64::MAX), (250, 700), (33, 1_000)];
/// Epoch of the chain in which a run begins, and how long one lasts.
const CHAIN_EPOCH: u64 = 900;
pub(super) const CHAIN_EPOCH_SECONDS: i64 = 40_000;
/// Instructions between two looks at every account.
const LOOK_EVERY: usize = 500;
/// Actions that a failure prints.
const HISTORY: usize = 30;

/// What the model knows to be at an address, or to have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    Pool(usize),
    OracleSet(usize),
    Proposal(usize),
    Challenge(usize, Address),
    Claimant(usize, Address),
    Market(usize),
    Credits(usize, Address),
    StakePool,
    Bond,
    Target(Address),
    Delegation((Address, u16)),
    LockPeriod(u32),
    BondUnbonding(Address, u64),
    DelegationUnbonding((Address, u16), Address, u64),
    PenaltyEpoch(u64),
    Penalty(u64, u32),
    Purse(Purse),
    Mint(usize),
    Wallet,
    /// Gets what devices pay.
    FeeWallet,
    Network,
    Class,
    Maker,
    Device,
    License(Address),
}

/// A mint and its program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mint {
    pub(super) address: Address,
    pub(super) program: Address,
    pub(super) authority: Address,
}

/// Everything.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) rng: StdRng,
    pub(super) chain: Chain,
    pub(super) network: Network,
    pub(super) network_address: Address,
    pub(super) ledger: Ledger,
    pub(super) pools: Vec<Pool>,
    pub(super) keys: Vec<PoolKeys>,
    pub(super) stake: Stake,
    pub(super) stake_keys: instruction::Stake,
    pub(super) devices: Devices,
    pub(super) maker: Keypair,
    /// The pool whose penalties and delegators' part the stake pool handles.
    pub(super) linked: usize,
    pub(super) mints: Vec<Mint>,
    pub(super) treasury: Address,
    pub(super) operators: Vec<Address>,
    pub(super) delegators: Vec<Address>,
    pub(super) oracles: Vec<Address>,
    pub(super) customers: Vec<Address>,
    pub(super) others: Vec<Address>,
    pub(super) known: HashMap<Address, Thing>,
    purses: RefCell<HashMap<Purse, Address>>,
    /// Instructions that went through and that were refused, by name.
    pub(super) counts: BTreeMap<&'static str, (usize, usize)>,
    /// Rules that refused something.
    pub(super) refusals: BTreeMap<String, usize>,
    /// The most compute units that an instruction took.
    pub(super) units: BTreeMap<&'static str, u64>,
    pub(super) steps: usize,
    history: VecDeque<String>,
}

/// A wallet of nobody's key: signatures are not checked.
fn wallet(kind: &str, at: usize) -> Address {
    Address::new_from_array(sha256(&[b"model", kind.as_bytes(), &at.to_le_bytes()]))
}

/// `InitializeTransferFeeConfig` with one authority for everything, and the bytes that it takes.
fn fee_extension(authority: &Address, (bps, most): (u16, u64)) -> (usize, Vec<u8>) {
    let authority = [&[1], authority.as_ref()].concat();
    let fee = [&bps.to_le_bytes()[..], &most.to_le_bytes()].concat();
    (108, [&[26, 0], &authority[..], &authority, &fee].concat())
}

fn limit(max_amount: u64, window_seconds: u32, max_bps: u16) -> Limit {
    Limit { max_amount, window_seconds, max_bps, reserved: [0; 2] }
}

/// Prints what led to a failure.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {}, instruction {}; the last ones:", self.seed, self.steps);
            for line in &self.history {
                eprintln!("  {line}");
            }
        }
    }
}

impl World {
    /// A network with two pools, one filled from outside in SPL tokens and one that mints a
    /// Token-2022 token, a market for credits of each, and a stake pool on one of them. Every mint
    /// with a fee is Token-2022's.
    pub(super) fn new(seed: u64) -> Self {
        let mut chain = Chain::without_signature_checks();
        let rng = StdRng::seed_from_u64(seed);
        let on_chain = OnChain::create_bare(&mut chain, NETWORK_NAME);
        let authority = on_chain.authority.pubkey();
        let network = Network {
            authority,
            guardian: on_chain.guardian.pubkey(),
            paused: false,
            delay: OnChain::DELAY_SECONDS.into(),
            settle: OnChain::SETTLE_SECONDS.into(),
        };
        chain.set_chain_epoch(CHAIN_EPOCH);
        let has_fee = |mint: usize| {
            seed >= WITH_FEES && (seed < WITH_ONE_FEE || mint == [2, 0][usize::from(seed % 2 == 1)])
        };
        let fee_authority = wallet("other", FEE_AUTHORITY);
        let mut ledger = Ledger::default();
        ledger.chain_epoch = CHAIN_EPOCH;
        let mut mints = Vec::new();
        for (at, fee) in FEES.into_iter().enumerate() {
            let is_2022 = has_fee(at) || at == 1;
            let program = if is_2022 { TOKEN_2022_PROGRAM } else { TOKEN_PROGRAM };
            let extensions = has_fee(at).then(|| fee_extension(&fee_authority, fee));
            let (address, key) =
                if is_2022 { mint_2022(&mut chain, extensions.as_slice()) } else { chain.mint() };
            if has_fee(at) {
                let (bps, most) = fee;
                ledger.fees.insert(at, Fees::new(Fee { from: CHAIN_EPOCH, bps, most }));
            }
            mints.push((Mint { address, program, authority: key.pubkey() }, key));
        }
        let many = |kind: &'static str, count: usize| -> Vec<Address> {
            (0..count).map(|at| wallet(kind, at)).collect()
        };
        let linked = usize::from(seed % 2 == 1);
        let keys: Vec<_> = (0..2)
            .map(|at| {
                let Mint { address, program, .. } = mints[at].0;
                PoolKeys::new(&on_chain.address, &address, &program, at == 1)
            })
            .collect();
        // Odd seeds stake the token that is earned.
        let staked = if linked == 1 { mints[1].0 } else { mints[2].0 };
        let stake_keys = instruction::Stake {
            address: address::stake_pool(&on_chain.address),
            network: on_chain.address,
            mint: staked.address,
            token_program: staked.program,
            reward_mint: mints[linked].0.address,
            reward_token_program: mints[linked].0.program,
        };
        let mint_keys: Vec<_> =
            mints.iter().map(|(mint, key)| (mint.address, key.insecure_clone())).collect();
        let now = chain.now();
        let group = address::group(&on_chain.address);
        let group_bytes = chain.raw(&group).data.len() as u64;
        let mut world = Self {
            seed,
            rng,
            chain,
            network,
            network_address: on_chain.address,
            ledger,
            pools: Vec::new(),
            keys,
            stake: Stake {
                rent_payer: wallet("other", 0),
                mint: if linked == 1 { 1 } else { 2 },
                reward_mint: linked,
                terms: Delayed::new(Self::stake_terms(wallet("treasury", 0))),
                created_at: now,
                period_seconds: 4 * 3_600,
                longest: 12,
                settle: OnChain::SETTLE_SECONDS,
                least_cooldown: 3_600,
                period: 0,
                bonds: BTreeMap::new(),
                targets: BTreeMap::new(),
                delegations: BTreeMap::new(),
                locks: BTreeMap::new(),
                epochs: BTreeMap::new(),
                first_epoch: 0,
                treasury_stake: 0,
                treasury_rewards: 0,
                challengers: 0,
                booked: 0,
                shared: 0,
                paid: 0,
                carry: 0,
                settlements: 0,
                closed: false,
            },
            stake_keys,
            devices: Devices {
                treasury: on_chain.treasury,
                license_issuer: on_chain.license_issuer.pubkey(),
                group_bytes,
                has_network: true,
                has_class: true,
                has_maker: true,
                class: Class::new(OnChain::class(0).terms, now),
                quota: QUOTA,
                onboarded: 0,
                live: BTreeMap::new(),
                licenses: BTreeMap::new(),
            },
            maker: on_chain.maker.insecure_clone(),
            linked,
            mints: mints.into_iter().map(|(mint, _)| mint).collect(),
            treasury: wallet("treasury", 0),
            operators: many("operator", OPERATORS),
            delegators: many("delegator", DELEGATORS),
            oracles: many("oracle", ORACLES),
            customers: many("customer", CUSTOMERS),
            others: many("other", OTHERS),
            known: HashMap::new(),
            purses: RefCell::default(),
            counts: BTreeMap::new(),
            refusals: BTreeMap::new(),
            units: BTreeMap::new(),
            steps: 0,
            history: VecDeque::new(),
        };
        world.set_up_wallets();
        world.chain.give_mint_authority(&mint_keys[1], &world.keys[1].pool, &TOKEN_2022_PROGRAM);
        world.set_up_devices();
        for id in 0..2 {
            world.set_up_pool(id);
        }
        world.set_up_stake();
        world.look_at_everything();
        world
    }

    pub(super) fn stake_terms(treasury: Address) -> StakeTerms {
        StakeTerms {
            treasury,
            cooldown_seconds: 7_200,
            appeal_window_seconds: 5_400,
            penalty_expiry_seconds: 100_000,
            penalty_cap_bps: 1_000,
            burn_bps: 4_000,
            treasury_bps: 3_500,
            challenger_bps: 2_500,
            reserved: [0; 12],
        }
    }

    pub(super) fn pool_terms(&self, id: usize) -> PoolTerms {
        PoolTerms {
            treasury: self.treasury,
            delegator_vault: if id == self.linked {
                self.stake_keys.reward_vault()
            } else {
                Address::default()
            },
            proposal_bond: 5_003,
            challenge_bond: 3_001,
            breaker: limit(3_000_000, 7_200, 2_500),
            operator_cap: limit(150_000, 3_600, 0),
            challenge_window_seconds: 600,
            resolution_window_seconds: 1_800,
            retention_seconds: 50_000,
            challenge_burn_bps: 1_111,
            reserved: [0; 34],
        }
    }

    fn set_up_wallets(&mut self) {
        let others = [self.treasury, self.network.guardian];
        let all: Vec<_> =
            [&self.operators, &self.delegators, &self.oracles, &self.customers, &self.others]
                .into_iter()
                .flatten()
                .copied()
                .chain(others)
                .collect();
        for address in &all {
            let account = Account { lamports: LAMPORTS, ..Account::default() };
            self.chain.svm.set_account(*address, account).unwrap();
            self.known.insert(*address, Thing::Wallet);
        }
        for at in 0..self.mints.len() {
            self.known.insert(self.mints[at].address, Thing::Mint(at));
            for address in &all {
                // Some operators have no token account yet when they are to be paid.
                let is_late = self.operators.iter().position(|other| other == address);
                if at < 2 && is_late.is_some_and(|number| number % 5 == 4) {
                    continue;
                }
                self.open_account(at, address);
                self.put(Purse::Wallet(at, *address), TOKENS);
            }
        }
    }

    /// Opens a wallet's associated token account.
    pub(super) fn open_account(&mut self, mint: usize, wallet: &Address) {
        let Mint { address, program, .. } = self.mints[mint];
        let purse = Purse::Wallet(mint, *wallet);
        let at = self.chain.token_account_of(wallet, &address, &program);
        self.purses.borrow_mut().insert(purse, at);
        self.known.insert(at, Thing::Purse(purse));
        self.ledger.open(purse, mint);
    }

    /// Mints tokens from outside.
    pub(super) fn put(&mut self, purse: Purse, amount: u64) {
        let (mint, _) = self.mint_index_and_owner(purse);
        let Mint { address, program, authority } = self.mints[mint];
        let mut mint_to =
            instruction::mint_to(&address, &self.address(purse), &authority, Tokens(amount));
        mint_to.program_id = program;
        self.chain.try_send_unsigned(&[mint_to]).unwrap();
        self.ledger.mint(purse, amount);
        if let Purse::Vault(id) = purse {
            self.pools[id].funded += amount;
        }
    }

    /// A class and a maker. The authority paid for the network.
    fn set_up_devices(&mut self) {
        let (authority, network, maker) =
            (self.network.authority, self.network_address, self.maker.pubkey());
        let create = [
            instruction::create_class(&authority, &network, &OnChain::class(0)).unwrap(),
            instruction::add_maker(&authority, &network, &maker, QUOTA),
        ];
        for instruction in create {
            self.chain.try_send_unsigned(&[instruction]).unwrap();
        }
        for bytes in [NETWORK_BYTES, self.devices.group_bytes, CLASS_BYTES, MAKER_BYTES] {
            self.ledger.pay_rent(&authority, bytes);
        }
        self.known.extend([
            (authority, Thing::Wallet),
            (self.devices.license_issuer, Thing::Wallet),
            (self.devices.treasury, Thing::FeeWallet),
            (network, Thing::Network),
            (address::class(&network, 0), Thing::Class),
            (address::maker(&network, &maker), Thing::Maker),
        ]);
    }

    fn set_up_pool(&mut self, id: usize) {
        let (authority, now) = (self.network.authority, self.chain.now());
        let keys = self.keys[id];
        let steps = vec![
            Step::constant(0, 1_000_000),
            Step {
                first_epoch: 6,
                per_epoch: 900_000,
                keep_ppb: 970_000_000,
                every_epochs: 3,
                times: 20,
            },
        ];
        let splits = Splits { operators: 6_000, delegators: 2_000, oracles: 1_500, treasury: 500 };
        let terms = self.pool_terms(id);
        let spec = PoolSpec {
            genesis_at: now,
            epoch_seconds: 3_600,
            mints: id == 1,
            token_program: keys.token_program,
            splits: (&splits).into(),
            terms: (&terms).into(),
            steps: steps.clone(),
        };
        // One network in five has nearly as many oracles as there may be.
        let first = match id {
            0 if self.seed.is_multiple_of(5) => 2..32,
            0 => 0..7,
            _ => 8..13,
        };
        let first: Vec<_> = self.oracles[first].to_vec();
        let threshold = u8::try_from(first.len() / 2 + 1).unwrap();
        let credits = CreditTerms {
            remint_cap: 20_000,
            max_report_age_seconds: 10_000,
            escrow_delay_seconds: 5_000,
            reserved: [0; 32],
        };
        let network = &self.network_address;
        let create = [
            instruction::create_pool(&authority, network, &keys.mint, &spec),
            instruction::create_oracle_set(&authority, network, &keys.pool, threshold, &first),
            instruction::create_credit_market(&authority, network, &keys.pool, &credits),
        ];
        for instruction in create {
            self.chain.try_send_unsigned(&[instruction]).unwrap();
        }
        for purse in [Purse::Vault(id), Purse::BondVault(id)] {
            self.ledger.open(purse, id);
            self.ledger.pay_rent(&authority, self.ledger.token_bytes(id));
            self.known.insert(self.address(purse), Thing::Purse(purse));
        }
        for bytes in [POOL_BYTES, ORACLE_SET_BYTES, MARKET_BYTES] {
            self.ledger.pay_rent(&authority, bytes);
        }
        self.known.insert(keys.pool, Thing::Pool(id));
        self.known.insert(address::oracle_set(&keys.pool), Thing::OracleSet(id));
        self.known.insert(address::credit_market(&keys.pool), Thing::Market(id));
        let places =
            first.iter().map(|oracle| Place { oracle: *oracle, active: true, earned: 0 }).collect();
        self.pools.push(Pool {
            id,
            rent_payer: authority,
            mints: id == 1,
            genesis: now,
            epoch_seconds: 3_600,
            emission: Emission::new(&steps),
            splits,
            next_splits: None,
            terms: Delayed::new(terms),
            root: None,
            oracle_set: Some(OracleSet {
                rent_payer: authority,
                places,
                threshold,
                generation: 0,
                pending: None,
            }),
            proposals: BTreeMap::new(),
            claimants: BTreeMap::new(),
            claimed: 0,
            window: (0, 0),
            promised: Parts::default(),
            paid: Parts::default(),
            funded: 0,
            close_at: None,
            closed: false,
            burns: BTreeMap::new(),
            old_burns: (0, 0),
            reminted: BTreeMap::new(),
            market: Some(Market {
                rent_payer: authority,
                terms: Delayed::new(credits),
                reports: BTreeMap::new(),
                accounts: BTreeMap::new(),
                burned: 0,
                bought: 0,
                settled: 0,
            }),
            best: BTreeMap::new(),
        });
        if id == 0 {
            self.put(Purse::Vault(0), 3_000_000);
        }
    }

    fn set_up_stake(&mut self) {
        let payer = self.stake.rent_payer;
        let spec = StakePoolSpec {
            terms: (&self.stake.terms.now).into(),
            period_seconds: u32::try_from(self.stake.period_seconds).unwrap(),
            max_lock_periods: self.stake.longest,
        };
        let create = instruction::create_stake_pool(
            &self.network.authority,
            &payer,
            &self.stake_keys,
            &self.keys[self.linked].pool,
            &spec,
        );
        self.chain.try_send_unsigned(&[create]).unwrap();
        self.known.insert(self.stake_keys.address, Thing::StakePool);
        for purse in [Purse::StakeVault, Purse::RewardVault] {
            let (mint, _) = self.mint_index_and_owner(purse);
            self.ledger.open(purse, mint);
            self.ledger.pay_rent(&payer, self.ledger.token_bytes(mint));
            self.known.insert(self.address(purse), Thing::Purse(purse));
        }
        self.ledger.pay_rent(&payer, STAKE_POOL_BYTES);
    }

    pub(super) fn mint_index_and_owner(&self, purse: Purse) -> (usize, Address) {
        match purse {
            Purse::Vault(id) | Purse::BondVault(id) => (id, self.keys[id].pool),
            Purse::StakeVault => (self.stake.mint, self.stake_keys.address),
            Purse::RewardVault => (self.stake.reward_mint, self.stake_keys.address),
            Purse::Wallet(mint, wallet) => (mint, wallet),
        }
    }

    pub(super) fn mint_and_owner(&self, purse: Purse) -> (Address, Address) {
        let (mint, owner) = self.mint_index_and_owner(purse);
        (self.mints[mint].address, owner)
    }

    /// Address of a token account.
    pub(super) fn address(&self, purse: Purse) -> Address {
        *self.purses.borrow_mut().entry(purse).or_insert_with(|| match purse {
            Purse::Vault(id) => self.keys[id].vault(),
            Purse::BondVault(id) => self.keys[id].bond_vault(),
            Purse::StakeVault => self.stake_keys.vault(),
            Purse::RewardVault => self.stake_keys.reward_vault(),
            Purse::Wallet(mint, wallet) => {
                let Mint { address, program, .. } = self.mints[mint];
                address::associated_token(&wallet, &address, &program)
            }
        })
    }

    /// A number below `below`.
    pub(super) fn below(&mut self, below: usize) -> usize {
        if below == 0 { 0 } else { self.rng.random_range(0..below) }
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Up to `most` tokens, rarely none.
    pub(super) fn some(&mut self, most: u64) -> u64 {
        match self.below(20) {
            0 => 0,
            1..=3 => most,
            _ => self.rng.random_range(0..=most),
        }
    }

    /// One of them.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.below(from.len());
        from.get(at).copied()
    }

    /// Moves the clock, and the chain's epoch with it.
    pub(super) fn warp_to(&mut self, time: i64) {
        let epochs = u64::try_from((time - NOW) / CHAIN_EPOCH_SECONDS).unwrap();
        self.chain.warp_to(time);
        self.ledger.chain_epoch = CHAIN_EPOCH + epochs;
        self.chain.set_chain_epoch(CHAIN_EPOCH + epochs);
    }

    /// Remembers what happened, for a failure to print.
    pub(super) fn note(&mut self, what: String) {
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        let now = self.chain.now();
        self.history.push_back(format!("at {now}: {what}"));
    }

    /// Sends what the model has judged already, and compares.
    pub(super) fn step(
        &mut self,
        name: &'static str,
        what: &dyn std::fmt::Display,
        instructions: &[Instruction],
        verdict: Verdict,
    ) -> bool {
        self.steps += 1;
        self.note(format!("{name} {what}: {verdict:?}"));
        let count = self.counts.entry(name).or_default();
        // A full emission table takes more than what a transaction gets unasked.
        let mut sent = vec![instruction::compute_limit(1_400_000)];
        sent.extend_from_slice(instructions);
        let happened = match (&verdict, self.chain.try_send_unsigned(&sent)) {
            (Ok(()), Ok(sent)) => {
                count.0 += 1;
                let units = sent.compute_units.last().copied().unwrap_or(0);
                let most = self.units.entry(name).or_default();
                *most = (*most).max(units);
                true
            }
            (Err(rules), Err(refused)) => {
                count.1 += 1;
                assert!(
                    rules.iter().any(|rule| is_rule(rule, &refused.name)),
                    "{name} was refused by {}, not by one of {rules:?}\n  {}",
                    refused.name,
                    refused.logs.join("\n  ")
                );
                *self.refusals.entry(refused.name).or_default() += 1;
                false
            }
            (Ok(()), Err(refused)) => panic!(
                "{name} was refused by {} and should have gone through\n  {}",
                refused.name,
                refused.logs.join("\n  ")
            ),
            (Err(rules), Ok(sent)) => panic!(
                "{name} went through and should have been refused by one of {rules:?}\n  {}",
                sent.logs.join("\n  ")
            ),
        };
        if happened {
            for instruction in instructions {
                for AccountMeta { pubkey, .. } in &instruction.accounts {
                    if let Some(thing) = self.known.get(pubkey) {
                        self.compare(pubkey, thing);
                    }
                }
            }
            let program = instructions.last().map(|instruction| instruction.program_id);
            if program == Some(REWARDS) {
                self.check_pools();
            }
            if program == Some(STAKING) {
                self.check_stake();
            }
            for at in 0..self.mints.len() {
                self.compare(&self.mints[at].address, &Thing::Mint(at));
            }
        }
        if self.steps.is_multiple_of(LOOK_EVERY) {
            self.look_at_everything();
        }
        happened
    }

    /// Compares every account that there is or ever was.
    pub(super) fn look_at_everything(&mut self) {
        for (address, thing) in &self.known {
            self.compare(address, thing);
        }
        self.check_pools();
        self.check_stake();
        self.check_everybody();
    }
}

/// Whether a refusal by `name` is what `rule` says.
fn is_rule(rule: &str, name: &str) -> bool {
    match rule {
        TOO_LITTLE => name == "token::Custom(1)" || name == "token-2022::Custom(1)",
        NO_ACCOUNT => name.starts_with("token"),
        "system::AlreadyInUse" => name == "system::Custom(0)",
        _ => rule == name,
    }
}
