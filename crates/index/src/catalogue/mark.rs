//! Marks a source as incomplete in the text of a catalogue, and changes nothing else in it, so that
//! an operator's comments stay. Knows lines, not TOML: whoever calls it parses the result.

/// The field.
const FIELD: &str = "incomplete";

/// The text with the mark set or removed; `None` if the source has no table of its own.
pub(super) fn marked(text: &str, slug: &str, is_incomplete: bool) -> Option<String> {
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let headers = [format!("[sources.{slug}]"), format!("[sources.\"{slug}\"]")];
    let header = lines.iter().position(|line| headers.iter().any(|header| is_header(line, header)))?;
    let mut changed: String = lines[..=header].concat();
    if is_incomplete {
        if !changed.ends_with('\n') {
            changed.push('\n');
        }
        changed.push_str(FIELD);
        changed.push_str(" = true\n");
    }
    let rest = &lines[header + 1..];
    let fields = rest.iter().position(|line| line.trim_start().starts_with('[')).unwrap_or(rest.len());
    changed.extend(rest[..fields].iter().copied().filter(|line| !is_mark(line)));
    changed.extend(rest[fields..].iter().copied());
    Some(changed)
}

fn is_header(line: &str, header: &str) -> bool {
    let after = line.trim().strip_prefix(header);
    after.is_some_and(|after| after.is_empty() || after.trim_start().starts_with('#'))
}

fn is_mark(line: &str) -> bool {
    let value = line.trim_start().strip_prefix(FIELD);
    value.is_some_and(|value| value.trim_start().starts_with('='))
}
