//! The messages of a stream: read whole, and measured before the library takes memory by what they
//! state.

use crate::format::records::{damaged, ended};
use crate::limits::Limits;
use arrow_ipc::{Message, RecordBatch, root_as_message};
use arrow_schema::ArrowError;
use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, Read};
use zeroize::Zeroize as _;

/// The file, as errors name it.
pub(super) const WHAT: &str = "the Arrow file";

/// Divisor for the share of the memory limit of a message without its body.
const HEADER_PART: usize = 16;

/// A mark before the length of a message, which old writers leave out.
const CONTINUED: [u8; 4] = [0xff; 4];

/// Bytes before a compressed buffer: its length without compression, or that it is not compressed.
const LENGTH_BYTES: usize = 8;
const NOT_COMPRESSED: i64 = -1;

/// The error of what a check refuses. It is not shown.
pub(super) fn invalid() -> ArrowError {
    ArrowError::IpcError("invalid".to_owned())
}

/// Reads messages, one after another.
pub(super) struct Incoming<R> {
    input: R,
    /// What was read ahead.
    first: Vec<u8>,
    consumed: u64,
    whole: usize,
    is_ended: bool,
}

impl<R: Read> Incoming<R> {
    pub(super) fn new(input: R, first: &[u8], limits: &Limits) -> Self {
        Self { input, first: first.to_vec(), consumed: 0, whole: limits.whole, is_ended: false }
    }

    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Reads this many bytes, or fewer at the end of the input.
    fn up_to(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let ahead = count.min(self.first.len());
        let mut bytes: Vec<u8> = self.first.drain(..ahead).collect();
        self.input.by_ref().take((count - ahead) as u64).read_to_end(&mut bytes)?;
        self.consumed += bytes.len() as u64;
        Ok(bytes)
    }

    fn exactly(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let bytes = self.up_to(count)?;
        if bytes.len() < count {
            return Err(ended(io::ErrorKind::UnexpectedEof.into(), WHAT, self.consumed));
        }
        Ok(bytes)
    }

    /// The next message; `None` at the end, which may be marked.
    pub(super) fn next(&mut self) -> io::Result<Option<Incomplete>> {
        if self.is_ended {
            return Ok(None);
        }
        let mut length = self.up_to(4)?;
        if length.is_empty() {
            self.is_ended = true;
            return Ok(None);
        }
        if length == CONTINUED {
            length = self.exactly(4)?;
        }
        let Some(length) = length.first_chunk().map(|length| i32::from_le_bytes(*length)) else {
            return Err(ended(io::ErrorKind::UnexpectedEof.into(), WHAT, self.consumed));
        };
        if length == 0 {
            self.is_ended = true;
            return Ok(None);
        }
        let broken = damaged("the Arrow file is damaged: what follows is no message", self.consumed);
        let Some(length) = usize::try_from(length).ok().filter(|&length| length <= self.whole / HEADER_PART) else {
            return Err(broken);
        };
        let header = self.exactly(length)?;
        let Some(body) = root_as_message(&header).ok().and_then(|root| usize::try_from(root.bodyLength()).ok()) else {
            return Err(broken);
        };
        if body > self.whole {
            let what = "a batch of the Arrow file is larger than the memory limit; raise --max-whole";
            return Err(damaged(what, self.consumed));
        }
        let body = self.exactly(body)?;
        Ok(Some(Incomplete { header, body, whole: self.whole, is_too_large: Cell::new(false) }))
    }
}

/// A message and its body, which has not been decompressed.
pub(super) struct Incomplete {
    header: Vec<u8>,
    pub(super) body: Vec<u8>,
    whole: usize,
    is_too_large: Cell<bool>,
}

impl Incomplete {
    pub(super) fn root(&self) -> Result<Message<'_>, ArrowError> {
        root_as_message(&self.header).map_err(|_| invalid())
    }

    /// Whether a check found it larger than the memory limit.
    pub(super) fn is_too_large(&self) -> bool {
        self.is_too_large.get()
    }

    /// Checks that the buffers of a batch are in the body and, after decompression, in the memory
    /// limit. Returns their size.
    pub(super) fn check(&self, batch: &RecordBatch<'_>) -> Result<usize, ArrowError> {
        let is_compressed = batch.compression().is_some();
        let mut total = self.body.len();
        for buffer in batch.buffers().ok_or_else(invalid)? {
            let [at, length] = [buffer.offset(), buffer.length()].map(usize::try_from);
            let (Ok(at), Ok(length)) = (at, length) else { return Err(invalid()) };
            let end = at.checked_add(length).ok_or_else(invalid)?;
            let bytes = self.body.get(at..end).ok_or_else(invalid)?;
            if !is_compressed || bytes.is_empty() {
                continue;
            }
            let plain = bytes.first_chunk::<LENGTH_BYTES>().map(|length| i64::from_le_bytes(*length));
            match plain.ok_or_else(invalid)? {
                NOT_COMPRESSED => {}
                plain => total = total.saturating_add(usize::try_from(plain).map_err(|_| invalid())?),
            }
        }
        if total > self.whole {
            self.is_too_large.set(true);
            return Err(invalid());
        }
        Ok(total)
    }
}

impl Drop for Incomplete {
    fn drop(&mut self) {
        self.body.zeroize();
    }
}

/// The memory of dictionaries, which are kept from message to message.
pub(super) struct Kept {
    sizes: HashMap<i64, usize>,
    total: usize,
    whole: usize,
}

impl Kept {
    pub(super) fn new(whole: usize) -> Self {
        Self { sizes: HashMap::new(), total: 0, whole }
    }

    /// A dictionary, or what is added to one.
    pub(super) fn add(&mut self, id: i64, is_delta: bool, bytes: usize) -> Result<(), ArrowError> {
        let size = self.sizes.entry(id).or_default();
        let before = *size;
        *size = if is_delta { before.saturating_add(bytes) } else { bytes };
        self.total = (self.total - before).saturating_add(*size);
        if self.is_full() { Err(invalid()) } else { Ok(()) }
    }

    pub(super) fn is_full(&self) -> bool {
        self.total > self.whole
    }
}
