//! `build`: ledgers in, an index out, in two sequential readings.
//!
//! The first reading counts distinct entries, entries a leaf, and source sets; the second writes. Memory depends on the
//! number of leaves and sets, not of entries.

use crate::merge::Merge;
use crate::{BuildError, Progress, Step};
use exposure_index::{
    Catalogue, DataDir, Index, IndexError, IndexWriter, IndexedSource, Ledger, LedgerError, LedgerHeader,
    LedgerRecords, Plan, Sizing, SourceTable, deepest, publish,
};
use exposure_protocol::{Digest, Scheme, Sealer, SecretKey, Tag};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;

/// What to build, and how.
pub struct BuildOptions<'a> {
    /// Where ledgers, catalogue and index are.
    pub data: &'a DataDir,
    /// The key, which an index without any ledger belongs to.
    pub key: Option<&'a SecretKey>,
    /// The chance that an identifier in no leak finds an entry.
    pub false_positive_rate: f64,
    /// Sensitive sources are left out unless this is set.
    pub include_sensitive: bool,
    /// Bare hashes are refused unless this is set.
    pub allow_unkeyed: bool,
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Built {
    /// The index id.
    pub id: String,
    /// Distinct entries.
    pub records: u64,
    /// Distinct identifiers by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Sources in it.
    pub sources: Vec<String>,
    /// Sources left out because they are sensitive.
    pub left_out: Vec<String>,
    /// Source sets.
    pub sets: usize,
    /// Size of the file.
    pub bytes: u64,
    /// Its widths.
    pub sizing: Sizing,
}

/// Builds an index from all ledgers and publishes it. On an error everything is as it was.
pub fn build(options: &BuildOptions<'_>, progress: &dyn Progress) -> Result<Built, BuildError> {
    let _lock = options.data.lock()?;
    let (ledgers, left_out) = open_ledgers(options)?;
    let header = common_header(options, &ledgers)?;
    let counts = count(&ledgers, progress)?;
    let sizing = Sizing::of(counts.records, options.false_positive_rate)?;
    let leaf_counts = counts.leaves(sizing.depth);
    let set_numbers: HashMap<Vec<u32>, u32> = counts.sets.iter().cloned().zip(0..).collect();
    let table = SourceTable {
        sources: ledgers.iter().map(indexed_source).collect(),
        kinds: counts.kinds,
        sets: counts.sets.into_iter().collect(),
    };
    let mut built = Built {
        id: String::new(),
        records: counts.records,
        kinds: table.kinds.clone(),
        sources: table.sources.iter().map(|source| source.slug.clone()).collect(),
        left_out,
        sets: table.sets.len(),
        bytes: 0,
        sizing,
    };
    let plan = Plan::new(header.scheme, header.epoch, header.public_key, sizing, table, leaf_counts);
    let write = |file: &mut File| -> Result<(), BuildError> {
        progress.begin(Step::Writing, Some(ledgers.iter().map(records).sum()));
        built.id = write_entries(file, plan, &ledgers, &set_numbers, progress)?;
        built.bytes = file.metadata()?.len();
        Ok(())
    };
    let verify = |path: &std::path::Path| {
        progress.begin(Step::Verifying, None);
        Ok(Index::open(path)?.verify()?)
    };
    publish(&options.data.index(), 0o444, write, verify)?;
    Ok(built)
}

/// The ledgers to build from, by slug, and the slugs of those left out.
fn open_ledgers(options: &BuildOptions<'_>) -> Result<(Vec<Ledger>, Vec<String>), BuildError> {
    let catalogue = Catalogue::read(&options.data.catalogue())?;
    refuse_lost_ledgers(options.data, &catalogue)?;
    let (mut ledgers, mut left_out) = (Vec::new(), Vec::new());
    for slug in options.data.ledger_slugs()? {
        let entry = catalogue.sources.get(&slug).ok_or_else(|| BuildError::NoEntry(slug.clone()))?;
        if entry.sensitive && !options.include_sensitive {
            left_out.push(slug);
            continue;
        }
        let path = options.data.ledger(&slug);
        let ledger = Ledger::open(&path)?;
        if ledger.header().slug != slug {
            return Err(LedgerError::Damaged { path, what: "it belongs to a source of another name" }.into());
        }
        ledgers.push(ledger);
    }
    Ok((ledgers, left_out))
}

/// A source leaves by `sources remove`, which takes its entry as well, and not because its ledger was kept elsewhere or
/// forgotten: everybody in it would be told "not found".
fn refuse_lost_ledgers(data: &DataDir, catalogue: &Catalogue) -> Result<(), BuildError> {
    // Without a sound index in front there is nothing to compare with.
    let Ok(front) = Index::open(&data.index()) else { return Ok(()) };
    let lost = |slug: &str| catalogue.sources.contains_key(slug) && !data.ledger(slug).exists();
    match front.table().sources.iter().find(|source| lost(&source.slug)) {
        Some(source) => Err(BuildError::LedgerMissing(source.slug.clone(), data.ledger(&source.slug))),
        None => Ok(()),
    }
}

/// The scheme and key that all ledgers share; the data directory's where there is none.
fn common_header(options: &BuildOptions<'_>, ledgers: &[Ledger]) -> Result<LedgerHeader, BuildError> {
    let Some(first) = ledgers.first() else {
        let key = options.key.ok_or_else(|| BuildError::Nothing(options.data.root().to_owned()))?;
        let public_key = Some(key.public());
        return Ok(LedgerHeader { scheme: Scheme::Voprf, epoch: key.epoch(), public_key, slug: String::new() });
    };
    let first = first.header();
    let differs = |other: &&Ledger| {
        let other = other.header();
        (other.scheme, other.epoch, other.public_key) != (first.scheme, first.epoch, first.public_key)
    };
    if let Some(other) = ledgers.iter().find(differs) {
        return Err(BuildError::Mixed { first: first.slug.clone(), other: other.header().slug.clone() });
    }
    let key = options.key.map(SecretKey::public);
    if first.scheme == Scheme::Voprf && key.is_some() && key != first.public_key {
        return Err(BuildError::OtherKey);
    }
    if first.scheme == Scheme::Sha256 && !options.allow_unkeyed {
        return Err(BuildError::Unkeyed);
    }
    Ok(first.clone())
}

fn indexed_source(ledger: &Ledger) -> IndexedSource {
    IndexedSource {
        slug: ledger.header().slug.clone(),
        ledger_hash: *ledger.hash(),
        kinds: ledger.sections().iter().map(|section| (section.kind.clone(), section.records)).collect(),
    }
}

fn records(ledger: &Ledger) -> u64 {
    ledger.sections().iter().map(|section| section.records).sum()
}

/// All sections of all ledgers as one stream of distinct digests, each with its kind and its set of sources.
struct Union<'l> {
    merge: Merge<LedgerRecords, Digest>,
    /// For each stream: its ledger's place, and its kind.
    streams: Vec<(u32, &'l str)>,
    next: Option<(Digest, usize)>,
    set: Vec<u32>,
}

/// One entry of the union. The set is sorted.
struct Entry<'u> {
    digest: Digest,
    kind: &'u str,
    set: &'u [u32],
    /// Ledger records that made it.
    records: u64,
}

impl<'l> Union<'l> {
    fn open(ledgers: &'l [Ledger]) -> Result<Self, LedgerError> {
        let mut readers = Vec::new();
        let mut streams = Vec::new();
        for (source, ledger) in (0..).zip(ledgers) {
            for (place, section) in ledger.sections().iter().enumerate() {
                readers.push(ledger.records(place)?);
                streams.push((source, section.kind.as_str()));
            }
        }
        let mut merge = Merge::new(readers)?;
        let next = merge.next().transpose()?;
        Ok(Self { merge, streams, next, set: Vec::new() })
    }

    fn next(&mut self) -> Result<Option<Entry<'_>>, LedgerError> {
        let Some((digest, stream)) = self.next else { return Ok(None) };
        let kind = self.streams[stream].1;
        self.set.clear();
        let mut records = 0;
        // Equal digests come in the order of streams, so of sources: the set is sorted as it grows.
        while let Some((_, stream)) = self.next.filter(|next| next.0 == digest) {
            records += 1;
            let source = self.streams[stream].0;
            if self.set.last() != Some(&source) {
                self.set.push(source);
            }
            self.next = self.merge.next().transpose()?;
        }
        Ok(Some(Entry { digest, kind, set: &self.set, records }))
    }
}

/// What the first reading tells.
struct Counts {
    records: u64,
    kinds: BTreeMap<String, u64>,
    /// Every set that occurs. Sources are sorted by slug, so sets of places sort as their slugs do.
    sets: BTreeSet<Vec<u32>>,
    /// Entries below each prefix of `depth` bits.
    histogram: Vec<u32>,
    depth: u8,
}

impl Counts {
    /// Entries of each leaf at a depth no deeper than was counted at.
    fn leaves(&self, depth: u8) -> Vec<u32> {
        self.histogram.chunks(1 << (self.depth - depth)).map(|chunk| chunk.iter().sum()).collect()
    }
}

fn count(ledgers: &[Ledger], progress: &dyn Progress) -> Result<Counts, BuildError> {
    let upper_bound = ledgers.iter().map(records).sum();
    progress.begin(Step::Counting, Some(upper_bound));
    let depth = deepest(upper_bound);
    let mut counts =
        Counts { records: 0, kinds: BTreeMap::new(), sets: BTreeSet::new(), histogram: vec![0; 1 << depth], depth };
    let mut union = Union::open(ledgers)?;
    while let Some(entry) = union.next()? {
        progress.advance(entry.records);
        counts.records += 1;
        counts.histogram[entry.digest.tag(depth) as usize] += 1;
        match counts.kinds.get_mut(entry.kind) {
            Some(count) => *count += 1,
            None => drop(counts.kinds.insert(entry.kind.to_owned(), 1)),
        }
        if !counts.sets.contains(entry.set) {
            counts.sets.insert(entry.set.to_vec());
        }
    }
    Ok(counts)
}

/// The second reading: seals and writes every entry. Returns the index id.
fn write_entries(
    file: &mut File,
    plan: Plan,
    ledgers: &[Ledger],
    set_numbers: &HashMap<Vec<u32>, u32>,
    progress: &dyn Progress,
) -> Result<String, BuildError> {
    let header = plan.header().clone();
    let sealer = Sealer::new(header.scheme, header.seal_bits, header.nonce);
    let mut writer = IndexWriter::begin(file, plan)?;
    let mut union = Union::open(ledgers)?;
    // Entries whose tags are equal are ordered by seal, so they wait until their tag is past.
    let mut waiting: Vec<(Tag, u32)> = Vec::new();
    let mut flush = |waiting: &mut Vec<(Tag, u32)>| -> Result<(), IndexError> {
        waiting.sort_unstable();
        waiting.drain(..).try_for_each(|(tag, seal)| writer.push(tag, seal))
    };
    while let Some(entry) = union.next()? {
        progress.advance(entry.records);
        let tag = entry.digest.tag(header.digest_bits);
        if waiting.first().is_some_and(|&(other, _)| other != tag) {
            flush(&mut waiting)?;
        }
        let set = set_numbers.get(entry.set).ok_or(IndexError::Changed("a source set was not counted"))?;
        waiting.push((tag, sealer.apply(&entry.digest, *set)));
    }
    flush(&mut waiting)?;
    Ok(writer.finish()?)
}
