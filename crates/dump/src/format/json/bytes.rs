//! What the cutter and the walker both know about bytes: blanks, bare words, the ends of strings, and how to pass over what
//! is nested too deep.

/// Blanks between the tokens of a value.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What may stand between values that stand in nothing: blanks, commas, the record separator of RFC 7464, a byte order
/// mark where files were joined, and brackets whose openings are lost.
pub(super) fn is_between(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b',' | 0x1e | 0xef | 0xbb | 0xbf | b'}' | b']')
}

/// Bytes of numbers and of words such as `null`.
pub(super) fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_')
}

/// Whether a value that stands in nothing may begin so. Words other than JSON's are no values there, but prose.
pub(super) fn begins_root(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
}

/// The first byte from `at` on that is no blank; the length if there is none.
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

/// Where the closing quote of a string stands whose text begins at `at`, and whether there are escapes before it; else
/// where it goes wrong.
#[inline]
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> Result<(usize, bool), usize> {
    let mut is_escaped = false;
    loop {
        at = special(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return Ok((at, is_escaped)),
            // An escaped line feed is one as well.
            Some(b'\\') if bytes.get(at + 1).is_some_and(|&next| next != b'\n') => {
                is_escaped = true;
                at += 2;
            }
            Some(b'\\') => return Err((at + 1).min(bytes.len())),
            _ => return Err(at),
        }
    }
}

/// Eight times a byte.
const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The top bit of each byte that is zero; of those above the first, perhaps of others too.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(eight(1)) & !word & eight(0x80)
}

/// Words of a string that are looked at here; a longer one is worth a call.
const SHORT_WORDS: usize = 8;

/// The first quote, backslash or line feed from `at` on; the length if there is none. Most strings are short, so eight
/// bytes are compared at a time before a vector search is called.
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

/// A value that is nested too deep, passed over without remembering which brackets are open. A bracket, a string or a
/// word cannot follow a closing bracket, so that a new line of a file of lines is still noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Deep {
    level: u64,
    complete: bool,
    in_string: bool,
    escaped: bool,
}

impl Deep {
    /// Just behind the first bracket that is too deep.
    pub(super) fn new() -> Self {
        Self { level: 1, complete: false, in_string: false, escaped: false }
    }

    /// Goes on at `at`. Where it is past (`true`) or there are no more bytes; an error is where it went wrong.
    pub(super) fn pass(&mut self, bytes: &[u8], mut at: usize) -> Result<(usize, bool), usize> {
        while at < bytes.len() {
            if self.in_string {
                at = self.pass_string(bytes, at)?;
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

    fn pass_string(&mut self, bytes: &[u8], at: usize) -> Result<usize, usize> {
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
