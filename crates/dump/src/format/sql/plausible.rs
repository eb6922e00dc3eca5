//! How plausible it is that a text is SQL, by its head.
//!
//! Anything may stand before a dump, and between its statements: messages of clients, prompts, time
//! stamps. So it is not the first line that counts, but how much of the head statements explain.

use super::beginnings::{AHEAD_BYTES, Reach, beginning_of};
use super::resume::begins_within;
use super::word::first_word;

/// Confidence where the first line that is no comment begins a statement.
const SURE: f64 = 0.99;

/// Lines of a statement that are believed without its end.
const LINES: usize = 500;

/// Bytes of a line that are examined.
const LINE_BYTES: usize = 4 << 10;

/// What the lines of a text are, in bytes.
#[derive(Default)]
struct Lines {
    /// Of statements.
    explained: usize,
    /// Of lines with a statement behind something else.
    within: usize,
    other: usize,
    statements: usize,
    tuples: usize,
    is_first_statement: Option<bool>,
}

/// Whether the line is inside of something that began on a line before.
enum Inside {
    Nothing,
    Comment,
    /// The lines so far.
    Statement(usize),
    /// Lines after COPY, up to `\.`.
    Copied,
}

/// The confidence that a text is SQL: 1 is certain. `None` if nothing in it is like a statement.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let lines = lines_of(head.strip_prefix('\u{feff}').unwrap_or(head));
    if lines.statements == 0 && lines.tuples == 0 && lines.within == 0 {
        return None;
    }
    if lines.is_first_statement == Some(true) && lines.statements > 0 {
        return Some(SURE);
    }
    let all = (lines.explained + lines.within + lines.other).max(1) as f64;
    let (explained, within) = (lines.explained as f64 / all, lines.within as f64 / all);
    // A log with statements in it may be running text just as well.
    Some(if lines.statements > 0 {
        0.3 + 0.65 * explained + 0.2 * within
    } else {
        0.2 + 0.4 * explained + 0.2 * within
    })
}

fn lines_of(head: &str) -> Lines {
    let mut lines = Lines::default();
    let mut inside = Inside::Nothing;
    for line in head.lines() {
        let text = line.trim_start();
        if !text.is_empty() {
            inside = lines.line(line, text.as_bytes(), inside);
        }
    }
    lines
}

impl Lines {
    fn line(&mut self, line: &str, text: &[u8], inside: Inside) -> Inside {
        match inside {
            Inside::Comment if line.contains("*/") => return Inside::Nothing,
            Inside::Comment => return Inside::Comment,
            Inside::Copied => {
                self.explained += text.len();
                return if line == "\\." { Inside::Nothing } else { Inside::Copied };
            }
            _ => {}
        }
        let ends = line.trim_end().ends_with(';');
        let beginning = beginning_of(&text[..text.len().min(AHEAD_BYTES)]);
        let is_comment = beginning.is_some_and(|known| known.reach == Reach::Comment)
            || text.starts_with(b"--")
            || text.starts_with(b"#")
            || text.starts_with(b"/*");
        if is_comment {
            let is_statement = beginning.is_some();
            self.statements += usize::from(is_statement);
            if is_statement {
                self.is_first_statement.get_or_insert(true);
            }
            let is_open = text.starts_with(b"/*") && !line.contains("*/");
            return if is_open { Inside::Comment } else { inside };
        }
        if text.to_ascii_uppercase().starts_with(b"COPY ") && line.to_ascii_lowercase().contains(" from stdin") {
            self.statement(text.len());
            return Inside::Copied;
        }
        let is_statement = beginning.is_some_and(|known| known.is_sure || is_complete(text, ends));
        if is_statement {
            self.statement(text.len());
            let reaches_on = beginning.is_some_and(|known| known.reach == Reach::Semicolon) && !ends;
            return if reaches_on { Inside::Statement(0) } else { Inside::Nothing };
        }
        if is_tuple(text) {
            self.tuples += 1;
            self.explained += text.len();
            self.is_first_statement.get_or_insert(false);
            return if ends { Inside::Nothing } else { inside };
        }
        if let Inside::Statement(count) = inside {
            self.explained += text.len();
            return if ends || count == LINES { Inside::Nothing } else { Inside::Statement(count + 1) };
        }
        self.is_first_statement.get_or_insert(false);
        let examined = &text[..text.len().min(LINE_BYTES)];
        if (1..examined.len()).any(|at| begins_within(examined, at)) {
            self.within += text.len();
        } else {
            self.other += text.len();
        }
        Inside::Nothing
    }

    fn statement(&mut self, bytes: usize) {
        self.statements += 1;
        self.explained += bytes;
        self.is_first_statement.get_or_insert(true);
    }
}

/// Whether a line that may be a sentence is a statement: its other words are there.
fn is_complete(line: &[u8], ends: bool) -> bool {
    let head = line[..line.len().min(LINE_BYTES)].to_ascii_uppercase();
    let has = |words: &[u8]| memchr::memmem::find(&head, words).is_some();
    let has_quote = has(b"'") || has(b"\"");
    match &first_word(&head)[..] {
        b"UPDATE" => has(b" SET ") && has(b"="),
        b"DELETE" => has(b" FROM ") && ends,
        b"SELECT" => has_quote && (has(b" AS ") || has(b" FROM ")) || ends && has(b"("),
        b"MERGE" | b"INSERT" | b"REPLACE" | b"UPSERT" | b"INS" => has(b"VALUE") || has(b" SET ") || has(b"SELECT"),
        b"CALL" => has(b"(") && has_quote,
        b"EXEC" | b"EXECUTE" => has_quote,
        b"WITH" => has(b" AS ") && has(b"("),
        b"VALUES" => has(b"("),
        b"GO" | b"COMMIT" | b"BEGIN" | b"END" => head.trim_ascii().len() <= 12,
        b"SET" | b"USE" | b"DROP" | b"ALTER" | b"CREATE" | b"GRANT" | b"TRUNCATE" | b"ROLLBACK" => ends,
        b"REM" | b"REMARK" | b"PROMPT" | b"SPOOL" => true,
        _ => false,
    }
}

/// Whether a line is a tuple of an INSERT that began further up.
fn is_tuple(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let line = line.strip_prefix(b",").unwrap_or(line).trim_ascii_start();
    let Some(inner) = line.strip_prefix(b"(") else { return false };
    let inner = inner.strip_suffix(b",").or_else(|| inner.strip_suffix(b";")).unwrap_or(inner);
    let Some(inner) = inner.trim_ascii_end().strip_suffix(b")") else { return false };
    inner.contains(&b',') && inner.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'0'..=b'9'))
}
