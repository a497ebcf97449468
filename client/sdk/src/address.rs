//! Addresses that the programs derive. Each names the seeds that its program documents.

use crate::{NameError, amount::Epoch};
use cairn_protocol::onboarding::DEVICE_KEY_BYTES;
use solana_address::Address;

pub use cairn_generated::generated::{
    registry::programs::CAIRN_REGISTRY_ID as REGISTRY,
    rewards::programs::CAIRN_REWARDS_ID as REWARDS, staking::programs::CAIRN_STAKING_ID as STAKING,
};

/// The SPL Token program.
pub const TOKEN_PROGRAM: Address = spl_token_interface::ID;
/// The Token-2022 program.
pub const TOKEN_2022_PROGRAM: Address =
    Address::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
/// The associated token account program.
pub const ASSOCIATED_TOKEN_PROGRAM: Address =
    Address::from_str_const("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

fn derive(seeds: &[&[u8]], program: &Address) -> Address {
    Address::find_program_address(seeds, program).0
}

/// Text in a fixed field: UTF-8 followed by zeros.
///
/// # Errors
/// When the text is empty, longer than `N` bytes, or has control characters.
pub fn padded<const N: usize>(text: &str) -> Result<[u8; N], NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().any(char::is_control) {
        return Err(NameError::Control);
    }
    let mut out = [0; N];
    let field =
        out.get_mut(..text.len()).ok_or(NameError::TooLong { bytes: text.len(), max: N })?;
    field.copy_from_slice(text.as_bytes());
    Ok(out)
}

/// The text in a fixed field, up to the first zero.
pub fn unpadded(bytes: &[u8]) -> String {
    let text = bytes.split(|b| *b == 0).next().unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

/// A network's address.
///
/// # Errors
/// When `name` does not fit; see [`padded`].
pub fn network(creator: &Address, name: &str) -> Result<Address, NameError> {
    let name: [u8; 32] = padded(name)?;
    Ok(derive(&[b"network", creator.as_ref(), &name], &REGISTRY))
}

/// The mint that groups a network's devices.
pub fn group(network: &Address) -> Address {
    derive(&[b"group", network.as_ref()], &REGISTRY)
}

/// A licence's address, from region and band plan as the registry stores them.
pub fn license(
    network: &Address,
    holder: &Address,
    region: &[u8; 6],
    band_plan: &[u8; 16],
) -> Address {
    derive(&[b"license", network.as_ref(), holder.as_ref(), region, band_plan], &REGISTRY)
}

/// A device class's address.
pub fn class(network: &Address, index: u16) -> Address {
    derive(&[b"class", network.as_ref(), &index.to_le_bytes()], &REGISTRY)
}

/// A maker's address.
pub fn maker(network: &Address, attesting_key: &Address) -> Address {
    derive(&[b"maker", network.as_ref(), attesting_key.as_ref()], &REGISTRY)
}

/// A device's address, from its key as the registry stores it and its scheme.
pub fn device(network: &Address, key: &[u8; DEVICE_KEY_BYTES], scheme: u8) -> Address {
    let (head, tail) = key.split_at(32);
    derive(&[b"device", network.as_ref(), head, tail, &[scheme]], &REGISTRY)
}

/// The mint of a device's NFT.
pub fn device_mint(device: &Address) -> Address {
    derive(&[b"mint", device.as_ref()], &REGISTRY)
}

/// A reward pool's address.
pub fn pool(network: &Address, mint: &Address) -> Address {
    derive(&[b"pool", network.as_ref(), mint.as_ref()], &REWARDS)
}

/// A reward pool's vault.
pub fn vault(pool: &Address) -> Address {
    derive(&[b"vault", pool.as_ref()], &REWARDS)
}

/// The token account with a pool's bonds.
pub fn bond_vault(pool: &Address) -> Address {
    derive(&[b"bond-vault", pool.as_ref()], &REWARDS)
}

/// A pool's oracle set.
pub fn oracle_set(pool: &Address) -> Address {
    derive(&[b"oracles", pool.as_ref()], &REWARDS)
}

/// A proposal's address, from what it says.
pub fn proposal(pool: &Address, epoch: impl Into<Epoch>, content_hash: &[u8; 32]) -> Address {
    let Epoch(epoch) = epoch.into();
    derive(&[b"proposal", pool.as_ref(), &epoch.to_le_bytes(), content_hash], &REWARDS)
}

/// The challenge of a proposal.
pub fn challenge(proposal: &Address) -> Address {
    derive(&[b"challenge", proposal.as_ref()], &REWARDS)
}

/// A pool's credit market.
pub fn credit_market(pool: &Address) -> Address {
    derive(&[b"credits", pool.as_ref()], &REWARDS)
}

/// A customer's account in a credit market.
pub fn credit_account(market: &Address, customer: &Address) -> Address {
    derive(&[b"credit-account", market.as_ref(), customer.as_ref()], &REWARDS)
}

/// An operator's claimant account.
pub fn claimant(pool: &Address, operator: &Address) -> Address {
    derive(&[b"claimant", pool.as_ref(), operator.as_ref()], &REWARDS)
}

/// A network's stake pool.
pub fn stake_pool(network: &Address) -> Address {
    derive(&[b"stake-pool", network.as_ref()], &STAKING)
}

/// A stake pool's vault.
pub fn stake_vault(stake_pool: &Address) -> Address {
    derive(&[b"stake-vault", stake_pool.as_ref()], &STAKING)
}

/// A bond's address.
pub fn bond(stake_pool: &Address, owner: &Address, role: u8, class: u16) -> Address {
    derive(&[b"bond", stake_pool.as_ref(), owner.as_ref(), &[role], &class.to_le_bytes()], &STAKING)
}

/// The address of an unbonding of a bond or delegation.
pub fn unbonding(parent: &Address, index: u64) -> Address {
    derive(&[b"unbonding", parent.as_ref(), &index.to_le_bytes()], &STAKING)
}

/// A stake pool's reward vault.
pub fn reward_vault(stake_pool: &Address) -> Address {
    derive(&[b"reward-vault", stake_pool.as_ref()], &STAKING)
}

/// The delegation target of an operator; zero stands for the stake pool.
pub fn target(stake_pool: &Address, operator: &Address) -> Address {
    derive(&[b"target", stake_pool.as_ref(), operator.as_ref()], &STAKING)
}

/// A lock period's address.
pub fn lock_period(stake_pool: &Address, period: u32) -> Address {
    derive(&[b"lock-period", stake_pool.as_ref(), &period.to_le_bytes()], &STAKING)
}

/// A delegation's address.
pub fn delegation(stake_pool: &Address, owner: &Address, index: u16) -> Address {
    derive(&[b"delegation", stake_pool.as_ref(), owner.as_ref(), &index.to_le_bytes()], &STAKING)
}

/// The address of an epoch's penalties.
pub fn penalty_epoch(stake_pool: &Address, epoch: impl Into<Epoch>) -> Address {
    let Epoch(epoch) = epoch.into();
    derive(&[b"penalties", stake_pool.as_ref(), &epoch.to_le_bytes()], &STAKING)
}

/// A penalty's address.
pub fn penalty(penalty_epoch: &Address, index: u32) -> Address {
    derive(&[b"penalty", penalty_epoch.as_ref(), &index.to_le_bytes()], &STAKING)
}

/// A wallet's associated token account.
pub fn associated_token(wallet: &Address, mint: &Address, token_program: &Address) -> Address {
    derive(&[wallet.as_ref(), token_program.as_ref(), mint.as_ref()], &ASSOCIATED_TOKEN_PROGRAM)
}
