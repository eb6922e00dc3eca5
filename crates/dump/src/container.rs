//! From an input to the texts in it: sniffs what it is by its first bytes, decompresses, walks
//! archives and archives in archives.
//!
//! [`walk`] delivers the members of an input, each once, in the order in which they are stored.
//! Damage never hides good data: all that can be read before it is delivered. Names of members are
//! for reports and never opened. Encodings and the formats of texts belong to `encoding` and
//! `format`.

mod archive;
mod bson;
mod compound;
mod compression;
mod input;
mod known;
mod mail;
mod member;
mod method;
mod sniff;
#[cfg(test)]
pub(crate) mod tests;
mod visit;
mod walk;

use crate::halt::Halt;
use crate::limits::Limits;
use crate::peeked::Peeked;
use crate::progress::Progress;
pub(crate) use compound::Compound;
use compression::{Decompressing, Origin};
pub(crate) use input::Input;
pub(crate) use mail::{Described, Holds, Parts, Piece};
pub use member::Walked;
pub(crate) use member::{Content, FileFormat, Member, Seekable, StreamFormat, Take};
use sniff::{SNIFFED_BYTES, StreamKind, sniff};
use std::cell::Cell;
use std::io::{Cursor, Read};
use visit::Visit;
use walk::{Location, Raw, Walk};

/// Divisor for the share of the memory limit that mail in a stream may take.
const MAIL_PART: usize = 4;

/// Delivers the members of a file. An error is not the file's fault: `take` returned it. Bytes are
/// reported to `progress` once each.
pub(crate) fn walk_file(
    input: &Input,
    limits: &Limits,
    progress: &dyn Progress,
    take: &mut Take<'_>,
) -> Result<Walked, Halt> {
    let walk = Walk::new(limits);
    let kind = sniff(Peeked::new(input.reader()).peek(SNIFFED_BYTES));
    if !matches!(kind, StreamKind::Zip | StreamKind::Compound | StreamKind::Tables(_) | StreamKind::Mail) {
        return stream(&walk, Raw::new(input.reader(), &walk, progress), take);
    }
    // What is read out of order is hashed in a pass of its own.
    let mut raw = Raw::new(input.reader(), &walk, progress);
    raw.drain();
    let location = Location::default();
    let mut visitor = Visitor { walk: &walk, take };
    match kind {
        StreamKind::Tables(format) => {
            visitor.deliver(location, Content::Tables(format, Seekable::File(input.clone())))?;
        }
        StreamKind::Mail => {
            let mut again = Raw::again(input.reader(), &walk);
            visitor.mail(&mut Raw::again(input.reader(), &walk), Some(&mut again), &location)?;
        }
        StreamKind::Compound => match compound::classify(&mut input.reader()) {
            Ok(format) => visitor.deliver(location, Content::Tables(format, Seekable::File(input.clone())))?,
            Err(what) => visitor.skip(location, what)?,
        },
        _ => match archive::classify(&walk, &mut input.reader()) {
            archive::ZipKind::Tables(format) => {
                visitor.deliver(location, Content::Tables(format, Seekable::File(input.clone())))?;
            }
            archive::ZipKind::Office(what) => visitor.skip(location, what)?,
            archive::ZipKind::Archive => {
                archive::walk_zip(&walk, &mut input.reader(), true, &location.inside("zip"), &mut visitor)?;
            }
            archive::ZipKind::NoDirectory => {
                // A truncated archive: entries are read from the start as far as they go.
                walk.rewind();
                let mut again = Peeked::new(Raw::again(input.reader(), &walk));
                archive::walk_zip_stream(&walk, &mut again, &location.inside("zip"), &mut visitor)?;
                walk.damaged_unless_known("the zip archive has no directory at its end: it is truncated or damaged");
            }
        },
    }
    Ok(walk.finish(raw))
}

/// Walks an input that can only be read once, from its start.
pub(crate) fn walk_stream(
    reader: impl Read + Send,
    limits: &Limits,
    progress: &dyn Progress,
    take: &mut Take<'_>,
) -> Result<Walked, Halt> {
    let walk = Walk::new(limits);
    stream(&walk, Raw::new(reader, &walk, progress), take)
}

fn stream<R: Read + Send>(walk: &Walk<'_>, mut raw: Raw<'_, R>, take: &mut Take<'_>) -> Result<Walked, Halt> {
    Visitor { walk, take }.content(&mut raw, &Location::default())?;
    raw.drain();
    Ok(walk.finish(raw))
}

/// The walk itself, as archives see it.
struct Visitor<'v, 'w, 't> {
    walk: &'v Walk<'w>,
    take: &'v mut Take<'t>,
}

impl Visit for Visitor<'_, '_, '_> {
    fn content(&mut self, reader: &mut (dyn Read + Send), location: &Location) -> Result<(), Halt> {
        let walk = self.walk;
        let mut peeked = Peeked::new(reader);
        let kind = sniff(peeked.peek(SNIFFED_BYTES));
        if matches!(kind, StreamKind::Compressed(_) | StreamKind::Tar | StreamKind::Zip | StreamKind::Mail)
            && location.depth >= walk.limits.depth
        {
            walk.note(format!(
                "archives and compressed files are nested more than {} deep; if this is expected, raise --max-depth",
                walk.limits.depth
            ));
            return Ok(());
        }
        match kind {
            StreamKind::Compressed(method) => {
                let origin = if location.depth == 0 { Origin::File(0) } else { Origin::Inner };
                let mut inner = Decompressing::concatenated(walk, method, location.decoders, origin, peeked);
                let location = Location { decoders: location.decoders + 1, ..location.inside(method.name()) };
                self.content(&mut inner, &location)
            }
            StreamKind::Tar => archive::walk_tar(walk, &mut peeked, &location.inside("tar"), self),
            StreamKind::Zip if archive::may_be_office(peeked.peek(SNIFFED_BYTES)) => self.office(&mut peeked, location),
            StreamKind::Zip => archive::walk_zip_stream(walk, &mut peeked, &location.inside("zip"), self),
            StreamKind::Tables(format) => self.hold_whole(&mut peeked, format.what(), |visitor, bytes| {
                visitor.deliver(location.clone(), Content::Tables(format, Seekable::Memory(bytes)))
            }),
            StreamKind::Compound => self.hold_whole(&mut peeked, "the Office document", |visitor, bytes| {
                match compound::classify(&mut Cursor::new(&bytes[..])) {
                    Ok(format) => visitor.deliver(location.clone(), Content::Tables(format, Seekable::Memory(bytes))),
                    Err(what) => visitor.skip(location.clone(), what),
                }
            }),
            StreamKind::Records(format) => self.deliver(location.clone(), Content::Records(format, Box::new(peeked))),
            StreamKind::Other(what) => {
                let is_read = Cell::new(false);
                let text: Box<dyn Read + Send + '_> = Box::new(peeked);
                let delivered = self.deliver(location.clone(), Content::Unsupported { what, text, is_read: &is_read });
                if !is_read.get() {
                    walk.count_skipped();
                }
                delivered
            }
            StreamKind::Mail => self.mail_in_stream(&mut peeked, location),
            StreamKind::Text => self.deliver(location.clone(), Content::Text(Box::new(peeked))),
        }
    }

    fn skip(&mut self, location: Location, why: &'static str) -> Result<(), Halt> {
        self.walk.count_skipped();
        self.deliver(location, Content::Skipped(why))
    }
}

impl Visitor<'_, '_, '_> {
    /// A zip archive in a stream that begins as spreadsheets do.
    fn office(&mut self, peeked: &mut Peeked<&mut (dyn Read + Send)>, location: &Location) -> Result<(), Halt> {
        let walk = self.walk;
        self.hold_whole(peeked, "the spreadsheet", |visitor, bytes| {
            let mut cursor = Cursor::new(&bytes[..]);
            match archive::classify(walk, &mut cursor) {
                archive::ZipKind::Tables(format) => {
                    visitor.deliver(location.clone(), Content::Tables(format, Seekable::Memory(bytes)))
                }
                archive::ZipKind::Office(what) => visitor.skip(location.clone(), what),
                archive::ZipKind::Archive => {
                    archive::walk_zip(walk, &mut cursor, false, &location.inside("zip"), visitor)
                }
                archive::ZipKind::NoDirectory => {
                    walk.note("the spreadsheet is truncated or damaged");
                    Ok(())
                }
            }
        })
    }

    /// Mail, which is read twice: the text of all messages, and then the files that are attached.
    fn mail(
        &mut self,
        mail: &mut (dyn Read + Send),
        again: Option<&mut (dyn Read + Send)>,
        location: &Location,
    ) -> Result<(), Halt> {
        let (walk, unread) = (self.walk, Cell::new(0));
        let has_files = again.is_some();
        self.deliver(location.clone(), Content::Mail { mail: Box::new(mail), has_files, unread: &unread })?;
        if let Some(again) = again {
            return mail::walk_files(walk, again, &location.inside("mail"), self);
        }
        if unread.get() > 0 {
            walk.note(format!(
                "{} files that are attached to its messages were not read, since it is too large to be held in memory \
                 here; unpack it first, or raise --max-whole",
                unread.get()
            ));
        }
        Ok(())
    }

    /// Mail in a stream: held to be read twice, if it is small enough.
    fn mail_in_stream(&mut self, peeked: &mut Peeked<&mut (dyn Read + Send)>, location: &Location) -> Result<(), Halt> {
        let walk = self.walk;
        let (room, mut bytes) = (walk.room() / MAIL_PART, Vec::new());
        // What was read before an error is read all the same; the walk has recorded it.
        let read = peeked.take(room as u64 + 1).read_to_end(&mut bytes);
        if read.is_ok() && bytes.len() > room {
            return self.mail(&mut Cursor::new(bytes).chain(peeked), None, location);
        }
        let held = bytes.len();
        walk.hold(held);
        let delivered = self.mail(&mut &bytes[..], Some(&mut &bytes[..]), location);
        walk.release(held);
        delivered
    }

    /// Reads a member that must be held whole, if it is small enough. All such members held at once
    /// share one limit.
    fn hold_whole(
        &mut self,
        reader: &mut dyn Read,
        what: &str,
        deliver: impl FnOnce(&mut Self, Vec<u8>) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let walk = self.walk;
        let (room, mut bytes) = (walk.room(), Vec::new());
        if reader.take(room as u64 + 1).read_to_end(&mut bytes).is_err() {
            // A reader's own error is recorded in the walk already; a failed allocation is not.
            walk.damaged_unless_known("there is not enough memory to hold it; unpack it first");
            return Ok(());
        }
        if bytes.len() > room {
            walk.note(format!(
                "{what} is larger than {} MiB and must be held in memory here; unpack it first, or raise --max-whole",
                walk.limits.whole >> 20
            ));
            return Ok(());
        }
        let held = bytes.len();
        walk.hold(held);
        let delivered = deliver(self, bytes);
        walk.release(held);
        delivered
    }

    fn deliver(&mut self, location: Location, content: Content<'_>) -> Result<(), Halt> {
        let compression = if location.chain.is_empty() { "none".to_owned() } else { location.chain.join(", ") };
        (self.take)(Member { name: location.name, compression, content })
    }
}
