//! Receipts of customers: `usage_receipt` and `retrieval_receipt`.
//!
//! A customer signs what it used and what it pays ([`cairn_protocol::proof::receipt::Receipt`]), the
//! device signs the proof around it. Before a receipt reaches the rules of its category, it must,
//! in this order:
//!
//! 1. have times that fit: the service ended no later than the proof's capture, but for the clocks'
//!    tolerance, and lasted no longer than a receipt may cover (`ReceiptTimesImpossible`); it ended
//!    no longer before than receipts count (`ReceiptTooOld`)
//! 2. not claim more bytes than a device can carry in that time, rounded up by a second
//!    (`ReceiptRateImpossible`)
//! 3. carry the signature of the customer's wallet (`ReceiptSignatureInvalid`)
//! 4. have an id that no receipt of the customer had before, in this epoch or an earlier one
//!    (`ReceiptRepeated`)
//! 5. be covered by the customer's escrow, after the receipts captured before it
//!    (`EscrowExhausted`); a smaller receipt after one that was not covered may still be
//!
//! What the category then refuses costs the customer nothing, and its id may be used again in a
//! later epoch. The credits that it asked for stay reserved within the epoch, so that its rules
//! judge each receipt once. What counts is spent: its credits in full, whatever its factors.
//!
//! The **unit** of both kinds is one credit, so that what a device earns cannot be raised by
//! claiming more bytes.

use crate::device::Address;
use crate::input::{EpochInput, Proof};
use crate::judgment::{Judgment, ONE, Spending};
use crate::policy::UsagePolicy;
use crate::signature::{KnownKey, customer_key};
use borsh::{BorshDeserialize, BorshSerialize};
use cairn_protocol::hash::Hash;
use cairn_protocol::proof::{Body, Kind, Receipt};
use cairn_protocol::reason::Reason;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is carried from epoch to epoch about customers.
///
/// Bounded by the customers, who all escrowed once, and by the receipts of as long as receipts
/// count.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct State {
    customers: BTreeMap<Address, Customer>,
    /// Receipts of services that ended before, unix milliseconds, are no longer remembered, and
    /// count never again, also under a policy that lets older ones count.
    forgotten_before_ms: u64,
}

/// What is known of a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
struct Customer {
    /// Credits of all receipts that ever counted.
    lifetime_spent: u64,
    /// When the service ended, unix milliseconds, of the receipts that counted, by id.
    counted: BTreeMap<[u8; 16], u64>,
}

impl State {
    /// Credits of all receipts of a customer that ever counted: what its leaf in the usage tree
    /// says.
    pub fn lifetime_spent(&self, customer: &Address) -> u64 {
        self.customers.get(customer).map_or(0, |known| known.lifetime_spent)
    }

    /// Every customer that ever spent something, ascending, with what it spent.
    pub fn spent(&self) -> impl Iterator<Item = (&Address, u64)> {
        self.customers.iter().map(|(customer, known)| (customer, known.lifetime_spent))
    }

    /// Forgets the receipts that are too old to count in later epochs.
    fn forget(&mut self, epoch_end_ms: u64, policy: &UsagePolicy) {
        // Nothing counted yet that could be counted again.
        if self.customers.is_empty() {
            return;
        }
        let oldest_ms = epoch_end_ms.saturating_sub(policy.max_receipt_age_ms);
        self.forgotten_before_ms = self.forgotten_before_ms.max(oldest_ms);
        for customer in self.customers.values_mut() {
            customer.counted.retain(|_, ended_at_ms| *ended_at_ms >= self.forgotten_before_ms);
        }
    }
}

/// Whether proofs of a kind are customers' receipts, whose unit is a credit.
pub const fn is_receipt(kind: Kind) -> bool {
    matches!(kind, Kind::UsageReceipt | Kind::RetrievalReceipt)
}

/// The receipt in a proof, and the content that it is about.
fn receipt_of(body: &Body) -> Option<(&Receipt, Hash)> {
    match body {
        Body::UsageReceipt(body) => Some((&body.receipt, [0; 32])),
        Body::RetrievalReceipt(body) => Some((&body.receipt, body.content_root)),
        _ => None,
    }
}

/// The receipts of one epoch.
#[derive(Debug)]
pub(crate) struct Receipts<'a> {
    input: &'a EpochInput<'a>,
    state: &'a mut State,
    /// What each customer can still spend.
    left: BTreeMap<Address, u64>,
    reserved: HashSet<(Address, [u8; 16])>,
}

impl<'a> Receipts<'a> {
    pub(crate) fn new(input: &'a EpochInput<'a>, state: &'a mut State) -> Self {
        Self { input, state, left: BTreeMap::new(), reserved: HashSet::new() }
    }

    /// Rules 1 to 5, for proofs in order of capture time and id; `signed` says whether the customer
    /// signed it. Proofs of other kinds pass.
    pub(crate) fn admit(&mut self, proof: &Proof<'_>, signed: bool) -> Result<(), Reason> {
        let Some((receipt, _)) = receipt_of(&proof.body) else { return Ok(()) };
        let policy = &self.input.policy.usage;
        possible(policy, proof.captured_at_ms, receipt)?;
        if receipt.ended_at_ms < self.state.forgotten_before_ms {
            return Err(Reason::ReceiptTooOld);
        }
        if !signed {
            return Err(Reason::ReceiptSignatureInvalid);
        }
        let known = self.state.customers.get(&receipt.customer);
        let id = (receipt.customer, receipt.id);
        if known.is_some_and(|known| known.counted.contains_key(&receipt.id))
            || self.reserved.contains(&id)
        {
            return Err(Reason::ReceiptRepeated);
        }
        let left = self.left.entry(receipt.customer).or_insert_with(|| {
            let escrow = self.input.escrows.get(&receipt.customer).copied().unwrap_or_default();
            // What the chain has not settled yet is spent all the same.
            escrow.backing.saturating_sub(known.map_or(0, |known| known.lifetime_spent))
        });
        *left = left.checked_sub(receipt.credits).ok_or(Reason::EscrowExhausted)?;
        self.reserved.insert(id);
        Ok(())
    }

    /// Books the receipts that their categories accepted, and sets what they count for: their
    /// credits, times the category's factors.
    pub(crate) fn settle<'p>(
        self,
        judged: impl Iterator<Item = (&'p Proof<'p>, &'p mut Judgment)>,
    ) -> Vec<Spending> {
        let mut spendings = Vec::new();
        for (proof, judgment) in judged {
            let Some((receipt, _)) = receipt_of(&proof.body) else { continue };
            if !judgment.reason.is_accepted() {
                continue;
            }
            let factors = std::mem::take(&mut judgment.factors);
            *judgment = Judgment::counts(receipt.credits.saturating_mul(ONE), factors);
            let customer = self.state.customers.entry(receipt.customer).or_default();
            customer.lifetime_spent = customer.lifetime_spent.saturating_add(receipt.credits);
            customer.counted.insert(receipt.id, receipt.ended_at_ms);
            spendings.push(Spending {
                customer: receipt.customer,
                device: proof.device.address,
                credits: receipt.credits,
                proof: proof.id,
            });
        }
        self.state.forget(self.input.ends_at_ms, &self.input.policy.usage);
        spendings
    }
}

/// Which proofs have a receipt that its customer signed, of those that `counts` says are to be looked
/// at. On all processors: a signature costs a hundred times what everything else about a receipt does,
/// and any device may send many that nobody signed.
pub(crate) fn signed(
    input: &EpochInput<'_>,
    proofs: &[Proof<'_>],
    counts: impl Fn(usize) -> bool + Sync,
) -> Vec<bool> {
    let policy = &input.policy.usage;
    let to_verify = |at: usize, proof: &Proof<'_>| {
        let (receipt, _) = receipt_of(&proof.body)?;
        let looked_at = counts(at) && possible(policy, proof.captured_at_ms, receipt).is_ok();
        looked_at.then_some(receipt.customer)
    };
    let customers: HashSet<Address> =
        proofs.iter().enumerate().filter_map(|(at, proof)| to_verify(at, proof)).collect();
    let keys: HashMap<Address, KnownKey> =
        customers.into_par_iter().map(|wallet| (wallet, customer_key(&wallet))).collect();
    proofs
        .par_iter()
        .enumerate()
        .map(|(at, proof)| {
            let verified = || {
                let key = keys.get(&to_verify(at, proof)?)?;
                let (receipt, content_root) = receipt_of(&proof.body)?;
                let message =
                    receipt.signed_message(&input.network, proof.kind, proof.key(), &content_root);
                key.verify(&message, &receipt.signature).ok()
            };
            verified().is_some()
        })
        .collect()
}

/// Rules 1 and 2.
fn possible(policy: &UsagePolicy, captured_at_ms: u64, receipt: &Receipt) -> Result<(), Reason> {
    let lasted_ms = receipt.ended_at_ms.saturating_sub(receipt.started_at_ms);
    let latest_ms = captured_at_ms.saturating_add(policy.clock_tolerance_ms);
    if receipt.ended_at_ms > latest_ms || lasted_ms > policy.max_service_ms {
        return Err(Reason::ReceiptTimesImpossible);
    }
    if captured_at_ms.saturating_sub(receipt.ended_at_ms) > policy.max_receipt_age_ms {
        return Err(Reason::ReceiptTooOld);
    }
    let seconds = u128::from(lasted_ms).div_ceil(1_000).saturating_add(1);
    let most = seconds.saturating_mul(policy.max_bytes_per_second.into());
    if u128::from(receipt.bytes) > most {
        return Err(Reason::ReceiptRateImpossible);
    }
    Ok(())
}
