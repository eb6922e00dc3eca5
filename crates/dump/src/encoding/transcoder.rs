//! Transcodes bytes of an encoding other than UTF-8 to UTF-8, block by block, and counts invalid
//! sequences.

use encoding_rs::{Decoder, DecoderResult};
use std::io::{self, Read};
use zeroize::Zeroizing;

/// Bytes that are read at a time.
const READ_BYTES: usize = 64 << 10;

const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// A decoder with its input and output buffers.
pub(super) struct Transcoder {
    decoder: Decoder,
    raw: Zeroizing<Vec<u8>>,
    /// How much of the raw bytes has been decoded.
    decoded: usize,
    /// How much of the buffer holds raw bytes.
    end: usize,
    text: Zeroizing<Vec<u8>>,
    /// How much of the text has been returned.
    given: usize,
    /// Where in the input the raw bytes begin.
    start: u64,
    is_ended: bool,
    is_finished: bool,
    characters: u64,
    unreadable: u64,
    first_unreadable: Option<u64>,
}

impl Transcoder {
    /// From this byte of the input on.
    pub(super) fn new(decoder: Decoder, start: u64) -> Self {
        Self {
            decoder,
            raw: Zeroizing::default(),
            decoded: 0,
            end: 0,
            text: Zeroizing::default(),
            given: 0,
            start,
            is_ended: false,
            is_finished: false,
            characters: 0,
            unreadable: 0,
            first_unreadable: None,
        }
    }

    pub(super) fn characters(&self) -> u64 {
        self.characters
    }

    pub(super) fn unreadable(&self) -> u64 {
        self.unreadable
    }

    pub(super) fn first_unreadable(&self) -> Option<u64> {
        self.first_unreadable
    }

    pub(super) fn read(&mut self, input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if self.is_finished {
                return Ok(0);
            }
            if self.decoded == self.end && !self.is_ended {
                self.fill(input)?;
            }
            self.step();
        }
        let count = (&self.text[self.given..]).read(buffer)?;
        self.given += count;
        Ok(count)
    }

    fn fill(&mut self, input: &mut impl Read) -> io::Result<()> {
        self.start += self.end as u64;
        (self.decoded, self.end) = (0, 0);
        if self.raw.is_empty() {
            self.raw.resize(READ_BYTES, 0);
            // Sized for the largest output at once: it never grows, which would leave copies
            // behind.
            self.text.reserve_exact(READ_BYTES * 3 + 32);
        }
        let read = loop {
            match input.read(&mut self.raw) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.end = read?;
        self.is_ended = self.end == 0;
        Ok(())
    }

    /// Decodes what there is, up to an invalid sequence.
    fn step(&mut self) {
        let raw = &self.raw[self.decoded..self.end];
        // At worst three bytes for one, and room for what the decoder held back.
        self.text.resize(raw.len() * 3 + 16, 0);
        self.given = 0;
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(raw, &mut self.text, self.is_ended);
        self.decoded += read;
        self.text.truncate(written);
        // Bytes that begin a character.
        self.characters += self.text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u64;
        match result {
            DecoderResult::InputEmpty => self.is_finished = self.is_ended,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, behind) => {
                let end = self.start + self.decoded as u64 - u64::from(behind);
                self.first_unreadable.get_or_insert(end.saturating_sub(u64::from(bad)));
                self.unreadable += 1;
                self.text.extend_from_slice(REPLACEMENT);
            }
        }
    }
}
