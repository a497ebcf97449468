//! What wireless proofs that count are worth: redundancy, density, partners, moves, heartbeats and
//! usage.
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
use cairn_protocol::proof::{Heartbeat, Position};
use cairn_protocol::reason::Reason;
use cairn_verify::cells::{cell_of, disk};
use cairn_verify::policy::{Density, WirelessPolicy};
use cairn_verify::{Changed, Escrow, ONE, Outcome, Policy};
use support::*;

/// A time of the epoch, in seconds after its start.
const AT: u64 = 10_000;

/// A sender with so many witnesses around it, all 5 km away and far from each other; everyone has
/// heard everyone before.
fn circle(policy: Policy, witnesses: usize) -> (Net, Outcome) {
    let mut net = Net::new(policy);
    let sender = net.add(1, CENTRE);
    for at in 0..witnesses {
        let angle = at as f64 * std::f64::consts::TAU / witnesses as f64;
        let (north, east) = (5_000.0 * angle.sin(), 5_000.0 * angle.cos());
        net.add(u8::try_from(at).unwrap() + 2, moved(CENTRE, north as i32, east as i32));
    }
    for at in 1..=witnesses {
        let at_ms = net.at(2_000 + 20 * at as u64);
        let payload = net.send(at, at_ms);
        net.hear(sender, payload, at_ms, (-10_500, 500));
    }
    net.close();
    let at_ms = net.at(AT);
    let payload = net.send(sender, at_ms);
    for at in 1..=witnesses {
        net.hear(at, payload, at_ms, (-10_500, 500));
    }
    let outcome = net.close();
    (net, outcome)
}

fn free() -> Policy {
    let mut policy = Policy::default();
    policy.wireless.partner_share_ppm = 1_000_000;
    policy.wireless.density.clear();
    policy
}

#[test]
fn units_are_those_of_hip_15() {
    // The HIP's tables for N = 4 and r = 0.8, in hundredths; each witness and the sender.
    let table = [
        (1, 100, 25),
        (2, 100, 50),
        (4, 100, 100),
        (5, 76, 120),
        (6, 61, 136),
        (8, 43, 159),
        (10, 33, 174),
        (14, 22, 189),
    ];
    for (witnesses, each, sender) in table {
        let (net, outcome) = circle(free(), witnesses);
        let hundredths = |device| (net.earned(&outcome, device) + 5_000) / 10_000;
        assert_eq!(hundredths(0), sender, "{witnesses} witnesses");
        for device in 1..=witnesses {
            assert_eq!(hundredths(device), each, "{witnesses} witnesses");
        }
        let all: Vec<usize> = (0..=witnesses).collect();
        let total = net.earned_by(&outcome, &all);
        assert!(total <= 5 * ONE, "{witnesses} witnesses: {total}");
    }
    // Both parameters decide.
    let mut policy = free();
    policy.wireless.witness_redundancy = 2;
    policy.wireless.redundancy_decay_ppm = 500_000;
    let (net, outcome) = circle(policy, 4);
    // Witness (2 − (1 − ¼)) / 4, sender 2 − ¼.
    assert_eq!((net.earned(&outcome, 1), net.earned(&outcome, 0)), (312_500, 1_750_000));
    let judged = net.judged(&outcome, 1);
    let factor = &judged[0].judgment.factors[0];
    assert_eq!((factor.name.as_ref(), factor.ppm), ("redundancy", 312_500));
    assert_eq!(factor.inputs[0], ("witnesses".into(), 4));
}

#[test]
fn fourteen_count_and_nobody_chooses_which() {
    let (net, outcome) = circle(free(), 20);
    let counts = counts(&outcome);
    assert_eq!((counts[&Reason::Accepted], counts[&Reason::WitnessNotChosen]), (15, 6));
    let chosen = |outcome: &Outcome, net: &Net| -> Vec<bool> {
        (1..=20).map(|at| net.earned(outcome, at) > 0).collect()
    };
    // The first by time are not preferred: they would be the first fourteen, as proofs of one
    // moment are in the order of their ids in every epoch anew.
    let mut other = free();
    other.wireless.max_witnesses = 3;
    let (three, outcome_of_three) = circle(other, 20);
    let few = chosen(&outcome_of_three, &three);
    assert_eq!(few.iter().filter(|one| **one).count(), 3, "the parameter decides");
    let many = chosen(&outcome, &net);
    assert!(few.iter().zip(&many).all(|(few, many)| !few || *many), "one order for both");

    // Whoever claims an earlier time gains nothing, and neither does a sender that tries entropies.
    let mut net = net;
    net.policy.wireless.reciprocity_seconds = 0;
    for (second, shift_ms, entropy) in [(AT, 0, 1u8), (AT + 1, 900, 77)] {
        let at_ms = net.at(second);
        // The same seed both times: the same window.
        let seed = final_seed(net.at(AT));
        let sent =
            net.as_device(0, |device| device.beacon(at_ms, seed, [entropy; 32], None, &RADIO));
        let payload = sent.payload;
        net.envelopes.push(sent.envelope);
        for at in 1..=20 {
            // The last ones claim to be first.
            let claimed_ms = if at > 10 { at_ms - shift_ms } else { at_ms };
            net.hear(at, payload, claimed_ms, (-10_500, 500));
        }
    }
    let outcome = net.close();
    let by_device: Vec<Vec<bool>> = (1..=20)
        .map(|at| net.reasons(&outcome, at).iter().map(|it| it.is_accepted()).collect())
        .collect();
    assert!(by_device.iter().all(|both| both[0] == both[1]), "{by_device:?}");
    assert_eq!(by_device.iter().filter(|both| both[0]).count(), 14);

    // Another sender is another draw, and so is another seed.
    let at_ms = net.at(AT);
    for (sender, at_ms) in [(0, at_ms), (1, at_ms), (0, at_ms + 120_000)] {
        let payload = net.send(sender, at_ms);
        for at in 2..=20 {
            net.hear(at, payload, at_ms + sender as u64, (-10_500, 500));
        }
    }
    net.policy.wireless.min_distance_m = 0;
    net.policy.wireless.min_cells_apart = 0;
    net.policy.wireless.max_distance_m = 20_000_000;
    let outcome = net.close();
    let draw = |which: usize| -> Vec<bool> {
        (2..=20).map(|at| net.reasons(&outcome, at)[which].is_accepted()).collect()
    };
    let draws = [draw(0), draw(1), draw(2)];
    assert!(draws.iter().all(|draw| draw.iter().filter(|one| **one).count() == 14));
    assert!(draws[0] != draws[1] && draws[0] != draws[2] && draws[1] != draws[2]);
}

#[test]
fn crowded_cells_are_scaled_as_hip_17_says() {
    // So many devices in one cell of resolution 10, with one partner each 5 km away.
    let scale = |levels: Vec<Density>, devices: u8| {
        let mut policy = free();
        policy.wireless.density = levels;
        policy.wireless.max_witnesses = 100;
        policy.wireless.witness_redundancy = 100;
        let mut net = Net::new(policy);
        let partner = net.add(200, moved(CENTRE, 0, 5_000));
        for at in 0..devices {
            net.add(at + 1, CENTRE);
        }
        let at_ms = net.at(AT);
        for at in 1..=usize::from(devices) {
            let payload = net.send(at, at_ms + 1_000 * at as u64);
            net.hear(partner, payload, at_ms + 1_000 * at as u64, (-10_500, 500));
        }
        let payload = net.send(partner, at_ms);
        for at in 1..=usize::from(devices) {
            net.hear(at, payload, at_ms, (-10_500, 500));
        }
        let outcome = net.close();
        let factors = &outcome.factors[&net.devices[1].record.address];
        let own = factors.iter().find(|factor| factor.name == "density").cloned();
        let judged = net.judged(&outcome, partner);
        let sender = judged
            .iter()
            .flat_map(|one| &one.judgment.factors)
            .find(|factor| factor.name == "sender_density")
            .cloned();
        assert_eq!(own.as_ref().map(|it| it.ppm), sender.map(|it| it.ppm));
        own
    };
    let level =
        |resolution, neighbours, target, max| Density { resolution, neighbours, target, max };
    assert_eq!(scale(vec![], 5), None);
    assert_eq!(scale(vec![level(10, 2, 5, 5)], 5), None, "as many as the target");
    let one = scale(vec![level(10, 2, 2, 2)], 5).unwrap();
    assert_eq!(one.ppm, 400_000);
    assert_eq!(one.inputs, [("devices_r10".into(), 5), ("limit_r10".into(), 2)]);
    // The finer cell leaves two of five, the coarser one of these two.
    let two = scale(vec![level(10, 2, 2, 2), level(8, 2, 1, 4)], 5).unwrap();
    assert_eq!(two.ppm, 200_000);
    assert_eq!(two.inputs.len(), 4);
    // With one neighbour enough, a lone cell may hold its target alone: limit 1 · (1 − 1 + 1).
    assert_eq!(scale(vec![level(10, 1, 1, 4)], 4).unwrap().ppm, 250_000);
    assert_eq!(scale(vec![level(6, 2, 5, 5)], 5), None);
}

#[test]
fn occupied_neighbours_raise_the_limit_of_a_cell() {
    // Three devices in each of the seven cells of a neighbourhood of resolution 8, about 1 km apart.
    let scale_with = |neighbours, max, around| {
        let mut policy = free();
        policy.wireless.density = vec![Density { resolution: 8, neighbours, target: 1, max }];
        // So that heartbeats put devices into cells.
        policy.wireless.points_per_heartbeat = 1;
        let mut net = Net::new(policy);
        let centre = cell_of(&CENTRE, 8);
        let mut places = Vec::new();
        let mut found = std::collections::BTreeSet::new();
        for north in -20..=20 {
            for east in -20..=20 {
                let place = moved(CENTRE, 100 * north, 100 * east);
                let cell = cell_of(&place, 8);
                if disk(centre, 1).contains(&cell) && found.insert(cell) {
                    places.push(place);
                }
            }
        }
        assert_eq!(places.len(), 7);
        for place in places {
            let in_centre = cell_of(&place, 8) == centre;
            for _ in 0..if in_centre { 3 } else { around } {
                let device = net.add(1, place);
                let heartbeat = Heartbeat { position: place, accuracy_m: 5, on_air_seconds: 9_999 };
                net.beat(device, net.at(AT), heartbeat);
            }
        }
        let outcome = net.close();
        let at = net.devices.iter().position(|it| cell_of(&it.place, 8) == centre);
        net.earned(&outcome, at.unwrap())
    };
    let scale = |neighbours, max| scale_with(neighbours, max, 3);
    // Seven occupied; limit 7 − N + 1, at most `max`. A cell with just its target is occupied.
    assert_eq!([scale_with(6, 9, 1), scale_with(6, 9, 0)], [666_666, 333_333]);
    assert_eq!(scale(7, 9), 333_333);
    assert_eq!(scale(6, 9), 666_666);
    assert_eq!(scale(2, 9), ONE);
    assert_eq!(scale(2, 2), 666_666);
}

#[test]
fn silent_devices_fill_no_cells_and_heard_ones_do() {
    assert_eq!(beside_another(false), ONE + ONE / 4);
    assert_eq!(beside_another(true), (ONE + ONE / 4) / 2);
}

/// What a device earns in whose cell another sends, which somebody hears or nobody.
fn beside_another(heard: bool) -> u64 {
    let mut policy = free();
    policy.wireless.density = vec![Density { resolution: 8, neighbours: 2, target: 1, max: 1 }];
    let mut net = Net::new(policy);
    let (a, b) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
    let other = net.add(3, CENTRE);
    let at_ms = net.at(AT);
    let payload = net.send(other, at_ms);
    if heard {
        net.hear(b, payload, at_ms, (-10_500, 500));
    }
    for (from, to) in [(a, b), (b, a)] {
        let at_ms = at_ms + 5_000 * (1 + from as u64);
        let payload = net.send(from, at_ms);
        net.hear(to, payload, at_ms, (-10_500, 500));
    }
    let outcome = net.close();
    net.earned(&outcome, a)
}

#[test]
fn one_partner_gives_at_most_a_part() {
    // One device of operator 1 hears 8 beacons of operator 2 and one each of 3 and 4.
    let play = |share_ppm, free_units, own: bool| {
        let mut policy = free();
        policy.wireless.partner_share_ppm = share_ppm;
        policy.wireless.partner_free_units = free_units;
        policy.wireless.beacons_per_epoch = 8;
        policy.wireless.points_per_beacon = 1;
        policy.wireless.reciprocity_seconds = 0;
        let mut net = Net::new(policy);
        let a = net.add(1, CENTRE);
        let b = net.add(if own { 1 } else { 2 }, moved(CENTRE, 0, 5_000));
        let c = net.add(3, moved(CENTRE, 5_000, 0));
        let d = net.add(4, moved(CENTRE, -5_000, 0));
        for (at, from) in [b, b, b, b, b, b, b, b, c, d].into_iter().enumerate() {
            let at_ms = net.at(AT + 100 * at as u64);
            let payload = net.send(from, at_ms);
            net.hear(a, payload, at_ms, (-10_500, 500));
        }
        let outcome = net.close();
        net.earned(&outcome, a)
    };
    assert_eq!(play(1_000_000, 0, false), 10 * ONE);
    // Each unit is rounded down.
    let near = |earned: u64, expected: u64| {
        assert!((expected - 10..=expected).contains(&earned), "{earned} of {expected}");
    };
    // Of eight units by one, beside two by others, so much that it is three tenths of all: 2 · 3 / 7.
    near(play(300_000, 0, false), 2 * ONE + 857_142);
    assert_eq!(play(300_000, 2, false), 4 * ONE, "the free units are more");
    assert_eq!(play(300_000, 5, false), 7 * ONE);
    near(play(300_000, 5, true), 2 * ONE + 857_142);
    assert_eq!(play(900_000, 2, false), 10 * ONE, "the part is more");
    // The others as well: 2 / 19, and twice 9 / 19.
    near(play(50_000, 0, false), 20 * ONE / 19);
}

#[test]
fn a_beacon_is_capped_by_its_witnesses() {
    let mut policy = free();
    policy.wireless.partner_share_ppm = 200_000;
    policy.wireless.partner_free_units = 0;
    let (net, outcome) = circle(policy.clone(), 4);
    // Four witnesses of four operators gave a quarter each, and beside three quarters 3 / 16 are a fifth.
    assert_eq!(net.earned(&outcome, 0), 750_000);
    let judged = net.judged(&outcome, 0);
    let factor = &judged[0].judgment.factors[1];
    assert_eq!((factor.name.as_ref(), factor.ppm), ("partner_cap", 750_000));
    let (net, outcome) = circle(policy, 5);
    // Five do: nothing is taken but what is rounded off.
    assert!(net.earned(&outcome, 0) >= 1_200_000 - 5);
}

#[test]
fn a_moved_device_earns_less_for_a_while() {
    let play =
        |change: fn(&mut WirelessPolicy), previous: Option<Position>, age_s: i64, joined: i64| {
            let mut policy = free();
            change(&mut policy.wireless);
            let mut net = Net::new(policy);
            let device = net.add(1, CENTRE);
            let end_s = i64::try_from(net.at(EPOCH_S) / 1_000).unwrap();
            net.devices[device].record.onboarded_at_s = joined;
            net.devices[device].record.position =
                Changed { previous, current: Some(CENTRE), since_s: end_s - age_s };
            let heartbeat = Heartbeat { position: CENTRE, accuracy_m: 5, on_air_seconds: 9_999 };
            net.beat(device, net.at(EPOCH_S - 1), heartbeat);
            let outcome = net.close();
            net.earned(&outcome, device)
        };
    let far = Some(moved(CENTRE, 50_000, 0));
    let same: fn(&mut WirelessPolicy) = |_| {};
    assert_eq!(play(same, far, 64_800, 0), 250_000, "a quarter of three days");
    assert_eq!(play(same, far, 259_200, 0), ONE);
    assert_eq!(play(|it| it.relocation_seconds = 129_600, far, 64_800, 0), 500_000);
    assert_eq!(play(|it| it.relocation_seconds = 0, far, 64_800, 0), ONE);
    assert_eq!(play(|it| it.relocation_ppm = 200_000, far, 64_800, 0), 400_000);
    assert_eq!(play(same, Some(moved(CENTRE, 50, 50)), 64_800, 0), ONE, "a correction");
    // The first location of a device that has just joined is no move, of an old one it is.
    let soon = i64::try_from(GENESIS_S + EPOCH_S).unwrap() - 70_000;
    assert_eq!(play(same, None, 64_800, soon), ONE);
    assert_eq!(play(same, None, 64_800, 0), 250_000);
}

#[test]
fn heartbeats_are_fresh_exact_at_home_and_one_an_interval() {
    let mut net = Net::new(Policy::default());
    let device = net.add(1, CENTRE);
    let heartbeat = |metres, accuracy_m, on_air_seconds| Heartbeat {
        position: moved(CENTRE, metres, 0),
        accuracy_m,
        on_air_seconds,
    };
    net.beat(device, net.at(100), heartbeat(0, 10, 36_000));
    net.beat(device, net.at(3_599), heartbeat(0, 10, 36_000));
    net.beat(device, net.at(3_600), heartbeat(109, 10, 1_800));
    net.beat(device, net.at(7_200), heartbeat(112, 10, 36_000));
    net.beat(device, net.at(10_800), heartbeat(0, 101, 36_000));
    let old = net.at(14_400);
    let seed = seed_of(old - 660_000).seed;
    let envelope = net.as_device(device, |it| it.heartbeat(old, seed, heartbeat(0, 10, 36_000)));
    net.envelopes.push(envelope);
    let twin = net.envelopes.clone();
    let outcome = net.close();
    assert_eq!(
        net.reasons(&outcome, device),
        [
            Reason::Accepted,
            Reason::HeartbeatTooOften,
            Reason::Accepted,
            Reason::NotAtLocation,
            Reason::FixTooRough,
            Reason::SeedTooOld
        ]
    );
    // On air for half of the second one's hour.
    assert_eq!(net.earned(&outcome, device), ONE + ONE / 2);
    let judged = net.judged(&outcome, device);
    assert_eq!(judged[2].judgment.factors[0].name, "on_air");

    let changed = |change: fn(&mut WirelessPolicy)| {
        let mut policy = Policy::default();
        change(&mut policy.wireless);
        let mut net = Net::new(policy);
        net.add(1, CENTRE);
        net.envelopes = twin.clone();
        let outcome = net.close();
        net.reasons(&outcome, 0)
    };
    assert_eq!(changed(|it| it.heartbeat_seconds = 1_800)[1], Reason::Accepted);
    assert_eq!(changed(|it| it.fix_tolerance_m = 103)[3], Reason::Accepted);
    assert_eq!(changed(|it| it.position_tolerance_m = 3)[3], Reason::Accepted);
    assert_eq!(changed(|it| it.heartbeat_max_accuracy_m = 101)[4], Reason::Accepted);
    assert_eq!(changed(|it| it.heartbeat_max_seed_age_seconds = 700)[5], Reason::Accepted);
    assert_eq!(changed(|it| it.heartbeat_max_seed_age_seconds = 0)[5], Reason::Accepted);
}

#[test]
fn packets_of_usage_have_plausible_sizes() {
    let play = |change: fn(&mut WirelessPolicy), bytes, packets| {
        let mut policy = Policy::default();
        change(&mut policy.wireless);
        let mut net = Net::new(policy);
        let device = net.add(1, CENTRE);
        let customer = CustomerSigner::new(&[5; 32]);
        net.escrows.insert(customer.address(), Escrow { backing: 10 });
        let started_at_ms = net.at(AT);
        let ended_at_ms = started_at_ms + 60_000;
        let traffic = Traffic { credits: 10, bytes, packets, started_at_ms, ended_at_ms };
        let envelope =
            net.as_device(device, |it| it.usage(ended_at_ms + 500, &customer, [1; 16], &traffic));
        net.envelopes.push(envelope);
        let outcome = net.close();
        for judged in &outcome.proofs {
            let inputs: Vec<i64> = judged
                .judgment
                .factors
                .iter()
                .filter(|factor| factor.name == "carried")
                .flat_map(|factor| factor.inputs.iter().map(|(_, value)| *value))
                .collect();
            let said = [bytes as i64, i64::from(packets), 10];
            assert_eq!(inputs, if judged.judgment.units > 0 { &said[..] } else { &[] });
        }
        (net.reasons(&outcome, device)[0], net.earned(&outcome, device))
    };
    // What it earns are its credits, whatever it carried.
    let (fine, wrong) = ((Reason::Accepted, 10 * ONE), (Reason::PacketSizeImplausible, 0));
    let same: fn(&mut WirelessPolicy) = |_| {};
    assert_eq!(play(same, 2_500_000, 2_000), fine);
    assert_eq!(play(same, 2_000, 2_000), fine);
    assert_eq!(play(same, 1_999, 2_000), wrong);
    let sized: fn(&mut WirelessPolicy) = |it| {
        (it.usage_min_packet_bytes, it.usage_max_packet_bytes) = (13, 242);
    };
    assert_eq!(play(sized, 2_420, 10), fine);
    assert_eq!(play(sized, 2_421, 10), wrong);
    assert_eq!(play(sized, 129, 10), wrong);
    assert_eq!(play(sized, 130, 10), fine);
}
