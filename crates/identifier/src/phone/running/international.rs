//! Numbers behind a `+`.

use super::table::TABLE;
use crate::phone::reading::abroad;
use crate::region::Region;

/// E.164 of the digits after a `+`, if they are a valid number.
pub(crate) fn international(digits: &str) -> Option<String> {
    let e164 = abroad(&format!("+{digits}"), Region::default()).ok()?;
    let (first, national) = TABLE.behind_code(e164.strip_prefix('+')?)?;
    TABLE.automaton.is_valid(first, national.as_bytes()).then_some(e164)
}
