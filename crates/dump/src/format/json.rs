//! JSON of any shape: a value a line, pretty-printed, concatenated, one array, a search engine's answer, however large.
//!
//! Two halves. The [`Cutter`] goes through the text in sequence and yields blocks of whole values in bounded memory; a
//! [`Walker`] goes through one block on any core, builds no tree, and hands over the leaves that are wanted. Both read
//! the same language, and come to rights after what is malformed at the same places, so that it does not matter how
//! blocks fall. It is JSON, and a little more: commas may trail, bare words and escapes need not be known, and a string
//! may hold any character but a line feed.
//!
//! A line that is cut costs no other. In a string it ends with its line; where a comma, a key or a colon must follow, the
//! bracket of the next line cannot; and where a value must, so that the next line is taken for it, what is behind
//! tells, and that next line is read again ([`lines`]). A good value knows nothing of this: all of it happens once
//! something is wrong.

mod block;
mod bytes;
mod cutter;
mod leaves;
mod lines;
mod sampler;
mod scan;
mod strings;
#[cfg(test)]
mod tests;
mod walker;
mod wanted;

pub(crate) use block::{Block, Why};
pub(crate) use cutter::Cutter;
pub(crate) use leaves::Leaves;
pub(crate) use sampler::paths;
pub(crate) use walker::Walker;
pub(crate) use wanted::Wanted;

/// Whether a text begins as JSON does, and how sure that is.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let head = head.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '\u{feff}' | '\u{1e}'));
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
        // `["a", 1, null]`; `[2022-01-01] a line of a log` has no comma or bracket behind its first word.
        ('[', Some(b'"')) => Some(0.9),
        ('[', Some(b']')) => Some(0.5),
        ('[', Some(byte)) if bytes::is_bare(byte) => {
            let word = bytes::bare_end(rest.as_bytes(), 0);
            rest[word..].trim_start().starts_with(',').then_some(0.7)
        }
        _ => None,
    }
}
