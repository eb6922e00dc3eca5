//! Numbers behind a `+`.

use super::table::TABLE;
use crate::phone::reading::abroad;
use crate::region::Region;

/// E.164 of the digits after a `+`, if they are a valid number.
pub(crate) fn international(digits: &str) -> Option<String> {
    abroad(&format!("+{digits}"), Region::default()).ok().filter(|e164| TABLE.is_valid(e164))
}
