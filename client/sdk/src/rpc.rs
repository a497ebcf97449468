//! Sending transactions and fetching accounts over JSON-RPC.

use crate::{
    Error, ProgramErrorText,
    account::{
        CairnAccount, Device, Network, OracleSet, POOL_VERSION_AT, PROPOSAL_EPOCH_AT, Pool,
        Proposal,
    },
    address,
    amount::{Epoch, Lamports, Tokens},
    event, lookup_table,
    lookup_table::LookupTable,
    typed,
};
use solana_account::Account;
use solana_account_decoder_client_types::{UiAccountEncoding, UiDataSliceConfig};
use solana_address::Address;
use solana_address_lookup_table_interface::instruction::{
    close_lookup_table, create_lookup_table, deactivate_lookup_table, extend_lookup_table,
};
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{VersionedMessage, v0};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::{
    client_error::ErrorKind,
    config::{
        RpcAccountInfoConfig, RpcProgramAccountsConfig, RpcSendTransactionConfig,
        RpcSimulateTransactionConfig,
    },
    filter::{Memcmp, RpcFilterType},
    request::{RpcError, RpcResponseErrorData},
};
use solana_sdk_ids::sysvar;
use solana_signature::Signature;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::{UiLoadedAddresses, UiTransactionEncoding};
use std::{borrow::Borrow, time::Duration};

/// The largest transaction, in bytes.
pub const MAX_TRANSACTION_BYTES: usize = 1_232;

/// A connection to one RPC node.
pub struct Client {
    rpc: RpcClient,
    commitment: CommitmentConfig,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("url", &self.rpc.url()).finish_non_exhaustive()
    }
}

impl Client {
    /// Connects to `url`; transactions are confirmed and accounts read at `commitment`.
    pub fn new(url: &str, commitment: CommitmentConfig) -> Self {
        let rpc = RpcClient::new_with_timeout_and_commitment(
            url.to_owned(),
            Duration::from_secs(30),
            commitment,
        );
        Self { rpc, commitment }
    }

    /// The underlying client, for calls that this type has no method for.
    pub fn rpc(&self) -> &RpcClient {
        &self.rpc
    }

    /// The commitment of this connection.
    pub fn commitment(&self) -> CommitmentConfig {
        self.commitment
    }

    /// Signs `instructions` with `payer` and `signers`, sends them as one transaction and waits
    /// until it is confirmed; sends again while the blockhash lives, because nodes drop
    /// transactions under load.
    ///
    /// # Errors
    /// [`Error::Program`] when a Cairn program refused, [`Error::Expired`] when it never
    /// confirmed (it will not later either), [`Error::TooLarge`] before anything is sent, others as
    /// they say.
    pub async fn send(
        &self,
        instructions: &[Instruction],
        payer: &Keypair,
        signers: &[&Keypair],
    ) -> Result<Signature, Error> {
        self.send_with_tables::<LookupTable>(instructions, payer, signers, &[]).await
    }

    /// As [`Client::send`]; accounts that `tables` hold are named through them.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn send_with_tables<T: Borrow<LookupTable>>(
        &self,
        instructions: &[Instruction],
        payer: &Keypair,
        signers: &[&Keypair],
        tables: &[T],
    ) -> Result<Signature, Error> {
        let (blockhash, last_valid_height) =
            self.rpc.get_latest_blockhash_with_commitment(self.commitment).await?;
        let bytes = transaction_bytes(&payer.pubkey(), instructions, tables)?;
        if bytes > MAX_TRANSACTION_BYTES {
            return Err(Error::TooLarge { bytes, max: MAX_TRANSACTION_BYTES });
        }
        let transaction = sign(instructions, payer, signers, tables, blockhash)?;
        let config = RpcSendTransactionConfig {
            preflight_commitment: Some(self.commitment.commitment),
            ..RpcSendTransactionConfig::default()
        };
        let explain = |error| self.explain(error, instructions);
        let signature =
            self.rpc.send_transaction_with_config(&transaction, config).await.map_err(explain)?;
        let mut wait = Duration::from_millis(20);
        let mut last_sent = tokio::time::Instant::now();
        loop {
            let statuses = self.rpc.get_signature_statuses(&[signature]).await?;
            if let Some(status) = statuses.value.into_iter().next().flatten() {
                if let Some(error) = status.err.clone() {
                    return Err(transaction_error(error, Vec::new(), instructions));
                }
                if status.satisfies_commitment(self.commitment) {
                    return Ok(signature);
                }
            } else if last_sent.elapsed() > Duration::from_secs(3) {
                let height = self.rpc.get_block_height_with_commitment(self.commitment).await?;
                if height > last_valid_height {
                    return Err(Error::Expired(signature));
                }
                let again = RpcSendTransactionConfig { skip_preflight: true, ..config };
                match self.rpc.send_transaction_with_config(&transaction, again).await {
                    Ok(_) => {}
                    // The first copy may have landed meanwhile; its status tells.
                    Err(error) => tracing::debug!(%signature, %error, "not sent again"),
                }
                last_sent = tokio::time::Instant::now();
            }
            tokio::time::sleep(wait).await;
            wait = wait.saturating_mul(2).min(Duration::from_millis(400));
        }
    }

    /// Runs `instructions` as one transaction that `payer` pays and everybody signed, without a
    /// trace on the chain.
    ///
    /// # Errors
    /// What [`Client::send`] would fail with.
    pub async fn simulate(
        &self,
        instructions: &[Instruction],
        payer: &Address,
    ) -> Result<(), Error> {
        let blockhash = solana_hash::Hash::default();
        let message = v0::Message::try_compile(payer, instructions, &[], blockhash)?;
        let signatures = usize::from(message.header.num_required_signatures);
        let transaction = VersionedTransaction {
            signatures: vec![Signature::default(); signatures],
            message: VersionedMessage::V0(message),
        };
        let config = RpcSimulateTransactionConfig {
            sig_verify: false,
            replace_recent_blockhash: true,
            commitment: Some(self.commitment),
            ..RpcSimulateTransactionConfig::default()
        };
        let result = self.rpc.simulate_transaction_with_config(&transaction, config).await?.value;
        match result.err {
            None => Ok(()),
            Some(error) => {
                Err(transaction_error(error, result.logs.unwrap_or_default(), instructions))
            }
        }
    }

    fn explain(
        &self,
        error: solana_rpc_client_api::client_error::Error,
        instructions: &[Instruction],
    ) -> Error {
        let logs = match error.kind() {
            ErrorKind::RpcError(RpcError::RpcResponseError {
                data: RpcResponseErrorData::SendTransactionPreflightFailure(result),
                ..
            }) => result.logs.clone().unwrap_or_default(),
            _ => Vec::new(),
        };
        match error.get_transaction_error() {
            Some(transaction) => transaction_error(transaction, logs, instructions),
            None => error.into(),
        }
    }

    /// The account at `address`, or `None`.
    ///
    /// # Errors
    /// When the node cannot be asked.
    pub async fn account(&self, address: &Address) -> Result<Option<Account>, Error> {
        let response = self.rpc.get_account_with_commitment(address, self.commitment).await?;
        Ok(response.value)
    }

    /// The Cairn account of type `T` at `address`, or `None` when there is none.
    ///
    /// # Errors
    /// [`Error::WrongAccount`] when something else is there.
    pub async fn find<T: CairnAccount>(&self, address: &Address) -> Result<Option<T>, Error> {
        match self.account(address).await? {
            Some(account) => T::from_account(address, &account).map(Some),
            None => Ok(None),
        }
    }

    /// The Cairn account of type `T` at `address`.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::WrongAccount`].
    pub async fn get<T: CairnAccount>(&self, address: &Address) -> Result<T, Error> {
        self.find(address).await?.ok_or(Error::Missing { what: T::NAME, address: *address })
    }

    /// All accounts of type `T` whose bytes match `filters`, given as (offset, bytes) after the
    /// discriminator.
    ///
    /// # Errors
    /// When the node cannot be asked or an account does not decode.
    pub async fn all<T: CairnAccount>(
        &self,
        filters: &[(usize, &[u8])],
    ) -> Result<Vec<(Address, T)>, Error> {
        let memcmp = |offset: usize, bytes: &[u8]| {
            RpcFilterType::Memcmp(Memcmp::new_raw_bytes(offset, bytes.to_vec()))
        };
        let discriminator = memcmp(0, &T::DISCRIMINATOR);
        let fields = filters
            .iter()
            .map(|(offset, bytes)| memcmp(offset.saturating_add(T::DISCRIMINATOR.len()), bytes));
        let config = RpcProgramAccountsConfig {
            filters: Some(std::iter::once(discriminator).chain(fields).collect()),
            account_config: RpcAccountInfoConfig {
                encoding: Some(UiAccountEncoding::Base64),
                data_slice: None::<UiDataSliceConfig>,
                commitment: Some(self.commitment),
                min_context_slot: None,
            },
            ..RpcProgramAccountsConfig::default()
        };
        let accounts = self.rpc.get_program_ui_accounts_with_config(&T::PROGRAM, config).await?;
        accounts
            .into_iter()
            .map(|(address, ui)| {
                let account: Account = ui.to_account().ok_or(Error::WrongAccount {
                    what: T::NAME,
                    address,
                    reason: "the node sent no decodable data".into(),
                })?;
                Ok((address, T::from_account(&address, &account)?))
            })
            .collect()
    }

    /// Every pool of every network with the version of its layout, whatever that is.
    ///
    /// # Errors
    /// When the node cannot be asked.
    pub async fn pool_versions(&self) -> Result<Vec<(Address, u8)>, Error> {
        let kind = Memcmp::new_raw_bytes(0, Pool::DISCRIMINATOR.to_vec());
        let config = RpcProgramAccountsConfig {
            filters: Some(vec![RpcFilterType::Memcmp(kind)]),
            account_config: RpcAccountInfoConfig {
                encoding: Some(UiAccountEncoding::Base64),
                data_slice: Some(UiDataSliceConfig { offset: POOL_VERSION_AT, length: 1 }),
                commitment: Some(self.commitment),
                min_context_slot: None,
            },
            ..RpcProgramAccountsConfig::default()
        };
        let accounts = self.rpc.get_program_ui_accounts_with_config(&Pool::PROGRAM, config).await?;
        accounts
            .into_iter()
            .map(|(address, ui)| {
                let account: Option<Account> = ui.to_account();
                let version = account.and_then(|account| account.data.first().copied());
                let reason = "the node sent no version".to_owned();
                let wrong = Error::WrongAccount { what: Pool::NAME, address, reason };
                Ok((address, version.ok_or(wrong)?))
            })
            .collect()
    }

    /// All devices of a network.
    ///
    /// # Errors
    /// As [`Client::all`].
    pub async fn devices(&self, network: &Address) -> Result<Vec<(Address, Device)>, Error> {
        self.all(&[(0, network.as_ref())]).await
    }

    /// All proposals of a pool for one epoch.
    ///
    /// # Errors
    /// As [`Client::all`].
    pub async fn proposals(
        &self,
        pool: &Address,
        epoch: impl Into<Epoch>,
    ) -> Result<Vec<(Address, Proposal)>, Error> {
        self.all(&[(0, pool.as_ref()), (PROPOSAL_EPOCH_AT, &epoch.into().0.to_le_bytes())]).await
    }

    /// A pool with its network and oracle set.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn pool(&self, pool: &Address) -> Result<(Pool, Network, OracleSet), Error> {
        let state: Pool = self.get(pool).await?;
        let network = self.get(&state.network).await?;
        let oracle_set = self.get(&address::oracle_set(pool)).await?;
        Ok((state, network, oracle_set))
    }

    /// Tokens in an SPL Token or Token-2022 account; 0 when there is none.
    ///
    /// # Errors
    /// When the node cannot be asked, or the account is no token account.
    pub async fn token_balance(&self, address: &Address) -> Result<Tokens, Error> {
        let Some(account) = self.account(address).await? else { return Ok(Tokens(0)) };
        account
            .data
            .get(64..72)
            .and_then(|bytes| bytes.try_into().ok())
            .map(|amount| Tokens(u64::from_le_bytes(amount)))
            .ok_or_else(|| Error::WrongAccount {
                what: "token account",
                address: *address,
                reason: "it is too short".into(),
            })
    }

    /// Decimals of a mint.
    ///
    /// # Errors
    /// When there is no mint.
    pub async fn mint_decimals(&self, mint: &Address) -> Result<u8, Error> {
        self.mint_program_and_decimals(mint).await.map(|(_, decimals)| decimals)
    }

    /// Token program of a mint, and its decimals.
    ///
    /// # Errors
    /// When there is no mint.
    pub async fn mint_program_and_decimals(&self, mint: &Address) -> Result<(Address, u8), Error> {
        let account =
            self.account(mint).await?.ok_or(Error::Missing { what: "mint", address: *mint })?;
        let wrong = |reason: String| Error::WrongAccount { what: "mint", address: *mint, reason };
        if ![address::TOKEN_PROGRAM, address::TOKEN_2022_PROGRAM].contains(&account.owner) {
            return Err(wrong(format!("it belongs to program {}", account.owner)));
        }
        let decimals = account.data.get(44).copied();
        Ok((account.owner, decimals.ok_or_else(|| wrong("it is too short".into()))?))
    }

    /// A recent slot and its hash, as the slot hashes sysvar has them; what a device signs to
    /// join. A slot stays valid for 512 slots, about 200 s.
    ///
    /// # Errors
    /// When the node cannot be asked.
    pub async fn recent_slot_hash(&self) -> Result<(u64, [u8; 32]), Error> {
        let address = sysvar::slot_hashes::ID;
        let account = self
            .account(&address)
            .await?
            .ok_or(Error::Missing { what: "slot hashes sysvar", address })?;
        // A count, then (slot, hash) pairs, newest first.
        let entry = account.data.get(8..48).and_then(|entry| {
            let (slot, hash) = entry.split_at_checked(8)?;
            Some((u64::from_le_bytes(slot.try_into().ok()?), hash.try_into().ok()?))
        });
        entry.ok_or_else(|| Error::WrongAccount {
            what: "slot hashes sysvar",
            address,
            reason: "it is empty".into(),
        })
    }

    /// The newest slot at this connection's commitment.
    ///
    /// # Errors
    /// When the node cannot be asked.
    pub async fn slot(&self) -> Result<u64, Error> {
        Ok(self.rpc.get_slot_with_commitment(self.commitment).await?)
    }

    /// The chain's own time, unix seconds: what the programs compare with.
    ///
    /// # Errors
    /// When the node cannot be asked.
    pub async fn chain_time(&self) -> Result<i64, Error> {
        let address = sysvar::clock::ID;
        let clock = self
            .account(&address)
            .await?
            .ok_or(Error::Missing { what: "clock sysvar", address })?;
        // Slot, start of the epoch, two epochs' numbers, then the time.
        let time = clock.data.get(32..40).and_then(|bytes| bytes.try_into().ok());
        time.map(i64::from_le_bytes).ok_or_else(|| Error::WrongAccount {
            what: "clock sysvar",
            address,
            reason: "it is too short".into(),
        })
    }

    /// What a wallet or account holds.
    ///
    /// # Errors
    /// When the node cannot be asked.
    pub async fn lamports(&self, address: &Address) -> Result<Lamports, Error> {
        Ok(Lamports(self.account(address).await?.map_or(0, |account| account.lamports)))
    }

    /// The lookup table at `address`.
    ///
    /// # Errors
    /// [`Error::Missing`] or [`Error::WrongAccount`].
    pub async fn lookup_table(&self, address: &Address) -> Result<LookupTable, Error> {
        let missing = Error::Missing { what: "lookup table", address: *address };
        let account = self.account(address).await?.ok_or(missing)?;
        LookupTable::from_account(address, &account)
    }

    /// All lookup tables of `authority`, the deactivated ones too.
    ///
    /// # Errors
    /// When the node cannot be asked.
    pub async fn lookup_tables(&self, authority: &Address) -> Result<Vec<LookupTable>, Error> {
        let owner = Memcmp::new_raw_bytes(lookup_table::AUTHORITY_AT, authority.to_bytes().into());
        let config = RpcProgramAccountsConfig {
            filters: Some(vec![RpcFilterType::Memcmp(owner)]),
            account_config: RpcAccountInfoConfig {
                encoding: Some(UiAccountEncoding::Base64),
                commitment: Some(self.commitment),
                ..RpcAccountInfoConfig::default()
            },
            ..RpcProgramAccountsConfig::default()
        };
        let program = solana_address_lookup_table_interface::program::ID;
        let accounts = self.rpc.get_program_ui_accounts_with_config(&program, config).await?;
        let mut tables = Vec::with_capacity(accounts.len());
        for (address, ui) in accounts {
            let account: Option<Account> = ui.to_account();
            // What is no table happens to have the same bytes there.
            let table = account.map(|account| LookupTable::from_account(&address, &account));
            tables.extend(table.and_then(Result::ok));
        }
        tables.retain(|table| table.authority == Some(*authority));
        tables.sort_by_key(|table| table.address);
        Ok(tables)
    }

    /// Creates a lookup table of `payer` with `addresses`, and waits until it can be used.
    ///
    /// # Errors
    /// Whatever the lookup table program refuses, such as more than 256 addresses.
    pub async fn create_lookup_table(
        &self,
        payer: &Keypair,
        addresses: &[Address],
    ) -> Result<LookupTable, Error> {
        let wallet = payer.pubkey();
        let (slot, _) = self.recent_slot_hash().await?;
        let (create, address) = create_lookup_table(wallet, wallet, slot);
        let mut instructions = vec![create];
        for some in addresses.chunks(lookup_table::ADDRESSES_PER_TRANSACTION) {
            let extend = extend_lookup_table(address, wallet, Some(wallet), some.to_vec());
            instructions.push(extend);
            self.send(&instructions, payer, &[]).await?;
            instructions.clear();
        }
        let table = self.lookup_table(&address).await?;
        while !table.is_usable_in(self.slot().await?) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(table)
    }

    /// Begins the end of a lookup table of `authority`, unless that has begun; returns it as it
    /// is then.
    ///
    /// # Errors
    /// When there is no such table or it belongs to somebody else.
    pub async fn deactivate_lookup_table(
        &self,
        authority: &Keypair,
        address: &Address,
    ) -> Result<LookupTable, Error> {
        if self.lookup_table(address).await?.deactivated_slot.is_none() {
            let deactivate = deactivate_lookup_table(*address, authority.pubkey());
            self.send(&[deactivate], authority, &[]).await?;
        }
        self.lookup_table(address).await
    }

    /// Closes a lookup table of `authority`, who gets its rent back: deactivates it if need be and
    /// waits until it can be closed, some three and a half minutes.
    ///
    /// # Errors
    /// As [`Client::deactivate_lookup_table`].
    pub async fn close_lookup_table(
        &self,
        authority: &Keypair,
        address: &Address,
    ) -> Result<Signature, Error> {
        let table = self.deactivate_lookup_table(authority, address).await?;
        let from = table.closable_from().unwrap_or(0);
        loop {
            let slot = self.slot().await?;
            if slot >= from {
                break;
            }
            let slots = u32::try_from(from.saturating_sub(slot)).unwrap_or(u32::MAX);
            let wait = Duration::from_millis(100).saturating_mul(slots);
            tokio::time::sleep(wait.min(Duration::from_secs(5))).await;
        }
        let wallet = authority.pubkey();
        self.send(&[close_lookup_table(*address, wallet, wallet)], authority, &[]).await
    }

    /// What a confirmed transaction did: the events that it logged, and which accounts' lamports it
    /// changed.
    ///
    /// # Errors
    /// When the node does not know the transaction (any more), or it has an event that does not
    /// decode.
    pub async fn receipt(&self, signature: &Signature) -> Result<Receipt, Error> {
        let config = solana_rpc_client_api::config::RpcTransactionConfig {
            encoding: Some(UiTransactionEncoding::Base64),
            // Nodes give no transactions at `processed`.
            commitment: Some(if self.commitment.is_finalized() {
                self.commitment
            } else {
                CommitmentConfig::confirmed()
            }),
            max_supported_transaction_version: Some(0),
        };
        let mut tries = 0u8;
        let transaction = loop {
            match self.rpc.get_transaction_with_config(signature, config).await {
                Ok(transaction) => break transaction.transaction,
                // Status and transaction come from different stores of the node.
                Err(_) if tries < 20 => tokio::time::sleep(Duration::from_millis(250)).await,
                Err(error) => return Err(error.into()),
            }
            tries = tries.saturating_add(1);
        };
        let unreadable = |reason: &str| Error::WrongAccount {
            what: "transaction",
            address: Address::default(),
            reason: reason.to_owned(),
        };
        let decoded = transaction.transaction.decode();
        let meta = transaction.meta.ok_or_else(|| unreadable("the node sent no effects"))?;
        let logs: Option<Vec<String>> = meta.log_messages.into();
        let events = event::from_logs(&logs.unwrap_or_default())
            .map_err(|error| unreadable(&error.to_string()))?;
        let mut keys: Vec<Address> = decoded
            .map(|transaction| transaction.message.static_account_keys().to_vec())
            .unwrap_or_default();
        let loaded: Option<UiLoadedAddresses> = meta.loaded_addresses.into();
        if let Some(loaded) = loaded {
            let through = loaded.writable.iter().chain(&loaded.readonly);
            keys.extend(through.filter_map(|key| key.parse::<Address>().ok()));
        }
        let balances = meta.pre_balances.iter().zip(&meta.post_balances);
        let changes = keys
            .into_iter()
            .zip(balances)
            .filter(|(_, (before, after))| before != after)
            .map(|(address, (before, after))| LamportChange {
                address,
                before: Lamports(*before),
                after: Lamports(*after),
            })
            .collect();
        Ok(Receipt {
            signature: *signature,
            fee: Lamports(meta.fee),
            events: events.iter().map(typed::Event::from).collect(),
            changes,
        })
    }

    /// Compute units that a confirmed transaction used.
    ///
    /// # Errors
    /// When the node does not know the transaction (any more).
    pub async fn compute_units(&self, signature: &Signature) -> Result<Option<u64>, Error> {
        let config = solana_rpc_client_api::config::RpcTransactionConfig {
            encoding: None,
            commitment: Some(CommitmentConfig::confirmed()),
            max_supported_transaction_version: Some(0),
        };
        let transaction = self.rpc.get_transaction_with_config(signature, config).await?;
        Ok(transaction.transaction.meta.and_then(|meta| meta.compute_units_consumed.into()))
    }
}

/// What a transaction did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The transaction.
    pub signature: Signature,
    /// What it cost, paid by its first signer.
    pub fee: Lamports,
    /// Events of Cairn's programs, in order.
    pub events: Vec<typed::Event>,
    /// Accounts that hold other lamports than before.
    pub changes: Vec<LamportChange>,
}

/// Lamports of an account before and after a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LamportChange {
    /// The account.
    pub address: Address,
    /// Before; nothing where it did not exist.
    pub before: Lamports,
    /// After; nothing where it was closed.
    pub after: Lamports,
}

fn compile<T: Borrow<LookupTable>>(
    payer: &Address,
    instructions: &[Instruction],
    tables: &[T],
    blockhash: solana_hash::Hash,
) -> Result<v0::Message, Error> {
    let tables: Vec<_> = tables.iter().map(|table| table.borrow().for_message()).collect();
    Ok(v0::Message::try_compile(payer, instructions, &tables, blockhash)?)
}

/// Bytes of the transaction of `instructions` that `payer` pays; see [`MAX_TRANSACTION_BYTES`].
///
/// # Errors
/// When they do not compile, such as for more accounts than one byte numbers.
pub fn transaction_bytes<T: Borrow<LookupTable>>(
    payer: &Address,
    instructions: &[Instruction],
    tables: &[T],
) -> Result<usize, Error> {
    /// A length, 7 bits to a byte.
    fn length(of: usize) -> usize {
        match of {
            0..=0x7f => 1,
            0x80..=0x3fff => 2,
            _ => 3,
        }
    }
    /// Bytes after their length.
    fn bytes(of: usize) -> usize {
        length(of).saturating_add(of)
    }
    let message = compile(payer, instructions, tables, solana_hash::Hash::default())?;
    let signatures = usize::from(message.header.num_required_signatures);
    let keys = message.account_keys.len();
    // Signatures; version, three numbers of signers, keys, blockhash.
    let fixed = [
        length(signatures),
        signatures.saturating_mul(64),
        1 + 3,
        length(keys),
        keys.saturating_mul(32),
        32,
        length(message.instructions.len()),
        length(message.address_table_lookups.len()),
    ];
    let instructions = message.instructions.iter().map(|instruction| {
        1usize
            .saturating_add(bytes(instruction.accounts.len()))
            .saturating_add(bytes(instruction.data.len()))
    });
    let lookups = message.address_table_lookups.iter().map(|lookup| {
        32usize
            .saturating_add(bytes(lookup.writable_indexes.len()))
            .saturating_add(bytes(lookup.readonly_indexes.len()))
    });
    Ok(fixed.into_iter().chain(instructions).chain(lookups).sum())
}

fn sign<T: Borrow<LookupTable>>(
    instructions: &[Instruction],
    payer: &Keypair,
    signers: &[&Keypair],
    tables: &[T],
    blockhash: solana_hash::Hash,
) -> Result<VersionedTransaction, Error> {
    let message = compile(&payer.pubkey(), instructions, tables, blockhash)?;
    let mut all: Vec<&Keypair> = vec![payer];
    all.extend(signers.iter().filter(|signer| signer.pubkey() != payer.pubkey()));
    Ok(VersionedTransaction::try_new(VersionedMessage::V0(message), &all)?)
}

fn transaction_error(
    error: impl Into<TransactionError>,
    logs: Vec<String>,
    instructions: &[Instruction],
) -> Error {
    use solana_instruction::error::InstructionError;
    let error = error.into();
    if let TransactionError::InstructionError(index, InstructionError::Custom(code)) = &error {
        let program = instructions.get(usize::from(*index)).map(|i| i.program_id);
        if let Some(text) = program.and_then(|program| ProgramErrorText::lookup(&program, *code)) {
            return Error::Program(text);
        }
    }
    Error::Transaction { error, logs }
}
