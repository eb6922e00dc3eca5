//! JSON answers that change only with index or catalogue, encoded once.

use crate::http::json::encode;
use crate::quota::budget::Budget;
use crate::snapshot::served::ServedIndex;
use axum::body::Bytes;
use exposure_identifier::Kind;
use exposure_index::{Catalogue, Header, IndexedSource, SourceTable};
use exposure_protocol::wire::{Breach, Breaches, KindInfo, Limits, Parameters, SourceSets};
use exposure_protocol::{SUITE, Scheme};
use std::collections::BTreeMap;

/// The mode of RFC 9497: VOPRF, that is with proofs.
const VERIFIABLE: u8 = 1;

/// For [`Limits::days_to_enumerate`].
const SECONDS_PER_DAY: f64 = 24.0 * 60.0 * 60.0;

/// Possible phone numbers, for [`Limits::days_to_enumerate`]. The table of kinds has no count
/// because it depends on the country; these are China's mobile numbers, ten digits behind the
/// first.
const POSSIBLE_PHONES: u64 = 10_000_000_000;

/// Each answer as bytes of JSON.
pub(crate) struct Answers {
    pub(crate) parameters: Bytes,
    pub(crate) source_sets: Bytes,
    pub(crate) breaches: Bytes,
    /// By slug.
    pub(crate) breach: BTreeMap<String, Bytes>,
    pub(crate) limits: Bytes,
}

impl Answers {
    /// All answers about an index. Sources of the catalogue that are not in the index are left out.
    pub(crate) fn new(served: &ServedIndex, catalogue: &Catalogue, budget: &Budget) -> Self {
        let table = served.index.table();
        let breaches: Vec<_> = table.sources.iter().map(|source| breach(source, catalogue)).collect();
        let source_sets = (0..table.sets.len() as u32).filter_map(|set| table.slugs(set));
        let source_sets = source_sets.map(|slugs| slugs.into_iter().map(str::to_owned).collect()).collect();
        Self {
            parameters: encode(&parameters(served, catalogue)),
            source_sets: encode(&SourceSets { index: served.index.id().to_owned(), source_sets }),
            breach: breaches.iter().map(|breach| (breach.slug.clone(), encode(breach))).collect(),
            breaches: encode(&Breaches { breaches }),
            limits: encode(&limits(table.kinds.keys(), budget)),
        }
    }
}

fn parameters(served: &ServedIndex, catalogue: &Catalogue) -> Parameters {
    let (index, header) = (&served.index, served.index.header());
    let keyed = header.scheme == Scheme::Voprf;
    let text = served.layouts.iter().map(|(&bits, layout)| (bits, layout.body_bytes(bits))).collect();
    let Header { epoch, scheme, public_key, digest_bits, prefix_bits, seal_bits, records, nonce, .. } = *header;
    Parameters {
        index: index.id().to_owned(),
        epoch,
        scheme,
        suite: keyed.then(|| SUITE.to_owned()),
        mode: keyed.then_some(VERIFIABLE),
        public_key,
        digest_bits,
        prefix_bits,
        seal_bits,
        nonce,
        records,
        updated: updated(served, catalogue).map(str::to_owned),
        range_lines: served.layouts.iter().map(|(&bits, layout)| (bits, layout.lines)).collect(),
        range_bytes: BTreeMap::from([("bin".to_owned(), index.packed_bytes().clone()), ("txt".to_owned(), text)]),
        kinds: index.table().kinds.keys().map(|kind| kind_info(kind, index.table())).collect(),
    }
}

/// The latest `added` date of the sources of an index.
pub(super) fn updated<'a>(served: &ServedIndex, catalogue: &'a Catalogue) -> Option<&'a str> {
    catalogue.updated(|slug| served.index.table().sources.iter().any(|source| source.slug == slug))
}

fn breach(source: &IndexedSource, catalogue: &Catalogue) -> Breach {
    let entry = catalogue.described(&source.slug);
    Breach { slug: source.slug.clone(), identifiers: source.kinds.clone(), entry }
}

/// The budgets, for the kinds of an index.
pub(crate) fn limits<'a>(kinds: impl Iterator<Item = &'a String>, budget: &Budget) -> Limits {
    // The test identifier belongs to nobody.
    let counted =
        kinds.filter(|kind| **kind != Kind::test().name).filter_map(|kind| Some((kind.clone(), possible_of(kind)?)));
    let counted: BTreeMap<_, _> = counted.collect();
    let days = |per_second: u32| {
        let days = |possible: u64| possible as f64 / f64::from(per_second) / SECONDS_PER_DAY;
        counted.iter().map(|(kind, possible)| (kind.clone(), days(*possible))).collect()
    };
    let (anonymous, partners) = (budget.anonymous_per_second(), budget.partner_per_second());
    Limits {
        batch: budget.anonymous_batch(),
        global_per_second: budget.global_per_second,
        partner_share: budget.partner_share,
        address_per_minute: budget.address_per_minute,
        address_per_day: budget.address_per_day,
        anonymous_per_second: anonymous,
        partner_per_second: partners,
        days_to_enumerate: days(budget.global_per_second),
        anonymous_days_to_enumerate: days(anonymous),
        // Without a partner budget enumeration never finishes, so the map is empty.
        partner_days_to_enumerate: if partners == 0 { BTreeMap::new() } else { days(partners) },
    }
}

/// The number of possible identifiers of a kind; for phones, in mainland China.
pub(crate) fn possible_of(kind: &str) -> Option<u64> {
    if kind == "phone" { Some(POSSIBLE_PHONES) } else { possible(kind) }
}

fn kind_info(kind: &str, table: &SourceTable) -> KindInfo {
    let canonical_versions = table.canonical_versions(kind).into_iter().collect();
    KindInfo { kind: kind.to_owned(), possible: possible(kind), canonical_versions }
}

fn possible(kind: &str) -> Option<u64> {
    Kind::asked_as(kind).ok()?.possible
}
