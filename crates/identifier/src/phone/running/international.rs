//! Numbers behind a `+`.

use super::table::TABLE;
use crate::phone::plain;
use crate::phone::reading::abroad;
use crate::region::Region;

/// E.164 of the digits after a `+`, if they are a valid number.
pub(crate) fn international(digits: &str) -> Option<String> {
    abroad(&format!("+{digits}"), Region::default()).ok().filter(|e164| TABLE.is_valid(e164))
}

/// The same without a zero behind the calling code, which stands apart in the text: `+974 (0)44…`.
pub(crate) fn without_zero(digits: &str) -> Option<String> {
    international(&plain::without_zero(digits)?)
}
