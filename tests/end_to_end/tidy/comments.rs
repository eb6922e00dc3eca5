//! Lines of comments and how wide they are. rustfmt wraps code and leaves comments alone.

use std::path::Path;

/// The widest line of a comment, in characters.
const COLUMNS: usize = 100;

/// What comments begin with in this file; `None` for unchecked languages.
fn markers(path: &Path, text: &str) -> Option<&'static [&'static str]> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => Some(&["//"]),
        Some("ts" | "mts" | "mjs") => Some(&["//", "/*", "*"]),
        Some("py" | "sh") => Some(&["#"]),
        // Scripts without an ending.
        None if text.starts_with("#!") => Some(&["#"]),
        _ => None,
    }
}

/// The numbers of lines that hold nothing but a comment and are too wide. What has no place to
/// break, such as an address, may be.
pub(super) fn too_wide(path: &Path, text: &str) -> Vec<usize> {
    let Some(markers) = markers(path, text) else { return Vec::new() };
    let is_too_wide = |line: &str| {
        let Some(marker) = markers.iter().find(|marker| line.trim_start().starts_with(**marker)) else { return false };
        let comment = line.trim_start().trim_start_matches(marker).trim_start_matches(['/', '!', '*']).trim();
        line.chars().count() > COLUMNS && comment.contains(' ')
    };
    text.lines().zip(1..).filter(|(line, _)| is_too_wide(line)).map(|(_, number)| number).collect()
}

mod tests {
    use super::*;

    #[test]
    fn wide_comments_are_found_in_each_language() {
        let wide = format!("a {}", "b".repeat(100));
        for (path, line) in [("a.rs", "    //! "), ("a.ts", " * "), ("a.mjs", "// "), ("a.py", "# "), ("a.sh", "# ")] {
            let text = format!("code\n{line}{wide}\n{line}narrow\n");
            assert_eq!(too_wide(Path::new(path), &text), [2], "{path}");
        }
        assert_eq!(too_wide(Path::new("tools/run"), &format!("#!/bin/sh\n# {wide}")), [2]);
    }

    #[test]
    fn code_addresses_and_other_files_are_left_alone() {
        let long = "b".repeat(100);
        for text in
            [format!("let a = \"{long} {long}\";"), format!("// https://{long}"), format!("/// {}", "b ".repeat(40))]
        {
            assert!(too_wide(Path::new("a.rs"), &text).is_empty(), "{text}");
        }
        assert!(too_wide(Path::new("a.md"), &format!("# {long} {long}")).is_empty());
    }
}
