//! Arithmetic in the field of integers modulo the Mersenne prime 2⁶¹ − 1.
//!
//! Why this prime: two elements multiply into 122 bits, so 32 products add up in 128 bits before
//! anything has to be reduced, and reducing is a shift and an addition. A check by a random vector
//! (Freivalds 1977) errs with a probability of at most 1 / (2⁶¹ − 1).
//!
//! An element is a `u64` below [`MODULUS`]. Every function is total: numbers that are no elements
//! give some element, never a panic.

/// 2⁶¹ − 1.
pub const MODULUS: u64 = (1 << 61) - 1;

/// Products of two elements that add up without leaving 128 bits: each is below 2¹²².
const LAZY: usize = 32;

/// Whether a number is an element.
pub const fn is_element(value: u64) -> bool {
    value < MODULUS
}

/// The element that a number is congruent to.
#[inline]
pub const fn reduce(value: u128) -> u64 {
    const MASK: u128 = MODULUS as u128;
    // 2⁶¹ is congruent to 1: the digits to base 2⁶¹ add up, below 2⁶² + 2⁶, and once more, to at
    // most 2⁶¹ + 1.
    let once = (value & MASK).wrapping_add((value >> 61) & MASK).wrapping_add(value >> 122) as u64;
    let twice = (once & MODULUS).wrapping_add(once >> 61);
    if twice >= MODULUS { twice.wrapping_sub(MODULUS) } else { twice }
}

/// The sum of two elements.
pub const fn add(a: u64, b: u64) -> u64 {
    reduce((a as u128).wrapping_add(b as u128))
}

/// The product of two elements.
pub const fn mul(a: u64, b: u64) -> u64 {
    reduce((a as u128).wrapping_mul(b as u128))
}

/// The sum of the products of elements at the same place; what is longer counts as zero.
#[inline]
pub fn dot(a: &[u64], b: &[u64]) -> u64 {
    let [sum] = dots(a, [b]);
    sum
}

/// [`dot`] of one list with several: the kernel of a product of matrices. Several sums that do not
/// wait for one another keep the processor's multiplier busy.
#[inline]
pub fn dots<const N: usize>(a: &[u64], b: [&[u64]; N]) -> [u64; N] {
    let shortest = b.iter().fold(a.len(), |shortest, b| shortest.min(b.len()));
    let mut totals = [0u128; N];
    let mut from = 0usize;
    while from < shortest {
        let to = shortest.min(from.saturating_add(LAZY));
        let chunk = a.get(from..to).unwrap_or(&[]);
        // Lists of one known length: nothing is checked inside the loop.
        let others = b.map(|b| b.get(from..to).unwrap_or(&[]));
        let mut sums = [0u128; N];
        for (at, a) in chunk.iter().enumerate() {
            for (sum, b) in sums.iter_mut().zip(&others) {
                let b = b.get(at).copied().unwrap_or(0);
                *sum = sum.wrapping_add(u128::from(*a).wrapping_mul(u128::from(b)));
            }
        }
        for (total, sum) in totals.iter_mut().zip(sums) {
            *total = total.wrapping_add(u128::from(reduce(sum)));
        }
        from = to;
    }
    totals.map(reduce)
}

/// [`dot`] of one list with four, on its own in the machine code: so a build that optimises only
/// this crate multiplies fast too.
#[inline(never)]
pub fn dot4(a: &[u64], b: [&[u64]; 4]) -> [u64; 4] {
    dots(a, b)
}
