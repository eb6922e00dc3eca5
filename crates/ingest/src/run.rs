//! One run of `ingest`: files in, a ledger out.

use crate::consume::{Consumer, Target};
use crate::error::IngestError;
use crate::escrow::Sealed;
use crate::evaluate;
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
use exposure_dump::{FileReport, KindOrder};
use exposure_identifier::{CANONICAL_VERSION, Kind, Rules};
use exposure_index::{
    Catalogue, Ledger, LedgerHeader, LedgerWriter, Operation, OperationsLog, Provenance, Run, TEST_SOURCE, valid_slug,
};
use exposure_protocol::Scheme;
use exposure_protocol::wire::CatalogueEntry;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Of the memory bound, the part that buffers may hold; the rest is for what is being read, sorted and written.
const BUFFERS: usize = 2;

/// Reads the files, and publishes the source's ledger. Where the run fails, what was published before is as it was; where
/// an input is damaged, what was good of it is in the ledger, and the report says what is missing.
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
    let fingerprint = fingerprint(options, &header);
    let ids = read::ids(&files);
    // Standard input is told from nothing: what it holds may be another dump.
    let is_told = ids.len() == files.len();
    let inputs = read::hash(&ids);
    if is_told && Attempt::has_published(options.data, &fingerprint, &inputs, read::id_of(&path)) {
        return published_before(options, &path);
    }
    let older = older_ledger(&path, &header, options.mode)?;
    // Read before the work, so that a mistake in it costs nothing.
    let mut catalogue = Catalogue::read(&options.data.catalogue())?;

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
    // What was counted before is not counted by another calendar.
    let rules = Rules { today: attempt.today(), ..options.rules };
    let (order, memory, heavy) = (KindOrder::default(), Memory::new(options.memory / BUFFERS), HeavyHitters::new());
    let sorters: Vec<_> = order.ranked().map(|(rank, _)| attempt.sorter(rank, &memory)).collect();
    // Where identifiers are kept for an escrow, they wait as well, so that each comes once.
    let waiting = (options.escrow.is_some() || options.keyed().is_some()).then(|| attempt.waiting(&memory));
    let (files, finished) = {
        let target = waiting.as_ref().map_or(Target::Sort(&sorters), Target::Dedup);
        let consumer = Consumer::new(&order, target, &heavy, progress);
        let reading =
            Reading { options, rules, attempt: &attempt, sorters: &sorters, waiting: waiting.as_ref(), progress };
        reading.all(&files, &consumer)?
    };
    let mut report = Report::of(files);
    if let Err(error) = judge(&report, options.accept_rate) {
        // Another try with the same options would end the same way.
        drop((waiting, sorters));
        attempt.done();
        return Err(error);
    }
    report.heavy = heavy.hitters();
    let escrow = match &waiting {
        Some(waiting) => {
            let unsaved = is_told.then_some(finished);
            evaluate::run(options, waiting, &order, &sorters, &attempt, unsaved, progress)?
        }
        None => None,
    };
    progress.begin(Step::Sorting, None);
    attempt.publishing(read::id_of(&path), inputs)?;
    let fill = |writer: &mut LedgerWriter<'_>| {
        let by_kind = order.ranked().map(|(_, kind)| kind.name.as_str()).zip(sorters).collect();
        let empty = || attempt.empty_sorter(&memory);
        ledger::write(writer, by_kind, older.as_ref(), empty, &|records| progress.advance(records))?;
        Ok::<_, IngestError>(finish(options, older.as_ref(), writer, &mut report))
    };
    let mut ledger = String::new();
    Ledger::publish(&path, &header, fill, |hash| {
        ledger = data_encoding::HEXLOWER.encode(hash);
        // Better an escrow without a ledger than the reverse.
        escrow.map(Sealed::publish).transpose()?;
        add_to_catalogue(options, &mut catalogue)
    })?;
    let (source, records) = (options.source.to_owned(), report.distinct.clone());
    OperationsLog::of(options.data).append(&[Operation::Ingested { source, ledger, records }])?;
    // Here, because a build may have no key. A source of its name, from before it was kept, is a build's matter.
    match test_entry::ledger(options.data, &header, options.key) {
        Ok(_) | Err(TestEntryError::Taken(_)) => {}
        Err(error) => return Err(error.into()),
    }
    drop(waiting);
    attempt.done();
    progress.begin(Step::Comparing, None);
    report.overlaps = overlaps::find(options.data, &Ledger::open(&path)?)?;
    report.took = started.elapsed();
    Ok(report)
}

/// What is left to be said of a run that was stopped behind its ledger.
fn published_before(options: &IngestOptions<'_>, path: &Path) -> Result<Report, IngestError> {
    let ledger = Ledger::open(path)?;
    let distinct: BTreeMap<_, _> =
        ledger.sections().iter().map(|section| (section.kind.clone(), section.records)).collect();
    let (source, records) = (options.source.to_owned(), distinct.clone());
    let hash = data_encoding::HEXLOWER.encode(ledger.hash());
    OperationsLog::of(options.data).append(&[Operation::Ingested { source, ledger: hash, records }])?;
    Attempt::forget(options.data)?;
    let was_damaged = |run: &Run| run.inputs.iter().any(|input| input.incomplete);
    let damage = ledger.provenance().runs.last().is_some_and(was_damaged);
    let files = damage.then(|| FileReport {
        path: path.to_owned(),
        damage: Some("the run that was stopped found its dump damaged".to_owned()),
        ..FileReport::default()
    });
    Ok(Report { files: files.into_iter().collect(), distinct, was_published: true, ..Report::default() })
}

/// What must not change between attempts at a run: all that decides what becomes of the input.
fn fingerprint(options: &IngestOptions<'_>, header: &LedgerHeader) -> [u8; 32] {
    let IngestOptions { columns, mapping, rules, mode, limits, escrow, .. } = options;
    let said = format!(
        "{header:?} {columns:?} {mapping:?} {:?} {mode:?} {limits:?} {escrow:?} {CANONICAL_VERSION} {:?} {}",
        rules.region,
        Kind::all(),
        env!("CARGO_PKG_VERSION")
    );
    *blake3::hash(said.as_bytes()).as_bytes()
}

/// Whether what was found is worth a ledger.
fn judge(report: &Report, needed: f64) -> Result<(), IngestError> {
    if report.accepted.is_empty() {
        let reasons = report.rejected.values().flatten().map(|(reason, count)| format!(", {reason} {count}"));
        let (rows, malformed) = (report.rows(), report.malformed());
        // What cannot be read explains it better.
        let damage = report.damages().into_iter().next();
        return Err(match damage {
            Some((path, what)) => IngestError::NothingGood { path, what },
            None => IngestError::NothingFound { rows, malformed, reasons: reasons.collect() },
        });
    }
    match report.accept_rate().filter(|&rate| rate < needed) {
        Some(rate) => Err(IngestError::FewAccepted { rate, needed }),
        None => Ok(()),
    }
}

/// Fills in what only the finished sections tell, and says where the ledger comes from.
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
    let mut inputs: Vec<_> = report.files.iter().map(input_of).collect();
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
/// Before the ledger, so that no ledger is without an entry that says whether it is sensitive. An entry that is there
/// stays, and with it the file as its operator wrote it.
fn add_to_catalogue(options: &IngestOptions<'_>, catalogue: &mut Catalogue) -> Result<(), IngestError> {
    if !catalogue.sources.contains_key(options.source) {
        let added = Some(options.rules.today.to_string());
        catalogue.sources.insert(options.source.to_owned(), CatalogueEntry { added, ..CatalogueEntry::default() });
        catalogue.write(&options.data.catalogue())?;
    }
    Ok(())
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
            if older.header() == header { Ok(Some(older)) } else { Err(IngestError::OtherKey(header.slug.clone())) }
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests;
