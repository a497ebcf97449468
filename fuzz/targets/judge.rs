//! Epochs of arbitrary bodies, signed or not: judging never panics, and the order does not matter.
#![no_main]

use cairn_protocol::proof::{Body, DeviceKey, Envelope, Kind, Position, VERSION};
use cairn_verify::{
    Category, Changed, DeviceRecord, EpochInput, Policy, Registry, Seed, Seeds, State, judge,
};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

const NETWORK: [u8; 32] = [9; 32];

fuzz_target!(|bytes: &[u8]| {
    let Some((head, mut rest)) = bytes.split_first_chunk::<2>() else { return };
    let device = |at: u8| DeviceKey::Ed25519([at; 32]);
    let registry = Registry::new((0..8).map(|at| {
        let category = Category::ALL[usize::from(at) % 4];
        let position = Position {
            latitude_e7: 451_950_073 + i32::from(at) * 30_000 * i32::from(head[0]),
            longitude_e7: 57_183_837,
        };
        DeviceRecord {
            position: Changed::always(Some(position)),
            ..DeviceRecord::new([at; 32], device(at), u16::from(at % 4), category, [at / 2; 32])
        }
    }));
    let seeds = Seeds::new((0..12).map(|at| {
        Seed::new(
            &NETWORK,
            540_000 + at * 60_000,
            60_000,
            at,
            540 + at * 60,
            [u8::try_from(at).unwrap(); 32],
        )
    }));
    let newest: Vec<_> = seeds.iter().map(|seed| seed.seed).collect();
    let mut envelopes = Vec::new();
    // Kind, device, time, seed, length, body.
    while let Some((head, tail)) = rest.split_first_chunk::<6>() {
        let [code, at, high, low, seed, length] = *head;
        let (body, tail) = tail.split_at(tail.len().min(usize::from(length) * 4));
        rest = tail;
        let kind = Kind::ALL[usize::from(code) % Kind::ALL.len()];
        if Body::decode(kind, body).is_err() {
            continue;
        }
        envelopes.push(Envelope {
            version: VERSION,
            kind: kind as u8,
            device: device(at % 8),
            epoch: 1,
            sequence: u64::from(low),
            previous: [0; 32],
            captured_at_ms: 600_000 + u64::from(u16::from_be_bytes([high, low])) * 9,
            challenge: newest[usize::from(seed) % newest.len()],
            body: body.to_vec(),
            signature: [1; 64],
        });
    }
    let (policy, escrows) = (Policy::default(), BTreeMap::new());
    let input = EpochInput {
        network: NETWORK,
        epoch: 1,
        starts_at_ms: 600_000,
        ends_at_ms: 1_200_000,
        registry: &registry,
        seeds: &seeds,
        escrows: &escrows,
        policy: &policy,
    };
    let (mut first, mut second) = (State::default(), State::default());
    let outcome = judge(&input, &mut first, envelopes.iter().cloned());
    let again = judge(&input, &mut second, envelopes.into_iter().rev());
    assert_eq!(outcome, again);
    assert_eq!(first, second);
});
