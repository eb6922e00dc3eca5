//! Counts the identifiers that a new ledger shares with the others, by merging sorted ledgers.

use crate::error::IngestError;
use crate::report::Overlap;
use exposure_index::{DataDir, Ledger, LedgerRecords, PARTITIONS, Section};
use rayon::prelude::*;
use std::cmp::Ordering;

/// Counts the shared identifiers with each other ledger under the same key. Skips a ledger that
/// cannot be opened; `build` reports it.
pub(crate) fn find(data: &DataDir, own: &Ledger) -> Result<Vec<Overlap>, IngestError> {
    let mut found = Vec::new();
    for slug in data.ledger_slugs()?.into_iter().filter(|slug| *slug != own.header().slug) {
        let Ok(other) = Ledger::open(&data.ledger(&slug)) else { continue };
        let is_comparable =
            (other.header().scheme, other.header().public_key) == (own.header().scheme, own.header().public_key);
        if !is_comparable {
            continue;
        }
        let mut overlap = Overlap { source: slug, shared: std::collections::BTreeMap::new() };
        for section in own.sections() {
            let Some(theirs) = other.sections().iter().find(|other| other.kind == section.kind) else { continue };
            let shared = shared(own, section, &other, theirs)?;
            if shared > 0 {
                overlap.shared.insert(section.kind.clone(), shared);
            }
        }
        if !overlap.shared.is_empty() {
            found.push(overlap);
        }
    }
    Ok(found)
}

fn shared(own: &Ledger, section: &Section, other: &Ledger, theirs: &Section) -> Result<u64, IngestError> {
    let of_partition = |number: u16| {
        let partition = number..number + 1;
        merge(own.records(section, partition.clone())?, other.records(theirs, partition)?)
    };
    (0..PARTITIONS).into_par_iter().map(of_partition).sum()
}

fn merge(mut a: LedgerRecords<'_>, mut b: LedgerRecords<'_>) -> Result<u64, IngestError> {
    let mut shared = 0;
    while let (Some(tag), Some(other)) = (a.tag(), b.tag()) {
        match tag.cmp(&other) {
            Ordering::Less => a.advance()?,
            Ordering::Greater => b.advance()?,
            Ordering::Equal => {
                // Tags of different identifiers can be equal; their seal keys then differ.
                match a.digest()?.cmp(&b.digest()?) {
                    Ordering::Less => a.advance()?,
                    Ordering::Greater => b.advance()?,
                    Ordering::Equal => {
                        shared += 1;
                        a.advance()?;
                        b.advance()?;
                    }
                }
            }
        }
    }
    Ok(shared)
}
