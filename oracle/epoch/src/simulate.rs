//! What stored epochs would have paid by another policy.

use crate::close::EpochInputs;
use crate::earnings::Earnings;
use crate::error::EpochError;
use crate::text;
use cairn_protocol::proof::Envelope;
use cairn_verify::{Address, Policy, State};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Runs a changed policy over stored epochs, in their order, and adds up what everybody earned and
/// would have earned.
///
/// The state that epochs leave is the changed policy's from the first one on. Proofs that the
/// network refused on arrival are not there to be judged, so a policy that admits more
/// (`[ingest]`) shows no difference.
#[derive(Debug, Clone, Default)]
pub struct Simulation {
    state: State,
    epochs: u64,
    devices: BTreeMap<Address, Pair>,
    operators: BTreeMap<Address, Pair>,
    unpaid: Pair,
}

#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    old: u64,
    new: u64,
}

/// What one device or operator earned, and would have earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Address of the device's registry account, or the operator's wallet.
    #[serde(with = "text::base58")]
    pub who: Address,
    /// Tokens earned.
    #[serde(with = "text::amount")]
    pub old: u64,
    /// Tokens by the changed policy.
    #[serde(with = "text::amount")]
    pub new: u64,
}

impl Change {
    /// Tokens gained; negative when lost.
    pub fn gain(&self) -> i128 {
        i128::from(self.new) - i128::from(self.old)
    }
}

/// Who gains and who loses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Epochs that were simulated.
    pub epochs: u64,
    /// By device, the greatest gain first and the greatest loss last.
    pub devices: Vec<Change>,
    /// By operator, likewise.
    pub operators: Vec<Change>,
    /// Tokens that operators did not get: dust and what was withheld.
    #[serde(with = "text::amount")]
    pub unpaid_old: u64,
    /// The same by the changed policy.
    #[serde(with = "text::amount")]
    pub unpaid_new: u64,
}

impl Simulation {
    /// Begins on the state that the epochs before the first one left.
    pub fn new(state: State) -> Self {
        Self { state, ..Self::default() }
    }

    /// Simulates one epoch: its stored inputs and proofs, what it paid, and the changed policy.
    ///
    /// # Errors
    /// See [`EpochInputs::close`].
    pub fn add(
        &mut self,
        inputs: &EpochInputs,
        envelopes: impl IntoIterator<Item = Envelope>,
        paid: &Earnings,
        policy: &Policy,
    ) -> Result<(), EpochError> {
        let closed = inputs.close(policy, &mut self.state, envelopes)?;
        self.epochs = self.epochs.saturating_add(1);
        self.book(paid, |pair| &mut pair.old);
        self.book(&closed.earnings, |pair| &mut pair.new);
        Ok(())
    }

    fn book(&mut self, earnings: &Earnings, side: fn(&mut Pair) -> &mut u64) {
        let add = |pair: &mut Pair, tokens: u64| {
            let sum = side(pair);
            *sum = sum.saturating_add(tokens);
        };
        for stub in &earnings.paystubs {
            add(self.devices.entry(stub.device).or_default(), stub.share);
            add(self.operators.entry(stub.operator).or_default(), stub.share);
        }
        add(&mut self.unpaid, earnings.dust.saturating_add(earnings.withheld));
    }

    /// Who gains and who loses so far.
    pub fn changes(&self) -> Changes {
        let sorted = |pairs: &BTreeMap<Address, Pair>| {
            let change =
                |(who, pair): (&Address, &Pair)| Change { who: *who, old: pair.old, new: pair.new };
            let mut changes: Vec<Change> = pairs.iter().map(change).collect();
            // Those of the same gain stay in order of their address.
            changes.sort_by_key(|change| std::cmp::Reverse(change.gain()));
            changes
        };
        Changes {
            epochs: self.epochs,
            devices: sorted(&self.devices),
            operators: sorted(&self.operators),
            unpaid_old: self.unpaid.old,
            unpaid_new: self.unpaid.new,
        }
    }
}
