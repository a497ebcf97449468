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
    // 112 and 121 were given once: codes are never used again.

    /// No device of this key is onboarded in this network.
    DeviceUnknown = 120, "device_unknown", "onboard the device, then send again once the chain has finalized it";
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
    /// The packets would be smaller or larger than packets of this network are.
    PacketSizeImplausible = 231, "packet_size_implausible", "count packets and bytes as they are carried";

    /// When the epoch ended the device was not active, or had no licence or bond that its class needs:
    /// what it sends and receives shows nothing, to others neither.
    DeviceNotEntitled = 232, "device_not_entitled", "have the device active, licensed and bonded when the epoch ends";

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

    /// The challenge is no seed of the chain that the proof could answer.
    JobSeedUnknown = 300, "job_seed_unknown", "name the newest seed of the chain as the challenge";
    /// The proof says that it was captured before the window of its seed began.
    JobSeedNotBegun = 301, "job_seed_not_begun", "set the device's clock";
    /// The seed of the matrices was known for longer than a job may take.
    JobSeedOld = 302, "job_seed_old", "take the newest seed for each job, and smaller matrices when a job takes too long";
    /// The matrices are smaller or larger than the network allows.
    SideNotAllowed = 303, "side_not_allowed", "multiply matrices of the sizes that the network's policy states";
    /// The device has committed to the job of this seed, side and number before.
    JobRepeated = 304, "job_repeated", "give each job of a seed a number of its own";
    /// The device has committed to as many jobs in this epoch as count.
    JobLimit = 305, "job_limit", "nothing to do: the network counts no more jobs of a device and epoch";
    /// The device has no open commitment of this id.
    CommitmentUnknown = 306, "commitment_unknown", "answer a commitment of this device that was accepted, before its deadline";
    /// The commitment was answered before.
    ResultRepeated = 307, "result_repeated", "nothing to do: the first answer counts";
    /// The answer is one of another kind of job than the commitment.
    AnswerOtherKind = 308, "answer_other_kind", "answer products by rows, and duplicated jobs by result and salt";
    /// The proof names another seed than the one that it must answer.
    ChallengeWrong = 309, "challenge_wrong", "answer the first seed whose window begins after the commitment has settled";
    /// The answer comes after its deadline.
    ResultLate = 310, "result_late", "answer as soon as the seed is known";
    /// The rows are not those that the seed asks for.
    RowsWrong = 311, "rows_wrong", "open the rows that the seed asks for, in its order";
    /// A row does not lead to the committed root.
    RowNotCommitted = 312, "row_not_committed", "open the rows as they were committed to";
    /// The product's image is not that of the true product: an element is wrong somewhere.
    ImageWrong = 313, "image_wrong", "check the device's memory and processor: it multiplies wrongly";
    /// A row that was committed to is not the true product's.
    RowWrong = 314, "row_wrong", "compute every row of the product";
    /// Devices of this class may not post jobs.
    PosterNotAllowed = 315, "poster_not_allowed", "post jobs through the class that the network's policy names, if it names one";
    /// As many jobs were posted in this epoch, by the device or by all, as count.
    PostingLimit = 316, "posting_limit", "post the job in a later epoch";
    /// No open job was posted under this id.
    JobUnknown = 317, "job_unknown", "compute jobs that were posted and accepted";
    /// The seed did not choose the device for this job.
    NotChosen = 318, "not_chosen", "compute only the jobs that the seed chooses this device for";
    /// The commitment comes after the time for commitments.
    CommitmentLate = 319, "commitment_late", "commit to the result in time";
    /// The device has committed to a result of this job before.
    CommitmentRepeated = 320, "commitment_repeated", "nothing to do: the first commitment counts";
    /// The result was revealed before the time for commitments was over.
    RevealEarly = 321, "reveal_early", "reveal the result when the time for it begins";
    /// The result was revealed after the time for it.
    RevealLate = 322, "reveal_late", "reveal the result in time";
    /// Result and salt are not what the device committed to.
    RevealMismatch = 323, "reveal_mismatch", "reveal the very result and salt of the commitment";
    /// So many devices as are needed found another result.
    ResultInMinority = 324, "result_in_minority", "check that the job is computed as its description says";
    /// Too few devices found the same result.
    NoQuorum = 325, "no_quorum", "nothing to do: too few of the chosen devices agree";
    /// No seed that could choose what is checked comes before the epoch's end.
    BenchmarkTooLate = 326, "benchmark_too_late", "end benchmarks well before the epoch does";
    /// The device gave a benchmark for this stretch of time before.
    BenchmarkRepeated = 327, "benchmark_repeated", "nothing to do: one benchmark counts for each stretch of time";
    /// There are other than so many checkpoints as the network wants, or too many hashes between them.
    CheckpointsWrong = 328, "checkpoints_wrong", "give as many checkpoints, and at most so many hashes, as the network's policy states";
    /// The device says that it hashed for longer than its seed was known.
    ElapsedImpossible = 329, "elapsed_impossible", "measure from when the seed is known, and set the device's clock";
    /// The device says that it hashed faster than any processor can.
    RateImpossible = 330, "rate_impossible", "state the time that the hashing took";
    /// Hashing from one checkpoint does not lead to the next.
    StretchWrong = 331, "stretch_wrong", "hash in sequence from the seed on";
    /// The device gave a wrong benchmark not long ago.
    BenchmarkBarred = 332, "benchmark_barred", "wait until the time that a wrong benchmark costs is over";
    /// The benchmark does not begin with the first seed of its stretch of time, or ends later than all
    /// must.
    BenchmarkOutOfTime = 333, "benchmark_out_of_time", "begin with the first seed of each stretch of time, and end within the time that the network's policy states";

    // Sensor kinds: 350 to 399. Those of readings, fixes and observations are also of a whole proof in
    // which none passes: the one that most of them have.

    /// The policy has no quantity of this number.
    QuantityUnknown = 350, "quantity_unknown", "send only quantities of the network's table";
    /// The batch does not continue the chain of the device's readings of this quantity.
    ReadingChainBroken = 351, "reading_chain_broken", "send every batch once and in order; a device that lost its state starts over with zeros, which costs units for some epochs";
    /// The device gives readings of a place, and none is asserted for it.
    SensorUnplaced = 352, "sensor_unplaced", "assert the sensor's location on chain";
    /// The reading lies before the epoch, before one that was sent earlier, or too long before its
    /// batch was signed.
    ReadingBackdated = 353, "reading_backdated", "sign readings soon after they are taken, in order, and before the epoch ends";
    /// The reading lies after its batch was signed, or after the epoch.
    ReadingInFuture = 354, "reading_in_future", "set the sensor's clock";
    /// The value is outside the quantity's range.
    ReadingOutOfBounds = 355, "reading_out_of_bounds", "check the sensor and the unit that it reports in";
    /// The value stayed exactly the same for longer than the quantity ever does.
    ReadingStagnant = 356, "reading_stagnant", "check whether the sensor is stuck";
    /// The value changed faster than the quantity ever does.
    ReadingSpike = 357, "reading_spike", "check the sensor for loose contacts and interference";
    /// Other operators' sensors around agree on another value.
    ReadingContradicted = 358, "reading_contradicted", "check where the sensor stands and its calibration";

    /// The fix lies before the epoch, before one that was sent earlier, or too long before its proof was
    /// signed.
    FixBackdated = 360, "fix_backdated", "sign fixes soon after they are taken, in order, and before the epoch ends";
    /// The fix lies after its proof was signed, or after the epoch.
    FixInFuture = 361, "fix_in_future", "set the device's clock by its satellite receiver";
    /// The receiver says that the fix is too rough to count.
    FixInaccurate = 362, "fix_inaccurate", "give the antenna a clear view of the sky";
    /// The device would have moved faster than the policy's limit.
    FixTooFast = 363, "fix_too_fast", "leave out fixes that the receiver gives before it has settled";
    /// The device would have gained or lost speed faster than the policy's limit.
    FixAcceleration = 364, "fix_acceleration", "leave out fixes that the receiver gives before it has settled";
    /// The position stayed exactly the same though the device says that it moves, or for longer than
    /// any receiver gives the same.
    FixFrozen = 365, "fix_frozen", "restart the receiver; a parked device need not report";

    /// The observation lies before the epoch, before one that was sent earlier, or too long before its
    /// proof was signed.
    ObservationBackdated = 370, "observation_backdated", "sign observations soon after they are made, in order, and before the epoch ends";
    /// The observation lies after its proof was signed, or after the epoch.
    ObservationInFuture = 371, "observation_in_future", "set the device's clock by its satellite receiver";
    /// The device cannot have come to the observation's place from where it was.
    ObservationTooFast = 372, "observation_too_fast", "give the position at which the image was taken";
    /// No fix of the device's own track lies near the observation in time and place.
    ObservationOffTrack = 373, "observation_off_track", "send the track of the drive along with its observations";
    /// This very image or scan was given before, by this device or another.
    ContentRepeated = 374, "content_repeated", "give each image once";

    // Receipts of customers: 400 to 449.

    /// The receipt's signature is not that of the customer whom it names, over this receipt for this
    /// device, kind and network.
    ReceiptSignatureInvalid = 400, "receipt_signature_invalid", "verify the customer's signature before serving on";
    /// The service ended after the proof was captured, or lasted longer than one receipt may cover.
    ReceiptTimesImpossible = 401, "receipt_times_impossible", "set the clocks of device and customer, and give one receipt per session";
    /// The service ended longer ago than receipts count.
    ReceiptTooOld = 402, "receipt_too_old", "send receipts soon after the service ended";
    /// A receipt of this customer with the same id counted before.
    ReceiptRepeated = 403, "receipt_repeated", "nothing to do: the first receipt counts";
    /// More bytes than one device can carry in the time of the service.
    ReceiptRateImpossible = 404, "receipt_rate_impossible", "state the bytes that were carried and the time that it took";
    /// The customer's escrow does not cover the receipt's credits, receipts captured before
    /// included.
    EscrowExhausted = 405, "escrow_exhausted", "serve customers up to their escrow, and ask them to escrow more";
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

    /// Whether it tells against the device beyond this proof: it claimed what is physically
    /// impossible or contradicts others, or failed a challenge. Never what can happen to an honest
    /// device by a bad link, an old firmware or another's doing: late, copied, malformed, not paid.
    pub const fn is_fault(self) -> bool {
        matches!(
            self,
            Self::WitnessIsSender
                | Self::TooFar
                | Self::SignalTooStrong
                | Self::PositionContradicted
                | Self::SenderTooFast
                | Self::SnrTooHigh
                | Self::NoiseTooLow
                | Self::NotAtLocation
                | Self::RowNotCommitted
                | Self::ImageWrong
                | Self::RowWrong
                | Self::RevealMismatch
                | Self::ElapsedImpossible
                | Self::RateImpossible
                | Self::StretchWrong
                | Self::FixTooFast
                | Self::ObservationTooFast
                | Self::ReceiptSignatureInvalid
                | Self::ReceiptRateImpossible
        )
    }
}

impl core::fmt::Display for Reason {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
