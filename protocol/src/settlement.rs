//! A value that may change at any time, and that independent readers must agree on for a moment in
//! the past.
//!
//! Oracles look at the chain at different times, seconds or minutes after an epoch's end, and must
//! all read the same operator of a device or the same bond. Keeping the last value with its time
//! is not enough: whoever may change it twice within those minutes decides who sees what. Time is
//! therefore divided into settlement periods, and a moment's value is what held *at the start of
//! its period*. A period's start is fixed once it has begun, however often the value changes
//! within it; two older values are kept, so that every reader gets the same answer until one
//! whole period after the moment's own period has passed.

/// A value with as much of its history as readers need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled<T> {
    /// The value now.
    pub current: T,
    /// When it last changed, unix seconds.
    pub since: i64,
    /// The value before the period of `since`.
    pub previous: T,
    /// When it changed to `previous`, unix seconds.
    pub previous_since: i64,
    /// The value before the period of `previous_since`.
    pub earlier: T,
}

/// The number of the settlement period of `time`, rounded down; a length of 0 counts as 1.
pub const fn period(time: i64, settle_seconds: u32) -> i64 {
    let length = if settle_seconds == 0 { 1 } else { settle_seconds as u64 };
    // The programs' processor has no signed division: `!time` is `-1 - time`, which is not
    // negative for a time before 1970.
    let magnitude = if time < 0 { !time } else { time };
    let periods = match magnitude.unsigned_abs().checked_div(length) {
        Some(periods) => periods.cast_signed(),
        None => 0,
    };
    if time < 0 { !periods } else { periods }
}

/// When the settlement period of `time` began, unix seconds.
pub const fn period_start(time: i64, settle_seconds: u32) -> i64 {
    let length = if settle_seconds == 0 { 1 } else { settle_seconds as i64 };
    period(time, settle_seconds).saturating_mul(length)
}

impl<T> Settled<T> {
    /// The same history of values that `f` makes of these.
    pub fn map<U>(self, mut f: impl FnMut(&T) -> U) -> Settled<U> {
        Settled {
            current: f(&self.current),
            since: self.since,
            previous: f(&self.previous),
            previous_since: self.previous_since,
            earlier: f(&self.earlier),
        }
    }
}

impl<T: Copy> Settled<T> {
    /// A value that never changed.
    pub const fn new(value: T, since: i64) -> Self {
        Self { current: value, since, previous: value, previous_since: since, earlier: value }
    }

    /// The history after a change to `value` at `now`, which is not before `since`.
    #[must_use]
    pub fn record(&self, value: T, now: i64, settle_seconds: u32) -> Self {
        if period(now, settle_seconds) == period(self.since, settle_seconds) {
            Self { current: value, since: now, ..*self }
        } else {
            Self {
                current: value,
                since: now,
                previous: self.current,
                previous_since: self.since,
                earlier: self.previous,
            }
        }
    }

    /// The value at the start of the settlement period of `time`: the same for all who ask before
    /// the period after the next one begins.
    pub fn at(&self, time: i64, settle_seconds: u32) -> T {
        let wanted = period(time, settle_seconds);
        if period(self.since, settle_seconds) < wanted {
            self.current
        } else if period(self.previous_since, settle_seconds) < wanted {
            self.previous
        } else {
            self.earlier
        }
    }
}
