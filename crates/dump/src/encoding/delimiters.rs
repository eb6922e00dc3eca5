//! Keeps characters that were cut in half from swallowing the delimiter behind them.
//!
//! In GB18030, Big5 and `Shift_JIS` the second byte of a pair may be `|` or another sign. Where a
//! name was cut to the width of a field in the middle of a pair, its first half and the delimiter
//! behind it are a pair too, and the row has a field less. Where such a row has as many pairs of
//! this kind as it lacks delimiters, they are delimiters.

use super::name::Encoding;

/// Signs that are second bytes and may delimit fields.
const SIGNS: &[u8] = b"|^~@\\_`{}[]";

/// Bytes by which it is decided which of them does.
const HEAD_BYTES: usize = 64 << 10;

/// Share of lines, in percent, that have the same number of a delimiter.
const ALIKE: usize = 60;

/// What the first half of a cut pair becomes: invalid in all of these encodings.
const CUT: u8 = 0xff;

/// The delimiters of a text, and how many of each a line has.
pub(super) struct Delimiters {
    is_lead: fn(u8) -> bool,
    found: Vec<(u8, usize)>,
}

impl Delimiters {
    /// Those of a text that begins like this; `None` if no delimiter can be taken for half of a
    /// character.
    pub(super) fn of(head: &[u8], encoding: Encoding) -> Option<Self> {
        let is_lead: fn(u8) -> bool = match encoding {
            Encoding::Gb18030 => |byte| matches!(byte, 0x81..=0xfe),
            Encoding::Other(other) if other == encoding_rs::BIG5 => |byte| matches!(byte, 0x81..=0xfe),
            Encoding::Other(other) if other == encoding_rs::SHIFT_JIS => {
                |byte| matches!(byte, 0x81..=0x9f | 0xe0..=0xfc)
            }
            _ => return None,
        };
        let head = &head[..head.len().min(HEAD_BYTES)];
        let whole = memchr::memrchr(b'\n', head).map_or(head, |end| &head[..end]);
        let usual = |&sign: &u8| {
            let lines = whole.split(|&byte| byte == b'\n').map(|line| Signs::of(line, sign, is_lead));
            let mut counts: Vec<usize> =
                lines.filter(|signs| signs.in_pairs.is_empty()).map(|signs| signs.alone).collect();
            counts.sort_unstable();
            let same = counts.chunk_by(|a, b| a == b).max_by_key(|same| same.len())?;
            let is_usual = same[0] > 0 && same.len() * 100 >= counts.len() * ALIKE;
            is_usual.then_some((sign, same[0]))
        };
        let found: Vec<_> =
            SIGNS.iter().filter(|sign| memchr::memchr(**sign, whole).is_some()).filter_map(usual).collect();
        (!found.is_empty()).then_some(Self { is_lead, found })
    }

    /// Takes delimiters out of pairs, in whole lines.
    pub(super) fn mend(&self, text: &mut [u8]) {
        for &(sign, usual) in &self.found {
            for line in text.split_inclusive_mut(|&byte| byte == b'\n') {
                let is_possible = memchr::memchr_iter(sign, line).any(|at| at > 0 && (self.is_lead)(line[at - 1]));
                if !is_possible {
                    continue;
                }
                let Signs { alone, mut in_pairs } = Signs::of(line, sign, self.is_lead);
                let missing = usual.saturating_sub(alone);
                // A whole character is mostly followed by another, and a delimiter by a number.
                in_pairs.sort_by_key(|&at| line.get(at + 2).is_some_and(|&next| !next.is_ascii()));
                if missing <= in_pairs.len() {
                    in_pairs.into_iter().take(missing).for_each(|at| line[at] = CUT);
                }
            }
        }
    }
}

/// Where a sign is in a line.
struct Signs {
    alone: usize,
    /// The first bytes of pairs that it ends.
    in_pairs: Vec<usize>,
}

impl Signs {
    fn of(line: &[u8], sign: u8, is_lead: fn(u8) -> bool) -> Self {
        let (mut signs, mut at) = (Self { alone: 0, in_pairs: Vec::new() }, 0);
        while let Some(&first) = line.get(at) {
            let second = line.get(at + 1).filter(|&&second| is_lead(first) && second >= 0x40);
            if first == sign {
                signs.alone += 1;
            } else if second == Some(&sign) {
                signs.in_pairs.push(at);
            }
            at += if second.is_some() { 2 } else { 1 };
        }
        signs
    }
}
