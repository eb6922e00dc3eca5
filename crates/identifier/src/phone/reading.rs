//! What digits can be read as: a number of the region, or one behind a plus; and which of these is
//! meant. Old numbers become those that replaced them.
//!
//! Owns the choice between readings (`docs/canonical.md`, "Which number is meant"). What the digits
//! of a cell are is decided by `canonicalise`.

use super::moves::MOVES;
use super::plain;
use super::validity::{is_chinese_mobile, is_issued, is_known, is_known_mobile_of_china};
use crate::region::Region;
use crate::rejection::Rejection;
use crate::rules::Rules;
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat};

/// China's calling code, which Chinese forms put in front of whatever is typed.
const CHINA: &str = "86";

/// Calling codes of Hong Kong, Macau and Taiwan, whose numbers are in many Chinese dumps.
const NEIGHBOURS: [&str; 3] = ["852", "853", "886"];

/// Digits of a mobile number in China, the leading 1 among them.
const CHINESE_MOBILE_DIGITS: usize = 11;

/// E.164 of digits, perhaps behind a plus, as they stand.
pub(super) fn read(dialled: &str, rules: &Rules) -> Result<String, Rejection> {
    if dialled.starts_with('+') {
        return abroad(dialled, rules.region);
    }
    if let Some(behind) = behind_zeros(dialled) {
        return behind_prefix(national(dialled, rules.region), behind, rules.region);
    }
    match (national(dialled, rules.region), exactly(dialled, rules.region)) {
        (Ok(inside), Some(outside)) if inside != outside => Ok(meant(inside, outside, rules.lacks_plus)),
        (Err(_), Some(outside)) if rules.lacks_plus || is_known(&outside) => Ok(outside),
        (inside, _) => inside,
    }
}

/// The digits behind `00`, the international prefix of most countries. No calling code begins with
/// a zero.
fn behind_zeros(dialled: &str) -> Option<&str> {
    dialled.strip_prefix("00").filter(|behind| !behind.starts_with('0'))
}

/// Of digits behind `00`, which is no international prefix of some regions, or only its beginning:
/// the known number behind it is meant. If the region reads the digits as another known number,
/// since its carriers have longer prefixes, either may be, but for a number of the region itself.
fn behind_prefix(inside: Result<String, Rejection>, behind: &str, region: Region) -> Result<String, Rejection> {
    let mut readings = [lenient(behind, region), without_zero(behind, region)].into_iter().flatten();
    let Some(outside) = readings.find(|outside| is_known(outside)) else { return inside };
    let is_own = |e164: &str| plain::calling_code(e164) == plain::calling_code_of_region(region);
    match inside {
        Ok(inside) if inside != outside && is_known(&inside) && !is_own(&outside) => Err(Rejection::Country),
        _ => Ok(outside),
    }
}

/// The known Chinese mobile number that plain digits certainly are, as most are.
pub(super) fn mobile_of_china(digits: &str, rules: &Rules) -> Option<String> {
    let may_be_another = rules.lacks_plus && !digits.starts_with('+');
    plain::e164(digits, rules.region).filter(|e164| !may_be_another && is_known_mobile_of_china(e164))
}

/// The one that is issued. If both or neither are, the column decides; but what begins with the
/// calling code of a neighbour of China is no fixed line in China, all of which are known.
fn meant(inside: String, outside: String, lacks_plus: bool) -> String {
    let is_of_neighbour = is_fixed_in_china(&inside) && NEIGHBOURS.iter().any(|code| outside[1..].starts_with(code));
    let (preferred, other) =
        if lacks_plus || is_of_neighbour && !is_issued(&inside) { (outside, inside) } else { (inside, outside) };
    if is_issued(&other) && !is_issued(&preferred) { other } else { preferred }
}

/// Other readings of digits, with prefixes that do not belong there.
/// `is_e164` where they are written as E.164, without a blank, as programs do: then China's code is
/// part of the number.
pub(super) fn odd(dialled: &str, read: &Result<String, Rejection>, region: Region, is_e164: bool) -> Vec<String> {
    let mut readings = match read {
        Ok(e164) => behind_the_code(e164, region, is_e164).into_iter().collect(),
        Err(_) => with_odd_prefix(dialled, region),
    };
    let numbers = [Some(dialled), read.as_deref().ok().filter(|e164| *e164 != dialled)];
    let digits =
        numbers.into_iter().flatten().filter_map(|number| number.strip_prefix('+').or_else(|| behind_zeros(number)));
    readings.extend(digits.filter_map(|digits| without_zero(digits, region)));
    readings
}

/// The number without a zero behind its calling code.
fn without_zero(digits: &str, region: Region) -> Option<String> {
    lenient(&plain::without_zero(digits)?, region)
}

/// The number behind a calling code that does not belong there: the number's own code a second
/// time, or that of [`CHINA`] in front of another country's.
fn behind_the_code(e164: &str, region: Region, is_e164: bool) -> Option<String> {
    let code = plain::calling_code(e164)?;
    let behind = &e164[1 + code.len()..];
    (behind.starts_with(code) || (is_fixed_in_china(e164) && !is_e164)).then(|| exactly(behind, region)).flatten()
}

/// Whether this would be a fixed line in China, all of which the library knows: one that it does
/// not know is something else.
pub(super) fn is_fixed_in_china(e164: &str) -> bool {
    e164.starts_with("+86") && !is_chinese_mobile(e164)
}

/// Readings of digits that are no number as they stand.
fn with_odd_prefix(dialled: &str, region: Region) -> Vec<String> {
    let digits = dialled.strip_prefix('+').unwrap_or(dialled);
    let number = digits.trim_start_matches('0');
    let is_marked = number.len() < dialled.len();
    let mut readings = [None, None, None];
    if behind_zeros(dialled).is_some() {
        readings[0] = national(dialled, region).ok();
    } else if digits.len() < dialled.len() {
        // `+8 916 …`, where the plus stands before a trunk prefix.
        let has_trunk = |e164: &String| e164.len() - plain::calling_code(e164).map_or(0, str::len) <= digits.len();
        readings[0] = national(digits, region).ok().filter(has_trunk);
    }
    let outside = lenient(number, region);
    if outside.is_none()
        && let Some(code) = plain::calling_code_of(number)
    {
        let behind = &number[code.len()..];
        let behind = behind.strip_prefix("00").unwrap_or(behind);
        let is_own = is_marked || plain::calling_code_of_region(region) == Some(code);
        if (is_own && behind.starts_with(code)) || (is_marked && code == CHINA) {
            readings[1] = lenient(behind, region);
        }
    }
    if is_marked {
        readings[2] = outside;
    }
    readings.into_iter().flatten().collect()
}

/// E.164 of a plus and digits. The region counts only where no calling code is behind the plus.
pub(super) fn abroad(dialled: &str, region: Region) -> Result<String, Rejection> {
    if let Some(e164) = moved(&dialled[1..]) {
        return Ok(e164);
    }
    settled(e164(dialled, region)?, dialled)
}

/// The number of digits whose plus is missing, as if no trunk digit were among them.
fn exactly(digits: &str, region: Region) -> Option<String> {
    let may_be = plain::may_be_e164(digits) || MOVES.of(digits).is_some();
    may_be.then(|| lenient(digits, region)).flatten().filter(|e164| e164[1..] == *digits || moved(digits).is_some())
}

fn lenient(digits: &str, region: Region) -> Option<String> {
    abroad(&["+", digits].concat(), region).ok()
}

/// E.164 of digits as they are dialled inside a region.
fn national(digits: &str, region: Region) -> Result<String, Rejection> {
    let read = e164(digits, region).and_then(|e164| settled(e164, digits));
    match old(digits, region) {
        Some(now) if !read.as_deref().is_ok_and(is_known) => Ok(now),
        _ => read,
    }
}

/// The number that replaced one that was dialled inside a region. Plans that grew no longer have
/// its length, or have it with the trunk zero.
fn old(digits: &str, region: Region) -> Option<String> {
    let code = plain::calling_code_of_region(region)?;
    let without_trunk = digits.strip_prefix('0').filter(|_| plain::has_trunk(digits, region));
    let mut spelled = [Some(digits), without_trunk].into_iter().flatten();
    spelled.find_map(|digits| MOVES.may_concern(code, digits).then(|| moved(&[code, digits].concat())).flatten())
}

/// The number that a reading stands for, if it can be dialled.
fn settled(e164: String, dialled: &str) -> Result<String, Rejection> {
    if let Some(now) = moved(&e164[1..]) {
        return Ok(now);
    }
    if is_half_a_chinese_mobile(&e164) {
        return Err(Rejection::Length);
    }
    if e164 == dialled || is_read_as_itself(&e164) { Ok(e164) } else { Err(Rejection::NotANumber) }
}

/// E.164 of the number that replaced one, given with calling code, if it was replaced.
fn moved(digits: &str) -> Option<String> {
    MOVES.of(digits).map(|now| ["+", &now].concat()).filter(|now| is_read_as_itself(now))
}

/// As the library reads it, but faster where the numbering plans suffice.
fn e164(dialled: &str, region: Region) -> Result<String, Rejection> {
    plain::e164(dialled, region).map_or_else(|| by_library(dialled, region), Ok)
}

/// Whether libphonenumber reads an E.164 number as itself. It drops one trunk digit, so `0004708`
/// in Australia becomes `+61004708`, which it reads as yet another number. None of them can be
/// dialled.
fn is_read_as_itself(e164: &str) -> bool {
    plain::is_kept(e164) || by_library(e164, Region::default()).is_ok_and(|again| again == e164)
}

pub(super) fn by_library(dialled: &str, region: Region) -> Result<String, Rejection> {
    let parsed = PHONE_NUMBER_UTIL.parse(dialled, Some(region.to_library())).map_err(|error| match error {
        ParseError::InvalidCountryCode => Rejection::Country,
        ParseError::NotANumber(_) => Rejection::NotANumber,
        _ => Rejection::Length,
    })?;
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&parsed) {
        Ok(NumberLengthType::IsPossible) => Ok(PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::E164).into_owned()),
        _ => Err(Rejection::Length),
    }
}

/// A Chinese mobile number with a digit too few or too many is "possible" as a landline that cannot
/// exist, since no area code begins with 13 to 19. Its certain "not found" would be mistaken for an
/// answer about the intended number.
fn is_half_a_chinese_mobile(e164: &str) -> bool {
    let mobile = e164.strip_prefix("+861").filter(|rest| rest.starts_with(|c: char| ('3'..='9').contains(&c)));
    mobile.is_some_and(|rest| rest.len() != CHINESE_MOBILE_DIGITS - 1)
}
