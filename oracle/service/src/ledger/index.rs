//! An epoch's paystubs as a file in which one operator's or one device's is found without reading
//! the others.
//!
//! | what | bytes |
//! |---|---|
//! | header | `"CAIRNIDX"` ‖ version u32 ‖ bytes of a line u32 ‖ epoch u64 ‖ lines u64 ‖ crc u32 |
//! | lines, ascending by operator, then device | see [`Line`], each with its crc u32 |
//! | by device, ascending: the numbers of the lines | number u32 ‖ crc u32 |
//!
//! Little-endian. A crc is CRC-32C (RFC 3720) of the epoch, the place in the file and the bytes before
//! it, so that nothing that was moved or belongs to another epoch passes.
//!
//! Where the chain's totals were adopted, a share is what they grew by, so that shares still add up to
//! the totals; the rest of a line is this oracle's own computation. Everything is in the result
//! and the outcome too: a file of another version is made again, a damaged one is an error.

use crate::error::OracleError;
use cairn_epoch::{EpochResult, Paystub, Totals};
use cairn_store::{Documents, Parts, StoreError};
use cairn_verify::judgment::scaled;
use cairn_verify::{Address, Category, Factor, ONE, Outcome};
use std::collections::{BTreeMap, HashMap};

const MAGIC: &[u8; 8] = b"CAIRNIDX";
const VERSION: u32 = 2;
const HEADER_BYTES: usize = 36;
const LINE_BYTES: usize = 2 * 32 + 2 + 2 + 7 * 8 + 2 + CRC_BYTES;
const PLACE_BYTES: usize = 4 + CRC_BYTES;
const CRC_BYTES: usize = 4;
/// Lines that are read at a time.
const CHUNK: u64 = 512;
/// Factors of a paystub that are none of the device's own.
const OTHERS: [&str; 3] = ["class_budget", "bootstrap", "class_cap"];

/// What an epoch says of a device, in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Who earned for it.
    pub operator: Address,
    /// Address of its account.
    pub device: Address,
    /// Number of its class; 0 for a device that this oracle has no paystub of.
    pub class: u16,
    /// Category of its proofs; `None` when this oracle had none.
    pub category: Option<Category>,
    /// Tokens.
    pub share: u64,
    /// Points, those for receipts included, in millionths.
    pub points: u64,
    /// Proofs that count.
    pub accepted: u64,
    /// Proofs that were refused when the epoch was judged.
    pub refused: u64,
    /// Product of the device's own factors, in millionths, each step rounded down; `None` when the
    /// epoch gave it none.
    pub quality_ppm: Option<u64>,
    /// The one of them for the density of its cells; `None` as above.
    pub density_ppm: Option<u64>,
    /// The most frequent reason of refusals, by number, and how often.
    pub top_refusal: Option<(u16, u64)>,
}

const HAS_QUALITY: u8 = 1;
const NO_CATEGORY: u8 = u8::MAX;

impl Line {
    fn encode_into(&self, out: &mut Vec<u8>) {
        let category = self.category.map_or(NO_CATEGORY, |category| category as u8);
        let flags = if self.quality_ppm.is_some() { HAS_QUALITY } else { 0 };
        let (reason, count) = self.top_refusal.unwrap_or_default();
        out.extend_from_slice(&self.operator);
        out.extend_from_slice(&self.device);
        out.extend_from_slice(&self.class.to_le_bytes());
        out.extend_from_slice(&[category, flags]);
        for number in [
            self.share,
            self.points,
            self.accepted,
            self.refused,
            self.quality_ppm.unwrap_or(0),
            self.density_ppm.unwrap_or(0),
            count,
        ] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&reason.to_le_bytes());
    }

    fn decode(mut bytes: &[u8]) -> Option<Self> {
        let from = &mut bytes;
        let (operator, device) = (*take(from)?, *take(from)?);
        let class = u16::from_le_bytes(*take(from)?);
        let [category, flags] = *take(from)?;
        let mut number = || take(from).map(|bytes| u64::from_le_bytes(*bytes));
        let (share, points, accepted, refused) = (number()?, number()?, number()?, number()?);
        let (quality, density, count) = (number()?, number()?, number()?);
        let reason = u16::from_le_bytes(*take(from)?);
        let known = flags & HAS_QUALITY != 0;
        Some(Self {
            operator,
            device,
            class,
            category: Category::ALL.into_iter().find(|known| *known as u8 == category),
            share,
            points,
            accepted,
            refused,
            quality_ppm: known.then_some(quality),
            density_ppm: known.then_some(density),
            top_refusal: (count > 0).then_some((reason, count)),
        })
    }
}

fn take<'a, const N: usize>(bytes: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (head, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(head)
}

fn crc(epoch: u64, offset: u64, bytes: &[u8]) -> u32 {
    let place = crc32c::crc32c_append(crc32c::crc32c(&epoch.to_le_bytes()), &offset.to_le_bytes());
    crc32c::crc32c_append(place, bytes)
}

/// Adds the crc of what begins at `from`.
fn seal(out: &mut Vec<u8>, epoch: u64, from: usize) {
    let sum = crc(epoch, from as u64, out.get(from..).unwrap_or_default());
    out.extend_from_slice(&sum.to_le_bytes());
}

/// The lines of an epoch, one per paystub. `before` is what everyone had earned through the result
/// before.
pub(super) fn lines(
    result: &EpochResult,
    before: Option<&Totals>,
    outcome: Option<&Outcome>,
) -> Vec<Line> {
    let mut reasons: HashMap<Address, BTreeMap<u16, u64>> = HashMap::new();
    for proof in outcome.iter().flat_map(|outcome| &outcome.proofs) {
        if !proof.judgment.reason.is_accepted() {
            let counts = reasons.entry(proof.device).or_default();
            let count = counts.entry(proof.judgment.reason.code()).or_default();
            *count = count.saturating_add(1);
        }
    }
    let stubs = result.earnings.as_ref().map_or(&[][..], |earnings| &earnings.paystubs);
    let mut lines: Vec<Line> =
        stubs.iter().map(|stub| line(stub, outcome, reasons.get(&stub.device))).collect();
    if result.adopted {
        regrow(&mut lines, before, &result.totals);
    }
    lines
}

/// Gives the lines the tokens that totals grew by, and a line to who had none.
fn regrow(lines: &mut Vec<Line>, before: Option<&Totals>, after: &Totals) {
    let mut grown: BTreeMap<(Address, Address), u64> = BTreeMap::new();
    for (operator, total) in after.operators() {
        let known = before.and_then(|before| before.operator(operator));
        for (device, tokens) in &total.devices {
            let known = known.and_then(|known| known.devices.get(device)).copied().unwrap_or(0);
            // Where this oracle had given more in an epoch that the chain passed over, nothing.
            let share = tokens.saturating_sub(known);
            if share > 0 {
                grown.insert((*operator, *device), share);
            }
        }
    }
    for line in lines.iter_mut() {
        line.share = grown.remove(&(line.operator, line.device)).unwrap_or(0);
    }
    lines.extend(grown.into_iter().map(|((operator, device), share)| Line {
        operator,
        device,
        class: 0,
        category: None,
        share,
        points: 0,
        accepted: 0,
        refused: 0,
        quality_ppm: None,
        density_ppm: None,
        top_refusal: None,
    }));
}

fn line(stub: &Paystub, outcome: Option<&Outcome>, reasons: Option<&BTreeMap<u16, u64>>) -> Line {
    let sum = |of: fn(&cairn_epoch::KindLine) -> u64| {
        stub.kinds.iter().fold(0_u64, |sum, kind| sum.saturating_add(of(kind)))
    };
    // Those of the outcome say of a factor of one that it applied; without it the stub has the rest.
    let own: Option<Vec<&Factor>> = match outcome {
        Some(outcome) => outcome.factors.get(&stub.device).map(|factors| factors.iter().collect()),
        None => {
            Some(stub.factors.iter().filter(|by| !OTHERS.contains(&by.name.as_ref())).collect())
        }
    };
    let product = |factors: &[&Factor]| factors.iter().fold(ONE, |left, by| scaled(left, by.ppm));
    let density = |factors: &[&Factor]| {
        factors.iter().find(|factor| factor.name == "density").map_or(ONE, |factor| factor.ppm)
    };
    let category = stub
        .kinds
        .first()
        .and_then(|kind| Category::ALL.into_iter().find(|category| category.gives(kind.kind)));
    // Of equal counts the lower number.
    let top_refusal = reasons
        .into_iter()
        .flatten()
        .map(|(reason, count)| (*reason, *count))
        .max_by_key(|(reason, count)| (*count, std::cmp::Reverse(*reason)));
    Line {
        operator: stub.operator,
        device: stub.device,
        class: stub.class,
        category,
        share: stub.share,
        points: stub.points.saturating_add(stub.usage_points),
        accepted: sum(|kind| kind.accepted),
        refused: sum(|kind| kind.refused),
        quality_ppm: own.as_deref().map(product),
        density_ppm: own.as_deref().map(density),
        top_refusal,
    }
}

/// The file of an epoch's lines.
pub(super) fn encode(epoch: u64, mut lines: Vec<Line>) -> Vec<u8> {
    lines.sort_unstable_by_key(|line| (line.operator, line.device));
    let mut by_device: Vec<(Address, u32)> =
        (0..).zip(&lines).map(|(number, line)| (line.device, number)).collect();
    by_device.sort_unstable();
    let bytes = HEADER_BYTES + lines.len().saturating_mul(LINE_BYTES + PLACE_BYTES);
    let mut out = Vec::with_capacity(bytes);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(LINE_BYTES as u32).to_le_bytes());
    out.extend_from_slice(&epoch.to_le_bytes());
    out.extend_from_slice(&(lines.len() as u64).to_le_bytes());
    seal(&mut out, epoch, 0);
    for line in &lines {
        let from = out.len();
        line.encode_into(&mut out);
        seal(&mut out, epoch, from);
    }
    for (_, number) in by_device {
        let from = out.len();
        out.extend_from_slice(&number.to_le_bytes());
        seal(&mut out, epoch, from);
    }
    out
}

/// The index of an epoch, open for reading.
#[derive(Debug)]
pub struct Index {
    name: String,
    epoch: u64,
    parts: Parts,
    lines: u64,
}

impl Index {
    /// Opens an index; `None` when there is none of this version.
    pub(super) fn open(
        documents: &Documents,
        name: String,
        epoch: u64,
    ) -> Result<Option<Self>, OracleError> {
        let Some(parts) = documents.parts(&name)? else { return Ok(None) };
        let mut index = Self { name, epoch, parts, lines: 0 };
        let mut header = [0; HEADER_BYTES];
        index.fill(0, &mut header)?;
        let mut rest = &header[..];
        let known = take::<8>(&mut rest) == Some(MAGIC);
        let version = take(&mut rest).map(|bytes| u32::from_le_bytes(*bytes));
        if known && version.is_some_and(|version| version != VERSION) {
            return Ok(None);
        }
        let length = take(&mut rest).map(|bytes| u32::from_le_bytes(*bytes));
        let of = take(&mut rest).map(|bytes| u64::from_le_bytes(*bytes));
        let lines = take(&mut rest).map_or(0, |bytes| u64::from_le_bytes(*bytes));
        index.checked(0, &header)?;
        let bytes = ((LINE_BYTES + PLACE_BYTES) as u64)
            .checked_mul(lines)
            .and_then(|bytes| bytes.checked_add(HEADER_BYTES as u64));
        let whole = known && length == Some(LINE_BYTES as u32) && of == Some(epoch);
        if !whole || bytes != Some(index.parts.bytes()) {
            return Err(index.damaged("its header does not fit it"));
        }
        index.lines = lines;
        Ok(Some(index))
    }

    /// A device's line.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn of_device(&self, device: &Address) -> Result<Option<Line>, OracleError> {
        let places = HEADER_BYTES as u64 + self.lines.saturating_mul(LINE_BYTES as u64);
        let at = |place: u64| {
            let offset = places.saturating_add(place.saturating_mul(PLACE_BYTES as u64));
            let mut bytes = [0; PLACE_BYTES];
            self.fill(offset, &mut bytes)?;
            self.checked(offset, &bytes)?;
            let [a, b, c, d, ..] = bytes;
            self.line(u32::from_le_bytes([a, b, c, d]).into())
        };
        let place = self.first(|place| Ok(at(place)?.device >= *device))?;
        if place >= self.lines {
            return Ok(None);
        }
        Ok(Some(at(place)?).filter(|line| line.device == *device))
    }

    /// Hands over an operator's lines, ascending by device.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn of_operator(
        &self,
        operator: &Address,
        mut each: impl FnMut(&Line),
    ) -> Result<(), OracleError> {
        let first = self.first(|number| Ok(self.line(number)?.operator >= *operator))?;
        self.from(first, |line| {
            let of = line.operator == *operator;
            if of {
                each(line);
            }
            of
        })
    }

    /// Hands over every line.
    ///
    /// # Errors
    /// When the file is damaged or cannot be read.
    pub fn all(&self, mut each: impl FnMut(&Line)) -> Result<(), OracleError> {
        self.from(0, |line| {
            each(line);
            true
        })
    }

    /// The first of the numbers below that of the lines for which `reached` is true; from there on it
    /// must be.
    fn first(
        &self,
        reached: impl Fn(u64) -> Result<bool, OracleError>,
    ) -> Result<u64, OracleError> {
        let (mut low, mut high) = (0, self.lines);
        while low < high {
            let middle = low.midpoint(high);
            if reached(middle)? {
                high = middle;
            } else {
                low = middle.saturating_add(1);
            }
        }
        Ok(low)
    }

    /// Reads lines from one on until `each` wants no more. Few at first: most operators have few.
    fn from(&self, first: u64, mut each: impl FnMut(&Line) -> bool) -> Result<(), OracleError> {
        let (mut number, mut chunk) = (first, 4);
        let mut buffer = Vec::new();
        while number < self.lines {
            let count = self.lines.saturating_sub(number).min(chunk);
            let bytes = count.saturating_mul(LINE_BYTES as u64);
            buffer.resize(usize::try_from(bytes).unwrap_or(usize::MAX), 0);
            let offset = offset_of(number);
            self.fill(offset, &mut buffer)?;
            for (at, bytes) in (number..).zip(buffer.chunks_exact(LINE_BYTES)) {
                if !each(&self.decoded(at, bytes)?) {
                    return Ok(());
                }
            }
            number = number.saturating_add(count);
            chunk = CHUNK;
        }
        Ok(())
    }

    fn line(&self, number: u64) -> Result<Line, OracleError> {
        if number >= self.lines {
            return Err(self.damaged("it names a line that it does not have"));
        }
        let mut bytes = [0; LINE_BYTES];
        self.fill(offset_of(number), &mut bytes)?;
        self.decoded(number, &bytes)
    }

    fn decoded(&self, number: u64, bytes: &[u8]) -> Result<Line, OracleError> {
        let covered = self.checked(offset_of(number), bytes)?;
        Line::decode(covered).ok_or_else(|| self.damaged("a line is too short"))
    }

    /// What a crc at the end of `bytes` covers.
    fn checked<'a>(&self, offset: u64, bytes: &'a [u8]) -> Result<&'a [u8], OracleError> {
        match bytes.split_last_chunk::<CRC_BYTES>() {
            Some((covered, sum))
                if crc(self.epoch, offset, covered) == u32::from_le_bytes(*sum) =>
            {
                Ok(covered)
            }
            _ => Err(self.damaged(&format!("a checksum does not hold at byte {offset}"))),
        }
    }

    fn fill(&self, offset: u64, buffer: &mut [u8]) -> Result<(), OracleError> {
        self.parts.read(offset, buffer).map_err(|error| match error {
            StoreError::Io { kind: std::io::ErrorKind::UnexpectedEof, .. } => {
                self.damaged("it ends too early")
            }
            error => error.into(),
        })
    }

    fn damaged(&self, message: &str) -> OracleError {
        OracleError::Index { name: self.name.clone(), message: message.to_owned() }
    }
}

fn offset_of(number: u64) -> u64 {
    number.saturating_mul(LINE_BYTES as u64).saturating_add(HEADER_BYTES as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    const NAME: &str = "7.index";

    fn any_line() -> impl Strategy<Value = Line> {
        let numbers = (any::<u64>(), any::<u64>(), any::<u64>(), any::<u64>());
        let shape = (0_u8..4, any::<u16>(), 0_usize..5, proptest::option::of(any::<(u64, u64)>()));
        let top = proptest::option::of((any::<u16>(), 1..u64::MAX));
        (numbers, shape, top).prop_map(|((share, points, accepted, refused), shape, top)| {
            let (operator, class, category, factors) = shape;
            Line {
                operator: [operator; 32],
                device: [0; 32],
                class,
                category: Category::ALL.get(category).copied(),
                share,
                points,
                accepted,
                refused,
                quality_ppm: factors.map(|(quality, _)| quality),
                density_ppm: factors.map(|(_, density)| density),
                top_refusal: top,
            }
        })
    }

    /// Lines of different devices.
    fn any_lines() -> impl Strategy<Value = Vec<Line>> {
        proptest::collection::btree_map(any::<[u8; 32]>(), any_line(), 0..40).prop_map(|lines| {
            lines.into_iter().map(|(device, line)| Line { device, ..line }).collect()
        })
    }

    fn open(dir: &Path, bytes: &[u8]) -> Result<Option<Index>, OracleError> {
        let documents = Documents::open(dir).unwrap();
        documents.put(NAME, bytes).unwrap();
        Index::open(&documents, NAME.to_owned(), 7)
    }

    fn collect(read: impl FnOnce(&mut dyn FnMut(&Line)) -> Result<(), OracleError>) -> Vec<Line> {
        let mut lines = Vec::new();
        read(&mut |line| lines.push(*line)).unwrap();
        lines
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_line_is_found_by_device_and_by_operator(lines in any_lines(), other: [u8; 32]) {
            let dir = tempfile::tempdir().unwrap();
            let index = open(dir.path(), &encode(7, lines.clone())).unwrap().unwrap();
            for line in &lines {
                prop_assert_eq!(index.of_device(&line.device).unwrap(), Some(*line));
            }
            let known = lines.iter().any(|line| line.device == other);
            prop_assert_eq!(index.of_device(&other).unwrap().is_some(), known);
            for operator in 0..5 {
                let operator = [operator; 32];
                let found = collect(|each| index.of_operator(&operator, each));
                let mut expected = lines.clone();
                expected.retain(|line| line.operator == operator);
                prop_assert_eq!(found, expected);
            }
            let mut all = collect(|each| index.all(each));
            all.sort_unstable_by_key(|line| line.device);
            prop_assert_eq!(all, lines);
        }

        /// Whatever one byte becomes, nothing else is read from the file than was written.
        #[test]
        fn a_damaged_file_says_so(
            lines in any_lines(), at: proptest::sample::Index, bit in 0_u8..8,
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut bytes = encode(7, lines.clone());
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            match open(dir.path(), &bytes) {
                Err(error) => prop_assert_eq!(error.code(), "index_damaged"),
                // Another version: made again.
                Ok(None) => prop_assert!((8..12).contains(&at)),
                Ok(Some(index)) => {
                    for line in &lines {
                        match index.of_device(&line.device) {
                            Ok(found) => prop_assert_eq!(found, Some(*line)),
                            Err(error) => prop_assert_eq!(error.code(), "index_damaged"),
                        }
                    }
                    let mut ignored = |_: &Line| {};
                    let places = HEADER_BYTES + lines.len() * LINE_BYTES;
                    prop_assert_eq!(index.all(&mut ignored).is_err(), at < places);
                }
            }
        }

        #[test]
        fn a_file_that_was_cut_or_is_another_epochs_says_so(lines in any_lines(), cut in 1_usize..300) {
            let dir = tempfile::tempdir().unwrap();
            let bytes = encode(7, lines.clone());
            let end = bytes.len().saturating_sub(cut);
            prop_assert_eq!(open(dir.path(), &bytes[..end]).unwrap_err().code(), "index_damaged");
            prop_assert!(open(dir.path(), &encode(8, lines)).is_err());
        }
    }
}
