//! The words of a dictionary, which is held whole.

use super::integers::Integers;
use super::stream::{Source, Stream};
use crate::format::records::damaged;
use crate::limits::RATIO_ASKED_FROM;
use parquet::file::reader::ChunkReader;
use std::io;
use std::sync::Arc;
use zeroize::Zeroize as _;

/// Maximum text of one record: items without bytes may be counted in billions.
pub(super) const TEXT_BYTES: usize = RATIO_ASKED_FROM as usize;

/// Memory of a word of a dictionary, beside its bytes.
const WORD_BYTES: usize = 8;

/// The words of a dictionary.
pub(super) struct Words<R> {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    held: usize,
    source: Arc<Source<R>>,
}

impl<R> Drop for Words<R> {
    fn drop(&mut self) {
        self.bytes.zeroize();
        self.source.release(self.held);
    }
}

impl<R: ChunkReader> Words<R> {
    /// Reads so many words.
    pub(super) fn read(
        source: &Arc<Source<R>>,
        count: u64,
        mut lengths: Integers<R>,
        mut data: Stream<R>,
    ) -> io::Result<Self> {
        let mut words = Self { bytes: Vec::new(), ends: Vec::new(), held: 0, source: Arc::clone(source) };
        for _ in 0..count {
            let length = lengths.length()?;
            if length > TEXT_BYTES {
                return Err(damaged("a value of the ORC file is too long", 0));
            }
            data.append(length, &mut words.bytes)?;
            words.ends.push(words.bytes.len());
            words.hold()?;
        }
        Ok(words)
    }

    /// A word by its number; `None` if there are not so many.
    pub(super) fn get(&self, number: usize) -> Option<&[u8]> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start..end)
    }

    fn hold(&mut self) -> io::Result<()> {
        let now = self.bytes.capacity() + self.ends.capacity() * WORD_BYTES;
        if now != self.held {
            self.source.hold(std::mem::replace(&mut self.held, now), now)?;
        }
        Ok(())
    }
}
