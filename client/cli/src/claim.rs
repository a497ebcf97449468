//! Claiming rewards.

use crate::{failure::Failure, oracle::Oracles};
use anyhow::{Context, Result};
use cairn_protocol::merkle::{Node, OperatorLeaf, verify};
use cairn_sdk::{
    account::{self, CairnAccount, Claimant, Payee, Pool},
    address,
    amount::{BasisPoints, Tokens},
    api::ClaimView,
    claims::Claim,
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
    /// What each payee got of it; empty when everything is the operator's own.
    pub payees: Vec<PaidPayee>,
    /// The claim's transaction; absent when nothing was left to claim.
    #[serde(serialize_with = "optional_text")]
    pub signature: Option<Signature>,
    /// The lookup table that the transaction used; see `cairn table`.
    #[serde(serialize_with = "optional_text")]
    pub table: Option<Address>,
}

/// One payee's part of a claim.
#[derive(Debug, Clone, Serialize)]
pub struct PaidPayee {
    /// The wallet.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub wallet: Address,
    /// Its part.
    pub bps: BasisPoints,
    /// Tokens that left the vault for it.
    pub amount: Tokens,
}

fn optional_text<T: std::fmt::Display, S: serde::Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.collect_str(value),
        None => serializer.serialize_none(),
    }
}

/// An operator's claimant account, its payees, and where its claims go.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The account.
    pub claimant: Claimant,
    /// Wallets that share its claims; none when everything is the operator's.
    pub payees: Vec<Payee>,
    /// Token accounts that a claim pays to, in the program's order.
    pub destinations: Vec<Address>,
}

/// Opens the operator's claimant account, and the token accounts that it pays to, unless they
/// exist.
///
/// # Errors
/// Whatever the programs refuse.
pub async fn open(
    client: &Client,
    payer: &Keypair,
    keys: &PoolKeys,
    operator: &Address,
) -> Result<Opened> {
    let address = address::claimant(&keys.pool, operator);
    if client.account(&address).await?.is_none() {
        let open = [
            create_token_account(payer, keys, operator),
            instruction::open_claimant(&payer.pubkey(), keys, operator),
        ];
        client.send(&open, payer, &[]).await?;
    }
    let account = client.account(&address).await?.with_context(|| {
        format!("the claimant account {address} of operator {operator} is not on chain")
    })?;
    let claimant = Claimant::from_account(&address, &account)?;
    let payees = account::payees(&account.data);
    if payees.is_empty() {
        let destinations = vec![claimant.destination];
        return Ok(Opened { claimant, payees, destinations });
    }
    // A payee's token account may be missing; whoever claims pays for it.
    let mut destinations = Vec::with_capacity(payees.len());
    for payee in &payees {
        if client.account(&payee.destination).await?.is_none() {
            let create = create_token_account(payer, keys, &payee.wallet);
            client.send(&[create], payer, &[]).await?;
        }
        destinations.push(payee.destination);
    }
    Ok(Opened { claimant, payees, destinations })
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

/// Claims everything that `operator` earned up to the active root; see [`claim_all`].
///
/// # Errors
/// As [`claim_all`].
pub async fn claim(
    client: &Client,
    oracles: &Oracles,
    payer: &Keypair,
    pool: &Address,
    operator: &Address,
) -> Result<Claimed> {
    let mut claimed =
        claim_all(client, oracles, payer, pool, std::slice::from_ref(operator)).await?;
    claimed.pop().context("a claim has a result")
}

/// Claims everything that `operators` earned up to the active root, in as few transactions as
/// possible, with a lookup table where payees make one necessary. The proofs come from an oracle
/// and are checked against the chain's root before anything is sent. The results are in the order
/// of the operators.
///
/// # Errors
/// `nothing_earned` when an operator has no leaf; `proof_invalid` when every oracle's proof is
/// wrong; whatever the program refuses.
pub async fn claim_all(
    client: &Client,
    oracles: &Oracles,
    payer: &Keypair,
    pool_address: &Address,
    operators: &[Address],
) -> Result<Vec<Claimed>> {
    let mut proven = Vec::with_capacity(operators.len());
    for operator in operators {
        proven.push(proven_claim(client, oracles, pool_address, operator).await?);
    }
    let Some((_, pool)) = proven.first() else { return Ok(Vec::new()) };
    let keys = PoolKeys::from(pool);
    let proofs = proven
        .iter()
        .map(|(view, _)| Proven {
            leaf: view.leaf(),
            index: view.leaf_index,
            proof: view.proof_bytes(),
        })
        .collect();
    claim_proven(client, payer, &keys, proofs).await
}

/// A leaf with its proof, which has been checked.
#[derive(Debug, Clone)]
pub struct Proven {
    /// An operator's leaf.
    pub leaf: OperatorLeaf,
    /// Its place in the tree.
    pub index: u32,
    /// Siblings from the leaf up.
    pub proof: Vec<u8>,
}

/// Claims by proofs that are at hand; see [`claim_all`].
///
/// # Errors
/// Whatever the programs refuse.
pub async fn claim_proven(
    client: &Client,
    payer: &Keypair,
    keys: &PoolKeys,
    proven: Vec<Proven>,
) -> Result<Vec<Claimed>> {
    let (mut results, mut opened) = (Vec::new(), Vec::new());
    let (mut claims, mut places) = (Vec::new(), Vec::new());
    for (place, Proven { leaf, index, proof }) in proven.into_iter().enumerate() {
        let operator = Address::new_from_array(leaf.operator);
        let account = open(client, payer, keys, &operator).await?;
        let before = Tokens(account.claimant.claimed_total);
        results.push(Claimed {
            operator,
            amount: Tokens(0),
            claimed_total: before,
            payees: Vec::new(),
            signature: None,
            table: None,
        });
        if Tokens(leaf.lifetime_total) > before {
            let destinations = account.destinations.clone();
            claims.push(Claim { leaf, index, proof, destinations });
            places.push(place);
        }
        opened.push(account);
    }
    for sent in client.claim(payer, keys, &claims).await? {
        for place in sent.claims.iter().filter_map(|claim| places.get(*claim)) {
            let (Some(result), Some(account)) = (results.get_mut(*place), opened.get(*place))
            else {
                continue;
            };
            // The pool's limits may have allowed a part only.
            let address = address::claimant(&keys.pool, &result.operator);
            let after = Tokens(client.get::<Claimant>(&address).await?.claimed_total);
            result.amount = after.saturating_sub(result.claimed_total);
            result.claimed_total = after;
            result.signature = Some(sent.signature);
            result.table = sent.table;
            let amounts = account::payee_amounts(result.amount, &account.payees);
            result.payees = account
                .payees
                .iter()
                .zip(amounts)
                .map(|(payee, amount)| PaidPayee { wallet: payee.wallet, bps: payee.bps, amount })
                .collect();
        }
    }
    Ok(results)
}
