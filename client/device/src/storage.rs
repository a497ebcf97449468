//! Keeping content in sealed replicas: seal it, commit to it, answer challenges, give it back, and
//! countersign what was served.
//!
//! What a replica is says [`cairn_protocol::sealing`]. Sealing is slow on purpose: two passes over
//! all leaves, each leaf `rounds` hashes that wait for those of the leaf before. It runs in memory
//! that grows with the depth of a tree only, and [`ReplicaDir`] goes on where it was interrupted.
//! Replicas are sealed side by side on as many cores as there are; a single one uses one core.
//!
//! A replica takes the content's size and a tenth more: of each of its three trees the nodes from
//! the fourth level on are kept (32 bytes per 2 KiB and level), the levels below are made again from
//! eight leaves when they are asked for. So an answer reads some hundred leaves however large the
//! replica is.
//!
//! Reading content back takes two seals' worth of hashes per leaf. A device that serves often keeps
//! the plain content beside the replica, as Filecoin's providers do.
//!
//! ```
//! use cairn_device::DeviceSigner;
//! use cairn_device::storage::{Answering, SealedReplica};
//! use cairn_protocol::proof::Body;
//! use cairn_protocol::sealing::Schedule;
//!
//! let mut device = DeviceSigner::derive(&[7; 32], "a device");
//! let (network, content) = ([1; 32], b"what is worth keeping".repeat(100));
//! let mut replica = SealedReplica::in_memory(&device.key(), 1, &content, 10)?;
//!
//! let commitment = Body::StorageCommitment(replica.commitment(u64::MAX));
//! let commitment = device.sign(&network, 0, 1_000, &commitment);
//!
//! // In the next epoch, from 60,000 to 130,000 ms, seeds become known one after the other.
//! let schedule = Schedule::new(60_000, 130_000, 10_000, 10_000, 1);
//! let seeds = (6..12u8).map(|n| (u64::from(n) * 10_000, [n; 32]));
//! let due = schedule.due(seeds, &device.key(), 1);
//! let answering = Answering { leaves_per_challenge: 4, seals_per_epoch: 1 };
//! let answer = Body::StorageAnswer(replica.answer(&due[0], &answering)?);
//! let answer = device.answer(&network, 1, 118_000, due[0].seed, &answer);
//! assert!(cairn_device::is_signed(&answer, &network));
//!
//! assert_eq!(replica.unseal_in_memory()?, content);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod dir;
mod error;
mod leaves;
mod passes;
mod replica;
mod retrieval;
mod trees;

pub use dir::ReplicaDir;
pub use error::StorageError;
pub use replica::{Answering, Manifest, SealedReplica};
pub use retrieval::{RetrievalError, countersign};
