//! The same by the library alone, number by number: what the tables are compared with. Tests only.

use crate::phone::reading::abroad;
use crate::region::Region;
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};

/// The fewest digits of a number with a calling code but no `+`.
const FEWEST_WITH_CODE: usize = 10;

const FIRST_DIGITS: usize = 3;

/// How a region spells its numbers.
pub(crate) struct Slow {
    pub(super) region: Region,
    calling_code: i32,
    pub(super) code: String,
    pub(super) trunk: String,
    /// Bit n: a spelling may have n digits.
    pub(super) lengths: u32,
}

impl Slow {
    pub(crate) fn of(region: Region) -> Self {
        let calling_code = PHONE_NUMBER_UTIL.get_country_code_for_region(region.to_library()).unwrap_or_default();
        let (code, trunk) = (calling_code.to_string(), trunk_prefix(region));
        let national = (FIRST_DIGITS..=17).filter(|&digits| is_possible(calling_code, digits));
        let spelled = national.flat_map(|digits| [0, trunk.len(), code.len()].map(|more| digits + more));
        let lengths = spelled.fold(0, |lengths, digits| lengths | 1 << digits);
        Self { region, calling_code, code, trunk, lengths }
    }

    /// The library's examples, in several spellings.
    pub(crate) fn examples(&self) -> Vec<String> {
        let types = [PhoneNumberType::FixedLine, PhoneNumberType::Mobile, PhoneNumberType::TollFree];
        let example =
            |kind| PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(self.region.to_library(), kind).ok();
        let spelled = types.into_iter().filter_map(example).flat_map(|number| {
            let format = |format| PHONE_NUMBER_UTIL.format(&number, format).into_owned();
            let [e164, international] = [PhoneNumberFormat::E164, PhoneNumberFormat::International].map(format);
            [national_spelling(&number), e164[1..].to_owned(), format(PhoneNumberFormat::National), e164, international]
        });
        spelled.collect()
    }

    /// E.164 of digits that spell a valid number of this very region.
    pub(crate) fn number(&self, digits: &str) -> Option<String> {
        let behind = |prefix: &String| (!prefix.is_empty()).then(|| digits.strip_prefix(prefix.as_str())).flatten();
        let bare = || digits.get(..FIRST_DIGITS).filter(|first| self.is_bare(first, digits.len())).map(|_| digits);
        let behind_code = || behind(&self.code).filter(|_| digits.len() >= FEWEST_WITH_CODE);
        let is_valid = |national: &&str| self.lengths >> digits.len() & 1 == 1 && self.is_valid(national);
        let national = [behind(&self.trunk), bare(), behind_code()].into_iter().flatten().find(is_valid)?;
        abroad(&format!("+{}{national}", self.code), self.region).ok()
    }

    /// Whether a valid E.164 number is of this region.
    pub(crate) fn owns(&self, e164: &str) -> bool {
        let number = PHONE_NUMBER_UTIL.parse(e164, None);
        number.is_ok_and(|number| {
            // The library compares the code for numbers of no region only.
            number.country_code == self.calling_code
                && PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, self.region.to_library())
        })
    }

    pub(super) fn is_valid(&self, national: &str) -> bool {
        let number = number(self.calling_code, national);
        number.is_some_and(|number| PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, self.region.to_library()))
    }

    /// Whether national numbers of this length and beginning are written without trunk prefix.
    pub(super) fn is_bare(&self, first: &str, digits: usize) -> bool {
        if digits < FIRST_DIGITS || !is_possible(self.calling_code, digits) {
            return false;
        }
        let national = format!("{first}{}", "5".repeat(digits - FIRST_DIGITS));
        number(self.calling_code, &national).is_some_and(|number| national_spelling(&number) == national)
    }
}

/// Whether the digits behind a calling code are a valid number of any region.
pub(super) fn is_valid_behind(code: &str, national: &str) -> bool {
    let number = code.parse().ok().and_then(|code| number(code, national));
    number.is_some_and(|number| PHONE_NUMBER_UTIL.is_valid_number(&number))
}

/// E.164 of the digits after a `+`, if they are a valid number.
pub(crate) fn international(digits: &str) -> Option<String> {
    let e164 = abroad(&format!("+{digits}"), Region::default()).ok()?;
    let number = PHONE_NUMBER_UTIL.parse(&e164, None).ok()?;
    PHONE_NUMBER_UTIL.is_valid_number(&number).then_some(e164)
}

/// The digits that the library writes.
pub(super) fn national_spelling(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::National).chars().filter(char::is_ascii_digit).collect()
}

fn number(calling_code: i32, national: &str) -> Option<PhoneNumber> {
    // As the library counts them: of zeros only, the last is the number.
    let zeros = national.bytes().take_while(|&c| c == b'0').count().min(national.len().saturating_sub(1));
    let mut number =
        PhoneNumber { country_code: calling_code, national_number: national.parse().ok()?, ..PhoneNumber::default() };
    if zeros > 0 {
        number.italian_leading_zero = Some(true);
        number.number_of_leading_zeros = zeros.try_into().ok();
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
