//! Doors for the fuzz targets in `tests/fuzz`, one a reader of what strangers write. Nothing else may use them.

mod documents;
mod inputs;
mod tables;
mod texts;

pub use documents::json;
pub use inputs::{containers, decoded};
pub use tables::{parquet, sql, xlsx};
pub use texts::text;

use std::io::Read;

/// A reader that gives three bytes at a time.
struct Dripping<'b>(&'b [u8]);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(3);
        self.0.read(&mut buffer[..count])
    }
}
