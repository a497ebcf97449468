//! Parameters of the compute kinds.

use super::Checker;
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of the compute kinds.
#[derive(
    Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub struct ComputePolicy {}

impl ComputePolicy {
    pub(super) fn check(&self, _: &mut Checker) {}
}
