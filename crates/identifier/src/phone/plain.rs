//! The fast path for phone numbers of digits only, perhaps after a `+`.
//!
//! Gives libphonenumber's result where the numbering plans determine it; otherwise `None`, and the
//! library is called. `proof` compares the results with the library's.

use super::plan::{PLANS, Plan, Plans, Rule};
use crate::region::Region;

/// libphonenumber drops leading zeros after the tenth. Numbers that begin like this are rare, and
/// left to it.
const MANY_ZEROS: &str = "000";

/// E.164 of a possible number of plain digits, as dialled inside the region, or `+` and digits.
pub(super) fn e164(number: &str, region: Region) -> Option<String> {
    e164_by(&PLANS, number, region)
}

/// Whether libphonenumber certainly reads this E.164 number as itself.
pub(super) fn is_kept(e164: &str) -> bool {
    plan_of(e164).is_some_and(|plan| {
        let national = &e164[1 + plan.code.len()..];
        plan.national.of(national) == Rule::Kept && !national.starts_with(MANY_ZEROS)
    })
}

/// The calling code of an E.164 number.
pub(super) fn calling_code(e164: &str) -> Option<&'static str> {
    plan_of(e164).map(|plan| plan.code)
}

/// The calling code that digits begin with.
pub(super) fn calling_code_of(digits: &str) -> Option<&'static str> {
    PLANS.of_code(digits).map(|plan| plan.code)
}

/// The digits without a zero behind their calling code, which people write where a country has
/// none: `+974 (0)44…`. `None` if no zero is there.
pub(super) fn without_zero(digits: &str) -> Option<String> {
    let code = calling_code_of(digits)?;
    let national = digits[code.len()..].strip_prefix('0')?;
    Some([code, national].concat())
}

/// The calling code of a region.
pub(super) fn calling_code_of_region(region: Region) -> Option<&'static str> {
    PLANS.of_region(region).map(|plan| plan.code)
}

/// Whether the first digit of what is dialled inside a region may be a trunk prefix.
pub(super) fn has_trunk(digits: &str, region: Region) -> bool {
    PLANS.of_region(region).is_some_and(|plan| plan.national.of(digits) != Rule::Kept)
}

/// Whether digits are a calling code and as many more as a number behind it may have.
pub(super) fn may_be_e164(digits: &str) -> bool {
    PLANS.of_code(digits).is_some_and(|plan| plan.allows(digits.len() - plan.code.len()))
}

/// Whether several regions share the calling code of this E.164 number; true if it is unknown.
pub(super) fn shares_calling_code(e164: &str) -> bool {
    plan_of(e164).is_none_or(|plan| plan.is_shared)
}

fn plan_of(e164: &str) -> Option<&'static Plan> {
    PLANS.of_code(e164.strip_prefix('+')?)
}

/// [`e164`] by the given plans.
pub(super) fn e164_by(plans: &Plans, number: &str, region: Region) -> Option<String> {
    let behind_plus = number.strip_prefix('+');
    let digits = behind_plus.unwrap_or(number);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let abroad = behind_plus.or_else(|| behind_00(plans, digits, region));
    let (plan, national) = if let Some(digits) = abroad {
        let plan = plans.of_code(digits)?;
        let national = &digits[plan.code.len()..];
        (plan, after(plan.national.of(national), national)?)
    } else {
        let plan = plans.of_region(region)?;
        (plan, national_of_dialled(plan, digits)?)
    };
    let is_sure = plan.allows(national.len()) && !national.starts_with(MANY_ZEROS);
    is_sure.then(|| ["+", plan.code, national].concat())
}

/// The digits after 00, if the region dials 00 for international calls. No calling code begins with
/// a zero.
fn behind_00<'d>(plans: &Plans, digits: &'d str, region: Region) -> Option<&'d str> {
    let behind = digits.strip_prefix("00").filter(|behind| !behind.starts_with('0'))?;
    plans.of_region(region)?.dials_00.then_some(behind)
}

/// The national number of digits dialled inside a region.
fn national_of_dialled<'d>(plan: &Plan, digits: &'d str) -> Option<&'d str> {
    let rule = plan.dialled.of(digits);
    let Some(national) = digits.strip_prefix(plan.code) else { return after(rule, digits) };
    // It begins with the region's own calling code. It certainly is one only if the number is too
    // long otherwise. The library then looks for a trunk prefix twice, the second time that of the
    // main region.
    let is_international = rule != Rule::Library
        && digits.len() > plan.longest
        && plan.national.of(national) == Rule::Kept
        && plan.national_in_main.of(national) == Rule::Kept;
    is_international.then_some(national)
}

fn after(rule: Rule, digits: &str) -> Option<&str> {
    match rule {
        Rule::Kept => Some(digits),
        Rule::Dropped => digits.get(1..),
        Rule::Library => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_need_no_library() {
        for (region, number, expected) in [
            ("CN", "+8615400001234", Some("+8615400001234")),
            ("CN", "15400001234", Some("+8615400001234")),
            ("CN", "8615400001234", Some("+8615400001234")),
            ("CN", "07559999000", Some("+867559999000")),
            ("CN", "+447700900123", Some("+447700900123")),
            ("GB", "07700900123", Some("+447700900123")),
            ("US", "12025550123", Some("+12025550123")),
            ("CN", "008615400001234", Some("+8615400001234")),
            ("FR", "00447700900123", Some("+447700900123")),
            // Another international prefix; perhaps a carrier's prefix; too short; a calling code
            // that nobody has.
            ("US", "01186154000012", None),
            ("SG", "0018615400001234", None),
            ("CN", "17900015400", None),
            ("CN", "154000", None),
            ("CN", "+9991234567", None),
            ("CN", "1540000123x", None),
        ] {
            let region = region.parse().expect("a region");
            assert_eq!(e164(number, region).as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn only_digits_make_a_calling_code() {
        assert_eq!(calling_code("+8615400001234"), Some("86"));
        assert_eq!(["", "+", "+8", "86154", "+8é6", "+٨٦٠"].map(calling_code), [None; 6]);
    }
}
