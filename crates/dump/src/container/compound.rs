//! Compound files, in which Office kept documents before 2007: a small file system of sectors that
//! form chains. Tells what a file is, and reads one of its streams.
//!
//! Chains are followed no further than the file is long, and the table of sectors is at most a
//! hundredth of the file.

use super::member::FileFormat;
use std::io::{self, Read, Seek, SeekFrom};

const HEADER_BYTES: usize = 512;
const ENTRY_BYTES: usize = 128;

/// Sectors from here on are marks: the end of a chain, or nothing.
const MARKS: u32 = 0xffff_fffa;

/// Streams below this size are in small sectors, which are in a stream of their own.
const SMALL_STREAM: u64 = 4_096;
const SMALL_SECTOR: u64 = 64;

/// Maximum entries of the directory.
const ENTRIES: usize = 65_536;

/// Names of streams by which a document is known, and what it is.
const DOCUMENTS: [(&str, &str); 9] = [
    (
        "EncryptedPackage",
        "an Office document that is protected by a password; save it without (msoffcrypto-tool -p PASSWORD FILE OUTPUT does that)",
    ),
    (
        "WordDocument",
        "a Word document (doc); write it as text (libreoffice --headless --convert-to txt:Text FILE does that)",
    ),
    (
        "PowerPoint Document",
        "a PowerPoint document (ppt); save it as PDF (libreoffice --headless --convert-to pdf FILE does that), and write that as text (pdftotext -layout FILE.pdf does that)",
    ),
    ("__properties_version1.0", "an Outlook message (msg); convert it to mail (msgconvert FILE does that)"),
    ("VisioDocument", "a Visio document; save it as text"),
    ("Quill", "a Publisher document; save it as text"),
    ("WksSSWorkBook", "a Works spreadsheet; save it as xlsx or CSV"),
    ("HwpSummaryInformation", "a Hangul document (hwp); save it as text"),
    ("Contents", "a document of an old program; save it as text or CSV"),
];

/// Which spreadsheet this is; otherwise what it is, and what to do.
pub(super) fn classify<R: Read + Seek>(reader: &mut R) -> Result<FileFormat, &'static str> {
    let Ok(compound) = Compound::open(reader) else {
        return Err("an Office document from before 2007 that is damaged; save it as xlsx or CSV");
    };
    if compound.find(&WORKBOOKS).is_some() {
        return Ok(FileFormat::Xls);
    }
    let known = DOCUMENTS.iter().find(|(name, _)| compound.has(name));
    Err(known.map_or("a document of Office from before 2007; save it as text or CSV", |(_, what)| what))
}

/// Streams that hold a workbook, the newer one first.
const WORKBOOKS: [&str; 2] = ["Workbook", "Book"];

/// An open compound file.
pub(crate) struct Compound<R> {
    reader: R,
    sector: u64,
    /// The sector after each sector.
    next: Vec<u32>,
    entries: Vec<Entry>,
    small_next: Vec<u32>,
    /// The sectors that hold the small sectors.
    small: Vec<u32>,
}

struct Entry {
    name: String,
    is_stream: bool,
    start: u32,
    bytes: u64,
}

fn invalid() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

impl<R: Read + Seek> Compound<R> {
    pub(crate) fn open(mut reader: R) -> io::Result<Self> {
        let length = reader.seek(SeekFrom::End(0))?;
        reader.rewind()?;
        let mut header = [0; HEADER_BYTES];
        reader.read_exact(&mut header)?;
        let long = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let sector = match u16::from_le_bytes([header[30], header[31]]) {
            9 => 512,
            12 => 4_096,
            _ => return Err(invalid()),
        };
        let mut compound =
            Self { reader, sector, next: Vec::new(), entries: Vec::new(), small_next: Vec::new(), small: Vec::new() };
        let sectors = usize::try_from(length / sector).map_err(|_| invalid())?;
        // The sectors that hold the table: the first in the header, further ones in a chain.
        let mut table: Vec<u32> = (0..109).map(|n| long(76 + n * 4)).collect();
        let mut more = long(68);
        for _ in 0..=sectors / 127 {
            if more >= MARKS {
                break;
            }
            let mut ids = compound.sector_of(more)?;
            more = ids.pop().ok_or_else(invalid)?;
            table.extend(ids);
        }
        for id in table.into_iter().filter(|&id| id < MARKS) {
            if compound.next.len() > sectors {
                break;
            }
            let ids = compound.sector_of(id)?;
            compound.next.extend(ids);
        }
        compound.read_directory(long(48))?;
        compound.read_small_table(long(60))?;
        let root = compound.entries.first().map_or(MARKS, |root| root.start);
        compound.small = compound.chain(root).collect();
        Ok(compound)
    }

    /// The stream of the workbook, with its length.
    pub(crate) fn into_workbook(self) -> io::Result<StreamOf<R>> {
        let at = self.find(&WORKBOOKS).ok_or_else(invalid)?;
        Ok(self.into_stream(at))
    }

    /// The numbers of all other streams.
    pub(crate) fn others(&self) -> Vec<usize> {
        let is_other =
            |entry: &Entry| entry.is_stream && !WORKBOOKS.iter().any(|name| entry.name.eq_ignore_ascii_case(name));
        (0..self.entries.len()).filter(|&at| is_other(&self.entries[at])).collect()
    }

    /// A stream by its number.
    pub(crate) fn into_stream(self, at: usize) -> StreamOf<R> {
        let (start, left) = (self.entries[at].start, self.entries[at].bytes);
        let is_small = left < SMALL_STREAM;
        // A stream is not longer than all sectors are, whatever it says.
        let all =
            if is_small { self.small_next.len() as u64 * SMALL_SECTOR } else { self.next.len() as u64 * self.sector };
        let left = left.min(all);
        StreamOf { compound: self, is_small, id: start, at: 0, left }
    }

    fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            self.entries.iter().position(|entry| entry.is_stream && entry.name.eq_ignore_ascii_case(name))
        })
    }

    fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.trim_start_matches('\u{5}') == name)
    }

    /// A sector as numbers of sectors.
    fn sector_of(&mut self, id: u32) -> io::Result<Vec<u32>> {
        let mut bytes = vec![0; usize::try_from(self.sector).map_err(|_| invalid())?];
        self.read_at(self.position(id), &mut bytes)?;
        Ok(bytes.as_chunks().0.iter().map(|id| u32::from_le_bytes(*id)).collect())
    }

    /// Sectors are counted from behind the header, which takes one.
    fn position(&self, id: u32) -> u64 {
        (u64::from(id) + 1) * self.sector
    }

    fn read_at(&mut self, position: u64, bytes: &mut [u8]) -> io::Result<()> {
        self.reader.seek(SeekFrom::Start(position))?;
        self.reader.read_exact(bytes)
    }

    /// The sectors of a chain; a circle ends when it is longer than the file.
    fn chain(&self, start: u32) -> impl Iterator<Item = u32> {
        let after = |id: &u32| self.next.get(*id as usize).copied().filter(|&next| next < MARKS);
        std::iter::successors(Some(start).filter(|&id| id < MARKS), after).take(self.next.len())
    }

    fn read_directory(&mut self, start: u32) -> io::Result<()> {
        let chain: Vec<u32> = self.chain(start).take(ENTRIES * ENTRY_BYTES / 512).collect();
        let mut bytes = vec![0; usize::try_from(self.sector).map_err(|_| invalid())?];
        for id in chain {
            if self.read_at(self.position(id), &mut bytes).is_err() {
                break;
            }
            self.entries.extend(bytes.as_chunks::<ENTRY_BYTES>().0.iter().map(entry));
        }
        if self.entries.is_empty() { Err(invalid()) } else { Ok(()) }
    }

    fn read_small_table(&mut self, start: u32) -> io::Result<()> {
        let chain: Vec<u32> = self.chain(start).collect();
        for id in chain {
            let ids = self.sector_of(id)?;
            self.small_next.extend(ids);
        }
        Ok(())
    }
}

fn entry(bytes: &[u8; ENTRY_BYTES]) -> Entry {
    let long = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let units = bytes[..64].as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|&unit| unit != 0);
    Entry {
        name: char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
        is_stream: bytes[66] == 2,
        start: long(116),
        bytes: u64::from(long(120)),
    }
}

/// One stream of a compound file.
pub(crate) struct StreamOf<R> {
    compound: Compound<R>,
    is_small: bool,
    /// The sector, and the position in it, that is read next.
    id: u32,
    at: u64,
    left: u64,
}

impl<R> StreamOf<R> {
    pub(crate) fn into_compound(self) -> Compound<R> {
        self.compound
    }
}

impl<R: Read + Seek> Read for StreamOf<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let size = if self.is_small { SMALL_SECTOR } else { self.compound.sector };
        if self.at == size {
            let next = if self.is_small { &self.compound.small_next } else { &self.compound.next };
            self.id = next.get(self.id as usize).copied().unwrap_or(MARKS);
            self.at = 0;
        }
        if self.id >= MARKS {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let position = if self.is_small {
            let within = u64::from(self.id) * SMALL_SECTOR;
            let sector =
                usize::try_from(within / self.compound.sector).ok().and_then(|n| self.compound.small.get(n).copied());
            let sector = sector.ok_or_else(invalid)?;
            self.compound.position(sector) + within % self.compound.sector
        } else {
            self.compound.position(self.id)
        };
        let most = (size - self.at).min(self.left).min(buffer.len() as u64) as usize;
        self.compound.reader.seek(SeekFrom::Start(position + self.at))?;
        let count = self.compound.reader.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}
