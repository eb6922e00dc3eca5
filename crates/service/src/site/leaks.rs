//! The leaks of an index as the pages show them: confirmed and claimed ones apart, and filters as
//! links.

use crate::site::language::{Language, TaggedText};
use exposure_index::{Catalogue, IndexedSource, TEST_SOURCE};
use exposure_protocol::wire::{CatalogueEntry, Text};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The leaks of an index, the latest first.
pub(super) struct Leaks {
    leaks: Vec<Leak>,
    /// Sensitive leaks of the catalogue that are not in the index.
    left_out: usize,
}

pub(super) struct Leak {
    slug: String,
    entry: CatalogueEntry,
    pub(super) identifiers: BTreeMap<String, u64>,
}

/// A filter of the list; `None` means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Filter {
    verified: Option<bool>,
    class: Option<String>,
}

/// `leak` in templates.
#[derive(Serialize)]
pub(super) struct LeakView<'a> {
    slug: &'a str,
    title: TaggedText<'a>,
    date: Option<&'a str>,
    added: Option<&'a str>,
    description: Option<TaggedText<'a>>,
    records: Option<u64>,
    classes: Vec<&'a str>,
    verified: bool,
    incomplete: bool,
    origin: Option<TaggedText<'a>>,
    advice: Option<TaggedText<'a>>,
}

/// How many leaks could be read only in part, of those that hold a kind, or of all.
#[derive(Serialize)]
pub(super) struct Partial<'a> {
    kind: Option<&'a str>,
    incomplete: usize,
    total: usize,
}

/// Confirmed or claimed leaks.
#[derive(Serialize)]
pub(super) struct Group<'a> {
    verified: bool,
    leaks: Vec<LeakView<'a>>,
}

/// A row of links, one of which is selected.
#[derive(Serialize)]
pub(super) struct FilterRow<'a> {
    name: &'static str,
    message: &'static str,
    links: Vec<FilterLink<'a>>,
}

#[derive(Serialize)]
struct FilterLink<'a> {
    text: &'a str,
    query: String,
    chosen: bool,
}

impl Leaks {
    /// The leaks of an index with their catalogue entries. The test identifier's source is not a
    /// leak.
    pub(super) fn new(sources: &[IndexedSource], catalogue: &Catalogue) -> Self {
        let held = sources.iter().filter(|source| source.slug != TEST_SOURCE);
        let mut leaks: Vec<_> = held
            .map(|source| Leak {
                slug: source.slug.clone(),
                entry: catalogue.described(&source.slug),
                identifiers: source.kinds.clone(),
            })
            .collect();
        leaks.sort_by_cached_key(|leak| (Reverse(leak.entry.date.clone()), leak.slug.clone()));
        let held: BTreeSet<_> = sources.iter().map(|source| source.slug.as_str()).collect();
        let left_out =
            catalogue.sources.iter().filter(|(slug, entry)| entry.sensitive && !held.contains(slug.as_str()));
        Self { left_out: left_out.count(), leaks }
    }

    pub(super) fn count(&self) -> usize {
        self.leaks.len()
    }

    pub(super) fn left_out(&self) -> usize {
        self.left_out
    }

    /// What an answer "not found" leaves open, over all leaks.
    pub(super) fn partial(&self) -> Partial<'_> {
        self.partial_of(None)
    }

    /// The same for each kind of which a leak could be read only in part.
    pub(super) fn partial_by_kind(&self) -> Vec<Partial<'_>> {
        let incomplete = self.leaks.iter().filter(|leak| leak.entry.incomplete);
        let kinds: BTreeSet<_> = incomplete.flat_map(|leak| leak.identifiers.keys().map(String::as_str)).collect();
        kinds.into_iter().map(|kind| self.partial_of(Some(kind))).filter(|partial| partial.incomplete > 0).collect()
    }

    fn partial_of<'a>(&'a self, kind: Option<&'a str>) -> Partial<'a> {
        let holds = |leak: &&Leak| kind.is_none_or(|kind| leak.identifiers.get(kind).is_some_and(|&count| count > 0));
        let held = || self.leaks.iter().filter(holds);
        Partial { kind, incomplete: held().filter(|leak| leak.entry.incomplete).count(), total: held().count() }
    }

    pub(super) fn get(&self, slug: &str) -> Option<&Leak> {
        self.leaks.iter().find(|leak| leak.slug == slug)
    }

    /// The filter of a query; values that no leak has are ignored.
    pub(super) fn filter(&self, status: Option<&str>, class: Option<&str>) -> Filter {
        let verified = match status {
            Some("verified") => Some(true),
            Some("claimed") => Some(false),
            _ => None,
        };
        let class = class.filter(|class| self.classes().contains(class)).map(str::to_owned);
        Filter { verified, class }
    }

    /// The leaks that match a filter, confirmed ones first.
    pub(super) fn groups<'a>(&'a self, filter: &Filter, language: &'a Language) -> Vec<Group<'a>> {
        let groups =
            [true, false].into_iter().filter(|verified| filter.verified.is_none_or(|wanted| wanted == *verified));
        let groups = groups.map(|verified| {
            let leaks = self.leaks.iter().filter(|leak| leak.entry.verified == verified && leak.matches(filter));
            Group { verified, leaks: leaks.map(|leak| leak.view(language)).collect() }
        });
        groups.filter(|group| !group.leaks.is_empty()).collect()
    }

    /// Links to all filters. A filter with only one possible value has no row.
    pub(super) fn filter_rows<'a>(&'a self, filter: &Filter, language: &'a Language) -> Vec<FilterRow<'a>> {
        let message = |key: &str| language.messages.get(key).map_or("", String::as_str);
        let status = [("filterAll", None), ("filterVerified", Some(true)), ("filterClaimed", Some(false))];
        let status = status.into_iter().map(|(key, verified)| FilterLink {
            text: message(key),
            query: Filter { verified, ..filter.clone() }.query(),
            chosen: filter.verified == verified,
        });
        let classes = std::iter::once(None).chain(self.classes().into_iter().map(Some));
        let classes = classes.map(|class| FilterLink {
            text: class.map_or(message("filterAll"), |class| class_name(class, language)),
            query: Filter { class: class.map(str::to_owned), ..filter.clone() }.query(),
            chosen: filter.class.as_deref() == class,
        });
        let is_mixed =
            self.leaks.iter().any(|leak| leak.entry.verified) && self.leaks.iter().any(|leak| !leak.entry.verified);
        let status = is_mixed.then(|| FilterRow { name: "status", message: "filterStatus", links: status.collect() });
        let classes = FilterRow { name: "class", message: "filterClass", links: classes.collect() };
        status.into_iter().chain((classes.links.len() > 2).then_some(classes)).collect()
    }

    /// The distinct data classes that can be part of a URL.
    fn classes(&self) -> BTreeSet<&str> {
        let classes = self.leaks.iter().flat_map(|leak| &leak.entry.data_classes).map(String::as_str);
        classes.filter(|class| class.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).collect()
    }
}

impl Leak {
    fn matches(&self, filter: &Filter) -> bool {
        filter.class.as_ref().is_none_or(|class| self.entry.data_classes.contains(class))
    }

    pub(super) fn view<'a>(&'a self, language: &'a Language) -> LeakView<'a> {
        let CatalogueEntry {
            name,
            title,
            date,
            added,
            description,
            records,
            data_classes,
            verified,
            incomplete,
            origin,
            advice,
            ..
        } = &self.entry;
        let named = || TaggedText { text: name.as_deref().unwrap_or(&self.slug), lang: &language.tag };
        LeakView {
            slug: &self.slug,
            title: text_for(title.as_ref(), language).unwrap_or_else(named),
            date: date.as_deref(),
            added: added.as_deref(),
            description: text_for(description.as_ref(), language),
            records: *records,
            classes: data_classes.iter().map(|class| class_name(class, language)).collect(),
            verified: *verified,
            incomplete: *incomplete,
            origin: text_for(origin.as_ref(), language),
            advice: text_for(advice.as_ref(), language),
        }
    }
}

impl Filter {
    /// As a query string; empty for all.
    pub(super) fn query(&self) -> String {
        let verified =
            self.verified.map(|verified| format!("status={}", if verified { "verified" } else { "claimed" }));
        let class = self.class.as_ref().map(|class| format!("class={class}"));
        verified.into_iter().chain(class).collect::<Vec<_>>().join("&")
    }
}

/// A text of the catalogue in the best language for the page.
fn text_for<'a>(text: Option<&'a Text>, language: &Language) -> Option<TaggedText<'a>> {
    let Text { en, zh, zh_hant } = text?;
    let texts = [("en", en), ("zh-Hans", zh), ("zh-Hant", zh_hant)].into_iter();
    let written = texts.filter_map(|(tag, text)| Some((tag, text.as_deref()?)));
    language.nearest(written.filter(|(_, text)| !text.trim().is_empty()))
}

/// The name of a data class; without a message, the catalogue's own word.
fn class_name<'a>(class: &'a str, language: &'a Language) -> &'a str {
    let mut key = String::from("class_");
    for (at, part) in class.split('-').enumerate() {
        let (first, rest) = part.split_at_checked(1).unwrap_or_default();
        key += &if at == 0 { first.to_owned() } else { first.to_ascii_uppercase() };
        key += rest;
    }
    language.messages.get(&key).map_or(class, String::as_str)
}
