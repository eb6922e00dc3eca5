//! The versions of the rules that make canonical forms: which kinds each version changed, from
//! `canonical-versions.json`, and so the version of each kind's rules. The rules themselves are
//! elsewhere.

use crate::kind::Kind;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The parsed table, shared with the TypeScript client. A mistake in it fails the first test.
static VERSIONS: LazyLock<Vec<CanonicalVersion>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../canonical-versions.json"))
        .expect("canonical-versions.json is part of the program and is tested")
});

/// One version of the rules that make canonical forms.
///
/// A new version is made when a text gets another canonical form than before: an entry that was
/// hashed under the older rules may then be missed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CanonicalVersion {
    /// Its number, from 1, each one above the one before.
    pub version: u16,
    /// The day on which it was made, `YYYY-MM-DD`.
    pub date: String,
    /// By the name of a kind whose rules it changed: what changed. Kinds are those that numbers are
    /// hashed as.
    pub changes: BTreeMap<String, Vec<String>>,
    /// What is read from then on and was rejected before, of any kind. It changes no kind: what is
    /// read has the form that its other spellings have had.
    #[serde(default)]
    pub also_read: Vec<String>,
}

impl CanonicalVersion {
    /// The first version, in which all kinds began. Whatever says no version is of this one.
    pub const FIRST: u16 = 1;

    /// All versions, oldest first.
    pub fn all() -> &'static [Self] {
        &VERSIONS
    }

    /// The number of the version that this program's rules are.
    pub fn current() -> u16 {
        VERSIONS.last().map_or(Self::FIRST, |newest| newest.version)
    }
}

impl Kind {
    /// The version of the rules that last changed the canonical forms of this kind. Forms of two
    /// versions can be compared if this number is the same in both.
    pub fn canonical_version(&'static self) -> u16 {
        let name = &self.hashed_as().name;
        let changed = VERSIONS.iter().rev().find(|version| version.changes.contains_key(name));
        changed.map_or(CanonicalVersion::FIRST, |version| version.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::CANONICAL_VERSION;

    #[test]
    fn versions_count_up_and_name_kinds_that_are_hashed() {
        let numbers: Vec<_> = CanonicalVersion::all().iter().map(|version| version.version).collect();
        assert_eq!(numbers, (1..=CanonicalVersion::current()).collect::<Vec<_>>());
        for CanonicalVersion { version, date, changes, also_read } in CanonicalVersion::all() {
            assert!(also_read.iter().all(|text| text.ends_with('.')), "version {version}");
            assert!(date.parse::<jiff::civil::Date>().is_ok(), "version {version}: {date}");
            // The first version changed nothing: there was none before it.
            assert_eq!(changes.is_empty(), *version == CanonicalVersion::FIRST, "version {version}");
            for (kind, changes) in changes {
                let known = Kind::named(kind).expect("a kind of the table");
                assert!(known.hashed_as() == known, "{kind} is hashed as another kind: name that one");
                assert!(!changes.is_empty() && changes.iter().all(|change| change.ends_with('.')), "{kind}");
            }
        }
        let dates: Vec<_> = CanonicalVersion::all().iter().map(|version| &version.date).collect();
        assert!(dates.is_sorted());
    }

    #[test]
    fn a_kind_has_the_version_that_last_changed_it() {
        for kind in Kind::all() {
            let naming = |version: &&CanonicalVersion| version.changes.contains_key(&kind.hashed_as().name);
            let last = CanonicalVersion::all().iter().filter(naming).map(|version| version.version).max();
            assert_eq!(kind.canonical_version(), last.unwrap_or(1), "{}", kind.name);
        }
        // The test identifier has the same form for ever.
        assert_eq!(Kind::test().canonical_version(), 1);
    }

    #[test]
    fn the_vectors_are_of_these_versions() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../vectors/identifiers.json")).expect("the vectors are JSON");
        let versions: BTreeMap<String, u16> =
            serde_json::from_value(vectors["canonical_versions"].clone()).expect("versions by kind");
        let changed = Kind::all().iter().filter(|kind| kind.hashed_as() == *kind && kind.canonical_version() > 1);
        assert_eq!(versions, changed.map(|kind| (kind.name.clone(), kind.canonical_version())).collect());
    }

    #[test]
    fn what_ledgers_record_begins_with_the_number() {
        assert!(CANONICAL_VERSION.starts_with(&format!("{}, ", CanonicalVersion::current())));
    }
}
