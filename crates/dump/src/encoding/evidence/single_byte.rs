//! Which encoding of one byte a character a text is in. All of them leave ASCII as it is, so a
//! wrong guess costs letters and never a number.

use crate::encoding::name::Encoding;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// Bytes that are examined, and how many of them vote together: an invalid byte rules an encoding
/// out, and shall do so only for its neighbours.
const BYTES: usize = 64 << 10;
const VOTE_BYTES: usize = 4 << 10;

/// The encoding that most parts of the text are in.
pub(crate) fn guess(window: &[u8], region: Option<&str>) -> Encoding {
    let window = &window[..window.len().min(BYTES)];
    // Regions of other scripts say nothing about which of these encodings it is.
    let is_other = |region: &&str| ["CN", "TW", "HK", "MO", "SG", "JP", "KR"].contains(region);
    let domain = region.filter(|region| !is_other(region)).map(str::to_ascii_lowercase);
    let mut votes: Vec<(&'static encoding_rs::Encoding, usize)> = Vec::new();
    for part in window.chunks(VOTE_BYTES) {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(part, false);
        let guess = detector.guess(domain.as_ref().map(String::as_bytes), Utf8Detection::Deny);
        if guess.is_single_byte() {
            match votes.iter_mut().find(|(encoding, _)| *encoding == guess) {
                Some((_, count)) => *count += 1,
                None => votes.push((guess, 1)),
            }
        }
    }
    let best = votes.into_iter().rev().max_by_key(|&(_, count)| count);
    Encoding::Other(best.map_or(encoding_rs::WINDOWS_1252, |(encoding, _)| encoding))
}
