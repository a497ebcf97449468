//! What runs on a device: its key, its proofs, and, for a host that stands in for many devices,
//! the replay of recorded radio frames and the sender that posts proofs to oracles.
//!
//! Goals: firmware uses the same code as the replay, so a replayed proof is signed, chained and
//! numbered exactly as a device in the field would; every line of a recording is accounted for,
//! as a proof or as an error with its line number. Non-goals: radios, chains, wallets. This crate
//! depends on `cairn-protocol` and never on a Solana crate; an operator's key leaves it as the 32
//! secret bytes that a caller makes a keypair of.
//!
//! | feature | brings | for |
//! |---|---|---|
//! | none | [`DeviceSigner`], [`MakerSigner`], [`CustomerSigner`], [`Epochs`], [`compute`], [`sensor`], [`wireless`]; `no_std` with `alloc` | firmware |
//! | `replay` (default) | [`replay`]: frames, fleet, plan, tracks | tests, demonstrations |
//! | `storage` (default) | [`storage`]: sealed replicas and answers for them | devices that keep content |
//! | `http` | [`sender`]: in-order delivery to every oracle | hosts and gateways |
//!
//! A device signs two things: that it accepts its owner, once, and its proofs.
//!
//! ```
//! use cairn_device::{DeviceSigner, Epochs};
//! use cairn_protocol::proof::{Body, Witness};
//!
//! let mut device = DeviceSigner::derive(&[7; 32], "0018B20000020CBC");
//! let network = [1; 32];
//! let epochs = Epochs::new(1_795_350_000, 60)?;
//!
//! let captured_at_ms = 1_795_350_061_500;
//! let body = Body::Witness(Witness {
//!     payload: [2; 32],
//!     rssi_cdbm: -10_900,
//!     snr_cdb: -2_000,
//!     frequency_hz: 867_900_000,
//! });
//! let epoch = epochs.epoch_of(captured_at_ms).ok_or("captured before the genesis")?;
//! let first = device.sign(&network, epoch, captured_at_ms, &body);
//! let second = device.sign(&network, epoch, captured_at_ms + 250, &body);
//!
//! assert_eq!((first.epoch, first.sequence, second.sequence), (1, 1, 2));
//! assert_eq!(second.previous, first.id(&network));
//! assert!(cairn_device::is_signed(&first, &network));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(not(any(feature = "replay", feature = "http", feature = "storage")), no_std)]

extern crate alloc;

pub mod compute;
mod customer;
mod epochs;
#[cfg(feature = "replay")]
pub mod replay;
#[cfg(feature = "http")]
pub mod sender;
pub mod sensor;
mod signer;
#[cfg(feature = "storage")]
pub mod storage;
pub mod wireless;

pub use customer::CustomerSigner;
pub use epochs::{Epochs, ZeroEpochSeconds};
pub use signer::{
    DeviceSigner, MakerSigner, OperatorSecret, SignedMessage, SignerState, is_signed,
};
