//! BSON, as `MongoDB` keeps and `mongodump` writes it: documents one after another, each with its
//! length in front, also those of an archive of many collections.
//!
//! One document is held at a time. A document whose length is wrong ends the reading, since nothing
//! shows where the next one begins; one that is broken inside is skipped.

mod decimal;
mod document;
#[cfg(test)]
mod tests;

use crate::format::records::{Json, Next, Records, damaged, ended};
use crate::limits::Limits;
use std::io::{self, Read};
use zeroize::Zeroize as _;

/// The longest document that `MongoDB` writes has 16 MiB, and some room for what encloses it.
const DOCUMENT_BYTES: usize = 17 << 20;

/// Bytes of a document without elements: its length, and the zero at its end.
const EMPTY_BYTES: usize = 5;

/// The mark at the beginning of an archive, and the one behind its parts.
const ARCHIVE_MARK: usize = 4;
const PART_MARK: i32 = -1;

/// What the next document of an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first mark: what the archive holds.
    Prelude,
    /// Behind a mark: the name of a collection.
    Header,
    Documents,
}

/// A reader of documents.
pub(crate) struct Bson<R> {
    input: R,
    document: Vec<u8>,
    consumed: u64,
    bytes_max: usize,
    /// `None` for plain documents.
    archive: Option<State>,
}

impl<R: Read> Bson<R> {
    pub(crate) fn new(input: R, limits: &Limits) -> Self {
        let bytes_max = DOCUMENT_BYTES.min(limits.whole);
        Self { input, document: Vec::new(), consumed: 0, bytes_max, archive: None }
    }

    /// An archive, which begins with a mark.
    pub(crate) fn archive(mut input: R, limits: &Limits) -> io::Result<Self> {
        input.read_exact(&mut [0; ARCHIVE_MARK])?;
        let mut bson = Self::new(input, limits);
        (bson.consumed, bson.archive) = (ARCHIVE_MARK as u64, Some(State::Prelude));
        Ok(bson)
    }

    /// The length of the next document; `None` at the end.
    fn length(&mut self) -> io::Result<Option<i32>> {
        let (mut bytes, mut count) = ([0; 4], 0);
        while count < bytes.len() {
            match self.input.read(&mut bytes[count..]) {
                Ok(0) if count == 0 => return Ok(None),
                Ok(0) => return Err(damaged("the BSON is truncated", self.consumed)),
                Ok(read) => count += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.consumed += 4;
        Ok(Some(i32::from_le_bytes(bytes)))
    }

    /// Reads the next document whole; false at the end.
    fn read(&mut self) -> io::Result<bool> {
        let Some(length) = self.length()? else { return Ok(false) };
        if length == PART_MARK && self.archive.is_some() {
            self.archive = Some(State::Header);
            self.document.clear();
            return Ok(true);
        }
        let length = usize::try_from(length).unwrap_or(0);
        if !(EMPTY_BYTES..=self.bytes_max).contains(&length) {
            return Err(damaged("the BSON is damaged: what follows is no document", self.consumed - 4));
        }
        self.document.zeroize();
        self.document.extend((length as u32).to_le_bytes());
        let rest = length as u64 - 4;
        let read = self.input.by_ref().take(rest).read_to_end(&mut self.document);
        let read = read.map_err(|error| ended(error, "the BSON", self.consumed))? as u64;
        self.consumed += read;
        if read < rest {
            return Err(damaged("the BSON is truncated", self.consumed));
        }
        Ok(true)
    }
}

impl<R: Read> Records for Bson<R> {
    fn next(&mut self, json: &mut Json) -> io::Result<Next> {
        loop {
            if !self.read()? {
                return Ok(Next::End);
            }
            match self.archive {
                // A mark alone.
                Some(_) if self.document.is_empty() => {}
                Some(State::Prelude) => {}
                Some(State::Header) => self.archive = Some(State::Documents),
                Some(State::Documents) | None => break,
            }
        }
        if document::write(&self.document, json).is_some() {
            return Ok(Next::Record);
        }
        json.clear();
        json.malformed(&self.document);
        Ok(Next::Malformed)
    }

    fn consumed(&self) -> u64 {
        self.consumed
    }
}

impl<R> Drop for Bson<R> {
    fn drop(&mut self) {
        self.document.zeroize();
    }
}
