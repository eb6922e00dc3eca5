//! The pages of a column, each checked before the library allocates by its header.

use super::brotli::BrotliPages;
use super::deltas::checked_deltas;
use super::failure::{Failure, LimitExceeded};
use super::thrift::Thrift;
use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;
use std::io::Read as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// How much is read to find the end of a page's header: most have some tens of bytes, but
/// statistics may be long.
const HEADER_BYTES: [usize; 3] = [1 << 10, 64 << 10, 4 << 20];

/// Memory of a dictionary entry, beside its bytes.
const ENTRY_BYTES: usize = 40;

/// Maximum memory of a value while its page is decoded: levels, length, prefix.
const VALUE_BYTES: usize = 16;

/// Maximum expansion of a byte of gzip, and of LZ4.
const GZIP_RATIO: usize = 1_032;
const LZ4_RATIO: usize = 255;

/// Pages of all columns together may hold this many times the limit of one.
const ALL_PAGES: usize = 4;

fn refused(what: &str) -> ParquetError {
    ParquetError::External(Box::new(LimitExceeded(what.to_owned())))
}

fn too_large() -> ParquetError {
    refused("a page of the Parquet file is larger than the memory limit; raise --max-whole")
}

/// Memory of the pages that the values of a batch come from.
pub(super) struct Budget {
    page: usize,
    held: AtomicUsize,
    columns: Mutex<Vec<Arc<Held>>>,
}

/// Memory of the pages of one column: those that a batch has passed, and the one that it ended in.
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

    /// Counts another page.
    fn take(&self, column: &Held, bytes: usize) -> Result<()> {
        column.passed.fetch_add(column.last.swap(bytes, Ordering::Relaxed), Ordering::Relaxed);
        let before = self.held.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.page.saturating_mul(ALL_PAGES) {
            return Err(refused(
                "the pages of the Parquet file that one batch of records needs are too large in total; raise --max-whole",
            ));
        }
        Ok(())
    }

    /// Releases the pages that a batch passed, after its values have been delivered.
    pub(super) fn release_passed(&self) {
        for column in &*self.columns.lock().expect("no panic while it is held") {
            self.held.fetch_sub(column.passed.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Pages whose sizes have been checked.
pub(super) struct CheckedPages<R: ChunkReader> {
    pages: Box<dyn PageReader>,
    file: Arc<R>,
    /// Position of the next page's header, and of the end of the column chunk.
    at: u64,
    end: u64,
    compression: Compression,
    /// How many lists of levels precede the values of a page.
    level_lists: usize,
    budget: Arc<Budget>,
    held: Arc<Held>,
}

/// The fields of a page header.
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
    /// The pages of a column chunk, in a row group of this many rows.
    pub(super) fn new(
        file: Arc<R>,
        chunk: &ColumnChunkMetaData,
        rows: usize,
        budget: &Arc<Budget>,
    ) -> std::result::Result<Self, Failure>
    where
        R: 'static,
    {
        let (at, length) = chunk.byte_range();
        let (end, column) = (at.saturating_add(length), chunk.column_descr());
        let pages: Box<dyn PageReader> = match chunk.compression() {
            Compression::BROTLI(_) => Box::new(BrotliPages::new(file.clone(), at, end)),
            Compression::LZO => {
                return Err(Failure::Limit(
                    "the Parquet file is compressed with LZO, which is not supported; write it with zstd".to_owned(),
                ));
            }
            _ => Box::new(SerializedPageReader::new(file.clone(), chunk, rows, None)?),
        };
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

    /// Checks the next page's header, and its body where the header is not reliable.
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
            // Entries of a dictionary have at least one byte each.
            if header.kind == DICTIONARY_PAGE && values > uncompressed {
                return Err(damaged());
            }
            return self.budget.take(&self.held, decoded);
        }
        Ok(())
    }

    /// Decoders of gzip and LZ4 frames decode all of their input, whatever the header says.
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

/// Parses a header, and returns its length.
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
