//! Checks against an index file and its key at hand: nothing leaves the machine, and many are checked at once.

use crate::asked::Asked;
use crate::file::IndexFile;
use crate::{ClientError, Finding};
use exposure_identifier::Identifier;
use exposure_index::Index;
use exposure_protocol::{Hasher, Scheme, SecretKey};
use rayon::prelude::*;
use std::fmt;
use std::path::Path;

/// An open index with what is needed to ask it.
pub struct Local {
    file: IndexFile,
    hasher: Hasher,
}

impl Local {
    /// Opens an index, and checks that the key is the one it was built under. Without a key only an unkeyed index can be
    /// asked, and only if that is allowed.
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

    /// What the index says of each identifier, in order, on all cores. Each distinct identifier is evaluated once, and some
    /// thousands at a time keep every core busy; memory grows with their number, so more than that go in several calls.
    pub fn check(&self, identifiers: &[Identifier]) -> Vec<Result<Finding, ClientError>> {
        let asked = Asked::of(identifiers, |identifier| self.file.refuse(identifier));
        let inputs: Vec<_> = asked.identifiers().par_iter().map(|identifier| identifier.hash_input()).collect();
        let answers = match self.hasher.digests(&inputs) {
            Ok(digests) => self.file.findings(&digests),
            Err(error) => inputs.iter().map(|_| Err(error.clone().into())).collect(),
        };
        asked.spread(&answers)
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Local({:?})", self.file.index)
    }
}
