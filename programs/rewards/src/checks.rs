//! Checks that several instructions share.

use crate::{
    error::RewardsError,
    network::Network,
    state::{CreditMarket, Pool},
    version::Current,
};
use anchor_lang::{accounts::UncheckedAccount, prelude::*};
use anchor_spl::associated_token::get_associated_token_address_with_program_id;

/// - the network is the pool's
/// - the signer is its authority
///
/// # Errors
/// [`RewardsError::WrongNetwork`] or [`RewardsError::NotAuthority`].
pub fn require_authority(pool: &Pool, network: &Account<Network>, signer: &Address) -> Result<()> {
    require!(pool.network == *network.address(), RewardsError::WrongNetwork);
    require!(network.authority == *signer, RewardsError::NotAuthority);
    Ok(())
}

/// - the network is the pool's
/// - it is not paused
///
/// # Errors
/// [`RewardsError::WrongNetwork`] or [`RewardsError::NetworkPaused`].
pub fn require_not_paused(pool: &Pool, network: &Account<Network>) -> Result<()> {
    require!(pool.network == *network.address(), RewardsError::WrongNetwork);
    require!(network.paused == 0, RewardsError::NetworkPaused);
    Ok(())
}

/// The associated token account of `wallet` for the pool's mint.
pub fn destination_of(pool: &Pool, wallet: &Address) -> Address {
    get_associated_token_address_with_program_id(wallet, &pool.mint, &pool.token_program)
}

/// Refuses any token account but the wallet's associated one.
///
/// # Errors
/// [`RewardsError::InvalidDestination`].
pub fn require_destination(
    pool: &Pool,
    wallet: &Address,
    destination: &UncheckedAccount,
) -> Result<()> {
    require!(
        *destination.address() == destination_of(pool, wallet),
        RewardsError::InvalidDestination
    );
    Ok(())
}

/// Refuses a market of another pool.
///
/// # Errors
/// [`RewardsError::WrongPool`].
pub fn require_market(pool: &Current<Pool>, market: &CreditMarket) -> Result<()> {
    require!(market.pool == *pool.address(), RewardsError::WrongPool);
    Ok(())
}

/// Refuses a change while another one is pending or just came into force: a change in force is
/// folded away by the next one, and whoever still asks for the time before it must find the same
/// answer as everybody else.
///
/// # Errors
/// [`RewardsError::UpdatePending`].
pub fn require_settled_update(network: &Network, pending_at: i64, now: i64) -> Result<()> {
    if pending_at != 0 {
        // An epoch's end is asked for up to two settlement periods later.
        let settled = i64::from(network.settle_seconds)
            .checked_mul(2)
            .and_then(|settle| pending_at.checked_add(settle))
            .ok_or(RewardsError::Overflow)?;
        require!(now >= settled, RewardsError::UpdatePending);
    }
    Ok(())
}
