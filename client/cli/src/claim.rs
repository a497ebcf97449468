//! Claiming rewards.

use crate::{failure::Failure, oracle::Oracles};
use anyhow::Result;
use cairn_protocol::merkle::{Node, verify};
use cairn_sdk::{
    account::{Claimant, Pool},
    address, instruction,
    rpc::Client,
};
use serde::Serialize;
use solana_address::Address;
use solana_keypair::Keypair;
use solana_signature::Signature;
use solana_signer::Signer;

/// What a claim did.
#[derive(Debug, Clone, Serialize)]
pub struct Claimed {
    /// Wallet of the operator.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub operator: Address,
    /// Tokens paid now, in the smallest unit.
    #[serde(with = "cairn_sdk::api::amount_string")]
    pub amount: u64,
    /// Tokens paid over the operator's life.
    #[serde(with = "cairn_sdk::api::amount_string")]
    pub claimed_total: u64,
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

/// Opens the operator's claimant account, and its token account, unless they exist.
///
/// # Errors
/// Whatever the programs refuse.
pub async fn open(
    client: &Client,
    payer: &Keypair,
    pool_address: &Address,
    mint: &Address,
    operator: &Address,
) -> Result<Claimant> {
    let claimant = address::claimant(pool_address, operator);
    if let Some(found) = client.find(&claimant).await? {
        return Ok(found);
    }
    let open = [
        instruction::create_associated_token(
            &payer.pubkey(),
            operator,
            mint,
            &address::TOKEN_PROGRAM,
        ),
        instruction::open_claimant(&payer.pubkey(), pool_address, mint, operator),
    ];
    client.send(&open, payer, &[]).await?;
    Ok(client.get(&claimant).await?)
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
    let Some(view) = oracles.claim(operator).await? else {
        return Err(Failure::new(
            "nothing_earned",
            format!("operator {operator} has earned nothing in a finalized epoch"),
            "wait for the next epoch; `cairn epoch list` shows them",
        )
        .into());
    };
    let pool: Pool = client.get(pool_address).await?;
    let leaf = view.leaf();
    let root = Node { hash: pool.root, sum: pool.root_sum };
    let proof = view.proof_bytes();
    if view.pool != *pool_address
        || view.operator != *operator
        || !verify(&root, &leaf.node(), view.leaf_index, &proof)
    {
        return Err(Failure::new(
            "proof_invalid",
            format!("the oracle's proof for {operator} does not lead to the pool's active root"),
            "a new root may just have become active: try again, or ask another oracle",
        )
        .into());
    }
    let claimant = open(client, payer, pool_address, &pool.mint, operator).await?;
    let amount = leaf.lifetime_total.saturating_sub(claimant.claimed_total);
    let signature = if amount == 0 {
        None
    } else {
        let claim = instruction::claim(&leaf, view.leaf_index, &proof, &claimant.destination);
        Some(client.send(&[claim], payer, &[]).await?)
    };
    Ok(Claimed {
        operator: *operator,
        amount,
        claimed_total: claimant.claimed_total.saturating_add(amount),
        signature,
    })
}
