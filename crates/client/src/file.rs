//! An index file at hand: what it says of digests, and what it cannot say anything about. How identifiers become digests is
//! its users' affair.

use crate::{ClientError, Finding};
use exposure_identifier::{Identifier, Kind};
use exposure_index::{Index, IndexError};
use exposure_protocol::{Digest, Presence};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Digests that a core looks up together: enough for the index to wait for memory once for many.
const LOOKUPS: usize = 1_024;

/// An open index, and where it lies, for errors.
pub(crate) struct IndexFile {
    pub(crate) path: PathBuf,
    pub(crate) index: Index,
}

impl IndexFile {
    pub(crate) fn open(path: &Path) -> Result<Self, ClientError> {
        let index = Index::open(path).map_err(|error| unreadable(path, error))?;
        Ok(Self { path: path.to_owned(), index })
    }

    /// Refuses what the index holds nothing of: "absent" would be true, and misleading. No prefix is shown to anybody, so
    /// nothing is refused because too few could share one.
    pub(crate) fn refuse(&self, identifier: &Identifier) -> Result<(), ClientError> {
        let kind = &identifier.kind().name;
        let held = &self.index.table().kinds;
        // An index from which everything was withdrawn holds no kind but that of the test identifier, and says so of everybody.
        let is_empty = held.keys().all(|held| *held == Kind::test().name);
        if !is_empty && !held.contains_key(kind) {
            return Err(ClientError::KindNotHeld(kind));
        }
        Ok(())
    }

    /// What the index says of each digest, in order, on all cores. A part of the file that cannot be read takes no answer
    /// away from digests elsewhere.
    pub(crate) fn findings(&self, digests: &[Digest]) -> Vec<Result<Finding, ClientError>> {
        let presences: Vec<_> = match lookup_many(&self.index, digests) {
            Ok(presences) => presences.into_iter().map(Ok).collect(),
            Err(_) => digests.iter().map(|digest| self.index.lookup(digest)).collect(),
        };
        presences.into_par_iter().map(|presence| self.finding(presence)).collect()
    }

    fn finding(&self, presence: Result<Presence, IndexError>) -> Result<Finding, ClientError> {
        let slugs = |set| self.index.table().slugs(set).ok_or(ClientError::NoSuchSet);
        Ok(match presence.map_err(|error| unreadable(&self.path, error))? {
            Presence::Absent => Finding::Absent,
            Presence::Found(set) => Finding::Found(slugs(set)?.into_iter().map(str::to_owned).collect()),
            Presence::Undetermined => Finding::Undetermined,
        })
    }
}

/// The one place where digests meet the index as a batch.
fn lookup_many(index: &Index, digests: &[Digest]) -> Result<Vec<Presence>, IndexError> {
    let answered = digests.par_chunks(LOOKUPS).map(|part| index.lookup_many(part));
    Ok(answered.collect::<Result<Vec<_>, _>>()?.concat())
}

fn unreadable(path: &Path, error: IndexError) -> ClientError {
    ClientError::Index { path: path.to_owned(), error: Arc::new(error) }
}
