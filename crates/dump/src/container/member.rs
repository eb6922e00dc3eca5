//! What a walk delivers: members, what each one is, and what is known of the whole input at the
//! end.

use super::input::Input;
use crate::error::Damage;
use crate::halt::Halt;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::io::{BufReader, Cursor, Read, Seek};

/// Takes the members of an input. What it does not read of a member is skipped. It returns an error
/// only for what is not the member's fault: that ends the walk. Damage met while reading a member
/// is in [`Walked`] as well.
pub(crate) type Take<'t> = dyn FnMut(Member<'_>) -> Result<(), Halt> + 't;

/// A text, a table or something else in an input.
pub(crate) struct Member<'m> {
    /// Its path in archives, such as `inner.zip!a/b.csv`, without control characters. `None` for a
    /// plain file.
    pub(crate) name: Option<String>,
    /// The containers around it, outermost first, such as `zstd, tar`; `none` for a plain file.
    pub(crate) compression: String,
    pub(crate) content: Content<'m>,
}

/// What a member is.
pub(crate) enum Content<'m> {
    /// A text, judging by its first bytes. The reader's errors carry a [`Damage`]; see
    /// [`Damage::of`].
    Text(Box<dyn Read + Send + 'm>),
    /// Tables in a file that is read out of order.
    Tables(FileFormat, Seekable),
    /// Records of a binary format, one after another. The reader's errors carry a [`Damage`].
    Records(StreamFormat, Box<dyn Read + Send + 'm>),
    /// Mail. Whoever reads it counts the files that are attached and not read, unless they are
    /// delivered behind it.
    Mail { mail: Box<dyn Read + Send + 'm>, has_files: bool, unread: &'m Cell<u64> },
    /// Not read: what it is, and perhaps what to do.
    Skipped(&'static str),
    /// Not read, unless a mapping states that it is text: what it seems to be. Whoever reads it
    /// says so.
    Unsupported { what: &'static str, text: Box<dyn Read + Send + 'm>, is_read: &'m Cell<bool> },
}

/// A format of tables that is read out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Ods,
    Orc,
    Parquet,
    Xls,
    Xlsb,
    Xlsx,
}

impl FileFormat {
    /// As it is named in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ods => "ods",
            Self::Orc => "ORC",
            Self::Parquet => "Parquet",
            Self::Xls => "xls",
            Self::Xlsb => "xlsb",
            Self::Xlsx => "xlsx",
        }
    }

    /// A file of this format, as errors name it.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Orc => "the ORC file",
            Self::Parquet => "the Parquet file",
            Self::Ods | Self::Xls | Self::Xlsb | Self::Xlsx => "the spreadsheet",
        }
    }
}

/// A binary format of records that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamFormat {
    Arrow,
    Avro,
    Bson,
    /// Many collections, as `mongodump --archive` writes them.
    BsonArchive,
}

impl StreamFormat {
    /// As it is named in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arrow => "Arrow",
            Self::Avro => "Avro",
            Self::Bson => "BSON",
            Self::BsonArchive => "BSON (mongodump archive)",
        }
    }
}

/// Bytes that can be read in any order.
pub(crate) enum Seekable {
    /// The input file itself.
    File(Input),
    /// A member of an archive or standard input; at most `Limits::whole` bytes.
    Memory(Vec<u8>),
}

/// Reads in any order.
pub(crate) trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

impl Seekable {
    pub(crate) fn reader(self) -> Box<dyn ReadSeek + Send> {
        match self {
            Self::File(input) => Box::new(BufReader::new(input.reader())),
            Self::Memory(bytes) => Box::new(Cursor::new(bytes)),
        }
    }
}

/// What is known of an input once it has been walked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    /// SHA-256 of the whole input as stored, also if damaged: lower-case hex.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Entries of archives in it.
    pub entries: u64,
    /// Members that were not read: neither text nor table, encrypted, links and so on.
    pub skipped: u64,
    /// Places where it is damaged or exceeds a limit.
    pub damages: u64,
    /// The first of them.
    pub damage: Option<Damage>,
    /// The member in which the first one was met.
    pub damaged_member: Option<String>,
}
