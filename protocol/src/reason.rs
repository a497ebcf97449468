//! Why a proof was refused. Codes are part of the API: a number is never reused, a name never
//! changes.

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal, $hint:literal;)*) => {
        /// The verdict on one proof: 0 is accepted, anything else a refusal.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$doc])* $name = $code,)*
        }

        impl Reason {
            /// Every reason, in order of its code.
            pub const ALL: [Self; [$(Self::$name),*].len()] = [$(Self::$name),*];

            /// The reason of a number.
            pub const fn from_code(code: u16) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The name in JSON, CLI and app.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// What the device's operator can do about it.
            pub const fn hint(self) -> &'static str {
                match self {
                    $(Self::$name => $hint,)*
                }
            }
        }
    };
}

reasons! {
    /// The proof counts.
    Accepted = 0, "accepted", "nothing to do";

    /// The bytes do not decode as a proof envelope, or have bytes left over.
    Malformed = 100, "malformed", "encode the proof as the protocol crate does";
    /// The envelope's version is not one that this oracle knows.
    VersionUnsupported = 101, "version_unsupported", "update the device or the oracle to a common version";
    /// The kind is not one that this network accepts.
    KindUnsupported = 102, "kind_unsupported", "send only kinds that this network accepts";
    /// The body does not decode as a body of the envelope's kind, or one of its numbers is
    /// outside the range that the kind states.
    BodyInvalid = 103, "body_invalid", "check the body's fields against their documented ranges";
    /// A single proof is larger than [`crate::proof::MAX_PROOF_BYTES`].
    TooLarge = 104, "too_large", "split the measurement over several proofs";

    /// The signature is all zeros.
    SignatureMissing = 110, "signature_missing", "sign the proof with the device's key";
    /// The signature does not verify under the device's key.
    SignatureInvalid = 111, "signature_invalid", "sign with the key that was onboarded, for this network";
    /// The device's key uses a signature scheme that this network does not accept.
    SchemeUnsupported = 112, "scheme_unsupported", "use a signature scheme that the device's class allows";

    /// No device of this key is onboarded in this network.
    DeviceUnknown = 120, "device_unknown", "onboard the device, then send again once the chain has finalized it";
    /// The device is suspended or retired.
    DeviceInactive = 121, "device_inactive", "ask the network why the device is suspended";
    /// The device's class does not give proofs of this kind.
    KindNotOfClass = 122, "kind_not_of_class", "send kinds of the class that the device was onboarded for";

    /// This very (device, kind, sequence) was accepted before.
    Duplicate = 130, "duplicate", "nothing to do: the first copy counts";
    /// The sequence is below that of a proof of this device and kind that was captured before.
    SequenceStale = 131, "sequence_stale", "raise the sequence with each proof and keep it over restarts";
    /// Another proof of this device, kind and sequence was captured before.
    SequenceConflict = 132, "sequence_conflict", "never sign two proofs with the same sequence";

    /// Captured later than the oracle's clock allows.
    CapturedInFuture = 140, "captured_in_future", "set the device's clock";
    /// Captured longer ago than the network's policy allows.
    CapturedTooLongAgo = 141, "captured_too_long_ago", "send proofs soon after they are captured";
    /// The capture time does not lie in the epoch that the envelope names.
    EpochMismatch = 142, "epoch_mismatch", "name the epoch that the capture time lies in";
    /// The epoch is closed: its grace time is over.
    EpochClosed = 143, "epoch_closed", "send proofs before the epoch's grace time ends";

    // Wireless kinds: 200 to 249.

    /// No beacon of this payload was accepted.
    BeaconUnknown = 200, "beacon_unknown", "send the beacon before its witnesses";
    /// A beacon with the same payload was accepted before.
    BeaconRepeated = 201, "beacon_repeated", "give each beacon a payload of its own";
    /// The witness is the sender of the beacon.
    WitnessIsSender = 202, "witness_is_sender", "a device cannot witness itself";
    /// This device already witnessed this beacon.
    WitnessRepeated = 203, "witness_repeated", "nothing to do: the first report counts";
    /// Where the beacon was sent from, or where the witness stands, is not known, so that no
    /// distance can be checked.
    LocationUnknown = 204, "location_unknown", "send beacons with a position fix and assert the witness's location";
    /// The witness stands farther from the beacon than the policy's limit.
    TooFar = 205, "too_far", "check the asserted location of the witness";
    /// The signal is stronger than free space allows over that distance.
    SignalTooStrong = 206, "signal_too_strong", "check the asserted location, the antenna gain and the receiver's calibration";
    /// Received in another epoch than the one that the beacon was sent in.
    BeaconOtherEpoch = 207, "beacon_other_epoch", "nothing to do: the beacon was sent right before the epoch ended";
    /// The challenge is none of the chain's seeds for this epoch.
    SeedUnknown = 208, "seed_unknown", "take the newest seed of the network's chain as the challenge";
    /// The seed was not known yet when the proof was captured.
    SeedNotYetKnown = 209, "seed_not_yet_known", "set the device's clock, and use a seed only once it is final";
    /// The seed was known for longer than the policy allows when the proof was captured.
    SeedTooOld = 210, "seed_too_old", "fetch the newest seed right before making the proof";
    /// The beacon's own position is not where the sender is asserted to stand.
    PositionContradicted = 211, "position_contradicted", "assert the location at which the device stands";
    /// The frequency is in none of the bands of the network's plan.
    FrequencyOutsidePlan = 212, "frequency_outside_plan", "send on a channel of the network's frequency plan";
    /// The radiated power is above the limit of the policy, or of the band.
    PowerOverLimit = 213, "power_over_limit", "lower the transmit power to the band's limit";
    /// A mobile sender would have moved faster than the policy allows since its last beacon.
    SenderTooFast = 214, "sender_too_fast", "check the sender's position fix";
    /// The device sent as many beacons as count in an epoch.
    BeaconOverLimit = 215, "beacon_over_limit", "send no more beacons an epoch than the policy counts";
    /// The beacon of this payload was refused.
    BeaconRefused = 216, "beacon_refused", "nothing to do: the beacon's sender is told the reason";
    /// Received before it was sent.
    WitnessBeforeBeacon = 217, "witness_before_beacon", "set the clocks of both devices";
    /// Received longer after it was sent than the policy allows.
    WitnessTooLate = 218, "witness_too_late", "report the time of reception, and set the clocks of both devices";
    /// Received on another frequency than it was sent on.
    FrequencyMismatch = 219, "frequency_mismatch", "report the frequency that the frame was received on";
    /// The witness stands nearer to the sender than the policy's least distance.
    TooNear = 220, "too_near", "place devices farther apart";
    /// The witness's cell is fewer steps from the sender's than the policy asks for.
    CellsTooNear = 221, "cells_too_near", "place devices farther apart";
    /// The signal is too far below the noise to be demodulated at this spreading factor.
    SnrTooLow = 222, "snr_too_low", "check the receiver's firmware";
    /// No receiver measures so high a signal-to-noise ratio.
    SnrTooHigh = 223, "snr_too_high", "check the receiver's firmware";
    /// Signal strength and signal-to-noise ratio together imply less noise than heat makes.
    NoiseTooLow = 224, "noise_too_low", "check the receiver's calibration";
    /// Nobody received a beacon of this witness in the time before that the policy looks at.
    NotReciprocal = 225, "not_reciprocal", "check that the device sends: others must receive it";
    /// More devices received the beacon than count, and chance chose others.
    WitnessNotChosen = 226, "witness_not_chosen", "nothing to do: more devices received this beacon than count";
    /// The position fix of the heartbeat is less accurate than the policy asks for.
    FixTooRough = 227, "fix_too_rough", "give the antenna a clear view of the sky";
    /// The position fix is not where the device is asserted to stand.
    NotAtLocation = 228, "not_at_location", "assert the location at which the device stands";
    /// A heartbeat of the same interval counts already.
    HeartbeatTooOften = 229, "heartbeat_too_often", "send one heartbeat an interval";
    /// More bytes a second than a device of this network can carry.
    UsageTooFast = 230, "usage_too_fast", "state the time that the service lasted";
    /// The packets would be smaller or larger than packets of this network are.
    PacketSizeImplausible = 231, "packet_size_implausible", "count packets and bytes as they are carried";

    // Storage kinds: 250 to 299.

    // Compute kinds: 300 to 349.

    // Sensor kinds: 350 to 399.

    // Receipts of customers: 400 to 449.
}

impl Reason {
    /// The number that goes on the wire and into the log.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// Whether the proof counts.
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted)
    }
}

impl core::fmt::Display for Reason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
