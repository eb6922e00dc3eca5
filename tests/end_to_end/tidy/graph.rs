//! A graph of files and the circles in it. Knows no language.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// Files by name, and the files that each of them imports.
#[derive(Default)]
pub(super) struct Graph {
    imports: BTreeMap<String, BTreeSet<String>>,
}

/// Files that all import each other, perhaps through others.
pub(super) struct Circle {
    /// All of them.
    pub(super) files: Vec<String>,
    /// The shortest way around from the first of them; its end, the first file again, is left out.
    pub(super) shortest: Vec<String>,
}

impl Graph {
    /// Adds a file that may import nothing.
    pub(super) fn add_file(&mut self, file: &str) {
        self.imports.entry(file.to_owned()).or_default();
    }

    /// Adds an import. A file may import itself, which is no circle.
    pub(super) fn add_import(&mut self, from: &str, to: &str) {
        self.add_file(to);
        if from != to {
            self.imports.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.imports.len()
    }

    /// Whether one file imports another directly.
    pub(super) fn has_import(&self, from: &str, to: &str) -> bool {
        self.imports.get(from).is_some_and(|imports| imports.contains(to))
    }

    /// The strongly connected components of more than one file.
    pub(super) fn circles(&self) -> Vec<Circle> {
        let reachable: BTreeMap<&str, BTreeSet<&str>> =
            self.imports.keys().map(|file| (file.as_str(), self.reachable(file))).collect();
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for (&file, others) in &reachable {
            if !others.contains(file) || seen.contains(file) {
                continue;
            }
            let files: Vec<_> = others.iter().filter(|other| reachable[**other].contains(file)).copied().collect();
            seen.extend(files.iter().copied());
            circles.push(Circle {
                shortest: self.way_around(file),
                files: files.into_iter().map(str::to_owned).collect(),
            });
        }
        circles
    }

    /// All files that can be reached by one import or more.
    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&str> = self.imports[from].iter().map(String::as_str).collect();
        while let Some(file) = open.pop() {
            if found.insert(file) {
                open.extend(self.imports[file].iter().map(String::as_str));
            }
        }
        found
    }

    /// The shortest way from a file of a circle back to itself.
    fn way_around(&self, start: &str) -> Vec<String> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = VecDeque::from([start]);
        while let Some(file) = open.pop_front() {
            for next in &self.imports[file] {
                if next == start {
                    let mut way = vec![file];
                    while let Some(&before) = came_from.get(way[way.len() - 1]) {
                        way.push(before);
                    }
                    return way.into_iter().rev().map(str::to_owned).collect();
                }
                if !came_from.contains_key(next.as_str()) {
                    came_from.insert(next, file);
                    open.push_back(next);
                }
            }
        }
        unreachable!("a file of a circle leads back to itself")
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "circle of {} files: {}", self.files.len(), self.files.join(", "))?;
        write!(f, " (for example {} → {})", self.shortest.join(" → "), self.shortest[0])
    }
}

mod tests {
    use super::*;

    fn graph(imports: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        imports.iter().for_each(|(from, to)| graph.add_import(from, to));
        graph
    }

    #[test]
    fn a_circle_is_found_and_named() {
        let graph = graph(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("root", "a"), ("d", "d")]);
        let circles = graph.circles();
        assert_eq!(circles.len(), 1);
        assert_eq!(circles[0].to_string(), "circle of 3 files: a, b, c (for example a → b → c → a)");
    }

    #[test]
    fn circles_apart_are_two_and_an_acyclic_graph_has_none() {
        let two = graph(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c")]);
        assert_eq!(two.circles().iter().map(|circle| circle.files.join("")).collect::<Vec<_>>(), ["ab", "cd"]);
        assert!(graph(&[("a", "b"), ("b", "c"), ("a", "c")]).circles().is_empty());
    }
}
