//! Reading segments, and telling a torn tail from damage.

use crate::error::{StoreError, io};
use crate::format::{GROUP_BYTES, GROUP_MAGIC, GroupHeader, HEADER_BYTES, Header, Record};
use std::path::{Path, PathBuf};

pub(crate) fn segment_path(dir: &Path, segment: u64) -> PathBuf {
    dir.join(format!("{segment:020}.seg"))
}

/// The numbers of the segments in `dir`, ascending and without a gap.
pub(crate) fn segments(dir: &Path) -> Result<Vec<u64>, StoreError> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(io("list", dir))? {
        let name = entry.map_err(io("list", dir))?.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".seg"));
        if let Some(number) = number.and_then(|number| number.parse().ok()) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    for (expected, number) in (0..).zip(&numbers) {
        if *number != expected {
            return Err(StoreError::SegmentMissing { path: segment_path(dir, expected) });
        }
    }
    Ok(numbers)
}

/// What reading one segment found.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) header: Header,
    /// Length of the part that holds valid groups.
    pub(crate) valid_bytes: u64,
    /// Length of the file.
    pub(crate) file_bytes: u64,
    /// The number that the next group gets.
    pub(crate) next_group: u64,
}

/// Reads segment `number` and hands each record on. `None` when the file is the last one and its
/// creation did not finish, so that it holds nothing.
///
/// `limit` reads only so many bytes: what a reader beside the writer may rely on.
pub(crate) fn scan(
    dir: &Path,
    number: u64,
    last: bool,
    limit: Option<u64>,
    mut on_record: impl FnMut(Record) -> Result<(), StoreError>,
) -> Result<Option<Scan>, StoreError> {
    let path = segment_path(dir, number);
    let bytes = read(&path, limit)?;
    let damaged = |offset: usize, what: &'static str| StoreError::Damaged {
        path: path.clone(),
        offset: offset as u64,
        what,
    };
    let header = match Header::decode(&bytes) {
        Some(header) if header.segment == number => header,
        // Groups are only written after the header was synced.
        _ if last && bytes.len() <= HEADER_BYTES => return Ok(None),
        _ => return Err(damaged(0, "the header of the segment is not valid")),
    };
    let mut offset = HEADER_BYTES;
    let mut next_group = header.first_group;
    while let Some(rest) = bytes.get(offset..).filter(|rest| !rest.is_empty()) {
        let front = GroupHeader::decode(header.salt, rest);
        let group = front.and_then(|front| {
            let payload = front.payload(header.salt, rest)?;
            (front.number == next_group).then_some(payload)
        });
        let Some(mut payload) = group else {
            // A whole front tells where the next group would begin; a broken one leaves only
            // searching.
            let skip = front.map_or(1, |front| GROUP_BYTES.saturating_add(front.length));
            if !last {
                return Err(damaged(offset, "a group is not valid"));
            }
            if later_group(header.salt, rest, skip, next_group) {
                return Err(damaged(offset, "a group is not valid but a later one is"));
            }
            break;
        };
        let length = GROUP_BYTES.saturating_add(payload.len());
        while !payload.is_empty() {
            let record = Record::decode_from(&mut payload)
                .ok_or_else(|| damaged(offset, "a record is not valid although its checksum is"))?;
            on_record(record)?;
        }
        offset = offset.saturating_add(length);
        next_group = next_group.saturating_add(1);
    }
    Ok(Some(Scan {
        header,
        valid_bytes: offset as u64,
        file_bytes: bytes.len() as u64,
        next_group,
    }))
}

/// Whether a valid group with a number above `broken` begins anywhere in `bytes` after `skip`.
fn later_group(salt: u64, bytes: &[u8], skip: usize, broken: u64) -> bool {
    let mut at = skip;
    while let Some(rest) = bytes.get(at..) {
        let Some(found) = rest.windows(GROUP_MAGIC.len()).position(|window| window == GROUP_MAGIC)
        else {
            return false;
        };
        let group = rest.get(found..).unwrap_or_default();
        if let Some(front) = GroupHeader::decode(salt, group)
            && front.number > broken
            && front.payload(salt, group).is_some()
        {
            return true;
        }
        at = at.saturating_add(found).saturating_add(1);
    }
    false
}

fn read(path: &Path, limit: Option<u64>) -> Result<Vec<u8>, StoreError> {
    use std::io::Read;
    let file = std::fs::File::open(path).map_err(io("open", path))?;
    let mut bytes = Vec::new();
    match limit {
        Some(limit) => file.take(limit).read_to_end(&mut bytes),
        None => { file }.read_to_end(&mut bytes),
    }
    .map_err(io("read", path))?;
    Ok(bytes)
}
