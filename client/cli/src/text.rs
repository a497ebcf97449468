//! Any result as lines of text: one `name  value` per field, each number in its unit.
//!
//! Commands give one serialisable value; `--output json` writes it as it is, and this renders it
//! for people: tokens by the mint's decimals, lamports in SOL, basis points in percent, times as
//! dates. So no command has a layout of its own that could drift from its JSON.

use cairn_sdk::amount::{BasisPoints, Lamports, Tokens};
use serde::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    Serializer,
};
use std::fmt::{self, Display};

/// Decimals of the mints that amounts are in; without them amounts are shown in smallest units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scale {
    /// Of the mint that the account is about: the rewards', or the stake's.
    pub tokens: Option<u8>,
    /// Of the rewards' mint where a stake pool speaks.
    pub rewards: Option<u8>,
}

impl Scale {
    /// One mint for everything.
    pub const fn of(decimals: u8) -> Self {
        Self { tokens: Some(decimals), rewards: Some(decimals) }
    }

    fn render(self, field: &str, amount: Tokens) -> String {
        let rewards =
            ["reward", "owed", "earned", "shared"].iter().any(|part| field.contains(part));
        match if rewards { self.rewards } else { self.tokens } {
            Some(decimals) => amount.display(decimals).to_string(),
            None => format!("{} smallest units", amount.0),
        }
    }
}

/// Renders `value` as aligned lines.
///
/// # Errors
/// When the value does not serialise.
pub fn render(value: &impl Serialize, scale: Scale) -> Result<String, fmt::Error> {
    let mut lines = Lines { scale, path: Vec::new(), out: Vec::new() };
    value.serialize(&mut lines).map_err(|_| fmt::Error)?;
    let width = lines.out.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line = |(name, value): &(String, String)| {
        format!("{name:<width$}  {value}\n").trim_start_matches("  ").to_owned()
    };
    Ok(lines.out.iter().map(line).collect())
}

/// A time in unix seconds as a date: `2026-11-22 18:49:00 UTC`.
pub fn date(unix_seconds: i64) -> String {
    // Civil date from a number of days: H. Hinnant, "chrono-compatible low-level date algorithms".
    let (days, second) = (unix_seconds.div_euclid(86_400), unix_seconds.rem_euclid(86_400));
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

#[derive(Debug)]
struct Failed;

impl Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value has no text form")
    }
}

impl std::error::Error for Failed {}

impl serde::ser::Error for Failed {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

struct Lines {
    scale: Scale,
    path: Vec<String>,
    out: Vec<(String, String)>,
}

impl Lines {
    fn field(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn push(&mut self, value: String) -> Result<(), Failed> {
        let name = self.path.join(" ").replace('_', " ");
        self.out.push((name, value));
        Ok(())
    }

    fn inside<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Failed> {
        self.path.push(name.to_owned());
        let done = value.serialize(&mut *self);
        self.path.pop();
        done
    }
}

macro_rules! plain {
    ($($name:ident: $type:ty),*) => {$(
        fn $name(self, value: $type) -> Result<(), Failed> {
            let unit = if self.field().ends_with("_seconds") { " s" } else { "" };
            self.push(format!("{value}{unit}"))
        }
    )*};
}

impl<'a> Serializer for &'a mut Lines {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Impossible<(), Failed>;
    type SerializeTupleVariant = Impossible<(), Failed>;
    type SerializeMap = Fields<'a>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Impossible<(), Failed>;

    plain!(serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_f32: f32, serialize_f64: f64, serialize_char: char);

    fn serialize_i64(self, value: i64) -> Result<(), Failed> {
        let field = self.field();
        let is_time = ["_at", "_since"].iter().any(|end| field.ends_with(end)) || field == "at";
        match value {
            0 if is_time => self.push("none".into()),
            _ if is_time => self.push(format!("{} ({value})", date(value))),
            _ => self.push(value.to_string()),
        }
    }

    fn serialize_bool(self, value: bool) -> Result<(), Failed> {
        self.push(if value { "yes" } else { "no" }.into())
    }

    fn serialize_str(self, value: &str) -> Result<(), Failed> {
        // The zero address stands for none everywhere.
        let nobody = solana_address::Address::default().to_string();
        self.push(if value == nobody || value.is_empty() { "none".into() } else { value.into() })
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Failed> {
        self.push(hex::encode(value))
    }

    fn serialize_none(self) -> Result<(), Failed> {
        self.push("none".into())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failed> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failed> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Failed> {
        self.push(variant.replace('_', " "))
    }

    /// The units of [`cairn_sdk::amount`] name themselves.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        let before = self.out.len();
        value.serialize(&mut *self)?;
        let Some((_, text)) = self.out.get(before) else { return Ok(()) };
        let number = || text.parse::<u64>().map_err(Failed::custom);
        let text = match name {
            "Tokens" => self.scale.render(self.field(), Tokens(number()?)),
            "Lamports" => Lamports(number()?).to_string(),
            "BasisPoints" => {
                BasisPoints(u16::try_from(number()?).map_err(Failed::custom)?).to_string()
            }
            _ => return Ok(()),
        };
        if let Some((_, shown)) = self.out.get_mut(before) {
            *shown = text;
        }
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.inside(variant, value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'a>, Failed> {
        if length == Some(0) {
            self.push("none".into())?;
        }
        Ok(Items { lines: self, next: 0 })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'a>, Failed> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Failed> {
        Err(Failed)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Failed> {
        Err(Failed)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a>, Failed> {
        Ok(Fields { lines: self, key: String::new() })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a>, Failed> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Failed> {
        Err(Failed)
    }
}

struct Items<'a> {
    lines: &'a mut Lines,
    next: usize,
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let place = self.next.to_string();
        self.next = self.next.saturating_add(1);
        self.lines.inside(&place, value)
    }
}

impl SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.item(value)
    }

    fn end(self) -> Result<(), Failed> {
        Ok(())
    }
}

impl SerializeTuple for Items<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.item(value)
    }

    fn end(self) -> Result<(), Failed> {
        Ok(())
    }
}

struct Fields<'a> {
    lines: &'a mut Lines,
    key: String,
}

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.lines.inside(key, value)
    }

    fn end(self) -> Result<(), Failed> {
        Ok(())
    }
}

impl SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        let mut name = Lines { scale: Scale::default(), path: Vec::new(), out: Vec::new() };
        key.serialize(&mut name)?;
        self.key = name.out.pop().map(|(_, key)| key).unwrap_or_default();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let key = std::mem::take(&mut self.key);
        self.lines.inside(&key, value)
    }

    fn end(self) -> Result<(), Failed> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_sdk::amount::{Cell, Credits, Epoch};
    use serde::Serialize;

    #[derive(Serialize)]
    struct Inner {
        max_bps: BasisPoints,
        window_seconds: u32,
    }

    #[derive(Serialize)]
    struct Example {
        amount: Tokens,
        reward_balance: Tokens,
        rent: Lamports,
        credits: Credits,
        epoch: Epoch,
        location: Cell,
        closed: bool,
        pending_at: i64,
        opened_at: i64,
        breaker: Inner,
        steps: Vec<Tokens>,
        none: Vec<u8>,
    }

    #[test]
    fn every_number_is_shown_in_its_unit() {
        let some = Example {
            amount: Tokens(1_500_000),
            reward_balance: Tokens(15),
            rent: Lamports(2_039_280),
            credits: Credits(7),
            epoch: Epoch(3),
            location: Cell(0x8c1f),
            closed: false,
            pending_at: 0,
            opened_at: 1_795_373_340,
            breaker: Inner { max_bps: BasisPoints(250), window_seconds: 60 },
            steps: vec![Tokens(1), Tokens(2_000_000)],
            none: Vec::new(),
        };
        let scale = Scale { tokens: Some(6), rewards: Some(1) };
        let expected = "amount                  1.5\n\
                        reward balance          1.5\n\
                        rent                    0.00203928 SOL\n\
                        credits                 7\n\
                        epoch                   3\n\
                        location                8c1f\n\
                        closed                  no\n\
                        pending at              none\n\
                        opened at               2026-11-22 18:49:00 UTC (1795373340)\n\
                        breaker max bps         2.5 %\n\
                        breaker window seconds  60 s\n\
                        steps 0                 0.000001\n\
                        steps 1                 2\n\
                        none                    none\n";
        assert_eq!(render(&some, scale).unwrap(), expected);
        let units = render(&Tokens(5), Scale::default()).unwrap();
        assert_eq!(units.trim(), "5 smallest units");
    }

    #[test]
    fn dates_are_right_at_their_edges() {
        assert_eq!(date(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(date(951_782_399), "2000-02-28 23:59:59 UTC");
        assert_eq!(date(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(date(-1), "1969-12-31 23:59:59 UTC");
    }
}
