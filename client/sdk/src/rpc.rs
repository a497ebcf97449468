//! Sending transactions and fetching accounts over JSON-RPC.

use crate::{
    Error, ProgramErrorText,
    account::{
        CairnAccount, Device, Network, OracleSet, POOL_VERSION_AT, PROPOSAL_EPOCH_AT, Pool,
        Proposal,
    },
    address,
};
use solana_account::Account;
use solana_account_decoder_client_types::{UiAccountEncoding, UiDataSliceConfig};
use solana_address::Address;
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
use std::time::Duration;

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
    /// confirmed (it will not later either), others as they say.
    pub async fn send(
        &self,
        instructions: &[Instruction],
        payer: &Keypair,
        signers: &[&Keypair],
    ) -> Result<Signature, Error> {
        let (blockhash, last_valid_height) =
            self.rpc.get_latest_blockhash_with_commitment(self.commitment).await?;
        let transaction = sign(instructions, payer, signers, blockhash)?;
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
        epoch: u64,
    ) -> Result<Vec<(Address, Proposal)>, Error> {
        self.all(&[(0, pool.as_ref()), (PROPOSAL_EPOCH_AT, &epoch.to_le_bytes())]).await
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
    pub async fn token_balance(&self, address: &Address) -> Result<u64, Error> {
        let Some(account) = self.account(address).await? else { return Ok(0) };
        account
            .data
            .get(64..72)
            .and_then(|bytes| bytes.try_into().ok())
            .map(u64::from_le_bytes)
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
        let account =
            self.account(mint).await?.ok_or(Error::Missing { what: "mint", address: *mint })?;
        account.data.get(44).copied().ok_or_else(|| Error::WrongAccount {
            what: "mint",
            address: *mint,
            reason: "it is too short".into(),
        })
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

fn sign(
    instructions: &[Instruction],
    payer: &Keypair,
    signers: &[&Keypair],
    blockhash: solana_hash::Hash,
) -> Result<VersionedTransaction, Error> {
    let message = v0::Message::try_compile(&payer.pubkey(), instructions, &[], blockhash)?;
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
