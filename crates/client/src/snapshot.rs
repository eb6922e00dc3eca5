//! All of a service that does not depend on who is asked about, fetched before anybody is.

use crate::ClientError;
use crate::accept::{self, Terms};
use crate::evaluate::Evaluator;
use crate::http::Http;
use crate::range::{self, RangeForm};
use exposure_protocol::wire::{Breach, Breaches, Parameters, SourceSets};
use exposure_protocol::{PublicKey, Scheme, Sealer};
use std::collections::BTreeMap;

/// How often the answers may belong to different indexes before it is an error.
const ATTEMPTS: usize = 3;

/// Parameters, source sets and catalogue of one index.
pub(crate) struct Snapshot {
    pub(crate) parameters: Parameters,
    /// By served prefix length in bits.
    pub(crate) ranges: BTreeMap<u8, RangeForm>,
    pub(crate) source_sets: Vec<Vec<String>>,
    pub(crate) breaches: Vec<Breach>,
    pub(crate) evaluator: Evaluator,
}

impl Snapshot {
    /// Fetches all of it. The index may be replaced in between; then again.
    pub(crate) fn fetch(http: &Http, terms: Terms) -> Result<Self, ClientError> {
        for _ in 0..ATTEMPTS {
            let parameters: Parameters = http.get("parameters", "/v1/parameters")?;
            terms.accept(&parameters)?;
            let ranges = range::forms(&parameters)?;
            let sets: SourceSets = http.get("source sets", "/v1/source-sets")?;
            if sets.index != parameters.index {
                continue;
            }
            accept::source_sets(&sets, &parameters)?;
            let Breaches { breaches } = http.get("breaches", "/v1/breaches")?;
            let evaluator = Evaluator::fetch(http, &parameters)?;
            return Ok(Self { parameters, ranges, source_sets: sets.source_sets, breaches, evaluator });
        }
        Err(ClientError::Moved)
    }

    /// What a prefix depends on. The number of the epoch is the service's word; the key is what counts.
    pub(crate) fn key(&self) -> (Scheme, u32, Option<PublicKey>) {
        (self.parameters.scheme, self.parameters.epoch, self.parameters.public_key)
    }

    pub(crate) fn sealer(&self) -> Sealer {
        Sealer::new(self.parameters.scheme, self.parameters.seal_bits, self.parameters.nonce)
    }
}
