//! Claiming rewards.

use crate::{failure::Failure, oracle::Oracles};
use anyhow::{Context, Result};
use cairn_protocol::merkle::{Node, verify};
use cairn_sdk::{
    account::{self, CairnAccount, Claimant, Pool},
    address,
    amount::Tokens,
    api::ClaimView,
    instruction::{self, PoolKeys},
    rpc::Client,
};
use serde::Serialize;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signature::Signature;
use solana_signer::Signer;
use std::time::Duration;

/// What a claim did.
#[derive(Debug, Clone, Serialize)]
pub struct Claimed {
    /// Wallet of the operator.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub operator: Address,
    /// Tokens paid now.
    pub amount: Tokens,
    /// Tokens paid over the operator's life.
    pub claimed_total: Tokens,
    /// The claim's transaction; absent when nothing was left to claim.
    #[serde(serialize_with = "signature_text")]
    pub signature: Option<Signature>,
}

fn signature_text<S: serde::Serializer>(
    signature: &Option<Signature>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match signature {
        Some(signature) => serializer.collect_str(signature),
        None => serializer.serialize_none(),
    }
}

/// Opens the operator's claimant account, and the token accounts that it pays to, unless they
/// exist. Returns it, and where its claims go.
///
/// # Errors
/// Whatever the programs refuse.
pub async fn open(
    client: &Client,
    payer: &Keypair,
    keys: &PoolKeys,
    operator: &Address,
) -> Result<(Claimant, Vec<Address>)> {
    let claimant = address::claimant(&keys.pool, operator);
    if client.account(&claimant).await?.is_none() {
        let open = [
            create_token_account(payer, keys, operator),
            instruction::open_claimant(&payer.pubkey(), keys, operator),
        ];
        client.send(&open, payer, &[]).await?;
    }
    let account = client.account(&claimant).await?.with_context(|| {
        format!("the claimant account {claimant} of operator {operator} is not on chain")
    })?;
    let state = Claimant::from_account(&claimant, &account)?;
    let payees = account::payees(&account.data);
    if payees.is_empty() {
        let destination = state.destination;
        return Ok((state, vec![destination]));
    }
    // A payee's token account may be missing; whoever claims pays for it.
    let mut destinations = Vec::with_capacity(payees.len());
    for payee in payees {
        if client.account(&payee.destination).await?.is_none() {
            let create = create_token_account(payer, keys, &payee.wallet);
            client.send(&[create], payer, &[]).await?;
        }
        destinations.push(payee.destination);
    }
    Ok((state, destinations))
}

fn create_token_account(payer: &Keypair, keys: &PoolKeys, wallet: &Address) -> Instruction {
    instruction::create_associated_token(&payer.pubkey(), wallet, &keys.mint, &keys.token_program)
}

/// How long to wait for an oracle to serve the root that has just become active: it reads the
/// chain at `finalized`, which is some 13 s behind.
const SERVE_TIMEOUT: Duration = Duration::from_secs(45);

/// Fetches the operator's proof from an oracle and checks it against the chain's active root.
async fn proven_claim(
    client: &Client,
    oracles: &Oracles,
    pool_address: &Address,
    operator: &Address,
) -> Result<(ClaimView, Pool)> {
    let deadline = tokio::time::Instant::now() + SERVE_TIMEOUT;
    loop {
        let view = oracles.claim(operator).await?;
        let pool: Pool = client.get(pool_address).await?;
        let served = view.as_ref().map(|view| view.epoch);
        match view {
            Some(view) => {
                let root = Node { hash: pool.root, sum: pool.root_sum };
                if view.pool == *pool_address
                    && view.operator == *operator
                    && verify(&root, &view.leaf().node(), view.leaf_index, &view.proof_bytes())
                {
                    return Ok((view, pool));
                }
            }
            None if pool.leaf_count == 0 => {
                return Err(nothing_earned(operator));
            }
            None => {}
        }
        // Either the oracle has not seen the newest root yet, or it is wrong.
        if tokio::time::Instant::now() > deadline {
            return Err(match served {
                None => nothing_earned(operator),
                Some(epoch) => Failure::new(
                    "proof_invalid",
                    format!(
                        "the oracle's proof for {operator} (epoch {epoch}) does not lead to the \
                         pool's active root (epoch {})",
                        pool.root_epoch
                    ),
                    "ask another oracle with --oracle",
                )
                .into(),
            });
        }
        if served.is_none() && oracles.serves(pool.root_epoch).await? {
            return Err(nothing_earned(operator));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn nothing_earned(operator: &Address) -> anyhow::Error {
    Failure::new(
        "nothing_earned",
        format!("operator {operator} has earned nothing in a finalized epoch"),
        "wait for the next epoch; `cairn epoch list` shows them",
    )
    .into()
}

/// Claims everything that `operator` earned up to the active root. The proof comes from an oracle
/// and is checked against the chain's root before anything is sent.
///
/// # Errors
/// `nothing_earned` when the operator has no leaf; `proof_invalid` when every oracle's proof is
/// wrong; whatever the program refuses.
pub async fn claim(
    client: &Client,
    oracles: &Oracles,
    payer: &Keypair,
    pool_address: &Address,
    operator: &Address,
) -> Result<Claimed> {
    let (view, pool) = proven_claim(client, oracles, pool_address, operator).await?;
    let (leaf, proof) = (view.leaf(), view.proof_bytes());
    let keys = PoolKeys::from(&pool);
    let (before, destinations) = open(client, payer, &keys, operator).await?;
    if leaf.lifetime_total <= before.claimed_total {
        return Ok(Claimed {
            operator: *operator,
            amount: Tokens(0),
            claimed_total: Tokens(before.claimed_total),
            signature: None,
        });
    }
    let claim = instruction::claim(&keys, &leaf, view.leaf_index, &proof, &destinations);
    let signature = client.send(&[claim], payer, &[]).await?;
    // The pool's limits may have allowed a part only.
    let after: Claimant = client.get(&address::claimant(pool_address, operator)).await?;
    Ok(Claimed {
        operator: *operator,
        amount: Tokens(after.claimed_total.saturating_sub(before.claimed_total)),
        claimed_total: Tokens(after.claimed_total),
        signature: Some(signature),
    })
}
