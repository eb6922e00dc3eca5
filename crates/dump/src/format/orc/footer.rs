//! The end of an ORC file: how it is compressed, its columns, where its stripes are.

use super::damage::broken;
use super::proto::{Message, Value};
use super::stream::{self, Source};
use crate::format::codec::Codec;
use crate::format::records::damaged;
use crate::limits::Limits;
use parquet::file::reader::ChunkReader;
use std::io;

/// Divisor for a footer's share of the memory limit: in memory it is many times as large.
const PART: usize = 16;

/// Maximum columns, nested ones too.
const TYPES: usize = 65_536;

/// The longest block of a stream that is read, whatever the file states.
const BLOCK_BYTES: usize = 64 << 20;

pub(super) struct Footer {
    pub(super) types: Vec<Type>,
    pub(super) stripes: Vec<Stripe>,
}

/// A column: its kind, as the format numbers them, and the columns in it.
#[derive(Default)]
pub(super) struct Type {
    pub(super) kind: u64,
    pub(super) inside: Vec<usize>,
    pub(super) names: Vec<String>,
}

/// Where a stripe is.
#[derive(Default)]
pub(super) struct Stripe {
    pub(super) at: u64,
    pub(super) index: u64,
    pub(super) data: u64,
    pub(super) footer: u64,
    pub(super) rows: u64,
}

pub(super) fn read<R: ChunkReader>(file: R, limits: &Limits) -> io::Result<(Source<R>, Footer)> {
    let length = file.len();
    let truncated = || damaged("the ORC file is truncated: its footer is missing", length);
    let tail_at = length.checked_sub(1).ok_or_else(truncated)?;
    let plain = Source::new(file, limits.whole);
    let end = u64::from(plain.bytes(tail_at, 1)?[0]);
    let postscript_at = tail_at.checked_sub(end).ok_or_else(truncated)?;
    let postscript = plain.bytes(postscript_at, end)?;
    let (mut footer, mut compression, mut block, mut magic) = (0, 0, 256 << 10, &b""[..]);
    let is_whole = Message(&postscript).each(|number, value| match number {
        1 => footer = value.number(),
        2 => compression = value.number(),
        3 => block = value.number(),
        8000 => magic = value.bytes(),
        _ => {}
    });
    if !is_whole || magic != b"ORC" {
        return Err(truncated());
    }
    let codec = match compression {
        0 => None,
        1 => Some(Codec::Deflate),
        2 => Some(Codec::Snappy),
        4 => Some(Codec::Lz4),
        5 => Some(Codec::Zstd),
        3 => return Err(damaged("the ORC file is compressed with LZO, which is not read; write it with zlib", 0)),
        _ => return Err(damaged("the ORC file is compressed with an unsupported method; write it with zlib", 0)),
    };
    if footer > (limits.whole / PART) as u64 {
        let what = "the footer of the ORC file is larger than a sixteenth of the memory limit; raise --max-whole";
        return Err(damaged(what, 0));
    }
    let block = usize::try_from(block).unwrap_or(usize::MAX).min(BLOCK_BYTES).min(limits.whole);
    let source = plain.compressed(codec, block);
    let at = postscript_at.checked_sub(footer).ok_or_else(truncated)?;
    let bytes = stream::whole(&source, at, footer, limits.whole / PART * 4)?;
    Ok((source, parsed(&bytes, length, limits)?))
}

fn parsed(bytes: &[u8], length: u64, limits: &Limits) -> io::Result<Footer> {
    let (mut footer, mut is_valid, mut is_encrypted) = (Footer { types: Vec::new(), stripes: Vec::new() }, true, false);
    let is_whole = Message(bytes).each(|number, value| match number {
        3 => {
            let mut stripe = Stripe::default();
            is_valid &= Message(value.bytes()).each(|number, value| match number {
                1 => stripe.at = value.number(),
                2 => stripe.index = value.number(),
                3 => stripe.data = value.number(),
                4 => stripe.footer = value.number(),
                5 => stripe.rows = value.number(),
                _ => {}
            });
            footer.stripes.push(stripe);
        }
        4 if footer.types.len() < TYPES => {
            let mut column = Type::default();
            is_valid &= Message(value.bytes()).each(|number, value| match (number, value) {
                (1, value) => column.kind = value.number(),
                (2, Value::Number(place)) => column.inside.push(place as usize),
                (2, Value::Bytes(packed)) => {
                    let mut packed = Message(packed);
                    while let Some(place) = packed.varint() {
                        column.inside.push(place as usize);
                    }
                }
                (3, value) => column.names.push(String::from_utf8_lossy(value.bytes()).into_owned()),
                _ => {}
            });
            footer.types.push(column);
        }
        10 => is_encrypted = true,
        _ => {}
    });
    if is_encrypted {
        return Err(damaged("the ORC file has encrypted columns; decrypt it first", length));
    }
    // A column is behind the one that it is in, so that none contains itself.
    let mut depths = vec![1; footer.types.len()];
    for (place, column) in footer.types.iter().enumerate() {
        for &inner in &column.inside {
            if inner <= place || inner >= footer.types.len() {
                return Err(broken());
            }
            depths[inner] = depths[place] + 1;
        }
    }
    if !is_whole || !is_valid || footer.types.is_empty() {
        return Err(broken());
    }
    if depths.iter().any(|&depth| depth > limits.depth.min(256)) {
        return Err(damaged("the columns of the ORC file are nested too deep; raise --max-depth", length));
    }
    Ok(footer)
}
