//! Decoding accounts: the owner and the discriminator are checked before the bytes are.

use crate::{Error, address};
use cairn_generated::{
    registry::accounts::{
        DEVICE_CLASS_DISCRIMINATOR, DEVICE_DISCRIMINATOR, LICENSE_DISCRIMINATOR,
        MAKER_DISCRIMINATOR, NETWORK_DISCRIMINATOR,
    },
    rewards::accounts::{
        CLAIMANT_DISCRIMINATOR, ORACLE_SET_DISCRIMINATOR, POOL_DISCRIMINATOR,
        PROPOSAL_DISCRIMINATOR,
    },
    staking::accounts::{BOND_DISCRIMINATOR, STAKE_POOL_DISCRIMINATOR, UNBONDING_DISCRIMINATOR},
};
use cairn_protocol::settlement::Settled;
use solana_account::Account;
use solana_address::Address;

pub use cairn_generated::{
    registry::{
        accounts::{Device, DeviceClass, License, Maker, Network},
        types::{ClassTerms, NetworkTerms},
    },
    rewards::{
        accounts::{Claimant, OracleSet, Pool, Proposal},
        types::EmissionStep,
    },
    staking::accounts::{Bond, StakePool, Unbonding},
};

/// An account of one of Cairn's programs.
pub trait CairnAccount: Sized {
    /// What it is called in messages.
    const NAME: &'static str;
    /// Program that owns it.
    const PROGRAM: Address;
    /// First 8 bytes of its data.
    const DISCRIMINATOR: [u8; 8];

    /// Decodes the data, discriminator included.
    ///
    /// # Errors
    /// When there are too few bytes.
    fn decode(data: &[u8]) -> std::io::Result<Self>;

    /// Decodes an account after checking its owner and discriminator.
    ///
    /// # Errors
    /// [`Error::WrongAccount`].
    fn from_account(address: &Address, account: &Account) -> Result<Self, Error> {
        let wrong =
            |reason: String| Error::WrongAccount { what: Self::NAME, address: *address, reason };
        if account.owner != Self::PROGRAM {
            return Err(wrong(format!("it belongs to program {}", account.owner)));
        }
        if !account.data.starts_with(&Self::DISCRIMINATOR) {
            return Err(wrong("it is another kind of account".into()));
        }
        Self::decode(&account.data).map_err(|error| wrong(error.to_string()))
    }
}

macro_rules! cairn_accounts {
    ($($type:ident, $name:literal, $program:expr, $discriminator:expr;)*) => {$(
        impl CairnAccount for $type {
            const NAME: &'static str = $name;
            const PROGRAM: Address = $program;
            const DISCRIMINATOR: [u8; 8] = $discriminator;

            fn decode(data: &[u8]) -> std::io::Result<Self> {
                Self::from_bytes(data)
            }
        }
    )*};
}

cairn_accounts! {
    Network, "network", address::REGISTRY, NETWORK_DISCRIMINATOR;
    DeviceClass, "device class", address::REGISTRY, DEVICE_CLASS_DISCRIMINATOR;
    Maker, "maker", address::REGISTRY, MAKER_DISCRIMINATOR;
    License, "licence", address::REGISTRY, LICENSE_DISCRIMINATOR;
    Device, "device", address::REGISTRY, DEVICE_DISCRIMINATOR;
    Pool, "pool", address::REWARDS, POOL_DISCRIMINATOR;
    OracleSet, "oracle set", address::REWARDS, ORACLE_SET_DISCRIMINATOR;
    Proposal, "proposal", address::REWARDS, PROPOSAL_DISCRIMINATOR;
    Claimant, "claimant", address::REWARDS, CLAIMANT_DISCRIMINATOR;
    StakePool, "stake pool", address::STAKING, STAKE_POOL_DISCRIMINATOR;
    Bond, "bond", address::STAKING, BOND_DISCRIMINATOR;
    Unbonding, "unbonding", address::STAKING, UNBONDING_DISCRIMINATOR;
}

/// A network's terms in force at `time`, unix seconds: now, or later.
pub const fn network_terms_at(network: &Network, time: i64) -> &NetworkTerms {
    if network.pending_terms_at != 0 && time >= network.pending_terms_at {
        &network.pending_terms
    } else {
        &network.terms
    }
}

/// A class's terms in force at `time`, unix seconds: later, now, or at the end of an epoch as long
/// as oracles may be working on it.
pub const fn class_terms_at(class: &DeviceClass, time: i64) -> &ClassTerms {
    if class.pending_terms_at != 0 && time >= class.pending_terms_at {
        &class.pending_terms
    } else if time >= class.terms_since {
        &class.terms
    } else {
        &class.previous_terms
    }
}

/// A device's operator with its history.
pub const fn operators(device: &Device) -> Settled<Address> {
    Settled {
        current: device.operator,
        since: device.operator_since,
        previous: device.previous_operator,
        previous_since: device.previous_operator_since,
        earlier: device.earlier_operator,
    }
}

/// A device's status with its history: 0 active, bit 0 suspended, bit 1 retiring.
pub const fn statuses(device: &Device) -> Settled<u8> {
    Settled {
        current: device.status,
        since: device.status_since,
        previous: device.previous_status,
        previous_since: device.previous_status_since,
        earlier: device.earlier_status,
    }
}

/// A device's H3 cell at `time`, unix seconds: later, now, or at the end of an epoch as long as
/// oracles may be working on it; 0 for none.
pub const fn location_at(device: &Device, time: i64) -> u64 {
    if time >= device.location_since { device.location } else { device.previous_location }
}

/// A device's `License` account at `time`, like [`location_at`]; zero for none.
pub const fn license_at(device: &Device, time: i64) -> Address {
    if time >= device.license_since { device.license } else { device.previous_license }
}

/// Whether a licence is valid at `time`, unix seconds: later, now, or at the end of an epoch as
/// long as oracles may be working on it.
pub const fn license_valid_at(license: &License, time: i64) -> bool {
    (license.revoked_at == 0 || time < license.revoked_at)
        && ((license.valid_since <= time && time < license.expires_at)
            || (license.previous_valid_since <= time && time < license.previous_expires_at))
}

/// The oracles of a set, without the unused places.
pub fn oracles(set: &OracleSet) -> &[Address] {
    set.oracles.get(..usize::from(set.count)).unwrap_or_default()
}

/// The emission table of a pool, without the unused places.
pub fn emission_steps(pool: &Pool) -> Vec<cairn_protocol::emission::Step> {
    pool.steps
        .iter()
        .take(usize::from(pool.step_count))
        .map(|step| cairn_protocol::emission::Step::constant(step.first_epoch, step.per_epoch))
        .collect()
}

/// What a proposal says, as its oracles attest it.
pub fn proposal_content(proposal: &Proposal) -> cairn_protocol::proposal::ProposalContent {
    cairn_protocol::proposal::ProposalContent {
        root: proposal.root,
        root_sum: proposal.root_sum,
        leaf_count: proposal.leaf_count,
        manifest_hash: proposal.manifest_hash,
        penalties_root: proposal.penalties_root,
        penalties_sum: 0,
        usage_root: [0; 32],
        usage_sum: 0,
    }
}
