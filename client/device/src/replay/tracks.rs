//! Recorded drives: a CSV file of `device,track,time,latitude,longitude`, the times to the minute and in
//! UTC (`2014-09-13 7:24`), positions in degrees.

use cairn_protocol::proof::Position;
use cairn_protocol::proof::sensor::Fix;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The first line.
pub const HEADER: &str = "device,track,time,latitude,longitude";
/// The longest line that is read.
pub const MAX_LINE_BYTES: u64 = 1_024;

/// One fix of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedFix {
    /// The line of the recording, from 1; the header is the first.
    pub line: u64,
    /// Number of the vehicle's device.
    pub device: u32,
    /// Number of the drive.
    pub track: u32,
    /// The minute, as unix milliseconds.
    pub at_ms: u64,
    /// Where. More than seven digits after the point are rounded to the nearest.
    pub position: Position,
}

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrackReadError {
    /// The file does not open.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Reading failed.
    #[error("line {line}: cannot be read: {source}")]
    Io {
        /// The line, from 1.
        line: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The line is too long, or not five fields.
    #[error("line {line}: not a fix; expected `{HEADER}`")]
    NotAFix {
        /// The line, from 1.
        line: u64,
    },
    /// A field has a value that it cannot have.
    #[error("line {line}: {field} is {value}, expected {expected}")]
    Invalid {
        /// The line, from 1.
        line: u64,
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
}

/// Reads a recording line by line: an iterator of fixes that ends at the first error.
#[derive(Debug)]
pub struct TrackReader<R> {
    input: R,
    line: u64,
    buffer: String,
    ended: bool,
}

impl TrackReader<BufReader<File>> {
    /// Opens a file.
    ///
    /// # Errors
    /// [`TrackReadError::Open`].
    pub fn open(path: &Path) -> Result<Self, TrackReadError> {
        let failed = |source| TrackReadError::Open { path: path.to_owned(), source };
        Ok(Self::new(BufReader::new(File::open(path).map_err(failed)?)))
    }
}

impl<R: BufRead> TrackReader<R> {
    /// Reads lines.
    pub fn new(input: R) -> Self {
        Self { input, line: 0, buffer: String::new(), ended: false }
    }

    fn next_line(&mut self) -> Result<Option<&str>, TrackReadError> {
        self.line = self.line.saturating_add(1);
        let line = self.line;
        self.buffer.clear();
        let mut limited = (&mut self.input).take(MAX_LINE_BYTES);
        let read = limited
            .read_line(&mut self.buffer)
            .map_err(|source| TrackReadError::Io { line, source })?;
        if read == 0 {
            return Ok(None);
        }
        if !self.buffer.ends_with('\n') && limited.limit() == 0 {
            return Err(TrackReadError::NotAFix { line });
        }
        Ok(Some(self.buffer.trim_end()))
    }

    fn read(&mut self) -> Result<Option<RecordedFix>, TrackReadError> {
        if self.line == 0 && self.next_line()? != Some(HEADER) {
            return Err(TrackReadError::NotAFix { line: 1 });
        }
        let line = self.line.saturating_add(1);
        let Some(text) = self.next_line()? else { return Ok(None) };
        let fields: Vec<&str> = text.split(',').collect();
        let [device, track, time, latitude, longitude] = fields[..] else {
            return Err(TrackReadError::NotAFix { line });
        };
        let invalid = |field, value: &str, expected| TrackReadError::Invalid {
            line,
            field,
            value: value.to_owned(),
            expected,
        };
        let number = |field, text: &str| {
            text.parse().map_err(|_| invalid(field, text, "a number below 2^32"))
        };
        let degrees = |field, text: &str, most: i64| {
            degrees_e7(text)
                .filter(|value| value.abs() <= most)
                .and_then(|value| i32::try_from(value).ok())
                .ok_or_else(|| invalid(field, text, "degrees on the globe, such as -10.9393"))
        };
        Ok(Some(RecordedFix {
            line,
            device: number("device", device)?,
            track: number("track", track)?,
            at_ms: minute_ms(time)
                .ok_or_else(|| invalid("time", time, "a minute, such as 2014-09-13 7:24"))?,
            position: Position {
                latitude_e7: degrees("latitude", latitude, 900_000_000)?,
                longitude_e7: degrees("longitude", longitude, 1_800_000_000)?,
            },
        }))
    }
}

impl<R: BufRead> Iterator for TrackReader<R> {
    type Item = Result<RecordedFix, TrackReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.read().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Each device's fixes in order of time, those of one minute as they stand in the recording. The
/// recording says neither radius nor speed: every fix gets `accuracy_m` and no speed.
pub fn drives(fixes: &[RecordedFix], accuracy_m: u16) -> BTreeMap<u32, Vec<Fix>> {
    let mut drives: BTreeMap<u32, Vec<Fix>> = BTreeMap::new();
    for fix in fixes {
        drives.entry(fix.device).or_default().push(Fix {
            at_ms: fix.at_ms,
            position: fix.position,
            accuracy_m,
            speed_cm_s: None,
        });
    }
    for fixes in drives.values_mut() {
        fixes.sort_by_key(|fix| fix.at_ms);
    }
    drives
}

/// Degrees in decimal notation as 10⁻⁷ degrees, to the nearest, halves away from zero.
fn degrees_e7(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || whole.len() > 3 {
        return None;
    }
    let digit = |at: usize| i64::from(part.as_bytes().get(at).map_or(0, |byte| byte - b'0'));
    let fraction = (0..7).fold(0, |value, at| value * 10 + digit(at));
    let value = whole.parse::<i64>().ok()? * 10_000_000 + fraction + i64::from(digit(7) >= 5);
    Some(if negative { -value } else { value })
}

/// `2014-09-13 7:24` as unix milliseconds; `None` before 1970 and for what is no time.
fn minute_ms(text: &str) -> Option<u64> {
    let (date, time) = text.split_once(' ')?;
    let numbers = |text: &str, separator| -> Option<Vec<i64>> {
        text.split(separator)
            .map(|part| if part.len() <= 4 { part.parse::<u16>().ok() } else { None })
            .map(|part| part.map(i64::from))
            .collect()
    };
    let [year, month, day] = numbers(date, '-')?[..] else { return None };
    let [hour, minute] = numbers(time, ':')?[..] else { return None };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => 31,
    };
    let is_time = (1..=12).contains(&month)
        && (1..=days_of).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute);
    if !is_time {
        return None;
    }
    // Years from March on, so that the leap day is the last; 719,468 days from 0000-03-01 to 1970.
    let shifted = year - i64::from(month <= 2);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year - 719_468;
    u64::try_from(((days * 24 + hour) * 60 + minute) * 60_000).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_without_floats() {
        assert_eq!(degrees_e7("-10.93934139"), Some(-109_393_414));
        assert_eq!(degrees_e7("37"), Some(370_000_000));
        assert_eq!(degrees_e7("-0.00000005"), Some(-1));
        assert_eq!(degrees_e7("0.00000004999"), Some(0));
        for text in ["", "-", "1e3", "+1", "1.", ".5", "1.2.3", "1234", "--1"] {
            assert_eq!(degrees_e7(text), None, "{text}");
        }
    }

    #[test]
    fn minutes_are_read() {
        assert_eq!(minute_ms("1970-01-01 0:00"), Some(0));
        assert_eq!(minute_ms("2014-09-13 7:24"), Some(1_410_593_040_000));
        assert_eq!(minute_ms("2016-02-29 23:59"), Some(1_456_790_340_000));
        for text in
            ["", "2015-02-29 1:00", "2014-13-01 1:00", "2014-09-13", "2014-09-13 24:00", "x 1:1"]
        {
            assert_eq!(minute_ms(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let read = |lines: &str| {
            TrackReader::new(format!("{HEADER}\n{lines}").as_bytes()).collect::<Result<Vec<_>, _>>()
        };
        assert_eq!(read("").unwrap().len(), 0);
        assert_eq!(read("0,1,2014-09-13 7:24,-10.9,-37.0\n").unwrap()[0].line, 2);
        let message = |lines| read(lines).unwrap_err().to_string();
        assert_eq!(
            message("0,1,2014-09-13 7:24,-10.9\n").split(';').next(),
            Some("line 2: not a fix")
        );
        assert!(message("0,1,2014-09-13 7:24,-90.1,0\n").starts_with("line 2: latitude is -90.1"));
        assert!(message("0,1,now,0,0\n").starts_with("line 2: time is now"));
        assert!(TrackReader::new(&b"a,b\n"[..]).next().unwrap().is_err());
    }
}
