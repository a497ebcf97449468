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

use cairn_device::wireless::Radio;
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::Position;
use cairn_protocol::reason::Reason;
use cairn_verify::policy::{Band, WirelessPolicy};
use cairn_verify::{Changed, ONE, Policy};
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
    // It was known for 159 s: a second is given for clocks.
    let old = |seconds| {
        let scene = at(|at_ms| seed_of(at_ms - 120_000).seed);
        scene.policy(|policy| policy.beacon_max_seed_age_seconds = seconds).reasons()
    };
    assert_eq!((old(158), old(157)), (FINE, beacon_refused(Reason::SeedTooOld)));
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
    let in_band = loud(3_601).policy(band(868_600_000, 6_000));
    assert_eq!(in_band.reasons(), beacon_refused(Reason::PowerOverLimit), "both limits hold");
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
    // 4,000 m in 60 s are 65.6 m/s; less 1,000 m of blur they are 49.2.
    net.policy.wireless.position_tolerance_m = 1_000;
    go(&mut net, 120, 14_000);
    let outcome = net.close();
    assert_eq!(net.reasons(&outcome, sender), [Reason::SenderTooFast, fine, fine]);
    net.policy.wireless.position_tolerance_m = 0;
    go(&mut net, 0, 14_000);
    go(&mut net, 60, 18_000);
    // Once its location is asserted, that is where it is.
    let outcome = net.close();
    assert_eq!(net.reasons(&outcome, sender), [fine, Reason::SenderTooFast]);
    net.assert_at(sender, Some(moved(CENTRE, 5_000_000, 0)));
    net.send(sender, net.at(1));
    let outcome = net.close();
    assert_eq!(net.reasons(&outcome, sender), [fine]);
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
    // A time and a place of each.
    assert!(borsh::to_vec(&net.state.wireless).unwrap().len() < 9 * (32 + 8 + 32 + 32) + 300);
    for _ in 0..3 {
        net.send(town[0], net.at(AT));
        net.close();
    }
    assert!(net.state.wireless.heard.is_empty(), "older than 48 hours");
    assert_eq!(net.state.wireless.places.len(), 9, "for three days");
    net.send(town[0], net.at(AT));
    net.close();
    assert_eq!(net.state.wireless.places.len(), 1);
    let bytes = borsh::to_vec(&net.state).unwrap();
    assert_eq!(borsh::from_slice::<cairn_verify::State>(&bytes).unwrap(), net.state);
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
