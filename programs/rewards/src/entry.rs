//! The program's entry point: a short way for claims, and Anchor's way for everything else.
//!
//! Claims are what is paid for most often, so a claim that simply works, on SPL Token, takes a way
//! that reads the runtime's input in place. It changes nothing until every check has passed, and
//! where one has not, or anything is unusual (Token-2022, pending terms, an account given twice),
//! it steps aside and Anchor's way ([`crate::instructions::Claim`]) does the same from the start,
//! with its checks and its errors. So what the short way must get right is one thing: never to
//! accept what the other would refuse.

use crate::{
    events::Claimed,
    instructions::UNIX_TIMESTAMP_AT,
    state::{Claimant, MAX_PAYEES, Payee, Pool},
    token::{AMOUNT_AT, TOKEN_ACCOUNT_BYTES, Transfers},
    version::Versioned,
};
use anchor_lang::{address_eq, prelude::*};
use cairn_protocol::{
    breaker,
    merkle::{Node, OperatorLeaf},
    opaque, split,
};
use core::mem::{MaybeUninit, offset_of};
use pinocchio::{
    account::{MAX_PERMITTED_DATA_INCREASE, RuntimeAccount},
    sysvars::{clock::CLOCK_ID, get_sysvar},
};

anchor_lang::pinocchio::default_allocator!();
anchor_lang::pinocchio::default_panic_handler!();

/// Accounts of a claim without payees, or with one.
const ACCOUNTS: usize = 6;
/// Accounts of a claim with the most payees.
const MOST_ACCOUNTS: usize = ACCOUNTS + MAX_PAYEES - 1;
/// Bytes between the starts of two accounts, besides the data, which is followed by up to 7 bytes
/// to a multiple of 8: the account's head, room to grow, and the rent epoch.
const BESIDES_DATA: usize = size_of::<RuntimeAccount>() + MAX_PERMITTED_DATA_INCREASE + 8;
/// The first byte of an account that is not given for the second time.
const NOT_TWICE: u8 = u8::MAX;
/// The first four bytes of a writable account: it does not sign either, nor is it a program.
const WRITABLE: u32 = u32::from_le_bytes([NOT_TWICE, 0, 1, 0]);
/// `claim`'s discriminator, lifetime total, devices root, index and the proof's length.
const DATA_BYTES: usize = 8 + 8 + 32 + 4 + 4;
/// A pool's data.
const POOL_BYTES: usize = 8 + size_of::<Pool>();
/// Where a claimant's data has the number of its payees, and where the first of them.
const PAYEE_COUNT_AT: usize = 8 + size_of::<Claimant>();
const PAYEES_AT: usize = PAYEE_COUNT_AT + 4;

/// The arguments of a claim, as they stand in the instruction's data.
#[repr(C)]
struct Arguments {
    discriminator: [u8; 8],
    lifetime_total: [u8; 8],
    devices_root: [u8; 32],
    index: [u8; 4],
    proof_bytes: [u8; 4],
}

const _: () = assert!(size_of::<Arguments>() == DATA_BYTES && align_of::<Arguments>() == 1);
const _: () = assert!(offset_of!(Pool, root_sum) == offset_of!(Pool, root) + 32);
const _: () = assert!(offset_of!(Claimant, operator) == offset_of!(Claimant, pool) + 32);
const _: () =
    assert!(offset_of!(Arguments, devices_root) == offset_of!(Arguments, lifetime_total) + 8);

/// Whether an account is writable, given for the first time, and has so many bytes.
///
/// # Safety
/// `account` is where the runtime's input has an account.
#[inline(always)]
unsafe fn is_writable(account: *const RuntimeAccount, bytes: usize) -> bool {
    // SAFETY: an account begins at a multiple of 8. One that is given twice has 8 bytes only, and
    // nothing is read beyond the first four of those.
    unsafe { account.cast::<u32>().read() == WRITABLE && (*account).data_len == bytes as u64 }
}

/// Whether a writable account is this program's and a `T`.
///
/// # Safety
/// As [`is_writable`], and that holds for `account` with at least 8 bytes.
#[inline(always)]
unsafe fn is<T: Discriminator>(account: *const RuntimeAccount) -> bool {
    // SAFETY: the data is behind the head; discriminators are read in any alignment.
    unsafe {
        address_eq(&(*account).owner, &crate::ID)
            && account.add(1).cast::<u64>().read()
                == T::DISCRIMINATOR.as_ptr().cast::<u64>().read_unaligned()
    }
}

/// Where the next account begins behind one with so many bytes of data, or what follows the last:
/// so the runtime writes them, as `anchor_lang::AccountCursor` reads them.
#[inline(always)]
#[allow(clippy::arithmetic_side_effects, reason = "pointers within the runtime's input")]
fn behind(account: *mut RuntimeAccount, bytes: usize) -> *mut RuntimeAccount {
    account.wrapping_byte_add(BESIDES_DATA.wrapping_add(bytes.wrapping_add(7) & !7))
}

/// What of `due` the pool's breaker and the operator's cap leave room for, as far as they are on,
/// booked in their windows; `None` without a trace when that is nothing.
///
/// # Safety
/// `pool` and `claimant` may be read and written to, `vault` is followed by a token account.
#[inline(always)]
unsafe fn limited<const BREAKER: bool, const CAP: bool>(
    pool: *mut Pool,
    claimant: *mut Claimant,
    vault: *const RuntimeAccount,
    due: u64,
) -> Option<u64> {
    // SAFETY: the caller's, and the system call writes all 8 bytes or fails.
    unsafe {
        let mut time = MaybeUninit::<[u8; 8]>::uninit();
        get_sysvar(&mut *time.as_mut_ptr(), &CLOCK_ID, UNIX_TIMESTAMP_AT).ok()?;
        let now = i64::from_le_bytes(time.assume_init());
        let (mut amount, mut used_by_all) = (due, 0);
        if BREAKER {
            let breaker = &raw const (*pool).terms.breaker;
            let (used, since) = ((*pool).window_outflow, (*pool).window_at);
            used_by_all = breaker::decayed(used, since, now, (*breaker).window_seconds);
            let balance = vault.add(1).cast::<u64>().add(AMOUNT_AT / 8).read();
            let limit = (*breaker).tokens(balance);
            if limit <= used_by_all {
                return None;
            }
            amount = amount.min(limit.wrapping_sub(used_by_all));
        }
        if CAP {
            let cap = &raw const (*pool).terms.operator_cap;
            let (used, since) = ((*claimant).window_outflow, (*claimant).window_at);
            let used = breaker::decayed(used, since, now, (*cap).window_seconds);
            if (*cap).max_amount <= used {
                return None;
            }
            amount = amount.min((*cap).max_amount.wrapping_sub(used));
            // No more than the limit, and so below.
            (*claimant).window_outflow = used.wrapping_add(amount);
            (*claimant).window_at = now;
        }
        if BREAKER {
            (*pool).window_outflow = used_by_all.wrapping_add(amount);
            (*pool).window_at = now;
        }
        Some(amount)
    }
}

/// [`claim`] of an operator without payees.
///
/// # Safety
/// As [`claim`].
#[inline(never)]
unsafe fn claim_own(input: *mut u8, data: *const u8) -> Option<()> {
    // SAFETY: the caller's.
    unsafe { claim(input, data, 0) }
}

/// [`claim`] of an operator with one payee.
///
/// # Safety
/// As [`claim`].
#[inline(never)]
unsafe fn claim_of_one(input: *mut u8, data: *const u8) -> Option<()> {
    // SAFETY: the caller's.
    unsafe { claim(input, data, 1) }
}

/// [`claim`] of an operator with several payees.
///
/// # Safety
/// As [`claim`].
#[inline(never)]
unsafe fn claim_of_many(input: *mut u8, data: *const u8, payee_count: usize) -> Option<()> {
    // SAFETY: the caller's.
    unsafe { claim(input, data, payee_count) }
}

/// Pays a claim of an operator with so many payees, or returns `None` without a trace.
///
/// With their number, which is known where this is compiled but for several, and the lengths of
/// what this program and SPL Token keep, all accounts up to the token program are at known places.
///
/// # Safety
/// `input` and `data` are what the runtime called the entry point with. The number of accounts is
/// that of a claim with so many payees, of which there are at most [`MAX_PAYEES`].
#[inline(always)]
#[allow(clippy::arithmetic_side_effects, reason = "pointers within the runtime's input")]
unsafe fn claim(input: *mut u8, data: *const u8, payee_count: usize) -> Option<()> {
    let claimant_bytes = PAYEES_AT + payee_count * size_of::<Payee>();
    // SAFETY: the runtime writes the data's length before it, and the accounts 8 bytes after the
    // start of the input. All that is read of the data lies within its length; all that is read of
    // an account lies within its head, or within its data whose length was checked. Each account is
    // given for the first time, which is checked before anything else is read of it, so no two
    // places have the same one. Accounts of this program are read and written through the pointers
    // of the input only; no reference into one that is written to lives that long.
    unsafe {
        let length = data.sub(8).cast::<u64>().read() as usize;
        if length < DATA_BYTES {
            return None;
        }
        let arguments = data.cast::<Arguments>();
        let proof_bytes = u32::from_le_bytes((*arguments).proof_bytes) as usize;
        // Anchor's way bears with bytes behind the arguments, so let it.
        if length != DATA_BYTES.wrapping_add(proof_bytes) {
            return None;
        }

        let pool_at = input.add(8).cast::<RuntimeAccount>();
        if !is_writable(pool_at, POOL_BYTES) {
            return None;
        }
        let claimant_at = behind(pool_at, POOL_BYTES);
        if !is_writable(claimant_at, claimant_bytes)
            || !is::<Pool>(pool_at)
            || !is::<Claimant>(claimant_at)
        {
            return None;
        }
        let pool = pool_at.add(1).cast::<u8>().add(8).cast::<Pool>();
        let claimant_data = claimant_at.add(1).cast::<u8>();
        let claimant = claimant_data.add(8).cast::<Claimant>();
        let payees = claimant_data.add(PAYEES_AT).cast::<Payee>();
        if !address_eq(&(*claimant).pool, &(*pool_at).address)
            || claimant_data.add(PAYEE_COUNT_AT).cast::<u32>().read() as usize != payee_count
        {
            return None;
        }
        let vault = behind(claimant_at, claimant_bytes);
        if !is_writable(vault, TOKEN_ACCOUNT_BYTES)
            || !address_eq(&(*vault).address, &(*pool).vault)
        {
            return None;
        }
        // The first destination is the operator's own, or the first payee's.
        let own = if payee_count == 0 { &(*claimant).destination } else { &(*payees).destination };
        // Too far from the input's start for one instruction, unlike what follows from itself.
        let destination = opaque::pointer(behind(vault, TOKEN_ACCOUNT_BYTES));
        if !is_writable(destination, TOKEN_ACCOUNT_BYTES)
            || !address_eq(&(*destination).address, own)
        {
            return None;
        }
        let token_program = behind(destination, TOKEN_ACCOUNT_BYTES);
        if (*token_program).borrow_state != NOT_TWICE
            || !address_eq(&(*token_program).address, &(*pool).token_program)
        {
            return None;
        }
        let mint = behind(token_program, (*token_program).data_len as usize);
        if (*mint).borrow_state != NOT_TWICE
            || !(address_eq(&(*mint).address, &crate::ID)
                || address_eq(&(*mint).address, &(*pool).mint))
            || (*pool).version != Pool::VERSION
            || (*pool).names_mint != 0
            || (*pool).pending_terms_at != 0
            || (*pool).terms.operator_cap.max_bps != 0
            || (*pool).leaf_count == 0
        {
            return None;
        }
        let mut other = behind(mint, (*mint).data_len as usize);
        let others = other;
        for at in 1..payee_count {
            if !is_writable(other, TOKEN_ACCOUNT_BYTES)
                || !address_eq(&(*other).address, &(*payees.add(at)).destination)
            {
                return None;
            }
            other = behind(other, TOKEN_ACCOUNT_BYTES);
        }

        // Pool and operator stand side by side in the claimant, total and devices root in the
        // arguments, the root's hash and sum in the pool.
        let proven = OperatorLeaf::proves(
            &*(&raw const (*claimant).pool).cast::<[u8; 64]>(),
            &*(&raw const (*arguments).lifetime_total).cast::<[u8; 40]>(),
            &*(&raw const (*pool).root).cast::<Node>(),
            &(*arguments).index,
            core::slice::from_raw_parts(data.add(DATA_BYTES), proof_bytes),
        );
        if !proven {
            return None;
        }
        let lifetime_total = u64::from_le_bytes((*arguments).lifetime_total);
        let claimed_before = (*claimant).claimed_total;
        if lifetime_total <= claimed_before {
            return None;
        }
        let due = lifetime_total.wrapping_sub(claimed_before);
        let paid_before = (*pool).claimed_total;
        // A limit might allow a part of what exceeds the root's sum: let Anchor's way see.
        if due > (*pool).root_sum.checked_sub(paid_before)? {
            return None;
        }
        // A cap has an amount and no part of the balance: see above, and `PoolTerms::validate`.
        let terms = &raw const (*pool).terms;
        let amount = match ((*terms).breaker.is_on(), (*terms).operator_cap.max_amount != 0) {
            (false, false) => due,
            (true, false) => limited::<true, false>(pool, claimant, vault, due)?,
            (false, true) => limited::<false, true>(pool, claimant, vault, due)?,
            (true, true) => limited::<true, true>(pool, claimant, vault, due)?,
        };

        // Every check has passed, and `amount` is above zero. Nothing wraps: what is added up is
        // within the lifetime total or the root's sum.
        (*pool).claimed_total = paid_before.wrapping_add(amount);
        #[cfg(feature = "next-version")]
        {
            (*pool).claim_count = (*pool).claim_count.wrapping_add(1); // no chain pays 2⁶⁴ claims
        }
        let claimed_total = claimed_before.wrapping_add(amount);
        (*claimant).claimed_total = claimed_total;

        let mut place = MaybeUninit::uninit();
        let mut transfers =
            Transfers::new(&mut place, token_program, vault, pool_at, POOL_BYTES, pool);
        let (mut left, mut other) = (amount, others);
        for at in 1..payee_count {
            let part = split::share(amount, (*payees.add(at)).bps);
            if part > 0 {
                left = left.saturating_sub(part);
                transfers.pay(other, part);
            }
            other = behind(other, TOKEN_ACCOUNT_BYTES);
        }
        if left > 0 {
            transfers.pay(destination, left);
        }
        Claimed::log(&(*claimant).pool, &(*claimant).operator, amount, claimed_total);
        Some(())
    }
}

/// Anchor's way, with room for every account of a transaction, as Anchor's own entry point has it.
///
/// # Safety
/// As [`entrypoint`].
#[inline(never)]
unsafe fn dispatch(input: *mut u8, data: *const u8) -> u64 {
    let mut lookup = [const { MaybeUninit::<AccountView>::uninit() }; 256];
    // SAFETY: the arguments are the runtime's, the list has a place for every account.
    unsafe { crate::__anchor_dispatch_internal(input, data, lookup.as_mut_ptr().cast()) }
}

/// Where the runtime enters.
///
/// # Safety
/// The runtime calls it, with the start of its input and the instruction's data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn entrypoint(input: *mut u8, data: *const u8) -> u64 {
    // SAFETY: the runtime writes the data's length before it; behind the data stands the
    // program's address, so that 8 bytes can be read whatever the length, which `claim` checks.
    unsafe {
        let number = data.cast::<u64>().read_unaligned();
        let claims = crate::instruction::Claim::DISCRIMINATOR.as_ptr().cast::<u64>();
        if number == claims.read_unaligned() {
            // A claimant without payees and one with a single one are given the same accounts.
            let paid = match input.cast::<u64>().read() as usize {
                ACCOUNTS => claim_own(input, data).or_else(|| claim_of_one(input, data)),
                count @ 7..=MOST_ACCOUNTS => claim_of_many(input, data, count.wrapping_sub(5)),
                _ => None,
            };
            if paid.is_some() {
                return 0;
            }
        }
        dispatch(input, data)
    }
}
