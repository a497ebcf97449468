//! Parameters of the storage kinds.

use super::Checker;
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of the storage kinds.
#[derive(
    Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub struct StoragePolicy {}

impl StoragePolicy {
    pub(super) fn check(&self, _: &mut Checker) {}
}
