//! What shells and languages print that is nearly JSON: keys without quotes, single quotes, calls
//! such as `NumberLong("…")`, and comments between values. Shared by the cutter and the walker.

use super::bytes::is_bare;

/// Whether a key without quotes, or in single quotes, may begin with this byte.
pub(super) fn begins_key(byte: u8) -> bool {
    is_key(byte) || byte == b'\''
}

/// Bytes of a key without quotes.
fn is_key(byte: u8) -> bool {
    is_bare(byte) || byte == b'$' || byte >= 0x80
}

/// The end of the key without quotes at `at`.
pub(super) fn key_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| !is_key(byte)).map_or(bytes.len(), |end| at + end)
}

/// Whether a quote after so many letters begins a string with them as its prefix: `u'…'`.
pub(super) fn is_prefix(quote: u8, letters: usize) -> bool {
    quote == b'\'' && letters < 2 || quote == b'"' && letters == 1
}

/// The first quote of this kind, backslash or line feed from `at` on; the length if there is none.
pub(super) fn special(bytes: &[u8], at: usize, quote: u8) -> usize {
    memchr::memchr3(quote, b'\\', b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found)
}

/// As `bytes::string_end`, for a string in quotes of this kind.
pub(super) fn quoted_end(bytes: &[u8], mut at: usize, quote: u8) -> Result<(usize, bool), usize> {
    let mut is_escaped = false;
    loop {
        at = special(bytes, at, quote);
        match bytes.get(at) {
            Some(&byte) if byte == quote => return Ok((at, is_escaped)),
            Some(b'\\') if bytes.get(at + 1).is_some_and(|&next| next != b'\n') => {
                is_escaped = true;
                at += 2;
            }
            Some(b'\\') => return Err((at + 1).min(bytes.len())),
            _ => return Err(at),
        }
    }
}

/// The state of skipping a call, from its opening bracket to its closing one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    level: u32,
    quote: Option<u8>,
    is_escaped: bool,
}

impl Call {
    /// Continues at `at`. Returns the position of the closing bracket (`true`) or of the end of the
    /// bytes; the error is the position of a syntax error: a call ends with its line.
    pub(super) fn skip(&mut self, bytes: &[u8], at: usize) -> Result<(usize, bool), usize> {
        for (at, &byte) in bytes.iter().enumerate().skip(at) {
            match (byte, self.quote) {
                (b'\n', _) => return Err(at),
                _ if std::mem::take(&mut self.is_escaped) => {}
                (b'\\', Some(_)) => self.is_escaped = true,
                (byte, Some(quote)) => self.quote = Some(quote).filter(|_| byte != quote),
                (b'"' | b'\'', None) => self.quote = Some(byte),
                (b'(', None) => self.level += 1,
                (b')', None) => {
                    self.level -= 1;
                    if self.level == 0 {
                        return Ok((at, true));
                    }
                }
                _ => {}
            }
        }
        Ok((bytes.len(), false))
    }
}

/// The position of the bracket that closes the one at `at`.
pub(super) fn call_end(bytes: &[u8], at: usize) -> Result<usize, usize> {
    match Call::default().skip(bytes, at)? {
        (close, true) => Ok(close),
        (end, false) => Err(end),
    }
}

/// The end of the comment at `at`; `None` if there is none, the length if it does not end.
pub(super) fn comment_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    let end = match rest.get(..2)? {
        b"/*" => memchr::memmem::find(&rest[2..], b"*/").map(|end| end + 4),
        b"//" => memchr::memchr(b'\n', rest),
        _ => return None,
    };
    Some(end.map_or(bytes.len(), |end| at + end))
}
