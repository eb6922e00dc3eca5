//! A reader that gives three bytes at a time.

use std::io::Read;

pub(super) struct Dripping<'b>(pub(super) &'b [u8]);

impl Read for Dripping<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(3);
        self.0.read(&mut buffer[..count])
    }
}
