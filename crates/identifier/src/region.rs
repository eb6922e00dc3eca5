//! Regions by their ISO 3166-1 alpha-2 codes, as far as they have phone numbers.

use rlibphonenumber::PHONE_NUMBER_UTIL;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// A country or territory that has phone numbers. `Display` and `Debug` give its code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Region(rlibphonenumber::Region);

/// Not the code of a region with phone numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not the two-letter code of a country with phone numbers, such as CN or GB")]
pub struct UnknownRegion(pub String);

/// Every region and its code, which is the number of the library's variant: two letters,
/// big-endian.
static REGIONS: LazyLock<Vec<(Region, String)>> = LazyLock::new(|| {
    let code = |letters: [u8; 2]| letters.map(char::from).iter().collect();
    let regions = PHONE_NUMBER_UTIL.get_supported_regions();
    regions.map(|region| (Region(region), code((region as u16).to_be_bytes()))).collect()
});

impl Region {
    /// A region of the library's.
    #[cfg(test)]
    pub(crate) fn of_library(region: rlibphonenumber::Region) -> Self {
        Self(region)
    }

    /// The code of a region of the library's, unless it is no country, such as that of satellites.
    pub(crate) fn named_by_library(region: rlibphonenumber::Region) -> Option<&'static str> {
        REGIONS.iter().find(|(own, _)| own.0 == region).map(|(_, code)| code.as_str())
    }

    /// The same for the library.
    pub(crate) fn to_library(self) -> rlibphonenumber::Region {
        self.0
    }

    /// The ISO 3166-1 alpha-2 code, in capitals.
    pub fn code(self) -> &'static str {
        let own = REGIONS.iter().find(|(region, _)| *region == self);
        own.map(|(_, code)| code.as_str()).expect("every region that is made is a supported one")
    }

    /// Its calling code, as digits.
    pub fn calling_code(self) -> Option<String> {
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.0).map(|code| code.to_string())
    }
}

impl Default for Region {
    fn default() -> Self {
        Self(rlibphonenumber::Region::CN)
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    /// From a code in capitals or small letters.
    fn from_str(code: &str) -> Result<Self, UnknownRegion> {
        let found = REGIONS.iter().find(|(_, own)| own.eq_ignore_ascii_case(code));
        found.map(|&(region, _)| region).ok_or_else(|| UnknownRegion(code.to_owned()))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_known_by_code() {
        assert_eq!("gb".parse::<Region>().map(Region::code), Ok("GB"));
        assert_eq!("XX".parse::<Region>(), Err(UnknownRegion("XX".to_owned())));
        assert_eq!(Region::default().to_string(), "CN");
        for (region, code) in &*REGIONS {
            assert_eq!((code.parse(), region.code()), (Ok(*region), code.as_str()));
            assert!(code.len() == 2 && *code == format!("{:?}", region.0), "the library names it so, too");
        }
    }
}
