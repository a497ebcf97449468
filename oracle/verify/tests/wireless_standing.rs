//! What devices that may not earn, or that misstate where they are, do to others.
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

use cairn_device::wireless::Radio;
use cairn_protocol::proof::{Envelope, Heartbeat, Position};
use cairn_protocol::reason::Reason;
use cairn_protocol::settlement::Settled;
use cairn_verify::{
    Bonds, Changed, ClassHistory, ClassTerms, ONE, Outcome, Policy, Registry, Snapshot, judge,
};
use support::*;

fn units(millionths: u64) -> String {
    format!("{}.{:02}", millionths / ONE, millionths % ONE / 10_000)
}

/// Every device needs a bond of 10; operators 1 to 99 have it.
fn bonded(net: &mut Net) {
    let terms = ClassTerms { bond: 10, ..ClassTerms::default() };
    for device in &mut net.devices {
        device.record.class_terms = ClassHistory::always(terms);
    }
    let amounts = (1..100).map(|operator| (([operator; 32], 0), Settled::new(1_000, 0))).collect();
    net.bonds = Bonds { settle_seconds: 1, amounts };
}

fn end_s(net: &Net) -> i64 {
    i64::try_from(net.at(EPOCH_S) / 1_000).unwrap()
}

/// One device with a bond, at a place where nobody else is, and eleven helpers of as many wallets:
/// they exist on paper alone, and say that they hear it and that it hears them.
#[test]
fn helpers_that_cost_no_bond_earn_nothing_for_others() {
    let play = |helpers_from: u8| {
        let mut net = Net::new(Policy::default());
        let boss = net.add(99, CENTRE);
        let helpers: Vec<usize> = (0..11u8)
            .map(|at| {
                let place =
                    moved(CENTRE, 3_000 * (i32::from(at) / 4 + 1), 3_000 * i32::from(at % 4));
                net.add(helpers_from + at, place)
            })
            .collect();
        bonded(&mut net);
        let all: Vec<usize> = helpers.iter().copied().chain([boss]).collect();
        for round in 0..4 {
            for (at, device) in all.iter().enumerate() {
                let at_ms = net.at(3_600 + 20_000 * round + 9 * at as u64);
                let payload = net.send(*device, at_ms);
                for other in all.iter().filter(|other| *other != device) {
                    net.hear(*other, payload, at_ms, (-11_500, -200));
                }
            }
        }
        let outcome = net.close();
        (net.earned(&outcome, boss), net.reasons(&outcome, helpers[0]))
    };
    let (with_bond, _) = play(1);
    let (without, reasons) = play(100);
    println!("attack helpers_without_bond: off {}, on {}", units(with_bond), units(without));
    assert!(with_bond > 10 * ONE, "the ring is worth it: {with_bond}");
    assert_eq!(without, 0);
    assert!(reasons.contains(&Reason::DeviceNotEntitled), "{reasons:?}");
}

/// Devices without a bond are said to stand beside an honest one, and give heartbeats.
#[test]
fn a_crowd_that_costs_no_bond_scales_nobody() {
    let play = |crowd_from: u8, points_per_heartbeat: u64| {
        let mut policy = Policy::default();
        policy.wireless.points_per_heartbeat = points_per_heartbeat;
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 4);
        let place = net.devices[town[5]].place;
        let crowd: Vec<usize> = (0..20).map(|at| net.add(crowd_from + at, place)).collect();
        bonded(&mut net);
        for device in &crowd {
            let heartbeat = Heartbeat { position: place, accuracy_m: 5, on_air_seconds: 9_999 };
            net.beat(*device, net.at(5_000), heartbeat);
        }
        honest_day(&mut net, &town);
        let outcome = net.close();
        net.earned(&outcome, town[5])
    };
    let (crowded, alone) = (play(50, 1), play(100, 1));
    println!("attack crowd_without_bond, its victim: off {}, on {}", units(crowded), units(alone));
    assert!(alone > 10 * crowded, "{alone} {crowded}");
    // Nor does one with a bond, by what nobody earns by.
    assert_eq!(play(50, 0), alone);
}

/// A sender understates its power, so that all who receive it claim what free space does not allow.
/// That must not cost them the trust in what else they claim.
#[test]
fn a_sender_that_lies_puts_no_blame_on_its_witnesses() {
    let play = |eirp_cdbm: i32, bandwidth_hz: u32, accomplices: u8| {
        let mut net = Net::new(Policy::default());
        let town = town(&mut net, CENTRE, 4);
        let liars: Vec<usize> =
            (0..6).map(|at| net.add(200 + at, moved(CENTRE, 3_000, 3_000))).collect();
        let friends: Vec<usize> = (0..accomplices)
            .map(|at| net.add(101 + at, moved(CENTRE, 3_000, 9_000 + 1_000 * i32::from(at))))
            .collect();
        let mut earned = 0;
        for _ in 0..3 {
            for round in 0..4 {
                net.round(&town, &town, 3_600 + 20_000 * round);
                let radio = Radio { eirp_cdbm, bandwidth_hz, ..RADIO };
                for (at, liar) in liars.iter().enumerate() {
                    let at_ms = net.at(9_000 + 20_000 * round + 60 * at as u64);
                    let payload = net.send_as(*liar, at_ms, final_seed(at_ms), None, &radio);
                    for device in &town {
                        net.hear(*device, payload, at_ms, (-8_500, 900));
                    }
                    for friend in &friends {
                        net.hear(*friend, payload, at_ms, (-17_000, -1_500));
                    }
                }
            }
            let outcome = net.close();
            let reasons = net.reasons(&outcome, town[0]);
            let impossible = reasons.iter().filter(|reason| !reason.is_accepted()).count();
            assert!(impossible >= 24, "{reasons:?}");
            earned = net.earned_by(&outcome, &town);
        }
        earned
    };
    let honest = {
        let mut net = Net::new(Policy::default());
        let town = town(&mut net, CENTRE, 4);
        (0..3).fold(0, |_, _| {
            honest_day(&mut net, &town);
            let outcome = net.close();
            net.earned_by(&outcome, &town)
        })
    };
    // By power, and by bandwidth, which makes the noise of heat seem more.
    for (eirp_cdbm, bandwidth_hz) in [(-5_000, 125_000), (1_600, 1_000_000_000)] {
        let framed = play(eirp_cdbm, bandwidth_hz, 0);
        println!("attack lying_sender, its victims: {} of {}", units(framed), units(honest));
        assert!(framed >= honest, "{framed} of {honest}");
    }
    // A few accomplices that say they hear such a whisper are outvoted.
    assert!(play(-5_000, 125_000, 3) >= honest);
}

/// Twenty devices in one room take their location back right before the epoch ends.
#[test]
fn a_location_that_is_given_up_at_the_end_counted_all_the_same() {
    let play = |gives_up: bool, relocation_seconds: u32| {
        let mut policy = Policy::default();
        policy.wireless.relocation_seconds = relocation_seconds;
        let mut net = Net::new(policy);
        let town = town(&mut net, CENTRE, 4);
        let room: Vec<usize> =
            (0..20).map(|at| net.add(100 + at, moved(CENTRE, 5_000, 5_000))).collect();
        let all: Vec<usize> = town.iter().chain(&room).copied().collect();
        if gives_up {
            let since_s = end_s(&net) - 1;
            for device in &room {
                let previous = net.devices[*device].record.position.current;
                net.devices[*device].record.position = Changed { previous, current: None, since_s };
            }
        }
        // `round` sends from where the device is asserted to stand.
        honest_day(&mut net, &all);
        let outcome = net.close();
        net.earned_by(&outcome, &room)
    };
    let stays = play(false, 0);
    assert_eq!(play(true, 0), stays, "density takes the same");
    // By default it has moved, on top.
    assert!(play(true, 259_200) < stays / 100);
}

fn beat(net: &mut Net, device: usize, position: Position) {
    let heartbeat = Heartbeat { position, accuracy_m: 5, on_air_seconds: 9_999 };
    net.beat(device, net.at(50_000), heartbeat);
}

fn relocation(outcome: &Outcome, net: &Net, device: usize) -> Option<u64> {
    let factors = outcome.factors.get(&net.devices[device].record.address)?;
    factors.iter().find(|factor| factor.name == "relocation").map(|factor| factor.ppm)
}

/// The registry keeps the last change of a location alone: what is asserted after the epoch's end, but
/// before an oracle reads it, hides when the device moved before. All oracles must find the same, and
/// so must who judges again from the snapshot.
#[test]
fn everybody_agrees_about_a_move_of_an_earlier_epoch() {
    let mut net = Net::new(Policy::default());
    let device = net.add(1, CENTRE);
    let (there, elsewhere) = (moved(CENTRE, 50_000, 0), moved(CENTRE, 0, 70_000));
    beat(&mut net, device, CENTRE);
    assert_eq!(relocation(&net.close(), &net, device), None);
    // It moves at the middle of a day, and earns less that day and two more.
    let since_s = i64::try_from(net.at(43_200) / 1_000).unwrap();
    net.devices[device].record.position =
        Changed { previous: Some(CENTRE), current: Some(there), since_s };
    for ppm in [166_666, 500_000, 833_333] {
        beat(&mut net, device, there);
        let envelopes = net.envelopes.clone();
        let judged = |registry: &Registry| {
            let mut state = net.state.clone();
            let sent: Vec<Envelope> = envelopes.clone();
            net.with_input(registry, |input| {
                let outcome = judge(input, &mut state, sent);
                (Snapshot::new(input, &outcome), outcome, state)
            })
        };
        let (snapshot, outcome, state) = judged(&net.registry());
        assert_eq!(relocation(&outcome, &net, device), Some(ppm));
        assert_eq!(
            judged(&snapshot.registry()),
            (snapshot.clone(), outcome.clone(), state.clone())
        );
        if ppm > 166_666 {
            // A reader that comes after the next move.
            let mut late = net.devices[device].record;
            late.position = Changed {
                previous: Some(there),
                current: Some(elsewhere),
                since_s: end_s(&net) + 60,
            };
            assert_eq!(judged(&Registry::new([late])), (snapshot, outcome, state));
        }
        net.close();
    }
    beat(&mut net, device, there);
    assert_eq!(relocation(&net.close(), &net, device), None);
}

/// Nor does a pause hide a move, small steps, or taking the location back in between.
#[test]
fn a_move_is_no_secret() {
    let earned = |steps: &[Option<Position>], pause: bool| {
        let mut net = Net::new(Policy::default());
        let device = net.add(1, CENTRE);
        beat(&mut net, device, CENTRE);
        net.close();
        let mut last = Some(CENTRE);
        for step in steps {
            let since_s = i64::try_from(net.at(100) / 1_000).unwrap();
            net.devices[device].record.position =
                Changed { previous: last, current: *step, since_s };
            last = *step;
            if let (Some(place), false) = (step, pause) {
                beat(&mut net, device, *place);
            }
            net.close();
        }
        beat(&mut net, device, last.unwrap());
        let outcome = net.close();
        relocation(&outcome, &net, device)
    };
    let far = Some(moved(CENTRE, 50_000, 0));
    assert!(earned(&[far], false).is_some());
    assert_eq!(earned(&[far], true), Some(333_333), "as if it moved when it was seen again");
    assert!(earned(&[None, far], true).is_some());
    let step = |north_m| Some(moved(CENTRE, north_m, 0));
    assert_eq!(earned(&[step(80)], false), None, "a correction");
    assert!(earned(&[step(80), step(160)], false).is_some());
    assert_eq!(earned(&[step(80), step(20)], false), None);
}
