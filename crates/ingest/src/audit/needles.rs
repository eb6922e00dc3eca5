//! The byte strings that a value can be in a file: its spellings in every encoding, and the search
//! for them.

use crate::audit::error::{AuditError, SHORTEST};
use aho_corasick::{AhoCorasick, MatchKind};
use exposure_identifier::{Identifier, Kind, Rules, Tier};
use std::collections::BTreeSet;
use zeroize::{Zeroize as _, Zeroizing};

/// Kinds of other tiers accept too many texts: their canonical form of a value may be another
/// value.
const TIER: Tier = Tier::A;

pub(super) struct Needles {
    automaton: AhoCorasick,
    /// The line in the list of each needle.
    lines: Vec<u64>,
    pub(super) values: u64,
    /// Bytes of the longest needle.
    pub(super) longest: usize,
}

impl Needles {
    pub(super) fn new(values: &[Zeroizing<String>], rules: &Rules) -> Result<Self, AuditError> {
        let mut needles: Vec<Zeroizing<Vec<u8>>> = Vec::new();
        let (mut lines, mut count) = (Vec::new(), 0);
        for (number, value) in (1_u64..).zip(values) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if value.chars().count() < SHORTEST {
                return Err(AuditError::Short(number));
            }
            count += 1;
            let mut encoded = BTreeSet::new();
            for mut spelling in spellings(value, rules) {
                encode(&spelling, &mut encoded);
                spelling.zeroize();
            }
            lines.resize(lines.len() + encoded.len(), number);
            needles.extend(encoded.into_iter().map(Zeroizing::new));
        }
        if needles.is_empty() {
            return Err(AuditError::Nothing);
        }
        let longest = needles.iter().map(|needle| needle.len()).max().unwrap_or_default();
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(needles.iter().map(|n| &n[..]));
        Ok(Self { automaton: automaton.map_err(|_| AuditError::TooMany)?, lines, values: count, longest })
    }

    /// Searches bytes, and calls `found` with offset and line of each match.
    pub(super) fn find(&self, bytes: &[u8], found: &mut dyn FnMut(usize, u64)) {
        for one in self.automaton.find_iter(bytes) {
            found(one.start(), self.lines[one.pattern().as_usize()]);
        }
    }
}

/// The spellings of a value: as given, and every canonical form with and without common prefixes.
fn spellings(value: &str, rules: &Rules) -> BTreeSet<String> {
    let mut spellings = BTreeSet::from([value.to_owned()]);
    for kind in Kind::all().iter().filter(|kind| kind.tier == TIER) {
        for identifier in kind.canonicalise(value, rules).accepted {
            let canonical = identifier.canonical();
            spellings.extend([
                identifier.hash_input(),
                canonical.to_owned(),
                canonical.trim_start_matches('+').to_owned(),
                national_digits(&identifier).to_owned(),
            ]);
        }
    }
    spellings.retain(|spelling| spelling.chars().count() >= SHORTEST);
    spellings
}

/// A phone number without its calling code, which is the part before its mask; any other identifier
/// whole.
fn national_digits(identifier: &Identifier) -> &str {
    let canonical = identifier.canonical();
    if canonical.starts_with('+') { &canonical[identifier.masked().find('*').unwrap_or(0)..] } else { canonical }
}

/// Adds the text in each encoding that is common on disks.
fn encode(text: &str, encoded: &mut BTreeSet<Vec<u8>>) {
    let bytes = text.as_bytes();
    encoded.insert(bytes.to_vec());
    encoded.insert(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    encoded.insert(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    if !text.is_ascii() {
        encoded.insert(encoding_rs::GB18030.encode(text).0.into_owned());
    }
    encoded.insert(data_encoding::HEXLOWER.encode(bytes).into_bytes());
    encoded.insert(data_encoding::HEXUPPER.encode(bytes).into_bytes());
    for before in 0..3 {
        let mut padded = vec![0; before];
        padded.extend_from_slice(bytes);
        // Without the characters at the ends, which also encode bits of the neighbouring bytes.
        let own = (before * 8).div_ceil(6)..padded.len() * 8 / 6;
        for alphabet in [data_encoding::BASE64_NOPAD, data_encoding::BASE64URL_NOPAD] {
            encoded.insert(alphabet.encode(&padded).as_bytes()[own.clone()].to_vec());
        }
        padded.zeroize();
    }
}
