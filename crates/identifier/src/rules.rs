//! What canonical forms depend on besides the text: the version of the rules, region and date.

use crate::region::Region;

/// The version of the rules that produce canonical forms, and of the phone metadata in them.
/// Ledgers record it. What a version changed is in `versions`.
pub const CANONICAL_VERSION: &str = "2, phones by libphonenumber 9.0.42";

/// What canonicalisation depends on besides the text itself.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The region of phone numbers without a calling code.
    pub region: Region,
    /// Whether a phone number without a plus that is known both as the region's and behind a plus,
    /// or neither, is meant behind a plus: a column that has lost its plus (`4915112345678`).
    pub lacks_plus: bool,
    /// Birth dates after this day (UTC) are rejected.
    pub today: jiff::civil::Date,
}

impl Rules {
    /// The rules on a given day, with the default region, `CN`.
    pub fn on(today: jiff::civil::Date) -> Self {
        Self { region: Region::default(), lacks_plus: false, today }
    }
}
