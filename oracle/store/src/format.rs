//! The bytes of segments, groups and records.

/// One proof as it was received, with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// When it arrived: unix milliseconds of the oracle's clock.
    pub received_at_ms: u64,
    /// The epoch that the proof names; lets a reader skip segments.
    pub epoch: u64,
    /// The reason code of the verdict, 0 for accepted.
    pub reason: u16,
    /// The encoded proof.
    pub envelope: Vec<u8>,
}

/// Bytes of a segment's header.
pub(crate) const HEADER_BYTES: usize = 40;
/// Bytes in front of a group's payload.
pub(crate) const GROUP_BYTES: usize = 24;
/// Bytes of a record besides its envelope.
pub(crate) const RECORD_BYTES: usize = 4 + 8 + 8 + 2;
/// The most payload bytes of one group.
pub const MAX_GROUP_BYTES: usize = 16 * 1024 * 1024;

const MAGIC: &[u8; 8] = b"CAIRNLOG";
const VERSION: u32 = 1;
pub(crate) const GROUP_MAGIC: &[u8; 4] = b"CGRP";

/// Splits `N` bytes off the front.
pub(crate) fn take<'a, const N: usize>(bytes: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(head)
}

fn crc(salt: u64, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&salt.to_le_bytes()), bytes)
}

/// The front of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) segment: u64,
    pub(crate) first_group: u64,
    pub(crate) salt: u64,
}

impl Header {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&self.segment.to_le_bytes());
        out.extend_from_slice(&self.first_group.to_le_bytes());
        out.extend_from_slice(&self.salt.to_le_bytes());
        let crc = crc(0, &out);
        out.extend_from_slice(&crc.to_le_bytes());
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let header = bytes.get(..HEADER_BYTES)?;
        let (covered, stored) = header.split_last_chunk::<4>()?;
        let mut rest = covered;
        let known =
            take::<8>(&mut rest)? == MAGIC && *take::<4>(&mut rest)? == VERSION.to_le_bytes();
        let decoded = Self {
            segment: u64::from_le_bytes(*take(&mut rest)?),
            first_group: u64::from_le_bytes(*take(&mut rest)?),
            salt: u64::from_le_bytes(*take(&mut rest)?),
        };
        (known && crc(0, covered) == u32::from_le_bytes(*stored)).then_some(decoded)
    }
}

/// The front of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GroupHeader {
    pub(crate) number: u64,
    pub(crate) length: usize,
    payload_crc: u32,
}

impl GroupHeader {
    /// Reads a group's front if its own checksum holds.
    pub(crate) fn decode(salt: u64, bytes: &[u8]) -> Option<Self> {
        let header = bytes.get(..GROUP_BYTES)?;
        let (covered, stored) = header.split_last_chunk::<4>()?;
        let mut rest = covered;
        if take::<4>(&mut rest)? != GROUP_MAGIC {
            return None;
        }
        let decoded = Self {
            number: u64::from_le_bytes(*take(&mut rest)?),
            length: usize::try_from(u32::from_le_bytes(*take(&mut rest)?)).ok()?,
            payload_crc: u32::from_le_bytes(*take(&mut rest)?),
        };
        let valid =
            crc(salt, covered) == u32::from_le_bytes(*stored) && decoded.length <= MAX_GROUP_BYTES;
        valid.then_some(decoded)
    }

    /// The payload behind the front, if it is all there and its checksum holds.
    pub(crate) fn payload<'a>(&self, salt: u64, group: &'a [u8]) -> Option<&'a [u8]> {
        let payload = group.get(GROUP_BYTES..GROUP_BYTES.checked_add(self.length)?)?;
        (crc(salt, payload) == self.payload_crc).then_some(payload)
    }
}

/// Puts the front of a group before `payload`.
pub(crate) fn encode_group(salt: u64, number: u64, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(GROUP_BYTES + payload.len());
    out.extend_from_slice(GROUP_MAGIC);
    out.extend_from_slice(&number.to_le_bytes());
    // The writer keeps payloads within MAX_GROUP_BYTES.
    out.extend_from_slice(&u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&crc(salt, payload).to_le_bytes());
    let crc = crc(salt, &out);
    out.extend_from_slice(&crc.to_le_bytes());
    out.extend_from_slice(payload);
    out
}

impl Record {
    /// Bytes that the record takes in a group.
    pub(crate) fn encoded_bytes(&self) -> usize {
        RECORD_BYTES + self.envelope.len()
    }

    pub(crate) fn encode_into(&self, out: &mut Vec<u8>) {
        let length = self.encoded_bytes() - 4;
        // A record fits a group, so its length fits 32 bits.
        out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(&self.received_at_ms.to_le_bytes());
        out.extend_from_slice(&self.epoch.to_le_bytes());
        out.extend_from_slice(&self.reason.to_le_bytes());
        out.extend_from_slice(&self.envelope);
    }

    /// Splits one record off the front of a payload.
    pub(crate) fn decode_from(payload: &mut &[u8]) -> Option<Self> {
        let length = usize::try_from(u32::from_le_bytes(*take(payload)?)).ok()?;
        let (mut record, rest) = payload.split_at_checked(length)?;
        *payload = rest;
        Some(Self {
            received_at_ms: u64::from_le_bytes(*take(&mut record)?),
            epoch: u64::from_le_bytes(*take(&mut record)?),
            reason: u16::from_le_bytes(*take(&mut record)?),
            envelope: record.to_vec(),
        })
    }
}
