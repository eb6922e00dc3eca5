//! Lexical rules that the cutter and the walker share: blanks, bare words, ends of strings, and
//! skipping of what is nested too deep.

/// Blanks between the tokens of a value.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Allowed between top-level values: blanks, commas, the record separator of RFC 7464, a byte order
/// mark where files were concatenated, and closing brackets whose opening ones are lost.
pub(super) fn is_between(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b',' | 0x1e | 0xef | 0xbb | 0xbf | b'}' | b']')
}

/// Bytes of numbers and of words such as `null`.
pub(super) fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_')
}

/// Whether a top-level value may begin with this byte. Words other than JSON's are prose there, not
/// values.
pub(super) fn begins_root(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
}

/// The beginning of the character that `at` is in.
pub(super) fn boundary(bytes: &[u8], at: usize) -> usize {
    let is_within = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|at| !is_within(at)).unwrap_or(at)
}

/// The first byte from `at` on that is not blank; the length if there is none.
#[inline]
pub(super) fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] <= b' ' && is_blank(bytes[at]) {
        at += 1;
    }
    at
}

/// The end of the bare word at `at`.
#[inline]
pub(super) fn bare_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && is_bare(bytes[at]) {
        at += 1;
    }
    at
}

/// The position of the closing quote of a string whose text begins at `at`, and whether there are
/// escapes before it; the position of the error otherwise.
#[inline]
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> Result<(usize, bool), usize> {
    let mut is_escaped = false;
    loop {
        at = special(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return Ok((at, is_escaped)),
            // An escaped line feed also ends the string.
            Some(b'\\') if bytes.get(at + 1).is_some_and(|&next| next != b'\n') => {
                is_escaped = true;
                at += 2;
            }
            Some(b'\\') => return Err((at + 1).min(bytes.len())),
            _ => return Err(at),
        }
    }
}

/// A byte, eight times.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Sets the top bit of the first byte that is zero; bits of later bytes are not reliable.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(eight(1)) & !word & eight(0x80)
}

/// Words of a string that are compared here; for longer strings a vector search pays.
const SHORT_WORDS: usize = 8;

/// The first quote, backslash or line feed from `at` on; the length if there is none. Most strings
/// are short, so eight bytes at a time are compared before a vector search is called.
#[inline]
pub(super) fn special(bytes: &[u8], mut at: usize) -> usize {
    for _ in 0..SHORT_WORDS {
        let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) else {
            while at < bytes.len() && !matches!(bytes[at], b'"' | b'\\' | b'\n') {
                at += 1;
            }
            return at;
        };
        let word = u64::from_le_bytes(*chunk);
        let found = zero_bytes(word ^ eight(b'"')) | zero_bytes(word ^ eight(b'\\')) | zero_bytes(word ^ eight(b'\n'));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    memchr::memchr3(b'"', b'\\', b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found)
}

/// Skips a value that is nested too deep, without remembering which brackets are open. A bracket, a
/// string or a word cannot follow a closing bracket, so that the next line of a file of lines is
/// still noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deep {
    level: u64,
    complete: bool,
    in_string: bool,
    escaped: bool,
}

impl Deep {
    /// Starts after the first bracket that is too deep.
    pub(super) fn new() -> Self {
        Self { level: 1, complete: false, in_string: false, escaped: false }
    }

    /// Continues at `at`. Returns the position after the value (`true`) or of the end of the bytes;
    /// the error is the position of a syntax error.
    pub(super) fn skip(&mut self, bytes: &[u8], mut at: usize) -> Result<(usize, bool), usize> {
        while at < bytes.len() {
            if self.in_string {
                at = self.skip_string(bytes, at)?;
                continue;
            }
            match bytes[at] {
                b'"' | b'{' | b'[' if self.complete => return Err(at),
                b'"' => self.in_string = true,
                b'{' | b'[' => self.level += 1,
                b'}' | b']' => {
                    self.level -= 1;
                    self.complete = true;
                    if self.level == 0 {
                        return Ok((at + 1, true));
                    }
                }
                b',' | b':' => self.complete = false,
                byte if is_blank(byte) || is_bare(byte) => {}
                _ => return Err(at),
            }
            at += 1;
        }
        Ok((at, false))
    }

    fn skip_string(&mut self, bytes: &[u8], at: usize) -> Result<usize, usize> {
        let at = if self.escaped { at } else { special(bytes, at) };
        let was_escaped = std::mem::take(&mut self.escaped);
        match bytes.get(at) {
            None => return Ok(at),
            Some(b'\n') => return Err(at),
            Some(_) if was_escaped => {}
            Some(b'\\') => self.escaped = true,
            Some(_) => {
                self.in_string = false;
                self.complete = true;
            }
        }
        Ok(at + 1)
    }
}

/// A piece of a text, with the characters that its ends are within.
pub(super) fn piece(text: &str, start: usize, end: usize) -> &str {
    &text[text.floor_char_boundary(start)..text.ceil_char_boundary(end)]
}
