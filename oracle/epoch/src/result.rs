//! The outcome of an epoch: what is stored, served, proposed and compared.

use crate::earnings::Earnings;
use crate::error::EpochError;
use crate::manifest::Manifest;
use crate::text;
use crate::totals::Totals;
use cairn_protocol::hash::Hash;
use cairn_protocol::merkle::{EMPTY, Node};
use cairn_protocol::proposal::ProposalContent;
use cairn_verify::Address;
use serde::{Deserialize, Serialize};

/// The totals through an epoch and their root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochResult {
    /// Address of the network.
    #[serde(with = "text::base58")]
    pub network: Address,
    /// Address of the pool.
    #[serde(with = "text::base58")]
    pub pool: Address,
    /// The epoch.
    pub epoch: u64,
    /// What this oracle computed from its own log; absent when it had nothing of its own and
    /// adopted the root from the chain.
    pub earnings: Option<Earnings>,
    /// Whether the totals are those that the chain finalized instead of this oracle's own.
    pub adopted: bool,
    /// Every input; absent when adopted.
    pub manifest: Option<Manifest>,
    /// Commits to every input; absent when adopted.
    #[serde(with = "text::hash_option")]
    pub manifest_hash: Option<Hash>,
    /// Root hash; zeros when nobody earned yet.
    #[serde(with = "text::hash")]
    pub root: Hash,
    /// Tokens of all operators over all epochs.
    #[serde(with = "text::amount")]
    pub root_sum: u64,
    /// Operators with tokens.
    pub leaf_count: u32,
    /// Root hash of what customers used; zeros when nobody did yet.
    #[serde(with = "text::hash")]
    pub usage_root: Hash,
    /// Credits that all customers used over all epochs.
    #[serde(with = "text::amount")]
    pub usage_sum: u64,
    /// The totals.
    pub totals: Totals,
}

impl EpochResult {
    /// Adds an epoch's earnings to the totals through the epochs before.
    ///
    /// # Errors
    /// When a sum exceeds 64 bits.
    pub fn compute(
        network: Address,
        pool: Address,
        previous: &Totals,
        earnings: Earnings,
    ) -> Result<Self, EpochError> {
        let (before, _) = root_of(previous, &pool)?;
        let usage_before = usage_of(previous, &pool)?;
        let totals = previous.plus(&earnings)?;
        let (root, leaf_count) = root_of(&totals, &pool)?;
        let usage = usage_of(&totals, &pool)?;
        let manifest = Manifest {
            network,
            pool,
            epoch: earnings.epoch,
            starts_at_s: earnings.starts_at_s,
            ends_at_s: earnings.ends_at_s,
            treasury: earnings.treasury,
            budget: earnings.budget,
            credit_price: earnings.credit_price,
            previous_root: before.hash,
            previous_sum: before.sum,
            previous_usage_root: usage_before.hash,
            previous_usage_sum: usage_before.sum,
            inputs: earnings.inputs,
        };
        Ok(Self {
            network,
            pool,
            epoch: earnings.epoch,
            manifest_hash: Some(manifest.hash()),
            manifest: Some(manifest),
            earnings: Some(earnings),
            adopted: false,
            root: root.hash,
            root_sum: root.sum,
            leaf_count,
            usage_root: usage.hash,
            usage_sum: usage.sum,
            totals,
        })
    }

    /// The result of an epoch that the chain finalized otherwise than this oracle computed, or
    /// that it computed nothing for. `own` earnings are kept so that the difference can be
    /// explained.
    ///
    /// # Errors
    /// When a sum exceeds 64 bits.
    pub fn adopt(
        network: Address,
        pool: Address,
        epoch: u64,
        totals: Totals,
        own: Option<Earnings>,
    ) -> Result<Self, EpochError> {
        let (root, leaf_count) = root_of(&totals, &pool)?;
        let usage = usage_of(&totals, &pool)?;
        Ok(Self {
            network,
            pool,
            epoch,
            earnings: own,
            adopted: true,
            manifest: None,
            manifest_hash: None,
            root: root.hash,
            root_sum: root.sum,
            leaf_count,
            usage_root: usage.hash,
            usage_sum: usage.sum,
            totals,
        })
    }

    /// Root hash and sum.
    pub fn node(&self) -> Node {
        Node { hash: self.root, sum: self.root_sum }
    }

    /// Root hash and sum of what customers used.
    pub fn usage(&self) -> Node {
        Node { hash: self.usage_root, sum: self.usage_sum }
    }

    /// What this oracle proposes or attests; `None` for an adopted result or an empty tree.
    pub fn content(&self) -> Option<ProposalContent> {
        let manifest_hash = self.manifest_hash.filter(|_| self.leaf_count > 0 && !self.adopted)?;
        Some(ProposalContent {
            root: self.root,
            root_sum: self.root_sum,
            leaf_count: self.leaf_count,
            manifest_hash,
            penalties_root: [0; 32],
            penalties_sum: 0,
            usage_root: self.usage_root,
            usage_sum: self.usage_sum,
        })
    }

    /// Every leaf, for anyone to rebuild the root from.
    pub fn leaves(&self) -> LeavesDocument {
        LeavesDocument {
            network: self.network,
            pool: self.pool,
            epoch: self.epoch,
            root: self.root,
            root_sum: self.root_sum,
            leaf_count: self.leaf_count,
            usage_root: self.usage_root,
            usage_sum: self.usage_sum,
            totals: self.totals.clone(),
        }
    }
}

/// Every leaf of an epoch: operators with their devices, and customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavesDocument {
    /// Address of the network.
    #[serde(with = "text::base58")]
    pub network: Address,
    /// Address of the pool.
    #[serde(with = "text::base58")]
    pub pool: Address,
    /// The epoch.
    pub epoch: u64,
    /// Root hash that the leaves give.
    #[serde(with = "text::hash")]
    pub root: Hash,
    /// Sum of the leaves.
    #[serde(with = "text::amount")]
    pub root_sum: u64,
    /// Operator leaves.
    pub leaf_count: u32,
    /// Root hash that the customers' leaves give.
    #[serde(with = "text::hash")]
    pub usage_root: Hash,
    /// Sum of the customers' leaves.
    #[serde(with = "text::amount")]
    pub usage_sum: u64,
    /// The leaves: `operators`, ascending, their devices ascending by address; `customers`,
    /// ascending.
    #[serde(flatten)]
    pub totals: Totals,
}

impl LeavesDocument {
    /// Computes both roots again and compares them with ones that are trusted (the chain's), never
    /// with what the document itself states.
    ///
    /// # Errors
    /// When the leaves do not give these roots and sums.
    pub fn rebuild(
        self,
        pool: &Address,
        trusted: &Node,
        trusted_usage: &Node,
    ) -> Result<Totals, EpochError> {
        let (root, _) = root_of(&self.totals, pool)?;
        let usage = usage_of(&self.totals, pool)?;
        let text = |node: &Node| format!("{} with sum {}", hex::encode(node.hash), node.sum);
        for (what, stated, computed) in
            [("root", trusted, &root), ("usage root", trusted_usage, &usage)]
        {
            if stated != computed {
                let (stated, computed) = (text(stated), text(computed));
                return Err(EpochError::Mismatch { what, stated, computed });
            }
        }
        Ok(self.totals)
    }
}

/// Root of what customers used.
fn usage_of(totals: &Totals, pool: &Address) -> Result<Node, EpochError> {
    Ok(totals.usage_tree(pool)?.map_or(EMPTY, |tree| tree.root()))
}

fn root_of(totals: &Totals, pool: &Address) -> Result<(Node, u32), EpochError> {
    Ok(match totals.tree(pool)? {
        None => (EMPTY, 0),
        Some(tree) => (
            tree.root(),
            u32::try_from(tree.leaf_count()).map_err(|_| EpochError::Overflow("leaves"))?,
        ),
    })
}
