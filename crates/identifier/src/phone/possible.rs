//! How many phone numbers like a given one are possible.

use super::plain;
use rlibphonenumber::PHONE_NUMBER_UTIL;

/// Possible numbers of a country that shares its calling code with a larger one. A conservative
/// estimate.
const POSSIBLE_IN_SMALL_COUNTRY: u64 = 1_000_000;

/// The bytes of `+` and calling code of an E.164 number.
pub(crate) fn calling_code_width(e164: &str) -> usize {
    1 + plain::calling_code(e164).map_or(0, str::len)
}

/// How many numbers of this country and length are possible (`docs/canonical.md`, "Possible
/// numbers").
pub(crate) fn possible(e164: &str) -> u64 {
    let digits = e164.len().saturating_sub(calling_code_width(e164));
    let whole_plan = 10_u64.saturating_pow(digits.saturating_sub(1) as u32);
    if plain::shares_calling_code(e164) && is_of_small_country(e164) {
        whole_plan.min(POSSIBLE_IN_SMALL_COUNTRY)
    } else {
        whole_plan
    }
}

/// Whether a number is, or may be, of a small country that shares the calling code of a large one.
fn is_of_small_country(e164: &str) -> bool {
    let Ok(number) = PHONE_NUMBER_UTIL.parse(e164, None) else { return true };
    let main = PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code);
    let own = PHONE_NUMBER_UTIL.get_region_for_number(&number);
    own.is_some() && own != main && !matches!(own, Some(rlibphonenumber::Region::CA | rlibphonenumber::Region::KZ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn possible_numbers_follow_the_plan_of_the_country() {
        for (number, expected) in [
            ("+8615400001234", 10_000_000_000),
            ("+85361234567", 10_000_000),
            ("+447700900123", 1_000_000_000),
            ("+18765550123", POSSIBLE_IN_SMALL_COUNTRY),
            ("+16135550123", 1_000_000_000),
        ] {
            assert_eq!(possible(number), expected, "{number}");
        }
    }
}
