//! How dirty a dump is: the rates of all that goes wrong in real ones.

/// What rates are parts of.
pub(super) const SCALE: u32 = 100_000;

/// Rates, in parts of a hundred thousand rows.
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
    /// Words for nothing, zeros, in ID or phone.
    pub junk: u32,
    /// A phone behind `+86`, `0086`, `86`, `86-`, with dashes, as a float.
    pub prefixed: u32,
    /// Several phones in a cell.
    pub several: u32,
    /// A phone number that many rows have because somebody had to fill in one. It is an identifier by all rules.
    pub heavy: u32,
    /// ID and phone in each other's column.
    pub swapped: u32,
    /// A line that is cut.
    pub broken: u32,
    /// Somebody who is in no dump, with damaged numbers.
    pub strangers: u32,
    /// Quotes, line breaks and rare characters in names and addresses.
    pub awkward: u32,
}

impl Noise {
    /// Clean.
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

    /// As in leaks that have been looked at.
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

/// What went wrong in a row.
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

/// One of several things that exclude each other, each with its rate.
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
