use cairn_sdk::amount::{Lamports, Tokens};
use cairn_sdk::{
    ProgramErrorText,
    account::CairnAccount,
    address::{
        self, ASSOCIATED_TOKEN_PROGRAM, REGISTRY, REWARDS, STAKING, TOKEN_2022_PROGRAM,
        TOKEN_PROGRAM,
    },
    event::{self, Event},
    instruction,
};
use litesvm::LiteSVM;
use solana_account::Account;
use solana_address::Address;
use solana_address_lookup_table_interface::state::{AddressLookupTable, LookupTableMeta};
use solana_clock::Clock;
use solana_hash::Hash;
use solana_instruction::{Instruction, error::InstructionError};
use solana_keypair::Keypair;
use solana_message::{Message, VersionedMessage};
use solana_signer::Signer;
use solana_slot_hashes::SlotHashes;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;
use std::{borrow::Cow, path::PathBuf, sync::OnceLock};

/// The clock of a new chain, unix seconds.
pub const NOW: i64 = 1_800_000_000;
/// The slot of a new chain.
pub const SLOT: u64 = 430_000_000;
/// What a wallet starts with.
const WALLET_LAMPORTS: u64 = 100_000_000_000;
/// As many slot hashes as a cluster keeps.
const SLOT_HASHES: u64 = 512;

/// What a transaction did.
#[derive(Debug)]
pub struct Sent {
    /// Events of Cairn's programs, in order.
    pub events: Vec<Event>,
    /// Log lines.
    pub logs: Vec<String>,
    /// Compute units of each instruction that ran a program, in order.
    pub compute_units: Vec<u64>,
    /// Bytes of the transaction as it goes over the wire.
    pub bytes: usize,
}

impl Sent {
    /// Compute units of each instruction of `program`, in order.
    pub fn units_of(&self, program: &Address) -> Vec<u64> {
        let program = program.to_string();
        let mut depth = 0;
        let mut units = Vec::new();
        for line in &self.logs {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["Program", _, "invoke", _] => depth += 1,
                ["Program", id, "consumed", n, ..] if depth == 1 && *id == program => {
                    units.push(n.parse().unwrap());
                }
                ["Program", _, "success"] => depth -= 1,
                _ => {}
            }
        }
        units
    }
}

/// Why a transaction was refused, by name: `PROGRAM::ERROR`. The program is the one that failed
/// first, so the innermost of a chain of calls. The error is the name in Cairn's IDLs, or the
/// runtime's, such as `rewards::InvalidSeeds`, or `Custom(n)`. A transaction that failed before
/// any program ran has the runtime's text alone.
#[derive(Debug)]
pub struct Refused {
    /// See above.
    pub name: String,
    /// Log lines.
    pub logs: Vec<String>,
}

/// LiteSVM with Cairn's programs.
pub struct Chain {
    /// The machine, for what the methods below do not cover.
    pub svm: LiteSVM,
    fee_payer: Keypair,
    wallets: u64,
}

fn deploy_folder() -> PathBuf {
    std::env::var_os("CAIRN_DEPLOY").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/deploy"),
        PathBuf::from,
    )
}

fn program(name: &str) -> Vec<u8> {
    let path = deploy_folder().join(format!("cairn_{name}.so"));
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; build the programs with `make programs`", path.display())
    })
}

fn programs() -> &'static [(Address, Vec<u8>); 3] {
    static PROGRAMS: OnceLock<[(Address, Vec<u8>); 3]> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        [(REGISTRY, "registry"), (REWARDS, "rewards"), (STAKING, "staking")]
            .map(|(id, name)| (id, program(name)))
    })
}

/// The rewards program's version after this one, see `scripts/build-programs --next`.
fn next_rewards() -> &'static [u8] {
    static NEXT: OnceLock<Vec<u8>> = OnceLock::new();
    NEXT.get_or_init(|| {
        let path = deploy_folder().join("next/cairn_rewards.so");
        std::fs::read(&path).unwrap_or_else(|error| {
            panic!("{}: {error}; build it with `scripts/build-programs --next`", path.display())
        })
    })
}

/// A hash that is different for every slot.
fn hash_of(slot: u64) -> Hash {
    Hash::new_from_array(cairn_protocol::hash::sha256(&[b"slot", &slot.to_le_bytes()]))
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

impl Chain {
    /// A chain at [`NOW`] and [`SLOT`], with the hashes of the 512 slots before.
    pub fn new() -> Self {
        // Without a history, so that the same transaction may be sent twice.
        let mut svm = LiteSVM::new().with_transaction_history(0);
        for (id, bytes) in programs() {
            svm.add_program(*id, bytes).expect("the program loads");
        }
        let mut chain = Self { svm, fee_payer: Keypair::new(), wallets: 0 };
        chain.fee_payer = chain.wallet();
        chain.set_clock(SLOT, NOW);
        chain.remember_slots();
        chain
    }

    /// Makes the hashes of the 512 slots before this one known, as on a cluster, and returns the
    /// last of these slots.
    pub fn remember_slots(&mut self) -> u64 {
        let slot = self.svm.get_sysvar::<Clock>().slot;
        let recent: Vec<_> =
            (1..=SLOT_HASHES).map(|back| slot - back).map(|slot| (slot, hash_of(slot))).collect();
        self.svm.set_sysvar(&SlotHashes::new(&recent));
        slot - 1
    }

    /// A chain that runs programs as any other but does not verify the transactions' signatures,
    /// for tests that send very many.
    pub fn without_signature_checks() -> Self {
        let mut chain = Self::new();
        let svm = std::mem::take(&mut chain.svm);
        chain.svm = svm.with_sigverify(false);
        chain
    }

    /// Replaces the rewards program by its next version, whose pools have another layout.
    pub fn upgrade_rewards(&mut self) {
        self.svm.add_program(REWARDS, next_rewards()).expect("the program loads");
    }

    /// Replaces the rewards program by today's.
    pub fn downgrade_rewards(&mut self) {
        let (id, bytes) = &programs()[1];
        self.svm.add_program(*id, bytes).expect("the program loads");
    }

    /// The hash of a slot of this chain, recent or not.
    pub fn slot_hash(&self, slot: u64) -> [u8; 32] {
        hash_of(slot).to_bytes()
    }

    fn set_clock(&mut self, slot: u64, unix_timestamp: i64) {
        let clock = Clock { slot, unix_timestamp, ..self.svm.get_sysvar::<Clock>() };
        self.svm.set_sysvar(&clock);
    }

    /// The clock, unix seconds.
    pub fn now(&self) -> i64 {
        self.svm.get_sysvar::<Clock>().unix_timestamp
    }

    /// Moves the clock to `unix_timestamp`; slots go on.
    pub fn warp_to(&mut self, unix_timestamp: i64) {
        let slot = self.svm.get_sysvar::<Clock>().slot;
        self.set_clock(slot + 1, unix_timestamp);
    }

    /// Puts the chain into another of its epochs, by which Token-2022 changes fees; the clock stays.
    pub fn set_chain_epoch(&mut self, epoch: u64) {
        let clock = Clock { epoch, ..self.svm.get_sysvar::<Clock>() };
        self.svm.set_sysvar(&clock);
    }

    /// A new key that owns nothing; the same order of calls gives the same keys.
    pub fn key(&mut self) -> Keypair {
        self.wallets += 1;
        let seed = cairn_protocol::hash::sha256(&[b"wallet", &self.wallets.to_le_bytes()]);
        Keypair::new_from_array(seed)
    }

    /// A new wallet with 100 SOL.
    pub fn wallet(&mut self) -> Keypair {
        let key = self.key();
        self.svm.airdrop(&key.pubkey(), WALLET_LAMPORTS).expect("airdrop");
        key
    }

    /// A transaction with `instructions`, paid by a wallet that plays no other part, so that
    /// every other balance changes by what the programs move alone.
    fn transaction(
        &self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> VersionedTransaction {
        let payer = self.fee_payer.pubkey();
        let message =
            Message::new_with_blockhash(instructions, Some(&payer), &self.svm.latest_blockhash());
        let mut all: Vec<&dyn Signer> = vec![&self.fee_payer];
        all.extend(signers.iter().map(|key| *key as &dyn Signer));
        VersionedTransaction::try_new(VersionedMessage::Legacy(message), &all)
            .expect("every signer is given")
    }

    /// Sends `instructions` in one transaction.
    ///
    /// # Errors
    /// Why the transaction was refused.
    pub fn try_send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Sent, Refused> {
        let transaction = self.transaction(instructions, signers);
        self.run(transaction)
    }

    /// Sends `instructions` in one transaction as if everybody had signed whom they name as a
    /// signer, on a chain [without signature checks](Self::without_signature_checks): nobody needs
    /// a key.
    ///
    /// # Errors
    /// Why the transaction was refused.
    pub fn try_send_unsigned(&mut self, instructions: &[Instruction]) -> Result<Sent, Refused> {
        let payer = self.fee_payer.pubkey();
        let message =
            Message::new_with_blockhash(instructions, Some(&payer), &self.svm.latest_blockhash());
        let signatures =
            vec![Default::default(); usize::from(message.header.num_required_signatures)];
        self.run(VersionedTransaction { signatures, message: VersionedMessage::Legacy(message) })
    }

    fn run(&mut self, transaction: VersionedTransaction) -> Result<Sent, Refused> {
        let bytes = wire_bytes(&transaction);
        match self.svm.send_transaction(transaction) {
            Ok(done) => Ok(Sent {
                events: event::from_logs(&done.logs).expect("events decode"),
                compute_units: compute_units(&done.logs),
                logs: done.logs,
                bytes,
            }),
            Err(failed) => Err(Refused {
                name: refusal(&failed.err, &failed.meta.logs),
                logs: failed.meta.logs,
            }),
        }
    }

    /// Sends `instructions`, which nobody else signs, in one transaction that names all accounts
    /// but programs through a lookup table; returns its bytes.
    #[track_caller]
    pub fn send_with_table(&mut self, instructions: &[Instruction]) -> usize {
        let table = self.key().pubkey();
        let mut addresses: Vec<Address> = Vec::new();
        for meta in instructions.iter().flat_map(|instruction| &instruction.accounts) {
            if !meta.is_signer && !addresses.contains(&meta.pubkey) {
                addresses.push(meta.pubkey);
            }
        }
        // Never deactivated, and not extended in this slot.
        let state = AddressLookupTable {
            meta: LookupTableMeta::default(),
            addresses: Cow::Borrowed(&addresses),
        };
        let data = state.serialize_for_tests().unwrap();
        let account = Account {
            lamports: self.rent(data.len()),
            data,
            owner: solana_address_lookup_table_interface::program::ID,
            executable: false,
            rent_epoch: 0,
        };
        self.svm.set_account(table, account).unwrap();
        let message = solana_message::v0::Message::try_compile(
            &self.fee_payer.pubkey(),
            instructions,
            &[solana_message::AddressLookupTableAccount { key: table, addresses }],
            self.svm.latest_blockhash(),
        )
        .expect("the message compiles");
        let signers: [&dyn Signer; 1] = [&self.fee_payer];
        let transaction =
            VersionedTransaction::try_new(VersionedMessage::V0(message), &signers).unwrap();
        let bytes = wire_bytes(&transaction);
        self.svm.send_transaction(transaction).unwrap_or_else(|failed| {
            panic!("refused: {:?}\n  {}", failed.err, failed.meta.logs.join("\n  "))
        });
        bytes
    }

    /// Sends `instructions` in one transaction, which must succeed.
    #[track_caller]
    pub fn send(&mut self, instructions: &[Instruction], signers: &[&Keypair]) -> Sent {
        self.try_send(instructions, signers).unwrap_or_else(|refused| {
            panic!("refused: {}\n  {}", refused.name, refused.logs.join("\n  "))
        })
    }

    /// Sends `instructions` in one transaction, which must be refused with exactly `name`; see
    /// [`Refused`].
    #[track_caller]
    pub fn refuse(&mut self, name: &str, instructions: &[Instruction], signers: &[&Keypair]) {
        match self.try_send(instructions, signers) {
            Ok(sent) => {
                panic!("{name} expected, but it went through\n  {}", sent.logs.join("\n  "))
            }
            Err(refused) => {
                assert_eq!(refused.name, name, "\n  {}", refused.logs.join("\n  "));
            }
        }
    }

    /// The account at `address`.
    #[track_caller]
    pub fn raw(&self, address: &Address) -> Account {
        self.svm.get_account(address).unwrap_or_else(|| panic!("there is no account {address}"))
    }

    /// Whether something is at `address`.
    pub fn exists(&self, address: &Address) -> bool {
        self.svm.get_account(address).is_some_and(|account| account.lamports > 0)
    }

    /// Reads an account of one of Cairn's programs, after checking owner and kind.
    #[track_caller]
    pub fn read<T: CairnAccount>(&self, address: &Address) -> T {
        T::from_account(address, &self.raw(address)).expect("the account is what it should be")
    }

    /// Lamports at `address`; 0 when there is nothing.
    pub fn lamports(&self, address: &Address) -> u64 {
        self.svm.get_balance(address).unwrap_or(0)
    }

    /// Lamports that `bytes` of data need to stay.
    pub fn rent(&self, bytes: usize) -> u64 {
        self.svm.minimum_balance_for_rent_exemption(bytes)
    }

    /// Tokens in a token account of either token program; 0 when there is none.
    pub fn tokens(&self, address: &Address) -> u64 {
        let Some(account) = self.svm.get_account(address) else { return 0 };
        let bytes = account.data.get(64..72).expect("a token account has its amount there");
        u64::from_le_bytes(bytes.try_into().unwrap())
    }

    /// Overwrites a byte of an account, where no instruction leads to that state.
    #[track_caller]
    pub fn poke(&mut self, address: &Address, offset: usize, bytes: &[u8]) {
        let mut account = self.raw(address);
        account.data[offset..offset + bytes.len()].copy_from_slice(bytes);
        self.svm.set_account(*address, account).unwrap();
    }

    /// Copies the account at `address` to a new address, owned by `owner`: an account of the right
    /// shape from the wrong program, or at the wrong address.
    #[track_caller]
    pub fn forge(&mut self, address: &Address, owner: &Address) -> Address {
        let account = Account { owner: *owner, ..self.raw(address) };
        let forged = self.key().pubkey();
        self.svm.set_account(forged, account).unwrap();
        forged
    }

    /// Copies the account at `address` to a new address with the same owner and another
    /// discriminator: another kind of account of the same program.
    #[track_caller]
    pub fn other_kind(&mut self, address: &Address) -> Address {
        let mut account = self.raw(address);
        account.data[7] ^= 1;
        let copy = self.key().pubkey();
        self.svm.set_account(copy, account).unwrap();
        copy
    }

    /// Puts lamports at an address that has nothing yet, as anyone can.
    pub fn dust(&mut self, address: &Address, lamports: u64) {
        assert!(!self.exists(address));
        let from = self.wallet();
        self.send(&[instruction_transfer(&from.pubkey(), address, lamports)], &[&from]);
    }

    /// A new SPL Token mint with 6 decimals; the authority can mint.
    pub fn mint(&mut self) -> (Address, Keypair) {
        let (authority, mint) = (self.wallet(), self.key());
        let rent = self.rent(instruction::MINT_BYTES);
        let create = instruction::create_mint(
            &authority.pubkey(),
            &mint.pubkey(),
            &authority.pubkey(),
            6,
            Lamports(rent),
        );
        self.send(&create, &[&authority, &mint]);
        (mint.pubkey(), authority)
    }

    /// A new Token-2022 mint with 6 decimals whose transfers cost `fee_bps`, rounded up.
    pub fn mint_with_fee(&mut self, fee_bps: u16) -> (Address, Keypair) {
        /// Base, kind of account, and the fee's extension.
        const BYTES: u64 = 165 + 1 + 4 + 108;
        let (authority, mint) = (self.wallet(), self.key());
        let (wallet, address) = (authority.pubkey(), mint.pubkey());
        let rent = self.rent(BYTES.try_into().unwrap());
        let mut create = vec![0, 0, 0, 0];
        create.extend_from_slice(&rent.to_le_bytes());
        create.extend_from_slice(&BYTES.to_le_bytes());
        create.extend_from_slice(TOKEN_2022_PROGRAM.as_ref());
        // `InitializeTransferFeeConfig` without authorities.
        let mut fee = vec![26, 0, 0, 0];
        fee.extend_from_slice(&fee_bps.to_le_bytes());
        fee.extend_from_slice(&u64::MAX.to_le_bytes());
        let mut initialize = vec![20, 6];
        initialize.extend_from_slice(wallet.as_ref());
        initialize.push(0);
        let of_mint = |data| Instruction {
            program_id: TOKEN_2022_PROGRAM,
            accounts: vec![solana_instruction::AccountMeta::new(address, false)],
            data,
        };
        let create = Instruction {
            program_id: Address::default(),
            accounts: vec![
                solana_instruction::AccountMeta::new(wallet, true),
                solana_instruction::AccountMeta::new(address, true),
            ],
            data: create,
        };
        self.send(&[create, of_mint(fee), of_mint(initialize)], &[&authority, &mint]);
        (address, authority)
    }

    /// Makes `to` the authority that may mint.
    pub fn give_mint_authority(
        &mut self,
        mint: &(Address, Keypair),
        to: &Address,
        token_program: &Address,
    ) {
        // `SetAuthority`, of minting, to somebody.
        let mut data = vec![6, 0, 1];
        data.extend_from_slice(to.as_ref());
        let set = Instruction {
            program_id: *token_program,
            accounts: vec![
                solana_instruction::AccountMeta::new(mint.0, false),
                solana_instruction::AccountMeta::new_readonly(mint.1.pubkey(), true),
            ],
            data,
        };
        self.send(&[set], &[&mint.1]);
    }

    /// Creates the wallet's associated token account, if needed, and returns its address.
    pub fn token_account(&mut self, wallet: &Address, mint: &Address) -> Address {
        self.token_account_of(wallet, mint, &TOKEN_PROGRAM)
    }

    /// As [`Chain::token_account`], for a mint of either token program.
    pub fn token_account_of(
        &mut self,
        wallet: &Address,
        mint: &Address,
        token_program: &Address,
    ) -> Address {
        let payer = self.fee_payer.pubkey();
        self.send(
            &[instruction::create_associated_token(&payer, wallet, mint, token_program)],
            &[],
        );
        address::associated_token(wallet, mint, token_program)
    }

    /// Mints `amount` to a token account of either token program.
    pub fn mint_tokens(
        &mut self,
        mint: &(Address, Keypair),
        account: &Address,
        amount: u64,
        token_program: &Address,
    ) {
        let mut mint_to = instruction::mint_to(&mint.0, account, &mint.1.pubkey(), Tokens(amount));
        mint_to.program_id = *token_program;
        self.send(&[mint_to], &[&mint.1]);
    }

    /// Tokens of a mint in existence.
    pub fn supply(&self, mint: &Address) -> u64 {
        let account = self.raw(mint);
        let bytes = account.data.get(36..44).expect("a mint has its supply there");
        u64::from_le_bytes(bytes.try_into().unwrap())
    }

    /// Mints `amount` to a token account.
    pub fn mint_to(&mut self, mint: &(Address, Keypair), account: &Address, amount: u64) {
        self.send(
            &[instruction::mint_to(&mint.0, account, &mint.1.pubkey(), Tokens(amount))],
            &[&mint.1],
        );
    }
}

/// The bump of a derived address.
pub fn bump(seeds: &[&[u8]], program: &Address) -> u8 {
    Address::find_program_address(seeds, program).1
}

/// System `Transfer`.
fn instruction_transfer(from: &Address, to: &Address, lamports: u64) -> Instruction {
    let mut data = vec![2, 0, 0, 0];
    data.extend_from_slice(&lamports.to_le_bytes());
    Instruction {
        program_id: Address::default(),
        accounts: vec![
            solana_instruction::AccountMeta::new(*from, true),
            solana_instruction::AccountMeta::new(*to, false),
        ],
        data,
    }
}

/// Bytes of a transaction: a short vector of signatures and the message.
fn wire_bytes(transaction: &VersionedTransaction) -> usize {
    assert!(transaction.signatures.len() < 128, "the count takes one byte");
    1 + 64 * transaction.signatures.len() + transaction.message.serialize().len()
}

/// From `Program X consumed N of M compute units`, at the top level only.
fn compute_units(logs: &[String]) -> Vec<u64> {
    let mut depth = 0;
    let mut units = Vec::new();
    for line in logs {
        let words: Vec<_> = line.split(' ').collect();
        match words.as_slice() {
            ["Program", _, "invoke", _] => depth += 1,
            ["Program", _, "consumed", n, ..] if depth == 1 => units.push(n.parse().unwrap()),
            ["Program", _, "success"] => depth -= 1,
            _ => {}
        }
    }
    units
}

fn refusal(error: &TransactionError, logs: &[String]) -> String {
    let TransactionError::InstructionError(_, error) = error else {
        return error.to_string();
    };
    let failed = logs.iter().find_map(|line| {
        let (id, rest) = line.strip_prefix("Program ")?.split_once(' ')?;
        rest.starts_with("failed: ").then(|| id.parse::<Address>().ok())?
    });
    let Some(id) = failed else { return format!("{error:?}") };
    let name = match id {
        REGISTRY => "registry",
        REWARDS => "rewards",
        STAKING => "staking",
        TOKEN_PROGRAM => "token",
        TOKEN_2022_PROGRAM => "token-2022",
        ASSOCIATED_TOKEN_PROGRAM => "associated-token",
        other if other == Address::default() => "system",
        _ => return format!("{id}::{error:?}"),
    };
    match error {
        InstructionError::Custom(code) => match ProgramErrorText::lookup(&id, *code) {
            Some(text) => format!("{name}::{}", text.name),
            None => format!("{name}::Custom({code})"),
        },
        other => format!("{name}::{other:?}"),
    }
}

/// Changes to an instruction that a client would not make.
pub trait Swap {
    /// Puts another account at `index`, with the same rights.
    #[must_use]
    fn swap(&self, index: usize, address: &Address) -> Instruction;
    /// Takes the signature at `index` away.
    #[must_use]
    fn unsigned(&self, index: usize) -> Instruction;
    /// Makes the account at `index` read-only.
    #[must_use]
    fn readonly(&self, index: usize) -> Instruction;
}

impl Swap for Instruction {
    fn swap(&self, index: usize, address: &Address) -> Instruction {
        let mut changed = self.clone();
        changed.accounts[index].pubkey = *address;
        changed
    }

    fn unsigned(&self, index: usize) -> Instruction {
        let mut changed = self.clone();
        assert!(changed.accounts[index].is_signer);
        changed.accounts[index].is_signer = false;
        changed
    }

    fn readonly(&self, index: usize) -> Instruction {
        let mut changed = self.clone();
        assert!(changed.accounts[index].is_writable);
        changed.accounts[index].is_writable = false;
        changed
    }
}
