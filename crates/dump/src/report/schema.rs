//! Which names of an input may be in a report: those that are of its schema.

/// Whether a name of a table or a key looks like part of a schema, and not like a value of the
/// dump.
pub(crate) fn is_schema_name(name: &str) -> bool {
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    is_plain && (1..=32).contains(&name.len()) && name.bytes().filter(u8::is_ascii_digit).count() < 5
}
