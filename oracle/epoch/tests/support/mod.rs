//! Outcomes made by hand, so that scoring is tested apart from the rules of each kind.

use cairn_epoch::{Earnings, EpochError, EpochResult, Inputs, Terms, Totals};
use cairn_protocol::hash::sha256;
use cairn_protocol::proof::{DeviceKey, Kind};
use cairn_protocol::reason::Reason;
use cairn_verify::{
    Address, Category, ClassHistory, ClassTerms, DeviceRecord, EpochInput, Escrow, Factor, Judged,
    Judgment, ONE, Outcome, Policy, Registry, Seeds, Snapshot, Spending,
};
use std::collections::BTreeMap;

pub const NETWORK: Address = [5; 32];
pub const POOL: Address = [6; 32];
pub const TREASURY: Address = [7; 32];
/// A token of 6 decimals at 0.50 USD, a credit at 0.00001 USD.
pub const PRICE: u64 = 50_000_000;

/// Device accounts and wallets in another order than their numbers.
pub fn address(what: &[u8], number: u8) -> Address {
    sha256(&[what, &[number]])
}

pub fn device(number: u8) -> Address {
    address(b"device", number)
}

pub fn operator(number: u8) -> Address {
    address(b"operator", number)
}

pub fn customer(number: u8) -> Address {
    address(b"customer", number)
}

/// Devices 0 to 19, operators 0 to 4, classes 0 to 3; they joined in order of their numbers.
pub fn record(number: u8) -> DeviceRecord {
    DeviceRecord {
        onboarded_at_s: i64::from(number),
        ..DeviceRecord::new(
            device(number),
            DeviceKey::Ed25519([number; 32]),
            u16::from(number % 4),
            Category::ALL[usize::from(number % 4)],
            operator(number % 5),
        )
    }
}

pub fn capped(number: u8, points_cap: u64) -> DeviceRecord {
    let terms = ClassTerms { points_cap, ..ClassTerms::default() };
    DeviceRecord { class_terms: ClassHistory::always(terms), ..record(number) }
}

/// A judged proof: (device, kind, units in millionths, reason).
pub fn judged(number: u8, nonce: u64, kind: Kind, judgment: Judgment) -> Judged {
    Judged {
        id: sha256(&[&[number, kind as u8], &nonce.to_le_bytes()]),
        device: device(number),
        kind,
        captured_at_ms: nonce,
        judgment,
    }
}

/// What an outcome is made of.
#[derive(Debug, Clone, Default)]
pub struct Made {
    pub outcome: Outcome,
    nonce: u64,
}

impl Made {
    /// A proof that counts.
    pub fn proof(mut self, number: u8, kind: Kind, units: u64) -> Self {
        self.nonce += 1;
        let judgment = Judgment::counts(units, Vec::new());
        self.outcome.proofs.push(judged(number, self.nonce, kind, judgment));
        self.outcome.factors.entry(device(number)).or_default();
        self
    }

    /// A proof that was refused.
    pub fn refused(mut self, number: u8, kind: Kind, reason: Reason) -> Self {
        self.nonce += 1;
        self.outcome.proofs.push(judged(number, self.nonce, kind, Judgment::refused(reason)));
        self.outcome.factors.entry(device(number)).or_default();
        self
    }

    /// A receipt that counts.
    pub fn receipt(mut self, number: u8, from: u8, credits: u64) -> Self {
        self = self.proof(number, Kind::UsageReceipt, credits.saturating_mul(ONE));
        let proof = self.outcome.proofs.last().unwrap().id;
        let spending =
            Spending { customer: customer(from), device: device(number), credits, proof };
        self.outcome.spendings.push(spending);
        self
    }

    /// A device's factor.
    pub fn factor(mut self, number: u8, name: &'static str, ppm: u64) -> Self {
        let factors = self.outcome.factors.entry(device(number)).or_default();
        factors.push(Factor::new(name, ppm, [("test", 1)]));
        self
    }
}

/// Everything but the outcome.
#[derive(Debug, Clone)]
pub struct Setting {
    pub registry: Registry,
    pub policy: Policy,
    pub epoch: u64,
    pub terms: Terms,
    pub seeds: Seeds,
    pub escrows: BTreeMap<Address, Escrow>,
}

impl Setting {
    pub fn new(budget: u64) -> Self {
        let mut policy = Policy::default();
        policy.wireless.points_per_witness = 1;
        // A kind without points.
        policy.wireless.points_per_beacon = 0;
        Self {
            registry: Registry::new((0..20).map(record)),
            policy,
            epoch: 0,
            terms: Terms { treasury: TREASURY, budget, credit_price: Some(PRICE) },
            seeds: Seeds::default(),
            escrows: BTreeMap::new(),
        }
    }

    pub fn input(&self) -> EpochInput<'_> {
        EpochInput {
            network: NETWORK,
            epoch: self.epoch,
            starts_at_ms: self.epoch * 100_000,
            ends_at_ms: (self.epoch + 1) * 100_000,
            registry: &self.registry,
            seeds: &self.seeds,
            escrows: &self.escrows,
            policy: &self.policy,
        }
    }

    pub fn try_earnings(&self, outcome: &Outcome) -> Result<Earnings, EpochError> {
        let input = self.input();
        let snapshot = Snapshot::new(&input, outcome);
        let inputs = Inputs::new(&input, &snapshot, [1; 32], outcome, [2; 32]);
        Earnings::compute(&input, &self.terms, outcome, inputs)
    }

    pub fn earnings(&self, made: &Made) -> Earnings {
        self.try_earnings(&made.outcome).unwrap()
    }

    pub fn result(&self, previous: &Totals, made: &Made) -> EpochResult {
        EpochResult::compute(NETWORK, POOL, previous, self.earnings(made)).unwrap()
    }
}

/// A device's tokens.
pub fn share(earnings: &Earnings, number: u8) -> u64 {
    earnings.paystub(&device(number)).map_or(0, |stub| stub.share)
}
