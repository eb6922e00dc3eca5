//! Arrow: streams of messages, and files (Feather), which hold such a stream behind their mark.
//!
//! A file is read as the stream that it holds, so that its end is not needed. The sizes that a
//! message states are checked before the library allocates by them; it checks the rest, and a panic
//! of it is damage. One batch is held at a time, beside the dictionaries.

mod message;
#[cfg(test)]
mod tests;
mod values;

use crate::contain_panics;
use crate::format::records::{Json, Next, Records, damaged, ended};
use crate::limits::{Limits, RATIO_ASKED_FROM};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::MessageHeader;
use arrow_schema::{ArrowError, Schema};
use message::{Incoming, Kept, WHAT, invalid};
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

/// The mark of a file, with what fills it up to eight bytes.
const MAGIC: [u8; 8] = *b"ARROW1\0\0";

/// How many times eight bytes may lie between the mark of a file and its first message.
const PADDING: usize = 16;

/// Maximum text of one record: a long text is stored once, and may be in many of its values.
const TEXT_BYTES: usize = RATIO_ASKED_FROM as usize;

const LOST_ROW: &str =
    "a row of the Arrow file is damaged, or longer than 64 MiB as text, and was not read; write it as CSV";

/// A reader of rows.
pub(crate) struct Arrow<R> {
    incoming: Incoming<R>,
    schema: Arc<Schema>,
    dictionaries: HashMap<i64, ArrayRef>,
    /// Memory of the messages that dictionaries came from.
    kept: Kept,
    batch: Option<RecordBatch>,
    row: usize,
    damage: Option<io::Error>,
}

impl<R: Read> Arrow<R> {
    /// Reads the schema.
    pub(crate) fn open(mut input: R, limits: &Limits) -> io::Result<Self> {
        let mut first = [0; MAGIC.len()];
        input.read_exact(&mut first).map_err(|error| ended(error, WHAT, 0))?;
        if first == MAGIC {
            // Some writers fill up more bytes.
            for _ in 0..PADDING {
                input.read_exact(&mut first).map_err(|error| ended(error, WHAT, 0))?;
                if first != [0; MAGIC.len()] {
                    break;
                }
            }
        }
        let mut incoming = Incoming::new(input, &first, limits);
        let no_schema = || damaged("the Arrow file has no schema that can be read", 0);
        let Some(message) = incoming.next()? else { return Err(no_schema()) };
        let schema = contained(|| {
            let root = message.root()?;
            let schema = root.header_as_schema().ok_or_else(invalid)?;
            if !schema.endianness().equals_to_target_endianness() {
                return Err(ArrowError::IpcError("big-endian".to_owned()));
            }
            arrow_ipc::convert::try_fb_to_schema(schema)
        });
        let schema = Arc::new(schema.ok_or_else(no_schema)?);
        let kept = Kept::new(limits.whole);
        Ok(Self { incoming, schema, dictionaries: HashMap::new(), kept, batch: None, row: 0, damage: None })
    }

    /// Reads the next batch of rows; false at the end.
    fn next_batch(&mut self) -> io::Result<bool> {
        let at = self.incoming.consumed();
        let broken = || damaged("a batch of the Arrow file is damaged", at);
        let Some(message) = self.incoming.next()? else { return Ok(false) };
        let (schema, dictionaries, kept) = (&self.schema, &mut self.dictionaries, &mut self.kept);
        let read = contained(|| {
            let root = message.root()?;
            match root.header_type() {
                MessageHeader::RecordBatch => {
                    let batch = root.header_as_record_batch().ok_or_else(invalid)?;
                    message.check(&batch)?;
                    let body = Buffer::from(message.body.as_slice());
                    let version = root.version();
                    let read = arrow_ipc::reader::read_record_batch(
                        &body,
                        batch,
                        Arc::clone(schema),
                        dictionaries,
                        None,
                        &version,
                    );
                    read.map(Some)
                }
                MessageHeader::DictionaryBatch => {
                    let dictionary = root.header_as_dictionary_batch().ok_or_else(invalid)?;
                    let plain = message.check(&dictionary.data().ok_or_else(invalid)?)?;
                    kept.add(dictionary.id(), dictionary.isDelta(), plain)?;
                    let body = Buffer::from(message.body.as_slice());
                    let version = root.version();
                    arrow_ipc::reader::read_dictionary(&body, dictionary, schema, dictionaries, &version)?;
                    Ok(None)
                }
                // A schema again, or something that holds no rows.
                _ => Ok(None),
            }
        });
        if message.is_too_large() || self.kept.is_full() {
            let what =
                "a batch or the dictionaries of the Arrow file are larger than the memory limit; raise --max-whole";
            return Err(damaged(what, at));
        }
        match read {
            Some(batch) => (self.batch, self.row) = (batch, 0),
            // The next message begins where this one ends.
            None => {
                self.damage.get_or_insert_with(broken);
            }
        }
        Ok(true)
    }
}

impl<R: Read> Records for Arrow<R> {
    fn next(&mut self, json: &mut Json) -> io::Result<Next> {
        loop {
            match &self.batch {
                Some(batch) if self.row < batch.num_rows() => {
                    let row = self.row;
                    self.row += 1;
                    let text_max = TEXT_BYTES;
                    let written = contain_panics::caught(|| values::write_row(batch, row, json, text_max));
                    if written == Some(true) {
                        return Ok(Next::Record);
                    }
                    let at = self.incoming.consumed();
                    self.damage.get_or_insert_with(|| damaged(LOST_ROW, at));
                    return Ok(Next::Malformed);
                }
                _ => self.batch = None,
            }
            if !self.next_batch()? {
                return self.damage.take().map_or(Ok(Next::End), Err);
            }
        }
    }

    fn consumed(&self) -> u64 {
        self.incoming.consumed()
    }
}

/// Calls the library, whose assertions a hostile file may reach. Its error may quote the file, so
/// it is not passed on.
fn contained<T>(call: impl FnOnce() -> Result<T, ArrowError>) -> Option<T> {
    contain_panics::caught(call).and_then(Result::ok)
}
