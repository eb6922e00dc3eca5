//! Checks against a mirrored index without its key: a service evaluates, and learns how many identifiers are asked about
//! and nothing else. What it is asked for is chosen before any identifier is known, apart from the blinded elements.

use crate::accept::Terms;
use crate::asked::Asked;
use crate::evaluate::Evaluator;
use crate::file::IndexFile;
use crate::http::Http;
use crate::{ClientError, Finding};
use exposure_identifier::Identifier;
use exposure_index::Index;
use exposure_protocol::Scheme;
use exposure_protocol::wire::Parameters;
use std::fmt;
use std::path::Path;

/// An open index, and a service of the same key that is asked for evaluations alone.
///
/// ```no_run
/// use exposure_client::Client;
/// use std::path::Path;
///
/// # fn main() -> Result<(), exposure_client::ClientError> {
/// # let (key, numbers) = ("".parse().expect("a key"), vec![]);
/// let mirror = Client::new("https://exposure.example").pin(key).mirror(Path::new("current.index"))?;
/// let answers = mirror.check(&numbers);
/// # Ok(())
/// # }
/// ```
pub struct Mirror {
    file: IndexFile,
    http: Http,
    evaluator: Evaluator,
    served: String,
}

impl Mirror {
    /// Opens the index, fetches parameters and limits, and refuses a service whose key is not the index's.
    pub(crate) fn open(path: &Path, http: Http, terms: Terms) -> Result<Self, ClientError> {
        let file = IndexFile::open(path)?;
        if file.index.header().scheme == Scheme::Sha256 {
            return Err(ClientError::NoServiceNeeded { path: path.to_owned() });
        }
        let parameters: Parameters = http.get("parameters", "/v1/parameters")?;
        // An unkeyed service has no key, and so not the index's; no prefix is at stake that would have to be allowed.
        Terms { allow_unkeyed: true, ..terms }.accept_key(&parameters)?;
        same_key(&file, &parameters)?;
        let evaluator = Evaluator::fetch(&http, &parameters)?;
        Ok(Self { file, http, evaluator, served: parameters.index })
    }

    /// The index at hand, which is what answers.
    pub fn index(&self) -> &Index {
        &self.file.index
    }

    /// Whether the service served this very index when it was asked. If not, sources have been added or withdrawn there, or
    /// here, since the copy was made.
    pub fn is_current(&self) -> bool {
        self.served == self.file.index.id()
    }

    /// What the index at hand says of each identifier, in order.
    ///
    /// Each distinct identifier costs one evaluation of the budget; when the service evaluates no more, those that are left
    /// share its refusal, and those before it are answered. Nothing is sent about an identifier of a kind that the index
    /// does not hold.
    pub fn check(&self, identifiers: &[Identifier]) -> Vec<Result<Finding, ClientError>> {
        let asked = Asked::of(identifiers, |identifier| self.file.refuse(identifier));
        let digests = self.evaluator.digests(&self.http, asked.identifiers());
        // The first failure is the last: what was evaluated stands in front.
        let evaluated: Vec<_> = digests.iter().map_while(|digest| digest.as_ref().ok().copied()).collect();
        let mut answers = self.file.findings(&evaluated);
        answers.extend(digests.into_iter().filter_map(Result::err).map(Err));
        asked.spread(&answers)
    }
}

/// Digests under another key are of no use with this index: each would be absent.
fn same_key(file: &IndexFile, parameters: &Parameters) -> Result<(), ClientError> {
    let header = file.index.header();
    if (header.public_key, header.epoch) == (parameters.public_key, parameters.epoch) {
        return Ok(());
    }
    Err(ClientError::MirrorOfAnother {
        path: file.path.clone(),
        mirrored: header.public_key,
        mirrored_epoch: header.epoch,
        served: parameters.public_key,
        served_epoch: parameters.epoch,
    })
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mirror({:?})", self.file.index)
    }
}
