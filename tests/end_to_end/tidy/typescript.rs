//! What TypeScript modules import from each other: relative paths of `import`, `export … from` and
//! `import()`.
//!
//! Imports of types count too: they tie files together as others do. Tests do not count.

use super::graph::Graph;
use std::path::{Component, Path, PathBuf};

/// The graph of these sources, by path.
pub(super) fn graph(sources: &[(PathBuf, String)]) -> Graph {
    let mut graph = Graph::default();
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let is_source = |path: &PathBuf| sources.iter().any(|(own, _)| own == path);
    for (path, text) in sources {
        graph.add_file(&shown(path));
        for written in imports(text) {
            let imported = normal(&path.parent().expect("a file is in a folder").join(written));
            if let Some(imported) = candidates(&imported).into_iter().find(is_source) {
                graph.add_import(&shown(path), &shown(&imported));
            }
        }
    }
    graph
}

/// The relative paths in quotes behind the words `from` and `import`, outside of comments.
fn imports(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with(['/', '*'])) {
        for word in ["from", "import"] {
            for (at, _) in line.match_indices(word) {
                let is_word = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
                let behind = line[at + word.len()..].trim_start_matches([' ', '(']);
                if is_word(line[..at].chars().next_back()) && is_word(line[at + word.len()..].chars().next()) {
                    found.extend(quoted(behind).filter(|path| path.starts_with('.')));
                }
            }
        }
    }
    found
}

/// The text in the quotes that this begins with.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| ['"', '\''].contains(c))?;
    text[1..].split_once(quote).map(|(path, _)| path)
}

/// The files that an imported path can mean: it names what is compiled.
fn candidates(path: &Path) -> Vec<PathBuf> {
    let text = path.to_string_lossy();
    let stem = text.strip_suffix(".js").unwrap_or(&text);
    [text.to_string(), format!("{stem}.ts"), format!("{stem}/index.ts")].map(PathBuf::from).to_vec()
}

/// The path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            part => normal.push(part),
        }
    }
    normal
}

mod tests {
    use super::*;

    fn sources(files: &[(&str, &str)]) -> Vec<(PathBuf, String)> {
        files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect()
    }

    #[test]
    fn a_circle_is_found_however_it_is_imported() {
        for back in [
            "import { a } from \"./a.js\";",
            "import type { A } from '../x/a.js';",
            "export * from \"./a\";",
            "import {\n  a,\n} from \"./a.ts\";",
            "const a = await import(\"./a.js\");",
            "import \"./a.js\";",
        ] {
            let graph = graph(&sources(&[("x/a.ts", "import { b } from \"./b.js\";"), ("x/b.ts", back)]));
            let circles = graph.circles();
            assert_eq!(circles.len(), 1, "{back}");
            assert!(circles[0].to_string().contains("x/a.ts, x/b.ts"), "{back}");
        }
    }

    #[test]
    fn comments_packages_and_other_words_are_no_imports() {
        for line in [
            "// from \"./a.js\"",
            " * from \"./a.js\"",
            "import a from \"a\";",
            "say(\"./a.js\")",
            "reimport \"./a.js\"",
        ] {
            let graph = graph(&sources(&[("x/a.ts", "import { b } from \"./b.js\";"), ("x/b.ts", line)]));
            assert!(graph.circles().is_empty() && graph.has_import("x/a.ts", "x/b.ts"), "{line}");
        }
    }

    #[test]
    fn a_folder_is_its_index() {
        let graph = graph(&sources(&[("x/a.ts", "import { b } from \"./b\";"), ("x/b/index.ts", "")]));
        assert!(graph.has_import("x/a.ts", "x/b/index.ts"));
    }
}
