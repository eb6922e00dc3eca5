//! The leaks of which an answer "not found" says less than of others: their data could be read only
//! in part. The operator's catalogue says which; the index says which leaks hold a kind.

use exposure_index::{IndexedSource, TEST_SOURCE};
use exposure_protocol::wire::{Breach, CatalogueEntry};
use std::collections::BTreeMap;

/// Leaks that hold a kind.
#[derive(Default)]
pub(super) struct Held {
    /// Those that could be read only in part, by slug.
    pub(super) incomplete: Vec<String>,
    /// All of them.
    total: usize,
}

impl Held {
    /// As a service describes them.
    pub(super) fn by_service(breaches: &[Breach], kind: &str) -> Self {
        Self::of(
            breaches.iter().map(|breach| (breach.slug.as_str(), &breach.identifiers, breach.entry.incomplete)),
            kind,
        )
    }

    /// As an index has them and a catalogue describes them.
    pub(super) fn by_index(
        sources: &[IndexedSource],
        catalogue: &BTreeMap<String, CatalogueEntry>,
        kind: &str,
    ) -> Self {
        let is_incomplete = |slug: &str| catalogue.get(slug).is_some_and(|entry| entry.incomplete);
        Self::of(sources.iter().map(|source| (source.slug.as_str(), &source.kinds, is_incomplete(&source.slug))), kind)
    }

    fn of<'a>(leaks: impl Iterator<Item = (&'a str, &'a BTreeMap<String, u64>, bool)>, kind: &str) -> Self {
        let mut held = Self::default();
        for (slug, identifiers, is_incomplete) in leaks {
            if slug != TEST_SOURCE && identifiers.get(kind).is_some_and(|&count| count > 0) {
                held.total += 1;
                held.incomplete.extend(is_incomplete.then(|| slug.to_owned()));
            }
        }
        held
    }

    /// What it means for an identifier that was not found.
    pub(super) fn sentence(&self) -> Option<String> {
        let (incomplete, total) = (self.incomplete.len(), self.total);
        match (incomplete, total) {
            (0, _) => None,
            (1, 1) => Some("The only leak with numbers of this kind could be read only in part: a number can be in it and not be found.".to_owned()),
            _ => {
                let it = if incomplete == 1 { "it" } else { "them" };
                Some(format!(
                    "{incomplete} of the {total} leaks with numbers of this kind could be read only in part: a number can be in {it} and not be found."
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breach(slug: &str, kind: &str, incomplete: bool) -> Breach {
        let entry = CatalogueEntry { incomplete, ..CatalogueEntry::default() };
        Breach { slug: slug.to_owned(), identifiers: [(kind.to_owned(), 3), ("cn.ric".to_owned(), 0)].into(), entry }
    }

    #[test]
    fn only_leaks_that_hold_the_kind_count() {
        let breaches = [
            breach("a", "phone", true),
            breach("b", "phone", false),
            breach("c", "kr.rrn", true),
            breach("test", "phone", true),
        ];
        let said = |breaches: &[Breach], kind: &str| Held::by_service(breaches, kind).sentence().unwrap_or_default();
        assert!(said(&breaches, "phone").starts_with("1 of the 2 leaks with numbers of this kind"));
        assert!(said(&breaches, "kr.rrn").starts_with("The only leak with numbers of this kind"));
        assert_eq!(said(&breaches, "cn.ric"), "");
        assert_eq!(said(&breaches[1..2], "phone"), "");
        assert!(said(&[breach("a", "phone", true), breach("b", "phone", true)], "phone").contains("can be in them"));
    }
}
