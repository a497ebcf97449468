//! What holds of the wireless rules for any proofs and any policy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

#[allow(dead_code, reason = "shared with other tests")]
#[path = "support/wireless.rs"]
mod support;

use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{
    Beacon, Body, Envelope, Heartbeat, Kind, Position, Receipt, UsageReceipt, Witness,
};
use cairn_verify::policy::{Band, Density};
use cairn_verify::{
    Address, Changed, EpochInput, Escrow, ONE, Outcome, Policy, Registry, Seeds, State, judge,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use support::*;

const DEVICES: usize = 6;
const START_MS: u64 = GENESIS_S * 1_000;

/// Few different values, so that they meet, and the ends of every range.
fn near() -> impl Strategy<Value = Position> {
    prop_oneof![
        6 => (-30..30i32, -30..30i32).prop_map(|(n, e)| moved(CENTRE, 400 * n, 400 * e)),
        1 => (-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000)
            .prop_map(|(latitude_e7, longitude_e7)| Position { latitude_e7, longitude_e7 }),
    ]
}

fn seeds() -> impl Strategy<Value = Hash> {
    prop_oneof![
        4 => (0..5u64).prop_map(|window| seed_of(START_MS + window * WINDOW_MS).seed),
        1 => any::<[u8; 32]>(),
    ]
}

fn beacon() -> impl Strategy<Value = Beacon> {
    let frequency = prop_oneof![4 => Just(868_100_000u64), 1 => 1_000_000u64..=100_000_000_000];
    let factor = prop_oneof![Just(0u8), 5u8..=12];
    let numbers = (frequency, -5_000i32..=6_000, 1_000u32..=1_000_000_000, factor);
    (0u8..2, prop::option::of(near()), numbers).prop_map(|(entropy, position, numbers)| Beacon {
        entropy: [entropy; 32],
        position,
        frequency_hz: numbers.0,
        eirp_cdbm: numbers.1,
        bandwidth_hz: numbers.2,
        spreading_factor: numbers.3,
    })
}

#[derive(Debug, Clone)]
enum Said {
    Beacon(Beacon),
    /// A reception of the beacon at this place of the list, or of nothing.
    Witness(prop::sample::Index, i32, i32, bool),
    Heartbeat(Heartbeat),
    Usage(u64, u32, u64),
}

/// Device, time after the epoch's start, sequence, seed, and what it says.
type Deed = (usize, u64, u64, Hash, Said);

fn deed() -> impl Strategy<Value = Deed> {
    let said = prop_oneof![
        3 => beacon().prop_map(Said::Beacon),
        6 => (any::<prop::sample::Index>(), -15_000i32..-4_000, -2_600i32..2_100, prop::bool::weighted(0.9))
            .prop_map(|(of, rssi, snr, same)| Said::Witness(of, rssi, snr, same)),
        1 => (near(), any::<u16>(), any::<u32>()).prop_map(|(position, accuracy_m, on_air_seconds)| {
            Said::Heartbeat(Heartbeat { position, accuracy_m, on_air_seconds })
        }),
        1 => (any::<u64>(), 1u32.., any::<u64>()).prop_map(|(a, b, c)| Said::Usage(a, b, c)),
    ];
    (0..DEVICES, 0..200_000u64, 0..30u64, seeds(), said)
}

/// Any policy that is valid; the ranges are those of the checks.
fn policies() -> impl Strategy<Value = Policy> {
    let distances = (0u64..200_000, 0u64..2_000, 0u32..20, 0u64..3_000, 0u64..20_100_000);
    let margins = prop::collection::vec(-10_000i32..=10_000, 5);
    let counts = (0u32..6, 0u32..8, 1u32..6, 0u32..=1_000_000, 0u32..=1_000_000);
    let times = (1u32..200, 0u32..2_000, 0u32..10_000, 0u32..300_000, any::<(bool, bool)>());
    let density = prop::collection::vec((1u32..=7, 1u32..4, 0u32..4), 0..4);
    let more = (density, 0u32..20, 0u32..400_000, 0u32..=1_000_000, any::<(u32, u32, bool)>());
    (distances, margins, counts, times, more).prop_map(
        |(distances, margins, counts, times, more)| {
            let mut policy = Policy::default();
            let it = &mut policy.wireless;
            it.max_distance_m = distances.0;
            it.min_distance_m = distances.1;
            it.min_cells_apart = distances.2;
            it.position_tolerance_m = distances.3;
            it.fix_tolerance_m = distances.4;
            it.receiver_gain_cdb = margins[0];
            it.signal_margin_cdb = margins[1];
            it.noise_margin_cdb = margins[2];
            it.snr_margin_cdb = margins[3];
            it.max_snr_cdb = margins[4];
            it.beacons_per_epoch = counts.0;
            it.max_witnesses = counts.1;
            it.witness_redundancy = counts.2;
            it.redundancy_decay_ppm = counts.3;
            it.partner_share_ppm = counts.4;
            it.beacon_max_seed_age_seconds = times.0;
            it.clock_tolerance_ms = times.1;
            it.max_witness_lag_ms = times.2;
            it.reciprocity_seconds = times.3;
            (it.reciprocity_other_operator, it.mobile_senders) = times.4;
            it.density = more
                .0
                .iter()
                .zip([11u8, 9, 7, 4])
                .map(|(level, resolution)| Density {
                    resolution,
                    neighbours: level.0,
                    target: level.1,
                    max: level.1 + level.2,
                })
                .collect();
            it.partner_free_units = more.1;
            it.relocation_seconds = more.2;
            it.relocation_ppm = more.3;
            let (least, most, bands) = more.4;
            (it.usage_min_packet_bytes, it.usage_max_packet_bytes) = (least.min(most), most);
            if bands {
                it.bands =
                    vec![Band { from_hz: 863_000_000, to_hz: 870_000_000, max_eirp_cdbm: 2_000 }];
            }
            policy
        },
    )
}

struct World {
    registry: Registry,
    envelopes: Vec<Envelope>,
    escrows: BTreeMap<Address, Escrow>,
}

/// Devices at places, some of which were moved or have none, of two operators and a mobile one.
fn world(places: &[Option<Position>], deeds: &[Deed]) -> World {
    let mut net = Net::new(Policy::default());
    for (at, place) in places.iter().enumerate() {
        let device = net.add(u8::try_from(at % 2).unwrap(), CENTRE);
        net.devices[device].record.position = Changed {
            previous: places[(at + 1) % places.len()],
            current: *place,
            since_s: if at % 3 == 2 { i64::try_from(GENESIS_S).unwrap() + 90 } else { 0 },
        };
    }
    let key = |device: usize| net.devices[device].record.key;
    let payloads: Vec<Hash> = deeds
        .iter()
        .filter_map(|(device, _, _, seed, said)| match said {
            Said::Beacon(beacon) => Some(beacon.payload(&NETWORK, seed, &key(*device))),
            _ => None,
        })
        .collect();
    let mut envelopes = Vec::new();
    for (device, after_ms, sequence, seed, said) in deeds {
        let body = match said {
            Said::Beacon(beacon) => Body::Beacon(beacon.clone()),
            Said::Witness(of, rssi_cdbm, snr_cdb, same) => Body::Witness(Witness {
                payload: if payloads.is_empty() { [0; 32] } else { *of.get(&payloads) },
                rssi_cdbm: *rssi_cdbm,
                snr_cdb: *snr_cdb,
                frequency_hz: if *same { 868_100_000 } else { 1_000_000 },
            }),
            Said::Heartbeat(heartbeat) => Body::Heartbeat(heartbeat.clone()),
            Said::Usage(bytes, packets, took) => Body::UsageReceipt(UsageReceipt {
                receipt: Receipt {
                    id: [1; 16],
                    customer: [2; 32],
                    credits: 1,
                    bytes: *bytes,
                    packets: *packets,
                    started_at_ms: START_MS.saturating_sub(*took),
                    ended_at_ms: START_MS,
                    signature: [3; 64],
                },
            }),
        };
        let answers = matches!(body.kind(), Kind::Beacon | Kind::Heartbeat);
        let challenge = if answers { *seed } else { [0; 32] };
        // Judging looks at no signature: the gate did.
        envelopes.push(Envelope {
            version: 1,
            kind: body.kind() as u8,
            device: key(*device),
            epoch: 0,
            sequence: *sequence,
            previous: [0; 32],
            captured_at_ms: START_MS + after_ms,
            challenge,
            body: body.encode(),
            signature: [1; 64],
        });
    }
    World { registry: net.registry(), envelopes, escrows: BTreeMap::new() }
}

impl World {
    fn judge(&self, policy: &Policy, state: &mut State, order: &[usize]) -> Outcome {
        let windows = START_MS / WINDOW_MS..START_MS / WINDOW_MS + 5;
        let seeds = Seeds::new(windows.map(|window| seed_of(window * WINDOW_MS)));
        let input = EpochInput {
            network: NETWORK,
            epoch: 0,
            starts_at_ms: START_MS,
            ends_at_ms: START_MS + 200_000,
            registry: &self.registry,
            seeds: &seeds,
            escrows: &self.escrows,
            policy,
        };
        judge(&input, state, order.iter().map(|at| self.envelopes[*at].clone()))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// In whatever order proofs are given, outcome and state are the same; nothing panics, whatever
    /// the policy; what is refused is worth nothing, and what counts is explained.
    #[test]
    fn any_proofs_by_any_policy(
        places in prop::collection::vec(prop::option::weighted(0.85, near()), DEVICES),
        deeds in prop::collection::vec(deed(), 0..60),
        policy in policies(),
        shuffle in any::<u64>(),
    ) {
        prop_assert_eq!(policy.validate(), Ok(()));
        let world = world(&places, &deeds);
        let mut order: Vec<usize> = (0..world.envelopes.len()).collect();
        let (mut one, mut other) = (State::default(), State::default());
        let outcome = world.judge(&policy, &mut one, &order);
        order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(shuffle | 1));
        prop_assert_eq!(&world.judge(&policy, &mut other, &order), &outcome);
        prop_assert_eq!(&one, &other);
        let bytes = borsh::to_vec(&one).unwrap();
        prop_assert_eq!(borsh::from_slice::<State>(&bytes).unwrap(), one.clone());
        prop_assert!(one.wireless.heard.len() <= DEVICES && one.wireless.fixes.len() <= DEVICES);

        let mut given: BTreeMap<Kind, u64> = BTreeMap::new();
        for proof in &outcome.proofs {
            let judgment = &proof.judgment;
            if !judgment.reason.is_accepted() {
                prop_assert_eq!((judgment.units, judgment.gross), (0, 0));
            }
            let ppm_all_one = judgment.factors.iter().all(|factor| factor.ppm == ONE);
            prop_assert!(!ppm_all_one || judgment.units == judgment.gross);
            let sum = given.entry(proof.kind).or_default();
            *sum = sum.saturating_add(judgment.units);
        }
        // A beacon gives no more than N + 1 units in all, whatever happens.
        let beacons = outcome
            .proofs
            .iter()
            .filter(|it| it.kind == Kind::Beacon && it.judgment.reason.is_accepted())
            .count() as u64;
        let most = beacons * (u64::from(policy.wireless.witness_redundancy) + 1) * ONE;
        let both: u64 = [Kind::Beacon, Kind::Witness].iter().filter_map(|kind| given.get(kind)).sum();
        prop_assert!(both <= most, "{both} of {most}");
        for factors in outcome.factors.values() {
            prop_assert!(factors.iter().all(|factor| factor.ppm <= ONE));
        }

        // The next epoch begins with this one's state and bears any.
        let mut next = one;
        world.judge(&policy, &mut next, &order);
    }
}
