//! The content of a part, decoded line by line. What is not encoded as its headers say stays as it
//! is.

use crate::encoded;
use data_encoding::BASE64_MIME_PERMISSIVE;

/// How the content of a part is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Transfer {
    #[default]
    Plain,
    QuotedPrintable,
    Base64,
}

#[derive(Default)]
pub(super) struct Decoder {
    transfer: Transfer,
    /// Characters of base64 that are no whole group yet.
    held: Vec<u8>,
}

impl Decoder {
    pub(super) fn new(transfer: Transfer) -> Self {
        Self { transfer, held: Vec::new() }
    }

    /// Decodes a line with its end, or a piece of a long one.
    pub(super) fn line(&mut self, line: &[u8]) -> Vec<u8> {
        match self.transfer {
            Transfer::Plain => line.to_vec(),
            Transfer::QuotedPrintable => {
                // Blanks at the end are not of the text.
                let text = line.trim_ascii_end();
                if let Some(text) = text.strip_suffix(b"=") {
                    return encoded::quoted_printable(text);
                }
                let mut decoded = encoded::quoted_printable(if line.ends_with(b"\n") { text } else { line });
                if line.ends_with(b"\n") {
                    decoded.push(b'\n');
                }
                decoded
            }
            Transfer::Base64 => {
                let is_of_it = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
                let text = line.trim_ascii();
                if !text.iter().all(is_of_it) {
                    // A text that a program has added behind it.
                    return [&self.finish()[..], line].concat();
                }
                self.held.extend(text);
                let whole = self.held.len() / 4 * 4;
                let rest = self.held.split_off(whole);
                decoded(&std::mem::replace(&mut self.held, rest))
            }
        }
    }

    /// What is left at the end.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        let mut held = std::mem::take(&mut self.held);
        // Padding that is missing.
        while held.len() % 4 > 1 {
            held.push(b'=');
        }
        decoded(&held)
    }
}

fn decoded(text: &[u8]) -> Vec<u8> {
    BASE64_MIME_PERMISSIVE.decode(text).unwrap_or_else(|_| text.to_vec())
}

/// Counts files that stand in texts as programs wrote them before there were parts.
#[derive(Default)]
pub(super) struct Uuencoded {
    has_begun: bool,
    pub(super) count: u64,
}

impl Uuencoded {
    /// A line: a mode and a name, and then lines that begin with their length.
    pub(super) fn line(&mut self, line: &[u8]) {
        let is_first =
            |rest: &[u8]| matches!(rest, [a, b, c, b' ', ..] if [a, b, c].iter().all(|b| matches!(b, b'0'..=b'7')));
        let length = |first: u8| usize::from(first.wrapping_sub(b' ') & 63).div_ceil(3) * 4 + 1;
        let is_encoded =
            line.first().is_some_and(|&first| (b'!'..=b'M').contains(&first) && line.len() == length(first));
        if self.has_begun && is_encoded {
            self.count += 1;
        }
        self.has_begun = line.strip_prefix(b"begin ").is_some_and(is_first);
    }
}
