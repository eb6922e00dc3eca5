//! The pages of a column, each looked at before the library allocates by what its header says.

use super::thrift::Thrift;
use super::trouble::{Refused, Trouble};
use flate2::read::MultiGzDecoder;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;
use std::io::Read as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// How much is read in search of the end of a page's header: most have some tens of bytes, but statistics may be long.
const HEADER_BYTES: [usize; 3] = [1 << 10, 64 << 10, 4 << 20];

/// What an entry of a dictionary takes in memory, beside its bytes.
const ENTRY_BYTES: usize = 40;

/// What a value of a page may take while the page is decoded: its levels, its length, its prefix.
const VALUE_BYTES: usize = 16;

/// The most that a byte of gzip, and of LZ4, can become.
const GZIP_RATIO: usize = 1_032;
const LZ4_RATIO: usize = 255;

/// Pages of all columns together may hold so many times what one may.
const ALL_PAGES: usize = 4;

fn refused(what: &str) -> ParquetError {
    ParquetError::External(Box::new(Refused(what.to_owned())))
}

fn too_large() -> ParquetError {
    refused("a page of the Parquet file is larger than what is read whole; raise --max-whole")
}

/// What the pages hold from which the values of a batch are.
pub(super) struct Budget {
    page: usize,
    held: AtomicUsize,
    columns: Mutex<Vec<Arc<Held>>>,
}

/// What the pages of one column hold: those that a batch has passed, and the one that it ended in.
#[derive(Default)]
struct Held {
    passed: AtomicUsize,
    last: AtomicUsize,
}

impl Budget {
    pub(super) fn new(whole: usize) -> Arc<Self> {
        Arc::new(Self { page: whole, held: AtomicUsize::new(0), columns: Mutex::default() })
    }

    fn column(&self) -> Arc<Held> {
        let held = Arc::new(Held::default());
        self.columns.lock().expect("no panic while it is held").push(held.clone());
        held
    }

    /// Another page is read.
    fn take(&self, column: &Held, bytes: usize) -> Result<()> {
        column.passed.fetch_add(column.last.swap(bytes, Ordering::Relaxed), Ordering::Relaxed);
        let before = self.held.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.page.saturating_mul(ALL_PAGES) {
            return Err(refused(
                "the pages of the Parquet file that one batch of records needs are too large together; raise --max-whole",
            ));
        }
        Ok(())
    }

    /// The values of a batch are gone, and with them the pages that it passed.
    pub(super) fn settle(&self) {
        for column in &*self.columns.lock().expect("no panic while it is held") {
            self.held.fetch_sub(column.passed.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Pages whose sizes are known to be bearable.
pub(super) struct CheckedPages<R: ChunkReader> {
    pages: SerializedPageReader<R>,
    file: Arc<R>,
    /// Where the next page's header begins, and the column chunk ends.
    at: u64,
    end: u64,
    compression: Compression,
    /// How many lists of levels stand before the values of a page.
    level_lists: usize,
    budget: Arc<Budget>,
    held: Arc<Held>,
}

/// What the header of a page says.
#[derive(Default)]
struct Header {
    kind: i64,
    uncompressed: i64,
    compressed: i64,
    values: i64,
}

const DICTIONARY_PAGE: i64 = 2;
const INDEX_PAGE: i64 = 1;

impl<R: ChunkReader> CheckedPages<R> {
    pub(super) fn new(
        pages: SerializedPageReader<R>,
        file: Arc<R>,
        chunk: &ColumnChunkMetaData,
        budget: &Arc<Budget>,
    ) -> std::result::Result<Self, Trouble> {
        let (at, length) = chunk.byte_range();
        if matches!(chunk.compression(), Compression::BROTLI(_)) {
            // Its decoder in the library has no bound on what it puts out.
            return Err(Trouble::Refused(
                "the Parquet file is compressed with Brotli, which is not read; write it with zstd".to_owned(),
            ));
        }
        let (end, column) = (at.saturating_add(length), chunk.column_descr());
        Ok(Self {
            pages,
            file,
            at,
            end,
            compression: chunk.compression(),
            level_lists: [column.max_def_level(), column.max_rep_level()].iter().filter(|&&level| level > 0).count(),
            budget: budget.clone(),
            held: budget.column(),
        })
    }

    /// Looks at the next page's header, and at its body where the header cannot be relied on.
    fn check(&mut self) -> Result<()> {
        while self.at < self.end {
            let (header, length) = self.header()?;
            let damaged = || ParquetError::General("an implausible page header".to_owned());
            let [uncompressed, compressed, values] =
                [header.uncompressed, header.compressed, header.values].map(usize::try_from);
            let (Ok(uncompressed), Ok(compressed), Ok(values)) = (uncompressed, compressed, values) else {
                return Err(damaged());
            };
            let body = self.at + length as u64;
            self.at = body.checked_add(compressed as u64).filter(|&at| at <= self.end).ok_or_else(damaged)?;
            if header.kind == INDEX_PAGE {
                continue;
            }
            let each = if header.kind == DICTIONARY_PAGE { ENTRY_BYTES } else { VALUE_BYTES };
            let decoded = uncompressed.saturating_add(values.saturating_mul(each));
            if decoded.max(compressed) > self.budget.page {
                return Err(too_large());
            }
            self.check_body(body, compressed, uncompressed)?;
            // Entries of a dictionary are at least as large as one byte each.
            if header.kind == DICTIONARY_PAGE && values > uncompressed {
                return Err(damaged());
            }
            return self.budget.take(&self.held, decoded);
        }
        Ok(())
    }

    /// Decoders of gzip and LZ4 frames go on to the end of what they are given, whatever the header says.
    fn check_body(&self, at: u64, compressed: usize, uncompressed: usize) -> Result<()> {
        match self.compression {
            Compression::GZIP(_) if compressed.saturating_mul(GZIP_RATIO) > self.budget.page => {
                let body = self.file.get_bytes(at, compressed)?;
                let mut decoder = MultiGzDecoder::new(&body[..]).take(uncompressed as u64 + 1);
                let length = std::io::copy(&mut decoder, &mut std::io::sink())?;
                if length > uncompressed as u64 {
                    return Err(refused("a page of the Parquet file is longer than its header says"));
                }
                Ok(())
            }
            Compression::LZ4 if compressed.saturating_mul(LZ4_RATIO) > self.budget.page => Err(too_large()),
            _ => Ok(()),
        }
    }

    fn header(&self) -> Result<(Header, usize)> {
        for bytes in HEADER_BYTES {
            let mut head = Vec::new();
            self.file.get_read(self.at)?.take(bytes as u64).read_to_end(&mut head)?;
            if let Some(found) = page_header(&head) {
                return Ok(found);
            }
            if head.len() < bytes {
                break;
            }
        }
        Err(ParquetError::General("no page header".to_owned()))
    }
}

/// Reads a header, and how long it is.
fn page_header(bytes: &[u8]) -> Option<(Header, usize)> {
    let mut thrift = Thrift { bytes, at: 0 };
    let mut header = Header::default();
    thrift.structure(|thrift, field| {
        match field.id {
            1 => header.kind = thrift.integer(field)?,
            2 => header.uncompressed = thrift.integer(field)?,
            3 => header.compressed = thrift.integer(field)?,
            // The headers of data and dictionary pages; each begins with its number of values.
            5 | 7 | 8 if Thrift::is_structure(field) => thrift.structure(|thrift, field| {
                if field.id == 1 {
                    header.values = header.values.max(thrift.integer(field)?);
                }
                Some(field.id == 1)
            })?,
            _ => return Some(false),
        }
        Some(true)
    })?;
    Some((header, thrift.at))
}

impl<R: ChunkReader> Iterator for CheckedPages<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<R: ChunkReader> PageReader for CheckedPages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.check()?;
        let page = self.pages.get_next_page()?;
        page.map(|page| checked_deltas(page, self.level_lists)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        Err(ParquetError::General("pages are not skipped".to_owned()))
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

/// Encodings of texts by differences say themselves how many there are; that must not be more than the page has.
fn checked_deltas(page: Page, level_lists: usize) -> Result<Page> {
    let (buffer, encoding, values) = match &page {
        Page::DataPage { buf, encoding, num_values, .. } => (&buf[..], *encoding, *num_values),
        Page::DataPageV2 { buf, encoding, num_values, def_levels_byte_len, rep_levels_byte_len, .. } => {
            let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
            (buf.get(levels..).unwrap_or_default(), *encoding, *num_values)
        }
        Page::DictionaryPage { .. } => return Ok(page),
    };
    let lists = match encoding {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return Ok(page),
    };
    let mut at = 0;
    if let Page::DataPage { def_level_encoding, rep_level_encoding, .. } = &page {
        // Levels stand before the values, each list with its length.
        for _ in 0..level_lists {
            if [*def_level_encoding, *rep_level_encoding] != [Encoding::RLE; 2] {
                return Err(ParquetError::NYI("levels of another encoding".to_owned()));
            }
            let length = buffer.get(at..at + 4).and_then(|length| length.try_into().ok()).map(u32::from_le_bytes);
            at = length.map_or(buffer.len(), |length| (at + 4).saturating_add(length as usize).min(buffer.len()));
        }
    }
    let end = (0..lists).try_fold(at, |at, _| end_of_deltas(buffer.get(at..)?, values).map(|end| at + end));
    end.map(|_| page).ok_or_else(|| ParquetError::General("an implausible number of values".to_owned()))
}

/// Where a list of differences ends that has at most so many values.
fn end_of_deltas(bytes: &[u8], values: u32) -> Option<usize> {
    let mut thrift = Thrift { bytes, at: 0 };
    let (block, parts, count) = (thrift.varint()?, thrift.varint()?, thrift.varint()?);
    thrift.varint()?;
    let in_part = block.checked_div(parts)?;
    if count > u64::from(values) || in_part == 0 || !in_part.is_multiple_of(32) {
        return None;
    }
    let mut left = count.saturating_sub(1);
    while left > 0 {
        thrift.varint()?;
        let widths_at = thrift.at;
        let widths = bytes.get(widths_at..widths_at.checked_add(usize::try_from(parts).ok()?)?)?;
        thrift.at += widths.len();
        for &width in widths {
            if left == 0 {
                break;
            }
            let packed = usize::try_from(u64::from(width).checked_mul(in_part)? / 8).ok()?;
            thrift.at = thrift.at.checked_add(packed)?;
            left = left.saturating_sub(in_part);
        }
        if thrift.at > bytes.len() {
            return None;
        }
    }
    Some(thrift.at)
}
