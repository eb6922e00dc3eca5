//! The evaluation round with a service: sends blinded elements, returns digests. Handles no prefix.

use crate::error::ClientError;
use crate::http::Http;
use exposure_identifier::Identifier;
use exposure_protocol::wire::{
    ANONYMOUS_BATCH, Account, EvaluateRequest, EvaluateResponse, Limits, PARTNER_BATCH, Parameters,
};
use exposure_protocol::{Digest, Evaluation, Hasher, Pending, PublicKey};

/// Turns identifiers into digests with the help of a service.
pub(crate) struct Evaluator {
    epoch: u32,
    /// None in `sha256`, where digests are computed locally.
    key: Option<PublicKey>,
    /// Elements of one request.
    batch: usize,
}

impl Evaluator {
    /// An evaluator under the key of these parameters. Batches are as large as the service takes,
    /// which a small quota may limit further than the protocol does.
    pub(crate) fn fetch(http: &Http, parameters: &Parameters) -> Result<Self, ClientError> {
        let batch = match parameters.public_key {
            None => ANONYMOUS_BATCH,
            Some(_) => match http.get_as_partner::<Account>("accounts", "/v1/account")? {
                Some(account) => (account.batch as usize).min(PARTNER_BATCH),
                None => (http.get::<Limits>("limits", "/v1/limits")?.batch as usize).min(ANONYMOUS_BATCH),
            },
        };
        let &Parameters { epoch, public_key: key, .. } = parameters;
        Ok(Self { epoch, key, batch: batch.max(1) })
    }

    /// The digest of each identifier. After the first failure nothing more is sent, and the
    /// remaining identifiers get the same error; digests before it are kept.
    pub(crate) fn digests(&self, http: &Http, identifiers: &[&Identifier]) -> Vec<Result<Digest, ClientError>> {
        let mut digests = Vec::with_capacity(identifiers.len());
        for batch in identifiers.chunks(self.batch) {
            match self.batch(http, batch) {
                Ok(batch) => digests.extend(batch.into_iter().map(Ok)),
                Err(error) => {
                    digests.resize_with(identifiers.len(), || Err(error.clone()));
                    break;
                }
            }
        }
        digests
    }

    fn batch(&self, http: &Http, identifiers: &[&Identifier]) -> Result<Vec<Digest>, ClientError> {
        let inputs = identifiers.iter().map(|identifier| identifier.hash_input()).collect();
        match &self.key {
            Some(key) => self.blinded(http, inputs, key),
            None => Ok(Hasher::Sha256.digests(&inputs)?),
        }
    }

    fn blinded(&self, http: &Http, inputs: Vec<String>, key: &PublicKey) -> Result<Vec<Digest>, ClientError> {
        let (pending, blinded_elements) = Pending::blind(inputs)?;
        let request = EvaluateRequest { epoch: self.epoch, blinded_elements };
        let response: EvaluateResponse = http.post("evaluated elements", "/v1/evaluate", &request)?;
        if response.epoch != self.epoch {
            let why = "they belong to another epoch than requested".into();
            return Err(ClientError::Malformed { what: "evaluated elements", why });
        }
        let evaluation = Evaluation { elements: response.evaluated_elements, proof: response.proof };
        Ok(pending.finalize(key, &evaluation)?)
    }
}
