//! What can be measured.

use crate::policy::Checker;
use borsh::BorshSerialize;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The largest number in a quantity's row; leaves room for sums and differences.
pub(in crate::policy) const VALUE: std::ops::RangeInclusive<i128> =
    -1_000_000_000_000..=1_000_000_000_000;

/// A quantity, and what its measurements can be like. Values are whole multiples of 10 to the power of
/// −`decimals` of the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, BorshSerialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// Number in readings; never reused for something else.
    pub number: u16,
    /// Name in CLI and app, 1 to 64 characters.
    pub name: String,
    /// Unit in CLI and app, such as `°C`; at most 64 characters.
    pub unit: String,
    /// Digits of a value after the unit's point, 0 to 9.
    pub decimals: u8,
    /// The smallest value possible.
    pub least: i64,
    /// The largest value possible.
    pub most: i64,
    /// The largest change within a minute. Times between readings are rounded up to whole minutes, so
    /// that noise between readings in quick succession passes; all within a minute are compared with its
    /// first. 0: any.
    pub max_step_per_minute: i64,
    /// How many readings in a row may have the very same value; of a longer run only the first
    /// counts. 0: any number.
    pub max_equal: u32,
    /// How far apart readings are expected, in seconds, 1 to 86,400; more frequent ones earn no more.
    pub interval_s: u32,
    /// How far sensors that are right may be apart, at least 1. It stands for the median absolute
    /// deviation where neighbours agree more closely than that, or completely.
    pub agreement: i64,
    /// What an hour counts for, in millionths, up to 1,000,000,000.
    pub weight_ppm: u64,
}

impl Quantity {
    /// The number since 1970 of the interval that a time in unix milliseconds lies in.
    pub(crate) fn interval_of(&self, at_ms: u64) -> u64 {
        at_ms / (u64::from(self.interval_s.max(1)) * 1_000)
    }

    /// Temperature, relative humidity, air pressure and wind with range and step limits after the WMO's
    /// Guidelines on Quality Control Procedures for Data from Automatic Weather Stations (Zahumenský,
    /// 2004); PM2.5 and PM10 by the range of light-scattering sensors (0 to 1,000 µg/m³); noise in
    /// dB(A); carbon dioxide of the outside air and rooms; rain, which may be nothing for ever.
    pub fn defaults() -> Vec<Self> {
        // number, name, unit, decimals, least, most, step, equal, interval, agreement
        type Row = (u16, &'static str, &'static str, u8, [i64; 2], i64, u32, u32, i64);
        // 36 equal readings are three hours at the usual interval: living air changes in the last digit
        // long before.
        const ROWS: [Row; 9] = [
            (1, "temperature", "°C", 2, [-8_000, 6_000], 300, 36, 300, 50),
            // Fog keeps sensors at exactly 100 % for hours.
            (2, "relative_humidity", "%", 2, [0, 10_000], 1_000, 144, 300, 300),
            // Neighbours may stand 80 m higher: 10 hPa.
            (3, "pressure", "hPa", 2, [50_000, 110_000], 50, 36, 300, 500),
            (4, "pm2_5", "µg/m³", 1, [0, 10_000], 2_000, 36, 300, 50),
            (5, "pm10", "µg/m³", 1, [0, 10_000], 2_000, 36, 300, 100),
            // A lorry passing is no spike.
            (6, "noise", "dB(A)", 2, [1_500, 14_000], 0, 12, 60, 1_000),
            (7, "carbon_dioxide", "ppm", 0, [300, 10_000], 1_000, 36, 300, 50),
            (8, "rain", "mm/h", 2, [0, 50_000], 0, 0, 300, 500),
            // Calm air stands still for a night.
            (9, "wind_speed", "m/s", 2, [0, 7_500], 2_000, 144, 300, 200),
        ];
        ROWS.into_iter()
            .map(|(number, name, unit, decimals, [least, most], step, equal, interval, agree)| {
                Self {
                    number,
                    name: name.to_owned(),
                    unit: unit.to_owned(),
                    decimals,
                    least,
                    most,
                    max_step_per_minute: step,
                    max_equal: equal,
                    interval_s: interval,
                    agreement: agree,
                    weight_ppm: 1_000_000,
                }
            })
            .collect()
    }
}

pub(super) fn check(quantities: &[Quantity], checker: &mut Checker) {
    checker.within("sensor.quantities", quantities.len() as u64, 0..=1_000);
    let mut numbers = BTreeSet::new();
    for (at, quantity) in quantities.iter().enumerate() {
        let field = |name: &str| format!("sensor.quantities[{at}].{name}");
        if !numbers.insert(quantity.number) {
            checker.twice(field("number"), quantity.number);
        }
        let characters = |text: &str| text.chars().count() as u64;
        checker.within(field("name"), characters(&quantity.name), 1..=64);
        checker.within(field("unit"), characters(&quantity.unit), 0..=64);
        checker.within(field("decimals"), quantity.decimals, 0..=9);
        checker.within(field("least"), quantity.least, VALUE);
        checker.within(field("most"), quantity.most, quantity.least.into()..=*VALUE.end());
        let step = quantity.max_step_per_minute;
        checker.within(field("max_step_per_minute"), step, 0..=*VALUE.end());
        checker.within(field("max_equal"), quantity.max_equal, 0..=1_000_000);
        checker.within(field("interval_s"), quantity.interval_s, 1..=86_400);
        checker.within(field("agreement"), quantity.agreement, 1..=*VALUE.end());
        checker.within(field("weight_ppm"), quantity.weight_ppm, 0..=1_000_000_000);
    }
}
