//! Reads values: lines of bounded length from standard input, or one value from a prompt without
//! echo.

use anyhow::{Context as _, Result, bail};
use exposure_identifier::Kind;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read, StdinLock};

/// Longest line that is read, in bytes. The rest of a longer line is skipped; no identifier is that
/// long.
const LINE_BYTES: u64 = 4_096;

/// Buffer size in bytes: holds the largest batch of lines. A pipe delivers at most 64 KiB at a
/// time, which is some thousands of numbers.
const READ_BYTES: usize = 1 << 20;

/// Default maximum of lines per batch: large enough for batches, small enough for prompt answers.
const LINES: usize = 512;

/// Standard input, line by line.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    most: usize,
}

impl Lines<StdinLock<'static>> {
    pub(crate) fn of_stdin() -> Self {
        Self::of(io::stdin().lock())
    }
}

impl<R: Read> Lines<R> {
    pub(crate) fn of(input: R) -> Self {
        Self { input: BufReader::with_capacity(READ_BYTES, input), most: LINES }
    }

    /// Sets the maximum of lines per batch.
    pub(crate) fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The next batch of lines, without line feeds; empty at the end. Waits for one line and adds
    /// those already buffered, so that a line sent alone is answered at once, from a terminal or a
    /// pipe. Invalid UTF-8 becomes U+FFFD, which no kind accepts.
    pub(crate) fn read(&mut self) -> io::Result<Vec<String>> {
        let mut lines = Vec::new();
        while lines.is_empty() || (lines.len() < self.most && self.input.buffer().contains(&b'\n')) {
            let mut line = Vec::new();
            if self.input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.last() == Some(&b'\n') {
                line.pop();
            } else if line.len() as u64 == LINE_BYTES {
                self.input.skip_until(b'\n')?;
            }
            lines.push(String::from_utf8_lossy(&line).into_owned());
        }
        Ok(lines)
    }
}

/// Prompts for a value without echo.
pub(crate) fn ask_for_one(kind: &Kind) -> Result<String> {
    if !io::stdin().is_terminal() {
        bail!("no terminal to prompt for a value; pass values with --stdin, one per line");
    }
    let prompt = format!("{} (not echoed): ", kind.label.en);
    rpassword::prompt_password(prompt).context("cannot read from the terminal")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All batches.
    fn read_all(mut input: Lines<&[u8]>) -> Vec<Vec<String>> {
        std::iter::from_fn(|| Some(input.read().expect("memory")).filter(|lines| !lines.is_empty())).collect()
    }

    #[test]
    fn empty_lines_are_kept_and_long_lines_are_truncated() {
        let text = format!("a\n\n{}\nb", "1".repeat(100_000));
        let lines = read_all(Lines::of(text.as_bytes())).concat();
        assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [1, 0, LINE_BYTES as usize, 1]);
    }

    #[test]
    fn a_complete_line_is_returned_without_waiting_for_more() {
        let input = BufReader::with_capacity(2, &b"a\nb"[..]);
        assert_eq!(read_all(Lines { input, most: LINES }), [["a"], ["b"]]);
    }

    #[test]
    fn batches_are_large_and_bounded() {
        let text = "15400000000\n".repeat(40_000);
        let sizes = |most| read_all(Lines::of(text.as_bytes()).at_most(most)).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(30_000), [30_000, 10_000]);
        assert_eq!(sizes(LINES).len(), 40_000_usize.div_ceil(LINES));
        // A line that straddles two reads stays whole.
        let text = "15400000000\n".repeat(READ_BYTES / 12 + 2);
        let lines = read_all(Lines::of(text.as_bytes()).at_most(usize::MAX));
        assert_eq!(lines.len(), 2);
        assert!(lines.concat().iter().all(|line| line.len() == 11));
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        let lines = read_all(Lines::of(&b"1\xff2\n\xf0\x9f\n3"[..])).concat();
        assert_eq!(lines, ["1\u{fffd}2", "\u{fffd}", "3"]);
    }
}
