//! A claim has two ways through the program: the short one, which reads the runtime's input in
//! place, and Anchor's. Here any claim, right or wrong, is sent through both, on the same accounts,
//! and must end the same. Terms that are pending until the end of time force it through Anchor's
//! way: those in force stay the same.

use cairn_program_tests::{Swap, cases::rewards::World, operator_leaf};
use cairn_protocol::{
    hash::sha256,
    merkle::{NODE_BYTES, Node, verify},
};
use cairn_sdk::{
    account::PayeeShare,
    address,
    event::Event,
    instruction::{self},
};
use proptest::{
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};
use solana_account::Account;
use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_signer::Signer;
use std::cell::{Cell, RefCell};

/// Where the pool's account keeps what is set here.
const ROOT_AT: usize = 8 + 7 * 32;
const ROOT_SUM_AT: usize = ROOT_AT + 32;
const POOL_CLAIMED_AT: usize = ROOT_SUM_AT + 2 * 8;
const POOL_WINDOW_AT: usize = POOL_CLAIMED_AT + 8;
const BREAKER_AT: usize = ROOT_SUM_AT + 14 * 8 + 2 * 32 + 2 * 8;
const CAP_AT: usize = BREAKER_AT + 16;
const PENDING_TERMS_AT: usize = ROOT_SUM_AT + 14 * 8 + 2 * 160;
/// Where the claimant's account does.
const CLAIMANT_CLAIMED_AT: usize = 8 + 4 * 32;
const CLAIMANT_WINDOW_AT: usize = CLAIMANT_CLAIMED_AT + 8;
/// Where a token account keeps its balance.
const AMOUNT_AT: usize = 64;

/// A limit, and what counts in its window.
#[derive(Debug, Clone)]
struct Window {
    max_amount: u64,
    max_bps: u16,
    seconds: u32,
    used: u64,
    /// Seconds since it was counted; negative when the clock ran backwards.
    age: i64,
}

/// What is wrong with a claim.
#[derive(Debug, Clone)]
enum Wrong {
    Nothing,
    /// A byte of the arguments or the proof.
    Data(prop::sample::Index, u8),
    /// So many bytes of the data are missing.
    Short(usize),
    /// So many bytes of the data are too many.
    Long(usize),
    /// An account is another one of the claim, and so given twice.
    Twice(prop::sample::Index, prop::sample::Index),
    /// An account is one that plays no part.
    Stranger(prop::sample::Index),
    /// Two accounts have changed places.
    Swapped(prop::sample::Index, prop::sample::Index),
    /// An account cannot be written to.
    ReadOnly(prop::sample::Index),
    /// An account is missing.
    Missing(prop::sample::Index),
    /// An account more.
    More,
    /// The mint is given, which is right too.
    Mint,
    /// A byte of the head or of the fields of pool or claimant, or of the vault or a destination.
    State(usize, prop::sample::Index, u8),
}

#[derive(Debug, Clone)]
struct Case {
    payees: usize,
    depth: u32,
    index: u32,
    total: u64,
    /// What the siblings' sums are cut to.
    sum_bits: u32,
    claimed: u64,
    /// What the pool paid of the root's sum.
    pool_claimed: u64,
    balance: u64,
    breaker: Window,
    cap: Window,
    wrong: Wrong,
}

/// Amounts of every size, small ones more often than chance has it.
fn amount() -> impl Strategy<Value = u64> {
    prop_oneof![2 => 0..1_000_000u64, 1 => any::<u64>(), 1 => (0u32..64).prop_map(|bit| 1 << bit)]
}

fn window(part: bool) -> impl Strategy<Value = Window> {
    let max_amount = prop_oneof![1 => Just(0), 2 => amount()];
    let max_bps = prop_oneof![1 => Just(0), 1 => 0..=10_000u16];
    let used = prop_oneof![2 => Just(0), 1 => amount()];
    (max_amount, max_bps, 1..=31_536_000u32, used, prop_oneof![-10i64..10_000, 0..40_000_000i64,])
        .prop_map(move |(max_amount, max_bps, seconds, used, age)| Window {
            max_amount,
            max_bps: if part { max_bps } else { 0 },
            seconds,
            used,
            age,
        })
}

fn wrong() -> impl Strategy<Value = Wrong> {
    let any_index = any::<prop::sample::Index>;
    prop_oneof![
        12 => Just(Wrong::Nothing),
        2 => (any_index(), 1u8..).prop_map(|(at, xor)| Wrong::Data(at, xor)),
        1 => (1usize..60).prop_map(Wrong::Short),
        1 => (1usize..60).prop_map(Wrong::Long),
        1 => (any_index(), any_index()).prop_map(|(a, b)| Wrong::Twice(a, b)),
        1 => any_index().prop_map(Wrong::Stranger),
        1 => (any_index(), any_index()).prop_map(|(a, b)| Wrong::Swapped(a, b)),
        1 => any_index().prop_map(Wrong::ReadOnly),
        1 => any_index().prop_map(Wrong::Missing),
        1 => Just(Wrong::More),
        2 => Just(Wrong::Mint),
        4 => (0usize..4, any_index(), 1u8..).prop_map(|(of, at, xor)| Wrong::State(of, at, xor)),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let claim = (
        0usize..=8,
        0u32..=22,
        any::<u32>(),
        amount(),
        prop_oneof![
            4 => Just(20u32),
            1 => 1..=64u32,
        1 => Just(64),
        ],
    );
    let state = (
        prop_oneof![Just(0), amount()],
        prop_oneof![Just(0), amount()],
        prop_oneof![
            3 => Just(u64::MAX >> 1),
            1 => amount(),
        ],
    );
    (claim, state, window(true), window(false), wrong()).prop_map(
        |(
            (payees, depth, index, total, sum_bits),
            (claimed, paid, balance),
            breaker,
            cap,
            wrong,
        )| {
            // Of an operator that was paid more than its total, or a pool that paid more than its
            // root's sum, little is to be seen: seldom.
            let claimed = if claimed % 8 == 7 { claimed } else { claimed % total.max(1) };
            Case {
                payees,
                depth,
                index: if depth == 0 { 0 } else { index >> (32 - depth) },
                total,
                sum_bits,
                claimed,
                pool_claimed: paid,
                balance,
                breaker,
                cap,
                wrong,
            }
        },
    )
}

/// An operator with its payees' destinations, or its own.
struct Operator {
    wallet: Address,
    claimant: Address,
    destinations: Vec<Address>,
}

struct Bench {
    world: World,
    /// By the number of their payees.
    operators: Vec<Operator>,
    stranger: Address,
    /// Whether the last case's proof is right, as the host has it.
    is_proven: bool,
    pristine: Vec<(Address, Account)>,
}

impl Bench {
    fn new() -> Self {
        let mut world = World::new();
        let operators: Vec<_> = (0usize..=8)
            .map(|count| {
                let operator = world.chain.wallet();
                let wallet = operator.pubkey();
                let own = world.pool.open(&mut world.chain, &wallet);
                let payees: Vec<_> = (1..=count)
                    .map(|at| PayeeShare {
                        wallet: world.chain.key().pubkey(),
                        // 1 for all but the first of eight, to see parts of nothing.
                        bps: match (count, at) {
                            (8, 1) => 9_993,
                            (8, _) => 1,
                            (_, 1) => 10_000 - 1_111 * u16::try_from(count - 1).unwrap(),
                            _ => 1_111,
                        },
                    })
                    .collect();
                let set = instruction::set_payees(&wallet, &world.pool.address, &payees);
                if count > 0 {
                    world.chain.send(&[set], &[&operator]);
                }
                let destinations = if count == 0 {
                    vec![own]
                } else {
                    payees
                        .iter()
                        .map(|payee| world.pool.account_of(&mut world.chain, &payee.wallet))
                        .collect()
                };
                let claimant = address::claimant(&world.pool.address, &wallet);
                Operator { wallet, claimant, destinations }
            })
            .collect();
        // Some root, so that there is one.
        world.activate(0, &[operator_leaf(&world.pool, &operators[0].wallet, 1)]);
        let stranger = world.chain.key().pubkey();
        let stranger = world.pool.account_of(&mut world.chain, &stranger);
        let mut bench = Self { world, operators, stranger, is_proven: false, pristine: vec![] };
        bench.pristine = bench.snapshot();
        bench
    }

    /// All accounts that a claim may change, or that a case changes.
    fn snapshot(&self) -> Vec<(Address, Account)> {
        let keys = self.world.pool.keys;
        let operators = self
            .operators
            .iter()
            .flat_map(|operator| operator.destinations.iter().copied().chain([operator.claimant]));
        operators
            .chain([keys.pool, keys.vault(), self.stranger])
            .map(|address| (address, self.world.chain.raw(&address)))
            .collect()
    }

    fn restore(&mut self, accounts: &[(Address, Account)]) {
        for (address, account) in accounts {
            self.world.chain.svm.set_account(*address, account.clone()).unwrap();
        }
    }

    fn poke_window(&mut self, limit_at: Option<usize>, account: &Address, at: usize, of: &Window) {
        let since = self.world.now() - of.age;
        let chain = &mut self.world.chain;
        chain.poke(account, at, &of.used.to_le_bytes());
        chain.poke(account, at + 8, &since.to_le_bytes());
        if let Some(limit_at) = limit_at {
            let pool = self.world.pool.address;
            chain.poke(&pool, limit_at, &of.max_amount.to_le_bytes());
            chain.poke(&pool, limit_at + 8, &of.seconds.to_le_bytes());
            chain.poke(&pool, limit_at + 12, &of.max_bps.to_le_bytes());
        }
    }

    /// Brings the accounts into the state of a case and returns its claim.
    fn set_up(&mut self, case: &Case) -> Instruction {
        let pristine = std::mem::take(&mut self.pristine);
        self.restore(&pristine);
        self.pristine = pristine;

        let keys = self.world.pool.keys;
        let operator = &self.operators[case.payees];
        let (claimant, destinations) = (operator.claimant, operator.destinations.clone());
        let leaf = operator_leaf(&self.world.pool, &operator.wallet, case.total);
        let (mut hash, mut sum) = (leaf.node().hash, leaf.lifetime_total);
        let mut proof = Vec::new();
        for level in 0..case.depth {
            let random = sha256(&[&case.index.to_le_bytes(), &level.to_le_bytes()]);
            let wide = u64::from_le_bytes(*random.first_chunk().unwrap());
            let sibling = Node { hash: random, sum: wide >> (64 - case.sum_bits) };
            proof.extend_from_slice(&sibling.to_bytes());
            // Not `Node::parent`, which refuses sums beyond 64 bits: here they wrap.
            let node = Node { hash, sum };
            let (left, right) = match case.index >> level & 1 {
                0 => (&node, &sibling),
                _ => (&sibling, &node),
            };
            hash = sha256(&[&left.to_bytes(), &right.to_bytes()]);
            sum = sum.wrapping_add(sibling.sum);
        }
        assert_eq!(proof.len(), case.depth as usize * NODE_BYTES);
        self.is_proven = verify(&Node { hash, sum }, &leaf.node(), case.index, &proof);
        let paid = if case.pool_claimed % 8 == 7 {
            case.pool_claimed
        } else {
            case.pool_claimed % sum.saturating_sub(case.total).max(1)
        };
        let chain = &mut self.world.chain;
        chain.poke(&keys.pool, ROOT_AT, &hash);
        chain.poke(&keys.pool, ROOT_SUM_AT, &sum.to_le_bytes());
        chain.poke(&keys.pool, POOL_CLAIMED_AT, &paid.to_le_bytes());
        chain.poke(&keys.vault(), AMOUNT_AT, &case.balance.to_le_bytes());
        chain.poke(&claimant, CLAIMANT_CLAIMED_AT, &case.claimed.to_le_bytes());
        self.poke_window(Some(BREAKER_AT), &keys.pool, POOL_WINDOW_AT, &case.breaker);
        self.poke_window(Some(CAP_AT), &claimant, CLAIMANT_WINDOW_AT, &case.cap);

        let claim = instruction::claim(&keys, &leaf, case.index, &proof, &destinations);
        self.spoil(case, claim)
    }

    /// Makes a claim wrong.
    fn spoil(&mut self, case: &Case, mut claim: Instruction) -> Instruction {
        let count = claim.accounts.len();
        match &case.wrong {
            Wrong::Nothing => {}
            Wrong::Data(at, xor) => {
                let at = 8 + at.index(claim.data.len() - 8);
                claim.data[at] ^= xor;
            }
            Wrong::Short(bytes) => {
                claim.data.truncate(claim.data.len().saturating_sub(*bytes).max(8))
            }
            Wrong::Long(bytes) => claim.data.resize(claim.data.len() + bytes, 7),
            Wrong::Twice(a, b) => {
                claim.accounts[a.index(count)].pubkey = claim.accounts[b.index(count)].pubkey;
            }
            Wrong::Stranger(at) => claim = claim.swap(at.index(count), &self.stranger),
            Wrong::Swapped(a, b) => claim.accounts.swap(a.index(count), b.index(count)),
            Wrong::ReadOnly(at) => claim.accounts[at.index(count)].is_writable = false,
            Wrong::Missing(at) => {
                claim.accounts.remove(at.index(count));
            }
            Wrong::More => claim.accounts.push(AccountMeta::new(self.stranger, false)),
            Wrong::Mint => claim = claim.swap(5, &self.world.pool.mint.0),
            Wrong::State(of, at, xor) => {
                let address = claim.accounts[*of].pubkey;
                let mut account = self.world.chain.raw(&address);
                // Not the pool's far fields, of which most mean nothing to a claim, and not the
                // pending terms, because they are what tells the two ways apart.
                let end = account.data.len().min(PENDING_TERMS_AT - 160);
                account.data[at.index(end)] ^= xor;
                self.world.chain.svm.set_account(address, account).unwrap();
            }
        }
        claim
    }

    /// A number of the pool, as it was.
    fn number(&self, accounts: &[(Address, Account)], at: usize) -> u64 {
        let pool = accounts.iter().find(|(address, _)| *address == self.world.pool.address);
        u64::from_le_bytes(*pool.unwrap().1.data[at..].first_chunk().unwrap())
    }

    /// Sends a claim; what became of it, and its compute units.
    fn send(&mut self, claim: &Instruction) -> (Result<Vec<Event>, String>, u64) {
        match self.world.chain.try_send(std::slice::from_ref(claim), &[]) {
            Ok(sent) => (Ok(sent.events), sent.compute_units[0]),
            Err(refused) => (Err(refused.name), 0),
        }
    }
}

#[test]
fn both_ways_end_the_same() {
    let bench = RefCell::new(Bench::new());
    let [paid, partly, refused, wrapped] = [const { Cell::new(0) }; 4];
    let count = |cell: &Cell<u32>| cell.set(cell.get() + 1);
    let config = ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() };
    TestRunner::new(config)
        .run(&case(), |case| {
            let mut bench = bench.borrow_mut();
            let pool = bench.world.pool.address;
            let claim = bench.set_up(&case);
            let before = bench.snapshot();

            let (short, short_units) = bench.send(&claim);
            let after_short = bench.snapshot();
            bench.restore(&before);
            bench.world.chain.poke(&pool, PENDING_TERMS_AT, &i64::MAX.to_le_bytes());
            let (long, long_units) = bench.send(&claim);
            bench.world.chain.poke(&pool, PENDING_TERMS_AT, &0i64.to_le_bytes());
            let after_long = bench.snapshot();

            prop_assert_eq!(&short, &long);
            // Both ways prove by the same code, so that is compared with the host's.
            if matches!(case.wrong, Wrong::Nothing) && !bench.is_proven {
                prop_assert_eq!(&short, &Err("rewards::InvalidProof".to_owned()));
                count(&wrapped);
            }
            prop_assert_eq!(&after_short, &after_long);
            match short {
                Ok(_) => {
                    // What is right in every respect takes the short way. More due than is left of
                    // the root's sum cannot be while totals never fall.
                    let left =
                        bench.number(&before, ROOT_SUM_AT) - bench.number(&before, POOL_CLAIMED_AT);
                    let right = matches!(case.wrong, Wrong::Nothing | Wrong::Mint);
                    if right && case.total - case.claimed <= left {
                        prop_assert!(short_units < long_units, "{short_units}, {long_units}");
                    }
                    let claimant = bench.operators[case.payees].claimant;
                    let total = bench.world.chain.raw(&claimant).data[CLAIMANT_CLAIMED_AT..]
                        .first_chunk()
                        .map(|bytes| u64::from_le_bytes(*bytes));
                    count(if total == Some(case.total) { &paid } else { &partly });
                }
                Err(_) => {
                    if after_short != before {
                        return Err(TestCaseError::fail("a trace of a claim that was refused"));
                    }
                    count(&refused);
                }
            }
            Ok(())
        })
        .unwrap();
    let counts = [&paid, &partly, &refused, &wrapped].map(Cell::get);
    println!("claims paid, paid in part, refused, of these for sums that wrap: {counts:?}");
    assert!(counts.iter().all(|count| *count >= 10), "{counts:?}");
}
