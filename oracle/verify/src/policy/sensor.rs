//! Parameters of the sensor kinds.

use super::Checker;
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of the sensor kinds.
#[derive(
    Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, BorshSerialize, JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub struct SensorPolicy {}

impl SensorPolicy {
    pub(super) fn check(&self, _: &mut Checker) {}
}
