//! Turns bytes of one encoding into UTF-8 and counts what is invalid. Where the bytes come from and
//! which encoding they are in is decided elsewhere.

use super::name::Encoding;
use encoding_rs::DecoderResult;
use zeroize::Zeroizing;

const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// Bytes that are decoded at a time.
pub(super) const PIECE_BYTES: usize = 64 << 10;

/// What was counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) characters: u64,
    /// Invalid sequences, each replaced by U+FFFD.
    pub(super) unreadable: u64,
    /// Where the first of them is in the input.
    pub(super) first_unreadable: Option<u64>,
}

impl Counts {
    fn invalid(&mut self, at: u64) {
        self.unreadable += 1;
        self.first_unreadable.get_or_insert(at);
    }
}

/// Decoded text, until it is read.
#[derive(Default)]
pub(super) struct Text {
    bytes: Zeroizing<Vec<u8>>,
    given: usize,
}

impl Text {
    pub(super) fn left(&self) -> &[u8] {
        &self.bytes[self.given..]
    }

    /// Takes back what has not been given.
    pub(super) fn clear(&mut self) {
        self.restart(0);
    }

    pub(super) fn give(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.left().len());
        buffer[..count].copy_from_slice(&self.left()[..count]);
        self.given += count;
        count
    }

    /// Empties it, with room for what this many bytes become at most. It never grows after the
    /// first piece, which would leave copies behind.
    fn restart(&mut self, raw: usize) {
        self.given = 0;
        self.bytes.clear();
        // Three bytes for one, and what the decoder had kept of the piece before.
        let most = raw.max(PIECE_BYTES) * 3 + 32;
        if self.bytes.capacity() < most {
            self.bytes = Zeroizing::new(Vec::with_capacity(most));
        }
    }
}

/// A decoder of one encoding.
pub(super) struct Decoder {
    pub(super) encoding: Encoding,
    inner: Inner,
    is_finished: bool,
}

enum Inner {
    Standard(Box<encoding_rs::Decoder>),
    /// The bytes of a unit that is not complete.
    Utf32(Vec<u8>),
}

impl Decoder {
    /// `None` for UTF-8, which passes as it is.
    pub(super) fn new(encoding: Encoding) -> Option<Self> {
        let standard = match encoding {
            Encoding::Utf8 => return None,
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
            Encoding::Gb18030 => encoding_rs::GB18030,
            Encoding::Other(encoding) => encoding,
            Encoding::Utf32Le | Encoding::Utf32Be => {
                let inner = Inner::Utf32(Vec::with_capacity(4));
                return Some(Self { encoding, inner, is_finished: false });
            }
        };
        let decoder = Box::new(standard.new_decoder_without_bom_handling());
        Some(Self { encoding, inner: Inner::Standard(decoder), is_finished: false })
    }

    /// Decodes a piece that begins at this position of the input. `is_last`: nothing follows in
    /// this encoding.
    pub(super) fn decode(&mut self, raw: &[u8], at: u64, is_last: bool, text: &mut Text, counts: &mut Counts) {
        text.restart(raw.len());
        if std::mem::replace(&mut self.is_finished, is_last) {
            return;
        }
        match &mut self.inner {
            // Half a unit of UTF-16: what a program added that knew nothing of it, such as a line
            // feed, or what is left where a byte is missing.
            Inner::Standard(decoder) if is_last && self.encoding.unit() == 2 && !raw.len().is_multiple_of(2) => {
                let (raw, half) = raw.split_at(raw.len() - 1);
                standard(decoder, raw, at, true, &mut text.bytes, counts);
                if let [half @ (b'\t' | b'\n' | b'\r' | b' '..=b'~')] = half {
                    text.bytes.push(*half);
                } else {
                    counts.invalid(at + raw.len() as u64);
                    text.bytes.extend_from_slice(REPLACEMENT);
                }
            }
            Inner::Standard(decoder) => standard(decoder, raw, at, is_last, &mut text.bytes, counts),
            Inner::Utf32(kept) => {
                let is_big = self.encoding == Encoding::Utf32Be;
                utf32(kept, is_big, raw, at, is_last, &mut text.bytes, counts);
            }
        }
        // Bytes that begin a character.
        counts.characters += text.bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u64;
    }
}

fn standard(
    decoder: &mut encoding_rs::Decoder,
    raw: &[u8],
    at: u64,
    is_last: bool,
    text: &mut Vec<u8>,
    counts: &mut Counts,
) {
    let mut decoded = 0;
    loop {
        let rest = &raw[decoded..];
        let start = text.len();
        text.resize(start + rest.len() * 3 + 16, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut text[start..], is_last);
        decoded += read;
        text.truncate(start + written);
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, behind) => {
                let end = at + decoded as u64 - u64::from(behind);
                counts.invalid(end.saturating_sub(u64::from(bad)));
                text.extend_from_slice(REPLACEMENT);
            }
        }
    }
}

fn utf32(
    kept: &mut Vec<u8>,
    is_big: bool,
    raw: &[u8],
    at: u64,
    is_last: bool,
    text: &mut Vec<u8>,
    counts: &mut Counts,
) {
    let before = kept.len();
    for (n, byte) in (1..).zip(raw) {
        kept.push(*byte);
        let Ok(unit) = <[u8; 4]>::try_from(&kept[..]) else { continue };
        kept.clear();
        let code = if is_big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
        if let Some(c) = char::from_u32(code) {
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            counts.invalid(at.saturating_add(n as u64).saturating_sub(4));
            text.extend_from_slice(REPLACEMENT);
        }
    }
    if is_last && !kept.is_empty() {
        let begun = at.saturating_add(raw.len() as u64).saturating_sub(kept.len() as u64);
        counts.invalid(if raw.is_empty() { at.saturating_sub(before as u64) } else { begun });
        text.extend_from_slice(REPLACEMENT);
        kept.clear();
    }
}
