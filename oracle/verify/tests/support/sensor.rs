//! A small network of sensors with real keys, from the device's log to the judged epoch.
#![allow(dead_code, reason = "each test file uses a part of it")]

use cairn_device::sensor::ReadingLog;
use cairn_device::{DeviceSigner, Epochs};
use cairn_protocol::proof::{Body, Envelope, Position};
use cairn_protocol::reason::Reason;
use cairn_verify::{
    Address, Category, Changed, DeviceRecord, EpochClock, EpochInput, Factor, Gate, Judgment,
    Outcome, Policies, Policy, Registry, Seeds, Snapshot, State, judge,
};
use std::collections::BTreeMap;

pub(crate) const NETWORK: Address = [9; 32];
pub(crate) const GENESIS_S: u64 = 1_700_006_400;
pub(crate) const EPOCH_S: u64 = 86_400;
pub(crate) const MINUTE_MS: u64 = 60_000;
pub(crate) const HOUR_MS: u64 = 3_600_000;
/// In Grenoble.
pub(crate) const HOME: Position = Position { latitude_e7: 451_885_000, longitude_e7: 57_245_000 };

/// A position so many metres north and east of another, near 45° of latitude.
pub(crate) fn away(from: Position, north_m: i32, east_m: i32) -> Position {
    Position {
        latitude_e7: from.latitude_e7 + north_m * 90,
        longitude_e7: from.longitude_e7 + east_m * 127,
    }
}

pub(crate) struct World {
    pub(crate) policy: Policy,
    pub(crate) clock: EpochClock,
    pub(crate) registry: Registry,
    pub(crate) state: State,
    gate: Gate,
    admitted: BTreeMap<u64, Vec<Envelope>>,
}

/// A device with its log.
pub(crate) struct Sensor {
    pub(crate) signer: DeviceSigner,
    pub(crate) log: ReadingLog,
    pub(crate) address: Address,
}

impl World {
    pub(crate) fn new(policy: Policy) -> Self {
        Self::with_epochs(policy, GENESIS_S, EPOCH_S)
    }

    pub(crate) fn with_epochs(policy: Policy, genesis_s: u64, epoch_s: u64) -> Self {
        assert_eq!(policy.validate(), Ok(()));
        let clock = EpochClock::new(genesis_s, epoch_s).unwrap();
        let gate = Gate::new(Policies::constant(policy.clone()), clock);
        let (registry, state, admitted) = Default::default();
        Self { policy, clock, registry, state, gate, admitted }
    }

    pub(crate) fn start_ms(&self, epoch: u64) -> u64 {
        self.clock.starts_at_ms(epoch)
    }

    /// Onboards a sensor; every other one has a P-256 key.
    pub(crate) fn onboard(&mut self, id: &str, operator: u8, position: Option<Position>) -> Sensor {
        let signer = match self.registry.len() % 2 {
            0 => DeviceSigner::derive(&[7; 32], id),
            _ => DeviceSigner::derive_p256(&[7; 32], id),
        };
        let mut address = [0; 32];
        address.copy_from_slice(&signer.key().to_registry_bytes()[1..]);
        let mut record =
            DeviceRecord::new(address, signer.key(), 0, Category::Sensor, [operator; 32]);
        record.position = Changed::always(position);
        self.registry.insert(record);
        let epochs = Epochs::new(self.clock.starts_at_ms(0) / 1_000, self.epoch_s()).unwrap();
        Sensor { signer, log: ReadingLog::new(epochs), address }
    }

    fn epoch_s(&self) -> u64 {
        (self.clock.ends_at_ms(0) - self.clock.starts_at_ms(0)) / 1_000
    }

    pub(crate) fn change(&mut self, sensor: &Sensor, change: impl FnOnce(&mut DeviceRecord)) {
        let mut record = *self.registry.get(&sensor.signer.key()).unwrap();
        change(&mut record);
        self.registry.insert(record);
    }

    /// Sends a proof; it arrives a second after its capture.
    pub(crate) fn send(&mut self, envelope: Envelope) -> Reason {
        let now_ms = envelope.captured_at_ms + 1_000;
        self.send_at(now_ms, envelope)
    }

    pub(crate) fn send_at(&mut self, now_ms: u64, envelope: Envelope) -> Reason {
        let bytes = envelope.encode();
        let reason = self.gate.admit_bytes(now_ms, &NETWORK, &self.registry, &bytes).reason;
        if reason.is_accepted() {
            self.admitted.entry(envelope.epoch).or_default().push(envelope);
        }
        reason
    }

    /// Signs and sends a body captured at a time.
    pub(crate) fn say(&mut self, sensor: &mut Sensor, captured_at_ms: u64, body: Body) -> [u8; 32] {
        let epoch = self.clock.epoch_at(captured_at_ms).unwrap();
        let envelope = sensor.signer.sign(&NETWORK, epoch, captured_at_ms, &body);
        let id = envelope.id(&NETWORK);
        assert_eq!(self.send(envelope), Reason::Accepted);
        id
    }

    /// Sends all that a sensor's log holds.
    pub(crate) fn flush(&mut self, sensor: &mut Sensor) -> Vec<[u8; 32]> {
        let mut ids = Vec::new();
        for proof in sensor.log.take() {
            let envelope = proof.sign(&mut sensor.signer, &NETWORK);
            ids.push(envelope.id(&NETWORK));
            assert_eq!(self.send(envelope), Reason::Accepted);
        }
        ids
    }

    /// What was admitted for an epoch so far.
    pub(crate) fn admitted(&self, epoch: u64) -> Vec<Envelope> {
        self.admitted.get(&epoch).cloned().unwrap_or_default()
    }

    /// Judges an epoch and moves the state on.
    pub(crate) fn close(&mut self, epoch: u64) -> Outcome {
        let envelopes = self.admitted.remove(&epoch).unwrap_or_default();
        let mut state = std::mem::take(&mut self.state);
        let outcome = self.judge(epoch, &mut state, envelopes);
        self.state = state;
        outcome
    }

    pub(crate) fn judge(&self, epoch: u64, state: &mut State, envelopes: Vec<Envelope>) -> Outcome {
        self.with_input(epoch, |input| judge(input, state, envelopes))
    }

    /// What an oracle keeps of the registry to judge the epoch again.
    pub(crate) fn snapshot(&self, epoch: u64, outcome: &Outcome) -> Snapshot {
        self.with_input(epoch, |input| Snapshot::new(input, outcome))
    }

    fn with_input<T>(&self, epoch: u64, work: impl FnOnce(&EpochInput<'_>) -> T) -> T {
        let (seeds, escrows) = (Seeds::default(), BTreeMap::new());
        let input = EpochInput {
            network: NETWORK,
            epoch,
            starts_at_ms: self.clock.starts_at_ms(epoch),
            ends_at_ms: self.clock.ends_at_ms(epoch),
            registry: &self.registry,
            seeds: &seeds,
            escrows: &escrows,
            policy: &self.policy,
        };
        work(&input)
    }
}

/// Units of a device, in millionths.
pub(crate) fn units(outcome: &Outcome, device: &Address) -> u64 {
    let own = outcome.proofs.iter().filter(|proof| proof.device == *device);
    own.map(|proof| proof.judgment.units).sum()
}

/// The judgment of a proof.
pub(crate) fn judged(outcome: &Outcome, id: [u8; 32]) -> &Judgment {
    &outcome.proofs.iter().find(|proof| proof.id == id).unwrap().judgment
}

/// A factor by name.
pub(crate) fn factor<'a>(judgment: &'a Judgment, name: &str) -> Option<&'a Factor> {
    judgment.factors.iter().find(|factor| factor.name == name)
}

/// An input of a judgment's first factor, 0 without.
pub(crate) fn count(judgment: &Judgment, name: &str) -> i64 {
    let inputs = judgment.factors.first().map_or(&[][..], |factor| &factor.inputs);
    inputs.iter().find(|(input, _)| input == name).map_or(0, |(_, count)| *count)
}

/// Numbers that look random and are the same everywhere (SplitMix64).
pub(crate) struct Random(pub u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From −`spread` to `spread`.
    pub(crate) fn around(&mut self, spread: i64) -> i64 {
        (self.next() % (2 * spread as u64 + 1)) as i64 - spread
    }
}
