//! `cairn penalty`: taking stake for a proven fault, with time to appeal.

use super::{NetworkArg, PoolArgs, read_json, typed};
use crate::session::Session;
use anyhow::Result;
use cairn_protocol::merkle::PenaltyLeaf;
use cairn_sdk::{
    account::{Bond, Penalty, PenaltyEpoch},
    address,
    amount::{Epoch, Tokens},
    api::{self, ProofStep},
    instruction::{self, PenaltyRef},
    typed::staking,
};
use clap::{Args, Subcommand};
use serde::Deserialize;
use solana_address::Address;
use std::path::PathBuf;

/// `cairn penalty`.
#[derive(Debug, Subcommand)]
pub enum PenaltyCommand {
    /// Take over the penalties of an epoch from its finalized proposal (anyone)
    Register(RegisterArgs),
    /// Announce one penalty of an epoch with its proof: the appeal window begins (anyone)
    Announce(AnnounceArgs),
    /// Show a penalty
    Show(PenaltyArgs),
    /// Show an epoch's penalties: root, cap, what was executed
    ShowEpoch(EpochArgs),
    /// Stop a penalty inside its appeal window (guardian or authority)
    Veto(PenaltyArgs),
    /// Execute a penalty whose appeal window is over (anyone)
    Execute(PenaltyArgs),
    /// Pay a penalty's challenger its part (anyone)
    PayChallenger(PenaltyArgs),
    /// Close a decided penalty of an epoch that has expired; its rent goes to who paid it
    Close(PenaltyArgs),
    /// Close an epoch's expired penalties; the rent goes to who paid it
    CloseEpoch(EpochArgs),
}

/// Flags of `cairn penalty register`.
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// The finalized proposal with the penalties; `cairn proposal list` shows it
    #[arg(long)]
    pub proposal: Address,
}

/// Flags of `cairn penalty announce`.
#[derive(Debug, Args)]
pub struct AnnounceArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// JSON file with leaf, index and proof: pool, epoch, target (the bond), amount (smallest units,
    /// text), reason, evidence_hash, challenger, index, proof [{hash, sum}]
    #[arg(long, value_name = "FILE")]
    pub leaf: PathBuf,
}

/// Which penalty.
#[derive(Debug, Clone, Copy, Args)]
pub struct PenaltyArgs {
    /// Which epoch.
    #[command(flatten)]
    pub epoch: EpochArgs,
    /// Index of its leaf in the epoch's penalties
    #[arg(long)]
    pub index: u32,
}

/// Which epoch's penalties.
#[derive(Debug, Clone, Copy, Args)]
pub struct EpochArgs {
    /// Which network.
    #[command(flatten)]
    pub network: NetworkArg,
    /// Number of the epoch
    #[arg(long)]
    pub epoch: Epoch,
}

/// A penalty's leaf with its proof.
#[derive(Debug, Deserialize)]
struct LeafFile {
    #[serde(with = "api::address_base58")]
    pool: Address,
    epoch: Epoch,
    #[serde(with = "api::address_base58")]
    target: Address,
    amount: Tokens,
    reason: u16,
    #[serde(with = "api::hash_hex")]
    evidence_hash: [u8; 32],
    #[serde(with = "api::address_base58", default)]
    challenger: Address,
    index: u32,
    proof: Vec<ProofStep>,
}

/// Runs a command.
///
/// # Errors
/// Whatever the staking program refuses.
pub async fn run(session: &Session, command: &PenaltyCommand) -> Result<()> {
    use PenaltyCommand as Command;
    let client = &session.client;
    let network = match command {
        Command::Register(register) => register.pool.network,
        Command::Announce(announce) => announce.network.network,
        Command::Show(at)
        | Command::Veto(at)
        | Command::Execute(at)
        | Command::PayChallenger(at)
        | Command::Close(at) => at.epoch.network.network,
        Command::ShowEpoch(at) | Command::CloseEpoch(at) => at.network.network,
    };
    let loaded = session.stake(&network).await?;
    let stake = loaded.stake;
    let epoch_at = |epoch: Epoch| address::penalty_epoch(&stake.address, epoch);
    let load = |at: &PenaltyArgs| {
        let (epoch, index) = (at.epoch.epoch, at.index);
        let address = address::penalty(&epoch_at(epoch), index);
        async move {
            let penalty: Penalty = client.get(&address).await?;
            let owner = client.get::<Bond>(&penalty.bond).await?.owner;
            anyhow::Ok((PenaltyRef { epoch, index, bond: penalty.bond, owner }, penalty))
        }
    };
    let instructions = match command {
        Command::Register(RegisterArgs { proposal, .. }) => {
            let state: cairn_sdk::account::Proposal = client.get(proposal).await?;
            let (payer, epoch) = (session.address()?, state.epoch);
            vec![instruction::register_penalties(&payer, &stake.address, proposal, epoch)]
        }
        Command::Announce(announce) => {
            let file: LeafFile = read_json(&announce.leaf)?;
            let owner = client.get::<Bond>(&file.target).await?.owner;
            let leaf = PenaltyLeaf {
                pool: file.pool.to_bytes(),
                epoch: file.epoch.0,
                target: file.target.to_bytes(),
                amount: file.amount.0,
                reason: file.reason,
                evidence_hash: file.evidence_hash,
                challenger: file.challenger.to_bytes(),
            };
            let (payer, proof) = (session.address()?, api::proof_bytes(&file.proof));
            let pool = &stake.address;
            vec![instruction::announce_penalty(&payer, pool, &owner, &leaf, file.index, &proof)]
        }
        Command::Show(at) => {
            let address = address::penalty(&epoch_at(at.epoch.epoch), at.index);
            let penalty = typed::<Penalty, staking::Penalty>(client, address).await?;
            return session.print(&penalty, loaded.scale());
        }
        Command::ShowEpoch(at) => {
            let epoch =
                typed::<PenaltyEpoch, staking::PenaltyEpoch>(client, epoch_at(at.epoch)).await?;
            return session.print(&epoch, loaded.scale());
        }
        Command::Veto(at) => {
            let (penalty, _) = load(at).await?;
            vec![instruction::veto_penalty(&session.address()?, &stake, &penalty)]
        }
        Command::Execute(at) => {
            let (penalty, _) = load(at).await?;
            vec![instruction::execute_penalty(&stake, &penalty)]
        }
        Command::PayChallenger(at) => {
            let (penalty, state) = load(at).await?;
            let challenger = state.challenger;
            let (payer, program) = (session.address()?, &stake.token_program);
            vec![
                instruction::create_associated_token(&payer, &challenger, &stake.mint, program),
                instruction::pay_challenger(&stake, &penalty, &challenger),
            ]
        }
        Command::Close(at) => {
            let address = address::penalty(&epoch_at(at.epoch.epoch), at.index);
            let state: Penalty = client.get(&address).await?;
            // The bond may be gone; closing does not name it.
            let (epoch, index) = (at.epoch.epoch, at.index);
            let owner = Address::default();
            let penalty = PenaltyRef { epoch, index, bond: state.bond, owner };
            vec![instruction::close_penalty(&state.rent_payer, &stake.address, &penalty)]
        }
        Command::CloseEpoch(at) => {
            let payer = client.get::<PenaltyEpoch>(&epoch_at(at.epoch)).await?.rent_payer;
            vec![instruction::close_penalty_epoch(&payer, &stake.address, at.epoch)]
        }
    };
    session.execute(&instructions, loaded.scale()).await
}
