//! The chain over JSON-RPC, through `cairn-sdk`.
//!
//! What feeds an epoch (the registry, the pool with its active root) is read at `finalized`
//! commitment; proposals are looked at and transactions confirmed at `confirmed`, because a
//! mistake there costs only another try.

use super::{
    ActiveRoot, BlockState, Chain, ChainError, ChallengeState, Credits, CustomerCredits, Dues,
    Label, Outcome, Part, PoolState, ProposalState, ProposalStatus, RegistrySnapshot, Sent, Tidy,
};
use cairn_epoch::UsageProof;
use cairn_protocol::merkle::Node;
use cairn_protocol::proof::{DeviceKey, Position};
use cairn_protocol::proposal::ProposalContent;
use cairn_protocol::settlement::Settled;
use cairn_sdk::account::{
    self, Bond, Challenge, CreditAccount, CreditMarket, Device, DeviceClass, Network, OracleSet,
    Pool, Proposal, StakePool, emission_steps, operators, oracles, oracles_of, pool_terms_at,
    proposal_content, split_of, statuses,
};
use cairn_sdk::blocks::Block;
use cairn_sdk::instruction::PoolKeys;
use cairn_sdk::rpc::Client;
use cairn_sdk::{Error, address, instruction};
use cairn_verify::{
    Address, Bonds, Category, Changed, ClassHistory, ClassTerms, DeviceRecord, License,
};
use solana_address::Address as SolanaAddress;
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_sdk_ids::sysvar;
use solana_signer::Signer;
use std::collections::BTreeMap;

/// Compute units that a transaction may take: the most that a cluster allows.
const COMPUTE_UNITS: u32 = 1_400_000;
/// `Pool::mode` of a pool that mints at finalization.
const MODE_MINT: u8 = 1;
/// `Bond::role` of an operator's bond for its devices.
const ROLE_OPERATOR: u8 = 0;
/// `Proposal::status` of a proposal whose root became active.
const STATUS_FINALIZED: u8 = 1;
/// `Proposal::status` of a proposal that never will.
const STATUS_REJECTED: u8 = 2;
/// `Challenge::outcome` of a challenge that oracles vote on.
const OUTCOME_NONE: u8 = 0;
/// `Challenge::outcome` of one that the challenger won.
const OUTCOME_UPHELD: u8 = 1;
/// `Challenge::outcome` of one that the proposer won.
const OUTCOME_DISMISSED: u8 = 2;

/// One RPC node and this oracle's keypair.
#[derive(Debug)]
pub struct SolanaChain {
    finalized: Client,
    confirmed: Client,
    keypair: Keypair,
    pool: SolanaAddress,
}

impl SolanaChain {
    /// Works for `pool` through the RPC node at `url`; nothing is sent yet.
    pub fn new(url: &str, keypair: Keypair, pool: &Address) -> Self {
        Self {
            finalized: Client::new(url, CommitmentConfig::finalized()),
            confirmed: Client::new(url, CommitmentConfig::confirmed()),
            keypair,
            pool: SolanaAddress::new_from_array(*pool),
        }
    }

    /// Slot and unix time of the clock sysvar at a connection's commitment.
    async fn clock(&self, client: &Client) -> Result<(u64, u64), ChainError> {
        let id = sysvar::clock::ID;
        let malformed = |message: &str| ChainError::Malformed {
            what: "clock sysvar",
            address: id.to_string(),
            message: message.to_owned(),
        };
        let account = client
            .account(&id)
            .await
            .map_err(read)?
            .ok_or_else(|| ChainError::Missing { what: "clock sysvar", address: id.to_string() })?;
        // slot, epoch_start_timestamp, epoch, leader_schedule_epoch, unix_timestamp: 8 bytes each.
        let field = |at: usize| {
            let bytes = account.data.get(at..)?.first_chunk::<8>()?;
            Some(*bytes)
        };
        let slot = field(0).map(u64::from_le_bytes).ok_or_else(|| malformed("it is too short"))?;
        let time = field(32).map(i64::from_le_bytes).ok_or_else(|| malformed("it is too short"))?;
        let time = u64::try_from(time).map_err(|_| malformed("its time is before 1970"))?;
        Ok((slot, time))
    }

    /// The bonds of a network's operators for their devices.
    async fn bonds(&self, network: &SolanaAddress) -> Result<Bonds, ChainError> {
        let at = address::stake_pool(network);
        let Some(stake_pool) = self.finalized.find::<StakePool>(&at).await.map_err(read)? else {
            return Ok(Bonds::default());
        };
        let amounts = self
            .finalized
            .all::<Bond>(&[(0, at.as_ref())])
            .await
            .map_err(read)?
            .into_iter()
            .filter(|(_, bond)| bond.role == ROLE_OPERATOR)
            .map(|(_, bond)| ((bond.owner.to_bytes(), bond.class), bonded(&bond)))
            .collect();
        Ok(Bonds { settle_seconds: stake_pool.settle_seconds, amounts })
    }

    /// The customers of the pool's credit market.
    async fn credits(&self) -> Result<Credits, ChainError> {
        let at = address::credit_market(&self.pool);
        let Some(market) = self.finalized.find::<CreditMarket>(&at).await.map_err(read)? else {
            return Ok(Credits::default());
        };
        let customers = self
            .finalized
            .all::<CreditAccount>(&[(0, at.as_ref())])
            .await
            .map_err(read)?
            .into_iter()
            .map(|(_, account)| {
                let credits = CustomerCredits {
                    backing: account::backings(&account),
                    settled: account.settled_total,
                    available: account.escrowed.saturating_add(account.withdrawing),
                };
                (account.customer.to_bytes(), credits)
            })
            .collect();
        let set: OracleSet =
            self.finalized.get(&address::oracle_set(&self.pool)).await.map_err(read)?;
        Ok(Credits {
            settle_seconds: market.settle_seconds,
            customers,
            quotes: market.reports.each_ref().map(account::quotes),
            threshold: set.threshold,
        })
    }

    async fn proposal(&self, at: &SolanaAddress) -> Result<Option<Proposal>, ChainError> {
        self.confirmed.find(at).await.map_err(read)
    }

    /// What instructions need to know of the pool.
    async fn keys(&self) -> Result<(PoolKeys, Pool), ChainError> {
        let pool: Pool = self.confirmed.get(&self.pool).await.map_err(read)?;
        Ok((PoolKeys::from(&pool), pool))
    }

    async fn send(&self, action: &'static str, instruction: Instruction) -> Result<(), Error> {
        self.send_all(action, vec![instruction]).await
    }

    async fn send_all(
        &self,
        action: &'static str,
        mut instructions: Vec<Instruction>,
    ) -> Result<(), Error> {
        // Summing up a long emission table with many decays takes more than the usual 200,000.
        instructions.insert(0, instruction::compute_limit(COMPUTE_UNITS));
        let signature = self.confirmed.send(&instructions, &self.keypair, &[&self.keypair]).await?;
        tracing::debug!(%signature, action, "confirmed");
        Ok(())
    }

    /// Sends an instruction on a proposal. Refusals by one of these names, or because the account is
    /// closed, mean that somebody was there first.
    async fn send_on(
        &self,
        action: &'static str,
        at: &SolanaAddress,
        instruction: Instruction,
        done: &[&str],
    ) -> Result<Sent, ChainError> {
        match self.send(action, instruction).await {
            Ok(()) => Ok(Sent::Done),
            Err(error) if error.program_error_name().is_some_and(|name| done.contains(&name)) => {
                Ok(Sent::AlreadyDone)
            }
            Err(error) if error.is_transient() => Err(write(action)(error)),
            Err(error) => match self.proposal(at).await? {
                None => Ok(Sent::AlreadyDone),
                Some(_) => Err(write(action)(error)),
            },
        }
    }

    /// The instruction that creates a wallet's token account, when there is none.
    async fn missing_account(
        &self,
        keys: &PoolKeys,
        wallet: &SolanaAddress,
    ) -> Result<Option<Instruction>, ChainError> {
        let at = keys.token_account(wallet);
        let found = self.confirmed.account(&at).await.map_err(read)?;
        let payer = self.keypair.pubkey();
        Ok(found.is_none().then(|| {
            instruction::create_associated_token(&payer, wallet, &keys.mint, &keys.token_program)
        }))
    }

    /// Now by the chain's clock, unix seconds.
    async fn now(&self) -> Result<i64, ChainError> {
        Ok(i64::try_from(self.clock(&self.confirmed).await?.1).unwrap_or(i64::MAX))
    }

    /// Proposals with their challenges.
    async fn with_challenges(
        &self,
        proposals: Vec<(SolanaAddress, Proposal)>,
    ) -> Result<Vec<ProposalState>, ChainError> {
        let set: OracleSet =
            self.confirmed.get(&address::oracle_set(&self.pool)).await.map_err(read)?;
        let mut states = Vec::with_capacity(proposals.len());
        for (at, proposal) in proposals {
            let challenge = if proposal.has_challenge == 0 {
                None
            } else {
                self.confirmed.find(&address::challenge(&at)).await.map_err(read)?
            };
            states.push(proposal_state(&at, &proposal, challenge.as_ref(), &set));
        }
        Ok(states)
    }
}

impl Chain for SolanaChain {
    fn identity(&self) -> Address {
        self.keypair.pubkey().to_bytes()
    }

    async fn pool_state(&self) -> Result<PoolState, ChainError> {
        // The clock first: what is read after it is at least as new.
        let (_, finalized_time_s) = self.clock(&self.finalized).await?;
        let (pool, network, set) = self.finalized.pool(&self.pool).await.map_err(read)?;
        let (_, chain_time_s) = self.clock(&self.confirmed).await?;
        let genesis_at_s = u64::try_from(pool.genesis_at).map_err(|_| ChainError::Malformed {
            what: "pool",
            address: self.pool.to_string(),
            message: "its genesis is before 1970".to_owned(),
        })?;
        let now = i64::try_from(chain_time_s).unwrap_or(i64::MAX);
        // A pool that closes takes no proposals any more.
        let closing = pool.close_at != 0 && now >= pool.close_at;
        // A pool has no root while its tree has no leaf.
        let active = (pool.leaf_count > 0).then_some(ActiveRoot {
            epoch: pool.root_epoch,
            root: Node { hash: pool.root, sum: pool.root_sum },
            usage: Node { hash: pool.usage_root, sum: pool.usage_sum },
        });
        Ok(PoolState {
            address: self.pool.to_bytes(),
            network: pool.network.to_bytes(),
            mint: pool.mint.to_bytes(),
            treasury: pool.terms.treasury.to_bytes(),
            next_treasury: u64::try_from(pool.pending_terms_at)
                .ok()
                .filter(|at| *at > 0)
                .map(|at| (at, pool.pending_terms.treasury.to_bytes())),
            genesis_at_s,
            epoch_seconds: pool.epoch_seconds.into(),
            steps: emission_steps(&pool),
            splits: split_of(&pool.splits),
            next_splits: (pool.pending_splits_epoch > 0)
                .then(|| (pool.pending_splits_epoch, split_of(&pool.pending_splits))),
            reminted: reminted(&pool),
            paused: network.paused != 0 || closing,
            closing,
            retention_s: pool_terms_at(&pool, now).retention_seconds.into(),
            active,
            oracles: oracles(&set).iter().map(SolanaAddress::to_bytes).collect(),
            generation: set.generation,
            threshold: set.threshold,
            finalized_time_s,
            chain_time_s,
        })
    }

    async fn first_blocks_at(
        &self,
        times_s: &[u64],
    ) -> Result<Vec<Option<BlockState>>, ChainError> {
        let blocks = self.finalized.first_blocks_at(times_s).await.map_err(read)?;
        let state =
            |block: Block| BlockState { slot: block.slot, time_s: block.time_s, hash: block.hash };
        Ok(blocks.into_iter().map(|block| block.map(state)).collect())
    }

    async fn registry_snapshot(&self, network: &Address) -> Result<RegistrySnapshot, ChainError> {
        // The clock first: what is read after it is at least as new as the slot that it states.
        let (slot, chain_time_s) = self.clock(&self.finalized).await?;
        let network = SolanaAddress::new_from_array(*network);
        let state: Network = self.finalized.get(&network).await.map_err(read)?;
        let classes: BTreeMap<u16, DeviceClass> = self
            .finalized
            .all::<DeviceClass>(&[(0, network.as_ref())])
            .await
            .map_err(read)?
            .into_iter()
            .map(|(_, class)| (class.index, class))
            .collect();
        let devices = self.finalized.devices(&network).await.map_err(read)?;
        let mut records = Vec::with_capacity(devices.len());
        let mut labels = BTreeMap::new();
        for (at, device) in devices {
            match record(&at, &device, &classes, state.settle_seconds) {
                Some(record) => {
                    let label = Label { serial: device.serial, cell: device.location };
                    labels.insert(record.address, label);
                    records.push(record);
                }
                // One device that this build does not understand must not stop all others.
                None => tracing::warn!(device = %at, "skipped: its class or key is not known"),
            }
        }
        let licenses = self
            .finalized
            .all::<account::License>(&[(0, network.as_ref())])
            .await
            .map_err(read)?
            .into_iter()
            .map(|(at, license)| (at.to_bytes(), license_times(&license)))
            .collect();
        let bonds = self.bonds(&network).await?;
        let credits = self.credits().await?;
        let devices = records;
        Ok(RegistrySnapshot { devices, labels, licenses, bonds, credits, slot, chain_time_s })
    }

    async fn proposals(&self, epoch: u64) -> Result<Vec<ProposalState>, ChainError> {
        let found = self.confirmed.proposals(&self.pool, epoch).await.map_err(read)?;
        self.with_challenges(found).await
    }

    async fn all_proposals(&self) -> Result<Vec<ProposalState>, ChainError> {
        let found = self.confirmed.all(&[(0, self.pool.as_ref())]).await.map_err(read)?;
        self.with_challenges(found).await
    }

    async fn dues(&self) -> Result<Dues, ChainError> {
        let (_, pool) = self.keys().await?;
        let set: OracleSet =
            self.confirmed.get(&address::oracle_set(&self.pool)).await.map_err(read)?;
        let to_delegators =
            pool_terms_at(&pool, self.now().await?).delegator_vault != SolanaAddress::default();
        Ok(Dues {
            delegators: if to_delegators {
                pool.delegators_total.saturating_sub(pool.delegators_paid)
            } else {
                0
            },
            oracle: self.place(&set).map_or(0, |(_, earned)| earned),
            treasury: pool.treasury_total.saturating_sub(pool.treasury_paid),
        })
    }

    async fn propose(&self, epoch: u64, content: &ProposalContent) -> Result<Sent, ChainError> {
        let at = address::proposal(&self.pool, epoch, &content.hash());
        if self.proposal(&at).await?.is_some() {
            return Ok(Sent::AlreadyDone);
        }
        let (keys, pool) = self.keys().await?;
        let oracle = self.keypair.pubkey();
        let bond = pool_terms_at(&pool, self.now().await?).proposal_bond;
        let source = (bond > 0).then(|| keys.token_account(&oracle));
        let instruction = instruction::propose(&oracle, &keys, epoch, content, source.as_ref());
        match self.send("propose", instruction).await {
            Ok(()) => Ok(Sent::Done),
            Err(error) if error.program_error_name() == Some("EpochFinalized") => {
                Ok(Sent::AlreadyDone)
            }
            // Another oracle was faster: the account exists now.
            Err(error) => match self.proposal(&at).await? {
                Some(_) => Ok(Sent::AlreadyDone),
                None => Err(write("propose")(error)),
            },
        }
    }

    async fn attest(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        let at = SolanaAddress::new_from_array(proposal.address);
        let instruction = instruction::attest(&self.keypair.pubkey(), &self.pool, &at);
        let done = ["AlreadyAttested", "ProposalFinalized", "EpochFinalized"];
        self.send_on("attest", &at, instruction, &done).await
    }

    async fn finalize(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        let at = SolanaAddress::new_from_array(proposal.address);
        let (keys, _) = self.keys().await?;
        let instruction = instruction::finalize(&keys, &at);
        self.send_on("finalize", &at, instruction, &["ProposalFinalized", "EpochFinalized"]).await
    }

    async fn reject(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        let at = SolanaAddress::new_from_array(proposal.address);
        let instruction = instruction::reject_proposal(&self.keypair.pubkey(), &self.pool, &at);
        let done = ["AlreadyRejected", "ProposalRejected", "ProposalFinalized"];
        self.send_on("reject the proposal", &at, instruction, &done).await
    }

    async fn vote(&self, proposal: &ProposalState, uphold: bool) -> Result<Sent, ChainError> {
        let at = SolanaAddress::new_from_array(proposal.address);
        let oracle = self.keypair.pubkey();
        let instruction = instruction::vote_challenge(&oracle, &self.pool, &at, uphold);
        let done = ["AlreadyVoted", "ChallengeResolved"];
        self.send_on("vote on the challenge", &at, instruction, &done).await
    }

    async fn resolve(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        let at = SolanaAddress::new_from_array(proposal.address);
        let (keys, _) = self.keys().await?;
        let instruction = instruction::resolve_challenge(&keys, &at);
        self.send_on("resolve the challenge", &at, instruction, &["ChallengeResolved"]).await
    }

    async fn pay(&self, part: Part) -> Result<Sent, ChainError> {
        let (keys, pool) = self.keys().await?;
        let terms = pool_terms_at(&pool, self.now().await?);
        let (action, wallet, instruction) = match part {
            Part::Delegators => {
                let vault = terms.delegator_vault;
                ("pay delegators", None, instruction::pay_delegators(&keys, &vault))
            }
            Part::Treasury => {
                let treasury = terms.treasury;
                ("pay the treasury", Some(treasury), instruction::pay_treasury(&keys, &treasury))
            }
            Part::Oracle => {
                let at = address::oracle_set(&self.pool);
                let set: OracleSet = self.confirmed.get(&at).await.map_err(read)?;
                let Some((place, _)) = self.place(&set) else { return Ok(Sent::AlreadyDone) };
                let oracle = self.keypair.pubkey();
                ("pay this oracle", Some(oracle), instruction::pay_oracle(&keys, place, &oracle))
            }
        };
        let mut instructions = Vec::new();
        if let Some(wallet) = wallet {
            instructions.extend(self.missing_account(&keys, &wallet).await?);
        }
        instructions.push(instruction);
        match self.send_all(action, instructions).await {
            Ok(()) => Ok(Sent::Done),
            Err(error) if error.program_error_name() == Some("NothingToPay") => {
                Ok(Sent::AlreadyDone)
            }
            Err(error) => Err(write(action)(error)),
        }
    }

    async fn settle_usage(&self, usage: &UsageProof) -> Result<Sent, ChainError> {
        const ACTION: &str = "settle usage";
        let UsageProof { leaf, index, proof } = usage;
        let instruction = instruction::settle_usage(leaf, *index, proof);
        match self.send_all(ACTION, vec![instruction]).await {
            Ok(()) => Ok(Sent::Done),
            Err(error)
                if matches!(
                    error.program_error_name(),
                    Some("NothingToSettle" | "InvalidProof")
                ) =>
            {
                Ok(Sent::AlreadyDone)
            }
            Err(error) => Err(write(ACTION)(error)),
        }
    }

    async fn tidy(&self, proposal: &ProposalState, tidy: Tidy) -> Result<Sent, ChainError> {
        const ACTION: &str = "take back bond or rent";
        let at = SolanaAddress::new_from_array(proposal.address);
        let proposer = SolanaAddress::new_from_array(proposal.proposer);
        let (keys, _) = self.keys().await?;
        let mut instructions = Vec::new();
        if let Some(challenge) = proposal.challenge.as_ref().filter(|_| tidy.close_challenge) {
            let challenger = SolanaAddress::new_from_array(challenge.challenger);
            if challenge.bond > 0 {
                instructions.extend(self.missing_account(&keys, &challenger).await?);
            }
            instructions.push(instruction::close_challenge(&keys, &at, &challenger));
        }
        if tidy.return_bond {
            instructions.extend(self.missing_account(&keys, &proposer).await?);
            instructions.push(instruction::return_bond(&keys, &at, &proposer));
        }
        if tidy.close_proposal {
            instructions.push(instruction::close_proposal(&self.pool, &at, &proposer));
        }
        let Err(error) = self.send_all(ACTION, instructions).await else { return Ok(Sent::Done) };
        if error.is_transient() {
            return Err(write(ACTION)(error));
        }
        // Anyone may send each of these; which step failed does not matter if one of them was done.
        match self.proposal(&at).await? {
            None => Ok(Sent::AlreadyDone),
            Some(now)
                if (now.has_challenge == 0 && tidy.close_challenge)
                    || (now.bond == 0 && tidy.return_bond) =>
            {
                Ok(Sent::AlreadyDone)
            }
            Some(_) => Err(write(ACTION)(error)),
        }
    }
}

impl SolanaChain {
    /// This oracle's place in the set and what it is owed there, also when it was removed.
    fn place(&self, set: &OracleSet) -> Option<(u8, u64)> {
        let own = self.keypair.pubkey();
        (0..)
            .zip(set.oracles.iter().zip(set.earned))
            .find(|(_, (oracle, _))| **oracle == own)
            .map(|(place, (_, earned))| (place, earned))
    }
}

/// A time of the chain, which has none before 1970.
fn seconds(time: i64) -> u64 {
    u64::try_from(time).unwrap_or(0)
}

fn proposal_state(
    at: &SolanaAddress,
    proposal: &Proposal,
    challenge: Option<&Challenge>,
    set: &OracleSet,
) -> ProposalState {
    let status = match proposal.status {
        STATUS_FINALIZED => ProposalStatus::Finalized { at_s: seconds(proposal.finalized_at) },
        STATUS_REJECTED => ProposalStatus::Rejected,
        _ => ProposalStatus::Open,
    };
    // After a change of the oracle set everybody attests and votes anew. What is decided stays.
    let counts = status != ProposalStatus::Open || proposal.generation == set.generation;
    let keys = |counts: bool, bits: u32| {
        let bits = if counts { bits } else { 0 };
        oracles_of(set, bits).iter().map(SolanaAddress::to_bytes).collect::<Vec<_>>()
    };
    let reached = |time: i64| Some(seconds(time)).filter(|time| counts && *time > 0);
    ProposalState {
        address: at.to_bytes(),
        epoch: proposal.epoch,
        content: proposal_content(proposal),
        proposer: proposal.proposer.to_bytes(),
        bond: proposal.bond,
        proposed_at_s: seconds(proposal.proposed_at),
        attested_by: keys(counts, proposal.attestations),
        rejected_by: keys(counts, proposal.rejections),
        quorum_at_s: reached(proposal.quorum_at),
        // A window may be of no length; what counts is whether there was a quorum.
        finalizable_at_s: reached(proposal.quorum_at).map(|_| seconds(proposal.finalizable_at)),
        status,
        challenge: challenge.map(|challenge| {
            let counts = challenge.generation == set.generation;
            ChallengeState {
                challenger: challenge.challenger.to_bytes(),
                bond: challenge.bond,
                expires_at_s: seconds(challenge.expires_at),
                upheld_by: keys(counts, challenge.upholding),
                dismissed_by: keys(counts, challenge.dismissing),
                outcome: match challenge.outcome {
                    OUTCOME_NONE => None,
                    OUTCOME_UPHELD => Some(Outcome::Upheld),
                    OUTCOME_DISMISSED => Some(Outcome::Dismissed),
                    _ => Some(Outcome::Expired),
                },
            }
        }),
    }
}

/// What may be minted again, by the epoch that it was burned in. The pool tells 32 epochs apart,
/// far more than an epoch takes to close.
fn reminted(pool: &Pool) -> BTreeMap<u64, u64> {
    let burns = pool.burns.iter().filter(|burn| pool.mode == MODE_MINT && burn.remint > 0);
    burns.map(|burn| (burn.epoch, burn.remint)).collect()
}

fn record(
    at: &SolanaAddress,
    device: &Device,
    classes: &BTreeMap<u16, DeviceClass>,
    settle_seconds: u32,
) -> Option<DeviceRecord> {
    let class = classes.get(&device.class)?;
    let category = match class.category {
        0 => Category::Wireless,
        1 => Category::Storage,
        2 => Category::Compute,
        3 => Category::Sensor,
        _ => return None,
    };
    Some(DeviceRecord {
        address: at.to_bytes(),
        key: DeviceKey::from_registry_bytes(device.scheme, &device.key)?,
        class: device.class,
        category,
        class_terms: class_history(class),
        operator: operators(device).map(SolanaAddress::to_bytes),
        status: statuses(device),
        settle_seconds,
        onboarded_at_s: device.onboarded_at,
        position: Changed {
            previous: position_of_cell(device.previous_location),
            current: position_of_cell(device.location),
            since_s: device.location_since,
        },
        license: Changed {
            previous: license(&device.previous_license),
            current: license(&device.license),
            since_s: device.license_since,
        },
        on_chain: true,
    })
}

fn license(address: &SolanaAddress) -> Option<Address> {
    (*address != SolanaAddress::default()).then(|| address.to_bytes())
}

const fn license_times(license: &account::License) -> License {
    License {
        valid_since_s: license.valid_since,
        expires_at_s: license.expires_at,
        previous_valid_since_s: license.previous_valid_since,
        previous_expires_at_s: license.previous_expires_at,
        revoked_at_s: license.revoked_at,
    }
}

const fn bonded(bond: &Bond) -> Settled<u64> {
    Settled {
        current: bond.amount,
        since: bond.amount_since,
        previous: bond.previous_amount,
        previous_since: bond.previous_amount_since,
        earlier: bond.earlier_amount,
    }
}

fn class_history(class: &DeviceClass) -> ClassHistory {
    let terms = |terms: &account::ClassTerms| ClassTerms {
        bond: terms.bond,
        points_cap: terms.points_cap,
        license_required: terms.license_required != 0,
    };
    ClassHistory {
        terms: Changed {
            previous: terms(&class.previous_terms),
            current: terms(&class.terms),
            since_s: class.terms_since,
        },
        pending: (class.pending_terms_at != 0)
            .then(|| (terms(&class.pending_terms), class.pending_terms_at)),
    }
}

/// The centre of an H3 cell in whole 10⁻⁷ degrees; `None` for 0 (not asserted) and for a number
/// that is no cell. `h3o` computes in floating point, alike on every machine (see the workspace's
/// manifest), and rounding to 1 cm here leaves what follows in integers.
pub fn position_of_cell(cell: u64) -> Option<Position> {
    let centre = h3o::LatLng::from(h3o::CellIndex::try_from(cell).ok()?);
    let e7 = |degrees: f64| {
        // In range: |degrees| ≤ 180.
        #[expect(clippy::cast_possible_truncation, reason = "at most 1.8e9, which fits")]
        let rounded = (degrees * 1e7).round() as i32;
        rounded
    };
    let position = Position { latitude_e7: e7(centre.lat()), longitude_e7: e7(centre.lng()) };
    position.is_valid().then_some(position)
}

fn read(error: Error) -> ChainError {
    match error {
        Error::Missing { what, address } => {
            ChainError::Missing { what, address: address.to_string() }
        }
        Error::WrongAccount { what, address, reason } => {
            ChainError::Malformed { what, address: address.to_string(), message: reason }
        }
        Error::BlockGone { time_s } => ChainError::BlockGone { time_s },
        other => ChainError::Unreachable(other.to_string()),
    }
}

fn write(action: &'static str) -> impl Fn(Error) -> ChainError {
    move |error| {
        if error.is_transient() {
            ChainError::Unreachable(error.to_string())
        } else {
            ChainError::Refused { action, message: error.to_string() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_its_centre() {
        // A resolution 9 cell in San Francisco, from the H3 documentation.
        let position = position_of_cell(0x0892_8308_2803_ffff).unwrap();
        assert!((377_000_000..378_500_000).contains(&position.latitude_e7), "{position:?}");
        assert!((-1_225_500_000..-1_223_500_000).contains(&position.longitude_e7), "{position:?}");
        assert_eq!(position_of_cell(0), None);
        assert_eq!(position_of_cell(u64::MAX), None);
    }

    /// What two oracles read before and after a device changed says the same about an epoch that
    /// ended before.
    #[test]
    fn a_record_keeps_what_was_at_an_epochs_end() {
        use cairn_sdk::{amount::Points, instruction::ClassTermsSpec};
        let of = |n: u8| SolanaAddress::new_from_array([n; 32]);
        let terms = |points_cap| {
            let points_cap = Points(points_cap);
            account::ClassTerms::from(ClassTermsSpec { points_cap, ..ClassTermsSpec::default() })
        };
        let class = DeviceClass {
            discriminator: [0; 8],
            network: of(1),
            rent_payer: of(2),
            uri: [0; 96],
            terms: terms(20),
            previous_terms: terms(10),
            pending_terms: terms(30),
            terms_since: 150,
            pending_terms_at: 350,
            device_count: 1,
            index: 0,
            category: 0,
            scheme: 0,
            version: 1,
            bump: 0,
            reserved: [0; 26],
        };
        let cells = [0x0892_8308_2803_ffff, 0x0891_e805_28cb_ffff];
        let device = Device {
            discriminator: [0; 8],
            network: of(1),
            mint: of(3),
            maker: of(4),
            operator: of(7),
            previous_operator: of(6),
            earlier_operator: of(5),
            license: of(9),
            previous_license: SolanaAddress::default(),
            operator_since: 250,
            previous_operator_since: 150,
            license_since: 250,
            onboarded_at: 20,
            location: cells[1],
            previous_location: cells[0],
            location_since: 250,
            status_since: 250,
            previous_status_since: 20,
            retiring_since: 0,
            class: 0,
            scheme: 0,
            status: 1,
            previous_status: 0,
            earlier_status: 0,
            version: 1,
            bump: 0,
            mint_bump: 0,
            key: [0; 33],
            serial: [0; 16],
            reserved: [0; 46],
        };
        let classes = BTreeMap::from([(0, class)]);
        let record = record(&of(8), &device, &classes, 100).unwrap();
        let ends = [100, 200, 300, 400];
        assert_eq!(ends.map(|end| record.operator_at(end)[0]), [5, 6, 7, 7]);
        assert_eq!(ends.map(|end| record.active_at(end)), [true, true, false, false]);
        assert_eq!(ends.map(|end| record.points_cap_at(end)), [10, 20, 20, 30]);
        let places = cells.map(position_of_cell);
        let times = [100, 249, 250];
        assert_eq!(times.map(|at| record.position.at(at)), [places[0], places[0], places[1]]);
        assert_eq!(times.map(|at| record.license.at(at)), [None, None, Some([9; 32])]);
    }
}
