//! The text of a block, of which some bytes may not be UTF-8.

use super::columns::Columns;
use std::borrow::Cow;

/// The text of bytes. Invalid ones are counted, and affect no other characters.
pub(super) fn utf8<'b>(bytes: &'b [u8], columns: &Columns) -> Cow<'b, str> {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let count = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    columns.add_unreadable(count as u64);
    String::from_utf8_lossy(bytes)
}
