//! Checks with a local index and its key: nothing leaves the machine, and thousands are checked at
//! once.

use crate::distinct::Distinct;
use crate::error::ClientError;
use crate::file::IndexFile;
use crate::outcome::Outcome;
use exposure_identifier::Identifier;
use exposure_index::Index;
use exposure_protocol::{Hasher, Scheme, SecretKey};
use rayon::prelude::*;
use std::fmt;
use std::path::Path;

/// An open index with its key.
pub struct Local {
    file: IndexFile,
    hasher: Hasher,
}

impl Local {
    /// Opens an index, and checks that it was built under this key. Without a key only an unkeyed
    /// index can be used, and only if that is allowed.
    pub fn open(path: &Path, key: Option<SecretKey>, allow_unkeyed: bool) -> Result<Self, ClientError> {
        let file = IndexFile::open(path)?;
        let header = file.index.header();
        let fits = header.fits(key.as_ref(), allow_unkeyed);
        fits.map_err(|mismatch| ClientError::Key { path: path.to_owned(), mismatch })?;
        let hasher = match (header.scheme, key) {
            (Scheme::Voprf, Some(key)) => Hasher::keyed(&key),
            _ => Hasher::Sha256,
        };
        Ok(Self { file, hasher })
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.file.index
    }

    /// The outcome for each identifier, in order, computed on all cores. Each distinct identifier
    /// is evaluated once. A few thousand keep every core busy; memory grows with their number, so
    /// split larger lists.
    pub fn check(&self, identifiers: &[Identifier]) -> Vec<Result<Outcome, ClientError>> {
        let distinct = Distinct::of(identifiers, |identifier| self.file.reject(identifier));
        let inputs: Vec<_> = distinct.identifiers().par_iter().map(|identifier| identifier.hash_input()).collect();
        let outcomes = match self.hasher.digests(&inputs) {
            Ok(digests) => self.file.outcomes(distinct.identifiers(), &digests),
            Err(error) => inputs.iter().map(|_| Err(error.clone().into())).collect(),
        };
        distinct.spread(&outcomes)
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Local({:?})", self.file.index)
    }
}
