//! A local index file: looks digests up, and rejects kinds that it does not hold. How identifiers
//! become digests is up to its users.

use crate::error::ClientError;
use crate::forms::believed;
use crate::outcome::Outcome;
use exposure_identifier::{Identifier, Kind};
use exposure_index::{Index, IndexError};
use exposure_protocol::{Digest, Presence};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Digests that a core looks up together, so that the index can overlap their memory accesses.
const LOOKUPS: usize = 1_024;

/// An open index and its path, for errors.
pub(crate) struct IndexFile {
    pub(crate) path: PathBuf,
    pub(crate) index: Index,
    /// By kind: the canonical versions in which the index holds it.
    versions: BTreeMap<String, Vec<u16>>,
}

impl IndexFile {
    pub(crate) fn open(path: &Path) -> Result<Self, ClientError> {
        let index = Index::open(path).map_err(|error| unreadable(path, error))?;
        let table = index.table();
        let versions =
            table.kinds.keys().map(|kind| (kind.clone(), table.canonical_versions(kind).into_iter().collect()));
        Ok(Self { path: path.to_owned(), versions: versions.collect(), index })
    }

    /// Rejects a kind that the index does not hold, for which "not found" would mislead. No prefix
    /// is sent, so there is no minimum of possible identifiers.
    pub(crate) fn reject(&self, identifier: &Identifier) -> Result<(), ClientError> {
        let kind = &identifier.kind().name;
        let held = &self.index.table().kinds;
        // An index whose sources were all withdrawn holds the test kind alone; "not found" is then
        // true of everything.
        let is_empty = held.keys().all(|held| *held == Kind::test().name);
        if !is_empty && !held.contains_key(kind) {
            return Err(ClientError::KindNotHeld(kind));
        }
        Ok(())
    }

    /// The outcome for each identifier, in order, whose digests these are; computed on all cores. A
    /// damaged part of the file affects only the digests that are looked up there.
    pub(crate) fn outcomes(
        &self,
        identifiers: &[&Identifier],
        digests: &[Digest],
    ) -> Vec<Result<Outcome, ClientError>> {
        let presences: Vec<_> = match lookup_many(&self.index, digests) {
            Ok(presences) => presences.into_iter().map(Ok).collect(),
            Err(_) => digests.iter().map(|digest| self.index.lookup(digest)).collect(),
        };
        let outcomes = identifiers.par_iter().zip(presences);
        let versions =
            |identifier: &Identifier| self.versions.get(&identifier.kind().name).into_iter().flatten().copied();
        outcomes
            .map(|(identifier, presence)| believed(self.outcome(presence), identifier, versions(identifier)))
            .collect()
    }

    fn outcome(&self, presence: Result<Presence, IndexError>) -> Result<Outcome, ClientError> {
        let slugs = |set| self.index.table().slugs(set).ok_or(ClientError::NoSuchSet);
        Ok(match presence.map_err(|error| unreadable(&self.path, error))? {
            Presence::NotFound => Outcome::NotFound,
            Presence::Found(set) => Outcome::Found(slugs(set)?.into_iter().map(str::to_owned).collect()),
            Presence::Undetermined => Outcome::Undetermined,
        })
    }
}

/// Looks up all digests in batches; fails if any of them fails.
fn lookup_many(index: &Index, digests: &[Digest]) -> Result<Vec<Presence>, IndexError> {
    let answered = digests.par_chunks(LOOKUPS).map(|part| index.lookup_many(part));
    Ok(answered.collect::<Result<Vec<_>, _>>()?.concat())
}

fn unreadable(path: &Path, error: IndexError) -> ClientError {
    ClientError::Index { path: path.to_owned(), error: Arc::new(error) }
}
