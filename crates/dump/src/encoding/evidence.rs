//! Evidence of the encoding of bytes. No state, no I/O.

mod binary;
mod joins;
mod pairs;
mod single_byte;
mod wide;

use super::name::Encoding;
pub(crate) use binary::is_binary;
pub(super) use joins::{wide_begins, wide_ends};
use pairs::Script;
pub(super) use wide::of_pattern;

/// Nothing is reported as certain that is only likely.
const SURE: f64 = 0.995;

/// The encoding of bytes from the first one on that is not ASCII, its confidence, and the evidence.
/// `is_whole`: the window reaches to the end of the text. `region`: where the text is probably
/// from.
pub(super) fn multibyte(window: &[u8], is_whole: bool, region: Option<&str>) -> (Encoding, f64, &'static str) {
    let utf8 = Utf8::count(window, is_whole);
    if utf8.invalid == 0 && !utf8.is_strange() {
        // Each sequence is valid by accident with a probability far below one in two.
        let confidence = 1.0 - 0.5_f64.powf(utf8.valid as f64 + 1.0);
        return (Encoding::Utf8, confidence, "every sequence is valid UTF-8");
    }
    if utf8.invalid > 0 && utf8.long > utf8.invalid * 20 {
        return (Encoding::Utf8, 0.9, "nearly every sequence is valid UTF-8");
    }
    narrow(window, region)
}

/// The same for text that is not UTF-8.
pub(super) fn narrow(window: &[u8], region: Option<&str>) -> (Encoding, f64, &'static str) {
    let single = pairs::single_byte(window);
    let mut scripts = Script::ALL.map(|script| (script, script.prior(region) + script.likelihood(window)));
    scripts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let [(best, likelihood), (_, second), ..] = scripts;
    // Turned into a probability by the logistic function.
    let sure = |difference: f64| (1.0 / (1.0 + (-difference).exp())).clamp(0.5, SURE);
    if single > likelihood {
        let confidence = sure(single - likelihood).min(0.9);
        return (single_byte::guess(window, region), confidence, "the letters are those of words in this encoding");
    }
    let confidence = sure(likelihood - second.max(single));
    (best.encoding(), confidence, "the pairs of bytes are those of usual characters")
}

/// Whether text that was UTF-8 goes on in another encoding: most sequences of this window are
/// invalid.
pub(super) fn utf8_ends(window: &[u8], is_whole: bool) -> bool {
    let utf8 = Utf8::count(window, is_whole);
    utf8.invalid > utf8.valid && (utf8.invalid >= 8 || (is_whole && utf8.invalid >= 2))
}

/// Whether text that was in another encoding goes on in UTF-8: so many valid sequences, and none
/// that is not.
pub(super) fn is_utf8(part: &[u8], is_whole: bool) -> bool {
    let utf8 = Utf8::count(part, true);
    utf8.invalid == 0 && !utf8.is_strange() && utf8.valid >= if is_whole { 3 } else { 6 }
}

/// Bytes as UTF-8.
#[derive(Default)]
struct Utf8 {
    /// Valid sequences; of them, those of three or four bytes, and those of two bytes that are rare
    /// in every language.
    valid: usize,
    long: usize,
    odd: usize,
    invalid: usize,
}

impl Utf8 {
    fn count(window: &[u8], is_whole: bool) -> Self {
        let mut utf8 = Self::default();
        let mut chunks = window.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
                utf8.valid += 1;
                utf8.long += usize::from(c.len_utf8() > 2);
                // Phonetic letters, modifiers, combining marks without their letters.
                utf8.odd += usize::from(matches!(c, '\u{250}'..='\u{36f}'));
            }
            let is_cut = !is_whole && chunks.peek().is_none() && chunk.invalid().len() < 4;
            utf8.invalid += usize::from(!chunk.invalid().is_empty() && !is_cut);
        }
        utf8
    }

    /// Valid, but implausible as text: a few characters of GBK that happen to be valid.
    fn is_strange(&self) -> bool {
        self.long == 0 && self.odd * 2 > self.valid
    }
}
