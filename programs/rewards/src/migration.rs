//! How a pool of an older version becomes one of the current version: a step per version, from the
//! one before it. Steps stay for good, so that a pool that missed several versions takes them all
//! in one transaction.
//!
//! A step works on the account's bytes, because the types of old layouts are gone. What it may rely
//! on in every version: discriminator, `network`, `mint`, `version` and `bump` stay where they are,
//! and fields of older versions keep their places; a new field takes reserved bytes or the end.

use crate::{state::Pool, version::Versioned};
use anchor_lang::prelude::*;

/// Bytes of a pool's account in each version, discriminator included; that of version 1 first.
pub const POOL_BYTES: &[usize] = &[
    8 + 3_840,
    #[cfg(feature = "next-version")]
    {
        8 + 3_856
    },
];

/// What brings a pool's bytes, grown to the next version's length with zeros, to that version; the
/// step from version 1 first. `now` is the clock, unix seconds.
type Step = fn(data: &mut [u8], now: i64) -> Result<()>;
const POOL_STEPS: &[Step] = &[
    #[cfg(feature = "next-version")]
    {
        count_claims
    },
];

const _: () = {
    assert!(POOL_BYTES.len() == Pool::VERSION as usize);
    assert!(POOL_STEPS.len() == POOL_BYTES.len() - 1);
    assert!(POOL_BYTES[POOL_BYTES.len() - 1] == 8 + size_of::<Pool>());
    // The clients' `account::POOL_VERSION_AT`.
    assert!(Pool::VERSION_AT == 8 + 774);
};

/// The steps of a pool from `version`, with the version and the length that each leads to.
pub fn pool_steps(version: u8) -> impl Iterator<Item = (u8, usize, Step)> {
    let lengths = POOL_BYTES.iter().skip(1);
    (2..=Pool::VERSION)
        .zip(lengths)
        .zip(POOL_STEPS)
        .map(|((to, length), step)| (to, *length, *step))
        .filter(move |(to, ..)| *to > version)
}

/// 1 to 2: pools count their claims, from now on.
#[cfg(feature = "next-version")]
fn count_claims(data: &mut [u8], now: i64) -> Result<()> {
    const CLAIMS_COUNTED_SINCE_AT: usize = 8 + 3_848;
    let since = data
        .get_mut(CLAIMS_COUNTED_SINCE_AT..)
        .and_then(|bytes| bytes.first_chunk_mut())
        .ok_or(ProgramError::AccountDataTooSmall)?;
    *since = now.to_le_bytes();
    Ok(())
}
