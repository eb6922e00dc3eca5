//! Figures about the served index for the pages: how many identifiers share a prefix, sizes,
//! budgets.

use crate::quota::budget::Budget;
use crate::site::leaks::Leaks;
use crate::snapshot::answers::{limits, possible_of};
use crate::snapshot::current::Epoch;
use exposure_identifier::Kind;
use exposure_protocol::wire::{Limits, PARTNER_BATCH};
use exposure_protocol::{PublicKey, Scheme, longest_prefix};
use serde::Serialize;
use std::collections::BTreeMap;

/// From this many days on, a duration is shown in years.
const MOST_DAYS: f64 = 730.0;
const DAYS_PER_YEAR: f64 = 365.25;

/// `figures` in templates.
#[derive(Serialize)]
pub(super) struct Figures {
    index: String,
    epoch: u32,
    keyed: bool,
    fingerprint: Option<String>,
    records: u64,
    updated: Option<String>,
    leaks: usize,
    /// One of this many identifiers in no leak is shown as found.
    one_in: Option<f64>,
    ranges: Vec<Range>,
    pub(super) kinds: Vec<KindFigures>,
    /// Whether phones are among the kinds.
    phones: bool,
    budgets: Budgets,
}

#[derive(Serialize)]
struct Range {
    bits: u8,
    bytes: u64,
}

/// One kind of identifier. Its name is added in the language of the page.
#[derive(Serialize)]
pub(super) struct KindFigures {
    pub(super) kind: String,
    possible: f64,
    /// Bits of the prefix that a client sends; `None` if it refuses the kind.
    bits: Option<u8>,
    sharing: f64,
    days: u64,
    /// Shown instead of days if those are many.
    years: Option<u64>,
}

#[derive(Serialize)]
struct Budgets {
    minute: u32,
    day: u32,
    all: u32,
    batch: u32,
    partner_batch: usize,
}

impl Figures {
    pub(super) fn new(epoch: &Epoch, budget: &Budget, leaks: &Leaks) -> Self {
        let (index, header) = (&epoch.served.index, epoch.served.index.header());
        let served = index.packed_bytes();
        let limits = limits(index.table().kinds.keys(), budget);
        let kinds = index.table().kinds.keys().filter(|kind| **kind != Kind::test().name);
        let kinds: Vec<_> = kinds.filter_map(|kind| kind_figures(kind, served, &limits)).collect();
        Self {
            index: index.id().to_owned(),
            epoch: header.epoch,
            keyed: header.scheme == Scheme::Voprf,
            fingerprint: header.public_key.as_ref().map(PublicKey::fingerprint),
            records: header.records,
            updated: epoch.updated().map(str::to_owned),
            leaks: leaks.count(),
            one_in: (header.records > 0).then(|| 2_f64.powi(i32::from(header.digest_bits)) / header.records as f64),
            ranges: served.iter().map(|(&bits, &bytes)| Range { bits, bytes }).collect(),
            phones: kinds.iter().any(|kind| kind.kind == "phone"),
            kinds,
            budgets: Budgets {
                minute: limits.address_per_minute,
                day: limits.address_per_day,
                all: limits.global_per_second,
                batch: limits.batch,
                partner_batch: PARTNER_BATCH,
            },
        }
    }
}

/// A client takes the longest prefix that leaves enough possible identifiers.
fn kind_figures(kind: &str, served: &BTreeMap<u8, u64>, limits: &Limits) -> Option<KindFigures> {
    let possible = possible_of(kind)?;
    let bits = longest_prefix(served.keys().copied(), possible);
    let days = limits.days_to_enumerate.get(kind).copied().unwrap_or_default();
    Some(KindFigures {
        kind: kind.to_owned(),
        possible: possible as f64,
        bits,
        sharing: bits.map_or(0.0, |bits| possible as f64 / 2_f64.powi(i32::from(bits))),
        days: days.ceil() as u64,
        years: (days >= MOST_DAYS).then(|| (days / DAYS_PER_YEAR).round() as u64),
    })
}
