//! Why a proof was refused. Codes are part of the API: a number is never reused, a name never
//! changes.

/// The verdict on one proof: 0 is accepted, anything else a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
#[non_exhaustive]
pub enum Reason {
    /// The proof counts.
    Accepted = 0,

    /// The bytes do not decode as a proof envelope, or have bytes left over.
    Malformed = 100,
    /// The envelope's version is not one that this oracle knows.
    VersionUnsupported = 101,
    /// The kind is not one that this network accepts.
    KindUnsupported = 102,
    /// The body does not decode as a body of the envelope's kind, or one of its numbers is
    /// outside the range that the kind states.
    BodyInvalid = 103,
    /// A single proof is larger than [`crate::proof::MAX_PROOF_BYTES`].
    TooLarge = 104,

    /// The signature is all zeros.
    SignatureMissing = 110,
    /// The signature does not verify under the device's key.
    SignatureInvalid = 111,
    /// The device's key uses a signature scheme that this network does not accept.
    SchemeUnsupported = 112,

    /// No device of this key is onboarded in this network.
    DeviceUnknown = 120,
    /// The device is suspended or retired.
    DeviceInactive = 121,
    /// The device's class does not give proofs of this kind.
    KindNotOfClass = 122,

    /// This very (device, kind, sequence) was accepted before.
    Duplicate = 130,
    /// The sequence is below that of a proof of this device and kind that was captured before.
    SequenceStale = 131,
    /// Another proof of this device, kind and sequence was captured before.
    SequenceConflict = 132,

    /// Captured later than the oracle's clock allows.
    CapturedInFuture = 140,
    /// Captured longer ago than the network's policy allows.
    CapturedTooLongAgo = 141,
    /// The capture time does not lie in the epoch that the envelope names.
    EpochMismatch = 142,
    /// The epoch is closed: its grace time is over.
    EpochClosed = 143,

    /// No beacon of this payload was accepted.
    BeaconUnknown = 200,
    /// A beacon with the same payload was accepted before.
    BeaconRepeated = 201,
    /// The witness is the sender of the beacon.
    WitnessIsSender = 202,
    /// This device already witnessed this beacon.
    WitnessRepeated = 203,
    /// Where the beacon was sent from, or where the witness stands, is not known, so that no
    /// distance can be checked.
    LocationUnknown = 204,
    /// The witness stands farther from the beacon than the policy's limit.
    TooFar = 205,
    /// The signal is stronger than free space allows over that distance.
    SignalTooStrong = 206,
    /// The beacon and its witness do not belong to the same epoch.
    BeaconOtherEpoch = 207,
}

impl Reason {
    /// Every reason, in order of its code.
    pub const ALL: [Self; 27] = [
        Self::Accepted,
        Self::Malformed,
        Self::VersionUnsupported,
        Self::KindUnsupported,
        Self::BodyInvalid,
        Self::TooLarge,
        Self::SignatureMissing,
        Self::SignatureInvalid,
        Self::SchemeUnsupported,
        Self::DeviceUnknown,
        Self::DeviceInactive,
        Self::KindNotOfClass,
        Self::Duplicate,
        Self::SequenceStale,
        Self::SequenceConflict,
        Self::CapturedInFuture,
        Self::CapturedTooLongAgo,
        Self::EpochMismatch,
        Self::EpochClosed,
        Self::BeaconUnknown,
        Self::BeaconRepeated,
        Self::WitnessIsSender,
        Self::WitnessRepeated,
        Self::LocationUnknown,
        Self::TooFar,
        Self::SignalTooStrong,
        Self::BeaconOtherEpoch,
    ];

    /// The number that goes on the wire and into the log.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Whether the proof counts.
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted)
    }

    /// The reason of a number.
    pub fn from_code(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The name in JSON, CLI and app.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Malformed => "malformed",
            Self::VersionUnsupported => "version_unsupported",
            Self::KindUnsupported => "kind_unsupported",
            Self::BodyInvalid => "body_invalid",
            Self::TooLarge => "too_large",
            Self::SignatureMissing => "signature_missing",
            Self::SignatureInvalid => "signature_invalid",
            Self::SchemeUnsupported => "scheme_unsupported",
            Self::DeviceUnknown => "device_unknown",
            Self::DeviceInactive => "device_inactive",
            Self::KindNotOfClass => "kind_not_of_class",
            Self::Duplicate => "duplicate",
            Self::SequenceStale => "sequence_stale",
            Self::SequenceConflict => "sequence_conflict",
            Self::CapturedInFuture => "captured_in_future",
            Self::CapturedTooLongAgo => "captured_too_long_ago",
            Self::EpochMismatch => "epoch_mismatch",
            Self::EpochClosed => "epoch_closed",
            Self::BeaconUnknown => "beacon_unknown",
            Self::BeaconRepeated => "beacon_repeated",
            Self::WitnessIsSender => "witness_is_sender",
            Self::WitnessRepeated => "witness_repeated",
            Self::LocationUnknown => "location_unknown",
            Self::TooFar => "too_far",
            Self::SignalTooStrong => "signal_too_strong",
            Self::BeaconOtherEpoch => "beacon_other_epoch",
        }
    }

    /// What the device's operator can do about it.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Accepted => "nothing to do",
            Self::Malformed => "encode the proof as the protocol crate does",
            Self::VersionUnsupported => "update the device or the oracle to a common version",
            Self::KindUnsupported => "send only kinds that this network accepts",
            Self::BodyInvalid => "check the body's fields against their documented ranges",
            Self::TooLarge => "split the measurement over several proofs",
            Self::SignatureMissing => "sign the proof with the device's key",
            Self::SignatureInvalid => "sign with the key that was onboarded, for this network",
            Self::SchemeUnsupported => "use a signature scheme that the device's class allows",
            Self::DeviceUnknown => {
                "onboard the device, then send again once the chain has finalized it"
            }
            Self::DeviceInactive => "ask the network why the device is suspended",
            Self::KindNotOfClass => "send kinds of the class that the device was onboarded for",
            Self::Duplicate => "nothing to do: the first copy counts",
            Self::SequenceConflict => "never sign two proofs with the same sequence",
            Self::SequenceStale => "raise the sequence with each proof and keep it over restarts",
            Self::CapturedInFuture => "set the device's clock",
            Self::CapturedTooLongAgo => "send proofs soon after they are captured",
            Self::EpochMismatch => "name the epoch that the capture time lies in",
            Self::EpochClosed => "send proofs before the epoch's grace time ends",
            Self::BeaconUnknown => "send the beacon before its witnesses",
            Self::BeaconRepeated => "give each beacon a payload of its own",
            Self::WitnessIsSender => "a device cannot witness itself",
            Self::WitnessRepeated => "nothing to do: the first report counts",
            Self::LocationUnknown => {
                "send beacons with a position fix and assert the witness's location"
            }
            Self::TooFar => "check the asserted location of the witness",
            Self::SignalTooStrong => {
                "check the asserted location, the antenna gain and the receiver's calibration"
            }
            Self::BeaconOtherEpoch => "send the witness of a beacon with the beacon's epoch",
        }
    }
}

impl core::fmt::Display for Reason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
