//! How messy a dump is: the rates of everything that goes wrong in real ones.

/// The denominator of rates.
pub(super) const SCALE: u32 = 100_000;

/// Rates, per hundred thousand rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noise {
    /// An ID number that ends with `x`.
    pub lower_case: u32,
    /// Full-width digits, in ID or phone.
    pub full_width: u32,
    /// The fifteen digits of before 1999.
    pub legacy: u32,
    /// An ID number with a wrong check character.
    pub bad_check: u32,
    /// An ID number of which a spreadsheet kept fifteen digits.
    pub truncated: u32,
    /// Stars, in ID or phone.
    pub masked: u32,
    /// Words for an empty value, zeros, in ID or phone.
    pub junk: u32,
    /// A phone number after `+86`, `0086`, `86`, `86-`, with dashes, or as a float.
    pub prefixed: u32,
    /// Several phone numbers in a cell.
    pub several: u32,
    /// A placeholder phone number that many rows have. It is a valid identifier.
    pub heavy: u32,
    /// ID and phone in each other's column.
    pub swapped: u32,
    /// A truncated line.
    pub broken: u32,
    /// Somebody who is in no dump, with damaged numbers.
    pub strangers: u32,
    /// Quotes, line breaks and rare characters in names and addresses.
    pub awkward: u32,
}

impl Noise {
    /// No noise.
    pub const NONE: Self = Self {
        lower_case: 0,
        full_width: 0,
        legacy: 0,
        bad_check: 0,
        truncated: 0,
        masked: 0,
        junk: 0,
        prefixed: 0,
        several: 0,
        heavy: 0,
        swapped: 0,
        broken: 0,
        strangers: 0,
        awkward: 0,
    };

    /// As in real leaks that were examined.
    pub const REAL: Self = Self {
        lower_case: 2_000,
        full_width: 500,
        legacy: 3_000,
        bad_check: 1_000,
        truncated: 300,
        masked: 2_000,
        junk: 500,
        prefixed: 15_000,
        several: 5_000,
        heavy: 100,
        swapped: 200,
        broken: 50,
        strangers: 2_000,
        awkward: 500,
    };
}

/// The noise in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "as the rates of `Noise`; Phone… is the same of the phone cell")]
pub enum Event {
    LowerCase,
    FullWidth,
    Legacy,
    BadCheck,
    Truncated,
    Masked,
    Junk,
    PhoneFullWidth,
    PhoneMasked,
    PhoneJunk,
    Prefixed,
    Several,
    Heavy,
    Swapped,
    Broken,
    Stranger,
    Awkward,
}

/// Picks one of several exclusive events, each with its rate.
pub(super) fn draw(number: u64, rates: &[(Event, u32)]) -> Option<Event> {
    let mut number = (number % u64::from(SCALE)) as u32;
    for &(event, rate) in rates {
        if number < rate {
            return Some(event);
        }
        number -= rate;
    }
    None
}
