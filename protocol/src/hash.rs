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

/// Hashes a hash `times` over: each hash is SHA-256 of the 32 bytes before it.
///
/// Takes less than half as long as calling [`sha256`] so often: a 32-byte message is one block, whose padding never
/// changes. What takes time on purpose must not take honest devices longer than it must.
#[cfg(not(target_os = "solana"))]
pub fn sha256_chain(first: &Hash, times: u64) -> Hash {
    /// FIPS 180-4, section 5.3.3.
    const START: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    // The message, a one bit, zeros, and its length of 256 bits (section 5.1.1).
    let mut block = [0u8; 64];
    for (to, from) in block.iter_mut().zip(first.iter().chain(&[0x80])) {
        *to = *from;
    }
    let [.., high, _] = &mut block;
    *high = 1;
    for _ in 0..times {
        let mut state = START;
        sha2::block_api::compress256(&mut state, &[block]);
        for (bytes, word) in block.as_chunks_mut::<4>().0.iter_mut().zip(state) {
            *bytes = word.to_be_bytes();
        }
    }
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(block) {
        *to = from;
    }
    hash
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

/// Hashes a hash `times` over: each hash is SHA-256 of the 32 bytes before it.
#[cfg(target_os = "solana")]
pub fn sha256_chain(first: &Hash, times: u64) -> Hash {
    (0..times).fold(*first, |hash, _| sha256(&[&hash]))
}
