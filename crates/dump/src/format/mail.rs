//! The text of mail: headers and contents of all parts, decoded, as one running text. Of markup
//! what it says.
//!
//! Files that are attached are delivered by the container, or counted.

use crate::container::{Described, Holds, Parts, Piece};
use crate::format::html;
use crate::format::rows::{Cell, Outside, Rows};
use crate::halt::Halt;
use crate::limits::Limits;
use crate::wiped::WipedText;
use encoding_rs::{Decoder, UTF_8};
use std::borrow::Cow;
use std::io::{self, Read};

pub(crate) struct MailText<'l, R> {
    parts: Parts<R>,
    limits: &'l Limits,
    /// Whether files are delivered elsewhere.
    has_files: bool,
    part: Described,
    decoder: Decoder,
    markup: String,
    text: WipedText,
    at: usize,
    unread: u64,
}

impl<'l, R: Read> MailText<'l, R> {
    pub(crate) fn new(mail: R, has_files: bool, limits: &'l Limits) -> Self {
        Self {
            parts: Parts::new(mail, limits.depth),
            limits,
            has_files,
            part: Described::default(),
            decoder: UTF_8.new_decoder_without_bom_handling(),
            markup: String::new(),
            text: WipedText::default(),
            at: 0,
            unread: 0,
        }
    }

    /// Files that nobody delivers.
    pub(crate) fn unread(&self) -> u64 {
        self.unread
    }

    /// Files that stand in texts in the way of before MIME.
    pub(crate) fn uuencoded(&self) -> u64 {
        self.parts.uuencoded()
    }

    fn take(&mut self, piece: Piece) {
        match piece {
            Piece::Headers(part) => {
                self.unread += u64::from(!self.has_files && part.is_file && part.content == Holds::Other);
                self.text.push_str(&part.text);
                self.text.push('\n');
                self.decoder = part.charset.unwrap_or(UTF_8).new_decoder_without_bom_handling();
                self.part = part;
            }
            Piece::Content(bytes) => self.content(&bytes, false),
            Piece::End => {
                self.content(&[], true);
                self.text.push_str("\n\n");
                self.part = Described::default();
            }
            Piece::Between(bytes) => self.text.push_str(&String::from_utf8_lossy(&bytes)),
        }
    }

    fn content(&mut self, bytes: &[u8], is_end: bool) {
        if self.part.is_file && (self.has_files || self.part.content == Holds::Other) {
            return;
        }
        let mut decoded = String::with_capacity(self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(0));
        // There is room for all of it.
        let _ = self.decoder.decode_to_string(bytes, &mut decoded, is_end);
        if is_end {
            self.decoder = UTF_8.new_decoder_without_bom_handling();
        }
        if self.part.content != Holds::Markup {
            return self.text.push_str(&decoded);
        }
        self.markup.push_str(&decoded);
        if is_end || self.markup.len() > self.limits.record {
            let markup = std::mem::take(&mut self.markup);
            // What cannot be read as markup has been delivered up to there; nobody stops it.
            let _ = html::read(&mut markup.as_bytes(), self.limits, &mut Said(&mut self.text));
        }
    }
}

impl<R: Read> Read for MailText<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() {
            self.text.clear();
            self.at = 0;
            let Some(piece) = self.parts.next()? else { return Ok(0) };
            self.take(piece);
        }
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

/// Takes what markup says as lines of a text.
struct Said<'t>(&'t mut WipedText);

impl Rows for Said<'_> {
    fn table(&mut self, _: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        columns.iter().for_each(|column| self.line(column));
        Ok(())
    }

    fn row(&mut self, _: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        cells.iter().for_each(|cell| self.line(cell.parts().1));
        Ok(())
    }

    fn malformed(&mut self, _: u64) -> Result<(), Halt> {
        Ok(())
    }

    fn outside(&mut self, _: u64, text: &[u8], _: Outside) -> Result<(), Halt> {
        self.line(&String::from_utf8_lossy(text));
        Ok(())
    }
}

impl Said<'_> {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }
}
