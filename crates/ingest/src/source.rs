//! From a file to the texts in it: what it is by its first bytes, decompression, archives, archives in archives.
//!
//! [`find`] expands arguments to files; [`walk`] opens one and hands over its members, each once, in the order in which
//! they lie. Damage never hides what was good: all that can be read before it is handed over. Names of members are for
//! reports, and open nothing. Encodings and the formats of texts belong to `decode` and to the readers of formats.

mod archive;
mod compression;
mod find;
mod kind;
mod peeked;
#[cfg(test)]
pub(crate) mod tests;
mod walk;

use crate::{Damage, IngestError, Limits, Progress};
use compression::{Decompressing, Origin};
pub(crate) use find::{Found, find};
use kind::{HEAD_BYTES, Kind, kind};
pub(crate) use peeked::Peeked;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;
use walk::{Place, Raw, Walk};

/// What takes the members of a file. What it does not read of one is passed over. It returns an error only for what is
/// not the member's fault: that ends the walk. Damage that its reading meets is in [`Walked`] as well.
pub(crate) type Take<'t> = dyn FnMut(Member<'_>) -> Result<(), IngestError> + 't;

/// A text, a table or something else in a file.
pub(crate) struct Member<'m> {
    /// Where it lies in archives, such as `inner.zip!a/b.csv`, without control characters. None for a plain file.
    pub(crate) name: Option<String>,
    /// What is around it, outermost first, such as `zstd, tar`; `none` for a plain file.
    pub(crate) compression: String,
    pub(crate) content: Content<'m>,
}

/// What a member is.
pub(crate) enum Content<'m> {
    /// Bytes of a text, as far as the first of them tell. The errors of the reader carry a [`Damage`]; see [`damage_of`].
    Text(Box<dyn Read + Send + 'm>),
    /// A spreadsheet of the xlsx format.
    Workbook(Seekable),
    /// A Parquet file.
    Parquet(Seekable),
    /// Not read: what it is, and perhaps what to do.
    Skipped(&'static str),
}

/// Bytes that can be read in any order.
pub(crate) enum Seekable {
    /// The input file itself.
    File(File),
    /// What lay in an archive or came from standard input; at most `Limits::whole`.
    Memory(Vec<u8>),
}

/// Reads in any order.
pub(crate) trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

impl Seekable {
    pub(crate) fn reader(self) -> Box<dyn ReadSeek + Send> {
        match self {
            Self::File(file) => Box::new(io::BufReader::new(file)),
            Self::Memory(bytes) => Box::new(Cursor::new(bytes)),
        }
    }
}

/// What a file was.
#[derive(Clone, Debug)]
pub(crate) struct Walked {
    /// Of the file as it lies, all of it, also where it is damaged.
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    /// Entries of archives that were met.
    pub(crate) entries: u64,
    /// Members that were not read, being neither text nor table, encrypted, links and so on.
    pub(crate) skipped: u64,
    /// Places where it is damaged or goes beyond a cap: of all of them the number, of the first what and where.
    pub(crate) damages: u64,
    pub(crate) damage: Option<Damage>,
    /// The member in which the first one was met.
    pub(crate) damaged_member: Option<String>,
}

/// The damage that a reader's error carries. Other errors become damage at `offset`.
pub(crate) fn damage_of(error: &io::Error, offset: u64) -> Damage {
    let mut inner = error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
    while let Some(error) = inner {
        if let Some(damage) = error.downcast_ref::<Damage>() {
            return damage.clone();
        }
        // An error in an error, as libraries wrap them.
        inner = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    Damage { what: format!("it cannot be read any further ({})", error.kind()), offset }
}

/// Opens a file and hands over its members. An error is not the file's fault: `take` returned it, or the file cannot be
/// opened. Bytes are reported to `progress` once each.
pub(crate) fn walk(
    path: &Path,
    limits: &Limits,
    progress: &dyn Progress,
    take: &mut Take<'_>,
) -> Result<Walked, IngestError> {
    let failed = |error| IngestError::Input { path: path.to_owned(), error };
    if find::is_stdin(path) {
        return walk_stream(io::stdin(), limits, progress, take);
    }
    let walk = Walk::new(limits);
    // Opening a pipe would wait for somebody to write.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(IngestError::Format { path: path.to_owned(), what: "this is not a regular file" });
    }
    let open = || File::open(path).map_err(failed);
    let kind = kind(Peeked::new(open()?).peek(HEAD_BYTES));
    if !matches!(kind, Kind::Zip | Kind::Parquet) {
        return stream(&walk, Raw::new(open()?, &walk, progress), take);
    }
    // Where reading jumps, the hash is made in a pass of its own.
    let mut raw = Raw::new(open()?, &walk, progress);
    raw.drain();
    let place = Place::default();
    match kind {
        Kind::Parquet => hand(place, Content::Parquet(Seekable::File(open()?)), take)?,
        _ => match archive::look(&walk, &mut open()?) {
            archive::Look::Workbook => hand(place, Content::Workbook(Seekable::File(open()?)), take)?,
            archive::Look::Office(what) => skip(&walk, place, what, take)?,
            archive::Look::Archive => archive::zipped(&walk, &mut open()?, true, &place.inside("zip"), take)?,
            archive::Look::NoDirectory => {
                // A cut one: entries are read from the start as far as they go.
                walk.rewind();
                let mut again = Peeked::new(Raw::again(open()?, &walk));
                archive::streamed(&walk, &mut again, &place.inside("zip"), take)?;
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
) -> Result<Walked, IngestError> {
    let walk = Walk::new(limits);
    stream(&walk, Raw::new(reader, &walk, progress), take)
}

fn stream<R: Read + Send>(walk: &Walk<'_>, mut raw: Raw<'_, R>, take: &mut Take<'_>) -> Result<Walked, IngestError> {
    content(walk, &mut raw, &Place::default(), take)?;
    raw.drain();
    Ok(walk.finish(raw))
}

/// Looks at what begins here, unpacks it, and hands over what is inside.
fn content(
    walk: &Walk<'_>,
    reader: &mut (dyn Read + Send),
    place: &Place,
    take: &mut Take<'_>,
) -> Result<(), IngestError> {
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
            content(walk, &mut inner, &place, take)
        }
        Kind::Tar => archive::tarred(walk, &mut peeked, &place.inside("tar"), take),
        Kind::Zip if archive::may_be_office(peeked.peek(HEAD_BYTES)) => office(walk, &mut peeked, place, take),
        Kind::Zip => archive::streamed(walk, &mut peeked, &place.inside("zip"), take),
        Kind::Parquet => whole(walk, &mut peeked, "the Parquet file", |bytes| {
            hand(place.clone(), Content::Parquet(Seekable::Memory(bytes)), take)
        }),
        Kind::Other(what) => skip(walk, place.clone(), what, take),
        Kind::Text => hand(place.clone(), Content::Text(Box::new(peeked)), take),
    }
}

/// A zip archive where nothing can seek, which begins as spreadsheets do.
fn office(
    walk: &Walk<'_>,
    peeked: &mut Peeked<&mut (dyn Read + Send)>,
    place: &Place,
    take: &mut Take<'_>,
) -> Result<(), IngestError> {
    whole(walk, peeked, "the spreadsheet", |bytes| {
        let mut cursor = Cursor::new(&bytes[..]);
        match archive::look(walk, &mut cursor) {
            archive::Look::Workbook => hand(place.clone(), Content::Workbook(Seekable::Memory(bytes)), take),
            archive::Look::Office(what) => skip(walk, place.clone(), what, take),
            archive::Look::Archive => archive::zipped(walk, &mut cursor, false, &place.inside("zip"), take),
            archive::Look::NoDirectory => {
                walk.note("the spreadsheet is cut or damaged");
                Ok(())
            }
        }
    })
}

/// Reads what can only be read whole, if it is small enough. What all such things hold at once is under one cap.
fn whole(
    walk: &Walk<'_>,
    reader: &mut dyn Read,
    what: &str,
    hand: impl FnOnce(Vec<u8>) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let (room, mut bytes) = (walk.room(), Vec::new());
    // Its error is in the walk already.
    if reader.take(room as u64 + 1).read_to_end(&mut bytes).is_err() {
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
    let handed = hand(bytes);
    walk.release(held);
    handed
}

fn hand(place: Place, content: Content<'_>, take: &mut Take<'_>) -> Result<(), IngestError> {
    let compression = if place.chain.is_empty() { "none".to_owned() } else { place.chain.join(", ") };
    take(Member { name: place.name, compression, content })
}

fn skip(walk: &Walk<'_>, place: Place, what: &'static str, take: &mut Take<'_>) -> Result<(), IngestError> {
    walk.count_skipped();
    hand(place, Content::Skipped(what), take)
}
