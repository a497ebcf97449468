//! Sealed replicas: content encoded so that keeping it is cheaper than making it again, and that
//! what one device keeps is of no use to another. Devices seal and answer with this, oracles check
//! with it.
//!
//! # What it is for
//!
//! A device is paid for keeping a replica. It must not be able to answer for it from another
//! device's copy (a copy counts once), nor from the plain content that it fetches or makes when a
//! challenge comes (nothing is kept), nor by preparing answers beforehand.
//!
//! # How a replica is made
//!
//! The construction is the "ZigZag" proof of replication of B. Fisch, "Tight Proofs of Space and
//! Replication" (Eurocrypt 2019, ePrint 2018/702), with two layers and no expander edges, on the
//! graph of J. Alwen, J. Blocki and B. Harsha, "Practical Graphs for Optimal Side-Channel Resistant
//! Memory-Hard Functions" (CCS 2017: DRSample). Filecoin's sealing (stacked depth-robust graphs)
//! descends from the same two; its SNARK is what lets it use eleven layers, and a network that does
//! not verify SNARKs must do with what can be opened.
//!
//! Content is cut into leaves of 256 bytes, the last filled up with zeros, and encoded twice:
//!
//! - **forward**, from the first leaf to the last: content → middle
//! - **backward**, from the last to the first: middle → sealed
//!
//! In each pass, `after_i = before_i ⊕ keystream(key_i)`. The key hashes the seal's id, pass and
//! index and the *encoded* leaves of six parents: the neighbour that was encoded just before, and
//! five that a hash chooses among all that were encoded before, near ones as likely as far ones
//! (see [`Seal::parents`]); then it is hashed `rounds` times more:
//!
//! ```text
//! id     = SHA-256("cairn:seal:v1\0\0\0" ‖ device key, 33 ‖ replica u32 ‖ content root ‖ leaves u64 ‖ rounds u32)
//! key_i  = SHA-256^rounds(SHA-256(id ‖ pass u8 ‖ i u64 ‖ after of each parent))
//! stream = SHA-256(key_i ‖ 0) ‖ … ‖ SHA-256(key_i ‖ 7)
//! ```
//!
//! So each leaf waits for the one before it, twice through the whole replica: sealing takes
//! `2 × leaves × rounds` hashes **in a row**, however many machines one has. Unsealing does not wait:
//! whoever has the sealed leaves computes any key from them.
//!
//! Why it serves its purpose:
//!
//! - *One copy for two devices*: device key and replica number are in every key, so that the sealed
//!   bytes of two devices have nothing in common, and neither follows from the other without
//!   sealing again.
//! - *Making it again on demand*: a policy demands so many rounds that the hashes in a row take
//!   longer than a challenge lasts.
//! - *Making leaves up*: each check of a seal looks into one pass of one leaf. Made-up sealed leaves,
//!   unsealed into a middle, are right in every backward pass and wrong in every forward pass. So one
//!   check finds out only half of what is not there, and a policy must ask for many before it pays.
//! - *Keeping only a part*: with one pass, leaves can be chosen so that two fifths of all can be left
//!   out and each made again with no more than 16 keys. With two passes that run against each other
//!   a leaf needs its whole surroundings, and it is one in twenty for that price; to leave out more,
//!   each challenge costs a part of the whole sealing. It is not none, and it presupposes that the
//!   content itself is at hand for nothing. `tests/sealing_space.rs` measures it.
//!
//! # What is committed and shown
//!
//! A commitment names three roots: of the content, the middle and the sealed leaves ([`tree`]). A
//! challenge asks for sealed leaves, which shows that they are kept, and may ask to see the seal of
//! one of them in one of the two passes, which shows how they were made: the leaf before and after
//! the pass, and the parents, each with its way to its root ([`verify_seal`]). The middle is kept
//! by nobody: a leaf of it follows from the sealed leaf and its parents.
//!
//! # No tag bytes
//!
//! As elsewhere in this crate, fixed lengths, all different, tell apart what is hashed: a leaf 256
//! bytes, a node 64, a root 40, an id 97, a graph 57, a key 41 (the first leaf, without parents) or
//! 1,577 (with six), its iteration 32, a block of the stream 33, a challenge 85, its draws 36. No
//! two inputs of different meaning are equal, so that equal hashes would be a collision of SHA-256.

mod challenge;
mod seal;
pub mod tree;

pub use challenge::{Asked, Due, Schedule};
pub use seal::{Leaf, PARENTS, Pass, Seal, SealFault, verify_seal};

pub use crate::proof::storage::{LEAF_BYTES, MAX_LEAVES};
