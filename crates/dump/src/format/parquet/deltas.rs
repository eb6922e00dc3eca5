//! Delta encodings of texts, which state their own number of values: checked before the library
//! allocates by it.

use super::thrift::Thrift;
use parquet::basic::Encoding;
use parquet::column::page::Page;
use parquet::errors::{ParquetError, Result};

/// Delta encodings of texts state their own number of values, which must not be more than the
/// page's.
pub(super) fn checked_deltas(page: Page, level_lists: usize) -> Result<Page> {
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
        // Levels precede the values, each list with its length.
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

/// The end of a delta-encoded list, if it has at most this many values.
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
