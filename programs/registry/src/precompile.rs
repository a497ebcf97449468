//! Reading what a signature precompile verified earlier in the same transaction.
//!
//! The runtime runs precompile instructions first and fails the transaction when a signature is
//! wrong; a program then only has to see *what* was signed. Ed25519 and secp256r1 (P-256,
//! SIMD-0075) share one layout: count, padding, then for each signature seven `u16`: signature
//! offset and instruction, key offset and instruction, message offset, size and instruction
//! (<https://docs.anza.xyz/runtime/programs#ed25519-program>). An instruction index of `u16::MAX`
//! means the precompile's own data; anything else is refused here, or a signature could be
//! borrowed from bytes that this program does not see.

use anchor_lang::prelude::*;

/// Address of the Ed25519 precompile.
pub const ED25519_PROGRAM: Address =
    anchor_lang::address!("Ed25519SigVerify111111111111111111111111111");
/// Address of the secp256r1 precompile, which also refuses a high S.
pub const SECP256R1_PROGRAM: Address =
    anchor_lang::address!("Secp256r1SigVerify1111111111111111111111111");

/// Bytes of an Ed25519 key.
pub const ED25519_KEY_BYTES: usize = 32;
/// Bytes of a compressed P-256 key.
pub const SECP256R1_KEY_BYTES: usize = 33;

const OFFSETS_START: usize = 2;
const OFFSETS_BYTES: usize = 14;

/// Key and message of one verified signature.
pub struct VerifiedSignature<'a> {
    /// The public key that the signature was verified with.
    pub key: &'a [u8],
    /// The message that was signed.
    pub message: &'a [u8],
}

/// The `index`-th signature that a precompile instruction with this `data` verified, by keys of
/// `key_bytes` bytes.
pub fn verified_signature(
    data: &[u8],
    index: usize,
    key_bytes: usize,
) -> Option<VerifiedSignature<'_>> {
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
        key: slice(word(2)?, key_bytes)?,
        message: slice(word(4)?, usize::from(word(5)?))?,
    })
}
