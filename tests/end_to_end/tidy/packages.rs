//! Sources that reach out of the folder of their package, which then could not be built from the
//! package alone.

use super::tokens::{Token, tokens};
use std::path::{Component, Path};

/// The paths in a source that lead out of its package: of `include_str!`, `include_bytes!`,
/// `include!` and `#[path]`, which are relative to the source, and those behind
/// `CARGO_MANIFEST_DIR`, relative to the package. `file` is relative to the package, too.
pub(super) fn leading_out(file: &Path, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let folder = file.parent().expect("a file is in a folder");
    let has_manifest_dir = tokens.iter().any(|token| *token == Token::Text("CARGO_MANIFEST_DIR".to_owned()));
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Text(text) = token else { continue };
        let before = |n: usize| at.checked_sub(n).map(|at| &tokens[at]);
        let is_word = |n, words: &[&str]| before(n).is_some_and(|token| words.iter().any(|word| token.is_word(word)));
        let is_included = is_word(3, &["include_str", "include_bytes", "include"]) || is_word(2, &["path"]);
        let leads_out = if is_included {
            is_outside(folder, text)
        } else {
            has_manifest_dir && is_outside(Path::new(""), text.trim_start_matches("{}").trim_start_matches('/'))
        };
        if leads_out {
            found.push(text.clone());
        }
    }
    found
}

/// Whether a path leaves the package that this folder is in.
fn is_outside(folder: &Path, path: &str) -> bool {
    let mut depth = 0_i32;
    folder.join(path).components().any(|part| {
        depth += match part {
            Component::ParentDir => -1,
            Component::Normal(_) => 1,
            _ => 0,
        };
        depth < 0
    })
}

mod tests {
    use super::*;

    #[test]
    fn what_leads_out_of_a_package_is_found() {
        let file = Path::new("src/a/b.rs");
        for (source, expected) in [
            ("include_str!(\"../../kinds.json\")", vec![]),
            ("include_str!(\"../../../docs/api.md\")", vec!["../../../docs/api.md"]),
            ("include_bytes!(\"../../../x\")", vec!["../../../x"]),
            ("#[path = \"../../../x.rs\"] mod x;", vec!["../../../x.rs"]),
            ("#[path = \"../c.rs\"] mod c;", vec![]),
            ("format!(\"{}/../../tests/{x}\", env!(\"CARGO_MANIFEST_DIR\"))", vec!["{}/../../tests/{x}"]),
            ("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/vectors/a.json\")", vec![]),
            ("// include_str!(\"../../../x\")\nlet x = \"../../../y\";", vec![]),
        ] {
            assert_eq!(leading_out(file, source), expected, "{source}");
        }
    }
}
