//! Lists of words and ranges of equal width, such as `01-48 51 52`, and conditions on parts of a
//! number.

use serde::Deserialize;

/// The widest word, in characters: as many as a 128-bit integer holds.
const WIDEST: usize = 16;

/// Words of one width, as sorted ranges of big-endian integers.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Words {
    width: usize,
    ranges: Box<[(u128, u128)]>,
}

/// A part of a number that must be, or must not be, among some words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Condition {
    at: usize,
    #[serde(rename = "in")]
    among: Option<Words>,
    not: Option<Words>,
    /// Whether it applies in running text only.
    #[serde(default)]
    pub(crate) text: bool,
}

impl Condition {
    /// Whether it holds. A number that ends before the part has none of the words.
    pub(crate) fn holds(&self, number: &[u8]) -> bool {
        self.among.as_ref().is_none_or(|words| words.have(number, self.at))
            && !self.not.as_ref().is_some_and(|words| words.have(number, self.at))
    }
}

impl Condition {
    /// Whether it may hold for numbers with this pair of characters at this place. Conditions on
    /// other parts may.
    pub(crate) fn may_have(&self, at: usize, pair: [u8; 2]) -> bool {
        let is_on_pair = |words: &&Words| at <= self.at && self.at + words.width <= at + pair.len();
        let have = |words: &Words| words.have(&pair, self.at - at);
        self.among.as_ref().filter(is_on_pair).is_none_or(have)
            && !self.not.as_ref().filter(is_on_pair).is_some_and(have)
    }
}

impl Words {
    /// Whether one of them is at this position.
    pub(crate) fn have(&self, number: &[u8], at: usize) -> bool {
        let Some(part) = number.get(at..at + self.width) else { return false };
        let key = key(part);
        let behind = self.ranges.partition_point(|&(from, _)| from <= key);
        behind > 0 && key <= self.ranges[behind - 1].1
    }
}

/// Orders words of one width as their characters do.
fn key(word: &[u8]) -> u128 {
    word.iter().fold(0, |key, &c| key << 8 | u128::from(c))
}

impl TryFrom<String> for Words {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut width = None;
        let mut ranges = Vec::new();
        for word in text.split(' ') {
            let (from, to) = word.split_once('-').unwrap_or((word, word));
            let fits =
                !from.is_empty() && from.len() <= WIDEST && from.is_ascii() && from.len() == to.len() && from <= to;
            if !fits || *width.get_or_insert(from.len()) != from.len() {
                return Err(format!("{word}: words are of one width, of 1 to {WIDEST} characters, ranges ascend"));
            }
            ranges.push((key(from.as_bytes()), key(to.as_bytes())));
        }
        ranges.sort_unstable();
        if ranges.windows(2).any(|pair| pair[0].1 >= pair[1].0) {
            return Err(format!("{text}: ranges overlap"));
        }
        Ok(Self { width: width.unwrap_or_default(), ranges: ranges.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_looked_up_by_its_characters() {
        let words = Words::try_from("01-48 51 52 70".to_owned()).expect("words");
        for (part, found) in [("00", false), ("01", true), ("48", true), ("49", false), ("52", true), ("7", false)] {
            assert_eq!(words.have(part.as_bytes(), 0), found, "{part}");
        }
        assert!(words.have(b"xx70", 2));
    }

    #[test]
    fn a_list_that_cannot_be_meant_is_refused() {
        for list in ["1 22", "5-3", "", "1-3 2", "1  2", "00000000000000000"] {
            assert!(Words::try_from(list.to_owned()).is_err(), "{list}");
        }
    }
}
