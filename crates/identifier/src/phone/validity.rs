//! Which E.164 numbers are known: in the library's numbering plans, or issued according to
//! `phone_moves.json`.

use super::moves::MOVES;
use super::running::table::TABLE;
use std::sync::atomic::{AtomicU8, Ordering};

/// Chinese mobile numbers have eleven digits behind +86, the first five of which determine whether
/// they are known. Most dumps are full of them, so that is remembered.
const CHINA: &str = "+86";
const MOBILE_DIGITS: usize = 11;
const MOBILE_FIRST_DIGITS: usize = 5;
const MOBILE_FIRST: usize = 13_000;
const MOBILE_FIRSTS: usize = 7_000;

const KNOWN: u8 = 1;
const UNKNOWN: u8 = 2;

/// By the first five digits of a Chinese mobile number, from 13000 on; zero where nobody has asked.
static MOBILES: [AtomicU8; MOBILE_FIRSTS] = [const { AtomicU8::new(0) }; MOBILE_FIRSTS];

/// Whether an E.164 number is known.
pub(super) fn is_known(e164: &str) -> bool {
    mobile(e164).map_or_else(|| is_known_by_plan(e164), |remembered| is_known_mobile(e164, remembered))
}

fn is_known_mobile(e164: &str, remembered: &AtomicU8) -> bool {
    match remembered.load(Ordering::Relaxed) {
        KNOWN => true,
        UNKNOWN => false,
        _ => {
            let is_known = is_known_by_plan(e164);
            remembered.store(if is_known { KNOWN } else { UNKNOWN }, Ordering::Relaxed);
            is_known
        }
    }
}

/// Whether an E.164 number is known and somebody may have it.
pub(super) fn is_issued(e164: &str) -> bool {
    is_known(e164) && !MOVES.is_unissued(&e164[1..])
}

/// Whether an E.164 number has the shape of a Chinese mobile number.
pub(super) fn is_chinese_mobile(e164: &str) -> bool {
    mobile(e164).is_some()
}

/// Whether this is a known Chinese mobile number, which most numbers are.
pub(super) fn is_known_mobile_of_china(e164: &str) -> bool {
    mobile(e164).is_some_and(|remembered| is_known_mobile(e164, remembered))
}

fn is_known_by_plan(e164: &str) -> bool {
    TABLE.is_valid(e164) || MOVES.is_issued(&e164[1..])
}

fn mobile(e164: &str) -> Option<&'static AtomicU8> {
    let national = e164.strip_prefix(CHINA).filter(|national| national.len() == MOBILE_DIGITS)?;
    let first: usize = national.get(..MOBILE_FIRST_DIGITS)?.parse().ok()?;
    MOBILES.get(first.checked_sub(MOBILE_FIRST)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_five_digits_of_a_chinese_mobile_number_decide() {
        let mut known = 0;
        for n in 0..20_000_u64 {
            let e164 = format!("+861{:010}", 3_000_000_000 + n * 6_180_339_887 % 7_000_000_000);
            assert_eq!(is_known(&e164), is_known_by_plan(&e164), "{}…", &e164[..8]);
            known += usize::from(is_known(&e164));
        }
        assert!((6_000..19_000).contains(&known), "{known}");
    }

    #[test]
    fn issued_numbers_are_known_though_not_valid() {
        for e164 in ["+8614600001234", "+8614900001234", "+447700900123"] {
            assert!(is_known(e164) && !TABLE.is_valid(e164), "{e164}");
        }
        for e164 in ["+8614100001234", "+86146000012345", "+441632961123"] {
            assert!(!is_known(e164), "{e164}");
        }
    }
}
