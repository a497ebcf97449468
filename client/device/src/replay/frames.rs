//! Reading a recording: one JSON object a line, plain or gzipped.

use cairn_protocol::proof::Position;
use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The longest line that is read; the longest of the known recordings has about 4 KiB.
pub const MAX_LINE_BYTES: u64 = 1024 * 1024;

/// One uplink of a field tester, with everyone who received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The line of the recording, from 1.
    pub line: u64,
    /// The tester's LoRaWAN DevEUI: 16 upper-case hex digits.
    pub dev_eui: String,
    /// The tester's LoRaWAN device address in its session.
    pub devaddr: u32,
    /// The frame counter of that session.
    pub fcnt: u32,
    /// The LoRaWAN port.
    pub port: u8,
    /// Bytes of the payload.
    pub payload_size: u16,
    /// When the network first reported the frame, in milliseconds since 1970.
    pub reported_at_ms: u64,
    /// Where the tester was, if it had a fix.
    pub fix: Option<Position>,
    /// Everyone who received it; never empty.
    pub receptions: Vec<Reception>,
}

/// One hotspot's reception of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reception {
    /// The hotspot's address, in base58 as Helium writes it.
    pub hotspot: String,
    /// Where the hotspot stands, if it says so.
    pub position: Option<Position>,
    /// Received signal strength in hundredths of a dBm.
    pub rssi_cdbm: i32,
    /// Signal-to-noise ratio in hundredths of a dB.
    pub snr_cdb: i32,
    /// Carrier frequency. Recordings give MHz as a 32-bit float (`867.9000244140625`), and LoRaWAN
    /// channels lie on multiples of 100 Hz (`NewChannelReq` counts in them), so the nearest
    /// multiple is what was meant.
    pub frequency_hz: u64,
    /// LoRa spreading factor, 5 to 12.
    pub spreading_factor: u8,
    /// Bandwidth in Hz.
    pub bandwidth_hz: u32,
    /// When the hotspot reported it, in milliseconds since 1970.
    pub reported_at_ms: u64,
}

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The file does not open.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Reading or decompressing failed.
    #[error("line {line}: cannot be read: {source}; is the file complete?")]
    Io {
        /// The line, from 1.
        line: u64,
        /// What the system or the decompressor says.
        source: io::Error,
    },
    /// The line is too long to be a frame.
    #[error(
        "line {line}: longer than {MAX_LINE_BYTES} bytes; is this a recording of one JSON object a line?"
    )]
    LineTooLong {
        /// The line, from 1.
        line: u64,
    },
    /// The line is not JSON, or lacks a field.
    #[error("line {line}: not a frame: {source}")]
    Malformed {
        /// The line, from 1.
        line: u64,
        /// What the JSON parser says.
        source: serde_json::Error,
    },
    /// A field has a value that it cannot have.
    #[error("line {line}: {field} is {value}, expected {expected}")]
    Invalid {
        /// The line, from 1.
        line: u64,
        /// The field's name in the recording.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
}

/// Reads a recording line by line: an iterator of frames that ends at the first error.
#[derive(Debug)]
pub struct FrameReader<R> {
    input: R,
    line: u64,
    buffer: Vec<u8>,
    ended: bool,
}

impl FrameReader<Box<dyn BufRead + Send>> {
    /// Opens a file, gzipped or plain by what it contains.
    ///
    /// # Errors
    /// [`ReadError::Open`].
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let failed = |source| ReadError::Open { path: path.to_owned(), source };
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let gzipped = file.fill_buf().map_err(failed)?.starts_with(&[0x1f, 0x8b]);
        Ok(Self::new(if gzipped {
            Box::new(BufReader::new(MultiGzDecoder::new(file)))
        } else {
            Box::new(file)
        }))
    }
}

impl<R: BufRead> FrameReader<R> {
    /// Reads uncompressed lines.
    pub fn new(input: R) -> Self {
        Self { input, line: 0, buffer: Vec::new(), ended: false }
    }

    fn read_line(&mut self) -> Result<Option<Frame>, ReadError> {
        self.line = self.line.saturating_add(1);
        let line = self.line;
        self.buffer.clear();
        let mut limited = (&mut self.input).take(MAX_LINE_BYTES);
        let read = limited
            .read_until(b'\n', &mut self.buffer)
            .map_err(|source| ReadError::Io { line, source })?;
        if read == 0 {
            return Ok(None);
        }
        if self.buffer.last() != Some(&b'\n') && limited.limit() == 0 {
            return Err(ReadError::LineTooLong { line });
        }
        let raw: RawFrame = serde_json::from_slice(&self.buffer)
            .map_err(|source| ReadError::Malformed { line, source })?;
        Fields { line }.frame(raw).map(Some)
    }
}

impl<R: BufRead> Iterator for FrameReader<R> {
    type Item = Result<Frame, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.read_line().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

#[derive(Deserialize)]
struct RawFrame {
    dev_eui: String,
    devaddr: String,
    fcnt: u32,
    port: u8,
    payload_size: u16,
    reported_at: u64,
    decoded: Option<RawDecoded>,
    hotspots: Vec<RawReception>,
}

#[derive(Deserialize)]
struct RawDecoded {
    payload: Option<RawPayload>,
}

#[derive(Deserialize)]
struct RawPayload {
    latitude: Option<f64>,
    longitude: Option<f64>,
}

#[derive(Deserialize)]
struct RawReception {
    id: String,
    lat: Option<f64>,
    long: Option<f64>,
    rssi: f64,
    snr: f64,
    frequency: f64,
    spreading: String,
    reported_at: u64,
}

/// Checks one line's fields.
struct Fields {
    line: u64,
}

impl Fields {
    fn frame(&self, raw: RawFrame) -> Result<Frame, ReadError> {
        let is_eui = raw.dev_eui.len() == 16 && raw.dev_eui.bytes().all(|b| b.is_ascii_hexdigit());
        self.check(is_eui, "dev_eui", &raw.dev_eui, "16 hex digits")?;
        let devaddr = match u32::from_str_radix(&raw.devaddr, 16) {
            // `from_str_radix` would also take a sign.
            Ok(devaddr) if raw.devaddr.len() == 8 && !raw.devaddr.starts_with('+') => devaddr,
            _ => return Err(self.invalid("devaddr", &raw.devaddr, "8 hex digits")),
        };
        let fix = match raw.decoded.and_then(|decoded| decoded.payload) {
            Some(payload) => self.position(payload.latitude, payload.longitude)?,
            None => None,
        };
        // Nothing is known of the frequency of a frame that nobody received.
        self.check(!raw.hotspots.is_empty(), "hotspots", "empty", "at least one reception")?;
        Ok(Frame {
            line: self.line,
            dev_eui: raw.dev_eui.to_ascii_uppercase(),
            devaddr,
            fcnt: raw.fcnt,
            port: raw.port,
            payload_size: raw.payload_size,
            reported_at_ms: raw.reported_at,
            fix,
            receptions: raw
                .hotspots
                .into_iter()
                .map(|reception| self.reception(reception))
                .collect::<Result<_, _>>()?,
        })
    }

    fn reception(&self, raw: RawReception) -> Result<Reception, ReadError> {
        // The length keeps hotspots apart from testers, whose ids have 16 characters.
        let is_address = (32..=64).contains(&raw.id.len())
            && raw.id.bytes().all(|b| b.is_ascii_alphanumeric() && !b"0OIl".contains(&b));
        self.check(is_address, "hotspots.id", &raw.id, "32 to 64 base58 characters")?;
        let (spreading_factor, bandwidth_hz) = self.modulation(&raw.spreading)?;
        Ok(Reception {
            position: self.position(raw.lat, raw.long)?,
            rssi_cdbm: self.hundredths(
                "hotspots.rssi",
                raw.rssi,
                -200.0,
                30.0,
                "-200 to 30 dBm",
            )?,
            snr_cdb: self.hundredths("hotspots.snr", raw.snr, -50.0, 100.0, "-50 to 100 dB")?,
            frequency_hz: self.frequency(raw.frequency)?,
            spreading_factor,
            bandwidth_hz,
            reported_at_ms: raw.reported_at,
            hotspot: raw.id,
        })
    }

    fn position(&self, lat: Option<f64>, long: Option<f64>) -> Result<Option<Position>, ReadError> {
        let (lat, long) = match (lat, long) {
            (Some(lat), Some(long)) => (lat, long),
            (None, None) => return Ok(None),
            _ => return Err(self.invalid("position", "half", "both coordinates or neither")),
        };
        let in_range = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&long);
        self.check(in_range, "position", format!("{lat}, {long}"), "degrees on the globe")?;
        Ok(Some(Position {
            latitude_e7: (lat * 1e7).round() as i32,
            longitude_e7: (long * 1e7).round() as i32,
        }))
    }

    fn hundredths(
        &self,
        field: &'static str,
        value: f64,
        least: f64,
        most: f64,
        expected: &'static str,
    ) -> Result<i32, ReadError> {
        self.check((least..=most).contains(&value), field, value.to_string(), expected)?;
        Ok((value * 100.0).round() as i32)
    }

    fn frequency(&self, mhz: f64) -> Result<u64, ReadError> {
        let in_range = (1.0..=100_000.0).contains(&mhz);
        self.check(in_range, "hotspots.frequency", mhz.to_string(), "1 to 100,000 MHz")?;
        Ok((mhz * 1e4).round() as u64 * 100)
    }

    /// Such as `SF12BW125`: the spreading factor and the bandwidth in kHz.
    fn modulation(&self, spreading: &str) -> Result<(u8, u32), ReadError> {
        let parts = spreading.strip_prefix("SF").and_then(|rest| rest.split_once("BW"));
        let numbers = parts.and_then(|(factor, khz)| {
            let (factor, khz) = (factor.parse().ok()?, khz.parse::<u32>().ok()?);
            ((5..=12).contains(&factor) && (1..=1_000).contains(&khz)).then_some((factor, khz))
        });
        numbers
            .map(|(factor, khz)| (factor, khz * 1_000))
            .ok_or_else(|| self.invalid("hotspots.spreading", spreading, "such as SF12BW125"))
    }

    fn check(
        &self,
        holds: bool,
        field: &'static str,
        value: impl Into<String>,
        expected: &'static str,
    ) -> Result<(), ReadError> {
        if holds { Ok(()) } else { Err(self.invalid(field, value, expected)) }
    }

    fn invalid(
        &self,
        field: &'static str,
        value: impl Into<String>,
        expected: &'static str,
    ) -> ReadError {
        ReadError::Invalid { line: self.line, field, value: value.into(), expected }
    }
}
