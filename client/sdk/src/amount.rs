//! Amounts and other numbers with a unit, each a type of its own: what counts tokens cannot be
//! passed where lamports, credits or an index are meant.
//!
//! A unit's number is public (`Tokens(5).0`), so that going to and from plain integers is possible
//! and visible. Sums and differences are checked (`checked_*`) or say that they saturate; parts
//! round down. Texts are read exactly or not at all, and an amount that is shown is never more than
//! what there is.
//!
//! ```
//! use cairn_sdk::amount::{BasisPoints, Tokens};
//!
//! let price = Tokens::parse("12.345678", 6)?;
//! assert_eq!(price, Tokens(12_345_678));
//! assert_eq!(price.display(6).to_string(), "12.345678");
//! assert_eq!(price.display_to(6, 2).to_string(), "12.34");
//! assert_eq!(BasisPoints::parse("2.5")?.of(Tokens(1_000)), Tokens(25));
//! # Ok::<(), cairn_sdk::amount::ParseAmountError>(())
//! ```

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    /// Neither digits nor digits with a decimal point.
    #[error("`{0}` is not an amount; write digits, with a point before decimals")]
    NotANumber(String),
    /// More decimals than the unit has.
    #[error("`{text}` has more than {decimals} decimals, which is all that there are here")]
    TooPrecise {
        /// What was given.
        text: String,
        /// What the unit has.
        decimals: u8,
    },
    /// Beyond what the type holds.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// Reads a decimal number as a whole number of 10^-`decimals`; exactly or not at all.
fn parse_units(text: &str, decimals: u8) -> Result<u64, ParseAmountError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return Err(ParseAmountError::NotANumber(text.into()));
    }
    let width = usize::from(decimals);
    if fraction.len() > width {
        return Err(ParseAmountError::TooPrecise { text: text.into(), decimals });
    }
    let all = format!("{whole}{fraction:0<width$}");
    let all = if all.is_empty() { "0" } else { &all };
    all.parse().map_err(|_| ParseAmountError::TooLarge(text.into()))
}

/// Renders a whole number of 10^-`decimals` with at most `places` of its decimals, rounded down,
/// without trailing zeros.
fn render_units(units: u64, decimals: u8, places: u8) -> String {
    let width = usize::from(decimals);
    let digits = format!("{units:0>0$}", width.saturating_add(1));
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(width));
    let shown = fraction.get(..usize::from(places)).unwrap_or(fraction).trim_end_matches('0');
    if shown.is_empty() { whole.to_owned() } else { format!("{whole}.{shown}") }
}

/// A 64-bit unit. In JSON it is a decimal string, because a JavaScript number would lose some; other
/// serializers see the unit's name.
macro_rules! units {
    ($($(#[$about:meta])* $name:ident;)*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub u64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// The sum, or `None` beyond 64 bits.
            pub const fn checked_add(self, other: Self) -> Option<Self> {
                match self.0.checked_add(other.0) {
                    Some(sum) => Some(Self(sum)),
                    None => None,
                }
            }

            /// What is left, or `None` when `other` is more.
            pub const fn checked_sub(self, other: Self) -> Option<Self> {
                match self.0.checked_sub(other.0) {
                    Some(rest) => Some(Self(rest)),
                    None => None,
                }
            }

            /// What is left, or nothing when `other` is more.
            #[must_use]
            pub const fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }

            /// The sum of all, or `None` beyond 64 bits.
            pub fn checked_sum(all: impl IntoIterator<Item = Self>) -> Option<Self> {
                all.into_iter().try_fold(Self(0), Self::checked_add)
            }

            /// Whether there is nothing.
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_newtype_struct(stringify!($name), &self.0.to_string())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse()
                    .map(Self)
                    .map_err(|_| D::Error::custom(format!("`{text}` is not an amount")))
            }
        }
    )*};
}

units! {
    /// Tokens, in the smallest unit of their mint: of the rewards, or of the stake where the
    /// staking program speaks.
    Tokens;
    /// Lamports, of which 10⁹ are one SOL.
    Lamports;
    /// Usage credits; what one is worth is the founder's to say.
    Credits;
    /// Price of usage credits: credits × 10⁹ per smallest unit of the token.
    CreditPrice;
    /// Points, which an epoch's emission is divided by.
    Points;
}

impl Tokens {
    /// Reads a decimal amount exactly, such as `12.5`; never rounds.
    ///
    /// # Errors
    /// When the text is no number, has too many decimals, or is too large.
    pub fn parse(text: &str, decimals: u8) -> Result<Self, ParseAmountError> {
        parse_units(text, decimals).map(Self)
    }

    /// Renders the amount exactly, without trailing zeros: `12.5`.
    pub fn display(self, decimals: u8) -> impl fmt::Display {
        render_units(self.0, decimals, decimals)
    }

    /// Renders the amount with at most `places` decimals, rounded down: never more than there is.
    pub fn display_to(self, decimals: u8, places: u8) -> impl fmt::Display {
        render_units(self.0, decimals, places)
    }
}

impl Lamports {
    /// Decimals of SOL.
    pub const DECIMALS: u8 = 9;

    /// Reads an amount of SOL exactly, such as `0.25`.
    ///
    /// # Errors
    /// As [`Tokens::parse`].
    pub fn parse_sol(text: &str) -> Result<Self, ParseAmountError> {
        parse_units(text, Self::DECIMALS).map(Self)
    }
}

/// In SOL, exactly: `0.00203928 SOL`.
impl fmt::Display for Lamports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} SOL", render_units(self.0, Self::DECIMALS, Self::DECIMALS))
    }
}

impl Credits {
    /// Reads a whole number of credits.
    ///
    /// # Errors
    /// When the text is no whole number, or too large.
    pub fn parse(text: &str) -> Result<Self, ParseAmountError> {
        parse_units(text, 0).map(Self)
    }
}

impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl CreditPrice {
    /// Reads a price in credits per whole token of `decimals`, exactly: the smallest step is
    /// 10^(`decimals` − 9) credits per token.
    ///
    /// # Errors
    /// As [`Tokens::parse`].
    pub fn parse(text: &str, decimals: u8) -> Result<Self, ParseAmountError> {
        let too_large = || ParseAmountError::TooLarge(text.into());
        if decimals <= 9 {
            return parse_units(text, 9u8.saturating_sub(decimals)).map(Self);
        }
        // Finer than the price's own step: a whole number of 10^(decimals − 9) credits.
        let step =
            10u64.checked_pow(u32::from(decimals).saturating_sub(9)).ok_or_else(too_large)?;
        let credits = parse_units(text, 0)?;
        if credits.checked_rem(step) != Some(0) {
            return Err(ParseAmountError::TooPrecise { text: text.into(), decimals: 0 });
        }
        credits.checked_div(step).map(Self).ok_or_else(too_large)
    }

    /// In credits per whole token of `decimals`, exactly.
    pub fn display(self, decimals: u8) -> impl fmt::Display {
        if decimals <= 9 {
            let places = 9u8.saturating_sub(decimals);
            return render_units(self.0, places, places);
        }
        let step = 10u128.saturating_pow(u32::from(decimals).saturating_sub(9));
        u128::from(self.0).saturating_mul(step).to_string()
    }
}

/// A part of a whole, in hundredths of a percent: 0 to 10,000.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct BasisPoints(pub u16);

impl BasisPoints {
    /// The whole.
    pub const ALL: Self = Self(cairn_protocol::split::ALL_BPS);

    /// Reads a percentage exactly, such as `12.5` or `12.5%`, up to 100.
    ///
    /// # Errors
    /// When the text is no number, has more than two decimals, or is more than 100.
    pub fn parse(text: &str) -> Result<Self, ParseAmountError> {
        let units = parse_units(text.strip_suffix('%').unwrap_or(text), 2)?;
        match u16::try_from(units) {
            Ok(bps) if bps <= Self::ALL.0 => Ok(Self(bps)),
            _ => Err(ParseAmountError::TooLarge(text.into())),
        }
    }

    /// This part of `amount`, rounded down.
    #[must_use]
    pub fn of(self, amount: Tokens) -> Tokens {
        let whole = u128::from(Self::ALL.0);
        let part = u128::from(amount.0).saturating_mul(self.0.into()).checked_div(whole);
        // Of a part that is more than the whole, which nothing here makes, the whole.
        Tokens(part.and_then(|part| u64::try_from(part).ok()).unwrap_or(amount.0))
    }
}

/// As a percentage, exactly: `12.5 %`.
impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", render_units(self.0.into(), 2, 2))
    }
}

/// Number of an epoch.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Epoch(pub u64);

/// An epoch is a count, not an amount: a plain number may stand for it, no amount may.
impl From<u64> for Epoch {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl std::str::FromStr for Epoch {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A cell of the H3 grid; 0 for none. In JSON and as text it is H3's own hexadecimal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Cell(pub u64);

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("none") } else { write!(f, "{:x}", self.0) }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_none(),
            _ => serializer.collect_str(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_reads_back_as_it_was_written() {
        for (text, decimals, units) in
            [("12.5", 6, 12_500_000), ("0", 6, 0), ("7", 0, 7), ("0.000001", 6, 1), (".5", 1, 5)]
        {
            assert_eq!(Tokens::parse(text, decimals), Ok(Tokens(units)), "{text}");
        }
        assert_eq!(Tokens(12_500_000).display(6).to_string(), "12.5");
        assert_eq!(Tokens(1).display(9).to_string(), "0.000000001");
        assert_eq!(Tokens(u64::MAX).display(0).to_string(), u64::MAX.to_string());
        assert_eq!(Lamports(2_039_280).to_string(), "0.00203928 SOL");
        assert_eq!(BasisPoints(1_250).to_string(), "12.5 %");
    }

    #[test]
    fn an_amount_that_would_need_rounding_is_refused() {
        assert!(matches!(Tokens::parse("0.1234567", 6), Err(ParseAmountError::TooPrecise { .. })));
        assert!(matches!(Tokens::parse("-1", 6), Err(ParseAmountError::NotANumber(_))));
        assert!(matches!(Tokens::parse(".", 6), Err(ParseAmountError::NotANumber(_))));
        assert!(matches!(Tokens::parse("18446744073710", 6), Err(ParseAmountError::TooLarge(_))));
        assert!(matches!(Credits::parse("1.5"), Err(ParseAmountError::TooPrecise { .. })));
        assert!(matches!(BasisPoints::parse("100.01"), Err(ParseAmountError::TooLarge(_))));
        assert!(matches!(BasisPoints::parse("1.001"), Err(ParseAmountError::TooPrecise { .. })));
    }

    #[test]
    fn a_price_is_said_per_whole_token() {
        // A token of 6 decimals for 2,000 credits: 0.002 credits a unit, times 10⁹.
        assert_eq!(CreditPrice::parse("2000", 6), Ok(CreditPrice(2_000_000)));
        assert_eq!(CreditPrice::parse("2000.001", 6), Ok(CreditPrice(2_000_001)));
        assert_eq!(CreditPrice(2_000_001).display(6).to_string(), "2000.001");
        assert_eq!(CreditPrice::parse("2000", 11), Ok(CreditPrice(20)));
        assert_eq!(CreditPrice(20).display(11).to_string(), "2000");
        assert!(CreditPrice::parse("2001", 11).is_err());
    }

    proptest! {
        #[test]
        fn tokens_read_back_exactly(units: u64, decimals in 0u8..20) {
            let text = Tokens(units).display(decimals).to_string();
            prop_assert_eq!(Tokens::parse(&text, decimals), Ok(Tokens(units)));
        }

        #[test]
        fn tokens_are_never_rounded_up(units: u64, decimals in 0u8..20, places in 0u8..20) {
            let text = Tokens(units).display_to(decimals, places).to_string();
            let shown = Tokens::parse(&text, decimals).unwrap();
            prop_assert!(shown <= Tokens(units));
            let step = 10u128.pow(u32::from(decimals.saturating_sub(places)));
            prop_assert!(u128::from(units - shown.0) < step);
            prop_assert!(text.split_once('.').is_none_or(|(_, f)| f.len() <= usize::from(places)));
        }

        #[test]
        fn no_text_panics_and_what_is_read_is_what_was_meant(text in "\\PC{0,24}", decimals in 0u8..20) {
            if let Ok(amount) = Tokens::parse(&text, decimals) {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                prop_assert!(!digits.is_empty());
                let read = Tokens::parse(&amount.display(decimals).to_string(), decimals);
                prop_assert_eq!(read, Ok(amount));
            }
        }

        #[test]
        fn sol_prices_and_parts_read_back_exactly(units: u64, bps in 0u16..=10_000, decimals in 0u8..12) {
            let sol = Lamports(units).to_string();
            prop_assert_eq!(Lamports::parse_sol(sol.strip_suffix(" SOL").unwrap()), Ok(Lamports(units)));
            let percent = BasisPoints(bps).to_string().replace(' ', "");
            prop_assert_eq!(BasisPoints::parse(&percent), Ok(BasisPoints(bps)));
            let units = units / 1_000;
            let price = CreditPrice(units).display(decimals).to_string();
            prop_assert_eq!(CreditPrice::parse(&price, decimals), Ok(CreditPrice(units)));
        }

        #[test]
        fn parts_round_down_and_add_up_to_no_more_than_the_whole(amount: u64, bps in 0u16..=10_000) {
            let (part, rest) = (BasisPoints(bps), BasisPoints(10_000 - bps));
            let sum = part.of(Tokens(amount)).checked_add(rest.of(Tokens(amount))).unwrap();
            prop_assert!(sum <= Tokens(amount) && amount - sum.0 <= 1);
            prop_assert_eq!(BasisPoints::ALL.of(Tokens(amount)), Tokens(amount));
        }

        #[test]
        fn sums_and_differences_are_exact_or_refused(a: u64, b: u64) {
            let sum = Tokens(a).checked_add(Tokens(b)).map(|sum| sum.0);
            prop_assert_eq!(sum, a.checked_add(b));
            prop_assert_eq!(Tokens(a).checked_sub(Tokens(b)).map(|rest| rest.0), a.checked_sub(b));
            prop_assert_eq!(Tokens::checked_sum([Tokens(a), Tokens(b)]).map(|sum| sum.0), sum);
        }

        #[test]
        fn json_keeps_every_digit(units: u64) {
            let json = serde_json::to_string(&Tokens(units)).unwrap();
            prop_assert_eq!(&json, &format!("\"{units}\""));
            prop_assert_eq!(serde_json::from_str::<Tokens>(&json).unwrap(), Tokens(units));
        }
    }
}
