//! Whatever the text: the scanner does no harm, misses nothing between words, and its work is
//! linear. Tests only.

use super::tests::{CHINESE, ID, MOBILE, found, scanner};
use super::*;

/// `SplitMix64`: seeded, so that a failure comes again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (((z ^ (z >> 27)) >> 8) % bound as u64) as usize
    }
}

/// What texts are made of: whole numbers, and everything that may go wrong around them.
const PIECES: [&str; 60] = [
    "1",
    "0",
    "7",
    "+",
    "-",
    ".",
    "/",
    "(",
    ")",
    ":",
    "_",
    " ",
    "  ",
    "\\",
    "\\\\",
    "\\n",
    "\\u",
    "\\u00",
    "\\u0031",
    "\\uff1",
    "\\ud83d",
    "x",
    "X",
    "n",
    "u",
    "é",
    "中",
    "０",
    "９",
    "Ａ",
    "＋",
    "－",
    "\u{3000}",
    "\u{200B}",
    "\u{AD}",
    "\u{10FFFF}",
    "😀",
    "\n",
    "'",
    "*",
    "%",
    "%25",
    "%20",
    "%2B",
    "%E6",
    "&",
    "#",
    ";",
    "&amp;",
    "&#49;",
    "&#x2B;",
    "&nbsp;",
    "\x1B[",
    "32m",
    "\\x3",
    "tel",
    "13123456789",
    ID,
    "020 7946 0123",
    "+1 202-555-0123",
];

#[test]
fn any_text_is_scanned_without_harm_and_in_linear_work() {
    let scanner = scanner("CN GB US HK");
    let mut random = Random(1);
    let mut all = 0;
    for _ in 0..20_000 {
        let text: String = (0..random.below(40)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        let mut last = 0;
        let work = scanner.counted(&text, &mut |found| {
            assert!(text.is_char_boundary(found.at) && found.at >= last, "{text:?}");
            assert!(text.is_char_boundary(found.end) && found.end > found.at, "{text:?}");
            assert!(scanner.may_hold(text.as_bytes()), "{text:?}");
            assert!(scanner.may_hold(&text.as_bytes()[found.at..found.end]), "{text:?}");
            last = found.at;
            all += 1;
        });
        assert_linear(&work, &text);
    }
    assert!(all > 1000, "{all}");
}

#[test]
fn a_number_between_words_is_found_whatever_the_words() {
    let scanner = scanner("CN");
    let mut random = Random(2);
    for _ in 0..5000 {
        let mut word = || -> String {
            (0..random.below(60)).map(|_| ["a", "Z", "é", "中", "u", "n"][random.below(6)]).collect()
        };
        let text = format!("{} {ID} {} +8613123456789 {}", word(), word(), word());
        let found: Vec<_> = found(&scanner, &text).into_iter().map(|found| found.1).collect();
        assert_eq!(found, [CHINESE, MOBILE], "{text:?}");
    }
}

#[test]
fn hostile_texts_cost_no_more_than_their_length() {
    let scanner = scanner("CN GB US HK");
    for piece in [
        "1",
        "1 ",
        "12345678 ",
        "1234-",
        "1.",
        "+1",
        "1+",
        "1a",
        "a1-",
        "\\",
        "\\u003",
        "\\u0031",
        "1\\",
        "1\u{200B}",
        "\u{200B}",
        "1 \u{200B}",
        "１",
        "(1) ",
        "a-",
        "1_",
        "1:",
        "131-2345-6789-",
        "110099187001010009 ",
        "é1",
        "1\\\\\\\\",
        "+86 131 ",
        "12 a",
        "1-abcd-",
        "%2513",
        "%25",
        "%3",
        "&amp;",
        "&amp;#49;",
        "&#1",
        "&#49;",
        "\x1B[1",
        "\x1B[1m",
        "\\u001b[",
        "\\x31",
        "tel1",
        "u131234567",
        "u13123456789_",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        assert_linear(&scanner.counted(&text, &mut |_| {}), &text);
    }
    let gap = format!("1{}1", "\u{200B}".repeat(1 << 18));
    assert_linear(&scanner.counted(&gap, &mut |_| {}), &gap);
}

/// Each byte is read a bounded number of times: where a group is read, where the next one is looked
/// for, and in each of the candidates that begin with a group.
fn assert_linear(work: &Work, text: &str) {
    // Once as it is, once behind a word that is glued to it.
    assert!(work.candidates <= 2 * MOST_GROUPS * work.groups, "{work:?}");
    assert!(work.groups <= text.len(), "{work:?}");
    assert!(work.bytes <= 6 * text.len() + 100, "{work:?} in {} bytes", text.len());
}
