//! The scan of strings, words, keys without quotes and comments, of which the text may hold only a
//! part yet.

use super::bytes::{bare_end, special};
use super::frame::{State, Window};
use super::relaxed::{self, Call, is_prefix, key_end};
use super::scan::Structure;

impl Structure {
    /// A string, or a part of it.
    #[inline]
    pub(super) fn text(&mut self, window: Window<'_>, end: usize, at: usize, is_key: bool, quote: u8) -> usize {
        let bytes = &window.bytes[..end];
        let at = if quote == b'"' { special(bytes, at) } else { relaxed::special(bytes, at, quote) };
        if at == end {
            return at;
        }
        match window.bytes[at] {
            b'\\' => self.state = State::Escape { is_key, quote },
            b'\n' => return self.error(window, at),
            _ if is_key => {
                self.key_end(window, at);
                if at + 1 < end && window.bytes[at + 1] == b':' {
                    self.state = State::Value;
                    return at + 2;
                }
            }
            _ => self.value_end(window, at + 1),
        }
        at + 1
    }

    pub(super) fn key_start(&mut self, window: Window<'_>, at: usize) {
        self.frames.last_mut().expect("there is always one").key.0 = window.base + at as u64;
    }

    pub(super) fn key_end(&mut self, window: Window<'_>, at: usize) {
        self.state = State::Colon;
        let frame = self.frames.last_mut().expect("there is always one");
        if frame.child.is_some() {
            frame.key.1 = window.base + at as u64;
            frame.lists = frame.within.below(frame.raw_key(window).unwrap_or_default());
        }
    }

    /// A word, which may be the prefix of a string or the name of a call.
    pub(super) fn bare(&mut self, window: Window<'_>, end: usize, at: usize, letters: usize) -> usize {
        let after = bare_end(&window.bytes[..end], at);
        let letters = (letters + after - at).min(2);
        self.state = State::Bare { letters };
        if after < end {
            let next = window.bytes[after];
            match next {
                b'(' => self.state = State::Call(Call::default()),
                quote if is_prefix(quote, letters) => {
                    self.state = State::Text { is_key: false, quote };
                    return after + 1;
                }
                _ => self.value_end(window, after),
            }
        }
        after
    }

    pub(super) fn bare_key(&mut self, window: Window<'_>, end: usize, at: usize, letters: usize) -> usize {
        let after = key_end(&window.bytes[..end], at);
        let letters = (letters + after - at).min(2);
        self.state = State::BareKey { letters };
        if after < end {
            let next = window.bytes[after];
            if is_prefix(next, letters) {
                self.key_start(window, after + 1);
                self.state = State::Text { is_key: true, quote: next };
                return after + 1;
            }
            self.key_end(window, after);
        }
        after
    }

    /// A comment, whose text is not read.
    pub(super) fn comment(&mut self, window: Window<'_>, end: usize, at: usize) -> usize {
        let bytes = &window.bytes[..end];
        match (self.state, bytes[at]) {
            (State::Slash, b'/') => self.state = State::LineComment,
            (State::Slash, b'*') => self.state = State::Comment { after_star: false },
            (State::Slash, _) => {
                self.lost = None;
                return self.error(window, at - 1);
            }
            (State::LineComment, _) => {
                let Some(found) = memchr::memchr(b'\n', &bytes[at..]) else { return end };
                self.state = State::Between;
                self.end_lost(window, at + found);
                return at + found;
            }
            (State::Comment { after_star: true }, b'/') => {
                self.state = State::Between;
                self.end_lost(window, at + 1);
            }
            (_, b'*') => self.state = State::Comment { after_star: true },
            (_, _) => self.state = State::Comment { after_star: false },
        }
        at + 1
    }
}
