//! Calls of the token programs without heap, and what is read from their accounts.
//!
//! A stake pool stores its mints, vaults and token programs, so an address comparison says all
//! about them; token accounts of others are checked by the token program that moves the tokens.

use crate::{
    error::StakingError,
    state::{STAKE_POOL_SEED, StakePool},
};
use anchor_lang::{cpi::InstructionAccount, prelude::*, unchecked_invoke_signed_fixed};
use anchor_spl::associated_token::get_associated_token_address_with_program_id;

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

/// The native mints, of wrapped lamports: their tokens cannot be burned.
const NATIVE_MINTS: [Address; 2] = [
    anchor_lang::address!("So11111111111111111111111111111111111111112"),
    anchor_lang::address!("9pan9bMn5HatX4EJdBwg9VgCa7Uz5HL8N1m5D3NdXej9"),
];
/// Bytes of a mint without extensions.
const MINT_BYTES: usize = 82;
/// Where a mint with extensions says what it is: after as many bytes as a token account has.
const ACCOUNT_TYPE_AT: usize = 165;
/// `AccountType::Mint` of Token-2022.
const ACCOUNT_TYPE_MINT: u8 = 1;
/// Token-2022 extensions that leave holders alone, the same that the rewards program trusts:
/// `TransferFeeConfig`, `MetadataPointer`, `TokenMetadata`, `GroupPointer`, `TokenGroup`,
/// `GroupMemberPointer`, `TokenGroupMember`.
const HARMLESS_EXTENSIONS: [u16; 7] = [1, 18, 19, 20, 21, 22, 23];

/// Refuses a mint whose authorities could take, block or dilute what is staked by an extension,
/// and one whose tokens cannot be burned. `data` is a mint's, as its token program accepts it.
///
/// # Errors
/// [`StakingError::HostileMint`].
pub fn require_harmless(address: &Address, data: &[u8]) -> Result<()> {
    require!(!NATIVE_MINTS.contains(address), StakingError::HostileMint);
    if data.len() <= MINT_BYTES {
        return Ok(());
    }
    let (head, mut rest) = data
        .split_at_checked(ACCOUNT_TYPE_AT.saturating_add(1))
        .ok_or(StakingError::HostileMint)?;
    require!(head.last() == Some(&ACCOUNT_TYPE_MINT), StakingError::HostileMint);
    // Entries of type, length and value; a type of zero ends them.
    while let Some((entry, value)) = rest.split_first_chunk::<4>() {
        let [t0, t1, l0, l1] = *entry;
        let kind = u16::from_le_bytes([t0, t1]);
        if kind == 0 {
            break;
        }
        require!(HARMLESS_EXTENSIONS.contains(&kind), StakingError::HostileMint);
        let length = usize::from(u16::from_le_bytes([l0, l1]));
        rest = value.get(length..).ok_or(StakingError::HostileMint)?;
    }
    Ok(())
}
