//! `cairn proposal`: what oracles and others do about an epoch's content by hand.
//!
//! `cairn-oracle` proposes and attests by itself; these are for challenges, and for tidying up.

use super::{PoolArgs, hash, typed, typed_all};
use crate::{failure::Failure, session::Session};
use anyhow::Result;
use cairn_protocol::hash::sha256;
use cairn_sdk::{
    account::{Challenge, Proposal},
    address,
    amount::Epoch,
    instruction,
    typed::rewards,
};
use clap::{Args, Subcommand};
use solana_address::Address;
use std::path::PathBuf;

/// `cairn proposal`.
#[derive(Debug, Subcommand)]
pub enum ProposalCommand {
    /// List the proposals of an epoch
    List(ListArgs),
    /// Show a proposal
    Show(ProposalArgs),
    /// Attest a proposal (oracle)
    Attest(ProposalArgs),
    /// Reject a proposal (oracle)
    Reject(ProposalArgs),
    /// Challenge a proposal with a quorum, with the pool's bond from the wallet (anyone)
    Challenge(ChallengeArgs),
    /// Vote on a proposal's challenge (oracle)
    Vote(VoteArgs),
    /// Resolve a challenge that is decided or has expired (anyone)
    Resolve(ProposalArgs),
    /// Finalize a proposal whose window is over (anyone)
    Finalize(ProposalArgs),
    /// Give a proposer its bond back (anyone)
    ReturnBond(ProposalArgs),
    /// Close a resolved challenge: bond and rent to whom they belong (anyone)
    CloseChallenge(ProposalArgs),
    /// Close a proposal that is over; its rent goes to the proposer (anyone)
    Close(ProposalArgs),
}

/// Which proposals.
#[derive(Debug, Clone, Copy, Args)]
pub struct ListArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Number of the epoch
    #[arg(long)]
    pub epoch: Epoch,
}

/// Which proposal.
#[derive(Debug, Clone, Copy, Args)]
pub struct ProposalArgs {
    /// Which pool.
    #[command(flatten)]
    pub pool: PoolArgs,
    /// Address of the proposal; `cairn proposal list` shows it
    #[arg(long)]
    pub proposal: Address,
}

/// Flags of `cairn proposal challenge`.
#[derive(Debug, Args)]
pub struct ChallengeArgs {
    /// Which proposal.
    #[command(flatten)]
    pub proposal: ProposalArgs,
    /// What is published as evidence.
    #[command(flatten)]
    pub evidence: Evidence,
}

/// Evidence of a challenge, by its bytes or by their hash.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Evidence {
    /// File with the evidence, whose SHA-256 goes on chain
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// SHA-256 of the evidence in hexadecimal
    #[arg(long, value_name = "HEX", value_parser = hash)]
    pub evidence_hash: Option<[u8; 32]>,
}

/// Flags of `cairn proposal vote`.
#[derive(Debug, Args)]
pub struct VoteArgs {
    /// Which proposal.
    #[command(flatten)]
    pub proposal: ProposalArgs,
    /// true: the challenge is right and the proposal wrong; false: the other way
    #[arg(long, value_name = "true|false", action = clap::ArgAction::Set)]
    pub uphold: bool,
}

impl Evidence {
    fn hash(&self) -> Result<[u8; 32]> {
        let Some(path) = &self.evidence else { return Ok(self.evidence_hash.unwrap_or_default()) };
        let bytes = std::fs::read(path).map_err(|error| {
            Failure::new(
                "file_unreadable",
                format!("cannot read {}: {error}", path.display()),
                "name the file that you publish as evidence",
            )
        })?;
        Ok(sha256(&[&bytes]))
    }
}

/// Runs a command.
///
/// # Errors
/// Whatever the rewards program refuses.
pub async fn run(session: &Session, command: &ProposalCommand) -> Result<()> {
    use ProposalCommand as Command;
    let client = &session.client;
    let (at, proposal) = match command {
        Command::List(ListArgs { pool, .. }) => (pool, Address::default()),
        Command::Show(at)
        | Command::Attest(at)
        | Command::Reject(at)
        | Command::Resolve(at)
        | Command::Finalize(at)
        | Command::ReturnBond(at)
        | Command::CloseChallenge(at)
        | Command::Close(at) => (&at.pool, at.proposal),
        Command::Challenge(ChallengeArgs { proposal: at, .. })
        | Command::Vote(VoteArgs { proposal: at, .. }) => (&at.pool, at.proposal),
    };
    let pool = session.pool(&at.network, at.pool).await?;
    let (keys, wallet) = (pool.keys, || session.address());
    let token_account = |wallet: &Address, owner: &Address| {
        let (mint, program) = (&keys.mint, &keys.token_program);
        instruction::create_associated_token(wallet, owner, mint, program)
    };
    let instructions = match command {
        Command::List(list) => {
            let proposals = client.proposals(&keys.pool, list.epoch).await?;
            if proposals.is_empty() {
                return Err(Failure::new(
                    "no_proposal",
                    format!("pool {} has no proposal for epoch {}", keys.pool, list.epoch),
                    "`cairn epoch list` shows where each epoch stands",
                )
                .into());
            }
            let proposals = typed_all::<_, rewards::Proposal>(&proposals);
            return session.print(&proposals, pool.scale());
        }
        Command::Show(_) => {
            let proposal = typed::<Proposal, rewards::Proposal>(client, proposal).await?;
            return session.print(&proposal, pool.scale());
        }
        Command::Attest(_) => vec![instruction::attest(&wallet()?, &keys.pool, &proposal)],
        Command::Reject(_) => vec![instruction::reject_proposal(&wallet()?, &keys.pool, &proposal)],
        Command::Challenge(challenge) => {
            let (challenger, evidence) = (wallet()?, challenge.evidence.hash()?);
            let source = keys.token_account(&challenger);
            vec![instruction::challenge(&challenger, &keys, &proposal, evidence, &source)]
        }
        Command::Vote(vote) => {
            vec![instruction::vote_challenge(&wallet()?, &keys.pool, &proposal, vote.uphold)]
        }
        Command::Resolve(_) => vec![instruction::resolve_challenge(&keys, &proposal)],
        Command::Finalize(_) => vec![instruction::finalize(&keys, &proposal)],
        Command::ReturnBond(_) => {
            let proposer = client.get::<Proposal>(&proposal).await?.proposer;
            let create = token_account(&wallet()?, &proposer);
            vec![create, instruction::return_bond(&keys, &proposal, &proposer)]
        }
        Command::CloseChallenge(_) => {
            let challenge: Challenge = client.get(&address::challenge(&proposal)).await?;
            let create = token_account(&wallet()?, &challenge.challenger);
            vec![create, instruction::close_challenge(&keys, &proposal, &challenge.challenger)]
        }
        Command::Close(_) => {
            let proposer = client.get::<Proposal>(&proposal).await?.proposer;
            vec![instruction::close_proposal(&keys.pool, &proposal, &proposer)]
        }
    };
    session.execute(&instructions, pool.scale()).await
}
