//! Tells text from binary data, by its control characters.

use super::{joins, wide};
use crate::encoding::name::Encoding;

/// A text may have one NUL by mistake in this many bytes.
const NUL_IN: usize = 512;

/// A text may have one other control character of any kind in this many bytes.
const CONTROL_IN: usize = 16;

/// Control characters that delimit fields may be one in this many bytes.
const DELIMITER_IN: usize = 2;

/// Different control characters that delimit fields, lists and the keys of maps, as in Hive.
const DELIMITERS: usize = 4;

/// Text has few kinds of control characters; compressed or encrypted data has all of them, each in
/// some 256 bytes.
const KINDS: usize = 16;
const KINDS_IN: usize = 64;

/// Whether this is not text in any supported encoding.
pub(crate) fn is_binary(head: &[u8]) -> bool {
    if Encoding::of_mark(head).is_some() || wide::of_pattern(head).is_some() {
        return false;
    }
    // UTF-16 may follow, or begin the text and end soon.
    match joins::wide_begins(head) {
        Some((0, _)) => false,
        Some((start, _)) => is_odd(&head[..start]),
        None => is_odd(head),
    }
}

/// Whether there are more control characters than in text.
fn is_odd(head: &[u8]) -> bool {
    let mut counts = [0_usize; 256];
    head.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let is_control = |byte: u8| {
        (byte < b' ' && !matches!(byte, 0 | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b)) || byte == 0x7f
    };
    let mut odd: Vec<usize> =
        (0..=u8::MAX).filter(|&byte| is_control(byte)).map(|byte| counts[usize::from(byte)]).collect();
    odd.retain(|&count| count > 0);
    odd.sort_unstable_by(|a, b| b.cmp(a));
    let (nuls, all) = (counts[0], odd.iter().sum::<usize>());
    let rest = head.len() - nuls;
    if odd.len() > KINDS && all * KINDS_IN > rest {
        return true;
    }
    if nuls * NUL_IN > head.len() {
        // Fields that are padded to their width hold NULs and nothing else that is odd.
        return rest == 0 || all * NUL_IN > rest || !is_readable(&counts, rest);
    }
    if all * CONTROL_IN <= rest {
        return false;
    }
    // Delimiters come again and again; the bytes of binary data are of all kinds.
    let delimiting: usize = odd.iter().take(DELIMITERS).filter(|&&count| count > 1).sum();
    let others = all - delimiting;
    delimiting == 0 || delimiting * DELIMITER_IN > rest || others * CONTROL_IN > rest || !is_readable(&counts, rest)
}

/// Whether letters, digits and the bytes of other characters are a good part of what is no NUL.
fn is_readable(counts: &[usize; 256], rest: usize) -> bool {
    let readable: usize = (0..=u8::MAX).filter(u8::is_ascii_alphanumeric).map(|byte| counts[usize::from(byte)]).sum();
    let high: usize = counts[0x80..].iter().sum();
    (readable + high) * 4 > rest && readable * 16 > rest
}
