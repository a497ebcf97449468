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
    /// The beacon and its witness do not belong to the same epoch.
    BeaconOtherEpoch = 207, "beacon_other_epoch", "send the witness of a beacon with the beacon's epoch";

    // Storage kinds: 250 to 299.

    /// The device has a replica of this number.
    ReplicaTaken = 250, "replica_taken", "commit under a number that the device does not use; a replica's own ends with its term or after too many faults";
    /// The term ends before the replica would be challenged for the first time.
    TermOver = 251, "term_over", "commit for a term beyond this epoch: challenges begin with the next";
    /// The seal has fewer or more rounds than the policy allows.
    RoundsOutOfRange = 252, "rounds_out_of_range", "seal the replica with a number of rounds that the policy allows";
    /// The replica could be sealed again while a challenge lasts.
    SealTooQuick = 253, "seal_too_quick", "seal with more rounds, or put more content into one replica";
    /// The device has as many replicas as the policy allows.
    ReplicaLimit = 254, "replica_limit", "put more content into each replica, or use another device";
    /// The device has as many replicas of this content as the policy allows.
    ContentLimit = 255, "content_limit", "keep other content: more copies on one device protect nothing";
    /// The device has committed to no replica of this number, or it has ended.
    ReplicaUnknown = 260, "replica_unknown", "commit to the replica; one whose term is over or that was faulty for too long has ended";
    /// The seed that the answer names does not ask this replica in this epoch, or the replica is
    /// not challenged before the next.
    ChallengeNotDue = 261, "challenge_not_due", "answer the seeds that ask the replica, in their own epoch";
    /// Captured before the seed was known.
    AnswerEarly = 262, "answer_early", "set the device's clock";
    /// Captured after the challenge's deadline.
    AnswerLate = 263, "answer_late", "look for seeds more often and answer at once";
    /// The challenge was answered before, rightly or not.
    AnswerRepeated = 264, "answer_repeated", "nothing to do: the first answer counts";
    /// The answer opens other leaves than the challenge asks for.
    LeavesNotAsked = 265, "leaves_not_asked", "open the leaves that the seed gives, in that order";
    /// A leaf does not lead to the replica's root: the device does not have what it committed to.
    OpeningWrong = 266, "opening_wrong", "check the device's disk: the replica is damaged or incomplete";
    /// The challenge asks to see a seal and the answer shows none.
    SealMissing = 267, "seal_missing", "show the seal of the leaf that the challenge names";
    /// A leaf that should show the seal is not the one needed, or does not lead to its root.
    SealOpeningWrong = 268, "seal_opening_wrong", "check the device's disk: the replica is damaged or incomplete";
    /// The replica was not sealed as committed. It has ended.
    SealWrong = 269, "seal_wrong", "seal the content with the device's own key and commit to that";
    /// The device has no replica of the content that it served.
    ContentNotStored = 280, "content_not_stored", "commit to a replica of the content before serving it";
    /// The device's replica of the content is not proven yet, or faulty.
    ContentNotProven = 281, "content_not_proven", "answer the replica's challenges; a faulty one counts again after it recovered";
    /// More bytes than the content has, for that number of requests.
    RetrievalTooLarge = 282, "retrieval_too_large", "count each request for the content";
    /// More bytes in all than the device can have served in the time of its receipts.
    RetrievalTooMuch = 283, "retrieval_too_much", "have customers sign what was really served";

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
