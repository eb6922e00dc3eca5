//! Error recovery, shared by the cutter and the walker: both continue at lines that may begin a
//! value.
//!
//! Usually that is the next such line. But if a line is truncated after a colon, the next line is
//! taken for the missing value, and only the one after that shows the error; in an array with one
//! element per line, perhaps only the end of the text does. So the bytes of a malformed value are
//! parsed again, from the next line in it that may begin a value.

use super::bytes::is_blank;

/// How often recovery before one error position tries the lines one by one. After that only the
/// last line is tried; otherwise a text in which every line is truncated would take quadratic time.
const TRIED: u32 = 8;

/// Maximum blanks before an object that follows another, and before its first key.
const INDENT: usize = 64;

/// Maximum bytes that identify such an object: `},`, blanks, `{`, blanks, `"`.
pub(super) const OBJECT_BYTES: usize = 2 + INDENT + 1 + INDENT + 1;

/// Whether a line that begins with this byte may begin a value: an opening bracket, or the record
/// separator of RFC 7464, which no value contains.
pub(super) fn begins_line(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | 0x1e)
}

/// Whether `at` is the beginning of such a line.
pub(super) fn is_opening(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|&byte| begins_line(byte)) && (at == 0 || bytes[at - 1] == b'\n')
}

/// Where to continue after an error at `at`.
pub(super) fn resume(bytes: &[u8], at: usize) -> usize {
    if is_opening(bytes, at) {
        return at;
    }
    openings(bytes, at, bytes.len()).next().unwrap_or(bytes.len())
}

/// Lines after `from` that may begin a value and begin before `to`.
fn openings(bytes: &[u8], from: usize, to: usize) -> impl Iterator<Item = usize> {
    let within = bytes.get(from..to).unwrap_or_default();
    let lines = memchr::memchr_iter(b'\n', within).map(move |found| from + found + 1);
    lines.filter(move |&line| line < to && begins_line(bytes[line]))
}

/// The first object with a key that follows another object and its comma, between two positions.
pub(super) fn object(bytes: &[u8], from: usize, to: usize) -> Option<usize> {
    let within = bytes.get(from..to).unwrap_or_default();
    let after_blanks = |at: usize| {
        let blanks = within[at..].iter().take(INDENT).take_while(|&&byte| is_blank(byte)).count();
        (at + blanks, within.get(at + blanks))
    };
    memchr::memmem::find_iter(within, b"},").find_map(|found| {
        let (at, byte) = after_blanks(found + 2);
        let is_object = byte == Some(&b'{') && after_blanks(at + 1).1 == Some(&b'"');
        is_object.then_some(from + at)
    })
}

/// Finds where to continue before an error.
#[derive(Default)]
pub(super) struct Backtrack {
    /// The furthest error position in the text, and how often parsing has backtracked before it.
    wrong: u64,
    times: u32,
}

impl Backtrack {
    /// Where to continue if a value that begins at `from` fails at `at`: at the next line in it,
    /// or, after too many attempts, at the last. Lines left out then are reported to `skipped`:
    /// each is truncated, or part of a truncated value. `base` is the position of the bytes in the
    /// text.
    ///
    /// A value that is open at the error fails there again; one that is complete before it is
    /// whole. So no byte is parsed more often than the limit allows, and then once more after the
    /// last line.
    pub(super) fn find(
        &mut self,
        bytes: &[u8],
        base: u64,
        from: usize,
        at: usize,
        mut skipped: impl FnMut(usize),
    ) -> Option<usize> {
        let mut lines = openings(bytes, from, at);
        let mut line = lines.next()?;
        let wrong = base + at as u64;
        if wrong > self.wrong {
            (self.wrong, self.times) = (wrong, 0);
        }
        self.times += 1;
        if self.times > TRIED {
            for next in lines {
                skipped(std::mem::replace(&mut line, next));
            }
        }
        Some(line)
    }
}
