//! A view of the text that remembers what was passed over, and hands it on in pieces.
//!
//! Text is either *taken*, because it was delivered as a row, or *passed*, because it is in none.
//! What is passed stays in the window until enough has gathered, so that nothing is copied.

use crate::format::rows::{Outside, Rows};
use crate::format::window::Window;
use crate::halt::Halt;
use std::io::{self, Read};

/// Bytes of a piece of passed text.
const PIECE_BYTES: usize = 64 << 10;

pub(super) struct View<'r> {
    window: Window<&'r mut dyn Read>,
    /// Bytes at the front of the window that were passed and not handed on yet.
    passed: usize,
    /// What they are.
    what: Outside,
}

impl<'r> View<'r> {
    pub(super) fn new(text: &'r mut dyn Read) -> Self {
        Self { window: Window::new(text), passed: 0, what: Outside::Malformed }
    }

    /// The bytes in view.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.window.bytes()[self.passed..]
    }

    /// Where in the text the view begins.
    pub(super) fn at(&self) -> u64 {
        self.window.at() + self.passed as u64
    }

    /// What is held for parsing: at most the longest record, so that nothing depends on how much
    /// was read. Also whether it is all that follows, and whether more can be held.
    pub(super) fn held(&self, record: usize) -> (&[u8], bool, bool) {
        let (bytes, is_ended) = (self.bytes(), self.window.is_ended());
        let is_short = bytes.len() <= record;
        (&bytes[..bytes.len().min(record)], is_ended && is_short, !is_ended && is_short)
    }

    /// At least this many bytes, fewer only at the end of the text.
    pub(super) fn peek(&mut self, bytes: usize) -> &[u8] {
        &self.window.peek(self.passed + bytes)[self.passed..]
    }

    /// The same, but never more: what is decided by it must not depend on how much was read.
    pub(super) fn ahead(&mut self, bytes: usize) -> &[u8] {
        let ahead = self.peek(bytes);
        &ahead[..ahead.len().min(bytes)]
    }

    pub(super) fn read_more(&mut self) -> bool {
        self.window.read_more()
    }

    /// Skips bytes that were delivered, or that say nothing.
    pub(super) fn take(&mut self, count: usize, rows: &mut dyn Rows) -> Result<(), Halt> {
        self.flush(rows)?;
        self.window.skip(count);
        Ok(())
    }

    /// Skips bytes that are in no row.
    pub(super) fn pass(&mut self, count: usize, what: Outside, rows: &mut dyn Rows) -> Result<(), Halt> {
        if self.what != what {
            self.flush(rows)?;
            self.what = what;
        }
        self.passed += count.min(self.bytes().len());
        while self.passed >= PIECE_BYTES {
            let end = end_of_piece(&self.window.bytes()[..PIECE_BYTES]);
            self.hand_on(end, rows)?;
        }
        Ok(())
    }

    /// Skips blanks, which belong to what was passed before, if anything was.
    pub(super) fn skip_blank(&mut self, count: usize, rows: &mut dyn Rows) -> Result<(), Halt> {
        if self.passed > 0 {
            return self.pass(count, self.what, rows);
        }
        self.window.skip(count);
        Ok(())
    }

    /// Hands on all that was passed.
    pub(super) fn flush(&mut self, rows: &mut dyn Rows) -> Result<(), Halt> {
        if self.passed > 0 { self.hand_on(self.passed, rows) } else { Ok(()) }
    }

    fn hand_on(&mut self, count: usize, rows: &mut dyn Rows) -> Result<(), Halt> {
        let text = &self.window.bytes()[..count];
        if !text.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, b';' | b',')) {
            rows.outside(self.window.at(), text, self.what)?;
        }
        self.window.skip(count);
        self.passed -= count;
        Ok(())
    }

    /// At the end: whether all of the text was read.
    pub(super) fn finish(mut self, rows: &mut dyn Rows) -> Result<io::Result<()>, Halt> {
        self.flush(rows)?;
        Ok(self.window.finish())
    }
}

/// Where a text that continues may be cut: after a line, or else between words. Never within a
/// number, which may contain blanks and punctuation.
fn end_of_piece(text: &[u8]) -> usize {
    if let Some(at) = memchr::memrchr(b'\n', text) {
        return at + 1;
    }
    let is_of_number = |byte: u8| byte.is_ascii_digit() || b"+-()./ \t_".contains(&byte);
    let is_chinese = |at: usize| (0xe4..=0xe9).contains(&text[at]);
    let is_between = |at: usize| {
        let (before, after) = (text[at - 1], text[at]);
        let is_word = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
        before.is_ascii() && after.is_ascii() && !is_of_number(before) && !is_of_number(after) && !is_word
            || at >= 3 && is_chinese(at) && is_chinese(at - 3)
    };
    let cut = (1..text.len()).rev().find(|&at| is_between(at));
    // Nothing of all this, which no text of a person is: between two characters.
    let is_character = |&at: &usize| text[at] & 0xc0 != 0x80;
    cut.or_else(|| (1..text.len()).rev().find(is_character)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::rows::Cell;
    use std::borrow::Cow;

    #[derive(Default)]
    struct Pieces(Vec<(u64, Vec<u8>)>);

    impl Rows for Pieces {
        fn table(&mut self, _: &str, _: &[Cow<'_, str>]) -> Result<(), Halt> {
            Ok(())
        }
        fn row(&mut self, _: u64, _: &[Cell<'_>]) -> Result<(), Halt> {
            Ok(())
        }
        fn malformed(&mut self, _: u64) -> Result<(), Halt> {
            Ok(())
        }
        fn outside(&mut self, at: u64, text: &[u8], _: Outside) -> Result<(), Halt> {
            self.0.push((at, text.to_vec()));
            Ok(())
        }
    }

    #[test]
    fn passed_text_is_handed_on_in_pieces_that_cut_no_number() {
        for text in ["note: 154 0000-1234; x, ", "154 0000-1234\n", "字字154 0000-1234字字"] {
            let text = text.repeat(20_000);
            let (mut input, mut pieces) = (text.as_bytes(), Pieces::default());
            let mut view = View::new(&mut input);
            while !view.peek(1_000).is_empty() {
                view.pass(1_000, Outside::Malformed, &mut pieces).expect("nobody failed");
            }
            view.finish(&mut pieces).expect("nobody failed").expect("memory");
            assert!(pieces.0.len() > 3 && pieces.0.iter().all(|(_, piece)| piece.len() <= PIECE_BYTES));
            assert_eq!(pieces.0.iter().flat_map(|(_, piece)| piece.clone()).collect::<Vec<_>>(), text.as_bytes());
            let whole = pieces.0.iter().map(|(_, piece)| memchr::memmem::find_iter(piece, b"154 0000-1234").count());
            assert_eq!(whole.sum::<usize>(), 20_000);
            for (at, piece) in &pieces.0 {
                assert!(text.as_bytes()[*at as usize..].starts_with(piece));
            }
        }
    }

    #[test]
    fn text_without_any_place_to_cut_is_still_handed_on() {
        let text = "7".repeat(PIECE_BYTES * 3);
        let (mut input, mut pieces) = (text.as_bytes(), Pieces::default());
        let mut view = View::new(&mut input);
        while !view.peek(1).is_empty() {
            view.pass(usize::MAX, Outside::Malformed, &mut pieces).expect("nobody failed");
        }
        view.finish(&mut pieces).expect("nobody failed").expect("memory");
        assert_eq!(pieces.0.iter().map(|(_, piece)| piece.len()).sum::<usize>(), text.len());
    }
}
