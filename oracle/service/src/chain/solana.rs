//! The chain over JSON-RPC, through `cairn-sdk`.
//!
//! What feeds an epoch (the registry, the pool with its active root) is read at `finalized`
//! commitment; proposals are looked at and transactions confirmed at `confirmed`, because a
//! mistake there costs only another try.

use super::{ActiveRoot, Chain, ChainError, PoolState, ProposalState, RegistrySnapshot, Sent};
use cairn_protocol::merkle::Node;
use cairn_protocol::proof::{DeviceKey, Position};
use cairn_protocol::proposal::ProposalContent;
use cairn_sdk::account::{
    Device, DeviceClass, OracleSet, Pool, Proposal, emission_steps, oracles, oracles_of,
    pool_terms_at, proposal_content, split_of,
};
use cairn_sdk::instruction::PoolKeys;
use cairn_sdk::rpc::Client;
use cairn_sdk::{Error, address, instruction};
use cairn_verify::{Address, Category, DeviceRecord};
use solana_address::Address as SolanaAddress;
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_sdk_ids::sysvar;
use solana_signer::Signer;
use std::collections::BTreeMap;

/// `Device::status` of a device that may give proofs.
const STATUS_ACTIVE: u8 = 0;
/// `Proposal::status` of a proposal whose root became active.
const STATUS_FINALIZED: u8 = 1;
/// `Proposal::status` of a proposal that never will.
const STATUS_REJECTED: u8 = 2;

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

    async fn proposal(&self, at: &SolanaAddress) -> Result<Option<Proposal>, ChainError> {
        self.confirmed.find(at).await.map_err(read)
    }

    /// What instructions need to know of the pool.
    async fn keys(&self) -> Result<(PoolKeys, Pool), ChainError> {
        let pool: Pool = self.confirmed.get(&self.pool).await.map_err(read)?;
        Ok((PoolKeys::from(&pool), pool))
    }

    async fn send(&self, action: &'static str, instruction: Instruction) -> Result<(), Error> {
        let signature =
            self.confirmed.send(&[instruction], &self.keypair, &[&self.keypair]).await?;
        tracing::debug!(%signature, action, "confirmed");
        Ok(())
    }
}

impl Chain for SolanaChain {
    fn identity(&self) -> Address {
        self.keypair.pubkey().to_bytes()
    }

    async fn pool_state(&self) -> Result<PoolState, ChainError> {
        let (pool, network, set) = self.finalized.pool(&self.pool).await.map_err(read)?;
        let (_, chain_time_s) = self.clock(&self.confirmed).await?;
        let genesis_at_s = u64::try_from(pool.genesis_at).map_err(|_| ChainError::Malformed {
            what: "pool",
            address: self.pool.to_string(),
            message: "its genesis is before 1970".to_owned(),
        })?;
        let now = i64::try_from(chain_time_s).unwrap_or(i64::MAX);
        // A pool has no root while its tree has no leaf.
        let active = (pool.leaf_count > 0).then_some(ActiveRoot {
            epoch: pool.root_epoch,
            root: Node { hash: pool.root, sum: pool.root_sum },
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
            // A pool that closes takes no proposals any more.
            paused: network.paused != 0 || (pool.close_at != 0 && now >= pool.close_at),
            challenge_window_s: pool_terms_at(&pool, now).challenge_window_seconds.into(),
            active,
            oracles: oracles(&set).iter().map(SolanaAddress::to_bytes).collect(),
            threshold: set.threshold,
            chain_time_s,
        })
    }

    async fn registry_snapshot(&self, network: &Address) -> Result<RegistrySnapshot, ChainError> {
        // The clock first: what is read after it is at least as new as the slot that it states.
        let (slot, chain_time_s) = self.clock(&self.finalized).await?;
        let network = SolanaAddress::new_from_array(*network);
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
        for (at, device) in devices {
            match record(&at, &device, &classes) {
                Some(record) => records.push(record),
                // One device that this build does not understand must not stop all others.
                None => tracing::warn!(device = %at, "skipped: its class or key is not known"),
            }
        }
        Ok(RegistrySnapshot { devices: records, slot, chain_time_s })
    }

    async fn proposals(&self, epoch: u64) -> Result<Vec<ProposalState>, ChainError> {
        let set: OracleSet =
            self.confirmed.get(&address::oracle_set(&self.pool)).await.map_err(read)?;
        let found = self.confirmed.proposals(&self.pool, epoch).await.map_err(read)?;
        Ok(found
            .into_iter()
            // What the oracles rejected is over: nothing can be done with it.
            .filter(|(_, proposal)| proposal.status != STATUS_REJECTED)
            .map(|(at, proposal)| {
                // After a change of the oracle set everybody attests anew.
                let counts =
                    proposal.status == STATUS_FINALIZED || proposal.generation == set.generation;
                let bits = if counts { proposal.attestations } else { 0 };
                ProposalState {
                    address: at.to_bytes(),
                    epoch: proposal.epoch,
                    content: proposal_content(&proposal),
                    proposer: proposal.proposer.to_bytes(),
                    attested_by: oracles_of(&set, bits)
                        .iter()
                        .map(SolanaAddress::to_bytes)
                        .collect(),
                    quorum_at_s: u64::try_from(proposal.quorum_at)
                        .ok()
                        .filter(|at| counts && *at > 0),
                    finalized: proposal.status == STATUS_FINALIZED,
                }
            })
            .collect())
    }

    async fn propose(&self, epoch: u64, content: &ProposalContent) -> Result<Sent, ChainError> {
        let at = address::proposal(&self.pool, epoch, &content.hash());
        if self.proposal(&at).await?.is_some() {
            return Ok(Sent::AlreadyDone);
        }
        let (keys, pool) = self.keys().await?;
        let oracle = self.keypair.pubkey();
        let now = i64::try_from(self.clock(&self.confirmed).await?.1).unwrap_or(i64::MAX);
        let bond = pool_terms_at(&pool, now).proposal_bond;
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
        match self.send("attest", instruction).await {
            Ok(()) => Ok(Sent::Done),
            Err(error) => match error.program_error_name() {
                Some("AlreadyAttested" | "ProposalFinalized" | "EpochFinalized") => {
                    Ok(Sent::AlreadyDone)
                }
                _ => Err(write("attest")(error)),
            },
        }
    }

    async fn finalize(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        let at = SolanaAddress::new_from_array(proposal.address);
        let (keys, _) = self.keys().await?;
        let instruction = instruction::finalize(&keys, &at);
        match self.send("finalize", instruction).await {
            Ok(()) => Ok(Sent::Done),
            Err(error) => match error.program_error_name() {
                Some("ProposalFinalized" | "EpochFinalized") => Ok(Sent::AlreadyDone),
                _ => Err(write("finalize")(error)),
            },
        }
    }
}

fn record(
    at: &SolanaAddress,
    device: &Device,
    classes: &BTreeMap<u16, DeviceClass>,
) -> Option<DeviceRecord> {
    let category = match classes.get(&device.class)?.category {
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
        operator: device.operator.to_bytes(),
        previous_operator: device.previous_operator.to_bytes(),
        operator_since_s: u64::try_from(device.operator_since).unwrap_or(0),
        position: position_of_cell(device.location),
        active: device.status == STATUS_ACTIVE,
    })
}

/// The centre of an H3 cell in whole 10⁻⁷ degrees; `None` for 0 (not asserted) and for a number
/// that is no cell. The only place with floating point: `h3o` computes in it, and rounding to
/// 1 cm here leaves every later step in integers.
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
}
