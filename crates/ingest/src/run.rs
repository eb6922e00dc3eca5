//! One run of `ingest`: files in, a ledger out.

use crate::cells::{Cells, KindOrder, Sink};
use crate::columns::CellSink;
use crate::digests::Sorter;
use crate::input::{self, Format};
use crate::memory::Memory;
use crate::spill::{Ciphers, SpillDir};
use crate::waiting::{TakeParts, Waiting};
use crate::{ColumnSpec, FileReport, IngestError, Progress, Report, Step, delimited, json, sections};
use exposure_identifier::{NORMALISER_VERSION, Rules};
use exposure_index::{
    Catalogue, DataDir, Ledger, LedgerHeader, LedgerWriter, Operation, OperationsLog, Provenance, Run, valid_slug,
};
use exposure_protocol::wire::CatalogueEntry;
use exposure_protocol::{Hasher, Scheme, SecretKey};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Identifiers evaluated at a time: enough to keep all cores busy, little enough to see progress.
const BATCH: usize = 16_384;

/// Of the memory bound, the part that buffers may hold; the rest is for what is being sorted, written and read.
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
    /// Columns as asked for; none: known by their headers.
    pub columns: &'a [ColumnSpec],
    /// Default region and today's date.
    pub rules: Rules,
    /// What to do about an older ledger.
    pub mode: Mode,
    /// Bytes to hold in memory, about.
    pub memory: usize,
    /// The dump.
    pub files: &'a [PathBuf],
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

/// Reads the files, and publishes the source's ledger. On an error everything is as it was.
pub fn ingest(options: &IngestOptions<'_>, progress: &dyn Progress) -> Result<Report, IngestError> {
    if !valid_slug(options.source) {
        return Err(IngestError::Slug(options.source.to_owned()));
    }
    if options.files.iter().filter(|path| input::is_stdin(path)).count() > 1 {
        return Err(IngestError::StdinTwice);
    }
    let header = ledger_header(options)?;
    let _lock = options.data.lock()?;
    let path = options.data.ledger(options.source);
    let older = older_ledger(&path, &header, options.mode)?;
    // Read before the work, so that a mistake in it costs nothing.
    let mut catalogue = Catalogue::read(&options.data.catalogue())?;

    let spill = SpillDir::create(options.data)?;
    let (order, memory) = (KindOrder::new(), Memory::new(options.memory / BUFFERS));
    let sorters: Vec<_> = order.ranked().map(|_| Sorter::new(&spill, &memory)).collect();
    let ciphers = Ciphers::passing(0)?;
    let mut report = match keyed(options) {
        None => Cells::new(options.rules, &order, Sink::Digests(&sorters)).gather(read_all(options, progress))?,
        Some(key) => {
            let waiting = Waiting::new(&spill, &ciphers, &memory);
            let cells = Cells::new(options.rules, &order, Sink::Waiting(&waiting));
            let report = cells.gather(read_all(options, progress))?;
            evaluate(&waiting, &Hasher::keyed(key), &order, &sorters, progress)?;
            report
        }
    };
    if report.accepted.is_empty() {
        return Err(nothing_found(&report));
    }
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
    Ok(report)
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
    let codes = |reasons: &std::collections::BTreeMap<exposure_identifier::Rejection, u64>| {
        reasons.iter().map(|(reason, count)| (reason.code().to_owned(), *count)).collect()
    };
    let run = Run {
        tool: concat!("exposure ", env!("CARGO_PKG_VERSION")).to_owned(),
        normaliser: NORMALISER_VERSION.to_owned(),
        region: format!("{:?}", options.rules.region),
        inputs,
        accepted: report.accepted.clone(),
        rejected: report.rejected.iter().map(|(kind, reasons)| (kind.clone(), codes(reasons))).collect(),
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

fn nothing_found(report: &Report) -> IngestError {
    let reasons = report.rejected.values().flatten().map(|(reason, count)| format!(", {reason} {count}"));
    IngestError::NothingFound { rows: report.rows(), malformed: report.malformed(), reasons: reasons.collect() }
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

/// Reads all files, one after another, and hands over their cells.
fn read_all<'o>(
    options: &'o IngestOptions<'_>,
    progress: &'o dyn Progress,
) -> impl FnOnce(&mut CellSink<'_>) -> Result<Vec<FileReport>, IngestError> + Send + 'o {
    move |take| {
        let mut bytes = Some(0);
        for path in options.files.iter().filter(|path| !input::is_stdin(path)) {
            let metadata = path.metadata().map_err(|error| IngestError::Input { path: path.clone(), error })?;
            bytes = bytes.map(|bytes| bytes + metadata.len());
        }
        // How much standard input holds is not known.
        let total = bytes.filter(|_| !options.files.iter().any(|path| input::is_stdin(path)));
        progress.begin(Step::Reading, total);
        options.files.iter().map(|path| read_one(path, options.columns, progress, take)).collect()
    }
}

fn read_one(
    path: &Path,
    columns: &[ColumnSpec],
    progress: &dyn Progress,
    take: &mut CellSink<'_>,
) -> Result<FileReport, IngestError> {
    let mut file = FileReport { path: path.to_owned(), ..FileReport::default() };
    let mut input = input::open(path, progress)?;
    (file.format, file.compression) = (input.format.name(), input.compression);
    match input.format {
        Format::Delimited(delimiter) => {
            delimited::read(&mut input.text, delimiter, columns, path, &mut file, take)?;
        }
        Format::Json => json::read(&mut input.text, columns, path, &mut file, take)?,
        Format::Plain => delimited::read_plain(&mut input.text, columns, path, &mut file, take)?,
    }
    (file.sha256, file.bytes) = input.finish();
    Ok(file)
}

/// Evaluates all that waits, each identifier once, and sorts the digests by kind.
fn evaluate(
    waiting: &Waiting<'_>,
    hasher: &Hasher,
    order: &KindOrder,
    sorters: &[Sorter<'_>],
    progress: &dyn Progress,
) -> Result<(), IngestError> {
    // How many are distinct shows only as they come.
    progress.begin(Step::Evaluating, None);
    let mut evaluation = Evaluation { hasher, order, sorters, progress, batch: Vec::with_capacity(BATCH) };
    waiting.for_each_part(&mut evaluation)?;
    evaluation.flush()
}

struct Evaluation<'e> {
    hasher: &'e Hasher,
    order: &'e KindOrder,
    sorters: &'e [Sorter<'e>],
    progress: &'e dyn Progress,
    batch: Vec<(u8, Zeroizing<String>)>,
}

impl Evaluation<'_> {
    fn flush(&mut self) -> Result<(), IngestError> {
        self.batch.sort_by_key(|(rank, _)| *rank);
        for of_kind in self.batch.chunk_by(|a, b| a.0 == b.0) {
            let inputs: Vec<_> = of_kind.iter().map(|(_, input)| input.as_bytes()).collect();
            self.sorters[usize::from(of_kind[0].0)].push(&self.hasher.digests(&inputs)?)?;
        }
        self.progress.advance(self.batch.len() as u64);
        self.batch.clear();
        Ok(())
    }
}

impl TakeParts for Evaluation<'_> {
    fn take(&mut self, part: &mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError> {
        for entry in part {
            let (&rank, canonical) = entry.split_first().ok_or(IngestError::Spill)?;
            let kind = self.order.kind(rank).ok_or(IngestError::Spill)?;
            let canonical = std::str::from_utf8(canonical).map_err(|_| IngestError::Spill)?;
            self.batch.push((rank, Zeroizing::new([&kind.name, ":", canonical].concat())));
            if self.batch.len() == BATCH {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn partition_taken(&mut self, _: &Waiting<'_>) -> Result<(), IngestError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
