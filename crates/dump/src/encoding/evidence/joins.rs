//! Where UTF-16 begins or ends within a text: files that were joined, or to which a program has
//! added lines in another encoding than theirs.
//!
//! ASCII in UTF-16 is a NUL at every second byte, which fields padded with NULs are not. In the
//! other direction, digits of one byte read in pairs are characters that come together in no
//! language.

use super::wide::{Units, between};
use crate::encoding::name::Encoding;

/// Units of ASCII in a row that show how UTF-16 is aligned.
const RUN: usize = 4;

/// Bytes behind the place by which it is verified: as many as there are, or fewer if the encoding
/// changes again.
const PROOFS: [usize; 4] = [1 << 10, 256, 64, 24];

/// Bytes that are searched for the beginning of a line.
const LINE_BYTES: usize = 512;

/// Bytes of ASCII that are no characters of UTF-16 before its first NUL.
const NARROW_BYTES: usize = 6;

/// Pairs of digits, and of any ASCII, that are no characters of UTF-16.
const DIGITS: usize = 3;
const NARROW: usize = 16;

/// Where another encoding begins, and which; `None` if it is to be detected there.
type Change = (usize, Option<Encoding>);

fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')
}

/// Where UTF-16 begins in bytes of another encoding.
pub(crate) fn wide_begins(bytes: &[u8]) -> Option<(usize, Encoding)> {
    let mut from = 0;
    loop {
        let nul = from + memchr::memchr(0, &bytes[from..])?;
        let is_pair = |at: usize| bytes.get(at).is_some_and(|&byte| is_text(byte)) && bytes.get(at + 1) == Some(&0);
        let pairs = (0..).take_while(|n| is_pair(nul + 1 + 2 * n)).take(bytes.len()).count();
        if pairs + 1 >= RUN
            && let Some(begun) = begin(bytes, nul)
        {
            return Some(begun);
        }
        from = nul + 1 + 2 * pairs;
    }
}

/// The beginning of UTF-16 whose first NUL this is.
fn begin(bytes: &[u8], nul: usize) -> Option<(usize, Encoding)> {
    let from = nul.saturating_sub(LINE_BYTES);
    let is_end = |at: usize| {
        let is_narrow = bytes.get(at + 1) != Some(&0) && (at == 0 || bytes[at - 1] != 0);
        matches!(bytes[at], b'\n' | b'\r') && is_narrow
    };
    let line =
        (from..nul).rev().find(|&at| is_end(at) || at + 1 == nul && bytes[at] == b'\n').map_or(from, |at| at + 1);
    let is_odd = |start: usize| !(nul - start).is_multiple_of(2);
    for (mark, encoding, odd) in [(b"\xff\xfe", Encoding::Utf16Le, true), (b"\xfe\xff", Encoding::Utf16Be, false)] {
        let marked = (line..nul).find(|&at| bytes[at..].starts_with(mark) && is_odd(at) == odd);
        if let Some(start) = marked.filter(|&start| is_proved(&bytes[start..], encoding)) {
            return Some((start, encoding));
        }
    }
    // A line of another encoding that has no end, or characters of UTF-16 that are no ASCII.
    let is_narrow = |end: usize| end >= line + NARROW_BYTES && bytes[line..end].iter().all(|&byte| is_text(byte));
    let before = nul.checked_sub(1).filter(|&at| at >= line && is_text(bytes[at]));
    let candidates = [
        (Some(line).filter(|&at| is_odd(at) && !is_narrow(nul - 1)), Encoding::Utf16Le),
        (Some(line).filter(|&at| !is_odd(at) && !is_narrow(nul)), Encoding::Utf16Be),
        (before, Encoding::Utf16Le),
        (Some(nul), Encoding::Utf16Be),
    ];
    let found = candidates.into_iter().filter_map(|(start, encoding)| Some((start?, encoding)));
    found.into_iter().find(|&(start, encoding)| is_proved(&bytes[start..], encoding))
}

fn is_proved(bytes: &[u8], encoding: Encoding) -> bool {
    PROOFS.into_iter().any(|proof| {
        let units = Units::count(&bytes[..bytes.len().min(proof)], encoding);
        units.is_possible() && units.all as usize >= RUN && units.ascii * 4 >= units.all
    })
}

/// Where UTF-16 of this byte order ends within bytes that begin with a unit of it.
pub(crate) fn wide_ends(bytes: &[u8], encoding: Encoding) -> Option<Change> {
    let is_big = encoding == Encoding::Utf16Be;
    // Runs of ASCII of one byte, of digits among it, and of ASCII in another byte order or
    // alignment.
    let (mut narrow, mut digits, mut swapped, mut line) = (0, 0, 0, 0);
    for (at, &[first, second]) in (0..).step_by(2).zip(bytes.as_chunks::<2>().0) {
        let (high, low) = if is_big { (first, second) } else { (second, first) };
        let run = |is_in: bool, run: usize| if is_in { run + 1 } else { 0 };
        narrow = run(is_text(first) && is_text(second), narrow);
        digits = run(first.is_ascii_digit() && second.is_ascii_digit(), digits);
        swapped = run(low == 0 && is_text(high), swapped);
        if high == 0 && low == b'\n' {
            line = at + 2;
        }
        if digits >= DIGITS || narrow >= NARROW {
            let start = at + 2 - 2 * narrow;
            let is_line = memchr::memchr(0, &bytes[line..start]).is_none();
            return Some((if is_line { line } else { start }, None));
        }
        if swapped >= RUN
            && let Some(change) = realigned(bytes, line, at + 2, encoding)
        {
            return Some(change);
        }
    }
    None
}

/// Where UTF-16 of another byte order or alignment begins, between the beginning of a line and a
/// place that is in it.
fn realigned(bytes: &[u8], line: usize, known: usize, encoding: Encoding) -> Option<Change> {
    let first = line.max(known.saturating_sub(LINE_BYTES)) & !1;
    let end = bytes.len().min(known + PROOFS[1]);
    let worth = |bytes: &[u8], encoding: Encoding| {
        let units = Units::count(bytes, encoding);
        // Bytes that are no whole unit are lost as well.
        i64::from(units.plausible) - 4 * i64::from(units.all - units.plausible) - i64::from(bytes.len() % 2 == 1)
    };
    let as_it_is = worth(&bytes[first..end], encoding);
    let mut best: Option<(i64, usize, Encoding)> = None;
    for start in first..known {
        for new in [Encoding::Utf16Le, Encoding::Utf16Be] {
            let worth = worth(&bytes[first..start], encoding) + worth(&bytes[start..end], new);
            if worth > best.map_or(as_it_is, |(best, ..)| best) {
                best = Some((worth, start, new));
            }
        }
    }
    let (_, start, new) = best?;
    // What follows, without the rest of a cut unit, tells the byte orders apart.
    let new =
        between(&bytes[start..end], Encoding::Utf16Le, Encoding::Utf16Be).filter(|_| end - start > 64).unwrap_or(new);
    Some((start, Some(new)))
}
