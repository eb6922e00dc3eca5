//! Bulk files of Elasticsearch: their action lines are not records.

/// Whether a value is a line of an Elasticsearch bulk file that only says what to do with the next
/// line: `{"index":{"_index":"people"}}`.
pub(super) fn is_action(value: &[u8]) -> bool {
    fn after<'v>(value: &'v [u8], token: &[u8]) -> Option<&'v [u8]> {
        value.trim_ascii_start().strip_prefix(token)
    }
    let action = || {
        let rest = after(value, b"{")?;
        let actions = [&b"\"index\""[..], b"\"create\"", b"\"update\"", b"\"delete\""];
        let rest = actions.into_iter().find_map(|action| after(rest, action))?;
        let rest = after(after(rest, b":")?, b"{")?;
        let ends = value.trim_ascii_end().strip_suffix(b"}")?.trim_ascii_end().ends_with(b"}");
        (ends && (after(rest, b"}").is_some() || after(rest, b"\"_").is_some() || after(rest, b"\"routing").is_some()))
            .then_some(())
    };
    action().is_some()
}
