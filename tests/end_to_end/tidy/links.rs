//! What each crate links, directly or through others, as `cargo metadata` reports it. Dependencies
//! of tests and of build scripts do not count.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// By package: the packages that it depends on.
pub(super) struct Links(BTreeMap<String, BTreeSet<String>>);

impl Links {
    /// Of the workspace in this folder, with all features.
    pub(super) fn of_workspace(root: &Path) -> Self {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked", "--offline"])
            .current_dir(root)
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self::of_metadata(&serde_json::from_slice(&output.stdout).expect("metadata is JSON"))
    }

    fn of_metadata(metadata: &Value) -> Self {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let names: BTreeMap<String, String> =
            list(&metadata["packages"]).iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
        let is_linked = |dependency: &&Value| {
            // A kind that is null is neither of tests nor of build scripts.
            list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
        };
        let mut links: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let dependencies = list(&node["deps"]);
            let linked =
                dependencies.iter().filter(is_linked).map(|dependency| names[&text(&dependency["pkg"])].clone());
            links.entry(names[&text(&node["id"])].clone()).or_default().extend(linked);
        }
        Self(links)
    }

    /// Whether there is such a package.
    pub(super) fn has(&self, package: &str) -> bool {
        self.0.contains_key(package)
    }

    /// The way from a package to another that it links, if it does: both ends and what lies
    /// between.
    pub(super) fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut open = vec![vec![from.to_owned()]];
        let mut seen = BTreeSet::new();
        while let Some(way) = open.pop() {
            let last = way.last().expect("a way begins somewhere");
            for next in self.0.get(last).into_iter().flatten() {
                let longer = [&way[..], std::slice::from_ref(next)].concat();
                if next == to {
                    return Some(longer);
                }
                if seen.insert(next.clone()) {
                    open.push(longer);
                }
            }
        }
        None
    }

    /// Our own packages that a package links, directly or through others.
    pub(super) fn own(&self, from: &str) -> BTreeSet<String> {
        let own = self.0.keys().filter(|name| name.starts_with("exposure-") && self.way(from, name).is_some());
        own.cloned().collect()
    }
}

mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_link_through_others_is_found_and_test_dependencies_are_ignored() {
        let node = |id: &str, deps: &[(&str, Value)]| {
            let deps: Vec<_> =
                deps.iter().map(|(id, kind)| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] })).collect();
            json!({ "id": id, "deps": deps })
        };
        let packages: Vec<_> =
            ["exposure-a", "exposure-b", "c", "tokio"].map(|name| json!({ "id": name, "name": name })).into();
        let metadata = json!({ "packages": packages, "resolve": { "nodes": [
            node("exposure-a", &[("c", Value::Null), ("exposure-b", json!("dev")), ("tokio", json!("build"))]),
            node("c", &[("exposure-b", Value::Null)]),
            node("exposure-b", &[]),
        ] } });
        let links = Links::of_metadata(&metadata);
        assert_eq!(
            links.way("exposure-a", "exposure-b"),
            Some(["exposure-a", "c", "exposure-b"].map(str::to_owned).into())
        );
        assert_eq!(links.way("exposure-a", "tokio"), None);
        assert_eq!(links.own("exposure-a").into_iter().collect::<Vec<_>>(), ["exposure-b"]);
        assert!(links.own("exposure-b").is_empty() && links.has("c") && !links.has("d"));
    }
}
