//! The field, what is drawn from hashes, commitments to products, hashing in sequence: known
//! answers of an independent implementation (`vectors/compute.json`), and properties.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use cairn_protocol::compute::draws::Draws;
use cairn_protocol::compute::duplicates::{Timetable, TimetableTerms, commitment, lot};
use cairn_protocol::compute::field::{MODULUS, add, dot, dot4, is_element, mul, reduce};
use cairn_protocol::compute::hashes::{advance, checked, first};
use cairn_protocol::compute::product::{
    Challenge, Matrices, RowTree, Scratch, answer_bytes, depth, fold, image_hash, row_hash,
};
use cairn_protocol::compute::settles_at_ms;
use cairn_protocol::proof::compute::{Answer, MAX_SIDE, Row};
use cairn_protocol::proof::{Body, DeviceKey, Envelope, JobResult, MAX_PROOF_BYTES};
use num_bigint::BigUint;
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeSet;

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}

#[derive(Deserialize)]
struct Vectors {
    products: Vec<ProductVector>,
    hashes: HashesVector,
    duplicates: DuplicatesVector,
}

#[derive(Deserialize)]
struct ProductVector {
    key: String,
    seed: String,
    epoch: String,
    side: u16,
    number: u16,
    first_of_a: String,
    last_of_b: String,
    product: Vec<Vec<String>>,
    root: String,
    challenge: String,
    commitment: String,
    vector: Vec<String>,
    rows: Vec<u16>,
    image: String,
}

#[derive(Deserialize)]
struct HashesVector {
    key: String,
    seed: String,
    first: String,
    after_1000: String,
    proof: String,
    checked_6_of_256: Vec<u16>,
}

#[derive(Deserialize)]
struct DuplicatesVector {
    key: String,
    salt: String,
    result: String,
    commitment: String,
    seed: String,
    posted: String,
    device: String,
    lot: String,
}

fn vectors() -> Vectors {
    let path = format!("{}/vectors/compute.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Row by row, from the definition.
fn multiplied(matrices: &Matrices) -> Vec<Vec<u64>> {
    let side = usize::from(matrices.side());
    let rows = |of_a: bool| -> Vec<Vec<u64>> {
        (0..matrices.side())
            .map(|row| {
                let mut elements = vec![0; side];
                if of_a {
                    matrices.row_of_a(row, &mut elements);
                } else {
                    matrices.row_of_b(row, &mut elements);
                }
                elements
            })
            .collect()
    };
    let (a, b) = (rows(true), rows(false));
    let at = |i: usize, j: usize| (0..side).fold(0, |sum, k| add(sum, mul(a[i][k], b[k][j])));
    (0..side).map(|i| (0..side).map(|j| at(i, j)).collect()).collect()
}

#[test]
fn products_are_what_python_says() {
    for vector in vectors().products {
        let key = DeviceKey::P256(bytes(&vector.key));
        let seed = bytes(&vector.seed);
        let matrices =
            Matrices::new(&seed, &key, number(&vector.epoch), vector.side, vector.number);
        let mut row = vec![0; usize::from(vector.side)];
        matrices.row_of_a(0, &mut row);
        assert_eq!(row[0], number(&vector.first_of_a));
        matrices.row_of_b(vector.side - 1, &mut row);
        assert_eq!(*row.last().unwrap(), number(&vector.last_of_b));

        let product = multiplied(&matrices);
        let expected: Vec<Vec<u64>> = vector
            .product
            .iter()
            .map(|row| row.iter().map(|element| number(element)).collect())
            .collect();
        assert_eq!(product, expected);
        let tree = RowTree::build(product.iter().map(|row| row_hash(row)).collect());
        assert_eq!(tree.root(), bytes(&vector.root));

        let challenge =
            Challenge::new(&bytes(&vector.challenge), &bytes(&vector.commitment), vector.side, 5);
        let expected: Vec<u64> = vector.vector.iter().map(|element| number(element)).collect();
        assert_eq!((&challenge.vector, &challenge.rows), (&expected, &vector.rows));
        let mut scratch = Scratch::default();
        let image = scratch.image(&matrices, &challenge.vector);
        assert_eq!(image_hash(image), bytes(&vector.image));
    }
}

#[test]
fn hashes_and_duplicates_are_what_python_says() {
    let Vectors { hashes, duplicates, .. } = vectors();
    let key = DeviceKey::P256(bytes(&hashes.key));
    let seed = bytes(&hashes.seed);
    let from = first(&seed, &key);
    assert_eq!(from, bytes(&hashes.first));
    assert_eq!(advance(&from, 1_000), bytes(&hashes.after_1000));
    assert_eq!(checked(&seed, &bytes(&hashes.proof), 6, 256), hashes.checked_6_of_256);

    let key = DeviceKey::P256(bytes(&duplicates.key));
    let committed = commitment(&key, &bytes(&duplicates.salt), &bytes(&duplicates.result));
    assert_eq!(committed, bytes(&duplicates.commitment));
    let drawn =
        lot(&bytes(&duplicates.seed), &bytes(&duplicates.posted), &bytes(&duplicates.device));
    assert_eq!(drawn, bytes(&duplicates.lot));
}

#[test]
fn matrices_of_other_devices_epochs_seeds_and_jobs_differ() {
    let (one, other) = (DeviceKey::Ed25519([1; 32]), DeviceKey::Ed25519([2; 32]));
    let all = [
        Matrices::new(&[1; 32], &one, 1, 16, 0),
        Matrices::new(&[2; 32], &one, 1, 16, 0),
        Matrices::new(&[1; 32], &other, 1, 16, 0),
        Matrices::new(&[1; 32], &one, 2, 16, 0),
        Matrices::new(&[1; 32], &one, 1, 17, 0),
        Matrices::new(&[1; 32], &one, 1, 16, 1),
    ];
    let mut seen = BTreeSet::new();
    for matrices in all {
        let mut row = vec![0; 16];
        matrices.row_of_a(3, &mut row);
        assert!(seen.insert(row.clone()));
        matrices.row_of_b(3, &mut row);
        assert!(seen.insert(row));
    }
}

#[test]
fn elements_are_spread_evenly() {
    // 100,000 elements in 64 equal parts: χ² with 63 degrees of freedom is below 124 but once in
    // 10⁵ times; the stream is always the same, so this never fails by chance.
    let mut draws = Draws::new(&[9; 32], 0);
    let mut parts = [0i64; 64];
    for _ in 0..100_000 {
        let element = draws.element();
        assert!(is_element(element));
        parts[usize::try_from(element >> 55).unwrap()] += 1;
    }
    let mean = 100_000 / 64;
    let chi_squared = parts.iter().map(|part| (part - mean).pow(2)).sum::<i64>() / mean;
    assert!(chi_squared < 124, "χ² is {chi_squared}");
}

#[test]
fn every_row_is_chosen_as_often() {
    let mut often = [0u32; 16];
    for n in 0..16_000u32 {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&n.to_le_bytes());
        for row in Challenge::new(&seed, &[1; 32], 16, 3).rows {
            often[usize::from(row)] += 1;
        }
    }
    // 3,000 expected each, σ = 49.
    assert!(often.iter().all(|often| (2_750..3_250).contains(often)), "{often:?}");
}

#[test]
fn the_largest_answer_fits_a_proof() {
    let row = Row { index: 1, elements: vec![0; MAX_SIDE.into()], path: vec![[0; 32]; 9] };
    for rows in 0..=3u16 {
        let answer = Answer::MatrixProduct { image: [0; 32], rows: vec![row.clone(); rows.into()] };
        let body = Body::JobResult(JobResult { commitment: [0; 32], answer }).encode();
        let envelope = Envelope {
            version: 1,
            kind: 21,
            device: DeviceKey::P256([2; 33]),
            epoch: 0,
            sequence: 0,
            previous: [0; 32],
            captured_at_ms: 0,
            challenge: [0; 32],
            body,
            signature: [1; 64],
        };
        assert_eq!(envelope.encode().len(), answer_bytes(MAX_SIDE, rows));
        assert!(answer_bytes(MAX_SIDE, rows) <= MAX_PROOF_BYTES);
    }
    assert!(answer_bytes(MAX_SIDE, 4) > MAX_PROOF_BYTES);
    assert_eq!([1, 2, 3, 16, 17, 512].map(depth), [0, 1, 2, 4, 5, 9]);
}

#[test]
fn without_a_limit_of_arrival_nothing_settles() {
    assert_eq!(settles_at_ms(1_000, 0, 5), 1_000);
    assert_eq!(settles_at_ms(1_000, 10, 5), 1_015);
    assert_eq!(settles_at_ms(u64::MAX, 10, 5), u64::MAX);
}

fn big(value: u128) -> BigUint {
    BigUint::from(value)
}

/// Numbers at the edges too.
fn elements(count: usize) -> impl Strategy<Value = Vec<u64>> {
    let element = prop_oneof![Just(0), Just(MODULUS - 1), 0..MODULUS];
    proptest::collection::vec(element, count)
}

proptest! {
    #[test]
    fn the_field_is_that_of_big_integers(value: u128, a in 0..MODULUS, b in 0..MODULUS) {
        let modulus = big(MODULUS.into());
        prop_assert_eq!(big(reduce(value).into()), big(value) % &modulus);
        prop_assert_eq!(big(add(a, b).into()), (big(a.into()) + big(b.into())) % &modulus);
        prop_assert_eq!(big(mul(a, b).into()), big(a.into()) * big(b.into()) % &modulus);
    }

    #[test]
    fn sums_of_products_are_those_of_big_integers(
        (a, b) in (0usize..200).prop_flat_map(|n| (elements(n), elements(n))),
    ) {
        let expected = a.iter().zip(&b).fold(big(0), |sum, (a, b)| {
            (sum + big(u128::from(*a)) * big(u128::from(*b))) % big(MODULUS.into())
        });
        prop_assert_eq!(big(dot(&a, &b).into()), expected);
        prop_assert_eq!(dot4(&a, [&b, &a, &b, &a]), [dot(&a, &b), dot(&a, &a), dot(&a, &b), dot(&a, &a)]);
    }

    #[test]
    fn numbers_that_are_no_elements_do_not_panic(a: Vec<u64>, b: Vec<u64>) {
        prop_assert!(is_element(dot(&a, &b)));
    }

    #[test]
    fn drawn_numbers_are_below_their_bound_and_differ(key: [u8; 32], bound: u64, of in 0u16..600, count in 0u16..600) {
        let mut draws = Draws::new(&key, 1);
        prop_assert!(draws.below(bound) < bound.max(1));
        let drawn = draws.distinct(count, of);
        prop_assert_eq!(drawn.len(), usize::from(count.min(of)));
        prop_assert!(drawn.iter().all(|number| *number < of));
        prop_assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), drawn.len());
    }

    #[test]
    fn a_row_leads_to_the_root_and_nothing_else_does(
        side in 1u16..70, at: u16, byte in 0usize..32, of in 0usize..8,
    ) {
        let index = at % side;
        let leaves: Vec<_> = (0..u64::from(side)).map(|row| row_hash(&[row; 16])).collect();
        let leaf = leaves[usize::from(index)];
        let tree = RowTree::build(leaves);
        let mut path = tree.path(index);
        prop_assert_eq!(path.len(), depth(side));
        prop_assert_eq!(fold(&leaf, index, &path), tree.root());
        prop_assert_ne!(fold(&row_hash(&[99; 16]), index, &path), tree.root());
        if side > 1 {
            prop_assert_ne!(fold(&leaf, index ^ 1, &path), tree.root());
            let step = of % path.len();
            path[step][byte] ^= 1;
            prop_assert_ne!(fold(&leaf, index, &path), tree.root());
        }
    }

    #[test]
    fn the_image_is_the_products_and_no_other(
        seed: [u8; 32], side in 16u16..24, i: usize, j: usize, by in 1..MODULUS,
    ) {
        let matrices = Matrices::new(&seed, &DeviceKey::Ed25519([3; 32]), 1, side, 0);
        let challenge = Challenge::new(&[5; 32], &seed, side, 2);
        let mut product = multiplied(&matrices);
        let image = |product: &[Vec<u64>]| -> Vec<u64> {
            product.iter().map(|row| dot(row, &challenge.vector)).collect()
        };
        let mut scratch = Scratch::default();
        prop_assert_eq!(scratch.image(&matrices, &challenge.vector), image(&product));
        let (i, j) = (i % usize::from(side), j % usize::from(side));
        product[i][j] = add(product[i][j], by);
        prop_assert_ne!(scratch.image(&matrices, &challenge.vector), image(&product));
    }

    #[test]
    fn results_are_revealed_inside_one_epoch_after_all_commitments(
        since in 0u64..100_000_000, epoch_ms in 1_000u64..10_000_000,
        commit_ms in 0u64..1_000_000, reveal_ms in 1u64..1_000_000, arrival_ms in 0u64..100_000,
    ) {
        let genesis = 1_700_000_000_000;
        let terms = TimetableTerms {
            commit_ms, reveal_ms, arrival_ms, max_future_ms: 5_000,
            epoch_starts_at_ms: genesis, epoch_ms,
        };
        let times = Timetable::new(genesis + since, &terms);
        prop_assert_eq!(times.commit_until_ms, genesis + since + commit_ms);
        let settled = settles_at_ms(times.commit_until_ms, arrival_ms, 5_000);
        prop_assert!(times.reveal_from_ms >= settled);
        prop_assert!(times.reveal_from_ms <= settled + epoch_ms);
        prop_assert_eq!(times.reveal_until_ms - times.reveal_from_ms, reveal_ms.min(epoch_ms));
        let epoch = |at_ms: u64| (at_ms - genesis) / epoch_ms;
        prop_assert_eq!(epoch(times.reveal_from_ms), epoch(times.reveal_until_ms - 1));
    }

    #[test]
    fn the_first_stretch_is_always_checked(
        seed: [u8; 32], proof: [u8; 32], count in 0u16..300, stretches in 1u16..=256,
    ) {
        let chosen = checked(&seed, &proof, count, stretches);
        prop_assert_eq!(chosen[0], 0);
        prop_assert_eq!(chosen.len(), usize::from(1 + count.min(stretches - 1)));
        prop_assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(chosen.iter().all(|stretch| *stretch < stretches));
    }
}
