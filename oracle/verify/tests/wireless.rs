//! The rules of the wireless kinds, through the public surface, with real keys and signatures.
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
use cairn_device::wireless::{Radio, Traffic};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Heartbeat, Position};
use cairn_protocol::reason::Reason;
use cairn_verify::cells::{cell_of, disk};
use cairn_verify::policy::{Band, Density, WirelessPolicy};
use cairn_verify::{Changed, Escrow, ONE, Outcome, Policy};
use support::*;

/// What sender and witness of a small scene do; every field can be turned to break one rule.
#[derive(Clone)]
struct Scene {
    policy: Policy,
    /// From the sender to the witness.
    east_m: i32,
    seed: fn(u64) -> Hash,
    fix: Option<Position>,
    radio: Radio,
    lag_ms: i64,
    rssi_cdbm: i32,
    snr_cdb: i32,
    heard_hz: u64,
}

const AT: u64 = 10_000;

impl Scene {
    fn new() -> Self {
        Self {
            policy: Policy::default(),
            east_m: 5_000,
            seed: final_seed,
            fix: None,
            radio: RADIO,
            lag_ms: 400,
            rssi_cdbm: -10_500,
            snr_cdb: 500,
            heard_hz: 868_100_000,
        }
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = Self::new();
        change(&mut scene);
        scene
    }

    fn policy(mut self, change: impl FnOnce(&mut WirelessPolicy)) -> Self {
        change(&mut self.policy.wireless);
        self
    }

    /// The reasons of the sender's beacon and of the witness's reception of it. The sender has
    /// heard the witness before, so that reciprocity is given.
    fn reasons(&self) -> (Reason, Reason) {
        let mut net = Net::new(self.policy.clone());
        let sender = net.add(1, CENTRE);
        let witness = net.add(2, moved(CENTRE, 0, self.east_m));
        let honest = Scene::new();
        let earlier = net.at(AT - 500);
        let payload = net.send(witness, earlier);
        net.hear(sender, payload, earlier, (honest.rssi_cdbm, honest.snr_cdb));

        let sent_at_ms = net.at(AT);
        let seed = (self.seed)(sent_at_ms);
        let payload = net.send_as(sender, sent_at_ms, seed, self.fix, &self.radio);
        let heard_at_ms = sent_at_ms.checked_add_signed(self.lag_ms).unwrap();
        let (rssi, snr, frequency) = (self.rssi_cdbm, self.snr_cdb, self.heard_hz);
        let envelope = net.as_device(witness, |device| {
            device.witness(heard_at_ms, payload, rssi, snr, frequency)
        });
        net.envelopes.push(envelope);
        let outcome = net.close();
        let reason = |device, kind| {
            let judged = net.judged(&outcome, device);
            judged.iter().rfind(|one| one.kind.name() == kind).unwrap().judgment.reason
        };
        (reason(sender, "beacon"), reason(witness, "witness"))
    }
}

const FINE: (Reason, Reason) = (Reason::Accepted, Reason::Accepted);

fn beacon_refused(reason: Reason) -> (Reason, Reason) {
    (reason, Reason::BeaconRefused)
}

fn witness_refused(reason: Reason) -> (Reason, Reason) {
    (Reason::Accepted, reason)
}

/// A scene that keeps a rule exactly, one that just breaks it, and the policy with which the second
/// keeps it too: so each parameter is what decides.
#[track_caller]
fn rule(
    kept: Scene,
    broken: Scene,
    expected: (Reason, Reason),
    relaxed: impl FnOnce(&mut WirelessPolicy),
) {
    assert_eq!(kept.reasons(), FINE, "on the edge it is kept");
    assert_eq!(broken.reasons(), expected);
    let after = broken.policy(relaxed).reasons();
    assert_ne!(after, expected, "the parameter decides");
    assert_eq!(after, FINE);
}

#[test]
fn an_honest_reception_counts() {
    assert_eq!(Scene::new().reasons(), FINE);
}

#[test]
fn the_seed_is_one_of_the_chain() {
    let invented = Scene::with(|scene| scene.seed = |_| [5; 32]);
    assert_eq!(invented.reasons(), beacon_refused(Reason::SeedUnknown));
}

#[test]
fn the_seed_was_known_but_not_for_long() {
    // The scene's beacon is captured 40 s into a window; the blocks are made 1 s into theirs. So
    // 120 s and 1 s of clock tolerance reach back to windows that began 120 s before.
    assert_eq!(Net::new(Policy::default()).at(AT) % WINDOW_MS, 40_000);
    let at = |seed| Scene::with(|scene| scene.seed = seed);
    rule(
        at(|at_ms| seed_of(at_ms - 60_000).seed),
        at(|at_ms| seed_of(at_ms - 120_000).seed),
        beacon_refused(Reason::SeedTooOld),
        |policy| policy.beacon_max_seed_age_seconds = 159,
    );
    rule(
        at(|at_ms| seed_of(at_ms).seed),
        at(|at_ms| seed_of(at_ms + 60_000).seed),
        beacon_refused(Reason::SeedNotYetKnown),
        |policy| policy.clock_tolerance_ms = 21_000,
    );
}

#[test]
fn a_fix_must_not_contradict_the_asserted_location() {
    let fix = |metres| Scene::with(|scene| scene.fix = Some(moved(CENTRE, metres, 0)));
    let expected = beacon_refused(Reason::PositionContradicted);
    rule(fix(99), fix(102), expected, |policy| policy.fix_tolerance_m = 110);
    rule(fix(99), fix(102), expected, |policy| policy.position_tolerance_m = 10);
}

#[test]
fn frequency_and_power_are_within_the_plan() {
    let band = |to_hz, max_eirp_cdbm| {
        move |policy: &mut WirelessPolicy| {
            policy.bands = vec![Band { from_hz: 868_000_000, to_hz, max_eirp_cdbm }];
        }
    };
    let plan = |to_hz, eirp| Scene::new().policy(band(to_hz, eirp));
    rule(
        plan(868_100_000, 1_600),
        plan(868_099_999, 1_600),
        beacon_refused(Reason::FrequencyOutsidePlan),
        |policy| policy.bands.clear(),
    );
    rule(
        plan(868_600_000, 1_600),
        plan(868_600_000, 1_599),
        beacon_refused(Reason::PowerOverLimit),
        |policy| policy.bands[0].max_eirp_cdbm = 1_600,
    );
    let loud = |eirp_cdbm| Scene::with(|scene| scene.radio.eirp_cdbm = eirp_cdbm);
    rule(loud(3_600), loud(3_601), beacon_refused(Reason::PowerOverLimit), |policy| {
        policy.max_eirp_cdbm = 3_601;
    });
}

#[test]
fn a_reception_is_in_time() {
    let lag = |lag_ms| Scene::with(|scene| scene.lag_ms = lag_ms);
    let late = witness_refused(Reason::WitnessTooLate);
    rule(lag(4_000), lag(4_001), late, |policy| policy.max_witness_lag_ms = 4_001);
    let early = witness_refused(Reason::WitnessBeforeBeacon);
    rule(lag(-1_000), lag(-1_001), early, |policy| policy.clock_tolerance_ms = 1_001);
}

#[test]
fn a_reception_is_on_the_beacons_frequency() {
    let heard = |heard_hz| Scene::with(|scene| scene.heard_hz = heard_hz);
    let expected = witness_refused(Reason::FrequencyMismatch);
    let wider = |policy: &mut WirelessPolicy| policy.frequency_tolerance_hz = 25_001;
    rule(heard(868_125_000), heard(868_125_001), expected, wider);
    rule(heard(868_075_000), heard(868_074_999), expected, wider);
}

#[test]
fn a_reception_is_near_enough_and_far_enough() {
    let apart = |east_m, rssi_cdbm| {
        Scene::with(|scene| {
            scene.east_m = east_m;
            scene.rssi_cdbm = rssi_cdbm;
            scene.policy.wireless.min_cells_apart = 0;
            // The witness's own beacon must be possible too.
            scene.policy.wireless.signal_margin_cdb = 5_000;
        })
    };
    rule(apart(302, -8_000), apart(298, -8_000), witness_refused(Reason::TooNear), |policy| {
        policy.min_distance_m = 290;
    });
    rule(apart(302, -8_000), apart(298, -8_000), witness_refused(Reason::TooNear), |policy| {
        policy.position_tolerance_m = 5;
    });
    // The scale of `moved` is exact to a thousandth.
    let far = witness_refused(Reason::TooFar);
    rule(apart(99_500, -11_000), apart(100_500, -11_000), far, |policy| {
        policy.max_distance_m = 101_000;
    });
    rule(apart(99_500, -11_000), apart(100_500, -11_000), far, |policy| {
        policy.position_tolerance_m = 1_000;
    });
    // Cells of resolution 11 are about 50 m apart.
    let cells = |east_m| apart(east_m, -8_000).policy(|policy| policy.min_cells_apart = 8);
    rule(cells(420), cells(310), witness_refused(Reason::CellsTooNear), |policy| {
        policy.min_cells_apart = 5;
    });
    // 149 m are up to five cells of 35 m.
    rule(cells(420), cells(310), witness_refused(Reason::CellsTooNear), |policy| {
        policy.position_tolerance_m = 149;
    });
}

#[test]
fn a_signal_is_no_stronger_than_free_space_allows() {
    // 5 km at 868.1 MHz: 105.2 dB; 16 + 6 + 10 − 105.2 = −73.2 dBm.
    let heard = |rssi_cdbm| Scene::with(|scene| scene.rssi_cdbm = rssi_cdbm);
    let expected = witness_refused(Reason::SignalTooStrong);
    rule(heard(-7_325), heard(-7_310), expected, |policy| policy.signal_margin_cdb = 1_020);
    rule(heard(-7_325), heard(-7_310), expected, |policy| policy.receiver_gain_cdb = 620);
    rule(heard(-7_325), heard(-7_310), expected, |policy| policy.position_tolerance_m = 200);
    // Nor can the witness state another frequency to have less loss.
    let low = Scene::with(|scene| {
        (scene.rssi_cdbm, scene.heard_hz) = (-7_310, 433_000_000);
        scene.policy.wireless.frequency_tolerance_hz = 1_000_000_000;
    });
    assert_eq!(low.reasons(), expected);
    // Nor the sender more power than the plan allows.
    let loud = Scene::with(|scene| (scene.rssi_cdbm, scene.radio.eirp_cdbm) = (-5_330, 3_600));
    assert_eq!(loud.reasons(), FINE);
    let loud = loud.policy(|policy| policy.max_eirp_cdbm = 1_600);
    assert_eq!(loud.reasons(), beacon_refused(Reason::PowerOverLimit));
}

#[test]
fn a_signal_can_be_demodulated() {
    // Table 13 of the SX1276 datasheet, and 5 dB of margin.
    for (spreading_factor, floor_cdb) in [(7, -750), (8, -1_000), (10, -1_500), (12, -2_000)] {
        let heard = |snr_cdb| {
            Scene::with(|scene| {
                scene.radio.spreading_factor = spreading_factor;
                scene.snr_cdb = snr_cdb;
            })
        };
        let expected = witness_refused(Reason::SnrTooLow);
        let deeper = |policy: &mut WirelessPolicy| policy.snr_margin_cdb = 501;
        rule(heard(floor_cdb - 500), heard(floor_cdb - 501), expected, deeper);
    }
    let other = Scene::with(|scene| (scene.radio.spreading_factor, scene.snr_cdb) = (0, -4_000));
    assert_eq!(other.reasons(), FINE, "another modulation has no such floor");
    let high = |snr_cdb| Scene::with(|scene| (scene.rssi_cdbm, scene.snr_cdb) = (-8_000, snr_cdb));
    rule(high(2_000), high(2_001), witness_refused(Reason::SnrTooHigh), |policy| {
        policy.max_snr_cdb = 2_001;
    });
}

#[test]
fn strength_and_ratio_leave_the_noise_that_heat_makes() {
    // −123.02 dBm in 125 kHz, and 10 dB of margin: −133.02.
    let heard =
        |rssi_cdbm| Scene::with(|scene| (scene.rssi_cdbm, scene.snr_cdb) = (rssi_cdbm, 500));
    let expected = witness_refused(Reason::NoiseTooLow);
    rule(heard(-12_802), heard(-12_803), expected, |policy| policy.noise_margin_cdb = 1_001);
    // Four times the bandwidth has 6 dB more noise.
    let wide = |rssi_cdbm| {
        let mut scene = heard(rssi_cdbm);
        scene.radio.bandwidth_hz = 500_000;
        scene
    };
    rule(wide(-12_200), wide(-12_201), expected, |policy| policy.noise_margin_cdb = 1_001);
}

#[test]
fn places_must_be_known() {
    let mut net = Net::new(Policy::default());
    let (sender, witness) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
    net.assert_at(sender, None);
    let at_ms = net.at(AT);
    net.send_as(sender, at_ms, final_seed(at_ms), Some(CENTRE), &RADIO);
    let other = net.send(witness, at_ms + 30_000);
    net.hear(sender, other, at_ms + 30_000, (-10_500, 500));
    let outcome = net.close();
    assert_eq!(net.reasons(&outcome, sender), [Reason::LocationUnknown; 2]);

    // A network may allow senders that move: then their fix is their place, and they keep to a speed.
    let mut policy = Policy::default();
    policy.wireless.mobile_senders = true;
    policy.wireless.mobile_max_speed_m_per_s = 50;
    let mut net = Net::new(policy);
    let sender = net.add(1, CENTRE);
    net.assert_at(sender, None);
    let go = |net: &mut Net, second, north_m| {
        let at_ms = net.at(second);
        let fix = Some(moved(CENTRE, north_m, 0));
        net.send_as(sender, at_ms, final_seed(at_ms), fix, &RADIO);
    };
    go(&mut net, 1_000, 0);
    go(&mut net, 1_099, 4_980);
    // 5,020 m more in 99 s and a second of tolerance: 50.2 m/s.
    go(&mut net, 1_198, 10_000);
    go(&mut net, 1_200, 10_000);
    let outcome = net.close();
    let fine = Reason::Accepted;
    assert_eq!(net.reasons(&outcome, sender), [fine, fine, Reason::SenderTooFast, fine]);
    // The next epoch goes on where this ended.
    go(&mut net, 0, -9_000_000);
    go(&mut net, 60, 10_000);
    let outcome = net.close();
    assert_eq!(net.reasons(&outcome, sender), [Reason::SenderTooFast, fine]);
}

#[test]
fn so_many_beacons_an_epoch_count_and_each_once() {
    for most in [2, 3] {
        let mut policy = Policy::default();
        policy.wireless.beacons_per_epoch = most;
        let mut net = Net::new(policy);
        let sender = net.add(1, CENTRE);
        for at in 0..5 {
            net.send(sender, net.at(AT + 100 * at));
        }
        let outcome = net.close();
        let counting = counts(&outcome)[&Reason::Accepted];
        assert_eq!(counting as u32, most);
        assert_eq!(counts(&outcome)[&Reason::BeaconOverLimit] as u32, 5 - most);
        // The next epoch counts anew.
        net.send(sender, net.at(AT));
        let outcome = net.close();
        assert_eq!(counts(&outcome)[&Reason::Accepted], 1);
    }
    // The same seed and entropy are the same payload.
    let mut net = Net::new(Policy::default());
    let sender = net.add(1, CENTRE);
    for at in [0, 1] {
        let at_ms = net.at(AT + at);
        let seed = final_seed(net.at(AT));
        let sent = net.as_device(sender, |it| it.beacon(at_ms, seed, [3; 32], None, &RADIO));
        net.envelopes.push(sent.envelope);
    }
    let outcome = net.close();
    assert_eq!(net.reasons(&outcome, sender), [Reason::Accepted, Reason::BeaconRepeated]);
}

#[test]
fn a_witness_names_a_beacon_of_another_device_once() {
    let mut net = Net::new(Policy::default());
    let (a, b) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
    let at_ms = net.at(AT);
    let from_b = net.send(b, at_ms);
    net.hear(a, from_b, at_ms, (-10_500, 500));
    net.hear(b, from_b, at_ms, (-10_500, 500));
    net.hear(b, [8; 32], at_ms, (-10_500, 500));
    let later = at_ms + 60_000;
    let from_a = net.send(a, later);
    net.hear(b, from_a, later, (-10_500, 500));
    net.hear(b, from_a, later + 1, (-10_500, 500));
    let outcome = net.close();
    assert_eq!(net.reasons(&outcome, a), [Reason::Accepted; 2]);
    let mut reasons = net.reasons(&outcome, b);
    reasons.sort_unstable();
    assert_eq!(
        reasons,
        [
            Reason::Accepted,
            Reason::Accepted,
            Reason::BeaconUnknown,
            Reason::WitnessIsSender,
            Reason::WitnessRepeated
        ]
    );
}

#[test]
fn a_reception_after_the_epochs_end_is_told_why() {
    let mut net = Net::new(Policy::default());
    let (a, b) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
    let last_ms = net.at(EPOCH_S) - 200;
    let payload = net.send(a, last_ms);
    net.close();
    net.hear(b, payload, last_ms, (-10_500, 500));
    let outcome = net.close();
    assert_eq!(net.reasons(&outcome, b), [Reason::BeaconOtherEpoch]);
}

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
}

#[test]
fn who_is_not_heard_does_not_count() {
    let play = |policy: &Policy, heard_day: Option<u64>, by: u8| {
        let mut net = Net::new(policy.clone());
        let (a, b) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
        let c = net.add(by, moved(CENTRE, 5_000, 0));
        for day in 0..4 {
            if heard_day == Some(day) {
                let at_ms = net.at(AT);
                let payload = net.send(b, at_ms);
                net.hear(c, payload, at_ms, (-10_500, 500));
            }
            if day == 3 {
                let at_ms = net.at(AT);
                let payload = net.send(a, at_ms);
                net.hear(b, payload, at_ms, (-10_500, 500));
                let outcome = net.close();
                return *net.reasons(&outcome, b).last().unwrap();
            }
            net.close();
        }
        Reason::Malformed
    };
    let policy = Policy::default();
    assert_eq!(play(&policy, None, 3), Reason::NotReciprocal);
    assert_eq!(play(&policy, Some(0), 3), Reason::NotReciprocal, "72 hours ago");
    // Exactly 48 hours before the beacon, and half a second more before the reception.
    assert_eq!(play(&policy, Some(1), 3), Reason::NotReciprocal);
    assert_eq!(play(&policy, Some(2), 3), Reason::Accepted);
    assert_eq!(play(&policy, Some(3), 3), Reason::Accepted, "in the same epoch");
    assert_eq!(play(&policy, Some(2), 2), Reason::NotReciprocal, "by the same operator");

    let mut longer = policy.clone();
    longer.wireless.reciprocity_seconds = 172_801;
    assert_eq!(play(&longer, Some(1), 3), Reason::Accepted);
    let mut off = policy.clone();
    off.wireless.reciprocity_seconds = 0;
    assert_eq!(play(&off, None, 3), Reason::Accepted);
    let mut anyone = policy;
    anyone.wireless.reciprocity_other_operator = false;
    assert_eq!(play(&anyone, Some(2), 2), Reason::Accepted);
}

#[test]
fn what_was_heard_of_a_device_elsewhere_shows_nothing() {
    let mut net = Net::new(Policy::default());
    let (a, b) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
    let at_ms = net.at(AT);
    let payload = net.send(b, at_ms);
    net.hear(a, payload, at_ms, (-10_500, 500));
    let place = net.devices[b].place;
    net.devices[b].record.position = Changed {
        previous: Some(place),
        current: Some(moved(place, 1_000, 0)),
        since_s: i64::try_from(net.at(AT) / 1_000 + 100).unwrap(),
    };
    for second in [AT + 50, AT + 200] {
        let at_ms = net.at(second);
        let payload = net.send(a, at_ms);
        net.hear(b, payload, at_ms, (-10_500, 500));
    }
    let outcome = net.close();
    let fine = Reason::Accepted;
    assert_eq!(net.reasons(&outcome, b), [fine, fine, Reason::NotReciprocal]);
}

#[test]
fn the_state_keeps_what_is_needed_and_no_more() {
    let mut net = Net::new(Policy::default());
    let town = town(&mut net, CENTRE, 3);
    net.round(&town, &town, AT);
    net.close();
    assert_eq!(net.state.wireless.heard.len(), 9);
    assert!(borsh::to_vec(&net.state.wireless).unwrap().len() < 600);
    for _ in 0..3 {
        net.send(town[0], net.at(AT));
        net.close();
    }
    assert!(net.state.wireless.heard.is_empty(), "older than 48 hours");
    let bytes = borsh::to_vec(&net.state).unwrap();
    assert_eq!(borsh::from_slice::<cairn_verify::State>(&bytes).unwrap(), net.state);
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
    let scale = |neighbours, max| {
        let mut policy = free();
        policy.wireless.density = vec![Density { resolution: 8, neighbours, target: 1, max }];
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
            for _ in 0..3 {
                let device = net.add(1, place);
                let heartbeat = Heartbeat { position: place, accuracy_m: 5, on_air_seconds: 9_999 };
                net.beat(device, net.at(AT), heartbeat);
            }
        }
        let outcome = net.close();
        let at = net.devices.iter().position(|it| cell_of(&it.place, 8) == centre);
        net.earned(&outcome, at.unwrap())
    };
    // Seven occupied; limit 7 − N + 1, at most `max`.
    assert_eq!(scale(7, 9), 333_333);
    assert_eq!(scale(6, 9), 666_666);
    assert_eq!(scale(2, 9), ONE);
    assert_eq!(scale(2, 2), 666_666);
}

#[test]
fn silent_devices_fill_no_cells() {
    let mut policy = free();
    policy.wireless.density = vec![Density { resolution: 8, neighbours: 2, target: 1, max: 1 }];
    let mut net = Net::new(policy);
    let (a, b) = (net.add(1, CENTRE), net.add(2, moved(CENTRE, 0, 5_000)));
    // In the first one's cell, heard by nobody.
    let silent = net.add(3, CENTRE);
    let at_ms = net.at(AT);
    net.send(silent, at_ms);
    for (from, to) in [(a, b), (b, a)] {
        let at_ms = at_ms + 5_000 * (1 + from as u64);
        let payload = net.send(from, at_ms);
        net.hear(to, payload, at_ms, (-10_500, 500));
    }
    let outcome = net.close();
    assert_eq!(net.earned(&outcome, a), ONE + ONE / 4);
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
    // Of ten units at most 3 by one: 3 + 1 + 1.
    assert_eq!(play(300_000, 0, false), 5 * ONE);
    assert_eq!(play(300_000, 2, false), 5 * ONE, "the part is more");
    assert_eq!(play(300_000, 5, false), 7 * ONE, "the free units are more");
    assert_eq!(play(300_000, 5, true), 5 * ONE, "which the same operator does not get");
    assert_eq!(play(50_000, 0, false), 3 * ONE / 2);
}

#[test]
fn a_beacon_is_capped_by_its_witnesses() {
    let mut policy = free();
    policy.wireless.partner_share_ppm = 200_000;
    policy.wireless.partner_free_units = 0;
    let (net, outcome) = circle(policy.clone(), 4);
    // Four witnesses of four operators gave a quarter each, and a fifth of all is allowed.
    assert_eq!(net.earned(&outcome, 0), 800_000);
    let judged = net.judged(&outcome, 0);
    let factor = &judged[0].judgment.factors[1];
    assert_eq!((factor.name.as_ref(), factor.ppm), ("partner_cap", 800_000));
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

#[test]
fn an_honest_town_earns_by_every_beacon() {
    let mut net = Net::new(Policy::default());
    let town = town(&mut net, CENTRE, 5);
    honest_day(&mut net, &town);
    let outcome = net.close();
    let reasons = counts(&outcome);
    // What is not chosen is the only thing that an honest device can be told.
    let others = reasons
        .keys()
        .filter(|reason| !matches!(reason, Reason::Accepted | Reason::WitnessNotChosen));
    assert_eq!(others.count(), 0, "{reasons:?}");
    assert!(town.iter().all(|device| net.earned(&outcome, *device) > 10 * ONE));
}
