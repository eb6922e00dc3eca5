//! Lines of bounded length.

use std::io::{self, BufRead};

/// Longest line that is looked at, in bytes; a longer one is skipped to its end and counted. It bounds memory.
pub(crate) const LINE_BYTES: usize = 1 << 20;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line is in the buffer, with its line end.
    Read,
    /// A line was too long and has been skipped.
    Skipped,
    /// There are no more.
    End,
}

/// Reads the next line into the buffer, which is cleared first.
pub(crate) fn read(text: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut skipping = false;
    loop {
        let available = text.fill_buf()?;
        if available.is_empty() {
            return Ok(match (skipping, line.is_empty()) {
                (true, _) => Line::Skipped,
                (false, true) => Line::End,
                (false, false) => Line::Read,
            });
        }
        let end = memchr::memchr(b'\n', available).map(|at| at + 1);
        let taken = &available[..end.unwrap_or(available.len())];
        skipping |= line.len() + taken.len() > LINE_BYTES;
        if !skipping {
            line.extend_from_slice(taken);
        }
        let count = taken.len();
        text.consume(count);
        if end.is_some() {
            return Ok(if skipping { Line::Skipped } else { Line::Read });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_too_long_is_skipped_and_the_next_one_read() {
        let long = [vec![b'1'; LINE_BYTES + 1], b"\nnext\nlast".to_vec()].concat();
        let mut text = io::BufReader::with_capacity(1 << 16, &long[..]);
        let mut line = Vec::new();
        assert_eq!(read(&mut text, &mut line).expect("memory"), Line::Skipped);
        assert_eq!(read(&mut text, &mut line).expect("memory"), Line::Read);
        assert_eq!(line, b"next\n");
        assert_eq!(read(&mut text, &mut line).expect("memory"), Line::Read);
        assert_eq!(line, b"last");
        assert_eq!(read(&mut text, &mut line).expect("memory"), Line::End);
    }
}
