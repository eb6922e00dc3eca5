//! Pages compressed with Brotli: the library's decoder does not bound its output, and brings the
//! compressor along.

use super::thrift::Thrift;
use brotli_decompressor::Decompressor;
use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::ChunkReader;
use std::io::Read as _;
use std::sync::Arc;

/// How much is read to find the end of a page's header; the sizes were checked before.
const HEADER_BYTES: u64 = 4 << 20;

/// Bytes that the decoder reads at a time.
const READ_BYTES: usize = 64 << 10;

const DATA_PAGE: i64 = 0;
const DICTIONARY_PAGE: i64 = 2;
const DATA_PAGE_2: i64 = 3;

/// The pages of a column chunk.
pub(super) struct BrotliPages<R> {
    file: Arc<R>,
    at: u64,
    end: u64,
}

/// The fields of a page header; those of the page itself by their numbers.
#[derive(Default)]
struct Header {
    kind: i64,
    uncompressed: i64,
    compressed: i64,
    fields: [i64; 8],
    is_stored: bool,
}

fn damaged() -> ParquetError {
    ParquetError::General("an implausible page".to_owned())
}

impl<R: ChunkReader> BrotliPages<R> {
    pub(super) fn new(file: Arc<R>, at: u64, end: u64) -> Self {
        Self { file, at, end }
    }

    fn next_page(&mut self) -> Result<Option<Page>> {
        while self.at < self.end {
            let mut head = Vec::new();
            let most = HEADER_BYTES.min(self.end - self.at);
            // Most headers are short.
            for bytes in [1 << 10, most] {
                head.clear();
                self.file.get_read(self.at)?.take(bytes.min(most)).read_to_end(&mut head)?;
                if header(&head).is_some() {
                    break;
                }
            }
            let (header, length) = header(&head).ok_or_else(damaged)?;
            let compressed = usize::try_from(header.compressed).map_err(|_| damaged())?;
            let body = self.at + length as u64;
            self.at = body.checked_add(compressed as u64).filter(|&at| at <= self.end).ok_or_else(damaged)?;
            let body = self.file.get_bytes(body, compressed)?;
            if let Some(page) = page(&header, &body)? {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }
}

fn header(bytes: &[u8]) -> Option<(Header, usize)> {
    let mut thrift = Thrift { bytes, at: 0 };
    let mut header = Header::default();
    thrift.structure(|thrift, field| {
        match field.id {
            1 => header.kind = thrift.integer(field)?,
            2 => header.uncompressed = thrift.integer(field)?,
            3 => header.compressed = thrift.integer(field)?,
            5 | 7 | 8 if Thrift::is_structure(field) => thrift.structure(|thrift, field| {
                match usize::try_from(field.id) {
                    Ok(id @ 1..=6) if Thrift::is_integer(field) => header.fields[id] = thrift.integer(field)?,
                    Ok(7) => header.is_stored = Thrift::is_false(field),
                    _ => return Some(false),
                }
                Some(field.id != 7)
            })?,
            _ => return Some(false),
        }
        Some(true)
    })?;
    Some((header, thrift.at))
}

/// The page with this header; `None` if it holds no values.
fn page(header: &Header, body: &Bytes) -> Result<Option<Page>> {
    let field = |number: usize| u32::try_from(header.fields[number]).map_err(|_| damaged());
    let encoding = |number: usize| encoding_of(header.fields[number]);
    let uncompressed = usize::try_from(header.uncompressed).map_err(|_| damaged())?;
    let page = match header.kind {
        DATA_PAGE => Page::DataPage {
            buf: decompressed(body, uncompressed)?,
            num_values: field(1)?,
            encoding: encoding(2)?,
            def_level_encoding: encoding(3)?,
            rep_level_encoding: encoding(4)?,
            statistics: None,
        },
        DICTIONARY_PAGE => Page::DictionaryPage {
            buf: decompressed(body, uncompressed)?,
            num_values: field(1)?,
            encoding: encoding(2)?,
            is_sorted: false,
        },
        DATA_PAGE_2 => {
            let (defined, repeated) = (field(5)?, field(6)?);
            // Levels are never compressed.
            let levels = usize::try_from(u64::from(defined) + u64::from(repeated)).map_err(|_| damaged())?;
            let rest = uncompressed.checked_sub(levels).filter(|_| levels <= body.len()).ok_or_else(damaged)?;
            let buf = if header.is_stored || rest == 0 {
                body.clone()
            } else {
                [&body[..levels], &decompressed(&body.slice(levels..), rest)?].concat().into()
            };
            Page::DataPageV2 {
                buf,
                num_values: field(1)?,
                encoding: encoding(4)?,
                num_nulls: field(2)?,
                num_rows: field(3)?,
                def_levels_byte_len: defined,
                rep_levels_byte_len: repeated,
                is_compressed: false,
                statistics: None,
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(page))
}

/// As many bytes as the header says, and not more.
fn decompressed(body: &[u8], length: usize) -> Result<Bytes> {
    let mut plain = Vec::new();
    Decompressor::new(body, READ_BYTES).take(length as u64 + 1).read_to_end(&mut plain).map_err(|_| damaged())?;
    if plain.len() == length { Ok(plain.into()) } else { Err(damaged()) }
}

fn encoding_of(number: i64) -> Result<Encoding> {
    Ok(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return Err(ParquetError::NYI("another encoding".to_owned())),
    })
}

impl<R: ChunkReader> Iterator for BrotliPages<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_page().transpose()
    }
}

impl<R: ChunkReader> PageReader for BrotliPages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.next_page()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        Err(ParquetError::General("pages are not looked at".to_owned()))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        Err(ParquetError::General("pages are not skipped".to_owned()))
    }

    /// A record may go on in the next page.
    fn at_record_boundary(&mut self) -> Result<bool> {
        Ok(self.at >= self.end)
    }
}
