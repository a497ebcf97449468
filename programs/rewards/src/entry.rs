//! The program's entry point: a short way for claims, and Anchor's way for everything else.
//!
//! Claims are what is paid for most often, so a claim that simply works, on SPL Token, takes a way
//! that reads the runtime's input in place. It changes nothing until every check has passed, and
//! where one has not, or anything is unusual (Token-2022, pending terms, an account given twice, a
//! pool of another version), it steps aside and Anchor's way ([`crate::instructions::Claim`]) does
//! the same from the start, with its checks and its errors. So what the short way must get right is
//! one thing: never to accept what the other would refuse.

use crate::{
    events::Claimed,
    instructions::UNIX_TIMESTAMP_AT,
    state::{Claimant, MAX_PAYEES, Payee, Pool},
    token::{Payer, PoolSeeds},
    version::Versioned,
};
use anchor_lang::{address_eq, prelude::*};
use cairn_protocol::{
    breaker,
    merkle::{Node, OperatorLeaf, verify_owned},
    split,
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
/// Accounts of a claim with eight payees.
const MOST_ACCOUNTS: usize = ACCOUNTS + 7;
/// Bytes between the starts of two accounts, besides the data: the account's head, room to grow,
/// and the rent epoch.
const BESIDES_DATA: usize = size_of::<RuntimeAccount>() + MAX_PERMITTED_DATA_INCREASE + 8;
/// What the runtime writes where an account is not given for the second time.
const NOT_TWICE: u8 = u8::MAX;
/// `claim`'s discriminator, lifetime total, devices root, index and the proof's length.
const DATA_BYTES: usize = 8 + 8 + 32 + 4 + 4;
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
const _: () = assert!(offset_of!(Claimant, operator) == offset_of!(Claimant, pool) + 32);
const _: () =
    assert!(offset_of!(Arguments, devices_root) == offset_of!(Arguments, lifetime_total) + 8);

/// Whether `data` starts like a `T` of this program and is long enough for one.
///
/// # Safety
/// `account` is an account of the runtime's input, with its data behind it.
#[inline(always)]
unsafe fn is<T: Discriminator>(account: *const RuntimeAccount) -> bool {
    // SAFETY: the discriminator is read after the length is known to cover it; in any alignment.
    unsafe {
        let data = account.add(1).cast::<u8>();
        address_eq(&(*account).owner, &crate::ID)
            && (*account).is_writable != 0
            && (*account).data_len as usize >= size_of::<T>().wrapping_add(8)
            && data.cast::<u64>().read_unaligned()
                == T::DISCRIMINATOR.as_ptr().cast::<u64>().read_unaligned()
    }
}

/// Pays a claim of at most `N` accounts, or returns `None` without a trace. Of exactly `N` where
/// that is [`ACCOUNTS`]: most operators have no payees, and what deals with them costs.
///
/// # Safety
/// `input` and `data` are what the runtime called the entry point with.
#[inline(never)]
#[allow(clippy::arithmetic_side_effects, reason = "pointers within the runtime's input")]
unsafe fn claim<const N: usize>(input: *mut u8, data: *const u8) -> Option<()> {
    // SAFETY: the runtime writes the data's length before it, the number of accounts at the
    // start of the input, and the accounts after that, each at a multiple of 8, as
    // `anchor_lang::AccountCursor` reads them. All that is read of the data lies within its
    // length; all that is read of an account lies within its head, or within its data whose length
    // was checked. No two accounts are the same, so the pool's and the claimant's data are borrowed
    // mutably once each, and no token account's while the token program runs.
    unsafe {
        let length = data.sub(8).cast::<u64>().read() as usize;
        if length < DATA_BYTES {
            return None;
        }
        let arguments = &*data.cast::<Arguments>();
        let proof_bytes = u32::from_le_bytes(arguments.proof_bytes) as usize;
        // Anchor's way bears with bytes behind the arguments, so let it.
        if length != DATA_BYTES.wrapping_add(proof_bytes) {
            return None;
        }
        let count = if N == ACCOUNTS { N } else { input.cast::<u64>().read() as usize };
        if count > N {
            return None;
        }
        let mut accounts = [core::ptr::null_mut::<RuntimeAccount>(); N];
        let mut at = input.add(8);
        for place in accounts.iter_mut().take(count) {
            let account = at.cast::<RuntimeAccount>();
            if (*account).borrow_state != NOT_TWICE {
                return None;
            }
            *place = account;
            let bytes = ((*account).data_len as usize).wrapping_add(7) & !7;
            at = at.add(BESIDES_DATA).add(bytes);
        }
        let &[pool_at, claimant_at, vault, destination, token_program, mint] =
            accounts.first_chunk()?;
        if !is::<Pool>(pool_at) || !is::<Claimant>(claimant_at) {
            return None;
        }
        let pool = &mut *pool_at.add(1).cast::<u8>().add(8).cast::<Pool>();
        let claimant_data = claimant_at.add(1).cast::<u8>();
        let claimant = &mut *claimant_data.add(8).cast::<Claimant>();
        if !address_eq(&claimant.pool, &(*pool_at).address)
            || !address_eq(&(*vault).address, &pool.vault)
            || !address_eq(&(*token_program).address, &pool.token_program)
            || pool.version != Pool::VERSION
            || !(address_eq(&(*mint).address, &crate::ID)
                || address_eq(&(*mint).address, &pool.mint))
            || pool.names_mint != 0
            || pool.pending_terms_at != 0
            || pool.leaf_count == 0
            || (*vault).is_writable == 0
            || (*destination).is_writable == 0
            || ((*claimant_at).data_len as usize) < PAYEES_AT
        {
            return None;
        }
        let payees = claimant_data.add(PAYEE_COUNT_AT).cast::<u32>().read_unaligned() as usize;
        // The first destination is the operator's own, or the first payee's.
        let first = if payees == 0 {
            &claimant.destination
        } else {
            let end = PAYEES_AT.wrapping_add(payees.wrapping_mul(size_of::<Payee>()));
            if payees > MAX_PAYEES
                || count != ACCOUNTS.wrapping_add(payees).wrapping_sub(1)
                || ((*claimant_at).data_len as usize) < end
            {
                return None;
            }
            &(*claimant_data.add(PAYEES_AT).cast::<Payee>()).destination
        };
        if (N > ACCOUNTS && payees == 0) || !address_eq(&(*destination).address, first) {
            return None;
        }

        let others = accounts.iter().skip(ACCOUNTS).take(count.wrapping_sub(ACCOUNTS));
        let payees = core::slice::from_raw_parts(
            claimant_data.add(PAYEES_AT).cast::<Payee>(),
            payees, // at most eight, and checked against the data's length
        );
        let shares = if N > ACCOUNTS { payees.get(1..)? } else { &[] };
        for (payee, other) in shares.iter().zip(others.clone()) {
            if !address_eq(&(**other).address, &payee.destination) || (**other).is_writable == 0 {
                return None;
            }
        }

        // Pool and operator stand side by side in the claimant, total and devices root in the
        // arguments.
        let leaf = OperatorLeaf::hash_of(
            &*(&raw const claimant.pool).cast::<[u8; 64]>(),
            &*(&raw const arguments.lifetime_total).cast::<[u8; 40]>(),
        );
        let lifetime_total = u64::from_le_bytes(arguments.lifetime_total);
        let leaf = Node { hash: leaf, sum: lifetime_total };
        let root = Node { hash: pool.root, sum: pool.root_sum };
        let proof = core::slice::from_raw_parts(data.add(DATA_BYTES), proof_bytes);
        if !verify_owned(&root, leaf, u32::from_le_bytes(arguments.index), proof) {
            return None;
        }

        if lifetime_total <= claimant.claimed_total {
            return None;
        }
        let mut amount = lifetime_total.wrapping_sub(claimant.claimed_total);
        // A cap has an amount and no part of the balance: `PoolTerms::validate`.
        let (breaker, cap) = (&pool.terms.breaker, &pool.terms.operator_cap);
        let (limits_all, limits_one) = (breaker.is_on(), cap.max_amount != 0);
        let (mut now, mut used_by_all, mut used_by_one) = (0, 0, 0);
        if limits_all || limits_one {
            let mut bytes = [0; 8];
            get_sysvar(&mut bytes, &CLOCK_ID, UNIX_TIMESTAMP_AT).ok()?;
            now = i64::from_le_bytes(bytes);
        }
        if limits_all {
            if (*vault).data_len < 72 {
                return None; // no token account; the token program would refuse it
            }
            let balance = vault.add(1).cast::<u8>().add(64).cast::<u64>().read_unaligned();
            let (used, since) = (pool.window_outflow, pool.window_at);
            used_by_all = breaker::decayed(used, since, now, breaker.window_seconds);
            let limit = breaker.tokens(balance);
            if limit <= used_by_all {
                return None;
            }
            amount = amount.min(limit.wrapping_sub(used_by_all));
        }
        if limits_one {
            let (used, since) = (claimant.window_outflow, claimant.window_at);
            used_by_one = breaker::decayed(used, since, now, cap.window_seconds);
            if cap.max_amount <= used_by_one {
                return None;
            }
            amount = amount.min(cap.max_amount.wrapping_sub(used_by_one));
        }
        let left = pool.root_sum.checked_sub(pool.claimed_total)?;
        if amount > left {
            return None;
        }

        // Every check has passed, and `amount` is above zero. Nothing wraps: what is added up is
        // within a limit, the lifetime total or the root's sum.
        if limits_all {
            pool.window_outflow = used_by_all.wrapping_add(amount);
            pool.window_at = now;
        }
        if limits_one {
            claimant.window_outflow = used_by_one.wrapping_add(amount);
            claimant.window_at = now;
        }
        pool.claimed_total = pool.claimed_total.wrapping_add(amount);
        #[cfg(feature = "next-version")]
        {
            pool.claim_count = pool.claim_count.wrapping_add(1); // no chain pays 2⁶⁴ claims
        }
        let claimed_total = claimant.claimed_total.wrapping_add(amount);
        claimant.claimed_total = claimed_total;

        let view = |account| AccountView::new_unchecked(account);
        let (pool_view, vault, first, program) =
            (view(pool_at), view(vault), view(destination), view(token_program));
        let payer = Payer {
            program: &program,
            vault: &vault,
            pool: &pool_view,
            signer: PoolSeeds {
                network: &pool.network,
                mint: &pool.mint,
                bump: core::array::from_ref(&pool.bump),
            },
            mint: None,
        };
        let mut left = amount;
        for (payee, other) in shares.iter().zip(others) {
            let part = split::share(amount, payee.bps);
            if part > 0 {
                left = left.saturating_sub(part);
                payer.pay(&view(*other), part);
            }
        }
        if left > 0 {
            payer.pay(&first, left);
        }
        let operator = claimant.operator;
        Claimed { pool: (*pool_at).address, operator, amount, claimed_total }.log();
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
            let paid = match input.cast::<u64>().read() as usize {
                ACCOUNTS => claim::<ACCOUNTS>(input, data),
                count if count > ACCOUNTS => claim::<MOST_ACCOUNTS>(input, data),
                _ => None,
            };
            if paid.is_some() {
                return 0;
            }
        }
        dispatch(input, data)
    }
}
