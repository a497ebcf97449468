//! What checking compute proofs costs an oracle, and what the work costs a device.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use cairn_device::compute::Product;
use cairn_protocol::compute::duplicates::lot;
use cairn_protocol::compute::field::dot4;
use cairn_protocol::compute::hashes::advance;
use cairn_protocol::compute::product::{Challenge, Matrices, Scratch};
use cairn_protocol::proof::DeviceKey;
use divan::{Bencher, counter::ItemsCount};

const KEY: DeviceKey = DeviceKey::Ed25519([7; 32]);

fn main() {
    divan::main();
}

/// An oracle's check of one product: the image under a random vector.
#[divan::bench(args = [128, 256, 512])]
fn image_of_a_product(bencher: Bencher<'_, '_>, side: u16) {
    let matrices = Matrices::new(&[1; 32], &KEY, 1, side, 0);
    let challenge = Challenge::new(&[2; 32], &[3; 32], side, 3);
    let mut scratch = Scratch::default();
    bencher.bench_local(|| divan::black_box(scratch.image(&matrices, &challenge.vector).len()));
}

/// A device's product, the matrices drawn and the rows hashed.
#[divan::bench(args = [128, 256, 512], sample_count = 20)]
fn product_on_a_device(bencher: Bencher<'_, '_>, side: u16) {
    bencher.bench_local(|| divan::black_box(Product::compute(&[1; 32], &KEY, 1, side, 0)));
}

/// Drawing one matrix.
#[divan::bench(args = [512])]
fn draw_a_matrix(bencher: Bencher<'_, '_>, side: u16) {
    let matrices = Matrices::new(&[1; 32], &KEY, 1, side, 0);
    let mut row = vec![0; usize::from(side)];
    bencher.bench_local(|| {
        for at in 0..side {
            matrices.row_of_a(at, &mut row);
        }
        divan::black_box(row.first().copied())
    });
}

/// Multiplications with their additions, the kernel of a device's product.
#[divan::bench]
fn multiply_and_add(bencher: Bencher<'_, '_>) {
    let list = |from: u64| (from..from + 512).map(|n| n << 40 | n).collect::<Vec<u64>>();
    let (a, b) = (list(1), [list(2), list(3), list(4), list(5)]);
    bencher.counter(ItemsCount::new(4 * 512u32)).bench(|| {
        let [b, c, d, e] = divan::black_box(&b);
        dot4(divan::black_box(&a), [b, c, d, e])
    });
}

/// Hashing in sequence.
#[divan::bench]
fn hash_in_sequence(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(100_000u32))
        .bench(|| advance(divan::black_box(&[1; 32]), 100_000));
}

/// Drawing the lots of a class.
#[divan::bench]
fn draw_lots(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(10_000u32)).bench(|| {
        (0..10_000u32).fold([0; 32], |lowest, n| {
            let mut device = [0; 32];
            device[..4].copy_from_slice(&n.to_le_bytes());
            lot(&[1; 32], &[2; 32], &device).min(lowest)
        })
    });
}
