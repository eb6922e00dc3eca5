//! Everything a service publishes that does not depend on an identifier, fetched before the first
//! check.

use crate::accept::{self, Terms};
use crate::error::ClientError;
use crate::evaluate::Evaluator;
use crate::http::Http;
use crate::range_format::{self, RangeFormat};
use exposure_protocol::wire::{Breach, Breaches, Parameters, SourceSets};
use exposure_protocol::{PublicKey, Scheme, Sealer};
use std::collections::BTreeMap;

/// Attempts to fetch answers that all belong to one index.
const ATTEMPTS: usize = 3;

/// Parameters, source sets and catalogue of one index.
pub(crate) struct Snapshot {
    pub(crate) parameters: Parameters,
    /// By served prefix length in bits.
    pub(crate) ranges: BTreeMap<u8, RangeFormat>,
    pub(crate) source_sets: Vec<Vec<String>>,
    pub(crate) breaches: Vec<Breach>,
    pub(crate) evaluator: Evaluator,
}

impl Snapshot {
    /// Fetches all parts; starts over if the index is replaced in between.
    pub(crate) fn fetch(http: &Http, terms: Terms) -> Result<Self, ClientError> {
        for _ in 0..ATTEMPTS {
            let parameters: Parameters = http.get("parameters", "/v1/parameters")?;
            terms.accept(&parameters)?;
            let ranges = range_format::formats(&parameters)?;
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

    /// What a prefix depends on. The epoch is only claimed by the service; the key is proved.
    pub(crate) fn key(&self) -> (Scheme, u32, Option<PublicKey>) {
        (self.parameters.scheme, self.parameters.epoch, self.parameters.public_key)
    }

    pub(crate) fn sealer(&self) -> Sealer {
        Sealer::new(self.parameters.scheme, self.parameters.seal_bits, self.parameters.nonce)
    }
}
