//! The figures of what is being served, as the pages tell them: how many numbers hide behind a code, sizes, budgets.

use super::leaks::Leaks;
use crate::Budget;
use crate::holdings::Epoch;
use crate::holdings::answers::{limits, possible_of};
use exposure_identifier::Kind;
use exposure_protocol::wire::{Limits, PARTNER_BATCH};
use exposure_protocol::{PublicKey, Scheme, longest_prefix};
use serde::Serialize;
use std::collections::BTreeMap;

/// From how many days on they are told in years.
const DAYS_TOLD: f64 = 730.0;
const DAYS_A_YEAR: f64 = 365.25;

/// What templates call `figures`.
#[derive(Serialize)]
pub(super) struct Figures {
    index: String,
    epoch: u32,
    keyed: bool,
    fingerprint: Option<String>,
    records: u64,
    updated: Option<String>,
    leaks: usize,
    /// Of how many numbers in no leak one is shown as found.
    one_in: Option<f64>,
    ranges: Vec<Range>,
    pub(super) kinds: Vec<KindFigures>,
    /// Whether there are phones among the kinds.
    phones: bool,
    budgets: Budgets,
}

#[derive(Serialize)]
struct Range {
    bits: u8,
    bytes: u64,
}

/// One kind of number. Named in the language of the page when that is written.
#[derive(Serialize)]
pub(super) struct KindFigures {
    pub(super) kind: String,
    possible: f64,
    /// Bits of the code that a client sends; none where it sends none.
    bits: Option<u8>,
    sharing: f64,
    days: u64,
    /// Instead of days, where those are many.
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
    pub(super) fn of(epoch: &Epoch, budget: &Budget, leaks: &Leaks) -> Self {
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

/// As a client chooses: the longest code that leaves enough possible numbers.
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
        years: (days >= DAYS_TOLD).then(|| (days / DAYS_A_YEAR).round() as u64),
    })
}
