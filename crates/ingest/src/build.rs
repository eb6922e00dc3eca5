//! `build`: ledgers in, an index out, in two sequential readings.
//!
//! The first reading counts distinct entries, entries a leaf, and source sets; the second writes. Memory depends on the
//! number of leaves, sets and ledgers, not of entries. The test identifier is in every index (`test_entry`). Tags are partitioned, and partitions are read on all cores.

mod passes;
mod union;

use crate::error::BuildError;
use crate::progress::{Progress, Step};
use crate::test_entry;
use exposure_index::{
    Catalogue, DataDir, Index, IndexedSource, Ledger, LedgerError, LedgerHeader, Operation, OperationsLog, Plan,
    Sizing, SourceTable, TEST_SOURCE, publish,
};
use exposure_protocol::{Scheme, SecretKey};
use std::collections::BTreeMap;
use std::fs::File;
use union::Inputs;

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
    /// Sources in it, the test identifier's among them.
    pub sources: Vec<String>,
    /// Sources left out because they are sensitive.
    pub left_out: Vec<String>,
    /// Entries left out because somebody objected.
    pub suppressed: u64,
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
    let (mut ledgers, left_out) = open_ledgers(options)?;
    let header = common_header(options, &ledgers)?;
    let suppressed = suppressed(options, &header)?;
    ledgers.push(test_entry::ledger(options.data, &header, options.key)?);
    ledgers.sort_by(|a, b| a.header().slug.cmp(&b.header().slug));
    let inputs = Inputs::new(&ledgers, suppressed.as_ref());
    progress.begin(Step::Counting, Some(inputs.records()));
    let counts = passes::count(&inputs, progress)?;
    let sizing = Sizing::of(counts.records, options.false_positive_rate)?;
    let leaf_counts = counts.leaves(sizing.depth);
    let table = SourceTable {
        sources: ledgers.iter().zip(counts.source_kinds).map(indexed_source).collect(),
        kinds: counts.kinds,
        sets: counts.sets.into_iter().collect(),
    };
    let mut built = Built {
        id: String::new(),
        records: counts.records,
        kinds: table.kinds.clone(),
        sources: table.sources.iter().map(|source| source.slug.clone()).collect(),
        left_out,
        suppressed: counts.suppressed,
        sets: table.sets.len(),
        bytes: 0,
        sizing,
    };
    let plan = Plan::new(header.scheme, header.epoch, header.public_key, sizing, table, leaf_counts);
    let log = OperationsLog::of(options.data);
    let write = |file: &mut File| -> Result<(), BuildError> {
        progress.begin(Step::Writing, Some(inputs.records()));
        built.id = passes::write(file, plan, &inputs, progress)?;
        built.bytes = file.metadata()?.len();
        Ok(())
    };
    let verify = |path: &std::path::Path| {
        progress.begin(Step::Verifying, None);
        Ok(Index::open(path)?.verify()?)
    };
    publish(&options.data.index(), 0o444, write, verify)?;
    log.append(&[built.operation(&ledgers), Operation::Published { index: built.id.clone() }])?;
    Ok(built)
}

impl Built {
    fn operation(&self, ledgers: &[Ledger]) -> Operation {
        let hashes =
            ledgers.iter().map(|l| (l.header().slug.clone(), data_encoding::HEXLOWER.encode(l.hash()))).collect();
        let (index, records, suppressed) = (self.id.clone(), self.records, self.suppressed);
        Operation::Built { index, records, suppressed, ledgers: hashes }
    }
}

/// The objections on record, which must be under the ledgers' key: else they would be silently forgotten.
fn suppressed(options: &BuildOptions<'_>, header: &LedgerHeader) -> Result<Option<Ledger>, BuildError> {
    let path = options.data.suppressed();
    if !path.exists() {
        return Ok(None);
    }
    let suppressed = Ledger::open(&path)?;
    let of = |header: &LedgerHeader| (header.scheme, header.epoch, header.public_key);
    if of(suppressed.header()) == of(header) { Ok(Some(suppressed)) } else { Err(BuildError::OtherObjections(path)) }
}

/// The sources' ledgers to build from, by slug, and the slugs of those left out.
fn open_ledgers(options: &BuildOptions<'_>) -> Result<(Vec<Ledger>, Vec<String>), BuildError> {
    let catalogue = Catalogue::read(&options.data.catalogue())?;
    refuse_lost_ledgers(options.data, &catalogue)?;
    let (mut ledgers, mut left_out) = (Vec::new(), Vec::new());
    for slug in options.data.ledger_slugs()?.into_iter().filter(|slug| slug != TEST_SOURCE) {
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

fn indexed_source((ledger, kinds): (&Ledger, BTreeMap<String, u64>)) -> IndexedSource {
    IndexedSource { slug: ledger.header().slug.clone(), ledger_hash: *ledger.hash(), kinds }
}
