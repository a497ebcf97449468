//! Attackers that the wireless rules exist for, each against the network with the rule off and on.
//!
//! Every test prints a line: what the attacker earned in units (a witness's whole unit is one), and
//! what honest devices lose by the rule, without any attacker, in millionths of what they earn.
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

use cairn_device::CustomerSigner;
use cairn_device::wireless::Traffic;
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Heartbeat, Position};
use cairn_verify::policy::WirelessPolicy;
use cairn_verify::{Changed, Escrow, ONE, Policy};
use std::collections::BTreeMap;
use std::sync::Mutex;
use support::*;

type Change = fn(&mut WirelessPolicy);

fn policy(change: Change) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy.wireless);
    policy.validate().unwrap();
    policy
}

/// What an honest town of 25 devices earns in the second of two days, beacons, witnesses and
/// heartbeats; played once for each policy.
fn honest(change: Change) -> u64 {
    static PLAYED: Mutex<BTreeMap<Hash, u64>> = Mutex::new(BTreeMap::new());
    let hash = policy(change).hash();
    let known = PLAYED.lock().unwrap().get(&hash).copied();
    known.unwrap_or_else(|| {
        let earned = play_honest(change);
        PLAYED.lock().unwrap().insert(hash, earned);
        earned
    })
}

fn play_honest(change: Change) -> u64 {
    let mut net = Net::new(policy(change));
    let town = town(&mut net, CENTRE, 5);
    let mut earned = 0;
    for _ in 0..2 {
        honest_day(&mut net, &town);
        for device in &town {
            let heartbeat = Heartbeat {
                position: moved(net.devices[*device].place, 12, -7),
                accuracy_m: 8,
                on_air_seconds: 80_000,
            };
            net.beat(*device, net.at(7_200), heartbeat);
        }
        let outcome = net.close();
        earned = net.earned_by(&outcome, &town);
    }
    earned
}

/// Runs the attack with the rule off (the default policy after `off`) and on (after `on`), prints
/// what came out, and checks that the rule takes at least `takes_percent` of it and next to nothing
/// of honest devices.
#[track_caller]
fn attack(name: &str, off: Change, on: Change, takes_percent: u64, play: impl Fn(Policy) -> u64) {
    let (without, with) = (play(policy(off)), play(policy(on)));
    let (honest_without, honest_with) = (honest(off), honest(on));
    let lost = honest_without.saturating_sub(honest_with);
    let lost_ppm = lost * 1_000_000 / honest_without;
    let units = |millionths: u64| format!("{}.{:02}", millionths / ONE, millionths % ONE / 10_000);
    println!("attack {name}: off {}, on {}, honest {lost_ppm} ppm", units(without), units(with));
    assert!(without >= 2 * ONE, "the attack is worth it without the rule: {without}");
    assert!(with <= without / 100 * (100 - takes_percent), "off {without}, on {with}");
    assert!(lost_ppm < 10_000, "honest devices lose {lost_ppm} ppm");
}

const AS_IT_IS: Change = |_| {};

/// A gang at a place of its own, far from the town: `count` devices of one operator, 2 km apart.
fn gang(net: &mut Net, from: Position, count: i32, operator: u8) -> Vec<usize> {
    (0..count)
        .map(|at| net.add(operator, moved(from, 2_000 * (at / 4), 2_000 * (at % 4))))
        .collect()
}

/// Makes everybody of the gang heard by the town once, so that reciprocity is not what stops it.
fn heard_by(net: &mut Net, gang: &[usize], listener: usize) {
    for (at, device) in gang.iter().enumerate() {
        let at_ms = net.at(100 + 3 * at as u64);
        let payload = net.send(*device, at_ms);
        net.hear(listener, payload, at_ms, (-10_900, 300));
    }
}

/// A frame is recorded and sent again minutes later elsewhere, so that accomplices there receive
/// what the first device sent only once.
#[test]
fn replayed_beacon() {
    let off: Change = |it| it.max_witness_lag_ms = 600_000;
    attack("replayed_beacon", off, AS_IT_IS, 100, |policy| {
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 4);
        let gang = gang(&mut net, moved(CENTRE, 12_000, 0), 6, 100);
        heard_by(&mut net, &gang, town[15]);
        net.close();
        for round in 0..4 {
            let sent_at_ms = net.at(4_000 + 20_000 * round);
            // An honest device's beacon.
            let payload = net.send(town[0], sent_at_ms);
            for device in &gang {
                net.hear(*device, payload, sent_at_ms + 300_000, (-10_900, 300));
            }
        }
        let outcome = net.close();
        net.earned_by(&outcome, &gang)
    });
}

/// The same by a relay within seconds, over the internet: the accomplices stand where the frame
/// cannot have reached, and their receivers measure the relay beside them.
#[test]
fn relayed_beacon() {
    let off: Change = |it| (it.signal_margin_cdb, it.max_distance_m) = (10_000, 20_000_000);
    attack("relayed_beacon", off, AS_IT_IS, 100, |policy| {
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 4);
        let gang = gang(&mut net, moved(CENTRE, 60_000, 0), 6, 100);
        heard_by(&mut net, &gang, town[15]);
        net.close();
        for round in 0..4 {
            let sent_at_ms = net.at(4_000 + 20_000 * round);
            let payload = net.send(town[0], sent_at_ms);
            for device in &gang {
                net.hear(*device, payload, sent_at_ms + 700, (-7_000, 900));
            }
        }
        let outcome = net.close();
        net.earned_by(&outcome, &gang)
    });
}

/// Beacons of a whole day are made at its start and handed round, with the witnesses signed at once;
/// then nobody needs to be on air.
#[test]
fn precomputed_beacon() {
    let off: Change = |it| it.beacon_max_seed_age_seconds = 86_400;
    // The first of four still is fresh.
    attack("precomputed_beacon", off, AS_IT_IS, 75, |policy| {
        let mut net = Net::new(policy);
        let operators: Vec<usize> =
            (0..6).map(|at| net.add(at, moved(CENTRE, 0, 3_000 * i32::from(at)))).collect();
        let seed = final_seed(net.at(60));
        for round in 0..4 {
            for (at, device) in operators.iter().enumerate() {
                let at_ms = net.at(60 + 20_000 * round + 5 * at as u64);
                let payload = net.send_as(*device, at_ms, seed, None, &RADIO);
                for witness in &operators {
                    if witness != device {
                        net.hear(*witness, payload, at_ms, (-11_500, -200));
                    }
                }
            }
        }
        let outcome = net.close();
        net.earned_by(&outcome, &operators)
    });
}

/// A seed that the attacker thought of: no parameter lets that pass.
#[test]
fn invented_seed() {
    let mut net = Net::new(Policy::default());
    let (a, b) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
    for (from, to) in [(a, b), (b, a)] {
        let at_ms = net.at(4_000 + from as u64);
        let payload = net.send_as(from, at_ms, [1; 32], None, &RADIO);
        net.hear(to, payload, at_ms, (-10_500, 500));
    }
    let outcome = net.close();
    assert_eq!(net.earned_by(&outcome, &[a, b]), 0);
}

fn teleport(policy: Policy, to: Position) -> u64 {
    let mut net = Net::new(policy);
    let town = town(&mut net, CENTRE, 5);
    let cheat = net.add(100, moved(CENTRE, 3_000, 3_000));
    net.assert_at(cheat, Some(to));
    let all: Vec<usize> = town.iter().copied().chain([cheat]).collect();
    let mut earned = 0;
    for _ in 0..2 {
        honest_day(&mut net, &all);
        let outcome = net.close();
        earned = net.earned(&outcome, cheat);
    }
    earned
}

/// A device in the middle of the town says that it stands in another one, 400 km away.
#[test]
fn gps_teleport() {
    let off: Change = |it| (it.signal_margin_cdb, it.max_distance_m) = (10_000, 20_000_000);
    let place = moved(CENTRE, 400_000, 0);
    attack("gps_teleport", off, AS_IT_IS, 100, |policy| teleport(policy, place));
}

/// The same within the reach of radio, 80 km away: what it hears from near is too strong, what it
/// hears weakly could come from far. Free space alone cannot refuse that.
#[test]
fn gps_teleport_in_reach() {
    let off: Change = |it| it.signal_margin_cdb = 10_000;
    let place = moved(CENTRE, 80_000, 0);
    attack("gps_teleport_in_reach", off, AS_IT_IS, 25, |policy| teleport(policy, place));
}

/// The same by heartbeats: asserted far away, while the fix is what the satellites say.
#[test]
fn gps_teleport_by_heartbeat() {
    let off: Change = |it| it.fix_tolerance_m = 20_000_000;
    attack("gps_teleport_by_heartbeat", off, AS_IT_IS, 100, |policy| {
        let mut net = Net::new(policy);
        let cheat = net.add(100, CENTRE);
        net.assert_at(cheat, Some(moved(CENTRE, 80_000, 0)));
        for hour in 0..24 {
            let heartbeat = Heartbeat { position: CENTRE, accuracy_m: 8, on_air_seconds: 90_000 };
            net.beat(cheat, net.at(3_600 * hour + 100), heartbeat);
        }
        let outcome = net.close();
        net.earned(&outcome, cheat)
    });
}

/// Heartbeats of a day, signed in advance; then the device is switched off.
#[test]
fn heartbeats_in_advance() {
    let off: Change = |it| it.heartbeat_max_seed_age_seconds = 0;
    attack("heartbeats_in_advance", off, AS_IT_IS, 95, |policy| {
        let mut net = Net::new(policy);
        let cheat = net.add(100, CENTRE);
        let seed = final_seed(net.at(100));
        for hour in 0..24 {
            let at_ms = net.at(3_600 * hour + 100);
            let heartbeat = Heartbeat { position: CENTRE, accuracy_m: 8, on_air_seconds: 90_000 };
            let envelope = net.as_device(cheat, |it| it.heartbeat(at_ms, seed, heartbeat));
            net.envelopes.push(envelope);
        }
        let outcome = net.close();
        net.earned(&outcome, cheat)
    });
}

/// A day's heartbeats are made at its end, when every seed is known; the device was off all day.
#[test]
fn heartbeats_afterwards() {
    let off: Change = |it| it.max_age_ms = 86_400_000;
    attack("heartbeats_afterwards", off, AS_IT_IS, 95, |policy| {
        let mut net = Net::new(policy);
        let cheat = net.add(100, CENTRE);
        for hour in 0..24 {
            let heartbeat = Heartbeat { position: CENTRE, accuracy_m: 8, on_air_seconds: 90_000 };
            net.beat(cheat, net.at(3_600 * hour + 3_300), heartbeat);
        }
        let outcome = net.close_late();
        net.earned(&outcome, cheat)
    });
}

/// A day's beacons and receptions of them, likewise, by a ring of six operators that have no radio.
#[test]
fn beacons_afterwards() {
    let off: Change = |it| it.max_age_ms = 86_400_000;
    attack("beacons_afterwards", off, AS_IT_IS, 75, |policy| {
        let mut net = Net::new(policy);
        let ring: Vec<usize> =
            (0..6).map(|at| net.add(at, moved(CENTRE, 0, 3_000 * i32::from(at)))).collect();
        for round in 0..4 {
            for (at, device) in ring.iter().enumerate() {
                let at_ms = net.at(26_100 + 20_000 * round + 5 * at as u64);
                let payload = net.send(*device, at_ms);
                for witness in ring.iter().filter(|witness| *witness != device) {
                    net.hear(*witness, payload, at_ms, (-11_500, -200));
                }
            }
        }
        let outcome = net.close_late();
        net.earned_by(&outcome, &ring)
    });
}

/// A mobile sender that is trusted with its place is at a hundred places an hour, and hotspots of
/// its friends receive it everywhere.
#[test]
fn gps_teleport_of_a_mobile_sender() {
    let off: Change = |it| {
        (it.mobile_senders, it.mobile_max_speed_m_per_s) = (true, 1_000_000);
        (it.reciprocity_seconds, it.beacons_per_epoch) = (0, 1_000);
        it.partner_share_ppm = 1_000_000;
    };
    let on: Change = |it| {
        it.mobile_senders = true;
        (it.reciprocity_seconds, it.beacons_per_epoch) = (0, 1_000);
        it.partner_share_ppm = 1_000_000;
    };
    attack("gps_teleport_of_a_mobile_sender", off, on, 90, |policy| {
        let mut net = Net::new(policy);
        let sender = net.add(100, CENTRE);
        net.assert_at(sender, None);
        let hotspots: Vec<usize> =
            (0..20).map(|at| net.add(100, moved(CENTRE, 50_000 * at - 500_000, 0))).collect();
        for (at, hotspot) in hotspots.iter().enumerate() {
            let at_ms = net.at(4_000 + 30 * at as u64);
            let fix = moved(net.devices[*hotspot].place, 0, 2_000);
            let payload = net.send_as(sender, at_ms, final_seed(at_ms), Some(fix), &RADIO);
            net.hear(*hotspot, payload, at_ms, (-10_500, 500));
        }
        let outcome = net.close();
        net.earned_by(&outcome, &hotspots)
    });
}

/// Twenty real devices in one room: what one of them hears, all of them hear.
#[test]
fn co_located_sybils() {
    let off: Change = |it| it.density.clear();
    attack("co_located_sybils", off, AS_IT_IS, 90, |policy| {
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 5);
        let room = moved(CENTRE, 5_000, 5_000);
        let sybils: Vec<usize> = (0..20).map(|at| net.add(100 + at, room)).collect();
        let all: Vec<usize> = town.iter().chain(&sybils).copied().collect();
        let mut earned = 0;
        for _ in 0..2 {
            honest_day(&mut net, &all);
            let outcome = net.close();
            earned = net.earned_by(&outcome, &sybils);
        }
        earned
    });
}

/// Who hears the room full of devices earns no more by them than by one: what the room's
/// accomplices, well apart from each other and of many operators, can make of it.
#[test]
fn accomplices_of_co_located_sybils() {
    let off: Change = |it| it.density.clear();
    attack("accomplices_of_co_located_sybils", off, AS_IT_IS, 90, |policy| {
        let mut net = Net::new(policy);
        let sybils: Vec<usize> = (0..30).map(|at| net.add(100 + at, CENTRE)).collect();
        let accomplices: Vec<usize> =
            (0..4).map(|at| net.add(at, moved(CENTRE, 3_000, 1_000 * i32::from(at)))).collect();
        let mut earned = 0;
        for _ in 0..2 {
            for round in 0..4 {
                net.round(&sybils, &accomplices, 3_600 + 20_000 * round);
                net.round(&accomplices, &sybils, 4_600 + 20_000 * round);
            }
            let outcome = net.close();
            earned = net.earned_by(&outcome, &accomplices);
        }
        earned
    });
}

/// Devices of one operator that exist on paper alone, at a place where nobody else is, and say that
/// they hear each other. With reciprocity by anybody, the cap on partners takes most.
fn ring(policy: Policy, operators: u8) -> u64 {
    let mut net = Net::new(policy);
    let ring: Vec<usize> = (0..12)
        .map(|at| {
            let place = moved(CENTRE, 3_000 * (at / 4), 3_000 * (at % 4));
            net.add(100 + u8::try_from(at).unwrap() % operators, place)
        })
        .collect();
    let mut earned = 0;
    for _ in 0..2 {
        for round in 0..4 {
            for (at, device) in ring.iter().enumerate() {
                let at_ms = net.at(3_600 + 20_000 * round + 9 * at as u64);
                let payload = net.send(*device, at_ms);
                for other in ring.iter().filter(|other| *other != device) {
                    net.hear(*other, payload, at_ms, (-11_500, -200));
                }
            }
        }
        let outcome = net.close();
        earned = net.earned_by(&outcome, &ring);
    }
    earned
}

#[test]
fn collusion_ring_against_the_cap() {
    let off: Change = |it| {
        it.reciprocity_other_operator = false;
        it.partner_share_ppm = 1_000_000;
    };
    let on: Change = |it| it.reciprocity_other_operator = false;
    attack("collusion_ring (cap alone)", off, on, 90, |policy| ring(policy, 1));
    for operators in [2, 3, 5] {
        let name = format!("collusion_ring of {operators} operators (cap alone)");
        let (without, with) = (ring(policy(off), operators), ring(policy(on), operators));
        println!("attack {name}: off {}, on {}, see docs", without / ONE, with / ONE);
    }
}

#[test]
fn collusion_ring_against_reciprocity_by_others() {
    let off: Change = |it| {
        it.reciprocity_other_operator = false;
        it.partner_share_ppm = 1_000_000;
    };
    attack("collusion_ring", off, AS_IT_IS, 100, |policy| ring(policy, 1));
}

/// Reciprocity by others, which one device of another wallet gives to all of a ring: what they say of
/// each other counts for no more than a part of what that one gives.
#[test]
fn collusion_ring_with_one_accomplice() {
    let off: Change = |it| it.partner_share_ppm = 1_000_000;
    attack("collusion_ring with one accomplice", off, AS_IT_IS, 90, |policy| {
        let mut net = Net::new(policy);
        let ring = gang(&mut net, CENTRE, 12, 100);
        let accomplice = net.add(101, moved(CENTRE, 9_000, 9_000));
        for round in 0..4 {
            for (at, device) in ring.iter().enumerate() {
                let at_ms = net.at(3_600 + 20_000 * round + 9 * at as u64);
                let payload = net.send(*device, at_ms);
                let others = ring.iter().filter(|other| *other != device);
                for other in others.chain([&accomplice]) {
                    net.hear(*other, payload, at_ms, (-11_500, -200));
                }
            }
        }
        let outcome = net.close();
        net.earned_by(&outcome, &ring)
    });
}

/// Thirty devices without a radio are told over the internet what a thirty-first hears.
#[test]
fn receive_only_sybils() {
    let off: Change = |it| it.reciprocity_seconds = 0;
    attack("receive_only_sybils", off, AS_IT_IS, 100, |policy| {
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 4);
        let sybils: Vec<usize> = (0..30)
            .map(|at| {
                net.add(100, moved(CENTRE, 1_000 + 1_100 * (at / 6), 9_000 + 1_100 * (at % 6)))
            })
            .collect();
        for _ in 0..2 {
            for round in 0..4 {
                for (at, device) in town.iter().enumerate() {
                    let at_ms = net.at(3_600 + 20_000 * round + 9 * at as u64);
                    let payload = net.send(*device, at_ms);
                    for sybil in &sybils {
                        net.hear(*sybil, payload, at_ms, (-11_500, -200));
                    }
                }
            }
            let outcome = net.close();
            if net.epoch == 2 {
                return net.earned_by(&outcome, &sybils);
            }
        }
        0
    });
}

/// However many hear a beacon, real or not, it gives no more than five units in all; and the Sybils
/// are no more likely to be among those that count than anybody.
#[test]
fn a_crowd_of_witnesses() {
    let off: Change = |it| {
        (it.max_witnesses, it.witness_redundancy) = (10_000, 10_000);
        it.partner_share_ppm = 1_000_000;
    };
    let on: Change = |it| it.partner_share_ppm = 1_000_000;
    let play = |policy: Policy| {
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 4);
        let crowd: Vec<usize> = (0..60)
            .map(|at| {
                net.add(100, moved(CENTRE, 1_100 * (at / 8) - 4_000, 9_000 + 1_100 * (at % 8)))
            })
            .collect();
        heard_by(&mut net, &crowd, town[0]);
        net.close();
        let at_ms = net.at(4_000);
        let payload = net.send(town[0], at_ms);
        for device in &crowd {
            net.hear(*device, payload, at_ms, (-11_500, -200));
        }
        let outcome = net.close();
        net.earned_by(&outcome, &crowd)
    };
    let (without, with) = (play(policy(off)), play(policy(on)));
    println!("attack a_crowd_of_witnesses: off {}, on {}", without / ONE, with / ONE);
    assert!(without > 10 * ONE && with <= 4 * ONE, "off {without}, on {with}");
}

/// A device asserts another place every day, always where nobody is yet. Where that pays in
/// itself (under-served cells), a moved device has to wait.
#[test]
fn relocated_device() {
    let off: Change = |it| it.relocation_seconds = 0;
    attack("relocated_device", off, AS_IT_IS, 60, |policy| {
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 4);
        let cheat = net.add(100, moved(CENTRE, 1_000, 1_000));
        let mut earned = 0;
        for day in 0..4 {
            let since_s = i64::try_from(net.at(60) / 1_000).unwrap();
            let before = net.devices[cheat].record.position.current;
            let place = moved(CENTRE, 1_000 + 700 * day, 3_000);
            net.devices[cheat].record.position =
                Changed { previous: before, current: Some(place), since_s };
            net.devices[cheat].place = place;
            let all: Vec<usize> = town.iter().copied().chain([cheat]).collect();
            honest_day(&mut net, &all);
            let outcome = net.close();
            earned += net.earned(&outcome, cheat);
        }
        earned
    });
}

/// A sender that sends as often as it can.
#[test]
fn flood_of_beacons() {
    let off: Change = |it| (it.beacons_per_epoch, it.partner_share_ppm) = (1_000_000, 1_000_000);
    let on: Change = |it| it.partner_share_ppm = 1_000_000;
    attack("flood_of_beacons", off, on, 90, |policy| {
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 3);
        net.round(&town, &town, 3_600);
        net.close();
        for at in 0..200 {
            net.round(&[town[4]], &town, 3_600 + 60 * at);
        }
        let outcome = net.close();
        net.earned(&outcome, town[4])
    });
}

/// An operator pays itself for megabytes in packets that no LoRa radio sends. What that costs is for
/// scoring; here it is refused because it cannot be.
#[test]
fn fake_traffic() {
    let lora: Change = |it| (it.usage_min_packet_bytes, it.usage_max_packet_bytes) = (13, 242);
    let off: Change = |it| (it.usage_min_packet_bytes, it.usage_max_packet_bytes) = (0, u32::MAX);
    attack("fake_traffic", off, lora, 99, |policy| {
        let mut net = Net::new(policy);
        let device = net.add(100, CENTRE);
        let customer = CustomerSigner::new(&sha256(&[b"the operator itself"]));
        net.escrows.insert(customer.address(), Escrow { backing: u64::MAX });
        // A credit for 24 bytes.
        for (at, bytes, packets) in
            [(0u8, 10_000_000u64, 1u32), (1, 240_000, 40_000), (2, 24_000, 100)]
        {
            let ended_at_ms = net.at(4_000 + 100 * u64::from(at));
            let (started_at_ms, credits) = (ended_at_ms - 20_000, bytes / 24);
            let traffic = Traffic { credits, bytes, packets, started_at_ms, ended_at_ms };
            let envelope = net
                .as_device(device, |it| it.usage(ended_at_ms + 100, &customer, [at; 16], &traffic));
            net.envelopes.push(envelope);
        }
        let outcome = net.close();
        // The last is plausible and counts: 24 kB.
        net.earned(&outcome, device)
    });
}

/// Nobody can make another's beacon its own: the payload is of the sender's key.
#[test]
fn copied_beacon() {
    let mut net = Net::new(Policy::default());
    let (a, b) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
    let thief = net.add(3, moved(CENTRE, 0, 400));
    let at_ms = net.at(4_000);
    let (seed, entropy): (Hash, Hash) = (final_seed(at_ms), [4; 32]);
    let mut payloads = Vec::new();
    for device in [a, thief] {
        let sent = net.as_device(device, |it| it.beacon(at_ms, seed, entropy, None, &RADIO));
        payloads.push(sent.payload);
        net.envelopes.push(sent.envelope);
    }
    assert_ne!(payloads[0], payloads[1]);
    // What was on air is the first one's.
    net.hear(b, payloads[0], at_ms, (-10_500, 500));
    let heard = net.send(b, at_ms + 9_000);
    net.hear(a, heard, at_ms + 9_000, (-10_500, 500));
    let outcome = net.close();
    assert!(net.earned(&outcome, a) > 0);
    assert_eq!(net.earned(&outcome, thief), 0);
}
