//! Phone numbers in running text, where no label announces them: only valid numbers in the spelling
//! of their country.
//!
//! libphonenumber's parser is lenient, since it is made for input fields: it drops carrier codes,
//! and accepts landlines without trunk prefix, so that a Unix time of ten digits is a number in
//! Britain. Here the possible spellings are tried one by one, and the library only validates. That
//! is faster, too.

use super::reading::abroad;
use super::validity;
use crate::region::Region;
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};
use std::sync::{Arc, Mutex, PoisonError};

/// The longest national number of any plan, in digits (libphonenumber's `MAX_LENGTH_FOR_NSN`).
const LONGEST: usize = 17;

/// The fewest digits of a number with a calling code but no `+`; shorter ones begin with those
/// digits by chance.
const FEWEST_WITH_CODE: usize = 10;

/// The spelling of a number depends on this many first digits.
const FIRST_DIGITS: usize = 3;
const FIRSTS: usize = 10_usize.pow(FIRST_DIGITS as u32);

/// Chinese mobile numbers have eleven digits, the first five of which determine whether they are
/// valid. Chinese dumps are full of them, so validity is precomputed for each five.
const MOBILE_DIGITS: usize = 11;
const MOBILE_FIRST_DIGITS: usize = 5;
const MOBILE_FIRSTS: std::ops::Range<usize> = 13_000..20_000;

/// The spellings made so far. Making one takes thousands of calls of the library.
static KNOWN: Mutex<Vec<Arc<Spelling>>> = Mutex::new(Vec::new());

/// How a region spells its numbers.
pub(crate) struct Spelling {
    region: Region,
    calling_code: i32,
    code: String,
    /// The trunk prefix; empty if there is none.
    trunk: String,
    /// Bit n: a spelling may have n digits.
    lengths: u32,
    /// By the length of a national number: which first digits are written without trunk prefix.
    bare: Vec<Firsts>,
    /// By the first five digits of a Chinese mobile number, from 13000 on: whether it is valid.
    /// Empty for other regions.
    mobiles: Vec<bool>,
}

/// A set of three first digits.
type Firsts = [u64; FIRSTS.div_ceil(64)];

impl Spelling {
    /// The spelling of a region, made on first use.
    pub(crate) fn of(region: Region) -> Arc<Self> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spelling) = known.iter().find(|spelling| spelling.region == region) {
            return Arc::clone(spelling);
        }
        known.push(Arc::new(Self::new(region)));
        Arc::clone(&known[known.len() - 1])
    }

    fn new(region: Region) -> Self {
        let calling_code = PHONE_NUMBER_UTIL.get_country_code_for_region(region.to_library()).unwrap_or_default();
        let code = calling_code.to_string();
        let trunk = trunk_prefix(region);
        let national: Vec<usize> =
            (FIRST_DIGITS..=LONGEST).filter(|&digits| is_possible(calling_code, digits)).collect();
        let bare = (0..=LONGEST)
            .map(|digits| if national.contains(&digits) { bare(calling_code, digits) } else { Firsts::default() });
        let spelled = national.iter().flat_map(|digits| [0, trunk.len(), code.len()].map(|more| digits + more));
        let lengths = spelled.fold(0, |lengths, digits| lengths | 1 << digits);
        let bare = bare.collect();
        let mut spelling = Self { region, calling_code, code, trunk, lengths, bare, mobiles: Vec::new() };
        if region == Region::default() {
            let tails = ["000000", "999999"];
            let is_valid =
                |first: usize| tails.iter().all(|tail| spelling.is_valid_by_library(&format!("{first}{tail}")));
            spelling.mobiles = MOBILE_FIRSTS.map(is_valid).collect();
        }
        spelling
    }

    /// The numbers of digits that a spelling may have, as bits.
    pub(crate) fn lengths(&self) -> u32 {
        self.lengths
    }

    /// E.164 of digits that spell a valid number of this very region, not of another with the same
    /// calling code.
    pub(crate) fn number(&self, digits: &str) -> Option<String> {
        if self.lengths.checked_shr(digits.len() as u32).is_none_or(|bits| bits & 1 == 0) {
            return None;
        }
        let is_bare = || {
            let first: usize = digits.get(..FIRST_DIGITS)?.parse().ok()?;
            let bare = self.bare.get(digits.len())?[first / 64] >> (first % 64) & 1 == 1;
            bare.then_some(digits)
        };
        let behind = |prefix: &String| (!prefix.is_empty()).then(|| digits.strip_prefix(prefix.as_str())).flatten();
        let behind_code = || behind(&self.code).filter(|_| digits.len() >= FEWEST_WITH_CODE);
        let spellings = [behind(&self.trunk), is_bare(), behind_code()];
        let national = spellings.into_iter().flatten().find(|national| self.is_valid(national))?;
        self.canonical(national)
    }

    /// Whether a valid E.164 number is of this region.
    pub(crate) fn owns(&self, e164: &str) -> bool {
        let number = PHONE_NUMBER_UTIL.parse(e164, None);
        number.is_ok_and(|number| PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, self.region.to_library()))
    }

    fn is_valid(&self, national: &str) -> bool {
        if national.len() == MOBILE_DIGITS && !self.mobiles.is_empty() {
            let first = national.get(..MOBILE_FIRST_DIGITS).and_then(|first| first.parse().ok());
            if let Some(first) = first.filter(|first| MOBILE_FIRSTS.contains(first)) {
                return self.mobiles[first - MOBILE_FIRSTS.start];
            }
        }
        self.is_valid_by_library(national)
    }

    fn is_valid_by_library(&self, national: &str) -> bool {
        let number = number(self.calling_code, national);
        number.is_some_and(|number| PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, self.region.to_library()))
    }

    /// The same canonical form as in a labelled cell.
    fn canonical(&self, national: &str) -> Option<String> {
        abroad(&format!("+{}{national}", self.code), self.region).ok()
    }
}

/// E.164 of the digits after a `+`, if they are a valid number.
pub(crate) fn international(digits: &str) -> Option<String> {
    abroad(&format!("+{digits}"), Region::default()).ok().filter(|e164| validity::is_valid(e164))
}

fn number(calling_code: i32, national: &str) -> Option<PhoneNumber> {
    let zeros = (0..).zip(national.bytes()).find(|&(_, c)| c != b'0').map_or(0, |(zeros, _)| zeros);
    let mut number =
        PhoneNumber { country_code: calling_code, national_number: national.parse().ok()?, ..PhoneNumber::default() };
    if zeros > 0 {
        number.italian_leading_zero = Some(true);
        number.number_of_leading_zeros = Some(zeros);
    }
    Some(number)
}

fn is_possible(calling_code: i32, digits: usize) -> bool {
    let number = number(calling_code, &"1".repeat(digits));
    number.is_some_and(|number| {
        matches!(PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number), Ok(NumberLengthType::IsPossible))
    })
}

/// The trunk prefix of the region's landlines, or else of its mobiles, in national spelling.
fn trunk_prefix(region: Region) -> String {
    let prefix = |kind| {
        let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region.to_library(), kind).ok()?;
        let national = rlibphonenumber::get_national_significant_number_owned(&example);
        let prefix = national_spelling(&example).strip_suffix(&national)?.to_owned();
        (!prefix.is_empty()).then_some(prefix)
    };
    [PhoneNumberType::FixedLine, PhoneNumberType::Mobile].into_iter().find_map(prefix).unwrap_or_default()
}

/// The digits that the library writes.
fn national_spelling(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::National).chars().filter(char::is_ascii_digit).collect()
}

/// Which first digits of national numbers this long are written without trunk prefix.
fn bare(calling_code: i32, digits: usize) -> Firsts {
    let mut bare = Firsts::default();
    for first in 0..FIRSTS {
        let national = format!("{first:0FIRST_DIGITS$}{}", "5".repeat(digits - FIRST_DIGITS));
        let Some(number) = number(calling_code, &national) else { continue };
        if national_spelling(&number) == national {
            bare[first / 64] |= 1 << (first % 64);
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_five_digits_of_a_chinese_mobile_number_decide() {
        let china = Spelling::of(Region::default());
        let mut valid = 0;
        for n in 0..60_000_u64 {
            let national = format!("1{:010}", 3_000_000_000 + n * 6_180_339_887 % 7_000_000_000);
            assert_eq!(china.is_valid(&national), china.is_valid_by_library(&national), "{}…", &national[..5]);
            valid += usize::from(china.is_valid(&national));
        }
        assert!((20_000..55_000).contains(&valid), "{valid}");
    }

    /// The library's example of each type and region, spelled as the library spells it in the
    /// region.
    #[test]
    fn examples_are_numbers_as_their_countries_write_them() {
        let (mut examples, mut missed) = (0, Vec::new());
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            let spelling = Spelling::of(Region::of_library(region));
            for kind in [PhoneNumberType::Mobile, PhoneNumberType::FixedLine] {
                let Ok(example) = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind) else {
                    continue;
                };
                let e164 = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164).into_owned();
                // Where a mobile number has a longer form, too, it is not the canonical one.
                let e164 = abroad(&e164, Region::default()).expect("an example is a number");
                examples += 1;
                if spelling.number(&national_spelling(&example)).as_ref() != Some(&e164)
                    || international(&e164[1..]).as_ref() != Some(&e164)
                {
                    missed.push(format!("{region:?} {kind:?}"));
                }
            }
        }
        assert!(examples > 400, "{examples}");
        // Argentina writes 011 15-2345-6789 for +54 9 11 2345 6789.
        assert_eq!(missed, ["AR Mobile"]);
    }
}
