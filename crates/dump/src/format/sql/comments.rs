//! Finds the comments in a clause whose values were read: they are in no cell.

use super::dialect::{Backslash, Dialect};
use super::literal::OWN_QUOTE_BYTES;
use super::word::is_of_word;

/// The place of each comment, from its first byte to after its last one.
pub(super) fn comments_in(clause: &[u8], dialect: Dialect) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let escapes = dialect.backslash() != Some(Backslash::IsItself);
    let mut at = 0;
    while let Some(next) =
        clause[at..].iter().position(|byte| matches!(byte, b'\'' | b'"' | b'`' | b'$' | b'-' | b'/' | b'#'))
    {
        let start = at + next;
        let rest = &clause[start..];
        let end_of = |mark: &[u8]| memchr::memmem::find(rest, mark).map_or(rest.len(), |end| end + mark.len());
        let length = match rest {
            [b'\'', ..] if is_own_quote(&clause[..start]) => length_to_own_quote(rest),
            [quote @ (b'\'' | b'"'), string @ ..] => 1 + length_of_string(string, *quote, escapes),
            [b'`', string @ ..] => 1 + length_of_string(string, b'`', false),
            [b'$', ..] if dialect.has_dollar_quotes() => length_between_dollars(rest),
            [b'-', b'-', ..] => end_of(b"\n"),
            [b'#', ..] if dialect.has_hash_comments() => end_of(b"\n"),
            [b'/', b'*', ..] => end_of(b"*/"),
            _ => 1,
        };
        if length > 1 && matches!(rest[0], b'-' | b'/' | b'#') {
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

/// Whether the quote behind this text is one of Oracle's `q'[…]'`.
fn is_own_quote(before: &[u8]) -> bool {
    let word = before.iter().rev().take(3).take_while(|&&byte| is_of_word(byte)).count();
    matches!(&before[before.len() - word..], b"q" | b"Q" | b"nq" | b"NQ" | b"Nq" | b"nQ")
}

fn length_to_own_quote(rest: &[u8]) -> usize {
    let close = match rest.get(1) {
        Some(b'[') => b']',
        Some(b'(') => b')',
        Some(b'{') => b'}',
        Some(b'<') => b'>',
        Some(&other) => other,
        None => return 1,
    };
    let string = &rest[2..rest.len().min(2 + OWN_QUOTE_BYTES)];
    memchr::memmem::find(string, &[close, b'\'']).map_or(1, |end| 2 + end + 2)
}

/// The length of a string between `$tag$`, or of one dollar.
fn length_between_dollars(rest: &[u8]) -> usize {
    let tag = rest[1..].iter().take_while(|&&byte| is_of_word(byte) && byte != b'$').count();
    if rest.get(1 + tag) != Some(&b'$') || rest[1].is_ascii_digit() {
        return 1;
    }
    let mark = tag + 2;
    let string = &rest[mark..rest.len().min(mark + OWN_QUOTE_BYTES)];
    memchr::memmem::find(string, &rest[..mark]).map_or(1, |end| end + 2 * mark)
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
        let quoted = b"$$ -- a $$ || q'[it's -- b]' || `-- c` || $d$/* $$ */$d$";
        assert_eq!(comments_in(quoted, Dialect::default()), []);
        assert_eq!(comments_in(b"'a\\'/* b */'", Dialect::default()), []);
    }
}
