//! The stream between the parent, which holds the key, and a worker, which parses the dump: frames,
//! what is in them, and reading and writing them. `STREAM.md` has every byte.

use crate::columns::column::{ColumnSpec, Reads};
use crate::container::Walked;
use crate::error::DumpError;
use crate::limits::Limits;
use crate::report::PartReport;
use crate::sandbox::Isolation;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{self, IoSlice, Read, Write};
use zeroize::Zeroizing;

/// The version of the stream. Both ends must have the same.
pub const STREAM_VERSION: u32 = 1;

/// Maximum payload of a frame, in bytes: a report of ten thousand tables fits.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 64 << 20;

/// Bytes of a frame in front of its payload: the length, and the type.
pub(crate) const HEADER_BYTES: usize = 5;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum FrameType {
    Settings = b'S',
    File = b'F',
    Hello = b'H',
    Identifiers = b'I',
    Progress = b'P',
    Part = b'R',
    End = b'E',
    Failed = b'X',
}

impl FrameType {
    pub(crate) fn of(byte: u8) -> Option<Self> {
        use FrameType::{End, Failed, File, Hello, Identifiers, Part, Progress, Settings};
        [Settings, File, Hello, Identifiers, Progress, Part, End, Failed].into_iter().find(|known| *known as u8 == byte)
    }
}

/// Parent to worker, once and first: how inputs are to be read.
#[derive(Debug, Serialize, Deserialize)]
pub struct Settings {
    /// [`STREAM_VERSION`].
    pub version: u32,
    /// Default region, as a country code.
    pub region: String,
    /// The day that dates of birth are compared with, as `2026-01-31`.
    pub today: String,
    /// Columns that were asked for.
    pub columns: Vec<ColumnSetting>,
    /// The mapping as it was written; empty for none.
    pub mapping: String,
    /// What an input may ask for.
    pub limits: Limits,
    /// Only the head of each text is read, and its first rows are shown, masked.
    pub preview: bool,
    /// Threads that parse.
    pub threads: usize,
    /// Maximum address space of the worker, in bytes.
    pub address_space: u64,
}

/// A column that was asked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct ColumnSetting {
    name: String,
    reads: String,
    region: Option<String>,
    lacks_plus: Option<bool>,
}

impl From<&ColumnSpec> for ColumnSetting {
    fn from(spec: &ColumnSpec) -> Self {
        Self {
            name: spec.name.clone(),
            reads: spec.reads.name().to_owned(),
            region: spec.region.map(|region| region.to_string()),
            lacks_plus: spec.lacks_plus,
        }
    }
}

impl ColumnSetting {
    pub(crate) fn spec(&self) -> Option<ColumnSpec> {
        let reads: Reads = self.reads.parse().ok()?;
        let region = self.region.as_deref().map(str::parse).transpose().ok()?;
        Some(ColumnSpec { name: self.name.clone(), reads, region, lacks_plus: self.lacks_plus })
    }
}

/// Parent to worker, once for each input; the descriptor travels with the frame's first byte.
#[derive(Debug, Serialize, Deserialize)]
pub struct FileRequest {
    /// As it was given: patterns of the mapping are compared with it. Nothing is opened by it.
    pub path: String,
    /// Named by the operator itself, not found in a directory: nothing to read in it is then a
    /// mistake.
    pub is_named: bool,
    /// The size of a file that is read by position; `None` for a stream.
    pub bytes: Option<u64>,
}

/// Worker to parent, first: what it is, and how it is isolated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`STREAM_VERSION`].
    pub version: u32,
    /// The version of the rules of canonical forms.
    pub canonical: String,
    /// What the worker can reach.
    pub isolation: Isolation,
}

/// Worker to parent: an input is finished.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// What the walk through it found out; `None` where a preview stopped early.
    pub walked: Option<Walked>,
    /// Identifiers in all frames of this input.
    pub identifiers: u64,
}

/// What a worker says, in the order in which it says it.
pub enum Event {
    /// Once, first.
    Hello(Hello),
    /// Encoded as [`Identifiers`](crate::Identifiers) says.
    Identifiers(Zeroizing<Vec<u8>>),
    /// So many more bytes of the input have been read.
    Progress(u64),
    /// A part has been read.
    Part(Box<PartReport>),
    /// The input is finished.
    End(End),
    /// The run cannot go on.
    Failed(DumpError),
}

/// Why a stream cannot be read on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// The stream ends within a frame.
    #[error("the stream ends within a frame")]
    Cut,
    /// Not a frame, or not one that may come here.
    #[error("the stream holds something that is not a frame")]
    Forged,
    /// The descriptor cannot be read.
    #[error("the stream cannot be read")]
    Io(#[from] io::Error),
}

/// Reads the next event. `None` where the stream ends between two frames.
pub fn next_event(stream: &mut impl Read) -> Result<Option<Event>, StreamError> {
    let mut header = [0; HEADER_BYTES];
    if !fill(stream, &mut header)? {
        return Ok(None);
    }
    let (length, kind) = parse_header(header)?;
    // Never grown, so that no copy is left behind, and not filled with zeros first.
    let mut payload = Zeroizing::new(Vec::with_capacity(length));
    stream.by_ref().take(length as u64).read_to_end(&mut payload)?;
    if payload.len() < length {
        return Err(StreamError::Cut);
    }
    Ok(Some(match kind {
        FrameType::Hello => Event::Hello(untrusted(&payload)?),
        FrameType::Identifiers => Event::Identifiers(payload),
        FrameType::Progress => {
            let bytes = payload.as_slice().try_into().map_err(|_| StreamError::Forged)?;
            Event::Progress(u64::from_le_bytes(bytes))
        }
        FrameType::Part => Event::Part(Box::new(untrusted(&payload)?)),
        FrameType::End => Event::End(untrusted(&payload)?),
        FrameType::Failed => Event::Failed(untrusted(&payload)?),
        FrameType::Settings | FrameType::File => return Err(StreamError::Forged),
    }))
}

/// The length of the payload, and the type.
pub(crate) fn parse_header(header: [u8; HEADER_BYTES]) -> Result<(usize, FrameType), StreamError> {
    let [l0, l1, l2, l3, kind] = header;
    let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
    let kind = FrameType::of(kind).filter(|_| length <= PAYLOAD_BYTES_MAX);
    kind.map(|kind| (length, kind)).ok_or(StreamError::Forged)
}

pub(crate) fn json<'p, T: Deserialize<'p>>(payload: &'p [u8]) -> Result<T, StreamError> {
    serde_json::from_slice(payload).map_err(|_| StreamError::Forged)
}

/// JSON of a worker, whose texts people will read on a terminal: without control characters.
fn untrusted<T: DeserializeOwned>(payload: &[u8]) -> Result<T, StreamError> {
    let mut value: Value = json(payload)?;
    remove_controls(&mut value);
    serde_json::from_value(value).map_err(|_| StreamError::Forged)
}

/// Replaces control characters, and those that change the direction of text, in every text and key.
fn remove_controls(value: &mut Value) {
    match value {
        Value::String(text) => *text = printable(text),
        Value::Array(values) => values.iter_mut().for_each(remove_controls),
        Value::Object(members) => {
            for (key, mut value) in std::mem::take(members) {
                remove_controls(&mut value);
                members.insert(printable(&key), value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn printable(text: &str) -> String {
    let is_hidden = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Fills a buffer; false if the stream ends before its first byte.
fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> Result<bool, StreamError> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(StreamError::Cut),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

/// The bytes in front of a payload.
pub(crate) fn header(kind: FrameType, payload: &[u8]) -> io::Result<[u8; HEADER_BYTES]> {
    let length = u32::try_from(payload.len()).ok().filter(|&length| length as usize <= PAYLOAD_BYTES_MAX);
    let [l0, l1, l2, l3] = length.ok_or(io::ErrorKind::FileTooLarge)?.to_le_bytes();
    Ok([l0, l1, l2, l3, kind as u8])
}

/// Writes a frame, in one system call where the pipe has room.
pub(crate) fn write_frame(stream: &mut impl Write, kind: FrameType, payload: &[u8]) -> io::Result<()> {
    let header = header(kind, payload)?;
    let written = loop {
        match stream.write_vectored(&[IoSlice::new(&header), IoSlice::new(payload)]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            written => break written?,
        }
    };
    if written == 0 {
        return Err(io::ErrorKind::WriteZero.into());
    }
    if written < HEADER_BYTES {
        stream.write_all(&header[written..])?;
    }
    stream.write_all(&payload[written.saturating_sub(HEADER_BYTES)..])
}

#[cfg(test)]
mod tests;
