//! Cuts the source into pieces of one encoding, by lines where there are any. Decodes nothing.

use super::decoder::PIECE_BYTES;
use super::evidence;
use super::name::Encoding;
use super::source::Source;
use std::io::Read;

/// Bytes behind a piece that are looked at as well.
const AHEAD_BYTES: usize = 2 << 10;

/// A piece of the source.
pub(super) struct Piece {
    pub(super) bytes: usize,
    /// Nothing follows in this encoding.
    pub(super) is_last: bool,
    /// What begins behind it.
    pub(super) next: Next,
}

/// What begins behind a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// More of the same, or the end.
    Nothing,
    /// An encoding that is to be detected, of one or more bytes a character.
    Unknown,
    Known(Encoding),
}

impl Piece {
    fn changes(bytes: usize, next: Next) -> Self {
        Self { bytes, is_last: true, next }
    }

    /// The next piece in an encoding of one or more bytes a character. Nothing changes where the
    /// present encoding has begun.
    pub(super) fn narrow(source: &mut Source<impl Read>, begun: Option<u64>) -> Self {
        let all = View::of(source);
        let line = memchr::memrchr2(b'\n', b'\r', all.piece).map_or(all.piece.len(), |end| end + 1);
        let bytes = if all.is_last { all.piece.len() } else { line };
        let wide = memchr::memchr(0, &all.piece[..bytes])
            .and_then(|_| evidence::wide_begins(all.seen))
            .filter(|&(start, _)| start < bytes && begun != Some(all.at + start as u64));
        match wide {
            Some((start, encoding)) => Self::changes(start, Next::Known(encoding)),
            None => Self { bytes, is_last: all.is_last, next: Next::Nothing },
        }
    }

    /// The next piece in UTF-16 or UTF-32.
    pub(super) fn wide(source: &mut Source<impl Read>, encoding: Encoding, begun: Option<u64>) -> Self {
        let all = View::of(source);
        let whole = Self { bytes: all.piece.len(), is_last: all.is_last, next: Next::Nothing };
        if encoding.unit() != 2 {
            return whole;
        }
        let end = evidence::wide_ends(all.seen, encoding)
            .filter(|&(end, _)| end < all.piece.len() && begun != Some(all.at + end as u64));
        if let Some((bytes, next)) = end {
            return Self::changes(bytes, next.map_or(Next::Unknown, Next::Known));
        }
        let line: &[u8] = if encoding == Encoding::Utf16Be { b"\0\n" } else { b"\n\0" };
        match memchr::memmem::rfind_iter(all.piece, line).find(|end| end % 2 == 0) {
            Some(end) if !all.is_last => Self { bytes: end + 2, ..whole },
            _ => whole,
        }
    }

    /// As much of it as comes before UTF-8.
    pub(super) fn before_utf8(self, source: &Source<impl Read>, begun: Option<u64>) -> Self {
        let start = evidence::utf8_begins(&source.bytes()[..self.bytes], self.is_last);
        match start.filter(|&start| begun != Some(source.at() + start as u64)) {
            Some(start) => Self::changes(start, Next::Known(Encoding::Utf8)),
            None => self,
        }
    }
}

/// The source from its present place on.
struct View<'s> {
    /// What may be a piece, and with what is behind it.
    piece: &'s [u8],
    seen: &'s [u8],
    is_last: bool,
    at: u64,
}

impl<'s> View<'s> {
    fn of(source: &'s mut Source<impl Read>) -> Self {
        source.fill(PIECE_BYTES + AHEAD_BYTES);
        let all = source.bytes();
        let is_last = source.is_ended() && all.len() <= PIECE_BYTES;
        let (piece, seen) = (all.len().min(PIECE_BYTES), all.len().min(PIECE_BYTES + AHEAD_BYTES));
        Self { piece: &all[..piece], seen: &all[..seen], is_last, at: source.at() }
    }
}
