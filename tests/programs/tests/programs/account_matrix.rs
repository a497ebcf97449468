//! Every account of every instruction, with each wrong thing in its place.
//!
//! The accounts come from the IDLs, so that a new one cannot be forgotten, and the transactions
//! from [`cairn_program_tests::cases`]. What each substitution is refused with is committed in
//! `account-matrix.tsv`; `CAIRN_BLESS=1 cargo test account_matrix` writes it anew. Three
//! things hold whatever that file says: nothing is accepted but what [`ACCEPTED`] lists with a
//! reason, nothing is listed there that no substitution needs, and a missing signature is never
//! accepted and is told as one.

use cairn_program_tests::cases::{self, Case};
use cairn_sdk::address::{
    ASSOCIATED_TOKEN_PROGRAM, REGISTRY, REWARDS, STAKING, TOKEN_2022_PROGRAM, TOKEN_PROGRAM,
};
use serde::Deserialize;
use solana_account::Account;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_sdk_ids::sysvar;
use solana_signer::Signer;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::PathBuf,
};

/// Substitutions that are accepted, and why that is right: instruction, account, substitution, each
/// a name or `*`, and the reason.
const ACCEPTED: &[(&str, &str, &str, &str)] = &[
    (
        "*",
        "*",
        "copy elsewhere",
        "no such account can exist: only the program that owns an account writes it, and makes each \
         at its one derived address; a token account or mint with the same contents is as good",
    ),
    ("*", "payer", "another wallet", "whoever signs may pay"),
    ("*", "payer", "same as authority", "whoever signs may pay"),
    ("*", "payer", "same as holder", "whoever signs may pay"),
    ("*", "payer", "same as owner", "whoever signs may pay"),
    ("close_claimant", "closer", "another wallet", "the pool is settled: anyone may tidy up"),
    (
        "close_credit_account",
        "closer",
        "another wallet",
        "the account is empty: anyone may tidy up",
    ),
    ("apply_oracle_change", "oracle_set", "another's", ANYONE),
    ("sync_rewards", "stake_pool", "another's", ANYONE),
    ("escrow_credits", "account", "another's", "moves credits within the account alone"),
    ("withdraw_escrow", "account", "another's", "moves credits within the account alone"),
    ("create_stake_pool", "mint", "same as reward_mint", "stake and rewards may be one token"),
    ("create_stake_pool", "rewards_pool", "too short", FOREIGN),
    ("register_penalties", "proposal", "too short", FOREIGN),
    ("withdraw", "destination", "another wallet's", "its owner sends stake where it likes"),
    (
        "withdraw_delegation",
        "destination",
        "another wallet's",
        "its owner sends stake where it likes",
    ),
    ("announce_penalty", "target", "closed", "an operator need not have delegators"),
    ("veto_penalty", "target", "closed", "an operator need not have delegators"),
    ("execute_penalty", "target", "closed", "an operator need not have delegators"),
    (
        "veto_penalty",
        "penalty",
        "another's",
        "what binds a penalty to the network is its bond, which is checked",
    ),
    ("accept_authority", "network", "another's", NETWORK_FIRST),
    ("pause_network", "network", "another's", NETWORK_FIRST),
    (
        "onboard_device",
        "owner_token",
        "initialised again",
        "it holds nothing: the mint is made by this instruction",
    ),
];

const ANYONE: &str = "anyone may send it, and it concerns this account alone";

const FOREIGN: &str =
    "the rewards program's account is read field by field, and that program never shortens one";

const NETWORK_FIRST: &str =
    "a network belongs to nobody: its first field is its authority, who does not sign this";

#[derive(Deserialize)]
struct Idl {
    instructions: Vec<IdlInstruction>,
}

#[derive(Deserialize)]
struct IdlInstruction {
    name: String,
    accounts: Vec<IdlAccount>,
}

#[derive(Deserialize, Clone)]
struct IdlAccount {
    name: String,
    #[serde(default)]
    writable: bool,
    #[serde(default)]
    signer: bool,
    #[serde(default)]
    optional: bool,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The instructions of a program, from its committed IDL.
fn idl(program: &str) -> BTreeMap<String, Vec<IdlAccount>> {
    let path = root().join(format!("idl/cairn_{program}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let idl: Idl = serde_json::from_str(&text).unwrap();
    idl.instructions.into_iter().map(|one| (one.name, one.accounts)).collect()
}

/// One wrong thing in the place of an account.
struct Substitution {
    /// Name of the account in the IDL.
    account: String,
    /// What is wrong.
    kind: String,
    /// The instruction with it.
    tested: Instruction,
    /// Accounts that are different for it alone.
    accounts: Vec<(Address, Account)>,
    /// Who signs in addition.
    signer: Option<Keypair>,
}

fn is_cairn(owner: &Address) -> bool {
    [REGISTRY, REWARDS, STAKING].contains(owner)
}

fn is_token(owner: &Address) -> bool {
    [TOKEN_PROGRAM, TOKEN_2022_PROGRAM].contains(owner)
}

/// Not a mint, but an account that holds tokens.
fn is_token_account(account: &Account) -> bool {
    // Of accounts with extensions, the byte after the base says what they are.
    account.data.len() == 165 || account.data.get(165) == Some(&2)
}

/// A program that is not the one that an instruction asks for.
fn other_program(program: &Address) -> Address {
    if *program == TOKEN_PROGRAM { ASSOCIATED_TOKEN_PROGRAM } else { TOKEN_PROGRAM }
}

fn other_sysvar(sysvar: &Address) -> Address {
    if *sysvar == sysvar::clock::ID { sysvar::rent::ID } else { sysvar::clock::ID }
}

/// Everything wrong that applies to the accounts of a case.
fn substitutions(
    case: &mut Case,
    build: fn() -> Case,
    accounts: &[IdlAccount],
) -> Vec<Substitution> {
    let tested = case.tested().clone();
    assert!(tested.accounts.len() >= accounts.len(), "{}", case.instruction);
    // What the transaction itself creates, to find it in the way.
    let created = created(build(), &tested);
    let mut all = Vec::new();
    for (at, idl) in accounts.iter().enumerate() {
        let address = tested.accounts[at].pubkey;
        if idl.optional && address == tested.program_id {
            continue; // not given in this case, but in another
        }
        let mut add = |kind: String, tested: Instruction, accounts, signer| {
            all.push(Substitution { account: idl.name.clone(), kind, tested, accounts, signer });
        };
        let replaced = |by: Address| {
            let mut changed = tested.clone();
            changed.accounts[at].pubkey = by;
            changed
        };
        if idl.signer {
            let mut changed = tested.clone();
            changed.accounts[at].is_signer = false;
            add("not signed".into(), changed, vec![], None);
            let other = case.chain.wallet();
            add("another wallet".into(), replaced(other.pubkey()), vec![], Some(other));
        }
        if idl.writable {
            let mut changed = tested.clone();
            changed.accounts[at].is_writable = false;
            add("read-only".into(), changed, vec![], None);
        }
        let there = case.chain.svm.get_account(&address).filter(|account| account.lamports > 0);
        match there {
            Some(account) if account.executable => {
                add("wrong program".into(), replaced(other_program(&address)), vec![], None);
            }
            Some(account) if account.owner == sysvar::ID || address == sysvar::instructions::ID => {
                add("wrong sysvar".into(), replaced(other_sysvar(&address)), vec![], None);
            }
            Some(account) if is_cairn(&account.owner) || is_token(&account.owner) => {
                let fresh = case.chain.key().pubkey();
                let copy = |change: &dyn Fn(&mut Account)| {
                    let mut copy = account.clone();
                    change(&mut copy);
                    vec![(fresh, copy)]
                };
                let other_owner = if account.owner == STAKING { REWARDS } else { STAKING };
                add(
                    "wrong owner".into(),
                    replaced(fresh),
                    copy(&|it| it.owner = other_owner),
                    None,
                );
                let wrong_type = if is_cairn(&account.owner) {
                    copy(&|it| it.data[7] ^= 1)
                } else {
                    // Neither a mint nor a token account.
                    copy(&|it| it.data.truncate(81))
                };
                add("wrong type".into(), replaced(fresh), wrong_type, None);
                add("copy elsewhere".into(), replaced(fresh), copy(&|_| {}), None);
                // The first field is the account that it belongs to: a token account's mint, a
                // class's network.
                let stranger = case.chain.key().pubkey();
                let belongs =
                    |at: usize| copy(&|it| it.data[at..at + 32].copy_from_slice(stranger.as_ref()));
                if is_cairn(&account.owner) {
                    add("another's".into(), replaced(fresh), belongs(8), None);
                    let mut short = account.clone();
                    short.data.truncate(short.data.len() - 1);
                    add("too short".into(), tested.clone(), vec![(address, short)], None);
                } else if is_token_account(&account) {
                    add("another mint's".into(), replaced(fresh), belongs(0), None);
                    add("another wallet's".into(), replaced(fresh), belongs(32), None);
                }
                add("closed".into(), tested.clone(), vec![(address, Account::default())], None);
                add("never existed".into(), replaced(fresh), vec![], None);
            }
            Some(_) => {}
            None if address == sysvar::instructions::ID => {
                add("wrong sysvar".into(), replaced(other_sysvar(&address)), vec![], None);
            }
            None => {
                let fresh = case.chain.key().pubkey();
                add("wrong address".into(), replaced(fresh), vec![], None);
                if let Some(account) = created.get(&address) {
                    let taken = vec![(address, account.clone())];
                    add("initialised again".into(), tested.clone(), taken, None);
                    if let Some((other, bump)) = other_bump(&address, account, &tested) {
                        add(format!("bump {bump}"), replaced(other), vec![], None);
                    }
                }
            }
        }
        for (of, other) in accounts.iter().enumerate().filter(|(of, _)| *of != at) {
            let same = tested.accounts[of].pubkey;
            if same != address {
                add(format!("same as {}", other.name), replaced(same), vec![], None);
            }
        }
    }
    all
}

/// What is at the tested instruction's addresses after the transaction and was not before.
fn created(mut after: Case, tested: &Instruction) -> BTreeMap<Address, Account> {
    let absent: Vec<_> = tested
        .accounts
        .iter()
        .map(|meta| meta.pubkey)
        .filter(|address| !after.chain.exists(address))
        .collect();
    after.send();
    absent
        .into_iter()
        .filter_map(|address| {
            let account = after.chain.svm.get_account(&address)?;
            (account.lamports > 0).then_some((address, account))
        })
        .collect()
}

/// The address that the same seeds derive with the next lower bump that derives one.
fn other_bump(address: &Address, account: &Account, tested: &Instruction) -> Option<(Address, u8)> {
    let seeds = cases::seeds_of(address, account, tested)?;
    let seeds: Vec<&[u8]> = seeds.iter().map(Vec::as_slice).collect();
    let (found, canonical) = Address::find_program_address(&seeds, &tested.program_id);
    assert_eq!(found, *address, "seeds_of names other seeds than the program");
    (0..canonical).rev().find_map(|bump| {
        let bump_seed = [bump];
        let mut with_bump = seeds.clone();
        with_bump.push(&bump_seed);
        let other = Address::create_program_address(&with_bump, &tested.program_id).ok()?;
        Some((other, bump))
    })
}

/// Tries one substitution on the case's chain and puts the accounts back.
fn outcome(case: &mut Case, substitution: &Substitution) -> Result<(), String> {
    let before: Vec<_> = substitution
        .accounts
        .iter()
        .map(|(address, _)| (*address, case.chain.svm.get_account(address).unwrap_or_default()))
        .collect();
    for (address, account) in &substitution.accounts {
        case.chain.svm.set_account(*address, account.clone()).unwrap();
    }
    let mut instructions = case.instructions.clone();
    instructions[case.at] = substitution.tested.clone();
    // A signature that nobody asks for any more may not be in the transaction.
    let asked: BTreeSet<_> = instructions
        .iter()
        .flat_map(|one| &one.accounts)
        .filter(|meta| meta.is_signer)
        .map(|meta| meta.pubkey)
        .collect();
    let signers: Vec<&Keypair> = case
        .signers
        .iter()
        .chain(&substitution.signer)
        .filter(|key| asked.contains(&key.pubkey()))
        .collect();
    let known: BTreeSet<_> = signers.iter().map(|key| key.pubkey()).collect();
    // An account that must sign and cannot: nobody has its key, so no such transaction exists.
    if !asked.is_subset(&known) {
        return Err("nobody can sign for it".into());
    }
    let result = case.chain.try_send(&instructions, &signers);
    for (address, account) in before {
        case.chain.svm.set_account(address, account).unwrap();
    }
    result.map(|_| ()).map_err(|refused| refused.name)
}

/// Which entry of [`ACCEPTED`] lets this substitution pass.
fn accepted(instruction: &str, account: &str, kind: &str) -> Option<usize> {
    let is = |pattern: &str, text: &str| pattern == "*" || pattern == text;
    ACCEPTED
        .iter()
        .position(|entry| is(entry.0, instruction) && is(entry.1, account) && is(entry.2, kind))
}

/// What all cases add up to.
#[derive(Default)]
struct Findings {
    substitutions: usize,
    /// What must not be.
    wrong: Vec<String>,
    /// Entries of [`ACCEPTED`] that were needed.
    needed: BTreeSet<usize>,
}

/// The matrix of one case, a line per account.
fn matrix(name: &str, build: fn() -> Case, findings: &mut Findings) -> String {
    let mut case = build();
    assert_eq!(
        name.split([' ', '/']).next(),
        Some(&*format!("{}::{}", case.program, case.instruction))
    );
    let accounts = idl(case.program).remove(case.instruction).expect("the IDL has it");
    let all = substitutions(&mut case, build, &accounts);
    let mut lines: BTreeMap<usize, String> = BTreeMap::new();
    for substitution in &all {
        findings.substitutions += 1;
        let at = accounts.iter().position(|one| one.name == substitution.account).unwrap();
        let result = outcome(&mut case, substitution);
        let (account, kind) = (&substitution.account, &substitution.kind);
        let allowed = accepted(case.instruction, account, kind);
        let text = match result {
            Ok(()) => {
                match allowed.filter(|_| kind != "not signed") {
                    Some(entry) => {
                        findings.needed.insert(entry);
                    }
                    None => findings.wrong.push(format!("{name}: {account}: {kind}: accepted")),
                }
                let fresh = build();
                case.chain = fresh.chain;
                // What was put there for other substitutions is put there again.
                for other in &all {
                    if let Some(signer) = &other.signer {
                        case.chain.svm.airdrop(&signer.pubkey(), 100_000_000_000).unwrap();
                    }
                }
                "accepted".to_owned()
            }
            Err(error) => {
                if kind == "not signed" && !error.ends_with("MissingRequiredSignature") {
                    findings.wrong.push(format!("{name}: {account}: {kind}: {error}"));
                }
                error
            }
        };
        let line = lines.entry(at).or_insert_with(|| format!("{name}\t{}", accounts[at].name));
        let text = text.strip_prefix(&format!("{}::", case.program)).unwrap_or(&text).to_owned();
        write!(line, "\t{kind}={text}").unwrap();
    }
    lines.into_values().fold(String::new(), |all, line| all + &line + "\n")
}

#[test]
fn every_instruction_has_a_case() {
    let known: BTreeSet<_> = cases::all().iter().map(|(name, _)| *name).collect();
    for program in ["registry", "rewards", "staking"] {
        for instruction in idl(program).into_keys() {
            let name = format!("{program}::{instruction}");
            assert!(known.contains(&*name), "{name} has no case");
        }
    }
}

#[test]
fn every_optional_account_is_given_in_some_case() {
    let mut given = BTreeSet::new();
    for (_, build) in cases::all() {
        let case = build();
        let accounts = idl(case.program).remove(case.instruction).expect("the IDL has it");
        let metas = case.tested().accounts.iter().zip(accounts);
        let present = metas.filter(|(meta, _)| meta.pubkey != case.tested().program_id);
        given.extend(present.map(|(_, idl)| (case.program, case.instruction, idl.name)));
    }
    for program in ["registry", "rewards", "staking"] {
        for (instruction, accounts) in idl(program) {
            for account in accounts.iter().filter(|account| account.optional) {
                let found = given.iter().any(|(of, name, account_name)| {
                    *of == program && *name == instruction && *account_name == account.name
                });
                assert!(found, "{program}::{instruction}: no case gives {}", account.name);
            }
        }
    }
}

#[test]
fn account_matrix() {
    let (mut findings, mut actual) = (Findings::default(), String::new());
    for (name, build) in cases::all() {
        actual += &matrix(name, build, &mut findings);
    }
    let Findings { substitutions: count, mut wrong, needed } = findings;
    println!("{count} substitutions");
    let needless = (0..ACCEPTED.len()).filter(|entry| !needed.contains(entry));
    wrong.extend(
        needless.map(|entry| format!("listed as accepted, but not: {:?}", ACCEPTED[entry])),
    );
    let path = root().join("tests/programs/account-matrix.tsv");
    if std::env::var_os("CAIRN_BLESS").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let differences: Vec<_> = expected
        .lines()
        .filter(|line| !actual.lines().any(|other| other == *line))
        .map(|line| format!("- {line}"))
        .chain(
            actual
                .lines()
                .filter(|line| !expected.lines().any(|other| other == *line))
                .map(|line| format!("+ {line}")),
        )
        .collect();
    assert!(
        differences.is_empty(),
        "account-matrix.tsv is not what the programs do (CAIRN_BLESS=1 writes it):\n{}",
        differences.join("\n")
    );
}
