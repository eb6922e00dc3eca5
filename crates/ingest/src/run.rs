//! One run of `ingest`: files in, a ledger out. Owns the order of the steps, and what is published
//! when.

use crate::consume::{Consumer, Target};
use crate::error::IngestError;
use crate::escrow::Sealed;
use crate::evaluate;
use crate::fingerprint;
use crate::forms::OtherForms;
use crate::heavy_hitters::HeavyHitters;
use crate::inputs;
use crate::journal::{Attempt, Wanted};
use crate::ledger;
use crate::memory::Memory;
use crate::options::{IngestOptions, Mode};
use crate::overlaps;
use crate::progress::{Progress, Step};
use crate::read::{self, Reading};
use crate::report::{Report, input_of};
use crate::test_entry::{self, TestEntryError};
use exposure_dump::KindOrder;
use exposure_identifier::{CANONICAL_VERSION, Rules};
use exposure_index::{
    Catalogue, CatalogueError, Ledger, LedgerHeader, LedgerWriter, Operation, OperationsLog, Provenance, Run,
    TEST_SOURCE, valid_slug,
};
use exposure_protocol::Scheme;
use exposure_protocol::wire::CatalogueEntry;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Buffers may hold this fraction of the memory bound. The rest is for reading, sorting and
/// writing.
const BUFFERS: usize = 2;

/// Reads the files, and publishes the ledger of the source. If the run fails, nothing that was
/// published changes. If an input is damaged, its sound part is in the ledger, and the report
/// describes the damage.
pub fn ingest(options: &IngestOptions<'_>, progress: &dyn Progress) -> Result<Report, IngestError> {
    let started = Instant::now();
    if !valid_slug(options.source) {
        return Err(IngestError::Slug(options.source.to_owned()));
    }
    if options.source == TEST_SOURCE {
        return Err(IngestError::Reserved);
    }
    let header = ledger_header(options)?;
    let files = inputs::find(options.files, options.data.root())?;
    let _lock = options.data.lock()?;
    let path = options.data.ledger(options.source);
    let fingerprint = fingerprint::of(options, &header);
    let ids = read::ids(&files);
    // Standard input has no ID: it may be another dump each time.
    let has_ids = ids.len() == files.len();
    let inputs = read::hash(&ids);
    if has_ids && Attempt::has_published(options.data, &fingerprint, &inputs, read::id_of(&path)) {
        return published_before(options, &path);
    }
    let older = older_ledger(&path, &header, options.mode)?;
    // Read before the work, so that an error in it is found early, and again when it is changed.
    Catalogue::read(&options.data.catalogue())?;

    let attempt = Attempt::open(
        options.data,
        &Wanted {
            fingerprint,
            inputs: &ids,
            key: options.keyed(),
            today: options.rules.today,
            interval: options.checkpoint,
        },
    )?;
    // All attempts use one date, so that they accept the same dates of birth.
    let rules = Rules { today: attempt.today(), ..options.rules };
    let (order, memory, heavy) = (KindOrder::default(), Memory::new(options.memory / BUFFERS), HeavyHitters::new());
    let sorters: Vec<_> = order.ranked().map(|(rank, _)| attempt.sorter(rank, &memory)).collect();
    // An escrow needs deduplication, too, so that it holds each identifier once.
    let dedup = (options.escrow.is_some() || options.keyed().is_some()).then(|| attempt.dedup(&memory));
    let (files, finished) = {
        let target = dedup.as_ref().map_or(Target::Sort(&sorters), Target::Dedup);
        let consumer = Consumer::new(&order, target, &heavy, progress);
        let reading = Reading { options, rules, attempt: &attempt, sorters: &sorters, dedup: dedup.as_ref(), progress };
        reading.all(&files, &consumer)?
    };
    let mut report = Report::of(files, options.unread_rate);
    if let Err(error) = judge(&report, options.accept_rate) {
        // Another attempt with the same options would fail in the same way.
        drop((dedup, sorters));
        attempt.done();
        return Err(error);
    }
    report.heavy = heavy.most_frequent();
    let escrow = match &dedup {
        Some(dedup) => {
            let unsaved = has_ids.then_some(finished);
            evaluate::run(options, dedup, &order, &sorters, &attempt, unsaved, progress)?
        }
        None => None,
    };
    progress.begin(Step::Sorting, None);
    attempt.publishing(read::id_of(&path), inputs)?;
    let was_incomplete = older.as_ref().is_some_and(|ledger| ledger.provenance().is_incomplete());
    let is_incomplete = was_incomplete || !report.incomplete.is_empty();
    let fill = |writer: &mut LedgerWriter<'_>| {
        let by_kind = order.ranked().map(|(_, kind)| kind.name.as_str()).zip(sorters).collect();
        let empty = || attempt.empty_sorter(&memory);
        ledger::write(writer, by_kind, older.as_ref(), empty, &|records| progress.advance(records))?;
        Ok::<_, IngestError>(finish(options, older.as_ref(), writer, &mut report))
    };
    let mut ledger = String::new();
    Ledger::publish(&path, &header, fill, |hash| {
        ledger = data_encoding::HEXLOWER.encode(hash);
        // First the escrow: better an escrow without a ledger than the reverse.
        escrow.map(Sealed::publish).transpose()?;
        Ok(add_to_catalogue(options, is_incomplete, Published::Not)?)
    })?;
    add_to_catalogue(options, is_incomplete, Published::Yes)?;
    let (source, records) = (options.source.to_owned(), report.distinct.clone());
    OperationsLog::of(options.data).append(&[Operation::Ingested { source, ledger, records }])?;
    // Here, because a build may have no key. If another source has its name, `build` reports it.
    match test_entry::ledger(options.data, &header, options.key) {
        Ok(_) | Err(TestEntryError::Taken(_)) => {}
        Err(error) => return Err(error.into()),
    }
    drop(dedup);
    attempt.done();
    progress.begin(Step::Comparing, None);
    report.overlaps = overlaps::find(options.data, &Ledger::open(&path)?)?;
    report.took = started.elapsed();
    Ok(report)
}

/// Completes a run that was killed after it had published its ledger, and reports what is known.
fn published_before(options: &IngestOptions<'_>, path: &Path) -> Result<Report, IngestError> {
    let ledger = Ledger::open(path)?;
    let distinct: BTreeMap<_, _> =
        ledger.sections().iter().map(|section| (section.kind.clone(), section.records)).collect();
    let (source, records) = (options.source.to_owned(), distinct.clone());
    let hash = data_encoding::HEXLOWER.encode(ledger.hash());
    add_to_catalogue(options, ledger.provenance().is_incomplete(), Published::Yes)?;
    OperationsLog::of(options.data).append(&[Operation::Ingested { source, ledger: hash, records }])?;
    Attempt::forget(options.data)?;
    let damage = ledger.provenance().runs.last().is_some_and(Run::is_incomplete);
    let incomplete = damage.then(|| (path.to_owned(), "the run that was killed found its dump incomplete".to_owned()));
    Ok(Report { incomplete: incomplete.into_iter().collect(), distinct, was_published: true, ..Report::default() })
}

/// Fails if what was found is not worth a ledger.
fn judge(report: &Report, needed: f64) -> Result<(), IngestError> {
    if report.accepted.is_empty() {
        let reasons = report.rejected.values().flatten().map(|(reason, count)| format!(", {reason} {count}"));
        let (rows, malformed) = (report.rows(), report.malformed());
        // Damage explains it better than counts.
        let damage = report.damages().into_iter().next();
        return Err(match damage {
            Some((path, what)) => IngestError::NothingGood { path, what },
            None => {
                let cause = report.incomplete.first().map(|(path, what)| format!("{}: {what}", path.display()));
                let advice = cause.unwrap_or_else(|| "check the format and --column".to_owned());
                IngestError::NothingFound { rows, malformed, reasons: reasons.collect(), advice }
            }
        });
    }
    match report.accept_rate().filter(|&rate| rate < needed) {
        Some(rate) => Err(IngestError::FewAccepted { rate, needed }),
        None => Ok(()),
    }
}

/// Completes the report with counts of the finished sections, and returns the ledger's provenance.
fn finish(
    options: &IngestOptions<'_>,
    older: Option<&Ledger>,
    writer: &LedgerWriter<'_>,
    report: &mut Report,
) -> Provenance {
    report.distinct = writer.records().map(|(kind, records)| (kind.to_owned(), records)).collect();
    let before = |kind: &str| {
        let sections = older.into_iter().flat_map(Ledger::sections);
        sections.filter(|section| section.kind == kind).map(|section| section.records).sum::<u64>()
    };
    let added = |(kind, records): (&String, &u64)| (kind.clone(), records - before(kind).min(*records));
    report.added = report.distinct.iter().map(added).collect();
    let mut inputs: Vec<_> = report.files.iter().map(|file| input_of(file, options.unread_rate)).collect();
    inputs.sort();
    let run = Run {
        tool: concat!("exposure ", env!("CARGO_PKG_VERSION")).to_owned(),
        canonical_version: CANONICAL_VERSION.to_owned(),
        region: options.rules.region.to_string(),
        inputs,
        accepted: report.accepted.clone(),
        rejected: report.rejected.clone(),
        distinct: report.distinct.clone(),
    };
    let mut provenance = older.map(|ledger| ledger.provenance().clone()).unwrap_or_default();
    provenance.runs.push(run);
    provenance
}

/// Whether the ledger of this run is published.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Published {
    Not,
    Yes,
}

/// Adds an entry for the source before its ledger is published, because `build` needs to know
/// whether it is sensitive, and keeps whether the ledger is incomplete. If that says nothing new,
/// the file is not rewritten.
///
/// The mark is set before the ledger is published and removed only afterwards: a run that is killed
/// between the two must not leave an incomplete ledger without it. Appending removes none, because
/// what the ledger held before is still in it.
fn add_to_catalogue(
    options: &IngestOptions<'_>,
    is_incomplete: bool,
    published: Published,
) -> Result<(), CatalogueError> {
    let path = options.data.catalogue();
    let mut catalogue = Catalogue::read(&path)?;
    if !catalogue.sources.contains_key(options.source) {
        let added = Some(options.rules.today.to_string());
        let entry = CatalogueEntry { added, incomplete: is_incomplete, ..CatalogueEntry::default() };
        catalogue.sources.insert(options.source.to_owned(), entry);
        return catalogue.write(&path);
    }
    let may_clear = published == Published::Yes && options.mode != Mode::Append;
    if is_incomplete || may_clear { Catalogue::mark(&path, options.source, is_incomplete) } else { Ok(()) }
}

fn ledger_header(options: &IngestOptions<'_>) -> Result<LedgerHeader, IngestError> {
    let slug = options.source.to_owned();
    match (options.scheme, options.key) {
        (Scheme::Sha256, _) => Ok(LedgerHeader { scheme: Scheme::Sha256, epoch: 0, public_key: None, slug }),
        (Scheme::Voprf, Some(key)) => {
            let public_key = Some(key.public());
            Ok(LedgerHeader { scheme: Scheme::Voprf, epoch: key.epoch(), public_key, slug })
        }
        (Scheme::Voprf, None) => Err(IngestError::NoKey),
    }
}

fn older_ledger(path: &Path, header: &LedgerHeader, mode: Mode) -> Result<Option<Ledger>, IngestError> {
    match mode {
        Mode::New if path.exists() => Err(IngestError::LedgerExists(header.slug.clone())),
        Mode::Append if path.exists() => {
            let older = Ledger::open(path)?;
            if older.header() != header {
                return Err(IngestError::OtherKey(header.slug.clone()));
            }
            match OtherForms::of(std::slice::from_ref(&older)).into_iter().next() {
                Some(other) => Err(IngestError::OtherForms(other)),
                None => Ok(Some(older)),
            }
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests;
