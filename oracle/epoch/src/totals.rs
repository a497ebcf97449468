//! What everyone earned and used over all epochs, and the trees over it.

use crate::earnings::Earnings;
use crate::error::EpochError;
use crate::text;
use cairn_protocol::hash::Hash;
use cairn_protocol::merkle::{DeviceLeaf, Node, OperatorLeaf, SumTree, UsageLeaf};
use cairn_verify::Address;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one operator earned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperatorTotal {
    /// Tokens that no device of it earned: the treasury's dust.
    pub direct: u64,
    /// Tokens by device.
    pub devices: BTreeMap<Address, u64>,
}

impl OperatorTotal {
    /// Everything that the operator earned.
    ///
    /// # Errors
    /// When that exceeds 64 bits.
    pub fn lifetime_total(&self) -> Result<u64, EpochError> {
        self.devices
            .values()
            .try_fold(self.direct, |sum, tokens| sum.checked_add(*tokens))
            .ok_or(EpochError::Overflow("tokens of an operator"))
    }

    /// The tree over the operator's devices; `None` when it has none.
    fn device_tree(&self, operator: &Address) -> Result<Option<SumTree>, EpochError> {
        if self.devices.is_empty() {
            return Ok(None);
        }
        let leaves = self
            .devices
            .iter()
            .map(|(device, tokens)| {
                DeviceLeaf { operator: *operator, device: *device, lifetime_total: *tokens }.node()
            })
            .collect();
        Ok(Some(SumTree::build(leaves)?))
    }

    fn devices_root(&self, operator: &Address) -> Result<Hash, EpochError> {
        Ok(self.device_tree(operator)?.map_or([0; 32], |tree| tree.root().hash))
    }
}

/// What everyone earned and used in all epochs through one; only entries above zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Entries", into = "Entries")]
pub struct Totals {
    operators: BTreeMap<Address, OperatorTotal>,
    /// Credits by customer.
    customers: BTreeMap<Address, u64>,
}

/// All leaves as they are stored and served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entries {
    operators: Vec<OperatorEntry>,
    customers: Vec<CustomerEntry>,
}

/// One customer's leaf as it is stored and served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct CustomerEntry {
    #[serde(with = "text::base58")]
    customer: Address,
    #[serde(with = "text::amount")]
    lifetime_spent: u64,
}

/// One operator's leaf as it is stored and served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OperatorEntry {
    #[serde(with = "text::base58")]
    operator: Address,
    #[serde(with = "text::amount")]
    lifetime_total: u64,
    #[serde(with = "text::hash")]
    devices_root: Hash,
    devices: Vec<DeviceEntry>,
}

/// One device's leaf as it is stored and served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DeviceEntry {
    #[serde(with = "text::base58")]
    device: Address,
    #[serde(with = "text::amount")]
    lifetime_total: u64,
}

impl Totals {
    /// What one operator earned.
    pub fn operator(&self, operator: &Address) -> Option<&OperatorTotal> {
        self.operators.get(operator)
    }

    /// Every operator with tokens, ascending.
    pub fn operators(&self) -> impl Iterator<Item = (&Address, &OperatorTotal)> {
        self.operators.iter()
    }

    /// The operator for whom a device earned most over its life, of equal ones the one with the lower
    /// address; `None` when it never earned anything.
    pub fn best_operator(&self, device: &Address) -> Option<&Address> {
        self.operators
            .iter()
            .filter_map(|(operator, total)| Some((operator, *total.devices.get(device)?)))
            .filter(|(_, earned)| *earned > 0)
            .max_by_key(|(operator, earned)| (*earned, std::cmp::Reverse(*operator)))
            .map(|(operator, _)| operator)
    }

    /// Credits that one customer used in all epochs.
    pub fn lifetime_spent(&self, customer: &Address) -> u64 {
        self.customers.get(customer).copied().unwrap_or(0)
    }

    /// Every customer that used something, ascending, with its credits.
    pub fn customers(&self) -> impl Iterator<Item = (&Address, u64)> {
        self.customers.iter().map(|(customer, credits)| (customer, *credits))
    }

    /// These totals with an epoch's earnings added.
    ///
    /// # Errors
    /// When a total exceeds 64 bits.
    pub fn plus(&self, earnings: &Earnings) -> Result<Self, EpochError> {
        const OVERFLOW: EpochError = EpochError::Overflow("tokens of a device");
        let mut next = self.clone();
        for stub in earnings.paystubs.iter().filter(|stub| stub.share > 0) {
            let operator = next.operators.entry(stub.operator).or_default();
            let tokens = operator.devices.entry(stub.device).or_default();
            *tokens = tokens.checked_add(stub.share).ok_or(OVERFLOW)?;
        }
        for spent in earnings.spent.iter().filter(|spent| spent.credits > 0) {
            let credits = next.customers.entry(spent.customer).or_default();
            *credits = credits
                .checked_add(spent.credits)
                .ok_or(EpochError::Overflow("credits of a customer"))?;
        }
        if earnings.dust > 0 {
            let treasury = next.operators.entry(earnings.treasury).or_default();
            treasury.direct = treasury.direct.checked_add(earnings.dust).ok_or(OVERFLOW)?;
        }
        Ok(next)
    }

    /// The tree over all operators of a pool; `None` when nobody earned yet.
    ///
    /// # Errors
    /// When the sums exceed 64 bits.
    pub fn tree(&self, pool: &Address) -> Result<Option<TotalsTree>, EpochError> {
        if self.operators.is_empty() {
            return Ok(None);
        }
        let leaves = self
            .operators
            .iter()
            .map(|(operator, total)| {
                Ok(OperatorLeaf {
                    pool: *pool,
                    operator: *operator,
                    lifetime_total: total.lifetime_total()?,
                    devices_root: total.devices_root(operator)?,
                })
            })
            .collect::<Result<Vec<_>, EpochError>>()?;
        let tree = SumTree::build(leaves.iter().map(OperatorLeaf::node).collect())?;
        Ok(Some(TotalsTree { leaves, tree }))
    }

    /// The tree over all customers of a pool; `None` when nobody used anything yet.
    ///
    /// # Errors
    /// When the sums exceed 64 bits.
    pub fn usage_tree(&self, pool: &Address) -> Result<Option<UsageTree>, EpochError> {
        if self.customers.is_empty() {
            return Ok(None);
        }
        let leaf = |(customer, lifetime_spent): (&Address, &u64)| UsageLeaf {
            pool: *pool,
            customer: *customer,
            lifetime_spent: *lifetime_spent,
        };
        let leaves: Vec<UsageLeaf> = self.customers.iter().map(leaf).collect();
        let tree = SumTree::build(leaves.iter().map(UsageLeaf::node).collect())?;
        Ok(Some(UsageTree { leaves, tree }))
    }

    /// Shows that a device earned what it did for an operator: its leaf in the operator's device
    /// tree. `None` when it earned nothing for that operator.
    ///
    /// # Errors
    /// When the sums exceed 64 bits.
    pub fn device_proof(
        &self,
        operator: &Address,
        device: &Address,
    ) -> Result<Option<DeviceProof>, EpochError> {
        let Some(total) = self.operators.get(operator) else { return Ok(None) };
        let Some(position) = total.devices.keys().position(|known| known == device) else {
            return Ok(None);
        };
        let (Some(tree), Some(&lifetime_total), Ok(index)) =
            (total.device_tree(operator)?, total.devices.get(device), u32::try_from(position))
        else {
            return Ok(None);
        };
        let leaf = DeviceLeaf { operator: *operator, device: *device, lifetime_total };
        Ok(Some(DeviceProof { leaf, index, proof: tree.prove(index)?, root: tree.root() }))
    }
}

/// A device's leaf and the proof that leads to its operator's device tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceProof {
    /// The device's leaf.
    pub leaf: DeviceLeaf,
    /// Its index in the operator's tree.
    pub index: u32,
    /// Siblings from the leaf up, 40 bytes each.
    pub proof: Vec<u8>,
    /// Root of the operator's device tree; its hash is in the operator's leaf.
    pub root: Node,
}

/// An operator's leaf and the proof that leads to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The operator's leaf.
    pub leaf: OperatorLeaf,
    /// Its index.
    pub index: u32,
    /// Siblings from the leaf up, 40 bytes each.
    pub proof: Vec<u8>,
}

/// The tree over all operators.
#[derive(Debug, Clone)]
pub struct TotalsTree {
    leaves: Vec<OperatorLeaf>,
    tree: SumTree,
}

impl TotalsTree {
    /// Root hash and the sum of all tokens.
    pub fn root(&self) -> Node {
        self.tree.root()
    }

    /// The number of operators.
    pub fn leaf_count(&self) -> usize {
        self.leaves.len()
    }

    /// What an operator claims with; `None` when it has no leaf.
    pub fn claim(&self, operator: &Address) -> Option<Claim> {
        let at = self.leaves.binary_search_by_key(operator, |leaf| leaf.operator).ok()?;
        let index = u32::try_from(at).ok()?;
        let proof = self.tree.prove(index).ok()?;
        Some(Claim { leaf: *self.leaves.get(at)?, index, proof })
    }
}

/// A customer's leaf and the proof that leads to the usage root: what `settle_usage` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageProof {
    /// The customer's leaf.
    pub leaf: UsageLeaf,
    /// Its index.
    pub index: u32,
    /// Siblings from the leaf up, 40 bytes each.
    pub proof: Vec<u8>,
}

/// The tree over all customers.
#[derive(Debug, Clone)]
pub struct UsageTree {
    leaves: Vec<UsageLeaf>,
    tree: SumTree,
}

impl UsageTree {
    /// Root hash and the sum of all credits.
    pub fn root(&self) -> Node {
        self.tree.root()
    }

    /// Every customer's leaf, ascending.
    pub fn leaves(&self) -> &[UsageLeaf] {
        &self.leaves
    }

    /// What a customer's usage is settled with; `None` when it used nothing.
    pub fn prove(&self, customer: &Address) -> Option<UsageProof> {
        let at = self.leaves.binary_search_by_key(customer, |leaf| leaf.customer).ok()?;
        let index = u32::try_from(at).ok()?;
        let proof = self.tree.prove(index).ok()?;
        Some(UsageProof { leaf: *self.leaves.get(at)?, index, proof })
    }
}

impl From<Totals> for Entries {
    fn from(totals: Totals) -> Self {
        let operators = totals
            .operators
            .into_iter()
            .map(|(operator, total)| OperatorEntry {
                operator,
                // Totals are only made by `plus` and `try_from`, and every result builds the tree,
                // which refuses sums beyond 64 bits.
                lifetime_total: total.lifetime_total().unwrap_or(u64::MAX),
                devices_root: total.devices_root(&operator).unwrap_or_default(),
                devices: total
                    .devices
                    .into_iter()
                    .map(|(device, lifetime_total)| DeviceEntry { device, lifetime_total })
                    .collect(),
            })
            .collect();
        let entry = |(customer, lifetime_spent)| CustomerEntry { customer, lifetime_spent };
        Self { operators, customers: totals.customers.into_iter().map(entry).collect() }
    }
}

impl TryFrom<Entries> for Totals {
    type Error = EpochError;

    /// Takes back what was stored or served, checking everything but the root.
    fn try_from(entries: Entries) -> Result<Self, EpochError> {
        let mut operators = BTreeMap::new();
        for entry in entries.operators {
            if operators.last_key_value().is_some_and(|(last, _)| *last >= entry.operator) {
                return Err(EpochError::Order("operators"));
            }
            if entry.lifetime_total == 0 {
                return Err(EpochError::Zero("an operator"));
            }
            let mut total = OperatorTotal::default();
            for device in entry.devices {
                if total.devices.last_key_value().is_some_and(|(last, _)| *last >= device.device) {
                    return Err(EpochError::Order("devices of an operator"));
                }
                if device.lifetime_total == 0 {
                    return Err(EpochError::Zero("a device"));
                }
                total.devices.insert(device.device, device.lifetime_total);
            }
            total.direct =
                entry.lifetime_total.checked_sub(total.lifetime_total()?).ok_or_else(|| {
                    EpochError::DevicesExceedTotal { operator: text::to_base58(&entry.operator) }
                })?;
            let devices_root = total.devices_root(&entry.operator)?;
            if devices_root != entry.devices_root {
                return Err(EpochError::Mismatch {
                    what: "devices root",
                    stated: hex::encode(entry.devices_root),
                    computed: hex::encode(devices_root),
                });
            }
            operators.insert(entry.operator, total);
        }
        let mut customers = BTreeMap::new();
        for entry in entries.customers {
            if customers.last_key_value().is_some_and(|(last, _)| *last >= entry.customer) {
                return Err(EpochError::Order("customers"));
            }
            if entry.lifetime_spent == 0 {
                return Err(EpochError::Zero("a customer"));
            }
            customers.insert(entry.customer, entry.lifetime_spent);
        }
        Ok(Self { operators, customers })
    }
}
