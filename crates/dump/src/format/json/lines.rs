//! Where the cutter and the walker go on after what is malformed: at lines that may begin a value.
//!
//! Mostly that is the next such line. But where a line is cut behind a colon, the next one is taken for the value that is
//! missing, and only the one behind that tells; in an array with a line for each element, perhaps only the end of the
//! text. So what has been read of a value that is malformed is read again, from the next line in it that may begin one.

use super::bytes::is_blank;

/// How often lines before one place that goes wrong are tried one by one. Beyond, only the last is: else a text in which
/// every line is cut would take time that grows with its square.
const TRIED: u32 = 8;

/// Blanks that may stand before an object behind another, and before its first key.
const INDENT: usize = 64;

/// Bytes of what tells such an object, at the most: `},`, blanks, `{`, blanks, `"`.
pub(super) const OBJECT_BYTES: usize = 2 + INDENT + 1 + INDENT + 1;

/// Whether a line that begins so may begin a value: with its opening bracket, or with the record separator of RFC 7464,
/// which can stand within none.
pub(super) fn begins_line(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | 0x1e)
}

/// Whether `at` is the beginning of such a line.
pub(super) fn is_opening(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_some_and(|&byte| begins_line(byte)) && (at == 0 || bytes[at - 1] == b'\n')
}

/// Where to go on behind what went wrong at `at`.
pub(super) fn resume(bytes: &[u8], at: usize) -> usize {
    if is_opening(bytes, at) {
        return at;
    }
    openings(bytes, at, bytes.len()).next().unwrap_or(bytes.len())
}

/// Lines behind `from` that may begin a value and do so before `to`.
fn openings(bytes: &[u8], from: usize, to: usize) -> impl Iterator<Item = usize> {
    let within = bytes.get(from..to).unwrap_or_default();
    let lines = memchr::memchr_iter(b'\n', within).map(move |found| from + found + 1);
    lines.filter(move |&line| line < to && begins_line(bytes[line]))
}

/// The first object with a key that stands behind another and its comma, between two places.
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

/// Finds where to go on before what went wrong.
#[derive(Default)]
pub(super) struct Retreat {
    /// The furthest place at which something went wrong, in the text, and how often there was a way back before it.
    wrong: u64,
    times: u32,
}

impl Retreat {
    /// Where to go on, if a value that begins at `from` goes wrong at `at`: at the next line in it, or, if that was tried
    /// often enough, at the last. Lines that are left out then are handed to `passed`: each is cut, or part of a value
    /// that is. `base` is where the bytes begin in the text.
    ///
    /// Whatever is open where it goes wrong goes wrong there again; what is complete before is whole. So no byte is read
    /// more often than the limit allows, and each time behind the last line, where there is none to return to.
    pub(super) fn find(
        &mut self,
        bytes: &[u8],
        base: u64,
        from: usize,
        at: usize,
        mut passed: impl FnMut(usize),
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
                passed(std::mem::replace(&mut line, next));
            }
        }
        Some(line)
    }
}
