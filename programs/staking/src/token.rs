//! Calls of the token programs without heap, and what is read from their accounts.
//!
//! A stake pool stores its mints, vaults and token programs, so an address comparison says all
//! about them; token accounts of others are checked by the token program that moves the tokens.

use crate::{
    error::StakingError,
    state::{STAKE_POOL_SEED, StakePool},
};
use anchor_lang::{
    Id, cpi::InstructionAccount, prelude::*, programs::Token2022, unchecked_invoke_signed_fixed,
};
use anchor_spl::associated_token::get_associated_token_address_with_program_id;
use cairn_protocol::mint::Mint;

/// Number of `CloseAccount` in both token programs' interface.
const CLOSE_ACCOUNT: u8 = 9;
/// Number of `TransferChecked`.
const TRANSFER_CHECKED: u8 = 12;
/// Number of `BurnChecked`.
const BURN_CHECKED: u8 = 15;

/// Where a token account has its amount.
const AMOUNT_AT: usize = 64;
/// Where a mint has its decimals.
const DECIMALS_AT: usize = 44;

/// Tokens in a token account.
///
/// # Errors
/// When the account is too short to be one.
#[inline(always)]
pub fn amount_of(account: &UncheckedAccount) -> Result<u64> {
    let data = account.account().try_borrow()?;
    let (_, rest) = data.split_at_checked(AMOUNT_AT).ok_or(ProgramError::InvalidAccountData)?;
    let amount = rest.first_chunk::<8>().ok_or(ProgramError::InvalidAccountData)?;
    Ok(u64::from_le_bytes(*amount))
}

/// Decimals of a mint.
///
/// # Errors
/// When the account is too short to be one.
#[inline(always)]
fn decimals_of(mint: &UncheckedAccount) -> Result<u8> {
    let data = mint.account().try_borrow()?;
    Ok(*data.get(DECIMALS_AT).ok_or(ProgramError::InvalidAccountData)?)
}

/// `[tag, amount, decimals]`.
#[inline(always)]
fn amount_data(tag: u8, amount: u64, decimals: u8) -> [u8; 10] {
    let mut data = [0; 10];
    let (head, rest) = data.split_at_mut(1);
    let (units, tail) = rest.split_at_mut(8);
    head.fill(tag);
    units.copy_from_slice(&amount.to_le_bytes());
    tail.fill(decimals);
    data
}

/// Moves `amount` by `TransferChecked`; the transaction fails when the token program refuses.
/// `seeds` are the authority's, or empty when it signed the transaction.
///
/// # Errors
/// When the mint is too short to be one, or an account is read-only.
#[inline(always)]
fn transfer(
    program: &UncheckedAccount,
    from: &mut UncheckedAccount,
    mint: &UncheckedAccount,
    to: &mut UncheckedAccount,
    authority: CpiHandle<'_>,
    amount: u64,
    seeds: &[&[&[u8]]],
) -> Result<()> {
    let data = amount_data(TRANSFER_CHECKED, amount, decimals_of(mint)?);
    let handles: [CpiHandle<'_>; 4] = [
        from.try_cpi_handle_mut()?.into(),
        mint.cpi_handle(),
        to.try_cpi_handle_mut()?.into(),
        authority,
    ];
    let [from, mint, to, authority] = handles;
    unchecked_invoke_signed_fixed(
        program.address(),
        &data,
        &[
            InstructionAccount::writable(from.address()),
            InstructionAccount::readonly(mint.address()),
            InstructionAccount::writable(to.address()),
            InstructionAccount::readonly_signer(authority.address()),
        ],
        &handles,
        seeds,
    );
    Ok(())
}

/// Takes `amount` from a wallet's token account into a vault and returns what arrived: less than
/// that for a mint with a transfer fee.
///
/// # Errors
/// [`StakingError::ZeroAmount`] when nothing arrived.
#[inline(always)]
pub fn take(
    program: &UncheckedAccount,
    source: &mut UncheckedAccount,
    mint: &UncheckedAccount,
    vault: &mut UncheckedAccount,
    owner: &Signer,
    amount: u64,
) -> Result<u64> {
    require!(amount > 0, StakingError::ZeroAmount);
    let before = amount_of(vault)?;
    transfer(program, source, mint, vault, owner.cpi_handle(), amount, &[])?;
    let arrived = amount_of(vault)?.checked_sub(before).ok_or(StakingError::Overflow)?;
    require!(arrived > 0, StakingError::ZeroAmount);
    Ok(arrived)
}

/// Pays `amount` out of a vault of the stake pool; nothing when it is zero.
///
/// # Errors
/// When an account is not what it must be.
#[inline(always)]
pub fn pay(
    stake_pool: &Account<StakePool>,
    program: &UncheckedAccount,
    vault: &mut UncheckedAccount,
    mint: &UncheckedAccount,
    destination: &mut UncheckedAccount,
    amount: u64,
) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let (network, bump) = (stake_pool.network, [stake_pool.bump]);
    let seeds: &[&[u8]] = &[STAKE_POOL_SEED, network.as_ref(), &bump];
    transfer(program, vault, mint, destination, stake_pool.cpi_handle(), amount, &[seeds])
}

/// Burns `amount` from a vault of the stake pool; nothing when it is zero.
///
/// # Errors
/// When an account is not what it must be.
#[inline(always)]
pub fn burn(
    stake_pool: &Account<StakePool>,
    program: &UncheckedAccount,
    vault: &mut UncheckedAccount,
    mint: &mut UncheckedAccount,
    amount: u64,
) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let (network, bump) = (stake_pool.network, [stake_pool.bump]);
    let seeds: &[&[u8]] = &[STAKE_POOL_SEED, network.as_ref(), &bump];
    let data = amount_data(BURN_CHECKED, amount, decimals_of(mint)?);
    let handles: [CpiHandle<'_>; 3] = [
        vault.try_cpi_handle_mut()?.into(),
        mint.try_cpi_handle_mut()?.into(),
        stake_pool.cpi_handle(),
    ];
    let [from, mint, authority] = handles;
    unchecked_invoke_signed_fixed(
        program.address(),
        &data,
        &[
            InstructionAccount::writable(from.address()),
            InstructionAccount::writable(mint.address()),
            InstructionAccount::readonly_signer(authority.address()),
        ],
        &handles,
        &[seeds],
    );
    Ok(())
}

/// Closes an empty vault of the stake pool; its lamports go to `rent_to`.
///
/// # Errors
/// When an account is not what it must be.
#[inline(always)]
pub fn close(
    stake_pool: &Account<StakePool>,
    program: &UncheckedAccount,
    vault: &mut UncheckedAccount,
    rent_to: &mut UncheckedAccount,
) -> Result<()> {
    let (network, bump) = (stake_pool.network, [stake_pool.bump]);
    let seeds: &[&[u8]] = &[STAKE_POOL_SEED, network.as_ref(), &bump];
    let handles: [CpiHandle<'_>; 3] = [
        vault.try_cpi_handle_mut()?.into(),
        rent_to.try_cpi_handle_mut()?.into(),
        stake_pool.cpi_handle(),
    ];
    let [account, to, authority] = handles;
    unchecked_invoke_signed_fixed(
        program.address(),
        &[CLOSE_ACCOUNT],
        &[
            InstructionAccount::writable(account.address()),
            InstructionAccount::writable(to.address()),
            InstructionAccount::readonly_signer(authority.address()),
        ],
        &handles,
        &[seeds],
    );
    Ok(())
}

/// Refuses a destination other than the associated token account of `wallet`.
///
/// # Errors
/// [`StakingError::InvalidDestination`].
pub fn require_associated(
    destination: &Address,
    wallet: &Address,
    mint: &Address,
    program: &Address,
) -> Result<()> {
    let expected = get_associated_token_address_with_program_id(wallet, mint, program);
    require!(*destination == expected, StakingError::InvalidDestination);
    Ok(())
}

/// Refuses a mint whose authorities could take, block or dilute what is staked by an extension,
/// and one whose tokens cannot be burned.
///
/// # Errors
/// [`StakingError::HostileMint`].
pub fn require_harmless(mint: &AccountView) -> Result<()> {
    let data = mint.try_borrow()?;
    Mint::read(mint.address().as_array(), &data, mint.owned_by(&Token2022::id()))
        .map_err(|_| StakingError::HostileMint)?;
    Ok(())
}
