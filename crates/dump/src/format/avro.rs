//! Avro files: blocks of records whose schema, in JSON, is in front.
//!
//! One block is held at a time. What is broken in a block ends that block, since nothing shows
//! where its next record begins; the blocks behind it are read.

mod schema;
#[cfg(test)]
mod tests;
mod values;

use crate::format::codec::{Codec, Failure, decompress};
use crate::format::records::{Json, Next, Records, damaged, ended};
use crate::limits::{Limits, RATIO_ASKED_FROM};
use schema::Schema;
use std::io::{self, Read};
use values::Values;
use zeroize::Zeroize as _;

const WHAT: &str = "the Avro file";

const MAGIC_BYTES: usize = 4;
const SYNC_BYTES: usize = 16;

/// Divisor for a header's share of the memory limit: in memory it is many times as large.
const HEADER_PART: usize = 16;

/// Maximum text of one record: items without bytes may be counted in billions.
const TEXT_BYTES: usize = RATIO_ASKED_FROM as usize;

/// A reader of records.
pub(crate) struct Avro<R> {
    input: R,
    consumed: u64,
    block_max: usize,
    schema: Schema,
    codec: Codec,
    /// Whether a checksum follows the data of a block.
    has_checksum: bool,
    sync: [u8; SYNC_BYTES],
    /// The block that is being read, its records that are left, and how far they have been read.
    block: Vec<u8>,
    left: u64,
    at: usize,
    /// The first damage of a block that is behind.
    damage: Option<io::Error>,
}

impl<R: Read> Avro<R> {
    /// Reads the header.
    pub(crate) fn open(input: R, limits: &Limits) -> io::Result<Self> {
        let mut header = Counted { input, consumed: 0 };
        header.exactly(&mut [0; MAGIC_BYTES])?;
        let (mut schema, mut name) = (None, Vec::new());
        let mut left = limits.whole / HEADER_PART;
        loop {
            let count = header.long()?;
            if count == 0 {
                break;
            }
            if count < 0 {
                header.long()?;
            }
            for _ in 0..count.unsigned_abs() {
                let key = header.bytes(&mut left)?;
                let value = header.bytes(&mut left)?;
                match &key[..] {
                    b"avro.schema" => schema = Some(value),
                    b"avro.codec" => name = value,
                    _ => {}
                }
            }
        }
        let mut sync = [0; SYNC_BYTES];
        header.exactly(&mut sync)?;
        let invalid = || damaged("the schema of the Avro file is damaged", 0);
        let schema = Schema::parse(&schema.ok_or_else(invalid)?).ok_or_else(invalid)?;
        let codec = match &name[..] {
            b"" | b"null" => Codec::None,
            b"deflate" => Codec::Deflate,
            b"snappy" => Codec::Snappy,
            b"zstandard" => Codec::Zstd,
            b"bzip2" => Codec::Bzip2,
            b"xz" => Codec::Xz,
            _ => {
                return Err(damaged(
                    "the Avro file is compressed with an unsupported method; write it with deflate",
                    0,
                ));
            }
        };
        let Counted { input, consumed } = header;
        let has_checksum = codec == Codec::Snappy;
        let (block, left, at, damage) = (Vec::new(), 0, 0, None);
        let block_max = limits.whole;
        Ok(Self { input, consumed, block_max, schema, codec, has_checksum, sync, block, left, at, damage })
    }

    /// Reads the next block; false at the end.
    fn next_block(&mut self) -> io::Result<bool> {
        let mut counted = Counted { input: &mut self.input, consumed: self.consumed };
        let mut first = [0];
        loop {
            match counted.input.read(&mut first) {
                Ok(0) => return Ok(false),
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        counted.consumed += 1;
        let at = counted.consumed;
        let invalid = || damaged("the Avro file is damaged: what follows is no block", at);
        let count = u64::try_from(counted.long_after(first[0])?).map_err(|_| invalid())?;
        let length = u64::try_from(counted.long()?).map_err(|_| invalid())?;
        if length > self.block_max as u64 {
            return Err(damaged("a block of the Avro file is larger than the memory limit; raise --max-whole", at));
        }
        let mut stored = Vec::new();
        let read = counted.input.by_ref().take(length).read_to_end(&mut stored)?;
        counted.consumed += read as u64;
        let mut sync = [0; SYNC_BYTES];
        counted.exactly(&mut sync)?;
        self.consumed = counted.consumed;
        if sync != self.sync {
            return Err(damaged("the Avro file is damaged: a mark between blocks is missing", self.consumed));
        }
        let checksum = if self.has_checksum { 4 } else { 0 };
        let data = &stored[..stored.len().saturating_sub(checksum)];
        let plain = decompress(self.codec, data, self.block_max, &mut self.block);
        stored.zeroize();
        (self.left, self.at) = (count, 0);
        match plain {
            Ok(()) => {}
            Err(Failure::TooLarge) => {
                self.skip_block("a block of the Avro file is larger than the memory limit; raise --max-whole");
            }
            Err(Failure::Damaged) => self.skip_block("a block of the Avro file is damaged"),
        }
        Ok(true)
    }

    /// Gives up what is left of a block.
    fn skip_block(&mut self, what: &str) {
        self.left = 0;
        self.damage.get_or_insert_with(|| damaged(what, self.consumed));
    }
}

impl<R: Read> Records for Avro<R> {
    fn next(&mut self, json: &mut Json) -> io::Result<Next> {
        while self.left == 0 {
            if !self.next_block()? {
                return self.damage.take().map_or(Ok(Next::End), Err);
            }
        }
        self.left -= 1;
        let mut values = Values { bytes: &self.block, at: self.at, schema: &self.schema, text_max: TEXT_BYTES };
        if values.record(json).is_some() {
            self.at = values.at;
            return Ok(Next::Record);
        }
        self.skip_block("a block of the Avro file is damaged");
        Ok(Next::Malformed)
    }

    fn consumed(&self) -> u64 {
        self.consumed
    }
}

impl<R> Drop for Avro<R> {
    fn drop(&mut self) {
        self.block.zeroize();
    }
}

/// Counts the bytes that are read.
struct Counted<R> {
    input: R,
    consumed: u64,
}

impl<R: Read> Counted<R> {
    fn exactly(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.input.read_exact(bytes).map_err(|error| ended(error, WHAT, self.consumed))?;
        self.consumed += bytes.len() as u64;
        Ok(())
    }

    fn long(&mut self) -> io::Result<i64> {
        let mut first = [0];
        self.exactly(&mut first)?;
        self.long_after(first[0])
    }

    /// A number of which one byte has been read.
    fn long_after(&mut self, first: u8) -> io::Result<i64> {
        let (mut byte, mut value) = (first, 0);
        for shift in (0..64).step_by(7) {
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(values::zigzag(value));
            }
            let mut next = [0];
            self.exactly(&mut next)?;
            byte = next[0];
        }
        Err(damaged("the Avro file is damaged", self.consumed))
    }

    /// Bytes with their length in front, at most `left` of them.
    fn bytes(&mut self, left: &mut usize) -> io::Result<Vec<u8>> {
        let length = usize::try_from(self.long()?).ok().filter(|length| length < left);
        let Some(length) = length else {
            return Err(damaged(
                "the header of the Avro file is damaged or too large; raise --max-whole",
                self.consumed,
            ));
        };
        *left -= length + 1;
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(length as u64).read_to_end(&mut bytes)?;
        self.consumed += read as u64;
        if read < length { Err(damaged(format!("{WHAT} is truncated"), self.consumed)) } else { Ok(bytes) }
    }
}
