//! One run of `ingest`: files in, a ledger out.

use crate::digests::Sorter;
use crate::extract::{Extractor, KindOrder, Sink};
use crate::heavy::Heavy;
use crate::memory::Memory;
use crate::read::Reader;
use crate::source::{self, Found};
use crate::spill::{Cipher, SpillDir};
use crate::waiting::Waiting;
use crate::{ColumnSpec, FileReport, IngestError, Limits, Mapping, Progress, Report, Step, overlaps, sections};
use exposure_identifier::{NORMALISER_VERSION, Rules};
use exposure_index::{
    Catalogue, DataDir, Ledger, LedgerHeader, LedgerWriter, Operation, OperationsLog, Provenance, Run, valid_slug,
};
use exposure_protocol::wire::CatalogueEntry;
use exposure_protocol::{Hasher, Scheme, SecretKey};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Identifiers evaluated at a time: enough to keep all cores busy, little enough to see progress.
const BATCH: usize = 16_384;

/// Of the memory bound, the part that buffers may hold; the rest is for what is being read, sorted and written.
const BUFFERS: usize = 2;

/// What to ingest, and how.
pub struct IngestOptions<'a> {
    /// Where ledgers and catalogue are.
    pub data: &'a DataDir,
    /// The source's slug.
    pub source: &'a str,
    /// How digests are made.
    pub scheme: Scheme,
    /// The key, for `voprf`.
    pub key: Option<&'a SecretKey>,
    /// Columns as asked for; none: as the mapping says, or known by their headers and values.
    pub columns: &'a [ColumnSpec],
    /// How files are to be understood.
    pub mapping: &'a Mapping,
    /// Default region and today's date.
    pub rules: Rules,
    /// What to do about an older ledger.
    pub mode: Mode,
    /// Bytes to hold in memory, about.
    pub memory: usize,
    /// What an input may ask for.
    pub limits: Limits,
    /// Share of values that must be identifiers, between 0 and 1.
    pub accept_rate: f64,
    /// An age recipient for whom the identifiers are kept, encrypted.
    pub escrow: Option<&'a str>,
    /// How long reading may go on before what was read is made durable, at the end of a file.
    pub checkpoint: Duration,
    /// The dump: files, directories, patterns, `-`.
    pub files: &'a [PathBuf],
}

impl<'a> IngestOptions<'a> {
    /// The plain case: no wishes, no older ledger, a quarter of a gigabyte.
    pub fn new(data: &'a DataDir, source: &'a str, scheme: Scheme, rules: Rules, files: &'a [PathBuf]) -> Self {
        static EVERYTHING_DECIDED: Mapping = Mapping::empty();
        Self {
            data,
            source,
            scheme,
            key: None,
            columns: &[],
            mapping: &EVERYTHING_DECIDED,
            rules,
            mode: Mode::New,
            memory: 256 << 20,
            limits: Limits::default(),
            accept_rate: 0.0,
            escrow: None,
            checkpoint: Duration::from_secs(30),
            files,
        }
    }
}

/// What to do with the ledger that a source has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// There must be none.
    New,
    /// Its records stay.
    Append,
    /// It is made anew.
    Replace,
}

/// Reads the files, and publishes the source's ledger. Where the run fails, what was published before is as it was; where
/// an input is damaged, what was good of it is in the ledger, and the report says what is missing.
pub fn ingest(options: &IngestOptions<'_>, progress: &dyn Progress) -> Result<Report, IngestError> {
    let started = Instant::now();
    if !valid_slug(options.source) {
        return Err(IngestError::Slug(options.source.to_owned()));
    }
    let header = ledger_header(options)?;
    let files = source::find(options.files, options.data.root())?;
    let _lock = options.data.lock()?;
    let path = options.data.ledger(options.source);
    let older = older_ledger(&path, &header, options.mode)?;
    // Read before the work, so that a mistake in it costs nothing.
    let mut catalogue = Catalogue::read(&options.data.catalogue())?;

    let spill = SpillDir::create(options.data)?;
    let (order, memory, heavy) = (KindOrder::new(), Memory::new(options.memory / BUFFERS), Heavy::new());
    let sorters: Vec<_> = order.ranked().map(|_| Sorter::new(&spill, &memory)).collect();
    let cipher = Cipher::new(&spill_key(options)?);
    let extractor = |sink| Extractor { order: &order, sink, heavy: &heavy, found: AtomicU64::new(0), shows: 0 };
    let files = match keyed(options) {
        None => read_all(options, &files, &extractor(Sink::Digests(&sorters)), progress)?,
        Some(key) => {
            let waiting = Waiting::new(&spill, &cipher, &memory);
            let files = read_all(options, &files, &extractor(Sink::Waiting(&waiting)), progress)?;
            evaluate(waiting, &Hasher::keyed(key), &order, &sorters, progress)?;
            files
        }
    };
    let mut report = Report::of(files);
    judge(&report, options.accept_rate)?;
    report.heavy = heavy.hitters();
    progress.begin(Step::Sorting, None);
    let fill = |writer: &mut LedgerWriter<'_>| {
        let by_kind = order.ranked().map(|(_, kind)| kind.name.as_str()).zip(sorters).collect();
        let empty = || Sorter::new(&spill, &memory);
        sections::write(writer, by_kind, older.as_ref(), empty, &|records| progress.advance(records))?;
        Ok::<_, IngestError>(finish(options, older.as_ref(), writer, &mut report))
    };
    let mut ledger = String::new();
    Ledger::publish(&path, &header, fill, |hash| {
        ledger = data_encoding::HEXLOWER.encode(hash);
        add_to_catalogue(options, &mut catalogue)
    })?;
    let (source, records) = (options.source.to_owned(), report.distinct.clone());
    OperationsLog::of(options.data).append(&[Operation::Ingested { source, ledger, records }])?;
    progress.begin(Step::Comparing, None);
    report.overlaps = overlaps::find(options.data, &Ledger::open(&path)?)?;
    report.took = started.elapsed();
    Ok(report)
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
    let mut inputs: Vec<_> = report.files.iter().map(FileReport::to_input).collect();
    inputs.sort();
    let run = Run {
        tool: concat!("exposure ", env!("CARGO_PKG_VERSION")).to_owned(),
        normaliser: NORMALISER_VERSION.to_owned(),
        region: format!("{:?}", options.rules.region),
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

/// The key, in the scheme that has one.
fn keyed<'o>(options: &'o IngestOptions<'_>) -> Option<&'o SecretKey> {
    options.key.filter(|_| options.scheme == Scheme::Voprf)
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

fn spill_key(options: &IngestOptions<'_>) -> Result<Zeroizing<[u8; 32]>, IngestError> {
    let mut run = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *run).map_err(|error| IngestError::Data(std::io::Error::other(error.to_string())))?;
    Ok(keyed(options).map_or_else(|| run.clone(), |key| key.spill_key(&run)))
}

/// Reads all files, one after another.
fn read_all(
    options: &IngestOptions<'_>,
    files: &[Found],
    extractor: &Extractor<'_>,
    progress: &dyn Progress,
) -> Result<Vec<FileReport>, IngestError> {
    let mut bytes = Some(0);
    for found in files {
        // How much standard input holds is not known.
        let size = if found.is_stdin() { None } else { found.path.metadata().ok().map(|metadata| metadata.len()) };
        bytes = bytes.zip(size).map(|(sum, size)| sum + size);
    }
    progress.begin(Step::Reading, bytes);
    let reader = Reader {
        extractor,
        limits: &options.limits,
        rules: options.rules,
        mapping: options.mapping,
        columns: options.columns,
        is_preview: false,
    };
    files.iter().map(|found| read_one(found, &reader, progress)).collect()
}

fn read_one(found: &Found, reader: &Reader<'_>, progress: &dyn Progress) -> Result<FileReport, IngestError> {
    let mut file = FileReport { path: found.path.clone(), ..FileReport::default() };
    let extent = source::Extent::Whole;
    let walked = source::walk(&found.path, reader.limits, extent, progress, &mut |member| {
        file.push(reader.member(&found.path, found.is_named, member)?);
        progress.found(reader.extractor.found.load(Ordering::Relaxed));
        Ok(())
    })?;
    (file.sha256, file.bytes) = (walked.sha256, walked.bytes);
    file.damage = walked.damage.map(|damage| damage.to_string());
    Ok(file)
}

/// Evaluates all that waits, each identifier once, and sorts the digests by kind.
fn evaluate(
    waiting: Waiting<'_>,
    hasher: &Hasher,
    order: &KindOrder,
    sorters: &[Sorter<'_>],
    progress: &dyn Progress,
) -> Result<(), IngestError> {
    // How many are distinct shows only as they come.
    progress.begin(Step::Evaluating, None);
    let mut batch: Vec<(u8, Zeroizing<String>)> = Vec::with_capacity(BATCH);
    let flush = |batch: &mut Vec<(u8, Zeroizing<String>)>| -> Result<(), IngestError> {
        batch.sort_by_key(|(rank, _)| *rank);
        for of_kind in batch.chunk_by(|a, b| a.0 == b.0) {
            let inputs: Vec<_> = of_kind.iter().map(|(_, input)| input.as_bytes()).collect();
            sorters[usize::from(of_kind[0].0)].push(&hasher.digests(&inputs)?)?;
        }
        progress.advance(batch.len() as u64);
        batch.clear();
        Ok(())
    };
    waiting.for_each_part(&mut |part| {
        for entry in part {
            let (&rank, canonical) = entry.split_first().ok_or(IngestError::Spill)?;
            let kind = order.kind(rank).ok_or(IngestError::Spill)?;
            let canonical = std::str::from_utf8(canonical).map_err(|_| IngestError::Spill)?;
            batch.push((rank, Zeroizing::new([&kind.name, ":", canonical].concat())));
            if batch.len() == BATCH {
                flush(&mut batch)?;
            }
        }
        Ok(())
    })?;
    flush(&mut batch)
}

#[cfg(test)]
mod tests;
