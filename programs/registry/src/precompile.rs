//! Reading what the Ed25519 precompile verified earlier in the same transaction.
//!
//! The runtime runs precompile instructions first and fails the transaction when a signature is
//! wrong; a program then only has to see *what* was signed. Layout: count, padding, then for each
//! signature seven `u16`: signature offset and instruction, key offset and instruction, message
//! offset, size and instruction (<https://docs.anza.xyz/runtime/programs#ed25519-program>). An
//! instruction index of `u16::MAX` means the precompile's own data; anything else is refused
//! here, or a signature could be borrowed from bytes that this program does not see.

use anchor_lang::prelude::*;

/// Address of the Ed25519 precompile.
pub const ED25519_PROGRAM: Address =
    anchor_lang::address!("Ed25519SigVerify111111111111111111111111111");

const OFFSETS_START: usize = 2;
const OFFSETS_BYTES: usize = 14;

/// Key and message of one verified signature.
pub struct VerifiedSignature<'a> {
    /// The public key that the signature was verified with.
    pub key: &'a [u8],
    /// The message that was signed.
    pub message: &'a [u8],
}

/// The `index`-th signature that an Ed25519 precompile instruction with this `data` verified.
pub fn verified_signature(data: &[u8], index: usize) -> Option<VerifiedSignature<'_>> {
    if index >= usize::from(*data.first()?) {
        return None;
    }
    let start = index.checked_mul(OFFSETS_BYTES)?.checked_add(OFFSETS_START)?;
    let offsets = data.get(start..start.checked_add(OFFSETS_BYTES)?)?;
    let (words, _) = offsets.as_chunks::<2>();
    let word = |at: usize| words.get(at).map(|bytes| u16::from_le_bytes(*bytes));
    let slice = |offset: u16, len: usize| {
        let offset = usize::from(offset);
        data.get(offset..offset.checked_add(len)?)
    };
    if [word(1)?, word(3)?, word(6)?] != [u16::MAX; 3] {
        return None;
    }
    Some(VerifiedSignature {
        key: slice(word(2)?, 32)?,
        message: slice(word(4)?, usize::from(word(5)?))?,
    })
}
