//! Writes the sections of a ledger from sorted digests and from an older ledger, on all cores.

use crate::error::IngestError;
use crate::forms::version_of;
use crate::sort::{Sorted, Sorter};
use exposure_index::{EncodedPartition, Ledger, LedgerWriter, PARTITIONS};
use exposure_protocol::Digest;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Writes all sections: the digests of each sorter, by the name of its kind, and the records of an
/// older ledger, including those of kinds that this program does not know.
pub(crate) fn write<'k, 's>(
    writer: &mut LedgerWriter<'_>,
    mut sorters: BTreeMap<&'k str, Sorter<'s>>,
    older: Option<&'k Ledger>,
    empty: impl Fn() -> Sorter<'s>,
    written: &(dyn Fn(u64) + Sync),
) -> Result<(), IngestError> {
    for section in older.into_iter().flat_map(Ledger::sections) {
        sorters.entry(&section.kind).or_insert_with(&empty);
    }
    sorters.iter().try_for_each(|(kind, sorter)| write_section(writer, kind, sorter, older, written))
}

fn write_section(
    writer: &mut LedgerWriter<'_>,
    kind: &str,
    sorter: &Sorter<'_>,
    older: Option<&Ledger>,
    written: &(dyn Fn(u64) + Sync),
) -> Result<(), IngestError> {
    let section = older.and_then(|ledger| ledger.sections().iter().find(|section| section.kind == kind));
    writer.set_canonical_version(kind, version_of(kind, section));
    let older_records = |number: u8| section.map_or(0, |section| section.partition_records(number));
    let drain = |number: u8| -> Result<Sorted<'_>, IngestError> {
        let partition = u16::from(number)..u16::from(number) + 1;
        match older.zip(section) {
            Some((ledger, section)) => {
                let records = ledger.records(section, partition)?;
                sorter.drain(number, records.map(|record| Ok(record?)), older_records(number))
            }
            None => sorter.drain(number, std::iter::empty(), 0),
        }
    };
    let mut numbers = sorter.filled();
    numbers.extend((0..PARTITIONS).map(|number| number as u8).filter(|&number| older_records(number) > 0));
    numbers.sort_unstable();
    numbers.dedup();

    // While a group is encoded, the previous one is written and the next one is read ahead.
    let groups: Vec<&[u8]> = numbers.chunks(sorter.loaded_at_once()).collect();
    let mut encoded: Vec<Encoded<'_>> = Vec::new();
    for at in 0..=groups.len() {
        let next_group = groups.get(at + 1).copied().unwrap_or_default();
        next_group.iter().for_each(|&number| sorter.expect(number));
        let group = groups.get(at).copied().unwrap_or_default();
        let encode = || group.par_iter().map(|&number| Ok(encode(number, drain(number)?, written))).collect();
        let (put, next): (Result<(), IngestError>, Result<Vec<_>, IngestError>) =
            rayon::join(|| encoded.drain(..).try_for_each(|partition| put(writer, kind, partition, written)), encode);
        put?;
        encoded = next?;
    }
    Ok(())
}

/// A partition that is ready to be written.
enum Encoded<'s> {
    Whole(Option<EncodedPartition>),
    Split(u8, Sorter<'s>),
}

fn encode<'s>(number: u8, sorted: Sorted<'s>, written: &(dyn Fn(u64) + Sync)) -> Encoded<'s> {
    match sorted {
        Sorted::Whole(digests) => {
            written(digests.len() as u64);
            Encoded::Whole(EncodedPartition::new(number, &digests))
        }
        Sorted::Split(below) => Encoded::Split(number, below),
    }
}

fn put(
    writer: &mut LedgerWriter<'_>,
    kind: &str,
    partition: Encoded<'_>,
    written: &(dyn Fn(u64) + Sync),
) -> Result<(), IngestError> {
    match partition {
        Encoded::Whole(None) => Ok(()),
        Encoded::Whole(Some(partition)) => Ok(writer.push(kind, &partition)?),
        Encoded::Split(number, below) => writer.stream(kind, number, |encoder| {
            below.for_each_part(&mut |digests: &[Digest]| {
                written(digests.len() as u64);
                Ok(encoder.push(digests)?)
            })
        }),
    }
}
