//! The modules of a Rust crate and what they import: `use`, and paths in code, types and macros.
//!
//! A module is a file; modules in braces belong to their file. Whatever is under `#[cfg(test)]`
//! does not count. A path counts as an import of the module that it goes through last, so
//! `crate::Thing` is an import of `lib.rs`, even where that only passes the name on: children must
//! import from the module that defines a thing.

use super::graph::Graph;
use super::tokens::{Token, tokens};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Segments of a path.
type Segments = Vec<String>;

/// What one file says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Source {
    /// Modules with files of their own, and the file where an attribute names it.
    children: Vec<(String, Option<String>)>,
    /// Paths as they are written, each with the modules in braces that it stands in.
    paths: Vec<(Segments, Segments)>,
}

/// The graph of the crate in a folder, over the binary and the library alike. `read` gives the text
/// of a file, if it is there.
pub(super) fn graph(folder: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Graph {
    let mut graph = Graph::default();
    for root in ["src/lib.rs", "src/main.rs"].map(|root| folder.join(root)) {
        if let Some(text) = read(&root) {
            add_crate(&mut graph, &root, &text, read);
        }
    }
    graph
}

/// As [`graph`], from the disk.
pub(super) fn graph_on_disk(folder: &Path) -> Graph {
    graph(folder, &|path| fs::read_to_string(path).ok())
}

fn add_crate(graph: &mut Graph, root: &Path, text: &str, read: &dyn Fn(&Path) -> Option<String>) {
    // By path from the root of the crate: the file, and what it says.
    let mut modules: BTreeMap<Segments, (PathBuf, Source)> = BTreeMap::new();
    let mut open = vec![(Segments::new(), root.to_owned(), text.to_owned())];
    while let Some((name, path, text)) = open.pop() {
        let source = read_source(&tokens(&text));
        let beside = path.parent().expect("a file is in a folder");
        let below = if name.is_empty() { beside.to_owned() } else { path.with_extension("") };
        for (child, file) in &source.children {
            let file = match file {
                Some(file) => beside.join(file),
                None => below.join(format!("{child}.rs")),
            };
            let text = read(&file).unwrap_or_else(|| {
                panic!("{} names module {child}, and {} is not there", path.display(), file.display())
            });
            open.push(([&name[..], std::slice::from_ref(child)].concat(), file, text));
        }
        modules.insert(name, (path, source));
    }
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    for (name, (path, source)) in &modules {
        graph.add_file(&shown(path));
        for (inside, written) in &source.paths {
            let Some(target) = resolve(name, inside, written, &source.children) else { continue };
            let module = (0..=target.len()).rev().find_map(|length| modules.get(&target[..length]));
            let (imported, _) = module.expect("the root is a prefix of every path");
            graph.add_import(&shown(path), &shown(imported));
        }
    }
}

/// The path from the root of the crate; `None` for other crates and for names that are in scope.
fn resolve(
    module: &[String],
    inside: &[String],
    written: &[String],
    children: &[(String, Option<String>)],
) -> Option<Segments> {
    let mut base = [module, inside].concat();
    let mut rest = written;
    match written.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &rest[1..];
        }
        "self" | "super" => {
            while let Some((first @ ("self" | "super"), behind)) = rest.split_first().map(|(f, b)| (f.as_str(), b)) {
                if first == "super" {
                    base.pop();
                }
                rest = behind;
            }
        }
        first if inside.is_empty() && children.iter().any(|(child, _)| child == first) => {}
        _ => return None,
    }
    base.extend_from_slice(rest);
    Some(base)
}

fn read_source(tokens: &[Token]) -> Source {
    let mut source = Source::default();
    let mut inside: Vec<(usize, String)> = Vec::new();
    let (mut at, mut depth) = (0, 0);
    let mut file = None;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Sign('#') => {
                let inner = usize::from(tokens.get(at + 1) == Some(&Token::Sign('!')));
                if tokens.get(at + 1 + inner) != Some(&Token::Sign('[')) {
                    at += 1;
                    continue;
                }
                let end = end_of_brackets(tokens, at + 1 + inner);
                let attribute = &tokens[at + 2 + inner..end - 1];
                // Paths inside of an attribute count as any others.
                at += 2 + inner;
                match attribute {
                    _ if is_for_tests(attribute) && inner == 1 => return Source::default(),
                    _ if is_for_tests(attribute) => at = end_of_item(tokens, end),
                    [path, Token::Sign('='), Token::Text(name)] if path.is_word("path") => file = Some(name.clone()),
                    _ => {}
                }
                continue;
            }
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => {
                depth -= 1;
                inside.pop_if(|(opened, _)| *opened > depth);
            }
            Token::Word(word) if word == "mod" => match tokens.get(at + 1..at + 3) {
                Some([Token::Word(name), Token::Sign(';')]) => source.children.push((name.clone(), file.take())),
                Some([Token::Word(name), Token::Sign('{')]) => {
                    depth += 1;
                    inside.push((depth, name.clone()));
                    at += 3;
                    continue;
                }
                _ => {}
            },
            Token::Word(word) if word == "use" => {
                at = read_use(tokens, at + 1, &mut Vec::new(), &mut |path| {
                    source.paths.push((inside.iter().map(|(_, name)| name.clone()).collect(), path));
                });
                continue;
            }
            Token::Word(_) if begins_path(tokens, at) => {
                let mut path = Vec::new();
                while let Some(Token::Word(segment)) = tokens.get(at) {
                    path.push(segment.clone());
                    at += 1;
                    if tokens.get(at) != Some(&Token::PathSeparator) {
                        break;
                    }
                    at += 1;
                }
                source.paths.push((inside.iter().map(|(_, name)| name.clone()).collect(), path));
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    source
}

/// Whether a path of several segments begins at this word. (`pub(in crate::a)` imports nothing.)
fn begins_path(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let is_visibility = before.is_some_and(|before| before.is_word("in"))
        && at >= 2
        && tokens[at - 2] == Token::Sign('(')
        && at >= 3
        && tokens[at - 3].is_word("pub");
    tokens.get(at + 1) == Some(&Token::PathSeparator) && before != Some(&Token::PathSeparator) && !is_visibility
}

/// Reads one tree of a `use`, and returns where it ends: behind a comma or semicolon, or at the
/// brace that closes its list.
fn read_use(tokens: &[Token], mut at: usize, prefix: &mut Segments, found: &mut dyn FnMut(Segments)) -> usize {
    let own = prefix.len();
    let mut has_list = false;
    loop {
        match tokens.get(at) {
            Some(Token::Word(word)) if word == "as" => at += 2,
            Some(Token::Word(word)) => {
                // `a::{self}` is `a`.
                if word != "self" || prefix.is_empty() {
                    prefix.push(word.clone());
                }
                at += 1;
            }
            Some(Token::Sign('{')) => {
                has_list = true;
                at += 1;
                while tokens.get(at).is_some_and(|token| *token != Token::Sign('}')) {
                    at = read_use(tokens, at, prefix, found);
                }
                at += 1;
            }
            Some(Token::PathSeparator | Token::Sign('*')) => at += 1,
            end => {
                // A closing brace is left to the list.
                let end = at + usize::from(matches!(end, Some(Token::Sign(',' | ';'))));
                if !has_list {
                    found(prefix.clone());
                }
                prefix.truncate(own);
                return end;
            }
        }
    }
}

/// Whether an attribute says that an item is there in tests only: `cfg(test)`, or
/// `cfg(all(test, …))`.
fn is_for_tests(attribute: &[Token]) -> bool {
    let has = |word| attribute.iter().any(|token| token.is_word(word));
    attribute.first().is_some_and(|first| first.is_word("cfg")) && has("test") && !has("not") && !has("any")
}

/// Where the brackets end that open here.
fn end_of_brackets(tokens: &[Token], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Where the item ends that begins here, its other attributes included.
fn end_of_item(tokens: &[Token], mut at: usize) -> usize {
    let is_use = tokens.get(at).is_some_and(|token| token.is_word("use"));
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Sign(';') => return at + 1,
            Token::Sign('{') if !is_use => return end_of_brackets(tokens, at),
            Token::Sign('(' | '[' | '{') => at = end_of_brackets(tokens, at),
            _ => at += 1,
        }
    }
    at
}

mod tests;
