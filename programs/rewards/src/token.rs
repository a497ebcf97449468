//! What the program asks of token programs, in calls of fixed size on the stack. All of it works
//! for SPL Token and Token-2022; the transaction fails when the token program refuses.

use crate::{
    error::RewardsError,
    mint::TrustedMint,
    state::{POOL_SEED, Pool},
};
use anchor_lang::{
    accounts::UncheckedAccount,
    cpi::{InstructionAccount, InstructionView},
    prelude::*,
    unchecked_invoke_signed_fixed,
};
use core::{marker::PhantomData, mem::MaybeUninit};
use pinocchio::{
    account::RuntimeAccount,
    cpi::{CpiAccount, Seed, Signer as CpiSigner, invoke_signed_unchecked},
};

/// Numbers in the token programs' common interface.
const TRANSFER: u8 = 3;
const MINT_TO: u8 = 7;
const BURN: u8 = 8;
const CLOSE_ACCOUNT: u8 = 9;
const TRANSFER_CHECKED: u8 = 12;
const INITIALIZE_ACCOUNT_3: u8 = 18;

/// Where a token account keeps its mint and its amount.
pub const AMOUNT_AT: usize = 64;

/// The number, and an amount.
fn with_amount(number: u8, amount: u64) -> [u8; 9] {
    let mut data = [0; 9];
    let (tag, units) = data.split_at_mut(1);
    tag.fill(number);
    units.copy_from_slice(&amount.to_le_bytes());
    data
}

/// Tokens in a token account whose owner and address the caller has checked.
///
/// # Errors
/// [`RewardsError::InvalidMint`] when it is too short for one.
#[inline(always)]
pub fn amount(account: &UncheckedAccount) -> Result<u64> {
    // SAFETY: nobody holds a mutable borrow of a token account here; only token programs write.
    let data = unsafe { account.account().borrow_unchecked() };
    let bytes = data
        .get(AMOUNT_AT..)
        .and_then(|rest| rest.first_chunk::<8>())
        .ok_or(RewardsError::InvalidMint)?;
    Ok(u64::from_le_bytes(*bytes))
}

/// The seeds that a pool signs with.
pub struct PoolSigner {
    network: Address,
    mint: Address,
    bump: [u8; 1],
}

impl PoolSigner {
    /// Copies what is needed out of the account.
    #[inline(always)]
    pub fn new(pool: &Pool) -> Self {
        Self { network: pool.network, mint: pool.mint, bump: [pool.bump] }
    }

    /// The same, to be read where they are.
    #[inline(always)]
    pub fn as_seeds(&self) -> PoolSeeds<'_> {
        PoolSeeds { network: &self.network, mint: &self.mint, bump: &self.bump }
    }

    fn seeds(&self) -> [&[u8]; 4] {
        [POOL_SEED, self.network.as_ref(), self.mint.as_ref(), &self.bump]
    }
}

/// The seeds that a pool signs with, where they are.
#[derive(Clone, Copy)]
pub struct PoolSeeds<'a> {
    /// The pool's network.
    pub network: &'a Address,
    /// The pool's mint.
    pub mint: &'a Address,
    /// The bump of the pool's address.
    pub bump: &'a [u8; 1],
}

/// Who moves tokens: the pool, or somebody who signed the transaction.
pub enum Authority<'a> {
    /// The pool, by its seeds.
    Pool(CpiHandle<'a>, &'a PoolSigner),
    /// A signer.
    Wallet(CpiHandle<'a>),
}

impl<'a> Authority<'a> {
    fn call<const N: usize>(
        &self,
        program: &'a Address,
        data: &[u8],
        accounts: &[InstructionAccount<'a>; N],
        handles: &[CpiHandle<'a>; N],
    ) {
        match self {
            Self::Pool(_, signer) => {
                let seeds = signer.seeds();
                unchecked_invoke_signed_fixed(program, data, accounts, handles, &[&seeds]);
            }
            Self::Wallet(_) => {
                unchecked_invoke_signed_fixed(program, data, accounts, handles, &[]);
            }
        }
    }

    fn handle(&self) -> CpiHandle<'a> {
        match self {
            Self::Pool(handle, _) | Self::Wallet(handle) => *handle,
        }
    }
}

/// The mint that a transfer names where its program wants one.
pub struct Checked<'a> {
    /// The mint.
    pub mint: CpiHandle<'a>,
    /// Its decimals.
    pub decimals: u8,
}

/// Moves `amount` from one token account to another: by `TransferChecked` when a mint is given,
/// which Token-2022 needs where transfers cost a fee.
pub fn transfer<'a>(
    program: &'a Address,
    from: CpiHandle<'a>,
    to: CpiHandle<'a>,
    authority: &Authority<'a>,
    checked: Option<Checked<'a>>,
    amount: u64,
) {
    let signer = authority.handle();
    match checked {
        None => authority.call(
            program,
            &with_amount(TRANSFER, amount),
            &[
                InstructionAccount::writable(from.address()),
                InstructionAccount::writable(to.address()),
                InstructionAccount::readonly_signer(signer.address()),
            ],
            &[from, to, signer],
        ),
        Some(Checked { mint, decimals }) => {
            let [a, b, c, d, e, f, g, h, i] = with_amount(TRANSFER_CHECKED, amount);
            authority.call(
                program,
                &[a, b, c, d, e, f, g, h, i, decimals],
                &[
                    InstructionAccount::writable(from.address()),
                    InstructionAccount::readonly(mint.address()),
                    InstructionAccount::writable(to.address()),
                    InstructionAccount::readonly_signer(signer.address()),
                ],
                &[from, mint, to, signer],
            );
        }
    }
}

/// Mints `amount` to a token account.
pub fn mint_to<'a>(
    program: &'a Address,
    mint: CpiHandle<'a>,
    to: CpiHandle<'a>,
    authority: &Authority<'a>,
    amount: u64,
) {
    let signer = authority.handle();
    authority.call(
        program,
        &with_amount(MINT_TO, amount),
        &[
            InstructionAccount::writable(mint.address()),
            InstructionAccount::writable(to.address()),
            InstructionAccount::readonly_signer(signer.address()),
        ],
        &[mint, to, signer],
    );
}

/// Burns `amount` of a token account.
pub fn burn<'a>(
    program: &'a Address,
    from: CpiHandle<'a>,
    mint: CpiHandle<'a>,
    authority: &Authority<'a>,
    amount: u64,
) {
    let signer = authority.handle();
    authority.call(
        program,
        &with_amount(BURN, amount),
        &[
            InstructionAccount::writable(from.address()),
            InstructionAccount::writable(mint.address()),
            InstructionAccount::readonly_signer(signer.address()),
        ],
        &[from, mint, signer],
    );
}

/// Closes an empty token account; its lamports go to `to`.
pub fn close<'a>(
    program: &'a Address,
    account: CpiHandle<'a>,
    to: CpiHandle<'a>,
    authority: &Authority<'a>,
) {
    let signer = authority.handle();
    authority.call(
        program,
        &[CLOSE_ACCOUNT],
        &[
            InstructionAccount::writable(account.address()),
            InstructionAccount::writable(to.address()),
            InstructionAccount::readonly_signer(signer.address()),
        ],
        &[account, to, signer],
    );
}

/// Creates a token account at a derived address.
///
/// # Errors
/// When the system program refuses.
pub fn create_account(
    payer: &AccountView,
    account: &mut UncheckedAccount,
    mint: &UncheckedAccount,
    trusted: &TrustedMint,
    owner: &Address,
    seeds: &[&[u8]],
) -> Result<()> {
    anchor_lang::create_account_signed(
        payer,
        account.account(),
        trusted.mint.token_account_bytes(),
        &trusted.token_program,
        seeds,
    )?;
    let mut data = [INITIALIZE_ACCOUNT_3; 33];
    let (_, to) = data.split_at_mut(1);
    to.copy_from_slice(owner.as_ref());
    let (mint, account) = (mint.cpi_handle(), account.cpi_handle_mut().into());
    let handles: [CpiHandle<'_>; 2] = [account, mint];
    let [account, mint] = handles;
    unchecked_invoke_signed_fixed(
        &trusted.token_program,
        &data,
        &[
            InstructionAccount::writable(account.address()),
            InstructionAccount::readonly(mint.address()),
        ],
        &handles,
        &[],
    );
    Ok(())
}

/// Pays out of a pool's vault, as often as needed. For claims: nothing on the heap.
pub struct Payer<'a> {
    /// The token program.
    pub program: &'a AccountView,
    /// The vault.
    pub vault: &'a AccountView,
    /// The pool.
    pub pool: &'a AccountView,
    /// The pool's seeds.
    pub signer: PoolSeeds<'a>,
    /// The mint and its decimals, where the program wants them.
    pub mint: Option<(&'a AccountView, u8)>,
}

impl Payer<'_> {
    /// Moves `amount` from the vault to `destination`; the transaction fails when the token
    /// program refuses.
    #[inline(always)]
    pub fn pay(&self, destination: &AccountView, amount: u64) {
        let Self { vault, pool, .. } = *self;
        match self.mint {
            None => self.call(
                &with_amount(TRANSFER, amount),
                &[
                    InstructionAccount::writable(vault.address()),
                    InstructionAccount::writable(destination.address()),
                    InstructionAccount::readonly_signer(pool.address()),
                ],
                &[vault.into(), destination.into(), pool.into()],
            ),
            Some((mint, decimals)) => {
                let [a, b, c, d, e, f, g, h, i] = with_amount(TRANSFER_CHECKED, amount);
                self.call(
                    &[a, b, c, d, e, f, g, h, i, decimals],
                    &[
                        InstructionAccount::writable(vault.address()),
                        InstructionAccount::readonly(mint.address()),
                        InstructionAccount::writable(destination.address()),
                        InstructionAccount::readonly_signer(pool.address()),
                    ],
                    &[vault.into(), mint.into(), destination.into(), pool.into()],
                );
            }
        }
    }

    #[inline(always)]
    fn call<const N: usize>(
        &self,
        data: &[u8],
        accounts: &[InstructionAccount<'_>; N],
        views: &[CpiAccount<'_>; N],
    ) {
        let PoolSeeds { network, mint, bump } = self.signer;
        let seeds: [Seed<'_>; 4] =
            [POOL_SEED.into(), network.as_ref().into(), mint.as_ref().into(), bump.into()];
        let instruction = InstructionView { program_id: self.program.address(), data, accounts };
        // SAFETY: no reference into the data of the vault, of a destination or of the mint is
        // alive; the pool is passed read-only, so that its data stays as this program sees it.
        unsafe { invoke_signed_unchecked(&instruction, views, &[CpiSigner::from(&seeds)]) };
    }
}

pub use cairn_protocol::mint::TOKEN_ACCOUNT_BYTES;

/// Transfers by SPL Token out of a pool's vault, for the fewest compute units: what the system call
/// is given is written once, and for a further transfer only destination and amount.
pub struct Transfers<'a> {
    at: *mut TransferCall,
    place: PhantomData<&'a mut TransferCall>,
}

/// What the system call is given.
#[repr(C)]
pub struct TransferCall {
    call: Call,
    signer: Slice<Slice<u8>>,
    accounts: [CallAccount; 3],
    infos: [CallInfo; 3],
    seeds: [Slice<u8>; 4],
    data: CallData,
}

/// A slice as the C interface has it.
#[repr(C)]
struct Slice<T> {
    at: *const T,
    count: u64,
}

/// `SolInstruction` of the C interface.
#[repr(C)]
struct Call {
    program: *const Address,
    accounts: Slice<CallAccount>,
    data: Slice<u8>,
}

/// `SolAccountMeta` of the C interface.
#[repr(C)]
struct CallAccount {
    address: *const Address,
    is_writable: bool,
    is_signer: bool,
}

/// `SolAccountInfo` of the C interface.
#[repr(C)]
struct CallInfo {
    address: *const Address,
    lamports: *const u64,
    data_bytes: u64,
    data: *const u8,
    owner: *const Address,
    rent_epoch: u64,
    /// Whether it signs, is writable, is a program; and a byte that nobody reads.
    flags: [bool; 4],
}

/// The data of a transfer: the number, and behind it the amount.
#[repr(C)]
struct CallData {
    before: [u8; 7],
    number: u8,
    amount: [u8; 8],
}

const _: () = assert!(size_of::<Call>() == 40 && size_of::<CallAccount>() == 16);
const _: () = assert!(size_of::<CallInfo>() == 56 && size_of::<CallData>() == 16);

impl CallAccount {
    /// # Safety
    /// `account` can be read.
    #[inline(always)]
    unsafe fn of(account: *const RuntimeAccount, is_writable: bool, is_signer: bool) -> Self {
        // SAFETY: it can be read.
        Self { address: unsafe { &raw const (*account).address }, is_writable, is_signer }
    }
}

impl CallInfo {
    /// # Safety
    /// `account` can be read; it is writable, does not sign and has so many bytes.
    #[inline(always)]
    unsafe fn of(account: *const RuntimeAccount, data_bytes: usize) -> Self {
        // SAFETY: it can be read, and the data is behind it.
        unsafe {
            Self {
                address: &raw const (*account).address,
                lamports: &raw const (*account).lamports,
                data_bytes: data_bytes as u64,
                data: account.add(1).cast(),
                owner: &raw const (*account).owner,
                rent_epoch: 0, // as pinocchio has it: nobody reads it
                flags: [false, true, false, false],
            }
        }
    }
}

impl<'a> Transfers<'a> {
    /// Writes to `place` what all transfers have in common.
    ///
    /// # Safety
    /// The three accounts are of the runtime's input; vault and pool are writable, do not sign and
    /// have [`TOKEN_ACCOUNT_BYTES`] and `pool_bytes` of data. `pool` is what that data holds. All of
    /// it stays where it is for `'a`.
    #[inline(always)]
    pub unsafe fn new(
        place: &'a mut MaybeUninit<TransferCall>,
        program: *const RuntimeAccount,
        vault: *const RuntimeAccount,
        pool_at: *const RuntimeAccount,
        pool_bytes: usize,
        pool: *const Pool,
    ) -> Self {
        let at = place.as_mut_ptr();
        // SAFETY: all of it stays within `place`, and within what the caller vouches for.
        unsafe {
            (&raw mut (*at).call).write(Call {
                program: &raw const (*program).address,
                accounts: Slice { at: (&raw const (*at).accounts).cast(), count: 3 },
                data: Slice { at: &raw const (*at).data.number, count: 9 },
            });
            (&raw mut (*at).signer).write(Slice { at: (&raw const (*at).seeds).cast(), count: 4 });
            (&raw mut (*at).seeds).write([
                Slice { at: POOL_SEED.as_ptr(), count: POOL_SEED.len() as u64 },
                Slice { at: (&raw const (*pool).network).cast(), count: 32 },
                Slice { at: (&raw const (*pool).mint).cast(), count: 32 },
                Slice { at: &raw const (*pool).bump, count: 1 },
            ]);
            let [from, _, signer] = &mut *(&raw mut (*at).accounts).cast::<[MaybeUninit<_>; 3]>();
            from.write(CallAccount::of(vault, true, false));
            signer.write(CallAccount::of(pool_at, false, true));
            let [from, _, signer] = &mut *(&raw mut (*at).infos).cast::<[MaybeUninit<_>; 3]>();
            from.write(CallInfo::of(vault, TOKEN_ACCOUNT_BYTES));
            signer.write(CallInfo::of(pool_at, pool_bytes));
            (&raw mut (*at).data.number).write(TRANSFER);
        }
        Self { at, place: PhantomData }
    }

    /// Moves `amount` from the vault to `destination`; the transaction fails when the token program
    /// refuses.
    ///
    /// # Safety
    /// `destination` is a writable account of the runtime's input that does not sign, with
    /// [`TOKEN_ACCOUNT_BYTES`] of data. No reference into its data or the vault's is used after the
    /// call that was made before it, and none into the pool's that writes.
    #[inline(always)]
    pub unsafe fn pay(&mut self, destination: *const RuntimeAccount, amount: u64) {
        let at = self.at;
        // SAFETY: with the destination and the amount all of the call is written; what it points to
        // lives (`new`). The pool is passed read-only, so that its data stays as it is.
        unsafe {
            let [_, to, _] = &mut *(&raw mut (*at).accounts).cast::<[MaybeUninit<_>; 3]>();
            to.write(CallAccount::of(destination, true, false));
            let [_, to, _] = &mut *(&raw mut (*at).infos).cast::<[MaybeUninit<_>; 3]>();
            to.write(CallInfo::of(destination, TOKEN_ACCOUNT_BYTES));
            (&raw mut (*at).data.amount).write(amount.to_le_bytes());
            #[cfg(any(target_os = "solana", target_arch = "bpf"))]
            pinocchio::syscalls::sol_invoke_signed_c(
                (&raw const (*at).call).cast(),
                (&raw const (*at).infos).cast(),
                3,
                (&raw const (*at).signer).cast(),
                1,
            );
            #[cfg(not(any(target_os = "solana", target_arch = "bpf")))]
            core::hint::black_box(at);
        }
    }
}
