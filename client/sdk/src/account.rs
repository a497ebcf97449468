//! Decoding accounts: the owner and the discriminator are checked before the bytes are.

use crate::{
    Error, address,
    amount::{BasisPoints, Epoch, Tokens},
};
use cairn_generated::{
    registry::accounts::{
        DEVICE_CLASS_DISCRIMINATOR, DEVICE_DISCRIMINATOR, LICENSE_DISCRIMINATOR,
        MAKER_DISCRIMINATOR, NETWORK_DISCRIMINATOR,
    },
    rewards::accounts::{
        CHALLENGE_DISCRIMINATOR, CLAIMANT_DISCRIMINATOR, CREDIT_ACCOUNT_DISCRIMINATOR,
        CREDIT_MARKET_DISCRIMINATOR, ORACLE_SET_DISCRIMINATOR, POOL_DISCRIMINATOR,
        PROPOSAL_DISCRIMINATOR,
    },
    staking::accounts::{
        BOND_DISCRIMINATOR, DELEGATION_DISCRIMINATOR, DELEGATION_TARGET_DISCRIMINATOR,
        LOCK_PERIOD_DISCRIMINATOR, PENALTY_DISCRIMINATOR, PENALTY_EPOCH_DISCRIMINATOR,
        STAKE_POOL_DISCRIMINATOR, UNBONDING_DISCRIMINATOR,
    },
};
use cairn_protocol::{
    credits::{self, Quote},
    settlement::Settled,
};
use solana_account::Account;
use solana_address::Address;

pub use cairn_generated::{
    registry::{
        accounts::{Device, DeviceClass, License, Maker, Network},
        types::{ClassTerms, NetworkTerms},
    },
    rewards::{
        accounts::{Challenge, Claimant, CreditAccount, CreditMarket, OracleSet, Pool, Proposal},
        types::{CreditTerms, EmissionStep, Limit, PayeeShare, PoolTerms, PriceReport, Splits},
    },
    staking::accounts::{
        Bond, Delegation, DelegationTarget, LockPeriod, Penalty, PenaltyEpoch, StakePool, Unbonding,
    },
};

/// Where a proposal has its epoch, after the discriminator: what a node is asked to filter by.
pub(crate) const PROPOSAL_EPOCH_AT: usize = 6 * 32;

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
    Challenge, "challenge", address::REWARDS, CHALLENGE_DISCRIMINATOR;
    Claimant, "claimant", address::REWARDS, CLAIMANT_DISCRIMINATOR;
    CreditMarket, "credit market", address::REWARDS, CREDIT_MARKET_DISCRIMINATOR;
    CreditAccount, "credit account", address::REWARDS, CREDIT_ACCOUNT_DISCRIMINATOR;
    StakePool, "stake pool", address::STAKING, STAKE_POOL_DISCRIMINATOR;
    Bond, "bond", address::STAKING, BOND_DISCRIMINATOR;
    Unbonding, "unbonding", address::STAKING, UNBONDING_DISCRIMINATOR;
    DelegationTarget, "delegation target", address::STAKING, DELEGATION_TARGET_DISCRIMINATOR;
    Delegation, "delegation", address::STAKING, DELEGATION_DISCRIMINATOR;
    LockPeriod, "lock period", address::STAKING, LOCK_PERIOD_DISCRIMINATOR;
    PenaltyEpoch, "penalties", address::STAKING, PENALTY_EPOCH_DISCRIMINATOR;
    Penalty, "penalty", address::STAKING, PENALTY_DISCRIMINATOR;
}

/// Where a pool's account has the version of its layout: in every version the same.
pub const POOL_VERSION_AT: usize = 8 + 774;

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

/// What backs a customer's usage over the account's life, with its history.
pub const fn backings(account: &CreditAccount) -> Settled<u64> {
    Settled {
        current: account.backing,
        since: account.backing_since,
        previous: account.previous_backing,
        previous_since: account.previous_backing_since,
        earlier: account.earlier_backing,
    }
}

/// Whether a proposal's root became the active one, be it only for a while.
pub const fn is_finalized(proposal: &Proposal) -> bool {
    proposal.status == 1
}

/// What was reported in one place of an oracle set, with its history.
pub const fn quotes(report: &PriceReport) -> Settled<Quote> {
    Settled {
        current: Quote { price: report.price, fresh_until: report.fresh_until },
        since: report.at,
        previous: Quote { price: report.previous_price, fresh_until: report.previous_fresh_until },
        previous_since: report.previous_at,
        earlier: Quote { price: report.earlier_price, fresh_until: report.earlier_fresh_until },
    }
}

/// What the pool's token was worth at the start of the settlement period of `time`, unix seconds,
/// in credits × 10⁹ per smallest unit: the lower median of the reports that were fresh then. `None`
/// when they were fewer than the set's threshold. For an epoch's end the same for all oracles that
/// read within the settlement period after its own; for buying credits the reports of now count.
///
/// Of the set only the threshold counts: see [`PriceReport`].
pub fn price_at(market: &CreditMarket, set: &OracleSet, time: i64) -> Option<u64> {
    let reports = market.reports.each_ref().map(quotes);
    credits::price_at(&reports, set.threshold, time, market.settle_seconds)
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

/// The oracles of a set with the place that each has in it: those that may attest.
pub fn oracle_places(set: &OracleSet) -> Vec<(u8, Address)> {
    (0u8..)
        .zip(set.oracles.iter().copied())
        .filter(|(place, _)| is_set(set.active, *place))
        .collect()
}

/// The oracles of a set that may attest.
pub fn oracles(set: &OracleSet) -> Vec<Address> {
    oracle_places(set).into_iter().map(|(_, oracle)| oracle).collect()
}

/// Those oracles of a set whose bits are set in a proposal's attestations or rejections, or in the
/// votes on a challenge.
pub fn oracles_of(set: &OracleSet, bits: u32) -> Vec<Address> {
    oracle_places(set)
        .into_iter()
        .filter(|(place, _)| is_set(bits, *place))
        .map(|(_, oracle)| oracle)
        .collect()
}

fn is_set(bits: u32, place: u8) -> bool {
    bits.checked_shr(place.into()).is_some_and(|bits| bits & 1 == 1)
}

/// The emission table of a pool, without the unused places.
pub fn emission_steps(pool: &Pool) -> Vec<cairn_protocol::emission::Step> {
    pool.steps
        .iter()
        .take(usize::from(pool.step_count))
        .map(|step| cairn_protocol::emission::Step {
            first_epoch: step.first_epoch,
            per_epoch: step.per_epoch,
            keep_ppb: step.keep_ppb,
            every_epochs: step.every_epochs,
            times: step.times,
        })
        .collect()
}

/// A pool's terms in force at `time`, unix seconds.
pub fn pool_terms_at(pool: &Pool, time: i64) -> &PoolTerms {
    if pool.pending_terms_at != 0 && time >= pool.pending_terms_at {
        &pool.pending_terms
    } else {
        &pool.terms
    }
}

/// How a pool divides the emission of `epoch`.
pub fn splits_at(pool: &Pool, epoch: impl Into<Epoch>) -> cairn_protocol::split::Splits {
    let (Epoch(epoch), pending) = (epoch.into(), pool.pending_splits_epoch);
    let splits = if pending != 0 && epoch >= pending { &pool.pending_splits } else { &pool.splits };
    split_of(splits)
}

/// The same division in `cairn-protocol`'s words.
pub fn split_of(splits: &Splits) -> cairn_protocol::split::Splits {
    let Splits { operators, delegators, oracles, treasury } = *splits;
    cairn_protocol::split::Splits { operators, delegators, oracles, treasury }
}

/// The lock period that the chain's time lies in.
pub fn period_at(pool: &StakePool, time: i64) -> u32 {
    cairn_protocol::stake::period_of(time, pool.created_at, pool.period_seconds).max(pool.period)
}

/// Periods with locks that have begun and were not reached yet, in the order in which
/// [`reach_period`](crate::instruction::reach_period) takes them: until then no delegation moves.
pub fn due_periods(pool: &StakePool, time: i64) -> Vec<u32> {
    let (now, mut ring) = (period_at(pool, time), cairn_protocol::stake::Ring(pool.lock_ring));
    let (mut at, mut due) = (pool.period, Vec::new());
    while let Some(period) = ring.first_after(at, now) {
        due.push(period);
        ring.clear(period);
        at = period;
    }
    due
}

/// A wallet that gets a part of what an operator earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The wallet.
    pub wallet: Address,
    /// Its associated token account.
    pub destination: Address,
    /// Its part.
    pub bps: BasisPoints,
}

/// Bytes of a claimant's account before its payees' number.
const PAYEES_AT: usize = 8 + 224;
/// Bytes of one payee.
const PAYEE_BYTES: usize = 72;

/// The payees in the data of a claimant's account, which follow the fixed part; none when there are
/// none, or when the data ends early.
pub fn payees(claimant: &[u8]) -> Vec<Payee> {
    let Some((count, rest)) = claimant.get(PAYEES_AT..).and_then(<[u8]>::split_first_chunk::<4>)
    else {
        return Vec::new();
    };
    let count = usize::try_from(u32::from_le_bytes(*count)).unwrap_or(usize::MAX);
    let (payees, _) = rest.as_chunks::<PAYEE_BYTES>();
    payees.iter().take(count).map(payee).collect()
}

fn payee(bytes: &[u8; PAYEE_BYTES]) -> Payee {
    let (mut wallet, mut destination, mut bps) = ([0; 32], [0; 32], [0; 2]);
    let (keys, rest) = bytes.split_at(64);
    let (first, second) = keys.split_at(32);
    wallet.copy_from_slice(first);
    destination.copy_from_slice(second);
    bps.copy_from_slice(rest.split_at(2).0);
    Payee {
        wallet: Address::new_from_array(wallet),
        destination: Address::new_from_array(destination),
        bps: BasisPoints(u16::from_le_bytes(bps)),
    }
}

/// What each of `payees` gets of a claim of `amount`: its part rounded down, the first what that
/// leaves over; nothing where there are no payees.
pub fn payee_amounts(amount: Tokens, payees: &[Payee]) -> Vec<Tokens> {
    let mut parts: Vec<_> = payees.iter().map(|payee| payee.bps.of(amount)).collect();
    let all = Tokens::checked_sum(parts.iter().copied()).unwrap_or(amount);
    if let Some(first) = parts.first_mut() {
        *first = first.checked_add(amount.saturating_sub(all)).unwrap_or(amount);
    }
    parts
}

/// Where claims of a claimant's account go, in the order that
/// [`claim`](crate::instruction::claim) wants them.
///
/// # Errors
/// When the data is not a claimant's.
pub fn destinations(claimant: &[u8]) -> std::io::Result<Vec<Address>> {
    let payees = payees(claimant);
    if payees.is_empty() {
        return Ok(vec![Claimant::decode(claimant)?.destination]);
    }
    Ok(payees.iter().map(|payee| payee.destination).collect())
}

/// What a proposal says, as its oracles attest it.
pub fn proposal_content(proposal: &Proposal) -> cairn_protocol::proposal::ProposalContent {
    cairn_protocol::proposal::ProposalContent {
        root: proposal.root,
        root_sum: proposal.root_sum,
        leaf_count: proposal.leaf_count,
        manifest_hash: proposal.manifest_hash,
        penalties_root: proposal.penalties_root,
        penalties_sum: proposal.penalties_sum,
        usage_root: proposal.usage_root,
        usage_sum: proposal.usage_sum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An account's fields when `bytes` stand at `offset` after its discriminator and zeros
    /// everywhere else.
    fn with<T: CairnAccount>(offset: usize, bytes: &[u8]) -> T {
        let mut data = vec![0; 8_192];
        data.splice(..8, T::DISCRIMINATOR);
        data.splice(8 + offset..8 + offset + bytes.len(), bytes.iter().copied());
        T::decode(&data).unwrap()
    }

    #[test]
    fn payees_get_everything_and_the_first_what_is_left_over() {
        let payee = |bps| Payee {
            wallet: Address::default(),
            destination: Address::default(),
            bps: BasisPoints(bps),
        };
        let thirds = [payee(3_334), payee(3_333), payee(3_333)];
        assert_eq!(payee_amounts(Tokens(101), &thirds), [Tokens(35), Tokens(33), Tokens(33)]);
        let all = payee_amounts(Tokens(u64::MAX), &thirds);
        assert_eq!(Tokens::checked_sum(all), Some(Tokens(u64::MAX)));
        assert!(payee_amounts(Tokens(5), &[]).is_empty());
    }

    #[test]
    fn filters_look_where_the_fields_are() {
        let epoch = 0x0102_0304_0506_0708_u64;
        assert_eq!(with::<Proposal>(PROPOSAL_EPOCH_AT, &epoch.to_le_bytes()).epoch, epoch);
        let address = Address::new_from_array([7; 32]);
        let at_start = address.as_ref();
        assert_eq!(with::<Proposal>(0, at_start).pool, address);
        assert_eq!(with::<Device>(0, at_start).network, address);
        assert_eq!(with::<DeviceClass>(0, at_start).network, address);
        assert_eq!(with::<License>(0, at_start).network, address);
        assert_eq!(with::<Pool>(0, at_start).network, address);
        assert_eq!(with::<Bond>(0, at_start).stake_pool, address);
    }
}
