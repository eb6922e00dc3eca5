//! `build`: ledgers in, an index out, in two sequential passes.
//!
//! The first pass counts distinct entries, entries per leaf, and source sets; the second writes.
//! Memory depends on the number of leaves, sets and ledgers, not of entries. Partitions of tags are
//! read on all cores. The test identifier is in every index (`test_entry`).

mod forms;
mod passes;
mod union;

use crate::error::BuildError;
use crate::forms::OtherForms;
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
    /// The data directory, with ledgers, catalogue and index.
    pub data: &'a DataDir,
    /// The key, which is needed for an index without ledgers and for the test identifier.
    pub key: Option<&'a SecretKey>,
    /// The probability that an identifier in no source matches an entry.
    pub false_positive_rate: f64,
    /// Include sensitive sources, which are left out otherwise.
    pub include_sensitive: bool,
    /// Allow ledgers of the unkeyed scheme.
    pub allow_unkeyed: bool,
    /// Allow ledgers whose canonical forms are of another version than this program's. The index
    /// says so, and clients of either version say where they cannot tell.
    pub allow_other_forms: bool,
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
    /// Sources in it, including that of the test identifier.
    pub sources: Vec<String>,
    /// Sources left out because they are sensitive.
    pub left_out: Vec<String>,
    /// Entries left out because of objections.
    pub suppressed: u64,
    /// Sources whose canonical forms are of another version, by kind; allowed by the options.
    pub other_forms: Vec<OtherForms>,
    /// Kinds of which objections were recorded in another canonical version than that of the
    /// ledgers, so that some may be without effect.
    pub outdated_objections: Vec<String>,
    /// The number of source sets.
    pub sets: usize,
    /// Size of the file.
    pub bytes: u64,
    /// Its widths of prefixes, tags and seals.
    pub sizing: Sizing,
}

/// Builds an index from all ledgers and publishes it. On an error nothing has changed.
pub fn build(options: &BuildOptions<'_>, progress: &dyn Progress) -> Result<Built, BuildError> {
    let _lock = options.data.lock()?;
    let (mut ledgers, left_out) = open_ledgers(options)?;
    let header = common_header(options, &ledgers)?;
    let other_forms = forms::check(&ledgers, options.allow_other_forms)?;
    let suppressed = suppressed(options, &header)?;
    let outdated_objections = forms::outdated_objections(suppressed.as_ref(), &ledgers);
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
        other_forms,
        outdated_objections,
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

/// The recorded objections. They must have the key of the ledgers, or they would be ignored
/// silently.
fn suppressed(options: &BuildOptions<'_>, header: &LedgerHeader) -> Result<Option<Ledger>, BuildError> {
    let path = options.data.suppressed();
    if !path.exists() {
        return Ok(None);
    }
    let suppressed = Ledger::open(&path)?;
    let of = |header: &LedgerHeader| (header.scheme, header.epoch, header.public_key);
    if of(suppressed.header()) == of(header) { Ok(Some(suppressed)) } else { Err(BuildError::OtherObjections(path)) }
}

/// The ledgers to build from, sorted by slug, and the slugs of the sources left out.
fn open_ledgers(options: &BuildOptions<'_>) -> Result<(Vec<Ledger>, Vec<String>), BuildError> {
    let catalogue = Catalogue::read(&options.data.catalogue())?;
    check_for_lost_ledgers(options.data, &catalogue)?;
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
            return Err(LedgerError::Damaged { path, what: "it belongs to a source with another name" }.into());
        }
        ledgers.push(ledger);
    }
    Ok((ledgers, left_out))
}

/// Fails if a source of the current index has an entry in the catalogue but no ledger. A source is
/// withdrawn with `sources remove`, which removes its entry, too; if only its ledger were missing,
/// everybody in it would get the answer "not found".
fn check_for_lost_ledgers(data: &DataDir, catalogue: &Catalogue) -> Result<(), BuildError> {
    // Without a sound current index there is nothing to compare.
    let Ok(current) = Index::open(&data.index()) else { return Ok(()) };
    let lost = |slug: &str| catalogue.sources.contains_key(slug) && !data.ledger(slug).exists();
    match current.table().sources.iter().find(|source| lost(&source.slug)) {
        Some(source) => Err(BuildError::LedgerMissing(source.slug.clone(), data.ledger(&source.slug))),
        None => Ok(()),
    }
}

/// The scheme and key that all ledgers share; the key of the data directory if there is no ledger.
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
    let versions = ledger.sections().iter().map(|section| (section.kind.clone(), section.canonical_version));
    let canonical_versions = versions.filter(|(kind, version)| kinds.contains_key(kind) && *version != 1).collect();
    IndexedSource { slug: ledger.header().slug.clone(), ledger_hash: *ledger.hash(), kinds, canonical_versions }
}
