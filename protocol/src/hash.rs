//! SHA-256 (FIPS 180-4) over a list of slices: the Solana system call on chain, the `sha2` crate
//! elsewhere.

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// Hashes the concatenation of `parts`.
#[cfg(not(target_os = "solana"))]
pub fn sha256(parts: &[&[u8]]) -> Hash {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Hashes the concatenation of `parts`.
#[cfg(target_os = "solana")]
#[inline(always)]
#[expect(unsafe_code, reason = "a system call")]
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut out = core::mem::MaybeUninit::<Hash>::uninit();
    // SAFETY: on this target a `&[u8]` is laid out as the pointer and 64-bit length that the
    // system call reads, `parts.len()` of them; it always writes exactly 32 bytes to `out` or
    // aborts the transaction.
    unsafe {
        solana_define_syscall::definitions::sol_sha256(
            parts.as_ptr().cast(),
            parts.len() as u64,
            out.as_mut_ptr().cast(),
        );
        out.assume_init()
    }
}
