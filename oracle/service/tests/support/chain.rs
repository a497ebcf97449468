//! A chain in memory that follows the rules of the rewards program, with its books: bonds, parts and
//! who sent what.

use super::*;
use cairn_epoch::UsageProof;
use cairn_oracle::chain::{
    BlockState, Chain, ChainError, ChallengeState, Credits, Dues, Label, Outcome, Part, PoolState,
    ProposalStatus, RegistrySnapshot, Sent, Tidy,
};
use cairn_protocol::emission::{Step, emitted_through};
use cairn_protocol::merkle::{EMPTY, Node, verify};
use cairn_protocol::proposal::ProposalContent;
use cairn_protocol::split::{Period, Splits, equally, parts, share};
use cairn_verify::cells::cell_of;
use std::collections::BTreeMap;

/// What a pool asks for, in tokens, and what is burned of a lost bond.
#[derive(Clone, Copy, Default)]
pub(crate) struct Bonds {
    pub(crate) proposal: u64,
    pub(crate) challenge: u64,
    pub(crate) burn_bps: u16,
}

/// What the programs keep.
pub(crate) struct World {
    pub(crate) devices: Vec<DeviceRecord>,
    pub(crate) licenses: BTreeMap<Address, cairn_verify::License>,
    pub(crate) credits: Credits,
    pub(crate) oracles: Vec<Address>,
    pub(crate) threshold: u8,
    pub(crate) generation: u32,
    pub(crate) splits: Splits,
    pub(crate) bonds: Bonds,
    pub(crate) active: Option<ActiveRoot>,
    pub(crate) proposals: BTreeMap<(u64, Address), ProposalState>,
    /// Tokens by wallet.
    pub(crate) tokens: BTreeMap<Address, u64>,
    pub(crate) bond_vault: u64,
    pub(crate) burned: u64,
    pub(crate) owed_delegators: u64,
    pub(crate) owed_treasury: u64,
    pub(crate) owed_oracles: BTreeMap<Address, u64>,
    /// Accepted `propose` instructions by oracle.
    pub(crate) proposed_by: Vec<Address>,
    /// Every other accepted instruction: who sent it and what it was.
    pub(crate) sent: Vec<(Address, &'static str)>,
    pub(crate) finalized_epochs: Vec<u64>,
    pub(crate) offline: bool,
    /// The node has no older blocks, unix seconds.
    pub(crate) blocks_from_s: u64,
    pub(crate) slot: u64,
}

/// One oracle's connection to the world.
pub(crate) struct MemoryChain {
    pub(super) net: Net,
    pub(super) identity: Address,
}

/// Where the pool pays delegators.
pub(crate) const DELEGATORS: Address = [6; 32];

/// Devices assert cells of resolution 12.
pub(crate) fn label(device: &DeviceRecord) -> Label {
    let mut serial = [0; 16];
    serial[..4].copy_from_slice(&hex::encode(&device.address[..2]).as_bytes()[..4]);
    let cell = device.position.current.map_or(0, |position| cell_of(&position, 12));
    Label { serial, cell }
}

fn refused(action: &'static str, message: &str) -> ChainError {
    ChainError::Refused { action, message: message.to_owned() }
}

fn steps() -> Vec<Step> {
    vec![Step::constant(0, BUDGET)]
}

impl World {
    pub(super) fn new(oracles: u8, threshold: u8) -> Self {
        Self {
            devices: (0..10).map(record).collect(),
            licenses: BTreeMap::new(),
            credits: Credits::default(),
            oracles: (0..oracles).map(oracle_key).collect(),
            threshold,
            generation: 0,
            splits: Splits { operators: 10_000, delegators: 0, oracles: 0, treasury: 0 },
            bonds: Bonds::default(),
            active: None,
            proposals: BTreeMap::new(),
            tokens: BTreeMap::new(),
            bond_vault: 0,
            burned: 0,
            owed_delegators: 0,
            owed_treasury: 0,
            owed_oracles: BTreeMap::new(),
            proposed_by: Vec::new(),
            sent: Vec::new(),
            finalized_epochs: Vec::new(),
            offline: false,
            blocks_from_s: GENESIS_S,
            slot: 1,
        }
    }

    fn validate(&self, epoch: u64, sum: u64) -> Result<(), &'static str> {
        if self.active.is_some_and(|active| epoch <= active.epoch) {
            return Err("EpochFinalized");
        }
        if self.active.is_some_and(|active| sum < active.root.sum) {
            return Err("SumBelowActive");
        }
        if sum > emitted_through(&steps(), epoch).unwrap() {
            return Err("SumAboveEmission");
        }
        Ok(())
    }

    fn give(&mut self, wallet: Address, amount: u64) {
        *self.tokens.entry(wallet).or_default() += amount;
    }

    fn take_bond(&mut self, wallet: Address, amount: u64) -> Result<(), ChainError> {
        if amount > 0 {
            let held = self.tokens.entry(wallet).or_default();
            *held = held.checked_sub(amount).ok_or_else(|| refused("bond", "InsufficientFunds"))?;
            self.bond_vault += amount;
        }
        Ok(())
    }

    /// The quorum that a proposal's or a challenge's oracles are.
    fn is_quorum(&self, oracles: &[Address]) -> bool {
        oracles.iter().filter(|key| self.oracles.contains(key)).count()
            >= usize::from(self.threshold)
    }

    fn proposal(&mut self, of: &ProposalState) -> Option<&mut ProposalState> {
        self.proposals.get_mut(&(of.epoch, of.address))
    }

    /// Puts a challenge on a proposal, as anyone may.
    pub(crate) fn challenge(&mut self, of: &ProposalState, challenger: Address, now_s: u64) {
        let bond = self.bonds.challenge;
        self.take_bond(challenger, bond).unwrap();
        let proposal = self.proposal(of).unwrap();
        assert_eq!(proposal.status, ProposalStatus::Open);
        assert_eq!(proposal.challenge, None, "AlreadyChallenged");
        assert!(proposal.finalizable_at_s.is_some_and(|at| now_s < at), "ChallengeWindowClosed");
        proposal.challenge = Some(ChallengeState {
            challenger,
            bond,
            expires_at_s: now_s + RESOLUTION_S,
            upheld_by: Vec::new(),
            dismissed_by: Vec::new(),
            outcome: None,
        });
    }

    fn book(&mut self, proposal: &ProposalState) {
        let old = self.active.map_or(0, |active| active.root.sum);
        let operators = proposal.content.root_sum - old;
        let others = parts(operators, &[Period { emitted: 0, splits: self.splits }]).unwrap();
        let attesters = u32::try_from(proposal.attested_by.len()).unwrap();
        let (each, rest) = equally(others.oracles, attesters);
        for oracle in &proposal.attested_by {
            *self.owed_oracles.entry(*oracle).or_default() += each;
        }
        self.owed_delegators += others.delegators;
        self.owed_treasury += others.treasury + rest;
    }
}

impl MemoryChain {
    fn with<T>(
        &self,
        work: impl FnOnce(&mut World, u64) -> Result<T, ChainError>,
    ) -> Result<T, ChainError> {
        let mut world = self.net.world.lock().unwrap();
        if world.offline {
            return Err(ChainError::Unreachable("it is offline".to_owned()));
        }
        world.slot += 1;
        work(&mut world, self.net.now_ms() / 1_000)
    }

    /// An instruction that only oracles may send, on a proposal; a closed one counts as done.
    fn on_proposal(
        &self,
        action: &'static str,
        of: &ProposalState,
        work: impl FnOnce(&mut World, u64, ProposalState) -> Result<Option<ProposalState>, ChainError>,
    ) -> Result<Sent, ChainError> {
        self.with(|world, now_s| {
            let Some(stored) = world.proposal(of).cloned() else { return Ok(Sent::AlreadyDone) };
            let Some(changed) = work(world, now_s, stored)? else { return Ok(Sent::AlreadyDone) };
            world.sent.push((self.identity, action));
            world.proposals.insert((of.epoch, of.address), changed);
            Ok(Sent::Done)
        })
    }

    fn require_oracle(&self, world: &World, action: &'static str) -> Result<(), ChainError> {
        if world.oracles.contains(&self.identity) {
            Ok(())
        } else {
            Err(refused(action, "NotOracle"))
        }
    }
}

impl Chain for MemoryChain {
    fn identity(&self) -> Address {
        self.identity
    }

    async fn pool_state(&self) -> Result<PoolState, ChainError> {
        self.with(|world, now_s| {
            Ok(PoolState {
                address: POOL,
                network: NETWORK,
                mint: [1; 32],
                treasury: TREASURY,
                next_treasury: None,
                genesis_at_s: GENESIS_S,
                epoch_seconds: EPOCH_S,
                steps: steps(),
                splits: world.splits,
                next_splits: None,
                reminted: BTreeMap::new(),
                paused: false,
                closing: false,
                retention_s: 0,
                active: world.active,
                oracles: world.oracles.clone(),
                generation: world.generation,
                threshold: world.threshold,
                finalized_time_s: now_s,
                chain_time_s: now_s,
            })
        })
    }

    async fn registry_snapshot(&self, network: &Address) -> Result<RegistrySnapshot, ChainError> {
        assert_eq!(*network, NETWORK);
        self.with(|world, now_s| {
            Ok(RegistrySnapshot {
                devices: world.devices.clone(),
                labels: world
                    .devices
                    .iter()
                    .map(|device| (device.address, label(device)))
                    .collect(),
                licenses: world.licenses.clone(),
                bonds: cairn_verify::Bonds::default(),
                credits: world.credits.clone(),
                slot: world.slot,
                chain_time_s: now_s,
            })
        })
    }

    /// A block every second.
    async fn first_blocks_at(
        &self,
        times_s: &[u64],
    ) -> Result<Vec<Option<BlockState>>, ChainError> {
        self.with(|world, now_s| {
            if let Some(time_s) = times_s.iter().find(|time_s| **time_s < world.blocks_from_s) {
                return Err(ChainError::BlockGone { time_s: *time_s });
            }
            let block = |time_s: u64| {
                let hash = block_hash(time_s);
                (time_s <= now_s).then_some(BlockState { slot: time_s, time_s, hash })
            };
            Ok(times_s.iter().map(|time_s| block(*time_s)).collect())
        })
    }

    async fn proposals(&self, epoch: u64) -> Result<Vec<ProposalState>, ChainError> {
        self.with(|world, _| {
            let range = (epoch, [0; 32])..=(epoch, [0xff; 32]);
            Ok(world.proposals.range(range).map(|(_, proposal)| proposal.clone()).collect())
        })
    }

    async fn all_proposals(&self) -> Result<Vec<ProposalState>, ChainError> {
        self.with(|world, _| Ok(world.proposals.values().cloned().collect()))
    }

    async fn dues(&self) -> Result<Dues, ChainError> {
        self.with(|world, _| {
            Ok(Dues {
                delegators: world.owed_delegators,
                oracle: world.owed_oracles.get(&self.identity).copied().unwrap_or(0),
                treasury: world.owed_treasury,
            })
        })
    }

    async fn propose(&self, epoch: u64, content: &ProposalContent) -> Result<Sent, ChainError> {
        self.with(|world, now_s| {
            let address = sha256(&[&POOL, &epoch.to_le_bytes(), &content.hash()]);
            if world.proposals.contains_key(&(epoch, address)) {
                return Ok(Sent::AlreadyDone);
            }
            let refuse = |name| Err(refused("propose", name));
            self.require_oracle(world, "propose")?;
            if content.leaf_count == 0 || content.root_sum == 0 {
                return refuse("EmptyRoot");
            }
            if now_s < GENESIS_S + (epoch + 1) * EPOCH_S {
                return refuse("EpochNotEnded");
            }
            world.validate(epoch, content.root_sum).map_err(|name| refused("propose", name))?;
            let bond = world.bonds.proposal;
            world.take_bond(self.identity, bond)?;
            let quorum = world.threshold <= 1;
            world.proposals.insert(
                (epoch, address),
                ProposalState {
                    address,
                    epoch,
                    content: *content,
                    proposer: self.identity,
                    bond,
                    proposed_at_s: now_s,
                    attested_by: vec![self.identity],
                    rejected_by: Vec::new(),
                    quorum_at_s: quorum.then_some(now_s),
                    finalizable_at_s: quorum.then_some(now_s + WINDOW_S),
                    status: ProposalStatus::Open,
                    challenge: None,
                },
            );
            world.proposed_by.push(self.identity);
            Ok(Sent::Done)
        })
    }

    async fn attest(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        self.on_proposal("attest", proposal, |world, now_s, mut stored| {
            self.require_oracle(world, "attest")?;
            let late = world.active.is_some_and(|active| stored.epoch <= active.epoch);
            if stored.is_finalized() || late || stored.attested_by.contains(&self.identity) {
                return Ok(None);
            }
            if stored.status == ProposalStatus::Rejected {
                return Err(refused("attest", "ProposalRejected"));
            }
            stored.attested_by.push(self.identity);
            if stored.quorum_at_s.is_none() && world.is_quorum(&stored.attested_by) {
                stored.quorum_at_s = Some(now_s);
                stored.finalizable_at_s = Some(now_s + WINDOW_S);
            }
            Ok(Some(stored))
        })
    }

    async fn finalize(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        self.on_proposal("finalize", proposal, |world, now_s, mut stored| {
            if stored.is_finalized() || world.active.is_some_and(|a| stored.epoch <= a.epoch) {
                return Ok(None);
            }
            let refuse = |name| Err(refused("finalize", name));
            if stored.status == ProposalStatus::Rejected {
                return refuse("ProposalRejected");
            }
            if stored.open_challenge().is_some() {
                return refuse("ChallengeOpen");
            }
            let Some(finalizable_at_s) = stored.finalizable_at_s else {
                return refuse("NoQuorum");
            };
            if now_s < finalizable_at_s {
                return refuse("ChallengeWindowOpen");
            }
            world
                .validate(stored.epoch, stored.content.root_sum)
                .map_err(|name| refused("finalize", name))?;
            world.book(&stored);
            world.active = Some(ActiveRoot {
                epoch: stored.epoch,
                root: Node { hash: stored.content.root, sum: stored.content.root_sum },
                usage: Node { hash: proposal.content.usage_root, sum: proposal.content.usage_sum },
            });
            world.finalized_epochs.push(stored.epoch);
            stored.status = ProposalStatus::Finalized { at_s: now_s };
            Ok(Some(stored))
        })
    }

    async fn reject(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        self.on_proposal("reject", proposal, |world, _, mut stored| {
            self.require_oracle(world, "reject")?;
            if stored.status != ProposalStatus::Open || stored.rejected_by.contains(&self.identity)
            {
                return Ok(None);
            }
            stored.rejected_by.push(self.identity);
            if world.is_quorum(&stored.rejected_by) {
                stored.status = ProposalStatus::Rejected;
            }
            Ok(Some(stored))
        })
    }

    async fn vote(&self, proposal: &ProposalState, uphold: bool) -> Result<Sent, ChainError> {
        let action = if uphold { "uphold" } else { "dismiss" };
        self.on_proposal(action, proposal, |world, now_s, mut stored| {
            self.require_oracle(world, "vote")?;
            let challenge = stored.challenge.as_mut().unwrap();
            let voted = challenge.upheld_by.contains(&self.identity)
                || challenge.dismissed_by.contains(&self.identity);
            if voted || challenge.outcome.is_some() || now_s >= challenge.expires_at_s {
                return Ok(None);
            }
            let votes = if uphold { &mut challenge.upheld_by } else { &mut challenge.dismissed_by };
            votes.push(self.identity);
            Ok(Some(stored))
        })
    }

    async fn resolve(&self, proposal: &ProposalState) -> Result<Sent, ChainError> {
        self.on_proposal("resolve", proposal, |world, now_s, mut stored| {
            let burn_bps = world.bonds.burn_bps;
            let challenge = stored.challenge.as_mut().unwrap();
            if challenge.outcome.is_some() {
                return Ok(None);
            }
            let outcome = if world.is_quorum(&challenge.upheld_by) {
                Outcome::Upheld
            } else if world.is_quorum(&challenge.dismissed_by) {
                Outcome::Dismissed
            } else if now_s >= challenge.expires_at_s {
                Outcome::Expired
            } else {
                return Err(refused("resolve", "ChallengeUndecided"));
            };
            challenge.outcome = Some(outcome);
            let (loser, winner) = match outcome {
                Outcome::Upheld => (&mut stored.bond, &mut challenge.bond),
                Outcome::Dismissed => (&mut challenge.bond, &mut stored.bond),
                Outcome::Expired => (&mut 0, &mut 0),
            };
            let burned = share(*loser, burn_bps);
            *winner += *loser - burned;
            *loser = 0;
            world.bond_vault -= burned;
            world.burned += burned;
            if outcome != Outcome::Dismissed && stored.status == ProposalStatus::Open {
                stored.status = ProposalStatus::Rejected;
            }
            Ok(Some(stored))
        })
    }

    async fn pay(&self, part: Part) -> Result<Sent, ChainError> {
        self.with(|world, _| {
            let (owed, wallet, action) = match part {
                Part::Delegators => (&mut world.owed_delegators, DELEGATORS, "pay_delegators"),
                Part::Treasury => (&mut world.owed_treasury, TREASURY, "pay_treasury"),
                Part::Oracle => {
                    let owed = world.owed_oracles.entry(self.identity).or_default();
                    (owed, self.identity, "pay_oracle")
                }
            };
            let amount = std::mem::take(owed);
            if amount == 0 {
                return Ok(Sent::AlreadyDone);
            }
            world.give(wallet, amount);
            world.sent.push((self.identity, action));
            Ok(Sent::Done)
        })
    }

    async fn settle_usage(&self, usage: &UsageProof) -> Result<Sent, ChainError> {
        self.with(|world, _| {
            let root = world.active.map_or(EMPTY, |active| active.usage);
            if !verify(&root, &usage.leaf.node(), usage.index, &usage.proof) {
                return Err(refused("settle usage", "InvalidProof"));
            }
            let customer = usage.leaf.customer;
            let amount = world.credits.due(&customer, usage.leaf.lifetime_spent);
            let Some(account) = world.credits.customers.get_mut(&customer) else {
                return Err(refused("settle usage", "AccountNotInitialized"));
            };
            if amount == 0 {
                return Ok(Sent::AlreadyDone);
            }
            account.settled += amount;
            account.available -= amount;
            world.sent.push((self.identity, "settle_usage"));
            Ok(Sent::Done)
        })
    }

    async fn tidy(&self, proposal: &ProposalState, tidy: Tidy) -> Result<Sent, ChainError> {
        self.with(|world, _| {
            let Some(mut stored) = world.proposal(proposal).cloned() else {
                return Ok(Sent::AlreadyDone);
            };
            let refuse = |name| Err(refused("tidy", name));
            let superseded = world.active.is_some_and(|active| stored.epoch <= active.epoch);
            let mut paid = Vec::new();
            if tidy.close_challenge {
                let Some(challenge) = stored.challenge.take() else {
                    return Ok(Sent::AlreadyDone);
                };
                if challenge.outcome.is_none() {
                    return refuse("ChallengeUndecided");
                }
                paid.push((challenge.challenger, challenge.bond));
            }
            if tidy.return_bond {
                if stored.bond == 0 {
                    return Ok(Sent::AlreadyDone);
                }
                if (stored.status == ProposalStatus::Open && !superseded)
                    || stored.open_challenge().is_some()
                {
                    return refuse("NoBond");
                }
                paid.push((stored.proposer, std::mem::take(&mut stored.bond)));
            }
            if tidy.close_proposal {
                let over = match stored.status {
                    ProposalStatus::Rejected => true,
                    ProposalStatus::Open => superseded,
                    ProposalStatus::Finalized { .. } => {
                        world.active.is_some_and(|active| stored.epoch < active.epoch)
                    }
                };
                if stored.challenge.is_some() {
                    return refuse("HasChildren");
                }
                if !over {
                    return refuse("ProposalNeeded");
                }
                if stored.bond > 0 {
                    return refuse("BondOutstanding");
                }
                world.proposals.remove(&(stored.epoch, stored.address));
            } else {
                world.proposals.insert((stored.epoch, stored.address), stored);
            }
            for (wallet, amount) in paid {
                world.bond_vault -= amount;
                world.give(wallet, amount);
            }
            world.sent.push((self.identity, "tidy"));
            Ok(Sent::Done)
        })
    }
}
