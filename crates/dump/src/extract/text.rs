//! The text of a block, of which some bytes may not be UTF-8.

use super::columns::Columns;
use crate::format::blocks::Block;
use std::borrow::Cow;

/// The text of a block. Invalid bytes are counted, and affect no other characters.
pub(super) fn utf8<'b>(block: &'b Block, columns: &Columns) -> Cow<'b, str> {
    lossy(&block.text, columns)
}

/// The same for any bytes.
pub(super) fn lossy<'b>(bytes: &'b [u8], columns: &Columns) -> Cow<'b, str> {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let count = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    columns.add_unreadable(count as u64);
    String::from_utf8_lossy(bytes)
}
