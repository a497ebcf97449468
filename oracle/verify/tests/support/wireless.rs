//! A wireless network in miniature: devices with places, radio between them, and epochs that are
//! checked, admitted and judged as an oracle does it.

use cairn_device::wireless::{Radio, WirelessDevice};
use cairn_device::{DeviceSigner, Epochs};
use cairn_protocol::hash::{Hash, sha256};
use cairn_protocol::proof::{Envelope, Heartbeat, Position};
use cairn_protocol::reason::Reason;
use cairn_verify::judgment::scaled;
use cairn_verify::{
    Address, Bonds, Category, Changed, DeviceRecord, EpochClock, EpochInput, Escrow, Gate, Judged,
    Outcome, Policies, Policy, Registry, Seed, Seeds, State, judge,
};
use std::collections::BTreeMap;

pub(crate) const NETWORK: [u8; 32] = [9; 32];
/// A whole minute.
pub(crate) const GENESIS_S: u64 = 1_700_000_040;
pub(crate) const EPOCH_S: u64 = 86_400;
pub(crate) const WINDOW_MS: u64 = 60_000;
/// Grenoble.
pub(crate) const CENTRE: Position = Position { latitude_e7: 451_950_000, longitude_e7: 57_180_000 };
pub(crate) const RADIO: Radio = Radio {
    frequency_hz: 868_100_000,
    bandwidth_hz: 125_000,
    spreading_factor: 12,
    eirp_cdbm: 1_600,
};

/// So many metres to the north and to the east.
pub(crate) fn moved(from: Position, north_m: i32, east_m: i32) -> Position {
    // A degree is 111,132 m to the north here, and 78,600 m to the east.
    Position {
        latitude_e7: from.latitude_e7 + (f64::from(north_m) * 1e7 / 111_132.0) as i32,
        longitude_e7: from.longitude_e7 + (f64::from(east_m) * 1e7 / 78_600.0) as i32,
    }
}

/// The seed of the window that a time lies in; its block is made a second after the window begins.
pub(crate) fn seed_of(at_ms: u64) -> Seed {
    let from_ms = at_ms / WINDOW_MS * WINDOW_MS;
    let blockhash = sha256(&[b"block", &from_ms.to_le_bytes()]);
    Seed::new(&NETWORK, from_ms, WINDOW_MS, from_ms / 400, from_ms / 1_000 + 1, blockhash)
}

/// What a device uses: the newest seed whose block is final, 13 seconds after it was made.
pub(crate) fn final_seed(at_ms: u64) -> Hash {
    seed_of(at_ms - 14_000).seed
}

pub(crate) struct Device {
    pub(crate) signer: DeviceSigner,
    pub(crate) record: DeviceRecord,
    /// Where it really stands.
    pub(crate) place: Position,
}

pub(crate) struct Net {
    pub(crate) policy: Policy,
    pub(crate) devices: Vec<Device>,
    pub(crate) epoch: u64,
    pub(crate) state: State,
    pub(crate) envelopes: Vec<Envelope>,
    pub(crate) escrows: BTreeMap<Address, Escrow>,
    pub(crate) bonds: Bonds,
}

impl Net {
    pub(crate) fn new(policy: Policy) -> Self {
        let (state, escrows) = (State::default(), BTreeMap::new());
        let (devices, envelopes, bonds) = (Vec::new(), Vec::new(), Bonds::default());
        Self { policy, devices, epoch: 0, state, envelopes, escrows, bonds }
    }

    /// Adds a device that stands where it says.
    pub(crate) fn add(&mut self, operator: u8, place: Position) -> usize {
        let at = self.devices.len();
        let id = format!("device-{at}");
        // Some devices have a P-256 key.
        let signer = if at % 16 == 5 {
            DeviceSigner::derive_p256(&[7; 32], &id)
        } else {
            DeviceSigner::derive(&[7; 32], &id)
        };
        let address = sha256(&[b"address", id.as_bytes()]);
        let mut record =
            DeviceRecord::new(address, signer.key(), 0, Category::Wireless, [operator; 32]);
        record.position = Changed::always(Some(place));
        self.devices.push(Device { signer, record, place });
        at
    }

    /// Says that a device stands somewhere else than it does.
    pub(crate) fn assert_at(&mut self, device: usize, position: Option<Position>) {
        self.devices[device].record.position = Changed::always(position);
    }

    pub(crate) fn starts_at_ms(&self) -> u64 {
        (GENESIS_S + self.epoch * EPOCH_S) * 1_000
    }

    /// A time of the epoch.
    pub(crate) fn at(&self, seconds: u64) -> u64 {
        self.starts_at_ms() + seconds * 1_000
    }

    pub(crate) fn as_device<T>(
        &mut self,
        device: usize,
        make: impl FnOnce(&mut WirelessDevice<'_>) -> Option<T>,
    ) -> T {
        let epochs = Epochs::new(GENESIS_S, EPOCH_S).unwrap();
        make(&mut WirelessDevice::new(&mut self.devices[device].signer, NETWORK, epochs)).unwrap()
    }

    /// A device sends a beacon; gives the payload.
    pub(crate) fn send(&mut self, device: usize, at_ms: u64) -> Hash {
        self.send_as(device, at_ms, final_seed(at_ms), None, &RADIO)
    }

    pub(crate) fn send_as(
        &mut self,
        device: usize,
        at_ms: u64,
        seed: Hash,
        fix: Option<Position>,
        radio: &Radio,
    ) -> Hash {
        let entropy = sha256(&[&(device as u64).to_le_bytes(), &at_ms.to_le_bytes()]);
        let sent = self.as_device(device, |device| device.beacon(at_ms, seed, entropy, fix, radio));
        self.envelopes.push(sent.envelope);
        sent.payload
    }

    /// How a beacon of one device arrives at another, by where they really stand: free space, 12 dB
    /// for buildings and a fading of ±10 dB, over the noise of a receiver with a noise figure of 6 dB.
    /// `None` where it cannot be demodulated, or the receiver is in the same room.
    pub(crate) fn strength(&self, from: usize, to: usize, at_ms: u64) -> Option<(i32, i32)> {
        let (sender, receiver) = (self.devices[from].place, self.devices[to].place);
        let mm = cairn_verify::geometry::distance_mm(&sender, &receiver);
        let loss = cairn_verify::geometry::free_space_loss_cdb(mm, RADIO.frequency_hz);
        let fading = self.chance(from, to, at_ms, 2_001) - 1_000;
        let signal = RADIO.eirp_cdbm + 200 - i32::try_from(loss).unwrap() - 1_200 + fading;
        let snr = (signal + 11_700).min(1_100);
        // Receivers report signal and noise together.
        (mm > 300_000 && snr >= -2_000).then_some((signal.max(-11_700), snr))
    }

    /// Something from 0 to below `range` that is the same in every run.
    fn chance(&self, a: usize, b: usize, at_ms: u64, range: u32) -> i32 {
        let hash =
            sha256(&[&(a as u64).to_le_bytes(), &(b as u64).to_le_bytes(), &at_ms.to_le_bytes()]);
        let number = u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]);
        i32::try_from(number % range).unwrap()
    }

    /// A device says that it received a beacon half a second after it was sent.
    pub(crate) fn hear(
        &mut self,
        device: usize,
        payload: Hash,
        sent_at_ms: u64,
        strength: (i32, i32),
    ) {
        self.hear_at(device, payload, sent_at_ms + 500, strength, RADIO.frequency_hz);
    }

    fn hear_at(
        &mut self,
        device: usize,
        payload: Hash,
        at_ms: u64,
        (rssi, snr): (i32, i32),
        frequency_hz: u64,
    ) {
        let envelope = self
            .as_device(device, |device| device.witness(at_ms, payload, rssi, snr, frequency_hz));
        self.envelopes.push(envelope);
    }

    pub(crate) fn beat(&mut self, device: usize, at_ms: u64, heartbeat: Heartbeat) {
        let seed = final_seed(at_ms);
        let envelope = self.as_device(device, |device| device.heartbeat(at_ms, seed, heartbeat));
        self.envelopes.push(envelope);
    }

    /// Every device of `devices` sends a beacon at the time with its own fix, up to 15 m off, and
    /// those of `listeners` that can receive it say so: by clocks that are up to 400 ms off, up to
    /// 1.5 s later, on a frequency up to 9 kHz off.
    pub(crate) fn round(&mut self, devices: &[usize], listeners: &[usize], second: u64) {
        for (at, device) in devices.iter().enumerate() {
            let sent_at_ms = self.at(second + 7 * at as u64);
            let off = |net: &Self, salt| net.chance(*device, salt, sent_at_ms, 21) - 10;
            let fix = moved(self.devices[*device].place, off(self, 1), off(self, 2));
            // Fixes are of where it says that it is, or it would contradict itself.
            let said = self.devices[*device].record.position.current;
            let honest = said == Some(self.devices[*device].place);
            let seed = final_seed(sent_at_ms);
            let payload = self.send_as(*device, sent_at_ms, seed, honest.then_some(fix), &RADIO);
            for listener in listeners.iter().filter(|listener| *listener != device) {
                if let Some(strength) = self.strength(*device, *listener, sent_at_ms) {
                    let skew = self.chance(*listener, *listener, 0, 801) - 400;
                    let lag = i64::from(self.chance(*device, *listener, sent_at_ms, 1_500) + skew);
                    let at_ms = sent_at_ms.checked_add_signed(lag).unwrap();
                    let off_hz = self.chance(*listener, *device, sent_at_ms, 18_001) - 9_000;
                    let heard_hz = RADIO.frequency_hz.checked_add_signed(off_hz.into()).unwrap();
                    self.hear_at(*listener, payload, at_ms, strength, heard_hz);
                }
            }
        }
    }

    pub(crate) fn registry(&self) -> Registry {
        Registry::new(self.devices.iter().map(|device| device.record))
            .with_bonds(self.bonds.clone())
    }

    /// Checks and admits what was sent when the epoch is about to end, judges it, and goes on to the
    /// next.
    pub(crate) fn close_late(&mut self) -> Outcome {
        let envelopes = std::mem::take(&mut self.envelopes);
        let (registry, clock) = (self.registry(), EpochClock::new(GENESIS_S, EPOCH_S).unwrap());
        let mut gate = Gate::new(Policies::constant(self.policy.clone()), clock);
        let now_ms = self.at(EPOCH_S - 1);
        let mut in_time = |envelope: &Envelope| {
            let verdict = gate.admit_bytes(now_ms, &NETWORK, &registry, &envelope.encode());
            assert!(matches!(verdict.reason, Reason::Accepted | Reason::CapturedTooLongAgo));
            verdict.reason.is_accepted()
        };
        let admitted: Vec<Envelope> = envelopes.into_iter().filter(|it| in_time(it)).collect();
        self.judge(admitted, &registry)
    }

    /// Checks and admits what was sent, judges the epoch, and goes on to the next.
    pub(crate) fn close(&mut self) -> Outcome {
        let envelopes = std::mem::take(&mut self.envelopes);
        let (registry, clock) = (self.registry(), EpochClock::new(GENESIS_S, EPOCH_S).unwrap());
        let mut gate = Gate::new(Policies::constant(self.policy.clone()), clock);
        let admitted: Vec<Envelope> = envelopes
            .into_iter()
            .filter(|envelope| {
                let now_ms = envelope.captured_at_ms + 2_000;
                let verdict = gate.admit_bytes(now_ms, &NETWORK, &registry, &envelope.encode());
                assert!(
                    matches!(verdict.reason, Reason::Accepted | Reason::Duplicate),
                    "{}",
                    verdict.reason
                );
                verdict.reason.is_accepted()
            })
            .collect();
        self.judge(admitted, &registry)
    }

    pub(crate) fn judge(&mut self, envelopes: Vec<Envelope>, registry: &Registry) -> Outcome {
        let mut state = std::mem::take(&mut self.state);
        let outcome = self.with_input(registry, |input| judge(input, &mut state, envelopes));
        self.state = state;
        self.epoch += 1;
        outcome
    }

    /// What the epoch is judged by.
    pub(crate) fn with_input<T>(
        &self,
        registry: &Registry,
        with: impl FnOnce(&EpochInput<'_>) -> T,
    ) -> T {
        let (starts_at_ms, ends_at_ms) =
            (self.starts_at_ms(), self.starts_at_ms() + EPOCH_S * 1_000);
        let windows = (starts_at_ms / WINDOW_MS).saturating_sub(1_500)..ends_at_ms / WINDOW_MS;
        let seeds = Seeds::new(windows.map(|window| seed_of(window * WINDOW_MS)));
        let input = EpochInput {
            network: NETWORK,
            epoch: self.epoch,
            starts_at_ms,
            ends_at_ms,
            registry,
            seeds: &seeds,
            escrows: &self.escrows,
            policy: &self.policy,
        };
        with(&input)
    }

    /// What a device's proofs of the epoch came to, its factors applied.
    pub(crate) fn earned(&self, outcome: &Outcome, device: usize) -> u64 {
        let address = self.devices[device].record.address;
        let units = outcome
            .proofs
            .iter()
            .filter(|proof| proof.device == address)
            .map(|proof| proof.judgment.units)
            .sum();
        let factors = outcome.factors.get(&address).map_or(&[][..], Vec::as_slice);
        factors.iter().fold(units, |units, factor| scaled(units, factor.ppm))
    }

    pub(crate) fn earned_by(&self, outcome: &Outcome, devices: &[usize]) -> u64 {
        devices.iter().map(|device| self.earned(outcome, *device)).sum()
    }

    /// The device's proofs in order of time.
    pub(crate) fn judged<'a>(&self, outcome: &'a Outcome, device: usize) -> Vec<&'a Judged> {
        let address = self.devices[device].record.address;
        outcome.proofs.iter().filter(|proof| proof.device == address).collect()
    }

    pub(crate) fn reasons(&self, outcome: &Outcome, device: usize) -> Vec<Reason> {
        self.judged(outcome, device).iter().map(|proof| proof.judgment.reason).collect()
    }
}

/// How often each reason was given.
pub(crate) fn counts(outcome: &Outcome) -> BTreeMap<Reason, usize> {
    outcome.proofs.iter().fold(BTreeMap::new(), |mut counts, proof| {
        *counts.entry(proof.judgment.reason).or_default() += 1;
        counts
    })
}

/// An honest town: `side` × `side` devices 2 km apart, each of its own operator, to the north-east
/// of a place.
pub(crate) fn town(net: &mut Net, from: Position, side: i32) -> Vec<usize> {
    (0..side * side)
        .map(|at| {
            let place = moved(from, 2_000 * (at / side), 2_000 * (at % side));
            net.add(u8::try_from(at).unwrap() + 1, place)
        })
        .collect()
}

/// A day of an honest town: four beacons of each device, heard by all others in reach.
pub(crate) fn honest_day(net: &mut Net, town: &[usize]) {
    for round in 0..4 {
        net.round(town, town, 3_600 + 20_000 * round);
    }
}
