//! One run of `ingest`: files in, a ledger out.

use crate::collect::{Collector, KindOrder};
use crate::input::{self, Format};
use crate::sort::Sorter;
use crate::spill::{Cipher, SpillDir};
use crate::{ColumnSpec, FileReport, IngestError, Progress, Report, Step, delimited, json};
use exposure_identifier::{Kind, Rules};
use exposure_index::{Catalogue, DataDir, Ledger, LedgerHeader, valid_slug};
use exposure_protocol::wire::CatalogueEntry;
use exposure_protocol::{Hasher, Scheme, SecretKey};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Identifiers evaluated at a time: enough to keep all cores busy, little enough to see progress.
const BATCH: usize = 8_192;

/// Half of the memory gathers identifiers, and half sorts digests.
const SHARES: usize = 2;

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
    let header = ledger_header(options)?;
    let _lock = options.data.lock()?;
    let path = options.data.ledger(options.source);
    let older = older_ledger(&path, &header, options.mode)?;
    // Read before the work, so that a mistake in it costs nothing.
    let mut catalogue = Catalogue::read(&options.data.catalogue())?;

    let spill = SpillDir::create(options.data)?;
    let (ranks, cipher) = (KindOrder::new(), Cipher::new(&spill_key(options)?));
    let mut report = Report::default();
    let mut collector = Collector::new(&ranks, &spill, &cipher, options.memory / SHARES);
    read_files(options, progress, &mut collector, &mut report)?;
    if report.accepted.is_empty() {
        return Err(nothing_found(&report));
    }
    // Before the ledger, so that no ledger is without an entry that says whether it is sensitive. An entry that is there
    // stays, and with it the file as its operator wrote it.
    if !catalogue.sources.contains_key(options.source) {
        let added = Some(options.rules.today.to_string());
        catalogue.sources.insert(options.source.to_owned(), CatalogueEntry { added, ..CatalogueEntry::default() });
        catalogue.write(&options.data.catalogue())?;
    }

    // How many are distinct shows only as they come.
    let total = None;
    progress.begin(Step::Evaluating, total);
    let distinct = collector.finish()?;
    let sections = Sections { options, spill: &spill, older: older.as_ref(), ranks: &ranks, progress };
    Ledger::publish(&path, &header, |writer| sections.write(distinct, writer, &mut report))?;
    Ok(report)
}

fn nothing_found(report: &Report) -> IngestError {
    let reasons = report.rejected.values().flatten().map(|(reason, count)| format!(", {reason} {count}"));
    IngestError::NothingFound { rows: report.rows(), malformed: report.malformed(), reasons: reasons.collect() }
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
    Ok(match options.key {
        Some(key) if options.scheme == Scheme::Voprf => key.spill_key(&run),
        _ => run,
    })
}

fn read_files(
    options: &IngestOptions<'_>,
    progress: &dyn Progress,
    collector: &mut Collector<'_>,
    report: &mut Report,
) -> Result<(), IngestError> {
    let mut bytes = 0;
    for path in options.files {
        let metadata = path.metadata().map_err(|error| IngestError::Input { path: path.clone(), error })?;
        bytes += metadata.len();
    }
    progress.begin(Step::Reading, Some(bytes));
    for path in options.files {
        let mut file = FileReport { path: path.clone(), ..FileReport::default() };
        let mut cell = |kind: &'static Kind, text: &str| {
            let found = kind.canonicalise(text, &options.rules);
            let kind = kind.hashed_as();
            report.accept(kind, found.accepted.len() as u64);
            found.rejected.iter().for_each(|&reason| report.reject(kind, reason));
            found.accepted.iter().try_for_each(|identifier| collector.push(identifier))
        };
        let mut input = input::open(path, progress)?;
        (file.format, file.compression) = (input.format.name(), input.compression);
        match input.format {
            Format::Delimited(delimiter) => {
                delimited::read(&mut input.text, delimiter, options.columns, path, &mut file, &mut cell)?;
            }
            Format::Json => json::read(&mut input.text, options.columns, path, &mut file, &mut cell)?,
            Format::Plain => delimited::read_plain(&mut input.text, options.columns, path, &mut file, &mut cell)?,
        }
        report.files.push(file);
    }
    Ok(())
}

/// Writes the sections of a ledger, one kind after another.
struct Sections<'a> {
    options: &'a IngestOptions<'a>,
    spill: &'a SpillDir,
    older: Option<&'a Ledger>,
    ranks: &'a KindOrder,
    progress: &'a dyn Progress,
}

impl Sections<'_> {
    fn write(
        &self,
        distinct: impl Iterator<Item = Result<(u8, String), IngestError>>,
        writer: &mut exposure_index::LedgerWriter<'_>,
        report: &mut Report,
    ) -> Result<(), IngestError> {
        let hasher = match (self.options.scheme, self.options.key) {
            (Scheme::Voprf, Some(key)) => Hasher::keyed(key),
            _ => Hasher::Sha256,
        };
        let mut distinct = distinct.peekable();
        for (rank, kind) in self.ranks.ranked() {
            let memory = self.options.memory / SHARES;
            let mut sorter = Sorter::new(self.spill, memory);
            let mut batch = Vec::with_capacity(BATCH);
            let mut evaluate = |batch: &mut Vec<String>| -> Result<(), IngestError> {
                self.progress.advance(batch.len() as u64);
                let digests = hasher.digests(batch)?;
                batch.clear();
                digests.into_iter().try_for_each(|digest| sorter.push(digest))
            };
            while let Some(next) = distinct.next_if(|next| next.as_ref().map_or(true, |(of, _)| *of == rank)) {
                batch.push(kind.trust_canonical(&next?.1).hash_input());
                if batch.len() == BATCH {
                    evaluate(&mut batch)?;
                }
            }
            evaluate(&mut batch)?;
            let records = self.section(kind, sorter, writer)?;
            if records > 0 {
                report.distinct.insert(kind.name.clone(), records);
            }
        }
        Ok(())
    }

    /// Writes what was sorted and what the older ledger holds of a kind; returns how many records that made.
    fn section(
        &self,
        kind: &Kind,
        sorter: Sorter<'_>,
        writer: &mut exposure_index::LedgerWriter<'_>,
    ) -> Result<u64, IngestError> {
        let place = |ledger: &Ledger| ledger.sections().iter().position(|section| section.kind == kind.name);
        let older = match self.older.and_then(|ledger| Some((ledger, place(ledger)?))) {
            Some((ledger, place)) => Some(ledger.records(place)?),
            None => None,
        };
        let mut records = 0;
        for digest in sorter.finish(older)? {
            if records == 0 {
                writer.section(&kind.name);
            }
            writer.push(&digest?)?;
            records += 1;
        }
        Ok(records)
    }
}
