//! JSON of any layout: one value per line, pretty-printed, concatenated, one array, a search
//! engine's answer, of any size.
//!
//! Two halves. The [`Cutter`] reads the text in sequence and yields blocks of whole values in
//! bounded memory. A [`Walker`] parses one block on any core, builds no tree, and delivers the
//! wanted leaves. Both accept the same language and recover from malformed text at the same
//! positions, so that the cuts do not affect the result. The language is JSON with some tolerance:
//! trailing commas, unknown bare words and escapes, and any character but a line feed in a string.
//!
//! A truncated line costs no other line. A string ends with its line. Where a comma, a key or a
//! colon is expected, the bracket of the next line is an error. Where a value is expected, the next
//! line is first taken for it; when that fails later, parsing backtracks to that line ([`lines`]).
//! Valid JSON pays nothing for this: all of it happens after an error.

mod block;
mod bulk;
mod bytes;
mod cutter;
mod frame;
mod grammar;
mod keys;
mod leaves;
mod level;
mod lines;
mod named;
mod parts;
mod paths;
mod pending;
mod records;
mod relaxed;
mod sampler;
mod scan;
mod strings;
#[cfg(test)]
mod tests;
mod tracker;
mod tree;
mod values;
mod walker;
mod wanted;
mod words;

pub(crate) use block::{Block, Reason};
pub(crate) use cutter::Cutter;
pub(crate) use leaves::Leaves;
pub(crate) use sampler::{SampledPath, rows_are_arrays, sample};
pub(crate) use walker::Walker;
pub(crate) use wanted::{Layout, Wanted};

/// The confidence that a text is JSON, by how it begins; `None` if it is not.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let head = value(head);
    let (first, rest) = (head.chars().next()?, head.get(1..)?.trim_start());
    let second = rest.bytes().next();
    match (first, second) {
        ('{', Some(b'"')) => {
            // A key and its colon.
            let (end, _) = bytes::string_end(rest.as_bytes(), 1).ok()?;
            rest[end + 1..].trim_start().starts_with(':').then_some(0.99)
        }
        ('{', Some(b'}')) | ('[', Some(b'{' | b'[')) => Some(0.95),
        ('{' | '[', None) => Some(0.6),
        ('{', Some(byte)) if relaxed::begins_key(byte) => begins_relaxed(rest).then_some(0.9),
        // `["a", 1, null]`; `[2022-01-01] a line of a log` has no comma or bracket after its first
        // word.
        ('[', Some(b'"')) => Some(0.9),
        ('[', Some(b']')) => Some(0.5),
        ('[', Some(byte)) if bytes::is_bare(byte) => {
            let word = bytes::bare_end(rest.as_bytes(), 0);
            rest[word..].trim_start().starts_with(',').then_some(0.7)
        }
        _ => None,
    }
}

/// Whether a text is JSON and nothing else, one value after another, to its end or to where it is
/// cut.
pub(crate) fn is_nothing_else(head: &str, is_whole: bool) -> bool {
    let mut values = serde_json::Deserializer::from_str(head).into_iter::<serde::de::IgnoredAny>();
    match values.find_map(Result::err) {
        Some(error) => !is_whole && error.is_eof() && values.byte_offset() > 0,
        None => true,
    }
}

/// Where the first value of a text begins: after blanks and comments.
fn value(mut head: &str) -> &str {
    loop {
        head = head.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '\u{feff}' | '\u{1e}'));
        match relaxed::comment_end(head.as_bytes(), 0) {
            Some(end) if head.starts_with('/') => head = &head[end..],
            _ => return head,
        }
    }
}

/// Whether this is a key without quotes, or in single ones, its colon, and the beginning of a
/// value.
fn begins_relaxed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let word = relaxed::key_end(bytes, 0);
    let end = match bytes.get(word) {
        Some(&quote) if relaxed::is_prefix(quote, word) => {
            relaxed::quoted_end(bytes, word + 1, quote).map_or(bytes.len(), |(end, _)| end + 1)
        }
        _ => word,
    };
    let value = text[end..].trim_start().strip_prefix(':').map(str::trim_start);
    value.and_then(|value| grammar::start(*value.as_bytes().first()?)).is_some()
}
