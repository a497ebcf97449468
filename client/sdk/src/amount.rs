//! Amounts of tokens, counted in the mint's smallest unit.

use std::fmt;

/// An amount in the mint's smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tokens(pub u64);

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    /// Neither digits nor digits with a decimal point.
    #[error("`{0}` is not an amount; write digits, with a point before decimals")]
    NotANumber(String),
    /// More decimals than the mint has.
    #[error("`{text}` has more than the mint's {decimals} decimals")]
    TooPrecise {
        /// What was given.
        text: String,
        /// What the mint has.
        decimals: u8,
    },
    /// Beyond 64 bits of smallest units.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

impl Tokens {
    /// Reads a decimal amount exactly, such as `12.5`; never rounds.
    ///
    /// # Errors
    /// When the text is no number, has too many decimals, or is too large.
    pub fn parse(text: &str, decimals: u8) -> Result<Self, ParseAmountError> {
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
        all.parse().map(Self).map_err(|_| ParseAmountError::TooLarge(text.into()))
    }

    /// Renders the amount exactly, without trailing zeros: `12.5`.
    pub fn display(self, decimals: u8) -> impl fmt::Display {
        let width = usize::from(decimals);
        let digits = format!("{:0>1$}", self.0, width.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(width));
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }

    #[test]
    fn an_amount_that_would_need_rounding_is_refused() {
        assert!(matches!(Tokens::parse("0.1234567", 6), Err(ParseAmountError::TooPrecise { .. })));
        assert!(matches!(Tokens::parse("-1", 6), Err(ParseAmountError::NotANumber(_))));
        assert!(matches!(Tokens::parse(".", 6), Err(ParseAmountError::NotANumber(_))));
        assert!(matches!(Tokens::parse("18446744073710", 6), Err(ParseAmountError::TooLarge(_))));
    }
}
