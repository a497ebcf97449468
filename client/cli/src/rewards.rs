//! What an operator earned and claimed.

use crate::oracle::Oracles;
use anyhow::Result;
use cairn_sdk::{account::Claimant, address, amount::Tokens, rpc::Client};
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
    /// Everything earned.
    pub lifetime_total: Tokens,
    /// Everything paid out.
    pub claimed_total: Tokens,
    /// What a claim would pay now.
    pub claimable: Tokens,
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
    let claimed_total = claimant.map_or(Tokens(0), |claimant| Tokens(claimant.claimed_total));
    let lifetime_total = view.as_ref().map_or(Tokens(0), |view| Tokens(view.lifetime_total));
    Ok(Rewards {
        operator: *operator,
        epoch: view.map(|view| view.epoch),
        lifetime_total,
        claimed_total,
        claimable: lifetime_total.saturating_sub(claimed_total),
    })
}
