//! Cuts a text into blocks of whole values, in bounded memory.
//!
//! Where a line ends with a closing bracket and the next one begins with an opening one, no value goes on: within one, a
//! comma would have to stand between. So a text with a value a line (or with values of many lines) is cut at such
//! places, without looking at any other byte. Where there is none for long, the text goes through [`Structure`].

use super::block::{Block, Passed, Shape};
use super::scan::{Structure, Window};
use crate::limits::Limits;
use std::io::{self, Read};
use std::sync::Arc;
use zeroize::Zeroize as _;

/// Bytes of a block; enough to make handing it to another core cheap.
const BLOCK_BYTES: usize = 256 << 10;

/// Bytes that are read at a time.
const READ_BYTES: usize = 256 << 10;

/// Ends of lines that are looked at, from the end of what may become a block, before the structure is asked instead.
const LINES_TRIED: usize = 256;

pub(crate) struct Cutter<R> {
    text: R,
    /// Of this much is filled, from this place of the text on.
    buffer: Vec<u8>,
    filled: usize,
    /// So much of it ever held text.
    used: usize,
    base: u64,
    /// Before this all has been handed over or scanned.
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
            buffer: Vec::new(),
            filled: 0,
            used: 0,
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
                while matches!(self.buffer[self.at..self.filled].first(), Some(0xbb | 0xbf)) {
                    self.at += 1;
                    self.fill_for_block()?;
                }
                if let Some(end) = self.lines_end() {
                    return Ok(Some(self.lines(end)));
                }
            }
            let window = Window { bytes: &self.buffer[..self.filled], base: self.base };
            self.at = self.structure.scan(window, self.at);
            if !self.structure.ready.is_empty() || self.structure.is_between() && self.at < self.filled {
                continue;
            }
            if !self.has_ended {
                self.fill()?;
                continue;
            }
            let window = Window { bytes: &self.buffer[..self.filled], base: self.base };
            self.at = self.structure.finish(window, self.at);
            let goes_on = self.structure.is_between() && self.at < self.filled;
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
        self.buffer.len()
    }

    /// Where the text can be cut without looking at it.
    fn lines_end(&self) -> Option<usize> {
        let rest = &self.buffer[self.at..self.filled];
        if rest.is_empty() {
            return None;
        }
        if rest.len() <= self.target {
            return Some(self.filled);
        }
        let ends = memchr::memrchr_iter(b'\n', &rest[..self.target]).take(LINES_TRIED);
        ends.into_iter().find(|&end| is_cut(rest, end)).map(|end| self.at + end + 1)
    }

    fn lines(&mut self, end: usize) -> Block {
        let text = self.buffer[self.at..end].to_vec();
        let at = self.base + self.at as u64;
        self.at = end;
        Block { text, at, above: Arc::clone(&self.nothing), depth: 0, shape: Shape::Roots }
    }

    /// Reads until there is more than a block, or no more.
    fn fill_for_block(&mut self) -> io::Result<()> {
        while !self.has_ended && self.filled - self.at <= self.target {
            self.fill()?;
        }
        Ok(())
    }

    /// Reads more behind what is still needed.
    fn fill(&mut self) -> io::Result<()> {
        if self.buffer.len() - self.filled < READ_BYTES {
            self.make_room();
        }
        let read = loop {
            match self.text.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.filled += read;
        self.used = self.used.max(self.filled);
        self.has_ended = read == 0;
        Ok(())
    }

    fn make_room(&mut self) {
        let window = Window { bytes: &self.buffer[..self.filled], base: self.base };
        let needed = self.structure.needed(window, self.at);
        self.buffer.copy_within(needed..self.filled, 0);
        self.base += needed as u64;
        self.filled -= needed;
        self.at -= needed;
        if self.buffer.len() - self.filled < READ_BYTES {
            // Not by growing in place, which would leave copies behind.
            let mut larger = vec![0; (self.filled + READ_BYTES).max(4 * READ_BYTES).next_power_of_two()];
            larger[..self.filled].copy_from_slice(&self.buffer[..self.filled]);
            self.buffer[..self.used].zeroize();
            (self.buffer, self.used) = (larger, self.filled);
        }
    }
}

impl<R> Drop for Cutter<R> {
    fn drop(&mut self) {
        self.buffer[..self.used].zeroize();
    }
}

/// Whether no value goes on behind the line feed at `end`.
fn is_cut(text: &[u8], end: usize) -> bool {
    let opens = matches!(text.get(end + 1), Some(b'{' | b'['));
    let last = text[..end].iter().rev().find(|byte| !matches!(byte, b'\r' | b' ' | b'\t'));
    opens && matches!(last, Some(b'}' | b']'))
}
