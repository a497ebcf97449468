//! Numbers that follow from a hash and look random: SHA-256 in counter mode.

use super::field::{MODULUS, is_element};
use crate::hash::{Hash, sha256};
use alloc::vec::Vec;

/// A stream of numbers. Block `i` is SHA-256 of `key ‖ lane u32 ‖ i u64`, little-endian, and is
/// read as four little-endian `u64`, in order. Lanes of one key are independent, so that a matrix
/// can be made from any row on.
#[derive(Debug, Clone)]
pub struct Draws {
    preimage: [u8; 32 + 4 + 8],
    next_block: u64,
    block: Hash,
    /// Words of the block that are used.
    used: usize,
}

impl Draws {
    /// The stream of a key and a lane.
    pub fn new(key: &Hash, lane: u32) -> Self {
        let mut preimage = [0; 32 + 4 + 8];
        let lane = lane.to_le_bytes();
        for (to, from) in preimage.iter_mut().zip(key.iter().chain(&lane)) {
            *to = *from;
        }
        Self { preimage, next_block: 0, block: [0; 32], used: 4 }
    }

    /// The next 64 bits.
    #[inline]
    pub fn word(&mut self) -> u64 {
        if self.used >= 4 {
            if let Some(counter) = self.preimage.last_chunk_mut::<8>() {
                *counter = self.next_block.to_le_bytes();
            }
            self.block = sha256(&[&self.preimage]);
            self.next_block = self.next_block.wrapping_add(1);
            self.used = 0;
        }
        let (words, _) = self.block.as_chunks::<8>();
        let word = words.get(self.used).map_or(0, |word| u64::from_le_bytes(*word));
        self.used = self.used.wrapping_add(1);
        word
    }

    /// The next element of the field, each equally likely: the low 61 bits of a word; the one
    /// value of them that is no element, 2⁶¹ − 1, is passed over.
    #[inline]
    pub fn element(&mut self) -> u64 {
        loop {
            let value = self.word() & MODULUS;
            if is_element(value) {
                return value;
            }
        }
    }

    /// Fills a list with elements.
    pub fn fill(&mut self, elements: &mut [u64]) {
        for element in elements {
            *element = self.element();
        }
    }

    /// The next number below `bound`, each equally likely: a word's remainder; words beyond the
    /// last multiple of `bound` are passed over. 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // 2⁶⁴ modulo the bound: so many words at the end make no whole turn.
        let Some(excess) = bound.wrapping_neg().checked_rem(bound) else { return 0 };
        loop {
            let word = self.word();
            if word <= u64::MAX.wrapping_sub(excess) {
                return word.checked_rem(bound).unwrap_or(0);
            }
        }
    }

    /// `count` different numbers below `of` (all, when there are not so many), every choice in
    /// every order equally likely: the first steps of a Fisher–Yates shuffle.
    pub fn distinct(&mut self, count: u16, of: u16) -> Vec<u16> {
        let mut numbers: Vec<u16> = (0..of).collect();
        let count = usize::from(count.min(of));
        for at in 0..count {
            let left = u64::from(of).saturating_sub(at as u64);
            let step = usize::try_from(self.below(left)).unwrap_or(0);
            // Below `of`, as `step` is below what is left.
            let from = at.saturating_add(step).min(numbers.len().saturating_sub(1));
            numbers.swap(at, from);
        }
        numbers.truncate(count);
        numbers
    }
}
