//! The evaluation round, for whoever asks a service: blinded elements out, digests back. No prefix is in sight here.

use crate::ClientError;
use crate::http::Http;
use exposure_identifier::Identifier;
use exposure_protocol::wire::{
    ANONYMOUS_BATCH, Account, EvaluateRequest, EvaluateResponse, Limits, PARTNER_BATCH, Parameters,
};
use exposure_protocol::{Digest, Evaluation, Hasher, Pending, PublicKey};

/// How a service's identifiers become digests.
pub(crate) struct Evaluator {
    epoch: u32,
    /// None in `sha256`, in which nobody has to be asked.
    key: Option<PublicKey>,
    /// Elements of one request.
    batch: usize,
}

impl Evaluator {
    /// Under the key of these parameters, in batches that the service takes: a small budget may hold fewer than the
    /// protocol allows.
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

    /// The digest of each identifier. After the first failure nothing more is sent, and the rest fail alike; what was
    /// evaluated before it stays, since it has been paid for.
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
            let why = "they are of another epoch than was asked for".into();
            return Err(ClientError::Malformed { what: "evaluated elements", why });
        }
        let evaluation = Evaluation { elements: response.evaluated_elements, proof: response.proof };
        Ok(pending.finalise(key, &evaluation)?)
    }
}
