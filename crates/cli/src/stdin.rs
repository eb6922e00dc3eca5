//! Values from standard input, one a line, of bounded length.

use std::io::{self, BufRead as _, BufReader, Read, StdinLock};

/// Longest line that is read, in bytes; the rest of a longer one is passed over, and it is no number.
const LINE_BYTES: u64 = 4_096;

/// Lines read together, at most: many enough for batches, few enough to see answers come.
const LINES: usize = 512;

/// Standard input, line by line.
pub(crate) struct Lines<R>(BufReader<R>);

impl Lines<StdinLock<'static>> {
    pub(crate) fn of_stdin() -> Self {
        Self(BufReader::new(io::stdin().lock()))
    }
}

impl<R: Read> Lines<R> {
    /// The next lines, without their line feeds; none at the end. Waits for one, and takes what else has arrived, so that
    /// whoever asks line by line is answered. What is not UTF-8 becomes a character that no kind has.
    pub(crate) fn read(&mut self) -> io::Result<Vec<String>> {
        let mut lines = Vec::new();
        while lines.is_empty() || (lines.len() < LINES && self.0.buffer().contains(&b'\n')) {
            let mut line = Vec::new();
            if self.0.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            } else if line.len() as u64 == LINE_BYTES {
                self.0.skip_until(b'\n')?;
            }
            lines.push(String::from_utf8_lossy(&line).into_owned());
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything, in as many readings as it takes.
    fn read_all(mut input: Lines<&[u8]>) -> Vec<Vec<String>> {
        std::iter::from_fn(|| Some(input.read().expect("memory")).filter(|lines| !lines.is_empty())).collect()
    }

    #[test]
    fn every_line_counts_and_a_long_one_is_cut() {
        let text = format!("a\n\n{}\nb", "1".repeat(100_000));
        let lines = read_all(Lines(BufReader::new(text.as_bytes()))).concat();
        assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [1, 0, LINE_BYTES as usize, 1]);
    }

    #[test]
    fn what_has_arrived_is_not_held_back_for_more() {
        let lines = read_all(Lines(BufReader::with_capacity(2, &b"a\nb"[..])));
        assert_eq!(lines, [["a"], ["b"]]);
    }
}
