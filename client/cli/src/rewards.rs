//! What an operator earned and claimed.

use crate::oracle::Oracles;
use anyhow::Result;
use cairn_sdk::{account::Claimant, address, rpc::Client};
use serde::Serialize;
use solana_address::Address;

/// An operator's rewards as of the active root.
#[derive(Debug, Clone, Serialize)]
pub struct Rewards {
    /// Wallet of the operator.
    #[serde(with = "cairn_sdk::api::address_base58")]
    pub operator: Address,
    /// Epoch of the active root; absent before the operator's first earnings.
    pub epoch: Option<u64>,
    /// Everything earned, in the smallest unit.
    #[serde(with = "cairn_sdk::api::amount_string")]
    pub lifetime_total: u64,
    /// Everything paid out.
    #[serde(with = "cairn_sdk::api::amount_string")]
    pub claimed_total: u64,
    /// What a claim would pay now.
    #[serde(with = "cairn_sdk::api::amount_string")]
    pub claimable: u64,
}

/// The rewards of `operator`.
///
/// # Errors
/// When neither chain nor oracle can be asked.
pub async fn show(
    client: &Client,
    oracles: &Oracles,
    pool: &Address,
    operator: &Address,
) -> Result<Rewards> {
    let view = oracles.claim(operator).await?;
    let claimant: Option<Claimant> = client.find(&address::claimant(pool, operator)).await?;
    let claimed_total = claimant.map_or(0, |claimant| claimant.claimed_total);
    let lifetime_total = view.as_ref().map_or(0, |view| view.lifetime_total);
    Ok(Rewards {
        operator: *operator,
        epoch: view.map(|view| view.epoch),
        lifetime_total,
        claimed_total,
        claimable: lifetime_total.saturating_sub(claimed_total),
    })
}
