//! The text of a block, of which some bytes may not be UTF-8.

use super::columns::Columns;
use std::borrow::Cow;

/// The text of bytes that begin at this position. Invalid ones are counted, and affect no other
/// characters.
pub(super) fn utf8<'b>(bytes: &'b [u8], at: u64, columns: &Columns) -> Cow<'b, str> {
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            let count = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
            columns.add_unreadable(count as u64, at + error.valid_up_to() as u64);
            String::from_utf8_lossy(bytes)
        }
    }
}
