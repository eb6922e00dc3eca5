//! Values from standard input, one a line, of bounded length, or one that is asked for and not shown.

use anyhow::{Context as _, Result, bail};
use exposure_identifier::Kind;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read, StdinLock};

/// Longest line that is read, in bytes; the rest of a longer one is passed over, and it is no number.
const LINE_BYTES: u64 = 4_096;

/// Bytes taken from a file at once: as many lines as are ever answered together. A pipe gives 64 KiB at most, some thousands of
/// numbers.
const READ_BYTES: usize = 1 << 20;

/// Lines read together, at most, where nothing else is said: many enough for batches, few enough to see answers come.
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

    /// Reads up to so many lines together.
    pub(crate) fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The next lines, without their line feeds; none at the end. Waits for one, and takes what else has arrived, so that
    /// whoever asks line by line is answered, at a terminal or through a pipe. What is not UTF-8 becomes a character that
    /// no kind has.
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

/// Asks for a value without showing it.
pub(crate) fn ask_for_one(kind: &Kind) -> Result<String> {
    if !io::stdin().is_terminal() {
        bail!("there is no terminal to ask for a number on; give numbers with --stdin, one a line");
    }
    let prompt = format!("{} (not shown): ", kind.label.en);
    rpassword::prompt_password(prompt).context("cannot read from the terminal")
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
        let lines = read_all(Lines::of(text.as_bytes())).concat();
        assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [1, 0, LINE_BYTES as usize, 1]);
    }

    #[test]
    fn what_has_arrived_is_not_held_back_for_more() {
        let input = BufReader::with_capacity(2, &b"a\nb"[..]);
        assert_eq!(read_all(Lines { input, most: LINES }), [["a"], ["b"]]);
    }

    #[test]
    fn many_are_read_together_and_no_more_than_may_be() {
        let text = "15400000000\n".repeat(40_000);
        let sizes = |most| read_all(Lines::of(text.as_bytes()).at_most(most)).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(30_000), [30_000, 10_000]);
        assert_eq!(sizes(LINES).len(), 40_000_usize.div_ceil(LINES));
        // A line across two readings stays whole.
        let text = "15400000000\n".repeat(READ_BYTES / 12 + 2);
        let lines = read_all(Lines::of(text.as_bytes()).at_most(usize::MAX));
        assert_eq!(lines.len(), 2);
        assert!(lines.concat().iter().all(|line| line.len() == 11));
    }

    #[test]
    fn what_is_not_text_is_a_line_like_any_other() {
        let lines = read_all(Lines::of(&b"1\xff2\n\xf0\x9f\n3"[..])).concat();
        assert_eq!(lines, ["1\u{fffd}2", "\u{fffd}", "3"]);
    }
}
