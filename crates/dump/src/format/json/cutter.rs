//! Cuts a text into blocks of whole values, in bounded memory.
//!
//! Where a line ends with a closing bracket and the next one begins with an opening one, no value
//! continues: inside a value, a comma would have to be between. So a text of one value per line (or
//! of values of many lines) is cut at such positions, without looking at any other byte. If there
//! is none for long, the text goes through [`Structure`].

use super::block::{Block, BlockKind, Skipped};
use super::frame::Window;
use super::scan::Structure;
use crate::limits::Limits;
use crate::wiped::WipedBytes;
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes of a block: large enough to be worth moving to another core.
const BLOCK_BYTES: usize = 256 << 10;

/// Bytes that are read at a time.
const READ_BYTES: usize = 256 << 10;

/// Capacity of the buffer: large enough that needed bytes are rarely moved.
const CAPACITY: usize = 4 * READ_BYTES;

/// Line ends that are tried, backwards from the maximum end of a block, before the structure is
/// scanned instead.
const LINES_TRIED: usize = 256;

pub(crate) struct Cutter<R> {
    text: R,
    buffer: WipedBytes,
    /// The position of the buffer in the text.
    base: u64,
    /// Bytes of the buffer that have been delivered or scanned.
    at: usize,
    has_ended: bool,
    /// The error that ended the text, which is returned behind all that was read before it.
    failed: Option<io::Error>,
    structure: Structure,
    target: usize,
    nothing: Arc<[String]>,
}

impl<R: Read> Cutter<R> {
    pub(crate) fn new(text: R, limits: &Limits) -> Self {
        // A value that must be delivered in parts must not fit into a block.
        Self::with_blocks_of(BLOCK_BYTES.min(limits.record).max(1), text, limits)
    }

    /// Blocks of at least this many bytes; small ones test the structure alone.
    pub(crate) fn with_blocks_of(target: usize, text: R, limits: &Limits) -> Self {
        Self {
            text,
            buffer: WipedBytes::with_capacity(CAPACITY),
            base: 0,
            at: 0,
            has_ended: false,
            failed: None,
            structure: Structure::new(limits.record.max(1), limits.depth, target),
            target,
            nothing: Arc::from([]),
        }
    }

    /// The next block; `None` at the end. An error is returned after all that was read before it.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block>> {
        loop {
            if let Some(block) = self.structure.ready.pop_front() {
                return Ok(Some(block));
            }
            if self.structure.is_between() {
                self.fill_for_block();
                // The end of the bytes read may split a byte order mark, but a block begins with a
                // character.
                while matches!(self.buffer.get(self.at), Some(0xbb | 0xbf)) {
                    self.at += 1;
                    self.fill_for_block();
                }
                if let Some(end) = self.lines_end() {
                    return Ok(Some(self.lines(end)));
                }
            }
            let window = Window { bytes: &self.buffer, base: self.base };
            self.at = self.structure.scan(window, self.at);
            if !self.structure.ready.is_empty() || self.structure.is_between() && self.at < self.buffer.len() {
                continue;
            }
            if !self.has_ended {
                self.fill();
                continue;
            }
            let window = Window { bytes: &self.buffer, base: self.base };
            self.at = self.structure.finish(window, self.at);
            let goes_on = self.structure.is_between() && self.at < self.buffer.len();
            if self.structure.ready.is_empty() && !goes_on {
                return self.failed.take().map_or(Ok(None), Err);
            }
        }
    }

    /// Counts of what was skipped so far, without what is malformed inside the blocks.
    pub(crate) fn skipped(&self) -> &Skipped {
        &self.structure.skipped
    }

    /// Capacity of the buffer.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.buffer.capacity()
    }

    /// A position where the text can be cut without scanning it.
    fn lines_end(&self) -> Option<usize> {
        let rest = &self.buffer[self.at..];
        if rest.is_empty() {
            return None;
        }
        if rest.len() <= self.target {
            return Some(self.buffer.len());
        }
        let ends = memchr::memrchr_iter(b'\n', &rest[..self.target]).take(LINES_TRIED);
        ends.into_iter().find(|&end| is_cut(rest, end)).map(|end| self.at + end + 1)
    }

    fn lines(&mut self, end: usize) -> Block {
        let text = WipedBytes::copy_of(&self.buffer[self.at..end]);
        let at = self.base + self.at as u64;
        self.at = end;
        Block { text, at, above: Arc::clone(&self.nothing), depth: 0, kind: BlockKind::Roots, position: 0 }
    }

    /// Reads until there is more than a block, or the text ends.
    fn fill_for_block(&mut self) {
        while !self.has_ended && self.buffer.len() - self.at <= self.target {
            self.fill();
        }
    }

    /// Reads more, and keeps the bytes that are still needed.
    fn fill(&mut self) {
        if self.buffer.room() < READ_BYTES {
            let needed = self.structure.needed(Window { bytes: &self.buffer, base: self.base }, self.at);
            self.buffer.consume(needed);
            self.base += needed as u64;
            self.at -= needed;
            self.buffer.make_room(READ_BYTES);
        }
        match self.buffer.read_from(&mut self.text, usize::MAX) {
            Ok(count) => self.has_ended = count == 0,
            Err(error) => {
                (self.has_ended, self.failed) = (true, Some(error));
                self.drop_stump();
            }
        }
    }

    /// Drops the number within which a damaged text ends: it may be the beginning of a longer one.
    fn drop_stump(&mut self) {
        let is_of_number = |byte: &&u8| byte.is_ascii_digit() || b"+-(). ".contains(byte) || **byte >= 0x80;
        let stump = self.buffer[self.at..].iter().rev().take_while(is_of_number).count();
        let end = self.buffer.len() - stump;
        self.buffer = self.buffer.split_front(end, stump);
    }
}

/// Whether no value continues after the line feed at `end`.
fn is_cut(text: &[u8], end: usize) -> bool {
    let opens = matches!(text.get(end + 1), Some(b'{' | b'['));
    let last = text[..end].iter().rev().find(|byte| !matches!(byte, b'\r' | b' ' | b'\t'));
    opens && matches!(last, Some(b'}' | b']'))
}
