//! Checks with a local copy of an index whose key a service has. The service evaluates blinded
//! elements and learns how many identifiers are checked, nothing else: no other part of a request
//! depends on them.

use crate::accept::Terms;
use crate::distinct::Distinct;
use crate::error::ClientError;
use crate::evaluate::Evaluator;
use crate::file::IndexFile;
use crate::http::Http;
use crate::outcome::Outcome;
use exposure_identifier::Identifier;
use exposure_index::Index;
use exposure_protocol::Scheme;
use exposure_protocol::wire::Parameters;
use std::fmt;
use std::path::Path;

/// A local copy of an index, with a service that evaluates under its key.
///
/// ```no_run
/// use exposure_client::Client;
/// use std::path::Path;
///
/// # fn main() -> Result<(), exposure_client::ClientError> {
/// # let (key, numbers) = ("".parse().expect("a key"), vec![]);
/// let builder = Client::new("https://exposure.example").pin(key);
/// let copy = builder.index_copy(Path::new("current.index"))?;
/// let outcomes = copy.check(&numbers);
/// # Ok(())
/// # }
/// ```
pub struct IndexCopy {
    file: IndexFile,
    http: Http,
    evaluator: Evaluator,
    served: String,
}

impl IndexCopy {
    /// Opens the index, fetches parameters and limits, and rejects a service whose key is not the
    /// index's.
    pub(crate) fn open(path: &Path, http: Http, terms: Terms) -> Result<Self, ClientError> {
        let file = IndexFile::open(path)?;
        if file.index.header().scheme == Scheme::Sha256 {
            return Err(ClientError::NoServiceNeeded { path: path.to_owned() });
        }
        let parameters: Parameters = http.get("parameters", "/v1/parameters")?;
        // No prefix is sent, so an unkeyed service needs no permission; it fails the comparison of
        // keys below.
        Terms { allow_unkeyed: true, ..terms }.accept_key(&parameters)?;
        same_key(&file, &parameters)?;
        let evaluator = Evaluator::fetch(&http, &parameters)?;
        Ok(Self { file, http, evaluator, served: parameters.index })
    }

    /// The copy, which answers.
    pub fn index(&self) -> &Index {
        &self.file.index
    }

    /// Whether the service served this very index on connecting. If not, sources have been added or
    /// withdrawn since the copy was made.
    pub fn is_current(&self) -> bool {
        self.served == self.file.index.id()
    }

    /// The outcome for each identifier, in order.
    ///
    /// Each distinct identifier costs one evaluation of the quota. Once the quota is used up, the
    /// remaining identifiers get the same error. Nothing is sent about an identifier of a kind that
    /// the index does not hold.
    pub fn check(&self, identifiers: &[Identifier]) -> Vec<Result<Outcome, ClientError>> {
        let distinct = Distinct::of(identifiers, |identifier| self.file.reject(identifier));
        let digests = self.evaluator.digests(&self.http, distinct.identifiers());
        // After the first failure all fail, so the digests are in front.
        let evaluated: Vec<_> = digests.iter().map_while(|digest| digest.as_ref().ok().copied()).collect();
        let mut outcomes = self.file.outcomes(distinct.identifiers(), &evaluated);
        outcomes.extend(digests.into_iter().filter_map(Result::err).map(Err));
        distinct.spread(&outcomes)
    }
}

/// Under another key every digest would be missing from this index.
fn same_key(file: &IndexFile, parameters: &Parameters) -> Result<(), ClientError> {
    let header = file.index.header();
    if (header.public_key, header.epoch) == (parameters.public_key, parameters.epoch) {
        return Ok(());
    }
    Err(ClientError::CopyOfOtherIndex {
        path: file.path.clone(),
        copy_key: header.public_key,
        copy_epoch: header.epoch,
        service_key: parameters.public_key,
        service_epoch: parameters.epoch,
    })
}

impl fmt::Debug for IndexCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexCopy({:?})", self.file.index)
    }
}
