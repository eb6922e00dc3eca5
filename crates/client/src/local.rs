//! Checks against an index file and its key at hand: nothing leaves the machine.

use crate::{ClientError, Finding};
use exposure_identifier::Identifier;
use exposure_index::Index;
use exposure_protocol::{Digest, Hasher, Presence, Scheme, SecretKey};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An open index with what is needed to ask it.
pub struct Local {
    path: PathBuf,
    index: Index,
    hasher: Hasher,
}

impl Local {
    /// Opens an index, and checks that the key is the one it was built under. Without a key only an unkeyed index can be
    /// asked, and only if that is allowed.
    pub fn open(path: &Path, key: Option<SecretKey>, allow_unkeyed: bool) -> Result<Self, ClientError> {
        let index = Index::open(path).map_err(|error| unreadable(path, error))?;
        let fits = index.header().fits(key.as_ref(), allow_unkeyed);
        fits.map_err(|mismatch| ClientError::Key { path: path.to_owned(), mismatch })?;
        let hasher = match (index.header().scheme, key) {
            (Scheme::Voprf, Some(key)) => Hasher::keyed(&key),
            _ => Hasher::Sha256,
        };
        Ok(Self { path: path.to_owned(), index, hasher })
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What the index says of each identifier, in order.
    pub fn check(&self, identifiers: &[Identifier]) -> Vec<Result<Finding, ClientError>> {
        let inputs: Vec<_> = identifiers.iter().map(Identifier::hash_input).collect();
        match self.hasher.digests(&inputs) {
            Ok(digests) => identifiers.iter().zip(&digests).map(|(who, digest)| self.look(who, digest)).collect(),
            Err(error) => identifiers.iter().map(|_| Err(error.clone().into())).collect(),
        }
    }

    fn look(&self, identifier: &Identifier, digest: &Digest) -> Result<Finding, ClientError> {
        let kind = &identifier.kind().name;
        if self.index.header().records > 0 && !self.index.table().kinds.contains_key(kind) {
            return Err(ClientError::KindNotHeld(kind));
        }
        let presence = self.index.lookup(digest).map_err(|error| unreadable(&self.path, error))?;
        let slugs = |set| self.index.table().slugs(set).ok_or(ClientError::NoSuchSet);
        Ok(match presence {
            Presence::Absent => Finding::Absent,
            Presence::Found(set) => Finding::Found(slugs(set)?.into_iter().map(str::to_owned).collect()),
            Presence::Undetermined => Finding::Undetermined,
        })
    }
}

fn unreadable(path: &Path, error: exposure_index::IndexError) -> ClientError {
    ClientError::Index { path: path.to_owned(), error: Arc::new(error) }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Local({:?})", self.index)
    }
}
