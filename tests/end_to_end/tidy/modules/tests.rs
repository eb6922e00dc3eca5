//! The scanner of modules sees circles, however imports are written, and nothing else.

use super::*;

/// The graph of a crate in `x`, of files by path below `src`.
fn graph_of(files: &[(&str, &str)]) -> Graph {
    let read = |path: &Path| {
        let name = path.strip_prefix("x/src").ok()?.to_str()?;
        files.iter().find(|(own, _)| *own == name).map(|(_, text)| (*text).to_owned())
    };
    graph(Path::new("x"), &read)
}

fn circles(files: &[(&str, &str)]) -> String {
    graph_of(files).circles().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_circle_of_two_siblings_is_named() {
    let found = circles(&[
        ("lib.rs", "mod a; mod b; pub use a::A;"),
        ("a.rs", "use crate::b::B;"),
        ("b.rs", "use super::a::A;"),
    ]);
    assert_eq!(found, "circle of 2 files: x/src/a.rs, x/src/b.rs (for example x/src/a.rs → x/src/b.rs → x/src/a.rs)");
}

#[test]
fn a_child_that_imports_what_its_parent_has_is_a_circle() {
    assert!(circles(&[("lib.rs", "mod a; pub use a::A;"), ("a.rs", "use crate::Thing;")]).contains("x/src/lib.rs"));
    let nested = [
        ("main.rs", "mod a; fn main() { a::run() }"),
        ("a.rs", "mod b; pub(crate) fn run() { b::go() }"),
        ("a/b.rs", "pub(super) fn go() -> super::Thing {}"),
    ];
    assert!(circles(&nested).starts_with("circle of 2 files: x/src/a.rs, x/src/a/b.rs"));
    // Naming a module is no import: a parent that uses nothing of its child may give it things.
    assert_eq!(circles(&[("lib.rs", "pub mod a; pub struct Thing;"), ("a.rs", "use crate::Thing;")]), "");
}

#[test]
fn every_way_of_writing_an_import_is_read() {
    for text in [
        "use crate::{\n    c::{self, C},\n    b::{B as Other, inner::*},\n};",
        "use crate::c; fn f() { let x = crate::b::make(); }",
        "fn f(b: &crate::b::B) {}",
        "fn f() { println!(\"{}\", crate::b::NAME); }",
        "macro_rules! m { () => { $crate::b::make() } }",
        "use super::b;",
        "use self::super::b::B;",
        "mod inside { use super::super::b::B; }",
        "mod inside { fn f() { crate::b::make() } } use crate::c::C;",
        "impl From<crate::b::B> for A {}",
        "#[derive(x(with = crate::b::B))] struct A;",
    ] {
        let graph = graph_of(&[("lib.rs", "mod a; mod b; mod c;"), ("a.rs", text), ("b.rs", ""), ("c.rs", "")]);
        assert!(graph.has_import("x/src/a.rs", "x/src/b.rs"), "{text}");
        assert_eq!(graph.len(), 4, "{text}");
    }
}

#[test]
fn what_is_no_import_is_not_read() {
    for text in [
        "// use crate::b::B;\n/// [`crate::b::B`]\nstruct A;",
        "const A: &str = \"crate::b::B\";",
        "pub(in crate::b) struct A;",
        "use other::b::B; use std::b;",
        "#[cfg(test)] mod tests { use crate::b::B; fn f() { super::super::b::make() } }",
        "#[cfg(test)]\n#[path = \"b.rs\"]\nmod tests;",
        "#[cfg(test)] use crate::b::{B, C};",
        "#[cfg(test)] fn f(a: [u8; 3]) { crate::b::make() } fn g() {}",
        "#![cfg(test)] use crate::b::B;",
        "fn f(b: B) { b::<u8>(); }",
    ] {
        let graph = graph_of(&[("lib.rs", "mod a; mod b;"), ("a.rs", text), ("b.rs", "")]);
        assert!(!graph.has_import("x/src/a.rs", "x/src/b.rs"), "{text}");
    }
}

#[test]
fn files_are_found_where_modules_are() {
    let files = [
        ("lib.rs", "mod a; #[path = \"elsewhere.rs\"] mod b;"),
        ("a.rs", "mod b; use b::B;"),
        ("a/b.rs", "mod c; fn f() { self::c::g() }"),
        ("a/b/c.rs", "use super::super::super::b::B;"),
        ("elsewhere.rs", ""),
    ];
    let graph = graph_of(&files);
    for (from, to) in [("a.rs", "a/b.rs"), ("a/b.rs", "a/b/c.rs"), ("a/b/c.rs", "elsewhere.rs")] {
        assert!(graph.has_import(&format!("x/src/{from}"), &format!("x/src/{to}")), "{from} → {to}");
    }
}
