//! The footer of a Parquet file: checked before the library builds trees from it.

use super::failure::Failure;
use super::thrift::Thrift;
use crate::limits::Limits;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::ChunkReader;
use std::io::Read as _;

/// Length of the footer, and the magic after it.
const TAIL_BYTES: u64 = 8;

/// Divisor for a footer's share of the memory limit: in memory it is many times as large.
const PART: usize = 16;

/// Maximum bytes of the paths of all leaves.
const PATHS_BYTES: usize = 16 << 20;

pub(super) fn read<R: ChunkReader>(file: &R, limits: &Limits) -> Result<ParquetMetaData, Failure> {
    let refused = |what: &str| Failure::Limit(what.to_owned());
    let Some(tail_at) = file.len().checked_sub(TAIL_BYTES) else {
        return Err(refused("the Parquet file is truncated"));
    };
    let mut tail = [0; TAIL_BYTES as usize];
    file.get_read(tail_at)?.read_exact(&mut tail)?;
    let [a, b, c, d, magic @ ..] = tail;
    match &magic {
        b"PAR1" => {}
        b"PARE" => return Err(refused("the Parquet file is encrypted; decrypt it first")),
        _ => return Err(refused("the Parquet file is truncated: its footer is missing")),
    }
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if length > limits.whole / PART {
        return Err(refused(
            "the footer of the Parquet file is larger than a sixteenth of the memory limit; raise --max-whole",
        ));
    }
    let Some(at) = tail_at.checked_sub(length as u64) else { return Err(refused("the Parquet file is truncated")) };
    let footer = file.get_bytes(at, length)?;
    match is_shallow(&footer, limits.depth) {
        Some(true) => Ok(ParquetMetaDataReader::new().parse_and_finish(file)?),
        Some(false) => Err(refused(
            "the columns of the Parquet file are nested too deep, or their names are too long; raise --max-depth",
        )),
        None => Err(refused("the footer of the Parquet file is damaged")),
    }
}

/// Whether the tree of columns can be built: not too deep for the stack, and no paths that fill the
/// memory.
fn is_shallow(footer: &[u8], depth: usize) -> Option<bool> {
    let mut thrift = Thrift { bytes: footer, at: 0 };
    let mut is_shallow = true;
    thrift.structure(|thrift, field| {
        // FileMetaData.schema, depth first.
        if field.id != 2 {
            return Some(false);
        }
        // For each open level: how many children remain, and the length of the path up to it.
        let mut open: Vec<(i64, usize)> = Vec::new();
        let mut paths = 0_usize;
        for _ in 0..thrift.structures(field)? {
            let (mut name, mut children) = (0, 0);
            thrift.structure(|thrift, field| {
                match field.id {
                    4 => name = thrift.binary(field)?,
                    5 => children = thrift.integer(field)?,
                    _ => return Some(false),
                }
                Some(true)
            })?;
            while open.last().is_some_and(|(left, _)| *left <= 0) {
                open.pop();
            }
            let path = open.last_mut().map_or(0, |(left, path)| {
                *left -= 1;
                *path
            });
            // Each part of a path is a string of its own.
            let path = path.saturating_add(name).saturating_add(size_of::<String>());
            paths = paths.saturating_add(path);
            if children > 0 {
                open.push((children, path));
            }
            is_shallow &= open.len() <= depth && paths <= PATHS_BYTES;
        }
        Some(true)
    })?;
    Some(is_shallow)
}
