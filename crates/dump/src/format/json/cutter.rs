//! Cuts a text into blocks of whole values, in bounded memory.
//!
//! Where a line ends with a closing bracket and the next one begins with an opening one, no value goes on: within one, a
//! comma would have to stand between. So a text with a value a line (or with values of many lines) is cut at such
//! places, without looking at any other byte. Where there is none for long, the text goes through [`Structure`].

use super::block::{Block, Passed, Shape};
use super::scan::{Structure, Window};
use crate::limits::Limits;
use crate::wiped::WipedBytes;
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes of a block; enough to make handing it to another core cheap.
const BLOCK_BYTES: usize = 256 << 10;

/// Bytes that are read at a time.
const READ_BYTES: usize = 256 << 10;

/// Capacity of the buffer: enough that what is still needed rarely moves.
const CAPACITY: usize = 4 * READ_BYTES;

/// Ends of lines that are looked at, from the end of what may become a block, before the structure is asked instead.
const LINES_TRIED: usize = 256;

pub(crate) struct Cutter<R> {
    text: R,
    buffer: WipedBytes,
    /// Where in the text the buffer begins.
    base: u64,
    /// All of the buffer before this has been delivered or scanned.
    at: usize,
    has_ended: bool,
    structure: Structure,
    target: usize,
    nothing: Arc<[String]>,
}

impl<R: Read> Cutter<R> {
    pub(crate) fn new(text: R, limits: &Limits) -> Self {
        // Nothing that would have to be opened may hide in a block.
        Self::with_blocks_of(BLOCK_BYTES.min(limits.record).max(1), text, limits)
    }

    /// With blocks of at least so many bytes, for tests of the structure alone.
    pub(crate) fn with_blocks_of(target: usize, text: R, limits: &Limits) -> Self {
        Self {
            text,
            buffer: WipedBytes::with_capacity(CAPACITY),
            base: 0,
            at: 0,
            has_ended: false,
            structure: Structure::new(limits.record.max(1), limits.depth, target),
            target,
            nothing: Arc::from([]),
        }
    }

    /// The next block; none at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block>> {
        loop {
            if let Some(block) = self.structure.ready.pop_front() {
                return Ok(Some(block));
            }
            if self.structure.is_between() {
                self.fill_for_block()?;
                // What was read may have ended within a byte order mark, but a block begins with a character.
                while matches!(self.buffer.get(self.at), Some(0xbb | 0xbf)) {
                    self.at += 1;
                    self.fill_for_block()?;
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
                self.fill()?;
                continue;
            }
            let window = Window { bytes: &self.buffer, base: self.base };
            self.at = self.structure.finish(window, self.at);
            let goes_on = self.structure.is_between() && self.at < self.buffer.len();
            if self.structure.ready.is_empty() && !goes_on {
                return Ok(None);
            }
        }
    }

    /// What was passed over so far, beside what is malformed within the blocks.
    pub(crate) fn passed(&self) -> &Passed {
        &self.structure.passed
    }

    /// Bytes of the buffer.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.buffer.capacity()
    }

    /// Where the text can be cut without looking at it.
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
        Block { text, at, above: Arc::clone(&self.nothing), depth: 0, shape: Shape::Roots }
    }

    /// Reads until there is more than a block, or no more.
    fn fill_for_block(&mut self) -> io::Result<()> {
        while !self.has_ended && self.buffer.len() - self.at <= self.target {
            self.fill()?;
        }
        Ok(())
    }

    /// Reads more behind what is still needed.
    fn fill(&mut self) -> io::Result<()> {
        if self.buffer.room() < READ_BYTES {
            let needed = self.structure.needed(Window { bytes: &self.buffer, base: self.base }, self.at);
            self.buffer.consume(needed);
            self.base += needed as u64;
            self.at -= needed;
            self.buffer.make_room(READ_BYTES);
        }
        self.has_ended = self.buffer.read_from(&mut self.text, usize::MAX)? == 0;
        Ok(())
    }
}

/// Whether no value goes on behind the line feed at `end`.
fn is_cut(text: &[u8], end: usize) -> bool {
    let opens = matches!(text.get(end + 1), Some(b'{' | b'['));
    let last = text[..end].iter().rev().find(|byte| !matches!(byte, b'\r' | b' ' | b'\t'));
    opens && matches!(last, Some(b'}' | b']'))
}
