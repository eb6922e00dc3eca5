//! Finds the comments in a clause whose values were read: they are in no cell.

use super::dialect::{Backslash, Dialect};

/// The place of each comment, from its first byte to after its last one.
pub(super) fn comments_in(clause: &[u8], dialect: Dialect) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let escapes = dialect.backslash() != Some(Backslash::IsItself);
    let mut at = 0;
    while let Some(next) = clause[at..].iter().position(|byte| matches!(byte, b'\'' | b'"' | b'-' | b'/' | b'#')) {
        let start = at + next;
        let rest = &clause[start..];
        let end_of = |mark: &[u8]| memchr::memmem::find(rest, mark).map_or(rest.len(), |end| end + mark.len());
        let length = match rest {
            [quote @ (b'\'' | b'"'), string @ ..] => 1 + length_of_string(string, *quote, escapes),
            [b'-', b'-', ..] => end_of(b"\n"),
            [b'#', ..] if dialect.has_hash_comments() => end_of(b"\n"),
            [b'/', b'*', ..] => end_of(b"*/"),
            _ => 1,
        };
        if length > 1 && !matches!(rest[0], b'\'' | b'"') {
            found.push((start, start + length));
        }
        at = start + length;
    }
    found
}

/// The length of a string after its opening quote, with its closing one.
fn length_of_string(string: &[u8], quote: u8, escapes: bool) -> usize {
    let mut at = 0;
    while let Some(next) = memchr::memchr2(quote, b'\\', &string[at..]) {
        at += next + 1;
        match string[at - 1] {
            b'\\' if escapes => at += 1,
            b'\\' => {}
            _ => return at,
        }
        if at >= string.len() {
            break;
        }
    }
    string.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_found_and_strings_are_none() {
        let clause = "a = '-- b' /* c */ AND d = 'it''s /* e */' -- f\n # g";
        let found: Vec<_> = comments_in(clause.as_bytes(), Dialect::default())
            .into_iter()
            .map(|(start, end)| &clause[start..end])
            .collect();
        assert_eq!(found, ["/* c */", "-- f\n", "# g"]);
        assert_eq!(comments_in(b"'a\\'/* b */'", Dialect::default()), []);
    }
}
