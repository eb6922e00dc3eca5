//! `suppress`: records objections as digests, so that every later build leaves these identifiers
//! out.
//!
//! They are kept in a ledger beside those of the sources. It reveals as much as any other ledger.

use crate::error::IngestError;
use crate::ledger;
use crate::memory::Memory;
use crate::sort::Sorter;
use crate::spill::SpillDir;
use exposure_identifier::Identifier;
use exposure_index::{DataDir, Ledger, LedgerHeader, Operation, OperationsLog, Provenance};
use exposure_protocol::{Hasher, Scheme, SecretKey};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Memory bound, in bytes; objections are few.
const MEMORY: usize = 64 << 20;

/// Which objections to record, and where.
pub struct SuppressOptions<'a> {
    /// The data directory, which holds the objections.
    pub data: &'a DataDir,
    /// The key of the ledgers; `None` for the scheme `sha256`.
    pub key: Option<&'a SecretKey>,
    /// The identifiers to leave out.
    pub identifiers: &'a [Identifier],
}

/// Records objections, and returns how many are new. The current index changes with the next build
/// only.
pub fn suppress(options: &SuppressOptions<'_>) -> Result<u64, IngestError> {
    let (scheme, epoch) = options.key.map_or((Scheme::Sha256, 0), |key| (Scheme::Voprf, key.epoch()));
    let header =
        LedgerHeader { scheme, epoch, public_key: options.key.map(SecretKey::public), slug: "suppressed".to_owned() };
    let _lock = options.data.lock()?;
    let path = options.data.suppressed();
    let older = if path.exists() { Some(Ledger::open(&path)?) } else { None };
    if older.as_ref().is_some_and(|older| *older.header() != header) {
        return Err(IngestError::OtherObjections(path));
    }
    let hasher = options.key.map_or(Hasher::Sha256, Hasher::keyed);
    let (spill, memory) = (SpillDir::create(options.data)?, Memory::new(MEMORY));
    let empty = || Sorter::new(&spill, &memory);
    let before = older.as_ref().map_or(0, Ledger::len);
    let mut records = 0;
    Ledger::publish(
        &path,
        &header,
        |writer| {
            let mut sorters = BTreeMap::new();
            for identifier in options.identifiers {
                let sorter = sorters.entry(identifier.kind().name.as_str()).or_insert_with(empty);
                sorter.push(&hasher.digests(&[Zeroizing::new(identifier.hash_input()).as_bytes()])?)?;
            }
            ledger::write(writer, sorters, older.as_ref(), empty, &|_| ())?;
            records = writer.records().map(|(_, records)| records).sum();
            // There are no input files.
            Ok::<_, IngestError>(Provenance::default())
        },
        |_| Ok(()),
    )?;
    let added = records - before;
    OperationsLog::of(options.data).append(&[Operation::Suppressed { added }])?;
    Ok(added)
}
