//! The two passes over the ledgers: one counts, one writes. Each runs over partitions of tags, on
//! all cores.

use crate::build::union::{Entry, Inputs};
use crate::error::BuildError;
use crate::progress::Progress;
use exposure_index::{IndexError, IndexWriter, LeafRun, PARTITIONS, Plan, deepest};
use exposure_protocol::{Digest, SEAL_KEY_BYTES, Scheme, Sealer, Tag};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::ops::Range;

/// Records between two updates of the progress.
const PROGRESS_RECORDS: u64 = 1 << 16;

/// The result of the first pass.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) records: u64,
    /// Entries left out because of objections.
    pub(super) suppressed: u64,
    pub(super) kinds: BTreeMap<String, u64>,
    /// The same for each source, without suppressed entries. Publishing the ledgers' own counts
    /// beside these would reveal how many are suppressed.
    pub(super) source_kinds: Vec<BTreeMap<String, u64>>,
    /// Every source set that occurs. Sources are sorted by slug, so sets of their numbers sort as
    /// sets of slugs.
    pub(super) sets: BTreeSet<Vec<u32>>,
    /// Entries below each prefix of `depth` bits.
    histogram: Vec<u32>,
    depth: u8,
}

impl Counts {
    /// Entries of each leaf at a depth, which must not exceed the depth of the histogram.
    pub(super) fn leaves(&self, depth: u8) -> Vec<u32> {
        self.histogram.chunks(1 << (self.depth - depth)).map(|chunk| chunk.iter().sum()).collect()
    }
}

/// The first pass.
pub(super) fn count(inputs: &Inputs<'_>, progress: &dyn Progress) -> Result<Counts, BuildError> {
    let depth = deepest(inputs.records());
    let parts: Result<Vec<_>, BuildError> =
        parts(depth).into_par_iter().map(|partitions| count_part(inputs, partitions, depth, progress)).collect();
    let mut counts = Counts { depth, ..Counts::default() };
    let mut kinds = vec![0; inputs.kinds.len()];
    let mut source_kinds = vec![0; inputs.ledgers.len() * inputs.kinds.len()];
    for part in parts? {
        counts.records += part.kinds.iter().sum::<u64>();
        counts.suppressed += part.suppressed;
        kinds.iter_mut().zip(part.kinds).for_each(|(sum, count)| *sum += count);
        source_kinds.iter_mut().zip(part.source_kinds).for_each(|(sum, count)| *sum += count);
        counts.sets.extend(part.sets);
        counts.histogram.extend(part.histogram);
    }
    counts.kinds = named(&inputs.kinds, &kinds);
    let of_source = |source: usize| &source_kinds[source * inputs.kinds.len()..][..inputs.kinds.len()];
    counts.source_kinds = (0..inputs.ledgers.len()).map(|source| named(&inputs.kinds, of_source(source))).collect();
    Ok(counts)
}

/// Counts by the name of the kind, without zeros.
fn named(kinds: &[&str], counts: &[u64]) -> BTreeMap<String, u64> {
    let held = kinds.iter().zip(counts).filter(|(_, count)| **count > 0);
    held.map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
}

/// Ranges of partitions whose boundaries do not divide a leaf.
fn parts(depth: u8) -> Vec<Range<u16>> {
    let step = PARTITIONS >> depth.min(8);
    (0..PARTITIONS).step_by(usize::from(step)).map(|start| start..start + step).collect()
}

/// The numbers of the leaves that such a range covers.
fn leaves(partitions: &Range<u16>, depth: u8) -> Range<u64> {
    let number = |partition: u16| (u64::from(partition) << depth) >> 8;
    number(partitions.start)..number(partitions.end)
}

struct PartCounts {
    kinds: Vec<u64>,
    /// The same for each source, concatenated.
    source_kinds: Vec<u64>,
    suppressed: u64,
    sets: BTreeSet<Vec<u32>>,
    histogram: Vec<u32>,
}

fn count_part(
    inputs: &Inputs<'_>,
    partitions: Range<u16>,
    depth: u8,
    progress: &dyn Progress,
) -> Result<PartCounts, BuildError> {
    let leaves = leaves(&partitions, depth);
    let mut counts = PartCounts {
        kinds: vec![0; inputs.kinds.len()],
        source_kinds: vec![0; inputs.ledgers.len() * inputs.kinds.len()],
        suppressed: 0,
        sets: BTreeSet::new(),
        histogram: vec![0; (leaves.end - leaves.start) as usize],
    };
    // Nearly every entry is in a single source.
    let mut single = vec![false; inputs.ledgers.len()];
    for_each_entry(inputs, partitions, false, progress, |entry| {
        match entry.set {
            // Suppressed, perhaps without being in any source.
            [] => {
                counts.suppressed += u64::from(entry.records > 0);
                return Ok(());
            }
            [source] => single[*source as usize] = true,
            set if counts.sets.contains(set) => {}
            set => drop(counts.sets.insert(set.to_vec())),
        }
        counts.kinds[entry.kind] += 1;
        for source in entry.set {
            counts.source_kinds[*source as usize * inputs.kinds.len() + entry.kind] += 1;
        }
        counts.histogram[((entry.tag >> (64 - depth)) - leaves.start) as usize] += 1;
        Ok(())
    })?;
    counts.sets.extend((0..).zip(single).filter(|(_, occurs)| *occurs).map(|(source, _)| vec![source]));
    Ok(counts)
}

fn for_each_entry(
    inputs: &Inputs<'_>,
    partitions: Range<u16>,
    with_keys: bool,
    progress: &dyn Progress,
    mut take: impl FnMut(Entry<'_>) -> Result<(), BuildError>,
) -> Result<(), BuildError> {
    let mut union = inputs.union(partitions, with_keys)?;
    let mut records = 0;
    while let Some(entry) = union.next()? {
        records += entry.records;
        take(entry)?;
        if records >= PROGRESS_RECORDS {
            progress.advance(std::mem::take(&mut records));
        }
    }
    progress.advance(records);
    Ok(())
}

/// The second pass: seals and writes every entry. Returns the index id.
pub(super) fn write(
    file: &File,
    plan: Plan,
    inputs: &Inputs<'_>,
    progress: &dyn Progress,
) -> Result<String, BuildError> {
    let header = plan.header().clone();
    let seals = Seals::new(&plan, inputs.ledgers.len());
    let writer = IndexWriter::begin(file, plan)?;
    parts(header.depth).into_par_iter().try_for_each(|partitions| -> Result<(), BuildError> {
        let mut leaves = Ordered { run: writer.run(leaves(&partitions, header.depth)), held: Vec::new() };
        for_each_entry(inputs, partitions, seals.need_keys(), progress, |entry| {
            if entry.set.is_empty() {
                return Ok(());
            }
            Ok(leaves.push(entry.tag >> (64 - header.digest_bits), seals.seal(&entry)?)?)
        })?;
        Ok(leaves.finish()?)
    })?;
    Ok(writer.finish()?)
}

/// Computes the seal of each entry.
struct Seals {
    sealer: Sealer,
    scheme: Scheme,
    bits: u8,
    /// The number of each set, and of each set that holds a single source.
    numbers: HashMap<Vec<u32>, u32>,
    single: Vec<Option<u32>>,
}

impl Seals {
    fn new(plan: &Plan, sources: usize) -> Self {
        let header = plan.header();
        let numbers: HashMap<Vec<u32>, u32> = plan.sets().iter().cloned().zip(0..).collect();
        let single = (0..sources as u32).map(|source| numbers.get(&[source][..]).copied()).collect();
        let sealer = Sealer::new(header.scheme, header.seal_bits, header.nonce);
        Self { sealer, scheme: header.scheme, bits: header.seal_bits, numbers, single }
    }

    /// Whether seals depend on seal keys: not in the unkeyed scheme, and not if there is only one
    /// set.
    fn need_keys(&self) -> bool {
        self.scheme == Scheme::Voprf && self.bits > 0
    }

    fn seal(&self, entry: &Entry<'_>) -> Result<u32, IndexError> {
        let number = match entry.set {
            [source] => self.single[*source as usize],
            set => self.numbers.get(set).copied(),
        };
        let number = number.ok_or(IndexError::Changed("a source set was not counted"))?;
        // If no seal key was read, none is needed.
        let digest = entry.digest.unwrap_or_else(|| Digest::from_parts(entry.tag, [0; SEAL_KEY_BYTES]));
        Ok(self.sealer.apply(&digest, number))
    }
}

/// Orders entries with equal tags by seal: they are held back until the next tag.
struct Ordered<'w> {
    run: LeafRun<'w>,
    held: Vec<(Tag, u32)>,
}

impl Ordered<'_> {
    fn push(&mut self, tag: Tag, seal: u32) -> Result<(), IndexError> {
        if self.held.first().is_some_and(|&(other, _)| other != tag) {
            self.flush()?;
        }
        self.held.push((tag, seal));
        Ok(())
    }

    fn flush(&mut self) -> Result<(), IndexError> {
        self.held.sort_unstable();
        self.held.drain(..).try_for_each(|(tag, seal)| self.run.push(tag, seal))
    }

    fn finish(mut self) -> Result<(), IndexError> {
        self.flush()?;
        self.run.finish()
    }
}
