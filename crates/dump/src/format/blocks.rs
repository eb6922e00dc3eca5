//! Cuts text into blocks of whole records, in bounded memory. This part runs in sequence, so that
//! all cores can do the rest.

use crate::format::delimited::Dialect;
use crate::format::rows::{between_numbers, is_of_number};
use crate::limits::Limits;
use crate::wiped::WipedBytes;
use std::io::{self, Read};

/// Bytes of a block: large enough to be worth a task, small enough for a core's cache.
pub(crate) const BLOCK_BYTES: usize = 256 << 10;

/// Where text may be cut.
pub(crate) enum Cut {
    /// After a record of this dialect.
    Records(Dialect),
    /// After a line, or, where a line fills a block, between words, so that no number is cut.
    Words,
}

/// Text that begins with a record and ends with one, or a piece of a record that is too long or
/// incomplete.
pub(crate) struct Block {
    pub(crate) text: WipedBytes,
    /// Its position in the whole text.
    pub(crate) at: u64,
    /// Nothing follows.
    pub(crate) is_last: bool,
    /// Whether it is a piece of a record. No number is cut at its ends.
    pub(crate) is_piece: bool,
}

/// The blocks of a text.
pub(crate) struct Blocks<R> {
    reader: R,
    cut: Cut,
    most: usize,
    buffer: WipedBytes,
    /// The position of the buffer in the whole text.
    at: u64,
    ended: bool,
    failed: Option<io::Error>,
    /// Positions of records that were too long.
    too_long: Vec<u64>,
    /// Whether the buffer begins within a record that is too long.
    is_within: bool,
}

impl<R: Read> Blocks<R> {
    pub(crate) fn new(reader: R, cut: Cut, limits: &Limits) -> Self {
        let buffer = WipedBytes::with_capacity(2 * BLOCK_BYTES);
        let most = limits.record;
        Self { reader, cut, most, buffer, at: 0, ended: false, failed: None, too_long: Vec::new(), is_within: false }
    }

    /// Positions of records longer than the limit, since the last call.
    pub(crate) fn too_long(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.too_long)
    }

    /// The next block. An error is returned after all whole records before it.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block>> {
        let mut wanted = BLOCK_BYTES;
        loop {
            self.fill(wanted);
            if self.buffer.is_empty() {
                return self.failed.take().map_or(Ok(None), Err);
            }
            if self.is_within {
                return Ok(Some(self.piece()));
            }
            match self.end() {
                Some(end) => return Ok(Some(self.take(end, false))),
                None if self.failed.is_some() => return Ok(Some(self.stump())),
                None if self.buffer.len() > self.most => {
                    self.too_long.push(self.at);
                    self.is_within = true;
                }
                None => wanted = self.buffer.len() + BLOCK_BYTES,
            }
        }
    }

    /// Reads until the buffer holds this many bytes, or the text ends.
    fn fill(&mut self, wanted: usize) {
        while !self.ended && self.buffer.len() < wanted {
            let missing = wanted - self.buffer.len();
            self.buffer.make_room(missing);
            match self.buffer.read_from(&mut self.reader, missing) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => (self.ended, self.failed) = (true, Some(error)),
            }
        }
    }

    /// The end of the last whole record in the buffer.
    fn end(&self) -> Option<usize> {
        // The last record of a damaged input is incomplete.
        let is_last = self.ended && self.failed.is_none();
        if is_last {
            return Some(self.buffer.len());
        }
        let end = match &self.cut {
            Cut::Records(dialect) if dialect.is_quoted && memchr::memchr(b'"', &self.buffer).is_some() => {
                self.end_of_records(dialect)
            }
            Cut::Records(_) => memchr::memrchr(b'\n', &self.buffer).map_or(0, |at| at + 1),
            Cut::Words => end_of_words(&self.buffer),
        };
        (end > 0).then_some(end)
    }

    fn end_of_records(&self, dialect: &Dialect) -> usize {
        // Quotes nearly always come in pairs; then the last line ends outside of them.
        let line = memchr::memrchr(b'\n', &self.buffer).map_or(0, |at| at + 1);
        if memchr::memchr_iter(b'"', &self.buffer[..line]).count().is_multiple_of(2) {
            return line;
        }
        let mut end = 0;
        while let Some(record) = dialect.record(&self.buffer[end..], false, self.most) {
            end += record.at;
        }
        end
    }

    /// A piece of a record that is too long; the last one ends with its line.
    fn piece(&mut self) -> Block {
        let line = memchr::memchr(b'\n', &self.buffer).map(|at| at + 1);
        self.is_within = line.is_none();
        let end = line.unwrap_or_else(|| if self.ended { self.buffer.len() } else { between_numbers(&self.buffer) });
        self.take(end, true)
    }

    /// What is left of the last record of a damaged input, without the number that it ends within.
    fn stump(&mut self) -> Block {
        let end = between_numbers(&self.buffer);
        let block = self.take(end, true);
        let rest = self.buffer.len();
        self.buffer.consume(rest);
        block
    }

    fn take(&mut self, end: usize, is_piece: bool) -> Block {
        let capacity = 2 * BLOCK_BYTES.max(self.buffer.len() - end);
        let text = self.buffer.split_front(end, capacity);
        let at = self.at;
        self.at += end as u64;
        let is_last = self.ended && self.buffer.is_empty();
        Block { text, at, is_last, is_piece }
    }
}

/// The position after the last line, or, in one long line, before a space or between two characters
/// that are not part of a number.
fn end_of_words(text: &[u8]) -> usize {
    if let Some(at) = memchr::memrchr(b'\n', text) {
        return at + 1;
    }
    // Between words, and between two Chinese characters; never next to what may be part of a
    // number, also in full width.
    let is_of_number = |byte: u8| byte != b' ' && is_of_number(byte);
    let is_chinese = |at: usize| text.get(at).is_some_and(|lead| (0xe4..=0xe9).contains(lead));
    let is_between = |at: usize| {
        let blank = text[at - 1] == b' ' || text[at - 1] == b'\t';
        let before = text[..at].iter().rev().find(|&&byte| byte != b' ' && byte != b'\t');
        let is_word =
            blank && before.is_some_and(|&byte| !is_of_number(byte) && byte < 0x80) && !is_of_number(text[at]);
        is_word || (at >= 3 && is_chinese(at) && is_chinese(at - 3))
    };
    if text.len() < BLOCK_BYTES { 0 } else { (1..text.len()).rev().find(|&at| is_between(at)).unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], cut: Cut, record: usize) -> (Vec<(u64, Vec<u8>)>, Vec<u64>) {
        let mut blocks = Blocks::new(text, cut, &Limits { record, ..Limits::default() });
        let mut found = Vec::new();
        while let Some(block) = blocks.next().expect("memory") {
            found.push((block.at, block.text.to_vec()));
        }
        (found, blocks.too_long())
    }

    #[test]
    fn blocks_end_with_records_and_lose_nothing() {
        let line = |n: usize| format!("{n},\"x\ny{}\",z\n", "-".repeat(n % 100));
        let text: String = (0..20_000).map(line).collect();
        let dialect = Dialect::delimited(",");
        let (blocks, too_long) = all(text.as_bytes(), Cut::Records(dialect), 1 << 20);
        assert!(blocks.len() > 3 && too_long.is_empty());
        let mut at = 0;
        for (start, block) in &blocks {
            assert_eq!(*start, at);
            assert!(block.ends_with(b"\",z\n"));
            at += block.len() as u64;
        }
        assert_eq!(blocks.concat_text(), text.as_bytes());
    }

    trait ConcatText {
        fn concat_text(&self) -> Vec<u8>;
    }

    impl ConcatText for Vec<(u64, Vec<u8>)> {
        fn concat_text(&self) -> Vec<u8> {
            self.iter().flat_map(|(_, text)| text.clone()).collect()
        }
    }

    #[test]
    fn a_record_that_is_too_long_comes_in_pieces_and_is_reported() {
        let long = "x".repeat(1_000) + " 15400001234, 15400001235 ";
        let text = [b"a\n".to_vec(), long.repeat(3_000).into_bytes(), b"\nb\nc".to_vec()].concat();
        let (blocks, too_long) = all(&text, Cut::Records(Dialect::lines()), 1 << 20);
        assert_eq!(blocks.concat_text(), text);
        assert_eq!(too_long, [2]);
        let whole: usize =
            blocks.iter().map(|(_, block)| memchr::memmem::find_iter(block, "15400001235").count()).sum();
        assert_eq!(whole, 3_000, "no number is cut");
        let end = blocks.last().expect("a block");
        assert_eq!(end.0 + end.1.len() as u64, text.len() as u64);
    }

    #[test]
    fn one_endless_line_of_text_is_cut_between_words() {
        let text = "word 15400001234 字字字, 154 0000 1235 字字".repeat(30_000);
        let (blocks, too_long) = all(text.as_bytes(), Cut::Words, 1 << 20);
        assert!(blocks.len() > 3 && too_long.is_empty());
        assert_eq!(blocks.concat_text(), text.as_bytes());
        assert!(blocks.iter().all(|(_, block)| std::str::from_utf8(block).is_ok()));
        let whole: usize =
            blocks.iter().map(|(_, block)| memchr::memmem::find_iter(block, "154 0000 1235").count()).sum();
        assert_eq!(whole, 30_000, "no number is cut");
    }

    #[test]
    fn whole_records_come_before_an_error() {
        struct Cut3;
        impl Read for Cut3 {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut"))
            }
        }
        let mut blocks = Blocks::new(b"a\nb\nhalf".chain(Cut3), Cut::Records(Dialect::lines()), &Limits::default());
        assert_eq!(&blocks.next().expect("whole").expect("a block").text[..], b"a\nb\n");
        let stump = blocks.next().expect("a piece").expect("a block");
        assert!(stump.is_piece && b"half".starts_with(&stump.text));
        assert!(blocks.next().is_err());
    }
}
