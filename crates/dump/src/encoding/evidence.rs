//! Evidence of the encoding of bytes. No state, no I/O.

mod binary;
mod joins;
mod pairs;
mod single_byte;
mod utf8;
mod wide;

use super::name::Encoding;
pub(crate) use binary::is_binary;
pub(super) use joins::{wide_begins, wide_ends};
use pairs::Script;
use utf8::Utf8;
pub(super) use utf8::{utf8_begins, utf8_ends};
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
    let nearly = (Encoding::Utf8, 0.9, "nearly every sequence is valid UTF-8");
    if utf8.is_first() {
        return nearly;
    }
    // What follows a change of the encoding says nothing about this one.
    let before = &window[..utf8_begins(window, is_whole).filter(|&end| end > 0).unwrap_or(window.len())];
    let here = Utf8::count(before, is_whole);
    if here.invalid <= here.valid && utf8.long > utf8.invalid * 20 {
        return nearly;
    }
    narrow(before, region)
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
