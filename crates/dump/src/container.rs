//! From an input to the texts in it: what it is by its first bytes, decompression, archives, archives
//! in archives.
//!
//! [`walk`] hands over the members of an input, each once, in the order in which they lie. Damage never
//! hides what was good: all that can be read before it is handed over. Names of members are for reports,
//! and open nothing. Encodings and the formats of texts belong to `encoding` and `format`.

mod archive;
mod compression;
mod input;
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
use compression::{Decompressing, Origin};
pub(crate) use input::Input;
pub use member::Walked;
pub(crate) use member::{Content, Member, Seekable, Take};
use sniff::{HEAD_BYTES, Kind, kind};
use std::io::{Cursor, Read};
use visit::Visit;
use walk::{Place, Raw, Walk};

/// Hands over the members of a file. An error is not the file's fault: `take` returned it. Bytes are
/// reported to `progress` once each.
pub(crate) fn walk_file(
    input: &Input,
    limits: &Limits,
    progress: &dyn Progress,
    take: &mut Take<'_>,
) -> Result<Walked, Halt> {
    let walk = Walk::new(limits);
    let kind = kind(Peeked::new(input.reader()).peek(HEAD_BYTES));
    if !matches!(kind, Kind::Zip | Kind::Parquet) {
        return stream(&walk, Raw::new(input.reader(), &walk, progress), take);
    }
    // Where reading jumps, the hash is made in a pass of its own.
    let mut raw = Raw::new(input.reader(), &walk, progress);
    raw.drain();
    let place = Place::default();
    let mut visitor = Visitor { walk: &walk, take };
    match kind {
        Kind::Parquet => visitor.hand(place, Content::Parquet(Seekable::File(input.clone())))?,
        _ => match archive::look(&walk, &mut input.reader()) {
            archive::Look::Workbook => visitor.hand(place, Content::Workbook(Seekable::File(input.clone())))?,
            archive::Look::Office(what) => visitor.skip(place, what)?,
            archive::Look::Archive => {
                archive::zipped(&walk, &mut input.reader(), true, &place.inside("zip"), &mut visitor)?;
            }
            archive::Look::NoDirectory => {
                // A cut one: entries are read from the start as far as they go.
                walk.rewind();
                let mut again = Peeked::new(Raw::again(input.reader(), &walk));
                archive::streamed(&walk, &mut again, &place.inside("zip"), &mut visitor)?;
                walk.damaged_unless_known("the zip archive has no directory at its end: it is cut or damaged");
            }
        },
    }
    Ok(walk.finish(raw))
}

/// Walks what can only be read once, from its start.
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
    Visitor { walk, take }.content(&mut raw, &Place::default())?;
    raw.drain();
    Ok(walk.finish(raw))
}

/// The walk itself, as archives see it.
struct Visitor<'v, 'w, 't> {
    walk: &'v Walk<'w>,
    take: &'v mut Take<'t>,
}

impl Visit for Visitor<'_, '_, '_> {
    fn content(&mut self, reader: &mut (dyn Read + Send), place: &Place) -> Result<(), Halt> {
        let walk = self.walk;
        let mut peeked = Peeked::new(reader);
        let kind = kind(peeked.peek(HEAD_BYTES));
        if matches!(kind, Kind::Compressed(_) | Kind::Tar | Kind::Zip) && place.depth >= walk.limits.depth {
            walk.note(format!(
                "more than {} archives and compressed files lie inside one another; if that is meant, raise --max-depth",
                walk.limits.depth
            ));
            return Ok(());
        }
        match kind {
            Kind::Compressed(method) => {
                let origin = if place.depth == 0 { Origin::File(0) } else { Origin::Inner };
                let mut inner = Decompressing::row(walk, method, place.decoders, origin, peeked);
                let place = Place { decoders: place.decoders + 1, ..place.inside(method.name()) };
                self.content(&mut inner, &place)
            }
            Kind::Tar => archive::tarred(walk, &mut peeked, &place.inside("tar"), self),
            Kind::Zip if archive::may_be_office(peeked.peek(HEAD_BYTES)) => self.office(&mut peeked, place),
            Kind::Zip => archive::streamed(walk, &mut peeked, &place.inside("zip"), self),
            Kind::Parquet => self.whole(&mut peeked, "the Parquet file", |visitor, bytes| {
                visitor.hand(place.clone(), Content::Parquet(Seekable::Memory(bytes)))
            }),
            Kind::Other(what) => self.skip(place.clone(), what),
            Kind::Text => self.hand(place.clone(), Content::Text(Box::new(peeked))),
        }
    }

    fn skip(&mut self, place: Place, why: &'static str) -> Result<(), Halt> {
        self.walk.count_skipped();
        self.hand(place, Content::Skipped(why))
    }
}

impl Visitor<'_, '_, '_> {
    /// A zip archive where nothing can seek, which begins as spreadsheets do.
    fn office(&mut self, peeked: &mut Peeked<&mut (dyn Read + Send)>, place: &Place) -> Result<(), Halt> {
        let walk = self.walk;
        self.whole(peeked, "the spreadsheet", |visitor, bytes| {
            let mut cursor = Cursor::new(&bytes[..]);
            match archive::look(walk, &mut cursor) {
                archive::Look::Workbook => visitor.hand(place.clone(), Content::Workbook(Seekable::Memory(bytes))),
                archive::Look::Office(what) => visitor.skip(place.clone(), what),
                archive::Look::Archive => archive::zipped(walk, &mut cursor, false, &place.inside("zip"), visitor),
                archive::Look::NoDirectory => {
                    walk.note("the spreadsheet is cut or damaged");
                    Ok(())
                }
            }
        })
    }

    /// Reads what can only be read whole, if it is small enough. What all such things hold at once is
    /// under one limit.
    fn whole(
        &mut self,
        reader: &mut dyn Read,
        what: &str,
        hand: impl FnOnce(&mut Self, Vec<u8>) -> Result<(), Halt>,
    ) -> Result<(), Halt> {
        let walk = self.walk;
        let (room, mut bytes) = (walk.room(), Vec::new());
        if reader.take(room as u64 + 1).read_to_end(&mut bytes).is_err() {
            // A reader's own error is in the walk already; memory that is refused is not.
            walk.damaged_unless_known("it needs more memory to be read whole than there is; unpack it first");
            return Ok(());
        }
        if bytes.len() > room {
            walk.note(format!(
                "{what} is larger than {} MiB and can only be read whole here; unpack it first, or raise --max-whole",
                walk.limits.whole >> 20
            ));
            return Ok(());
        }
        let held = bytes.len();
        walk.hold(held);
        let handed = hand(self, bytes);
        walk.release(held);
        handed
    }

    fn hand(&mut self, place: Place, content: Content<'_>) -> Result<(), Halt> {
        let compression = if place.chain.is_empty() { "none".to_owned() } else { place.chain.join(", ") };
        (self.take)(Member { name: place.name, compression, content })
    }
}
